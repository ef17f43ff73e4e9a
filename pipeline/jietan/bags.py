"""Bags: sets of letters, words or amounts as sparse rows, and what many texts are made of in such rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.distinct import distinct
from jietan.language.lexicon import load_lexicon
from jietan.language.segment import content_words
from jietan.parallel import in_threads, numbered, spread

__all__ = ["Bags", "Part", "Wording"]

Rows = np.ndarray[Any, np.dtype[np.int64]]
# How many other texts a piece of text is taken to be missing from, so that in a small batch what all say still counts.
_SPARE = 50
_CHUNK = 50_000
#: So many bags are numbered at a time.
_ROWS = 1 << 16
#: Texts that a process reads at a time.
_TEXTS = 1000
#: Bits that tell any letter.
_LETTER = 21


class Part(NamedTuple):
    """Some consecutive bags, told by numbers.

    Attributes:
        elements: Elements, each once, in the order in which they first come.
        numbers: Which of them stand in the bags, one bag after the other.
        sizes: How many stand in each bag.
    """

    elements: Sequence[Any]
    numbers: np.ndarray[Any, Any]
    sizes: np.ndarray[Any, Any]

    @classmethod
    def of(cls, bags: Sequence[Sequence[Any]]) -> Part:
        """Number the elements of some bags."""
        elements, numbers = numbered(chain.from_iterable(bags))
        return cls(elements, np.array(numbers, np.int32), np.fromiter(map(len, bags), np.int32, len(bags)))


class Bags:
    """Sets of things as sparse rows, and sums over what two rows share.

    Args:
        parts: The sets, some at a time.
        weighted: Whether a thing weighs the more the fewer sets hold it; else each weighs one.
    """

    def __init__(self, parts: Iterable[Part], *, weighted: bool = False) -> None:
        """Number what the sets hold, in the order in which it first comes."""
        from scipy.sparse import csr_matrix

        index: dict[Any, int] = {}
        flat, ends = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
        for elements, numbers, sizes in parts:
            place = np.fromiter((index.setdefault(x, len(index)) for x in elements), np.int64, len(elements))
            wide = max(1, len(index))
            keys = distinct(np.repeat(np.arange(len(sizes)), sizes) * wide + place[numbers])
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
        """Return what the things weigh that the two bags of each pair have in common."""
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


@lru_cache(maxsize=1 << 14)
def _words_of_term(term: str) -> tuple[str, ...]:
    return tuple(content_words(term))


class _Spelled(NamedTuple):
    """The letters of some consecutive texts, joined, and how many each has."""

    codes: Rows
    lengths: Rows

    @classmethod
    def of(cls, letters: Sequence[str]) -> _Spelled:
        codes = np.frombuffer("".join(letters).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
        return cls(codes, np.fromiter(map(len, letters), np.int64, len(letters)))

    def singles(self) -> Part:
        """Return the letters."""
        return self._part(self.codes, self.lengths)

    def pairs(self) -> Part:
        """Return the pairs of neighbouring letters."""
        codes, ends = self.codes, np.cumsum(self.lengths)
        within = np.ones(max(0, len(codes) - 1), np.bool_)
        within[ends[(ends > 0) & (ends < len(codes))] - 1] = False
        return self._part(((codes[:-1] << _LETTER) | codes[1:])[within], np.maximum(self.lengths - 1, 0))

    @staticmethod
    def _part(values: Rows, sizes: Rows) -> Part:
        numbers, elements = pd.factorize(values)
        return Part(elements.tolist(), numbers, sizes)


def _read_words(texts: Sequence[str]) -> list[tuple[Part, Rows]]:
    """Read the words of texts with what legislation calls them, and how many are the texts' own."""
    lexicon = load_lexicon()
    own = [content_words(text) for text in texts]
    told = [[*words, *chain.from_iterable(map(_words_of_term, lexicon.legal_terms(text)))] for words, text in zip(own, texts, strict=True)]
    return [(Part.of(told), np.fromiter(map(len, own), np.int64, len(own)))]


class Wording:
    """Letters, pairs of letters and words of texts, kept as numbers alone.

    Args:
        texts: The texts; the words of many are read by several processes.
        letters: The letters of the normal form of each.
    """

    def __init__(self, texts: Sequence[str], letters: Sequence[str]) -> None:
        """Read the words, and put all in rows."""
        spelled = [letters[at : at + _ROWS] for at in range(0, len(letters), _ROWS)]
        words = spread(_read_words, texts, "比较说法", _TEXTS)
        self.pairs = Bags((_Spelled.of(some).pairs() for some in spelled), weighted=True)
        self.letters = Bags((_Spelled.of(some).singles() for some in spelled), weighted=True)
        self.words = Bags((part for part, _ in words), weighted=True)
        self.length = np.log1p(np.fromiter(map(len, letters), np.int64, len(letters)))
        self.count = np.log1p(np.concatenate([np.zeros(0, np.int64), *(counts for _, counts in words)]))
