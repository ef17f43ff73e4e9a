"""The grammar of lines in a law text: headings, article labels, items. Nothing here reads files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jietan.language.normalize import fold
from jietan.language.numerals import parse_number
from jietan.language.wording_of_numbers import format_item
from jietan.law.document import Paragraph

__all__ = ["Line", "group_paragraphs", "items", "scan"]

_NUM = r"[\d零〇○一二三四五六七八九十百千两廿卅]+"
_LABEL = rf"第\s*({_NUM})\s*条(?:\s*之\s*({_NUM}))?"
_HEADING = re.compile(rf"^第\s*({_NUM})\s*(编|分编|章|节)(?=[\s(:]|$|[^\s])\s*:?\s*(.*)$", re.S)
_PLAIN_HEADING = re.compile(r"^(?:([一二三四五六七八九十]{1,3})、([^。;:,!?、]{2,30}|[^。;:,!?]{2,20})|((?:总|分|附)\s*则))$")
_IN_HEADING = re.compile(rf"\s+(?=第\s*{_NUM}\s*(?:条(?:\s*之\s*{_NUM})?[\s(\[【:]|(?:分?编|章|节)\s))")
_ARTICLE = re.compile(rf"^[\[【]?{_LABEL}[\]】]?")
_NEXT_ARTICLE = re.compile(rf"(?<=[。;!?:)”』])\s*(?={_LABEL}\s)")
_CITED = re.compile(rf"^\s*(?:第?\s*{_NUM}\s*(?:款|项|条|目)|第[(（]|规定|所称|所列|的(?!士)|中的|、|及其|,|。|;|\)|”|》)")
_CITED_TIGHT = re.compile(r"^(?:所|至|到|和|与|或|以及|及|之|中|外|以外|以内|以上|以下|有关|例|件|款)")
_NOT_A_TITLE = re.compile(r"[。;,!?]|:.|^(?:规定[^汇]|所[列称]|的|、|第)")
_RUNS_ON = re.compile(r"^(?:规定|所|的|中|和|与|至|及|以|、)")
_POINTS_INSIDE = re.compile(rf"^\s*第\s*[(]?{_NUM}[)]?\s*(?:款|项|条|目|、)")
_LEADER = re.compile(r"[\s.·…‥—-]*\d*\s*$")
_ITEM = re.compile(r"^\s*(?:[(]([一二三四五六七八九十百零]{1,4})[)]|([\u3220-\u3229]))\s*")
_INLINE_ITEM = re.compile(r"(?<=[:;。,])\s*[(]([一二三四五六七八九十百零]{1,4})[)]")
_SUBITEM = re.compile(r"^\s*(?:\d{1,2}[.、](?!\d)|[(]\d{1,2}[)]|[\u2460-\u2473])")
#: The mark of a 项 or 目 has no more characters.
_MARK = 12
_BARE_HEADING = re.compile(rf"^第{_NUM}(?:编|分编|章|节)$")
_LEVELS = {"编": 0, "分编": 1, "章": 2, "节": 3}


@dataclass(frozen=True)
class Line:
    """One piece of a law text.

    Attributes:
        kind: ``"heading"``, ``"article"`` or ``"text"``.
        text: For a heading the label and title in canonical spacing, for an article what follows the label.
        place: Where it stands in the file.
        number: (number, number after 之); for a heading (number, 0).
        level: For a heading 0 编, 1 分编, 2 章, 3 节.
        is_title: Whether the file marks it as the title of the document.
    """

    kind: str
    text: str
    place: str
    number: tuple[int, int] = (0, 0)
    level: int = -1
    is_title: bool = False


def _as_number(label: re.Match[str]) -> tuple[int, int] | None:
    try:
        return int(parse_number(label[1])), int(parse_number(label[2])) if label[2] else 0
    except ValueError:
        return None


def _follows(number: tuple[int, int], last: tuple[int, int] | None) -> bool:
    if last is None:
        return number == (1, 0)
    return number in ((last[0] + 1, 0), (last[0], last[1] + 1))


def _tidy_title(text: str) -> str:
    title = _LEADER.sub("", text) if re.search(r"[.·…‥]{2,}|[—-]{3,}|\s\d+$", text) else text
    title = title.strip()
    pieces = title.split()
    return "".join(pieces) if all(len(piece) == 1 for piece in pieces) else " ".join(pieces)


def _plain_heading(match: re.Match[str], text: str, place: str) -> Line:
    """A heading without 第: 二、管辖 counts as 章, 附则 alone as 编."""
    if match[3]:
        number = 1 if match[3][0] == "总" else 99
        return Line("heading", re.sub(r"\s", "", text), place, (number, 0), 0)
    return Line("heading", text.strip(), place, (int(parse_number(match[1])), 0), 2)


def _heading(text: str, place: str) -> tuple[Line, str] | None:
    plain = fold(text)
    match = _HEADING.match(plain)
    if match is None:
        bare = _PLAIN_HEADING.match(plain.strip())
        return (_plain_heading(bare, text, place), "") if bare else None
    start, end = match.span(3)
    inner = _IN_HEADING.search(plain, start)
    if inner is None and plain[match.end(2) : match.end(2) + 1].strip() and len(plain) - start > 25:
        return None
    stop = inner.start() if inner else end
    if inner and inner.start() == start:
        return None
    title = _tidy_title(text[start:stop])
    spaced = not plain[match.end(2) : match.end(2) + 1].strip(" \t\u3000:(")
    if len(title) > 40 or _NOT_A_TITLE.search(fold(title)) or (not spaced and _RUNS_ON.match(title)):
        return None
    label = re.sub(r"\s", "", text[: match.end(2)])
    number = (int(parse_number(match[1])), 0)
    shown = f"{label}\u3000{title}" if title else label
    return Line("heading", shown, place, number, _LEVELS[match[2]]), text[inner.end() :] if inner else ""


def _article(text: str, last: tuple[int, int] | None) -> tuple[tuple[int, int], str] | None:
    """Number and rest of a paragraph that starts an article; None where it merely cites one."""
    plain = fold(text)
    match = _ARTICLE.match(plain)
    number = _as_number(match) if match else None
    if match is None or number is None:
        return None
    rest = plain[match.end() :]
    apart = not rest or rest[0].isspace() or rest[0] in ":([【"
    if _POINTS_INSIDE.match(rest) or (_CITED.match(rest) and not (apart and rest and _follows(number, last))):
        return None
    if not apart:
        near = last is not None and last < number and number[0] - last[0] <= 3
        if _CITED_TIGHT.match(rest) or not (_follows(number, last) or near):
            return None
    return number, text[match.end() :].lstrip(" \t\u3000\xa0:：")


def _split_before_next(text: str, last: tuple[int, int] | None) -> tuple[str, str]:
    """Cut a paragraph where the article that comes next starts inside it."""
    for match in _NEXT_ARTICLE.finditer(fold(text)):
        rest = text[match.end() :]
        found = _article(rest, last)
        if found and _follows(found[0], last):
            return text[: match.start()], rest
    return text, ""


def scan(paragraphs: Iterable[Paragraph]) -> list[Line]:
    """Classify the paragraphs of a file, cutting those that hold several headings or articles.

    Args:
        paragraphs: Paragraphs in order.

    Returns:
        Lines in order. A paragraph that only cites an article stays text.
    """
    lines: list[Line] = []
    last: tuple[int, int] | None = None
    for paragraph in paragraphs:
        rest, is_title = paragraph.text.strip(), paragraph.is_title
        while rest:
            if heading := _heading(rest, paragraph.place):
                lines.append(heading[0])
                rest = heading[1].strip()
                continue
            found = _article(rest, last)
            if found:
                last = found[0]
                text, rest = _split_before_next(found[1], last)
                lines.append(Line("article", text.strip(), paragraph.place, last))
            else:
                text, rest = _split_before_next(rest, last)
                lines.append(Line("text", text.strip(), paragraph.place, is_title=is_title))
            rest = rest.strip()
    return _join_split_headings(lines)


def _join_split_headings(lines: list[Line]) -> list[Line]:
    """Give a heading whose title stands on the next line that title."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        bare = before is not None and before.kind == "heading" and bool(_BARE_HEADING.match(before.text))
        if bare and before and line.kind == "text" and len(line.text) <= 30 and not _NOT_A_TITLE.search(fold(line.text)):
            title = f"{before.text}\u3000{_tidy_title(line.text)}"
            joined[-1] = Line("heading", title, before.place, before.number, before.level)
        else:
            joined.append(line)
    return joined


def group_paragraphs(lines: Iterable[str]) -> list[str]:
    """Gather the lines of an article into its 款.

    Args:
        lines: Lines of one article, without the label.

    Returns:
        One string for each 款; its 项 and 目 follow on lines of their own.
    """
    paragraphs: list[str] = []
    in_items = False
    for line in filter(None, (line.strip() for line in lines)):
        plain = fold(line[:_MARK])
        is_item, is_sub = bool(_ITEM.match(plain)), bool(_SUBITEM.match(plain))
        opens = bool(paragraphs) and fold(paragraphs[-1][-1]) == ":"
        if paragraphs and (is_item or (is_sub and (in_items or opens))):
            paragraphs[-1] += "\n" + line
            in_items = True
        else:
            paragraphs.append(line)
            in_items = is_item
    return paragraphs


def items(paragraph: str) -> list[tuple[str, str]]:
    """List the 项 of a 款.

    Args:
        paragraph: One entry of ``Article.paragraphs``; items may also stand inside one line.

    Returns:
        Pairs of the canonical label (（三）) and the item's text without it, 目 included.
    """
    plain = fold(paragraph)
    marks: list[tuple[int, int, int]] = []
    offset = 0
    for line in plain.split("\n"):
        match = _ITEM.match(line)
        if match:
            number = ord(match[2]) - 0x321F if match[2] else int(parse_number(match[1]))
            marks.append((offset, offset + match.end(), number))
        for inline in _INLINE_ITEM.finditer(line):
            number = int(parse_number(inline[1]))
            if number == (marks[-1][2] + 1 if marks else 1):
                marks.append((offset + inline.start(), offset + inline.end(), number))
        offset += len(line) + 1
    ends = [start for start, _, _ in marks[1:]] + [len(paragraph)] * bool(marks)
    found = zip(marks, ends, strict=True)
    return [(format_item(number), paragraph[begin:end].strip()) for (_, begin, number), end in found]
