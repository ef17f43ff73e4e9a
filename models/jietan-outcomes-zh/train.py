"""Train the model of outcomes: ``python models/jietan-outcomes-zh/train.py DATA_DIR``.

DATA_DIR holds statutes_shanghai.jsonl.gz: the regulations that stand for the drafts of corpora/training. Learnt from are
the consultations for which corpora/training/finals has an invented outcome. Runs the program on each, leaves out one
after another to choose where to cut and to print scores, then writes weights.json beside this file. About fifteen minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
TRAINING = HERE.parents[1] / "corpora" / "training"
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "jietan-e5-zh")]

from finals import adopt, markdown, read_final, write_consultation  # noqa: E402
from flatten import flatten  # noqa: E402
from lessons import read_jsonl  # noqa: E402
from samples import OUTCOMES, Material, Sample, answers_of, read_material, samples_of, with_some  # noqa: E402

import jietan  # noqa: E402
from jietan.api import Run  # noqa: E402
from jietan.embedders import Embedder, load_embedder  # noqa: E402
from jietan.loop.adoption import Judge  # noqa: E402
from jietan.loop.fitting import FEATURES  # noqa: E402
from jietan.loop.weighing import OutcomeModel, Weights, decide  # noqa: E402

TREES: dict[str, Any] = {
    **{"max_iter": 120, "learning_rate": 0.06, "max_leaf_nodes": 6, "min_samples_leaf": 15},
    **{"l2_regularization": 5.0, "early_stopping": False, "random_state": 0},
}
#: In most consultations fewer asks are taken up than here: where to cut is chosen with each half of the edits, too.
HALVES = 2
#: How much a sample of each kind counts.
WEIGHTS = {"suggestion": 1.5, "position": 1.0, "opinion": 0.5, "voice": 0.5, "wrong": 0.3, "nowhere": 0.3}
ANSWERED, FULL = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6), (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def materials_of(data: Path, work: Path, embedder: Embedder) -> list[Material]:
    """Write the consultations, run the program on each, and read them: with all edits, and twice with half of them."""
    statutes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read_jsonl(data / "statutes_shanghai.jsonl.gz"):
        statutes[row["law"]].append((row["article"], row["text"]))
    out = []
    for path in sorted((TRAINING / "finals").glob("*.txt")):
        folder, run = work / path.stem, work / "runs" / path.stem
        law = write_consultation(TRAINING / "consultations" / path.name, path, statutes, folder)
        done = (run / "tables" / "suggestions.parquet").exists()
        made = Run.load(run) if done else jietan.run([folder / "comments.csv"], draft=folder / "draft.md", out=run)
        whole = read_material(path.stem, made, folder)
        edits, answers = read_final(path).edits, answers_of(whole, embedder)
        order = np.random.default_rng(0).permutation(len(edits)).tolist()
        out.append(whole)
        for k in range(HALVES):
            kept, final = sorted(order[k::HALVES]), folder / f"half_{k}.md"
            final.write_text(markdown(law, adopt(statutes[law], [edits[i] for i in kept])), "utf-8")
            out.append(with_some(whole, answers, edits, kept, final))
    return out


def _weights(rows: Any, labels: Any, weights: Any) -> Weights:  # noqa: ANN401  (arrays)
    rows = rows.astype(np.float64)
    trees = HistGradientBoostingClassifier(**TREES).fit(rows, labels, sample_weight=weights)
    scaler = StandardScaler().fit(rows)
    line = LogisticRegression(C=0.05, max_iter=500).fit(scaler.transform(rows), labels, sample_weight=weights)
    slope = (line.coef_[0] / scaler.scale_).round(5)
    bias = round(float(line.intercept_[0] - (line.coef_[0] / scaler.scale_) @ scaler.mean_), 5)
    return Weights(flatten(trees, np.arange(len(FEATURES))), slope, bias)


def fit(samples: Sequence[Sample]) -> tuple[Weights, Weights]:
    """Return what says whether a change answers an ask, and whether in full."""
    some = [s for s in samples if len(s.features)]
    rows = np.concatenate([s.features for s in some])
    hit = np.concatenate([np.arange(len(s.features)) == (-1 if s.answer is None else s.answer) for s in some])
    whole = np.concatenate([np.full(len(s.features), s.outcome == "full") for s in some])
    weights = np.concatenate([np.full(len(s.features), WEIGHTS[s.kind]) for s in some])
    return _weights(rows, hit, weights), _weights(rows[hit], whole[hit], weights[hit])


def macro(truth: Sequence[str], got: Sequence[str]) -> float:
    """Macro F1 over the three outcomes."""
    return float(f1_score(truth, got, average="macro", labels=list(OUTCOMES), zero_division=0))


def cross_validate(
    materials: Sequence[Material], samples: Sequence[Sequence[Sample]], embedder: Embedder
) -> tuple[dict[str, Any], float, float]:
    """Score each consultation by trees that never saw it; also return where to cut."""
    truth: list[str] = []
    whole: list[bool] = []
    got: dict[tuple[float, float], list[str]] = defaultdict(list)
    fitted: dict[str, OutcomeModel] = {}
    for material, own in zip(materials, samples, strict=True):
        if material.name not in fitted:
            others = [s for m, found in zip(materials, samples, strict=True) if m.whole and m.name != material.name for s in found]
            fitted[material.name] = OutcomeModel("", *fit(others), 0.5, 0.5)
        judge = Judge(material.revisions, embedder, fitted[material.name])
        for sample in own:
            if sample.kind != "suggestion":
                continue
            truth.append(sample.outcome)
            whole.append(material.whole)
            ruled = judge.by_rule(sample.ask)
            chances = None if ruled else judge.weighing.chances(sample.ask)[0]
            for cut in product(ANSWERED, FULL):
                got[cut].append(ruled.outcome if ruled else decide(chances, *cut))
    first = np.flatnonzero(whole).tolist()
    known = [truth[k] for k in first]
    worth = {cut: (macro(truth, found), macro(known, [found[k] for k in first])) for cut, found in got.items()}
    best = max(worth, key=lambda cut: (sum(worth[cut]), cut))
    scores = {
        "macro_f1": round(worth[best][0], 3),
        "macro_f1_whole": round(worth[best][1], 3),
        "accuracy": round(float(np.mean([a == b for a, b in zip(truth, got[best], strict=True)])), 3),
        "suggestions": len(truth),
    }
    return scores, *best


def main() -> int:
    """Cross-validate, train and write weights.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/models/outcomes"))
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args()
    embedder = load_embedder("jietan-e5-zh")
    materials = materials_of(args.data, args.work, embedder)
    samples = [list(samples_of(m, embedder)) for m in materials]
    scores, answered, full = cross_validate(materials, samples, embedder)
    every = [s for m, found in zip(materials, samples, strict=True) if m.whole for s in found]
    answers, whole = fit(every)
    files = sorted((TRAINING / "finals").glob("*.txt"))
    data = {
        "features": list(FEATURES),
        "trained_on": [hashlib.sha256(f.read_bytes()).hexdigest() for f in files],
        "cross_validation": scores,
        "answered": answered,
        "full": full,
        "answers": asdict(answers.trees),
        "whole": asdict(whole.trees),
        "lines": {"answers": [answers.bias, *answers.line.tolist()], "whole": [whole.bias, *whole.line.tolist()]},
    }
    args.out.write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(scores | {"answered": answered, "full": full, "samples": len(every)}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
