"""Merged cells: values filled down for metadata, rows that are one banner across the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jietan.errors import InputError
from jietan.reading.model import Record

__all__ = ["Merge", "merged_records"]

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, (row, column) from 0, both inclusive."""

_MOST_FILLED = 5_000_000
_BANNER_SHARE = 0.6


def merged_records(rows: Sequence[list[str]], merges: Sequence[Merge], where: str) -> Iterator[Record]:
    """Number the rows of a table and note what its merged cells mean.

    Args:
        rows: Cells as text; the covered cells of a merge are empty.
        merges: The merged ranges.
        where: The file's name for messages.

    Yields:
        A record for every row: a vertical merge fills its value down (`fill`), a merge across most of the row with
        nothing beside it makes a banner.

    Raises:
        InputError: If the merges cover an absurd number of cells.
    """
    fills: dict[int, dict[int, str]] = {}
    n_filled = 0
    for (top, left), (bottom, _) in merges:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        if bottom == top or not value.strip():
            continue
        covered = range(top + 1, min(bottom + 1, len(rows)))
        n_filled += len(covered)
        if n_filled > _MOST_FILLED:
            raise InputError("合并单元格的范围大得不正常", where=where, todo="请取消合并单元格，另存后再读")
        for row in covered:
            fills.setdefault(row, {})[left] = value
    banners = {top for (top, left), (_, right) in merges if _is_banner(rows, top, (left, right))}
    nothing: dict[int, str] = {}
    for index, cells in enumerate(rows):
        yield Record(index + 1, cells, fills.get(index, nothing), index in banners)


def _is_banner(rows: Sequence[list[str]], row: int, columns: tuple[int, int]) -> bool:
    left, right = columns
    if row >= len(rows) or right == left:
        return False
    cells = rows[row]
    alone = all(not cell.strip() for column, cell in enumerate(cells) if column != left)
    return alone and right - left + 1 >= _BANNER_SHARE * len(cells)
