"""Resample: how far themes stay the same when a tenth of the comments had not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from jietan.letters import Letters
from jietan.seeds import Seeds
from jietan.settings import ClusterSettings
from jietan.stages.cluster import find_themes
from jietan.tables import conform, empty
from jietan.vectors import Vectors

__all__ = ["KEPT", "Resampling", "resample", "summarize"]

#: Share of the comments that each repeat keeps.
KEPT = 0.9
#: How often with a draft and without one, where letters take longer; and the most comments: out of more, so many are drawn.
_REPEATS, _REPEATS_OF_LETTERS = 20, 5
_LARGEST = 1000
#: Fewer comments say nothing about stability.
_LEAST = 10


@dataclass(frozen=True)
class Resampling:
    """What themes are found in.

    Args:
        tables: ``spans``, ``labels``, ``membership``, ``links``, ``triage`` and ``provisions``.
        vectors: Vectors of the opinions, shape (opinions, d).
        settings: ``cluster`` settings.
        letters: The comments as received.
        seeds: Known themes.
    """

    tables: Mapping[str, pd.DataFrame]
    vectors: Vectors
    settings: ClusterSettings
    letters: Letters
    seeds: Seeds

    def among(self, comments: Sequence[str]) -> Resampling:
        """The same with nothing in the tables that is not of some comments."""
        tables = {**self.tables, **{n: t[t["comment_id"].isin(comments)] for n, t in self.tables.items() if n in ("spans", "triage")}}
        opinions = tables["spans"]["opinion_id"]
        own = {n: t[t["opinion_id"].isin(opinions)] for n, t in self.tables.items() if n in ("labels", "membership", "links")}
        return replace(self, tables=tables | own)

    def themes(self, comments: set[str]) -> dict[str, str]:
        """Theme of each opinion that is in one, were there only some of the comments."""
        spans = self.tables["spans"]
        own = spans[spans["comment_id"].isin(comments)]
        return find_themes({**self.tables, "spans": own}, self.vectors, self.settings, self.letters, self.seeds).placed


def _pairs(counts: Counter[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _agreement(before: list[str], after: list[str]) -> tuple[float, float]:
    """Adjusted Rand index of two groupings, and the share of pairs together in the first that are so in the second."""
    both, first, second = _pairs(Counter(zip(before, after, strict=True))), _pairs(Counter(before)), _pairs(Counter(after))
    every = len(before) * (len(before) - 1) / 2
    chance = first * second / every if every else 0.0
    most = (first + second) / 2
    index = 1.0 if most == chance else (both - chance) / (most - chance)
    return index, both / first if first else 1.0


def resample(found: Resampling, seed: int) -> pd.DataFrame:
    """Find themes again and again without a tenth of the comments, and compare them with those of all.

    Reviewers' decisions do not count: they hold whatever is found. What joins no theme counts as a theme of its own.

    Args:
        found: What themes are found in.
        seed: Draws the comments.

    Returns:
        The table ``stability``, a row for each repeat; empty where there are too few comments or no two themes.
    """
    comments = sorted(set(found.tables["spans"]["comment_id"]))
    chance = np.random.default_rng(seed)
    if len(comments) > _LARGEST:
        comments = sorted(chance.choice(comments, _LARGEST, replace=False).tolist())
        found = found.among(comments)
    whole = found.themes(set(comments))
    if len(comments) < _LEAST or len(set(whole.values())) < 2:
        return empty("stability")
    owner = dict(zip(found.tables["spans"]["opinion_id"], found.tables["spans"]["comment_id"], strict=True))
    repeats = _REPEATS_OF_LETTERS if found.tables["provisions"].empty else _REPEATS
    rows = []
    for repeat in range(1, repeats + 1):
        kept = set(chance.choice(comments, round(KEPT * len(comments)), replace=False).tolist())
        again = found.themes(kept)
        opinions = sorted(o for o in {**whole, **again} if owner[o] in kept)
        index, together = _agreement([whole.get(o, o) for o in opinions], [again.get(o, o) for o in opinions])
        rows.append({"repeat": repeat, "n_comments": len(kept), "ari": round(index, 6), "together": round(together, 6)})
    return conform(pd.DataFrame(rows), "stability")


def summarize(stability: pd.DataFrame, n_comments: int) -> dict[str, Any]:
    """Return the figures of the manifest.

    Args:
        stability: Table ``stability``.
        n_comments: Comments with opinions.

    Returns:
        ``repeats``, ``kept``, ``n_comments`` and ``sampled``, whether only some of the comments were drawn from; ``ari``, the
        mean, and ``ari_lowest``; ``together``, the mean share of pairs of opinions of one theme that stay in one;
        ``other_seed``, always 1: the clustering draws no random numbers. The figures are null where nothing was repeated.
    """
    some = len(stability) > 0
    return {
        "repeats": len(stability),
        "kept": KEPT,
        "n_comments": int(stability["n_comments"].max()) if some else 0,
        "sampled": n_comments > _LARGEST,
        "ari": round(float(stability["ari"].mean()), 4) if some else None,
        "ari_lowest": round(float(stability["ari"].min()), 4) if some else None,
        "together": round(float(stability["together"].mean()), 4) if some else None,
        "other_seed": 1.0,
    }
