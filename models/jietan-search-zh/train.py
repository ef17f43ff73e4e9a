"""Fit the weights by which `jietan laws search` adds up cosine, words and how often a law and an article are asked about.

Usage (about two minutes; the vectors of all articles take some seven more, once)::

    python models/jietan-search-zh/train.py DATA_DIR [--encoder jietan-e5-zh] [--work FOLDER] [--out weights.json]

``DATA_DIR`` holds statutes.jsonl.gz and retrieval_train.jsonl; ``--work`` keeps the vectors (the same files as
``benchmarks/encoders.py --work``). The weights are a conditional logit over the candidates of each question. Every
count leaves the question itself out. See MODEL.md for why the right answers' cosines are lowered first.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from jietan.embedders import load_embedder
from jietan.law.names import short_name
from jietan.law.search import ArticleIndex, article_text

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "jietan-e5-zh"))

from lessons import held_out, read_jsonl  # noqa: E402

#: Candidates of a question: so many by the cosine, so many by words; BM25 is known for the best so many.
BY_COSINE, BY_WORDS, KNOWN = 300, 200, 5000
#: Recall@10 and @100 of cosines alone on questions that the encoder has never seen (MODEL.md of the encoders).
UNSEEN = {"jietan-e5-zh": (0.678, 0.901), "jietan-static-zh": (0.608, 0.859)}
NAMES = ("cosine", "words", "law", "article")
PENALTY = 1e-3
Array = npt.NDArray[np.float64]


class Question(NamedTuple):
    """One question: features of its candidates (n, 4), which of them are right, and how many are right in all."""

    features: Array
    right: npt.NDArray[np.bool_]
    wanted: int


class Counts(NamedTuple):
    """How many training questions each law and each article (by number) answers."""

    laws: Counter[str]
    articles: Counter[int]


def read_questions(data: Path, frame: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """Return the training questions with the numbers of their articles; the held-out fifth is never read further."""
    number = {name: i for i, name in enumerate(frame["article_id"])}
    rows = [row for row in read_jsonl(data / "retrieval_train.jsonl") if not held_out(str(row["query_id"]))]
    found = [(str(row["query"]), [number[g["id"]] for g in row["gold"] if g["id"] in number]) for row in rows]
    return [(query, gold) for query, gold in found if gold]


def article_vectors(frame: pd.DataFrame, encoder: str, work: Path | None) -> npt.NDArray[np.float32]:
    """Read or compute the vectors of all articles."""
    path = work / f"{encoder}-all.npy" if work else None
    if path and path.exists():
        return np.asarray(np.load(path, allow_pickle=False), np.float32)
    texts = [article_text(*row) for row in frame[["law", "chapter", "text"]].itertuples(index=False)]
    vectors = load_embedder(encoder).encode(texts, kind="document")
    if path:
        np.save(path, vectors.astype(np.float16))
    return vectors


def features(
    frame: pd.DataFrame, questions: list[tuple[str, list[int]]], counts: Counts, encoder: str, work: Path | None
) -> list[Question]:
    """Describe the candidates of every question; its own answers do not count towards what is often asked."""
    vectors, laws = article_vectors(frame, encoder, work), frame["short"].tolist()
    queries = load_embedder(encoder).encode([query for query, _ in questions])
    index, number = ArticleIndex(frame, cache=work), {name: i for i, name in enumerate(frame["article_id"])}
    out = []
    for (query, gold), vector in zip(questions, queries, strict=True):
        cosine, words = (vectors @ vector).astype(np.float64), np.zeros(len(frame))
        hits = index.search([query], KNOWN)[0]
        words[[number[hit.article_id] for hit in hits]] = [hit.score / hits[0].score for hit in hits]
        best = np.argsort(-cosine, kind="stable")[:BY_COSINE].tolist() + [number[hit.article_id] for hit in hits[:BY_WORDS]]
        candidates = sorted(set(best))
        own = {laws[g] for g in gold}
        law = [counts.laws[laws[c]] - (laws[c] in own) for c in candidates]
        article = [counts.articles[c] - (c in gold) for c in candidates]
        columns = [cosine[candidates], words[candidates], np.log1p(law), np.log1p(article)]
        out.append(Question(np.stack(columns, axis=1), np.isin(candidates, gold), len(gold)))
    return out


def recall(questions: Sequence[Question], weights: Array) -> Array:
    """Recall@10 and @100."""
    found = []
    for question in questions:
        order = np.argsort(-(question.features @ weights), kind="stable")
        found.append([question.right[order[:k]].sum() / question.wanted for k in (10, 100)])
    return np.array(found).mean(axis=0)


def lowered(questions: Sequence[Question], mean: float, spread: float) -> list[Question]:
    """Lower the cosines of right answers at random, as an encoder would that had not learnt them."""
    random, out = np.random.default_rng(0), []
    for question in questions:
        table = question.features.copy()
        table[question.right, 0] -= np.maximum(random.normal(mean, spread, int(question.right.sum())), 0)
        out.append(question._replace(features=table))
    return out


def as_unseen(questions: Sequence[Question], goal: tuple[float, float]) -> tuple[list[Question], tuple[float, float]]:
    """Lower cosines until they alone find as much as on questions never seen."""
    alone = np.array([1.0, 0, 0, 0])
    grid = [(float(mean), spread) for mean in np.arange(0, 0.5, 0.025) for spread in (0.02, 0.05, 0.1, 0.15)]
    miss = [float(np.abs(recall(lowered(questions, *at), alone) - goal) @ [1, 2]) for at in grid]
    best = grid[int(np.argmin(miss))]
    return lowered(questions, *best), best


def fit(questions: Sequence[Question]) -> Array:
    """Maximise the likelihood of the right candidates; return weights relative to the cosine's."""
    from scipy.optimize import minimize

    used = [question for question in questions if question.right.any()]
    scale = np.concatenate([question.features for question in used]).std(axis=0)

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for question in used:
            table = question.features / scale
            scores = table @ weights
            odds = np.exp(scores - scores.max())
            chance, target = odds / odds.sum(), question.right / question.right.sum()
            total -= float(target @ np.log(np.maximum(chance, 1e-300))) / len(used)
            slope = slope + table.T @ (chance - target) / len(used)
        return total, slope

    found = np.asarray(minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x) / scale
    return found / found[0]


def cross_validated(questions: list[Question], folds: int = 5) -> Array:
    """Recall on training questions that the weights were not fitted to."""
    parts = [questions[i::folds] for i in range(folds)]
    scores = [recall(part, fit([q for other in parts if other is not part for q in other])) for part in parts]
    return np.mean(scores, axis=0)


def main(argv: Sequence[str] | None = None) -> int:
    """Write weights.json and print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", choices=sorted(UNSEEN), default="jietan-e5-zh")
    parser.add_argument("--work", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args(argv)
    frame = pd.DataFrame(read_jsonl(args.data / "statutes.jsonl.gz")).rename(columns={"id": "article_id"})
    frame["short"] = frame["law"].map(short_name)
    questions = read_questions(args.data, frame)
    laws = [[frame["short"].iloc[g] for g in gold] for _, gold in questions]
    counts = Counts(Counter(law for found in laws for law in set(found)), Counter(g for _, gold in questions for g in gold))
    described, drop = as_unseen(features(frame, questions, counts, args.encoder, args.work), UNSEEN[args.encoder])
    weights = fit(described)
    print(f"lowered by {drop}; recall@10, @100 of cosines alone {recall(described, np.array([1.0, 0, 0, 0]))}")
    print(f"cross-validated {cross_validated(described)}; weights {dict(zip(NAMES, weights.round(4), strict=True))}")
    named = [f"{frame['short'].iloc[g]}#{frame['article'].iloc[g]}" for g in counts.articles]
    asked = np.array([np.log1p(counts.laws[law]) for found in laws for law in set(found)])
    record = {name: round(float(weight), 3) for name, weight in zip(NAMES[1:], weights[1:], strict=True)}
    record["unknown"] = round(float(asked.mean()), 3)
    tables = {
        "laws": {law: counts.laws[law] for law in sorted(frame["short"].unique())},
        "articles": dict(sorted(zip(named, counts.articles.values(), strict=True))),
    }
    args.out.write_text(json.dumps(record | tables, ensure_ascii=False, indent=0) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
