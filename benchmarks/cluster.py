"""What a Ray cluster on this machine gains, and what a node that dies costs.

Usage::

    python benchmarks/cluster.py [--comments N] [--model NAME]

Needs the extra ``ray``. The sample consultation is repeated to N comments (default 40,000), every copy with other numbers,
so that no two are equal. The stages that take comments one by one are run on this machine alone, on a cluster of one node
with one processor, and of two such nodes; then a tenth of the comments goes through the whole pipeline on two nodes one
of which is killed meanwhile. Printed are the seconds, the start of the workers included, and whether the tables are the
same as those of this machine alone. Exit code 1 if not.

On a machine of two cores two nodes leave none for the process that hands out the work.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pandas as pd

import jietan
from jietan.clusters import working_on
from jietan.equipment import Models
from jietan.intake import read_draft, read_inputs
from jietan.resources import corpus_path
from jietan.runfolder import RunFolder, file_hash
from jietan.settings import EmbedSettings, EngineSettings, Settings
from jietan.stages.classify import classify
from jietan.stages.demand import demand
from jietan.stages.embed import embed
from jietan.stages.redact import redact
from jietan.stages.split import split

_STORE = 400_000_000
_KILLED_AFTER = 4.0


def enlarge(path: Path, count: int) -> None:
    """Write the sample's comments again and again, every copy a little different."""
    sample = pd.read_csv(corpus_path("consultation_a") / "comments.csv", dtype=str, encoding="utf-8-sig")
    copies = [
        sample.assign(**{"意见编号": sample["意见编号"] + f"-{n}", "意见内容": sample["意见内容"] + f"第{n}次提出。"})
        for n in range(-(-count // len(sample)))
    ]
    pd.concat(copies).head(count).to_csv(path, index=False)


@contextmanager
def cluster_of(nodes: int, *, kill: bool = False) -> Iterator[EngineSettings]:
    """Start nodes with one processor each; kill one of them after some seconds if asked to."""
    from ray.cluster_utils import Cluster

    cluster: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": _STORE})
    workers = [cluster.add_node(num_cpus=1, object_store_memory=_STORE) for _ in range(nodes)]
    cluster.wait_for_nodes()
    if kill:
        Timer(_KILLED_AFTER, lambda: cluster.remove_node(workers[-1], allow_graceful=False)).start()
    try:
        yield EngineSettings(name="ray", address=cluster.address)
    finally:
        cluster.shutdown()


def one_by_one(received: pd.DataFrame, provisions: pd.DataFrame, settings: Settings, models: Models) -> tuple[dict[str, float], list[Any]]:
    """Run the stages that work on texts alone; return the seconds of each and what they made."""
    seconds: dict[str, float] = {}
    made: list[Any] = []
    with working_on(settings.engine):
        at = time.perf_counter()

        def done(name: str, *tables: Any) -> None:  # noqa: ANN401
            nonlocal at
            seconds[name] = time.perf_counter() - at
            made.extend(tables)
            at = time.perf_counter()

        done("redact", redact(received))
        spans = split(received, models.labels, settings.split)
        done("split", spans)
        done("embed", embed(spans, received, models.embedder).matrix)
        triage, labels = classify(received, spans, provisions, models.labels)
        done("classify", triage, labels)
        done("demand", demand(spans, labels, provisions, models.lexicon))
    return seconds, made


def _same(a: list[Any], b: list[Any]) -> bool:
    return all(x.equals(y) if isinstance(x, pd.DataFrame) else np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def _tables(run: jietan.Run) -> dict[str, str]:
    return {path.name: file_hash(path) for path in sorted((run.folder / "tables").iterdir())}


def survive(folder: Path, count: int, settings: Settings) -> bool:
    """Run the whole pipeline while a node dies; say whether its tables are those of an undisturbed run, to the byte."""
    enlarge(folder / "few.csv", count)
    draft = corpus_path("consultation_a") / "draft.docx"
    alone = jietan.run(folder / "few.csv", draft=draft, out=folder / "alone", settings=settings, export=False)
    with cluster_of(2, kill=True) as engine:
        there = settings.model_copy(update={"engine": engine})
        killed = jietan.run(folder / "few.csv", draft=draft, out=folder / "killed", settings=there, export=False)
    return _tables(alone) == _tables(killed)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--comments", type=int, default=40_000)
    parser.add_argument("--model", default="jietan-static-zh")
    given = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    settings = Settings(embed=EmbedSettings(model=given.model))
    models = Models(settings)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        enlarge(folder / "comments.csv", given.comments)
        draft = read_draft(corpus_path("consultation_a") / "draft.docx")
        intake = read_inputs(RunFolder.create(folder / "read"), [folder / "comments.csv"], draft, settings, append=False)
        wanted = one_by_one(intake.received, draft.provisions, settings, models)
        found = {"this machine alone": wanted}
        for nodes, name in ((1, "one node"), (2, "two nodes")):
            with cluster_of(nodes) as engine:
                there = settings.model_copy(update={"engine": engine})
                found[name] = one_by_one(intake.received, draft.provisions, there, models)
        print(f"| | {' | '.join(wanted[0])} | all | against one node | same tables |\n|---|{'---:|' * (len(wanted[0]) + 2)}---|")
        one = sum(found["one node"][0].values())
        same = True
        for name, (seconds, made) in found.items():
            equal = _same(made, wanted[1])
            same &= equal
            whole = sum(seconds.values())
            each = " | ".join(f"{s:.1f}" for s in seconds.values())
            print(f"| {name} | {each} | {whole:.1f} | {one / whole:.2f} | {'yes' if equal else 'NO'} |")
        sys.stdout.flush()
        survived = survive(folder, given.comments // 10, settings)
        outcome = "the same" if survived else "NOT the same"
        print(f"\ntwo nodes, one killed, {given.comments // 10:,} comments to the end: the tables are {outcome}")
    return 0 if same and survived else 1


if __name__ == "__main__":
    sys.exit(main())
