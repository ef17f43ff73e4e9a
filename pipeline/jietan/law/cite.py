"""Citations of articles in free text: 第12条1款3项, 《民法典》第一千二百五十四条, 十二条一款, 第十条至第十五条."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise, product

from jietan.language.normalize import fold
from jietan.language.numerals import parse_item, parse_number
from jietan.language.wording_of_numbers import format_article, format_item
from jietan.law import cite_grammar as grammar
from jietan.law.citation import Citation, format_citation
from jietan.law.cite_points import Points
from jietan.law.cite_scan import mend
from jietan.law.names import ABBREVIATION, DOCUMENTS, GENERIC, OUTSIDE, TOPICAL, Titles, canonical_name, law_before, same_law, short_name
from jietan.law.relative import resolve_relative

__all__ = ["Citation", "find_citations", "format_citation", "resolve_relative"]

_Part = tuple[int | None, str | None, int | None]
_Number = tuple[int, int]
_NEAR = 3000
_SOON = 40
_MOST_ARTICLES = 9999
_SUB_ARTICLE = re.compile(r"(\d{1,4})-(\d{1,2})")
_COMMON_NOUNS = frozenset("办法 规定 稿子 新法 这个办法 这个规定 草安 草岸".split())


class _Finder:
    """Scans one text from left to right, remembering what was cited last."""

    def __init__(self, text: str, draft_law: str | None) -> None:
        self.text, self.plain, self.draft_law = text, mend(fold(text)), draft_law
        self.draft_short = short_name(draft_law) if draft_law else ""
        self.found: list[Citation] = []
        self.last_law: str | None = None
        self.announced = [match.end() for match in grammar.ENUMERATES.finditer(self.plain)]
        self.abbreviations = {short_name(match[2]): match[1] for match in ABBREVIATION.finditer(self.plain) if "称" in match[0]}
        self.titles = Titles(self.plain)
        self.points = Points(self.plain)
        self.goods = [match.start() for match in grammar.MODEL.finditer(self.plain)]
        self.last_law_end, self.inverted = -1, False
        self.counted = (0, 0)
        self.dropped = -1
        self.looked: tuple[int, tuple[str, int] | None] = (-1, None)
        self.most = max(1000, len(text))

    def run(self) -> list[Citation]:
        position, unit = 0, grammar.UNIT.search(self.plain)
        while unit and (match := grammar.START.search(self.plain, position)):
            start = match.start()
            if unit.start() < start:
                unit = grammar.UNIT.search(self.plain, start)
                continue
            if unit.start() > start + grammar.LONGEST:
                position = unit.start() - grammar.LONGEST
                continue
            try:
                end = self._article(start) or self._first_parts(start) or self._relative(start) or self._loose(start)
            except ValueError:
                end = None
            position = end or start + 1
        return self.found

    @property
    def whole(self) -> bool:
        """Whether ranges are still spread out: a text of nothing but long ranges gives no more citations than characters."""
        return len(self.found) < self.most

    def _named(self, start: int) -> tuple[str, int] | None:
        """The name in front of ``start``; asked for more than once, looked for once."""
        if self.looked[0] != start:
            self.looked = (start, law_before(self.plain, start))
        return self.looked[1]

    def _law(self, start: int) -> tuple[str | None, int]:
        """The law of an article mention at ``start``, and where its name begins (-1 where it is not named)."""
        found = self._named(start)
        if found is None:
            return self.draft_law or self.last_law, -1
        name, begin = found
        name = self.abbreviations.get(short_name(name), name)
        if name in GENERIC:
            return self._meant(name, begin), begin
        if name in OUTSIDE:
            return self._outside(name, begin), begin
        law = self._canonical(name)
        if law != self.draft_law:
            self.last_law, self.last_law_end = law, start
        return law, begin

    def _canonical(self, name: str) -> str:
        law = canonical_name(name)
        if self.draft_law and TOPICAL.fullmatch(law) and law[:2] in self.draft_short:
            return self.draft_law
        return self.draft_law if self.draft_law and same_law(law, self.draft_short) else law

    def _meant(self, name: str, begin: int) -> str | None:
        """What 草案, 本条例 or 该条例 mean: the draft, or behind 该 and 同 the law of that kind named last."""
        if name == "本法" and self.last_law and self.draft_law and not self.draft_law.endswith("法") and Titles.kind(self.last_law) == "法":
            return self.last_law
        if name[0] not in "该同此这前" or name.endswith(("草案", "稿")):
            return self.draft_law or self.last_law
        kind = Titles.kind(name)
        title = self.titles.before(kind, begin)
        if title and title[1] > self.last_law_end and title[0] not in GENERIC:
            return self._canonical(self.abbreviations.get(short_name(title[0]), title[0]))
        if self.last_law and (not kind or not self.draft_law or Titles.kind(self.last_law) in ("", kind)):
            return self.last_law
        return self.draft_law

    def _outside(self, name: str, begin: int) -> str | None:
        """What 上位法 or 省条例 mean: the law named last, the draft where it is the province's own, else the word itself."""
        if name in ("前者", "后者"):
            found = self.titles.latest(begin)
            place = -1 if name == "后者" else -2
            return self._canonical(found[place]) if len(found) > 1 else self.draft_law or self.last_law
        if name.startswith("上位"):
            return self.last_law or name
        if self.draft_law and name.startswith("省") and "省" in self.draft_law[:8]:
            return self.draft_law
        return name

    def _connection(self, start: int) -> str:
        """The word that joins a mention to the one before, empty where they are apart."""
        if not self.found:
            return ""
        if self.found[-1].end == start:
            return "、"
        match = grammar.CONNECTOR.fullmatch(self.plain, self.found[-1].end, start) if start - self.found[-1].end < 8 else None
        return match["word"] if match else ""

    def _tail(self, end: int, *, listed: bool = True) -> tuple[int, list[_Part]]:
        """The 款, 项 and 目 behind ``end``: where they stop, and each one that is meant."""
        paragraphs: list[int | None] = [None]
        if match := grammar.PARAGRAPH.match(self.plain, end) if listed else None:
            paragraphs, end = [*grammar.numbers_in(match["numbers"], whole=self.whole)], match.end()
        items: list[str | None] = [None]
        match = grammar.ITEM.match(self.plain, end) or grammar.BRACKETED.match(self.plain, end)
        if match and not self.points.opens(match):
            items, end = [format_item(number) for number in grammar.numbers_in(match["numbers"], whole=self.whole)], match.end()
        inverted = grammar.INVERTED.match(self.plain, end) if paragraphs == [None] and len(items) == 1 and items[0] else None
        if inverted and items[0]:
            self.inverted = True
            paragraphs, end = [parse_item(items[0])], inverted.end()
            items = [format_item(number) for number in grammar.numbers_in(inverted["numbers"])]
        end, subitems = self._subitems(end) if items[0] else (end, [None])
        parts = list(product(paragraphs, items, subitems))
        return end, parts if len(parts) <= 100 else [parts[0], parts[-1]]

    def _subitems(self, end: int) -> tuple[int, list[int | None]]:
        match = grammar.SUBITEM.match(self.plain, end)
        if match is None:
            return end, [None]
        return match.end(), [*grammar.numbers_in(match["numbers"], whole=self.whole)]

    def _is_bare_citation(self, match: re.Match[str], numbers: list[_Number], *, tail: bool) -> bool:
        """Whether N条 without 第 cites an article: 12条2款, 草案29条, 24条整个; not 三条意见, 2条车道."""
        if tail or numbers[-1][1]:
            return True
        few = not match["numbers"][0].isdigit() and numbers[0][0] < 11
        named = self._named(match.start())
        if named and numbers[0][0] > 10 and named[0] not in GENERIC and not named[0].endswith(DOCUMENTS):
            return True
        if numbers[0][0] > 10 and grammar.GOVERNS.search(self.plain, max(0, match.start() - 6), match.start()):
            return True
        if grammar.COUNTED.match(self.plain, match.end()):
            return False
        says = bool(grammar.SAYS.match(self.plain, match.end()))
        if named:
            if few and named[0] in _COMMON_NOUNS:
                return False
            return says or match["numbers"][0].isdigit() or not named[0].endswith(DOCUMENTS)
        if self._connection(match.start()) not in ("", ",") and self.found[-1].kind == "article":
            return True
        near = self.found and self.found[-1].kind == "article" and match.start() - self.found[-1].end < _SOON // 2
        return not (few and len(numbers) == 1) and grammar.is_cited_bare(match, self.plain, numbers[0][0], near=bool(near))

    def _is_enumeration(self, match: re.Match[str], numbers: list[_Number]) -> bool:
        """Whether 第N条 counts the writer's own points, or things."""
        if match["numbers"] is None:
            return False
        if self._named(match.start()):
            return False
        if grammar.STANDARD.search(self.plain, max(0, match.start() - 20), match.start()):
            return True
        if grammar.PAGE.search(self.plain, max(0, match.start() - 8), match.start()):
            return True
        few = numbers[0][0] <= 10 and not numbers[0][1]
        if self._counts_things(match, numbers[0][0], few=few):
            return True
        before = self.plain[max(0, match.start() - 3) : match.start()].rstrip(" ")
        place = bisect_left(self.announced, match.start() + 1)
        announced = self.announced[place - 1] if place else -_NEAR
        if few and numbers[0][0] == 1 and match.start() - announced < 3 and not grammar.SAYS.match(self.plain, match.end()):
            return True
        starts = not before or before[-1] in "。;!?:,\n)" or announced == match.start()
        listed = self.plain[match.end() : match.end() + 1] in (",", ":", "、", "是", " ")
        return starts and listed and few and announced > match.start() - _NEAR

    def _counts_things(self, match: re.Match[str], number: int, *, few: bool) -> bool:
        """Whether 第N条 is a road, a message or a dog."""
        if grammar.ORDINAL_NOUN.match(self.plain, match.end()):
            return True
        after, place = self.counted  # 第一条短信收到，第二条没收到
        if after and number == after + 1 and match.start() - place < _SOON:
            return True
        nouns = (grammar.WEAK_NOUN, grammar.DESCRIBED)
        if few and any(noun.match(self.plain, match.end()) for noun in nouns):
            return True
        return few and bool(grammar.OWN_POINT.search(self.plain, max(0, match.start() - 10), match.start()))

    def _article(self, start: int) -> int | None:
        match = grammar.ORDINAL.match(self.plain, start)
        bare = match is None
        match = match or grammar.BARE.match(self.plain, start)
        if match is None:
            return None
        numbers, end = self._numbers(match)
        behind = end
        end, parts = self._tail(end)
        if match.groupdict().get("clause"):
            end, parts = match.end(), [(int(match["clause"]), None, None)]
        tail = end > behind
        counts = not self._is_bare_citation(match, numbers, tail=tail) if bare else not tail and self._is_enumeration(match, numbers)
        if counts:
            self.counted = (numbers[-1][0], match.end()) if not bare else self.counted
            return match.end()
        self._add_articles((start, end), numbers, parts)
        return end

    def _numbers(self, match: re.Match[str]) -> tuple[list[_Number], int]:
        """The articles of a mention, and where the last of them ends."""
        groups, end = match.groupdict(), match.end()
        if groups.get("section"):
            return [(int(groups["section"]), 0)], match.end("section")
        dashed = _SUB_ARTICLE.fullmatch(groups["numbers"])
        if dashed and int(dashed[2]) < int(dashed[1]) and int(dashed[2]):
            return [(int(dashed[1]), int(dashed[2]))], end
        numbers = [(number, 0) for number in grammar.numbers_in(groups["numbers"], whole=self.whole)]
        if numbers[-1][0] > _MOST_ARTICLES:
            raise ValueError(groups["numbers"])
        if re.search(r"\.|,\s?[^\d\s]", groups["numbers"]) and any(b[0] - a[0] > 9 or b <= a for a, b in pairwise(numbers)):
            raise ValueError(groups["numbers"])  # 第一,十二条: 一 counts the writer's points
        if groups.get("sub"):
            numbers[-1] = (numbers[-1][0], grammar.numbers_in(groups["sub"])[0])
            while more := grammar.MORE_SUBS.match(self.plain, end):
                last = (numbers[-1][0], grammar.numbers_in(more["sub"])[0])
                is_range = re.fullmatch(grammar.TO, more["word"])
                numbers[-1:] = self._between(numbers[-1], last) if is_range else [numbers[-1], last]
                end = more.end()
        return numbers, end

    def _between(self, first: _Number, last: _Number) -> list[_Number]:
        if first[0] == last[0]:
            return [(first[0], sub) for sub in grammar.spread(first[1], last[1], whole=self.whole)]
        inside = grammar.spread(first[0], last[0], whole=self.whole)[1:-1]
        return [first, *((number, 0) for number in inside), last]

    def _add_articles(self, span: tuple[int, int], numbers: list[_Number], parts: list[_Part]) -> None:
        start, end = span
        law, begin = self._law(start)
        named = begin >= 0
        word = self._connection(start)
        if word and not named and self.found[-1].kind == "article":
            law, named = self.found[-1].law, self.found[-1].names_law
        whole: list[_Number] = []
        if re.fullmatch(grammar.TO, word) and self._opens_range(numbers[0]):
            before = self.found.pop()
            whole = self._between(before.number, numbers[0])[:-1]
            start, begin = before.start, before.law_start
        text = self.text[start:end]
        cited = [(number, (None, None, None)) for number in whole] + [(number, part) for number in numbers for part in parts]
        for number, part in cited:
            label = format_article(*number)
            self.found.append(Citation(start, end, text, law, label, *part, names_law=named, law_start=begin))

    def _opens_range(self, number: _Number) -> bool:
        before = self.found[-1]
        return before.kind == "article" and before.paragraph is None and before.item is None and before.number < number

    def _relative(self, start: int) -> int | None:
        match = grammar.RELATIVE.match(self.plain, start)
        if match is None or not grammar.is_relative(match, self.plain):
            return None
        level = match["level"] or match["level2"] or match["level3"]
        counted, place = self.counted
        if counted and match["base"] != "前" and match["base"].startswith("前") and start - place < _SOON:
            return match.end()  # 写了第三条留言，前两条没人回
        end, parts = self._tail(match.end(), listed=level == "条")
        for part in parts:
            text = self.text[start:end]
            self.found.append(Citation(start, end, text, None, None, *part, "relative", base=match["base"], level=level))
        return end

    def _first_parts(self, start: int) -> int | None:
        """第九条前两款, 第九条第一款前三项: the first ones of the provision just named."""
        match = grammar.FIRST_PARTS.match(self.plain, start)
        before = self.found[-1] if self.found else None
        if match is None or before is None or before.kind != "article" or before.end != start:
            return None
        plain = replace(before, start=start, end=match.end(), text=self.text[start : match.end()])
        for number in range(1, int(parse_number(match["count"])) + 1):
            self.found.append(replace(plain, paragraph=number) if match["level"] == "款" else replace(plain, item=format_item(number)))
        return match.end()

    def _loose(self, start: int) -> int | None:
        """第三款 or 第四项 without an article: joined to the mention before, or relative."""
        if match := grammar.LOOSE_DIGIT.match(self.plain, start):
            return self._loose_digit(match)
        match = grammar.LOOSE.match(self.plain, start)
        if match is None:
            return None
        if grammar.OTHER_TEXT.search(self.plain, max(0, start - 7), start):
            self.dropped = match.end()
            return match.end()
        goods = grammar.GOODS.search(self.plain, max(0, start - 4), start) or self._near_goods(match)
        if not self.found and (goods or 0 <= self.dropped >= start - _SOON or not grammar.speaks(self.plain, match.end())):
            self.dropped = match.end()
            return match.end()
        if self.dropped == start - 1 and self.plain[self.dropped] in "、和及":
            self.dropped = match.end()
            return match.end()
        if match["paragraph"]:
            paragraphs = grammar.numbers_in(match["paragraph"], whole=self.whole)
            end, parts = self._tail(match.end(), listed=False)
            parts = [(paragraph, *part[1:]) for paragraph in paragraphs for part in parts]
        else:
            items = grammar.numbers_in(match["item"] or match["bracketed"], whole=self.whole)
            end, subitems = self._subitems(match.end())
            parts = [(None, format_item(item), subitem) for item in items for subitem in subitems]
        word = self._connection(start)
        self._add_loose((start, end), parts, word if self._joins(word, parts[0]) else "")
        return end

    def _loose_digit(self, match: re.Match[str]) -> int | None:
        """2款 behind 9条1款: a 款 without 第 of the article cited right before."""
        before = self.found[-1] if self.found else None
        if before is None or before.paragraph is None or match.start() - before.end > _SOON // 2:
            return None
        start, end = match.span()
        plain = replace(before, start=start, end=end, text=self.text[start:end], item=None, subitem=None)
        self.found.append(replace(plain, paragraph=int(match["numbers"])))
        return end

    def _near_goods(self, match: re.Match[str]) -> bool:
        """Whether 第一款 stands near 第二款手机."""
        place = bisect_left(self.goods, match.start() - _SOON)
        return bool(match["paragraph"]) and place < len(self.goods) and self.goods[place] < match.end() + _SOON

    def _joins(self, word: str, part: _Part) -> bool:
        """Whether a 款 or 项 belongs to the mention before: both are 款, or both are 项, or a 项 follows a 款."""
        if not word:
            return False
        before = self.found[-1]
        if part[0]:
            return before.paragraph is not None
        return before.item is not None or (before.kind == "article" and word != ",")

    def _add_loose(self, span: tuple[int, int], parts: list[_Part], word: str) -> None:
        start, end = span
        text = self.text[start:end]
        if not word:
            self.found += [Citation(start, end, text, None, None, *part, "relative") for part in parts]
            return
        before = self.found[-1]
        if re.fullmatch(grammar.TO, word):
            self._fill(before, parts[0])
        for paragraph, item, subitem in parts:
            if self.inverted and paragraph and before.item and item is None:  # 第一項第二款、第三款
                paragraph, item = before.paragraph, format_item(paragraph)
            same = paragraph or before.paragraph
            self.found.append(replace(before, start=start, end=end, text=text, paragraph=same, item=item, subitem=subitem))

    def _fill(self, before: Citation, part: _Part) -> None:
        """Add what lies inside 第一款至第三款 or 第一项至第三项."""
        paragraph, item, _ = part
        if paragraph and before.paragraph and not before.item:
            for number in grammar.spread(before.paragraph, paragraph, whole=self.whole)[1:-1]:
                self.found.append(replace(before, paragraph=number))
        elif item and before.item:
            for number in grammar.spread(parse_item(before.item), parse_item(item), whole=self.whole)[1:-1]:
                self.found.append(replace(before, item=format_item(number)))


def find_citations(text: str, draft_law: str | None = None) -> list[Citation]:
    """Find every mention of an article, 款 or 项.

    Args:
        text: Any text; offsets count its code points.
        draft_law: Name of the draft under discussion. A mention without a law means the draft where it is given,
            else the law named last.

    Returns:
        Citations in order. Lists and ranges give one citation for each article, 款 or 项. 前款, 本条 and a 款 or 项
        that stands alone are ``relative`` and stay unresolved; see :func:`resolve_relative`.
    """
    return _Finder(text, draft_law).run()
