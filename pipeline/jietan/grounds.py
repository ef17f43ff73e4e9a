"""Grounds: which ask of its comment a sentence that only gives reasons belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

__all__ = ["nearest_asks"]


def nearest_asks(comments: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """Find the ask that each opinion follows.

    Args:
        comments: Comment of each opinion; the opinions of one comment in reading order.
        kinds: Kind of each opinion.

    Returns:
        For grounds (理由) the row of the nearest ask of the same comment, the earlier of two; for any other opinion, and
        where the comment asks for nothing, its own row.
    """
    rows = list(range(len(comments)))
    asks: dict[str, list[int]] = defaultdict(list)
    for i, comment in enumerate(comments):
        if kinds[i] != "理由":
            asks[comment].append(i)
    for i, comment in enumerate(comments):
        if kinds[i] == "理由" and asks[comment]:
            rows[i] = min(asks[comment], key=lambda k: (abs(k - i), k > i))
    return rows
