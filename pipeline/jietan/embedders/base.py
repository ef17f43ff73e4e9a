"""What every embedder has in common: the protocol, the fingerprint, the preparation of texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "Kind", "Vectors", "file_fingerprint", "prepare", "unit_rows"]

Kind = Literal["query", "document"]
Vectors = NDArray[np.float32]

_READER_VERSION = "1"
#: So many rows are scaled at once.
_TOGETHER = 1024


class Embedder(Protocol):
    """Turns texts into unit vectors.

    Attributes:
        name: The name the model was asked for by.
        dimension: Length of a vector.
        fingerprint: sha256 over the files that decide the vectors, and over the options; for content keys.

    Goes to another process by name: each loads the model for itself.
    """

    @property
    def name(self) -> str:
        """The name the model was asked for by."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """A sha256 (hex) that changes whenever the vectors could."""

    def encode(self, texts: Sequence[str], *, kind: Kind = "query") -> Vectors:
        """Embed texts.

        Args:
            texts: The texts, traditional or simplified.
            kind: Whether they ask (comments, questions) or answer (articles); matters to models with prompts only.

        Returns:
            float32, ``(len(texts), dimension)``; each row has length 1, or is all zero where a text has nothing that
            the model knows. The order of ``texts`` does not change any row.
        """


def file_fingerprint(files: Iterable[tuple[str, Path]], *, simplify: bool) -> str:
    """Hash the files that decide a model's vectors.

    Args:
        files: Pairs of a name relative to the model folder and the file.
        simplify: The option of the same name, part of the hash.

    Returns:
        sha256 as 64 hex digits.
    """
    total = hashlib.sha256(f"jietan embedder {_READER_VERSION} simplify={simplify}\n".encode())
    for name, path in sorted(files):
        with path.open("rb") as file:
            total.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


@lru_cache(maxsize=1)
def _converter() -> Any:  # noqa: ANN401  (opencc has no types)
    from opencc import OpenCC

    return OpenCC("t2s")


def prepare(texts: Sequence[str], *, simplify: bool) -> list[str]:
    """Make texts fit for a tokenizer: valid Unicode, simplified characters if asked.

    Args:
        texts: The texts as received.
        simplify: Convert traditional characters to simplified ones.

    Returns:
        One text per input text.
    """
    clean = [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]
    if not simplify:
        return clean
    convert = _converter().convert
    return [text if text.isascii() else str(convert(text)) for text in clean]


def unit_rows(rows: Vectors) -> Vectors:
    """Scale rows to length 1; rows of (almost) no length become zero.

    Each row is computed from itself alone, so that its bits do not depend on the rows around it.
    """
    unit = np.zeros(rows.shape, np.float32)
    for at in range(0, len(rows), _TOGETHER):
        some = rows[at : at + _TOGETHER]
        length = np.sqrt(np.square(some, dtype=np.float64).sum(axis=1, keepdims=True))
        np.divide(some, length, out=unit[at : at + _TOGETHER], where=length > 1e-9, casting="same_kind")
    return unit
