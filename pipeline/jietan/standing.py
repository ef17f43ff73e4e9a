"""Standing: the order of suggestions, with the best one for each small group no lower than a stated place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jietan.concerns import Concerns
from jietan.tables import records

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
    drafts: pd.DataFrame, received: pd.DataFrame, spans: pd.DataFrame, spoken: dict[str, str], words: Concerns
) -> list[dict[str, int]]:
    """Count for each suggestion the comments that speak for each small group.

    A comment speaks for a group where the opinion and its grounds do, or where the speaker belongs to it.
    """
    comment_of = dict(zip(spans["opinion_id"].tolist(), spans["comment_id"].tolist(), strict=True))
    speaker = {c: words.speaker(t) for c, t in zip(received["comment_id"].tolist(), received["text"].tolist(), strict=True)}
    spoke: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    for opinion, text in spoken.items():
        comment = comment_of[opinion]
        found[opinion] = words.spoken_for(text) | speaker.get(comment, set())
        for group in found[opinion]:
            spoke.setdefault(group, set()).add(comment)
    small = {g for g, comments in spoke.items() if len(comments) < max(2.0, _SMALL * len(received))}
    out = []
    for row in records(drafts):
        mine: dict[str, set[str]] = {}
        for opinion in row.evidence:
            for group in found.get(opinion, set()) & small:
                mine.setdefault(group, set()).add(comment_of[opinion])
        out.append({g: len(c) for g, c in sorted(mine.items()) if len(c) >= _OWN * row.n_comments})
    return out


def floor_of(groups: list[dict[str, int]], place: int) -> Floor:
    """Return the floor for counted groups."""
    own: dict[str, list[int]] = {}
    for row, counts in enumerate(groups):
        for group in counts:
            own.setdefault(group, []).append(row)
    return Floor(place, groups, own)


def ordered(scores: np.ndarray[Any, Any], ids: Sequence[str], floor: Floor) -> tuple[np.ndarray[Any, Any], dict[int, list[str]]]:
    """Order suggestions by score, ties by id, and lift the best of a small group to the floor.

    Returns:
        Ranks from 1, and the rows lifted with the groups they are lifted for.
    """
    order = np.lexsort((np.array(ids, dtype=object).astype(str), -np.round(scores, 9)))
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
    final = kept + [r for r in order.tolist() if r not in set(kept)]
    ranks[final] = np.arange(1, len(final) + 1)
    return ranks, {r: best[r] for r in lifted}
