"""The archive's file: one SQLite database, written one consultation at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from jietan.errors import InputError, cause
from jietan.language.normalize import fold
from jietan.law.store import library_path

__all__ = ["archive_path", "compact", "open_archive", "spaced"]

#: Raise when the tables change, and say here how an older file is brought up.
SCHEMA_VERSION = 1
#: "jtar", by which SQLite's header names the program.
_APPLICATION = 0x6A746172
_WAIT_S = 120.0
_SCHEMA = """
CREATE TABLE consultations (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, first_day TEXT, last_day TEXT,
  salt TEXT NOT NULL, compared INTEGER NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE comments (
  consultation INTEGER NOT NULL REFERENCES consultations (id) ON DELETE CASCADE, comment_id TEXT NOT NULL, person TEXT NOT NULL,
  point TEXT, street TEXT, day TEXT, triage TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (consultation, comment_id));
CREATE TABLE themes (
  consultation INTEGER NOT NULL REFERENCES consultations (id) ON DELETE CASCADE, theme_id TEXT NOT NULL, title TEXT NOT NULL,
  PRIMARY KEY (consultation, theme_id));
CREATE TABLE touched (
  consultation INTEGER NOT NULL REFERENCES consultations (id) ON DELETE CASCADE, comment_id TEXT NOT NULL, theme_id TEXT NOT NULL,
  PRIMARY KEY (consultation, comment_id, theme_id));
CREATE TABLE suggestions (
  consultation INTEGER NOT NULL REFERENCES consultations (id) ON DELETE CASCADE, suggestion_id TEXT NOT NULL, rank INTEGER NOT NULL,
  theme_id TEXT, place TEXT NOT NULL, operation TEXT NOT NULL, title TEXT NOT NULL, proposed TEXT NOT NULL, label TEXT, answer TEXT,
  confirmed INTEGER NOT NULL, PRIMARY KEY (consultation, suggestion_id));
CREATE TABLE evidence (
  consultation INTEGER NOT NULL REFERENCES consultations (id) ON DELETE CASCADE, suggestion_id TEXT NOT NULL, comment_id TEXT NOT NULL,
  PRIMARY KEY (consultation, suggestion_id, comment_id));
CREATE INDEX evidence_by_comment ON evidence (consultation, comment_id);
CREATE VIRTUAL TABLE entries USING fts5 (body, kind UNINDEXED, consultation UNINDEXED, ref UNINDEXED, tokenize = "unicode61");
"""


def archive_path() -> Path:
    """Return the place of the archive: beside the user's laws."""
    return library_path().with_name("archive.db")


def spaced(text: str) -> str:
    """Return letters and digits with blanks between, so that any run of them can be found as a phrase.

    Args:
        text: The text.
    """
    return " ".join(c for c in fold(text).casefold() if c.isalnum())


def _refuse(error: sqlite3.Error, path: Path) -> InputError:
    """What to tell the user about an error of SQLite's; what is the program's own fault is raised again."""
    said = str(error)
    if "locked" in said or "busy" in said:
        return InputError("台账正被另一个程序写入，等了两分钟还没有结束", where=str(path), todo="请等它结束后再试")
    if "full" in said:
        return InputError("磁盘空间不足，台账没有改动", where=str(path), todo="请清理磁盘后再试")
    if "readonly" in said or "unable to open" in said:
        return InputError("台账文件打不开或者不能写入", where=str(path), todo="请检查权限，或者用 --file 指明另一个文件")
    if "not a database" not in said and "malformed" not in said:
        raise error
    return InputError("这个文件不是台账，或者已经损坏", where=str(path), todo="请用 --file 指明另一个文件，或者从备份恢复")


@contextmanager
def open_archive(path: Path, *, write: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the archive for one transaction; what fails leaves nothing behind.

    Args:
        path: The file; made by the first write.
        write: Whether it may be changed.

    Raises:
        InputError: The file is no archive, is of a newer program, is missing, or cannot be written.
    """
    if not write and not path.is_file():
        raise InputError("还没有台账", where=str(path), todo="请先用 jietan archive add 加入一次运行")
    try:
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            _check(connection, path, write=write)
            yield connection
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise _refuse(error, path) from error
    except OSError as error:
        raise InputError(f"台账文件不能写入（{cause(error)}）", where=str(path), todo="请检查权限，或者用 --file 指明另一个文件") from error


def compact(path: Path) -> None:
    """Write the file anew, without the pages of what was removed.

    Args:
        path: The archive.

    Raises:
        InputError: The file cannot be written.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)) as connection:
            connection.execute("INSERT INTO entries (entries) VALUES ('optimize')")
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise _refuse(error, path) from error


def _check(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    empty = not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    if empty and write:
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    elif application != _APPLICATION:
        raise InputError("这个文件不是台账", where=str(path), todo="请用 --file 指明另一个文件")
    elif version > SCHEMA_VERSION:
        raise InputError("台账是更新版本的程序写的", where=str(path), todo="请升级程序")
