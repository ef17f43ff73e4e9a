"""csv, tsv and their relatives: the delimiter found by the header it yields, broken quotes contained."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from jietan.errors import InputError
from jietan.reading.forms import unquoted
from jietan.reading.model import Grid, Record, Sink
from jietan.reading.tabular import ColumnMap, find_header, no_text_column, read_grid

__all__ = ["has_header", "read_delimited"]

#: A comma of Chinese prose, so it delimits only where the first row of the file says so.
_PROSE = "，"
_DELIMITERS = (",", "\t", ";", "|", _PROSE)
_SHOWN = {"\t": "制表符", ",": "逗号", ";": "分号", "|": "竖线", "，": "全角逗号"}
_LONGEST_FIELD = 16 << 20
_LONGEST_RECORD = 5_000  # lines; a quote that is not closed within them is taken for a plain character
_MOST_REPAIRS = 1_000
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def read_delimited(text: str, sink: Sink, column_map: ColumnMap) -> None:
    """Read a delimited text file.

    Args:
        text: The decoded file.
        sink: Where rows, rejects and notes go.
        column_map: The user's mapping, resolved.

    Raises:
        InputError: If no column with text is recognised, or the quotes are beyond repair.
    """
    text = _without_nul(text, sink)
    delimiter, first, text = _choose_delimiter(text, column_map)
    with _long_fields():
        grid = Grid(None, unquoted(_records(text, delimiter, first, sink.source_file)), delimiter)
        layout, seen = read_grid(grid, sink, column_map)
    if layout is None:
        raise no_text_column(sink.source_file, seen, column_map, likely=sink.likely)
    if len(layout.names) > 1:
        sink.note(f"以{_SHOWN.get(delimiter, delimiter)}分列")


def has_header(text: str, column_map: ColumnMap) -> bool:
    """Tell whether a text file is a table after all: a header of two columns or more that are recognised."""
    with _long_fields():
        for delimiter in _DELIMITERS[:-1]:
            head = list(islice(_records(text[:200_000], delimiter, 1, ""), 5))
            header = find_header(head, column_map)
            if header and sum(bool(n) for n in header.layout.names) >= 2 and header.layout.score >= 6:
                return True
    return False


def _without_nul(text: str, sink: Sink) -> str:
    n_nul = text.count("\0")
    if n_nul:
        sink.note(f"去掉了 {n_nul} 个空字符（NUL）")
    return text.replace("\0", "") if n_nul else text


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let the csv module accept long fields for the moment."""
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _choose_delimiter(text: str, column_map: ColumnMap) -> tuple[str, int, str]:
    """Choose the delimiter whose header is recognised best, else the one that yields the most columns.

    Returns:
        The delimiter, the number of the first row, and the text without a `sep=` line.
    """
    if match := _SEPARATOR_LINE.match(text):
        return match[1], 2, text[match.end() :]
    start = text[:500_000]
    ranked: list[tuple[int, int, int, str]] = []
    with _long_fields():
        for order, delimiter in enumerate(_DELIMITERS):
            try:
                head = list(islice(_records(start, delimiter, 1, ""), 40))
            except InputError:
                continue
            header = find_header(head[:1] if delimiter == _PROSE else head, column_map)
            if header or delimiter != _PROSE:
                ranked.append((header.layout.score if header else 0, _typical_width(head), -order, delimiter))
    return max(ranked)[3] if ranked else ",", 1, text


def _typical_width(head: Sequence[Record]) -> int:
    widths = sorted(len(record.cells) for record in head if record.cells)
    return widths[len(widths) // 2] if widths else 0


def _records(text: str, delimiter: str, first: int, where: str) -> Iterator[Record]:
    """Split into records, numbered as a spreadsheet program shows them.

    A record whose quotes do not match is read again as one line: with its quotes as plain characters if that yields as
    many cells as the header, as the csv module would if that does; otherwise it has a problem.
    """
    if '"' not in text:
        for number, line in enumerate(_lines(text), start=first):
            line = line.rstrip("\r\n")
            yield Record(number, line.split(delimiter) if line else [])
        return
    lines = list(_lines(text))
    position, number, width, n_repairs = 0, first, 0, 0
    while position < len(lines):
        feeder = _Feeder(lines, position)
        reader = csv.reader(feeder, delimiter=delimiter, strict=True)
        done = position
        try:
            for cells in reader:
                done = feeder.begin_record()
                width = len(cells) or width
                yield Record(number, cells)
                number += 1
            return
        except csv.Error:
            n_repairs += 1
            if n_repairs > _MOST_REPAIRS:
                raise InputError(
                    f"引号不配对的行超过 {_MOST_REPAIRS} 处", where=where, todo="请用 Excel 打开，另存为 xlsx 后再读"
                ) from None
        yield _repair(lines[done], delimiter, number, width)
        position, number = done + 1, number + 1


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends: carriage returns and line feeds count, other separators of Unicode are plain characters."""
    return iter(io.StringIO(text, newline=""))


class _Feeder:
    """Hands lines to the csv module and stops a record that runs on and on because a quote was never closed."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self._next = self._begin = start

    def begin_record(self) -> int:
        """Note that a record ended; returns the position of the next line."""
        self._begin = self._next
        return self._next

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._next >= len(self._lines):
            raise StopIteration
        if self._next - self._begin > _LONGEST_RECORD:
            raise csv.Error("a quote is not closed")
        self._next += 1
        return self._lines[self._next - 1]


def _repair(line: str, delimiter: str, number: int, width: int) -> Record:
    plain = line.rstrip("\r\n").split(delimiter)
    if not width or len(plain) == width:
        return Record(number, plain)
    try:
        lenient = next(csv.reader([line], delimiter=delimiter, strict=False))
    except (csv.Error, StopIteration):
        lenient = []
    if len(lenient) == width:
        return Record(number, lenient)
    return Record(number, plain, problem="引号不配对，分不清各列；请在 Excel 中改正这一行后再读")
