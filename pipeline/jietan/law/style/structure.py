"""The frame of a draft: numbers of articles and chapters, purpose, table of contents, day of entry into force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.numerals import parse_number
from jietan.language.wording_of_numbers import format_article, format_number
from jietan.law.style.draft import Draft, Found
from jietan.law.style.model import FIRST, Finding, Rule

__all__ = ["RULES", "check"]

GAP = Rule("article-gap", "条的序号连续", "error", f"{FIRST}11")
REPEATED = Rule("article-repeated", "条的序号不重复", "error", f"{FIRST}11")
EMPTY = Rule("article-empty", "每条有内容", "error", "结构")
CHAPTER = Rule("chapter-gap", "章、节的序号连续，每章有条文", "error", f"{FIRST}1")
CONTENTS = Rule("contents-missing", "设章的在正文之前列目录", "note", f"{FIRST}1")
PURPOSE = Rule("purpose-missing", "第一条写明立法目的", "note", f"{FIRST}5")
FORCE = Rule("force-missing", "写明施行日期", "error", f"{FIRST}11")
FORCE_LAST = Rule("force-not-last", "施行日期放在最后一条", "note", f"{FIRST}3")
RULES = (GAP, REPEATED, EMPTY, CHAPTER, CONTENTS, PURPOSE, FORCE, FORCE_LAST)

_FORCE = re.compile(r"起(?:正式)?(?:施行|实施|生效|执行)|施行日期|公布之日|生效日期")
_HEADING = re.compile(r"第([一二三四五六七八九十百零\d]+)(分?编|章|节)")
_LEAST = 5


def _finding(rule: Rule, message: str) -> Finding:
    return Finding(rule.id, rule.severity, message)


def _follows(before: tuple[int, int], number: tuple[int, int]) -> bool:
    return number in ((before[0] + 1, 0), (before[0], before[1] + 1))


def _numbers(draft: Draft) -> Iterator[Found]:
    seen: set[tuple[int, int]] = set()
    before = (0, 0)
    for row, article in enumerate(draft.articles):
        number = article.number
        if number == (0, 0):
            continue
        if number in seen:
            yield row, _finding(REPEATED, f"{article.label}出现了不止一次")
        elif number < before:
            yield row, _finding(GAP, f"{article.label}排在{format_article(*before)}之后，序号倒退")
        elif not _follows(before, number):
            after = f"{format_article(*before)}之后" if before != (0, 0) else "开头"
            wanted = format_article(before[0] + 1) if number[1] <= 1 else format_article(number[0], number[1] - 1)
            yield row, _finding(GAP, f"{after}是{article.label}，缺{wanted}等条")
        seen.add(number)
        before = max(before, number)


def _chapters(draft: Draft) -> Iterator[Found]:
    """Numbers of 编, 章 and 节 as they appear in the headings of the articles."""
    last: dict[str, int] = {}
    path: list[str] = []
    for row, article in enumerate(draft.articles):
        headings = [part.strip() for part in article.chapter.split("/")] if article.chapter else []
        same = next((i for i, (a, b) in enumerate(zip(path, headings, strict=False)) if a != b), min(len(path), len(headings)))
        for depth in range(same, len(headings)):
            match = _HEADING.match(headings[depth])
            if match is None:
                continue
            number, kind = int(parse_number(match[1])), match[2]
            if kind == "节":
                last[kind] = last.get(kind, 0) if depth == same and path[:depth] == headings[:depth] else 0
            expected = last.get(kind, 0) + 1
            if number > expected:
                missing = f"第{format_number(expected)}{kind}"
                yield row, _finding(CHAPTER, f"{missing}没有条文，或者序号不连续：{article.label}之前是{headings[depth]}")
            elif number < expected and number != 1:
                yield row, _finding(CHAPTER, f"{headings[depth]}的序号重复或者倒退")
            last[kind] = number
        path = headings


def _whole(draft: Draft) -> Iterator[Found]:
    articles = draft.articles
    if draft.contents is False and any(_HEADING.match(article.chapter) for article in articles):
        yield None, _finding(CONTENTS, "设章的，在题目之后、正文之前列出目录")
    if len(articles) < _LEAST:
        return
    opening = "".join(article.text for article in articles[:2])
    if not re.search(r"为了?|制定本|根据", opening):
        yield 0, _finding(PURPOSE, "第一条一般写明立法目的和依据")
    stated = [row for row, article in enumerate(articles) if _FORCE.search(article.text)]
    if not stated:
        yield None, _finding(FORCE, "没有写施行日期（一般在最后一条写“自……年……月……日起施行”）")
    own = [row for row in stated if re.search(r"^本[\u4e00-\u9fff]{1,3}自[^，。]*起施行", articles[row].text)]
    if own and own[-1] != len(articles) - 1:
        yield own[-1], _finding(FORCE_LAST, "施行日期一般放在最后一条")


def check(draft: Draft) -> Iterator[Found]:
    """Check the frame of a draft."""
    yield from _numbers(draft)
    for row, article in enumerate(draft.articles):
        if not article.text.strip():
            yield row, _finding(EMPTY, f"{article.label}没有内容")
    yield from _chapters(draft)
    yield from _whole(draft)
