"""The model of outcomes: changes sentence by sentence, its features, its file and its recipe."""

import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from jietan.embedders import load_embedder
from jietan.errors import ModelError
from jietan.loop.asking import Ask
from jietan.loop.changes import changes_of
from jietan.loop.fitting import FEATURES, Fitting
from jietan.loop.revisions import clauses_of, revise
from jietan.loop.weighing import Weighing, decide, load_model, read_model
from jietan.resources import model_path

ROOT = Path(__file__).resolve().parents[2]
DRAFT = [
    ("第二条", ["菜场每日开放。摊主应当明码标价；价格变动的，提前三日公示。"]),
    ("第三条", ["菜场可以设置公平秤。"]),
    ("第四条", ["管理单位每年公布收支。"]),
]
FINAL = [
    ("第二条", ["菜场每日开放。摊主应当明码标价，不得短斤少两；价格变动的，提前七日公示。"]),
    ("第三条", ["菜场应当设置公平秤，并每月校准。"]),
    ("第四条", ["管理单位每年公布收支。"]),
    ("第五条", ["菜场应当为老年人提供代为搬运的服务。"]),
]


@pytest.fixture(scope="module")
def revisions():
    return revise(*(clauses_of(SimpleNamespace(article=a, paragraphs=p) for a, p in law) for law in (DRAFT, FINAL)))


def test_a_revision_is_cut_into_sentences_that_add_up_to_it(revisions):
    for revision in revisions.changed:
        changes = changes_of(revision)
        assert "".join(c.inserted for c in changes) == revision.inserted
        assert "".join(c.deleted for c in changes) == revision.deleted
        assert all(c.after in revision.after for c in changes)
    (first, second) = changes_of(revisions.changed[0])
    assert "短斤少两" in first.inserted
    assert [(m.before.text, m.after.text) for m in second.moves] == [("三日", "七日")]


@pytest.mark.parametrize(
    ("operation", "text", "place", "words", "outcome"),
    [
        ("增加", "缺斤少两的要管，写上不得短斤少两", "第二条", "短斤少两", {"full"}),
        ("增加", "老年人拎不动，菜场应当提供帮忙搬运的服务", None, "搬运", {"full"}),
        ("增加", "老年人拎不动，菜场应当提供帮忙搬运的服务", "第四条", "搬运", {"full", "partial"}),
        ("增加", "菜场要设停车位，免费停一个小时", None, None, {"no"}),
    ],
)
def test_the_change_is_found_wherever_it_stands(revisions, operation, text, place, words, outcome):
    targets = tuple(c for c in revisions.draft if c.owner == place)
    ask = Ask(operation, (text,), targets, bool(targets), linked={place: 1.0} if place else {})
    answer = Weighing(revisions, load_embedder("jietan-e5-zh"), load_model()).weigh(ask)
    assert answer.outcome in outcome
    assert 0 <= answer.chance <= 1
    assert words is None or words in answer.change.inserted


def test_features_are_finite_and_do_not_depend_on_the_order_of_words(revisions):
    fitting = Fitting(revisions, load_embedder("jietan-static-zh"))
    texts = ("公平秤必须有", "秤要定期校准", "提前七天公示")
    one, other = (fitting.features(Ask("修改", t, (), False)) for t in (texts, texts[::-1]))
    assert one.shape == (len(fitting.changed), len(FEATURES))
    assert np.isfinite(one).all()
    assert np.allclose(one, other, atol=1e-4)
    nothing = revise(revisions.draft, revisions.draft)
    assert Fitting(nothing, load_embedder("jietan-static-zh")).features(Ask("修改", texts, (), False)).shape == (0, len(FEATURES))


def test_where_to_cut():
    assert [decide(np.array(c), 0.4, 0.6) for c in ([0.5, 0.2, 0.3], [0.3, 0.3, 0.4], [0.2, 0.1, 0.7])] == ["full", "partial", "no"]


def test_a_damaged_model_is_refused():
    data = json.loads((model_path("jietan-outcomes-zh") / "weights.json").read_text("utf-8"))
    lines = data["lines"]
    for broken in (b"{}", json.dumps({k: v for k, v in data.items() if k != "lines"}).encode()):
        with pytest.raises(ModelError, match="损坏"):
            read_model(broken, "x")
    for other in ({"features": data["features"][::-1]}, {"lines": lines | {"whole": lines["whole"][:-1]}}):
        with pytest.raises(ModelError, match="不配"):
            read_model(json.dumps(data | other).encode(), "x")


def test_adopted_texts_for_training_fit_their_consultations(tmp_path):
    recipe = _finals()
    (tmp_path / "菜场.txt").write_text(
        "@full T01a\n@partial T02a\n第二条 | 三日 | 七日\n第三条 + 每月校准一次。\n后 第三条：应当设置雨棚。\n"
        "删 第四条\n第五条 | 本规定第五条 | 本规定第五条\n",
        "utf-8",
    )
    final = recipe.read_final(tmp_path / "菜场.txt")
    assert final.outcomes == {"T01a": "full", "T02a": "partial"}
    draft = [("第一条", "一。"), ("第二条", "提前三日。"), ("第三条", "秤。"), ("第四条", "删。"), ("第五条", "依照本规定第五条。")]
    assert recipe.adopt(draft, final.edits) == [
        ("第一条", "一。"),
        ("第二条", "提前七日。"),
        ("第三条", "秤。\n每月校准一次。"),
        ("第四条", "应当设置雨棚。"),
        ("第五条", "依照本规定第五条。"),
    ]
    with pytest.raises(ValueError, match="第二条"):
        recipe.adopt(draft, [("replace", "第二条", "五日", "七日")])
    folder = ROOT / "corpora" / "training"
    for path in sorted((folder / "finals").glob("*.txt")):
        found, known = recipe.read_final(path), recipe.read_consultation(folder / "consultations" / path.name)
        assert {known.positions[p][0] for p in found.outcomes} == {"change"}


def _finals():
    spec = importlib.util.spec_from_file_location("finals_recipe", ROOT / "models" / "jietan-outcomes-zh" / "finals.py")
    recipe = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(recipe)
    sys.path[:] = before
    return recipe
