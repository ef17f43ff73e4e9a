"""Read a table by column and by row, with every kind of missing value as None."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["Rows"]


def _plain(value: Any) -> Any:  # noqa: ANN401  (a cell may hold a value of any type)
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.tolist() if isinstance(value, np.ndarray) else value


class Rows:
    """A table as plain lists, one per column.

    Args:
        frame: The table.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        """Copy the columns into lists."""
        self._columns: dict[str, list[Any]] = {str(name): [_plain(v) for v in frame[name].tolist()] for name in frame.columns}
        self._size = len(frame)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._size

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in order."""
        for i in range(self._size):
            yield self.row(i)

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self._columns)

    def column(self, name: str) -> list[Any]:
        """Return one column; a column that the table lacks is all None."""
        return self._columns.get(name) or [None] * self._size

    def row(self, i: int) -> dict[str, Any]:
        """Return the row at a position."""
        return {name: values[i] for name, values in self._columns.items()}

    def index(self, name: str) -> dict[str, int]:
        """Return the position of every value of an id column."""
        return {value: i for i, value in enumerate(self.column(name))}
