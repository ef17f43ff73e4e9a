"""The recipe of models/jietan-links-zh on a few labelled comments of the sample."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from jietan.classifiers import load_models
from jietan.embedders import load_embedder
from jietan.law.choice import ABSENCE_FEATURES, CONTENT_FEATURES, POINTING_FEATURES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def recipe():
    path = ROOT / "models" / "jietan-links-zh" / "train.py"
    spec = importlib.util.spec_from_file_location("links_recipe", path)
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = before


def _part(recipe, name, draft, documents, comments):
    spans = []
    for place, k in enumerate(comments):
        for o in documents[k]["opinions"]:
            targets = [(t["article"], t["paragraph"], t["item"]) for t in o["targets"]]
            spans.append(recipe.Labelled(place, o["start"], o["end"], o["kind"], targets, bool(o.get("new_article"))))
    return recipe.Material(name, draft, [documents[k]["text"] for k in comments], spans)


@pytest.mark.timeout(180)
def test_weights_are_learnt_and_scored_on_what_they_never_saw(recipe):
    listed, _ = recipe.read_folder(recipe.SAMPLE)
    gold = [json.loads(line) for line in (recipe.SAMPLE / "gold.jsonl").read_text("utf-8").splitlines()]
    documents = [{"text": d.text, "opinions": g["opinions"]} for d, g in zip(listed, gold, strict=True)]
    absent = [k for k, g in enumerate(gold) if any(o.get("new_article") for o in g["opinions"])]
    chosen = [*absent[:16], *[k for k, g in enumerate(gold) if g["opinions"] and k not in absent][:60]]
    draft = recipe.articles_frame(recipe.read_draft(recipe.SAMPLE / "draft.md").articles, "draft")
    embedder, labels = load_embedder("jietan-static-zh"), load_models("jietan-labels-zh")
    rows = {
        name: recipe.make_rows(_part(recipe, name, draft, documents, part), embedder, labels)
        for name, part in (("one", chosen[::2]), ("two", chosen[1::2]))
    }
    learnt = recipe.learn(rows, [{"one"}, {"two"}])
    assert tuple(learnt["content"]) == CONTENT_FEATURES
    assert tuple(learnt["pointing"]) == POINTING_FEATURES
    assert tuple(learnt["absence"]) == ABSENCE_FEATURES
    assert learnt["cross_validation"]["together"]["recall@3"] > 0.6
    assert learnt["slope"] > 0
