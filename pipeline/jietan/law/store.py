"""The user's own laws: one SQLite file, written one file's laws at a time, safe with several processes.

Every write is one transaction under SQLite's own lock; a second process waits. The file is made by the first write;
reading never makes or changes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from jietan.errors import InputError, cause
from jietan.law.versions import LawVersion

__all__ = ["LawStore", "Row", "StoredVersion", "library_path"]

T = TypeVar("T")

#: Raise when the tables change, and say here how an older file is brought up.
SCHEMA_VERSION = 1
#: "jtlw", by which SQLite's header names the program.
_APPLICATION = 0x6A746C77
_WAIT_S = 120.0

_SCHEMA = """
CREATE TABLE versions (
  id INTEGER PRIMARY KEY, short TEXT NOT NULL, law TEXT NOT NULL, version_date TEXT NOT NULL, declared TEXT NOT NULL,
  effective TEXT NOT NULL, level TEXT NOT NULL, region TEXT NOT NULL, history TEXT NOT NULL, n_articles INTEGER NOT NULL,
  source TEXT NOT NULL, added_at TEXT NOT NULL, digest TEXT NOT NULL, UNIQUE (short, version_date));
CREATE TABLE articles (
  version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE, position INTEGER NOT NULL, label TEXT NOT NULL,
  chapter TEXT, paragraphs TEXT NOT NULL, PRIMARY KEY (version_id, position));
"""
_VERSION = (
    "INSERT INTO versions (short, law, version_date, declared, effective, level, region, history, n_articles, source, added_at, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

#: One article as it is read: id of its version, label, headings, its 款 as a JSON list.
Row = tuple[int, str, str | None, str]


def library_path() -> Path:
    """Return the place of the user's laws: ``$JIETAN_LIBRARY``, ``$JIETAN_HOME``, else the platform's place for data."""
    if explicit := os.environ.get("JIETAN_LIBRARY"):
        return Path(explicit)
    if home := os.environ.get("JIETAN_HOME"):
        return Path(home) / "library.db"
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return folder / "jietan" / "library.db"


@dataclass(frozen=True)
class StoredVersion:
    """One version as it lies in the file; see ``LawVersion``. ``source`` names the file it came from."""

    id: int
    short: str
    law: str
    version_date: str
    declared: str
    effective: str
    level: str
    region: str
    history: tuple[tuple[str, str], ...]
    n_articles: int
    source: str
    digest: str


_STORED = tuple(f.name for f in fields(StoredVersion))


def _history(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple((date, kind) for date, kind in json.loads(stored))


def _refuse(error: sqlite3.DatabaseError, path: Path) -> InputError:
    """What to tell the user about an error of SQLite's."""
    where, said = str(path), str(error)
    if "locked" in said or "busy" in said:
        return InputError("法规库正被另一个程序写入，等了两分钟还没有结束", where=where, todo="请等它结束后再试")
    if "full" in said:
        return InputError("磁盘空间不足，法规库没有改动", where=where, todo="请清理磁盘后原样再运行一次，已加入的不会重复加入")
    if "readonly" in said or "unable to open" in said or "permission" in said:
        return InputError("法规库文件打不开或者不能写入", where=where, todo="请检查权限，或者用环境变量 JIETAN_LIBRARY 指明另一个文件")
    return InputError(
        "自己添加的法规库文件已损坏，没有改动它",
        where=where,
        todo="请换上备份；没有备份的，把这个文件改名或者移走，再用 jietan laws add 重新加入",
    )


class LawStore:
    """The laws that the user added.

    Args:
        path: The SQLite file; None for the user's own. It need not exist.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Remember the place; nothing is opened yet."""
        self.path = path or library_path()

    @contextmanager
    def _connection(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        try:
            uri = f"{self.path.resolve().as_uri()}?mode={'rwc' if write else 'rw'}"
            connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_S, isolation_level=None)
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                self._check(connection, write=write)
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.DatabaseError as error:
            raise _refuse(error, self.path) from error

    def _check(self, connection: sqlite3.Connection, *, write: bool) -> None:
        """Make the tables of a new file, refuse a foreign or newer one."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        program = connection.execute("PRAGMA application_id").fetchone()[0]
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if empty and write:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif not empty and program != _APPLICATION:
            raise InputError("这不是 jietan 的法规库文件", where=str(self.path), todo="请检查环境变量 JIETAN_LIBRARY 指的是哪个文件")
        elif version > SCHEMA_VERSION:
            raise InputError("法规库是由更新版本的 jietan 写的", where=str(self.path), todo="请升级 jietan")
        elif empty:
            raise _Empty

    def _read(self, query: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        if not self._exists():
            return nothing
        try:
            with self._connection(write=False) as connection:
                return query(connection)
        except _Empty:
            return nothing

    def _exists(self) -> bool:
        try:
            if self.path.is_dir():
                raise InputError("法规库的位置是一个文件夹", where=str(self.path), todo="请让 JIETAN_LIBRARY 指向一个文件，例如 法规库.db")
            return self.path.exists()
        except OSError as error:
            todo = "请检查权限，或者用环境变量 JIETAN_LIBRARY 指明另一个文件"
            raise InputError(f"读不了法规库（{cause(error)}）", where=str(self.path), todo=todo) from error

    @staticmethod
    def _versions(connection: sqlite3.Connection) -> list[StoredVersion]:
        found = connection.execute(f"SELECT {', '.join(_STORED)} FROM versions ORDER BY short, version_date")  # noqa: S608  (constants)
        try:
            return [StoredVersion(**{**dict(zip(_STORED, row, strict=True)), "history": _history(row[8])}) for row in found]
        except ValueError as error:
            raise sqlite3.DatabaseError("malformed") from error

    def versions(self) -> list[StoredVersion]:
        """Return all versions, by short name and date.

        Raises:
            InputError: The file is damaged, foreign or cannot be read.
        """
        return self._read(self._versions, [])

    def snapshot(self, choose: Callable[[list[StoredVersion]], Collection[int]]) -> tuple[list[StoredVersion], list[Row]]:
        """Return all versions, and the articles of some of them, as they stand at one moment.

        Args:
            choose: Says of which versions the articles are wanted, by id.

        Returns:
            The versions by short name and date, the articles by version and position.

        Raises:
            InputError: The file is damaged, foreign or cannot be read.
        """

        def query(connection: sqlite3.Connection) -> tuple[list[StoredVersion], list[Row]]:
            versions = self._versions(connection)
            wanted = set(choose(versions))
            found = connection.execute("SELECT version_id, label, chapter, paragraphs FROM articles ORDER BY version_id, position")
            return versions, [row for row in found if row[0] in wanted]

        nothing: tuple[list[StoredVersion], list[Row]] = ([], [])
        return self._read(query, nothing)

    def digest(self) -> str:
        """Return a hash of all that is in the file, empty for no laws; reads no article.

        Raises:
            InputError: The file is damaged, foreign or cannot be read.
        """
        found = [(v.short, v.version_date, v.digest) for v in self.versions()]
        return hashlib.sha256(json.dumps(found).encode()).hexdigest() if found else ""

    def check(self) -> None:
        """Look whether the file is sound before it is written to.

        Raises:
            InputError: It is damaged; it stays as it is.
        """

        def query(connection: sqlite3.Connection) -> None:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(said)

        self._read(query, None)

    def add(self, laws: Sequence[LawVersion], source: str) -> list[str]:
        """Write versions, all or none.

        Args:
            laws: Versions, each at most once.
            source: The file they come from.

        Returns:
            For each ``"added"``, ``"replaced"`` or ``"same"`` (nothing to do).

        Raises:
            InputError: The file is damaged, foreign, locked for two minutes or cannot be written.
        """
        self._make_folder()
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._connection(write=True) as connection:
            return [self._put(connection, law, source, now) for law in laws]

    def _make_folder(self) -> None:
        try:
            self._exists()
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            todo = "请检查权限，或者用环境变量 JIETAN_LIBRARY 指明另一个文件"
            raise InputError(f"建不了法规库（{cause(error)}）", where=str(self.path), todo=todo) from error

    @staticmethod
    def _put(connection: sqlite3.Connection, law: LawVersion, source: str, now: str) -> str:
        key = (law.short, law.version_date)
        there = connection.execute("SELECT id, digest FROM versions WHERE short = ? AND version_date = ?", key).fetchone()
        if there is not None and there[1] == law.digest:
            return "same"
        if there is not None:
            connection.execute("DELETE FROM versions WHERE id = ?", there[:1])
        history = json.dumps(law.history, ensure_ascii=False)
        row = (law.short, law.law, law.version_date, law.declared, law.effective, law.level, law.region, history, len(law.articles))
        number = connection.execute(_VERSION, (*row, source, now, law.digest)).lastrowid
        articles = (
            (number, position, a.label, a.chapter, json.dumps(a.paragraphs, ensure_ascii=False)) for position, a in enumerate(law.articles)
        )
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", articles)
        return "added" if there is None else "replaced"

    def remove(self, versions: Sequence[int]) -> None:
        """Remove versions by id, all or none.

        Raises:
            InputError: The file is damaged, foreign, locked for two minutes or cannot be written.
        """
        with self._connection(write=True) as connection:
            connection.executemany("DELETE FROM versions WHERE id = ?", [(number,) for number in versions])


class _Empty(Exception):
    """The file exists and holds nothing."""
