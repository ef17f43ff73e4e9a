"""The benchmark scripts' own parts: none of these runs the pipeline."""

import gzip
import json
import subprocess
import sys
from itertools import pairwise
from types import SimpleNamespace

import pandas as pd
import pytest

from synthetic_runs import GOLD, ROOT, load_script, read_texts, write_tables

BENCHMARKS = ROOT / "benchmarks"


def script(name):
    return load_script(BENCHMARKS / f"{name}.py", name)


@pytest.fixture(scope="module")
def baseline():
    yield script("baseline")
    del sys.modules["baseline"]


@pytest.fixture(scope="module")
def quality(baseline):
    yield script("quality")
    del sys.modules["quality"]


@pytest.fixture(scope="module")
def speed():
    yield script("speed")
    del sys.modules["speed"]


def test_baseline_command_prints_the_scores_of_what_it_writes(tmp_path):
    command = [sys.executable, str(BENCHMARKS / "baseline.py"), str(GOLD), "--out", str(tmp_path)]
    printed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    scores = {line.split()[0]: float(line.split()[1]) for line in printed}
    assert scores["n_comments"] == 420
    assert scores["span_violations"] == scores["lost_comments"] == scores["merge.trap_violations"] == 0
    assert 0.3 < scores["split.f1"] < 0.8
    assert {"comments", "opinions", "links", "suggestions"} == {p.stem for p in (tmp_path / "tables").iterdir()}


def test_baseline_sentences_cover_every_character_but_blanks_and_breaks(baseline):
    for text in [*read_texts().values(), "", "。", "  甲。。\n\n 乙；丙"]:
        cuts = list(baseline._sentences(text))
        assert all(text[a:b] == text[a:b].strip() != "" for a, b in cuts)
        assert all(b <= c for (_, b), (c, _) in pairwise(cuts))
        left = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in cuts))
        assert not left.strip().strip("。！？；")


def test_baseline_reads_every_article(baseline):
    articles = baseline.read_articles(GOLD / "draft.md")
    assert len(articles) == 34
    assert articles["第三十四条"].startswith("本条例自")
    assert all("##" not in text and "**" not in text for text in articles.values())


def test_baseline_says_which_column_is_absent(baseline, tmp_path):
    (tmp_path / "comments.csv").write_text("编号,内容\n1,甲\n", "utf-8")
    with pytest.raises(SystemExit, match="name"):
        baseline.read_comments(tmp_path / "comments.csv")


def test_quality_replaces_only_what_stands_between_the_markers(quality):
    page = "前\n<!-- scores:a -->\n旧\n<!-- /scores:a -->\n<!-- scores:b -->旧<!-- /scores:b -->\n后"
    once = quality.put(page, "a", "新")
    assert once.startswith("前\n<!-- scores:a -->\n\n新\n\n<!-- /scores:a -->\n")
    assert once.endswith("<!-- scores:b -->旧<!-- /scores:b -->\n后")
    assert quality.put(once, "a", "新") == once
    with pytest.raises(SystemExit, match="scores:c"):
        quality.put(page, "c", "新")


def test_quality_tables_show_both_columns(quality):
    text = quality.table({"split.f1": 0.5, "x": 1.0}, {"split.f1": 0.75, "n_opinions": 12.0}, ["说明"])
    assert "| `split.f1` | 0.500 | 0.750 |" in text
    assert "| `n_opinions` | — | 12 |" in text
    assert "| `x` | 1.000 | — |" in text
    assert text.endswith("> 注：说明")


def test_quality_command_updates_the_page(quality, baseline, tmp_path, monkeypatch, capsys):
    def run(comments, *, draft, out):
        assert comments == [draft.parent / "comments.csv"]
        return SimpleNamespace(folder=baseline.build(draft.parent, out))

    page = tmp_path / "scores.md"
    page.write_text("<!-- scores:consultation_a -->\n<!-- /scores:consultation_a -->\n", "utf-8")
    monkeypatch.setattr(quality.jietan, "run", run, raising=False)
    compared = []
    monkeypatch.setattr(quality, "outcome", lambda run, final: compared.append((run.folder, final)))
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    monkeypatch.setattr(quality, "PAGE", page)
    monkeypatch.setattr(sys, "argv", ["quality.py", "--gold", str(GOLD), "--write"])
    quality.main()
    assert [final for _, final in compared] == [GOLD / "final.md"]
    assert "| `n_comments` | 420 | 420 |" in page.read_text("utf-8")
    assert "consultation_a" in capsys.readouterr().out


def test_scores_page_has_a_place_for_every_consultation(quality):
    page = (ROOT / "docs" / "scores.md").read_text("utf-8")
    for folder in quality.consultations():
        quality.put(page, folder.name, "")


def test_shuffled_rows_are_the_same_rows(speed, tmp_path):
    assert speed.shuffle_rows(GOLD / "comments.csv", tmp_path / "comments.csv") == 420
    before, after = (pd.read_csv(p / "comments.csv", dtype=str, encoding="utf-8-sig") for p in (GOLD, tmp_path))
    assert list(before["意见编号"]) != list(after["意见编号"])
    pd.testing.assert_frame_equal(before, after.sort_values("意见编号", ignore_index=True))


def test_runs_are_compared_by_bytes_and_by_content(speed, tmp_path):
    rows = [{"id": "a", "source_row": 1, "ids": ["x"] * 2000}, {"id": "b", "source_row": 2, "ids": None}]
    rejects = [{"source_row": 1, "reason": "甲"}, {"source_row": 2, "reason": "乙"}]
    one = write_tables(tmp_path / "one", comments=rows, rejects=rejects)
    same = write_tables(tmp_path / "same", comments=rows, rejects=rejects)
    assert speed.differing_bytes(one, same) == []
    moved = [r | {"source_row": 9} for r in rows]
    shuffled = write_tables(tmp_path / "shuffled", comments=moved, rejects=rejects[::-1])
    assert speed.differing_bytes(one, shuffled) == ["comments", "rejects"]
    assert speed.differing_content(one, shuffled) == []
    wrong = [moved[0] | {"ids": ["x"] * 1999 + ["y"]}, moved[1]]
    other = write_tables(tmp_path / "other", comments=wrong, extra=rows, rejects=rejects)
    assert speed.differing_content(one, other) == ["comments", "extra"]


def test_a_failed_run_shows_what_it_said(speed, tmp_path):
    with pytest.raises(SystemExit, match="失败"):
        speed.execute(tmp_path / "nothing.csv", tmp_path / "out", draft=None)


def test_time_and_memory_are_those_of_the_run(speed, tmp_path, monkeypatch):
    (tmp_path / "jietan").mkdir()
    (tmp_path / "jietan" / "__init__.py").touch()
    fake = "import sys, time\ndef main():\n    assert '--draft' in sys.argv\n    held = b'x' * 90_000_000\n    time.sleep(0.2)\n"
    (tmp_path / "jietan" / "cli.py").write_text(fake, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ballast = b"x" * 300_000_000
    cost = speed.execute(GOLD / "comments.csv", tmp_path / "out", draft=GOLD / "draft.md")
    del ballast
    assert cost.seconds >= 0.2
    assert 85 < cost.megabytes < 250


def test_messages_become_a_table(speed, tmp_path):
    row = {"id": "m1", "user": "U1", "title": "标题", "text": "一行\n二行", "date": "2020-01-06", "likes": None}
    with gzip.open(tmp_path / "messages.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    assert speed.write_messages(tmp_path / "messages.jsonl.gz", tmp_path / "messages.csv") == 1
    (got,) = pd.read_csv(tmp_path / "messages.csv", encoding="utf-8-sig").to_dict("records")
    assert got["留言编号"] == "m1"
    assert got["留言详情"] == "一行\n二行"


@pytest.mark.parametrize("name", ["baseline", "speed"])
def test_scripts_explain_themselves(name):
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), "--help"]
    assert "usage" in subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
