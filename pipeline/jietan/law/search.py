"""Search over articles: BM25 on search cuts; where an encoder is given, fused with its vectors and with what is often asked."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.embedders import Embedder, Vectors
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.language.segment import search_words
from jietan.law.cache import cache_folder, content_key, load_arrays, prune, save_arrays
from jietan.law.fusion import load_fusion
from jietan.log import track

__all__ = ["ArticleIndex", "Hit", "article_text", "pack"]

#: Lucene's BM25 with its usual constants; raise the version when weights or cuts change.
_K1, _B, _VERSION = 1.5, 0.75, "bm25-1"
#: How often the words of the law's name and of the headings count beside those of the text.
_NAME_WEIGHT, _HEADING_WEIGHT = 1, 1
#: What the legal terms for everyday words add to BM25.
_TERMS = 0.3
#: Queries scored at once; sets larger than this are kept in the cache, of which so many stay there.
_CHUNK, _LARGE, _KEPT = 64, 2000, 4
#: Sets of words that are counted at once.
_SETS = 512
#: Articles whose vectors are multiplied at once: small enough for the processor's own memory.
_BLOCK = 1024


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


def pack(vectors: Vectors) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Round vectors to eight bits: whole numbers of shape (n, d) and one step for each row."""
    step = np.abs(vectors).max(axis=1, initial=0) / 127
    step = np.where(step > 0, step, 1).astype(np.float32)
    return np.rint(vectors / step[:, None]).astype(np.int8), step


def _document(law: str, chapter: str | None, text: str) -> list[str]:
    words = search_words(text)
    words += search_words(law.replace("中华人民共和国", "")) * _NAME_WEIGHT
    return words + (search_words(chapter) * _HEADING_WEIGHT if chapter else [])


def _weights(documents: Iterable[list[str]]) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    """BM25 weights as the arrays of a sparse matrix, words × articles by rows; documents are asked for one at a time."""
    words: dict[str, int] = {}
    rows, columns, counts, sizes = array("i"), array("i"), array("i"), array("i")
    for index, document in enumerate(documents):
        sizes.append(len(document))
        for word, count in Counter(document).items():
            rows.append(words.setdefault(word, len(words)))
            columns.append(index)
            counts.append(count)
    row, column = np.array(rows, np.int32), np.array(columns, np.int32)
    frequency, lengths = np.array(counts, np.float64), np.array(sizes, np.float64)
    document_frequency = np.bincount(row, minlength=len(words)).astype(np.float64)
    idf = np.log1p((len(lengths) - document_frequency + 0.5) / (document_frequency + 0.5))
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
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.
    """

    def __init__(
        self,
        articles: pd.DataFrame,
        *,
        embedder: Embedder | None = None,
        vectors: npt.NDArray[np.float32] | None = None,
        cache: Path | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        """Build the index, or read its weights from the cache."""
        frame = articles.sort_values("article_id", kind="stable")
        self._order = np.argsort(articles["article_id"].to_numpy(dtype=str), kind="stable")
        self.article_ids: list[str] = frame["article_id"].tolist()
        if len(set(self.article_ids)) != len(self.article_ids):
            raise ValueError("article_id is not unique")
        self._parts = list(zip(frame["law"].tolist(), frame["chapter"].tolist(), frame["text"].tolist(), strict=True))
        self._embedder, self._packed = embedder, None if vectors is None else pack(vectors[self._order])
        self._lexicon = lexicon
        self._fusion = load_fusion() if embedder else None
        self._prior = self._fusion.prior(frame["law"].tolist(), self.article_ids) if self._fusion else None
        self._load(cache or cache_folder())

    def _load(self, cache: Path) -> None:
        from scipy.sparse import csr_matrix

        parts = [(law, chapter if isinstance(chapter, str) else "", text) for law, chapter, text in self._parts]
        path, stored = None, None
        if len(parts) > _LARGE:
            key = content_key([_VERSION, *("\n".join(part) for part in parts)])
            path = cache / f"{key}.npz"
            stored = load_arrays(path)
        if stored is None:
            stored = _weights(_document(*part) for part in (track(parts, "建立条文索引") if path else parts))
            if path is not None and save_arrays(path, *stored):
                prune(cache, path, _KEPT)
        arrays, words = stored
        self._words = {word: index for index, word in enumerate(words)}
        shape = (len(words), len(parts))
        self._matrix = csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)

    def _lexical(self, queries: Sequence[str]) -> npt.NDArray[np.float32]:
        """BM25 scores of the words and, more faintly, of the legal terms they stand for; shape (queries, articles)."""
        from scipy.sparse import csr_matrix

        lexicon = self._lexicon or load_lexicon()
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

    def most_shared(self, words: Sequence[Collection[str]]) -> npt.NDArray[np.int32]:
        """Count the most of some words that any one article has, its law's name and headings included.

        Args:
            words: Sets of words as :func:`search_words` or :func:`content_words` cut them.

        Returns:
            One number for each set; an article's own text shares no more.
        """
        from scipy.sparse import csr_matrix

        ones = np.ones(self._matrix.nnz, np.int32)
        held = csr_matrix((ones, self._matrix.indices, self._matrix.indptr), shape=self._matrix.shape)
        out = np.zeros(len(words), np.int32)
        for start in range(0, len(words) if held.nnz else 0, _SETS):
            known = [[self._words[w] for w in own if w in self._words] for own in words[start : start + _SETS]]
            columns = np.fromiter(chain.from_iterable(known), np.int32)
            ends = np.cumsum([0, *map(len, known)], dtype=np.int32)
            asked = csr_matrix((np.ones(len(columns), np.int32), columns, ends), shape=(len(known), len(self._words)))
            shared = asked @ held
            filled = np.flatnonzero(np.diff(shared.indptr))
            out[start + filled] = np.maximum.reduceat(shared.data, shared.indptr[filled]) if len(filled) else 0
        return out

    def _dense(self, queries: Sequence[str]) -> npt.NDArray[np.float32] | None:
        """Cosines, shape (queries, articles).

        Products of whole numbers are exact in float32 (below 2**24), so that neither the other queries nor the machine
        change a bit of them.
        """
        if self._embedder is None:
            return None
        if self._packed is None:
            self._packed = pack(self._embedder.encode([article_text(*part) for part in self._parts], kind="document"))
        levels, steps = self._packed
        wanted, scale = pack(self._embedder.encode(queries))
        whole, block = wanted.astype(np.float32), np.empty((_BLOCK, levels.shape[1]), np.float32)
        out = np.empty((len(queries), len(levels)), np.float32)
        for start in range(0, len(levels), _BLOCK):
            part = levels[start : start + _BLOCK]
            np.copyto(block[: len(part)], part)
            np.matmul(whole, block[: len(part)].T, out=out[:, start : start + _BLOCK])
        out *= steps
        out *= scale[:, None]
        return out

    @staticmethod
    def _best(scores: npt.NDArray[np.float32], k: int, least: float) -> npt.NDArray[np.intp]:
        """Positions of the k best scores above ``least``, ties in the order of the ids."""
        if k < len(scores):
            least = max(least, float(np.nextafter(np.partition(scores, -k)[-k], np.float32(-np.inf))))
        found = np.flatnonzero(scores > least)
        return found[np.lexsort((found, -scores[found]))][:k]

    def search(self, queries: Sequence[str], k: int = 10, *, among: npt.NDArray[np.bool_] | None = None) -> list[list[Hit]]:
        """Find articles for many queries at once.

        Args:
            queries: Free texts; traditional characters are understood.
            k: At most so many hits for each; more than there are articles is fine.
            among: Which articles count, one truth value for each row of the frame; None for all.

        Returns:
            For each query its hits, best first, ties by article_id. A query without a letter has none; without an
            encoder only articles that share a word with the query are hits.
        """
        if not self.article_ids or k < 1:
            return [[] for _ in queries]
        left_out = None if among is None else np.flatnonzero(~among[self._order])
        results: list[list[Hit]] = []
        for start in range(0, len(queries), _CHUNK):
            chunk = queries[start : start + _CHUNK]
            lexical, dense = self._lexical(chunk), self._dense(chunk)
            for row, query in enumerate(chunk):
                if not any(c.isalnum() for c in query):
                    results.append([])
                    continue
                scores, least = self._scores(lexical[row], None if dense is None else dense[row], left_out)
                best = self._best(scores, k, least)
                results.append([Hit(self.article_ids[i], float(scores[i])) for i in best.tolist()])
        return results

    def _scores(
        self, lexical: npt.NDArray[np.float32], dense: npt.NDArray[np.float32] | None, left_out: npt.NDArray[np.intp] | None
    ) -> tuple[npt.NDArray[np.float32], float]:
        """Scores of one query, and what a hit must exceed."""
        if left_out is not None:
            lexical[left_out] = 0
        if dense is None or self._fusion is None:
            return lexical, 0.0
        scores = dense + (self._fusion.words / max(float(lexical.max()), 1e-9)) * lexical + self._prior
        if left_out is not None:
            scores[left_out] = -np.inf
        return scores.astype(np.float32, copy=False), -np.inf
