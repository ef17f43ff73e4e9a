"""Train the model of same asks: ``python models/jietan-asks-zh/train.py DATA_DIR``.

DATA_DIR holds statutes_shanghai.jsonl.gz: the regulations that stand for the drafts of corpora/training. Learnt from are
the consultations there but for those kept apart, and corpora/consultation_a. Leaves out one group of domains after
another to print scores, then writes weights.json beside this file. About twenty minutes on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from flatten import flatten  # noqa: E402
from pairs import Domain, describe, part, read_domains  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score  # noqa: E402

from jietan.pairing import DRAFT_FEATURES, FEATURES  # noqa: E402
from jietan.trees import Trees  # noqa: E402

TREES: dict[str, Any] = {
    **{"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 4, "min_samples_leaf": 60, "l2_regularization": 20.0},
    **{"max_features": 0.5, "early_stopping": False, "random_state": 0},
}
#: How much a pair of one theme counts that is not the same ask: these are what the model gets wrong.
HARD = 3.0
#: The sample has as many same pairs as all other domains together; it is also cut into two and four parts, as smaller
#: consultations look, and each cut weighs this much.
SAMPLE, SAMPLE_WEIGHT, CUTS = "consultation_a", 0.4, (1, 2, 4)
FOLDS = 5

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def training_sets(domains: list[Domain], seed: int = 0) -> list[tuple[str, float, Domain]]:
    """Return name, weight and opinions of everything to learn from."""
    out = []
    for domain in domains:
        if domain.name != SAMPLE:
            out.append((domain.name, 1.0, domain))
            continue
        comments = sorted(set(domain.comments))
        rng = np.random.default_rng(seed)
        for cut in CUTS:
            place = dict(zip(comments, rng.integers(0, cut, len(comments)).tolist(), strict=True))
            parts = [part(domain, [place[c] == k and f for c, f in zip(domain.comments, domain.fresh, strict=True)]) for k in range(cut)]
            out += [(SAMPLE, SAMPLE_WEIGHT, p) for p in parts]
    return out


class Pairs:
    """Features and labels of pairs, by domain."""

    def __init__(self, sets: list[tuple[str, float, Domain]]) -> None:
        """Compute the features."""
        described = [describe(domain) for _, _, domain in sets]
        self.features = np.concatenate([d.features for d in described]).astype(np.float64)
        self.same = np.concatenate([d.same for d in described]).astype(int)
        self.hard = np.concatenate([d.hard for d in described])
        self.weight = np.concatenate([np.where(d.known, w, 0.0) for d, (_, w, _) in zip(described, sets, strict=True)])
        self.domain = np.concatenate([np.full(len(d.same), name, dtype=object) for d, (name, _, _) in zip(described, sets, strict=True)])


def fit(pairs: Pairs, rows: Any, *, draft: bool) -> Trees:  # noqa: ANN401  (boolean array)
    """Return trees learnt from some of the pairs."""
    used = np.array([k for k, name in enumerate(FEATURES) if draft or name not in DRAFT_FEATURES])
    rows = rows & (pairs.weight > 0)
    weight = (pairs.weight * np.where(pairs.hard, HARD, 1.0))[rows]
    model = HistGradientBoostingClassifier(**TREES).fit(pairs.features[rows][:, used], pairs.same[rows], sample_weight=weight)
    trees = flatten(model, used)
    gap = trees.sum(pairs.features[rows].astype(np.float32)) - model.decision_function(pairs.features[rows][:, used])
    if np.abs(gap).mean() > 0.002:
        raise ValueError("the arrays do not say what the model says")
    return trees


def cross_validate(pairs: Pairs, *, draft: bool) -> dict[str, dict[str, float]]:
    """Score the sample by a model of the other domains, and the others by models of four fifths of them and the sample."""
    names = sorted(set(pairs.domain) - {SAMPLE})
    folds = [[SAMPLE], *(names[k::FOLDS] for k in range(FOLDS))]
    odds = np.zeros(len(pairs.same))
    for fold in folds:
        held = np.isin(pairs.domain.astype(str), fold)
        odds[held] = fit(pairs, ~held, draft=draft).sum(pairs.features[held].astype(np.float32))
    out = {}
    for name, rows in (("sample", pairs.domain == SAMPLE), ("domains", pairs.domain != SAMPLE)):
        rows &= pairs.weight > 0
        near = rows & ((pairs.same == 1) | pairs.hard)
        out[name] = {
            "average_precision": round(float(average_precision_score(pairs.same[rows], odds[rows])), 3),
            "auc_within_theme": round(float(roc_auc_score(pairs.same[near], odds[near])), 3),
            "log_loss": round(float(log_loss(pairs.same[rows], 1 / (1 + np.exp(-odds[rows])))), 4),
            "cosine_average_precision": round(float(average_precision_score(pairs.same[rows], pairs.features[rows, 0])), 3),
        }
    return out


def main() -> int:
    """Cross-validate, train and write weights.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args()
    domains, files = read_domains(args.data)
    pairs = Pairs(training_sets(domains))
    data: dict[str, Any] = {
        "features": list(FEATURES),
        "trained_on": [hashlib.sha256(f.read_bytes()).hexdigest() for f in files],
        "cross_validation": {name: cross_validate(pairs, draft=name == "with_draft") for name in ("with_draft", "without_draft")},
    }
    everything = np.ones(len(pairs.same), bool)
    data |= {name: asdict(fit(pairs, everything, draft=name == "with_draft")) for name in ("with_draft", "without_draft")}
    args.out.write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(data["cross_validation"], indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
