"""Phrases that can name a theme, and the model that chooses among them."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from jietan.embedders import load_embedder
from jietan.errors import ModelError
from jietan.naming.candidates import FEATURES, candidates
from jietan.naming.choosing import ENCODER, Views, load_model, read_model
from jietan.naming.tokens import Terms, clauses, own_words
from jietan.naming.weights import Group, weigh
from jietan.parallel import using
from jietan.resources import model_path
from stage_tables import Elsewhere

ROOT = Path(__file__).resolve().parents[2]
PARKING = ["小区停车收费太贵", "停车收费应当公示", "小区里停车收费谁说了算"]
DANCING = ["广场舞太吵", "广场舞的音响声音太大", "晚上跳广场舞影响孩子睡觉"]


def group_of(texts, articles=(), nouns=()):
    cutter = Terms(nouns=nouns)
    asks = [([f"{t}{k}"], clauses(t, cutter)) for k, t in enumerate(texts)]
    voices = {ids[0]: 1.0 for ids, _ in asks}
    return Group(asks, voices, [(f"第{k}条", 1.0, clauses(t, cutter)) for k, t in enumerate(articles)])


def texts_of(group):
    return [c.text for c in candidates(group)]


def test_phrases_end_where_their_words_belong_together():
    found = texts_of(group_of(["充电服务费实行市场调节价", "罚款由公安机关交通管理部门决定"]))
    assert {"市场调节价", "充电服务费"} <= set(found)
    assert not any(t.startswith("由") or t.endswith("市场") for t in found)


def test_what_stands_apart_is_marked():
    by_text = {c.text: c for c in candidates(group_of(["楼道里面不许停放"]))}
    assert by_text["楼道停放"].apart
    assert not by_text["楼道"].apart


def test_a_phrase_knows_who_says_it_and_where_it_is_written():
    (found,) = [c for c in candidates(group_of(PARKING, ["停车收费实行政府指导价。"])) if c.text == "停车收费"]
    assert len(found.opinions) == len(PARKING)
    assert (found.articles, found.written) == (("第0条",), 1.0)


def test_parties_alone_are_no_names():
    assert not {"小区", "物业", "物业小区"} & set(texts_of(group_of(["小区物业要管", "物业和小区都要管"])))


def test_words_of_the_draft_that_no_dictionary_has_are_nouns():
    nouns = own_words(["殡葬服务证应当验审。"], ["验审太勤"])
    assert "验审" in nouns
    assert "验审" in texts_of(group_of(["每年验审一次"], nouns=nouns))
    assert own_words([], ["验审太勤"]) == frozenset()


def views_of(*groups):
    found = [group_of(g) for g in groups]
    return Views(found, [" ".join(sorted(g)) for g in groups], weigh(found), frozenset(), {}, load_embedder(ENCODER))


def test_features_are_finite_and_as_many_as_their_names():
    _, rows = views_of(PARKING, DANCING).look(0)
    assert rows.shape[1] == len(FEATURES)
    assert np.isfinite(rows).all()


def test_a_theme_is_named_after_what_it_is_about():
    views = views_of(PARKING, DANCING)
    assert [found[0].candidate.text for found in views.best((0, 1), load_model())] == ["小区停车收费", "广场舞"]


def test_one_theme_and_no_theme_have_names_too():
    assert views_of(PARKING).best([0], load_model())[0]
    assert views_of(["嗯。", "好"]).best([0], load_model()) == [[]]


def test_a_damaged_model_is_refused():
    data = json.loads((model_path("jietan-titles-zh") / "weights.json").read_text("utf-8"))
    with pytest.raises(ModelError, match="损坏"):
        read_model(b"{}", "x")
    with pytest.raises(ModelError, match="不配"):
        read_model(json.dumps(data | {"features": data["features"][::-1]}).encode(), "x")


def test_the_recipe_learns_that_good_names_are_worth_more():
    spec = importlib.util.spec_from_file_location("titles_recipe", ROOT / "models" / "jietan-titles-zh" / "train.py")
    recipe = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(recipe)
    sys.path[:] = before
    assert recipe.alike("停车的收费", "停车收费") == 1.0
    assert (
        recipe.alike("停车收费标准", "停车收费")
        > recipe.alike("停车收费", "停车收费的标准和公示")
        > recipe.alike("公示", "停车收费")
        == 0.0
    )
    texts, members = PARKING + DANCING, {"a": [0, 1, 2], "b": [3, 4, 5]}
    empty = recipe.pd.DataFrame({"article_id": [], "article": [], "text": []})
    material = recipe.Material("m", empty, texts, [None] * 6, members, {"a": "停车收费", "b": "广场舞"})
    table = recipe.describe([material])
    assert table.features.shape == (len(table.worth), len(FEATURES))
    best = {str(t): table.text[np.where(table.theme == t, table.worth, -1).argmax()] for t in set(table.theme)}
    assert best == {"m/a": "停车收费", "m/b": "广场舞"}


def test_themes_are_named_alike_alone_and_by_another_process():
    groups = [PARKING, DANCING, ["嗯。", "好"], ["路灯不亮", "路灯坏了没人修"]]
    alone, elsewhere = views_of(*groups).best(range(4), load_model()), Elsewhere()
    with using(elsewhere), pytest.MonkeyPatch.context() as patch:
        patch.setattr("jietan.naming.choosing._THEMES", 1)
        assert views_of(*groups).best(range(4), load_model()) == alone
    assert elsewhere.batches == 4
