"""A law taken apart into 条, 款 and 项 that can be replaced, added, removed and numbered anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jietan.language.normalize import fold
from jietan.language.numerals import parse_item
from jietan.language.wording_of_numbers import format_article, format_item, format_number
from jietan.law.orders import Item
from jietan.law.outline import group_paragraphs, items

__all__ = ["Piece", "Provision", "arrange", "grouped", "number_articles", "take_apart"]

_LABEL_AT_END = re.compile(r"\s*(?:[(][^()]{1,5}[)]|[\u3220-\u3229])\s*$")


@dataclass(eq=False)
class Piece:
    """A 款, or a 项 of one.

    Attributes:
        text: Its words; of a 款 those before its 项, of a 项 those behind its label.
        number: Its number as the law stands, 0 for a new one.
        place: The number it is said to get.
        gone: Whether it was removed.
        parts: Its 项.
        raw: A 款 as it stood, as long as nothing in it was changed.
        joint: What stands between its 项.
    """

    text: str
    number: int = 0
    place: int | None = None
    gone: bool = False
    parts: list[Piece] = field(default_factory=list)
    raw: str | None = None
    joint: str = "\n"

    def written(self, problems: list[str]) -> str:
        """Put the 款 together; what does not fit is added to ``problems``."""
        if self.raw is not None:
            return self.raw
        kept = arrange(self.parts, problems)
        return self.joint.join([self.text, *(f"{format_item(n)}{part.text}" for n, part in enumerate(kept, 1))]).strip()


@dataclass(eq=False)
class Provision:
    """A 条.

    Attributes:
        label: Its label as the law stands; empty for a new one.
        number: (number, number after 之) as the law stands; None where the label has none, or for a new one.
        chapter: 编, 章 and 节, or None.
        paragraphs: Its 款.
        place: The number it is said to get.
        gone: Whether it was removed.
        items: Amending items that changed it.
    """

    label: str
    number: tuple[int, int] | None
    chapter: str | None
    paragraphs: list[Piece]
    place: tuple[int, int] | None = None
    gone: bool = False
    items: list[Item] = field(default_factory=list)


def take_apart(paragraphs: Iterable[str], *, new: bool = False) -> list[Piece]:
    """Make pieces of the 款 of an article.

    Args:
        paragraphs: Their texts, 项 on further lines or within the line.
        new: Whether they have no number yet.
    """
    pieces = []
    for number, text in enumerate(paragraphs, 1):
        found = items(text)
        parts = [Piece(words, parse_item(label)) for label, words in found]
        lead = text[: text.index(found[0][1])] if found else text
        lead = lead[: len(_LABEL_AT_END.sub("", fold(lead)))] if found else lead
        pieces.append(Piece(lead, 0 if new else number, parts=parts, raw=text, joint="\n" if "\n" in text or not found else ""))
    return pieces


def _fill(places: dict[int, Piece], rest: list[Piece], count: int) -> list[Piece]:
    waiting = iter(rest)
    return [places[n] if n in places else next(waiting) for n in range(1, count + 1)]


def arrange(parts: list[Piece], problems: list[str]) -> list[Piece]:
    """Put pieces into their order: those with a place at that place, the others around them as they stood.

    Args:
        parts: Pieces, removed ones included.
        problems: Places that cannot be given are added here.
    """
    kept = [part for part in parts if not part.gone]
    places: dict[int, Piece] = {}
    for part in kept:
        if part.place is None:
            continue
        if part.place in places or not 1 <= part.place <= len(kept):
            problems.append(f"改后的第{format_number(part.place)}款（项）与其他修改不能衔接，请核对次序")
        else:
            places[part.place] = part
    return _fill(places, [part for part in kept if part not in places.values()], len(kept))


def _attached(provisions: list[Provision]) -> tuple[list[Provision], dict[int, list[Provision]]]:
    """Articles that count, and behind each (by its index; -1 for the front) those that take no number of their own."""
    counted: list[Provision] = []
    behind: dict[int, list[Provision]] = {}
    seen: set[tuple[int, int] | None] = set()
    for provision in provisions:
        number = provision.place or provision.number
        repeated = provision.place is None and number in seen
        if repeated or (number[1] if number else provision.label):
            behind.setdefault(len(counted) - 1, []).append(provision)
        else:
            counted.append(provision)
        if number and provision.place is None:
            seen.add(number)
    return counted, behind


def _numbered(counted: list[Provision], problems: list[str]) -> dict[int, Provision]:
    """Numbers of the articles that count; numbers that the law leaves out stay left out."""
    present = {provision.number[0] for provision in counted if provision.number}
    first, last = (min(present), max(present)) if present else (1, 0)
    kept = [provision for provision in counted if not provision.gone]
    fixed: dict[int, Provision] = {}
    for provision in kept:
        if provision.place and provision.place[0] in fixed:
            problems.append(f"有两处修改都作为{format_article(*provision.place)}，请核对")
        elif provision.place:
            fixed[provision.place[0]] = provision
    gaps = set(range(first, last)) - present
    rest = [provision for provision in kept if provision not in fixed.values()]
    numbers: dict[int, Provision] = {}
    number = first
    while rest or any(n >= number for n in fixed):
        if number in fixed:
            numbers[number] = fixed[number]
        elif rest and number not in gaps:
            numbers[number] = rest.pop(0)
        number += 1
    missing = sorted(set(range(first, number)) - set(numbers) - gaps)
    if missing:
        until = f"至{format_article(missing[-1])}" if len(missing) > 1 else ""
        problems.append(f"修改后缺{format_article(missing[0])}{until}，请核对条文序号")
    return numbers


def number_articles(provisions: list[Provision], problems: list[str], *, anew: bool) -> list[tuple[str, Provision]]:
    """Order the articles and give each its label.

    Args:
        provisions: All articles, removed ones included; a new one without a place where it belongs.
        problems: What does not fit is added here.
        anew: Whether numbers move up and down with what is added and removed.

    Returns:
        Labels and articles in the order of the amended law.
    """
    counted, behind = _attached(provisions)
    if anew:
        numbers = _numbered(counted, problems)
    else:
        numbers = {p.number[0]: p for p in counted if p.number and not p.gone}
    index = {id(provision): at for at, provision in enumerate(counted)}
    ordered: list[tuple[str, Provision]] = [(p.label, p) for p in behind.get(-1, []) if not p.gone]
    for number, provision in numbers.items():
        ordered.append((format_article(number), provision))
        for follower in behind.get(index[id(provision)], []):
            own = follower.place or follower.number
            ordered.append((format_article(number, own[1]) if own and own[1] else follower.label, follower))
    orphans = [f for at, p in enumerate(counted) if p.gone for f in behind.get(at, [])]
    for orphan in orphans:
        before = max((at for at, (_, p) in enumerate(ordered) if provisions.index(p) < provisions.index(orphan)), default=-1)
        ordered.insert(before + 1, (orphan.label, orphan))
    return [(label, provision) for label, provision in ordered if not provision.gone]


def grouped(text: str) -> list[str]:
    """The 款 of a quoted text."""
    return group_paragraphs(text.split("\n"))
