"""One writer at a time: locks of the operating system, which end with the process that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jietan.errors import RunFolderError, cause

__all__ = ["exclusive"]

_WAIT_S = 120.0


@contextmanager
def exclusive(path: Path, what: str, wait_s: float = _WAIT_S) -> Iterator[None]:
    """Hold a lock; the same thread may take it again.

    Args:
        path: The lock's own file, empty and left where it is; its folder is there.
        what: What it guards, for the message.
        wait_s: Seconds to wait for another process or thread to let go.

    Raises:
        RunFolderError: Another still holds it, or the file cannot be made.
    """
    from filelock import FileLock, Timeout  # most commands never lock, and start sooner without it

    lock = FileLock(path, is_singleton=True)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout as error:
        raise RunFolderError(f"{what}正被另一个 jietan 写入", where=str(path.parent), todo="请等它结束后原样再试") from error
    except OSError as error:
        raise RunFolderError(f"{what}不能写入（{cause(error)}）", where=str(path.parent), todo="请检查磁盘空间和权限") from error
    try:
        yield
    finally:
        lock.release()
