"""What a Ray cluster on this machine gains, and what a node that dies costs.

Usage::

    python benchmarks/cluster.py [--comments N] [--model NAME]

Needs the extra ``ray``. The sample consultation is repeated to N comments (default 8,000), every copy with other numbers,
so that no two are equal. Four runs: on this machine alone, on a cluster of one node with one processor, of two nodes, and
of two nodes one of which is killed while opinions are split. Printed are the seconds of the stages that take comments one
by one, and whether the tables are the same to the byte as those of the first run. Exit code 1 if not.

On a machine of two cores two nodes leave none for the process that hands out the work.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import jietan
from jietan.resources import corpus_path
from jietan.runfolder import file_hash
from jietan.settings import EmbedSettings, EngineSettings, Settings

#: The stages that work on texts alone; merging, too, reads each ask on its own, but is not only that.
ONE_BY_ONE = ("redact", "split", "embed", "classify", "demand")
_STORE = 400_000_000


def enlarge(path: Path, count: int) -> None:
    """Write the sample's comments again and again, every copy a little different."""
    sample = pd.read_csv(corpus_path("consultation_a") / "comments.csv", dtype=str, encoding="utf-8-sig")
    copies = [
        sample.assign(**{"意见编号": sample["意见编号"] + f"-{n}", "意见内容": sample["意见内容"] + f"第{n}次提出。"})
        for n in range(-(-count // len(sample)))
    ]
    pd.concat(copies).head(count).to_csv(path, index=False)


def _tables(run: jietan.Run) -> dict[str, str]:
    return {path.name: file_hash(path) for path in sorted((run.folder / "tables").iterdir())}


def _seconds(run: jietan.Run) -> float:
    return float(sum(run.manifest["stages"][name]["seconds"] for name in ONE_BY_ONE))


def measure(comments: Path, out: Path, model: str, nodes: int, *, kill: bool = False) -> jietan.Run:
    """Run on a cluster of some nodes with one processor each; kill one of them after the first stage if asked to."""
    from ray.cluster_utils import Cluster

    cluster: Any = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": _STORE})
    workers = [cluster.add_node(num_cpus=1, object_store_memory=_STORE) for _ in range(nodes)]
    cluster.wait_for_nodes()

    def report(line: str) -> None:
        print("   ", line, file=sys.stderr)
        if kill and line.startswith("查找个人信息"):
            _later(3.0, lambda: cluster.remove_node(workers[-1], allow_graceful=False))

    settings = Settings(embed=EmbedSettings(model=model), engine=EngineSettings(name="ray", address=cluster.address))
    try:
        draft = corpus_path("consultation_a") / "draft.docx"
        return jietan.run(comments, draft=draft, out=out, settings=settings, export=False, report=report)
    finally:
        cluster.shutdown()


def _later(seconds: float, action: Callable[[], Any]) -> None:
    from threading import Timer

    Timer(seconds, action).start()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--comments", type=int, default=8000)
    parser.add_argument("--model", default="jietan-static-zh")
    given = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        comments = Path(folder) / "comments.csv"
        enlarge(comments, given.comments)
        settings = Settings(embed=EmbedSettings(model=given.model))
        draft = corpus_path("consultation_a") / "draft.docx"
        alone = jietan.run(comments, draft=draft, out=Path(folder) / "alone", settings=settings, export=False)
        runs = {
            "one node": measure(comments, Path(folder) / "one", given.model, 1),
            "two nodes": measure(comments, Path(folder) / "two", given.model, 2),
            "two nodes, one killed": measure(comments, Path(folder) / "killed", given.model, 2, kill=True),
        }
        wanted = _tables(alone)
        print("| | seconds one by one | against one node | same tables |\n|---|---:|---:|---|")
        print(f"| this machine alone | {_seconds(alone):.1f} | | |")
        same = True
        for name, run in runs.items():
            equal = _tables(run) == wanted
            same &= equal
            print(f"| {name} | {_seconds(run):.1f} | {_seconds(runs['one node']) / _seconds(run):.2f} | {'yes' if equal else 'NO'} |")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
