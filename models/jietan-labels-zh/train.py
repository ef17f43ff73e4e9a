"""Train the linear models: ``python models/jietan-labels-zh/train.py DATA_DIR [--gold DIR ...]``.

DATA_DIR holds statutes_shanghai.jsonl.gz: the regulations that stand for the drafts of corpora/training. Learnt from are
the consultations there but for those kept apart, the messages there, corpora/consultation_a, and each further DIR with
comments.csv, draft.md and gold.jsonl. Leaves out one domain after another (messages in three parts) to print scores, then
writes weights.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from crossing import leave_out  # noqa: E402
from examples import (  # noqa: E402
    Document,
    Examples,
    clause_labels,
    collect,
    has_opinions,
    known,
    places_of,
    read_folder,
    read_messages,
    read_training,
    vocabulary,
)

from jietan.classifiers import FEATURES, GRAM_SCALE, LabelModels, gram_table, read_models  # noqa: E402
from jietan.language.clauses import find_clauses  # noqa: E402

STRENGTH = 0.3
#: Classes weigh by their share to the minus this: 1 makes rare classes as heavy as common ones, 0 leaves them be.
BALANCE = {"triage": 1.0, "triage_no_draft": 1.0, "kind": 0.5, "stance": 0.5, "operation": 0.5}
#: How much the order of clause classes counts beside the clauses themselves.
TRANSITION_WEIGHT = 0.6


def _matrix(name: str, examples: Examples, index: dict[str, int], chosen: list[int]) -> Any:  # noqa: ANN401
    blocks = [sparse.csr_matrix(np.array([examples.rows[i] for i in chosen]))]
    for place in places_of(name):
        rows = known([examples.places[place][i] for i in chosen], index)
        values = np.concatenate([np.full(len(r), GRAM_SCALE.get(name, 3.0) / np.sqrt(max(1, len(r)))) for r in rows])
        ends = np.cumsum([0, *(len(r) for r in rows)])
        blocks.append(sparse.csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), len(index))))
    return sparse.hstack(blocks).tocsr()


def fit(name: str, examples: Examples, index: dict[str, int], domains: set[str]) -> dict[str, Any]:
    """Fit one model on some domains and write it as plain numbers; a two-class model gets a zero row for its first class."""
    chosen = [i for i, d in enumerate(examples.domains) if d in domains]
    labels = [examples.labels[i] for i in chosen]
    count = Counter(labels)
    weight = {c: (len(labels) / len(count) / n) ** BALANCE.get(name, 0.0) for c, n in count.items()}
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3, class_weight=weight)
    model.fit(_matrix(name, examples, index, chosen), labels)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, bias[0]])
    n, size = len(FEATURES[name]), len(index)
    tables = {p: gram_table(weights[:, n + k * size : n + (k + 1) * size]) for k, p in enumerate(places_of(name))}
    return {
        "classes": [str(c) for c in model.classes_],
        "features": list(FEATURES[name]),
        "weights": np.round(weights[:, :n], 4).tolist(),
        "bias": np.round(bias, 4).tolist(),
        "grams": tables,
        "temperature": 1.0,
    }


def transitions(documents: list[Document]) -> list[Any]:
    """Return how much likelier than chance one class follows another, inside and across sentences, shape (2, 3, 3)."""
    counts = np.ones((2, 3, 3))
    for text, d in {d.text: d for d in documents if has_opinions(d)}.items():
        clauses = find_clauses(text)
        labels, _ = clause_labels(d, clauses)
        for i in range(len(clauses) - 1):
            counts[int(clauses[i].ends_sentence), labels[i], labels[i + 1]] += 1
    p = counts / counts.sum((1, 2), keepdims=True)
    ratio = np.log(p / p.sum(2, keepdims=True) / p.sum(1, keepdims=True))
    table: list[Any] = np.round(TRANSITION_WEIGHT * ratio, 4).tolist()
    return table


def train(documents: list[Document], data: dict[str, Examples], domains: set[str]) -> dict[str, Any]:
    """Train every model on some domains."""
    listed = vocabulary(data, domains)
    index = {g: i for i, g in enumerate(listed)}
    return {
        "grams": listed,
        "transitions": transitions([d for d in documents if d.domain in domains]),
        "models": {name: fit(name, examples, index, domains) for name, examples in data.items()},
    }


def main() -> int:
    """Cross-validate, train and write weights.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--gold", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args()
    documents, hashes = read_training(args.data)
    messages, more = read_messages()
    documents, hashes = documents + messages, hashes + more
    for folder in [HERE.parents[1] / "corpora" / "consultation_a", *args.gold]:
        found, sha256 = read_folder(folder)
        documents += found
        hashes.append(sha256)
    data = collect(documents)
    domains = {d.domain for d in documents}

    def without(left_out: set[str]) -> LabelModels:
        return read_models("left out", json.dumps(train(documents, data, domains - left_out)).encode())

    scores, temperatures = leave_out(documents, without)
    out = {"trained_on": hashes, "cross_validation": scores} | train(documents, data, domains)
    for name, temperature in temperatures.items():
        out["models"][name]["temperature"] = temperature
    args.out.write_text(json.dumps(out, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB, {len(out['grams'])} grams")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
