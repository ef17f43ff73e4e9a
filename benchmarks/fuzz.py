"""Throw hostile inputs at all that reads what others wrote, and count what must never happen.

Usage::

    python benchmarks/fuzz.py [--inputs N] [--seed S] [--workers W] [--rows R]
    python benchmarks/fuzz.py --seed S --only I          # one input again, with its traceback
    python benchmarks/fuzz.py --coverage TARGET --seconds N   # guided by coverage, where atheris is installed
    python benchmarks/fuzz.py --converted N              # damaged doc, rtf and wps, which LibreOffice converts

Read are the files of comments of every format, citations, numerals, personal data, the splitter's sentences, drafts and laws, the
tables that offices give, the ledger and the review workbook. An input is one generated text (given to all text functions) or one
file; input I of seed S is always the same. Printed are, by target, how many were run and what they took; then tracebacks, hangs over
10 s and rows lost. A row is lost when it stands in a table that was read and is found neither among the comments, exactly as it was
where the format keeps every character, nor among the rejects with a reason. At the end one whole run over R hostile comments (default
3,000) is made, and each looked for in its tables. Exit code 1 where there is any fault. ``--coverage`` takes ``citations``, ``numerals``,
``personal``, ``split`` or ``reader``; atheris is no dependency: install it beside the program. Old Word files are converted with
``--converted`` alone, since each starts LibreOffice for some seconds; few xls and xlsb are read, since each starts a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

HANG_S = 10
#: What LibreOffice may take to start and convert, besides.
CONVERTED_S = HANG_S + 60
BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
_SILENT_S = 90  # a worker that says nothing for this long hangs outside Python
_START_S = 900
_SAMPLE = 30
#: Share of each kind of input.
SHARES = {"text": 44, "draft": 8, "table": 20, "broken": 18, "law": 4, "side": 3, "ledger": 2, "review": 1, "old": 0.3}
_STATIC = {"embed": {"model": "jietan-static-zh"}}


class Hang(Exception):
    """An input took longer than it may."""


def _alarm(_: int, __: FrameType | None) -> None:
    raise Hang


@dataclass
class Total:
    """What all workers found."""

    runs: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    faults: list[dict[str, object]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Return how many faults of a kind there are."""
        return sum(fault["kind"] == kind for fault in self.faults)


def sample_run(folder: Path) -> object:
    """Return a small run with suggestions, for the review workbook."""
    import csv

    import jietan
    from jietan.resources import corpus_path
    from jietan.settings import Settings

    sample = corpus_path("consultation_a")
    with (sample / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[: _SAMPLE + 1]
    with (folder / "意见.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    settings = Settings.model_validate(_STATIC)
    return jietan.run(folder / "意见.csv", draft=sample / "draft.docx", out=folder / "运行", settings=settings, export=False)


def targets(folder: Path, run: object) -> dict[str, Callable[[random.Random], int | None]]:
    """Return what each kind of input is given to; a target returns the number of rows that it looked for."""
    import fuzz_inputs as inputs
    import fuzz_targets as made

    made.no_conversion()
    split = made.splitter()
    exported = run.review.export().read_bytes()  # type: ignore[attr-defined]
    review = made.reviewer(run, exported)

    def text(rng: random.Random) -> None:
        words = inputs.text(rng, surrogates=True)
        for call in (made.citations, made.numerals, made.personal, made.normal, split):
            call(words)

    files = {"table": made.whole_table, "broken": made.broken_file, "law": made.law_file, "side": made.side_file, "ledger": made.ledger}
    files["old"] = made.old_file
    found: dict[str, Callable[[random.Random], int | None]] = {"text": text, "draft": made.drafting()}
    found["review"] = lambda rng: review(rng, folder)
    return found | {name: (lambda rng, call=call: call(rng, folder)) for name, call in files.items()}


def kind_of(rng: random.Random) -> str:
    """Return the kind of an input."""
    return rng.choices(list(SHARES), list(SHARES.values()))[0]


def worker(first: int, last: int, seed: int, folder: Path) -> None:
    """Run inputs first to last; its number before each, a line of JSON for each fault, and one at the end."""
    from jietan import Run

    os.environ |= {"JIETAN_HOME": str(folder / "home"), "JIETAN_CACHE": str(folder / "cache")}
    own = folder / f"w{first}"
    shutil.copytree(folder / "样例", own)
    calls = targets(own, Run.load(own / "运行"))
    signal.signal(signal.SIGALRM, _alarm)
    total = Total()
    for number in range(first, last):
        rng = random.Random(f"{seed}:{number}")
        kind = kind_of(rng)
        print(number, flush=True)
        started = time.perf_counter()
        signal.alarm(HANG_S)
        try:
            total.rows += calls[kind](rng) or 0
        except Exception as error:
            signal.alarm(0)
            said = {"input": number, "target": kind, "kind": _kind(error), "said": repr(error)[:300], "where": _where(error)}
            print(json.dumps(said, ensure_ascii=False), flush=True)
        signal.alarm(0)
        total.runs[kind] += 1
        total.seconds[kind] += time.perf_counter() - started
    print(json.dumps({"runs": total.runs, "seconds": total.seconds, "rows": total.rows}), flush=True)


def _kind(error: Exception) -> str:
    if isinstance(error, Hang):
        return "hang"
    return "lost" if type(error).__name__ == "Lost" else "traceback"


def _where(error: Exception) -> str:
    return " ".join(f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)[-4:])


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """Lines of a worker; None when it has been silent for too long."""
    patience = _START_S
    waiting: queue.Queue[str | None] = queue.Queue()

    def pump() -> None:
        for line in process.stdout or ():
            waiting.put(line)
        waiting.put("")

    threading.Thread(target=pump, daemon=True).start()
    while True:
        try:
            line = waiting.get(timeout=patience)
        except queue.Empty:
            yield None
            return
        if not line:
            return
        patience = _SILENT_S
        yield line


def supervise(first: int, last: int, seed: int, folder: Path, total: Total) -> None:
    """Let workers run inputs first to last; one that dies or hangs is replaced behind the input that did it."""
    while first < last:
        command = [sys.executable, __file__, "--worker", str(first), str(last), str(seed), str(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        at, done = first - 1, False
        for line in _lines(process):
            if line is None:
                break
            if line[:1].isdigit():
                at = int(line)
                continue
            said = json.loads(line)
            if "kind" in said:
                total.faults.append(said)
                continue
            total.runs.update(said["runs"])
            total.seconds.update(said["seconds"])
            total.rows += said["rows"]
            done = True
        silent = process.poll() is None and not done
        process.kill()
        code = process.wait()
        if not done:
            if at < first:
                total.faults.append({"input": first, "target": "", "kind": "traceback", "said": "a worker could not start", "where": ""})
                return
            kind, why = ("hang", "no answer") if silent else ("traceback", f"the process ended with {code}")
            total.faults.append({"input": at, "target": kind_of(random.Random(f"{seed}:{at}")), "kind": kind, "said": why, "where": ""})
            total.runs["(of workers that ended)"] += at - first + 1
        first = last if done else at + 1


def whole_run(n_rows: int, seed: int, folder: Path) -> list[dict[str, object]]:
    """Run the program over hostile comments and return the rows that are in none of its tables."""
    import fuzz_inputs as inputs

    import jietan
    from jietan.errors import InvariantError
    from jietan.settings import Settings

    os.environ |= {"JIETAN_HOME": str(folder / "home"), "JIETAN_CACHE": str(folder / "cache")}
    rng = random.Random(seed)
    path = folder / "意见.jsonl"
    lines = [{"编号": f"n{i:06d}", "意见内容": inputs.text(rng, surrogates=True), "提交人": inputs.text(rng)[:20]} for i in range(n_rows)]
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    try:
        run = jietan.run(path, out=folder / "全程", settings=Settings.model_validate(_STATIC), export=False)
    except (InvariantError, *BUGS) as error:
        return [{"input": "run", "target": "run", "kind": "traceback", "said": repr(error)[:300], "where": _where(error)}]
    kept = dict(zip(run.comments["comment_id"], run.comments["text"], strict=True))
    rejected = dict(zip(run.rejects["comment_id"], run.rejects["reason"], strict=True))
    placed = set(run.opinions["comment_id"])
    faults: list[dict[str, object]] = []
    for line in lines:
        name = line["编号"]
        if name in kept and kept[name] == line["意见内容"] and (name in placed or rejected.get(name)):
            continue
        if name not in kept and rejected.get(name):
            continue
        faults.append({"input": name, "target": "run", "kind": "lost", "said": repr(line)[:200], "where": ""})
    return faults


def again(number: int, seed: int) -> None:
    """Run one input and let what it raises through."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"JIETAN_HOME": f"{name}/home", "JIETAN_CACHE": f"{name}/cache"}
        rng = random.Random(f"{seed}:{number}")
        kind = kind_of(rng)
        print(f"input {number} of seed {seed}: {kind}")
        targets(Path(name), sample_run(Path(name)))[kind](rng)


def guided(target: str, seconds: int) -> None:
    """Let atheris look for inputs that reach new code."""
    try:
        import atheris
    except ImportError:
        raise SystemExit("atheris is not installed: pip install atheris") from None
    with atheris.instrument_imports(include=["jietan"]):
        import fuzz_targets as made
    made.no_conversion()
    texts = {"citations": made.citations, "numerals": made.numerals, "personal": made.personal}
    if target == "split":
        texts["split"] = made.splitter()
    folder = Path(tempfile.mkdtemp())

    def read(data: bytes) -> None:
        suffix = (".csv", ".txt", ".json", ".html", ".docx", ".xlsx")[data[0] % 6] if data else ".txt"
        path = folder / f"a{suffix}"
        path.write_bytes(data[1:])
        made.read(path)

    def call(data: bytes) -> None:
        if target == "reader":
            read(data)
        else:
            texts[target](data.decode("utf-8", "ignore"))

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", f"-timeout={HANG_S}", "-max_len=4000"], call)
    atheris.Fuzz()


def _document(rng: random.Random, texts: Sequence[str]) -> bytes:
    """Return a docx whose only table holds some comments."""
    import io

    from docx import Document

    document = Document()
    table = document.add_table(1, 2)
    rows = [("编号", "意见内容"), *((str(k), text) for k, text in enumerate(texts, 1))]
    for k, cells in enumerate(rows):
        for cell, words in zip((table.rows[0] if k == 0 else table.add_row()).cells, cells, strict=True):
            cell.text = words
    for _ in range(rng.randint(1, 3)):  # Word has a paragraph behind every table
        document.add_paragraph("座谈会上的其他意见见附件。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def converted(count: int, seed: int, folder: Path) -> Total:
    """Read damaged files that LibreOffice converts, and every fifth of them whole, whose comments are looked for."""
    import fuzz_inputs as inputs
    import fuzz_targets as made

    from jietan.reading.convert import convert

    total = Total()
    signal.signal(signal.SIGALRM, _alarm)
    for number in range(count):
        rng = random.Random(f"{seed}:{number}")
        texts = [f"第{number}份第{k}件：停放充电的地方太少，建议每栋增设{rng.randint(1, 99)}处。" for k in range(rng.randint(1, 20))]
        suffix = rng.choice((".doc", ".doc", ".rtf"))
        data = convert(_document(rng, texts), ".docx", suffix[1:], "意见.docx")
        whole = number % 5 == 0
        path = folder / f"旧{rng.choice((suffix, '.wps')) if suffix == '.doc' else suffix}"
        path.write_bytes(data if whole else inputs.damaged(rng, data))
        started = time.perf_counter()
        signal.alarm(CONVERTED_S)
        try:
            found = made.read(path)
            if whole:
                said = {row.text for row in found.rows} if found is not None else set()
                if not said.issuperset(texts):
                    raise made.Lost(f"{len(said.intersection(texts))} of {len(texts)} comments of {path.name}")
                total.rows += len(texts)
        except Exception as error:
            fault = {"input": number, "target": "converted", "kind": _kind(error), "said": repr(error)[:300], "where": _where(error)}
            total.faults.append(fault)
        signal.alarm(0)
        total.runs[suffix] += 1
        total.seconds[suffix] += time.perf_counter() - started
    return total


def report(total: Total, seconds: float) -> int:
    """Print the table; return the exit code."""
    print(f"{'target':<10}{'inputs':>9}{'ms each':>9}")
    for name, number in sorted(total.runs.items()):
        print(f"{name:<10}{number:>9,}{1000 * total.seconds[name] / number:>9.2f}")
    print(f"inputs {total.runs.total():,}, rows looked for {total.rows:,}, {seconds:.0f} s")
    print(f"tracebacks {total.count('traceback')}, hangs over {HANG_S} s {total.count('hang')}, rows lost {total.count('lost')}")
    seen: Counter[tuple[object, ...]] = Counter()
    for fault in total.faults:
        seen[fault["target"], fault["kind"], fault["where"]] += 1
        if seen[fault["target"], fault["kind"], fault["where"]] == 1:
            print(json.dumps(fault, ensure_ascii=False))
    return 1 if total.faults else 0


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--only", type=int)
    parser.add_argument("--coverage", choices=["citations", "numerals", "personal", "split", "reader"])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--converted", type=int)
    parser.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        first, last, seed = map(int, given.worker[:3])
        worker(first, last, seed, Path(given.worker[3]))
        return 0
    if given.coverage:
        guided(given.coverage, given.seconds)
        return 0
    if given.converted:
        with tempfile.TemporaryDirectory() as name:
            started = time.perf_counter()
            return report(converted(given.converted, given.seed, Path(name)), time.perf_counter() - started)
    if given.only is not None:
        again(given.only, given.seed)
        return 0
    total, started = Total(), time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"JIETAN_HOME": f"{name}/home", "JIETAN_CACHE": f"{name}/cache"}
        (Path(name) / "样例").mkdir()
        sample_run(Path(name) / "样例")
        each = -(-given.inputs // given.workers)
        parts = [(k, min(k + each, given.inputs)) for k in range(0, given.inputs, each)]
        threads = [threading.Thread(target=supervise, args=(a, b, given.seed, Path(name), total)) for a, b in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if given.rows:
            total.faults += whole_run(given.rows, given.seed, Path(name))
            total.rows += given.rows
    return report(total, time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
