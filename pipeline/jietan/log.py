"""Logging set-up and progress bars for the command line; the library itself only logs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["configure", "get_logger", "track"]

T = TypeVar("T")


def get_logger(name: str) -> logging.Logger:
    """Return the logger of a module below ``jietan``."""
    return logging.getLogger(name)


def configure(*, verbose: bool = False) -> None:
    """Send log messages to standard error, warnings and above unless ``verbose``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S"))
    root = logging.getLogger("jietan")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if verbose else logging.WARNING)


def track(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """Iterate with a progress bar on a terminal, silently elsewhere.

    Args:
        items: What to iterate over.
        label: What is being done, in Chinese.
        total: Number of items, where ``len`` cannot tell.

    Yields:
        The items in order.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as rich_track

    console = Console(stderr=True)
    yield from rich_track(items, description=label, total=total, console=console, transient=True)
