"""Average linkage over rows of which only those that are alike enough need be compared.

Groups whose members are alike on average hold at least one pair that is: so rows fall apart into the parts that such pairs
connect, and every part has a tree of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jietan.grouping import components
from jietan.neighbours import EXACT, nearest_neighbours
from jietan.parallel import in_threads

if TYPE_CHECKING:
    from jietan.likeness import Likeness

__all__ = ["broad_groups", "cut_tree", "matched_groups"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
_BLOCK = 512
#: Among more rows than can all be compared, so many of the nearest are, in so many dimensions for runs of characters.
_NEAR, _DIMENSIONS, _PAIRS = 15, 256, 2**16
#: So many dot products are held at once.
_CELLS = 2**25
#: The most rows that get a tree of their own; what connects more of them is cut at a higher level, in such steps.
_PART, _STEP = 4000, 0.02
#: Out of more groups than a tree can hold, so many are drawn evenly, so many times; the others go to the nearest of these.
_DRAWN, _ROUNDS = 8000, 3


def cut_tree(similarity: Matrix, floor: float) -> Rows:
    """Cut the average-linkage tree of some rows.

    Args:
        similarity: Of every row to every other, shape (n, n).
        floor: Smallest mean similarity of two groups that are joined.

    Returns:
        For each row the number of its group, shape (n,).
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(similarity)
    if n < 2:
        return np.ones(n, np.int64)
    distances = np.empty(n * (n - 1) // 2)
    at = 0
    for k in range(n - 1):
        np.subtract(1, similarity[k, k + 1 :], out=distances[at : at + n - 1 - k])
        at += n - 1 - k
    np.clip(distances.round(6, out=distances), 0, None, out=distances)
    return np.asarray(fcluster(linkage(distances, "average"), 1 - floor, "distance"), np.int64)


def _all_pairs(alike: Likeness, floor: float) -> tuple[Rows, Rows, Matrix]:
    every = np.arange(len(alike))
    found = in_threads(lambda at: alike.above(every[at : at + _BLOCK], every[at:], floor), range(0, len(every), _BLOCK))
    i, j, values = (np.concatenate(c) for c in zip(*found, strict=True))
    once = j > i
    return i[once], j[once], values[once]


def _nearest_pairs(alike: Likeness, floor: float, exact: int) -> tuple[Rows, Rows, Matrix]:
    i, j = nearest_neighbours(alike.flat(_DIMENSIONS), _NEAR, floor / 2, exact).pairs()
    steps = range(0, max(1, len(i)), _PAIRS)
    values = np.concatenate([alike.of_pairs(i[k : k + _PAIRS], j[k : k + _PAIRS]) for k in steps])
    kept = values >= floor
    return i[kept], j[kept], values[kept]


def _parts(n: int, i: Rows, j: Rows, values: Matrix, floor: float) -> list[Rows]:
    """Rows that pairs connect, no more of them together than a tree can hold."""
    part = components(n, i, j)
    order = np.argsort(part, kind="stable")
    whole = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    large = np.array([len(rows) > _PART for rows in whole])[part]
    if not large.any() or floor > 1:
        return whole
    kept = large[i] & (values >= floor)
    rows = np.flatnonzero(large)
    number = np.cumsum(large) - 1
    inner = _parts(len(rows), number[i[kept]], number[j[kept]], values[kept], floor + _STEP)
    return [r for r in whole if len(r) <= _PART] + [rows[r] for r in inner]


def matched_groups(alike: Likeness, floor: float, exact: int = EXACT) -> Rows:
    """Group letters by average linkage.

    Args:
        alike: The letters.
        floor: Smallest mean likeness of two groups that are joined.
        exact: Up to so many letters every one is compared with every other.

    Returns:
        For each letter the first letter of its group, shape (n,).
    """
    heads = np.arange(len(alike))
    if len(heads) < 2:
        return heads
    i, j, values = _all_pairs(alike, floor) if len(heads) <= exact else _nearest_pairs(alike, floor, exact)
    for rows in _parts(len(heads), i, j, values, floor + _STEP):
        if len(rows) == 2 or len(rows) > _PART:
            heads[rows] = rows.min()
        elif len(rows) > 2:
            group = cut_tree(alike.between(rows, rows), floor)
            _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
            heads[rows] = rows[first[inverse]]
    return heads


def broad_groups(means: Matrix, floor: float, exact: int = EXACT) -> Rows:
    """Group rows by average linkage; out of very many, some drawn evenly are grouped and the others join these.

    Args:
        means: Rows of length one, shape (n, d).
        floor: Smallest mean dot product of two groups that are joined.
        exact: Up to so many rows all of them make one tree.

    Returns:
        For each row the number of its group, shape (n,).
    """
    n = len(means)
    if n <= exact:
        return cut_tree(means @ means.T, floor)
    groups, rest, known = np.full(n, -1), np.arange(n), 0
    for _ in range(_ROUNDS):
        drawn = rest[np.unique(np.linspace(0, len(rest) - 1, min(len(rest), _DRAWN)).astype(np.int64))]
        label = cut_tree(means[drawn] @ means[drawn].T, floor) - 1
        sums = np.zeros((label.max() + 1, means.shape[1]))
        np.add.at(sums, label, means[drawn].astype(np.float64))
        middles = (sums / np.bincount(label)[:, None]).astype(np.float32)
        step = max(1, _CELLS // len(middles))
        for start in range(0, len(rest), step):
            rows = rest[start : start + step]
            near = (means[rows] @ middles.T).round(6)
            best = near.argmax(axis=1)
            joins = near[np.arange(len(rows)), best] >= floor
            groups[rows[joins]] = best[joins] + known
        groups[drawn] = label + known
        known += len(middles)
        rest = np.flatnonzero(groups < 0)
        if len(rest) == 0:
            break
    groups[rest] = np.arange(known, known + len(rest))
    return groups
