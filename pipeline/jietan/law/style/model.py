"""What a rule, a finding and the place of a finding are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from jietan.language.numerals import parse_item
from jietan.language.wording_of_numbers import format_item

__all__ = ["FIRST", "SECOND", "Check", "Finding", "Layout", "Pattern", "Rule", "Severity", "Text", "apply", "clause", "pattern", "sentence"]

#: ``error``: against the rule whatever the context; ``warning``: usually against it; ``note``: for a person to look at.
Severity = Literal["error", "warning", "note"]
FIRST, SECOND = "立法技术规范（一）", "立法技术规范（二）"

_ITEM = re.compile(r"[ \t\u3000]*(?:[(（]([一二三四五六七八九十百零]{1,4})[)）]|([\u3220-\u3229]))")
_SUBITEM = re.compile(r"[ \t\u3000]*(?:[0-9０-９]{1,2}[.、．](?![0-9])|[(（][0-9０-９]{1,2}[)）]|[\u2460-\u2473])")
_BOOK = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_STOP = "。\n"
_COMMA = "，。；：\n"


@dataclass(frozen=True)
class Rule:
    """One rule of drafting.

    Attributes:
        id: Stable name in kebab case.
        title: What it asks, in Chinese.
        severity: How its findings count.
        source: Where it comes from, in Chinese, with the number of the item.
        mechanical: Whether a finding can carry its own correction.
    """

    id: str
    title: str
    severity: Severity
    source: str
    mechanical: bool = False


@dataclass(frozen=True)
class Finding:
    """One place where a text breaks a rule.

    Attributes:
        rule: Id of the rule.
        severity: ``error``, ``warning`` or ``note``.
        message: What is wrong and what is usual, in Chinese.
        article: Canonical label of the article; empty for the whole draft and for a text alone.
        paragraph: 款 from 1; None where there is only one, or the whole article is meant.
        item: Label of the 项 (（三）), or None.
        start: Offset of the first code point in the article's text.
        end: Offset behind the last one; equal to ``start`` where nothing stands for the finding.
        fix: What replaces ``text[start:end]``, or None where a person has to decide.
    """

    rule: str
    severity: Severity
    message: str
    article: str = ""
    paragraph: int | None = None
    item: str | None = None
    start: int = 0
    end: int = 0
    fix: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of an article: where it stands, its 款, and its 项 where it is one."""

    start: int
    end: int
    paragraph: int
    item: str | None
    is_subitem: bool = False


class Layout:
    """The 款 and 项 of a text with their offsets, read as :func:`jietan.law.outline.group_paragraphs` reads them."""

    def __init__(self, text: str) -> None:
        """Read the lines of ``text``."""
        self.text = text
        self.lines = list(self._read())
        self.paragraphs = self.lines[-1].paragraph if self.lines else 0
        self._starts = [line.start for line in self.lines]

    def _read(self) -> Iterator[Line]:
        paragraph, item, opens, at = 0, None, False, 0
        for raw in self.text.split("\n"):
            start, at = at, at + len(raw) + 1
            if not raw.strip():
                continue
            mark = _ITEM.match(raw)
            is_sub = bool(_SUBITEM.match(raw)) and paragraph > 0 and (item is not None or opens)
            if mark is None and not is_sub:
                paragraph, item = paragraph + 1, None
            elif mark is not None:
                paragraph = paragraph or 1
                item = format_item(ord(mark[2]) - 0x321F if mark[2] else parse_item(mark[1]))
            opens = raw.rstrip().endswith(("：", ":"))
            yield Line(start, start + len(raw), paragraph, item, is_sub and mark is None)

    def place(self, offset: int) -> tuple[int | None, str | None]:
        """The 款 (None where there is only one) and the 项 at an offset."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0 or not self.lines:
            return None, None
        line = self.lines[at]
        return (line.paragraph if self.paragraphs > 1 else None), line.item


class Text:
    """A text as the rules see it.

    Attributes:
        raw: The text itself.
        masked: The text with the words inside 《》 made unreadable; offsets stay.
        level: Level of law, empty where it is not known.
        own: How the draft calls itself: 条例, 办法, 法; empty where it is not known.
        title: Name of the draft, or empty.
        defined: Short names that the draft gives, which are no breach where they are used.
        letters: Every character of the text.
    """

    def __init__(self, raw: str, level: str = "", own: str = "", title: str = "", defined: frozenset[str] = frozenset()) -> None:
        """Prepare the text."""
        self.raw, self.level, self.own, self.title, self.defined = raw, level, own, title, defined
        self.masked = _BOOK.sub(lambda match: "《" + "\0" * (len(match[0]) - 2) + "》", raw) if "《" in raw else raw
        self.letters = frozenset(raw)

    @cached_property
    def layout(self) -> Layout:
        """The 款 and 项 of the text."""
        return Layout(self.raw)

    def finding(self, rule: Rule, message: str, span: tuple[int, int], fix: str | None = None) -> Finding:
        """Make a finding at a span of the text."""
        paragraph, item = self.layout.place(span[0])
        return Finding(rule.id, rule.severity, message, "", paragraph, item, *span, fix)


Check = Callable[[Text], Iterator[Finding]]
Fix = str | Callable[[re.Match[str]], str | None] | None


@dataclass(frozen=True)
class Pattern:
    """A rule that is one or several regular expressions.

    Attributes:
        rule: The rule.
        message: With ``{found}`` for the words and ``{fix}`` for what replaces them.
        cases: Pairs of an expression and its correction: a template for ``Match.expand``, a function, or None.
        words: At least one of these stands in every text that matches; empty to try always.
        unless: Says of a match that it is none, given the text.
        inside: Whether the words inside 《》 count too.
        firsts: The first characters of ``words``.
    """

    rule: Rule
    message: str
    cases: Sequence[tuple[re.Pattern[str], Fix]]
    words: tuple[str, ...] = ()
    unless: Callable[[str, re.Match[str]], bool] | None = None
    inside: bool = False
    firsts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note what a text without any of the words is told by fastest."""
        object.__setattr__(self, "firsts", frozenset(word[0] for word in self.words))


def pattern(rule: Rule, message: str, words: str, *cases: tuple[str, Fix], skip: str = "") -> Pattern:
    """Build a pattern.

    Args:
        rule: The rule.
        message: With ``{found}`` and ``{fix}``.
        words: Words apart by blanks, at least one of which stands in every text that matches.
        cases: Expressions and their corrections.
        skip: An expression; a match is none where it holds in the 12 characters on either side.

    Returns:
        The pattern.
    """
    stop = re.compile(skip) if skip else None

    def unless(text: str, match: re.Match[str]) -> bool:
        return bool(stop and stop.search(text[max(0, match.start() - 12) : match.end() + 12]))

    compiled = [(re.compile(regex), fix) for regex, fix in cases]
    return Pattern(rule, message, compiled, tuple(words.split()), unless if stop else None)


def _fixed(match: re.Match[str], fix: Fix) -> str | None:
    if fix is None or isinstance(fix, str):
        return None if fix is None else match.expand(fix)
    return fix(match)


def apply(rule: Pattern, text: Text) -> Iterator[Finding]:
    """Find where a text matches a rule."""
    plain = text.raw if rule.inside else text.masked
    if rule.words and (rule.firsts.isdisjoint(text.letters) or not any(word in plain for word in rule.words)):
        return
    for regex, fix in rule.cases:
        for match in regex.finditer(plain):
            if rule.unless is not None and rule.unless(plain, match):
                continue
            fixed = _fixed(match, fix)
            if fixed is not None and "\0" in fixed:
                fixed = None
            found = text.raw[match.start() : match.end()]
            if any(found in name for name in text.defined):
                continue
            yield text.finding(rule.rule, rule.message.format(found=found, fix=fixed or ""), match.span(), fixed)


def _between(text: str, place: int, marks: str) -> tuple[int, int]:
    start = max(text.rfind(mark, 0, place) for mark in marks) + 1
    ends = [at for mark in marks if (at := text.find(mark, place)) >= 0]
    return start, min(ends) + 1 if ends else len(text)


def sentence(text: str, place: int) -> tuple[int, int]:
    """The sentence (up to 。 or the end of the line) around an offset, as (start, end)."""
    return _between(text, place, _STOP)


def clause(text: str, place: int) -> tuple[int, int]:
    """The part of a sentence between commas, semicolons and full stops around an offset, as (start, end)."""
    return _between(text, place, _COMMA)
