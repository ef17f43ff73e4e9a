"""Word documents: tables with a header are read as tables, paragraphs as minutes of a meeting."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from jietan.errors import InputError
from jietan.reading.limits import open_package, read_entry
from jietan.reading.merges import Merge, merged_records
from jietan.reading.minutes import Paragraph, read_minutes
from jietan.reading.model import Grid, Sink
from jietan.reading.tabular import ColumnMap, no_text_column, read_grid
from jietan.reading.workbook import is_encrypted_package

__all__ = ["read_document"]

_REPAIR = "请用 WPS 或 Word 打开，另存为 docx 后再读"
_MOST_COLUMNS = 500
_SKIPPED = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "txbxContent", "pPr", "rPr"))
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_document(data: bytes, sink: Sink, column_map: ColumnMap) -> None:
    """Read a docx.

    Args:
        data: The file.
        sink: Where rows, rejects and notes go.
        column_map: The user's mapping for tables, resolved.

    Raises:
        InputError: If the file is damaged, under a password, too large, or holds neither a table with a text column
            nor a paragraph that is a comment.
    """
    where = sink.source_file
    if is_encrypted_package(data):
        raise InputError("文件有密码", where=where, todo="请打开后取消密码，另存，再读")
    body = _body(data, where)
    paragraphs: list[Paragraph] = []
    seen: list[str] = []
    n_tables = n_read = 0
    for element in _blocks(body):
        if _local(element) == "p":
            text = paragraph_text(element)
            if text.strip():
                paragraphs.append(Paragraph(len(paragraphs) + 1, text, _is_heading(element)))
            if any(_local(e) == "txbxContent" for e in element.iter(etree.Element)):
                sink.reject(len(paragraphs) or None, "文本框里的文字没有读；需要时请改为普通段落")
        else:
            n_tables += 1
            columns = _read_table(element, f"表格{n_tables}", sink, column_map)
            n_read += columns is None
            seen += columns or []
    expects_table = bool(seen) and "text" in column_map
    read_minutes(paragraphs, sink, beside_tables=n_read > 0 or expects_table)
    if not sink.rows and n_read == 0:
        if seen:
            raise no_text_column(where, seen, column_map, likely=sink.likely)
        raise InputError("文档里没有读到意见", where=where, todo="请检查文档，或把意见整理成带“意见内容”列的表格")


def _body(data: bytes, where: str) -> etree._Element:
    """Parse the main part without entities, network or document type."""
    with open_package(io.BytesIO(data), where) as package:
        xml = read_entry(package, "word/document.xml", where)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(xml) > 10_000_000)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise InputError("文档损坏，打不开", where=where, todo=_REPAIR) from error
    if root.getroottree().docinfo.doctype:
        raise InputError("文件里有不该有的外部定义（DTD），已停止", where=where, todo=_REPAIR)
    body = next((child for child in root if _local(child) == "body"), None)
    if body is None:
        raise InputError("文档损坏，没有正文", where=where, todo=_REPAIR)
    return body


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str | None:
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, through content controls and insertions."""
    for child in parent:
        name = _local(child)
        if name in ("p", "tbl"):
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _blocks(child)


def paragraph_text(element: etree._Element) -> str:
    """Text of a paragraph: without what is struck by a revision, field codes and text boxes."""
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts)


def _collect(element: etree._Element, parts: list[str]) -> None:
    for child in element:
        name = _local(child)
        if name in _SKIPPED:
            continue
        if name == "t":
            parts.append(child.text or "")
        elif name in _CHARACTERS:
            parts.append(_CHARACTERS[name])
        else:
            _collect(child, parts)


def _is_heading(element: etree._Element) -> bool:
    properties = next((child for child in element if _local(child) == "pPr"), None)
    if properties is None:
        return False
    for child in properties:
        if _local(child) == "pStyle":
            style = (_attribute(child, "val") or "").casefold()
            return style.startswith(("heading", "title", "subtitle", "标题")) or style in set("123456789")
        if _local(child) == "outlineLvl":
            return (_attribute(child, "val") or "9") < "9"
    return False


@dataclass(slots=True)
class _Table:
    """Collects a table's cells and merges."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)  # column → first row of the vertical merge running there

    def close(self, column: int, before: int) -> None:
        """End the vertical merge in a column, before this row."""
        top = self.open.pop(column, None)
        if top is not None and before - 1 > top:
            self.merges.append(((top, column), (before - 1, column)))

    def add_cell(self, cell: etree._Element, column: int) -> int:
        """Add a cell to the last row; returns the column after it."""
        row = len(self.rows) - 1
        span, vertical = _cell_merge(cell)
        covered = vertical == "continue" and column in self.open
        if not covered:
            self.close(column, row)
            if vertical is not None:
                self.open[column] = row
        span = min(span, _MOST_COLUMNS - column)
        self.rows[row] += ["" if covered else _cell_text(cell), *[""] * (span - 1)]
        if span > 1 and not covered:
            self.merges.append(((row, column), (row, column + span - 1)))
        return column + span


def _cell_merge(cell: etree._Element) -> tuple[int, str | None]:
    """Columns a cell spans, and `restart` or `continue` of a vertical merge."""
    span, vertical = 1, None
    for properties in (child for child in cell if _local(child) == "tcPr"):
        for item in properties:
            value = _attribute(item, "val")
            if _local(item) == "gridSpan" and value and value.isdecimal():
                span = max(1, min(int(value[:6]), _MOST_COLUMNS))
            elif _local(item) == "vMerge":
                vertical = value or "continue"
    return span, vertical


def _cell_text(cell: etree._Element) -> str:
    """Paragraphs of a cell, those of nested tables included, joined by line breaks."""
    lines: list[str] = []
    for block in _blocks(cell):
        if _local(block) == "p":
            lines.append(paragraph_text(block))
        else:
            lines += [paragraph_text(p) for p in block.iter() if _local(p) == "p"]
    return "\n".join(lines)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if _local(child) == "tc":
            yield child
        elif _local(child) in ("sdt", "sdtContent", "customXml"):
            yield from _cells(child)


def _read_table(element: etree._Element, name: str, sink: Sink, column_map: ColumnMap) -> list[str] | None:
    """Read a table; returns None, or what its header seems to be if it has no text column."""
    table = _Table()
    for row in (child for child in element if _local(child) == "tr"):
        column = 0
        table.rows.append([])
        for cell in _cells(row):
            if column >= _MOST_COLUMNS:
                break
            column = table.add_cell(cell, column)
    for column in list(table.open):
        table.close(column, len(table.rows))
    grid = Grid(name, merged_records(table.rows, table.merges, sink.source_file))
    layout, seen = read_grid(grid, sink, column_map)
    if layout is not None:
        return None
    if seen:
        sink.reject(None, f"{name}里没有认出意见内容列，没有读", sheet=name)
    return seen
