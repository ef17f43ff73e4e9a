"""HTML tables: what some portals export under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from jietan.errors import InputError
from jietan.reading.merges import Merge, merged_records
from jietan.reading.model import Grid, Sink
from jietan.reading.tabular import ColumnMap, no_text_column, read_grid

__all__ = ["looks_like_html", "read_html"]

_MOST_COLUMNS = 500
_MOST_ROWS = 1_000_000
_LARGE = 2_500_000  # beyond, a text may have more than the 10 MB that the parser takes by default
_START = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|head|meta|style|body)", re.IGNORECASE)


def looks_like_html(data: bytes) -> bool:
    """Tell whether a file with the name of a workbook is HTML."""
    start = data[:1000].replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return bool(_START.match(start))


def read_html(text: str, sink: Sink, column_map: ColumnMap) -> None:
    """Read every table of a page that has a recognised header.

    Args:
        text: The decoded page.
        sink: Where rows, rejects and notes go.
        column_map: The user's mapping, resolved.

    Raises:
        InputError: If there is no table, or none has a column with text.
    """
    parser = html.HTMLParser(no_network=True, huge_tree=len(text) > _LARGE, remove_comments=True)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InputError("网页读不出", where=sink.source_file, todo="请用 Excel 打开，另存为 xlsx 后再读") from error
    seen: list[str] = []
    n_read = 0
    for number, table in enumerate(root.iter("table"), start=1):
        rows, merges = _expand(table)
        grid = Grid(f"表格{number}", merged_records(rows, merges, sink.source_file))
        layout, columns = read_grid(grid, sink, column_map)
        n_read += layout is not None
        if layout is None and columns:
            seen += columns
            sink.reject(None, f"表格{number}里没有认出意见内容列，没有读", sheet=f"表格{number}")
    if n_read == 0:
        raise no_text_column(sink.source_file, seen, column_map, likely=sink.likely)


def _expand(table: etree._Element) -> tuple[list[list[str]], list[Merge]]:
    """Lay the cells of a table out on a grid; spanned cells are empty and listed as merges."""
    rows: list[list[str]] = []
    merges: list[Merge] = []
    blocked: dict[int, int] = {}  # column → rows still covered from above
    for element in _own_rows(table):
        cells: list[str] = []
        for cell in (child for child in element if child.tag in ("td", "th")):
            while blocked.get(len(cells), 0):
                blocked[len(cells)] -= 1
                cells.append("")
            column, row = len(cells), len(rows)
            across = max(1, min(_number(cell.get("colspan"), _MOST_COLUMNS), _MOST_COLUMNS - column))
            down = _number(cell.get("rowspan"), _MOST_ROWS)
            if across > 1 or down > 1:
                merges.append(((row, column), (row + down - 1, column + across - 1)))
            for covered in range(column, column + across):
                blocked[covered] = down - 1
            cells += [_text(cell), *[""] * (across - 1)]
        for column in range(len(cells), max(blocked, default=-1) + 1):
            if blocked.get(column, 0):
                blocked[column] -= 1
        rows.append(cells)
    return rows, merges


def _own_rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _number(value: str | None, most: int) -> int:
    return max(1, min(int(value[:7]), most)) if value and value.isdecimal() else 1


def _text(cell: etree._Element) -> str:
    """Text of a cell: line breaks and paragraphs as lines, white space as a browser shows it."""
    lines: list[list[str]] = [[]]
    _collect(cell, lines)
    shown = [re.sub(r"[ \t\r\n\f]+", " ", "".join(line)).strip(" ") for line in lines]
    return "\n".join(shown).strip("\n")


def _collect(element: etree._Element, lines: list[list[str]]) -> None:
    lines[-1].append(element.text or "")
    for child in element:
        if child.tag in ("br", "p", "div", "li", "tr") and (child.tag == "br" or "".join(lines[-1]).strip()):
            lines.append([])
        if child.tag not in ("script", "style"):
            _collect(child, lines)
        lines[-1].append(child.tail or "")
