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
#: What a person does with the controls, right after the cell that shows them.
_DONE_BY_HAND = {
    "02_themes": """
themes = [name for _, name in controls.chosen.options if name.startswith("T")]
controls.chosen.value = themes[1]
controls.other.value = f"{themes[0]} {controls.view.theme_titles[themes[0]]}"
controls.merge.click()
assert "已经生效" in controls.said.value, controls.said.value
controls.chosen.value = themes[0]
controls.title.value = "另起的名字"
controls.rename.click()
assert (run.themes["title"] == "另起的名字").sum() == 1
assert themes[1] not in set(run.themes["theme_id"])
""",
    "03_suggestions": """
controls.words.value = "本条例自公布之日起施行。"
controls.save.click()
name = controls.chosen.options[1][1]
controls.chosen.value = name
controls.why.value = "已有规定"
controls.reject.click()
assert {"edited", "rejected"} <= set(run.suggestions["status"])
""",
}


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
    if path.stem in _DONE_BY_HAND:
        shown = next(k for k, cell in enumerate(notebook.cells) if ".show_" in cell.source and cell.cell_type == "code")
        notebook.cells.insert(shown + 1, nbformat.v4.new_code_cell(_DONE_BY_HAND[path.stem]))
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(desk / "notebooks")}}).execute()
    styled = [o for c in notebook.cells for o in c.get("outputs", []) if "text/html" in o.get("data", {})]
    assert styled, "no table was shown"
    assert not any(">nan<" in o["data"]["text/html"] for o in styled)
    assert (desk / "runs").is_dir()
    if path.stem in _DONE_BY_HAND:
        said = [o.get("text", "") + o.get("data", {}).get("text/html", "") for c in notebook.cells for o in c.get("outputs", [])]
        assert any("有效" in text for text in said)


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
