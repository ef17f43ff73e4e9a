from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from jietan import linkage
from jietan.embedders import load_embedder
from jietan.letters import Letters, head_of, kind_floor, letter_groups, short_title, shortened
from jietan.naming import matters
from jietan.settings import ClusterSettings
from jietan.stages import cluster as stage
from jietan.stages.cluster import cluster, find_themes
from jietan.stages.embed import embed_heads
from jietan.tables import conform, empty
from stage_tables import census, labels, membership, provisions, received, vectors, whole_spans

TITLES = [
    "清泉路垃圾站夜里装车太吵",
    "投诉清泉路垃圾站噪音扰民",
    "再次反映清泉路垃圾站噪音问题",
    "投诉松柏里垃圾站臭味扰民",
    "咨询独生子女费怎样领取",
    "咨询独生子女费发放时间的问题",
]


def place(titles, **settings):
    frame = received([f"{t}\n望领导过问此事。" for t in titles])
    spans = whole_spans(frame)
    kinds = conform(pd.DataFrame({"comment_id": frame["comment_id"], "triage": "governance", "triage_probability": 1.0}), "triage")
    heads = embed_heads(frame, empty("provisions"), load_embedder("jietan-static-zh"))
    return cluster(
        spans,
        labels(spans),
        membership(spans, [f"U{i}" for i in range(len(titles))]),
        empty("links"),
        vectors(spans),
        kinds,
        empty("provisions"),
        census(frame, spans),
        ClusterSettings(**settings),
        letters=Letters(frame, heads, empty("pii")),
    )


def partition(found, titles):
    placed = dict(zip(found.placements["opinion_id"], found.placements["theme_id"], strict=True))
    by_theme = {}
    for (o, theme), title in zip(sorted(placed.items()), titles, strict=True):
        by_theme.setdefault(theme if isinstance(theme, str) else o, set()).add(title)
    return sorted(map(sorted, by_theme.values()))


def test_one_place_makes_one_theme_and_the_closing_words_of_letters_do_not_join_them():
    groups = partition(place(TITLES), TITLES)
    assert sorted(TITLES[:3]) in groups
    assert not any(set(g) & set(TITLES[:4]) and set(g) & set(TITLES[4:]) for g in groups)


def test_the_order_of_letters_changes_nothing_but_the_ids():
    assert partition(place(TITLES), TITLES) == partition(place(TITLES[::-1]), TITLES[::-1])


def test_the_order_of_rows_changes_nothing_where_only_the_nearest_letters_are_compared(monkeypatch):
    counts = [f"{a}{b}路" for a in "清松柏云岚澄青金" for b in "泉华庭里门桥"]
    titles = [f"{c}{t}" for c in counts for t in ("垃圾站夜里装车太吵", "路灯不亮没有人修", "垃圾站噪音扰民")]
    frame = received([f"{t}\n望领导过问此事。" for t in titles])
    heads = embed_heads(frame, empty("provisions"), load_embedder("jietan-static-zh"))
    monkeypatch.setattr(linkage, "_DRAWN", 40)
    spans = whole_spans(frame)
    kinds = pd.DataFrame({"comment_id": frame["comment_id"], "triage": "governance", "triage_probability": 1.0})
    tables = {"spans": spans, "labels": labels(spans), "links": empty("links"), "provisions": empty("provisions")}
    tables |= {"membership": membership(spans, spans["opinion_id"].tolist()), "triage": conform(kinds, "triage")}
    found = {}
    for exact in (20, 1000):
        monkeypatch.setattr(stage, "letter_groups", partial(letter_groups, exact=exact))
        for seed in (0, 1):
            mixed = {n: t.sample(frac=1, random_state=seed).reset_index(drop=True) for n, t in tables.items()}
            letters = Letters(frame.sample(frac=1, random_state=seed).reset_index(drop=True), heads, empty("pii"))
            found[exact, seed] = find_themes(mixed, vectors(mixed["spans"]), ClusterSettings(), letters)
    assert found[20, 0].placed == found[20, 1].placed
    assert found[20, 0].parents == found[20, 1].parents
    assert adjusted_rand_score(*([found[exact, 0].placed.get(o, o) for o in spans["opinion_id"]] for exact in (20, 1000))) > 0.8


def test_every_theme_has_a_parent_and_is_called_by_words_of_a_letter():
    themes = place(TITLES).themes
    fine = themes[themes["parent_id"].notna()]
    assert set(fine["parent_id"]) <= set(themes["theme_id"])
    assert any("清泉路垃圾站" in t for t in fine["title"])
    assert themes["title"].str.len().max() <= 16


@pytest.mark.parametrize(
    ("text", "parts", "head"),
    [
        ("路灯坏了\n望修", [{"start": 0, "end": 4}, {"start": 5, "end": 7}], "路灯坏了"),
        ("路灯坏了\n望修", [{"start": 0, "end": 7}], "路灯坏了"),
        ("路灯坏了一个月。望修。", [{"start": 0, "end": 11}], "路灯坏了一个月"),
        ("灯", [{"start": 0, "end": 1}], "灯"),
    ],
)
def test_the_head_is_the_title_the_first_line_or_the_first_sentence(text, parts, head):
    assert text[slice(*head_of(text, parts))] == head


@pytest.mark.parametrize(
    ("head", "title"),
    [("再次反映清泉路垃圾站噪音问题", "清泉路垃圾站噪音"), ("咨询独生子女费的问题", "独生子女费"), ("救命！求助，请看", ""), ("问题", "")],
)
def test_titles_lose_the_words_of_asking(head, title):
    assert short_title(head, 16) == title


def test_no_head_is_embedded_where_there_is_a_draft():
    frame = received(["路灯坏了"])
    assert embed_heads(frame, provisions([["应当设置路灯。"]]), load_embedder("jietan-static-zh")).ids == []


def test_contrary_wishes_are_a_conflict_of_one_matter_but_not_of_its_kind():
    titles = ["清泉路垃圾站清运次数要增加", "清泉路垃圾站清运次数要减少", "松柏里垃圾站清运次数要减少"]
    themes = place(titles).themes
    upper = themes["parent_id"].isna()
    assert ["提高／降低"] in [list(c) for c in themes[~upper]["conflicts"]]
    assert [list(c) for c in themes[upper]["conflicts"]] == [[]]


def test_what_one_letter_raises_alone_is_not_read_for_conflicts(monkeypatch):
    seen = []
    monkeypatch.setattr(matters, "read", lambda text: seen.append(text) or pytest.fail(text))
    themes = place(["咨询独生子女费怎样领取", "咨询独生子女费停发多少元的原因", "松柏里路灯不亮"], granularity=1.0).themes
    assert set(themes["n_comments"]) <= {1, 2}
    assert seen == []


@pytest.mark.parametrize("common", [0.2, 0.8])
def test_what_counts_as_one_kind_follows_the_encoder(common):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.hstack([np.full((400, 1), common**0.5, np.float32), (1 - common) ** 0.5 * rows])
    pairs = (rows @ rows.T)[np.triu_indices(400, 1)]
    floor = kind_floor(rows)
    assert floor == pytest.approx(min(0.42, np.quantile(pairs, 0.935)), abs=1e-3)
    assert kind_floor(rows[:20]) == 0.42


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("反映大坝镇五亩冲村民小组至今没有通自来水", "五亩冲村民小组至今没有通自来水"),
        ("关于去年年底以来城镇居民医疗保险报销比例下降", "城镇居民医疗保险报销比例下降"),
    ],
)
def test_a_clipped_title_does_not_begin_inside_the_name_of_a_town(head, title):
    assert shortened(head, 16) == title
