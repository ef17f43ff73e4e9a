"""What holds of themes, placements, sides, summaries and names whatever people write."""

from functools import cache

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.embedders import load_embedder
from jietan.grouping import average_linkage
from jietan.settings import ClusterSettings
from jietan.stages.cluster import _cuts, cluster
from jietan.tables import conform, empty
from jietan.vectors import Vectors
from stage_tables import census, labels, membership, received, whole_spans

_POOL = (
    "建议巷口加装路灯",
    "路灯太暗，应当增加照明",
    "路灯太亮，应当减少照明",
    "广场舞音响太吵，建议限制音量",
    "支持限制广场舞的音量",
    "广场舞不应当限制音量",
    "古树名木应当挂牌保护",
    "罚款改为二百元",
    "罚款改为五百元",
    "公交站没有雨棚",
)
_STANCES = ("support", "oppose", "modify", "neutral")
_KINDS = ("建议", "建议", "建议", "理由")


@cache
def _vectors():
    return load_embedder("jietan-static-zh").encode(list(_POOL))


@st.composite
def _rounds(draw):
    letters = st.tuples(st.sampled_from(range(len(_POOL))), st.sampled_from(_STANCES), st.sampled_from(_KINDS), st.sampled_from("甲乙丙丁"))
    rows = draw(st.lists(letters, min_size=1, max_size=14))
    return rows, ClusterSettings(granularity=draw(st.sampled_from((0.0, 0.5, 1.0))), min_units=draw(st.sampled_from((1, 2))))


def _tables(rows):
    frame = received([_POOL[k] for k, _, _, _ in rows], submitter_key=[p for _, _, _, p in rows])
    spans = whole_spans(frame)
    marks = labels(spans, kind=[k for _, _, k, _ in rows], stance=[s for _, s, _, _ in rows])
    units = membership(spans, [f"U{k}{s}" if kind != "理由" else f"R{n}" for n, (k, s, kind, _) in enumerate(rows)])
    triage = conform(pd.DataFrame({"comment_id": frame["comment_id"], "triage": "legislative", "triage_probability": 1.0}), "triage")
    vectors = Vectors(spans["opinion_id"].tolist(), _vectors()[[k for k, _, _, _ in rows]])
    return frame, spans, marks, units, triage, vectors


def _clustered(rows, chosen, order=slice(None)):
    frame, spans, marks, units, triage, vectors = _tables(rows)
    tables = spans.iloc[order], marks.iloc[order], units.iloc[order], empty("links"), vectors, triage, empty("provisions")
    return spans, marks, cluster(*tables, census(frame, spans), chosen)


@given(_rounds())
@settings(max_examples=25, deadline=None)
def test_tables_agree_with_each_other(round_):
    rows, chosen = round_
    spans, marks, found = _clustered(rows, chosen)
    themes = found.themes.set_index("theme_id")
    parent = themes["parent_id"].to_dict()
    placed = found.placements.set_index("opinion_id")["theme_id"]
    assert sorted(placed.index) == sorted(spans["opinion_id"])
    assert all(parent.get(t) in parent for t in placed.dropna())
    person = dict(zip(spans["opinion_id"], (p for _, _, _, p in rows), strict=True))
    stance, kind = (dict(zip(marks["opinion_id"], marks[c], strict=True)) for c in ("stance", "kind"))
    for theme, row in themes.iterrows():
        own = {o for o, t in placed.items() if isinstance(t, str) and theme in (t, parent[t])}
        asks = [o for o in own if kind[o] != "理由"]
        assert (row["n_opinions"], row["n_people"]) == (len(own), len({person[o] for o in own}))
        assert [row[f"n_{s}"] for s in _STANCES] == [sum(stance[o] == s for o in asks) for s in _STANCES]
        assert set(row["exemplars"]) | set(row["summary"]) <= set(asks)
        assert 1 <= len(row["summary"]) <= 2
        sides = found.sides[found.sides["theme_id"] == theme].set_index("stance")
        people = {s: {person[o] for o in asks if stance[o] == s} for s in _STANCES[:3]}
        assert sides["n_people"].to_dict() == {s: len(p) for s, p in people.items() if p}
        assert all(stance[sides.loc[s, "exemplar"]] == s and sides.loc[s, "exemplar"] in asks for s in sides.index)
        names = found.namings[found.namings["theme_id"] == theme]
        assert names["position"].tolist() == list(range(1, len(names) + 1))
        assert len(names) or row["title"].startswith("其他意见")
        assert {o for ids in names["opinion_ids"] for o in ids} <= own
    for theme, above in parent.items():
        if isinstance(above, str):
            assert (
                themes.loc[above, ["n_units", "n_opinions", "n_people"]] >= themes.loc[theme, ["n_units", "n_opinions", "n_people"]]
            ).all()
    assert themes["title"].is_unique


@given(_rounds(), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_the_order_of_the_rows_does_not_matter(round_, chance):
    rows, chosen = round_
    order = chance.sample(range(len(rows)), len(rows))
    for mine, other in zip(_clustered(rows, chosen)[2], _clustered(rows, chosen, order)[2], strict=True):
        assert mine.equals(other)


@given(st.integers(2, 40), st.integers(0, 2**32 - 1), st.booleans())
@settings(deadline=None)
def test_finer_settings_never_give_fewer_groups(n, seed, has_draft):
    rows = np.abs(np.random.default_rng(seed).normal(size=(n, 6))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    counts = []
    for step in range(6):
        fine, coarse = average_linkage(rows, _cuts(step / 5, has_draft))
        assert len(set(zip(fine, coarse, strict=True))) == len(set(fine)) >= len(set(coarse))
        counts.append((len(set(fine)), len(set(coarse))))
    assert counts == sorted(counts)
    assert [c for _, c in counts] == sorted(c for _, c in counts)
