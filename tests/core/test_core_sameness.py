import json
from dataclasses import replace

import numpy as np
import pytest

from jietan import bags, pairing, sameness
from jietan.errors import ModelError
from jietan.language.asks import read_ask
from jietan.pairing import DRAFT_FEATURES, FEATURES, Labels, Opinions, near_opinions, one_sided, pair_features
from jietan.resources import model_path
from jietan.sameness import Judge, load_model, read_model
from jietan.trees import Trees


def described(texts, stances=None, matrix=None):
    n = len(texts)
    names = {"kind": ["建议"] * n, "stance": stances or ["modify"] * n, "operation": ["修改"] * n}
    rows = np.eye(n, 8, dtype=np.float32) + 0.5 if matrix is None else matrix
    return Opinions(
        texts=texts,
        asks=[read_ask(t) for t in texts],
        comments=[f"c{i}" for i in range(n)],
        labels={k: Labels(np.array(v, dtype=object), np.full(n, 0.9)) for k, v in names.items()},
        matrix=(rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32),
    )


def column(features, name):
    return features[:, FEATURES.index(name)]


def test_features_of_a_pair_do_not_depend_on_its_order():
    opinions = described(["公示期改为三十日", "公示期三十天才够", "增加路灯"])
    near = near_opinions(opinions.matrix)
    i, j = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert np.allclose(pair_features(opinions, near, i, j), pair_features(opinions, near, j, i), atol=1e-5)


def test_pairs_and_opinions_may_be_looked_at_in_parts(monkeypatch):
    texts = ["公示期改为三十日", "公示期三十天才够", "增加路灯", "路灯要增加几盏", "公示期改为六十日"]
    provisions = (np.eye(3, 8, dtype=np.float32), np.array([0, 1, 1]))
    i, j = np.triu_indices(len(texts), 1)

    def odds():
        opinions = replace(described(texts), provisions=provisions)
        near = near_opinions(opinions.matrix)
        return Judge(load_model(), provisions).log_odds(opinions, near, i, j), pair_features(opinions, near, i, j)

    whole = odds()
    monkeypatch.setattr(bags, "_ROWS", 2)
    monkeypatch.setattr(pairing, "_CHUNK", 3)
    monkeypatch.setattr(sameness, "_PAIRS", 4)
    for one, other in zip(whole, odds(), strict=True):
        assert one.tolist() == other.tolist()
    assert len(Judge(load_model()).log_odds(described(texts), near_opinions(described(texts).matrix), i[:0], j[:0])) == 0


def test_equal_amounts_and_other_amounts_are_told_apart():
    opinions = described(["公示期改为三十日", "公示期三十天才够", "公示期改为六十日"])
    features = pair_features(opinions, near_opinions(opinions.matrix), np.array([0, 0]), np.array([1, 2]))
    assert column(features, "amounts_same").tolist() == [1, 0]
    assert column(features, "amounts_differ").tolist() == [0, 1]


def test_amounts_are_compared_in_one_measure():
    opinions = described(["公示期改为三十日", "公示期至少一个月", "公示期改为六十日", "出一半的钱", "出百分之五十的钱"])
    features = pair_features(opinions, near_opinions(opinions.matrix), np.array([0, 0, 3, 0]), np.array([1, 2, 4, 3]))
    assert column(features, "measures_same").tolist() == [1, 0, 1, 0]
    assert column(features, "measures_differ").tolist() == [0, 1, 0, 1]
    assert column(features, "amounts_same").tolist() == [0, 0, 0, 0]


def test_opinions_on_one_provision_are_told_from_those_on_another():
    provisions = (np.eye(4, dtype=np.float32), np.array([0, 0, 1, 2]))
    rows = np.array([[1, 0.1, 0, 0], [1, 0.2, 0, 0], [0, 0.1, 1, 0]], np.float32)
    opinions = replace(described(["甲", "乙", "丙"], matrix=rows), provisions=provisions)
    features = pair_features(opinions, near_opinions(opinions.matrix), np.array([0, 0]), np.array([1, 2]))
    assert column(features, "provisions_correlated")[0] > 0.9 > 0 > column(features, "provisions_correlated")[1]
    assert column(features, "same_provision").tolist() == [1, 0]
    assert column(features, "fit_least")[0] <= column(features, "fit_most")[0] <= 1
    assert (column(features, "margin_least") > 0.5).all()


def test_features_are_the_same_in_blocks_and_in_one(monkeypatch):
    opinions = described(["公示期改为三十日", "公示期三十天才够", "增加路灯", "路灯太少"])
    near = near_opinions(opinions.matrix)
    i, j = np.triu_indices(4, 1)
    whole = pair_features(opinions, near, i, j)
    odds = load_model().log_odds(whole, draft=False)
    monkeypatch.setattr("jietan.pairing._CHUNK", 2)
    monkeypatch.setattr("jietan.trees._CHUNK", 1)
    assert np.array_equal(whole, pair_features(opinions, near, i, j))
    assert np.array_equal(odds, load_model().log_odds(whole, draft=False))


def test_without_a_draft_its_features_are_zero():
    opinions = described(["公示期改为三十日", "增加路灯"])
    pair = (near_opinions(opinions.matrix), np.array([0]), np.array([1]))
    assert all(column(pair_features(opinions, *pair), name) == 0 for name in DRAFT_FEATURES)
    provisions = (np.eye(3, 8, dtype=np.float32), np.array([0, 0, 1]))
    with_draft = pair_features(replace(opinions, provisions=provisions), *pair)
    assert 0 < column(with_draft, "provisions_shared")[0] <= 1


def test_sure_supporters_and_sure_opponents_are_on_different_sides():
    opinions = described(["好", "坏", "好"], ["support", "oppose", "support"])
    assert one_sided(opinions, np.array([0]), np.array([1]))[0] > 0.8
    assert one_sided(opinions, np.array([0]), np.array([2]))[0] < 0.2


def test_restatements_are_likelier_than_strangers():
    opinions = described(["建议延长公示期", "公示期应当延长一些", "增加路灯"], matrix=np.array([[1, 0.1], [1, 0.2], [0, 1]], np.float32))
    odds = Judge(load_model()).log_odds(opinions, near_opinions(opinions.matrix), np.array([0, 0]), np.array([1, 2]))
    assert odds[0] > odds[1]


def test_trees_add_up():
    values = [0.0, 1.0, -1.0, 0.0, 0.25, -0.25]
    stump = Trees(0.5, [0, 3], [0, -1, -1, 1, -1, -1], [0.0, 0, 0, 2.0, 0, 0], [1, 0, 0, 4, 0, 0], [2, 0, 0, 5, 0, 0], values)
    features = np.zeros((3, len(FEATURES)), np.float32)
    features[:, 0], features[:, 1] = [0, 0.1, -1], [2, 3, 3]
    assert stump.sound(len(FEATURES))
    assert stump.sum(features).tolist() == [1.75, -0.75, 1.25]
    assert stump.sum(features[:0]).tolist() == []


@pytest.mark.parametrize("part", ["low", "feature", "value"])
def test_trees_that_cannot_be_walked_are_refused(part):
    data = json.loads((model_path("jietan-asks-zh") / "weights.json").read_text("utf-8"))
    data["with_draft"][part][0] = {"low": 0, "feature": 999, "value": float("nan")}[part]
    with pytest.raises(ModelError, match="不配"):
        read_model(json.dumps(data).encode(), "x")


def test_a_model_for_other_features_is_refused():
    data = json.loads((model_path("jietan-asks-zh") / "weights.json").read_text("utf-8"))
    data["features"].reverse()
    with pytest.raises(ModelError, match="不配"):
        read_model(json.dumps(data).encode(), "x")
    with pytest.raises(ModelError, match="损坏"):
        read_model(b"{}", "x")


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ModelError, match="缺失"):
        load_model(str(tmp_path))
