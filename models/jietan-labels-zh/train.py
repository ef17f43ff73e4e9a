"""Train the linear models on a labelled consultation: ``python models/jietan-labels-zh/train.py [GOLD_DIR ...]``.

Each GOLD_DIR holds comments.csv, draft.md and gold.jsonl. Writes weights.json beside this file and prints scores of
five-fold cross-validation, in which the letters of one campaign and the copies of one comment stay in one fold.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold

from jietan.classifiers import (
    BOUNDARY_FEATURES,
    CLAUSE_CLASSES,
    COMMENT_FEATURES,
    OPINION_FEATURES,
    boundary_features,
    comment_features,
    features_of_clauses,
    opinion_features,
)
from jietan.language.clauses import find_clauses
from jietan.language.cues import FEATURE_NAMES
from jietan.language.normalize import fold
from jietan.language.segment import content_words
from jietan.law.parse import read_draft
from jietan.reading import read_files

HERE = Path(__file__).resolve().parent
STRENGTH = {"clause": 0.3, "boundary": 0.3, "kind": 0.3, "stance": 0.3, "operation": 0.3, "triage": 0.3, "triage_no_draft": 0.3}
BALANCED = {"triage", "triage_no_draft"}
FEATURES = {
    "clause": FEATURE_NAMES,
    "boundary": BOUNDARY_FEATURES,
    "kind": OPINION_FEATURES,
    "stance": OPINION_FEATURES,
    "operation": OPINION_FEATURES,
    "triage": COMMENT_FEATURES,
    "triage_no_draft": COMMENT_FEATURES,
}


@dataclass
class Examples:
    """Feature rows, labels and fold groups of one model."""

    rows: list[Any] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, rows: Any, labels: list[str], group: str) -> None:  # noqa: ANN401
        """Add rows that belong to one comment."""
        self.rows += list(rows)
        self.labels += labels
        self.groups += [group] * len(labels)


def owner(clause: Any, opinions: list[dict[str, Any]]) -> int:  # noqa: ANN401
    """Return which gold opinion covers more than half of a clause, or -1."""
    best, which = 0.5 * (clause.end - clause.start), -1
    for i, o in enumerate(opinions):
        overlap = min(clause.end, o["end"]) - max(clause.start, o["start"])
        if overlap > best:
            best, which = overlap, i
    return which


def add_clauses(data: dict[str, Examples], text: str, gold: dict[str, Any], group: str) -> None:
    """Add the clauses of a legislative comment and the places between them."""
    clauses = find_clauses(text)
    if not clauses:
        return
    features = features_of_clauses(fold(text), clauses)
    owners = [owner(c, gold["opinions"]) for c in clauses]
    labels = [0 if i < 0 else 2 if gold["opinions"][i]["kind"] == "理由" else 1 for i in owners]
    data["clause"].add(features, [CLAUSE_CLASSES[k] for k in labels], group)
    between = boundary_features(features, clauses, labels)
    for i, row in enumerate(between):
        if labels[i] and labels[i] == labels[i + 1]:
            data["boundary"].add([row], ["split" if owners[i] != owners[i + 1] else "join"], group)


def read_gold(folder: Path, data: dict[str, Examples]) -> str:
    """Add one labelled consultation; return the sha256 of its gold file."""
    raw = (folder / "gold.jsonl").read_bytes()
    gold = [json.loads(line) for line in raw.decode("utf-8").splitlines()]
    texts = {row.comment_id: row.text for row in read_files([folder / "comments.csv"]).rows}
    articles = [frozenset(content_words(a.text)) for a in read_draft(folder / "draft.md").articles]
    for g in gold:
        text, group = texts[g["comment_id"]], g.get("campaign_id") or g.get("duplicate_of") or g["comment_id"]
        data["triage"].add([comment_features(text, articles)], [g["triage"]], group)
        data["triage_no_draft"].add([comment_features(text)], [g["triage"]], group)
        if g["triage"] != "legislative":
            continue
        add_clauses(data, text, g, group)
        spans = [(o["start"], o["end"], o["kind"] == "理由") for o in g["opinions"]]
        rows = opinion_features(text, spans)
        data["kind"].add(rows, [o["kind"] for o in g["opinions"]], group)
        for name in ("stance", "operation"):
            data[name].add(rows, [o[name] for o in g["opinions"]], group)
    return hashlib.sha256(raw).hexdigest()


def fit(name: str, rows: Any, labels: Any) -> LogisticRegression:  # noqa: ANN401
    """Fit one model."""
    weight = "balanced" if name in BALANCED else None
    return LogisticRegression(C=STRENGTH[name], max_iter=5000, class_weight=weight).fit(rows, labels)


def cross_validate(name: str, examples: Examples) -> dict[str, float]:
    """Return accuracy and macro F1 over five folds that keep copies together."""
    rows, labels, groups = np.array(examples.rows), np.array(examples.labels), examples.groups
    predicted = labels.copy()
    for train, test in GroupKFold(5).split(rows, labels, groups):
        predicted[test] = fit(name, rows[train], labels[train]).predict(rows[test])
    return {
        "accuracy": round(float(accuracy_score(labels, predicted)), 3),
        "macro_f1": round(float(f1_score(labels, predicted, average="macro")), 3),
    }


def export(model: LogisticRegression, name: str) -> dict[str, Any]:
    """Turn a fitted model into plain numbers; a two-class model gets a zero row for its first class."""
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, bias[0]])
    return {
        "classes": [str(c) for c in model.classes_],
        "features": list(FEATURES[name]),
        "weights": np.round(weights, 5).tolist(),
        "bias": np.round(bias, 5).tolist(),
    }


def main(folders: list[Path]) -> None:
    """Train, cross-validate and write weights.json."""
    data = {name: Examples() for name in FEATURES}
    hashes = [read_gold(folder, data) for folder in folders]
    models, scores = {}, {}
    for name, examples in data.items():
        scores[name] = cross_validate(name, examples)
        print(f"{name:16s} n={len(examples.labels):5d}  {scores[name]}")
        models[name] = export(fit(name, np.array(examples.rows), np.array(examples.labels)), name)
    out = {"trained_on": hashes, "cross_validation": scores, "models": models}
    (HERE / "weights.json").write_text(json.dumps(out, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]] or [HERE.parents[1] / "corpora" / "consultation_a"])
