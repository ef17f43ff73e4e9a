"""The run folder: tables written whole or not at all, a manifest, and reuse of what is already computed.

A stage's key is a hash of its name and version, its settings, the seed, the content of the tables it reads and the
models it uses. A stage whose key stands in the manifest, and whose tables are still there unchanged, is not run again.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from pyarrow import types

from jietan.errors import InputError, RunFolderError, cause
from jietan.locking import exclusive
from jietan.tables import CLOSING_TABLES, CONTRACT_TABLES, TABLES, conform, empty, shared, to_arrow
from jietan.vectors import Vectors

__all__ = ["UNFINISHED", "RunFolder", "content_key", "file_hash", "timestamp", "write_atomically"]

MANIFEST = "manifest.json"
_LOCK = ".lock"
#: How names of files begin that are being written; what a power cut leaves of them is removed by the next run.
UNFINISHED = ".jietan-"
#: Vectors of a run, and what the ids of their rows are.
VECTORS = {"vectors": "opinion_id", "heads": "comment_id"}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LITTLE = 1 << 20
#: Vectors of more bytes are not read into memory but mapped, so that the system may drop what is not looked at.
_MAPPED = 1 << 28
#: Rows of a group in the file of a table, as many as Arrow takes by itself.
_GROUP = 1 << 20
#: Columns of large tables that hold a few texts again and again.
_REPEATED = ("law", "article_id", "article", "item", "basis", "source")


def timestamp() -> str:
    """Return the time of day and date in UTC to the second, as manifests hold it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def file_hash(path: Path) -> str:
    """Return the sha256 of a file.

    Raises:
        InputError: The file is missing or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise InputError("没有这个文件", where=str(path), todo="请检查文件名和所在文件夹") from error
    except OSError as error:
        todo = "请写明一个能读的文件；正被别的程序使用的，请先关闭"
        raise InputError(f"读不了这个文件（{cause(error)}）", where=str(path), todo=todo) from error


def content_key(*parts: object) -> str:
    """Return a hash over JSON-able values."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read_some(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a table."""
    few = [name for name in columns if name in _REPEATED]
    found: pd.DataFrame = parquet.read_table(path, columns=[*columns], read_dictionary=few).to_pandas()
    return found


def _read_received(path: Path) -> pd.DataFrame:
    """Read the comments as received; their lists stay as Arrow has them, which takes a tenth of the memory."""
    schema = parquet.read_schema(path)
    lists = [n for n in schema.names if types.is_list(schema.field(n).type)]
    frame = pd.read_parquet(path, columns=[n for n in schema.names if n not in lists])
    stored = parquet.read_table(path, columns=lists)
    for name in lists:
        frame[name] = pd.arrays.ArrowExtensionArray(stored[name])
    return frame.reindex(columns=schema.names)


def _write_table(frame: pd.DataFrame, name: str, path: Path) -> None:
    """Write a table one group of rows after the other, so that no copy of a large one is made."""
    kinds = {c.name for c in TABLES[name].columns}
    told = all(c in kinds or frame[c].dtype != object for c in frame.columns)  # else only all the rows tell what a column holds
    groups = range(0, max(1, len(frame)), _GROUP if told else max(1, len(frame)))
    parts = (to_arrow(frame.iloc[start : start + groups.step], name) for start in groups)
    first = next(parts)
    with parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        for part in chain([first], parts):
            writer.write_table(part, _GROUP)


def _is_full(folder: Path) -> bool:
    """Say whether next to no room is left; numpy does not pass on why a file could not be written."""
    try:
        return shutil.disk_usage(folder).free < _LITTLE
    except OSError:
        return False


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name beside it, then rename it into place.

    Args:
        path: The file to make or replace.
        write: Called with the temporary path.

    Raises:
        RunFolderError: No space is left, or the folder cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED, suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if error.errno in _FULL or (error.errno is None and _is_full(path.parent)):
            raise RunFolderError("磁盘空间不足", where=str(path.parent), todo="请清理磁盘后原样再运行一次，已完成的步骤不会重做") from error
        raise RunFolderError(f"无法写入（{cause(error)}）", where=str(path), todo="请检查权限，或者关闭打开着此文件的程序") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@dataclass
class RunFolder:
    """One run on disk.

    Args:
        path: The folder.
        manifest: What ``manifest.json`` holds.
    """

    path: Path
    manifest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open an existing run.

        Raises:
            RunFolderError: The folder is missing or is not a run.
        """
        if not path.is_dir():
            raise RunFolderError("没有这个运行文件夹", where=str(path), todo="请写 jietan run 结束时显示的文件夹，例如 runs/意见")
        return cls(path, cls._read_manifest(path))

    @classmethod
    def create(cls, path: Path) -> RunFolder:
        """Open a run, or make a new folder for one.

        Raises:
            RunFolderError: The path holds other things, or cannot be made.
        """
        if (path / MANIFEST).exists():
            return cls.open(path)
        if path.exists() and (not path.is_dir() or any(p for p in path.iterdir() if not p.name.startswith("."))):
            raise RunFolderError("输出文件夹里已有别的内容", where=str(path), todo="请用 --out 指定一个新的文件夹")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunFolderError(f"建不了输出文件夹（{cause(error)}）", where=str(path), todo="请用 --out 指定别处") from error
        return cls(path, {})

    @contextmanager
    def alone(self, wait_s: float = 120.0) -> Iterator[None]:
        """Let no other process write into the folder meanwhile, and remove what a process that was killed left half written.

        Args:
            wait_s: Seconds to wait for another process.

        Raises:
            RunFolderError: Another process still writes, or the folder cannot be written.
        """
        with exclusive(self.path / _LOCK, "这个运行文件夹", wait_s):
            for part in self.path.rglob(f"{UNFINISHED}*"):
                part.unlink(missing_ok=True)
            if (self.path / MANIFEST).exists():  # another process may have changed it meanwhile
                self.manifest = self._read_manifest(self.path)
            yield

    def discard_if_empty(self) -> None:
        """Remove the folder again where nothing was written into it."""
        with suppress(OSError):
            if [p.name for p in self.path.iterdir()] == [_LOCK]:
                (self.path / _LOCK).unlink()
            self.path.rmdir()

    @staticmethod
    def _read_manifest(path: Path) -> dict[str, Any]:
        try:
            found = json.loads((path / MANIFEST).read_text("utf-8"))
        except FileNotFoundError as error:
            raise RunFolderError(
                "不是 jietan 的运行文件夹（没有 manifest.json）", where=str(path), todo="请写 jietan run 结束时显示的文件夹"
            ) from error
        except (OSError, ValueError) as error:
            raise RunFolderError("manifest.json 已损坏", where=str(path), todo="请另选 --out 重新运行") from error
        if not isinstance(found, dict):
            raise RunFolderError("manifest.json 已损坏", where=str(path), todo="请另选 --out 重新运行")
        return found

    def save_manifest(self) -> None:
        """Write the manifest."""
        text = json.dumps(self.manifest, ensure_ascii=False, indent=1) + "\n"

        def write(temporary: Path) -> None:
            with temporary.open("w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())

        write_atomically(self.path / MANIFEST, write)

    def table_path(self, name: str) -> Path:
        """Return where a table lies: ``tables/`` for the contract's, ``stages/`` for those between stages."""
        if name in VECTORS:
            return self.path / f"{name}.npy"
        return self.path / ("tables" if name in (*CONTRACT_TABLES, *CLOSING_TABLES) else "stages") / f"{name}.parquet"

    def read(self, name: str, columns: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Read a table; one that the program did not make yet when the run was finished is empty.

        Args:
            name: Which table.
            columns: The columns that are wanted, where not all are; those that hold few different texts come as categories.

        Raises:
            RunFolderError: The run has no such table.
        """
        path = self.table_path(name)
        try:
            if columns is not None:
                return _read_some(path, columns)
            return _read_received(path) if name == "received" else pd.read_parquet(path)
        except FileNotFoundError as error:
            made = self.manifest.get("counts", {})
            if made and name in CONTRACT_TABLES and name not in made:
                return empty(name)
            raise RunFolderError(f"运行文件夹里没有表 {name}", where=str(path), todo="请先完成 jietan run") from error

    def rows(self, name: str) -> int:
        """Number of rows of a table, which is not read for it."""
        try:
            return int(parquet.read_metadata(self.table_path(name)).num_rows)
        except FileNotFoundError:
            return len(self.read(name))

    def read_vectors(self, name: str = "vectors") -> Vectors:
        """Read the vectors of the opinions, or those of the comments' heads."""
        ids = shared(pd.read_parquet(self.path / f"{name}_ids.parquet")[VECTORS[name]])
        path = self.path / f"{name}.npy"
        return Vectors.mapped(ids, path) if path.stat().st_size > _MAPPED else Vectors(ids, np.load(path, allow_pickle=False))

    def write(self, name: str, value: pd.DataFrame | Vectors, *, conforming: bool = False) -> str:
        """Write one table whole and return the sha256 of its file; ``conforming`` where it came out of :func:`conform` just now."""
        path = self.table_path(name)
        if isinstance(value, Vectors):
            matrix = value.matrix
            ids = pd.DataFrame({VECTORS[name]: value.ids})
            write_atomically(self.path / f"{name}_ids.parquet", lambda p: ids.to_parquet(p, index=False))
            write_atomically(path, lambda p: np.save(p, matrix, allow_pickle=False))
        else:
            frame = value if conforming else conform(value, name)
            write_atomically(path, lambda p: _write_table(frame, name, p))
        return file_hash(path)

    def reusable(self, stage: str, key: str) -> bool:
        """Say whether a stage's tables stand in the folder, made under this key and unchanged since."""
        entry: Mapping[str, Any] = self.manifest.get("stages", {}).get(stage, {})
        if entry.get("key") != key:
            return False
        for name, digest in entry.get("tables", {}).items():
            path = self.table_path(name)
            if not path.exists() or file_hash(path) != digest:
                return False
        return True

    def record(self, stage: str, entry: Mapping[str, Any]) -> None:
        """Note a finished stage in the manifest and save it."""
        self.manifest.setdefault("stages", {})[stage] = dict(entry)
        self.save_manifest()
