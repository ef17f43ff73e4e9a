"""Group vectors by average similarity, on five rows or on many thousands, without dependence on their order.

The similarity of two groups is the mean dot product between their rows, which is the dot product of their mean rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

__all__ = ["average_linkage", "link_greedily", "mean_rows", "nearest_pairs"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
_EXACT = 4000
_CHUNK = 2048


def mean_rows(matrix: Matrix, groups: Iterable[Sequence[int]]) -> Matrix:
    """Return the mean of each group of rows, scaled to length one.

    Args:
        matrix: float32 array of shape (n, d).
        groups: Row numbers of each group, none of them empty.

    Returns:
        float32 array of shape (groups, d); a mean of zero stays zero.
    """
    means = np.array([matrix[list(g)].mean(axis=0, dtype=np.float64) for g in groups])
    norms = np.sqrt((means * means).sum(axis=1, keepdims=True))
    return np.asarray(means / np.where(norms == 0, 1, norms), dtype=np.float32)


def nearest_pairs(matrix: Matrix, floor: float, count: int = 50) -> list[tuple[float, int, int]]:
    """Find pairs of similar rows.

    Args:
        matrix: float32 array of shape (n, d).
        floor: Smallest dot product.
        count: Neighbours considered for each row among those behind it.

    Returns:
        (dot product rounded to six digits, i, j) with i < j, most similar first, ties by position.
    """
    n = len(matrix)
    found: list[np.ndarray[Any, Any]] = []
    for start in range(0, n, _CHUNK):
        block = matrix[start : start + _CHUNK] @ matrix[start:].T
        rows, columns = np.nonzero(np.triu(block >= floor, 1))
        distances = -block[rows, columns].round(6)
        order = np.lexsort((columns, distances, rows))
        rows, columns, distances = rows[order], columns[order], distances[order]
        keep = np.arange(len(rows)) - np.searchsorted(rows, rows) < count
        found.append(np.stack([distances[keep], rows[keep] + start, columns[keep] + start], axis=1).astype(np.float64))
    pairs = np.concatenate(found) if found else np.zeros((0, 3))
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 1], pairs[:, 0]))]
    return [(-d, int(i), int(j)) for d, i, j in pairs.tolist()]


def link_greedily(
    matrix: Matrix,
    weights: np.ndarray[Any, Any],
    pairs: list[tuple[float, int, int]],
    accept: Callable[[int, int, float, float], bool],
    merged: Callable[[int, int], None],
) -> list[int]:
    """Join groups pair by pair, most similar pair first.

    Args:
        matrix: float32 array of shape (n, d).
        weights: How many opinions each row stands for, shape (n,).
        pairs: Candidate pairs, best first, as :func:`nearest_pairs` gives them.
        accept: Called with two group heads, the pair's own similarity and the mean similarity of the groups.
        merged: Called with the head that stays and the one that goes, after a join.

    Returns:
        For each row the head (smallest row number) of its group.
    """
    head = list(range(len(matrix)))
    sums = matrix.astype(np.float64) * weights[:, None]
    sizes = weights.astype(np.float64).copy()

    def find(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    for similarity, i, j in pairs:
        a, b = sorted((find(i), find(j)))
        if a == b:
            continue
        mean = float(sums[a] @ sums[b]) / (sizes[a] * sizes[b])
        if not accept(a, b, similarity, mean):
            continue
        head[b] = a
        sums[a] += sums[b]
        sizes[a] += sizes[b]
        merged(a, b)
    return [find(i) for i in range(len(matrix))]


def average_linkage(matrix: Matrix, cuts: tuple[float, ...]) -> list[list[int]]:
    """Cut an average-linkage tree at several distances, which nest.

    Up to four thousand rows the tree is exact; beyond, rows are first joined greedily along their nearest neighbours
    at the finest cut, and the tree is made over the means of those groups.

    Args:
        matrix: float32 array of shape (n, d).
        cuts: Distances (one minus mean dot product), finest first.

    Returns:
        For each cut a list of group numbers, one per row.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    n = len(matrix)
    if n < 2:
        return [[0] * n for _ in cuts]
    rows = list(range(n))
    means = matrix
    if n > _EXACT:
        floor = 1 - cuts[0]
        heads = link_greedily(
            matrix, np.ones(n), nearest_pairs(matrix, floor, 15), lambda a, b, s, mean: mean >= floor, lambda a, b: None
        )
        order = {h: k for k, h in enumerate(sorted(set(heads)))}
        rows = [order[h] for h in heads]
        means = np.zeros((len(order), matrix.shape[1]), np.float32)
        np.add.at(means, rows, matrix)
        means /= np.bincount(rows)[:, None].astype(np.float32)
    distances = np.clip(1 - (means @ means.T).round(6), 0, None)
    distances = (distances + distances.T) / 2
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    return [[int(labels[r]) for r in rows] for labels in (fcluster(tree, cut, "distance") for cut in cuts)]
