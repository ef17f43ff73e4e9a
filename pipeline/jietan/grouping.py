"""Group vectors by average similarity, on five rows or on many thousands, without dependence on their order.

The similarity of two groups is the mean dot product between their rows, which is the dot product of their mean rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from jietan.neighbours import nearest_neighbours

__all__ = ["average_linkage", "components", "join_likely", "link_greedily", "mean_made_rows", "mean_rows"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
_EXACT = 4000
#: So many groups fit into one tree of distances.
_TREE = 8000
_NEAR = 15
#: So many rows are made, or pairs of rows compared, at once.
_TOGETHER = 2**14


def mean_rows(matrix: Matrix, groups: Iterable[Sequence[int]]) -> Matrix:
    """Return the mean of each group of rows, scaled to length one.

    Args:
        matrix: float32 array of shape (n, d).
        groups: Row numbers of each group, none of them empty.

    Returns:
        float32 array of shape (groups, d); a mean of zero stays zero.
    """
    return mean_made_rows(lambda rows: matrix[rows], groups)


def mean_made_rows(make: Callable[[Rows], Matrix], groups: Iterable[Sequence[int]]) -> Matrix:
    """Return the mean of each group of rows, scaled to length one, where the rows are made block by block and never all at once.

    Args:
        make: Makes the float32 rows of some numbers, shape (numbers, d).
        groups: Row numbers of each group, none of them empty.

    Returns:
        float32 array of shape (groups, d); a mean of zero stays zero.
    """
    listed = list(groups)
    sizes = np.fromiter(map(len, listed), np.int64, len(listed))
    flat = np.fromiter(chain.from_iterable(listed), np.int64, int(sizes.sum()))
    ends = np.cumsum(sizes)
    starts = ends - sizes
    means = np.zeros((len(listed), make(flat[:0]).shape[1]), np.float32)
    first = 0
    while first < len(listed):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + _TOGETHER, side="right")))
        rows = make(flat[starts[first] : ends[last - 1]])
        mean = np.add.reduceat(rows, starts[first:last] - starts[first], axis=0, dtype=np.float64) / sizes[first:last, None]
        norms = np.sqrt((mean * mean).sum(axis=1, keepdims=True))
        means[first:last] = mean / np.where(norms == 0, 1, norms)
        first = last
    return means


class _Links:
    """What speaks for each two groups being one, and which of them must stay apart."""

    def __init__(self, pairs: tuple[Rows, Rows, Numbers], apart: tuple[Rows, Rows]) -> None:
        i, j = np.concatenate([pairs[0], apart[0]]).astype(np.int64), np.concatenate([pairs[1], apart[1]]).astype(np.int64)
        self.a, self.b = np.minimum(i, j), np.maximum(i, j)
        self.known = np.concatenate([np.ones(len(pairs[0])), np.zeros(len(apart[0]))])
        self.total = np.concatenate([np.asarray(pairs[2], np.float64), np.zeros(len(apart[0]))])
        self.apart = self.known == 0
        self._sum(np.arange(len(i)))

    def _take(self, rows: Rows) -> None:
        self.a, self.b, self.known, self.total, self.apart = (x[rows] for x in (self.a, self.b, self.known, self.total, self.apart))

    def _sum(self, rows: Rows) -> None:
        """Make one link of those in ``rows`` that have both ends in common, and put it behind the others."""
        if not len(rows):
            return
        rest = np.ones(len(self.a), bool)
        rest[rows] = False
        rows = rows[np.lexsort((self.b[rows], self.a[rows]))]
        a, b = self.a[rows], self.b[rows]
        starts = np.flatnonzero((np.diff(a, prepend=-1) != 0) | (np.diff(b, prepend=-1) != 0))
        known, total = np.add.reduceat(self.known[rows], starts), np.add.reduceat(self.total[rows], starts)
        apart = np.logical_or.reduceat(self.apart[rows], starts)
        new = (a[starts], b[starts], known, total, apart)
        old = (self.a, self.b, self.known, self.total, self.apart)
        self.a, self.b, self.known, self.total, self.apart = (np.concatenate([x[rest], y]) for x, y in zip(old, new, strict=True))

    def prune(self, sizes: Numbers, level: float, missing: float) -> tuple[Rows, Numbers]:
        """Return the links that may join two groups, and their means; links of a group without any are dropped.

        The mean of a joint group is never above the better of its two parts, so such a group stays as it is for good.
        """
        pairs = sizes[self.a] * sizes[self.b]
        mean = ((self.total + (pairs - self.known) * missing) / pairs).round(6)
        fits = (mean >= level) & ~self.apart & (self.known > 0)
        live = np.zeros(len(sizes), bool)
        live[self.a[fits]] = live[self.b[fits]] = True
        kept = np.flatnonzero(live[self.a] & live[self.b])
        self._take(kept)
        fits, mean = fits[kept], mean[kept]
        rows = np.flatnonzero(fits)
        return rows, mean[rows]

    def best_of_both(self, rows: Rows, mean: Numbers, n: int) -> Rows:
        """Return those of some links that are the best of both their groups, by mean, then by number."""
        order = rows[np.lexsort((self.b[rows], self.a[rows], -mean))][::-1]
        best = np.full(n, -1, np.int64)
        ends = np.stack([self.a[order], self.b[order]], axis=1).ravel()
        best[ends] = np.repeat(order, 2)
        return np.asarray(order[(best[self.a[order]] == order) & (best[self.b[order]] == order)][::-1], np.int64)

    def rename(self, head: Rows) -> None:
        """Let each group go by the name of the one it joined."""
        a, b = head[self.a], head[self.b]
        touched = (a != self.a) | (b != self.b)
        joined = np.zeros(len(head), bool)
        joined[a[touched]] = joined[b[touched]] = True
        self.a, self.b = np.minimum(a, b), np.maximum(a, b)
        outer = self.a != self.b
        touched = (joined[self.a] | joined[self.b])[outer]
        self._take(np.flatnonzero(outer))
        self._sum(np.flatnonzero(touched))


def components(n: int, i: Rows, j: Rows) -> Rows:
    """Return for each of n rows the number of the group that pairs connect it with, shape (n,)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(i), np.int8), (i, j)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def join_likely(
    n: int,
    pairs: tuple[Rows, Rows, Numbers],
    apart: tuple[Rows, Rows],
    level: float,
    missing: float,
    accept: Callable[[list[int], list[int]], bool],
) -> list[int]:
    """Join the two groups with the highest mean over their pairs, again and again, while it reaches a level.

    Two groups that are each other's best are joined at once, wherever they are: no other join can part them.

    Args:
        n: Number of rows.
        pairs: Rows i, rows j, and how much speaks for each two being one; pairs not listed count as ``missing``.
        apart: Rows i and j of pairs that never come together.
        level: Smallest mean at which groups are joined, above ``missing``.
        missing: What a pair counts that is not listed.
        accept: Called with the rows of two groups before they are joined; what it refuses it refuses for larger groups too.

    Returns:
        For each row the head (smallest row number) of its group.
    """
    links, sizes, members = _Links(pairs, apart), np.ones(n), [[row] for row in range(n)]
    while True:
        rows, mean = links.prune(sizes, level, missing)
        if not len(rows):
            break
        head = np.arange(n)
        for row in links.best_of_both(rows, mean, n).tolist():
            a, b = int(links.a[row]), int(links.b[row])
            if accept(members[a], members[b]):
                head[b] = a
                members[a] += members[b]
                members[b] = []
                sizes[a] += sizes[b]
            else:
                links.apart[row] = True
        links.rename(head)
    out = [0] * n
    for a, rows_of in enumerate(members):
        for row in rows_of:
            out[row] = a
    return out


def link_greedily(matrix: Matrix, weights: np.ndarray[Any, Any], pairs: tuple[Rows, Rows], floor: float) -> Rows:
    """Join groups pair by pair while the mean similarity of the two reaches a floor.

    Args:
        matrix: float32 array of shape (n, d).
        weights: How many opinions each row stands for, shape (n,).
        pairs: Rows i and j of the candidates, best first.
        floor: Smallest mean similarity of two groups that are joined.

    Returns:
        For each row the head (smallest row number) of its group, shape (n,).
    """
    head = list(range(len(matrix)))
    sums: dict[int, Numbers] = {}  # of groups of several rows
    sizes = weights.astype(np.float64).tolist()

    def find(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    def total(a: int) -> Numbers:
        found = sums.get(a)
        return matrix[a].astype(np.float64) * weights[a] if found is None else found

    for start in range(0, len(pairs[0]), _TOGETHER):
        for i, j in zip(*(rows[start : start + _TOGETHER].tolist() for rows in pairs), strict=True):
            a, b = find(i), find(j)
            if a == b:
                continue
            one, other = total(a), total(b)
            if float(one @ other) / (sizes[a] * sizes[b]) < floor:
                continue
            a, b = min(a, b), max(a, b)
            head[b] = a
            sums[a] = one + other
            sums.pop(b, None)
            sizes[a] += sizes[b]
    return np.array([find(i) for i in range(len(matrix))], np.int64)


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
    i, j = nearest_neighbours(means, _NEAR, floor).pairs()
    blocks = (slice(k, k + _TOGETHER) for k in range(0, max(1, len(i)), _TOGETHER))
    similarity = np.concatenate([np.einsum("ij,ij->i", means[i[b]], means[j[b]]) for b in blocks]).round(6).astype(np.float64)
    order = np.lexsort((j, i, -similarity))
    group = np.unique(link_greedily(means, weights, (i[order], j[order]), floor), return_inverse=True)[1]
    sizes = np.bincount(group, weights=weights).astype(np.float64)
    return group[rows], _weighted_means(means, weights, group, sizes), sizes


def _weighted_means(means: Matrix, weights: np.ndarray[Any, Any], group: Rows, sizes: Numbers) -> Matrix:
    """Mean of the rows of each group, each as often as it weighs; made block by block."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group))
    out = np.empty((len(sizes), means.shape[1]), np.float32)
    first = 0
    while first < len(sizes):
        start = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, start + _TOGETHER, side="right")))
        some = order[start : ends[last - 1]]
        starts = np.concatenate([[0], ends[first : last - 1] - start])
        joined = np.add.reduceat(means[some] * weights[some, None], starts, axis=0)
        out[first:last] = joined / sizes[first:last, None]
        first = last
    return out


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
