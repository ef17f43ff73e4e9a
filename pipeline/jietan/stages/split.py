"""Split: comments become atomic opinions, each an exact span."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, around
from jietan.features import CLAUSE_CLASSES, Matrix, boundary_features, clause_features
from jietan.language.clauses import Clause, find_clauses
from jietan.language.normalize import fold
from jietan.log import track
from jietan.settings import SplitSettings
from jietan.tables import conform

__all__ = ["split", "split_text"]

_NONE, _ASK, _REASON = 0, 1, 2
_HEAD = 20
_SPLIT = 0.5


def _best_path(scores: Matrix, transitions: Matrix, clauses: list[Clause]) -> list[int]:
    """Return the classes that go best together (Viterbi); ties go to the earlier class."""
    best, came_from = scores[0], []
    for i in range(1, len(clauses)):
        ways = best[:, None] + transitions[int(clauses[i - 1].ends_sentence)]
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + scores[i]
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _labels(text: str, clauses: list[Clause], probabilities: Matrix, transitions: Matrix, shortest: int) -> list[int]:
    """Choose a class for every clause; a comment that says anything has at least one ask."""
    heads = [_is_head(text, c) for c in clauses]
    labels = _best_path(np.log(probabilities + np.float32(1e-9)), transitions, clauses)
    short = [c.end - c.start < shortest for c in clauses]
    labels = [_NONE if h or (s and k == _REASON) else k for k, s, h in zip(labels, short, heads, strict=True)]
    if _ASK not in labels:
        asking = np.where(heads, -1.0, probabilities[:, _ASK])
        labels[int(asking.argmax())] = _ASK
    return labels


def _is_head(text: str, clause: Clause) -> bool:
    """Say whether a clause only announces what follows: 意见如下：, 婆婆：, 关于第三条：."""
    return clause.end - clause.start <= _HEAD and text[clause.end - 1] in ":：" and clause.end < len(text)


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
    folded = fold(text)
    features = clause_features(folded, clauses)
    rows = [models.rows(folded[c.start : c.end]) for c in clauses]
    model, boundary = models["clause"], models["boundary"]
    order = [model.classes.index(name) for name in CLAUSE_CLASSES]
    probabilities = model.probabilities(features, **around(rows))[:, order]
    labels = _labels(text, clauses, probabilities, models.transitions, shortest)
    between = boundary_features(features, clauses, labels)
    splits = boundary.probabilities(between, left=rows[:-1], right=rows[1:])[:, boundary.classes.index("split")] > _SPLIT
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
