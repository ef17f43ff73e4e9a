"""The two things that a mixed theme is about, each named for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jietan.counts import Numbers
from jietan.naming.choosing import Phrase

__all__ = ["Rows", "halves", "two_names"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
#: Returns the vectors of some opinions, by their places.
Rows = Callable[[Numbers], Matrix]
#: Fewer units are not cut in two; of more than so many only the largest are looked at; the smaller half has such a share.
_UNITS, _MOST, _SHARE = 4, 400, 0.3
#: Both names are at least so good; among so many of each half a pair is looked for.
_GOOD, _TRIED = 0.45, 4


def halves(asks: Numbers, unit: Numbers, rows: Rows) -> tuple[Numbers, Numbers] | None:
    """Cut the asks of a theme in two by meaning, those of one unit together.

    Args:
        asks: Asks of one theme, by their places.
        unit: Unit of each opinion.
        rows: Returns vectors of asks.

    Returns:
        The larger and the smaller half, each sorted; None where the theme is small or one of them would be.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    asks = np.sort(asks)
    _, own = np.unique(unit[asks], return_inverse=True)
    units = np.split(asks[np.argsort(own, kind="stable")], np.cumsum(np.bincount(own))[:-1])
    groups = sorted(units, key=lambda g: (-len(g), g[0]))[:_MOST]
    if len(groups) < _UNITS:
        return None
    middle = np.stack([rows(group).astype(np.float64).mean(axis=0) for group in groups])
    middle -= middle.mean(axis=0)
    middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
    labels = fcluster(linkage(middle.round(6), "ward"), 2, "maxclust") - 1
    if min(np.bincount(labels, minlength=2)) < _SHARE * len(groups):
        return None
    parts = [np.sort(np.concatenate([g for g, label in zip(groups, labels, strict=True) if label == side])) for side in (0, 1)]
    large, small = sorted(parts, key=lambda p: (-len(p), p[0]))
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
