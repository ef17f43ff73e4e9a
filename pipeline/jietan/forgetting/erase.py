"""Take comments out of a run and of the archive, and make everything that rested on them anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from jietan.forgetting.residue import pieces_of, residue
from jietan.forgetting.who import comments_of
from jietan.loop.archive.filling import replace
from jietan.review.decisions import CommentRef, Decision, GroupRef, OpinionRef, Ref
from jietan.review.ledger import read_ledger, rewrite

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["Forgotten", "forget"]


@dataclass(frozen=True)
class Forgotten:
    """What was removed.

    Attributes:
        comments: Ids of the comments.
        decisions: How many entries of the ledger were removed with them, or changed.
        archived: Whether the archive held the run and was brought up to date.
        elsewhere: Names of other consultations in the archive that hold comments of the same people.
        sources: Names of the files that the comments came in, which are not changed.
        outcome: Whether the comparison with an adopted text was removed and has to be made again.
        left: Files in which words of theirs were still found; empty when all is well.
    """

    comments: tuple[str, ...]
    decisions: int
    archived: bool
    elsewhere: tuple[str, ...]
    sources: tuple[str, ...]
    outcome: bool
    left: tuple[str, ...]


def _comment_of(opinion: str) -> str:
    return opinion.rpartition(":")[0]


def _ref(ref: Ref, gone: Collection[str], said: Callable[[str], bool]) -> Ref | None:
    """A reference without what is removed; None where nothing of it is left."""
    if isinstance(ref, CommentRef | OpinionRef):
        return None if ref.comment_id in gone else ref
    members = tuple(m for m in ref.members if _comment_of(m) not in gone)
    return GroupRef(type=ref.type, id=ref.id, label="" if said(ref.label) else ref.label, members=members) if members else None


def _cleaned(decisions: Iterable[Decision], gone: Collection[str], said: Callable[[str], bool]) -> list[Decision]:
    """Decisions without the comments; those that speak of nothing else, or quote them, are left out."""
    kept: list[Decision] = []
    names: dict[str, str] = {}
    for decision in decisions:
        objects = tuple(ref for given in decision.objects if (ref := _ref(given, gone, said)) is not None)
        into = None if decision.into is None else _ref(decision.into, gone, said)
        undoes = None if decision.undoes is None else names.get(decision.undoes)
        if said(decision.value) or (decision.objects and not objects):
            continue
        why = "" if said(decision.why) else decision.why
        held = decision.model_dump() | {"objects": objects, "into": into, "undoes": undoes, "why": why}
        try:
            made = Decision.model_validate(held)
        except ValidationError:  # too little is left of it
            continue
        names[decision.id] = made.id
        kept.append(made)
    return kept


def _exports(run: Run) -> bool:
    """Remove the exports; say whether there were any."""
    folder = run.folder / "exports"
    present = folder.is_dir() and any(folder.iterdir())
    shutil.rmtree(folder, ignore_errors=True)
    return present


def forget(run: Run, who: Sequence[str], archive: Path, report: Callable[[str], None] | None = None) -> Forgotten:
    """Remove people from a run, and from the archive where it is in it.

    Their rows leave the table that all others are made of; the stages then make everything anew, so that counts, themes,
    suggestions and vectors are those of the comments that are left. The exports are removed and written again; entries of the
    ledger lose what speaks of them.

    Args:
        run: A finished run.
        who: As for :func:`jietan.forgetting.who.comments_of`.
        archive: The archive; need not exist.
        report: Called with a line of progress.

    Returns:
        What was removed, and where words of theirs were still found.

    Raises:
        InputError: Nobody fits, or several people do.
        RunFolderError: The folder is in use or cannot be written; the same command does what is left to be done.
    """
    found = comments_of(run, who)
    gone = set(found["comment_id"])
    keys = set(found["submitter_key"].dropna())
    others = run.comments[~run.comments["comment_id"].isin(gone)]
    pieces = pieces_of(found["text"], [*others["text"], *run.articles["text"]])

    def said(text: str) -> bool:
        return any(piece in text for piece in pieces) or any(name in text for name in gone)

    folder = run._folder
    with folder.alone():
        had_outcome = bool(folder.manifest.pop("outcome", None))
        folder.manifest["finished"] = None
        folder.manifest["notes"] = [note for note in folder.manifest.get("notes", []) if not said(note)]
        folder.save_manifest()
        had_exports = _exports(run)
        for name in ("outcomes", "final"):
            folder.table_path(name).unlink(missing_ok=True)
        before = read_ledger(run.folder)
        after = _cleaned(before, gone, said)
        rewrite(run.folder, after)
        earlier = folder.read("earlier")
        folder.write("earlier", earlier[~earlier["opinion_id"].map(_comment_of).isin(gone)])
        for name in ("rejects", "received"):
            table = folder.read(name)
            folder.write(name, table[~table["comment_id"].isin(gone)])
        run.refresh(report)
        if had_exports:
            run.export()
    elsewhere, archived = replace(run, archive, keys)
    changed = len(before) - len({d.id for d in before} & {d.id for d in after})
    sources = tuple(sorted(set(found["source_file"])))
    left = tuple(residue(run.folder, [*pieces, *sorted(keys)]))
    return Forgotten(tuple(sorted(gone)), changed, archived, elsewhere, sources, had_outcome, left)
