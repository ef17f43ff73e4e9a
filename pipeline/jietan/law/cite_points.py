"""The numbers that a writer puts in front of his own points, (1) 第12条 (2) 第13条, which are no 项 of what they follow."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

from jietan.law import cite_grammar as grammar

__all__ = ["Points"]


#: (2) some words behind (1): points of one's own, where （一）（二） would be 项.
_SECOND = re.compile(r"[^()条款项]{2,60}[(]\s?2\s?[)]")


def _value(match: re.Match[str]) -> int:
    return int(unicodedata.numeric(match["circled"])) if match["circled"] else grammar.numbers_in(match["digits"])[0]


class Points:
    """The bracketed and circled numbers of a text, and which of them count the writer's points."""

    def __init__(self, plain: str) -> None:
        """Read them.

        Args:
            plain: Text that went through ``fold``.
        """
        self._places: list[int] = []
        self._opening: list[bool] = []
        last: dict[bool, int] = {}
        for match in grammar.NUMBERED.finditer(plain):
            try:
                value, kind = _value(match), bool(match["circled"])
            except ValueError:
                continue
            pair = (match["digits"] or "").isdigit() and value == 1 and _SECOND.match(plain, match.end()) is not None
            fresh = pair or not match.start() or plain[match.start() - 1] in "。;!?:,\n \t"
            opens = (value == 1 and fresh) or last.get(kind) == value - 1 > 0
            last[kind] = value if opens else 0
            self._places.append(match.start())
            self._opening.append(opens)

    def opens(self, match: re.Match[str]) -> bool:
        """Whether a match behind an article is one bracketed or circled number that counts the writer's points."""
        words = match["numbers"].strip()
        single = grammar.NUMBERED.fullmatch(words)
        if single is None or match[0].rstrip()[-1:] in "项目":
            return False
        place = bisect_left(self._places, match.start("numbers"))
        return place < len(self._places) and self._places[place] < match.end() and self._opening[place]
