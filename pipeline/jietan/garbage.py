"""Python's search for garbage that refers to itself, and when not to search.

A step that makes millions of small objects and keeps them is looked through again and again for nothing; what nothing refers
to any more is freed at once all the same.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["give_back", "no_garbage_search", "search_seldom"]

#: How many new objects there are between two searches among the young ones, and how many of those between two among older ones.
_SELDOM = (100_000, 20, 50)


@contextmanager
def no_garbage_search() -> Iterator[None]:
    """Do not search for garbage meanwhile; afterwards it is as it was before."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def search_seldom() -> None:
    """Search seldom, for a process that ends with the one thing that it does, and not when it ends: the system takes all then.

    A command makes some hundred thousand objects that stay to its end, and hardly any that refer to themselves.
    """
    gc.set_threshold(*_SELDOM)
    atexit.register(gc.freeze)


def give_back() -> None:
    """Let the system have the memory of what is gone; the C library of Linux keeps it otherwise, and others need not be told."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library that does not know how
            ctypes.CDLL(None).malloc_trim(0)
