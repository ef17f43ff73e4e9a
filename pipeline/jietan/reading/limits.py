"""Limits against hostile or broken input: file size, gzip and zip bombs, tables that claim to be endless."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jietan.errors import InputError, cause

__all__ = ["LIMITS", "Limits", "check_file", "open_package", "read_bytes", "read_entry"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; sizes in bytes.

    Attributes:
        file_bytes: Size of a file, and of what a gzip file holds.
        package_bytes: Sum of what the entries of a zip container (xlsx, docx) hold.
        package_entries: Number of entries of a zip container.
        ratio: Uncompressed size to compressed size, looked at above `ratio_floor` only.
        ratio_floor: Below this uncompressed size a high ratio is harmless.
        table_cells: Rows times columns of one worksheet.
    """

    file_bytes: int = 1 << 30
    package_bytes: int = 2 << 30
    package_entries: int = 10_000
    ratio: int = 200
    ratio_floor: int = 64 << 20
    table_cells: int = 30_000_000


LIMITS = Limits()


def _size(n_bytes: int) -> str:
    """Format a size for a message."""
    return f"{n_bytes / (1 << 30):.1f} GB" if n_bytes >= 1 << 30 else f"{max(1, n_bytes >> 20)} MB"


def check_file(path: Path, limits: Limits = LIMITS) -> None:
    """Check that a path is a regular, non-empty file of bearable size.

    Raises:
        InputError: If it is missing, a folder, something special, unreadable, empty or too large.
    """
    where = str(path)
    if path.is_dir():
        raise InputError("这是一个文件夹，不是文件", where=where, todo="请写出文件夹里要读的文件，例如 文件夹/意见.xlsx")
    if not path.exists():
        raise InputError("找不到这个文件", where=where, todo="请检查文件名和所在的文件夹（文件名里有空格时要加引号）")
    if not path.is_file():
        raise InputError("这不是普通文件", where=where, todo="请把意见另存为普通文件后再读")
    size = path.stat().st_size
    if size == 0:
        raise InputError("文件是空的（0 字节）", where=where, todo="请检查文件是否完整导出，再重新导出一次")
    if size > limits.file_bytes:
        raise InputError(f"文件有 {_size(size)}，超过上限 {_size(limits.file_bytes)}", where=where, todo="请拆成几个文件，一起读入")


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """Read a file, unpacking gzip whatever the file is called.

    Raises:
        InputError: If the file cannot be used, a gzip stream is damaged, or it unpacks beyond the limits.
    """
    check_file(path, limits)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"文件打不开（{cause(error)}）", where=str(path), todo="请关闭正在使用它的程序，或检查权限") from error
    return _gunzip(path, data, limits) if data[:2] == b"\x1f\x8b" else data


def _gunzip(path: Path, data: bytes, limits: Limits) -> bytes:
    out = bytearray()
    try:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                out += chunk
                too_dense = len(out) > limits.ratio_floor and len(out) > limits.ratio * len(data)
                if len(out) > limits.file_bytes or too_dense:
                    raise InputError("压缩包解开后大得不正常，已停止", where=str(path), todo="请先自行解压检查，再读解压后的文件")
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("gz 压缩文件损坏或不完整", where=str(path), todo="请重新下载或重新压缩") from error
    if not out:
        raise InputError("压缩文件里是空的", where=str(path), todo="请检查压缩前的文件")
    return bytes(out)


@contextmanager
def open_package(stream: IO[bytes], where: str, limits: Limits = LIMITS) -> Iterator[zipfile.ZipFile]:
    """Open a zip container (xlsx, docx) after checking its directory.

    Args:
        stream: The file, seekable.
        where: The file's name for messages.
        limits: The bounds.

    Raises:
        InputError: If it is damaged, encrypted or looks like a zip bomb.
    """
    damaged = InputError("文件损坏，打不开", where=where, todo="请用 WPS 或 Office 打开，另存一份后再读")
    try:
        package = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise damaged from error
    with package:
        entries = package.infolist()
        total = sum(entry.file_size for entry in entries)
        packed = max(1, sum(entry.compress_size for entry in entries))
        too_dense = total > limits.ratio_floor and total > limits.ratio * packed
        if len(entries) > limits.package_entries or total > limits.package_bytes or too_dense:
            raise InputError(
                f"文件解开后大得不正常（{len(entries)} 个部分，{_size(total)}），已停止",
                where=where,
                todo="请用 WPS 或 Office 打开，只把意见表另存为新文件",
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise InputError("文件有密码", where=where, todo="请取消密码后另存，再读")
        yield package


def read_entry(package: zipfile.ZipFile, name: str | zipfile.ZipInfo, where: str) -> bytes:
    """Read one entry of a checked container, never more than its directory promised.

    Args:
        package: The container.
        name: The entry, or its name; of entries with one name the last is meant.
        where: The file's name for messages.

    Raises:
        InputError: If the entry is missing or damaged.
    """
    try:
        info = package.getinfo(name) if isinstance(name, str) else name
        with package.open(info) as entry:
            data = entry.read(info.file_size + 1)
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        shown = name if isinstance(name, str) else name.filename
        raise InputError(f"文件损坏，缺少或读不出 {shown}", where=where, todo="请用 WPS 或 Office 打开，另存一份后再读") from error
    return data
