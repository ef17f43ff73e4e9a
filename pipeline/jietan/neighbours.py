"""The nearest rows of every row of a matrix: exactly where rows are few, in cells of near rows where they are many.

With cells, the work grows with the number of rows to the power of one and a half: every row is compared with the rows of
the few cells whose centres are nearest to it. Nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jietan.distinct import distinct
from jietan.parallel import in_threads

__all__ = ["EXACT", "Neighbours", "nearest_neighbours"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
#: Row, other row, dot product.
_Found = tuple[Rows, Rows, np.ndarray[Any, np.dtype[np.float64]]]

#: Up to so many rows every row is compared with every other.
EXACT = 12_000
_CHUNK = 2048
_CELLS = 2**25
#: How many cells a row looks into, how many rows a cell holds for each square root of all, and rounds to place the centres.
_LOOKS, _SHARE, _ROUNDS = 16, 0.8, 4
_SAMPLED = 40
#: So many rows look into the cells at a time, one thread each.
_PART = 2**15


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of every row, nearest first.

    Args:
        rows: Their numbers, shape (n, k).
        similarity: Their dot products rounded to six digits, shape (n, k).
    """

    rows: np.ndarray[Any, np.dtype[np.int64]]
    similarity: np.ndarray[Any, np.dtype[np.float64]]

    def ranks(self, i: np.ndarray[Any, Any], j: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the place of each ``j`` among the neighbours of its ``i`` from 0; k where it is not among them."""
        k = self.rows.shape[1]
        if not k:
            return np.full(len(i), k)
        found = self.rows[i] == j[:, None]
        place = found.argmax(axis=1)
        return np.asarray(np.where(found[np.arange(len(i)), place], place, k), dtype=np.int64)

    def pairs(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
        """Return the pairs i < j of which one is a neighbour of the other, in order."""
        n = max(1, len(self.rows))
        known = self.rows >= 0
        a, b = np.nonzero(known)[0], self.rows[known]
        keys = distinct(np.minimum(a, b) * n + np.maximum(a, b))
        return keys // n, keys % n


def nearest_neighbours(matrix: Matrix, count: int, floor: float, exact: int = EXACT) -> Neighbours:
    """Find the most similar rows of every row.

    Args:
        matrix: float32 array of shape (n, d).
        count: How many neighbours at most.
        floor: Smallest dot product of a neighbour.
        exact: Up to so many rows none is overlooked; beyond, about one neighbour in thirty is, seldom a near one.

    Returns:
        The neighbours, ties by row number; where a row has fewer, -1 with the similarity ``floor``.
    """
    n = len(matrix)
    count = max(0, min(count, n - 1))
    rows, similarity = np.full((n, count), -1, np.int64), np.full((n, count), floor)
    if not count:
        return Neighbours(rows, similarity)
    if n > exact:
        return _in_cells(matrix, count, floor)
    for a, b, values in _all(matrix, floor):
        a, b, values, place = _best(a, b, values, count)
        rows[a, place], similarity[a, place] = b, values
    return Neighbours(rows, similarity)


def _best(a: Rows, b: Rows, values: np.ndarray[Any, Any], count: int) -> tuple[Rows, Rows, np.ndarray[Any, Any], Rows]:
    """Keep the best of every row, best first, ties by row number, and number them from 0."""
    order = np.lexsort((b, -values, a))
    a, b, values = a[order], b[order], values[order]
    place = np.arange(len(a)) - np.searchsorted(a, a)
    keep = place < count
    return a[keep], b[keep], values[keep], place[keep]


def _all(matrix: Matrix, floor: float) -> Iterator[_Found]:
    step = max(1, min(_CHUNK, _CELLS // len(matrix)))
    for start in range(0, len(matrix), step):
        block = matrix[start : start + step] @ matrix.T
        own = np.arange(len(block))
        block[own, start + own] = -np.inf
        at, columns = np.nonzero(block >= floor)
        yield at + start, columns, block[at, columns].round(6).astype(np.float64)


def _centres(matrix: Matrix, cells: int) -> Matrix:
    """Place the centres of cells by a few rounds of k-means over evenly chosen rows, with unit length."""
    sample = matrix[np.unique(np.linspace(0, len(matrix) - 1, min(len(matrix), cells * _SAMPLED)).astype(np.int64))]
    centres = sample[np.unique(np.linspace(0, len(sample) - 1, cells).astype(np.int64))]
    for _ in range(_ROUNDS):
        nearest = _looks(sample, centres, 1)[:, 0]
        order = np.argsort(nearest, kind="stable")
        filled, starts = np.unique(nearest[order], return_index=True)
        sums = np.zeros(centres.shape, np.float64)
        sums[filled] = np.add.reduceat(sample[order], starts, axis=0, dtype=np.float64)
        norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        centres = np.where(norms > 0, sums / np.where(norms > 0, norms, 1), centres).astype(np.float32)
    return centres


def _looks(matrix: Matrix, centres: Matrix, looks: int) -> Rows:
    """Return for every row its nearest centres, the nearest in the first column."""
    out = np.empty((len(matrix), looks), np.int64)

    def look(start: int) -> None:
        block = (matrix[start : start + _CHUNK] @ centres.T).round(6)
        if looks < len(centres):
            chosen = np.argpartition(-block, looks - 1, axis=1)[:, :looks]
        else:
            chosen = np.tile(np.arange(len(centres)), (len(block), 1))[:, :looks]
        values = np.take_along_axis(block, chosen, axis=1)
        out[start : start + _CHUNK] = np.take_along_axis(chosen, np.lexsort((chosen, -values), axis=1), axis=1)

    in_threads(look, range(0, len(matrix), _CHUNK))
    return out


def _in_cells(matrix: Matrix, count: int, floor: float) -> Neighbours:
    from threadpoolctl import threadpool_limits

    n = len(matrix)
    cells = max(1, int(n**0.5 / _SHARE))
    with threadpool_limits(1):  # the threads are those of in_threads
        looks = _looks(matrix, _centres(matrix, cells), min(_LOOKS, cells))
    members = np.argsort(looks[:, 0], kind="stable")
    filled = np.split(members, np.searchsorted(looks[members, 0], np.arange(1, cells)))
    rows, similarity = np.full((n, count), -1, np.int64), np.full((n, count), np.float32(floor), np.float32)

    def look(at: int) -> None:
        part = slice(at, at + _PART)
        _look_into(filled, matrix, at, looks[part], (rows[part], similarity[part]))

    with threadpool_limits(1):  # the threads are these
        in_threads(look, range(0, n, _PART))
    known = rows >= 0
    return Neighbours(rows, np.where(known, similarity.astype(np.float64).round(6), floor))


def _look_into(filled: Sequence[Rows], matrix: Matrix, first: int, looks: Rows, found: tuple[Rows, Matrix]) -> None:
    """Let some consecutive rows look into their cells, and keep the best that they find."""
    rows, similarity = found
    flat = looks.ravel()
    order = np.argsort(flat, kind="stable")
    askers = np.split(order // looks.shape[1], np.searchsorted(flat[order], np.arange(1, len(filled))))
    for inside, outside in zip(filled, askers, strict=True):
        for start in range(0, len(outside) if len(inside) else 0, _CHUNK):
            asking = outside[start : start + _CHUNK]
            block = matrix[asking + first] @ matrix[inside].T
            _, itself, at = np.intersect1d(asking + first, inside, assume_unique=True, return_indices=True)
            block[itself, at] = -np.inf
            better = np.flatnonzero(block.max(axis=1) >= similarity[asking, -1])
            asking = asking[better]
            rows[asking], similarity[asking] = _better(block[better], inside, rows[asking], similarity[asking])


def _better(block: Matrix, inside: Rows, rows: Rows, similarity: Matrix) -> tuple[Rows, Matrix]:
    """Take up the best of a block of dot products among the best of before, best first, ties by row number."""
    count = rows.shape[1]
    least = similarity[:, [-1]]
    if block.shape[1] > count:
        least = np.maximum(least, np.partition(block, -count, axis=1)[:, [-count]])
    at, columns = np.nonzero(block >= least - np.float32(1e-6))
    at, found, values, place = _best(at, inside[columns], block[at, columns].round(6), count)
    more, closer = np.full(rows.shape, -1, np.int64), np.full(rows.shape, -np.inf, np.float32)
    more[at, place], closer[at, place] = found, values
    rows, values = np.concatenate([rows, more], axis=1), np.concatenate([similarity, closer], axis=1)
    order = np.lexsort((rows, np.where(rows < 0, np.inf, -values)), axis=1)[:, :count]
    rows, values = np.take_along_axis(rows, order, axis=1), np.take_along_axis(values, order, axis=1)
    return rows, np.where(rows < 0, similarity[:, [-1]], values)
