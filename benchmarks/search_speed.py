#!/usr/bin/env python3
"""Measure the search over a large library: time of one query, time to load, memory.

Usage::

    python benchmarks/search_speed.py [DATA_DIR] [--articles 150000] [--queries 200] [--work FOLDER]

The articles are those of ``DATA_DIR``/statutes.jsonl.gz, else of the bundled library, repeated under other names with
some words exchanged until there are enough. Their vectors are the fast encoder's, and for the accurate encoder the
same ones: what a query costs does not depend on what the vectors say. Queries are the everyday words of the shipped
lexicon in short sentences, each asked once, one at a time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from jietan.embedders import load_embedder
from jietan.language.lexicon import load_lexicon
from jietan.law.library import load_library
from jietan.law.search import ArticleIndex, article_text

FAST, ACCURATE = "jietan-static-zh", "jietan-e5-zh"
#: What a query may cost at most, in milliseconds.
LIMITS = {"字词": 60.0, FAST: 60.0, ACCURATE: 250.0}
#: Words exchanged in every further copy, so that the copies differ.
EXCHANGED = (("应当", "须"), ("人民政府", "政府"), ("规定", "要求"), ("可以", "有权"), ("单位", "机构"), ("不得", "禁止"), ("管理", "监督"))


def articles(data: Path | None, count: int) -> pd.DataFrame:
    """Return so many articles with article_id, law, chapter and text."""
    if data is None:
        source = load_library().articles
    else:
        source = pd.read_json(data / "statutes.jsonl.gz", lines=True).rename(columns={"id": "article_id"})
    source = source[["article_id", "law", "chapter", "text"]]
    copies = []
    for number in range(-(-count // len(source))):
        old, new = EXCHANGED[number % len(EXCHANGED)]
        text = source["text"].str.replace(old, new, regex=False) if number else source["text"]
        names = {"article_id": f"{number}市" + source["article_id"], "law": f"第{number}市" + source["law"]} if number else {}
        copies.append(source.assign(text=text, **names))
    return pd.concat(copies, ignore_index=True).iloc[:count]


def questions(count: int) -> list[str]:
    """Return so many different queries."""
    words = list(dict.fromkeys(entry.colloquial for entry in load_lexicon().entries))
    asked = [f"{a}的时候{b}怎么办，{c}由谁来管？" for a, b, c in zip(words, words[7:], words[31:], strict=False)]
    return asked[:: max(1, len(asked) // count)][:count]


def measure(name: str, work: Path, count: int) -> dict[str, float]:
    """Load the index in this process and ask the queries one by one."""
    frame = pd.read_parquet(work / "articles.parquet")
    start = time.perf_counter()
    if name == "字词":
        index = ArticleIndex(frame, cache=work)
    else:
        embedder = load_embedder(name)
        index = ArticleIndex(frame, embedder=embedder, vectors=np.load(work / "vectors.npy", allow_pickle=False), cache=work)
    index.search(["物业费"], 10)
    loaded = time.perf_counter() - start
    taken = []
    for query in questions(count):
        begun = time.perf_counter()
        index.search([query], 10)
        taken.append((time.perf_counter() - begun) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    median, late = np.percentile(taken, [50, 95])
    return {"中位数 ms": float(median), "95% ms": float(late), "上限 ms": LIMITS[name], "载入 s": loaded, "内存峰值 MiB": peak}


def prepare(data: Path | None, work: Path, count: int) -> None:
    """Write the articles, their vectors and the index of words."""
    frame = articles(data, count)
    frame.to_parquet(work / "articles.parquet")
    start = time.perf_counter()
    ArticleIndex(frame, cache=work)
    print(f"{len(frame)} 条，第一次建立字词索引 {time.perf_counter() - start:.0f} s", flush=True)
    start = time.perf_counter()
    texts = [article_text(*row) for row in frame[["law", "chapter", "text"]].itertuples(index=False)]
    np.save(work / "vectors.npy", load_embedder(FAST).encode(texts, kind="document"))
    print(f"快的向量 {time.perf_counter() - start:.0f} s", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Print one row per way of searching."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=None)
    parser.add_argument("--articles", type=int, default=150_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--work", type=Path, default=None, help="留下条文、向量和索引，再测时不必重做")
    parser.add_argument("--one", choices=list(LIMITS), default=None, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.one:
        print(json.dumps(measure(args.one, args.work, args.queries)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        work = args.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        if not (work / "vectors.npy").exists():
            prepare(args.data, work, args.articles)
        rows = {}
        for name in LIMITS:
            # A process of its own: what it loads and how much memory it takes is not another's.
            command = [sys.executable, __file__, "--one", name, "--work", str(work), "--queries", str(args.queries)]
            ran = subprocess.run(command, capture_output=True, text=True, check=True)
            rows[name] = json.loads(ran.stdout.strip().splitlines()[-1])
    print(pd.DataFrame(rows).T.round(1).to_string())
    return int(any(row["中位数 ms"] > row["上限 ms"] for row in rows.values()))


if __name__ == "__main__":
    raise SystemExit(main())
