"""Intake: files become the first tables of a run, joined to what earlier batches brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import InputError, RunFolderError
from jietan.runfolder import RunFolder, content_key, file_hash
from jietan.settings import Settings
from jietan.stages.parse import parse
from jietan.stages.read import load_salt, read
from jietan.tables import conform, empty, places

__all__ = ["Draft", "Intake", "read_draft", "read_inputs", "unsplit"]


@dataclass(frozen=True)
class Draft:
    """The draft of a run.

    Args:
        provisions: Table of its articles; empty where there is no draft.
        info: Name, hash, title and numbering problems, for the manifest.
    """

    provisions: pd.DataFrame
    info: dict[str, Any]


@dataclass(frozen=True)
class Intake:
    """What was read of the comments.

    Args:
        received: Comments as received.
        rejects: What could not be used.
        notes: Remarks for the user.
        batches: Files by batch, for the manifest.
    """

    received: pd.DataFrame
    rejects: pd.DataFrame
    notes: list[str]
    batches: list[dict[str, Any]]


def read_draft(path: Path | None) -> Draft:
    """Read the draft.

    Raises:
        InputError: The file cannot be read or has no articles.
    """
    named = {} if path is None else {"name": path.name, "sha256": file_hash(path)}
    provisions, title, problems = parse(path)
    return Draft(provisions, {**named, "title": title, "problems": problems})


def _identify(files: Sequence[Path]) -> list[dict[str, str]]:
    return [{"name": f.name, "sha256": file_hash(f)} for f in files]


def _same_run(folder: RunFolder, inputs: list[dict[str, str]], draft: dict[str, Any], append: bool) -> list[dict[str, Any]]:
    """Return the batches read before, after checking that the folder is this run's."""
    batches: list[dict[str, Any]] = folder.manifest.get("batches", [])
    if not batches:
        return []
    known = {x["sha256"] for b in batches for x in b["files"]}
    if folder.manifest["draft"].get("sha256") != draft.get("sha256"):
        raise RunFolderError("输出文件夹里是另一份草案的运行结果", where=str(folder.path), todo="请用 --out 指定一个新的文件夹")
    if not append and {x["sha256"] for x in inputs} != known:
        raise RunFolderError(
            "输出文件夹里已有另一次运行的结果",
            where=str(folder.path),
            todo="要并入新一批意见请加 --append，否则请用 --out 指定一个新的文件夹",
        )
    return batches


def _committed(frame: pd.DataFrame, batches: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of the batches that the manifest knows; a run that was stopped while joining a further one leaves more."""
    return frame[frame["batch"] < len(batches)]


def _stamped(frame: pd.DataFrame, batch: int) -> pd.DataFrame:
    """Rows with the number of the batch they came in."""
    return frame.assign(batch=pd.array([batch] * len(frame), dtype="Int64"))


def _repeats(more: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    """Remarks on ids that had to be told apart, and on comments that came before."""
    stems = more["comment_id"].str.rsplit("@", n=1).str[0]
    told_apart = sorted(set(stems[stems != more["comment_id"]]))
    notes = []
    if told_apart:
        shown = "、".join(told_apart[:5]) + ("等" if len(told_apart) > 5 else "")
        notes.append(f"有 {len(told_apart)} 个编号重复（{shown}），已在编号后加 @ 和文字的校验码区分")
    known = set(zip(before["comment_id"].str.rsplit("@", n=1).str[0], before["text"], strict=True))
    same = sum(pair in known for pair in zip(stems, more["text"], strict=True))
    if same:
        notes.append(f"本批有 {same} 件的编号和内容与以前读入的相同，记为重复件")
    return notes


class _Earlier(Intake):
    """What the run holds already."""

    @classmethod
    def of(cls, folder: RunFolder, batches: list[dict[str, Any]]) -> _Earlier:
        """Read the tables of earlier batches."""
        if not batches:
            return cls(empty("received"), empty("rejects"), [], [])
        received, rejects = (_committed(folder.read(name), batches) for name in ("received", "rejects"))
        return cls(received, rejects[rejects["stage"] == "read"], list(folder.manifest.get("notes", [])), batches)

    @property
    def hashes(self) -> set[str]:
        """sha256 of every file read."""
        return {x["sha256"] for b in self.batches for x in b["files"]}


def _agreeing(earlier: _Earlier, inputs: set[str], how: dict[str, Any], folder: RunFolder) -> _Earlier:
    """Check that earlier batches were read the same way; the only batch of all is simply read anew where it was not."""
    again = [b for b in earlier.batches if inputs & {x["sha256"] for x in b["files"]}]
    other = [b for b in earlier.batches if b["salt"] != how["salt"]] or [b for b in again if b["map"] != how["map"]]
    if not other:
        return earlier
    if len(earlier.batches) == 1 and inputs == earlier.hashes:
        return _Earlier.of(folder, [])
    what = "提交人指纹的盐" if other[0]["salt"] != how["salt"] else "列名对应（--map）"
    raise RunFolderError(
        f"已读入的意见用的是另一种{what}，不能混在一起",
        where=str(folder.path),
        todo="请恢复原来的设置，或者用 --out 指定一个新的文件夹，把各批文件一起重新读入",
    )


def read_inputs(folder: RunFolder, files: Sequence[Path], draft: Draft, settings: Settings, *, append: bool) -> Intake:
    """Read the comment files that the run does not hold yet and join them to those it does.

    Args:
        folder: The run.
        files: Comment files.
        draft: The draft, to tell whether the folder is this run's.
        settings: Resolved settings.
        append: Whether the files are a further batch.

    Raises:
        InputError: A file cannot be used, or nothing was read at all.
        RunFolderError: The folder holds another run.
    """
    inputs = _identify(files)
    for x in inputs:
        if x["sha256"] == draft.info.get("sha256"):
            raise InputError("这个文件同时作为意见和草案给出", where=x["name"], todo="请在 --draft 前面写意见文件")
    earlier = _Earlier.of(folder, _same_run(folder, inputs, draft.info, append))
    salt = load_salt(settings.redact.salt_file)
    how = {"map": dict(settings.read.map), "salt": content_key(salt.hex())}
    earlier = _agreeing(earlier, {x["sha256"] for x in inputs}, how, folder)
    known = earlier.hashes
    new = [(f, x) for f, x in zip(files, inputs, strict=True) if x["sha256"] not in known]
    received, rejects, notes, batches = earlier.received, earlier.rejects, list(earlier.notes), earlier.batches
    if new:
        more, lost, said = read([f for f, _ in new], settings.read.map, salt, frozenset(received["comment_id"]))
        more, lost = _stamped(more, len(batches)), _stamped(lost, len(batches))
        received = conform(pd.concat([received, more], ignore_index=True), "received") if len(received) else more
        rejects = conform(pd.concat([rejects, lost], ignore_index=True), "rejects") if len(rejects) else lost
        notes += said + _repeats(more, received[received["batch"] < len(batches)])
        batches = [*batches, {**how, "files": [x for _, x in new], "rows": len(more)}]
    again = [f.name for f, x in zip(files, inputs, strict=True) if x["sha256"] in known]
    if append and again:
        notes.append(f"{'、'.join(again)}：与已经读过的文件内容相同，没有重复读")
    if received.empty:
        raise InputError(
            "没有读到任何意见",
            where="、".join(f.name for f in files),
            todo="请看文件里有没有写着意见的列和行；列名特别的，用 --map text=列名 指明",
        )
    return Intake(received, rejects, notes, batches)


def unsplit(folder: RunFolder) -> pd.DataFrame:
    """Return the comments of a run in which no opinion was found, as rejects."""
    received = folder.read("received", ("comment_id", "source_file", "source_row", "batch"))
    silent = received[places(received["comment_id"], folder.read("opinions", ("comment_id",))["comment_id"]) < 0]
    return pd.DataFrame(
        {
            "comment_id": silent["comment_id"],
            "source_file": silent["source_file"],
            "source_row": silent["source_row"],
            "stage": "split",
            "reason": "没有可识别的文字（空白、表情或者符号）",
            "batch": silent["batch"].astype("Int64"),
        }
    )
