"""Agreement and speed of aligning two versions of a law, article by article.

Usage::

    python benchmarks/alignment.py [--versions FILE] [--diffs FILE] [--show N]

The two files (default ``../shared/data/law_versions.jsonl.gz`` and ``law_version_diffs.jsonl.gz`` beside the checkout)
hold versions of laws and the rows of an automatic alignment: agreement is the share of its rows of which
``jietan.law.align`` finds the same pair of articles. Rows that are certain (unchanged, renumbered, or similar to 0.8 and
more) stand apart from the rest, of which the reference itself is a guess; of ``added`` and ``deleted`` rows those agree
that have no partner here either. Speed is that of all pairs of versions, and of the longest law stretched to 1,260 articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jietan.law.align import align

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CODE_SIZE = 1260


@dataclass(frozen=True)
class Row:
    """An article as :func:`align` reads it."""

    article: str
    text: str


def read(path: Path) -> Iterator[Any]:
    """Yield the records of a gzipped jsonl file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def partners(old: list[Any], new: list[Any]) -> tuple[dict[str, set[str]], float]:
    """Align two lists of articles.

    Returns:
        The ids of the new articles of each old one, and the seconds it took.
    """
    sides = [[Row(a["article_label"], a["text"]) for a in side] for side in (old, new)]
    started = time.perf_counter()
    changes = align(*sides)
    seconds = time.perf_counter() - started
    return {old[at]["id"]: {new[to]["id"] for to in change.new} for change in changes for at in change.old}, seconds


def bucket(row: dict[str, Any]) -> str:
    """Name the line of the report that a row counts in."""
    if row["change"] in ("unchanged", "renumbered") or (row["sim"] or 0) >= 0.8:
        return "certain"
    return f"modified, similarity {int(row['sim'] * 10) / 10}" if row["sim"] else row["change"]


def agrees(row: dict[str, Any], found: dict[str, set[str]]) -> bool:
    """Whether the reference row is what was found."""
    if row["change"] == "added":
        return all(row["new_id"] not in new for new in found.values())
    if row["change"] == "deleted":
        return not found[row["old_id"]]
    return row["new_id"] in found[row["old_id"]]


def stretched(articles: list[Any]) -> list[Any]:
    """Repeat articles until there are as many as in the longest code, every repeat with words of its own."""
    rounds = -(-CODE_SIZE // len(articles))
    out = [{**a, "id": f"{a['id']}/{n}", "text": f"{a['text']}{n}" * (n % 2 + 1)} for n in range(rounds) for a in articles]
    return out[:CODE_SIZE]


def main() -> None:
    """Print agreement and speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=Path, default=DATA / "law_versions.jsonl.gz")
    parser.add_argument("--diffs", type=Path, default=DATA / "law_version_diffs.jsonl.gz")
    parser.add_argument("--show", type=int, default=0, help="print so many certain rows that differ")
    args = parser.parse_args()
    versions = {(v["law"], version["date"]): version["articles"] for v in read(args.versions) for version in v["versions"]}
    rows: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in read(args.diffs):
        rows.setdefault((row["law"], row["old_date"], row["new_date"]), []).append(row)
    total, good, seconds = Counter[str](), Counter[str](), 0.0
    differing = []
    for (law, before, after), expected in rows.items():
        found, took = partners(versions[law, before], versions[law, after])
        seconds += took
        for row in expected:
            total[bucket(row)] += 1
            if agrees(row, found):
                good[bucket(row)] += 1
            elif bucket(row) == "certain":
                differing.append(row)
    for name in sorted(total):
        print(f"{name:<26} {total[name]:>6} rows  agreement {good[name] / total[name]:.4f}")
    print(f"{len(rows)} pairs of versions in {seconds:.1f} s")
    longest = stretched(max(versions.values(), key=len))
    _, took = partners(longest, longest[::7] + longest)
    print(f"{len(longest)} articles against {len(longest[::7]) + len(longest)} in {took:.1f} s")
    for row in differing[: args.show]:
        print(row["law"], row["old_label"], row["new_label"], row["change"], row["sim"])


if __name__ == "__main__":
    main()
