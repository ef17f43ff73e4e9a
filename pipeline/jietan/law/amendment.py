"""Drafts that amend a law: 修正案草案 and 修改决定 become the amended text, with what each item did to which article.

Such a document holds no articles of its own, only numbered items (一、将第三条修改为：“…”). The library gives the law.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.language.numerals import parse_number
from jietan.law.clauses import read_clauses, set_quotes_aside
from jietan.law.document import Paragraph
from jietan.law.library import Library
from jietan.law.orders import Item
from jietan.law.rewrite import Rewritten, rewrite

__all__ = ["Amendment", "Item", "amend", "articles_of_item", "read_amendments"]


@dataclass(frozen=True)
class Amendment:
    """What an amending document does to one law.

    Attributes:
        names: Names the law may have, the likeliest first.
        items: Its items.
        renumbers: Whether the document says that the articles' numbers are adjusted.
    """

    names: tuple[str, ...]
    items: tuple[Item, ...]
    renumbers: bool


_NAME = r"(?:法|典|条例|办法|规定|规则|细则|解释|决定)"
_BOOK = r"《((?:[^《》]|《[^《》]*》){3,80})》"
_AMENDING_TITLES = (
    re.compile(rf"关于修[改正订]{_BOOK}[^。;]{{0,30}}?的?决定"),
    re.compile(rf"《?([^《》\s。,;:的]{{2,50}}?{_NAME})》?\s*(?:\(\d{{4}}年?\))?\s*修正案"),
    re.compile(rf"{_BOOK}[^。;]{{0,20}}?(?:作|做|进行|作出)(?:了|出)?(?:如下|以下)修[改正]"),
)
_SECTION = re.compile(
    rf"^(?:对|将|修改|关于)*\s*{_BOOK}\s*(?:[(][^()]*[)])?\s*(?:的修改)?(?:作|做|进行)?(?:出|了)?(?:如下|以下)?(?:的?修[改正])?\s*[:。]?$"
)
_NUM = r"[一二三四五六七八九十百零〇]+"
_LABELS = {
    "、": re.compile(rf"^\s*({_NUM})\s*、\s*"),
    "()": re.compile(rf"^\s*[(]({_NUM})[)]\s*"),
    ".": re.compile(r"^\s*(\d{1,3})\s*[.、](?!\d)\s*"),
    "条": re.compile(rf"^\s*第\s*({_NUM})\s*条(?:[\s:]\s*)"),
}
_RENUMBERS = re.compile(r"(?:序号|顺序|条序|条款|编号)[^；。;]{0,16}(?:调整|顺延|变动)|重新公布")
_FULL_TEXT = 5
_ENDS = re.compile(r"^\s*(?:本决定|本修正案|此外|另外|根据本决定|附\s*[:：]|附件|《[^》]*》根据本)")
_ORDERS = re.compile(r"修改|增加|删[去除]|改为|合并|分为")


@dataclass
class _Draft:
    """An item while its paragraphs are gathered."""

    number: int
    label: str
    lines: list[str]
    place: str


def _gather(paragraphs: Sequence[Paragraph], style: str) -> tuple[list[Paragraph], list[_Draft]]:
    """Split at labels of one style that follow each other and do not stand within a quotation.

    Returns:
        What comes before the first item, and the items.
    """
    before: list[Paragraph] = []
    drafts: list[_Draft] = []
    for paragraph in paragraphs:
        plain = fold(paragraph.text)
        match = _LABELS[style].match(plain)
        number = int(parse_number(match[1])) if match else 0
        is_next = number == (drafts[-1].number + 1 if drafts else 1)
        is_next = is_next or (style == "条" and not drafts and number > 0)
        closed = not drafts or set_quotes_aside("\n".join(drafts[-1].lines))[2]
        if match and is_next and (closed or _ORDERS.search(plain)):
            label = paragraph.text[: match.end()].strip(" \t\u3000、.．:：")
            drafts.append(_Draft(number, label, [paragraph.text[match.end() :]], paragraph.place))
        elif drafts:
            drafts[-1].lines.append(paragraph.text)
        else:
            before.append(paragraph)
    return before, drafts


def _without_ending(draft: _Draft) -> str:
    """The item's text up to the closing sentences of the document."""
    for at in range(1, len(draft.lines)):
        if _ENDS.match(draft.lines[at]) and set_quotes_aside("\n".join(draft.lines[:at]))[2]:
            return "\n".join(draft.lines[:at])
    return "\n".join(draft.lines)


def _items(drafts: Sequence[_Draft]) -> tuple[Item, ...]:
    items = []
    for draft in drafts:
        text = _without_ending(draft)
        actions, unread = read_clauses(text)
        items.append(Item(draft.number, draft.label, text, draft.place, tuple(actions), tuple(unread)))
    return tuple(items)


def _names(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    """Laws that the title or the opening says are amended."""
    joined = fold("".join(paragraph.text.strip() for paragraph in paragraphs)).replace("〈", "《").replace("〉", "》")
    return tuple(dict.fromkeys(match[1] for pattern in _AMENDING_TITLES for match in pattern.finditer(joined)))


def _sections(drafts: Sequence[_Draft], renumbers: bool) -> list[Amendment]:
    """The laws that a decision on several laws amends, each under a heading of its own."""
    found = []
    for draft in drafts:
        section = _SECTION.match(fold(draft.lines[0]).strip())
        inner = [Paragraph(line, draft.place) for line in draft.lines[1:]]
        gathered = [_gather(inner, style) for style in ("()", ".")]
        parts = min((found for found in gathered if found[1]), key=lambda found: len(found[0]), default=([], []))[1]
        if section and parts:
            found.append(Amendment((section[1],), _items(parts), renumbers))
    return found


def _has_full_text(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the file also holds the law as amended, outside quotations."""
    labels = [match[1] for paragraph in paragraphs if (match := _LABELS["条"].match(fold(paragraph.text)))]
    plain = [fold(paragraph.text) for paragraph in paragraphs if _LABELS["条"].match(fold(paragraph.text))]
    whole = sum(not re.search(r"[“”\"]", text) for text in plain)
    return "一" in labels and whole >= _FULL_TEXT


def _unnumbered(paragraphs: Sequence[Paragraph], renumbers: bool) -> list[Amendment]:
    """An amendment of one item without a number."""
    for at, paragraph in enumerate(paragraphs):
        names = _names(paragraphs[: at + 1])
        if names and _ORDERS.search(paragraph.text) and read_clauses(paragraph.text)[0]:
            draft = _Draft(1, "一", [later.text for later in paragraphs[at:]], paragraph.place)
            return [Amendment(names, _items([draft]), renumbers)] if not _has_full_text(paragraphs) else []
    return []


def read_amendments(paragraphs: Sequence[Paragraph]) -> list[Amendment]:
    """Read a document that amends laws.

    Args:
        paragraphs: Its paragraphs, as :func:`jietan.law.document.read_paragraphs` gives them.

    Returns:
        One amendment per law, in order. Empty where the document is something else: no amending title or opening, no item
        that orders a change, or the amended law in full besides.
    """
    renumbers = bool(_RENUMBERS.search("".join(paragraph.text for paragraph in paragraphs)))
    for style in ("、", "条", "()"):
        before, drafts = _gather(paragraphs, style)
        names = _names(before)
        if not drafts or not names:
            continue
        if sections := _sections(drafts, renumbers):
            return sections
        items = _items(drafts)
        if any(item.actions for item in items) and (style == "条" or not _has_full_text(paragraphs)):
            return [Amendment(names, items, renumbers)]
    return _unnumbered(paragraphs, renumbers)


def amend(amendment: Amendment, library: Library, where: str = "") -> Rewritten:
    """Apply an amendment to the law as the library has it.

    Args:
        amendment: What to change.
        library: Where the law is.
        where: Name of the file, for the error.

    Returns:
        The amended text, what each item did, and, in Chinese, what could not be done.

    Raises:
        InputError: The library lacks the law.
    """
    law = next((full for name in amendment.names if (full := library.resolve(name))), None)
    if law is None:
        raise InputError(
            f"这是修改《{amendment.names[0]}》的文件，法规库中没有这部法规，无法得出修改后的条文",
            where=where,
            todo="请先用 jietan laws add 加入它现行的全文，或者用修改后的完整条文作为草案",
        )
    return rewrite(library.show(law), amendment.items, renumbers=amendment.renumbers)


def articles_of_item(provisions: pd.DataFrame, number: int, law: str | None = None) -> list[str]:
    """Find what 修正案第三条, 决定第三项 or 第三点 means in a comment, from the table of a run.

    Args:
        provisions: The table ``provisions`` or ``articles`` of a run; one without ``amended_item`` has no such item.
        number: Number of the amending item.
        law: Name of the amended law, where the document amends several; each counts its items from 1.

    Returns:
        ``article_id`` of the articles that the item changed or added, in the order of the table; empty where it only
        removed articles, changed none, or does not exist. A citation of the amended law's own 第三条 is no such citation.
    """
    if "amended_item" not in provisions:
        return []
    rows = provisions[provisions["amended_item"].notna()]
    if law is not None:
        rows = rows[rows["law"] == law]
    numbers = [[int(parse_number(n)) for n in re.findall(rf"{_NUM}|\d+", labels)] for labels in rows["amended_item"]]
    return [str(article) for article, own in zip(rows["article_id"], numbers, strict=True) if number in own]
