"""Write 意见汇总表.xlsx and other workbooks."""

from __future__ import annotations

import io
import itertools
import math
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jietan.errors import RunFolderError, cause
from jietan.export.files import stamp, write
from jietan.export.sheets import Cell, Sheet, sheets
from jietan.export.view import View
from jietan.export.wording import FORMULA_STARTS, NOTICE, Marks, book
from jietan.log import track

__all__ = ["CELL_LIMIT", "CUT", "ROW_LIMIT", "fit", "height", "write_brief", "write_sheets", "write_workbook"]

CELL_LIMIT = 32_767
ROW_LIMIT = 1_048_576
_BRIEF = 1000
_LEAN_FROM = 20_000
_FONT = "宋体"
_HEAD_FONT = "黑体"
_SIZE = 10
_LINE = 14.5
_TALLEST = 409.0
#: Stands at the end of a text that did not fit into its cell.
CUT = "……（超过单元格字数上限，以下略）"
_NOTHING = "（本次没有此类内容）"
_HEAD = {
    "font_name": _HEAD_FONT,
    "font_size": _SIZE,
    "bg_color": "#DCE6F1",
    "font_color": "#1F2937",
    "align": "center",
    "valign": "vcenter",
}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"align": "left"},
    "center": {"align": "center"},
    "number": {"align": "center", "num_format": "0"},
    "score": {"align": "center", "num_format": "0.000"},
}
_MARKS: dict[str, dict[str, Any]] = {
    "same": {},
    "add": {"font_color": "#C00000", "underline": 1},
    "cut": {"font_color": "#7F7F7F", "font_strikeout": True},
    "note": {"bold": True},
}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def fit(text: str) -> str:
    """Cut a text at the limit of a cell, visibly; the limit counts UTF-16 units."""
    if _units(text) <= CELL_LIMIT:
        return text
    room = CELL_LIMIT - len(CUT)
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + CUT


def _fit_marks(marks: Marks) -> Marks:
    room = CELL_LIMIT - len(CUT)
    out: Marks = []
    for op, text in marks:
        if _units(text) > room:
            return [*out, (op, text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")), ("note", CUT)]
        out.append((op, text))
        room -= _units(text)
    return out


def _plain(cell: Cell) -> str:
    if isinstance(cell, list):
        return "".join(text for _, text in cell)
    return "" if cell is None else str(cell)


def _top(spec: Sheet) -> int:
    """Row of the header."""
    return 1 if spec.heading else 0


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Estimate the height of a row, a little generously.

    Args:
        cells: Its cells.
        widths: Widths of the columns in half-width characters.

    Returns:
        Points.
    """
    most = 1
    for cell, width in zip(cells, widths, strict=True):
        room = max(2, int(width) - 1)
        lines = sum(max(1, math.ceil(_width(part) / room)) for part in _plain(cell).split("\n"))
        most = max(most, lines)
    return min(_TALLEST, max(24.0, most * _LINE + 6))


class _Book:
    """The workbook being written and its formats."""

    def __init__(self, raw: io.BytesIO, view: View) -> None:
        import xlsxwriter

        self.view = view
        self.book = xlsxwriter.Workbook(
            raw,
            {
                "constant_memory": len(view.opinions) > _LEAN_FROM,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": _FONT, "font_size": _SIZE},
            },
        )
        base = {"font_name": _FONT, "font_size": _SIZE, "text_wrap": True, "valign": "vcenter", "border": 1}
        base["border_color"] = "#A6A6A6"
        self.head = self.book.add_format({**base, **_HEAD})
        self.cells = {k: self.book.add_format({**base, **v}) for k, v in _KINDS.items()}
        self.quoted = {k: self.book.add_format({**base, **v, "quote_prefix": True}) for k, v in _KINDS.items()}
        self.whole = {k: self.book.add_format({**base, **v}) for k, v in _MARKS.items()}
        font = {"font_name": _FONT, "font_size": _SIZE}
        self.runs = {k: self.book.add_format({**font, **v}) for k, v in _MARKS.items()}

    def properties(self, name: str) -> None:
        report = self.view.settings.report
        self.book.set_properties(
            {
                "title": f"{book(self.view.title)}{name}",
                "author": report.office,
                "comments": NOTICE,
                "created": stamp(self.view.run_info),
            }
        )

    def string(self, sheet: Any, row: int, col: int, text: str, kind: str) -> None:  # noqa: ANN401
        text = fit(text)
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a string for ready-made XML; as two runs it is escaped like any other.
            run = self.runs["same"]
            sheet.write_rich_string(row, col, run, text[0], run, text[1:], self.cells[kind])
            return
        style = self.quoted if text.startswith(FORMULA_STARTS) else self.cells
        sheet.write_string(row, col, text, style[kind])

    def marked(self, sheet: Any, row: int, col: int, marks: Marks) -> None:  # noqa: ANN401
        marks = _fit_marks([(op, text) for op, text in marks if text])
        if len(marks) < 2:
            op, text = marks[0] if marks else ("same", "")
            sheet.write_string(row, col, text, self.whole[op])
            return
        pieces = itertools.chain.from_iterable((self.runs[op], text) for op, text in marks)
        sheet.write_rich_string(row, col, *pieces, self.cells["text"])

    def cell(self, sheet: Any, at: tuple[int, int], cell: Cell, kind: str) -> None:  # noqa: ANN401
        if cell is None or cell == "":
            sheet.write_blank(*at, None, self.cells["text"])
        elif isinstance(cell, list):
            self.marked(sheet, *at, cell)
        elif isinstance(cell, str):
            self.string(sheet, *at, cell, kind)
        elif math.isfinite(cell):
            sheet.write_number(*at, cell, self.cells[kind])
        else:
            self.string(sheet, *at, str(cell), kind)

    def open(self, spec: Sheet, name: str) -> Any:  # noqa: ANN401
        sheet = self.book.add_worksheet(name)
        for i, column in enumerate(spec.columns):
            sheet.set_column(i, i, column.width)
        top = _top(spec)
        if top:
            width = sum(int(column.width) for column in spec.columns)
            sheet.set_row(0, max(24.0, math.ceil(_width(spec.heading) / width) * _LINE + 8))
            sheet.merge_range(0, 0, 0, len(spec.columns) - 1, fit(spec.heading), self.cells["text"])
        sheet.set_row(top, 32)
        for i, column in enumerate(spec.columns):
            sheet.write_string(top, i, column.heading, self.head)
        sheet.freeze_panes(top + 1, spec.frozen)
        sheet.repeat_rows(top)
        self._paper(sheet, name)
        return sheet

    def _paper(self, sheet: Any, name: str) -> None:  # noqa: ANN401
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        title = f"{book(self.view.title)}{name}"[:80].replace("&", "&&")
        sheet.set_header(f'&L&9&"{_FONT},Regular"{NOTICE}&C&14&"{_HEAD_FONT},Regular"{title}')
        sheet.set_footer(f'&C&9&"{_FONT},Regular"第 &P 页　共 &N 页')

    def close_sheet(self, sheet: Any, spec: Sheet, last: int) -> None:  # noqa: ANN401
        width = len(spec.columns)
        top = _top(spec)
        sheet.autofilter(top, 0, last, width - 1)
        sheet.print_area(0, 0, last, (spec.printed or width) - 1)
        for i, column in enumerate(spec.columns):
            if column.choices:
                sheet.data_validation(top + 1, i, last, i, {"validate": "list", "source": list(column.choices)})


def _write_part(
    target: _Book, spec: Sheet, name: str, rows: Iterator[Sequence[Cell]], limit: int
) -> tuple[int, Iterator[Sequence[Cell]] | None]:
    """Write as many rows as go into one sheet; return how many they are, and the others where there are any."""
    sheet = target.open(spec, name)
    at = top = _top(spec)
    for at, cells in enumerate(itertools.islice(rows, limit - 1 - top), top + 1):
        sheet.set_row(at, height(cells, [c.width for c in spec.columns]))
        for i, (cell, column) in enumerate(zip(cells, spec.columns, strict=True)):
            target.cell(sheet, (at, i), cell, column.kind)
    written = at - top
    if not written:
        at = top + 1
        sheet.set_row(at, 24)
        for i in range(len(spec.columns)):
            target.cell(sheet, (at, i), _NOTHING if i == 0 else None, "text")
    target.close_sheet(sheet, spec, at)
    more = next(rows, None)
    return written, None if more is None else itertools.chain([more], rows)


def _close(target: _Book) -> None:
    """Finish the workbook; what the operating system refuses (its temporary files need room too) stays an ``OSError``."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        target.book.close()
    except FileCreateError as error:
        reason = error.args[0] if error.args else None
        raise (reason if isinstance(reason, OSError) else OSError(str(error))) from error


@dataclass
class _Open:
    """A sheet of which some rows are not written yet."""

    spec: Sheet
    rows: Iterator[Sequence[Cell]]
    written: int = 0


def _rows_of(spec: Sheet) -> Iterator[Sequence[Cell]]:
    return iter(track(spec.rows(), f"写入{spec.name}"))


def _write_file(path: Path, view: View, parts: list[_Open], legend: Sheet, beside: tuple[str, str], limit: int) -> list[_Open]:
    """Write one file of a workbook; return the sheets that go on in the next one.

    ``beside`` are the names of the file before it, empty for the first, and of the one behind it.
    """
    raw, notes, left = io.BytesIO(), [], []
    target = _Book(raw, view)
    target.properties("意见汇总表")
    try:
        for part in parts:
            count, rest = _write_part(target, part.spec, part.spec.name, part.rows, limit)
            if rest is not None or part.written:
                text = f"本文件是第 {part.written + 1}—{part.written + count} 行"
                text += f"，以前的在《{beside[0]}》" if part.written else ""
                text += f"，以后的在《{beside[1]}》" if rest is not None else "，到此为止"
                notes.append(["分成几个文件", part.spec.name, text])
            if rest is not None:
                left.append(_Open(part.spec, rest, part.written + count))
        rows = itertools.chain(notes, () if beside[0] else legend.rows())
        _write_part(target, legend, legend.name, rows, ROW_LIMIT)
    finally:
        _close(target)
    path.write_bytes(raw.getbuffer())
    return left


def _remove(old: Path) -> None:
    try:
        old.unlink()
    except OSError as error:
        todo = "请关闭正在打开它的程序，再导出一次"
        raise RunFolderError(f"删不掉上一次导出的文件（{cause(error)}）", where=str(old), todo=todo) from error


def write_workbook(path: Path, view: View, *, row_limit: int = ROW_LIMIT) -> list[Path]:
    """Write the workbook 意见汇总表, in several files where a sheet has more rows than a file of Excel can hold.

    The first file then holds every sheet, the others only what is left of the long ones; the sheet 说明 of each says which
    rows it holds and where the others are. An office fills columns of the suggestions in, so these stand in one file only.

    Args:
        path: File to write; several get ``-1``, ``-2`` … behind its name. Files of an earlier export that are no longer
            part of the workbook are removed.
        view: The run.
        row_limit: Rows of a sheet, its header included.

    Returns:
        The files.

    Raises:
        RunFolderError: A file cannot be written.
    """
    *specs, legend = sheets(view)
    parts, paths = [_Open(spec, _rows_of(spec)) for spec in specs], list[Path]()

    def numbered(number: int) -> Path:
        return path.with_stem(f"{path.stem}-{number}")

    def make(target: Path) -> None:
        nonlocal parts
        at = len(paths) + 1
        beside = (numbered(at - 1).name if at > 1 else "", numbered(at + 1).name)
        parts = _write_file(target, view, parts, legend, beside, row_limit)

    while parts or not paths:
        paths.append(write(numbered(len(paths) + 1) if paths else path, make))
    if len(paths) > 1:
        paths[0] = write(numbered(1), lambda target: os.replace(path, target))
    for old in path.parent.glob(f"{path.stem}-*{path.suffix}"):
        if old not in paths and old.stem.removeprefix(f"{path.stem}-").isdecimal():
            _remove(old)
    return paths


def write_brief(path: Path, view: View) -> None:
    """Write a workbook with the suggestions alone, at most a thousand: the first by rank, or those that the settings choose.

    Args:
        path: File to write.
        view: The run.
    """
    spec = sheets(view)[0]
    few = replace(spec, rows=lambda: itertools.islice(spec.rows(), _BRIEF))
    write_sheets(path, view, [few], "主要建议")


def write_sheets(path: Path, view: View, specs: Sequence[Sheet], name: str, *, row_limit: int = ROW_LIMIT) -> None:
    """Write a workbook.

    Args:
        path: File to write.
        view: The run.
        specs: Its sheets.
        name: What it is, for its properties.
        row_limit: Rows of a sheet, its header included; further rows go to a second sheet.
    """
    raw = io.BytesIO()
    target = _Book(raw, view)
    target.properties(name)
    try:
        for spec in specs:
            left: Iterator[Sequence[Cell]] | None = _rows_of(spec)
            for part in itertools.count(1):
                if left is None:
                    break
                _, left = _write_part(target, spec, spec.name if part == 1 else f"{spec.name}{part}", left, row_limit)
    finally:
        _close(target)
    path.write_bytes(raw.getbuffer())
