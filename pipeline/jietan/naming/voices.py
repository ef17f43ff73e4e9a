"""What a theme says: exemplars that cover it, two sentences that sum it up, and its sides with their strongest words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from jietan.counts import Census
from jietan.runfolder import Vectors
from jietan.specificity import at_most, specificity

__all__ = ["SIDES", "Crowd", "Voicing", "exemplars", "sides", "summary"]

Matrix = np.ndarray[Any, Any]

SIDES = ("support", "oppose", "modify")
_READABLE = range(10, 91)
_VOICES, _DIFFERENT = 0.1, 0.6
#: So many vectors are computed with at once.
_BLOCK = 1024


@dataclass(frozen=True)
class Voicing:
    """The opinions of a run.

    Args:
        texts: Words of each opinion.
        stance: Its stance.
        operation: Its operation.
        unit: Its unit.
        reasoned: Opinions whose comment gives reasons.
        vectors: Unit vectors of shape (opinions, d).
        census: Counts voices.
    """

    texts: Mapping[str, str]
    stance: Mapping[str, str]
    operation: Mapping[str, str]
    unit: Mapping[str, str]
    reasoned: frozenset[str]
    vectors: Vectors
    census: Census
    _specific: dict[str, float] = field(default_factory=dict, repr=False)

    def specific(self, opinion: str) -> float:
        """Return how specific an opinion is; each is read once, as it stands in a theme and in its parent."""
        if opinion not in self._specific:
            found = specificity(self.texts[opinion], self.operation[opinion], reasoned=opinion in self.reasoned)
            self._specific[opinion] = found.score
        return self._specific[opinion]


def _blocks(count: int) -> list[slice]:
    return [slice(k, k + _BLOCK) for k in range(0, max(1, count), _BLOCK)]


@dataclass(frozen=True)
class Crowd:
    """Opinions of one theme or of one of its sides.

    Args:
        ids: The opinions, sorted.
        voicing: The opinions of the run.
        found: Their vectors, where they are known already.
    """

    ids: Sequence[str]
    voicing: Voicing
    found: Matrix | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rows(self) -> Matrix:
        """Vectors of the opinions."""
        return self.voicing.vectors.rows(list(self.ids)) if self.found is None else self.found

    def part(self, places: Sequence[int]) -> Crowd:
        """Return some of the opinions, given their places among these; all of them are these very ones."""
        return self if len(places) == len(self.ids) else Crowd([self.ids[k] for k in places], self.voicing, self.rows[places])

    @cached_property
    def near(self) -> Matrix:
        """How near each is to the middle of the units, each unit counted once."""
        units = [self.voicing.unit[o] for o in self.ids]
        sizes = Counter(units)
        shares = np.array([1 / sizes[u] for u in units])
        middle = np.zeros(self.rows.shape[1])
        for some in _blocks(len(shares)):  # one row is added after the other, whatever the blocks
            middle = np.vstack([middle, self.rows[some] * shares[some, None]]).sum(axis=0)
        return self.like(middle / shares.sum()).round(6)

    def like(self, vector: Matrix) -> Matrix:
        """Dot products with a vector; a row's sum is the same in any block."""
        return np.concatenate([(self.rows[some] * vector).sum(axis=1) for some in _blocks(len(self.rows))])

    @cached_property
    def good(self) -> Matrix:
        """Whether each can be read at a glance."""
        return np.array([len(self.voicing.texts[o].strip()) in _READABLE for o in self.ids])

    @cached_property
    def people(self) -> list[int]:
        """The people behind the unit of each, within these opinions."""
        groups: dict[str, list[str]] = {}
        for o in self.ids:
            groups.setdefault(self.voicing.unit[o], []).append(o)
        several = {u: members for u, members in groups.items() if len(members) > 1}
        counted = self.voicing.census.tally([*several.values()]).people.tolist() if several else []
        counts = dict.fromkeys(groups, 1) | dict(zip(several, counted, strict=True))
        return [counts[self.voicing.unit[o]] for o in self.ids]


def exemplars(crowd: Crowd) -> list[str]:
    """Return the most central opinion, the most supported one and the one most unlike the first, each once.

    Args:
        crowd: Opinions of one theme.
    """
    ids = crowd.ids
    if len(ids) == 1:
        return list(ids)
    rows, near, good, people = crowd.rows, crowd.near, crowd.good, crowd.people
    first = int((near + good).argmax())
    supported = min(range(len(ids)), key=lambda k: (-people[k], not good[k], -near[k], k))
    far = int((crowd.like(rows[first]).round(6) - good).argmin())
    return [ids[k] for k in dict.fromkeys((first, supported, far))]


def summary(crowd: Crowd) -> list[str]:
    """Return at most two opinions whose words sum a theme up: central and backed, the second saying something else.

    Args:
        crowd: Opinions of one theme.
    """
    ids, voicing = crowd.ids, crowd.voicing
    if len(ids) == 1:
        return list(ids)
    value = crowd.near + crowd.good + np.array([_VOICES * math.log2(1 + n) for n in crowd.people])
    first = int(value.round(6).argmax())
    other = np.array([voicing.unit[o] != voicing.unit[ids[first]] and voicing.texts[o] != voicing.texts[ids[first]] for o in ids])
    if not other.any():
        return [ids[first]]
    rest = value - _DIFFERENT * crowd.like(crowd.rows[first])
    second = int(np.where(other, rest.round(6), -np.inf).argmax())
    return [ids[first], ids[second]]


def sides(theme: str, crowd: Crowd) -> list[dict[str, Any]]:
    """Return one row for each side that has a voice in a theme.

    Args:
        theme: Id of the theme.
        crowd: Its asks.
    """
    ids, voicing = crowd.ids, crowd.voicing
    out = []
    for stance in SIDES:
        places = [k for k, o in enumerate(ids) if voicing.stance[o] == stance]
        if not places:
            continue
        own = crowd.part(places)
        counts = voicing.census.count(own.ids)
        row = {"theme_id": theme, "stance": stance, "n_opinions": counts.opinions, "n_people": counts.people}
        out.append(row | {"n_points": counts.points, "exemplar": _strongest(own)})
    return out


def _strongest(crowd: Crowd) -> str:
    """The opinion that says most: specific, central and backed by many."""
    ids = crowd.ids
    if len(ids) == 1:
        return ids[0]
    voicing, near, people = crowd.voicing, crowd.near.tolist(), crowd.people
    backed = [_VOICES * math.log2(1 + n) for n in people]
    most = [at_most(voicing.texts[o], voicing.operation[o]) + near[k] + backed[k] for k, o in enumerate(ids)]
    chosen, best = 0, -math.inf
    for k in sorted(range(len(ids)), key=lambda k: -most[k]):
        if round(most[k], 6) < best:
            break  # what is left is not read: it cannot say more
        strength = round(voicing.specific(ids[k]) + near[k] + backed[k], 6)
        if strength > best or (strength == best and k < chosen):
            chosen, best = k, strength
    return ids[chosen]
