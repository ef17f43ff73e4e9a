"""Files, folders and zip archives → the files in them, one at a time. Nothing is unpacked to disk, nothing is trusted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from jietan.errors import InputError, cause
from jietan.law.document import FORMATS, MAX_BYTES
from jietan.reading.limits import Limits, check_file, open_package, read_entry

__all__ = ["LIMITS", "Source", "count_entries", "expand", "find_files"]

#: What a zip archive may hold, archives inside it included; documents have a limit of their own.
LIMITS = Limits(file_bytes=1 << 30, package_bytes=2 << 30, package_entries=50_000)
#: How deep archives may lie inside archives.
MAX_DEPTH = 2

_LINES = ".jsonl"
_WORD = (".doc", ".wps", ".rtf", ".docm", ".dotm")
_ASIDE = {"thumbs.db", "desktop.ini", "__macosx"}
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")
_TODO = "请先自行解压检查，再加入解压后的文件夹"


@dataclass(frozen=True)
class Source:
    """One file: its name with the folders and archives around it, and its bytes or why it cannot be read."""

    name: str
    data: bytes = b""
    error: InputError | None = None


def _is_aside(parts: Sequence[str]) -> bool:
    """Whether a path is no document: hidden files, Word's lock files, what systems leave behind."""
    return any((part.startswith((".", "~$")) and part != "..") or part.lower() in _ASIDE for part in parts)


def find_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """List the files that some paths mean.

    Args:
        paths: Files, and folders of any depth.

    Returns:
        Each file once, with its name for messages, in the order given and by name inside folders. Hidden files and
        lock files in folders are left out, links to folders are not followed.

    Raises:
        InputError: A path does not exist, or a folder holds no file.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if not path.is_dir():
            if not path.exists():
                raise InputError("没有这个文件或文件夹", where=str(path), todo="请检查路径，名称里有空格时要加引号")
            found.setdefault(path.resolve(), path.name)
            continue
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_aside(p.relative_to(path).parts))
        if not inside:
            raise InputError("文件夹里没有文件", where=str(path), todo="请检查路径")
        for file in inside:
            found.setdefault(file.resolve(), f"{path.resolve().name}/{file.relative_to(path).as_posix()}")
    return list(found.items())


def count_entries(path: Path) -> int:
    """Count the files that a path holds, for a progress bar: 1, or the entries of an archive."""
    if path.suffix.lower() == ".zip":
        with suppress(OSError, ValueError, zipfile.BadZipFile, NotImplementedError), zipfile.ZipFile(path) as archive:
            return max(1, len(archive.infolist()))
    return 1


def expand(path: Path, name: str) -> Iterator[Source]:
    """Read a file, or one after the other the files of an archive.

    Args:
        path: The file.
        name: Its name for messages.

    Yields:
        What is inside; a file that cannot be read comes with its error.
    """
    try:
        check_file(path, replace(LIMITS, file_bytes=LIMITS.package_bytes))
        if path.suffix.lower() == ".zip":
            with path.open("rb") as stream:
                yield from _entries(stream, name, 1, _Budget(name))
            return
        _refuse_kind(name, path.stat().st_size)
        data = path.read_bytes()
    except InputError as error:
        yield Source(name, error=error)
    except OSError as error:
        yield Source(name, error=InputError(f"文件打不开（{cause(error)}）", where=name, todo="请关闭正在使用它的程序，或检查权限"))
    else:
        yield Source(name, data)


class _Budget:
    """What is left of the limits for one archive and all that lies inside it."""

    def __init__(self, name: str) -> None:
        self.name, self.bytes, self.entries = name, LIMITS.package_bytes, LIMITS.package_entries

    def take(self, entries: Sequence[zipfile.ZipInfo]) -> None:
        self.bytes -= sum(entry.file_size for entry in entries)
        self.entries -= len(entries)
        if self.bytes < 0 or self.entries < 0:
            raise InputError("压缩包解开后大得不正常，已停止", where=self.name, todo=_TODO)


def _refuse_kind(name: str, size: int) -> None:
    """Refuse what is no law text before it is read.

    Raises:
        InputError: The extension is unknown, or the file is too large.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in FORMATS and suffix != _LINES:
        todo = "请用 Word 或 WPS 另存为 docx" if suffix in _WORD else "能加入的是 docx、md、txt、jsonl 和 zip"
        raise InputError(f"不能读取这种文件（{suffix or '没有扩展名'}）", where=name, todo=todo)
    limit = LIMITS.file_bytes if suffix == _LINES else MAX_BYTES
    if size > limit:
        raise InputError(f"文件超过 {limit >> 20} MB", where=name, todo="请只保留条文，或者拆成几个文件")
    if size == 0:
        raise InputError("文件是空的（0 字节）", where=name, todo="请检查文件是否完整")


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; archives made on Chinese Windows write it in GB18030 without saying so."""
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            return entry.filename.encode("cp437").decode("gb18030")
    return entry.filename


def _entries(stream: IO[bytes], where: str, depth: int, budget: _Budget) -> Iterator[Source]:
    try:
        with open_package(stream, where, LIMITS) as package:
            entries = sorted((e for e in package.infolist() if not e.is_dir()), key=_entry_name)
            budget.take(entries)
            for entry in entries:
                path = PurePosixPath(_entry_name(entry).replace("\\", "/"))
                if _OUTSIDE.search(str(path)):
                    refused = InputError("压缩包里的路径指向压缩包以外，没有读取", where=f"{where}/{path}", todo=_TODO)
                    yield Source(f"{where}/{path}", error=refused)
                elif not _is_aside(path.parts):
                    yield from _entry(package, entry, f"{where}/{path}", depth, budget)
            if not entries:
                raise InputError("压缩包里没有文件", where=where, todo="请检查压缩包是否完整")
    except InputError as error:
        yield Source(where, error=InputError(error.what, where=where, todo=_TODO))


def _entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, depth: int, budget: _Budget) -> Iterator[Source]:
    nested = name.lower().endswith(".zip")
    try:
        if nested and depth >= MAX_DEPTH:
            raise InputError("压缩包套压缩包，层数太多，没有读取", where=name, todo=_TODO)
        if not nested:
            _refuse_kind(name, entry.file_size)
        data = read_entry(package, entry, name)
    except InputError as error:
        yield Source(name, error=InputError(error.what, where=name, todo=_TODO if nested else error.todo))
        return
    if nested:
        yield from _entries(io.BytesIO(data), name, depth + 1, budget)
    else:
        yield Source(name, data)
