"""The ledger ``decisions.jsonl``: only ever appended to; what stands is found by reading it from the start."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from jietan.errors import RunFolderError, cause
from jietan.locking import exclusive
from jietan.review.decisions import PROGRAM, Decision
from jietan.runfolder import write_atomically

__all__ = ["LEDGER", "Entry", "append", "decided", "read_ledger", "rewrite", "standing"]

LEDGER = "decisions.jsonl"
_LOCK = ".decisions.lock"
State = Literal["stands", "undone", "superseded", "conflict"]


@dataclass(frozen=True)
class Entry:
    """A decision and what became of it in the ledger.

    Attributes:
        decision: The decision.
        state: ``stands``; ``undone``; ``superseded`` by the same person's later decision on the same thing; ``conflict``: another
            person decided otherwise before, and that stands until one of the two is undone.
        rival: Id of the decision that superseded it or that it conflicts with.
    """

    decision: Decision
    state: State = "stands"
    rival: str = ""


def read_ledger(folder: Path) -> list[Decision]:
    """Read the decisions of a run, in the order they were made.

    A last line that was cut off by a power failure is left out; it was never acknowledged.

    Raises:
        RunFolderError: A line cannot be understood, or the file cannot be read.
    """
    path = folder / LEDGER
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunFolderError(f"读不了审核记录（{cause(error)}）", where=str(path), todo="请检查权限，或者关闭打开着此文件的程序") from error
    whole = raw[: raw.rfind(b"\n") + 1]
    found = []
    for number, line in enumerate(whole.decode("utf-8", "replace").split("\n"), 1):  # no other character ends a line of JSON
        if not line.strip():
            continue
        try:
            found.append(Decision.model_validate_json(line))
        except ValidationError as error:
            raise RunFolderError(
                "审核记录里有一行看不懂", where=f"{path} 第 {number} 行", todo="请不要手工改这个文件；可以把这一行移走后再运行"
            ) from error
    return found


def append(folder: Path, decisions: Iterable[Decision]) -> None:
    """Add decisions at the end, each on the disk before the call returns; several processes may add at once.

    Raises:
        RunFolderError: The file cannot be written; then nothing was added.
    """
    lines = "".join(decision.line() + "\n" for decision in decisions).encode("utf-8", "surrogatepass")
    path = folder / LEDGER
    try:
        with exclusive(folder / _LOCK, "审核记录"):
            _mend(path)
            _add(path, lines)
    except OSError as error:
        raise RunFolderError(f"写不进审核记录（{cause(error)}）", where=str(path), todo="请检查磁盘空间和权限") from error


def rewrite(folder: Path, decisions: Iterable[Decision]) -> None:
    """Put other decisions in the place of all; only for taking people out, who may ask for it.

    Raises:
        RunFolderError: The file cannot be written; then it is as before.
    """
    lines = "".join(decision.line() + "\n" for decision in decisions).encode("utf-8", "surrogatepass")
    with exclusive(folder / _LOCK, "审核记录"):
        if (folder / LEDGER).exists():
            write_atomically(folder / LEDGER, lambda path: path.write_bytes(lines))


def _add(path: Path, lines: bytes) -> None:
    """Write at the end of the file, all or nothing."""
    before = path.stat().st_size if path.exists() else 0
    with path.open("ab") as stream:
        try:
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):  # what is in the way of shortening it is cut off by the next call
                os.truncate(path, before)
            raise


def _mend(path: Path) -> None:
    """Cut off what a power failure left of a line that was never whole."""
    if not path.exists():
        return
    with path.open("rb+") as stream:
        raw = stream.read()
        whole = raw.rfind(b"\n") + 1
        if whole != len(raw):
            stream.truncate(whole)


def standing(decisions: Sequence[Decision]) -> list[Entry]:
    """Say of each decision whether it stands.

    Args:
        decisions: In the order they were made.

    Returns:
        One entry for each, in the same order; undoing entries stand themselves.
    """
    undone: set[str] = set()
    for decision in reversed(decisions):
        if decision.kind == "undo" and decision.id not in undone and decision.undoes:
            undone.add(decision.undoes)
    entries: list[Entry] = []
    holders: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for decision in decisions:
        entries.append(Entry(decision, "undone") if decision.id in undone else Entry(decision))
        if decision.id not in undone:
            _claim(entries, holders)
    return entries


def _claim(entries: list[Entry], holders: dict[tuple[str, ...], list[tuple[str, int]]]) -> None:
    """Let the last decision settle what it says, unless another person settled any of it otherwise before.

    Args:
        entries: Decisions so far; those that settle nothing any more become superseded.
        holders: For each thing that is settled, how, and the places of the decisions that say so; changed.
    """
    decision, at = entries[-1].decision, len(entries) - 1
    claims = decision.settles()
    rivals = [k for key, how in claims.items() for said, k in holders.get(key, ()) if said != how]
    other = next((k for k in rivals if entries[k].decision.by not in (decision.by, PROGRAM)), None)
    if other is not None:
        entries[at] = Entry(decision, "conflict", entries[other].decision.id)
        return
    for key, how in claims.items():
        holders[key] = [(said, k) for said, k in holders.get(key, ()) if said == how] + [(how, at)]
    held = {k for places in holders.values() for _, k in places} if rivals else set()
    for k in set(rivals) - held:
        entries[k] = Entry(entries[k].decision, "superseded", decision.id)


def decided(folder: Path) -> list[Decision]:
    """The decisions of a run that stand and change its tables, in the order they were made."""
    return [e.decision for e in standing(read_ledger(folder)) if e.state == "stands" and e.decision.kind not in ("undo", "note")]
