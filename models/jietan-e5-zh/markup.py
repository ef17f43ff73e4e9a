"""Read the labelled consultations of corpora/training: comments with their opinions marked in place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

OPINION = re.compile(r"\{(\S+) (\S+) (\S+) (\S+) (\S+)\|([^{}]*)\}")
COMMENT = re.compile(r"^=== *(\S+) *\n", re.M)
TARGET = re.compile(r"(第[^#（]+条(?:之[一二三四五六七八九十]+)?)(?:#(\d+))?(（[一二三四五六七八九十]+）)?")


class Target(NamedTuple):
    """A place in the draft: 条, 款 from 1, 项."""

    article: str
    paragraph: int | None
    item: str | None


class Opinion(NamedTuple):
    """A labelled opinion; ``start`` and ``end`` count characters of the comment."""

    start: int
    end: int
    text: str
    kind: str
    stance: str
    operation: str
    targets: list[Target]
    new_article: bool
    theme: str | None
    position: str | None


class Comment(NamedTuple):
    """A comment with its opinions."""

    triage: str
    text: str
    opinions: list[Opinion]


class Consultation(NamedTuple):
    """One file.

    Attributes:
        name: The file's stem.
        law: The regulation that stands for the draft.
        themes: Theme → title.
        positions: Position → its type and what it asks.
        comments: The comments.
    """

    name: str
    law: str
    themes: dict[str, str]
    positions: dict[str, tuple[str, str]]
    comments: list[Comment]


def _targets(field: str) -> list[Target]:
    out = []
    for part in field.split("+"):
        if part in ("new", "-"):
            continue
        found = TARGET.fullmatch(part)
        if found is None:
            raise ValueError(f"not a place: {part}")
        out.append(Target(found[1], int(found[2]) if found[2] else None, found[3]))
    return out


def _comment(triage: str, marked: str, positions: dict[str, tuple[str, str]]) -> Comment:
    text, opinions, at = "", [], 0
    marked = marked.strip("\n")
    for found in OPINION.finditer(marked):
        text += marked[at : found.start()]
        kind, stance, operation, targets, place, words = found.groups()
        theme = None if place == "-" else re.sub(r"[a-z]+$", "", place)
        position = place if place in positions else None
        span = (len(text), len(text) + len(words), words)
        opinions.append(Opinion(*span, kind, stance, operation, _targets(targets), "new" in targets.split("+"), theme, position))
        text += words
        at = found.end()
    return Comment(triage, text + marked[at:], opinions)


def read_consultation(path: Path) -> Consultation:
    """Read one file.

    Args:
        path: A file of corpora/training/consultations.

    Returns:
        Its comments, in the order of the file.

    Raises:
        ValueError: The file breaks the markup.
    """
    head, *rest = COMMENT.split(path.read_text("utf-8"))
    law, themes, positions = "", {}, {}
    for line in filter(None, head.splitlines()):
        key, _, value = line.partition(" ")
        name, _, title = value.partition(" ")
        if key == "@law":
            law = value.strip()
        elif key == "@theme":
            themes[name] = title
        elif key == "@position":
            kind, _, what = title.partition(" ")
            positions[name] = (kind, what)
        else:
            raise ValueError(f"{path.name}: {line}")
    comments = [_comment(triage, body, positions) for triage, body in zip(rest[::2], rest[1::2], strict=True)]
    return Consultation(path.stem, law, themes, positions, comments)


def read_all(folder: Path) -> list[Consultation]:
    """Read every consultation of a folder, by name."""
    return [read_consultation(p) for p in sorted(folder.glob("*.txt"))]
