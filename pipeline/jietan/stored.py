"""The tables of a run folder, read when they are asked for and kept only as long as they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

import pandas as pd
import pyarrow.parquet as parquet
from pyarrow import types

from jietan.runfolder import RunFolder
from jietan.tables import CONTRACT_TABLES

__all__ = ["Stored"]


class Stored(Mapping[str, pd.DataFrame]):
    """Tables by name.

    Args:
        folder: The run folder; its tables are those of the contract, and the collection points where they are known.
    """

    def __init__(self, folder: RunFolder) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._names = [*CONTRACT_TABLES, *(["points"] if folder.table_path("points").exists() else [])]
        self._read: WeakValueDictionary[str, pd.DataFrame] = WeakValueDictionary()

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a table, which is not read for it."""
        return name in self._names

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self._names)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table; two that hold it share it.

        Raises:
            KeyError: There is no such table.
            RunFolderError: It cannot be read.
        """
        if name not in self._names:
            raise KeyError(name)
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._folder.read(name)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as the folder, without what was read."""
        return Stored, (self._folder,)

    def some(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """Return some columns of a table, or all where it is in memory anyway."""
        found = self._read.get(name)
        return self._folder.read(name, columns) if found is None else found

    def count(self, name: str) -> int:
        """Number of rows of a table, which is not read for it."""
        return self._folder.rows(name)

    def pieces(self, name: str, size: int) -> Iterator[pd.DataFrame]:
        """Yield so many rows of a table at a time, with the types that they have in the whole table; at least one frame.

        Raises:
            KeyError: There is no such table.
            RunFolderError: It cannot be read.
        """
        path = self._folder.table_path(name)
        if name in self._read or name not in self._names or not path.exists():
            whole = self[name]
            yield from (whole.iloc[at : at + size] for at in range(0, max(1, len(whole)), size))
            return
        with parquet.ParquetFile(path) as file:
            if not file.metadata.num_rows:
                yield self[name]
                return
            # pandas reads whole numbers of which some are missing as floats, wherever in the table those are
            lacking = [n for n in file.schema_arrow.names if types.is_integer(file.schema_arrow.field(n).type) and _lacking(file, n)]
            for batch in file.iter_batches(size):
                yield batch.to_pandas().astype(dict.fromkeys(lacking, "float64"))


def _lacking(file: parquet.ParquetFile, name: str) -> bool:
    """Say whether values of a column are missing."""
    groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
    chunks = (group.column(i) for group in groups for i in range(group.num_columns) if group.column(i).path_in_schema == name)
    return any(chunk.statistics is None or chunk.statistics.null_count for chunk in chunks)
