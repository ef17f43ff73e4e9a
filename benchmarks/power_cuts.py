"""Kill runs and imports of laws with SIGKILL, resume them, and compare what they end with to undisturbed ones, byte by byte.

Usage::

    python benchmarks/power_cuts.py [--kills N] [--seed S] [--comments C]

Each attempt is a process forked from one that has the program in memory; half are killed at a random moment, half right before a
random one of their steps on the disk (opening, renaming, removing a file). A run that was killed is resumed, and may be killed again,
until it ends; then every table, vector and settings file is compared with that of an undisturbed run, the manifest too but for the
times of day, and nothing half written may be left. An import of C / 4 laws is killed and repeated in the same way. Needs a system with
``fork``. Printed are the kills survived and the differences; exit code 1 where there are any.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import jietan
from jietan.law.importing import add_paths
from jietan.law.store import LawStore
from jietan.resources import corpus_path
from jietan.runfolder import UNFINISHED
from jietan.settings import Settings

_STEPS = ("open", "os.rename", "os.remove", "os.truncate", "sqlite3.connect")
_STATIC = {"embed": {"model": "jietan-static-zh"}, "export": {"formats": ["csv"]}}


@dataclass
class Cuts:
    """What became of the kills.

    Attributes:
        killed: Attempts that were killed.
        ended: Attempts that came to their end, after which everything was compared.
        differences: What was not as it is without a kill.
    """

    killed: int = 0
    ended: int = 0
    differences: list[str] = field(default_factory=list)


def _die_at(step: int) -> None:
    """Let this process kill itself right before its n-th step on the disk that changes something."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in _STEPS and (event != "open" or _writes(arguments)):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _writes(arguments: tuple[object, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    by_mode = isinstance(mode, str) and any(c in mode for c in "wax+")
    return by_mode or (isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR)))


def attempt(work: Callable[[], object], after_s: float | None, step: int) -> bool:
    """Do the work in a forked process that is killed after some seconds or before a step; say whether it came to its end."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if step:
                _die_at(step)
            work()
            code = 0
        finally:
            os._exit(code)
    timer = threading.Timer(after_s, os.kill, (child, signal.SIGKILL)) if after_s is not None else None
    if timer:
        timer.start()
    _, status = os.waitpid(child, 0)
    if timer:
        timer.cancel()
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit("an attempt failed by itself")
    return os.WIFEXITED(status)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what a finished run must always hold, by file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.name not in (".lock", "manifest.json"):
            found[name] = path.read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    found["manifest.json"] = json.dumps(_timeless(manifest), ensure_ascii=False, sort_keys=True).encode()
    return found


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in ("started", "finished", "seconds")}
    return [_timeless(v) for v in value] if isinstance(value, list) else value


def compare(expected: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    """Return the names of the files that differ, are missing or are too many."""
    return [name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name)]


def laws(store: Path) -> dict[str, bytes]:
    """Return what a library holds."""
    kept = LawStore(store)
    kept.check()
    versions, rows = kept.snapshot(lambda found: [v.id for v in found])
    named = {v.id: f"{v.law} {v.version_date}" for v in versions}
    return {repr((named[row[0]], *row[1:])): b"" for row in rows}


def cut(
    work: Callable[[], object], state: Callable[[], dict[str, bytes]], fresh: Callable[[], None], rng: random.Random, kills: int
) -> Cuts:
    """Kill, resume and compare until so many kills are survived.

    Args:
        work: What is done, and done again after a kill.
        state: What it leaves in the end.
        fresh: Makes everything as before the first attempt.
        rng: Chooses the moments.
        kills: How many.
    """
    fresh()
    started = time.perf_counter()
    attempt(work, None, 0)
    whole = time.perf_counter() - started
    expected, made = state(), Cuts()
    fresh()
    while made.killed < kills:
        by_step = rng.random() < 0.5
        if attempt(work, None if by_step else rng.uniform(0, whole), rng.randint(1, 120) if by_step else 0):
            made.ended += 1
            made.differences += compare(expected, state())
            fresh()
        else:
            made.killed += 1
    attempt(work, None, 0)
    made.ended += 1
    made.differences += compare(expected, state())
    return made


def of_runs(folder: Path, n_comments: int, kills: int, seed: int) -> Cuts:
    """Kill runs over the first comments of the sample.

    Args:
        folder: An empty folder.
        n_comments: How many comments.
        kills: How many kills.
        seed: Chooses the moments.
    """
    sample = corpus_path("consultation_a")
    with (sample / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))[: n_comments + 1]
    source, out = folder / "意见.csv", folder / "运行"
    with source.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    settings = Settings.model_validate(_STATIC)

    def work() -> None:
        jietan.run(source, draft=sample / "draft.docx", out=out, settings=settings)

    def state() -> dict[str, bytes]:
        found = contents(out)
        left = [name for name in found if UNFINISHED in name]
        return found | {f"half written: {name}": b"" for name in left}

    work()  # salt and caches are made once
    return cut(work, state, lambda: shutil.rmtree(out, ignore_errors=True), random.Random(seed), kills)  # noqa: S311


def of_imports(folder: Path, n_laws: int, kills: int, seed: int) -> Cuts:
    """Kill imports of laws into a library.

    Args:
        folder: An empty folder.
        n_laws: How many laws, a file each.
        kills: How many kills.
        seed: Chooses the moments.
    """
    given, store = folder / "法规", folder / "库.db"
    given.mkdir()
    for n in range(n_laws):
        lines = [{"law": f"望潮市第{n}条例", "article": f"第{a}条", "text": f"放飞风筝应当避开线路，第{a}处。"} for a in range(1, 200)]
        (given / f"{n:04d}.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")

    def fresh() -> None:
        for path in folder.glob("库.db*"):
            path.unlink()

    return cut(lambda: add_paths([given], LawStore(store)), lambda: laws(store), fresh, random.Random(seed), kills)  # noqa: S311


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--comments", type=int, default=40)
    given = parser.parse_args()
    wrong = 0
    for name, kill, size in (("runs", of_runs, given.comments), ("imports of laws", of_imports, given.comments)):
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"JIETAN_HOME": f"{folder}/home"}
            started = time.perf_counter()
            made = kill(Path(folder), size, given.kills, given.seed)
        wrong += len(made.differences)
        print(f"{name}: {made.killed} kills, {made.ended} ended and compared, {len(made.differences)} differences", end="")
        print(f", {time.perf_counter() - started:.0f} s", *made.differences[:10])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
