"""Write files so that they are whole or not there, and the same bytes for the same contents."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import uuid4

from jietan.errors import RunFolderError, SettingsError, cause
from jietan.runfolder import UNFINISHED

__all__ = ["repack", "set_aside", "stamp", "write", "write_each"]

T = TypeVar("T")

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(path: Path, make: Callable[[Path], None]) -> Path:
    """Let ``make`` write to a temporary name beside ``path``, then rename it.

    Raises:
        RunFolderError: The file cannot be written, for instance because it is open in another program.
    """
    part = path.with_name(f"{UNFINISHED}{uuid4().hex[:8]}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make(part)
        os.replace(part, path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            todo = "请清理磁盘后原样再运行一次，已完成的步骤不会重做"
            raise RunFolderError("磁盘空间不足，导出文件没有写成", where=str(path), todo=todo) from error
        raise RunFolderError(
            f"写不了导出文件（{cause(error)}）",
            where=str(path),
            todo="如果文件正在 Word、Excel 或者 WPS 中打开，请先关闭；否则请检查文件夹权限",
        ) from error
    finally:
        with suppress(OSError):  # what keeps it from being written keeps it from being removed, too
            part.unlink(missing_ok=True)
    return path


def write_each(content: T, base: Path, writers: Mapping[str, Callable[[Path, T], None]], formats: Sequence[str]) -> list[Path]:
    """Write the same content in several formats.

    Args:
        content: What is written.
        base: Folder and name of the files, without what comes behind the point.
        writers: Name of a format to what writes it.
        formats: Names of formats; a repeated one counts once.

    Returns:
        The files written, in the order of the formats.

    Raises:
        SettingsError: A format is unknown, or none is given.
        RunFolderError: A file cannot be written.
    """
    unknown = [name for name in formats if name not in writers]
    if unknown or not formats:
        what = f"没有 {'、'.join(unknown)} 这种格式" if unknown else "没有写格式"
        raise SettingsError(what, where="--to", todo=f"可用的格式：{'、'.join(writers)}，例如 --to {','.join(list(writers)[:2])}")

    def make(name: str) -> Path:
        return write(base.with_name(f"{base.name}.{name}"), lambda path: writers[name](path, content))

    return [make(name) for name in dict.fromkeys(formats)]


def repack(source: BinaryIO, target: Path | BinaryIO) -> None:
    """Copy a zip file with fixed time stamps."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            new.writestr(fixed, old.read(entry))


def stamp(run_info: Mapping[str, Any]) -> datetime:
    """Return the start of the run without a time zone, for the properties of a file; 2000-01-01 where unknown."""
    try:
        started = datetime.fromisoformat(str(run_info.get("started", "")))
    except ValueError:
        return datetime(2000, 1, 1)
    return started.astimezone(UTC).replace(tzinfo=None) if started.tzinfo else started


def set_aside(path: Path) -> Path:
    """Rename a filled-in sheet that another is to be written over, so that nothing in it is lost; return where it is now.

    Raises:
        RunFolderError: The file cannot be renamed, for instance because it is open in another program.
    """
    numbered = (path.with_stem(f"{path.stem}-未导入{n}") for n in ("", *range(2, 10_000)))
    try:
        return path.replace(next(kept for kept in numbered if not kept.exists()))
    except OSError as error:
        todo = "如果文件正在 Excel 或者 WPS 中打开，请先关闭；否则请检查文件夹权限"
        raise RunFolderError(f"原来的表里有没有导入的内容，另存不了（{cause(error)}）", where=str(path), todo=todo) from error
