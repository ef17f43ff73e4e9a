"""Items and punctuation: the lead with a colon, 项 with semicolons, numbers without gaps (立法技术规范（一）9, 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, zip_longest

from jietan.language.numerals import parse_item
from jietan.language.wording_of_numbers import format_item
from jietan.law.style.model import FIRST, Finding, Line, Rule, Text

__all__ = ["RULES", "check"]

LEAD = Rule("item-lead", "分项之前用冒号", "warning", f"{FIRST}12", mechanical=True)
END = Rule("item-end", "项末用分号，末项用句号", "warning", f"{FIRST}12", mechanical=True)
GAP = Rule("item-gap", "项的序号连续", "error", f"{FIRST}9")
ALONE = Rule("item-alone", "不只分出一项", "warning", f"{FIRST}12")
PARAGRAPH_END = Rule("paragraph-end", "一款以句号结束", "warning", f"{FIRST}12")
DE = Rule("item-de", "列举情形、行为的各项，末尾都用“的”或者都不用", "warning", "法律语言的一般要求")
HALF_WIDTH = Rule("half-width", "标点用全角", "warning", f"{FIRST}12", mechanical=True)
DOUBLED = Rule("punctuation-doubled", "标点不重复", "error", f"{FIRST}12", mechanical=True)
RULES = (LEAD, END, GAP, ALONE, DE, PARAGRAPH_END, HALF_WIDTH, DOUBLED)

_HALF = re.compile(r"(?<=[\u4e00-\u9fff》”）])[,;:](?!\d)|[(](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[)]")
_TO_FULL = str.maketrans(",;:()", "，；：（）")
_DOUBLED = re.compile(r"([，。；：、])[，。；：、]+")
_CASES = re.compile(r"下列(?:情形|行为)之一")
#: What stands behind the words of a 项: its mark, and an exception or a short name of its own.
_TAIL = re.compile(r"(?:，但是?[^，。；]*除外|（[^（）]*）)?[。；，、.;,]?\Z")
#: 项 that say nothing on the 的 of the others: nouns, 标的 and 目的, and what is said with 是……的.
_NEUTRAL = re.compile(r"(?:情形|情况|情节|行为|活动|原因|事项|[标目]的|是[^，]{1,20}的|[：:])\Z")
_ENDS = tuple("。：！？:")
_QUOTES = "”）》』」)"


def _items_of(text: Text) -> list[tuple[Line | None, list[Line]]]:
    """For each 款 with 项 its lead (None where it has none) and the lines of its 项, 目 left out.

    项 that go on behind a paragraph inside a 项 belong to the ones before.
    """
    found: list[tuple[Line | None, list[Line]]] = []
    for _, lines in groupby(text.layout.lines, key=lambda line: line.paragraph):
        kept = [line for line in lines if not line.is_subitem]
        marked = [line for line in kept if line.item is not None]
        if marked and found and _number(marked[0]) == _number(found[-1][1][-1]) + 1:
            found[-1] = (found[-1][0], [*found[-1][1], *marked])
        elif marked:
            found.append((kept[0] if kept[0].item is None else None, marked))
    return found


def _number(line: Line) -> int:
    return parse_item(line.item or "（一）")


def _stripped(text: Text, line: Line) -> tuple[str, int]:
    words = text.raw[line.start : line.end].rstrip()
    return words, line.start + len(words)


def _lead(text: Text, lead: Line) -> Iterator[Finding]:
    words, end = _stripped(text, lead)
    if words.endswith(("：", ":")):
        return
    if words.endswith(tuple("。；，、")):
        yield text.finding(LEAD, f"分项之前用冒号，不用“{words[-1]}”", (end - 1, end), "：")
    else:
        yield text.finding(LEAD, "分项之前用冒号", (end, end), "：")


def _ends(text: Text, marked: list[Line]) -> Iterator[Finding]:
    texts = [_stripped(text, line) for line in marked]
    inner = any(re.search(r"[。；][^”）》]", words) for words, _ in texts)
    subdivided = any(line.is_subitem for line in text.layout.lines)
    apart = len({line.paragraph for line in marked}) > 1
    defines = sum("是指" in words for words, _ in texts) * 2 > len(texts)
    if inner or subdivided or apart or defines:
        return
    for place, (words, end) in enumerate(texts, 1):
        wanted = "。" if place == len(texts) else "；"
        if words.endswith(wanted) or (words.endswith(tuple(_QUOTES)) and words[-2:-1] == wanted):
            continue
        has_mark = words[-1:] in tuple("。；，、.;,：")
        found = f"，不用“{words[-1]}”" if has_mark else ""
        which = "末项用句号" if wanted == "。" else "项末用分号"
        yield text.finding(END, f"{which}{found}", (end - has_mark, end), wanted)


def _numbers(text: Text, marked: list[Line]) -> Iterator[Finding]:
    for place, line in enumerate(marked, 1):
        if _number(line) != place:
            span = (line.start, min(line.end, line.start + len(line.item or "")))
            yield text.finding(GAP, f"项的序号不连续：这里应当是{format_item(place)}，写的是{line.item}", span)
            return
    if len(marked) == 1:
        yield text.finding(ALONE, "只有一项，不需要分项", (marked[0].start, marked[0].end))


def _de(text: Text, lead: Line, marked: list[Line]) -> Iterator[Finding]:
    """The 项 whose end differs from the others'; where as many end in 的 as do not, those without it."""
    if not _CASES.search(text.masked, lead.start, lead.end):
        return
    with_de: list[int] = []
    without: list[int] = []
    for line in marked:
        words = text.raw[line.start : line.end].rstrip()
        if re.search(r"。[^”）》]", words):
            return
        words = _TAIL.sub("", words, count=1)
        if _NEUTRAL.search(words) or (line is marked[-1] and "其他" in words):
            continue
        (with_de if words.endswith("的") else without).append(line.start + len(words))
    if with_de and len(with_de) >= len(without):
        for end in without:
            yield text.finding(DE, "这一组的其他项末尾用“的”，这一项没有", (end, end))
    elif with_de:
        for end in with_de:
            yield text.finding(DE, "这一组的其他项末尾不用“的”，这一项用了", (end - 1, end))


def _paragraph_ends(text: Text) -> Iterator[Finding]:
    lines = text.layout.lines
    for line, after in zip_longest(lines, lines[1:]):
        if line.item is not None or line.is_subitem:
            continue
        leads = after is not None and after.paragraph == line.paragraph
        words, end = _stripped(text, line)
        bare = words.rstrip(_QUOTES) if words.endswith(tuple(_QUOTES)) else words
        if not leads and not (bare or words).endswith(_ENDS):
            yield text.finding(PARAGRAPH_END, "一款的末尾用句号", (end - 1, end))


def _marks(text: Text, taken: set[tuple[int, int]]) -> Iterator[Finding]:
    """Half-width and doubled marks; the mark of a 项's end that is wrong anyway (``taken``) does not count twice."""
    for match in _HALF.finditer(text.masked):
        if match.span() in taken:
            continue
        fix = match[0].translate(_TO_FULL)
        yield text.finding(HALF_WIDTH, f"标点用全角，“{match[0]}”改为“{fix}”", match.span(), fix)
    for match in _DOUBLED.finditer(text.masked):
        last = match[0][-1]
        fix = "。" if "。" in match[0] else last
        yield text.finding(DOUBLED, f"标点重复：“{match[0]}”改为“{fix}”", match.span(), fix)


def check(text: Text) -> Iterator[Finding]:
    """Check the 项 and the punctuation of a text."""
    found = list(_paragraph_ends(text))
    for lead, marked in _items_of(text):
        if lead is not None:
            found += _lead(text, lead)
            found += _de(text, lead, marked)
        found += _ends(text, marked)
        found += _numbers(text, marked)
    yield from _marks(text, {(finding.start, finding.end) for finding in found})
    yield from found
