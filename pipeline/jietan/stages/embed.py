"""Embed: every opinion gets a vector of its own words and, more faintly, of the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.embedders import Vectors as Matrix
from jietan.letters import head_spans
from jietan.parallel import numbered, over_machines
from jietan.tables import listed
from jietan.vectors import Vectors

__all__ = ["embed", "embed_heads"]

_AROUND = 60
_SHARE = 0.35
_BATCH = 1000
#: Opinions that are embedded at a time.
_BLOCK = 1 << 16


def _rows(texts: Sequence[str], embedder: Embedder) -> Matrix:
    return embedder.encode(texts)


def _encode(texts: Sequence[str], embedder: Embedder) -> Matrix:
    """Embed texts, those that are equal once."""
    distinct, places = numbered(texts)
    found = over_machines(partial(_rows, embedder=embedder), distinct, "计算向量", _BATCH)
    rows = found if isinstance(found, np.ndarray) else np.array([*found], np.float32).reshape(len(distinct), embedder.dimension)
    return rows if len(distinct) == len(texts) else np.asarray(rows[places], np.float32)


def _surroundings(text: str, start: int, end: int) -> str:
    return text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]


def embed(spans: pd.DataFrame, received: pd.DataFrame, embedder: Embedder, nearby: Embedder | None = None) -> Vectors:
    """Embed opinions.

    Args:
        spans: Table of opinions' spans.
        received: Comments as received.
        embedder: Encoder of dimension d.
        nearby: Encoder of what stands around opinions, whose vectors lie among those of the first; None for the same.

    Returns:
        Vectors of shape (opinions, d), rows of length one. A short opinion such as 建议删除 says little by itself, so a
        fixed share of the vector comes from the sixty characters on either side.
    """
    texts = dict(zip(received["comment_id"].tolist(), received["text"].tolist(), strict=True))
    out = np.empty((len(spans), embedder.dimension), np.float32)
    for at in range(0, len(spans), _BLOCK):
        some = spans.iloc[at : at + _BLOCK]
        around = [_surroundings(texts[c], a, b) for c, a, b in listed(some, "comment_id", "start", "end")]
        mixed = _encode(some["text"].tolist(), embedder) + _SHARE * _encode(around, nearby or embedder)
        norms = np.sqrt((mixed * mixed).sum(axis=1, keepdims=True))
        out[at : at + _BLOCK] = mixed / np.where(norms == 0, 1, norms)
    return Vectors(spans["opinion_id"].tolist(), out)


def embed_heads(received: pd.DataFrame, provisions: pd.DataFrame, embedder: Embedder) -> Vectors:
    """Embed the heads of letters, by which they are grouped where there is no draft.

    Args:
        received: Comments as received.
        provisions: Articles of the draft; where there are any, no head is embedded.
        embedder: Encoder of dimension d.

    Returns:
        Vectors of shape (comments that hold words, d).
    """
    spans = {} if len(provisions) else head_spans(received)
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    ids = sorted(spans)
    return Vectors(ids, _encode([texts[c][slice(*spans[c])] for c in ids], embedder))
