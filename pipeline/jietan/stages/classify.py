"""Classify: what a comment is for, and what each opinion wants and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, LinearModel, Matrix, comment_features, opinion_features
from jietan.language.segment import content_words
from jietan.log import track
from jietan.tables import conform

__all__ = ["classify"]


# An opinion on the draft sent elsewhere is a voice lost; a stray one kept costs the reader a glance.
_FAVOUR = {"legislative": 2.0}


def _best(model: LinearModel, features: Matrix, favour: Mapping[str, float] | None = None) -> tuple[list[str], list[float]]:
    probabilities = model.probabilities(features) * np.array([(favour or {}).get(c, 1.0) for c in model.classes], np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    chosen = probabilities.argmax(axis=1)
    return [model.classes[k] for k in chosen], [round(float(p[k]), 4) for p, k in zip(probabilities, chosen, strict=True)]


def _triage(received: pd.DataFrame, articles: pd.DataFrame, models: LabelModels) -> pd.DataFrame:
    model = models["triage" if len(articles) else "triage_no_draft"]
    words = [frozenset(content_words(t)) for t in articles["text"]]
    features = [comment_features(t, words) for t in track(received["text"], "分流意见", total=len(received))]
    names, probabilities = _best(model, np.array(features, np.float32), _FAVOUR) if features else ([], [])
    empty = [not any(c.isalnum() for c in t) for t in received["text"]]
    rows = {
        "comment_id": received["comment_id"].tolist(),
        "triage": ["empty" if e else n for n, e in zip(names, empty, strict=True)],
        "triage_probability": [1.0 if e else p for p, e in zip(probabilities, empty, strict=True)],
    }
    return conform(pd.DataFrame(rows), "triage")


def _consistent(row: dict[Any, Any]) -> dict[Any, Any]:
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
    return row


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
    rows = [_consistent(r) for r in pd.DataFrame(columns).to_dict("records")]
    labels_table = conform(pd.DataFrame(rows, columns=list(columns)), "labels")
    return _triage(received, articles, models), labels_table
