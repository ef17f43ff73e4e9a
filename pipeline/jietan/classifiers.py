"""The linear models of ``models/jietan-labels-zh``: which clause asks, and what an opinion or a comment is.

Each model is a table of weights over named features (:mod:`jietan.features`) and over runs of characters
(:mod:`jietan.language.grams`), stored as plain JSON numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from jietan.errors import ModelError
from jietan.features import (
    BOUNDARY_FEATURES,
    CLAUSE_CLASSES,
    CLAUSE_FEATURES,
    COMMENT_FEATURES,
    MESSAGE_FEATURES,
    OPINION_FEATURES,
    Matrix,
)
from jietan.language.grams import GramIndex, Rows
from jietan.resources import model_weights

__all__ = [
    "FEATURES",
    "GRAM_SCALE",
    "NO_GRAMS",
    "PLACES",
    "LabelModels",
    "LinearModel",
    "Rows",
    "around",
    "gram_table",
    "load_models",
    "read_models",
]

FEATURES: Mapping[str, tuple[str, ...]] = {
    "clause": CLAUSE_FEATURES,
    "boundary": BOUNDARY_FEATURES,
    "kind": OPINION_FEATURES,
    "stance": OPINION_FEATURES,
    "operation": OPINION_FEATURES,
    "triage": COMMENT_FEATURES,
    "triage_no_draft": MESSAGE_FEATURES,
}
#: Whose runs of characters a model sees: its own text's, or those of the clauses beside it.
PLACES: Mapping[str, tuple[str, ...]] = {"clause": ("own", "before", "after"), "boundary": ("left", "right")}
#: The runs of characters of a text weigh together as one vector of this length.
GRAM_SCALE: Mapping[str, float] = {"triage": 5.0, "triage_no_draft": 8.0}
NO_GRAMS: Rows = np.zeros(0, np.int32)
_UNIT = 1000


def _add_grams(scores: Matrix, table: Matrix, rows: Sequence[Rows]) -> None:
    """Add to each score what the runs of characters of its text weigh together."""
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    filled = np.flatnonzero(sizes)
    if not len(filled):
        return
    starts = np.cumsum(sizes[filled]) - sizes[filled]
    sums = np.add.reduceat(table[np.concatenate(rows)], starts, axis=0)  # adds in the order of the rows, as sum() does
    scores[filled] += sums / np.sqrt(sizes[filled].astype(np.float32))[:, None]


@dataclass(frozen=True)
class LinearModel:
    """A multinomial logistic regression.

    Args:
        classes: Class names.
        weights: Array of shape (classes, features).
        bias: Array of shape (classes,).
        grams: Place → array of shape (runs of characters, classes), already scaled.
        temperature: Divides the scores, so that probabilities are right as often as they say.
    """

    classes: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    grams: Mapping[str, Matrix] = field(default_factory=dict)
    temperature: float = 1.0

    def probabilities(self, features: Matrix, **places: Sequence[Rows]) -> Matrix:
        """Return class probabilities of shape (rows, classes).

        Args:
            features: Array of shape (rows, features).
            places: For each place of the model the runs of characters that stand there, one array for each row.
        """
        # einsum, not BLAS: one row's sum must not depend on how many rows come with it
        scores = np.einsum("ij,kj->ik", features, self.weights, optimize=False) + self.bias
        for place, table in self.grams.items():
            _add_grams(scores, table, places[place])
        scores /= np.float32(self.temperature)
        scores -= scores.max(axis=1, keepdims=True)
        exp = np.exp(scores)
        return np.asarray(exp / exp.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class LabelModels:
    """All linear models of one folder.

    Args:
        name: Name of the folder.
        fingerprint: sha256 of the file.
        trained_on: sha256 of the labelled files the models were trained on.
        models: The models by name.
        vocabulary: Run of characters → its row in the models' tables.
        transitions: What speaks for one clause class after another, inside and across sentences, shape (2, 3, 3).
    """

    name: str
    fingerprint: str
    trained_on: tuple[str, ...]
    models: Mapping[str, LinearModel]
    vocabulary: Mapping[str, int]
    transitions: Matrix

    def __getitem__(self, name: str) -> LinearModel:
        """Return one model by name."""
        return self.models[name]

    def rows(self, folded: str) -> Rows:
        """Return the rows of a folded text's runs of characters, in ascending order."""
        return self.rows_of([folded])[0]

    def rows_of(self, folded: Sequence[str]) -> list[Rows]:
        """Return for each of several folded texts what :meth:`rows` returns."""
        return self._index.rows(folded)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process by name: each loads the file for itself."""
        return _load_same, (self.name, self.fingerprint)

    @cached_property
    def _index(self) -> GramIndex:
        return GramIndex(sorted(self.vocabulary, key=self.vocabulary.__getitem__))


def around(rows: Sequence[Rows]) -> dict[str, list[Rows]]:
    """Return the runs of characters of each clause and of its neighbours, as the clause model wants them."""
    return {"own": list(rows), "before": [NO_GRAMS, *rows[:-1]], "after": [*rows[1:], NO_GRAMS]}


class _MismatchError(Exception):
    """A model was made for other features than the program's."""


def _model(name: str, data: Mapping[str, Any], n_grams: int) -> LinearModel:
    """Build one model.

    Raises:
        _MismatchError: It was made for other features, or its tables have the wrong shape.
    """
    classes = tuple(data["classes"])
    weights, bias = np.array(data["weights"], np.float32), np.array(data["bias"], np.float32)
    places = PLACES.get(name, ("own",))
    scale = np.float32(GRAM_SCALE.get(name, 3.0) / _UNIT)
    tables = {p: np.ascontiguousarray(np.array(data["grams"][p], np.float32).T) * scale for p in places}
    shapes = [weights.shape == (len(classes), len(FEATURES[name])), bias.shape == (len(classes),)]
    shapes += [t.shape == (n_grams, len(classes)) for t in tables.values()]
    if tuple(data["features"]) != FEATURES[name] or not all(shapes):
        raise _MismatchError(name)
    return LinearModel(classes, weights, bias, tables, float(data["temperature"]))


def read_models(name: str, raw: bytes, where: str = "") -> LabelModels:
    """Read the models of one file.

    Args:
        name: What to call them.
        raw: The file.
        where: Its place, for messages.

    Raises:
        ModelError: The file is damaged, or made for other features.
    """
    try:
        data = json.loads(raw)
        listed = [str(g) for g in data["grams"]]
        models = {key: _model(key, data["models"][key], len(listed)) for key in FEATURES}
        transitions = np.array(data["transitions"], np.float32).reshape(2, len(CLAUSE_CLASSES), len(CLAUSE_CLASSES))
    except _MismatchError as error:
        todo = "请用同一版本的 models/jietan-labels-zh"
        raise ModelError("分类模型与程序版本不配", where=f"{where} {error}".strip(), todo=todo) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("分类模型缺失或已损坏", where=where or name, todo="请重新安装 jietan") from error
    vocabulary = {g: i for i, g in enumerate(listed)}
    return LabelModels(name, hashlib.sha256(raw).hexdigest(), tuple(data.get("trained_on", ())), models, vocabulary, transitions)


@lru_cache(maxsize=4)
def load_models(name: str) -> LabelModels:
    """Load a shipped set of linear models, or one in a folder.

    Args:
        name: Name below ``models/``, or a folder.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    return read_models(str(name), *model_weights(str(name), "分类模型"))


def _load_same(name: str, fingerprint: str) -> LabelModels:
    """Load the models that another process has."""
    models = load_models(name)
    if models.fingerprint != fingerprint:
        raise ModelError("分类模型在运行中变了", where=name, todo="请再运行一次")
    return models


def gram_table(table: Iterable[Iterable[float]]) -> list[list[int]]:
    """Write a table of weights of shape (classes, runs of characters) in whole thousandths."""
    return [[round(w * _UNIT) for w in row] for row in table]
