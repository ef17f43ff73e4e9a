import json
from dataclasses import replace

import numpy as np
import pytest

from jietan.errors import ModelError
from jietan.language.asks import read_ask
from jietan.resources import model_path
from jietan.sameness import (
    DRAFT_FEATURES,
    FEATURES,
    Judge,
    Labels,
    Opinions,
    load_model,
    near_opinions,
    one_sided,
    pair_features,
    read_model,
)


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


def test_equal_amounts_and_other_amounts_are_told_apart():
    opinions = described(["公示期改为三十日", "公示期三十天才够", "公示期改为六十日"])
    features = pair_features(opinions, near_opinions(opinions.matrix), np.array([0, 0]), np.array([1, 2]))
    assert column(features, "amounts_same").tolist() == [1, 0]
    assert column(features, "amounts_differ").tolist() == [0, 1]


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
