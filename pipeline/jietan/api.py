"""The public functions: run the pipeline, load a run, look into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from jietan import __version__
from jietan.errors import InputError, RunFolderError
from jietan.flow import Models, run_stages
from jietan.invariants import check
from jietan.log import get_logger
from jietan.runfolder import RunFolder, content_key, file_hash, write_atomically
from jietan.settings import Settings
from jietan.stages.parse import parse
from jietan.stages.read import load_salt, read
from jietan.tables import CONTRACT_TABLES, conform, empty

__all__ = ["Run", "run"]

_LOG = get_logger(__name__)


class Run:
    """A finished run: its tables as DataFrames, read when asked for.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: RunFolder) -> None:
        """Wrap an open run folder."""
        self._folder = folder
        self._tables: dict[str, pd.DataFrame] = {}

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Open a finished run.

        Args:
            path: Its folder.

        Raises:
            RunFolderError: There is no run, or it has not come to its end.
        """
        folder = RunFolder.open(Path(path))
        if not folder.manifest.get("finished"):
            raise RunFolderError("这次运行还没有完成", where=str(path), todo="请原样再执行一次 jietan run，会从中断处继续")
        return cls(folder)

    @property
    def folder(self) -> Path:
        """Where the run lies."""
        return self._folder.path

    @property
    def manifest(self) -> dict[str, Any]:
        """Versions, inputs, settings, models, counts and timings."""
        return self._folder.manifest

    @cached_property
    def settings(self) -> Settings:
        """The resolved settings."""
        return Settings.model_validate(self.manifest["settings"])

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the contract.

        Args:
            name: One of :data:`jietan.tables.CONTRACT_TABLES`.

        Raises:
            RunFolderError: The run has no such table.
        """
        if name not in self._tables:
            self._tables[name] = self._folder.read(name)
        return self._tables[name]

    @property
    def comments(self) -> pd.DataFrame:
        """Comments as received, with campaign, duplicate and triage."""
        return self.table("comments")

    @property
    def opinions(self) -> pd.DataFrame:
        """Atomic opinions with labels, unit and theme."""
        return self.table("opinions")

    @property
    def links(self) -> pd.DataFrame:
        """Opinions' articles."""
        return self.table("links")

    @property
    def articles(self) -> pd.DataFrame:
        """The draft's articles and the library's that links name."""
        return self.table("articles")

    @property
    def units(self) -> pd.DataFrame:
        """Opinions that make the same ask."""
        return self.table("units")

    @property
    def themes(self) -> pd.DataFrame:
        """Themes and their parents."""
        return self.table("themes")

    @property
    def suggestions(self) -> pd.DataFrame:
        """Ranked suggestions."""
        return self.table("suggestions")

    @property
    def pii(self) -> pd.DataFrame:
        """Personal data found."""
        return self.table("pii")

    @property
    def rejects(self) -> pd.DataFrame:
        """What could not be used, with the reason."""
        return self.table("rejects")

    @property
    def notes(self) -> list[str]:
        """Remarks about the inputs."""
        return list(self.manifest.get("notes", []))

    def export(self, formats: Sequence[str] | None = None) -> list[Path]:
        """Write the exports into ``exports/`` of the run folder.

        Args:
            formats: Such as ``xlsx`` and ``docx``; None for those of the settings.

        Returns:
            The files written.
        """
        from jietan.export import export

        settings = self.settings
        if formats is not None:
            settings = settings.model_copy(update={"export": settings.export.model_copy(update={"formats": tuple(formats)})})
        info = {k: self.manifest[k] for k in ("version", "started", "counts", "models", "notes")}
        tables = {name: self.table(name) for name in CONTRACT_TABLES}
        return export(tables, settings, self.folder / "exports", draft_title=self.manifest["draft"]["title"], run_info=info)


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


def _received(
    folder: RunFolder, files: Sequence[Path], inputs: list[dict[str, str]], settings: Settings, batches: list[dict[str, Any]], append: bool
) -> tuple[pd.DataFrame, pd.DataFrame, list[str], list[dict[str, Any]]]:
    """Read what is not read yet and join it to what is."""
    salt = load_salt(settings.redact.salt_file)
    key = content_key(sorted(x["sha256"] for x in inputs), settings.read.model_dump(), content_key(salt.hex()))
    received, rejects = empty("received"), empty("rejects")
    notes: list[str] = list(folder.manifest.get("notes", [])) if batches else []
    if batches:
        received, rejects = (_committed(folder.read(name), batches) for name in ("received", "rejects"))
        rejects = rejects[rejects["stage"] == "read"]
        same = {x["sha256"] for x in batches[0]["files"]} == {x["sha256"] for x in inputs}
        if len(batches) == 1 and same and batches[0]["key"] != key:  # the same files, read with other settings
            batches, received, rejects, notes = [], empty("received"), empty("rejects"), []
    known = {x["sha256"] for b in batches for x in b["files"]}
    new = [(f, x) for f, x in zip(files, inputs, strict=True) if x["sha256"] not in known]
    if new:
        more, lost, said = read([f for f, _ in new], settings.read.map, salt, frozenset(received["comment_id"]))
        more, lost = _stamped(more, len(batches)), _stamped(lost, len(batches))
        received = conform(pd.concat([received, more], ignore_index=True), "received") if len(received) else more
        rejects = conform(pd.concat([rejects, lost], ignore_index=True), "rejects") if len(rejects) else lost
        notes += said
        batches = [*batches, {"key": key, "files": [x for _, x in new], "rows": len(more)}]
    again = [f.name for f, x in zip(files, inputs, strict=True) if x["sha256"] in known]
    if append and again:
        notes.append(f"{'、'.join(again)}：与已经读过的文件内容相同，没有重复读")
    if received.empty:
        raise InputError("没有读到任何意见", where="、".join(f.name for f in files), todo="请检查文件内容")
    return received, rejects, notes, batches


def _unsplit(received: pd.DataFrame, opinions: pd.DataFrame) -> pd.DataFrame:
    """Comments in which no opinion was found, as rejects."""
    silent = received[~received["comment_id"].isin(set(opinions["comment_id"]))]
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


def _begin(folder: RunFolder) -> None:
    """Mark the run unfinished before anything is written, so that one that is stopped is never taken for a whole one."""
    folder.manifest = {"program": "jietan", "batches": [], "draft": {}, **folder.manifest, "finished": None}
    folder.save_manifest()


def _counts(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    return {name: len(frame) for name, frame in tables.items()}


def run(  # noqa: PLR0913  (the public entry point)
    comments: str | Path | Iterable[str | Path],
    *,
    draft: str | Path | None = None,
    out: str | Path | None = None,
    settings: Settings | None = None,
    append: bool = False,
    export: bool = True,
    report: Callable[[str], None] | None = None,
) -> Run:
    """Turn comments and a draft into ranked suggestions.

    Args:
        comments: One or several comment files (csv, tsv, xlsx, xls, jsonl, txt, docx …).
        draft: The draft under consultation; without one, comments are mapped to the library of laws alone.
        out: Run folder; by default ``runs/`` and the name of the first file.
        settings: Settings; by default all defaults.
        append: Join a further batch to a run that is there.
        export: Write the files named in ``settings.export.formats``.
        report: Called with one line of progress after each stage.

    Returns:
        The finished run.

    Raises:
        InputError: A file cannot be used.
        RunFolderError: The folder holds another run or cannot be written.
        InvariantError: The finished run breaks a promise of the contract.
    """
    settings = settings or Settings()
    say = report or _LOG.info
    files = [Path(comments)] if isinstance(comments, str | Path) else [Path(c) for c in comments]
    if not files:
        raise InputError("没有给出意见文件", todo="请写明至少一个文件")
    draft_path = Path(draft) if draft is not None else None
    inputs = _identify(files)
    draft_info: dict[str, Any] = {} if draft_path is None else {"name": draft_path.name, "sha256": file_hash(draft_path)}
    provisions, title, problems = parse(draft_path)
    folder = RunFolder.create(Path(out) if out is not None else Path("runs") / files[0].name.split(".")[0])
    batches = _same_run(folder, inputs, draft_info, append)
    received, rejects, notes, batches = _received(folder, files, inputs, settings, batches, append)
    say(f"读取意见：{len(received)} 件")
    models = Models(settings)
    described = models.describe()
    _begin(folder)
    folder.manifest |= {
        "program": "jietan",
        "version": __version__,
        "started": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "settings": settings.model_dump(mode="json"),
        "seed": settings.seed,
        "batches": batches,
        "draft": {**draft_info, "title": title, "problems": problems},
        "notes": list(dict.fromkeys(notes + problems)),
        "models": described,
        "finished": None,
    }
    digests = {"received": folder.write("received", received), "provisions": folder.write("provisions", provisions)}
    folder.write("rejects", rejects)
    write_atomically(folder.path / "jietan.toml", lambda p: p.write_text(settings.to_toml(), "utf-8"))
    folder.save_manifest()
    run_stages(folder, settings, models, digests, say)
    folder.write("rejects", pd.concat([rejects, _unsplit(received, folder.read("opinions"))], ignore_index=True))
    tables = {name: folder.read(name) for name in CONTRACT_TABLES}
    check(tables)
    folder.manifest["counts"] = _counts(tables)
    folder.manifest["finished"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    folder.save_manifest()
    finished = Run(folder)
    if export:
        for path in finished.export():
            say(f"导出：{path}")
    return finished
