"""docs/tables.md names every table and column, with type, and nothing else."""

import re
from pathlib import Path

import pytest

from jietan.flow import STAGES
from jietan.tables import CLOSING_TABLES, CONTRACT_TABLES, TABLES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tables.md").read_text("utf-8")
_KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否", "list": "清单", "parts": "段落"}
_ROW = re.compile(r"^\| `(\w+)` \| (\S+) \| (\S.*) \|$", re.MULTILINE)
_BETWEEN = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def _section(name):
    start = PAGE.index(f"\n## {name}\n")
    return re.split(r"\n##? ", PAGE[start + 1 :])[0]


@pytest.mark.parametrize("name", [*CONTRACT_TABLES, *CLOSING_TABLES])
def test_contract_table_is_described(name):
    described = [(column, kind) for column, kind, _ in _ROW.findall(_section(name))]
    wanted = [(c.name, _KINDS[c.kind] + ("，可缺" if c.nullable else "")) for c in TABLES[name].columns]
    assert described == wanted


@pytest.mark.parametrize("name", [*CONTRACT_TABLES, *CLOSING_TABLES])
def test_order_of_a_contract_table_is_described(name):
    intro = _section(name).split("\n| 列 |")[0]
    assert "、".join(f"`{k}`" for k in TABLES[name].key) + " 排" in intro


def test_tables_between_stages_are_described():
    described = {name: re.findall(r"`(\w+)`", columns) for name, _, columns in _BETWEEN.findall(_between())}
    wanted = {name: table.column_names for name, table in TABLES.items() if name not in (*CONTRACT_TABLES, *CLOSING_TABLES)}
    assert described == wanted


def _between():
    return PAGE.split("\n# 步骤之间的表\n")[1].split("\n# ")[0]


def test_tables_between_stages_name_the_stage_that_writes_them():
    writers = {table: stage.name for stage in STAGES for table in stage.writes}
    for name, writer, _ in _BETWEEN.findall(_between()):
        if name in writers:
            assert f"`{writers[name]}`" in writer
        else:
            assert name in ("received", "provisions", "earlier")
