"""Worksheets by their values; old binary workbooks in a process of their own.

The reader of xls and xlsb allocates what a damaged file claims, which can end the whole process. `main` runs in that
process: it reads a workbook from standard input and writes one JSON line per worksheet.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from jietan.errors import InputError
from jietan.reading.merges import Merge

__all__ = ["Sheet", "cell_text", "load_sheets", "load_sheets_apart", "main"]

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_REPAIR = "请用 WPS 或 Excel 打开，另存为 xlsx 后再读"
_PASSWORD, _DAMAGED = 3, 4  # exit codes of the process apart
_TIMEOUT_S = 600
_APART = "import sys; from jietan.reading.sheets import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its cells as text from A1 on, and its merged ranges."""

    name: str
    visible: bool
    rows: list[list[str]]
    merges: list[Merge]


def cell_text(value: Value) -> str:
    """Format a cell's value as text: `1.0` is "1", dates are ISO 8601, text stays exactly as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime):
        value = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def load_sheets(data: bytes, where: str, *, hidden: bool = False) -> Iterator[Sheet]:
    """Load the worksheets of a workbook.

    Args:
        data: The file.
        where: The file's name for messages.
        hidden: Load the cells of hidden worksheets too.

    Raises:
        InputError: If the file is damaged or under a password.
    """
    try:
        yield from _load(data, hidden=hidden)
    except PasswordError as error:
        raise _password(where) from error
    except (CalamineError, OSError) as error:  # OSError: a part of xlsb that ends too early
        raise _damaged(where) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the reader; it is no Exception
            raise _damaged(where) from error
        raise


def _load(data: bytes, *, hidden: bool) -> Iterator[Sheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for metadata in book.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        visible = metadata.visible == SheetVisibleEnum.Visible
        if not visible and not hidden:
            yield Sheet(metadata.name, False, [], [])
            continue
        sheet = book.get_sheet_by_name(metadata.name)
        rows = [[""] * len(row) if _blank(row) else [cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        yield Sheet(metadata.name, visible, rows, sheet.merged_cell_ranges or [])


def _blank(row: Sequence[Value]) -> bool:
    """Say whether a row holds nothing; one stray cell far down makes millions of empty ones."""
    return row.count("") == len(row)


def load_sheets_apart(data: bytes, where: str) -> Iterator[Sheet]:
    """Load the worksheets of a binary workbook (xls, xlsb) in a process of its own.

    Args:
        data: The file.
        where: The file's name for messages.

    Raises:
        InputError: If the file is damaged or under a password.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _APART], input=data, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _damaged(where) from error
    if done.returncode == _PASSWORD:
        raise _password(where)
    if done.returncode == 1:  # a bug keeps its traceback
        raise RuntimeError(done.stderr.decode("utf-8", errors="replace"))
    if done.returncode != 0:
        raise _damaged(where)
    for line in done.stdout.splitlines():
        name, visible, short, merges = json.loads(line)
        rows = [[""] * row if isinstance(row, int) else row for row in short]
        yield Sheet(name, visible, rows, [((a, b), (c, d)) for (a, b), (c, d) in merges])


def _password(where: str) -> InputError:
    return InputError("文件有密码", where=where, todo="请打开后取消密码，另存，再读")


def _damaged(where: str) -> InputError:
    return InputError("电子表格损坏，打不开", where=where, todo=_REPAIR)


def main() -> int:
    """Read a workbook from standard input, write its worksheets; returns the exit code."""
    try:
        for sheet in load_sheets(sys.stdin.buffer.read(), ""):
            rows = [len(row) if _blank(row) else row for row in sheet.rows]
            line = json.dumps([sheet.name, sheet.visible, rows, sheet.merges])
            sys.stdout.buffer.write(line.encode("ascii") + b"\n")
    except InputError as error:
        return _PASSWORD if isinstance(error.__cause__, PasswordError) else _DAMAGED
    return 0
