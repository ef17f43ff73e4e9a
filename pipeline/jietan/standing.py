"""Standing: the order of suggestions, with the best one for each small group no lower than a stated place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Floor", "floor_of", "ordered", "small_groups"]

#: A group of this share of all comments or more is not small; a suggestion is a group's where so many of its comments speak for it.
_SMALL, _OWN = 0.2, 1 / 3


@dataclass(frozen=True)
class Floor:
    """Which suggestions speak for which small groups.

    Args:
        place: No best suggestion of a group is below this place; 0 for no floor.
        groups: For each suggestion how many of its comments speak for each small group.
        own: For each small group the rows of its suggestions.
    """

    place: int
    groups: list[dict[str, int]]
    own: dict[str, list[int]]


def small_groups(
    evidence: Sequence[Sequence[int]], sizes: Sequence[int], spoken: Sequence[frozenset[str]], comments: Sequence[str], received: int
) -> list[dict[str, int]]:
    """Count for each suggestion the comments that speak for each small group.

    Args:
        evidence: Rows of the opinions of each suggestion.
        sizes: Number of comments of each suggestion.
        spoken: Groups that each opinion speaks for: it and its grounds do, or the speaker belongs to it.
        comments: Comment of each opinion.
        received: Number of all comments.
    """
    spoke: dict[str, set[str]] = {}
    for groups, comment in zip(spoken, comments, strict=True):
        for group in groups:
            spoke.setdefault(group, set()).add(comment)
    small = {g for g, speaking in spoke.items() if len(speaking) < max(2.0, _SMALL * received)}
    out = []
    for rows, size in zip(evidence, sizes, strict=True):
        mine: dict[str, set[str]] = {}
        for row in rows:
            for group in spoken[row] & small if spoken[row] else ():
                mine.setdefault(group, set()).add(comments[row])
        out.append({g: len(c) for g, c in sorted(mine.items()) if len(c) >= _OWN * size})
    return out


def floor_of(groups: list[dict[str, int]], place: int) -> Floor:
    """Return the floor for counted groups."""
    own: dict[str, list[int]] = {}
    for row, counts in enumerate(groups):
        for group in counts:
            own.setdefault(group, []).append(row)
    return Floor(place, groups, own)


def ordered(
    scores: np.ndarray[Any, Any], ids: Sequence[str] | np.ndarray[Any, Any], floor: Floor
) -> tuple[np.ndarray[Any, Any], dict[int, list[str]]]:
    """Order suggestions by score, ties by id, and lift the best of a small group to the floor.

    Args:
        scores: Score of each suggestion.
        ids: Their ids, or numbers in the order of these.
        floor: Which suggestions speak for which small groups.

    Returns:
        Ranks from 1, and the rows lifted with the groups they are lifted for.
    """
    order = np.lexsort((np.asarray(ids), -np.round(scores, 9)))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    best: dict[int, list[str]] = {}
    if floor.place:
        for group, rows in sorted(floor.own.items()):
            best.setdefault(min(rows, key=lambda r: int(ranks[r])), []).append(group)
    lifted = sorted((r for r in best if ranks[r] > floor.place), key=lambda r: int(ranks[r]))
    if not lifted:
        return ranks, {}
    head = order[: floor.place].tolist()
    going = [r for r in reversed(head) if r not in best][: len(lifted)]
    lifted = lifted[: len(going)]
    kept = [r for r in head if r not in set(going)] + lifted
    final = np.concatenate([kept, order[~np.isin(order, kept)]])
    ranks[final] = np.arange(1, len(final) + 1)
    return ranks, {r: best[r] for r in lifted}
