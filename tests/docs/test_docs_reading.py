"""docs/reading.md: every name of a column is there, and the headers it lists are understood as it says."""

import re
from pathlib import Path

import pytest

from jietan.reading import read_files
from jietan.reading.dates import parse_count, parse_date
from jietan.reading.headers import CANONICAL, match_header

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reading.md").read_text("utf-8")
ROWS = {name: headers.split("、") for name, headers in re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)}


def test_every_name_is_listed_once():
    assert list(ROWS) == sorted(CANONICAL, key=list(ROWS).index)
    assert set(ROWS) == set(CANONICAL)


@pytest.mark.parametrize(("name", "header"), [(n, h.strip()) for n, hs in ROWS.items() for h in hs])
def test_listed_header_is_understood(name, header):
    other = "意见内容" if name not in ("text", "title", "proposed_text", "reason") else "提交日期"
    beside = [header, other] if name != "title" else [header, "意见内容"]
    if name == "reason":
        beside = [header, "建议修改为"]
    layout = match_header(beside, {})
    assert layout is not None
    if name == "comment_id":
        assert layout.comment_id == 0
    elif name in ("text", "title", "proposed_text", "reason"):
        assert 0 in layout.texts
    else:
        assert layout.fields[name] == 0


def test_listed_dates_are_understood():
    dates = re.search(r"日期认得 (.*?)、Excel", PAGE)[1]
    for shown in re.findall(r"`([^`]+)`", dates):
        assert parse_date(shown)[:10] == "2025-06-05", shown
    assert parse_date("6/5/2025") is None
    assert parse_count("1.2万") == "12000"


def test_listed_names_can_be_mapped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲,乙,丙\n1,应当增加停车位,标题\n", "utf-8")
    (row,) = read_files([path], column_map={"id": "甲", "text": "丙+乙"}).rows
    assert (row.comment_id, row.text) == ("1", "标题\n应当增加停车位")


def test_box_per_article_gives_ids_as_described(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("编号,第十二条,第十三条\n7,太严,\n8,支持,太松\n", "utf-8")
    rows = read_files([path]).rows
    assert [r.comment_id for r in rows] == ["7#第十二条", "8#第十二条", "8#第十三条"]
