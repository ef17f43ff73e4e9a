"""The public functions: run the pipeline, load a run, look into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jietan import __version__
from jietan.clusters import working_on
from jietan.equipment import Models
from jietan.errors import InputError, JietanError, RunFolderError
from jietan.flow import run_stages
from jietan.identity import continuity, earlier_ids
from jietan.intake import Draft, Intake, read_draft, read_inputs, unsplit
from jietan.invariants import check
from jietan.log import get_logger
from jietan.loop.confirming import confirmed
from jietan.review.desk import Desk
from jietan.review.ledger import decided
from jietan.review.remarks import remarks
from jietan.runfolder import RunFolder, content_key, file_hash, timestamp, write_atomically
from jietan.settings import Settings, unlike
from jietan.stages.resample import summarize
from jietan.stored import Stored
from jietan.tables import CONTRACT_TABLES, empty
from jietan.vectors import Vectors

if TYPE_CHECKING:
    from jietan.export.html.notebook import Html

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
        self._models: Models | None = None

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

    @cached_property
    def review(self) -> Desk:
        """What reviewers decide about this run, and what stands of it."""
        return Desk(self)

    def refresh(self, report: Callable[[str], None] | None = None) -> None:
        """Bring the tables up to date with the decisions in the ledger; only the stages concerned run.

        Models stay loaded from one call to the next.

        Args:
            report: Called with one line of progress after each stage.

        Raises:
            InvariantError: The result breaks a promise of the contract.
        """
        folder = self._folder
        with folder.alone():
            if not folder.table_path("earlier").exists():
                folder.write("earlier", empty("earlier"))
            digests = {name: file_hash(folder.table_path(name)) for name in ("received", "provisions", "earlier")}
            folder.manifest["finished"] = None
            folder.save_manifest()
            self._models = self._models or Models(self.settings)
            run_stages(folder, self.settings, self._models, digests, report or _LOG.info)
            rejects = folder.read("rejects")
            finish(folder, rejects[rejects["stage"] != "split"])
            self._tables.clear()
            self._settle()

    def _settle(self) -> None:
        """Put what reviewers said of outcomes into the table, where the adopted text was compared."""
        if self.manifest.get("outcome", {}).get("key") == self.suggestions_key:
            settled = confirmed(self.table("outcomes"), self.suggestions, decided(self.folder))
            self._folder.write("outcomes", settled)
            self._tables.pop("outcomes", None)

    @property
    def outcomes(self) -> pd.DataFrame:
        """What became of each suggestion in the adopted text, as ``jietan outcome`` proposed it or a reviewer said.

        Raises:
            RunFolderError: No adopted text was compared yet, or the suggestions have changed since.
        """
        if self.manifest.get("outcome", {}).get("key") != self.suggestions_key:
            raise RunFolderError("还没有对照通过文本，或者对照以后建议有变化", where=str(self.folder), todo="请运行 jietan outcome")
        return self.table("outcomes")

    @property
    def suggestions_key(self) -> str:
        """What stands for this very table of suggestions."""
        return content_key(self.manifest["stages"]["rank"]["tables"]["suggestions"])

    def shown_tables(self) -> dict[str, pd.DataFrame]:
        """Return what the exports show: the tables of the contract, and the collection points where they are known."""
        return {name: self.table(name) for name in (*CONTRACT_TABLES, *(["points"] if self.knows_points else []))}

    @property
    def knows_points(self) -> bool:
        """Whether the office's collection points are kept with the run."""
        return self._folder.table_path("points").exists()

    def keep(self, tables: Mapping[str, pd.DataFrame], **about: object) -> None:
        """Write tables made after the run into its folder.

        Args:
            tables: By name, of :data:`jietan.tables.CLOSING_TABLES`.
            about: Entries of the manifest.
        """
        for name, table in tables.items():
            self._folder.write(name, table)
            self._tables.pop(name, None)
        self._folder.manifest |= about
        self._folder.save_manifest()

    @property
    def notes(self) -> list[str]:
        """Remarks about the inputs."""
        return list(self.manifest.get("notes", []))

    @property
    def vectors(self) -> Vectors:
        """Vectors of the opinions."""
        return self._folder.read_vectors()

    @property
    def heads(self) -> Vectors:
        """Vectors of the comments' titles, made where there is no draft."""
        return self._folder.read_vectors("heads")

    def theme_cards(self, limit: int = 12, theme_ids: Sequence[str] | None = None) -> Html:
        """Show themes in a notebook as cards with both sides and exemplars, personal data masked.

        Args:
            limit: How many at most, those of most people first.
            theme_ids: Only these, upper ones too; None for the finest themes.
        """
        from jietan.export.html.notebook import theme_cards
        from jietan.trace import view_of

        return theme_cards(view_of(self), limit, theme_ids)

    def theme_tree(self) -> Html:
        """Show the two levels of themes in a notebook."""
        from jietan.export.html.notebook import theme_tree
        from jietan.trace import view_of

        return theme_tree(view_of(self))

    def theme_map(self) -> Html:
        """Show the map of themes in a notebook: a point for each ask, coloured by theme; no network."""
        from jietan.export.html.notebook import theme_map
        from jietan.trace import view_of

        return theme_map(view_of(self))

    def collection(self, points: str | Path | None = None) -> Html:
        """Show in a notebook how the gathering went: what each collection point sent, and which sent nothing.

        Args:
            points: Table of the office's collection points, to be kept in the run folder; None for the one kept already.

        Raises:
            InputError: The table is wrong.
            RunFolderError: The run knows no collection points yet.
        """
        from jietan.export.html.notebook import collection
        from jietan.loop.points import keep_points
        from jietan.trace import view_of

        if points is not None:
            keep_points(self, points)
        if not self.knows_points:
            raise RunFolderError("这次运行还没有采集点的表", where=str(self.folder), todo="请运行 jietan points")
        return collection(view_of(self))

    def export(self, formats: Sequence[str] | None = None, **choices: object) -> list[Path]:
        """Write the exports into ``exports/`` of the run folder.

        Args:
            formats: Such as ``xlsx`` and ``docx``; None for those of the settings.
            choices: Other settings of ``[export]`` for this time, such as ``order="article"``, ``first=20``.

        Returns:
            The files written.

        Raises:
            SettingsError: A choice is unknown or impossible.
        """
        from jietan.export import export
        from jietan.settings import changed

        settings = changed(self.settings, "export", choices)
        if formats is not None:
            settings = settings.model_copy(update={"export": settings.export.model_copy(update={"formats": tuple(formats)})})
        known = ("version", "started", "counts", "models", "notes", "stability")
        info: dict[str, Any] = {k: self.manifest[k] for k in known if k in self.manifest}
        title, said, folder = self.manifest["draft"]["title"], remarks(self.suggestions, self.folder), self.folder / "exports"
        return export(Stored(self._folder), settings, folder, draft_title=title, run_info=info, vectors=lambda: self.vectors, remarks=said)


def _take_in(folder: RunFolder, files: Sequence[Path], draft: Draft, settings: Settings, append: bool) -> Intake:
    try:
        return read_inputs(folder, files, draft, settings, append=append)
    except JietanError:
        folder.discard_if_empty()
        raise


def start(folder: RunFolder, intake: Intake, draft: Draft, settings: Settings, models: Models) -> dict[str, str]:
    """Write the manifest, the settings and the first tables; return the tables' hashes.

    The run is marked unfinished before anything is written, so that one that is stopped is never taken for a whole one.
    """
    described, other = models.describe(), unlike(folder.manifest.get("settings", {}), settings)
    before = folder.manifest.get("batches", [])
    kept = before if before == intake.batches[: len(before)] else []  # none where the same files are read in another way
    folder.manifest = {"program": "jietan", "draft": {}, **folder.manifest, "batches": kept, "finished": None}
    earlier = earlier_ids(folder, len(intake.batches))  # before the manifest knows of a further batch
    folder.save_manifest()
    digests = {"earlier": folder.write("earlier", earlier)}
    folder.manifest |= {
        "version": __version__,
        "started": timestamp(),
        "settings": settings.model_dump(mode="json"),
        "seed": settings.seed,
        "batches": intake.batches,
        "draft": draft.info,
        "notes": list(dict.fromkeys(intake.notes + draft.info["problems"])),
        "settings_changed": other,
        "models": described,
    }
    digests |= {"received": folder.write("received", intake.received), "provisions": folder.write("provisions", draft.provisions)}
    folder.write("rejects", intake.rejects)
    write_atomically(folder.path / "jietan.toml", lambda p: p.write_text(settings.to_toml(), "utf-8"))
    folder.save_manifest()
    return digests


def finish(folder: RunFolder, rejects: pd.DataFrame) -> None:
    """Complete the rejects, check every promise and close the manifest."""
    folder.write("rejects", pd.concat([rejects, unsplit(folder)], ignore_index=True))
    check(Stored(folder))
    folder.manifest["stability"] = summarize(folder.read("stability"), folder.read("opinions", ("comment_id",))["comment_id"].nunique())
    if len(folder.manifest["batches"]) > 1:
        folder.manifest["continuity"] = continuity(folder.read("earlier"), folder.read("placements"))
    folder.manifest["counts"] = {name: folder.rows(name) for name in CONTRACT_TABLES}
    folder.manifest["finished"] = timestamp()
    folder.save_manifest()


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
    settings, say = settings or Settings(), report or _LOG.info
    files = [Path(comments)] if isinstance(comments, str | Path) else [Path(c) for c in comments]
    if not files:
        raise InputError("没有给出意见文件", todo="请写明至少一个文件")
    read = read_draft(Path(draft) if draft is not None else None)
    folder = RunFolder.create(Path(out) if out is not None else Path("runs") / files[0].name.split(".")[0])
    with folder.alone(wait_s=0.0):
        intake = _take_in(folder, files, read, settings, append)
        say(f"读取意见：{len(intake.received)} 件")
        models = Models(settings)
        digests, rejects = start(folder, intake, read, settings, models), intake.rejects
        del intake  # what was read is in the folder now
        with working_on(settings.engine):
            run_stages(folder, settings, models, digests, say)
        finish(folder, rejects)
        finished = Run(folder)
        finished._models = models
        for path in finished.export() if export else []:
            say(f"导出：{path}")
        return finished
