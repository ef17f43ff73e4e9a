"""Proposed: what a proposal is made of, and whether its text may stand in a law."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from jietan.law.amend import Change
from jietan.law.style import lint_errors
from jietan.law.vocabulary import Piece

__all__ = ["FAIR", "QUOTED", "Proposal", "Provision", "Voice", "Vote", "is_sound"]

#: Words that stand in quotes.
QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』]{1,40})[”\"」』]")
FAIR = 4  #: a text is drafted where at least one in so many of those who ask states it


@dataclass(frozen=True)
class Voice:
    """One opinion: its id, its words, and whether they may be quoted."""

    opinion_id: str
    text: str
    clean: bool = True


@dataclass(frozen=True)
class Provision:
    """The text that a suggestion changes.

    Attributes:
        text: The 款 or 项, or the whole article.
        label: Its place as 第十二条第二款第一项.
        law: Name of the draft.
        item: Whether ``text`` is a 项.
    """

    text: str
    label: str
    law: str
    item: bool = False


@dataclass(frozen=True)
class Vote:
    """The change that one opinion names.

    Attributes:
        voice: Whose.
        made: The replacements.
        key: Equal for changes that say the same, whatever unit they measure time in.
        line: Equal for changes that go the same way at the same place: another number, but more or less alike.
    """

    voice: Voice
    made: tuple[Change, ...]
    key: tuple[tuple[int, int, str], ...]
    line: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Proposal:
    """A text and what it rests on.

    Attributes:
        text: The proposed text; empty for a deletion.
        drafted: Whether it is a text to paste; otherwise it is a 立法要点.
        operation: 修改, 删除, 增加, 保留 or whatever was asked.
        pieces: The text in order, each piece with its source.
        leaders: Opinions that state it.
        key: Equal for proposals that say the same of one provision.
        note: Where an addition goes, in words; else empty.
    """

    text: str
    drafted: bool
    operation: str
    pieces: tuple[Piece, ...]
    leaders: tuple[str, ...] = ()
    key: tuple[object, ...] = field(default=())
    note: str = ""


def _errors(text: str, law: str) -> frozenset[tuple[str, str]]:
    """The errors of drafting in a text: the rule and the words."""
    return frozenset((f.rule, text[f.start : f.end]) for f in lint_errors(text, title=law))


#: The provisions of a draft are few, and each is asked about again and again.
_own_errors = lru_cache(maxsize=1 << 10)(_errors)


@lru_cache(maxsize=1 << 12)
def is_sound(text: str, original: str, law: str) -> bool:
    """Say whether a text has no error of drafting that the provision does not have itself.

    Args:
        text: A proposed text.
        original: The provision that it changes; empty for a new one.
        law: Name of the draft.
    """
    if not text.strip() or re.search(r"[，、；：][，、；。]|。[，、；。]", text.replace(original, "")):
        return False
    return _errors(text, law) <= (_own_errors(original, law) if original else frozenset())
