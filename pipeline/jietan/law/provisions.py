"""Provisions: how well a colloquial opinion fits each article, 款 and 项 of a draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from operator import add
from typing import Any

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.language.normalize import normalize
from jietan.language.segment import search_words
from jietan.law.outline import items

__all__ = ["Evidence", "Matrix", "Provision", "ProvisionIndex", "provisions_of"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Worths = np.ndarray[Any, np.dtype[np.float64]]
_K1, _B = 1.2, 0.75
#: How much cosines weigh beside the two BM25 scores, the whole article's cosine beside the provision's, and how fast
#: the weight falls behind the best.
_DENSE, _WHOLE, _FALL = 4.0, 0.3, 5.0


@dataclass(frozen=True)
class Provision:
    """An article, one of its 款 or one of its 项.

    Args:
        article: Row of the article in the table of articles.
        paragraph: 款 from 1; None where the article has only one.
        item: Label such as （三）, or None.
        text: Its words; an item carries the sentence that leads into it.
    """

    article: int
    paragraph: int | None
    item: str | None
    text: str


@dataclass(frozen=True)
class Evidence:
    """How texts fit provisions, each array of shape (texts, provisions).

    Args:
        words: BM25 on words, each row divided by its best.
        pairs: The same on pairs of characters.
        cosine: Cosine with the provision.
        whole: Cosine with its article under its heading.
        fall: Both cosines together as exp(-5 times the distance from the row's best).
    """

    words: Matrix
    pairs: Matrix
    cosine: Matrix
    whole: Matrix
    fall: Matrix

    def of(self, rows: Sequence[int]) -> Evidence:
        """The same of some of the texts, a row for each number given."""
        return Evidence(*(getattr(self, f.name)[rows] for f in fields(self)))


def provisions_of(paragraphs: Sequence[Sequence[str]]) -> list[Provision]:
    """Cut articles into the provisions that an opinion can aim at."""
    out = []
    for row, article in enumerate(paragraphs):
        for number, paragraph in enumerate(article, 1):
            place = number if len(article) > 1 else None
            parts = items(paragraph)
            out.append(Provision(row, place, None, paragraph))
            lead = paragraph.split("\n")[0] if parts else ""
            out += [Provision(row, place, label, lead + text) for label, text in parts]
    return out


def _fall(cosine: Matrix, whole: Matrix) -> Matrix:
    both = cosine + _WHOLE * whole
    return np.asarray(np.exp(_FALL * (both - both.max(axis=1, keepdims=True))), dtype=np.float32)


def _with_headings(articles: pd.DataFrame) -> list[str]:
    rows = zip(articles["chapter"], articles["text"], strict=True)
    return [f"{chapter.split('/')[-1].strip()}\n{text}" if isinstance(chapter, str) and chapter else str(text) for chapter, text in rows]


def _pairs(text: str) -> Iterator[str]:
    letters = "".join(filter(str.isalnum, normalize(text)))
    return map(add, letters, letters[1:])


class _Worth:
    """What words are worth in texts; of further texts the sums over their words, each taken once and always in the same order.

    Args:
        texts: The words of the texts.
        weigh: Called with how often words stand in texts, the numbers of these words and of these texts, and how many texts there are.
    """

    def __init__(self, texts: Sequence[Iterable[str]], weigh: Callable[[Numbers, Numbers, Numbers, int], Worths]) -> None:
        from scipy.sparse import csr_matrix

        counted = [Counter(words) for words in texts]
        self._numbers = {word: number for number, word in enumerate(sorted(set().union(*counted)))}
        places = np.repeat(np.arange(len(counted)), [len(own) for own in counted])
        words = np.array([self._numbers[word] for own in counted for word in own], np.int64)
        counts = np.array([count for own in counted for count in own.values()], np.int64)
        shape = (len(self._numbers), len(counted))
        self._table = csr_matrix((weigh(counts, words, places, len(counted)), (words, places)), shape)

    def known(self, texts: Iterable[Iterable[str]]) -> list[list[int]]:
        """The numbers of the known words of each text."""
        number = self._numbers.__getitem__
        return [sorted(map(number, self._numbers.keys() & words)) for words in texts]

    def sums(self, known: Sequence[Sequence[int]]) -> Worths:
        """The sums over some words for each text, shape (rows of ``known``, texts)."""
        from scipy.sparse import csr_matrix

        words = np.fromiter(chain.from_iterable(known), np.int32)
        ends = np.cumsum([0, *map(len, known)], dtype=np.int32)
        asked = csr_matrix((np.ones(len(words)), words, ends), (len(known), self._table.shape[0]))
        return np.asarray((asked @ self._table).toarray())


def _bm25(counts: Numbers, words: Numbers, places: Numbers, n: int) -> Worths:
    lengths, documents = np.bincount(places, counts, minlength=n), np.bincount(words)
    idf = np.log(1 + (n - documents + 0.5) / (documents + 0.5))
    norm = _K1 * (1 - _B + _B * lengths[places] / lengths.mean())
    return np.asarray(counts * (_K1 + 1) / (counts + norm) * idf[words])


def _rarity(documents: int, n: int) -> float:
    return float(np.log((n + 1) / (documents + 0.5)))


def _relative(worth: _Worth, texts: Iterable[Iterable[str]]) -> Matrix:
    """Sums of shape (texts, provisions), each row divided by its best."""
    found = worth.sums(worth.known(texts))
    best = found.max(axis=1, keepdims=True)
    return np.asarray(found / np.where(best > 0, best, 1), dtype=np.float32)


class ProvisionIndex:
    """Scores opinions against the provisions of one draft.

    Args:
        articles: Table of articles; row numbers are what :class:`Provision` refers to.
        embedder: Encoder for the dense part; None for words alone.
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.
    """

    def __init__(self, articles: pd.DataFrame, embedder: Embedder | None, lexicon: Lexicon | None = None) -> None:
        """Index the draft."""
        self.articles, self._lexicon = articles, lexicon or load_lexicon()
        self.provisions = provisions_of(articles["paragraphs"].tolist())
        self._embedder = embedder
        texts = [p.text for p in self.provisions]
        self._words, self._pairs = _Worth([search_words(t) for t in texts], _bm25), _Worth([_pairs(t) for t in texts], _bm25)
        self.owners = np.array([p.article for p in self.provisions])
        self.places = [np.flatnonzero(self.owners == row) for row in range(len(articles))]
        held = [set(search_words(text)) for text in articles["text"]]
        n = len(held)
        self._rarities = {word: _rarity(count, n) for word, count in Counter(chain.from_iterable(held)).items()}
        self._unknown = _rarity(0, n)
        rarities = np.array([self._rarities[word] for word in sorted(self._rarities)])
        self._held = _Worth(held, lambda _, words, *__: rarities[words])
        self._vectors = None if embedder is None else embedder.encode(texts, kind="document")
        self._wholes = None if embedder is None else embedder.encode(_with_headings(articles), kind="document")

    def evidence(self, texts: Sequence[str], words: Iterable[Sequence[str]]) -> Evidence:
        """Say how texts fit the provisions, one kind of evidence beside the other.

        Args:
            texts: Opinions or their surroundings.
            words: Their :func:`search_words`.

        Returns:
            Arrays of shape (texts, provisions).

        Raises:
            ValueError: The index has no encoder.
        """
        if self._embedder is None or self._vectors is None or self._wholes is None:
            raise ValueError("the index has no encoder")
        queries = self._embedder.encode(texts)
        # einsum, not BLAS: one row's sum must not depend on how many rows come with it
        cosine = np.einsum("ij,kj->ik", queries, self._vectors, optimize=False)
        whole = np.einsum("ij,kj->ik", queries, self._wholes, optimize=False)[:, self.owners]
        return Evidence(_relative(self._words, words), _relative(self._pairs, map(_pairs, texts)), cosine, whole, _fall(cosine, whole))

    def terms(self, texts: Sequence[str]) -> Matrix:
        """Say how the legal terms for what texts say in everyday words fit the provisions: BM25, shape (texts, provisions)."""
        return _relative(self._words, (search_words(" ".join(self._lexicon.legal_terms(t))) for t in texts))

    def scores(self, texts: Sequence[str]) -> Matrix:
        """Score texts against provisions, by hand-set weights.

        Args:
            texts: Opinions or their surroundings.

        Returns:
            Array of shape (texts, provisions) in 0..1: BM25 on words and on character pairs and, with an encoder, the
            fall of the cosines, averaged by weight.
        """
        words = map(search_words, texts)
        if self._embedder is None:
            both = _relative(self._words, words) + _relative(self._pairs, map(_pairs, texts))
            return np.asarray(both / 2, dtype=np.float32)
        found = self.evidence(texts, words)
        return np.asarray((found.words + found.pairs + _DENSE * found.fall) / (2 + _DENSE), dtype=np.float32)

    def coverage(self, texts: Iterable[Sequence[str]]) -> Matrix:
        """Say how much of what texts speak of the draft speaks of too, words weighed by their rarity in the draft.

        Args:
            texts: The :func:`search_words` of opinions.

        Returns:
            Array of shape (texts, 2) in 0..1: the share that the best single article has, and the share that no article
            has.
        """
        weights = [{w: self._rarities.get(w, self._unknown) for w in words if len(w) > 1} for words in texts]
        known = self._held.known(weights)
        best = self._held.sums(known).max(axis=1, initial=0)
        strange = [sum([self._unknown] * (len(own) - len(row))) for own, row in zip(weights, known, strict=True)]
        total = np.array([[sum(own.values())] for own in weights]).reshape(-1, 1)
        parts = np.column_stack([best, strange])
        return np.asarray(np.divide(parts, total, out=np.zeros(parts.shape), where=total > 0), dtype=np.float32)

    def by_article(self, scores: Matrix) -> Matrix:
        """Fold provision scores into article scores, shape (texts, articles): the best of each."""
        return np.stack([scores[:, p].max(axis=1) for p in self.places], axis=1)
