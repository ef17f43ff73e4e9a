"""Small tables that go with a run, such as known themes and collection points: xlsx or csv, cells as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from jietan.errors import InputError
from jietan.reading.encoding import decode
from jietan.reading.limits import read_bytes
from jietan.reading.sheets import load_sheets

__all__ = ["read_side_table"]


def _tables(path: Path, what: str, todo: str) -> list[list[list[str]]]:
    """Cells of every table of a file."""
    data = read_bytes(path)
    if path.suffix.lower() == ".xlsx":
        return [sheet.rows for sheet in load_sheets(data, path.name) if sheet.visible and sheet.rows]
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        text, _ = decode(data, path.name)
        lines = text.splitlines()
        mark = "\t" if lines and "\t" in lines[0] else ","
        return [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))]
    raise InputError(f"{what}应当是 xlsx 或者 csv", where=str(path), todo=todo)


def read_side_table(path: Path, what: str, todo: str, needed: Sequence[str], more: Sequence[str] = ()) -> list[tuple[int, list[str]]]:
    """Read the first table of a file that has the columns wanted.

    Args:
        path: A file in xlsx or csv whose first row names the columns.
        what: What the table is, for messages.
        todo: How it should be written, for messages.
        needed: Columns that must be there.
        more: Columns that may be there.

    Returns:
        Row number and the cells of ``needed`` and ``more``, stripped, of every row that is not empty.

    Raises:
        InputError: The file cannot be read or no table has the columns.
    """
    tables = _tables(path, what, todo)
    for table in tables:
        heads = [cell.strip() for cell in table[0]] if table else []
        if set(needed) <= set(heads):
            at = [heads.index(name) if name in heads else len(heads) for name in (*needed, *more)]
            rows = [
                (n, [*(c.strip() for c in row[: len(heads)]), *[""] * (len(heads) + 1 - len(row))]) for n, row in enumerate(table[1:], 2)
            ]
            return [(n, [row[k] if k < len(heads) else "" for k in at]) for n, row in rows if any(row)]
    seen = "、".join(cell.strip() for table in tables for cell in (table[0] if table else []) if cell.strip()) or "无"
    raise InputError(f"{what}缺少 {' 或者 '.join(needed)} 列（看到的列：{seen}）", where=str(path), todo=todo)
