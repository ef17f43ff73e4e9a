import numpy as np
import pandas as pd
import pytest

from jietan.settings import ClusterSettings
from jietan.stages.cluster import cluster, find_themes, link_rows
from jietan.tables import conform, empty
from jietan.vectors import Vectors
from stage_tables import census, labels, membership, received, vectors, whole_spans

LIGHT = ["巷子里路灯太暗，建议增加路灯", "路灯坏了没人修，建议加装路灯", "建议巷口装路灯", "晚上路灯太少"]
NOISE = ["广场舞音响太吵，建议限制音量", "广场舞噪音扰民，应当限定时间", "跳广场舞的音响声音太大", "广场舞音量应当有上限"]
ODD = ["建议古树名木挂牌保护"]


def themes(texts, triage=None, units=None, **settings):
    frame = received(texts)
    spans = whole_spans(frame)
    kinds = conform(
        pd.DataFrame({"comment_id": frame["comment_id"], "triage": triage or "legislative", "triage_probability": 1.0}), "triage"
    )
    return cluster(
        spans,
        labels(spans),
        membership(spans, units or [f"U{i}" for i in range(len(texts))]),
        empty("links"),
        vectors(spans),
        kinds,
        empty("provisions"),
        census(frame, spans),
        ClusterSettings(**settings),
    )[:2]


def test_two_matters_make_two_themes_and_the_rest_is_long_tail():
    found, placed = themes(LIGHT + NOISE + ODD)
    of = placed["theme_id"].tolist()
    assert len(set(of[:4])) == len(set(of[4:8])) == 1
    assert of[0] != of[4]
    assert pd.isna(of[8])
    fine = found[found["parent_id"].notna()]
    assert set(fine["theme_id"]) == {of[0], of[4]}
    assert set(fine["parent_id"]) <= set(found["theme_id"])


def test_counts_and_keywords_describe_the_theme():
    found, placed = themes(LIGHT + NOISE)
    row = found.set_index("theme_id").loc[placed["theme_id"].iloc[0]]
    assert (row["n_units"], row["n_opinions"], row["n_comments"], row["n_people"], row["n_modify"]) == (4, 4, 4, 4, 4)
    assert "路灯" in row["keywords"]
    assert "路灯" in row["title"]
    assert len(row["title"]) <= 16
    assert set(row["exemplars"]) <= set(placed["opinion_id"].iloc[:4])


def test_finer_settings_give_no_fewer_themes():
    sizes = [len(set(themes(LIGHT + NOISE, min_units=1, granularity=g)[1]["theme_id"])) for g in (0.0, 0.5, 1.0)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("texts", [[], ["建议增加路灯"], ["建议增加路灯", "建议增加路灯"]])
def test_few_opinions_are_no_problem(texts):
    if not texts:
        return
    found, placed = themes(texts)
    assert len(placed) == len(texts)
    assert set(placed["theme_id"].dropna()) <= set(found["theme_id"])


def test_advertisements_make_no_theme():
    _, placed = themes(LIGHT, triage=["off_topic"] * 4)
    assert placed["theme_id"].isna().all()


def test_two_people_with_one_ask_are_a_theme():
    _, placed = themes(["路灯太少，建议增设路灯", "路灯太少，建议增设路灯", "公交车晚点太多"], units=["U0", "U0", "U1"])
    assert placed["theme_id"].notna().tolist() == [True, True, False]


def test_places_within_an_article_tell_more_than_the_article():
    links = pd.DataFrame(
        {
            "opinion_id": ["a", "b", "c", "d"],
            "source": ["draft"] * 4,
            "article_id": ["x#1", "x#1", "x#1", "x#2"],
            "paragraph": [1, 1, 2, 1],
            "item": ["（一）", "（一）", None, "（一）"],
            "confidence": [0.9, 0.4, 0.9, 0.9],
        }
    )
    articles, places = (link_rows(links, ["a", "b", "c", "d", "e"], within).toarray() for within in ((), ("paragraph", "item")))
    assert (articles @ articles.T)[0].round(4).tolist() == [1, 1, 1, 0, 0]
    assert (places @ places.T)[0].round(4).tolist() == [1, 1, 0, 0, 0]


def test_what_all_opinions_on_a_draft_have_in_common_makes_no_theme():
    spans = whole_spans(received([f"建议{k}" for k in range(40)]))
    ids = spans["opinion_id"].tolist()
    rows = np.zeros((40, 3), np.float32)
    rows[:, 0] = np.sqrt(0.97)  # the subject of the draft: any two are alike to 0.97, and to 1 within each half
    rows[:20, 1] = rows[20:, 2] = np.sqrt(0.03)
    whole = {"source": "draft", "article_id": "x#1", "paragraph": 1, "item": None, "confidence": 0.5}
    links = pd.DataFrame([whole | {"opinion_id": ids[0]}])
    tables = {"spans": spans, "labels": labels(spans), "membership": membership(spans, [f"U{k}" for k in range(40)]), "links": links}
    tables["triage"] = pd.DataFrame({"comment_id": spans["comment_id"], "triage": "legislative"})
    tables["provisions"] = pd.DataFrame({"article_id": ["x#1"]})
    placed = find_themes(tables, Vectors(ids, rows), ClusterSettings()).placed
    assert len({placed[o] for o in ids[1:20]}) == len({placed[o] for o in ids[20:]}) == 1
    assert placed[ids[1]] != placed[ids[20]]


def test_places_are_told_apart_whatever_is_missing_and_other_laws_do_not_count():
    kinds = ["draft", "library", "draft", "draft", "draft"]
    paragraphs, items = [10.0, 10.0, 2.0, np.nan, np.nan], [None, None, "（二）", "（二）", None]
    rows = {"opinion_id": [*"abcde"], "source": kinds, "article_id": ["x#1"] * 5, "paragraph": paragraphs, "item": items}
    links = pd.DataFrame(rows | {"confidence": [0.5] * 5})
    found = link_rows(links, [*"edcba"], ("paragraph", "item")).toarray()
    # "", "（二）" of no paragraph, then the tenth before the second: in the order of their texts
    assert found.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0] * 4, [0, 0, 1, 0]]
