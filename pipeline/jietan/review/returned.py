"""Read a review workbook that people have worked in: which cells they changed, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jietan.errors import InputError
from jietan.export.xlsx import CUT
from jietan.reading.limits import read_bytes
from jietan.reading.sheets import load_sheets
from jietan.reading.workbook import OLE_MAGIC, ZIP_MAGIC, check_parts
from jietan.review.pages import PAGES, Field, Page
from jietan.review.workbook import BASELINE, COVER, MARK, REVIEWER, checksum, digest, plain

__all__ = ["Change", "Problem", "Returned", "read_review"]

_AGAIN = "请用 jietan review export 重新导出"
_HEADER_WITHIN = 20
_NAMED = 5
Grid = list[list[str]]


@dataclass(frozen=True)
class Problem:
    """What was not taken from the workbook.

    Attributes:
        sheet: The worksheet.
        cell: The cell, such as ``G5``; empty where it is no one cell.
        what: What is wrong with it, in Chinese.
    """

    sheet: str
    cell: str
    what: str

    @property
    def where(self) -> str:
        """The sheet and the cell."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@dataclass(frozen=True)
class Change:
    """A cell that people changed.

    Attributes:
        page: Name of the page.
        cell: The cell.
        name: Id of its row.
        heading: Heading of its column.
        before: What was exported.
        after: What stands there now.
        why: The reason given in its row.
        by: The reviewer named in its row; empty where none is.
    """

    page: str
    cell: str
    name: str
    heading: str
    before: str
    after: str
    why: str
    by: str

    def problem(self, what: str) -> Problem:
        """Say what is wrong with it."""
        return Problem(self.page, self.cell, what)


@dataclass(frozen=True)
class Returned:
    """What came back.

    Attributes:
        token: Which run it was exported from.
        exported: When, ISO 8601.
        by: The reviewer named on the cover; empty where none is.
        changes: Cells changed, in the order of the pages and their rows.
        problems: What could not be read.
        before: Every exported cell that may be changed, by page, id and heading.
    """

    token: str
    exported: str
    by: str
    changes: list[Change]
    problems: list[Problem]
    before: dict[str, dict[str, dict[str, str]]]


def _letters(column: int) -> str:
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def _at(row: int, column: int) -> str:
    return f"{_letters(column)}{row + 1}"


def _load(path: Path) -> dict[str, Grid]:
    data = read_bytes(path)
    if data.startswith(OLE_MAGIC) or not data.startswith(ZIP_MAGIC):
        raise InputError("不是审核表（xlsx）", where=str(path), todo="请用 WPS 或 Excel 另存为 xlsx；有密码的，请先取消")
    check_parts(data, path.name)
    return {sheet.name: [[plain(c) for c in row] for row in sheet.rows] for sheet in load_sheets(data, path.name, hidden=True)}


def _baseline(grids: Mapping[str, Grid], where: str) -> tuple[list[str], list[list[str]]]:
    """The first line of the hidden sheet and all others, without empty cells at their ends."""
    rows = grids.get(BASELINE)
    if not rows or not rows[0] or rows[0][0] != MARK:
        raise InputError("这不是导出的审核表，或者其中的隐藏表已经丢失", where=where, todo=_AGAIN)
    return rows[0], rows[1:]


def _trimmed(row: Sequence[str], length: int) -> list[str]:
    return [*row[:length], *[""] * (length - len(row))]


class _Reader:
    """Compares one page with what was exported."""

    def __init__(self, page: Page, headings: list[str], rows: Mapping[str, list[str]]) -> None:
        self.page, self.headings, self.rows = page, headings, rows
        self.fields = {f.heading: f for f in page.fields}
        self.problems: list[Problem] = []
        self.changes: list[Change] = []

    def note(self, cell: str, what: str) -> None:
        self.problems.append(Problem(self.page.name, cell, what))

    def read(self, grid: Grid) -> None:
        top = next((k for k, row in enumerate(grid[:_HEADER_WITHIN]) if self.page.key in row), None)
        if top is None:
            self.note("", f"找不到写着“{self.page.key}”的表头，这张表没有读")
            return
        columns = self._columns(grid[top], top)
        seen: dict[str, str] = {}
        for k, row in enumerate(grid[top + 1 :], top + 1):
            if any(row):
                self._row(k, row, columns, seen)
        gone = [name for name in self.rows if name not in seen]
        if gone:
            more = f"等 {len(gone)} 行" if len(gone) > _NAMED else f"{len(gone)} 行"
            self.note("", f"少了 {'、'.join(gone[:_NAMED])} {more}；删去的行不作任何改动")

    def _columns(self, header: Sequence[str], top: int) -> dict[str, int]:
        columns: dict[str, int] = {}
        for k, heading in enumerate(header):
            if heading in columns:
                self.note(_at(top, k), f"“{heading}”这一列有两个，只读第一个")
            elif heading in self.headings:
                columns[heading] = k
            elif heading:
                self.note(_at(top, k), f"“{heading}”不是导出的列，没有读")
        for heading in self.headings:
            if heading not in columns:
                self.note("", f"少了“{heading}”这一列，这一列不作任何改动")
        return columns

    def _row(self, k: int, row: Sequence[str], columns: Mapping[str, int], seen: dict[str, str]) -> None:
        cells = {h: row[c] if c < len(row) else "" for h, c in columns.items()}
        name = cells[self.page.key]
        at = _at(k, columns[self.page.key])
        if name not in self.rows:
            what = f"编号“{name}”不是导出时的编号" if name else "这一行没有编号"
            self.note(at, f"{what}，这一行没有读（编号不能改，也不能插入行）")
            return
        if name in seen:
            self.note(at, f"编号 {name} 在 {seen[name]} 已经有一行，这一行没有读")
            return
        seen[name] = at
        before = dict(zip(self.headings, self.rows[name], strict=True))
        for heading, value in cells.items():
            self._cell(_at(k, columns[heading]), (name, heading), (before[heading], value), cells)

    def _cell(self, at: str, key: tuple[str, str], values: tuple[str, str], cells: Mapping[str, str]) -> None:
        (name, heading), (before, after) = key, values
        field = self.fields.get(heading)
        if field is None or not field.edit:
            if before != digest(after):
                self.note(at, f"“{heading}”这一列不能改，没有采用")
        elif before != after and self._possible(at, field, before, after):
            why, by = cells.get("审核理由", ""), cells.get("审核人", "")
            self.changes.append(Change(self.page.name, at, name, heading, before, after, why, by))

    def _possible(self, at: str, field: Field, before: str, after: str) -> bool:
        if not after and not field.free:
            self.note(at, f"“{field.heading}”清空了，没有采用；原来是“{_short(before)}”，要撤销以前的决定请用 jietan review undo")
            return False
        if before.endswith(CUT):
            self.note(at, f"“{field.heading}”太长，导出时截短了，不能在表里改")
            return False
        return True


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "……"


def _pages(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, list[str], dict[str, list[str]]]]:
    """Each exported page: its name, its headings and the cells of its rows by id."""
    found: dict[str, tuple[list[str], dict[str, list[str]]]] = {}
    name = ""
    for row in rows:
        if row and row[0] == "页":
            name = row[1]
            found[name] = ([h for h in row[2:] if h], {})
        elif row and row[0] == "行":
            headings, kept = found[name]
            kept[row[1]] = _trimmed(row[2:], len(headings))
    for name, (headings, kept) in found.items():
        yield name, headings, kept


def _whole(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of the hidden sheet as long as they were written."""
    out: list[list[str]] = []
    width = 0
    for row in rows:
        if row and row[0] == "页":
            width = sum(1 for c in row if c)
        out.append(_trimmed(row, width))
    return [row for row in out if any(row)]


def read_review(path: Path) -> Returned:
    """Read a review workbook, saved by whatever program.

    Args:
        path: The file.

    Raises:
        InputError: It is no review workbook, or what it keeps of the export was changed.
    """
    grids = _load(path)
    head, raw = _baseline(grids, str(path))
    lines = _whole(raw)
    if checksum(lines) != _trimmed(head, 4)[3]:
        raise InputError("审核表里记着导出内容的隐藏表被改动过，不能导入", where=str(path), todo=_AGAIN)
    known = {page.name: page for page in PAGES}
    changes: list[Change] = []
    problems: list[Problem] = []
    before: dict[str, dict[str, dict[str, str]]] = {}
    for name, headings, kept in _pages(lines):
        page = known.get(name)
        if page is None:
            problems.append(Problem(name, "", "这个版本的程序不认得这张表，没有读"))
            continue
        before[name] = {k: dict(zip(headings, cells, strict=True)) for k, cells in kept.items()}
        reader = _Reader(page, headings, kept)
        if name in grids:
            reader.read(grids[name])
        else:
            reader.note("", "没有这张表（删去了，或者改了名称），不作任何改动")
        changes += reader.changes
        problems += reader.problems
    extra = sorted(n for n in grids if n not in before and n not in (BASELINE, COVER, "清单") and any(any(r) for r in grids[n]))
    problems += [Problem(n, "", "不是导出的表，没有读") for n in extra]
    by = next((row[1] for row in grids.get(COVER, []) if len(row) > 1 and row[0] == REVIEWER), "")
    return Returned(head[1], head[2], by, changes, problems, before)
