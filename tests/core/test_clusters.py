"""A Ray cluster of two nodes gives the same tables as one machine, also when a node dies meanwhile."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import jietan
from jietan.classifiers import load_models
from jietan.cli import app
from jietan.clusters import ClusterError, RayEngine, working_on
from jietan.embedders import load_embedder
from jietan.embedders.catalog import load_same
from jietan.errors import ModelError
from jietan.parallel import spread, using
from jietan.resources import corpus_path
from jietan.runfolder import file_hash
from jietan.settings import EngineSettings, Settings
from jietan.stages.embed import _encode
from jietan.stages.split import split_texts

ray = pytest.importorskip("ray", reason="ray is not installed (the extra ray)")
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without processors and two nodes of one processor each, on this machine."""
    from ray.cluster_utils import Cluster

    around = pytest.MonkeyPatch()  # what the nodes inherit must not stay for the tests that follow
    around.setenv("RAY_USAGE_STATS_ENABLED", "0")
    around.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *sys.path]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    head = {"num_cpus": 0, "object_store_memory": 200_000_000, "ray_client_server_port": port}
    made = Cluster(initialize_head=True, head_node_args=head)
    made.door = f"ray://127.0.0.1:{port}"
    made.workers = [made.add_node(num_cpus=1, object_store_memory=200_000_000) for _ in range(2)]
    made.wait_for_nodes()
    yield made
    made.shutdown()
    around.undo()


@pytest.fixture
def engine(cluster: Any) -> Iterator[RayEngine]:
    ray.init(cluster.address, log_to_driver=False, logging_level="ERROR")
    yield RayEngine(ray)
    ray.shutdown()


def _slowly(items: Sequence[int]) -> list[tuple[int, str]]:
    time.sleep(0.2)
    return [(i * i, ray.get_runtime_context().get_node_id()) for i in items]


def _refuses(items: Sequence[int]) -> list[int]:
    raise ModelError("模型缺失", todo="请重新安装")


def _doubled(numbers: Sequence[int]) -> list[int]:
    return [2 * n for n in numbers]


def test_batches_come_back_in_order_from_both_nodes(engine: RayEngine) -> None:
    with using(engine):
        found = spread(_slowly, range(20), "", 1)
    assert [square for square, _ in found] == [i * i for i in range(20)]
    assert len({node for _, node in found}) == 2


def test_an_error_of_a_batch_is_the_users_message(engine: RayEngine) -> None:
    with using(engine), pytest.raises(ModelError, match="模型缺失。请重新安装。"):
        spread(_refuses, range(20), "", 1)


def test_another_version_on_a_node_is_refused(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jietan.clusters.__version__", "9.9.9")
    with using(engine), pytest.raises(ClusterError, match="安装同一版本"):
        spread(_slowly, range(4), "", 1)


def test_models_go_to_nodes_by_name(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    models, embedder = load_models("jietan-labels-zh"), load_embedder("jietan-static-zh")
    texts = [f"第{i}条太笼统，建议把罚款降到{i}元，否则没人遵守。" for i in range(40)] * 2
    alone, vectors = split_texts(texts, models), _encode(texts, embedder)
    monkeypatch.setattr("jietan.stages.split._TEXTS", 10)
    monkeypatch.setattr("jietan.stages.embed._BATCH", 10)
    with using(engine):
        assert split_texts(texts, models) == alone
        assert (_encode(texts, embedder) == vectors).all()
    assert load_same("jietan-static-zh", True, embedder.fingerprint).fingerprint == embedder.fingerprint
    with pytest.raises(ModelError, match="不是同一个"):
        load_same("jietan-static-zh", True, "another")


def _tables(run: jietan.Run) -> dict[str, str]:
    return {path.name: file_hash(path) for path in sorted((run.folder / "tables").iterdir())}


def test_the_tables_are_the_same_to_the_byte(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("split._TEXTS", "embed._BATCH", "classify._BATCH", "redact._BATCH", "demand._BATCH", "link._COMMENTS"):
        monkeypatch.setattr(f"jietan.stages.{name}", 20)
    for name in ("asked._TEXTS", "law.aiming._UNITS", "law.touched._SOME", "drafter._GROUPS"):
        monkeypatch.setattr(f"jietan.{name}", 20)
    sample = corpus_path("consultation_a")
    comments = tmp_path / "comments.csv"
    pd.read_csv(sample / "comments.csv", dtype=str).head(60).to_csv(comments, index=False)
    there = partial(jietan.run, comments, draft=sample / "draft.docx", export=False)
    engine = EngineSettings(name="ray", address=cluster.door)
    alone = there(out=tmp_path / "alone")
    spread_out = there(out=tmp_path / "spread", settings=Settings(engine=engine))
    assert _tables(spread_out) == _tables(alone)


def test_a_node_that_dies_costs_no_batch(cluster: Any, engine: RayEngine) -> None:
    results = engine.map(_slowly, [[i] for i in range(30)])
    first = [next(results) for _ in range(6)]
    cluster.remove_node(cluster.workers.pop(), allow_graceful=False)
    found = [row for rows in [*first, *results] for row in rows]
    assert [square for square, _ in found] == [i * i for i in range(30)]


def test_a_head_that_is_busy_is_asked_twice(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first, join = [ConnectionAbortedError("Initialization failure from server")], ray.init

    def busy(*address: str, **options: Any) -> Any:
        if first:
            raise first.pop()
        return join(*address, **options)

    monkeypatch.setattr(ray, "init", busy)
    with working_on(EngineSettings(name="ray", address=cluster.address)):
        assert spread(_doubled, [1, 2, 3], "", 1) == [2, 4, 6]
    assert not first


def test_a_cluster_that_is_not_there_is_one_message() -> None:
    with pytest.raises(ClusterError, match="连接不上集群"), working_on(EngineSettings(name="ray", address="127.0.0.1:1")):
        pass


def test_an_engine_that_does_not_exist_is_refused() -> None:
    found = CliRunner().invoke(app, ["run", "x.csv", "--engine", "spark"])
    assert found.exit_code
