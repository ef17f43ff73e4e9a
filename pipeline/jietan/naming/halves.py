"""The two things that a mixed theme is about, each named for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from jietan.naming.choosing import Phrase

__all__ = ["Rows", "halves", "two_names"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
#: Returns the vectors of some opinions.
Rows = Callable[[list[str]], Matrix]
#: Fewer units are not cut in two; of more than so many only the largest are looked at; the smaller half has such a share.
_UNITS, _MOST, _SHARE = 4, 400, 0.3
#: Both names are at least so good; among so many of each half a pair is looked for.
_GOOD, _TRIED = 0.45, 4


def halves(ids: Sequence[str], unit: Mapping[str, str], rows: Rows) -> tuple[list[str], list[str]] | None:
    """Cut the asks of a theme in two by meaning, those of one unit together.

    Args:
        ids: Asks of one theme.
        unit: Unit of each.
        rows: Returns vectors of asks.

    Returns:
        The larger and the smaller half, each sorted; None where the theme is small or one of them would be.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    units: dict[str, list[str]] = {}
    for opinion in sorted(ids):
        units.setdefault(unit[opinion], []).append(opinion)
    groups = sorted(units.values(), key=lambda g: (-len(g), g))[:_MOST]
    if len(groups) < _UNITS:
        return None
    middle = np.stack([rows(group).astype(np.float64).mean(axis=0) for group in groups])
    middle -= middle.mean(axis=0)
    middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
    labels = fcluster(linkage(middle.round(6), "ward"), 2, "maxclust") - 1
    parts = [[o for group, label in zip(groups, labels, strict=True) if label == side for o in group] for side in (0, 1)]
    if min(np.bincount(labels, minlength=2)) < _SHARE * len(groups):
        return None
    large, small = sorted((sorted(p) for p in parts), key=lambda p: (-len(p), p))
    return large, small


def _share_a_word(a: str, b: str) -> bool:
    return any(a[k : k + 2] in b for k in range(len(a) - 1)) or a in b or b in a


def two_names(whole: Sequence[Phrase], large: Sequence[Phrase], small: Sequence[Phrase], longest: int) -> tuple[Phrase, Phrase] | None:
    """Return a name for each half, where both together say more than one name of the whole.

    Args:
        whole: Phrases for the theme, best first.
        large: Phrases for its larger half.
        small: Phrases for its smaller half.
        longest: Characters of both names with 与 between them.
    """
    found = []
    for a in large[:_TRIED]:
        for b in small[:_TRIED]:
            one, other = a.candidate, b.candidate
            fits = len(one.text) + len(other.text) < longest and not (one.apart or other.apart)
            if fits and min(a.score, b.score) >= _GOOD and not _share_a_word(one.text, other.text):
                found.append((a, b))
    best = max(found, key=lambda pair: (pair[0].score + pair[1].score, pair[0].candidate.text, pair[1].candidate.text), default=None)
    if best is None or (whole and best[0].score + best[1].score < 2 * whole[0].score):
        return None
    return best
