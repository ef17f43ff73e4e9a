"""What themes are made of, and the words that tell one from the others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jietan.naming.tokens import Token

__all__ = ["Clauses", "Group", "Weights", "keywords", "weigh"]

Clauses = Sequence[Sequence[Token]]


@dataclass
class Group:
    """What one theme is made of.

    Args:
        asks: Opinions by their places, and the clauses of each distinct text among them.
        voices: Weight of each opinion: those of one unit weigh one together.
        articles: Label of each linked article, its share of the asks and its clauses.
        legal: Legal terms that residents' words stand for, with the opinions that say so and what they say.
    """

    asks: list[tuple[list[int], Clauses]]
    voices: Mapping[int, float]
    articles: list[tuple[str, float, Clauses]] = field(default_factory=list)
    legal: dict[str, tuple[set[int], str]] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Return the share of the asks that hold each word, or everyday words for it."""
        holders: dict[str, set[int]] = defaultdict(set)
        for ids, clauses in self.asks:
            for word in {t.word for clause in clauses for t in clause if t.tag in "NVPB" and len(t.word) > 1}:
                holders[word].update(ids)
        for term, (said, _) in self.legal.items():
            holders[term] |= said
        return {word: self.share(ids) for word, ids in holders.items()}

    def share(self, ids: Iterable[int]) -> float:
        """Return the share of the theme's units that some of its opinions stand for."""
        return round(math.fsum(self.voices[o] for o in ids) / self._total, 9) if self._total else 0.0

    @cached_property
    def _total(self) -> float:
        return math.fsum(self.voices[o] for found, _ in self.asks for o in found)


@dataclass(frozen=True)
class Weights:
    """Class-based TF-IDF of words: ``of[i][word]`` in 0..1 says how much a word stands for group ``i`` and no other."""

    of: tuple[Mapping[str, float], ...]


def weigh(groups: Sequence[Group]) -> Weights:
    """Weigh the words of groups: frequent in one and rare in the others."""
    shares = [g.shares() for g in groups]
    spread: dict[str, float] = defaultdict(float)
    for found in shares:
        for word, share in sorted(found.items()):
            spread[word] += share
    top = math.log(1 + len(groups))
    out = []
    for found in shares:
        scored = {w: s * math.log(1 + len(groups) / max(1.0, spread[w] - s + 1)) / top for w, s in found.items()}
        out.append({w: round(v, 9) for w, v in scored.items()})
    return Weights(tuple(out))


def keywords(group: Group, weights: Mapping[str, float], terms: frozenset[str], count: int = 6) -> list[tuple[str, float]]:
    """Return the words that tell a group from the others, best first, with their weights.

    Args:
        group: The theme.
        weights: Class-based TF-IDF of its words.
        terms: Words of the draft, which weigh more.
        count: How many.
    """
    tags = {t.word: t.tag for _, clauses in group.asks for c in clauses for t in c}
    known = [w for w in weights if tags.get(w, "N") in "NP" or w in terms]
    scored = {w: round(weights[w] * (1.5 if w in terms else 1.0) * (1.0 if tags.get(w, "N") in "NP" else 0.7), 6) for w in known}
    chosen: list[str] = []
    for word in sorted(scored, key=lambda w: (-scored[w], w)):
        if len(chosen) < count and not any(word in c or c in word for c in chosen):
            chosen.append(word)
    return [(w, scored[w]) for w in chosen]
