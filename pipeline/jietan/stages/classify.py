"""Classify: what a comment is for, and what each opinion wants and where it stands."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from jietan.classifiers import COMMENT_FEATURES, LabelModels, LinearModel, Matrix, comment_features, opinion_features
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.segment import content_words
from jietan.log import track
from jietan.tables import conform

__all__ = ["classify"]


# An opinion on the draft sent elsewhere is a voice lost; a stray one kept costs the reader a glance.
_FAVOUR = 2.0


_WHAT = re.compile(
    r"(?:是指|指的是|算不算|是否属于|是否包括|是否适用|包括哪些|由谁|如何认定|怎么认定|怎样认定|什么叫|何为)[^。!]{0,40}[?]"
    r"|请(?:予)?释明"
)
_DEMANDS = ("suggest", "hope", "can_we", "should", "must", "add", "delete", "change_to", "rhetoric", "must_not")
_LEGAL = tuple(COMMENT_FEATURES.index(name) for name in ("draft_word", "citation", "legal_words"))


def _best(model: LinearModel, features: Matrix, weights: Matrix | None = None) -> tuple[list[str], list[float]]:
    probabilities = model.probabilities(features)
    if weights is not None:
        probabilities = probabilities * weights
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    chosen = probabilities.argmax(axis=1)
    return [model.classes[k] for k in chosen], [round(float(p[k]), 4) for p, k in zip(probabilities, chosen, strict=True)]


def _triage(received: pd.DataFrame, articles: pd.DataFrame, models: LabelModels) -> pd.DataFrame:
    model = models["triage" if len(articles) else "triage_no_draft"]
    words = [frozenset(content_words(t)) for t in articles["text"]]
    features = [comment_features(t, words) for t in track(received["text"], "分流意见", total=len(received))]
    matrix = np.array(features, np.float32).reshape(len(features), len(COMMENT_FEATURES))
    weights = np.ones((len(matrix), len(model.classes)), np.float32)
    weights[:, model.classes.index("legislative")] = _FAVOUR
    if articles.empty:  # with no draft on the table, what is said about law names law
        weights[~matrix[:, _LEGAL].any(axis=1), model.classes.index("legislative")] = 0.0
    names, probabilities = _best(model, matrix, weights) if features else ([], [])
    empty = [not any(c.isalnum() for c in t) for t in received["text"]]
    rows = {
        "comment_id": received["comment_id"].tolist(),
        "triage": ["empty" if e else n for n, e in zip(names, empty, strict=True)],
        "triage_probability": [1.0 if e else p for p, e in zip(probabilities, empty, strict=True)],
    }
    return conform(pd.DataFrame(rows), "triage")


def _asks_plainly(text: str) -> bool:
    """Say whether an opinion is a question and nothing else: too few stand in the training data for the model to learn."""
    folded = fold(text)
    return _WHAT.search(folded) is not None and not any(CUES[name].search(folded) for name in _DEMANDS)


def _consistent(row: dict[Any, Any]) -> None:
    """Make the three labels agree: grounds and questions ask for no change, support keeps the text."""
    if row["kind"] == "理由":
        row["operation"] = "none"
    elif row["kind"] == "支持":
        row["stance"], row["operation"] = "support", "保留"
    elif row["kind"] == "问题":
        row["stance"], row["operation"] = "neutral", "释明"
    elif row["operation"] == "保留":
        row["stance"] = "support"
    elif row["kind"] == "反对" and row["stance"] == "support":
        row["stance"] = "oppose"


def classify(
    received: pd.DataFrame, spans: pd.DataFrame, articles: pd.DataFrame, models: LabelModels
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label comments and opinions.

    Args:
        received: Comments as received.
        spans: Opinions' spans, with ``reason``.
        articles: Articles of the draft; may be empty.
        models: Linear models.

    Returns:
        The tables ``triage`` and ``labels``.
    """
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    features: list[Matrix] = []
    for comment_id, group in spans.groupby("comment_id", sort=False):
        places = list(zip(group["start"], group["end"], group["reason"], strict=True))
        features.append(opinion_features(texts[str(comment_id)], places))
    matrix = np.vstack(features) if features else np.zeros((0, 1), np.float32)
    columns: dict[str, Any] = {"opinion_id": spans["opinion_id"].tolist()}
    for name in ("kind", "stance", "operation"):
        labels, probabilities = _best(models[name], matrix) if len(matrix) else ([], [])
        columns[name], columns[f"{name}_probability"] = labels, probabilities
    rows = pd.DataFrame(columns).to_dict("records")
    for row, text in zip(rows, spans["text"], strict=True):
        if row["kind"] != "理由" and _asks_plainly(text):
            row["kind"] = "问题"
        _consistent(row)
    labels_table = conform(pd.DataFrame(rows, columns=list(columns)), "labels")
    return _triage(received, articles, models), labels_table
