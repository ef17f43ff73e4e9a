"""Vectors of a run: in memory, or in a file of which only the rows that are asked for are read."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

import numpy as np

__all__ = ["Chosen", "Taken", "Vectors"]

#: Rows that are read from a file at a time.
_SOME = 4096


@dataclass(frozen=True)
class Vectors:
    """Vectors of opinions.

    Args:
        ids: Opinion ids, one per row.
        matrix: float32 array of shape (n, d), rows of length one (zero rows for texts without known words).
    """

    ids: list[str]
    matrix: np.ndarray[Any, np.dtype[np.float32]]
    _file: int | None = field(default=None, repr=False, compare=False)

    @classmethod
    def mapped(cls, ids: list[str], path: Path) -> Vectors:
        """Map the rows of a file; they stay what they are when another takes its place."""
        found = cls(ids, np.load(path, mmap_mode="r", allow_pickle=False), os.open(path, os.O_RDONLY) if hasattr(os, "preadv") else None)
        if found._file is not None:
            finalize(found, os.close, found._file)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process without the file."""
        return Vectors, (self.ids, self.matrix)

    def rows(self, ids: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return the vectors of some opinions, in the order asked for."""
        return self.block([self.places[o] for o in ids])

    def block(self, rows: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return the vectors of some rows; those of a file are read from it, several times faster than from where it is mapped."""
        if self._file is None or not len(rows):
            return np.asarray(self.matrix)[rows]
        wanted = np.asarray(rows, np.int64)
        found = np.empty((len(wanted), self.matrix.shape[1]), self.matrix.dtype)
        start, size, taken = getattr(self.matrix, "offset", 0), found.strides[0], found.data.cast("B")
        cuts = np.flatnonzero((np.diff(wanted, prepend=-2) != 1) | (np.arange(len(wanted)) % _SOME == 0))  # where rows do not follow
        for at, end, row in zip(cuts.tolist(), [*cuts[1:].tolist(), len(wanted)], wanted[cuts].tolist(), strict=True):
            if os.preadv(self._file, [taken[at * size : end * size]], start + row * size) != (end - at) * size:
                raise OSError(errno.EIO, "fewer vectors than there were", str(getattr(self.matrix, "filename", "")))
        return found

    def chosen(self, ids: list[str]) -> Chosen:
        """Return the vectors of some opinions, which are not held."""
        return Chosen(self, np.array([self.places[o] for o in ids], np.int64))

    def taken(self, ids: list[str]) -> Taken:
        """Return the vectors of some opinions for another process of this machine, which looks for those that are mapped itself."""
        places = np.array([self.places[o] for o in ids], np.int64)
        if self._file is None:  # as on Windows, where a file that is mapped cannot be replaced
            return Taken("", 0, self.block(places))
        path = Path(str(getattr(self.matrix, "filename", "")))
        return Taken(str(path), path.stat().st_mtime_ns, places)

    @cached_property
    def places(self) -> dict[str, int]:
        """Row of each id."""
        return {o: i for i, o in enumerate(self.ids)}


@dataclass(frozen=True)
class Chosen:
    """Some rows of vectors in an order of their own, looked up when asked for.

    Args:
        vectors: The vectors.
        places: Their rows.
    """

    vectors: Vectors
    places: np.ndarray[Any, np.dtype[np.int64]]

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.places)

    @property
    def shape(self) -> tuple[int, int]:
        """How many they are, and of how many numbers."""
        return len(self.places), self.vectors.matrix.shape[1]

    def of(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> Chosen:
        """Return some of them, numbered anew."""
        return Chosen(self.vectors, self.places[rows])

    def __getitem__(self, rows: slice | np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return some of them."""
        return self.vectors.block(self.places[rows])

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return all of them."""
        return self.vectors.block(self.places)


class Taken(NamedTuple):
    """Some rows of vectors: of a file, which is told by its name and the time of its last change, or themselves."""

    path: str
    changed: int
    found: np.ndarray[Any, Any]

    @property
    def rows(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The vectors, shape (opinions, d)."""
        return _mapped(self.path, self.changed).block(self.found) if self.path else self.found


@lru_cache(maxsize=1)
def _mapped(path: str, changed: int) -> Vectors:
    return Vectors.mapped([], Path(path))
