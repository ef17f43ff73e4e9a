"""How alike two opinions are: the features of a pair that tell whether both make the same ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.language.asks import Ask
from jietan.language.lexicon import load_lexicon
from jietan.language.normalize import normalize
from jietan.language.segment import content_words
from jietan.neighbours import Matrix, Neighbours, nearest_neighbours
from jietan.parallel import in_threads, numbered, spread

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
# How many other texts a piece of text is taken to be missing from, so that in a small batch what all say still counts.
_SPARE = 50
# Ranks are counted as if among this many opinions; fewer or more than the bounds count as the bounds.
_CROWD, _SMALLEST, _LARGEST = 120, 60, 1000
# Ranks are counted from here, so that the nearest is not worth much more than the next.
_FIRST = 1.0
_SHARPNESS = 20.0
_CHUNK = 50_000
#: So many bags are numbered at a time.
_ROWS = 1 << 16
# Neighbours looked at for each opinion, and how far above chance they must be: with a crowd, fewer and nearer.
_FEW, _MANY = (40, 1.0), (12, 3.0)
_CROWDED = 5000
#: Opinions that a process reads at a time.
_TEXTS = 1000
#: Bits that tell any letter.
_LETTER = 21


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
        matrix: Vectors of length one, shape (n, d).
        provisions: Vectors of the draft's provisions, shape (provisions, d), and the article each belongs to; None
            without a draft.
    """

    texts: Sequence[str]
    asks: Sequence[Ask]
    comments: Sequence[str]
    labels: dict[str, Labels]
    matrix: Matrix
    provisions: tuple[Matrix, Rows] | None = None

    @cached_property
    def chance(self) -> tuple[float, float]:
        """Mean and standard deviation of the cosines of any two opinions."""
        return _spread(self.matrix)

    @cached_property
    def wording(self) -> _Wording:
        """What each opinion is made of."""
        return _Wording(spread(_read, self.texts, "比较说法", _TEXTS))

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


class Part(NamedTuple):
    """Some consecutive bags, told by numbers.

    Attributes:
        distinct: Elements, each once, in the order in which they first come.
        numbers: Which of them stand in the bags, one bag after the other.
        sizes: How many stand in each bag.
    """

    distinct: Sequence[Any]
    numbers: np.ndarray[Any, Any]
    sizes: np.ndarray[Any, Any]

    @classmethod
    def of(cls, bags: Sequence[Sequence[Any]]) -> Part:
        """Number the elements of some bags."""
        distinct, numbers = numbered(chain.from_iterable(bags))
        return cls(distinct, np.array(numbers, np.int32), np.fromiter(map(len, bags), np.int32, len(bags)))


class Bags:
    """Sets of things as sparse rows, and sums over what two rows share."""

    def __init__(self, parts: Iterable[Part], *, weighted: bool = False) -> None:
        from scipy.sparse import csr_matrix

        index: dict[Any, int] = {}
        flat, ends = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
        for distinct, numbers, sizes in parts:
            place = np.fromiter((index.setdefault(x, len(index)) for x in distinct), np.int64, len(distinct))
            wide = max(1, len(index))
            keys = np.repeat(np.arange(len(sizes)), sizes) * wide + place[numbers]
            keys.sort()
            keys = keys[np.diff(keys, prepend=-1) > 0]
            flat.append((keys % wide).astype(np.int32))
            ends.append(np.searchsorted(keys, np.arange(1, len(sizes) + 1) * wide) + ends[-1][-1])
        columns, edges = np.concatenate(flat), np.concatenate(ends)
        shape = (len(edges) - 1, max(1, len(index)))
        self._plain = csr_matrix((np.ones(len(columns), np.int8), columns, edges), shape=shape)
        #: What each element weighs.
        self._weights = np.ones(shape[1])
        if weighted:
            self._weights = np.log((shape[0] + _SPARE) / (np.bincount(columns, minlength=shape[1]) + 0.5))
        self.totals = self._plain @ self._weights
        #: Number of elements of each bag.
        self.sizes = np.diff(edges)
        self._filled = self.sizes > 0

    @classmethod
    def of(cls, bags: Sequence[Sequence[Any]]) -> Bags:
        """Make bags of lists, some at a time."""
        return cls(Part.of(bags[at : at + _ROWS]) for at in range(0, len(bags), _ROWS))

    def shared(self, i: Rows, j: Rows) -> np.ndarray[Any, Any]:
        out = np.zeros(len(i))
        both = np.flatnonzero(self._filled[i] & self._filled[j])
        out[both] = self._plain[i[both]].multiply(self._plain[j[both]]).tocsr() @ self._weights
        return out

    def common(self, i: Rows, j: Rows) -> np.ndarray[Any, Any]:
        """How many elements the two bags of each pair have in common, whatever they weigh."""
        parts = [(i[at : at + _CHUNK], j[at : at + _CHUNK]) for at in range(0, len(i), _CHUNK)]
        found = in_threads(lambda part: np.asarray(self._plain[part[0]].multiply(self._plain[part[1]]).sum(axis=1)).ravel(), parts)
        return np.concatenate(found) if found else np.zeros(0)

    def ratios(self, i: Rows, j: Rows) -> list[np.ndarray[Any, Any]]:
        """Share of the smaller bag, share of both bags together, and the logarithm of what is shared."""
        shared = self.shared(i, j)
        smaller = np.minimum(self.totals[i], self.totals[j])
        both = self.totals[i] + self.totals[j] - shared
        return [shared / np.where(smaller > 0, smaller, 1), shared / np.where(both > 0, both, 1), np.log1p(np.maximum(shared, 0))]


def _spread(matrix: Matrix) -> tuple[float, float]:
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


def near_opinions(matrix: Matrix, chance: tuple[float, float] | None = None) -> Neighbours:
    """Return the neighbours among which an opinion looks for others that make the same ask.

    Args:
        matrix: Vectors of the opinions, shape (n, d).
        chance: :attr:`Opinions.chance` where it is known.
    """
    mean, spread = chance or _spread(matrix)
    count, above = _FEW if len(matrix) <= _CROWDED else _MANY
    return nearest_neighbours(matrix, count, round(mean + above * spread, 6))


@lru_cache(maxsize=1 << 14)
def _words_of_term(term: str) -> tuple[str, ...]:
    return tuple(content_words(term))


class _Read(NamedTuple):
    """What some consecutive opinions are made of: their letters joined, the words that they and legislation use, numbers of own words."""

    letters: str
    lengths: np.ndarray[Any, Any]
    words: Part
    own: np.ndarray[Any, Any]

    def singles(self) -> Part:
        """Return the letters."""
        return self._part(self._codes(), self.lengths)

    def pairs(self) -> Part:
        """Return the pairs of neighbouring letters."""
        codes, ends = self._codes(), np.cumsum(self.lengths)
        within = np.ones(max(0, len(codes) - 1), np.bool_)
        within[ends[(ends > 0) & (ends < len(codes))] - 1] = False
        return self._part(((codes[:-1] << _LETTER) | codes[1:])[within], np.maximum(self.lengths - 1, 0))

    def _codes(self) -> Rows:
        return np.frombuffer(self.letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)

    @staticmethod
    def _part(values: Rows, sizes: np.ndarray[Any, Any]) -> Part:
        numbers, distinct = pd.factorize(values)
        return Part(distinct.tolist(), numbers, sizes)


def _read(texts: Sequence[str]) -> list[_Read]:
    """Read what opinions are made of: their letters, and their words with what legislation calls them."""
    lexicon = load_lexicon()
    letters = [re.sub(r"\W", "", normalize(text)) for text in texts]
    own = [content_words(text) for text in texts]
    told = [[*words, *chain.from_iterable(map(_words_of_term, lexicon.legal_terms(text)))] for words, text in zip(own, texts, strict=True)]
    lengths, counts = (np.fromiter(map(len, x), np.int64, len(x)) for x in (letters, own))
    return [_Read("".join(letters), lengths, Part.of(told), counts)]


class _Wording:
    """Letters, pairs of letters and words of opinions, kept as numbers alone."""

    def __init__(self, read: Sequence[_Read]) -> None:
        self.pairs = Bags((part.pairs() for part in read), weighted=True)
        self.letters = Bags((part.singles() for part in read), weighted=True)
        self.words = Bags((part.words for part in read), weighted=True)
        none = np.zeros(0, np.int64)
        self.length = np.log1p(np.concatenate([none, *(part.lengths for part in read)]))
        self.count = np.log1p(np.concatenate([none, *(part.own for part in read)]))


class _Profile:
    """Everything about single opinions that the features of pairs are made from."""

    def __init__(self, opinions: Opinions, near: Neighbours) -> None:
        n = len(opinions.texts)
        made = opinions.wording
        self.pairs, self.letters, self.words, self.length, self.count = made.pairs, made.letters, made.words, made.length, made.count
        self.units = Bags.of([[u for u, _ in a.amounts] for a in opinions.asks])
        self.amounts = Bags.of([a.amounts for a in opinions.asks])
        self.numbers = Bags.of([a.numbers for a in opinions.asks])
        self.measures = Bags.of([a.measures for a in opinions.asks])
        self.negated = Bags.of([sorted(a.negated) for a in opinions.asks])
        self.directions = np.array([a.directions for a in opinions.asks])
        self.negations = np.array([a.negations for a in opinions.asks])
        self.comments = np.unique(np.array(opinions.comments, dtype=object).astype(str), return_inverse=True)[1]
        self.mean, self.spread = opinions.chance
        self.local = near.similarity[:, :_LOCAL].mean(axis=1) if near.similarity.shape[1] else np.zeros(n)
        self.crowd = np.log(min(max(n, _SMALLEST), _LARGEST) / _CROWD)
        self.fit = None if opinions.provisions is None else _Fit(opinions.matrix, *opinions.provisions)


class _Fit:
    """How opinions share out over the provisions of a draft; of each only the cosines are kept."""

    def __init__(self, matrix: Matrix, provisions: Matrix, owners: Rows) -> None:
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


class Pairs:
    """Computes the features of pairs, as many at a time as are asked for.

    Args:
        opinions: The opinions.
        near: Nearest neighbours of each.
    """

    def __init__(self, opinions: Opinions, near: Neighbours) -> None:
        """Look at the opinions one by one."""
        self._opinions, self._near, self._profile = opinions, near, _Profile(opinions, near)

    def features(self, i: Rows, j: Rows) -> Matrix:
        """Return the features of pairs; see :func:`pair_features`."""
        opinions, profile = self._opinions, self._profile

        def block(start: int) -> Matrix:
            a, b = i[start : start + _CHUNK], j[start : start + _CHUNK]
            f, g = self._near.ranks(a, b), self._near.ranks(b, a)
            cosine = np.einsum("ij,ij->i", opinions.matrix[a], opinions.matrix[b])
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
    return Pairs(opinions, near).features(i, j)
