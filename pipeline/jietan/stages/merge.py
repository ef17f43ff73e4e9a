"""Merge: copies of one letter are found, and opinions that make the same ask become one unit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from jietan.asked import read_asks
from jietan.copies import find_copies
from jietan.grouping import Rows, components, join_likely, mean_made_rows
from jietan.language.asks import ALIKE, OPPOSITE_ALIKE, Ask
from jietan.language.normalize import normalize
from jietan.language.segment import content_words
from jietan.names import named_after
from jietan.pairing import Labels, Opinions, near_opinions, one_sided
from jietan.parallel import numbered, spread
from jietan.sameness import Judge, load_model
from jietan.settings import MergeSettings
from jietan.tables import conform
from jietan.vectors import Vectors

__all__ = ["merge"]

Mask = np.ndarray[Any, np.dtype[np.bool_]]

#: Texts that a process reads at a time.
_TEXTS = 4000
#: A phrase with fewer words says too little by itself; one with so many letters has enough of them.
_FEW, _ENOUGH = 3, 20
#: Above this probability that one supports the draft and the other does not, two opinions are on different sides.
_SIDED = 0.7
#: Pairs of characters that copies with a word changed share.
_COPY = 0.8
#: What rounding may take off a share.
_NARROWLY = 1e-9
#: Log-odds of pairs that are no neighbours, and the bounds of those that are: groups join on their mean, and one odd
#: wording must not part the rest.
_UNKNOWN, _FLOOR, _CERTAIN = -4.0, -3.5, 9.0
#: Cosine below which nothing makes two of a few opinions one ask, for the nearest of a handful may still be far; up to so
#: many opinions, and less and less up to so many more.
_ALIKE, _HANDFUL, _PLENTY = 0.62, 30, 100
#: Above so many opinions the log-odds asked for grow with the logarithm of their number.
_CROWD, _CAUTION = 1000, 0.3


def _said(texts: Sequence[str]) -> list[tuple[str, bool]]:
    """What each text says to the letter, and whether it is a bare phrase."""
    return [(key, len(key) < _ENOUGH and len(content_words(text)) < _FEW) for text in texts for key in (normalize(text),)]


def _nodes(spans: pd.DataFrame, labels: pd.DataFrame, texts: dict[str, str]) -> list[list[int]]:
    """Rows that say the same to the letter, on the same side; grounds stay alone, bare phrases need the same comment."""
    grounds, stances = labels["kind"].to_numpy() == "理由", labels["stance"].tolist()
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    asks, comments = np.flatnonzero(~grounds), spans["comment_id"].tolist()
    distinct, places = numbered(spans["text"].iloc[asks].tolist())
    said = spread(_said, distinct, "归并同一诉求", _TEXTS)
    for i, place in zip(asks.tolist(), places, strict=True):
        key, bare = said[place]
        groups[stances[i], f"{key}\x1f{normalize(texts[comments[i]])}" if bare else key].append(i)
    return sorted([*groups.values(), *([i] for i in np.flatnonzero(grounds).tolist())])


def _opinions(spans: pd.DataFrame, labels: pd.DataFrame, vectors: Vectors, groups: list[list[int]], judge: Judge) -> Opinions:
    """Describe each group of equal opinions by its first; one that several comments hold stands in none of them."""
    first = [g[0] for g in groups]
    texts = spans["text"].iloc[first].tolist()
    comments, ids = spans["comment_id"].tolist(), spans["opinion_id"].tolist()
    at = np.array([vectors.places[o] for o in ids])
    return Opinions(
        texts=texts,
        asks=read_asks(texts),
        comments=[comments[g[0]] if len(g) == 1 else "\x1f" + ids[g[0]] for g in groups],
        labels={
            name: Labels(labels[name].to_numpy(dtype=object)[first], labels[f"{name}_probability"].to_numpy(dtype=np.float64)[first])
            for name in ("kind", "stance", "operation")
        },
        matrix=mean_made_rows(lambda rows: vectors.block(at[rows]), groups),
        provisions=judge.provisions,
    )


def _nearly_equal(opinions: Opinions, i: Rows, j: Rows) -> Mask:
    """Say of pairs of opinions whether they are copies but for a few letters."""
    sizes = opinions.pairs.sizes
    needed = _COPY * np.maximum(np.maximum(sizes[i], sizes[j]), 1)
    out = np.minimum(sizes[i], sizes[j]) >= needed
    rows = np.flatnonzero(out)
    out[rows] = opinions.pairs.common(i[rows], j[rows]) >= needed[rows]
    return out


def _opposed(opinions: Opinions, i: Rows, j: Rows) -> Mask:
    """Say of pairs of opinions whether they must not count as the same ask; only those that may be are read."""
    asks = opinions.asks
    rows = np.flatnonzero(_may_oppose(opinions, i, j))
    out = np.zeros(len(i), np.bool_)
    out[rows] = [asks[a].opposes(asks[b]) for a, b in zip(i[rows].tolist(), j[rows].tolist(), strict=True)]
    return out


def _may_oppose(opinions: Opinions, i: Rows, j: Rows) -> Mask:
    """Say of pairs of opinions what :meth:`Ask.opposes` can be true of."""
    sizes = opinions.pairs.sizes
    common, smaller = opinions.pairs.common(i, j), np.minimum(sizes[i], sizes[j])

    def told(of: Callable[[Ask], object]) -> Mask:
        return np.fromiter((bool(of(a)) for a in opinions.asks), np.bool_, len(opinions.asks))

    marked, turned, odd = told(lambda a: a.marked), told(lambda a: a.turned), told(lambda a: a.negations % 2)
    contrary, numbered = told(lambda a: a.contrary), told(lambda a: a.numbers)
    sides = np.array([a.directions for a in opinions.asks], np.int8)
    out = marked[i] & marked[j]
    near = np.flatnonzero(~out & (common >= OPPOSITE_ALIKE * smaller))
    i, j = i[near], j[near]
    turns = (odd[i] != odd[j]) | (contrary[i] & contrary[j]) | (numbered[i] & numbered[j])
    crossed = turned[i] | turned[j] | (sides[i] * sides[j] < 0).any(axis=1)
    out[near] = crossed | (turns & (common[near] >= (ALIKE - _NARROWLY) * smaller[near]))
    return np.asarray(out, np.bool_)


def _level(threshold: float, n: int) -> float:
    """Mean log-odds at which two groups of n opinions join: in a crowd the nearest may be near and yet ask for something else."""
    if not 0 < threshold < 1:
        return math.inf if threshold else _UNKNOWN + 1
    return max(math.log(threshold / (1 - threshold)) + _CAUTION * math.log(max(n, _CROWD) / _CROWD), _UNKNOWN + 1)


def _least(n: int) -> float:
    """Smallest cosine at which two of n opinions may make the same ask."""
    return _ALIKE * min(1.0, max(0.0, (_PLENTY - n) / (_PLENTY - _HANDFUL)))


def _of_one_letter(comments: Sequence[frozenset[str]], i: Rows, j: Rows) -> Mask:
    """Say of pairs of opinions whether they are two sentences of one letter: several comments hold both, most of them both."""
    sizes = np.fromiter(map(len, comments), np.int64, len(comments))
    out = np.minimum(sizes[i], sizes[j]) > 1
    rows = np.flatnonzero(out)
    shared = (len(comments[a] & comments[b]) for a, b in zip(i[rows].tolist(), j[rows].tolist(), strict=True))
    found = np.fromiter(shared, np.int64, len(rows))
    out[rows] = (found > 1) & (2 * found > np.minimum(sizes[i[rows]], sizes[j[rows]]))
    return out


def _unite(opinions: Opinions, judge: Judge, threshold: float, comments: Sequence[frozenset[str]]) -> list[int]:
    """Group opinions that make the same ask, given the comments that hold each; return for each the head of its group."""
    level = _level(threshold, len(opinions.asks))
    near = near_opinions(opinions.matrix, opinions.chance)
    i, j = near.pairs()
    odds, sides = judge.log_odds(opinions, near, i, j), one_sided(opinions, i, j)
    n = len(opinions.asks)
    if least := _least(n):
        odds[np.einsum("ij,ij->i", opinions.matrix[i], opinions.matrix[j]).round(5) < least] = _UNKNOWN
    kept = np.flatnonzero(sides <= _SIDED)
    i, j, odds = i[kept], j[kept], odds[kept]
    values = np.where(_nearly_equal(opinions, i, j), _CERTAIN, np.clip(odds, _FLOOR, _CERTAIN))
    likely = np.flatnonzero(values >= level)
    unlike = _of_one_letter(comments, i, j)
    compared = likely[~unlike[likely]]
    unlike[compared] = _opposed(opinions, i[compared], j[compared])
    # A pair matters only where likely pairs connect its two opinions, and a weak one is read when its groups would come together.
    likely = likely[~unlike[likely]]
    group = components(n, i[likely], j[likely])
    inside = group[i] == group[j]
    doubtful = np.flatnonzero(inside & (values < level))
    pairs, apart = np.flatnonzero(inside & ~unlike), np.flatnonzero(inside & unlike)
    return join_likely(
        n,
        (i[pairs], j[pairs], values[pairs]),
        (i[apart], j[apart]),
        level,
        _UNKNOWN,
        _Agreement(opinions, zip(i[doubtful].tolist(), j[doubtful].tolist(), strict=True)),
    )


class _Agreement:
    """Says whether two groups hold nothing that keeps them apart; what a group holds is remembered while it grows."""

    def __init__(self, opinions: Opinions, doubtful: Iterable[tuple[int, int]]) -> None:
        """Keep the opinions, and the pairs of them that have not been read closely."""
        self._asks, self._supports = opinions.asks, opinions.supports.tolist()
        self._held: dict[int, tuple[int, float, float, dict[object, Ask]]] = {}
        self._head = list(range(len(self._asks)))
        self._doubtful: dict[int, list[int]] = defaultdict(list)
        for a, b in doubtful:
            self._doubtful[a].append(b)
            self._doubtful[b].append(a)

    def _of(self, group: list[int]) -> tuple[float, float, dict[object, Ask]]:
        size, least, most, demands = self._held.get(group[0], (0, 1.0, 0.0, {}))
        new = group[size:]
        for m in new:
            self._head[m] = group[0]
            least, most = min(least, self._supports[m]), max(most, self._supports[m])
            if demand := self._asks[m].demand:
                demands[demand] = self._asks[m]
        self._held[group[0]] = (len(group), least, most, demands)
        return least, most, demands

    def __call__(self, mine: list[int], other: list[int]) -> bool:
        """Say whether the opinions of two groups may all make the same ask."""
        (low, high, named), (lower, higher, others) = self._of(mine), self._of(other)
        if max(high * (1 - lower), higher * (1 - low)) > _SIDED:
            return False
        if any(a.contradicts(b) for a in named.values() for b in others.values()):
            return False
        fewer, head = (mine, other[0]) if len(mine) < len(other) else (other, mine[0])
        return not any(self._asks[m].opposes(self._asks[b]) for m in fewer for b in self._doubtful.get(m, ()) if self._head[b] == head)


def merge(
    received: pd.DataFrame,
    spans: pd.DataFrame,
    labels: pd.DataFrame,
    vectors: Vectors,
    settings: MergeSettings,
    judge: Judge | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find copies and units.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        labels: Kind, stance and operation of each opinion, with probabilities.
        vectors: Vectors of shape (opinions, d).
        settings: ``merge`` settings.
        judge: Says how likely two opinions make the same ask; the shipped model without a draft where it is None.

    Returns:
        The tables ``copies`` (campaign and duplicate of each comment) and ``membership`` (unit of each opinion). Sides
        that differ, opposite directions, different amounts and different payers never share a unit; an opinion that only
        gives grounds is a unit of its own.
    """
    copies = find_copies(received, settings)
    if spans.empty:
        return copies, conform(pd.DataFrame({"opinion_id": [], "unit_id": []}), "membership")
    judge = judge or Judge(load_model())
    spans = spans.sort_values("opinion_id", kind="stable").reset_index(drop=True)
    labels = labels.set_index("opinion_id").loc[spans["opinion_id"]].reset_index()
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    nodes = _nodes(spans, labels, texts)
    kinds = labels["kind"].tolist()
    groups = [g for g in nodes if kinds[g[0]] != "理由"]
    owners = spans["comment_id"].tolist()
    comments = [frozenset(owners[row] for row in g) for g in groups]
    heads = _unite(_opinions(spans, labels, vectors, groups, judge), judge, settings.unit_threshold, comments) if groups else []
    units: dict[int, list[int]] = {g[0]: g for g in nodes if kinds[g[0]] == "理由"}
    for group, head in zip(groups, heads, strict=True):
        units.setdefault(groups[head][0], []).extend(group)
    ids = spans["opinion_id"].tolist()
    names = named_after("U", [min(ids[r] for r in rows) for rows in units.values()], 10)
    out = [{"opinion_id": ids[r], "unit_id": name} for name, rows in zip(names, units.values(), strict=True) for r in rows]
    return copies, conform(pd.DataFrame(out), "membership")
