"""How alike two opinions are: the features of a pair that tell whether both make the same ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from jietan.bags import Bags, Wording
from jietan.language.asks import Ask
from jietan.neighbours import Matrix, Neighbours, nearest_neighbours
from jietan.parallel import Made, in_threads
from jietan.vectors import Chosen

__all__ = [
    "DRAFT_FEATURES",
    "FEATURES",
    "Labels",
    "Opinions",
    "Pairs",
    "near_opinions",
    "one_sided",
    "pair_features",
]

Rows = np.ndarray[Any, np.dtype[np.int64]]

#: What only a draft can tell.
DRAFT_FEATURES = (
    *("provisions_shared", "articles_shared", "same_provision", "same_article"),
    *("provisions_correlated", "fit_least", "fit_most", "margin_least"),
)
FEATURES = (
    *("cosine", "cosine_local", "rank_best", "rank_worst"),
    *("pairs_contained", "pairs_shared", "letters_contained", "letters_shared", "words_contained", "words_shared", "words_weight"),
    *("directions_crossed", "directions_agree", "directions_one"),
    *("amounts_same", "amounts_differ", "amounts_one", "numbers_same", "numbers_differ", "numbers_share"),
    *("measures_same", "measures_differ", "measures_one"),
    *("negations_odd", "negations_any", "negated_shared"),
    *("shortest", "longest", "fewest_words", "same_comment"),
    *("kind_agrees", "stance_agrees", "operation_agrees", "kind_equal", "stance_equal", "operation_equal", "one_supports"),
    *DRAFT_FEATURES,
)
#: Probability of support of an opinion that says the draft's words should stay.
_OUTRIGHT = 0.95
_CLASSES = {"kind": 5, "stance": 4, "operation": 7}
# Cosines of two opinions at random, and for how many opinions this expectation counts.
_USUAL_MEAN, _USUAL_SPREAD, _USUAL_COUNT = 0.29, 0.12, 30
_LOCAL = 5
# Ranks are counted as if among this many opinions; fewer or more than the bounds count as the bounds.
_CROWD, _SMALLEST, _LARGEST = 120, 60, 1000
# Ranks are counted from here, so that the nearest is not worth much more than the next.
_FIRST = 1.0
_SHARPNESS = 20.0
_CHUNK = 50_000
# Neighbours looked at for each opinion, and how far above chance they must be: with a crowd, fewer and nearer.
_FEW, _MANY = (40, 1.0), (12, 3.0)
_CROWDED = 5000


@dataclass(frozen=True)
class Labels:
    """One label of every opinion: its class and the class's probability."""

    names: np.ndarray[Any, Any]
    probabilities: np.ndarray[Any, np.dtype[np.float64]]

    def agreement(self, i: Rows, j: Rows, classes: int) -> np.ndarray[Any, Any]:
        """Return how likely the two of each pair have the same true class, if the rest is spread evenly over the others."""
        a, b = self.probabilities[i], self.probabilities[j]
        neither = (1 - a) * (1 - b) / (classes - 1)
        crossed = (a * (1 - b) + b * (1 - a)) / (classes - 1) + (classes - 2) / (classes - 1) * neither
        return np.where(self.names[i] == self.names[j], a * b + neither, crossed)


@dataclass(frozen=True)
class Opinions:
    """What the features are computed from, one entry for each distinct opinion.

    Args:
        texts: Their words.
        asks: Their guarded features.
        comments: The comment each stands in.
        labels: kind, stance and operation.
        matrix: Vectors of length one, shape (n, d); held, or looked up when asked for.
        provisions: Vectors of the draft's provisions, shape (provisions, d), and the article each belongs to; None
            without a draft.
    """

    texts: Sequence[str]
    asks: Sequence[Ask]
    comments: Sequence[str]
    labels: dict[str, Labels]
    matrix: Matrix | Chosen
    provisions: tuple[Matrix, Rows] | None = None

    @cached_property
    def chance(self) -> tuple[float, float]:
        """Mean and standard deviation of the cosines of any two opinions."""
        return _spread(self.matrix)

    @cached_property
    def wording(self) -> Wording:
        """What each opinion is made of."""
        return Wording(self.texts, [a.said for a in self.asks])

    @property
    def pairs(self) -> Bags:
        """Pairs of neighbouring letters of each opinion."""
        return self.wording.pairs

    @cached_property
    def supports(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probability that each opinion supports what the draft says, shape (n,); where it says so outright, near one."""
        stance = self.labels["stance"]
        rest = (1 - stance.probabilities) / (_CLASSES["stance"] - 1)
        told = np.where(stance.names == "support", stance.probabilities, rest)
        return np.where([a.keeps for a in self.asks], np.maximum(told, _OUTRIGHT), told)


def one_sided(opinions: Opinions, i: Rows, j: Rows) -> np.ndarray[Any, Any]:
    """Return the probability that one of each pair supports the draft and the other does not, shape (pairs,)."""
    p = opinions.supports
    return np.maximum(p[i] * (1 - p[j]), p[j] * (1 - p[i]))


def _spread(matrix: Matrix | Chosen) -> tuple[float, float]:
    """Mean and standard deviation of the cosines of two different rows, drawn towards what is usual where rows are few."""
    n = len(matrix)
    mean, square = _USUAL_MEAN, _USUAL_SPREAD**2 + _USUAL_MEAN**2
    if n > 1:
        centre, gram = np.zeros(matrix.shape[1]), np.zeros((matrix.shape[1],) * 2)
        for at in range(0, n, _CHUNK):
            rows = matrix[at : at + _CHUNK].astype(np.float64)
            centre += rows.sum(axis=0) / n
            gram += rows.T @ rows / n
        mean = (float(centre @ centre) * n - 1) / (n - 1)
        square = (float((gram * gram).sum()) * n - 1) / (n - 1)
    share = n / (n + _USUAL_COUNT)
    variance = share * max(square - mean * mean, 0.0) + (1 - share) * _USUAL_SPREAD**2
    return round(share * mean + (1 - share) * _USUAL_MEAN, 6), round(max(variance, 1e-6) ** 0.5, 6)


def near_opinions(matrix: Matrix | Chosen, chance: tuple[float, float] | None = None) -> Neighbours:
    """Return the neighbours among which an opinion looks for others that make the same ask.

    Args:
        matrix: Vectors of the opinions, shape (n, d).
        chance: :attr:`Opinions.chance` where it is known.
    """
    mean, spread = chance or _spread(matrix)
    count, above = _FEW if len(matrix) <= _CROWDED else _MANY
    return nearest_neighbours(np.asarray(matrix), count, round(mean + above * spread, 6))


class _Profile:
    """Everything about single opinions that the features of pairs are made from."""

    def __init__(self, opinions: Opinions, near: Neighbours) -> None:
        n = len(opinions.texts)
        made = opinions.wording
        self.pairs, self.letters, self.words, self.length, self.count = made.pairs, made.letters, made.words, made.length, made.count
        asks = opinions.asks

        def told(of: Callable[[Ask], Sequence[Any]]) -> Bags:
            return Bags.of(Made(n, lambda k: of(asks[k])))

        self.units = told(lambda a: [u for u, _ in a.amounts])
        self.amounts, self.numbers = told(lambda a: a.amounts), told(lambda a: a.numbers)
        self.measures, self.negated = told(lambda a: a.measures), told(lambda a: sorted(a.negated))
        self.directions = np.array([a.directions for a in asks], np.int8)
        self.negations = np.array([a.negations for a in asks])
        self.comments = np.unique(np.array(opinions.comments, dtype=object).astype(str), return_inverse=True)[1]
        self.mean, self.spread = opinions.chance
        self.local = near.similarity[:, :_LOCAL].mean(axis=1) if near.similarity.shape[1] else np.zeros(n)
        self.crowd = np.log(min(max(n, _SMALLEST), _LARGEST) / _CROWD)
        self.fit = None if opinions.provisions is None else _Fit(opinions.matrix, *opinions.provisions)


class _Fit:
    """How opinions share out over the provisions of a draft; of each only the cosines are kept."""

    def __init__(self, matrix: Matrix | Chosen, provisions: Matrix, owners: Rows) -> None:
        n = len(matrix)
        self._owners = owners
        self._cosine = np.empty((n, len(provisions)), np.float32)
        self.best, self.margin = np.empty(n, np.float32), np.empty(n, np.float32)
        self.first = tuple(np.empty(n, np.int64) for _ in range(2))
        for part in (slice(at, at + _CHUNK) for at in range(0, n, _CHUNK)):
            some = matrix[part]
            self._cosine[part] = np.einsum("ij,kj->ik", some, provisions, optimize=len(some) > 1).round(5)
            best = np.sort(self._cosine[part], axis=1)
            self.best[part] = best[:, -1]
            self.margin[part] = best[:, -1] - best[:, -2] if best.shape[1] > 1 else best[:, -1]
            for first, shares in zip(self.first, self._shares(self._cosine[part]), strict=True):
                first[part] = shares.argmax(axis=1)

    def _shares(self, cosine: Matrix) -> tuple[Matrix, Matrix]:
        """Square roots of the shares of provisions and of articles, so that each row's squares add up to one."""
        share = np.exp(_SHARPNESS * (cosine - cosine.max(axis=1, keepdims=True)))
        share /= share.sum(axis=1, keepdims=True)
        articles = np.zeros((int(self._owners.max()) + 1, len(share)), np.float32)
        for column, owner in enumerate(self._owners.tolist()):
            articles[owner] += share[:, column]
        return np.sqrt(share), np.sqrt(articles.T)

    def columns(self, i: Rows, j: Rows) -> list[np.ndarray[Any, Any]]:
        rows, place = np.unique(np.concatenate([i, j]), return_inverse=True)
        a, b = place[: len(i)], place[len(i) :]
        cosine = self._cosine[rows]
        profile = cosine - cosine.mean(axis=1, keepdims=True)
        profile = profile / np.maximum(np.sqrt((profile * profile).sum(axis=1, keepdims=True)), 1e-6)
        shared = [np.einsum("ij,ij->i", m[a], m[b]) for m in (*self._shares(cosine), profile)]
        return [
            *shared[:2],
            *(first[i] == first[j] for first in self.first),
            shared[2],
            *(np.minimum(self.best[i], self.best[j]), np.maximum(self.best[i], self.best[j])),
            np.minimum(self.margin[i], self.margin[j]),
        ]


def _wording(p: _Profile, i: Rows, j: Rows) -> list[np.ndarray[Any, Any]]:
    signs = p.directions[i] * p.directions[j]
    one = (p.directions[i] != 0) != (p.directions[j] != 0)
    amounts, numbers, counts = p.amounts.shared(i, j), p.numbers.shared(i, j), p.numbers.totals
    named, measured, measures = p.amounts.totals > 0, p.measures.totals > 0, p.measures.shared(i, j)
    return [
        *p.pairs.ratios(i, j)[:2],
        *p.letters.ratios(i, j)[:2],
        *p.words.ratios(i, j),
        *((signs < 0).sum(axis=1), (signs > 0).sum(axis=1), one.sum(axis=1)),
        *(amounts, p.units.shared(i, j) - amounts, named[i] != named[j]),
        *(numbers, (counts[i] > 0) & (counts[j] > 0) & (numbers == 0), numbers / np.maximum(counts[i] + counts[j] - numbers, 1)),
        *(measures, measured[i] & measured[j] & (measures == 0), measured[i] != measured[j]),
        *((p.negations[i] - p.negations[j]) % 2, (p.negations[i] > 0).astype(int) + (p.negations[j] > 0), p.negated.shared(i, j) > 0),
        *(np.minimum(p.length[i], p.length[j]), np.maximum(p.length[i], p.length[j]), np.minimum(p.count[i], p.count[j])),
        p.comments[i] == p.comments[j],
    ]


def _cosines(matrix: Matrix, i: Rows, j: Rows) -> Matrix:
    """Cosines of the vectors of pairs."""
    parts = [(i[at : at + _CHUNK], j[at : at + _CHUNK]) for at in range(0, len(i), _CHUNK)]
    found = in_threads(lambda part: np.einsum("ij,ij->i", matrix[part[0]], matrix[part[1]]), parts)
    return np.concatenate(found) if found else np.zeros(0, np.float32)


class Pairs:
    """Computes the features of pairs, as many at a time as are asked for.

    Args:
        opinions: The opinions.
        near: Nearest neighbours of each.
        i: First opinion of each pair.
        j: Second opinion of each pair.
    """

    def __init__(self, opinions: Opinions, near: Neighbours, i: Rows, j: Rows) -> None:
        """Look at the opinions one by one; their vectors together are looked at first and then no longer needed."""
        self._opinions, self._near, self._ends = opinions, near, (i, j)
        self._cosine = _cosines(np.asarray(opinions.matrix), i, j)
        self._profile = _Profile(opinions, near)

    def features(self, part: slice) -> Matrix:
        """Return the features of some of the pairs; see :func:`pair_features`."""
        opinions, profile = self._opinions, self._profile
        i, j, cosines = self._ends[0][part], self._ends[1][part], self._cosine[part]

        def block(start: int) -> Matrix:
            some = slice(start, start + _CHUNK)
            a, b, cosine = i[some], j[some], cosines[some]
            f, g = self._near.ranks(a, b), self._near.ranks(b, a)
            ranks = np.log(np.stack([np.minimum(f, g), np.maximum(f, g)]) + _FIRST) - profile.crowd
            columns = [
                (cosine - profile.mean) / profile.spread,
                (2 * cosine - profile.local[a] - profile.local[b]) / profile.spread,
                *ranks,
                *_wording(profile, a, b),
                *(opinions.labels[n].agreement(a, b, k) for n, k in _CLASSES.items()),
                *(opinions.labels[n].names[a] == opinions.labels[n].names[b] for n in _CLASSES),
                one_sided(opinions, a, b),
                *(profile.fit.columns(a, b) if profile.fit else [np.zeros(len(a))] * len(DRAFT_FEATURES)),
            ]
            return np.stack([np.asarray(c, np.float32) for c in columns], axis=1).round(4)

        blocks = in_threads(block, range(0, len(i), _CHUNK))
        return np.concatenate(blocks) if blocks else np.zeros((0, len(FEATURES)), np.float32)


def pair_features(opinions: Opinions, near: Neighbours, i: Rows, j: Rows) -> Matrix:
    """Compute the features of pairs.

    Args:
        opinions: The opinions.
        near: Nearest neighbours of each.
        i: First opinion of each pair, shape (pairs,).
        j: Second opinion of each pair.

    Returns:
        float32 array of shape (pairs, ``len(FEATURES)``), to four digits; those of ``DRAFT_FEATURES`` are zero without a draft.
    """
    return Pairs(opinions, near, i, j).features(slice(None))
