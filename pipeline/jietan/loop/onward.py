"""Go on with a run against a later reading of its draft: the same comments, decisions and ids, the new numbers."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jietan.api import Run, finish, start
from jietan.equipment import Models
from jietan.errors import RunFolderError
from jietan.flow import run_stages
from jietan.identity import ids_now
from jietan.intake import Intake, read_draft
from jietan.review.decisions import PROGRAM, Decision, OpinionRef
from jietan.review.ledger import append
from jietan.runfolder import RunFolder, timestamp
from jietan.tables import records

if TYPE_CHECKING:
    from jietan.loop.whereabouts import LawText

__all__ = ["check_empty", "go_on", "renumbered"]

_LOG = logging.getLogger(__name__)


def renumbered(run: Run, law: LawText, settled: Iterable[Decision]) -> Iterator[Decision]:
    """Yield where opinions that name an article of the draft belong now, as decisions that a reviewer may overrule.

    What people wrote names the numbers of the draft that they had; read against the later text it would name others.

    Args:
        run: The run.
        law: The draft beside the later text.
        settled: Decisions that are carried; what they place is left alone.
    """
    placed = {o.opinion_id for d in settled if d.kind == "set_article" for o in d.objects if isinstance(o, OpinionRef)}
    links = run.links
    named = links[(links["source"] == "draft") & (links["rank"] == 1) & (links["basis"] == "explicit")]
    at: dict[tuple[str, int | None, str | None], list[str]] = defaultdict(list)
    for row in records(named.sort_values("opinion_id")):
        if row.opinion_id not in placed:
            paragraph = None if row.paragraph != row.paragraph or row.paragraph is None else int(row.paragraph)
            at[row.article, paragraph, row.item if isinstance(row.item, str) else None].append(row.opinion_id)
    opinions = {row.opinion_id: row for row in records(run.opinions)}
    now = timestamp()
    for old, names in at.items():
        new = law.carried(*old)
        if new.article is None or (new.article, new.paragraph, new.item) == old:
            continue
        refs = tuple(OpinionRef.of(opinions[name]) for name in names)
        place = (new.article, new.paragraph, new.item)
        why = f"来件写的是原来的序号，新稿改到{new.label}"
        yield Decision(kind="set_article", objects=refs, place=place, by=PROGRAM, at=now, why=why)


def check_empty(run: Run, out: Path) -> None:
    """Refuse a folder that holds something.

    Args:
        run: The run to go on from.
        out: Folder of the new run.

    Raises:
        RunFolderError: It is the run's own, or is not empty.
    """
    if out.resolve() == run.folder.resolve() or (out.is_dir() and any(out.iterdir())):
        raise RunFolderError("新的运行文件夹里已有内容", where=str(out), todo="请另指定一个空的或者没有的文件夹")


def go_on(
    run: Run, draft: Path, out: Path, decisions: Iterable[Decision], report: Callable[[str], None] | None = None, *, export: bool = True
) -> Run:
    """Make a run of the same comments against a later text.

    Args:
        run: The run to go on from; it stays as it is.
        draft: The later text.
        out: Folder of the new run; must not hold anything.
        decisions: What stands in its ledger from the start.
        report: Called with one line of progress after each stage.
        export: Write the files named in ``settings.export.formats``.

    Returns:
        The finished run. Themes and suggestions keep their ids where most of their opinions stay together.

    Raises:
        InputError: The text cannot be read.
        RunFolderError: The folder holds something, or cannot be written.
        InvariantError: The finished run breaks a promise of the contract.
    """
    read = read_draft(draft)
    check_empty(run, out)
    old, folder = RunFolder.open(run.folder), RunFolder.create(out)
    rejects = old.read("rejects")
    notes = [f"接着 {run.folder.name} 对照 {draft.name}：意见、审核决定和编号从那里带来，来件里的条号按新稿换过"]
    intake = Intake(old.read("received"), rejects[rejects["stage"] == "read"], notes, run.manifest["batches"])
    models = Models(run.settings)
    append(folder.path, decisions)
    with folder.alone(wait_s=0.0):
        digests = start(folder, intake, read, run.settings, models)
        digests["earlier"] = folder.write("earlier", ids_now(old))
        run_stages(folder, run.settings, models, digests, report or _LOG.info)
        finish(folder, intake.rejects)
        made = Run.load(folder.path)
        if export:
            made.export()
        return made
