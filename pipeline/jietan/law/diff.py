"""What a proposal or a new version changes, word by word, for 原文｜建议修改为 and 修改前｜修改后."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from jietan.language.numerals import NUMBER
from jietan.language.segment import words

__all__ = ["Mark", "Operation", "Span", "contrast", "mark"]

Operation = Literal["equal", "insert", "delete"]
#: An operation and the words it concerns.
Mark = tuple[Operation, str]

_NUMBERS = re.compile(rf"(?:百分之)?{NUMBER}%?")
_MEANINGFUL = re.compile(r"\w")


def _tokens(text: str) -> list[str]:
    """Words, with each number as one token, so that 三十日 → 六十日 marks the whole number."""
    tokens: list[str] = []
    position = 0
    for match in _NUMBERS.finditer(text):
        if len(match[0]) > 1:
            tokens += words(text[position : match.start()])
            tokens.append(match[0])
            position = match.end()
    return tokens + words(text[position:])


def _join(marks: list[Mark]) -> list[Mark]:
    """Merge what lies side by side: within a run of changes the deletion comes first, then the insertion."""
    joined: list[Mark] = []
    deleted = inserted = ""
    for operation, text in [*marks, ("equal", "")]:
        if operation == "delete":
            deleted += text
        elif operation == "insert":
            inserted += text
        else:
            changes: list[Mark] = [("delete", deleted), ("insert", inserted)]
            joined += [change for change in changes if change[1]]
            deleted = inserted = ""
            if text and joined and joined[-1][0] == "equal":
                joined[-1] = ("equal", joined[-1][1] + text)
            elif text:
                joined.append(("equal", text))
    return joined


def _without_islands(marks: list[Mark]) -> list[Mark]:
    """Take a single character that stays between two replacements into the change; it only disturbs the reader."""
    cleaned: list[Mark] = []
    for index, (operation, text) in enumerate(marks):
        inside = operation == "equal" and len(text) == 1 and bool(_MEANINGFUL.match(text))
        before = {mark[0] for mark in marks[max(0, index - 2) : index]}
        after = {mark[0] for mark in marks[index + 1 : index + 3]}
        if inside and before == after == {"delete", "insert"}:
            cleaned += [("delete", text), ("insert", text)]
        else:
            cleaned.append((operation, text))
    return _join(cleaned)


def mark(original: str, proposed: str) -> list[Mark]:
    """Mark what was deleted and inserted between two texts.

    Args:
        original: The text as it stands; empty for a new provision.
        proposed: The text as proposed; empty for a deletion.

    Returns:
        Pairs of ``"equal"``, ``"delete"`` or ``"insert"`` and words. Equal and deleted parts joined give ``original``,
        equal and inserted parts ``proposed``, both exactly; neighbours never have the same operation.
    """
    old, new = _tokens(original), _tokens(proposed)
    marks: list[Mark] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            marks.append(("equal", "".join(old[old_start:old_end])))
        else:
            marks.append(("delete", "".join(old[old_start:old_end])))
            marks.append(("insert", "".join(new[new_start:new_end])))
    return _without_islands(_join(marks))


class Span(NamedTuple):
    """A piece of one side of a 对照.

    Attributes:
        operation: ``"equal"`` on both sides, ``"delete"`` on the left only, ``"insert"`` on the right only.
        start: Offset of its first code point in the text of its side.
        end: Offset behind its last code point.
        text: The words.
    """

    operation: Operation
    start: int
    end: int
    text: str


def _side(marks: list[Mark], absent: Operation) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for operation, text in marks:
        if operation != absent:
            spans.append(Span(operation, position, position + len(text), text))
            position += len(text)
    return spans


def contrast(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Put two texts side by side, for 修改前｜修改后.

    Args:
        old: The text on the left; empty where the article is new.
        new: The text on the right; empty where it was deleted.

    Returns:
        The spans of each side in order: whole words and whole numbers, covering that side exactly. The ``"equal"`` spans
        of both sides have the same texts in the same order.
    """
    marks = mark(old, new)
    return _side(marks, "insert"), _side(marks, "delete")
