"""What a theme says: exemplars that cover it, two sentences that sum it up, and its sides with their strongest words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from jietan.contract import OPERATIONS, STANCES
from jietan.counts import Census, Numbers
from jietan.distinct import distinct
from jietan.specificity import at_most, specificity
from jietan.vectors import Vectors

__all__ = ["SIDES", "Crowd", "Voicing", "exemplars", "sides", "summary"]

Matrix = np.ndarray[Any, Any]

SIDES = ("support", "oppose", "modify")
_READABLE = range(10, 91)
_VOICES, _DIFFERENT = 0.1, 0.6
#: So many vectors are computed with at once.
_BLOCK = 1024


@dataclass(frozen=True)
class Voicing:
    """The opinions of a run, in the order of their ids; elsewhere they are told by their places among these.

    Args:
        ids: Their ids, sorted.
        texts: Words of each.
        stance: Which of the stances, shape (opinions,) as all that follow.
        operation: Which of the operations.
        unit: Number of the unit.
        reasoned: Whether the comment gives reasons.
        vectors: Unit vectors of shape (opinions, d).
        census: Counts voices.
    """

    ids: Sequence[str]
    texts: Sequence[str]
    stance: Numbers
    operation: Numbers
    unit: Numbers
    reasoned: np.ndarray[Any, np.dtype[np.bool_]]
    vectors: Vectors
    census: Census
    _specific: dict[int, float] = field(default_factory=dict, repr=False)

    def specific(self, opinion: int) -> float:
        """Return how specific an opinion is; each is read once, as it stands in a theme and in its parent."""
        if opinion not in self._specific:
            change, reasoned = OPERATIONS[self.operation[opinion]], bool(self.reasoned[opinion])
            self._specific[opinion] = specificity(self.texts[opinion], change, reasoned=reasoned).score
        return self._specific[opinion]

    @cached_property
    def comment(self) -> Numbers:
        """Number of the comment of each opinion."""
        return self.census.comments(self.ids)

    @cached_property
    def person(self) -> Numbers:
        """Number of the person behind each opinion."""
        return self.census.people(self.comment)

    @cached_property
    def good(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether each opinion can be read at a glance."""
        return np.fromiter((len(text.strip()) in _READABLE for text in self.texts), np.bool_, len(self.texts))

    @cached_property
    def most(self) -> Matrix:
        """How specific each opinion is at most."""
        return np.array([at_most(t, OPERATIONS[k]) for t, k in zip(self.texts, self.operation.tolist(), strict=True)])

    @cached_property
    def _rows(self) -> Numbers:
        return np.array([self.vectors.places[o] for o in self.ids], np.int64)

    def rows(self, opinions: Numbers) -> Matrix:
        """Vectors of some opinions."""
        return self.vectors.block(self._rows[opinions])


def _blocks(count: int) -> list[slice]:
    return [slice(k, k + _BLOCK) for k in range(0, max(1, count), _BLOCK)]


@dataclass(frozen=True)
class Crowd:
    """Opinions of one theme or of one of its sides.

    Args:
        at: Places of the opinions, in order.
        voicing: The opinions of the run.
        found: Their vectors, where they are known already.
    """

    at: Numbers
    voicing: Voicing
    found: Matrix | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rows(self) -> Matrix:
        """Vectors of the opinions."""
        return self.voicing.rows(self.at) if self.found is None else self.found

    def id(self, k: int) -> str:
        """Id of one of the opinions, by its place among these."""
        return self.voicing.ids[int(self.at[k])]

    def part(self, places: Numbers) -> Crowd:
        """Return some of the opinions, given their places among these; all of them are these very ones."""
        return self if len(places) == len(self.at) else Crowd(self.at[places], self.voicing, self.rows[places])

    @cached_property
    def _units(self) -> tuple[Numbers, Numbers]:
        """Number of the unit of each among the units here, and how many opinions each unit has here."""
        _, own, sizes = np.unique(self.voicing.unit[self.at], return_inverse=True, return_counts=True)
        return own, sizes

    @cached_property
    def near(self) -> Matrix:
        """How near each is to the middle of the units, each unit counted once."""
        own, sizes = self._units
        shares = 1 / sizes[own]
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
        return self.voicing.good[self.at]

    @cached_property
    def people(self) -> Numbers:
        """The people behind the unit of each, within these opinions."""
        own, sizes = self._units
        person = self.voicing.person[self.at]
        wide = int(person.max(initial=0)) + 1
        return np.bincount(distinct(own * wide + person) // wide, minlength=len(sizes))[own]

    @cached_property
    def backed(self) -> Matrix:
        """What the people behind each add to its worth."""
        counts, own = np.unique(self.people, return_inverse=True)
        return np.array([_VOICES * math.log2(1 + n) for n in counts.tolist()])[own]


def exemplars(crowd: Crowd) -> list[str]:
    """Return the most central opinion, the most supported one and the one most unlike the first, each once.

    Args:
        crowd: Opinions of one theme.
    """
    if len(crowd.at) == 1:
        return [crowd.id(0)]
    near, good = crowd.near, crowd.good
    first = int((near + good).argmax())
    supported = int(np.lexsort((-near, ~good, -crowd.people))[0])
    far = int((crowd.like(crowd.rows[first]).round(6) - good).argmin())
    return [crowd.id(k) for k in dict.fromkeys((first, supported, far))]


def summary(crowd: Crowd) -> list[str]:
    """Return at most two opinions whose words sum a theme up: central and backed, the second saying something else.

    Args:
        crowd: Opinions of one theme.
    """
    if len(crowd.at) == 1:
        return [crowd.id(0)]
    value = crowd.near + crowd.good + crowd.backed
    first = int(value.round(6).argmax())
    texts, unit = crowd.voicing.texts, crowd.voicing.unit[crowd.at]
    said = texts[crowd.at[first]]
    other = (unit != unit[first]) & np.fromiter((texts[o] != said for o in crowd.at.tolist()), np.bool_, len(crowd.at))
    if not other.any():
        return [crowd.id(first)]
    rest = value - _DIFFERENT * crowd.like(crowd.rows[first])
    second = int(np.where(other, rest.round(6), -np.inf).argmax())
    return [crowd.id(first), crowd.id(second)]


def sides(theme: str, crowd: Crowd) -> list[dict[str, Any]]:
    """Return one row for each side that has a voice in a theme.

    Args:
        theme: Id of the theme.
        crowd: Its asks.
    """
    voicing, stances = crowd.voicing, crowd.voicing.stance[crowd.at]
    own = [(stance, k) for stance in SIDES if len(k := np.flatnonzero(stances == STANCES.index(stance)))]
    if not own:
        return []
    sizes = np.array([len(k) for _, k in own])
    counts = voicing.census.tally_of(sizes, voicing.comment[crowd.at[np.concatenate([k for _, k in own])]])
    out = []
    for row, (stance, k) in enumerate(own):
        voices = counts.at(row)
        found = {"theme_id": theme, "stance": stance, "n_opinions": voices.opinions, "n_people": voices.people, "n_points": voices.points}
        out.append(found | {"exemplar": _strongest(crowd.part(k))})
    return out


def _strongest(crowd: Crowd) -> str:
    """The opinion that says most: specific, central and backed by many."""
    if len(crowd.at) == 1:
        return crowd.id(0)
    voicing, near, backed = crowd.voicing, crowd.near, crowd.backed
    most = voicing.most[crowd.at] + near + backed
    chosen, best = 0, -math.inf
    for k in np.argsort(-most, kind="stable").tolist():
        if round(float(most[k]), 6) < best:
            break  # what is left is not read: it cannot say more
        strength = round(float(voicing.specific(int(crowd.at[k])) + near[k] + backed[k]), 6)
        if strength > best or (strength == best and k < chosen):
            chosen, best = k, strength
    return crowd.id(chosen)
