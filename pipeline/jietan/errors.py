"""Errors a user can act on.

::

    JietanError                 one paragraph in Chinese, exit code 2
    ├── InputError              a comments or draft file cannot be used as it is
    ├── SettingsError           a setting is unknown or impossible
    ├── RunFolderError          a run folder is missing, foreign or cannot be written
    ├── ModelError              a model is missing or damaged
    ├── ClusterError            the cluster cannot be reached or lost work (:mod:`jietan.clusters`)
    └── InvariantError          a finished run breaks a promise of the contract (exit code 1)

Every message says what is wrong, where (file, row, column) and what to do. Anything else that is raised is a bug and
keeps its traceback.
"""

from __future__ import annotations

import errno
from typing import Any

__all__ = ["InputError", "InvariantError", "JietanError", "ModelError", "RunFolderError", "SettingsError", "cause"]

_CAUSES = {
    errno.ENOENT: "没有这个位置",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "上级路径不是文件夹",
    errno.EROFS: "所在磁盘是只读的",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘空间不足",
    errno.EFBIG: "文件超过了允许的大小",
    errno.EBUSY: "正被别的程序使用",
    errno.ETXTBSY: "正被别的程序使用",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
}


class JietanError(Exception):
    """Base of all errors that a user can act on.

    Args:
        what: What is wrong, in Chinese.
        where: The file, row or column concerned, if any.
        todo: What the user can do about it, in Chinese; every error says so, and the manual lists them all.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", todo: str) -> None:
        """Compose the one-paragraph message."""
        self.what, self.where, self.todo = what, where, todo
        parts = [what.rstrip("。") + "。"]
        if where:
            parts.insert(0, f"{where}：")
        if todo:  # empty only where another error that says what to do is passed on
            parts.append(todo.rstrip("。") + "。")
        super().__init__("".join(parts))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel whole between processes."""
        return _remade, (type(self), self.what, self.where, self.todo)


def _remade(kind: type[JietanError], what: str, where: str, todo: str) -> JietanError:
    return kind(what, where=where, todo=todo)


class InputError(JietanError):
    """A comments, draft or law file cannot be read or lacks what is needed."""


class SettingsError(JietanError):
    """A setting is unknown or has an impossible value."""


class RunFolderError(JietanError):
    """A run folder is missing, holds another run, or cannot be written."""


class ModelError(JietanError):
    """A model folder is missing or damaged."""


class InvariantError(JietanError):
    """A finished run breaks a promise of the contract; the message names the rows."""

    exit_code = 1


def cause(error: OSError) -> str:
    """Return in Chinese why the operating system refused, in its own words where there is no translation."""
    return _CAUSES.get(error.errno or 0) or error.strerror or str(error)
