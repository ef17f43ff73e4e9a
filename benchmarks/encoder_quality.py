"""Measure sentence encoders on the tasks of this project.

Usage::

    python benchmarks/encoder_quality.py [DATA_DIR] [--model NAME ...] [--skip-pairs] [--consultation FOLDER]

``DATA_DIR`` (default ``../shared/data`` beside the checkout) holds ``consultation_a/``, ``retrieval_train.jsonl``,
``statutes.jsonl.gz``, ``sentence_pairs.jsonl.gz`` and ``titles_*.jsonl.gz``. Nothing is trained here.

Figures (all 0..1, higher is better):

* ``link@1``, ``link@3``: gold opinion spans of the consultation → article of its draft, one vector per article;
  ``clause@``: the best of the article's lines (款, 项) instead; ``fused@``: standardised clause cosines added to
  standardised BM25 scores; ``bm25@`` for reference.
* ``theme_ami``: opinions → themes by average linkage on cosine distance, best number of clusters of 10..80.
* ``pair_auc``: same-opinion pairs against the other pairs by cosine, without the trap pairs (opposites in nearly the same
  words, which no bag of words separates: the guards do).
* ``retrieval@10``, ``retrieval@100``: lay questions that training never saw → statutory articles, in a pool of 4,000.
* ``sts`` (Spearman, STS-B) and ``paraphrase_auc`` (mean over the binary sources of sentence_pairs).
* ``thucnews_ami``, ``tnews_ami``: k-means on news titles, as many clusters as classes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DEFAULT_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
POOL_SIZE = 4000
ARTICLE = re.compile(r"\*\*(第[^*]{1,12}?条(?:之[一二三四五六七八九十]+)?)\*\*")


class Encoder(Protocol):
    """What is measured: anything with ``encode``."""

    def encode(self, texts: Sequence[str], *, kind: str = "query") -> Vectors:
        """Return unit vectors, one row per text."""


class LsaEncoder:
    """The baseline to beat: TF-IDF of jieba words and 256 singular vectors, fitted on statutes and endorsements."""

    def __init__(self, data: Path, seed: int = 0) -> None:
        """Fit on a sample of the data."""
        import jieba
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        texts = [r["text"] for r in read_jsonl(data / "statutes.jsonl.gz")][::3]
        texts += [r["text_simplified"] for r in read_jsonl(data / "endorsements_tw.jsonl.gz")][::4]
        words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, min_df=3, max_df=0.2, sublinear_tf=True)
        self._model = make_pipeline(words, TruncatedSVD(256, random_state=seed)).fit(texts)

    def encode(self, texts: Sequence[str], *, kind: str = "query") -> Vectors:
        """Return unit vectors, one row per text."""
        rows = self._model.transform(list(texts))
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)


def held_out(query_id: str) -> bool:
    """Tell whether a question of retrieval_train is kept from training (one in six, by hash)."""
    return int(hashlib.sha256(f"jietan:{query_id}".encode()).hexdigest(), 16) % 6 == 0


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read a JSON-lines file, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def draft_articles(path: Path) -> dict[str, list[str]]:
    """Read the articles of a draft in Markdown: label → its lines (款 and 项)."""
    parts = ARTICLE.split(re.sub(r"^#.*$", "", path.read_text("utf-8"), flags=re.M))
    bodies = ([re.sub(r"\s", "", x) for x in body.split("\n")] for body in parts[2::2])
    return {label: [x for x in body if x] for label, body in zip(parts[1::2], bodies, strict=True)}


def bm25_scores(queries: list[str], documents: list[str]) -> Vectors:
    """Score every query against every document with BM25 on jieba search cuts (n_queries × n_documents)."""
    import bm25s
    import jieba

    def cut(text: str) -> list[str]:
        return [w for w in jieba.cut_for_search(text) if re.match(r"\w", w)]

    index = bm25s.BM25()
    index.index([cut(d) for d in documents], show_progress=False)
    return np.stack([index.get_scores(cut(q) or [""]) for q in queries]).astype(np.float32)


def _standard(scores: Vectors) -> Vectors:
    return (scores - scores.mean(1, keepdims=True)) / (scores.std(1, keepdims=True) + 1e-9)


def _hits(scores: Vectors, wanted: list[set[int]], k: int) -> float:
    top = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float(np.mean([bool(set(t.tolist()) & w) for t, w in zip(top, wanted, strict=True)]))


def gold_opinions(folder: Path) -> list[dict[str, Any]]:
    """Read the gold opinions that are not grounds (理由)."""
    rows = [json.loads(x) for x in (folder / "gold.jsonl").read_text("utf-8").splitlines() if x.strip()]
    return [o | {"comment_id": r["comment_id"]} for r in rows for o in r["opinions"] if o["kind"] != "理由"]


def measure_links(encoder: Encoder, folder: Path) -> dict[str, float]:
    """Link gold opinions to the articles of the draft."""
    articles = draft_articles(folder / "draft.md")
    place = {label: i for i, label in enumerate(articles)}
    opinions = [o for o in gold_opinions(folder) if o["targets"]]
    wanted = [{place[t["article"]] for t in o["targets"]} for o in opinions]
    texts, docs = [o["text"] for o in opinions], ["".join(x) for x in articles.values()]
    queries = encoder.encode(texts, kind="query")
    whole = queries @ encoder.encode(docs, kind="document").T
    lines = [x for body in articles.values() for x in body]
    starts = np.cumsum([0] + [len(x) for x in articles.values()])[:-1]
    best = np.maximum.reduceat(queries @ encoder.encode(lines, kind="document").T, starts, axis=1)
    lexical = bm25_scores(texts, docs)
    out = {}
    rows = {"bm25": lexical, "link": whole, "clause": best, "fused": _standard(best) + _standard(lexical)}
    for name, scores in rows.items():
        for k in (1, 3):
            out[f"{name}@{k}"] = _hits(scores, wanted, k)
    return out


def measure_themes(encoder: Encoder, folder: Path) -> dict[str, float]:
    """Cluster the gold opinions by average linkage and compare with their themes."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from sklearn.metrics import adjusted_mutual_info_score

    opinions = [o for o in gold_opinions(folder) if o.get("theme_id")]
    gold = [o["theme_id"] for o in opinions]
    tree = linkage(encoder.encode([o["text"] for o in opinions]).astype(np.float64) + 1e-12, "average", "cosine")
    cuts = [fcluster(tree, k, "maxclust") for k in range(10, 81, 2)]
    return {"theme_ami": max(float(adjusted_mutual_info_score(gold, c)) for c in cuts)}


def measure_same(encoder: Encoder, folder: Path) -> dict[str, float]:
    """Separate same-opinion pairs from other pairs and from trap pairs."""
    import csv

    from sklearn.metrics import roc_auc_score

    with (folder / "comments.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    gold = {g["comment_id"]: g["opinions"] for g in read_jsonl(folder / "gold.jsonl")}
    text_column = next(c for c in table[0] if c in ("意见内容", "建议内容"))
    id_column = next(c for c in table[0] if table[0][c] in gold)
    text = {r[id_column]: r[text_column] for r in table}
    pairs = read_jsonl(folder / "pairs.jsonl")

    def side(pair: dict[str, Any], key: str) -> str:
        n = pair.get(f"{key}_opinion")
        return str(text[pair[key]] if n is None or n != n else gold[pair[key]][int(n)]["text"])

    a, b = (encoder.encode([side(p, key) for p in pairs]) for key in "ab")
    cosine = (a * b).sum(1)
    same = np.array([p["same_opinion"] for p in pairs], dtype=bool)
    trap = np.array([str(p.get("note", "")).startswith("陷阱") for p in pairs])
    return {"pair_auc": float(roc_auc_score(same[~trap], cosine[~trap]))}


def measure_retrieval(encoder: Encoder, data: Path) -> dict[str, float]:
    """Find statutory articles for held-out questions in a pool of gold articles and random others."""
    statutes = read_jsonl(data / "statutes.jsonl.gz")
    text = {r["id"]: f"{r['law']}{r['article']} {r['text']}" for r in statutes}
    questions = [q for q in read_jsonl(data / "retrieval_train.jsonl") if held_out(str(q["query_id"]))]
    need = {g["id"] for q in questions for g in q["gold"]} & set(text)
    others = sorted(set(text) - need)
    extra = np.random.default_rng(0).permutation(len(others))[: max(0, POOL_SIZE - len(need))]
    pool = sorted(need | {others[i] for i in extra})
    place = {a: i for i, a in enumerate(pool)}
    queries = [str(q["query"]) for q in questions]
    scores = encoder.encode(queries) @ encoder.encode([text[a] for a in pool], kind="document").T
    top = np.argsort(-scores, axis=1, kind="stable")
    out = {}
    for k in (10, 100):
        share = []
        for row, q in zip(top, questions, strict=True):
            gold = {place[g["id"]] for g in q["gold"] if g["id"] in place}
            share.append(len(gold & set(row[:k].tolist())) / len(gold) if gold else np.nan)
        out[f"retrieval@{k}"] = float(np.nanmean(share))
    return out


def measure_pairs(encoder: Encoder, data: Path) -> dict[str, float]:
    """Compare cosines with the labels of public sentence pairs."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    frame = pd.read_json(data / "sentence_pairs.jsonl.gz", lines=True)
    a, b = encoder.encode(frame["a"].astype(str).tolist()), encoder.encode(frame["b"].astype(str).tolist())
    frame["cosine"] = (a * b).sum(1)
    scores: dict[str, list[float]] = {"sts": [], "paraphrase_auc": []}
    for _, part in frame.groupby("source"):
        if (part["label_type"] == "binary").all():
            scores["paraphrase_auc"].append(float(roc_auc_score(part["label"], part["cosine"])))
        else:
            scores["sts"].append(float(spearmanr(part["label"], part["cosine"]).statistic))
    return {k: float(np.mean(v)) for k, v in scores.items() if v}


def measure_titles(encoder: Encoder, data: Path) -> dict[str, float]:
    """Cluster news titles by k-means and compare with their classes."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    out = {}
    for name in ("thucnews", "tnews"):
        frame = pd.read_json(data / f"titles_{name}.jsonl.gz", lines=True).iloc[:6000]
        label = next(c for c in ("label", "class", "category") if c in frame)
        title = next(c for c in ("title", "text") if c in frame)
        found = KMeans(frame[label].nunique(), n_init=3, random_state=0).fit_predict(encoder.encode(frame[title].astype(str).tolist()))
        out[f"{name}_ami"] = float(adjusted_mutual_info_score(frame[label].astype(str), found))
    return out


def measure_consultation(encoder: Encoder, folder: Path) -> dict[str, float]:
    """Run the measurements that need one consultation with gold labels."""
    return measure_links(encoder, folder) | measure_themes(encoder, folder) | measure_same(encoder, folder)


def measure(encoder: Encoder, data: Path, *, pairs: bool = True) -> dict[str, float]:
    """Run every measurement on one encoder."""
    out = measure_consultation(encoder, data / "consultation_a") | measure_retrieval(encoder, data)
    if pairs:
        out |= measure_pairs(encoder, data) | measure_titles(encoder, data)
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Print one column of figures per model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DEFAULT_DATA)
    parser.add_argument("--model", action="append", default=None, help="模型名、文件夹或者 lsa（基线），可重复")
    parser.add_argument("--skip-pairs", action="store_true", help="不测公开句对和新闻标题")
    parser.add_argument("--consultation", type=Path, default=None, help="只测这一个带金标的征求意见文件夹")
    args = parser.parse_args(argv)
    needed = ("consultation_a/gold.jsonl", "retrieval_train.jsonl") if args.consultation is None else ()
    missing = [p for p in needed if not (args.data / p).exists()]
    if missing:
        print(f"{args.data} 中没有 {'、'.join(missing)}。请把数据文件夹作为第一个参数给出。", file=sys.stderr)
        return 2
    from jietan.embedders import load_embedder

    columns = {}
    for name in args.model or ["jietan-static-zh"]:
        start = time.perf_counter()
        model: Encoder = LsaEncoder(args.data) if name == "lsa" else load_embedder(name)
        if args.consultation is not None:
            columns[name] = measure_consultation(model, args.consultation)
        else:
            columns[name] = measure(model, args.data, pairs=not args.skip_pairs)
        columns[name]["seconds"] = time.perf_counter() - start
    print(pd.DataFrame(columns).round(3).to_string())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
