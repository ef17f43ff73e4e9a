"""Parting: which asks of a consultation make one suggestion, by how likely they are to be the same ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from jietan.asked import CHANGE, CLARIFY, DELETE, KEEP, Opinion, keeps_text
from jietan.grouping import join_likely
from jietan.pairing import Labels, Opinions, near_opinions
from jietan.runfolder import Vectors
from jietan.sameness import Judge

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
        self._odds: dict[tuple[int, int], float] = {}
        if len(groups) < 2:
            return
        first = [g[0] for g in groups]
        rows = labels.set_index("opinion_id").loc[[o.opinion_id for o in first]]
        described = Opinions(
            texts=[o.text for o in first],
            asks=[o.ask for o in first],
            comments=[o.comment_id if len(g) == 1 else "\x1f" + o.opinion_id for o, g in zip(first, groups, strict=True)],
            labels={n: Labels(rows[n].to_numpy(dtype=object), rows[f"{n}_probability"].to_numpy(dtype=np.float64)) for n in _LABELS},
            matrix=vectors.rows([o.opinion_id for o in first]),
            provisions=judge.provisions,
        )
        near = near_opinions(described.matrix, described.chance)
        i, j = near.pairs()
        odds = np.minimum(judge.log_odds(described, near, i, j), _CERTAIN)
        self._odds = dict(zip(zip(i.tolist(), j.tolist(), strict=True), odds.tolist(), strict=True))

    def between(self, groups: Sequence[Sequence[Opinion]], comparable: Callable[[int, int], bool]) -> list[tuple[int, int, float]]:
        """Return (a, b, mean log-odds) for a < b of the groups that have neighbours in common.

        Args:
            groups: Asks by group.
            comparable: Whether two groups may be one at all.
        """
        if len(groups) < 2:
            return []
        nodes = [sorted({self._node[o.opinion_id] for o in g}) for g in groups]
        owners: dict[int, list[int]] = defaultdict(list)
        for k, mine in enumerate(nodes):
            for node in mine:
                owners[node].append(k)
        total: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0])
        for (a, b), value in self._odds.items():
            for p in owners.get(a, ()):
                for q in owners.get(b, ()):
                    if p != q and comparable(p, q):
                        found = total[min(p, q), max(p, q)]
                        found[0] += value
                        found[1] += 1
        out = []
        for (p, q), (value, known) in sorted(total.items()):
            pairs = len(nodes[p]) * len(nodes[q])
            out.append((p, q, round((value + (pairs - known) * _UNKNOWN) / pairs, 6)))
        return out


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

    def accept(mine: list[int], other: list[int]) -> bool:
        return not any(a.ask.opposes(b.ask) or a.ask.contradicts(b.ask) for i in mine for a in units[i] for k in other for b in units[k])

    pairs = kinship.between(units, lambda p, q: buckets[p] == buckets[q])
    p, q, values = np.array(pairs, np.float64).reshape(-1, 3).T
    none = np.zeros(0, np.int64)
    heads = join_likely(len(units), (p.astype(np.int64), q.astype(np.int64), values), (none, none), level, _UNKNOWN, accept)
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
            if agree and not any(a.ask.opposes(b.ask) for a in unit for b in part):
                part += unit
                amounts.update(wanted)
                break
        else:
            parts.append(list(unit))
            held.append(dict(wanted))
    return parts
