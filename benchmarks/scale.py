"""How time and memory grow with the number of comments, stage by stage, with BERTopic beside it, and how fast commands start.

Usage::

    python benchmarks/scale.py [--sizes 1000 10000 100000] [--million] [--bertopic-python PYTHON] [--skip-start] [--folder DIR]

Each size is made by ``benchmarks/generate.py`` (seeded), then goes through a whole ``jietan run`` with the draft of the sample, the
fast encoder ``jietan-static-zh`` and the exports csv and brief (top suggestions in xlsx; parquet tables are always written), in a
process of its own. ``--million`` adds 1,000,000. The variable
``LOKY_MAX_CPU_COUNT`` bounds the worker processes.

Columns: rows; wall time and CPU time in seconds, of the process and its workers together; the highest sum of memory of all of
them (proportional set size where the system tells it, so that shared pages count once), in MB; then CPU seconds of each stage. The
last lines give the exponent of growth of CPU time between sizes, for the whole and for each stage: 1.00 is proportional. CPU time
is what to compare where the machine does other work as well. A run that is killed goes on where it was: the same command with
``--folder``.

Planted copies: the share of the copies of campaign letters that the run knows as such, and that of comments sent twice.

BERTopic, where ``--bertopic-python`` names an interpreter that has it (or this one does), gets the same texts and the same vectors
(of the opinions) with a vectorizer that cuts with jieba, size by size, until one takes longer than ``--limit`` seconds or fails.
It only finds topics, so what stands beside it is the stages ``cluster`` and ``resample``.

Start: ``jietan --help``, ``jietan laws list``, ``jietan laws show``, the least of five.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pandas as pd
from generate import DATA, generate, load_material, write

ROOT = Path(__file__).resolve().parents[1]
DRAFT = ROOT / "corpora" / "consultation_a" / "draft.md"
SIZES, MILLION = (1_000, 10_000, 100_000), 1_000_000
SETTINGS = ("embed.model=jietan-static-zh", 'export.formats=["csv", "brief"]')
_STAGE = re.compile(r"jietan\.flow (\w+) \{")
_READ = re.compile(r"jietan\.api 读取意见")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
#: Seconds between two looks, and how many times as long as a look takes.
_EVERY, _RARELY = 0.5, 30

_BERTOPIC = """
import json, resource, sys, time
import numpy as np
started = time.perf_counter()
from bertopic import BERTopic
from sklearn.feature_extraction.text import CountVectorizer
from umap import UMAP
import jieba
imported = time.perf_counter() - started
folder, seed = sys.argv[1], 0
texts, vectors = json.load(open(folder + "/texts.json", encoding="utf-8")), np.load(folder + "/vectors.npy")
reduction = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
model = BERTopic(vectorizer_model=CountVectorizer(tokenizer=jieba.lcut, token_pattern=None), umap_model=reduction)
topics = np.array(model.fit_transform(texts, vectors)[0])
use = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"imports": imported, "wall": time.perf_counter() - started, "cpu": use.ru_utime + use.ru_stime,
    "peak": use.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10), "topics": int(topics.max()) + 1,
    "outliers": float((topics < 0).mean())}))
"""


@dataclass
class Cost:
    """What one process and its workers took.

    Attributes:
        rows: Comments.
        wall: Seconds.
        cpu: Seconds of all processes together.
        peak: MB of all of them at once.
        stages: CPU seconds by stage, in order; ``read`` before the first, ``export`` after the last.
    """

    rows: int
    wall: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)


def _tree(root: int) -> list[int]:
    """Process ids of a process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents.setdefault(int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(int(entry.name))
            except (OSError, IndexError):
                continue
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += parents.get(found[-1], [])
    return found


def _memory(process: int) -> float:
    """MB of one process; 0 where it has ended."""
    for name, pattern in (("smaps_rollup", r"^Pss:\s+(\d+)"), ("status", r"^VmRSS:\s+(\d+)")):
        try:
            found = re.search(pattern, Path(f"/proc/{process}/{name}").read_text(), re.MULTILINE)
        except OSError:
            continue
        if found:
            return int(found[1]) / 1024
    return 0.0


class Watch:
    """Adds up the time of processes that come and go, and notes the most memory they hold at once.

    Args:
        root: The process to watch, with all below it.
    """

    def __init__(self, root: int) -> None:
        """Begin to watch; needs ``/proc``, as Linux has it."""
        self._root, self._seconds, self.peak = root, dict[int, float](), 0.0
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def cpu(self) -> float:
        """CPU seconds so far."""
        with self._lock:
            for process in _tree(self._root):
                try:
                    parts = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                self._seconds[process] = (int(parts[11]) + int(parts[12])) / _TICKS
            return sum(self._seconds.values())

    def _watch(self) -> None:
        pause = _EVERY
        while not self._ended.wait(pause):
            started = time.perf_counter()
            self.cpu()
            self.peak = max(self.peak, sum(map(_memory, _tree(self._root))))
            pause = max(_EVERY, _RARELY * (time.perf_counter() - started))  # adding up the pages of much memory takes long

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()


def run(comments: Path, out: Path, rows: int) -> Cost:
    """Run ``jietan run`` and watch it.

    Raises:
        SystemExit: It failed; what it said is shown.
    """
    options = [f"--set={s}" for s in SETTINGS]
    command = [sys.executable, "-m", "jietan", "run", str(comments), "--draft", str(DRAFT), "--out", str(out), "--verbose", *options]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    watch, cost, said, before = Watch(process.pid), Cost(rows), list[str](), 0.0
    for line in process.stderr or ():
        said.append(line)
        name = "read" if _READ.search(line) else (m[1] if (m := _STAGE.search(line)) else None)
        if name:
            now = watch.cpu()
            cost.stages[name] = now - before
            before = now
            taken = f"{time.perf_counter() - started:.0f} s，CPU {now:.0f} s，至今最多 {watch.peak:.0f} MB"
            print(f"  {rows:,} {name}：CPU {cost.stages[name]:.1f} s（至此 {taken}）", file=sys.stderr, flush=True)
    code = process.wait()
    watch.end()
    if code:
        raise SystemExit(f"jietan run 失败（退出码 {code}）：\n{''.join(said[-30:])}")
    cost.wall, cost.cpu, cost.peak = time.perf_counter() - started, watch.cpu(), watch.peak
    cost.stages["export"] = cost.cpu - before
    return cost


def copies_found(run_folder: Path, truth: pd.DataFrame) -> tuple[float, float]:
    """Shares of planted copies of letters, and of comments sent twice, that a run knows as such."""
    comments = pd.read_parquet(run_folder / "tables" / "comments.parquet", columns=["comment_id", "campaign_id", "duplicate_of"])
    both = truth.merge(comments, left_on="id", right_on="comment_id", suffixes=("_planted", ""))
    letters, twice = both[both["campaign"].notna()], both[both["part"] == "repeat"]
    first = dict(zip(comments["comment_id"], comments["duplicate_of"].fillna(comments["comment_id"]), strict=True))
    # the later of two is the repeat, whichever was made from the other
    known = [first[a] == first[b] for a, b in zip(twice["id"], twice["duplicate_of_planted"], strict=True)]
    return float(letters["campaign_id"].notna().mean()), sum(known) / max(1, len(known))


def bertopic(python: str, run_folder: Path, limit: float) -> dict[str, float] | str:
    """Let BERTopic find topics in the opinions of a run, from the run's vectors; say what it took, or why it ended."""
    opinions = pd.read_parquet(run_folder / "tables" / "opinions.parquet", columns=["opinion_id", "text"])
    ids = pd.read_parquet(run_folder / "vectors_ids.parquet")["opinion_id"]
    texts = opinions.set_index("opinion_id")["text"].loc[ids].tolist()
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "texts.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
        Path(scratch, "vectors.npy").symlink_to((run_folder / "vectors.npy").resolve())
        try:
            done = subprocess.run([python, "-c", _BERTOPIC, scratch], capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return f"超过 {limit:.0f} 秒，停止"
    if done.returncode:
        return f"失败（退出码 {done.returncode}）：{(done.stderr.strip().splitlines() or ['被系统终止'])[-1][:120]}"
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _exponent(small: float, large: float, rows: tuple[int, int]) -> str:
    return f"{math.log(large / small) / math.log(rows[1] / rows[0]):.2f}" if small > 0 and large > 0 else "–"


def _starts() -> Iterator[tuple[str, float]]:
    for arguments in (["--help"], ["laws", "list"], ["laws", "show", "民法典", "第一条"], ["laws", "show", "民法典"]):
        taken = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-m", "jietan", *arguments], capture_output=True, check=True)
            taken.append(time.perf_counter() - started)
        yield "jietan " + " ".join(arguments), min(taken)


def report(costs: Sequence[Cost]) -> None:
    """Print sizes side by side, and how they grow."""
    names = list(costs[-1].stages)
    print(f"\n| | {' | '.join(f'{c.rows:,}' for c in costs)} |\n|---|{'---|' * len(costs)}")
    for label, values in (
        ("wall s", [f"{c.wall:.1f}" for c in costs]),
        ("CPU s", [f"{c.cpu:.1f}" for c in costs]),
        ("peak MB", [f"{c.peak:.0f}" for c in costs]),
        *((f"{name} CPU s", [f"{c.stages.get(name, 0):.1f}" for c in costs]) for name in names),
    ):
        print(f"| {label} | {' | '.join(values)} |")
    for small, large in pairwise(costs):
        rows = (small.rows, large.rows)
        print(f"growth of CPU time {small.rows:,} → {large.rows:,}: {_exponent(small.cpu, large.cpu, rows)}; ", end="")
        print("，".join(f"{n} {_exponent(small.stages.get(n, 0), large.stages[n], rows)}" for n in names if n in large.stages))


def main() -> None:
    """Measure every size and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="各多少件")
    parser.add_argument("--million", action="store_true", help="再加一百万件")
    parser.add_argument("--data", type=Path, default=DATA, help="endorsements_tw、messages 所在的文件夹")
    parser.add_argument("--folder", type=Path, help="放生成的文件和运行文件夹，留着；默认用完删去")
    parser.add_argument("--bertopic-python", default=sys.executable, help="装有 bertopic、jieba 的 Python")
    parser.add_argument("--limit", type=float, default=1800, help="BERTopic 最多几秒")
    parser.add_argument("--skip-start", action="store_true", help="不测命令的启动")
    args = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    other = args.bertopic_python
    has = subprocess.run([other, "-c", "import bertopic, jieba"], capture_output=True, check=False).returncode == 0
    beside = has if other != sys.executable else importlib.util.find_spec("bertopic") is not None and has
    if not beside:
        print("没有装 bertopic 和 jieba，不与它比较（--bertopic-python 指明装有它们的 Python）")
    material, costs = load_material(args.data), list[Cost]()
    for note in material.notes:
        print(note)
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.folder or Path(scratch)
        for rows in [*args.sizes, *([MILLION] if args.million else [])]:
            file = folder / f"made{rows}.csv"
            if not file.exists():
                comments, truth = generate(rows, material)
                write(comments, truth, file)
                del comments
            costs.append(run(file, folder / f"run{rows}", rows))
            letters, twice = copies_found(folder / f"run{rows}", pd.read_parquet(file.with_suffix(".truth.parquet")))
            c = costs[-1]
            print(f"{rows:,} 件：{c.wall:.1f} s，CPU {c.cpu:.1f} s，{c.peak:.0f} MB；认出联名信 {letters:.3f}，重复件 {twice:.3f}")
            if beside:
                found = bertopic(other, folder / f"run{rows}", args.limit)
                own = c.stages.get("cluster", 0) + c.stages.get("resample", 0)
                print(f"  BERTopic：{found if isinstance(found, str) else json.dumps(found)}；jietan cluster + resample：CPU {own:.1f} s")
                beside = not isinstance(found, str)
        report(costs)
    for name, seconds in [] if args.skip_start else _starts():
        print(f"{name}: {seconds:.2f} s")


if __name__ == "__main__":
    main()
