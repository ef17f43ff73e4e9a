"""The linear models of ``models/jietan-labels-zh``: which clause asks, and what an opinion or a comment is.

Each model is a table of weights over named features (see :mod:`jietan.language.cues`), stored as plain JSON numbers. The
same functions make the features for training and for use.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from jietan.errors import ModelError
from jietan.language.clauses import Clause, find_clauses
from jietan.language.cues import CUES, FEATURE_NAMES, clause_features, cue_vector
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.language.segment import content_words
from jietan.resources import model_path

__all__ = [
    "BOUNDARY_FEATURES",
    "CLAUSE_CLASSES",
    "COMMENT_FEATURES",
    "OPINION_FEATURES",
    "LabelModels",
    "LinearModel",
    "boundary_features",
    "comment_features",
    "features_of_clauses",
    "load_models",
    "opinion_features",
]

Matrix = np.ndarray[Any, np.dtype[np.float32]]

CLAUSE_CLASSES = ("none", "ask", "reason")
_OWN = len(CUES) + 5
BOUNDARY_FEATURES = (
    tuple(f"left_{n}" for n in FEATURE_NAMES[:_OWN])
    + tuple(f"right_{n}" for n in FEATURE_NAMES[:_OWN])
    + ("sentence_between", "both_ask")
)
OPINION_FEATURES = (
    tuple(CUES)
    + tuple(f"context_{n}" for n in CUES)
    + ("log_length", "quantities", "only", "first", "last", "split_reason", "ends_question")
)
COMMENT_FEATURES = (
    tuple(CUES)
    + tuple(f"share_{n}" for n in CUES)
    + ("log_length", "no_words", "few_chars", "draft_overlap", "draft_overlap_max")
)


@dataclass(frozen=True)
class LinearModel:
    """A multinomial logistic regression.

    Args:
        classes: Class names.
        weights: Array of shape (classes, features).
        bias: Array of shape (classes,).
    """

    classes: tuple[str, ...]
    weights: Matrix
    bias: Matrix

    def probabilities(self, features: Matrix) -> Matrix:
        """Return class probabilities of shape (rows, classes)."""
        # einsum, not BLAS: one row's sum must not depend on how many rows come with it
        scores = np.einsum("ij,kj->ik", features, self.weights, optimize=False) + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        exp = np.exp(scores)
        return np.asarray(exp / exp.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class LabelModels:
    """All linear models of one folder, with the fingerprint of their file."""

    name: str
    fingerprint: str
    trained_on: tuple[str, ...]
    models: Mapping[str, LinearModel]

    def __getitem__(self, name: str) -> LinearModel:
        """Return one model by name."""
        return self.models[name]


@lru_cache(maxsize=4)
def load_models(name: str) -> LabelModels:
    """Load a shipped set of linear models, or one in a folder.

    Args:
        name: Name below ``models/``, or a folder.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    folder = Path(name) if Path(name).is_dir() else model_path(name)
    try:
        raw = (folder / "weights.json").read_bytes()
        data = json.loads(raw)
        models = {
            key: LinearModel(
                tuple(m["classes"]), np.array(m["weights"], np.float32), np.array(m["bias"], np.float32)
            )
            for key, m in data["models"].items()
        }
        sizes = {key: len(m["features"]) for key, m in data["models"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("分类模型缺失或已损坏", where=str(folder), todo="请重新安装 jietan") from error
    expected = {"clause": len(FEATURE_NAMES), "boundary": len(BOUNDARY_FEATURES), "kind": len(OPINION_FEATURES)}
    if any(sizes.get(key) != size for key, size in expected.items()):
        raise ModelError("分类模型与程序版本不配", where=str(folder), todo="请用同一版本的 models/jietan-labels-zh")
    return LabelModels(name, hashlib.sha256(raw).hexdigest(), tuple(data.get("trained_on", ())), models)


def features_of_clauses(folded: str, clauses: Sequence[Clause]) -> Matrix:
    """Return the features of a comment's clauses, shape (clauses, ``len(FEATURE_NAMES)``)."""
    return clause_features([folded[c.start : c.end] for c in clauses], [c.marked for c in clauses])


def boundary_features(features: Matrix, clauses: Sequence[Clause], labels: Sequence[int]) -> Matrix:
    """Return the features of the places between neighbouring clauses, shape (clauses - 1, features)."""
    rows = [
        np.concatenate(
            [
                features[i, :_OWN],
                features[i + 1, :_OWN],
                np.array([clauses[i].ends_sentence, labels[i] == labels[i + 1] == 1], np.float32),
            ]
        )
        for i in range(len(clauses) - 1)
    ]
    return np.array(rows, np.float32).reshape(len(rows), len(BOUNDARY_FEATURES))


def opinion_features(text: str, spans: Sequence[tuple[int, int, bool]]) -> Matrix:
    """Return the features of the opinions of one comment.

    Args:
        text: The comment.
        spans: (start, end, whether the splitter took it for grounds) in reading order.

    Returns:
        Array of shape (spans, ``len(OPINION_FEATURES)``).
    """
    folded = fold(text)
    own = [cue_vector(folded[a:b]) for a, b, _ in spans]
    rows = []
    for i, (start, end, reason) in enumerate(spans):
        left = folded[max(0, start - 40) : start]
        right = folded[end : end + 40]
        context = np.maximum(cue_vector(left), cue_vector(right))
        piece = folded[start:end]
        shape = (
            np.log1p(end - start),
            min(len(find_quantities(piece)), 3),
            len(spans) == 1,
            i == 0,
            i == len(spans) - 1,
            reason,
            piece.rstrip("\"”」』 ")[-1:] == "?",
        )
        rows.append(np.concatenate([own[i], context, np.array(shape, np.float32)]))
    return np.array(rows, np.float32).reshape(len(rows), len(OPINION_FEATURES))


def comment_features(text: str, draft_words: Iterable[frozenset[str]] = ()) -> Matrix:
    """Return the features of one whole comment, shape (``len(COMMENT_FEATURES)``,).

    Args:
        text: The comment.
        draft_words: Content words of each article of the draft, none where there is no draft.
    """
    folded = fold(text)
    clauses = find_clauses(text)
    cues = [cue_vector(folded[c.start : c.end]) for c in clauses] or [np.zeros(len(CUES), np.float32)]
    words = set(content_words(text))
    articles = list(draft_words)
    every: set[str] = set().union(*articles) if articles else set()
    share = len(words & every) / len(words) if words else 0.0
    best = max((len(words & a) for a in articles), default=0) / len(words) if words else 0.0
    letters = sum(c.isalnum() for c in text)
    shape = np.array([np.log1p(len(text)), not words, letters <= 2, share, best], np.float32)
    return np.concatenate([np.max(cues, axis=0), np.mean(cues, axis=0), shape]).astype(np.float32)
