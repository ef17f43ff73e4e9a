"""Provisions: how well a colloquial opinion fits each article, 款 and 项 of a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.language.normalize import normalize
from jietan.language.segment import search_words
from jietan.law.outline import items

__all__ = ["Provision", "ProvisionIndex", "provisions_of"]

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
    """

    def __init__(self, articles: pd.DataFrame, embedder: Embedder | None) -> None:
        """Index the draft."""
        self.articles = articles
        self.provisions = provisions_of(articles["paragraphs"].tolist())
        self._embedder = embedder
        texts = [p.text for p in self.provisions]
        self._words, self._pairs = _Bm25(search_words, texts), _Bm25(_pairs, texts)
        self._owners = np.array([p.article for p in self.provisions])
        self._places = [np.flatnonzero(self._owners == row) for row in range(len(articles))]
        self._vectors = None if embedder is None else embedder.encode(texts, kind="document")
        self._wholes = None if embedder is None else embedder.encode(_with_headings(articles), kind="document")

    def scores(self, texts: Sequence[str]) -> Matrix:
        """Score texts against provisions.

        Args:
            texts: Opinions or their surroundings.

        Returns:
            Array of shape (texts, provisions) in 0..1: BM25 on words and on character pairs, each row divided by its
            best, and cosines as exp(-5 times the distance from the row's best), averaged by weight.
        """
        words = self._words.scores(texts) + self._pairs.scores(texts)
        if self._embedder is None or self._vectors is None or self._wholes is None:
            return np.asarray(words / 2, dtype=np.float32)
        queries = self._embedder.encode(texts)
        # einsum, not BLAS: one row's sum must not depend on how many rows come with it
        dense = np.einsum("ij,kj->ik", queries, self._vectors, optimize=False)
        dense += _WHOLE * np.einsum("ij,kj->ik", queries, self._wholes, optimize=False)[:, self._owners]
        dense = np.exp(_FALL * (dense - dense.max(axis=1, keepdims=True)))
        return np.asarray((words + _DENSE * dense) / (2 + _DENSE), dtype=np.float32)

    def by_article(self, scores: Matrix) -> Matrix:
        """Fold provision scores into article scores, shape (texts, articles): the best of each."""
        return np.stack([scores[:, p].max(axis=1) for p in self._places], axis=1)

    def best(self, scores: Matrix, article: int) -> Provision:
        """Return the provision of one article that a row of provision scores prefers."""
        places = self._places[article]
        return self.provisions[int(places[int(scores[places].argmax())])]
