"""Revisions, sentence by sentence: the smallest thing that can answer an ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from jietan.language.numerals import Quantity, find_quantities
from jietan.law.diff import Mark
from jietan.loop.revisions import Move, Revision, moves, without

__all__ = ["MARKS", "Change", "changes_of"]

_SENTENCE = re.compile(r"[^。；：\n]*[。；：\n]|[^。；：\n]+")
_STOPS = "。；：\n"
#: Marks that say nothing by themselves.
MARKS = "，。；、：,; \n"


@dataclass(frozen=True)
class Change:
    """The part of a revision that lies in one sentence.

    Attributes:
        revision: The revision it is of.
        before: The draft's sentence, without what did not stand there; empty where nothing stood.
        after: The adopted sentence; empty where it is gone.
        inserted: Words that are new, joined.
        deleted: Words that are gone, joined.
    """

    revision: Revision
    before: str
    after: str
    inserted: str
    deleted: str

    @cached_property
    def come(self) -> list[Quantity]:
        """Amounts that are new."""
        return without(find_quantities(self.after), find_quantities(self.before))

    @cached_property
    def moves(self) -> list[Move]:
        """Amounts that were changed or struck, in order."""
        return moves(self.before, self.after)


def changes_of(revision: Revision) -> list[Change]:
    """Cut a revision into sentences that hold something new or have lost something.

    Args:
        revision: One revision of a clause.
    """
    groups: list[list[Mark]] = [[]]
    for operation, text in revision.marks:
        for part in _SENTENCE.findall(text):
            groups[-1].append((operation, part))
            if part[-1] in _STOPS and operation != "delete":
                groups.append([])
    out = []
    for group in groups:
        side = {name: "".join(t for o, t in group if o == name) for name in ("insert", "delete")}
        before, after = ("".join(t for o, t in group if o != other) for other in ("insert", "delete"))
        if side["insert"].strip(MARKS) or side["delete"].strip(MARKS):
            out.append(Change(revision, before, after, side["insert"], side["delete"]))
    return out or [Change(revision, revision.before, revision.after, revision.inserted, revision.deleted)]
