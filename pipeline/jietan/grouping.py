"""Group vectors by average similarity, on five rows or on many thousands, without dependence on their order.

The similarity of two groups is the mean dot product between their rows, which is the dot product of their mean rows.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from jietan.neighbours import nearest_neighbours

__all__ = ["average_linkage", "components", "join_likely", "link_greedily", "mean_rows"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
_EXACT = 4000
#: So many groups fit into one tree of distances.
_TREE = 8000
_NEAR = 15


def mean_rows(matrix: Matrix, groups: Iterable[Sequence[int]]) -> Matrix:
    """Return the mean of each group of rows, scaled to length one.

    Args:
        matrix: float32 array of shape (n, d).
        groups: Row numbers of each group, none of them empty.

    Returns:
        float32 array of shape (groups, d); a mean of zero stays zero.
    """
    listed = list(groups)
    means = matrix[[g[0] for g in listed]].astype(np.float64) if listed else np.zeros((0, matrix.shape[1]))
    for i, g in enumerate(listed):
        if len(g) > 1:
            means[i] = matrix[list(g)].mean(axis=0, dtype=np.float64)
    norms = np.sqrt((means * means).sum(axis=1, keepdims=True))
    return np.asarray(means / np.where(norms == 0, 1, norms), dtype=np.float32)


class _Groups:
    """Groups of rows that grow together: what speaks for each pair of them, and which must stay apart."""

    def __init__(self, n: int, pairs: Iterable[tuple[int, int, float]], apart: Iterable[tuple[int, int]], missing: float) -> None:
        self.members = {i: [i] for i in range(n)}
        self.version = [0] * n
        self._missing = missing
        self._links: list[dict[int, tuple[float, int]]] = [{} for _ in range(n)]
        self._apart: dict[int, set[int]] = defaultdict(set)
        for a, b, value in pairs:
            self._links[a][b] = self._links[b][a] = (value, 1)
        for a, b in apart:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def mean(self, a: int, b: int) -> float:
        """Mean over all pairs of rows of the two groups; a pair that nothing is known of counts as missing."""
        total, known = self._links[a][b]
        pairs = len(self.members[a]) * len(self.members[b])
        return round((total + (pairs - known) * self._missing) / pairs, 6)

    def linked(self, a: int) -> list[int]:
        return [b for b in self._links[a] if b not in self._apart[a]]

    def may_join(self, a: int, b: int) -> bool:
        return b not in self._apart[a]

    def keep_apart(self, a: int, b: int) -> None:
        self._apart[a].add(b)
        self._apart[b].add(a)

    def join(self, a: int, b: int) -> None:
        for c, (total, known) in self._links[b].items():
            del self._links[c][b]
            if c != a:
                old = self._links[a].get(c, (0.0, 0))
                self._links[a][c] = self._links[c][a] = (old[0] + total, old[1] + known)
        self._links[b] = {}
        for c in self._apart.pop(b, set()):
            self._apart[c].discard(b)
            self.keep_apart(a, c)
        self.members[a] += self.members.pop(b)
        self.version[a] += 1


def components(n: int, i: Rows, j: Rows) -> Rows:
    """Return for each of n rows the number of the group that pairs connect it with, shape (n,)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(i), np.int8), (i, j)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def join_likely(
    n: int,
    pairs: Sequence[tuple[int, int, float]],
    apart: Iterable[tuple[int, int]],
    level: float,
    missing: float,
    accept: Callable[[list[int], list[int]], bool],
) -> list[int]:
    """Join the two groups with the highest mean over their pairs, again and again, while it reaches a level.

    Args:
        n: Number of rows.
        pairs: (i, j, how much speaks for the two being one), i < j; pairs not listed count as ``missing``.
        apart: Pairs that never come together.
        level: Smallest mean at which groups are joined.
        missing: What a pair counts that is not listed.
        accept: Called with the rows of two groups before they are joined.

    Returns:
        For each row the head (smallest row number) of its group.
    """
    groups = _Groups(n, pairs, apart, missing)
    queue = [(-round(value, 6), a, b, 0, 0) for a, b, value in pairs if value >= level and groups.may_join(a, b)]
    heapq.heapify(queue)
    while queue:
        _, a, b, *versions = heapq.heappop(queue)
        if b not in groups.members or a not in groups.members or versions != [groups.version[a], groups.version[b]]:
            continue
        if not groups.may_join(a, b):
            continue
        if not accept(groups.members[a], groups.members[b]):
            groups.keep_apart(a, b)
            continue
        groups.join(a, b)
        for c in groups.linked(a):
            if (mean := groups.mean(a, c)) >= level:
                x, y = sorted((a, c))
                heapq.heappush(queue, (-mean, x, y, groups.version[x], groups.version[y]))
    head = [0] * n
    for a, rows in groups.members.items():
        for row in rows:
            head[row] = a
    return head


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
        pairs: Candidate pairs, best first, ties by position.
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
    at the finest cut, and the tree is made over the means of those groups. Where these are too many for a tree, they are
    joined greedily at the next cut, so that no step grows with the square of the rows.

    Args:
        matrix: float32 array of shape (n, d).
        cuts: Distances (one minus mean dot product), finest first.

    Returns:
        For each cut a list of group numbers, one per row.
    """
    n = len(matrix)
    if n < 2:
        return [[0] * n for _ in cuts]
    rows, means, weights = np.arange(n), matrix, np.ones(n)
    done: list[list[int]] = []
    if n > _EXACT:
        rows, means, weights = _collapse(rows, means, weights, 1 - cuts[0])
    while len(means) > _TREE and len(done) < len(cuts):
        done.append(rows.tolist())
        if len(done) < len(cuts):
            rows, means, weights = _collapse(rows, means, weights, 1 - cuts[len(done)])
    return [*done, *([int(labels[r]) for r in rows] for labels in _tree(means, cuts[len(done) :]))]


def _collapse(rows: Rows, means: Matrix, weights: np.ndarray[Any, Any], floor: float) -> tuple[Rows, Matrix, np.ndarray[Any, Any]]:
    """Join groups greedily along their nearest neighbours while their mean similarity reaches a floor."""
    near = nearest_neighbours(means, _NEAR, floor)
    i, j = near.pairs()
    similarity = np.einsum("ij,ij->i", means[i], means[j]).round(6).astype(np.float64)
    order = np.lexsort((j, i, -similarity))
    pairs = list(zip(similarity[order].tolist(), i[order].tolist(), j[order].tolist(), strict=True))
    heads = np.array(link_greedily(means, weights, pairs, lambda a, b, s, mean: mean >= floor, lambda a, b: None))
    kept, group = np.unique(heads, return_inverse=True)
    joined = np.zeros((len(kept), means.shape[1]), np.float64)
    np.add.at(joined, group, means.astype(np.float64) * weights[:, None])
    sizes = np.bincount(group, weights=weights)
    return group[rows], np.asarray(joined / sizes[:, None], np.float32), sizes


def _tree(means: Matrix, cuts: tuple[float, ...]) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(means) < 2 or not cuts:
        return [[0] * len(means) for _ in cuts]
    distances = np.clip(1 - (means @ means.T).round(6), 0, None)
    distances = (distances + distances.T) / 2
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    return [fcluster(tree, cut, "distance").tolist() for cut in cuts]
