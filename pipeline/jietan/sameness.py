"""How likely two opinions are to make the same ask: boosted trees over the features of a pair.

The model lies in ``models/jietan-asks-zh`` as plain JSON numbers, one set of trees for opinions on a draft and one for
opinions without any.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.law.provisions import provisions_of
from jietan.neighbours import Matrix, Neighbours
from jietan.pairing import FEATURES, Opinions, Pairs, Rows
from jietan.resources import model_weights
from jietan.trees import Trees, read_trees

__all__ = ["AskModel", "Judge", "load_model", "read_model"]

#: Pairs whose features are in memory together.
_PAIRS = 1 << 20
_WHAT, _NAME = "判断同一诉求的模型", "jietan-asks-zh"
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class AskModel:
    """Boosted trees over the features of pairs.

    Args:
        fingerprint: sha256 of the file.
        trained_on: sha256 of the labelled files it was trained on.
        with_draft: The trees for opinions on a draft.
        without_draft: Those for opinions without one.
    """

    fingerprint: str
    trained_on: tuple[str, ...]
    with_draft: Trees
    without_draft: Trees

    def log_odds(self, features: Matrix, *, draft: bool) -> Numbers:
        """Return the logarithm of the odds that each pair makes the same ask, to four digits, shape (pairs,)."""
        return (self.with_draft if draft else self.without_draft).sum(features).round(4)


@dataclass(frozen=True)
class Judge:
    """Who decides: the model, and the draft it may look at.

    Args:
        model: The weights.
        provisions: Vectors of the draft's provisions, shape (provisions, d), and the article each belongs to; None
            without a draft.
    """

    model: AskModel
    provisions: tuple[Matrix, Rows] | None = None

    @classmethod
    def of(cls, model: AskModel, articles: pd.DataFrame, embedder: Embedder) -> Judge:
        """Read a draft.

        Args:
            model: The weights.
            articles: Table of the draft's articles; may be empty.
            embedder: Encoder of the opinions' vectors.
        """
        found = provisions_of(articles["paragraphs"].tolist())
        if not found:
            return cls(model)
        return cls(model, (embedder.encode([p.text for p in found], kind="document"), np.array([p.article for p in found])))

    def log_odds(self, opinions: Opinions, near: Neighbours, i: Rows, j: Rows) -> np.ndarray[Any, Any]:
        """Return the logarithm of the odds that each pair makes the same ask, shape (pairs,)."""
        pairs, draft = Pairs(opinions, near, i, j), opinions.provisions is not None
        parts = (slice(at, at + _PAIRS) for at in range(0, max(1, len(i)), _PAIRS))
        return np.concatenate([self.model.log_odds(pairs.features(part), draft=draft) for part in parts])


def read_model(raw: bytes, where: str) -> AskModel:
    """Read the weights.

    Args:
        raw: The file.
        where: Its place, for messages.

    Raises:
        ModelError: The file is damaged, or made for other features.
    """
    data, sets = read_trees(raw, where, (_WHAT, _NAME), FEATURES, ("with_draft", "without_draft"))
    return AskModel(hashlib.sha256(raw).hexdigest(), tuple(data.get("trained_on", ())), *sets)


@lru_cache(maxsize=4)
def load_model(name: str = _NAME) -> AskModel:
    """Load the shipped model, or one in a folder.

    Args:
        name: Name below ``models/``, or a folder.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    return read_model(*model_weights(name, _WHAT))
