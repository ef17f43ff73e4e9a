"""Themes of jietan beside BERTopic and other ways of clustering, on the same vectors.

Usage::

    python benchmarks/themes.py [--sample RUN] [--messages FILE] [--skip-messages] [--methods NAME ...]

Two loads: the sample consultation in ``corpora/consultation_a`` (run first, unless ``--sample`` names a run of it), whose
asks and their vectors every method gets, and letters without a draft where ``FILE`` (default
``../shared/data/messages.jsonl.gz`` beside the checkout) is present, of which every method gets the vectors of the titles.
BERTopic has a vectorizer that cuts with jieba, and its defaults otherwise; so do the others. Methods that are not installed
are left out: ``pip install -e '.[bench]'``.

Columns: AMI, ARI and B-cubed F1 against the labelled themes (sample only); share of the theme-worthy opinions, or of the
letters, in a theme; number of themes; ARI between the rows as they are and shuffled; ARI between all rows and 90% of them
(mean of three draws); seconds and peak memory of one fit in a process of its own, imports and reading not counted in the time.
In every ARI a row without a theme is a theme of its own.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "consultation_a"
MESSAGES = ROOT.parent / "shared" / "data" / "messages.jsonl.gz"
DRAWS, KEPT = 3, 0.9
Matrix = np.ndarray[Any, Any]
Labels = np.ndarray[Any, Any]


def _bertopic(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer
    from umap import UMAP

    from jietan.language.segment import content_words

    # The reduction is BERTopic's own, with the seed that makes one order of rows repeatable.
    reduction = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    topics = BERTopic(vectorizer_model=CountVectorizer(tokenizer=content_words, token_pattern=None), umap_model=reduction)
    return lambda: np.array(topics.fit_transform(list(texts), vectors)[0])


def _hdbscan(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    from sklearn.cluster import HDBSCAN

    return lambda: HDBSCAN(copy=True).fit_predict(vectors)


def _fast_hdbscan(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    from fast_hdbscan import HDBSCAN

    HDBSCAN().fit(vectors[:50])  # compiles
    return lambda: HDBSCAN().fit(vectors).labels_


def _evoc(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    from evoc import EVoC

    return lambda: np.asarray(EVoC(random_state=0).fit_predict(vectors))


def _agglomerative(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    from sklearn.cluster import AgglomerativeClustering

    def fit() -> Labels:
        tree = AgglomerativeClustering(n_clusters=None, distance_threshold=0.45, metric="cosine", linkage="average")
        return np.asarray(tree.fit_predict(vectors))

    return fit


def _louvain(vectors: Matrix, texts: Sequence[str]) -> Callable[[], Labels]:
    import networkx
    from sklearn.neighbors import NearestNeighbors

    def fit() -> Labels:
        near = NearestNeighbors(n_neighbors=min(15, len(vectors) - 1), metric="cosine").fit(vectors).kneighbors_graph(mode="distance")
        near.data = 1 - near.data
        graph = networkx.from_scipy_sparse_array(near.maximum(near.T))
        labels = np.full(len(vectors), -1)
        for k, rows in enumerate(networkx.community.louvain_communities(graph, resolution=4.0, seed=0)):
            labels[list(rows)] = k
        return labels

    return fit


OTHERS: dict[str, tuple[str, Callable[[Matrix, Sequence[str]], Callable[[], Labels]]]] = {
    "BERTopic": ("bertopic", _bertopic),
    "HDBSCAN (scikit-learn)": ("sklearn", _hdbscan),
    "fast_hdbscan": ("fast_hdbscan", _fast_hdbscan),
    "EVoC": ("evoc", _evoc),
    "average linkage, 0.45": ("sklearn", _agglomerative),
    "Louvain (networkx)": ("networkx", _louvain),
}
OURS = ("jietan", "jietan, sub-themes")


def _numbered(names: Sequence[str | None]) -> Labels:
    codes, _ = pd.factorize(pd.Series(names, dtype=object))
    return np.asarray(codes)


def _ours_with_draft(data: dict[str, Any], rows: Labels, upper: bool) -> Callable[[], Labels]:
    from jietan.counts import Census
    from jietan.letters import Letters
    from jietan.runfolder import RunFolder
    from jietan.settings import ClusterSettings
    from jietan.stages.cluster import cluster
    from jietan.tables import empty

    folder = RunFolder.open(Path(data["run"]))
    kept = {data["comments"][k] for k in rows}
    read = {n: folder.read(n) for n in ("received", "spans", "labels", "membership", "links", "triage", "provisions", "copies")}
    spans = read["spans"][read["spans"]["comment_id"].isin(kept)].reset_index(drop=True)
    ids = set(spans["opinion_id"])
    of = {n: read[n][read[n]["opinion_id"].isin(ids)].reset_index(drop=True) for n in ("labels", "membership", "links")}
    received = read["received"][read["received"]["comment_id"].isin(kept)].reset_index(drop=True)
    census = Census(received, spans, read["copies"])
    vectors = folder.read_vectors()
    letters = Letters(received, vectors, empty("pii"))

    def fit() -> Labels:
        tables = (spans, of["labels"], of["membership"], of["links"], vectors, read["triage"], read["provisions"], census)
        found = cluster(*tables, ClusterSettings(), letters=letters)
        placed = dict(zip(found.placements["opinion_id"], found.placements["theme_id"], strict=True))
        parent = dict(zip(found.themes["theme_id"], found.themes["parent_id"], strict=True))
        themes = [placed[data["ids"][k]] for k in rows]
        return _numbered([parent.get(t) if upper and isinstance(t, str) else t for t in themes])

    return fit


def _ours_on_letters(data: dict[str, Any], vectors: Matrix, rows: Labels, upper: bool) -> Callable[[], Labels]:
    from jietan.letters import letter_groups, letters_alike
    from jietan.vectors import Vectors

    ids = [data["ids"][k] for k in rows]
    texts = [data["texts"][k] for k in rows]
    parts = [[{"start": 0, "end": len(data["titles"][k])}, {"start": 0, "end": 0}] for k in rows]
    received = pd.DataFrame({"comment_id": ids, "text": texts, "text_parts": parts})
    heads = Vectors(ids, vectors)

    def fit() -> Labels:
        order = sorted(range(len(ids)), key=lambda k: ids[k])
        alike = letters_alike([ids[k] for k in order], received, heads)
        fine, coarse = letter_groups(alike, 0.5)
        kinds = np.bincount(coarse)
        out = np.full(len(ids), -1)
        for k, matter, kind in zip(order, fine, coarse, strict=True):
            if kinds[kind] > 1:
                out[k] = kind if upper else matter
        return out

    return fit


def child(method: str, folder: Path, rows_file: Path, out: Path) -> None:
    """Fit one method to some rows and write labels, seconds and megabytes."""
    data = json.loads((folder / "data.json").read_text("utf-8"))
    rows = np.load(rows_file)
    vectors = np.load(folder / "vectors.npy")[rows]
    if method in OTHERS:
        fit = OTHERS[method][1](vectors, [data["texts"][k] for k in rows])
    elif "run" in data:
        fit = _ours_with_draft(data, rows, upper=False)
    else:
        fit = _ours_on_letters(data, vectors, rows, upper=method == OURS[0])
    started = time.perf_counter()
    labels = fit()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    np.savez(out, labels=labels, cost=[seconds, peak])


def fitted(method: str, folder: Path, rows: Labels) -> tuple[Labels, float, float]:
    """Fit a method in a process of its own; return labels (-1 for no theme), seconds and megabytes.

    Raises:
        SystemExit: The process failed; its output is shown.
    """
    with tempfile.TemporaryDirectory() as scratch:
        order, out = Path(scratch) / "rows.npy", Path(scratch) / "out.npz"
        np.save(order, rows)
        command = [sys.executable, __file__, "--child", method, str(folder), str(order), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{method} 失败：\n{done.stderr[-3000:]}")
        found = np.load(out)
        return found["labels"], *found["cost"].tolist()


def _alone(labels: Labels) -> Labels:
    """Give every row without a theme one of its own."""
    return np.where(labels < 0, -1 - np.arange(len(labels)), labels)


def _stability(method: str, folder: Path, labels: Labels, groups: Labels) -> tuple[float, float]:
    """ARI with the rows shuffled, and with nine tenths of the groups (comments) drawn."""
    from sklearn.metrics import adjusted_rand_score as ari

    order = np.random.default_rng(1).permutation(len(labels))
    shuffled = ari(_alone(labels[order]), _alone(fitted(method, folder, order)[0]))
    drawn = []
    for seed in range(DRAWS):
        names = np.unique(groups)
        kept = np.random.default_rng(seed).choice(names, int(KEPT * len(names)), replace=False)
        rows = np.flatnonzero(np.isin(groups, kept))
        drawn.append(ari(_alone(labels[rows]), _alone(fitted(method, folder, rows)[0])))
    return float(shuffled), float(np.mean(drawn))


def _scores(data: dict[str, Any], labels: Labels) -> list[float]:
    """AMI, ARI, B-cubed F1 and share covered of a partition of the sample's asks, put into the tables of the run."""
    from jietan.evaluate import evaluate

    tables = {n: pd.read_parquet(Path(data["run"]) / "tables" / f"{n}.parquet") for n in ("comments", "opinions")}
    themes = {o: f"t{k}" for o, k in zip(data["ids"], labels.tolist(), strict=True) if k >= 0}
    opinions = tables["opinions"]
    tables["opinions"] = opinions.assign(
        theme_id=[
            themes.get(o, t if o not in data["ids"] else None) for o, t in zip(opinions["opinion_id"], opinions["theme_id"], strict=True)
        ]
    )
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "tables").mkdir()
        for name, frame in tables.items():
            frame.to_parquet(Path(scratch) / "tables" / f"{name}.parquet")
        (Path(scratch) / "manifest.json").write_text('{"models": []}\n', "utf-8")
        figures = evaluate(Path(scratch), SAMPLE).figures
    return [figures[f"themes.{n}"] for n in ("ami", "ari", "bcubed.f1", "covered")]


def sample_data(run: Path | None, folder: Path) -> dict[str, Any]:
    """Write the asks of the sample and their vectors."""
    import jietan

    done = jietan.Run.load(run) if run else jietan.run([SAMPLE / "comments.csv"], draft=SAMPLE / "draft.md", out=folder / "run")
    kept = done.comments.loc[done.comments["triage"] == "legislative", "comment_id"]
    asks = done.opinions[(done.opinions["kind"] != "理由") & done.opinions["comment_id"].isin(kept)].sort_values("opinion_id")
    np.save(folder / "vectors.npy", done.vectors.rows(asks["opinion_id"].tolist()))
    data = {"run": str(done.folder), "ids": asks["opinion_id"].tolist(), "comments": asks["comment_id"].tolist()}
    return data | {"texts": asks["text"].tolist()}


def letters_data(source: Path, folder: Path) -> dict[str, Any]:
    """Write the letters and the vectors of their titles."""
    from jietan.embedders import load_embedder

    with gzip.open(source, "rt", encoding="utf-8") as lines:
        found = sorted((json.loads(line) for line in lines), key=lambda r: r["id"])
    titles = [r["title"].strip() for r in found]
    np.save(folder / "vectors.npy", load_embedder("jietan-e5-zh").encode(titles))
    texts = [f"{t}\n{r['text'].strip()}" for t, r in zip(titles, found, strict=True)]
    return {"ids": [r["id"] for r in found], "comments": [r["id"] for r in found], "titles": titles, "texts": texts}


def measure(title: str, data: dict[str, Any], folder: Path, methods: Sequence[str]) -> None:
    """Print one line for each method."""
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    groups = pd.factorize(pd.Series(data["comments"]))[0]
    print(f"\n{title}: {len(groups)} rows\n")
    print("| | AMI | ARI | B³ F1 | covered | themes | shuffled | 90% | s | MB |\n|---|---|---|---|---|---|---|---|---|---|")
    for method in methods:
        labels, seconds, megabytes = fitted(method, folder, np.arange(len(groups)))
        scores = _scores(data, labels) if "run" in data else [float((labels >= 0).mean())]
        cells = ["–"] * (4 - len(scores)) + [f"{s:.3f}" for s in scores] + [str(len(set(labels.tolist()) - {-1}))]
        cells += [f"{v:.2f}" for v in _stability(method, folder, labels, groups)] + [f"{seconds:.1f}", f"{megabytes:.0f}"]
        print(f"| {method} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Measure each load and print a table for it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=Path, help="样例已有的运行文件夹")
    parser.add_argument("--messages", type=Path, default=MESSAGES, help="messages.jsonl.gz 的位置")
    parser.add_argument("--skip-messages", action="store_true", help="只测样例")
    parser.add_argument("--methods", nargs="+", choices=[*OURS, *OTHERS], help="只测这些")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], *map(Path, args.child[1:]))
        return
    present = [m for m, (package, _) in OTHERS.items() if importlib.util.find_spec(package)]
    wanted = [m for m in [*OURS, *present] if not args.methods or m in args.methods]
    with tempfile.TemporaryDirectory() as scratch:
        measure("sample", sample_data(args.sample, Path(scratch)), Path(scratch), [m for m in wanted if m != OURS[1]])
    if not args.skip_messages and args.messages.exists():
        with tempfile.TemporaryDirectory() as scratch:
            measure("messages", letters_data(args.messages, Path(scratch)), Path(scratch), wanted)


if __name__ == "__main__":
    main()
