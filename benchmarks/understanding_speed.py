"""Speed of the stages that read texts, on many short comments: redact, split, classify and merge.

Usage::

    python benchmarks/understanding_speed.py DATA [--rows N] [--profile STAGE]

``DATA`` is a file of JSON lines, gzip or plain, whose rows have a ``text`` (and perhaps an ``id``). Vectors are
computed with the lightest embedder that ships, outside the clock: an encoder's time is measured elsewhere. Prints
comments per second of each stage and of all four together, the mean length of a text, and the peak resident memory.
``--profile`` prints the costliest functions of one stage instead.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import pstats
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from jietan.equipment import Models
from jietan.flow import STAGES, Inputs
from jietan.settings import Settings
from jietan.tables import conform, empty

T = TypeVar("T")
EMBEDDER = "jietan-static-zh"
#: The stages whose time counts; vectors of opinions and of letters are made outside the clock.
UNDERSTANDING = ("redact", "split", "classify", "merge")


def read_texts(path: Path, rows: int | None) -> pd.DataFrame:
    """Return the ``received`` table of a file's texts.

    Args:
        path: A file of JSON lines.
        rows: At most so many, or None for all.
    """
    stream = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with stream:
        found = [json.loads(line) for line in stream]
    found = found[:rows]
    frame = empty("received").reindex(range(len(found)))
    return conform(
        frame.assign(
            comment_id=[f"{i:06d}" for i in range(len(found))],
            text=[str(row["text"]) for row in found],
            text_parts=[[] for _ in found],
            named=[[] for _ in found],
            source_file=path.name,
            source_row=range(1, len(found) + 1),
        ),
        "received",
    )


class Clock:
    """Times steps, and prints what each took."""

    def __init__(self, comments: int, profile: str | None) -> None:
        """Count ``comments`` in every step; print the costly functions of the step ``profile``."""
        self.comments, self.profile, self.total = comments, profile, 0.0

    def step(self, name: str, run: Callable[[], T], *, counted: bool = True) -> T:
        """Run one step and return what it gives."""
        profiler = cProfile.Profile() if name == self.profile else None
        started = time.perf_counter()
        result = profiler.runcall(run) if profiler else run()
        seconds = time.perf_counter() - started
        if counted:
            self.total += seconds
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        note = "" if counted else "  (not counted)"
        print(f"{name:10s} {seconds:8.1f} s {self.comments / seconds:10.0f} comments/s  peak {peak} MB{note}", flush=True)
        if profiler:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Speed of redact, split, classify and merge.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--profile", choices=UNDERSTANDING)
    options = parser.parse_args(arguments)
    received = read_texts(options.data, options.rows)
    settings = Settings.model_validate({"embed": {"model": EMBEDDER}})
    models = Models(settings)
    tables: dict[str, Any] = {"received": received, "provisions": empty("provisions")}
    print(f"{len(received)} comments, {received['text'].str.len().mean():.1f} characters on average")
    clock = Clock(len(received), options.profile)
    for stage in STAGES[: [stage.name for stage in STAGES].index("merge") + 1]:
        inputs = Inputs(tables, settings, models)
        tables |= clock.step(stage.name, partial(stage.run, inputs), counted=stage.name in UNDERSTANDING)
    print(f"{'together':10s} {clock.total:8.1f} s {len(received) / clock.total:10.0f} comments/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
