"""Split: comments become atomic opinions, each an exact span."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, LinearModel, Matrix, boundary_features, features_of_clauses
from jietan.language.clauses import Clause, find_clauses
from jietan.language.normalize import fold
from jietan.log import track
from jietan.settings import SplitSettings
from jietan.tables import conform

__all__ = ["split", "split_text"]

_NONE, _ASK, _REASON = 0, 1, 2
_HEAD = 20
_ORDER = ("none", "ask", "reason")


def _labels(probabilities: Matrix, lengths: list[int], heads: list[bool], shortest: int) -> list[int]:
    """Choose a label for every clause; a comment that says anything has at least one ask."""
    labels = [int(k) for k in probabilities.argmax(axis=1)]
    labels = [_NONE if h or (n < shortest and k == _REASON) else k for k, n, h in zip(labels, lengths, heads, strict=True)]
    if _ASK not in labels:
        asking = np.where(heads, -1.0, probabilities[:, _ASK])
        labels[int(asking.argmax())] = _ASK
    return labels


def _is_head(text: str, clause: Clause) -> bool:
    """Say whether a clause only announces what follows: 意见如下：, 婆婆：, 关于第三条：."""
    return clause.end - clause.start <= _HEAD and text[clause.end - 1] in ":：" and clause.end < len(text)


def _aligned(model: LinearModel, features: Matrix) -> Matrix:
    order = [model.classes.index(name) for name in _ORDER]
    return model.probabilities(features)[:, order]


def _joined(clauses: list[Clause], labels: list[int], splits: list[bool]) -> list[tuple[int, int, bool]]:
    spans: list[tuple[int, int, bool]] = []
    previous = -1
    for i, clause in enumerate(clauses):
        if labels[i] == _NONE:
            continue
        if spans and previous == i - 1 and labels[previous] == labels[i] and not splits[previous] and not clause.marked:
            spans[-1] = (spans[-1][0], clause.end, spans[-1][2])
        else:
            spans.append((clause.start, clause.end, labels[i] == _REASON))
        previous = i
    return spans


def split_text(text: str, models: LabelModels, shortest: int = 4) -> list[tuple[int, int, bool]]:
    """Split one comment.

    Args:
        text: The comment.
        models: Linear models with ``clause`` and ``boundary``.
        shortest: Clauses with fewer characters are no grounds of their own.

    Returns:
        (start, end, whether it gives grounds only) in order; empty where the text holds no words.
    """
    clauses = find_clauses(text)
    if not clauses:
        return []
    features = features_of_clauses(fold(text), clauses)
    probabilities = _aligned(models["clause"], features)
    heads = [_is_head(text, c) for c in clauses]
    labels = _labels(probabilities, [c.end - c.start for c in clauses], heads, shortest)
    splits = np.zeros(0, bool)
    if len(clauses) > 1:
        boundary = models["boundary"]
        between = boundary_features(features, clauses, labels)
        splits = boundary.probabilities(between)[:, boundary.classes.index("split")] > 0.5
    return _joined(clauses, labels, [bool(s) for s in splits])


def split(received: pd.DataFrame, models: LabelModels, settings: SplitSettings) -> pd.DataFrame:
    """Split all comments.

    Args:
        received: Comments as received.
        models: Linear models.
        settings: ``split`` settings.

    Returns:
        The table ``spans`` with the further column ``reason``: whether the span only gives grounds.
    """
    rows = []
    pairs = zip(received["comment_id"], received["text"], strict=True)
    for comment_id, text in track(pairs, "拆分观点", total=len(received)):
        for start, end, reason in split_text(text, models, settings.min_chars):
            rows.append(
                {
                    "opinion_id": f"{comment_id}:{start}-{end}",
                    "comment_id": comment_id,
                    "start": start,
                    "end": end,
                    "text": text[start:end],
                    "reason": reason,
                }
            )
    return conform(pd.DataFrame(rows), "spans")
