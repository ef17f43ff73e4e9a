"""Parting: which asks of a consultation make one suggestion, by how likely they are to be the same ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from jietan.asked import CHANGE, CLARIFY, DELETE, KEEP, Opinion, keeps_text
from jietan.grouping import Numbers, Rows, join_likely
from jietan.language.asks import any_opposed
from jietan.pairing import Labels, Opinions, near_opinions
from jietan.sameness import Judge
from jietan.vectors import Vectors

__all__ = ["Kinship", "bucket_of", "part_asks"]

#: Log-odds of pairs that are no neighbours, and beyond which none is surer.
_UNKNOWN, _CERTAIN = -7.0, 9.0
_LABELS = ("kind", "stance", "operation")


class Kinship:
    """How likely each two asks are the same one.

    Args:
        opinions: Asks, in the order of their ids.
        labels: The table ``labels`` with its probabilities.
        vectors: Vectors of the opinions.
        judge: Says how likely two opinions make the same ask.
    """

    def __init__(self, opinions: Sequence[Opinion], labels: pd.DataFrame, vectors: Vectors, judge: Judge) -> None:
        """Compare every ask with its neighbours; equal words on one side are compared once."""
        alike: dict[tuple[str, str], list[Opinion]] = defaultdict(list)
        for o in sorted(opinions, key=lambda o: o.opinion_id):
            alike[o.text, o.stance].append(o)
        groups = sorted(alike.values(), key=lambda g: g[0].opinion_id)
        self._node = {o.opinion_id: k for k, g in enumerate(groups) for o in g}
        none = np.zeros(0, np.int64)
        self._pairs: tuple[Rows, Rows, Numbers] = none, none, np.zeros(0)
        if len(groups) < 2:
            return
        first = [g[0] for g in groups]
        rows = labels.set_index("opinion_id").loc[[o.opinion_id for o in first]]
        described = Opinions(
            texts=[o.text for o in first],
            asks=[o.ask for o in first],
            comments=[o.comment_id if len(g) == 1 else "\x1f" + o.opinion_id for o, g in zip(first, groups, strict=True)],
            labels={n: Labels(rows[n].to_numpy(dtype=object), rows[f"{n}_probability"].to_numpy(dtype=np.float64)) for n in _LABELS},
            matrix=vectors.chosen([o.opinion_id for o in first]),
            provisions=judge.provisions,
        )
        near = near_opinions(described.matrix, described.chance)
        i, j = near.pairs()
        self._pairs = i, j, np.minimum(judge.log_odds(described, near, i, j), _CERTAIN).astype(np.float64)

    def between(self, groups: Sequence[Sequence[Opinion]], kinds: Sequence[str]) -> tuple[Rows, Rows, Numbers]:
        """Return a, b and the mean log-odds, for a < b of the groups of one kind that have neighbours in common.

        Args:
            groups: Asks by group.
            kinds: Kind of each group.
        """
        if len(groups) < 2:
            return self._pairs[0][:0], self._pairs[1][:0], self._pairs[2][:0]
        owned = [sorted({self._node[o.opinion_id] for o in g}) for g in groups]
        sizes = np.fromiter(map(len, owned), np.int64, len(owned))
        nodes = np.fromiter(chain.from_iterable(owned), np.int64, int(sizes.sum()))
        order = np.argsort(nodes, kind="stable")
        owners, counts = np.repeat(np.arange(len(owned)), sizes)[order], np.bincount(nodes, minlength=len(self._node))
        starts = np.cumsum(counts) - counts
        i, j, odds = self._pairs
        # every owner of one end with every owner of the other; most have one
        both = counts[i] * counts[j]
        pair = np.repeat(np.arange(len(i)), both)
        nth = np.arange(len(pair)) - np.repeat(np.cumsum(both) - both, both)
        p, q = (owners[starts[end] + place] for end, place in ((i[pair], nth // counts[j[pair]]), (j[pair], nth % counts[j[pair]])))
        codes = np.unique(np.array(kinds, object).astype(str), return_inverse=True)[1]
        kept = np.flatnonzero((p != q) & (codes[p] == codes[q]))
        a, b = np.minimum(p[kept], q[kept]), np.maximum(p[kept], q[kept])
        keys, place = np.unique(a * len(owned) + b, return_inverse=True)
        a, b = keys // max(1, len(owned)), keys % max(1, len(owned))
        total, known = np.bincount(place, odds[pair[kept]], len(keys)), np.bincount(place, minlength=len(keys))
        pairs = sizes[a] * sizes[b]
        return a, b, ((total + (pairs - known) * _UNKNOWN) / pairs).round(6)


def bucket_of(o: Opinion) -> str:
    """What an opinion asks for at large: keep, delete, explain or change."""
    if o.stance == "support" or o.operation == KEEP or keeps_text(o.text):
        return KEEP
    if o.operation == DELETE:
        return DELETE
    return CLARIFY if o.kind == "问题" or o.operation == CLARIFY else CHANGE


def part_asks(opinions: Iterable[Opinion], kinship: Kinship, level: float) -> list[tuple[str, list[Opinion]]]:
    """Part asks into those that make one suggestion: one side, one matter, no contradiction.

    Args:
        opinions: Asks; those of one unit stay together.
        kinship: How likely each two are the same.
        level: Smallest mean log-odds at which two groups are one.

    Returns:
        (What is asked at large, the asks), in the order of the first opinion of each.
    """
    by_unit: dict[str, list[Opinion]] = defaultdict(list)
    for o in opinions:
        by_unit[o.unit_id].append(o)
    units = [unit for _, unit in sorted(by_unit.items())]
    buckets = [Counter(bucket_of(o) for o in unit).most_common(1)[0][0] for unit in units]

    asks = [[o.ask for o in unit] for unit in units]

    def accept(mine: list[int], other: list[int]) -> bool:
        return not any_opposed((a for i in mine for a in asks[i]), (b for k in other for b in asks[k]))

    none = np.zeros(0, np.int64)
    heads = join_likely(len(units), kinship.between(units, buckets), (none, none), level, _UNKNOWN, accept)
    parts: dict[int, list[list[Opinion]]] = defaultdict(list)
    for unit, head in zip(units, heads, strict=True):
        parts[head].append(unit)
    return [(buckets[head], part) for head, inside in sorted(parts.items()) for part in _by_amount(inside, buckets[head] == CHANGE)]


def _by_amount(units: list[list[Opinion]], counted: bool) -> list[list[Opinion]]:
    """Keep different amounts apart; a wish for more or less without an amount joins the largest part."""
    parts: list[list[Opinion]] = []
    held: list[dict[str, float]] = []
    for unit in sorted(units, key=lambda u: (not any(o.ask.amounts for o in u), -len(u), u[0].opinion_id)):
        wanted = {k: v for o in unit for k, v in o.ask.amounts} if counted else {}
        leaning = bool(wanted) or any(o.ask.wants for o in unit)  # 太长 without a number goes with those who name one
        for part, amounts in zip(parts, held, strict=True):
            agree = all(amounts.get(k, v) == v for k, v in wanted.items()) and (not wanted or set(wanted) & set(amounts) or not amounts)
            agree = agree and (leaning or not amounts)
            if agree and not any_opposed((a.ask for a in unit), (b.ask for b in part)):
                part += unit
                amounts.update(wanted)
                break
        else:
            parts.append(list(unit))
            held.append(dict(wanted))
    return parts
