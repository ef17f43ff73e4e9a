"""CONTRIBUTING.md is true: what it names is there, its picture is the flow, its example of a rule runs."""

import importlib
import re
import tomllib
from pathlib import Path
from typing import get_type_hints

import pytest

import jietan
from jietan.flow import STAGES

ROOT = Path(__file__).resolve().parents[2]
PAPER = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_PACKAGE = ROOT / "pipeline" / "jietan"
_ROOTS = (ROOT, _PACKAGE, _PACKAGE / "law" / "style", ROOT / "tests" / "law")
#: What a newcomer makes, or the build.
_MADE = {"train.py", "MODEL.md", "SOURCE.md", "dist/", "site/"}
_NAMED = sorted(set(re.findall(r"`([\w./-]+(?:\.py|\.md|\.toml|/))`", PAPER)) - _MADE)


@pytest.mark.parametrize("name", _NAMED)
def test_files_and_folders_named_are_there(name):
    assert any((root / name).exists() for root in _ROOTS), name


def test_the_picture_is_the_flow():
    assert "(docs/assets/house.svg)" in PAPER
    picture = (ROOT / "docs" / "assets" / "house.svg").read_text("utf-8")
    order = " → ".join(stage.name for stage in STAGES)
    assert order in picture
    assert order in (ROOT / "README.en.md").read_text("utf-8")
    roots = (_PACKAGE, _PACKAGE / "law", _PACKAGE / "review", ROOT)
    for name in re.findall(r"\b([a-z]+(?:/|\.py))", re.sub(r"<[^>]+>", "\n", picture)):
        assert any((root / name).exists() for root in roots) or name in (
            "tables/",
            "stages/",
        ), name


def test_rules_are_found_in_the_files_it_says():
    rows = re.findall(r"^\|[^|]+\|([^|]+\.py[^|]+)\| `(Text|Draft)` \|", PAPER, re.MULTILINE)
    for names, given in rows:
        for name in re.findall(r"`(\w+)\.py`", names):
            module = importlib.import_module(f"jietan.law.style.{name}")
            assert module.RULES
            assert next(iter(get_type_hints(module.check).values())).__name__ == given, name
    assert {given for _, given in rows} == {"Text", "Draft"}


def test_the_example_of_a_rule_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAPER, re.DOTALL)
    exec(compile(code, "CONTRIBUTING.md", "exec"), {})  # noqa: S102


def test_commands_named_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {t for line in re.findall(r"make ((?:[a-z]+ ?)+)", PAPER) for t in line.split()}
    assert {"test", "lock", "docs", "bundle", "reference"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for script in re.findall(r"python (benchmarks/\w+\.py)", PAPER):
        assert (ROOT / script).exists(), script


def test_the_version_stands_the_same_in_both_places():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == jietan.__version__
