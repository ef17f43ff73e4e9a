"""How often the rules of drafting fire on law that is good, rule by rule, and how fast the lint is.

Usage::

    python benchmarks/lint.py [DATA] [--level 法律] [--since 2015] [--as 地方性法规] [--sample N] [--rule ID] [--laws N]

DATA is a gzipped jsonl file of articles (law, article, chapter, level, version_date, text), such as
``../shared/data/statutes.jsonl.gz`` beside the checkout; without it the laws in force of the library that ships are checked.
Laws that went through the legislature are taken to be well drafted: a rule that fires on many of their articles is wrong or
too severe. Rates are articles with a finding per 100 articles. Laws of which the data lack articles are checked article by
article, without the rules on a whole draft; amendments are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.language.numerals import parse_article
from jietan.law.library import load_library
from jietan.law.style import RULES, Finding, lint_articles, lint_text

LIMIT = 2.0


def read(path: Path | None, level: str, since: str) -> pd.DataFrame:
    """Read the articles of one level, of versions from ``since`` on."""
    if path is None:
        articles = load_library().articles
        numbered = articles["article"].str.match("第[一二三四五六七八九十百千零]+条")
        frame = articles[(articles["status"] == "现行有效") & numbered].assign(level="法律").rename(columns={"version": "version_date"})
    else:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            frame = pd.DataFrame([json.loads(line) for line in lines])
    dated = frame["version_date"].fillna("").astype(str) >= since
    frame = frame[(frame["level"] == level) & dated].copy()
    frame["article"] = [label if label.startswith("第") else f"第{label}条" for label in frame["article"].astype(str)]
    frame = frame[~frame["law"].astype(str).str.contains("修正案|关于修改")]
    frame["law"] = frame["law"].astype(str) + "@" + frame["version_date"].fillna("").astype(str)
    frame["number"] = [parse_article(label) for label in frame["article"]]
    return frame.sort_values(["law", "number"], kind="stable")


def is_whole(rows: pd.DataFrame) -> bool:
    """Whether no article of a law is missing in the data."""
    wholes = [number for number, _ in rows["number"]]
    return sorted(set(wholes)) == list(range(1, max(wholes) + 1))


def measure(frame: pd.DataFrame, level: str) -> tuple[list[tuple[str, Finding]], float]:
    """Check law by law.

    Returns:
        Findings with the law they are of, and the seconds it took.
    """
    found = []
    started = time.perf_counter()
    for law, rows in frame.groupby("law", sort=True):
        name = str(law).split("@")[0]
        if is_whole(rows):
            found += [(str(law), finding) for finding in lint_articles(rows.assign(law=name), level=level, title=name)]
            continue
        for label, text in zip(rows["article"], rows["text"], strict=True):
            found += [(str(law), replace(finding, article=label)) for finding in lint_text(text, level=level, title=name)]
    return found, time.perf_counter() - started


def rates(found: list[tuple[str, Finding]], articles: int) -> list[tuple[str, str, float]]:
    """Rule, severity and articles with a finding per 100 articles, most first."""
    places: dict[str, set[Any]] = defaultdict(set)
    for law, finding in found:
        places[finding.rule].add((law, finding.article))
    counts = Counter({rule: len(where) for rule, where in places.items()})
    return [(rule, RULES[rule].severity, 100 * counts[rule] / articles) for rule in sorted(RULES, key=lambda r: (-counts[r], r))]


def speed(frame: pd.DataFrame) -> float:
    """Milliseconds for one text, as the median of the first thousand."""
    seconds = []
    for text in frame["text"].head(1000):
        started = time.perf_counter()
        lint_text(str(text), level="地方性法规", title="某市某某条例")
        seconds.append(time.perf_counter() - started)
    return 1000 * float(pd.Series(seconds).median())


def show(found: list[tuple[str, Finding]], frame: pd.DataFrame, rule: str, count: int) -> None:
    """Print an even sample of one rule's findings with their surroundings."""
    texts = {(law, article): text for law, article, text in zip(frame["law"], frame["article"], frame["text"], strict=True)}
    chosen = [(law, f) for law, f in found if f.rule == rule]
    for law, f in chosen[:: max(1, len(chosen) // count)][:count]:
        text = texts.get((law, f.article), "")
        before, after = text[max(0, f.start - 30) : f.start], text[f.end : f.end + 25]
        print(f"  {law}{f.article}：{before}【{text[f.start : f.end]}】{after}｜{f.message}｜{f.fix}".replace("\n", "⏎"))


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--level", default="法律")
    parser.add_argument("--since", default="2015")
    parser.add_argument("--as", dest="checked", default=None, help="check as this level; by default the texts' own")
    parser.add_argument("--sample", type=int, default=0, help="findings to print of every rule")
    parser.add_argument("--rule", action="append", choices=sorted(RULES), metavar="ID", help="print this rule only")
    parser.add_argument("--laws", type=int, default=0, help="only so many laws, evenly chosen")
    given = parser.parse_args()
    frame = read(given.data, given.level, given.since)
    if given.laws:
        names = sorted(frame["law"].unique())
        frame = frame[frame["law"].isin(names[:: max(1, len(names) // given.laws)][: given.laws])]
    found, seconds = measure(frame, given.checked or given.level)
    wrong = {(law, f.article) for law, f in found if f.severity == "error"}
    share = 100 * len(wrong) / len(frame)
    print(f"{frame['law'].nunique()} laws, {len(frame)} articles; {1000 * seconds / len(frame):.2f} ms an article")
    print(f"articles with an error: {share:.2f} of 100 ({'within' if share < LIMIT else 'ABOVE'} {LIMIT:g})")
    for rule, severity, rate in rates(found, len(frame)):
        if given.rule and rule not in given.rule:
            continue
        print(f"{rate:7.2f}  {severity:7s}  {rule}")
        if given.sample:
            show(found, frame, rule, given.sample)
    print(f"one text: {speed(frame):.2f} ms")


if __name__ == "__main__":
    main()
