"""Themes found again without a tenth of the comments."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from jietan.letters import Letters
from jietan.seeds import Seeds
from jietan.settings import ClusterSettings
from jietan.stages.resample import Resampling, _agreement, resample, summarize
from jietan.tables import conform, empty
from jietan.vectors import Vectors
from stage_tables import labels, membership, received, vectors, whole_spans

_MATTERS = ("路灯太暗，建议加装路灯", "广场舞太吵，应当限制音量", "公交站没有雨棚，建议加装雨棚")


def _found(texts):
    frame = received(texts)
    spans = whole_spans(frame)
    triage = conform(pd.DataFrame({"comment_id": frame["comment_id"], "triage": "legislative", "triage_probability": 1.0}), "triage")
    tables = {
        "spans": spans,
        "labels": labels(spans),
        "membership": membership(spans, [f"U{k}" for k in range(len(texts))]),
        "links": empty("links"),
        "triage": triage,
        "provisions": empty("provisions"),
    }
    heads = Vectors(frame["comment_id"].tolist(), vectors(spans).matrix)
    return Resampling(tables, vectors(spans), ClusterSettings(), Letters(frame, heads, empty("pii")), Seeds())


def test_plain_matters_stay_together():
    found = resample(_found([f"{m}，第{k}条街" for m in _MATTERS for k in range(8)]), 1)
    assert len(found) == 5
    figures = summarize(found, 24)
    assert (figures["n_comments"], figures["sampled"], figures["other_seed"]) == (22, False, 1.0)
    assert figures["ari"] >= 0.9
    assert figures["together"] >= 0.9
    assert figures["ari_lowest"] == found["ari"].min()


def test_the_same_seed_gives_the_same_table():
    found = _found([f"{m}，第{k}条街" for m in _MATTERS for k in range(5)])
    assert resample(found, 3).equals(resample(found, 3))


@pytest.mark.parametrize("texts", [[], ["建议增加路灯"], [f"{_MATTERS[0]}{k}" for k in range(9)]])
def test_few_comments_are_not_judged(texts):
    if texts:
        assert resample(_found(texts), 1).empty
    assert summarize(empty("stability"), len(texts)) == {
        "repeats": 0,
        "kept": 0.9,
        "n_comments": 0,
        "sampled": False,
        "ari": None,
        "ari_lowest": None,
        "together": None,
        "other_seed": 1.0,
    }


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ")), min_size=2, max_size=30))
def test_the_index_is_that_of_scikit_learn(pairs):
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    index, together = _agreement(before, after)
    assert index == pytest.approx(adjusted_rand_score(before, after), abs=1e-9)
    assert 0 <= together <= 1
    assert np.isfinite(index)
