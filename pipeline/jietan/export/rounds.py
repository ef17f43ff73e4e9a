"""Write the comparison of two rounds as a workbook or as csv, in Chinese and without personal data."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import SettingsError
from jietan.export.files import stamp, write
from jietan.export.lines import cell
from jietan.export.wording import FORMULA_STARTS, STANCES
from jietan.loop.compare import CHANGES, COUNTS, SIDES

__all__ = ["HEADINGS", "LEVELS", "lines", "turn", "write_rounds"]

LEVELS = {"theme": "主题", "parent": "上级主题"}
_COUNT_WORDS = {"people": "人数", "comments": "意见件数", "points": "采集点数"}
_PAIRS = tuple((name, word) for name, word in _COUNT_WORDS.items() if name in COUNTS) + tuple((s, f"{STANCES[s]}人数") for s in SIDES)
HEADINGS = (
    *("级别", "变化", "前一轮主题", "后一轮主题"),
    *(f"{when}{word}" for _, word in _PAIRS for when in ("前一轮", "后一轮")),
    *("态度变化", "相似度", "前一轮编号", "后一轮编号"),
)
_WIDTHS = (9, 10, 28, 28, *([9] * 2 * len(_PAIRS)), 26, 9, 13, 13)


def turn(row: Mapping[str, Any]) -> str:
    """Say which side led before and which leads now, where that is another one."""
    before, after = (row[f"leaning_{side}"] for side in ("before", "after"))
    if not isinstance(before, str) or not isinstance(after, str) or before == after:
        return ""
    return f"由{STANCES[before]}的人最多变为{STANCES[after]}的人最多"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def lines(found: pd.DataFrame, titles: tuple[Mapping[str, str], Mapping[str, str]]) -> Iterator[list[str | int | float]]:
    """Yield the rows of a comparison under :data:`HEADINGS`.

    Args:
        found: What :func:`jietan.compare` returned.
        titles: Masked titles of the themes of both rounds.
    """
    for record in found.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        before, after = _text(row["theme_before"]), _text(row["theme_after"])
        yield [
            *(LEVELS[row["level"]], CHANGES[row["change"]], titles[0].get(before, ""), titles[1].get(after, "")),
            *(int(row[f"{name}_{side}"]) for name, _ in _PAIRS for side in ("before", "after")),
            *(turn(row), round(row["similarity"], 2) if before and after else "", before, after),
        ]


def _csv(path: Path, rows: list[list[str | int | float]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        out.writerows([cell(value) for value in row] for row in rows)


def _xlsx(path: Path, rows: list[list[str | int | float]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": stamp({})})
        base = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#A6A6A6"}
        head = book.add_format({**base, "font_name": "黑体", "bg_color": "#DCE6F1", "align": "center"})
        plain, quoted = book.add_format(base), book.add_format({**base, "quote_prefix": True})
        sheet = book.add_worksheet("两轮对照")
        sheet.freeze_panes(1, 4)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for at, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading, head)
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, at, value, quoted if value.startswith(FORMULA_STARTS) else plain)
                else:
                    sheet.write_number(number, at, value, plain)
        sheet.autofilter(0, 0, max(1, len(rows)), len(HEADINGS) - 1)


_WRITERS = {".xlsx": _xlsx, ".csv": _csv}


def write_rounds(path: Path, found: pd.DataFrame, titles: tuple[Mapping[str, str], Mapping[str, str]]) -> Path:
    """Write a comparison.

    Args:
        path: File ending in ``.xlsx`` or ``.csv``.
        found: What :func:`jietan.compare` returned.
        titles: Masked titles of the themes of both rounds.

    Raises:
        SettingsError: The file has another ending.
        RunFolderError: It cannot be written.
    """
    make = _WRITERS.get(path.suffix.lower())
    if make is None:
        raise SettingsError(f"写不了 {path.suffix or '没有扩展名'} 的文件", where="--out", todo="请写成以 .xlsx 或者 .csv 结尾的文件名")
    rows = list(lines(found, titles))
    return write(path, lambda part: make(part, rows))
