"""Vectors of articles: those that ship with an encoder, those in the user's cache, and the rest computed once.

Every vector is kept in eight bits under a hash of the article's words, so a law that changes costs only its own
articles. What is computed is written in pieces, one file each, so an interrupted computation goes on where it stopped
and its cost grows with the number of articles alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.embedders import Embedder, Vectors
from jietan.errors import ModelError
from jietan.law.cache import cache_folder, load_arrays, save_arrays
from jietan.law.search import article_text, pack
from jietan.log import track
from jietan.resources import resource_path
from jietan.tables import listed

__all__ = ["FAST", "SHIPPED", "WAIT", "ArticleVectors", "Store", "article_vectors", "library_store", "pack", "ready"]

#: The shipped vectors of the bundled library, below ``models/``.
SHIPPED = "jietan-e5-zh/library.npz"
#: The encoder that takes the place of a slow one, and how many missing vectors a task computes on the spot.
FAST, WAIT = "jietan-static-zh", 2000
#: Articles computed between two writes, and pieces that may lie in the cache before they are joined into one.
_CHUNK, _PIECES = 512, 64
_LABEL = "计算条文向量（只需一次，中断后可以接着算）"


def _text_keys(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(t.encode("utf-8", "surrogatepass"), digest_size=8).digest() for t in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


class Store:
    """Vectors in eight bits by the hash of their text.

    Args:
        fingerprint: The encoder's.
        dimension: Length of a vector.
        path: Where they are kept: this file, and beside it the pieces added since (``name+….npz``).
    """

    def __init__(self, fingerprint: str, dimension: int, path: Path) -> None:
        """Read what is there; a file of another encoder, or a damaged one, counts as empty."""
        self._fingerprint, self._dimension, self._path = fingerprint, dimension, path
        self.keys = np.zeros(0, np.uint64)
        self.levels, self.steps = np.zeros((0, dimension), np.int8), np.zeros(0, np.float32)
        self._join([found for file in (path, *self._pieces()) if (found := self._read(file))])
        self._order = np.argsort(self.keys, kind="stable")

    def _pieces(self) -> list[Path]:
        """Files of what was added since the last time that they were joined."""
        return sorted(self._path.parent.glob(f"{self._path.stem}+*.npz"))

    def _read(self, path: Path) -> dict[str, npt.NDArray[Any]] | None:
        found = load_arrays(path)
        if found is None or found[1] != [self._fingerprint] or set(found[0]) != {"keys", "levels", "steps"}:
            return None
        keys, levels, steps = (found[0][name] for name in ("keys", "levels", "steps"))
        fits = levels.shape == (len(keys), self._dimension) and steps.shape == (len(keys),) and levels.dtype == np.int8
        return found[0] if fits and keys.dtype == np.uint64 else None

    def _join(self, parts: list[dict[str, npt.NDArray[Any]]]) -> None:
        self.keys = np.concatenate([self.keys, *(part["keys"] for part in parts)])
        self.levels = np.concatenate([self.levels, *(part["levels"] for part in parts)])
        self.steps = np.concatenate([self.steps, *(part["steps"] for part in parts)])

    def find(self, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        """Return the place of each key, -1 where there is none."""
        order = self._order
        if not len(order):
            return np.full(len(keys), -1)
        place = np.searchsorted(self.keys, keys, sorter=order)
        found = order[np.minimum(place, len(order) - 1)]
        return np.where(self.keys[found] == keys, found, -1)

    def rows(self, places: npt.NDArray[np.intp]) -> Vectors:
        """Return vectors of length about 1."""
        return np.asarray(self.levels[places] * self.steps[places, None], dtype=np.float32)

    def add(self, batches: Iterable[tuple[npt.NDArray[np.uint64], Vectors]]) -> None:
        """Keep more vectors; each batch is written before the next is asked for.

        Two processes may add to the same place at once: every piece has a name of its own, by its content.
        """
        parts = []
        for keys, vectors in batches:
            levels, steps = pack(vectors)
            part: dict[str, npt.NDArray[Any]] = {"keys": keys, "levels": levels, "steps": steps}
            save_arrays(self._piece(keys), part, [self._fingerprint])
            parts.append(part)
        self._join(parts)
        self._order = np.argsort(self.keys, kind="stable")
        if len(self._pieces()) > _PIECES:
            self.compact()

    def _piece(self, keys: npt.NDArray[np.uint64]) -> Path:
        return self._path.with_name(f"{self._path.stem}+{hashlib.blake2b(keys.tobytes(), digest_size=8).hexdigest()}.npz")

    def compact(self) -> None:
        """Join all pieces into the one file; a process that reads meanwhile may at worst compute something again."""
        pieces = self._pieces()
        whole = Store(self._fingerprint, self._dimension, self._path)
        keys, first = np.unique(whole.keys, return_index=True)
        arrays: dict[str, npt.NDArray[Any]] = {"keys": keys, "levels": whole.levels[first], "steps": whole.steps[first]}
        if save_arrays(self._path, arrays, [self._fingerprint]):
            for piece in pieces:
                piece.unlink(missing_ok=True)


def library_store(embedder: Embedder) -> Store | None:
    """Return the vectors that ship with the program, if they are this encoder's."""
    try:
        path = resource_path("models", SHIPPED)
    except ModelError:
        return None
    store = Store(embedder.fingerprint, embedder.dimension, path)
    return store if len(store.keys) else None


def _own_store(embedder: Embedder, cache: Path | None) -> Store:
    path = (cache or cache_folder()) / f"vectors-{embedder.fingerprint[:16]}.npz"
    return Store(embedder.fingerprint, embedder.dimension, path)


class ArticleVectors:
    """The vectors of a frame of articles, as far as they exist.

    Args:
        articles: Frame with ``law``, ``chapter`` and ``text``.
        embedder: The encoder.
        cache: Folder for what is computed; None for the user's cache folder.
    """

    def __init__(self, articles: pd.DataFrame, embedder: Embedder, *, cache: Path | None = None) -> None:
        """Look what is there; nothing is computed yet."""
        self._embedder = embedder
        self._texts = [article_text(*row) for row in listed(articles, "law", "chapter", "text")]
        self._keys = _text_keys(self._texts)
        self.own, self._shipped = _own_store(embedder, cache), library_store(embedder)

    def missing(self) -> npt.NDArray[np.bool_]:
        """Tell which articles have no vector yet, in the order of the frame."""
        there = self.own.find(self._keys) >= 0
        if self._shipped is not None:
            there |= self._shipped.find(self._keys) >= 0
        return ~there

    def compute(self) -> None:
        """Compute and keep what is missing, each text once; what is finished stays when this is interrupted."""
        wanted = {int(self._keys[i]): self._texts[i] for i in np.flatnonzero(self.missing()).tolist()}
        if wanted:
            self.own.add(self._batches(list(wanted.items())))

    def _batches(self, wanted: list[tuple[int, str]]) -> Iterator[tuple[npt.NDArray[np.uint64], Vectors]]:
        starts = range(0, len(wanted), _CHUNK)
        for start in track(starts, _LABEL, total=len(starts)):
            chunk = wanted[start : start + _CHUNK]
            vectors = self._embedder.encode([text for _, text in chunk], kind="document")
            yield np.array([key for key, _ in chunk], dtype=np.uint64), vectors

    def vectors(self) -> Vectors:
        """Return float32, ``(articles, dimension)``; a row of zeros stands for what is missing."""
        out = np.zeros((len(self._texts), self._embedder.dimension), np.float32)
        for store in filter(None, (self.own, self._shipped)):
            places = store.find(self._keys)
            out[places >= 0] = store.rows(places[places >= 0])
        return out


def ready(articles: pd.DataFrame, embedder: Embedder) -> tuple[Embedder, Vectors, int]:
    """Return an encoder whose vectors of the articles are there at once, for a task that must not start hours of computing.

    Args:
        articles: Frame with ``law``, ``chapter`` and ``text``.
        embedder: The encoder wanted.

    Returns:
        The encoder, its vectors as :func:`article_vectors` gives them, and how many vectors the encoder wanted lacks: where
        those are more than :data:`WAIT` the fast encoder :data:`FAST` takes its place.
    """
    from jietan.embedders import load_embedder
    from jietan.embedders.static import StaticEmbedder

    known = ArticleVectors(articles, embedder)
    missing = int(known.missing().sum())
    slow = missing > WAIT and not isinstance(embedder, StaticEmbedder)
    if slow:
        embedder = load_embedder(FAST)
        known = ArticleVectors(articles, embedder)
    known.compute()
    return embedder, known.vectors(), missing if slow else 0


def article_vectors(articles: pd.DataFrame, embedder: Embedder, *, cache: Path | None = None) -> Vectors:
    """Return the vectors of articles, computing only what is not there yet.

    Args:
        articles: Frame with ``law``, ``chapter`` and ``text``.
        embedder: The encoder.
        cache: Folder for what is computed; None for the user's cache folder.

    Returns:
        float32, ``(len(articles), dimension)``, rounded to eight bits wherever they come from.
    """
    known = ArticleVectors(articles, embedder, cache=cache)
    known.compute()
    return known.vectors()
