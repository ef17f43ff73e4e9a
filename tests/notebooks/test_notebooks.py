"""Every notebook runs from top to bottom on a small sample, uses public names only, and is stored without outputs."""

import os
import re
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest
from nbclient import NotebookClient

from jietan.resources import corpus_path

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
_ROWS = 60


def _read(path):
    return nbformat.read(path, as_version=4)


def _code(path):
    return [cell for cell in _read(path).cells if cell.cell_type == "code"]


@pytest.fixture
def desk(tmp_path):
    """A checkout in small: the notebook's folder beside a corpora folder with the first rows of the sample."""
    sample, small = corpus_path("consultation_a"), tmp_path / "corpora" / "consultation_a"
    small.mkdir(parents=True)
    for name in ("draft.docx", "final.docx", "points.csv"):
        shutil.copy(sample / name, small)
    book = openpyxl.load_workbook(sample / "comments.xlsx")
    rows = int(os.environ.get("JIETAN_NOTEBOOK_ROWS", _ROWS))
    book.active.delete_rows(rows + 2, book.active.max_row)
    book.save(small / "comments.xlsx")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.notebook
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(path, desk, monkeypatch):
    monkeypatch.setenv("JIETAN_HOME", str(desk / "home"))
    notebook = _read(path)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(desk / "notebooks")}}).execute()
    styled = [o for c in notebook.cells for o in c.get("outputs", []) if "text/html" in o.get("data", {})]
    assert styled, "no table was shown"
    assert not any(">nan<" in o["data"]["text/html"] for o in styled)
    assert (desk / "runs").is_dir()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_stored_without_outputs(path):
    for cell in _code(path):
        assert not cell.outputs
        assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_uses_public_names_only(path):
    source = "\n".join(cell.source for cell in _code(path))
    assert not re.search(r"from jietan|import jietan\.|\._[a-z]", source)
    import jietan

    for name in re.findall(r"\bjietan\.(\w+)", source):
        assert name in jietan.__all__


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_links_of_a_notebook_lead_somewhere(path):
    for cell in _read(path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+)\)", cell.source):
                assert (FOLDER / target).exists(), target
