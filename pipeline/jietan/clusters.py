"""The engine that hands batches to a Ray cluster; needs the extra ``ray``.

Every node runs the same functions on the same batches as one machine would, so the tables are the same to the byte. A
batch whose node dies is worked on again on another; what this process holds (the tables) never leaves it.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import numpy as np

from jietan import __version__
from jietan.errors import JietanError, SettingsError
from jietan.parallel import Engine, using
from jietan.settings import EngineSettings

__all__ = ["ClusterError", "RayEngine", "working_on"]

T = TypeVar("T")
R = TypeVar("R")

#: How often a batch is worked on again after its node or process died.
_RETRIES = 8
#: Batches waiting for each processor: enough that none is idle, few enough that results do not pile up.
_AHEAD = 3
_SECONDS = 10
#: A task has one processor: joblib, and so the encoder and everything in threads, and the tokenizer keep to it.
_ONE_CORE = {"LOKY_MAX_CPU_COUNT": "1", "RAYON_NUM_THREADS": "1"}


class ClusterError(JietanError):
    """The cluster cannot be reached, or lost a batch for good."""


def _work(function: Callable[[Sequence[T]], Iterable[R]], batch: Sequence[T], version: str) -> Iterable[R]:
    """Work on one batch, in a process of the cluster."""
    if version != __version__:
        todo = "请在每台机器上安装同一版本的 jietan"
        raise ClusterError(f"集群里的 jietan 是 {__version__}，这台电脑上的是 {version}", todo=todo)
    os.environ |= _ONE_CORE
    found = function(batch)
    return found if isinstance(found, np.ndarray) else list(found)  # arrays travel whole


class RayEngine:
    """Batches as Ray tasks.

    Args:
        ray: The connected module ``ray``.
    """

    def __init__(self, ray: Any) -> None:  # noqa: ANN401  (ray need not be installed)
        """Prepare the task."""
        self._ray = ray
        self._task = ray.remote(num_cpus=1, max_retries=_RETRIES)(_work)

    def map(self, function: Callable[[Sequence[T]], Iterable[R]], batches: Sequence[Sequence[T]]) -> Iterator[Iterable[R]]:
        """Apply a function to every batch, in their order; see :class:`jietan.parallel.Engine`.

        Raises:
            ClusterError: No node is left, or batches are lost again and again.
        """
        shared = self._ray.put(function)
        waiting: deque[Any] = deque()
        todo = iter(batches)
        ahead = _AHEAD * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        for batch in todo:
            waiting.append(self._task.remote(shared, batch, __version__))
            if len(waiting) >= ahead:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _next(self, waiting: deque[Any]) -> Iterable[Any]:
        """Return the result of the first, while those of the others that are done are on their way here."""
        try:
            self._ray.wait([*waiting], num_returns=len(waiting), timeout=0, fetch_local=True)
            found: Iterable[Any] = self._ray.get(waiting.popleft())
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, self._ray.exceptions.RayError | ImportError):
                raise ClusterError("集群的节点读不懂这项工作", todo="请在每台机器上安装同一版本的 jietan") from error
            raise error.cause from None  # what the function raised, without the other process's traceback
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            raise ClusterError(f"集群没有算完（{type(error).__name__}）", todo="请检查各节点，再原样执行一次，会从中断处继续") from error
        return found


def _refused(address: str, error: Exception) -> ClusterError:
    todo = "请检查地址和各节点的 ray 版本，见文档“规模”；不写 --engine 就在这台电脑上运行"
    return ClusterError(f"连接不上集群（{type(error).__name__}）", where=address, todo=todo)


def _knock(address: str) -> None:
    """Find out in seconds whether somebody listens; ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if port.isdecimal():
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS).close()
        except (OSError, OverflowError) as error:
            raise _refused(address, error) from error


def _join(ray: Any, address: str, quiet: dict[str, Any]) -> None:  # noqa: ANN401  (ray need not be installed)
    """Join a cluster; its head may take too long to make room for us the first time, when it is busy."""
    try:
        ray.init(address, **quiet)
    except ConnectionError:
        ray.shutdown()  # it would take itself for connected
        ray.init(address, **quiet)


@contextmanager
def _connected(address: str) -> Iterator[Engine]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # ray reports its use over the network otherwise
    try:
        import ray
    except ImportError as error:
        raise SettingsError("没有安装 ray", where="--engine ray", todo='请执行 pip install "jietan[ray]"，或者不写 --engine') from error
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    address = address or os.environ.get("RAY_ADDRESS", "")
    _knock(address)
    try:
        _join(ray, address or "auto", quiet)
    except Exception as error:  # of many kinds, among them bare ones of grpc
        if address:
            raise _refused(address, error) from error
        ray.init(include_dashboard=False, **quiet)
    try:
        yield RayEngine(ray)
    finally:
        ray.shutdown()


@contextmanager
def working_on(settings: EngineSettings) -> Iterator[None]:
    """Let the engine of the settings work on the batches of this context.

    Args:
        settings: ``engine`` settings.

    Raises:
        SettingsError: Ray is not installed.
        ClusterError: The cluster cannot be reached.
    """
    with nullcontext() if settings.name == "local" else _connected(settings.address) as engine, using(engine):
        yield
