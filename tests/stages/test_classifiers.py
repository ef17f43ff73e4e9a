"""The linear models: reading them, what they refuse, and that nothing depends on the company a text is in."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.classifiers import FEATURES, PLACES, around, gram_table, load_models, read_models
from jietan.errors import ModelError
from jietan.features import CLAUSE_FEATURES, clause_features, opinion_features
from jietan.language.clauses import find_clauses
from jietan.language.cues import cue_vector, cue_vectors
from jietan.language.grams import grams
from jietan.language.normalize import fold
from jietan.resources import corpus_path, model_path
from jietan.stages.classify import choose_labels, triage_of
from jietan.stages.split import split_text

MODELS = load_models("jietan-labels-zh")
RAW = (model_path("jietan-labels-zh") / "weights.json").read_bytes()
TEXTS = ["建议把公示期延长到三十天，因为很多人在外地。", "坚决反对第二条！", "“周边”是指多少米？", "支持。摊主应当保持清洁，否则罚款。"]


def test_numbers_do_not_tell_texts_apart():
    assert grams("不超过30日") == grams("不超过60日") == grams("不超过三十日")
    assert grams("第十二条") == grams("第三条")
    assert {"^", "$", "建议", "^建", "删$"} <= grams("建议删")
    assert grams("") == {"^", "$", "^$"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(TEXTS), st.text(max_size=30)), max_size=6))
def test_many_texts_give_the_rows_that_each_gives_alone(texts):
    folded = [fold(t) for t in texts]
    expected = [sorted(MODELS.vocabulary[g] for g in grams(f) if g in MODELS.vocabulary) for f in folded]
    assert [r.tolist() for r in MODELS.rows_of(folded)] == expected


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(TEXTS), st.text("建议应不能吗?凭什么第二条过了,。请问怎么办12路", max_size=30)), st.data())
def test_parts_hold_the_cues_they_hold_alone(text, data):
    folded = fold(text)
    place = st.tuples(st.integers(0, len(folded)), st.integers(0, len(folded))).map(sorted)
    places = [tuple(p) for p in data.draw(st.lists(place, min_size=1, max_size=4))]
    alone = np.stack([cue_vector(folded[a:b]) for a, b in places])
    assert cue_vectors(folded, places).tolist() == alone.tolist()


def test_the_vocabulary_is_sorted_and_the_file_small():
    listed = json.loads(RAW)["grams"]
    assert listed == sorted(set(listed))
    assert len(RAW) < 5e6


def test_every_model_has_its_tables():
    for name, features in FEATURES.items():
        model = MODELS[name]
        assert model.weights.shape == (len(model.classes), len(features))
        assert set(model.grams) == set(PLACES.get(name, ("own",)))
        assert all(t.shape == (len(MODELS.vocabulary), len(model.classes)) for t in model.grams.values())


def test_weights_are_written_in_thousandths():
    assert gram_table([[0.1234, -0.0004], [1.0, 0.0]]) == [[123, 0], [1000, 0]]


@pytest.mark.parametrize("place", [0, -1])
def test_a_row_alone_scores_as_in_company(place):
    folded = fold(TEXTS[3])
    clauses = find_clauses(TEXTS[3])
    features = clause_features(folded, clauses)
    assert features.shape == (len(clauses), len(CLAUSE_FEATURES))
    places = around([MODELS.rows(folded[c.start : c.end]) for c in clauses])
    together = MODELS["clause"].probabilities(features, **places)
    alone = MODELS["clause"].probabilities(features[[place]], **{k: [v[place]] for k, v in places.items()})
    assert alone[0].tobytes() == together[place].tobytes()
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)


def _labels(text):
    spans = split_text(text, MODELS)
    rows = [MODELS.rows(fold(text)[a:b]) for a, b, _ in spans]
    return spans, choose_labels([text[a:b] for a, b, _ in spans], opinion_features(text, spans), rows, MODELS)


@settings(max_examples=20, deadline=None)
@given(st.permutations(TEXTS))
def test_order_changes_nothing(order):
    alone = {t: triage_of([t], [frozenset({"公示期"})], MODELS) for t in TEXTS}
    names, probabilities = triage_of(order, [frozenset({"公示期"})], MODELS)
    assert [alone[t] for t in order] == [([n], [p]) for n, p in zip(names, probabilities, strict=True)]
    assert {t: _labels(t) for t in order} == {t: _labels(t) for t in TEXTS}


def test_the_same_bytes_are_the_same_models():
    again = read_models("x", RAW)
    assert again.fingerprint == MODELS.fingerprint
    assert again.trained_on == MODELS.trained_on
    assert split_text(TEXTS[0], again) == split_text(TEXTS[0], MODELS)


def test_what_measures_is_not_trained_on():
    import hashlib

    def sha(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()

    marked = {p.stem: sha(p) for p in (corpus_path("training") / "consultations").glob("*.txt")}
    expected = {h for n, h in marked.items() if n not in ("市容", "社会信用")}
    expected |= {sha(p) for p in (corpus_path("training") / "messages").glob("*.txt")}
    assert set(MODELS.trained_on) == expected | {sha(corpus_path("consultation_a") / "gold.jsonl")}


def _damaged(change):
    data = json.loads(RAW)
    change(data)
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        RAW[:-100],
        _damaged(lambda d: d.pop("transitions")),
        _damaged(lambda d: d["models"].pop("boundary")),
        _damaged(lambda d: d["models"]["kind"]["grams"].pop("own")),
    ],
)
def test_damaged_files_are_refused(raw):
    with pytest.raises(ModelError, match="已损坏"):
        read_models("x", raw)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["grams"].pop(),
        lambda d: d["models"]["triage"]["features"].reverse(),
        lambda d: d["models"]["stance"]["classes"].pop(),
        lambda d: d["models"]["clause"]["bias"].pop(),
    ],
)
def test_models_for_other_features_are_refused(change):
    with pytest.raises(ModelError, match="版本不配"):
        read_models("x", _damaged(change))


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ModelError, match="缺失"):
        load_models(str(tmp_path))
