"""Terms and short names: defined once, used after, not without a definition (立法技术规范（一）2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jietan.law.style.draft import Draft, Found
from jietan.law.style.model import FIRST, Rule

__all__ = ["RULES", "check", "short_names"]

UNUSED_TERM = Rule("term-unused", "定义的用语在别处用到", "note", f"{FIRST}2")
REPEATED_TERM = Rule("term-repeated", "一个用语只定义一次", "warning", f"{FIRST}2")
UNUSED_NAME = Rule("short-name-unused", "简称在后面用到", "warning", f"{FIRST}6")
REPEATED_NAME = Rule("short-name-repeated", "一个简称只规定一次", "warning", f"{FIRST}6")
EARLY_NAME = Rule("short-name-early", "简称在规定之后才用", "note", f"{FIRST}6")
LATE_FULL = Rule("short-name-late", "规定简称之后用简称", "note", f"{FIRST}6")
UNKNOWN_NAME = Rule("short-name-unknown", "书名号里的简称有规定", "warning", f"{FIRST}6")
RULES = (UNUSED_TERM, REPEATED_TERM, UNUSED_NAME, REPEATED_NAME, EARLY_NAME, LATE_FULL, UNKNOWN_NAME)

_TERM = re.compile(
    r"本(?:法|条例|办法|规定|规则|细则)(?:[^，。；：\n]{0,6})?所?称的?[“]?([^，。；：、“”（）,\n]{2,20}?)[”]?，?(?:是指|，包括|，系指)"
)
_MEANINGS = re.compile(r"(?:下列|有关)(?:用语|术语|名词)的?(?:含义|意思|定义)")
_MEANING = re.compile(r"^[ \t\u3000]*[（(][一二三四五六七八九十]+[）)][“]?([^，。；：、“”（）\n]{2,20}?)[”]?(?:，?是指|，?指|：)", re.M)
_SHORT = re.compile(r"[（(](?:以下|下文|下)(?:统|合|均)?简?称(?:为|作|：)?[“《]?(?P<short>[^（）()“”《》，。]{1,24})[”》]?[）)]")
_BOOK_BEFORE = re.compile(r"《([^《》]{2,60})》$")
_GENERIC_BOOK = re.compile(r"《((?:条例|办法|规定|规划|方案|目录|通则|总则|标准|规范|细则))》")


@dataclass(frozen=True)
class _Name:
    row: int
    span: tuple[int, int]
    name: str
    full: str = ""


def _terms(draft: Draft) -> list[_Name]:
    found = []
    for row, article in enumerate(draft.articles):
        found += [_Name(row, match.span(1), match[1]) for match in _TERM.finditer(article.text)]
        if _MEANINGS.search(article.text):
            found += [_Name(row, match.span(1), match[1]) for match in _MEANING.finditer(article.text)]
    return found


def _names(draft: Draft) -> list[_Name]:
    found = []
    for row, article in enumerate(draft.articles):
        for match in _SHORT.finditer(article.text):
            book = _BOOK_BEFORE.search(article.text, max(0, match.start() - 64), match.start())
            found.append(_Name(row, match.span("short"), match["short"], book[1] if book else ""))
    return found


def short_names(draft: Draft) -> frozenset[str]:
    """The short names that a draft gives."""
    return frozenset(name.name for name in _names(draft))


def _uses(draft: Draft, name: _Name) -> Iterator[tuple[int, int]]:
    """Rows and offsets where a name stands, its own definition left out."""
    for row, article in enumerate(draft.articles):
        at = article.text.find(name.name)
        while at >= 0:
            if (row, at) != (name.row, name.span[0]):
                yield row, at
            at = article.text.find(name.name, at + 1)


def _stem(term: str) -> str:
    """The part of a term that other articles may use alone: 居住、出行 of a long one; the term itself where it is short."""
    return re.sub(r"^(?:的|本市|本省|本行政区域内?)", "", term)


def _check_terms(draft: Draft) -> Iterator[Found]:
    seen: dict[str, _Name] = {}
    for term in _terms(draft):
        before = seen.setdefault(term.name, term)
        if before is not term:
            first = draft.articles[before.row].label
            finding = draft.texts[term.row].finding(REPEATED_TERM, f"“{term.name}”已在{first}定义", term.span)
            yield term.row, finding
        elif (
            not re.search("的|属于", term.name)
            and term.name not in draft.title
            and not any(_uses(draft, _Name(term.row, term.span, _stem(term.name))))
        ):
            yield term.row, draft.texts[term.row].finding(UNUSED_TERM, f"定义了“{term.name}”，别处没有用到", term.span)


def _early(draft: Draft, name: _Name) -> Found | None:
    for row, at in _uses(draft, name):
        if row >= name.row:
            return None
        before = draft.articles[row].text[max(0, at - 1) : at]
        if not before or before in "，。；：\n由对向":
            message = f"“{name.name}”在{draft.articles[name.row].label}才规定为简称，这里已经用了"
            return row, draft.texts[row].finding(EARLY_NAME, message, (at, at + len(name.name)))
    return None


def _late(draft: Draft, name: _Name) -> Iterator[Found]:
    if not name.full:
        return
    wanted = f"《{name.full}》"
    for row in range(name.row + 1, len(draft.articles)):
        at = draft.articles[row].text.find(wanted)
        if at >= 0:
            message = f"已规定简称“{name.name}”，这里用简称"
            yield row, draft.texts[row].finding(LATE_FULL, message, (at, at + len(wanted)))


def _check_names(draft: Draft) -> Iterator[Found]:
    seen: dict[str, _Name] = {}
    for name in _names(draft):
        before = seen.setdefault(name.name, name)
        if before is not name:
            message = f"简称“{name.name}”已在{draft.articles[before.row].label}规定"
            yield name.row, draft.texts[name.row].finding(REPEATED_NAME, message, name.span)
            continue
        places = list(_uses(draft, name))
        if not any(place > (name.row, name.span[0]) for place in places):
            yield name.row, draft.texts[name.row].finding(UNUSED_NAME, f"规定了简称“{name.name}”，后面没有用到", name.span)
        early = _early(draft, name)
        if early is not None:
            yield early
        yield from _late(draft, name)


def _check_books(draft: Draft) -> Iterator[Found]:
    defined = {name.name for name in _names(draft)}
    for row, article in enumerate(draft.articles):
        for match in _GENERIC_BOOK.finditer(article.text):
            if match[1] not in defined:
                message = f"“{match[0]}”没有用“以下简称”规定过"
                yield row, draft.texts[row].finding(UNKNOWN_NAME, message, match.span())


def check(draft: Draft) -> Iterator[Found]:
    """Check the terms and short names of a draft."""
    yield from _check_terms(draft)
    yield from _check_names(draft)
    yield from _check_books(draft)
