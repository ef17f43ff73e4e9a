import subprocess
import sys
from pathlib import Path

import pytest

from jietan.embedders import list_models
from jietan.evaluate import evaluate, format_scores
from run_copies import copy_of, table_bytes

_SCORER = Path(__file__).resolve().parents[3] / "shared" / "eval" / "score.py"


def test_evaluate_prints_the_scores_and_then_the_notes(call, sample_run, sample_folder):
    shown = call("evaluate", sample_run.folder, "--gold", sample_folder)
    scores = evaluate(sample_run.folder, sample_folder)
    assert shown.code == 0
    assert shown.out == format_scores(scores.figures) + "\n"
    assert shown.err == "".join(f"{note}\n" for note in scores.notes)
    assert "是用这份标注训练的" in shown.err


@pytest.mark.skipif(not _SCORER.exists(), reason="the reference scorer is not at ../shared/eval/score.py")
def test_evaluate_prints_what_the_reference_scorer_prints(spawn, sample_run, sample_folder):
    reference = subprocess.run([sys.executable, _SCORER, sample_run.folder, sample_folder], capture_output=True, check=True)
    assert spawn("evaluate", sample_run.folder, "--gold", sample_folder).out == reference.stdout.decode("utf-8")


def test_export_writes_what_is_asked_for(call, tmp_path, small_run):
    out = copy_of(small_run, tmp_path / "out")
    before = table_bytes(out)
    shown = call("export", out, "--to", "XLSX，json")
    assert shown.code == 0
    exports = out / "exports"
    assert sorted(p.name for p in exports.iterdir()) == sorted(["意见汇总表.xlsx", "建议.json"])
    assert f"汇总表：{exports / '意见汇总表.xlsx'}\n  数据：{exports / '建议.json'}\n" in shown.out
    assert table_bytes(out) == before


def test_export_without_formats_takes_those_of_the_run(call, tmp_path, small_run):
    out = copy_of(small_run, tmp_path / "out")
    assert call("export", out).code == 0
    assert sorted(p.name for p in (out / "exports").iterdir()) == sorted(
        ["意见汇总表.xlsx", "立法建议报告.docx", "report.html", "建议.json", "表格csv"]
    )


def test_models(call):
    shown = call("models")
    assert shown.code == 0
    for model in list_models():
        assert model["name"] in shown.out
        assert model["licence"] in shown.out
    assert "（默认）" in shown.out
