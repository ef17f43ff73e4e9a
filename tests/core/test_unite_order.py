"""Opinions become the same units whatever likely pairs are read first, and however the crowd is cut up."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.language.asks import read_ask
from jietan.pairing import Opinions
from jietan.settings import MergeSettings
from jietan.stages.merge import _level, _opposed, merge
from jietan.tables import conform, empty
from jietan.vectors import Vectors

_THINGS = ("公示期", "罚款", "押金", "保修期", "收费标准", "休渔期", "试用期")
_ASKS = ("建议把{}延长到{}日", "{}至少要有{}日才合理", "希望{}不少于{}日")


def _tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Vectors]:
    texts = [ask.format(thing, days) for thing, ask, days in itertools.product(_THINGS, _ASKS, ("三十", "六十", "30"))]
    ids = [f"c{i:03d}" for i in range(len(texts))]
    lists: list[list[str]] = [[] for _ in texts]
    received = conform(
        empty("received")
        .reindex(range(len(texts)))
        .assign(comment_id=ids, text=texts, text_parts=lists, named=lists, source_file="a", source_row=1),
        "received",
    )
    spans = pd.DataFrame(
        {
            "opinion_id": [f"{i}:0-9" for i in ids],
            "comment_id": ids,
            "start": 0,
            "end": [len(t) for t in texts],
            "text": texts,
            "reason": False,
        }
    )
    labels = pd.DataFrame(
        {"opinion_id": spans["opinion_id"], "kind": "建议", "stance": "modify", "operation": "修改"}
        | {f"{n}_probability": 0.9 for n in ("kind", "stance", "operation")}
    )
    vectors = Vectors(spans["opinion_id"].tolist(), load_embedder("jietan-static-zh").encode(texts))
    return received, spans, labels, vectors


def _partition(membership: pd.DataFrame) -> set[frozenset[str]]:
    return {frozenset(rows["opinion_id"]) for _, rows in membership.groupby("unit_id")}


def test_units_do_not_depend_on_the_order_of_rows() -> None:
    received, spans, labels, vectors = _tables()
    units = merge(received, spans, labels, vectors, MergeSettings())[1]
    order = np.random.default_rng(3).permutation(len(spans))
    turned = Vectors([vectors.ids[k] for k in order], vectors.matrix[order])
    again = merge(received.iloc[order], spans.iloc[order], labels.iloc[order[::-1]], turned, MergeSettings())[1]
    pd.testing.assert_frame_equal(units, again)
    assert 1 < units["unit_id"].nunique() < len(units)


def test_cells_give_the_units_that_comparing_all_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    received, spans, labels, vectors = _tables()
    whole = merge(received, spans, labels, vectors, MergeSettings())[1]
    monkeypatch.setattr("jietan.neighbours.nearest_neighbours.__defaults__", (0,))
    cells = merge(received, spans, labels, vectors, MergeSettings())[1]
    assert len(_partition(whole) & _partition(cells)) > 0.8 * len(_partition(whole))


def test_different_numbers_never_share_a_unit() -> None:
    received, spans, labels, vectors = _tables()
    units = merge(received, spans, labels, vectors, MergeSettings())[1]
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    for members in _partition(units):
        assert len({"六十" in texts[m] for m in members}) == 1


def test_two_sentences_of_one_letter_are_two_asks() -> None:
    letter = ("希望公示期延长到三十日", "希望公示期内的意见三十日内公布")
    alone = ("希望公示期延长到三十日为好", "希望公示期内的意见能在三十日内公布")
    texts = ["，".join(letter)] * 4 + list(alone)
    ids = [f"c{i}" for i in range(len(texts))]
    lists: list[list[str]] = [[] for _ in texts]
    received = conform(
        empty("received")
        .reindex(range(len(texts)))
        .assign(comment_id=ids, text=texts, text_parts=lists, named=lists, source_file="a", source_row=1),
        "received",
    )
    places = [(c, t) for c in ids[:4] for t in letter] + list(zip(ids[4:], alone, strict=True))
    spans = pd.DataFrame(
        {"opinion_id": [f"{c}:{texts[int(c[1:])].index(t)}" for c, t in places], "comment_id": [c for c, _ in places], "start": 0, "end": 9}
        | {"text": [t for _, t in places], "reason": False}
    )
    labels = pd.DataFrame({"opinion_id": spans["opinion_id"], "kind": "建议", "stance": "modify", "operation": "修改"})
    labels = labels.assign(**{f"{n}_probability": 0.9 for n in ("kind", "stance", "operation")})
    same = np.ones((len(spans), 4), np.float32) / np.float32(2)
    units = merge(received, spans, labels, Vectors(spans["opinion_id"].tolist(), same), MergeSettings())[1].set_index("opinion_id")[
        "unit_id"
    ]
    assert units["c0:0"] == units["c3:0"]
    assert units["c0:0"] != units[f"c0:{texts[0].index(letter[1])}"]


def test_a_crowd_must_be_surer_and_any_threshold_has_a_level() -> None:
    assert _level(0.12, 50) == _level(0.12, 1000) < _level(0.12, 5000) < _level(0.12, 90_000) < 1
    assert _level(0.0, 50) < _level(0.3, 50) < _level(0.6, 50) < _level(1.0, 50) == np.inf


def test_pairs_that_are_not_read_do_not_oppose_each_other() -> None:
    spans = _tables()[1]
    texts = [
        *spans["text"].tolist(),
        "应当由摊主承担清运费",
        "不应当由摊主承担清运费",
        "允许夜间施工",
        "夜间一律不许施工",
        "周结工资",
        "工资按日结算",
    ]
    asks = [read_ask(t) for t in texts]
    blank = np.zeros((len(texts), 2), np.float32)
    opinions = Opinions(texts, asks, texts, {}, blank)
    i, j = np.triu_indices(len(texts), 1)
    assert _opposed(opinions, i, j).tolist() == [asks[a].opposes(asks[b]) for a, b in zip(i, j, strict=True)]
