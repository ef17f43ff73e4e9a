"""Time and memory of whole ``jietan run`` processes, and whether runs repeat exactly.

Usage::

    python benchmarks/speed.py [--repeat N] [--messages FILE] [--skip-messages]

Measured in processes of their own, so imports and model loading count: the sample consultation (420 comments with a
draft), and 6,994 real messages without a draft where ``FILE`` (default ``../shared/data/messages.jsonl.gz`` beside the
checkout) is present. Wall time and peak resident memory are medians over N runs (default 3).

Then, for each load: do two runs write the same bytes into every parquet table, and does shuffling the rows of the file
change nothing but ``source_row``? Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "corpora" / "consultation_a"
MESSAGES = ROOT.parent / "shared" / "data" / "messages.jsonl.gz"
FIELDS = {"id": "留言编号", "user": "留言用户", "title": "留言主题", "text": "留言详情", "date": "留言时间"}
SEED = 7


@dataclass(frozen=True)
class Cost:
    """What one process took: seconds of wall time and megabytes of peak resident memory."""

    seconds: float
    megabytes: float


# A child's peak memory counts what its parent held when it was started, so a small process stands in between.
PROBE = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[2:], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
cost = {"code": os.waitstatus_to_exitcode(status), "seconds": time.perf_counter() - started, "peak": usage.ru_maxrss}
open(sys.argv[1], "w").write(json.dumps(cost))
"""


def execute(comments: Path, out: Path, *, draft: Path | None) -> Cost:
    """Run ``jietan run`` in a process of its own.

    Raises:
        SystemExit: The process failed; its output is shown.
    """
    command = [sys.executable, "-c", "from jietan.cli import main; main()", "run", str(comments), "--out", str(out)]
    if draft is not None:
        command += ["--draft", str(draft)]
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "cost.json"
        probe = [sys.executable, "-S", "-c", PROBE, str(answer), *command]
        said = subprocess.run(probe, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout
        cost = json.loads(answer.read_text("utf-8"))
    if cost["code"]:
        raise SystemExit(f"jietan run 失败（退出码 {cost['code']}）：\n{said.decode('utf-8', 'replace')}")
    # Linux counts in kilobytes, macOS in bytes.
    return Cost(cost["seconds"], cost["peak"] / (2**20 if sys.platform == "darwin" else 2**10))


def write_messages(source: Path, target: Path) -> int:
    """Write the messages as a CSV with the columns of their first publication; return how many there are."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS.values())
        writer.writerows([row[field] for field in FIELDS] for row in rows)
    return len(rows)


def shuffle_rows(source: Path, target: Path) -> int:
    """Write a CSV with its rows in another order and return how many there are."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(SEED).shuffle(rows)  # noqa: S311
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return len(rows)


def _tables(run: Path) -> dict[str, Path]:
    return {p.stem: p for p in sorted((run / "tables").glob("*.parquet"))}


def differing_bytes(one: Path, other: Path) -> list[str]:
    """Return the tables of two runs whose files are not the same, byte for byte."""
    a, b = ({n: hashlib.sha256(p.read_bytes()).hexdigest() for n, p in _tables(run).items()} for run in (one, other))
    return sorted(name for name in a.keys() | b.keys() if a.get(name) != b.get(name))


def _content(path: Path) -> tuple[list[str], list[str]]:
    """Columns and rows without ``source_row``; rejects are ordered by that row, so they are sorted anew."""
    table = parquet.read_table(path)
    kept = [name for name in table.column_names if name != "source_row"]
    rows = [repr(row) for row in table.select(kept).to_pylist()]
    return kept, sorted(rows) if path.stem == "rejects" else rows


def differing_content(one: Path, other: Path) -> list[str]:
    """Return the tables of two runs that differ in anything but ``source_row``."""
    a, b = _tables(one), _tables(other)
    alone = a.keys() ^ b.keys()
    return sorted(alone | {name for name in a.keys() & b.keys() if _content(a[name]) != _content(b[name])})


def _report(label: str, rows: int, costs: Sequence[Cost]) -> str:
    seconds = statistics.median(c.seconds for c in costs)
    megabytes = statistics.median(c.megabytes for c in costs)
    return f"{label:24s} {rows:7d} {seconds:9.1f} {megabytes:10.0f} {rows / seconds:11.1f} {len(costs):6d}"


def _verdict(question: str, differing: Sequence[str]) -> bool:
    print(f"{question}：{'是' if not differing else '否，不同的表：' + '、'.join(differing)}")
    return not differing


def measure(label: str, comments: Path, draft: Path | None, folder: Path, repeat: int) -> bool:
    """Time one load and check that its runs repeat; return whether they do."""
    runs = [folder / f"{label}{i}" for i in range(max(2, repeat))]
    costs = [execute(comments, run, draft=draft) for run in runs]
    # The same file name in another folder: the tables name the file, not where it lies.
    shuffled = folder / f"{label}-rows" / comments.name
    shuffled.parent.mkdir()
    rows = shuffle_rows(comments, shuffled)
    print(_report(label, rows, costs), flush=True)
    execute(shuffled, folder / f"{label}-shuffled", draft=draft)
    same = _verdict("  再运行一次，各表逐字节相同", differing_bytes(runs[0], runs[1]))
    return _verdict("  打乱行序，除 source_row 外各表相同", differing_content(runs[0], folder / f"{label}-shuffled")) and same


def main() -> None:
    """Measure each load and print a line and two checks for it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="每项运行几次，取中位数")
    parser.add_argument("--messages", type=Path, default=MESSAGES, help="messages.jsonl.gz 的位置")
    parser.add_argument("--skip-messages", action="store_true", help="只测样例")
    args = parser.parse_args()
    print(f"{'load':24s} {'rows':>7s} {'wall s':>9s} {'peak MB':>10s} {'rows/s':>11s} {'runs':>6s}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        repeats = measure("sample", SAMPLE / "comments.csv", SAMPLE / "draft.md", folder, args.repeat)
        if not args.skip_messages and args.messages.exists():
            write_messages(args.messages, folder / "messages.csv")
            repeats = measure("messages", folder / "messages.csv", None, folder, args.repeat) and repeats
        elif not args.skip_messages:
            print(f"没有 {args.messages.name}，不测留言")
    sys.exit(0 if repeats else 1)


if __name__ == "__main__":
    main()
