"""Vectors of articles: those that ship with an encoder, those in the user's cache, and the rest computed once.

Every vector is kept in eight bits under a hash of the article's words, so a law that changes costs only its own
articles, and an interrupted computation goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.embedders import Embedder, Vectors
from jietan.errors import ModelError
from jietan.law.cache import cache_folder, load_arrays, save_arrays
from jietan.law.search import article_text
from jietan.log import track
from jietan.resources import resource_path

__all__ = ["SHIPPED", "Store", "article_vectors", "library_store", "pack"]

#: The shipped vectors of the bundled library, below ``models/``.
SHIPPED = "jietan-e5-zh/library.npz"
_CHUNK = 2048


def _keys(texts: Sequence[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(t.encode("utf-8", "surrogatepass"), digest_size=8).digest() for t in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def pack(vectors: Vectors) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Round vectors to eight bits: whole numbers of shape (n, d) and one step for each row."""
    step = np.abs(vectors).max(axis=1, initial=0) / 127
    step = np.where(step > 0, step, 1).astype(np.float32)
    return np.rint(vectors / step[:, None]).astype(np.int8), step


class Store:
    """Vectors in eight bits by the hash of their text.

    Args:
        fingerprint: The encoder's.
        dimension: Length of a vector.
        path: Where they are kept.
    """

    def __init__(self, fingerprint: str, dimension: int, path: Path) -> None:
        """Read what is there; a file of another encoder, or a damaged one, counts as empty."""
        self._fingerprint, self._path = fingerprint, path
        self.keys = np.zeros(0, np.uint64)
        self.levels, self.steps = np.zeros((0, dimension), np.int8), np.zeros(0, np.float32)
        found = load_arrays(path)
        if found is None or found[1] != [fingerprint] or set(found[0]) != {"keys", "levels", "steps"}:
            return
        keys, levels, steps = (found[0][name] for name in ("keys", "levels", "steps"))
        if levels.shape == (len(keys), dimension) and steps.shape == (len(keys),) and levels.dtype == np.int8:
            self.keys, self.levels, self.steps = keys, levels, steps

    def find(self, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        """Return the place of each key, -1 where there is none."""
        order = np.argsort(self.keys, kind="stable")
        place = np.searchsorted(self.keys, keys, sorter=order)
        if not len(order):
            return np.full(len(keys), -1)
        found = order[np.minimum(place, len(order) - 1)]
        return np.where(self.keys[found] == keys, found, -1)

    def rows(self, places: npt.NDArray[np.intp]) -> Vectors:
        """Return vectors of length about 1."""
        return np.asarray(self.levels[places] * self.steps[places, None], dtype=np.float32)

    def add(self, keys: npt.NDArray[np.uint64], vectors: Vectors) -> None:
        """Keep more vectors, and write the file."""
        levels, steps = pack(vectors)
        self.keys = np.concatenate([self.keys, keys])
        self.levels, self.steps = np.concatenate([self.levels, levels]), np.concatenate([self.steps, steps])
        arrays: dict[str, npt.NDArray[Any]] = {"keys": self.keys, "levels": self.levels, "steps": self.steps}
        save_arrays(self._path, arrays, [self._fingerprint])


def library_store(embedder: Embedder) -> Store | None:
    """Return the vectors that ship with the program, if they are this encoder's."""
    try:
        path = resource_path("models", SHIPPED)
    except ModelError:
        return None
    store = Store(embedder.fingerprint, embedder.dimension, path)
    return store if len(store.keys) else None


def article_vectors(articles: pd.DataFrame, embedder: Embedder, *, cache: Path | None = None) -> Vectors:
    """Return the vectors of articles, computing only what is not there yet.

    Args:
        articles: Frame with ``law``, ``chapter`` and ``text``.
        embedder: The encoder.
        cache: Folder for what is computed; None for the user's cache folder.

    Returns:
        float32, ``(len(articles), dimension)``, rounded to eight bits wherever they come from.
    """
    texts = [article_text(*row) for row in articles[["law", "chapter", "text"]].itertuples(index=False)]
    keys = _keys(texts)
    own = Store(embedder.fingerprint, embedder.dimension, (cache or cache_folder()) / f"vectors-{embedder.fingerprint[:16]}.npz")
    shipped = library_store(embedder)
    known = set(own.keys.tolist()) | (set(shipped.keys.tolist()) if shipped else set())
    wanted = {int(k): t for k, t in zip(keys, texts, strict=True) if int(k) not in known}
    chunks = [list(wanted.items())[i : i + _CHUNK] for i in range(0, len(wanted), _CHUNK)]
    for chunk in track(chunks, "计算条文向量（只需一次，中断后可以接着算）") if chunks else ():
        vectors = embedder.encode([t for _, t in chunk], kind="document")
        own.add(np.array([k for k, _ in chunk], dtype=np.uint64), vectors)
    out = np.zeros((len(texts), embedder.dimension), np.float32)
    for store in filter(None, (own, shipped)):
        places = store.find(keys)
        out[places >= 0] = store.rows(places[places >= 0])
    return out
