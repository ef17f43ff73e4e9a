import hashlib
import json

import pytest

from jietan.errors import RunFolderError
from jietan.evaluate import evaluate
from jietan.evaluate.notes import training_notes
from synthetic_runs import GOLD, damaged_run

PRINT = hashlib.sha256((GOLD / "gold.jsonl").read_bytes()).hexdigest()


def notes(folder, manifest):
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest), "utf-8")
    return training_notes(folder, PRINT)


def model(name, trained_on):
    return {"name": name, "fingerprint": "f" * 64} | ({} if trained_on is None else {"trained_on": trained_on})


def test_a_model_that_saw_the_answers_is_named(tmp_path):
    said = notes(tmp_path, {"models": [model("甲", ["0" * 64, PRINT]), model("乙", [])]})
    assert len(said) == 1
    assert "甲" in said[0]
    assert "偏高" in said[0]
    assert "乙" not in said[0]


def test_a_model_that_says_nothing_is_unknown(tmp_path):
    (said,) = notes(tmp_path, {"models": [model("丙", None)], "version": 1})
    assert "丙" in said
    assert "不知道" in said


def test_nothing_to_say_when_no_model_saw_the_answers(tmp_path):
    assert notes(tmp_path, {"models": [model("甲", ["0" * 64])]}) == []


def test_no_manifest_or_no_models_is_unknown(tmp_path):
    assert "不知道" in training_notes(tmp_path, PRINT)[0]
    assert "不知道" in notes(tmp_path, {"settings": {}})[0]


@pytest.mark.parametrize("text", ["{", '{"models": 3}', '{"models": [{"fingerprint": "x"}]}'])
def test_a_damaged_manifest_is_refused(text, tmp_path):
    with pytest.raises(RunFolderError, match=r"manifest\.json"):
        notes(tmp_path, text)


def test_absent_tables_are_noted(tmp_path):
    said = " ".join(evaluate(damaged_run(tmp_path, 1, 0.0, ("links", "outcomes")), GOLD).notes)
    assert "links.parquet" in said
    assert "outcomes.parquet" in said
    assert "pii.parquet" not in said
