"""Joining: which suggestions in the making turn out to say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from jietan.asked import DELETE, KEEP
from jietan.language.asks import any_opposed
from jietan.parting import Kinship
from jietan.suggested import Group, counts_with

__all__ = ["alike", "joined", "said_key"]

#: A group of so few asks joins another at log-odds that much lower.
_FEW, _FEW_MORE = 2, 2.0


def joined(groups: list[Group], key_of: Callable[[Group], Any]) -> list[Group]:
    """Make one group of those with the same key; it belongs to the theme that most of its members come from."""
    by_key: dict[Any, list[Group]] = defaultdict(list)
    for k, group in enumerate(groups):
        key = key_of(group)
        by_key[(k,) if key is None else key].append(group)
    out = []
    for same in by_key.values():
        if len(same) == 1:
            out += same
            continue
        first = max(same, key=lambda g: (len(g.members), g.theme))
        members = [o for g in same for o in g.members]
        out.append(replace(first, members=members, cast=[v for g in same for v in g.cast]))
    return out


def said_key(group: Group) -> Any:  # noqa: ANN401
    """What makes two drafted suggestions the same one: place, operation and what they say."""
    found = group.proposal
    return (group.place, found.operation, found.key) if found is not None and found.drafted and group.place is not None else None


def alike(groups: list[Group], kinship: Kinship, level: float) -> list[Group]:
    """Join a group without a text of its own to the one that most likely asks the same of the same article."""
    order = sorted(range(len(groups)), key=lambda k: (-len(groups[k].members), min(o.opinion_id for o in groups[k].members)))
    rank = np.empty(len(groups), np.int64)
    rank[order] = np.arange(len(groups))
    a, b, odds = kinship.between([g.members for g in groups], [g.bucket for g in groups])
    into, other = np.where(rank[a] < rank[b], a, b), np.where(rank[a] < rank[b], b, a)
    joining = np.array([g.proposal is not None and not g.proposal.drafted for g in groups], bool)
    rows = np.flatnonzero(joining[other])
    best: dict[int, int] = {}
    for row in rows[np.lexsort((into[rows], -odds[rows], other[rows]))].tolist():  # the likeliest first
        k, home = int(other[row]), int(into[row])
        if k not in best and _may_join(groups[home], groups[k], float(odds[row]), level):
            best[k] = home
    for k in sorted(best, key=lambda k: -rank[k]):
        home = best[k]
        groups[home] = replace(groups[home], members=groups[home].members + groups[k].members, cast=groups[home].cast + groups[k].cast)
    return [g for k, g in enumerate(groups) if k not in best]


def _may_join(a: Group, b: Group, near: float, above: float) -> bool:
    """Say whether a group without a text of its own may join another on its side and article."""
    if a.bucket != b.bucket or b.proposal is None or b.proposal.drafted or not counts_with(a, b):
        return False
    if a.bucket in (KEEP, DELETE) and a.place == b.place and a.proposal is not None and a.proposal.operation == a.bucket:
        return a.proposal.drafted
    if near < above - (_FEW_MORE if len(b.members) <= _FEW else 0) or (a.place or ("",))[0] != (b.place or ("",))[0]:
        return False
    return not any_opposed((x.ask for x in a.members), (y.ask for y in b.members))
