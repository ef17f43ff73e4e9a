"""Search over articles: BM25 on search cuts, fused with dense vectors where an encoder is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.embedders import Embedder
from jietan.language.lexicon import load_lexicon
from jietan.language.segment import search_words
from jietan.law.cache import cache_folder, content_key, load_arrays, save_arrays
from jietan.log import track

__all__ = ["ArticleIndex", "Hit", "article_text"]

#: Lucene's BM25 with its usual constants; raise the version when weights or cuts change.
_K1, _B, _VERSION = 1.5, 0.75, "bm25-1"
#: How often the words of the law's name and of the headings count beside those of the text.
_NAME_WEIGHT, _HEADING_WEIGHT = 1, 1
#: What BM25, divided by its best, adds to a cosine; and what the legal terms for everyday words add to BM25.
_WORDS, _TERMS = 0.1, 0.3
_CHUNK = 256


@dataclass(frozen=True)
class Hit:
    """One article found: its id and a score, larger is better; scores compare within one query only."""

    article_id: str
    score: float


def article_text(law: str, chapter: str | None, text: str) -> str:
    """Write an article as encoders see it: law, innermost heading, words."""
    heading = chapter.split("/")[-1].strip() if isinstance(chapter, str) else ""
    name = law.replace("中华人民共和国", "")
    return f"{name} {heading}\n{text}" if heading else f"{name}\n{text}"


def _document(law: str, chapter: str | None, text: str) -> list[str]:
    words = search_words(text)
    words += search_words(law.replace("中华人民共和国", "")) * _NAME_WEIGHT
    return words + (search_words(chapter) * _HEADING_WEIGHT if chapter else [])


def _weights(documents: list[list[str]]) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    """BM25 weights as the arrays of a sparse matrix, words × articles by rows."""
    words: dict[str, int] = {}
    rows, columns, counts = [], [], []
    for index, document in enumerate(documents):
        for word, count in Counter(document).items():
            rows.append(words.setdefault(word, len(words)))
            columns.append(index)
            counts.append(count)
    row, column = np.array(rows, np.int32), np.array(columns, np.int32)
    frequency = np.array(counts, np.float64)
    lengths = np.array([len(document) for document in documents], np.float64)
    document_frequency = np.bincount(row, minlength=len(words)).astype(np.float64)
    idf = np.log1p((len(documents) - document_frequency + 0.5) / (document_frequency + 0.5))
    norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.sum()) / max(len(lengths), 1), 1.0))
    weight = idf[row] * frequency / (frequency + norm[column])
    order = np.lexsort((column, row))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(words)))]).astype(np.int64)
    return {"data": weight[order].astype(np.float32), "indices": column[order], "indptr": starts}, list(words)


class ArticleIndex:
    """Searches one set of articles; the same input gives the same hits on every call.

    Args:
        articles: Frame with at least ``article_id``, ``law``, ``chapter`` and ``text``; ids are unique.
        embedder: Encoder for dense search; None for BM25 alone.
        vectors: Its vectors of the articles' `article_text`, shape (articles, dimensions), where they exist already.
        cache: Folder for the BM25 weights of large sets; None for the user's cache folder.
    """

    def __init__(
        self,
        articles: pd.DataFrame,
        *,
        embedder: Embedder | None = None,
        vectors: npt.NDArray[np.float32] | None = None,
        cache: Path | None = None,
    ) -> None:
        """Build the index, or read its weights from the cache."""
        frame = articles.sort_values("article_id", kind="stable")
        self._order = np.argsort(articles["article_id"].to_numpy(dtype=str), kind="stable")
        self.article_ids: list[str] = frame["article_id"].tolist()
        if len(set(self.article_ids)) != len(self.article_ids):
            raise ValueError("article_id is not unique")
        self._parts = list(zip(frame["law"].tolist(), frame["chapter"].tolist(), frame["text"].tolist(), strict=True))
        self._embedder, self._vectors = embedder, None if vectors is None else vectors[self._order]
        self._load(cache or cache_folder())

    def _load(self, cache: Path) -> None:
        from scipy.sparse import csr_matrix

        parts = [(law, chapter if isinstance(chapter, str) else "", text) for law, chapter, text in self._parts]
        path, stored = None, None
        if len(parts) > 2000:
            key = content_key([_VERSION, *("\n".join(part) for part in parts)])
            path = cache / f"{key}.npz"
            stored = load_arrays(path)
        if stored is None:
            documents = [_document(*part) for part in track(parts, "建立条文索引")] if path else []
            stored = _weights(documents or [_document(*part) for part in parts])
            if path is not None:
                save_arrays(path, *stored)
        arrays, words = stored
        self._words = {word: index for index, word in enumerate(words)}
        shape = (len(words), len(parts))
        self._matrix = csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)

    def _lexical(self, queries: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 scores of the words and, more faintly, of the legal terms they stand for; shape (queries, articles)."""
        from scipy.sparse import csr_matrix

        lexicon = load_lexicon()
        rows, columns, counts = [], [], []
        for row, query in enumerate(queries):
            weights = Counter[str](search_words(query))
            terms = Counter(search_words(" ".join(lexicon.legal_terms(query))))
            for word in weights.keys() | terms.keys():
                if (column := self._words.get(word)) is not None:
                    rows.append(row)
                    columns.append(column)
                    counts.append(weights[word] + _TERMS * terms[word])
        shape = (len(queries), len(self._words))
        matrix = csr_matrix((np.array(counts, np.float32), (rows, columns)), shape=shape, dtype=np.float32)
        matrix.sort_indices()
        scores: npt.NDArray[np.float32] = (matrix @ self._matrix).toarray()
        return scores

    def _dense(self, queries: Sequence[str]) -> npt.NDArray[np.float32] | None:
        if self._embedder is None:
            return None
        if self._vectors is None:
            self._vectors = self._embedder.encode([article_text(*part) for part in self._parts], kind="document")
        scores: npt.NDArray[np.float32] = self._embedder.encode(queries) @ self._vectors.T
        return scores

    @staticmethod
    def _best(scores: npt.NDArray[np.float32], k: int, least: float) -> npt.NDArray[np.intp]:
        """Positions of the k best scores above ``least``, ties in the order of the ids."""
        if k < len(scores):
            least = max(least, float(np.nextafter(np.partition(scores, -k)[-k], np.float32(-np.inf))))
        found = np.flatnonzero(scores > least)
        return found[np.lexsort((found, -scores[found]))][:k]

    def search(self, queries: Sequence[str], k: int = 10) -> list[list[Hit]]:
        """Find articles for many queries at once.

        Args:
            queries: Free texts; traditional characters are understood.
            k: At most so many hits for each; more than there are articles is fine.

        Returns:
            For each query its hits, best first, ties by article_id. A query without a letter has none; without an
            encoder only articles that share a word with the query are hits.
        """
        if not self.article_ids or k < 1:
            return [[] for _ in queries]
        results: list[list[Hit]] = []
        for start in range(0, len(queries), _CHUNK):
            chunk = queries[start : start + _CHUNK]
            lexical, dense = self._lexical(chunk), self._dense(chunk)
            for row in range(len(chunk)):
                scores, least = lexical[row], 0.0
                if dense is not None:
                    scores, least = dense[row] + _WORDS * scores / max(float(scores.max()), 1e-9), -np.inf
                wordless = not any(c.isalnum() for c in chunk[row])
                best = self._best(scores, k, np.inf if wordless else least)
                results.append([Hit(self.article_ids[i], float(scores[i])) for i in best.tolist()])
        return results
