"""Exports by a second process."""

import shutil

import pytest

import jietan
from jietan.commands.beside import Beside
from jietan.errors import JietanError

_FORMATS = ("xlsx", "docx", "html", "csv", "json")


@pytest.fixture
def run(small_run, tmp_path):
    """A copy of a small run."""
    shutil.copytree(small_run.folder, tmp_path / "运行")
    return jietan.Run.load(tmp_path / "运行")


@pytest.fixture
def written_here(monkeypatch):
    """The formats that are written in this process, as they are written."""
    seen, export = [], jietan.Run.export

    def watched(self, formats=None, **choices):
        seen.append(formats and list(formats))
        return export(self, formats, **choices)

    monkeypatch.setattr(jietan.Run, "export", watched)
    return seen


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)


def _bytes(paths):
    return {path.name: path.read_bytes() for path in paths}


def test_the_second_process_writes_all_but_the_first_format_and_the_same_bytes(run, written_here):
    with Beside(wanted=True) as beside:
        process = beside._process
        paths = beside.export(run)
    assert written_here == [["xlsx"]]
    assert process.returncode is not None
    found = _bytes(paths)
    shutil.rmtree(run.folder / "exports")
    again = run.export(_FORMATS)
    assert paths == again
    assert found == _bytes(again)


def test_what_a_process_that_has_ended_does_not_write_is_written_here(run, written_here):
    with Beside(wanted=True) as beside:
        beside._process.kill()
        beside._process.wait()
        paths = beside.export(run)
    assert written_here == [["xlsx"], ["docx", "html", "csv", "json"]]
    assert {"report.html", "立法建议报告.docx", "建议.json"} <= {path.name for path in paths if path.exists()}


def test_what_cannot_be_written_is_said_as_without_a_second_process(run):
    (run.folder / "exports" / "report.html").mkdir(parents=True)
    with Beside(wanted=True) as beside, pytest.raises(JietanError, match=r"report\.html：写不了导出文件"):
        beside.export(run)


@pytest.mark.parametrize("why", ["not wanted", "one core", "no process"])
def test_everything_is_written_here_without_a_second_process(run, written_here, monkeypatch, why):
    if why == "one core":
        monkeypatch.setattr("joblib.cpu_count", lambda: 1)
    if why == "no process":
        monkeypatch.setattr("sys.executable", "/nowhere/python")
    with Beside(wanted=why != "not wanted") as beside:
        assert beside._process is None
        beside.export(run)
    assert written_here == [None]


def test_tables_of_many_comments_are_not_in_memory_twice(run, written_here, monkeypatch):
    monkeypatch.setattr("jietan.parallel.LEAST", 10)
    with Beside(wanted=True) as beside:
        beside.export(run)
    assert written_here == [None]
