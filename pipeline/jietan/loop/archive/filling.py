"""Put a run into the archive, personal data masked, and take one out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jietan.errors import InputError
from jietan.export.view import View
from jietan.export.wording import chinese_date, iso_day, place, printable
from jietan.loop.answers import Answers
from jietan.loop.archive.store import compact, open_archive, spaced
from jietan.runfolder import content_key, timestamp
from jietan.trace import view_of

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["add", "remove", "replace"]


def _key(run: Run) -> str:
    """What stands for a consultation: its draft and the files of its first batch; further batches replace it."""
    files = sorted(x["sha256"] for x in run.manifest["batches"][0]["files"])
    return content_key([run.manifest["draft"].get("sha256"), files])


def _answers(run: Run, view: View) -> Answers | None:
    """What people are told, where the adopted text was compared."""
    if run.manifest.get("outcome", {}).get("key") != run.suggestions_key:
        return None
    return Answers(view, run.outcomes, run.table("final"), run.manifest["outcome"]["final"]["title"] or view.title)


def _comments(view: View) -> Iterator[tuple[Any, ...]]:
    for row in view.comments:
        name = row["comment_id"]
        day = iso_day(row["submitted_at"])
        known = day if chinese_date(day) != day else None
        person = row["submitter_key"] or f"匿名:{name}"
        yield name, person, row["point"], row["street"], known, row["triage"], printable(view.masker.text(name))


def _touched(view: View) -> list[tuple[str, str]]:
    pairs = zip(view.opinions.column("comment_id"), view.opinions.column("theme_id"), strict=True)
    return sorted({(comment, theme) for comment, theme in pairs if theme in view.theme_titles})


def _suggestions(view: View, answers: Answers | None) -> Iterator[tuple[Any, ...]]:
    for row in view.suggestions:
        told = answers.told[row["suggestion_id"]] if answers else None
        yield (
            row["suggestion_id"],
            int(row["rank"]),
            row["theme_id"],
            place(row, view.draft_law),
            row["operation"],
            view.suggestion_text(row, "title"),
            view.suggestion_text(row, "proposed_text"),
            told.label if told else None,
            told.text if told else None,
            int(told.confirmed) if told else 0,
        )


def _rows(view: View, answers: Answers | None) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of every table without the number of the consultation, in the order of its columns."""
    evidence = {(s["suggestion_id"], c) for s in view.suggestions for c in view.comments_of(s["evidence"])}
    return {
        "comments": list(_comments(view)),
        "themes": list(view.theme_titles.items()),
        "touched": _touched(view),
        "suggestions": list(_suggestions(view, answers)),
        "evidence": sorted(evidence),
    }


def _entries(rows: dict[str, list[tuple[Any, ...]]]) -> Iterator[tuple[str, str, str]]:
    """Text, kind and id of everything that can be found."""
    yield from ((row[6], "意见", row[0]) for row in rows["comments"])
    yield from ((title, "主题", name) for name, title in rows["themes"])
    for row in rows["suggestions"]:
        yield f"{row[5]}\n{row[6]}", "建议", row[0]
        if row[8]:
            yield row[8], "答复", row[0]


def add(run: Run, path: Path, name: str = "") -> tuple[str, bool]:
    """Put a run into the archive; the same consultation put in again takes the place of what was there.

    Args:
        run: A finished run.
        path: The archive.
        name: What to call it; by default the title of its draft or the name of its folder, with the year.

    Returns:
        What it is called, and whether it took the place of an earlier state.

    Raises:
        InputError: The file cannot be used, or another consultation has this name.
    """
    view = view_of(run)
    answers = _answers(run, view)
    rows = _rows(view, answers)
    days = sorted(row[4] for row in rows["comments"] if row[4])
    first, last = (days[0], days[-1]) if days else (None, None)
    called = name.strip() or f"{view.title or run.folder.resolve().name}{f'（{last[:4]}）' if last else ''}"
    key = _key(run)
    with open_archive(path, write=True) as db:
        earlier = db.execute("SELECT id FROM consultations WHERE key = ?", (key,)).fetchone()
        if earlier:
            _delete(db, earlier[0])
        if db.execute("SELECT 1 FROM consultations WHERE name = ?", (called,)).fetchone():
            raise InputError(f"台账里已有另一次叫“{called}”的征求意见", where=str(path), todo="请用 --name 另起一个名称")
        salt, now = run.manifest["batches"][0]["salt"], timestamp()
        given = (key, called, view.title, first, last, salt, int(answers is not None), now)
        fields = "key, name, title, first_day, last_day, salt, compared, added_at"
        db.execute(f"INSERT INTO consultations ({fields}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", given)  # noqa: S608  (fixed names)
        number = db.execute("SELECT id FROM consultations WHERE key = ?", (key,)).fetchone()[0]
        for table, held in rows.items():
            if not held:
                continue
            marks = ", ".join("?" * (len(held[0]) + 1))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", [(number, *row) for row in held])  # noqa: S608  (fixed names)
        found = [(spaced(text), kind, number, ref) for text, kind, ref in _entries(rows)]
        db.executemany("INSERT INTO entries (body, kind, consultation, ref) VALUES (?, ?, ?, ?)", found)
    return called, bool(earlier)


def remove(path: Path, name: str) -> None:
    """Take a consultation out of the archive.

    Args:
        path: The archive.
        name: What it is called.

    Raises:
        InputError: There is none of this name.
    """
    with open_archive(path, write=True) as db:
        found = db.execute("SELECT id FROM consultations WHERE name = ?", (name,)).fetchone()
        if not found:
            known = [row[0] for row in db.execute("SELECT name FROM consultations ORDER BY name LIMIT 5")]
            raise InputError(f"台账里没有“{name}”", where=str(path), todo=f"有的：{'、'.join(known) or '没有'}")
        _delete(db, found[0])


def replace(run: Run, path: Path, people: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Bring the archive up to date with a run that people were taken out of, and leave none of the old bytes in its file.

    Args:
        run: The run.
        path: The archive; need not exist.
        people: Their keys.

    Returns:
        Names of other consultations that hold comments of theirs, and whether this run's was in the archive.

    Raises:
        InputError: The file cannot be used.
    """
    if not path.is_file():
        return (), False
    key = _key(run)
    with open_archive(path) as db:
        held = db.execute("SELECT name FROM consultations WHERE key = ?", (key,)).fetchone()
        query = "SELECT DISTINCT name FROM comments JOIN consultations ON id = consultation WHERE person = ? AND key <> ?"
        others = {row[0] for person in people for row in db.execute(query, (person, key))}
    if held:
        add(run, path, held[0])
        compact(path)
    return tuple(sorted(others)), bool(held)


def _delete(db: sqlite3.Connection, number: int) -> None:
    db.execute("DELETE FROM entries WHERE consultation = ?", (number,))
    db.execute("DELETE FROM consultations WHERE id = ?", (number,))
