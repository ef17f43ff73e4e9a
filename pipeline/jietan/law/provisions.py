"""Provisions: how well a colloquial opinion fits each article, 款 and 项 of a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        terms: The same on the legal terms for what the texts say in everyday words.
        cosine: Cosine with the provision.
        whole: Cosine with its article under its heading.
    """

    words: Matrix
    pairs: Matrix
    terms: Matrix
    cosine: Matrix
    whole: Matrix

    @property
    def fall(self) -> Matrix:
        """Both cosines together as exp(-5 times the distance from the row's best)."""
        both = self.cosine + _WHOLE * self.whole
        return np.asarray(np.exp(_FALL * (both - both.max(axis=1, keepdims=True))), dtype=np.float32)


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


def _with_headings(articles: pd.DataFrame) -> list[str]:
    rows = zip(articles["chapter"], articles["text"], strict=True)
    return [f"{chapter.split('/')[-1].strip()}\n{text}" if isinstance(chapter, str) and chapter else str(text) for chapter, text in rows]


def _pairs(text: str) -> list[str]:
    letters = "".join(c for c in normalize(text) if c.isalnum())
    return [letters[i : i + 2] for i in range(len(letters) - 1)]


class _Bm25:
    def __init__(self, cut: Callable[[str], list[str]], texts: Sequence[str]) -> None:
        from scipy.sparse import csr_matrix
        from sklearn.feature_extraction.text import CountVectorizer

        self._counter = CountVectorizer(analyzer=cut)
        counts = self._counter.fit_transform(texts).tocoo()
        lengths = np.bincount(counts.row, counts.data, minlength=len(texts))
        documents = np.bincount(counts.col, minlength=counts.shape[1])
        idf = np.log(1 + (len(texts) - documents + 0.5) / (documents + 0.5))
        norm = _K1 * (1 - _B + _B * lengths[counts.row] / lengths.mean())
        weights = counts.data * (_K1 + 1) / (counts.data + norm) * idf[counts.col]
        self._weights = csr_matrix((weights, (counts.row, counts.col)), shape=counts.shape)

    def scores(self, queries: Sequence[str]) -> Matrix:
        """Scores of shape (queries, texts), each row divided by its best."""
        found = ((self._counter.transform(queries) > 0).astype(np.float64) @ self._weights.T).toarray()
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
        self._words, self._pairs = _Bm25(search_words, texts), _Bm25(_pairs, texts)
        self.owners = np.array([p.article for p in self.provisions])
        self.places = [np.flatnonzero(self.owners == row) for row in range(len(articles))]
        self._articles_of: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(articles["text"]):
            for word in sorted(set(search_words(text))):
                self._articles_of[word].append(row)
        self._vectors = None if embedder is None else embedder.encode(texts, kind="document")
        self._wholes = None if embedder is None else embedder.encode(_with_headings(articles), kind="document")

    def evidence(self, texts: Sequence[str]) -> Evidence:
        """Say how texts fit the provisions, one kind of evidence beside the other.

        Args:
            texts: Opinions or their surroundings.

        Returns:
            Arrays of shape (texts, provisions).

        Raises:
            ValueError: The index has no encoder.
        """
        if self._embedder is None or self._vectors is None or self._wholes is None:
            raise ValueError("the index has no encoder")
        queries = self._embedder.encode(texts)
        # einsum, not BLAS: one row's sum must not depend on how many rows come with it
        return Evidence(
            self._words.scores(texts),
            self._pairs.scores(texts),
            self._words.scores([" ".join(self._lexicon.legal_terms(t)) for t in texts]),
            np.einsum("ij,kj->ik", queries, self._vectors, optimize=False),
            np.einsum("ij,kj->ik", queries, self._wholes, optimize=False)[:, self.owners],
        )

    def scores(self, texts: Sequence[str]) -> Matrix:
        """Score texts against provisions, by hand-set weights.

        Args:
            texts: Opinions or their surroundings.

        Returns:
            Array of shape (texts, provisions) in 0..1: BM25 on words and on character pairs and, with an encoder, the
            fall of the cosines, averaged by weight.
        """
        if self._embedder is None:
            return np.asarray((self._words.scores(texts) + self._pairs.scores(texts)) / 2, dtype=np.float32)
        found = self.evidence(texts)
        return np.asarray((found.words + found.pairs + _DENSE * found.fall) / (2 + _DENSE), dtype=np.float32)

    def coverage(self, texts: Sequence[str]) -> Matrix:
        """Say how much of what texts speak of the draft speaks of too, words weighed by their rarity in the draft.

        Returns:
            Array of shape (texts, 2) in 0..1: the share that the best single article has, and the share that no article
            has.
        """
        n = len(self.articles)
        rare = float(np.log((n + 1) / 0.5))
        out = np.zeros((len(texts), 2), np.float32)
        for row, text in enumerate(texts):
            weights = {w: rare if w not in self._articles_of else self._rarity(w, n) for w in search_words(text) if len(w) > 1}
            total = sum(weights.values())
            if not total:
                continue
            shares = np.zeros(n)
            for word in sorted(weights):
                shares[self._articles_of.get(word, [])] += weights[word]
            unknown = sum(v for w, v in sorted(weights.items()) if w not in self._articles_of)
            out[row] = shares.max(initial=0) / total, unknown / total
        return out

    def _rarity(self, word: str, n: int) -> float:
        return float(np.log((n + 1) / (len(self._articles_of[word]) + 0.5)))

    def by_article(self, scores: Matrix) -> Matrix:
        """Fold provision scores into article scores, shape (texts, articles): the best of each."""
        return np.stack([scores[:, p].max(axis=1) for p in self.places], axis=1)
