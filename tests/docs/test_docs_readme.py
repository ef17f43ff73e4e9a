"""READMEs, tutorial and how-tos are true: marked blocks are run, every other command line is checked against what there is."""

import csv
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import typer

from jietan.resources import corpus_path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.en.md")
_PAGES = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md"))
#: Pages whose marked blocks are run, in the order in which a newcomer follows them.
_STEPS = ("install", "first-run", "read", "review", "deliver", "second-batch", "after")
GUIDES = (
    *READMES,
    *(f"docs/tutorial/{name}.md" for name in _STEPS),
    *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs" / "howto").glob("*.md")),
)
_BLOCK = re.compile(r"(<!-- run -->\n)?[ \t]*```(\w+)\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)\)")


def _blocks(name):
    return [(bool(mark), language, body) for mark, language, body in _BLOCK.findall((ROOT / name).read_text("utf-8"))]


def _lines(name, *, marked):
    found = []
    for mark, language, body in _blocks(name):
        if language == "sh" and mark == marked:
            found += [words for line in body.splitlines() if (words := shlex.split(line, comments=True))]
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the files that the READMEs name, made from the first rows of the sample."""
    folder = tmp_path_factory.mktemp("desk")
    sample = corpus_path("consultation_a")
    with (sample / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    book = openpyxl.Workbook()
    for row in [header, *rows[:40]]:
        book.active.append(row)
    book.save(folder / "意见.xlsx")
    shutil.copy(folder / "意见.xlsx", folder / "comments.xlsx")
    renamed = {"意见内容": "群众反映", "征集点": "来件单位"}
    for name, head, body in (
        ("台账.csv", [renamed.get(h, h) for h in header], rows[40:60]),
        ("第二批.csv", header, rows[60:70]),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *body])
    shutil.copy(folder / "台账.csv", folder / "ledger.csv")
    shutil.copy(folder / "第二批.csv", folder / "batch2.csv")
    for name in ("草案.docx", "draft.docx"):
        shutil.copy(sample / "draft.docx", folder / name)
    for name in ("通过文本.docx", "final.docx"):
        shutil.copy(sample / "final.docx", folder / name)
    shutil.copy(sample / "points.csv", folder / "采集点.csv")
    shutil.copytree(sample, folder / "corpora" / "consultation_a")
    (toml,) = [body for _, language, body in _blocks("docs/howto/settings.md") if language == "toml"]
    (folder / "设置.toml").write_text(toml, "utf-8")
    return folder


def _run(words, desk):
    env = dict(os.environ) | {"JIETAN_HOME": str(desk / "home"), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", "from jietan.cli import main; main()", *words[1:]]
    return subprocess.run(command, cwd=desk, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def _follow(name, desk):
    """Run the marked lines of a page that were not run yet."""
    for words in _lines(name, marked=True):
        assert words[0] == "jietan"
        done_already = desk / hashlib.sha256(shlex.join(words).encode()).hexdigest()
        if done_already.exists():
            continue  # another page has the same line
        done = _run(words, desk)
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
        done_already.touch()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", GUIDES)
def test_marked_commands_of_a_page_work(name, desk):
    _follow("README.md", desk)
    _follow(name, desk)
    folders = {p.parent for p in desk.glob("runs/*/manifest.json")}
    assert folders
    for folder in folders:
        assert (folder / "exports" / "意见汇总表.xlsx").exists()
        assert (folder / "exports" / "立法建议报告.docx").exists()
        assert (folder / "exports" / "建议.json").exists()


def test_marked_blocks_are_seen():
    """A page of the tutorial that lost its marks, or whose marks are not understood, would be run no more."""
    for name in GUIDES:
        text = (ROOT / name).read_text("utf-8")
        assert text.count("<!-- run -->") == sum(mark for mark, _, _ in _blocks(name)), name
    assert {name for name in GUIDES if _lines(name, marked=True)} >= {*READMES, *(f"docs/tutorial/{n}.md" for n in _STEPS[1:])}


def test_settings_of_the_readme_reach_the_report(desk):
    from jietan import load_settings

    settings = load_settings(desk / "设置.toml")
    assert settings.report.office
    assert settings.cluster.granularity == 0.7


def _command(words):
    """Find the command that some words name, and the words left over."""
    from jietan.cli import app

    command = typer.main.get_command(app)
    words = list(words)
    while hasattr(command, "commands") and words:
        assert words[0] in command.commands, f"no command {words[0]}"
        command = command.commands[words.pop(0)]
    return command, words


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_line_of_a_page_exists(name):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for words in _lines(name, marked=False) + _lines(name, marked=True):
        program = Path(words[0]).name
        if program == "make":
            assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), words
        elif program == "jietan":
            command, rest = _command(words[1:])
            options = {o for p in command.params for o in p.opts}
            assert {w for w in rest if w.startswith("-")} <= options, words
        else:
            assert program in ("source", "pip", "python3.11", "cat", "sh"), words


def _inline_commands():
    for page in [*READMES, *_PAGES]:
        for found in re.findall(r"`jietan ((?:--)?[a-z]+[^`]*)`", (ROOT / page).read_text("utf-8")):
            yield page, found


def test_commands_named_in_the_text_exist():
    for page, text in _inline_commands():
        words = [w for w in text.replace("命令", "run").split() if w != "…"]
        if words[0].startswith("-"):
            continue
        command, rest = _command(words) if words[0] != "laws" or len(words) > 1 else (None, [])
        if command is not None:
            options = {o for p in command.params for o in p.opts} | {"--help"}
            assert {w.partition("=")[0] for w in rest if w.startswith("-")} <= options, (page, text)


@pytest.mark.parametrize("page", [*READMES, "CHANGELOG.md", *_PAGES])
def test_links_lead_somewhere(page):
    for target in _LINK.findall((ROOT / page).read_text("utf-8")):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_first_screen_names_the_two_commands():
    for name in READMES:
        first = "\n".join((ROOT / name).read_text("utf-8").splitlines()[:30])
        assert "make demo" in first
        assert "make test" in first
        assert "意见汇总表.xlsx" in first
