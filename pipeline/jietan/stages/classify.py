"""Classify: what a comment is for, and what each opinion wants and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, Rows
from jietan.features import COMMENT_FEATURES, Matrix, comment_features, opinion_features
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.segment import content_words
from jietan.log import track
from jietan.tables import conform

__all__ = ["choose_labels", "classify", "triage_of"]

# An opinion on the draft sent elsewhere is a voice lost; a stray one kept costs the reader a glance.
_FAVOUR = 2.0


_WHAT = re.compile(
    r"(?:是指|指的是|算不算|是否属于|是否包括|是否适用|包括哪些|由谁|如何认定|怎么认定|怎样认定|什么叫|何为)[^。!]{0,40}[?]"
    r"|请(?:予)?释明"
)
_DEMANDS = ("suggest", "hope", "can_we", "should", "must", "add", "delete", "change_to", "rhetoric", "must_not")
_LEGAL = tuple(COMMENT_FEATURES.index(name) for name in ("draft_word", "citation", "legal_words"))


#: What goes together: support keeps the text, a question wants an explanation, mere opposition asks for no change.
_TRIPLES = (
    ("建议", "modify", "增加"),
    ("建议", "modify", "修改"),
    ("建议", "modify", "细化"),
    ("建议", "support", "保留"),
    ("建议", "oppose", "删除"),
    ("支持", "support", "保留"),
    ("问题", "neutral", "释明"),
    ("反对", "oppose", "none"),
)
_LABELS = ("kind", "stance", "operation")


def triage_of(texts: Sequence[str], draft: Sequence[frozenset[str]], models: LabelModels) -> tuple[list[str], list[float]]:
    """Say what comments are for.

    Args:
        texts: The comments.
        draft: Content words of each article of the draft; empty without a draft.
        models: Linear models.

    Returns:
        For each comment its class and the probability of it.
    """
    if not len(texts):
        return [], []
    model = models["triage" if draft else "triage_no_draft"]
    matrix = np.stack([comment_features(t, draft) for t in texts])
    weights = np.ones((len(matrix), len(model.classes)), np.float32)
    legislative = model.classes.index("legislative")
    weights[:, legislative] = _FAVOUR
    if not draft:  # with no draft on the table, what is said about law names law
        weights[~matrix[:, _LEGAL].any(axis=1), legislative] = 0.0
    probabilities = model.probabilities(matrix, own=[models.rows(fold(t)) for t in texts]) * weights
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    empty = [not any(c.isalnum() for c in t) for t in texts]
    names = ["empty" if e else model.classes[k] for k, e in zip(probabilities.argmax(axis=1), empty, strict=True)]
    return names, [1.0 if e else round(float(p), 4) for p, e in zip(probabilities.max(axis=1), empty, strict=True)]


def _triage(received: pd.DataFrame, articles: pd.DataFrame, models: LabelModels) -> pd.DataFrame:
    draft = [frozenset(content_words(t)) for t in articles["text"]]
    names: list[str] = []
    probabilities: list[float] = []
    for text in track(received["text"], "分流意见", total=len(received)):
        name, probability = triage_of([text], draft, models)
        names += name
        probabilities += probability
    rows = {"comment_id": received["comment_id"].tolist(), "triage": names, "triage_probability": probabilities}
    return conform(pd.DataFrame(rows), "triage")


def _asks_plainly(text: str) -> bool:
    """Say whether an opinion is a question and nothing else: too few stand in the training data for the model to learn."""
    folded = fold(text)
    return _WHAT.search(folded) is not None and not any(CUES[name].search(folded) for name in _DEMANDS)


def choose_labels(texts: Sequence[str], features: Matrix, rows: Sequence[Rows], models: LabelModels) -> list[dict[str, Any]]:
    """Choose the three labels of opinions, such that they agree.

    Grounds ask for no change. Otherwise the three that go together and are likeliest together.

    Args:
        texts: The opinions.
        features: Their features, shape (opinions, features).
        rows: Their runs of characters.
        models: Linear models.

    Returns:
        For each opinion kind, stance and operation, and the probability of each.
    """
    found = {name: models[name].probabilities(features, own=rows) for name in _LABELS}
    place = {name: {c: k for k, c in enumerate(models[name].classes)} for name in _LABELS}
    logs = {name: np.log(found[name] + np.float32(1e-6)) for name in _LABELS}
    together = np.stack([sum(logs[n][:, place[n][c]] for n, c in zip(_LABELS, triple, strict=True)) for triple in _TRIPLES], axis=1)
    out = []
    for i, text in enumerate(texts):
        chosen = _TRIPLES[int(together[i].argmax())]
        if found["kind"][i].argmax() == place["kind"]["理由"]:
            chosen = ("理由", models["stance"].classes[int(found["stance"][i].argmax())], "none")
        elif _asks_plainly(text):
            chosen = ("问题", "neutral", "释明")
        row: dict[str, Any] = dict(zip(_LABELS, chosen, strict=True))
        out.append(row | {f"{n}_probability": round(float(found[n][i, place[n][row[n]]]), 4) for n in _LABELS})
    return out


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
    labels: list[dict[str, Any]] = []
    for comment_id, group in track(spans.groupby("comment_id", sort=False), "标注观点", total=spans["comment_id"].nunique()):
        text = texts[str(comment_id)]
        folded = fold(text)
        places = list(zip(group["start"], group["end"], group["reason"], strict=True))
        rows = [models.rows(folded[a:b]) for a, b, _ in places]
        found = choose_labels([text[a:b] for a, b, _ in places], opinion_features(text, places), rows, models)
        labels += [{"opinion_id": o} | row for o, row in zip(group["opinion_id"], found, strict=True)]
    columns = ["opinion_id", *(c for n in _LABELS for c in (n, f"{n}_probability"))]
    table = pd.DataFrame(labels, columns=columns).set_index("opinion_id").reindex(spans["opinion_id"]).reset_index()
    return _triage(received, articles, models), conform(table, "labels")
