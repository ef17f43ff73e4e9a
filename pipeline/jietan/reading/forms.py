"""What ``jietan form`` writes, as it comes back filled in: its own words are no comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from jietan.reading.model import Record

__all__ = ["COLUMNS", "FIELDS", "GUIDE", "QUOTE", "SHEETS", "is_form", "is_sheet", "own_words", "unquoted"]

#: Columns of what comes back; ``jietan run`` knows every one of them by its name.
COLUMNS = ("条文", "态度", "意见内容", "理由", "街镇", "采集点", "提交日期", "渠道", "提交人", "联系方式")
#: Sheets of the workbook beside the one that is filled in.
SHEETS = ("填写说明", "下拉选项")
#: Lines above the table of the document.
FIELDS = ("街镇", "采集点", "提交日期")
#: How the line below that table begins.
GUIDE = "填写说明：一行写一条意见，照原话写；"
#: What the page puts before a text that a spreadsheet would take for a formula, and before one that begins with it.
QUOTE = "'"
_TITLE = re.compile(r"(?:《.*》)?意见收集表")
_HEADER = ["意见编号", *COLUMNS]
_FIRST = 3


def is_sheet(name: str, first: str) -> bool:
    """Say whether a sheet is the workbook's own instructions or lists.

    Args:
        name: Its name.
        first: Its first cell.
    """
    return name in SHEETS and (first.startswith("可选的") or first.endswith("意见收集表填写说明"))


def is_form(lines: Sequence[str]) -> bool:
    """Say whether the paragraphs of a document are those of the form.

    Args:
        lines: Their texts.
    """
    return any(line.strip().startswith(GUIDE) for line in lines) and any(_TITLE.fullmatch(line.strip()) for line in lines)


def own_words(line: str) -> bool:
    """Say whether a paragraph of a form is the form's own: its title, its guide, and what stands before a field.

    Args:
        line: Its text.
    """
    text = line.strip()
    return text.startswith(GUIDE) or _TITLE.fullmatch(text) is not None or any(text.startswith(f"{field}：") for field in FIELDS)


def unquoted(records: Iterable[Record]) -> Iterator[Record]:
    """Take away the quote that the page put before texts, where the header is that of its file.

    Args:
        records: Rows of a delimited file.
    """
    rows = iter(records)
    head = list(islice(rows, _FIRST))
    of_page = any([cell.strip() for cell in record.cells] == _HEADER for record in head)
    for record in chain(head, rows):
        yield replace(record, cells=[cell.removeprefix(QUOTE) for cell in record.cells]) if of_page else record
