"""What a stage may use, and which tables of a run stay in memory from one stage to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as arrow

from jietan.counts import Census
from jietan.equipment import Models
from jietan.garbage import give_back
from jietan.parallel import end_workers
from jietan.review.apply import Reviewed
from jietan.runfolder import VECTORS, RunFolder
from jietan.settings import Settings
from jietan.vectors import Vectors

__all__ = ["Columns", "Inputs", "Loaded", "Value"]

Value = pd.DataFrame | Vectors
Columns = Mapping[str, tuple[str, ...]]
#: Tables of more bytes are not kept for a stage that is not the next one.
_LARGE = 1 << 26
#: Where tables take more bytes together, worker processes are not kept idle from one stage to the next, for each has grown too.
_MUCH = 1 << 29


class _Declared(Mapping[str, Value]):
    """The tables that a stage declares, each read when it is first asked for."""

    def __init__(self, names: tuple[str, ...], columns: Columns, loaded: Loaded) -> None:
        self._names, self._columns, self._loaded = names, columns, loaded
        self._read: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._loaded.load(name, self._columns.get(name))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Loaded:
    """The tables of a run that are in memory.

    Args:
        folder: The run.
    """

    def __init__(self, folder: RunFolder) -> None:
        """Read nothing yet."""
        self._folder, self._tables = folder, dict[str, Value]()

    def of(self, names: tuple[str, ...], columns: Columns) -> Mapping[str, Value]:
        """Return some tables, each read when it is first asked for.

        Args:
            names: Which.
            columns: What is looked at of some of them, where that is not all; more may be there.
        """
        return _Declared(names, columns, self)

    def load(self, name: str, columns: tuple[str, ...] | None = None) -> Value:
        """Return a table, or some columns of it where it is not in memory."""
        if name not in self._tables:
            if columns is not None:
                return self._folder.read(name, columns)
            self._tables[name] = self._folder.read_vectors(name) if name in VECTORS else self._folder.read(name)
        return self._tables[name]

    def add(self, made: Mapping[str, Value]) -> None:
        """Keep what a stage made."""
        self._tables.update(made)

    def keep(self, later: Sequence[tuple[tuple[str, ...], Columns]]) -> None:
        """Drop what no later stage reads, and what is large unless the next one reads it whole; vectors are mapped, and read again.

        Args:
            later: Names and columns of the tables of the stages to come, in order.
        """
        wanted = {name for names, _ in later for name in names}
        soon = {name for names, columns in later[:1] for name in names if name not in columns}
        frames = {n: v for n, v in self._tables.items() if isinstance(v, pd.DataFrame)}
        size = {n: int(v.memory_usage(index=False).sum()) for n, v in frames.items()}
        large = {n for n in frames if size[n] >= _LARGE}
        self._tables = {n: v for n, v in frames.items() if n in wanted and (n in soon or n not in large)}
        if large:
            del frames
            if sum(size.values()) >= _MUCH:
                end_workers()
            arrow.default_memory_pool().release_unused()  # it keeps what tables took, although they are gone
            give_back()


@dataclass
class Inputs:
    """What a stage may use: the tables it declares, the settings and the models."""

    tables: Mapping[str, Any]
    settings: Settings
    models: Models
    review: Reviewed = field(default_factory=Reviewed)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table."""
        table: pd.DataFrame = self.tables[name]
        return table

    @property
    def vectors(self) -> Vectors:
        """The opinions' vectors."""
        found: Vectors = self.tables["vectors"]
        return found

    @property
    def census(self) -> Census:
        """Counts voices."""
        return Census(self["received"], self["spans"], self["copies"])
