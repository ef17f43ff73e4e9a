"""Read a table by column and by row, with every kind of missing value as None."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow

__all__ = ["Rows"]

#: Rows of a table up to which its columns are kept as lists; of a longer one only those that are asked for as a whole are.
_HELD = 30_000
#: Rows of a long table that are lists at a time while they are gone through.
_TOGETHER = 10_000


def _plain(value: Any) -> Any:  # noqa: ANN401  (a cell may hold a value of any type)
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _listed(values: pd.Series[Any]) -> list[Any]:
    """A column as a list; only what may hold something else than plain values is looked at value by value."""
    found = values.tolist()
    if values.dtype != object and not values.hasnans:
        return found
    return [_plain(v) for v in found]


class Rows:
    """A table as plain values, by column and by row.

    A column becomes a list when it is asked for; single rows of a long table are read from the table itself.

    Args:
        frame: The table.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        """Keep the table."""
        self._frame = frame
        self._names = [str(name) for name in frame.columns]
        self._columns: dict[str, list[Any]] = {}
        self._arrays: dict[str, Any] = {}
        self._size = len(frame)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._size

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in order."""
        for at in range(0, self._size, _TOGETHER):
            part = Rows(self._frame.iloc[at : at + _TOGETHER]).columns()
            for values in zip(*part.values(), strict=True):
                yield dict(zip(self._names, values, strict=True))

    def columns(self) -> dict[str, list[Any]]:
        """Return all columns, as lists that are the caller's own."""
        return {name: _listed(self._frame[name]) for name in self._names}

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._names)

    def column(self, name: str) -> list[Any]:
        """Return one column; a column that the table lacks is all None."""
        if name not in self._names:
            return [None] * self._size
        if name not in self._columns:
            self._columns[name] = _listed(self._frame[name])
        return self._columns[name]

    def whole(self, name: str) -> pd.Series[Any] | list[Any]:
        """Return one column as it stands in the table, or as a list where it may hold lists or is not there."""
        return self._frame[name] if name in self._names and self._frame[name].dtype != object else self.column(name)

    def value(self, name: str, i: int) -> Any:  # noqa: ANN401
        """Return one cell; of a column that the table lacks None."""
        if name not in self._names:
            return None
        if name in self._columns or self._size <= _HELD:
            return self.column(name)[i]
        found = self._array(name)[i]
        return found.as_py() if isinstance(found, arrow.Scalar) else _plain(found)

    def values(self, name: str, positions: Sequence[int]) -> list[Any]:
        """Return the cells of one column at some positions."""
        held = name not in self._names or name in self._columns or self._size <= _HELD
        if held or not isinstance(array := self._array(name), arrow.Array):
            return [self.value(name, i) for i in positions]
        found: list[Any] = array.take(arrow.array(positions, type=arrow.int64())).to_pylist()
        return found

    def _array(self, name: str) -> Any:  # noqa: ANN401  (of pandas, or of Arrow for texts)
        """One column; a Series made for every cell would cost more than the cell, as would a cell of pandas' texts."""
        if name not in self._arrays:
            values = self._frame[name]
            found = arrow.array(values) if isinstance(values.dtype, pd.StringDtype) else values.array
            self._arrays[name] = found.combine_chunks() if isinstance(found, arrow.ChunkedArray) else found
        return self._arrays[name]

    def row(self, i: int) -> dict[str, Any]:
        """Return the row at a position."""
        if len(self._columns) == len(self._names):
            return {name: self._columns[name][i] for name in self._names}
        return {name: self.value(name, i) for name in self._names}

    def index(self, name: str) -> dict[str, int]:
        """Return the position of every value of an id column."""
        return {value: i for i, value in enumerate(self.column(name))}
