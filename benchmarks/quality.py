"""Run jietan on every labelled consultation and show its scores beside the baseline's.

Usage::

    python benchmarks/quality.py [--gold DIR ...] [--keep DIR] [--write]

Each folder holds ``comments.csv``, ``draft.md`` and the answers (``gold.jsonl``, ``themes.json``, ``pairs.jsonl``); by
default the sample in ``corpora/consultation_a`` and the held-out consultations ``benchmarks/heldout_*``, which are only
ever measured. ``--write`` puts the tables into docs/scores.md, between the markers of each consultation.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import baseline

import jietan
from jietan.evaluate import Scores, evaluate
from jietan.loop.outcome import outcome

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "scores.md"
MISSING = "—"


def consultations() -> list[Path]:
    """Return the labelled consultations that lie in the checkout."""
    return [baseline.SAMPLE, *sorted((ROOT / "benchmarks").glob("heldout_*"))]


def measure(gold: Path, out: Path) -> tuple[Scores, float]:
    """Run jietan on a consultation with its default settings, compare with the adopted text where there is one, and score the run.

    Args:
        gold: Folder of the consultation.
        out: Run folder to write.

    Returns:
        The scores, and the seconds the run took.
    """
    started = time.perf_counter()
    run = jietan.run([gold / "comments.csv"], draft=gold / "draft.md", out=out)
    seconds = time.perf_counter() - started
    if (gold / "final.md").exists():
        outcome(run, gold / "final.md")
    return evaluate(run.folder, gold), seconds


def _cell(figures: Mapping[str, float], name: str) -> str:
    if name not in figures:
        return MISSING
    value = figures[name]
    return f"{value:.0f}" if value == int(value) and _is_count(name) else f"{value:.3f}"


def _is_count(name: str) -> bool:
    return re.search(r"(^|\.)n(_|$)|violations$|^lost_", name) is not None


def _rows(plain: Mapping[str, float], ours: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Name and both figures, in the order of the longer answer; what only the baseline has comes last."""
    names = dict.fromkeys([*ours, *plain]) if ours else dict.fromkeys(plain)
    return [(name, _cell(plain, name), _cell(ours, name)) for name in names]


def show(plain: Mapping[str, float], ours: Mapping[str, float]) -> str:
    """Return both columns as plain text."""
    header = f"{'':36s} {'baseline':>10s} {'jietan':>10s}"
    return "\n".join([header, *(f"{name:36s} {a:>10s} {b:>10s}" for name, a, b in _rows(plain, ours))])


def table(plain: Mapping[str, float], ours: Mapping[str, float], notes: Sequence[str]) -> str:
    """Return both columns as a Markdown table, with the notes below."""
    lines = ["| 指标 | 基线 | jietan |", "|---|---:|---:|", *(f"| `{n}` | {a} | {b} |" for n, a, b in _rows(plain, ours))]
    if notes:
        lines += ["", *(f"> 注：{note}" for note in notes)]
    return "\n".join(lines)


def put(page: str, name: str, content: str) -> str:
    """Replace what stands between the markers of a consultation.

    Args:
        page: Text of the page.
        name: Name of the consultation, as in ``<!-- scores:NAME -->``.
        content: The new content.

    Returns:
        The new text.

    Raises:
        SystemExit: The page does not have the two markers exactly once, in order.
    """
    begin, end = f"<!-- scores:{name} -->", f"<!-- /scores:{name} -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise SystemExit(f"{PAGE.name} 里应当恰好有一处 {begin} 和其后的 {end}")
    return page[: page.index(begin) + len(begin)] + f"\n\n{content}\n\n" + page[page.index(end) :]


def main() -> None:
    """Measure, print, and with ``--write`` update the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gold", type=Path, nargs="+", help="只测这些征求意见文件夹")
    parser.add_argument("--keep", type=Path, help="把运行文件夹留在这里，供查看")
    parser.add_argument("--write", action="store_true", help="更新 docs/scores.md")
    args = parser.parse_args()
    page = PAGE.read_text("utf-8") if args.write else ""
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        for gold in args.gold or consultations():
            plain = baseline.figures(gold)
            scores, seconds = measure(gold, folder / gold.name)
            print(f"\n== {gold.name}（jietan 用时 {seconds:.1f} 秒）\n{show(plain, scores.figures)}")
            for note in scores.notes:
                print(f"注：{note}")
            if args.write:
                page = put(page, gold.name, table(plain, scores.figures, scores.notes))
    if args.write:
        PAGE.write_text(page, "utf-8")
        print(f"\n已更新 {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
