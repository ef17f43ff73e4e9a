"""Embed: every opinion gets a vector of its own words and, more faintly, of the words around it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.letters import head_spans
from jietan.runfolder import Vectors

__all__ = ["embed", "embed_heads"]

_AROUND = 60
_SHARE = 0.35


def _surroundings(text: str, start: int, end: int) -> str:
    return text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]


def embed(spans: pd.DataFrame, received: pd.DataFrame, embedder: Embedder) -> Vectors:
    """Embed opinions.

    Args:
        spans: Table of opinions' spans.
        received: Comments as received.
        embedder: Encoder of dimension d.

    Returns:
        Vectors of shape (opinions, d), rows of length one. A short opinion such as 建议删除 says little by itself, so a
        fixed share of the vector comes from the sixty characters on either side.
    """
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    around = [_surroundings(texts[c], a, b) for c, a, b in zip(spans["comment_id"], spans["start"], spans["end"], strict=True)]
    own = embedder.encode(spans["text"].tolist())
    mixed = own + _SHARE * embedder.encode(around)
    norms = np.sqrt((mixed * mixed).sum(axis=1, keepdims=True))
    return Vectors(spans["opinion_id"].tolist(), np.asarray(mixed / np.where(norms == 0, 1, norms), dtype=np.float32))


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
    return Vectors(ids, embedder.encode([texts[c][slice(*spans[c])] for c in ids]))
