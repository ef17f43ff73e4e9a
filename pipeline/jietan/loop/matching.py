"""Match groups of two sides one to one: those that share members, and those that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from jietan.grouping import Matrix

__all__ = ["match", "shared_members"]

_BLOCK = 1024
Shares = Mapping[tuple[int, int], float]


def shared_members(
    first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]], both: Collection[str]
) -> dict[tuple[int, int], float]:
    """Return how far pairs of groups hold the same members, of those that both sides know.

    Args:
        first: Members of each group of one side.
        second: Members of each group of the other.
        both: Members that both sides know.

    Returns:
        Positions of two groups to the share of members that both hold among those that either does, where there are any.
    """
    at = {m: i for i, members in enumerate(first.values()) for m in members if m in both}
    sizes = Counter(at.values())
    out: dict[tuple[int, int], float] = {}
    for j, members in enumerate(second.values()):
        known = [m for m in members if m in both]
        for i, n in Counter(at[m] for m in known if m in at).items():
            out[i, j] = n / (sizes[i] + len(known) - n)
    return out


def _candidates(first: Matrix, second: Matrix, shared: Shares, floor: float) -> dict[tuple[int, int], float]:
    """Pairs that are alike enough."""
    found = {pair: value for pair, value in shared.items() if value >= floor}
    for start in range(0, len(first), _BLOCK):
        near = (first[start : start + _BLOCK] @ second.T).round(6)
        for i, j in zip(*np.nonzero(near >= floor), strict=True):
            pair = (start + int(i), int(j))
            found[pair] = max(found.get(pair, 0.0), float(near[i, j]))
    return found


def match(first: Matrix, second: Matrix, shared: Shares, floor: float) -> list[tuple[int, int, float]]:
    """Pair groups so that what the pairs have in common, above the floor, adds up to the most.

    Args:
        first: Rows of length one, shape (n, d).
        second: Rows of length one, shape (m, d).
        shared: Share of members that two groups have in common; counts where it is higher than the similarity.
        floor: Pairs less alike are never made.

    Returns:
        (row of the first, row of the second, similarity), each row in one pair at most, by row of the first.
    """
    from scipy.optimize import linear_sum_assignment

    from jietan.grouping import components

    found = _candidates(first, second, shared, floor)
    if not found:
        return []
    ends = np.array(sorted(found), np.int64)
    number = components(len(first) + len(second), ends[:, 0], ends[:, 1] + len(first))
    parts: dict[int, list[tuple[int, int]]] = {}
    for i, j in ends.tolist():
        parts.setdefault(int(number[i]), []).append((i, j))
    out = []
    for pairs in parts.values():
        rows, columns = sorted({i for i, _ in pairs}), sorted({j for _, j in pairs})
        gain: np.ndarray[Any, Any] = np.zeros((len(rows), len(columns)))
        for i, j in pairs:
            gain[rows.index(i), columns.index(j)] = found[i, j] - floor + 1e-6
        taken = linear_sum_assignment(gain, maximize=True)
        out += [(rows[r], columns[c], found[rows[r], columns[c]]) for r, c in zip(*taken, strict=True) if gain[r, c] > 0]
    return sorted(out)
