"""Whether a change answers an ask: a model that has learnt from consultations with an invented outcome.

The model lies in ``models/jietan-outcomes-zh`` as plain JSON numbers: boosted trees and a line, whose chances are averaged,
once for whether a change has to do with an ask at all, and once for whether it gives all that was asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from jietan.embedders import Embedder
from jietan.errors import ModelError
from jietan.loop.asking import Ask
from jietan.loop.changes import Change
from jietan.loop.fitting import FEATURES, Fitting, Matrix
from jietan.loop.revisions import Revisions
from jietan.resources import model_weights
from jietan.trees import Trees, read_trees

__all__ = ["OUTCOMES", "Answer", "OutcomeModel", "Weighing", "Weights", "decide", "load_model", "read_model"]

_WHAT, _NAME = "判断采纳情况的模型", "jietan-outcomes-zh"
_PARTS = ("answers", "whole")
Outcome = Literal["full", "partial", "no"]
OUTCOMES: tuple[Outcome, ...] = ("full", "partial", "no")
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Weights:
    """Says how likely something is, from features: the mean of what trees and a line say.

    Args:
        trees: Log-odds by boosted trees.
        line: Weight of each feature, in its order.
        bias: What is added to the line.
    """

    trees: Trees
    line: Numbers
    bias: float

    def chance(self, rows: Matrix) -> Numbers:
        """Return the chance for each row of features.

        Args:
            rows: Shape (n, features).
        """
        both = self.trees.sum(rows), rows.astype(np.float64) @ self.line + self.bias
        return np.asarray(sum(1 / (1 + np.exp(-odds)) for odds in both) / 2)


@dataclass(frozen=True)
class OutcomeModel:
    """What is learnt, and where to cut.

    Args:
        fingerprint: sha256 of the file.
        answers: Chance that a change has to do with an ask.
        whole: Chance that such a change gives all that was asked.
        answered: From this chance on an ask counts as answered.
        full: From this share of it on, in full.
    """

    fingerprint: str
    answers: Weights
    whole: Weights
    answered: float
    full: float


@dataclass(frozen=True)
class Answer:
    """What a model makes of an ask.

    Attributes:
        outcome: ``full``, ``partial`` or ``no``.
        chance: Chance of that outcome, 0 to 1.
        change: The change that answers it best, if there is any change.
    """

    outcome: Outcome
    chance: float
    change: Change | None


class Weighing:
    """Weighs asks against the changes of one text.

    Args:
        revisions: What changed.
        embedder: Encoder for asks in other words than the text's.
        model: What was learnt.
    """

    def __init__(self, revisions: Revisions, embedder: Embedder, model: OutcomeModel) -> None:
        """Encode every change once."""
        self._fitting, self._model = Fitting(revisions, embedder), model

    def chances(self, ask: Ask) -> tuple[Numbers, Change | None]:
        """Return the chances of full, partial and no, and the change that fits best.

        Args:
            ask: What is asked for.
        """
        if not self._fitting.changed or not ask.texts:
            return np.array([0.0, 0.0, 1.0]), None
        rows = self._fitting.features(ask)
        answers = self._model.answers.chance(rows).round(6)
        best = int(np.argmax(answers))
        answered, whole = float(answers[best]), float(self._model.whole.chance(rows[best : best + 1])[0])
        return np.array([answered * whole, answered * (1 - whole), 1 - answered]), self._fitting.changed[best]

    def weigh(self, ask: Ask) -> Answer:
        """Say what became of an ask.

        Args:
            ask: What is asked for.
        """
        chances, change = self.chances(ask)
        outcome = decide(chances, self._model.answered, self._model.full)
        return Answer(outcome, float(chances[OUTCOMES.index(outcome)]), change)


def decide(chances: Numbers, answered: float, full: float) -> Outcome:
    """Choose an outcome.

    Args:
        chances: Of full, partial and no.
        answered: From this chance on an ask counts as answered.
        full: From this share of it on, in full.
    """
    if 1 - chances[2] < answered:
        return "no"
    return "full" if chances[0] / max(chances[0] + chances[1], 1e-9) >= full else "partial"


def read_model(raw: bytes, where: str) -> OutcomeModel:
    """Read the weights.

    Args:
        raw: The file.
        where: Its place, for messages.

    Raises:
        ModelError: The file is damaged, or made for other features.
    """
    data, trees = read_trees(raw, where, (_WHAT, _NAME), FEATURES, _PARTS)
    try:
        lines = [np.array(data["lines"][name], np.float64) for name in _PARTS]
        answers, whole = (Weights(t, line[1:], float(line[0])) for t, line in zip(trees, lines, strict=True))
        cuts = float(data["answered"]), float(data["full"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(f"{_WHAT}缺失或已损坏", where=where, todo="请重新安装 jietan") from error
    if any(len(line) != len(FEATURES) + 1 or not np.isfinite(line).all() for line in lines):
        raise ModelError(f"{_WHAT}与程序版本不配", where=where, todo=f"请用同一版本的 models/{_NAME}")
    return OutcomeModel(hashlib.sha256(raw).hexdigest(), answers, whole, *cuts)


@lru_cache(maxsize=1)
def load_model() -> OutcomeModel:
    """Load the shipped model.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    return read_model(*model_weights(_NAME, _WHAT))
