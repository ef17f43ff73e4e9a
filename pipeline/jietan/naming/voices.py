"""What a theme says: exemplars that cover it, two sentences that sum it up, and its sides with their strongest words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jietan.counts import Census
from jietan.runfolder import Vectors
from jietan.specificity import specificity

__all__ = ["SIDES", "Voicing", "exemplars", "sides", "summary"]

SIDES = ("support", "oppose", "modify")
_READABLE = range(10, 91)
_VOICES, _DIFFERENT = 0.1, 0.6


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

    def people(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the people behind the unit of each opinion, within these opinions."""
        groups: dict[str, list[str]] = {}
        for o in ids:
            groups.setdefault(self.unit[o], []).append(o)
        counts = {u: self.census.count(members).people if len(members) > 1 else 1 for u, members in groups.items()}
        return {o: counts[self.unit[o]] for o in ids}


def _centrality(ids: Sequence[str], voicing: Voicing) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rows of the opinions, and how near each is to the middle of the units, each unit counted once."""
    rows = voicing.vectors.rows(list(ids))
    sizes: dict[str, int] = {}
    for o in ids:
        sizes[voicing.unit[o]] = sizes.get(voicing.unit[o], 0) + 1
    shares = np.array([1 / sizes[voicing.unit[o]] for o in ids])
    middle = (rows * shares[:, None]).sum(axis=0) / shares.sum()
    return rows, (rows * middle).sum(axis=1).round(6)


def exemplars(ids: Sequence[str], voicing: Voicing) -> list[str]:
    """Return the most central opinion, the most supported one and the one most unlike the first, each once.

    Args:
        ids: Opinions of one theme, sorted.
        voicing: The opinions of the run.
    """
    if len(ids) == 1:
        return list(ids)
    rows, near = _centrality(ids, voicing)
    good = np.array([len(voicing.texts[o].strip()) in _READABLE for o in ids])
    first = int((near + good).argmax())
    people = voicing.people(ids)
    supported = min(range(len(ids)), key=lambda k: (-people[ids[k]], not good[k], -near[k], k))
    far = int(((rows * rows[first]).sum(axis=1).round(6) - good).argmin())
    return [ids[k] for k in dict.fromkeys((first, supported, far))]


def summary(ids: Sequence[str], voicing: Voicing) -> list[str]:
    """Return at most two opinions whose words sum a theme up: central and backed, the second saying something else.

    Args:
        ids: Opinions of one theme, sorted.
        voicing: The opinions of the run.
    """
    if len(ids) == 1:
        return list(ids)
    rows, near = _centrality(ids, voicing)
    people = voicing.people(ids)
    good = np.array([len(voicing.texts[o].strip()) in _READABLE for o in ids])
    value = near + good + np.array([_VOICES * math.log2(1 + people[o]) for o in ids])
    first = int(value.round(6).argmax())
    other = np.array([voicing.unit[o] != voicing.unit[ids[first]] and voicing.texts[o] != voicing.texts[ids[first]] for o in ids])
    if not other.any():
        return [ids[first]]
    rest = value - _DIFFERENT * (rows * rows[first]).sum(axis=1)
    second = int(np.where(other, rest.round(6), -np.inf).argmax())
    return [ids[first], ids[second]]


def sides(theme: str, ids: Sequence[str], voicing: Voicing) -> list[dict[str, Any]]:
    """Return one row for each side that has a voice in a theme.

    Args:
        theme: Id of the theme.
        ids: Its asks, sorted.
        voicing: The opinions of the run.
    """
    out = []
    for stance in SIDES:
        own = [o for o in ids if voicing.stance[o] == stance]
        if not own:
            continue
        counts = voicing.census.count(own)
        row = {"theme_id": theme, "stance": stance, "n_opinions": counts.opinions, "n_people": counts.people}
        out.append(row | {"n_points": counts.points, "exemplar": _strongest(own, voicing)})
    return out


def _strongest(ids: Sequence[str], voicing: Voicing) -> str:
    """The opinion that says most: specific, central and backed by many."""
    if len(ids) == 1:
        return ids[0]
    _, near = _centrality(ids, voicing)
    people = voicing.people(ids)
    strength = [voicing.specific(o) + float(near[k]) + _VOICES * math.log2(1 + people[o]) for k, o in enumerate(ids)]
    return ids[max(range(len(ids)), key=lambda k: (round(strength[k], 6), -k))]
