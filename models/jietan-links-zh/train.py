"""Train the weights that tie opinions to articles: ``python models/jietan-links-zh/train.py DATA_DIR``.

DATA_DIR holds statutes_shanghai.jsonl.gz, whose regulations stand for the drafts of corpora/training. Learnt from are the
consultations there but for those kept apart, and corpora/consultation_a. Each fold of consultations is scored by weights
that never saw it; then all are learnt from, and weights.json is written beside this file.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "jietan-labels-zh"), str(HERE.parent / "jietan-e5-zh")]

from examples import Document, collect, read_folder, read_training  # noqa: E402
from lessons import KEPT_APART, TRAINING, read_jsonl  # noqa: E402
from markup import read_consultation  # noqa: E402

from jietan.classifiers import LabelModels, read_models  # noqa: E402
from jietan.embedders import Embedder, load_embedder  # noqa: E402
from jietan.features import opinion_features  # noqa: E402
from jietan.language.normalize import fold  # noqa: E402
from jietan.law.choice import (  # noqa: E402
    ABSENCE_FEATURES,
    CONTENT_FEATURES,
    POINTING_FEATURES,
    absence_features,
    content_features,
    pointing_features,
    probabilities,
    smooth,
)
from jietan.law.library import articles_frame  # noqa: E402
from jietan.law.parse import read_draft  # noqa: E402
from jietan.law.pointing import Reader  # noqa: E402
from jietan.law.provisions import ProvisionIndex  # noqa: E402
from jietan.stages.classify import choose_labels  # noqa: E402

SAMPLE = ROOT / "corpora" / "consultation_a"
FOLDS = 6
#: Strength of the ridge on the choice of a provision, and of the inverse ridge on absence.
RIDGE, INVERSE = 0.3, 0.03
_ITEM = re.compile(r"\s*（[一二三四五六七八九十]+）")


class Labelled(NamedTuple):
    """One labelled span and its right answers."""

    comment: int
    start: int
    end: int
    kind: str
    targets: list[tuple[str, int | None, str | None]]
    new_article: bool


class Material(NamedTuple):
    """A consultation: the draft, the comments' texts, the spans."""

    name: str
    draft: pd.DataFrame
    texts: list[str]
    spans: list[Labelled]


class Rows(NamedTuple):
    """What is learnt from: features of provisions, right provisions, absence."""

    content: Any
    pointing: Any
    right: Any
    absent: Any
    asked: list[Any]
    facts: Any
    index: ProvisionIndex
    vectors: Any


def _paragraphs(text: str) -> list[str]:
    out: list[str] = []
    for line in text.split("\n"):
        if out and _ITEM.match(line):
            out[-1] += "\n" + line
        else:
            out.append(line)
    return out


def read_material(data: Path) -> list[Material]:
    """Read corpora/training but for what is kept apart, and the sample."""
    laws: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for s in read_jsonl(data / "statutes_shanghai.jsonl.gz"):
        laws[s["law"]].append({"article_id": s["id"], **s, "paragraphs": _paragraphs(s["text"])})
    out = []
    for path in sorted((TRAINING / "consultations").glob("*.txt")):
        if path.stem in KEPT_APART:
            continue
        found = read_consultation(path)
        spans = [
            Labelled(k, o.start, o.end, o.kind, [tuple(t) for t in o.targets], o.new_article)
            for k, c in enumerate(found.comments)
            for o in c.opinions
        ]
        out.append(Material(path.stem, pd.DataFrame(laws[found.law]), [c.text for c in found.comments], spans))
    documents, _ = read_folder(SAMPLE)
    spans = []
    for k, line in enumerate((SAMPLE / "gold.jsonl").read_text("utf-8").splitlines()):
        for o in json.loads(line)["opinions"]:
            targets = [(t["article"], t["paragraph"], t["item"]) for t in o["targets"]]
            spans.append(Labelled(k, o["start"], o["end"], o["kind"], targets, bool(o.get("new_article"))))
    draft = articles_frame(read_draft(SAMPLE / "draft.md").articles, "draft")
    return [*out, Material(SAMPLE.name, draft, [d.text for d in documents], spans)]


def _labels_recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("labels_recipe", HERE.parent / "jietan-labels-zh" / "train.py")
    if spec is None or spec.loader is None:
        raise ImportError("models/jietan-labels-zh/train.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _adds(material: Material, models: LabelModels) -> list[float]:
    """The probability that each span asks to add something, as the label stage would say."""
    by_comment: dict[int, list[int]] = defaultdict(list)
    for i, s in enumerate(material.spans):
        by_comment[s.comment].append(i)
    out = [0.0] * len(material.spans)
    for comment, places in by_comment.items():
        text = material.texts[comment]
        spans = [(material.spans[i].start, material.spans[i].end, material.spans[i].kind == "理由") for i in places]
        folded = fold(text)
        rows = [models.rows(folded[a:b]) for a, b, _ in spans]
        labels = choose_labels([text[a:b] for a, b, _ in spans], opinion_features(text, spans), rows, models)
        for i, label in zip(places, labels, strict=True):
            out[i] = float(label["operation_probability"]) if label["operation"] == "增加" else 0.0
    return out


def _right(index: ProvisionIndex, rows: dict[str, int], targets: Sequence[tuple[str, int | None, str | None]]) -> Any:  # noqa: ANN401
    out = np.zeros(len(index.provisions), bool)
    for article, paragraph, item in targets:
        places = index.places[rows[article]] if article in rows else []
        exact = [
            p
            for p in places
            if (paragraph is None or index.provisions[p].paragraph in (None, paragraph))
            and (item is None or index.provisions[p].item == item)
        ]
        out[exact if exact else places] = True
    return out


def make_rows(material: Material, embedder: Embedder, models: LabelModels) -> Rows:
    """Compute the features of one consultation's asks."""
    index, reader = ProvisionIndex(material.draft, embedder), Reader(material.draft)
    mentions = [reader.read(t) for t in material.texts]
    numbers = {a: i for i, a in enumerate(material.draft["article"])}
    asked, right, absent = [], [], []
    for span, adds in zip(material.spans, _adds(material, models), strict=True):
        found = _right(index, numbers, span.targets)
        if span.kind == "理由" or not (found.any() or span.new_article):
            continue
        asked.append(reader.asked(mentions[span.comment], span.start, span.end, adds))
        right.append(found)
        absent.append(not found.any())
    content, facts = content_features(index, asked)
    pointing = np.stack([pointing_features(index, a.points) for a in asked])
    vectors = embedder.encode([a.text for a in asked])
    return Rows(content, pointing, np.stack(right), np.array(absent), asked, facts, index, vectors)


def fit_choice(consultations: Sequence[Rows]) -> Any:  # noqa: ANN401
    """Fit the weights of content and pointing: the right provisions' share of the probability, over all asks."""
    data = [(np.concatenate([r.content, r.pointing], 2)[~r.absent].astype(np.float64), r.right[~r.absent]) for r in consultations]

    def cost(weights: Any) -> tuple[float, Any]:  # noqa: ANN401
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for features, right in data:
            scores = features @ weights
            every, good = logsumexp(scores, axis=1), logsumexp(np.where(right, scores, -np.inf), axis=1)
            total += float((every - good).sum())
            share = np.exp(scores - every[:, None]) - np.where(right, np.exp(scores - good[:, None]), 0)
            slope = slope + np.einsum("ip,ipf->f", share, features)
        return total, slope

    start = np.zeros(len(CONTENT_FEATURES) + len(POINTING_FEATURES))
    return minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def logits(rows: Rows, weights: Any) -> Any:  # noqa: ANN401
    """Return scores of shape (asks, provisions)."""
    return np.concatenate([rows.content, rows.pointing], 2) @ weights


def _free(rows: Rows) -> Any:  # noqa: ANN401
    """Which asks name no article; the others miss none."""
    return np.array([not any(p.how == "named" for p in a.points) for a in rows.asked])


def _missing(rows: Rows, scores: Any) -> Any:  # noqa: ANN401
    return absence_features(rows.index, rows.asked, rows.facts, scores).astype(np.float64)[_free(rows)]


def fit_absence(consultations: Sequence[tuple[Rows, Any]]) -> Any:  # noqa: ANN401
    """Fit the weights of absence on scores from weights that never saw the consultation."""
    features = np.concatenate([_missing(r, s) for r, s in consultations])
    absent = np.concatenate([r.absent[_free(r)] for r, _ in consultations])
    middle, spread = features.mean(0), features.std(0)
    middle[0], spread[spread == 0] = 0, 1
    model = LogisticRegression(C=INVERSE, max_iter=3000).fit((features - middle) / spread, absent)
    weights = model.coef_[0] / spread
    weights[0] = model.intercept_[0] - float(weights[1:] @ middle[1:])
    return weights


def smoothed(rows: Rows, scores: Any, weights: Any) -> Any:  # noqa: ANN401
    """Return smoothed scores of absence of one consultation."""
    free, out = _free(rows), np.full(len(rows.asked), -99.0)
    out[free] = smooth((_missing(rows, scores) @ weights).astype(np.float32), rows.vectors[free])
    return out


def calibrate(parts: Sequence[tuple[Rows, Any]]) -> tuple[float, float, float]:
    """Return slope and shift of the log odds, and the probability from which F1 of absence is best."""
    scores, absent = (np.concatenate([part[k] if k else part[0].absent for part in parts]) for k in (1, 0))
    free = scores > -99
    model = LogisticRegression(C=1e6).fit(scores[free, None], absent[free])
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    chances = 1 / (1 + np.exp(-(slope * scores + shift)))
    grid = np.arange(0.1, 0.6, 0.01)
    found = [2 * ((chances > t) & absent).sum() / max(1, (chances > t).sum() + absent.sum()) for t in grid]
    return slope, shift, float(grid[int(np.argmax(found))])


def figures(parts: Iterable[tuple[Rows, Any, Any]], chance: Callable[[Any], Any], threshold: float) -> dict[str, float]:
    """Score choices and absences: first right, one of three right, precision and recall of absence."""
    counts = dict.fromkeys(("asks", "first", "third", "flagged", "absent", "both"), 0)
    for rows, scores, absence in parts:
        chosen = probabilities(rows.index, scores)
        right = np.stack([rows.right[:, p].any(axis=1) for p in rows.index.places], axis=1)
        flagged = chance(absence) > threshold
        hits = np.take_along_axis(right, np.argsort(-chosen, axis=1)[:, :3], axis=1)
        counts["asks"] += int((~rows.absent).sum())
        counts["first"] += int((hits[:, 0] & ~flagged).sum())
        counts["third"] += int(hits.any(axis=1).sum())
        counts["flagged"] += int(flagged.sum())
        counts["absent"] += int(rows.absent.sum())
        counts["both"] += int((flagged & rows.absent).sum())
    out = {"accuracy@1": counts["first"] / counts["asks"], "recall@3": counts["third"] / counts["asks"]}
    out["new_article f1"] = 2 * counts["both"] / max(1, counts["flagged"] + counts["absent"])
    return {name: round(value, 3) for name, value in out.items()}


def main() -> int:
    """Cross-validate, train and write weights.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args()
    recipe, embedder, materials = _labels_recipe(), load_embedder("jietan-e5-zh"), read_material(args.data)
    documents, hashes = read_training(args.data)
    sample, sha256 = read_folder(SAMPLE)
    documents: list[Document] = [*documents, *sample]
    examples, names = collect(documents), [m.name for m in materials]
    folds = [set(names[k::FOLDS]) for k in range(FOLDS)]
    rows: dict[str, Rows] = {}
    for fold_names in folds:
        raw = json.dumps(recipe.train(documents, examples, set(names) - fold_names)).encode()
        models = read_models("fold", raw)
        rows |= {m.name: make_rows(m, embedder, models) for m in materials if m.name in fold_names}
        print("features of", "、".join(sorted(fold_names)), flush=True)
    args.out.write_text(json.dumps({"trained_on": [*hashes, sha256]} | learn(rows, folds), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(args.out)
    return 0


def learn(rows: dict[str, Rows], folds: Sequence[set[str]]) -> dict[str, Any]:
    """Cross-validate over folds of consultations, print the figures, and learn from all."""
    names = list(rows)
    unseen: dict[str, Any] = {}
    for fold_names in folds:
        weights = fit_choice([rows[n] for n in names if n not in fold_names])
        unseen |= {n: logits(rows[n], weights) for n in fold_names}
    absences: dict[str, Any] = {}
    for fold_names in folds:
        weights = fit_absence([(rows[n], unseen[n]) for n in names if n not in fold_names])
        absences |= {n: smoothed(rows[n], unseen[n], weights) for n in fold_names}
    slope, shift, threshold = calibrate([(rows[n], absences[n]) for n in names])

    def chance(scores: Any) -> Any:  # noqa: ANN401
        return 1 / (1 + np.exp(-(slope * scores + shift)))

    scores = {n: figures([(rows[n], unseen[n], absences[n])], chance, threshold) for n in names}
    scores["together"] = figures([(rows[n], unseen[n], absences[n]) for n in names], chance, threshold)
    for name, found in scores.items():
        print(name, found)
    print(f"F1 of absence is best from a probability of {threshold:.2f} (link.new_article_above)")
    choice = np.round(fit_choice([rows[n] for n in names]), 4).tolist()
    absence = np.round(fit_absence([(rows[n], unseen[n]) for n in names]), 4).tolist()
    return {
        "cross_validation": scores,
        "content": dict(zip(CONTENT_FEATURES, choice, strict=False)),
        "pointing": dict(zip(POINTING_FEATURES, choice[len(CONTENT_FEATURES) :], strict=True)),
        "absence": dict(zip(ABSENCE_FEATURES, absence, strict=True)),
        "slope": round(slope, 4),
        "shift": round(shift, 4),
    }


if __name__ == "__main__":
    raise SystemExit(main())
