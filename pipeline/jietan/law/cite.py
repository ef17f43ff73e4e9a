"""Citations of articles in free text: 第12条1款3项, 《民法典》第一千二百五十四条, 十二条一款, 第十条至第十五条."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jietan.language.normalize import fold
from jietan.language.numerals import format_article, format_item, format_number, parse_item, parse_number
from jietan.law.names import GENERIC, canonical_name, law_before, short_name

__all__ = ["Citation", "find_citations", "format_citation", "resolve_relative"]

_N = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百千廿卅]{1,9})"
_SUB = r"(?:\s?之\s?(?P<sub>\d{1,2}(?!\d)|[一二三四五六七八九十]{1,3}(?![般切定些直致起])))?"
_TO = r"[至到~—–-]+"
_ORDINAL = re.compile(rf"第\s?(?P<numbers>{_N}(?:\s?(?:、|和|及|与|{_TO})\s?第?\s?{_N}){{0,30}})\s?[条條]{_SUB}|§\s?(?P<section>\d{{1,4}})")
_BARE = re.compile(
    rf"(?<![第\d零一二两三四五六七八九十百千几多数半.\-])(?P<numbers>{_N}(?:{_TO}{_N})?)\s?条(?!例|件|款(?![第\d])|文|目|幅|理|约){_SUB}"
)
_RELATIVE = re.compile(
    r"(?P<base>[本前该同此]|上一|前一|后一)(?P<level>[条款]|项(?=规定|所列|情形|中|删|改|的规定))(?!例|件|目|街|路|约|款(?![第\d])|文)"
)
_LOOSE = re.compile(
    rf"第\s?(?P<paragraph>{_N})\s?款|第\s?[(]?(?P<item>{_N})[)]?\s?项(?!目|下|制|工|链|服|举|任)|[(](?P<bracketed>{_N})[)]\s?项(?!目)"
)
_START = re.compile(rf"第\s?[(]?\s?{_N}|§\s?\d|{_N}\s?条|[本前该同此一][条款项]|[(]{_N}[)]\s?项")
_GAP = r"(?:\s?[(][^()]{1,20}[)](?=\s?第))?\s?(?:[的之]|、(?=第))?\s?"
_PARAGRAPH = re.compile(rf"{_GAP}第?\s?(?P<paragraph>{_N})\s?款")
_ITEM = re.compile(rf"{_GAP}(?:第\s?[(]?|[(])?\s?(?P<item>{_N})\s?[)]?\s?项(?!目|制|工|链|服)")
_SUBITEM = re.compile(rf"{_GAP}第?\s?[(]?(?P<subitem>{_N})[)]?\s?目")
_CONNECTOR = re.compile(rf"\s?(?P<word>、|,|和|及|与|或|以及|或者|{_TO})\s?")
_ORDINAL_NOUN = re.compile(
    r"\s?(?:街|路(?!灯)|车道|通道|消防通道|线(?!路)|船|河|狗|腿|消息|微博|评论|留言|短信|龙"
    r"|(?:意见|建议|理由|要求|看法|想法|诉求)(?=[:,。;是为、]|$))"
)
_COUNTED = re.compile(rf"{_ORDINAL_NOUN.pattern}|\s?(?:意见|建议|理由|要求|看法|想法|诉求)")
_ENUMERATES = re.compile(
    r"(?:[一二两三四五六七八九十几\d]\s?条(?:意见|建议|要求|理由|看法|想法|诉求|[:。]|,都)|以下几条|头一条|提[一二两三四五六七八九十几\d]+条)"
)
_SAYS = re.compile(
    r"\s?(?:整个|讲|说|规定|写|里|中(?!心)|的|应|建议(?!如下)|不|要(?!求)|太|改|删|也|是|同|关于|我|对|有|那|这|全|没|可|能|最|后半|前半|"
    r"明确|增|取消|保留|支持|反对|“|\"|「|和\d|以及)"
)
_LEADS_IN = re.compile(
    r"(?:^|[。;!?:,、\n(\s“]|关于|对于?|按照?|根据|依据|依照|违反|看到?|和|与|及|改|删除?|把|至|到|说|就|同意|反对|支持)$"
)


@dataclass(frozen=True)
class Citation:
    """One mention of a provision.

    Attributes:
        start: Offset of its first code point.
        end: Offset behind its last code point; a range that was expanded shares one span.
        text: The words themselves.
        law: The law meant, without 中华人民共和国, the draft's name as given, or None where the text does not tell.
        article: Canonical label, or None where the mention is relative (前款, 本条, 第三款 alone).
        paragraph: 款, from 1.
        item: Canonical label of the 项, （三）.
        subitem: 目, from 1.
        kind: ``"article"``, or ``"relative"`` where the article is not named.
        law_start: Where the name of the law in front of it begins; ``start`` where none is named.
        names_law: Whether a law or the draft is named with it, or with the list it stands in.
        base: For a relative mention its first word: 本, 前, 该, 同; empty for 第三款 alone.
    """

    start: int
    end: int
    text: str
    law: str | None
    article: str | None
    paragraph: int | None = None
    item: str | None = None
    subitem: int | None = None
    kind: str = "article"
    names_law: bool = False
    base: str = ""
    law_start: int = -1

    def __post_init__(self) -> None:
        """Let ``law_start`` default to ``start``."""
        if self.law_start < 0:
            object.__setattr__(self, "law_start", self.start)


class _Finder:
    """Scans one text from left to right, remembering what was cited last."""

    def __init__(self, text: str, draft_law: str | None) -> None:
        self.text, self.plain, self.draft_law = text, fold(text), draft_law
        self.draft_short = short_name(draft_law) if draft_law else ""
        self.found: list[Citation] = []
        self.last_law: str | None = None

    def run(self) -> list[Citation]:
        position = 0
        while match := _START.search(self.plain, position):
            end = self._article(match.start()) or self._relative(match.start()) or self._loose(match.start())
            position = end or match.start() + 1
        return self.found

    def _law(self, start: int) -> tuple[str | None, int]:
        """The law of an article mention at ``start``, and where its name begins (-1 where it is not named)."""
        found = law_before(self.plain, start)
        if found is None:
            return self.draft_law or self.last_law, -1
        name, begin = found
        if name in GENERIC:
            outside = name[0] in "该同此" or not self.draft_law
            return (self.last_law if outside else self.draft_law), begin
        law = canonical_name(name)
        if self.draft_short and law in (self.draft_short, canonical_name(self.draft_short)):
            return self.draft_law, begin
        self.last_law = law
        return law, begin

    def _connection(self, start: int) -> str:
        """The word that joins a mention to the one before, empty where they are apart."""
        if not self.found:
            return ""
        if self.found[-1].end == start:
            return "、"
        match = _CONNECTOR.fullmatch(self.plain, self.found[-1].end, start)
        return match["word"] if match else ""

    def _tail(self, end: int) -> tuple[int, int | None, str | None, int | None]:
        paragraph = item = subitem = None
        if match := _PARAGRAPH.match(self.plain, end):
            paragraph, end = int(parse_number(match["paragraph"])), match.end()
        if match := _ITEM.match(self.plain, end):
            item, end = format_item(parse_item(match["item"])), match.end()
            if match := _SUBITEM.match(self.plain, end):
                subitem, end = int(parse_number(match["subitem"])), match.end()
        return end, paragraph, item, subitem

    def _is_bare_citation(self, match: re.Match[str], tail_end: int) -> bool:
        """Whether N条 without 第 cites an article: 12条2款, 草案29条, 24条整个; not 三条意见, 2条车道."""
        if tail_end > match.end():
            return True
        if _COUNTED.match(self.plain, match.end()):
            return False
        if law_before(self.plain, match.start()):
            return True
        number = parse_number(re.split(_TO, match["numbers"])[0])
        if not match["numbers"][0].isdigit() and number < 11:
            return False
        before = self.plain[max(0, match.start() - 6) : match.start()]
        return bool(_SAYS.match(self.plain, match.end()) and _LEADS_IN.search(before))

    def _is_enumeration(self, match: re.Match[str], tail_end: int) -> bool:
        """Whether 第N条 counts the writer's own points."""
        if tail_end > match.end() or match["numbers"] is None:
            return False
        if _ORDINAL_NOUN.match(self.plain, match.end()):
            return True
        before = self.plain[max(0, match.start() - 3000) : match.start()].rstrip(" ")
        starts = not before or before[-1] in "。;!?:,\n)"
        listed = self.plain[match.end() : match.end() + 1] in (",", ":", "、", "是", " ")
        few = parse_number(re.split(rf"[、和及与]|{_TO}", match["numbers"])[0]) <= 10
        return bool(starts and listed and few and _ENUMERATES.search(before))

    def _article(self, start: int) -> int | None:
        match = _ORDINAL.match(self.plain, start)
        bare = match is None
        match = match or _BARE.match(self.plain, start)
        if match is None:
            return None
        try:
            end, paragraph, item, subitem = self._tail(match.end())
            numbers = self._numbers(match)
            if self._is_bare_citation(match, end) is False if bare else self._is_enumeration(match, end):
                return match.end()
        except ValueError:
            return None
        self._add_articles(start, end, numbers, Citation(0, 0, "", None, None, paragraph, item, subitem))
        return end

    def _add_articles(self, start: int, end: int, numbers: list[tuple[int, int]], part: Citation) -> None:
        law, begin = self._law(start)
        named = begin >= 0
        word = self._connection(start)
        if word and not named and self.found[-1].kind == "article":
            law, named = self.found[-1].law, self.found[-1].names_law
        if re.fullmatch(_TO, word) and self._opens_range(numbers[0]):
            before = self.found.pop()
            numbers = [*self._between((_number(before), 0), numbers[0]), *numbers[1:]]
            start, begin = before.start, before.law_start
        text = self.text[start:end]
        for number in numbers:
            label = format_article(*number)
            self.found.append(replace(part, start=start, end=end, text=text, law=law, article=label, names_law=named, law_start=begin))

    def _opens_range(self, number: tuple[int, int]) -> bool:
        before = self.found[-1]
        return before.kind == "article" and before.paragraph is None and before.item is None and _number(before) < number[0]

    @staticmethod
    def _between(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
        if not first[0] < last[0] <= first[0] + 300:
            return [first, last]
        return [first, *((number, 0) for number in range(first[0] + 1, last[0])), last]

    def _numbers(self, match: re.Match[str]) -> list[tuple[int, int]]:
        groups = match.groupdict()
        if groups.get("section"):
            return [(int(groups["section"]), 0)]
        pieces = re.split(rf"\s?(、|和|及|与|{_TO})\s?第?\s?", groups["numbers"])
        numbers = [(int(parse_number(pieces[0])), 0)]
        for word, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            number = (int(parse_number(piece)), 0)
            if re.fullmatch(_TO, word):
                numbers[-1:] = self._between(numbers[-1], number)
            else:
                numbers.append(number)
        if groups.get("sub"):
            numbers[-1] = (numbers[-1][0], int(parse_number(groups["sub"])))
        return numbers

    def _relative(self, start: int) -> int | None:
        match = _RELATIVE.match(self.plain, start)
        if match is None:
            return None
        end, paragraph, item, subitem = self._tail(match.end())
        text = self.text[start:end]
        base = match["base"]
        self.found.append(Citation(start, end, text, None, None, paragraph, item, subitem, "relative", False, base))
        return end

    def _loose(self, start: int) -> int | None:
        """第三款 or 第四项 without an article: joined to the mention before, or relative."""
        match = _LOOSE.match(self.plain, start)
        if match is None:
            return None
        try:
            return self._add_loose(match, start)
        except ValueError:
            return None

    def _add_loose(self, match: re.Match[str], start: int) -> int:
        end, paragraph, item, subitem = match.end(), None, None, None
        if match["paragraph"]:
            paragraph = int(parse_number(match["paragraph"]))
            tail = _ITEM.match(self.plain, end)
            if tail:
                item, end = format_item(parse_item(tail["item"])), tail.end()
        else:
            item = format_item(parse_item(match["item"] or match["bracketed"]))
        word = self._connection(start)
        before = self.found[-1] if word else None
        text = self.text[start:end]
        if before is None or before.kind == "relative" or (paragraph and before.paragraph is None):
            self.found.append(Citation(start, end, text, None, None, paragraph, item, subitem, "relative"))
            return end
        if re.fullmatch(_TO, word):
            self._fill(before, paragraph, item)
        joined = replace(before, start=start, end=end, text=text, item=item, subitem=None)
        self.found.append(replace(joined, paragraph=paragraph) if paragraph else joined)
        return end

    def _fill(self, before: Citation, paragraph: int | None, item: str | None) -> None:
        """Add what lies inside 第一款至第三款 or 第一项至第三项."""
        if paragraph and before.paragraph and not before.item:
            for number in range(before.paragraph + 1, min(paragraph, before.paragraph + 50)):
                self.found.append(replace(before, paragraph=number))
        elif item and before.item:
            first = parse_item(before.item)
            for number in range(first + 1, min(parse_item(item), first + 50)):
                self.found.append(replace(before, item=format_item(number)))


def _number(citation: Citation) -> int:
    match = re.match(r"第(.+?)条", citation.article or "")
    return int(parse_number(match[1])) if match else 0


def find_citations(text: str, draft_law: str | None = None) -> list[Citation]:
    """Find every mention of an article, 款 or 项.

    Args:
        text: Any text; offsets count its code points.
        draft_law: Name of the draft under discussion. A mention without a law means the draft where it is given,
            else the law named last.

    Returns:
        Citations in order. Lists and ranges give one citation for each article. 前款, 本条 and a 款 or 项 that stands
        alone are ``relative`` and stay unresolved; see :func:`resolve_relative`.
    """
    return _Finder(text, draft_law).run()


def resolve_relative(citations: Sequence[Citation]) -> list[Citation]:
    """Give relative mentions in a reader's text the article cited before them.

    Args:
        citations: As :func:`find_citations` gave them for one text.

    Returns:
        The same number of citations; 第三款, 该条, 同条 and the like after an article take its law and article. 本条,
        前条 and 前款, which speak about a text from within, stay as they are.
    """
    resolved: list[Citation] = []
    last: Citation | None = None
    for citation in citations:
        if citation.kind == "relative" and citation.base in ("", "该", "同", "此") and last is not None:
            paragraph = citation.paragraph
            if paragraph is None and (citation.item or "款" in citation.text[:2]):
                paragraph = last.paragraph
            item = citation.item or (last.item if citation.text[1:2] == "项" else None)
            citation = replace(citation, law=last.law, article=last.article, paragraph=paragraph, item=item)
        if citation.article is not None:
            last = citation
        resolved.append(citation)
    return resolved


def format_citation(article: str, *, law: str | None = None, paragraph: int | None = None, item: str | None = None) -> str:
    """Write a citation as statutes do: 《消防法》第二十八条第二款第三项, the 项 without brackets (立法技术规范（一）9).

    Args:
        article: Canonical label.
        law: Name to put in 《》, if any.
        paragraph: 款, from 1.
        item: Label of the 项 in any form.

    Returns:
        The citation.
    """
    parts = [f"《{law.strip('《》')}》" if law else "", article]
    if paragraph is not None:
        parts.append(f"第{format_number(paragraph)}款")
    if item is not None:
        parts.append(f"第{format_number(parse_item(item))}项")
    return "".join(parts)
