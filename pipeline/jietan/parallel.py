"""Spread work over the cores of one machine: one function over batches of items, its results in the order of the items.

Between :func:`using` and its end the batches go to another engine, such as a cluster (:mod:`jietan.clusters`).
Few items are worked on in the process itself. Many go to worker processes, which ``joblib`` starts the same way on every
system and keeps for the next call; what a function gives must not depend on how the items fall into batches. The variable
``LOKY_MAX_CPU_COUNT`` of the environment bounds the number of processes.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any, Protocol, TypeVar, overload

import numpy as np

from jietan.garbage import no_garbage_search
from jietan.log import track

__all__ = ["LEAST", "Engine", "Made", "elsewhere", "end_workers", "here_if", "in_threads", "numbered", "over_machines", "spread", "using"]

T = TypeVar("T")
R = TypeVar("R")

#: Fewer items than this are done before worker processes have started.
LEAST = 5000
#: Each process loads the models for itself.
_MOST = 8


class Engine(Protocol):
    """Works on batches somewhere else than in this process."""

    def map(self, function: Callable[[Sequence[T]], Iterable[R]], batches: Sequence[Sequence[T]]) -> Iterator[Iterable[R]]:
        """Apply a function to every batch; give the results in the order of the batches, as they come."""


_ENGINE: ContextVar[Engine | None] = ContextVar("engine", default=None)


@contextmanager
def using(engine: Engine | None) -> Iterator[None]:
    """Let an engine work on the batches of this context; None for the cores of this machine."""
    token = _ENGINE.set(engine)
    try:
        yield
    finally:
        _ENGINE.reset(token)


@contextmanager
def here_if(condition: bool) -> Iterator[None]:
    """Keep the batches of this context on this machine, whatever the engine, where the condition holds."""
    with using(None if condition else _ENGINE.get()):
        yield


def elsewhere() -> bool:
    """Say whether the batches of this context go to other machines."""
    return _ENGINE.get() is not None


class Made(Sequence[T]):
    """Items that are made when they are looked at, so that they are never in memory together.

    Args:
        count: How many there are.
        make: Makes one of them, by its number.
    """

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        """Make nothing yet."""
        self._count, self._make = count, make

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        """Make one item, or some."""
        if isinstance(at, slice):
            return [self._make(k) for k in range(*at.indices(self._count))]
        if not 0 <= at < self._count:
            raise IndexError(at)
        return self._make(at)


class _Packed:
    """A function as it travels to the workers, each of which unpacks it once; large arrays in it are shared, not sent."""

    _numbers = count()
    _unpacked: dict[int, Any] = {}  # noqa: RUF012  (the one function that a worker works with)

    def __init__(self, function: Callable[[Sequence[T]], Iterable[R]]) -> None:
        buffers: list[pickle.PickleBuffer] = []
        self.number = next(self._numbers)
        self.raw = pickle.dumps(function, protocol=5, buffer_callback=buffers.append)
        self.arrays = [np.frombuffer(buffer.raw(), np.uint8) for buffer in buffers]

    def unpacked(self) -> Any:  # noqa: ANN401  (what was packed)
        """Return the function; only in a worker."""
        if self.number not in self._unpacked:
            self._unpacked.clear()
            self._unpacked[self.number] = pickle.loads(self.raw, buffers=self.arrays)  # noqa: S301  (from the process that started this one)
        return self._unpacked[self.number]


@no_garbage_search()
def _work(packed: _Packed, items: bytes) -> bytes:
    """Work on one batch in a worker; items and results are packed here, several times faster than in ``joblib``."""
    found = packed.unpacked()(pickle.loads(items))  # noqa: S301  (from the process that started this one)
    return pickle.dumps(found if isinstance(found, np.ndarray) else list(found), pickle.HIGHEST_PROTOCOL)


def spread(function: Callable[[Sequence[T]], Iterable[R]], items: Sequence[T], label: str, batch: int, least: int = LEAST) -> list[R]:
    """Apply a function to batches of items and return all results in the order of the items.

    Args:
        function: Called with consecutive items, returns any number of results; an importable function or a ``partial`` of one.
        items: What it is applied to.
        label: What is being done, in Chinese, for the progress bar.
        batch: Number of items in a batch.
        least: From so many items on worker processes share the batches.

    Returns:
        The results, the same whatever the number of cores.
    """
    batches = Made(-(-len(items) // batch), lambda k: items[k * batch : (k + 1) * batch])
    found: Iterable[Iterable[R]]
    engine = _ENGINE.get()
    if engine is not None and len(batches) > 1:
        found = engine.map(function, batches)
    elif len(items) < least:
        found = map(function, batches)
    else:
        from joblib import Parallel, cpu_count, delayed

        # a worker that has grown is replaced by the library, and nothing is lost by it
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
        workers = min(_MOST, cpu_count(), len(batches))
        shared = Parallel(n_jobs=workers, backend="loky", return_as="generator")
        if workers > 1:
            packed, work = _Packed(function), delayed(_work)
            done = shared(work(packed, pickle.dumps(part, pickle.HIGHEST_PROTOCOL)) for part in batches)
            found = (pickle.loads(rows) for rows in done)  # noqa: S301  (from a worker of this process)
        else:
            found = map(function, batches)
    return [row for rows in track(found, label, total=len(batches)) for row in rows]


def end_workers() -> None:
    """End the worker processes, which keep what they have grown by; the next call starts others."""
    if "joblib.externals.loky" in sys.modules:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)


def numbered(items: Iterable[T]) -> tuple[list[T], list[int]]:
    """Return the distinct items, in the order in which they first come, and the number of each item among them.

    What depends on an item alone is worked out for the distinct ones and given to all.
    """
    known: dict[T, int] = {}
    places = [known.setdefault(item, len(known)) for item in items]
    return list(known), places


def over_machines(function: Callable[[Sequence[T]], Iterable[R]], items: Sequence[T], label: str, batch: int) -> Iterable[R]:
    """Apply a function that by itself uses all cores of its machine; only an engine with further machines gets batches of it.

    Args:
        function: As for :func:`spread`; one item's result must not depend on the others.
        items: What it is applied to.
        label: What is being done, in Chinese, for the progress bar.
        batch: Number of items in a batch.

    Returns:
        The results in the order of the items.
    """
    return function(items) if _ENGINE.get() is None else spread(function, items, label, batch)


def in_threads(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Apply a function that computes with arrays to items on a few threads; return its results in the order of the items.

    Args:
        function: Called with one item; changes nothing that another call looks at.
        items: What it is applied to.
    """
    from joblib import cpu_count

    todo = list(items)
    workers = min(_MOST, cpu_count(), len(todo))
    if workers < 2:
        return [function(item) for item in todo]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, todo))
