"""Parts of a demand, and how words of a clause become one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jietan.language.numerals import Quantity
from jietan.law.modality import Modality
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["SCOPE", "Demand", "Part", "actor", "leading_actor", "part", "whole"]


@dataclass(frozen=True)
class Part:
    """One part of a demand.

    Attributes:
        start: Offset of its first code point in the opinion.
        end: Offset behind its last one.
        words: As legislation writes it.
        notes: Entries of the lexicon, and nouns of the draft, that were used.
    """

    start: int
    end: int
    words: str
    notes: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Demand:
    """What one opinion asks for.

    Attributes:
        modality: The legal modal word.
        act: What is to be done or left, from its verb on.
        actor: Who; None where the opinion does not say.
        is_actor: Whether ``actor`` names someone who can act, rather than the matter that the sentence is about.
        object: What the act is done to, where 将 or 对 shows it.
        condition: The case in which it holds, ending in 的.
        consequence: What follows where it is not done.
        quantities: Every amount named, a range as two.
        modal: Span of the modal word; None where the clause has none, or what stands for it is no word.
    """

    modality: Modality
    act: Part
    actor: Part | None = None
    is_actor: bool = False
    object: Part | None = None
    condition: Part | None = None
    consequence: Part | None = None
    quantities: tuple[Quantity, ...] = ()
    modal: tuple[int, int] | None = None


#: What holds for a matter that the law is to cover too.
SCOPE = "参照本条例执行"
_BODY = re.compile(r"(?:部门|政府|委员会|机关|办事处|派出所)$")
_BLANK = " .。;；、!！"
_CUT = re.compile(r"(?:即可|就行了?|为好|为宜|较好|才行|才对|吧|的规定|的要求|这一规定|的内容|的条款|的表述|(?<![化行确])规定)$")


def part(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Part:
    """Make the words of a span a part, in legislative wording."""
    while start < end and plain[start] in ' 、“"的':
        start += 1
    cut = _CUT.search(plain[start:end])
    if cut is not None:
        end = start + cut.start()
    words, notes = vocabulary.legal(plain[start:end])
    return Part(start, end, words.strip(_BLANK), tuple(notes))


def whole(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Part:
    """Make every word of a span a part, in legislative wording."""
    words, notes = vocabulary.legal(plain[start:end])
    return Part(start, end, words, tuple(notes))


def actor(plain: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Part | None, bool]:
    """Make the words before a modal word its subject, and say whether they name someone who can act."""
    said = plain[start:end].strip(" 、由还也都就则")
    if not said:
        return None, False
    at = plain.index(said, start)
    named = vocabulary.actor(said)
    if named is not None:
        return Part(at, at + len(said), named[0], tuple(named[1])), True
    return whole(plain, at, at + len(said), vocabulary), False


def leading_actor(plain: str, start: int, end: int, vocabulary: Vocabulary, rest: int = 4) -> Part | None:
    """The actor that a clause without a modal word begins with, as in 建议供电企业提供…."""
    for size in range(min(12, end - start - rest), 1, -1):
        named = vocabulary.actor(plain[start : start + size])
        if named is not None and (named[0] in vocabulary.actors or _BODY.search(named[0])):
            return Part(start, start + size, named[0], tuple(named[1]))
    return None
