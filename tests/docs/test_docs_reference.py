"""The reference is what the code says, and the code says everything: help of options, meanings of settings, tables and columns."""

import re

import pandas as pd
import pytest
from commands_page import commands
from pages import FOLDER, PAGES, made
from wording import cell, linked, table

from jietan import Settings, load_settings
from jietan.flow import STAGES
from jietan.law.style import RULES
from jietan.tables import CLOSING_TABLES, CONTRACT_TABLES, TABLES

_CHINESE = re.compile("[\u4e00-\u9fff]")
_COMMANDS = {" ".join(words): command for words, command in commands()}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_code_says(name):
    assert (FOLDER / name).read_text("utf-8") == made(name), "the code has changed: run `make reference` and commit the page"


def test_no_other_page_stands_in_the_folder():
    assert {p.name for p in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_option_has_a_chinese_help_text(name):
    command = _COMMANDS[name]
    assert _CHINESE.search(command.help or ""), name
    for parameter in command.params:
        assert _CHINESE.search(parameter.help or ""), f"{name}: {parameter.opts}"
        if parameter.param_type_name == "argument":
            assert parameter.metavar, f"{name} {parameter.opts}"


def test_every_command_and_option_is_on_the_page():
    page = (FOLDER / "commands.md").read_text("utf-8")
    assert len(_COMMANDS) > 30
    for name, command in _COMMANDS.items():
        words = name.split()
        if len(words) == 1:
            continue
        section = page.split(f"\n{'#' * len(words)} {' '.join(words[1:])}\n")[1].split("\n## ")[0].split("\n### ")[0]
        for parameter in command.params:
            for opt in parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]:
                assert f"`{opt}" in section, f"{name}: {opt}"
            assert cell(parameter.help) in section, f"{name}: {parameter.opts}"


def test_every_setting_has_a_description():
    for name, field in Settings.model_fields.items():
        section = getattr(Settings(), name)
        fields = getattr(type(section), "model_fields", None)
        for key, inner in (fields or {name: field}).items():
            assert _CHINESE.search(inner.description or ""), f"{name}.{key}"


def test_every_setting_is_on_the_page():
    page = (FOLDER / "settings.md").read_text("utf-8")
    names = [f"{s}.{k}" for s, v in Settings() if hasattr(type(v), "model_fields") for k in type(v).model_fields]
    assert len(names) > 30
    assert set(re.findall(r"^\| `([\w.]+)` \| [^|]+ \|", page, re.MULTILINE)) == {*names, "seed"}


def test_resolved_settings_can_be_read_again(tmp_path):
    path = tmp_path / "jietan.toml"
    path.write_text(Settings().to_toml(), "utf-8")
    assert load_settings(path) == Settings()


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_meaning(name):
    found = TABLES[name]
    assert _CHINESE.search(found.about), name
    assert not found.about.endswith("。")
    for column in (*found.columns, *found.extra):
        assert _CHINESE.search(column.about), f"{name}.{column.name}"
        assert all(f"`{value}`" in column.about or f"{value}" in column.about for value in _told(name, column)), f"{name}.{column.name}"


def _told(name, column):
    """Values that the meaning must explain: a closed set, where the table uses all of it."""
    return column.allowed if name in ("comments", "opinions", "citations", "outcomes") else ()


def test_tables_of_a_run_hold_the_declared_columns(small_run):
    """A run writes no column that the page does not name."""
    seen = 0
    for name, found in TABLES.items():
        for folder in ("tables", "stages"):
            path = small_run.folder / folder / f"{name}.parquet"
            if path.exists():
                seen += 1
                columns = list(pd.read_parquet(path).columns)
                assert columns[: len(found.columns)] == found.column_names, name
                assert set(columns) <= {*found.column_names, *(c.name for c in found.extra)}, name
    assert seen > 20


def test_tables_between_stages_name_the_stage_that_writes_them():
    page = (FOLDER / "tables.md").read_text("utf-8")
    for stage in STAGES:
        for name in stage.writes:
            if name in TABLES and name not in (*CONTRACT_TABLES, *CLOSING_TABLES):
                assert f"由 `{stage.name}` 一步写出，在 `stages/{name}.parquet`" in page, name


def test_ids_of_rules_are_unique_and_in_kebab_case():
    assert len(RULES) > 60
    assert all(name == name.lower() and " " not in name for name in RULES)


def test_sheets_of_the_page_are_those_of_the_workbook(small_run):
    import openpyxl

    (path,) = [p for p in small_run.export(["xlsx"]) if p.name == "意见汇总表.xlsx"]
    page = (FOLDER / "sheets.md").read_text("utf-8")
    for name in openpyxl.load_workbook(path, read_only=True).sheetnames:
        assert f"\n## {name}\n" in page, name


def test_links_of_the_code_lead_from_the_folder():
    assert linked("见[甲](a.md#b)、[乙](reference/c.md)、[丙](https://x/d.md)") == "见[甲](../a.md#b)、[乙](c.md)、[丙](https://x/d.md)"
    assert table(("甲", "乙"), [("a|b", "c\nd")]) == "| 甲 | 乙 |\n|---|---|\n| a\\|b | c<br>d |\n"
