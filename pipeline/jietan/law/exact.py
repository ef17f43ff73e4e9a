"""Exact: 定期, 经常, 及时 of a provision, and how often or how soon people ask for instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.cues import is_term
from jietan.language.numerals import NUMBER, find_quantities
from jietan.language.segment import content_words
from jietan.language.wording_of_numbers import format_number
from jietan.law.amounts import Change, figure
from jietan.law.vocabulary import Vocabulary, statutory

__all__ = ["exact_changes"]

_OFTEN = re.compile(r"定期|不定期|经常")
_SOON = re.compile(r"(?<!不)及时|尽快|尽早|限期")
_PERIODS = {
    "天": "日",
    "日": "日",
    "周": "周",
    "礼拜": "周",
    "星期": "周",
    "月": "月",
    "季度": "季度",
    "季": "季度",
    "年": "年",
    "学期": "学期",
}
_SAID = re.compile(
    rf"(?P<each>每|一|半)(?P<half>半)?个?(?P<unit>天|日|周|礼拜|星期|月|季度|季|年|学期)[^，。；,;]{{0,6}}?(?P<number>{NUMBER})(?:次|回|趟|遍)"
)
_WITHIN = re.compile(r"个?(?:之内|以内|内|里)")
_SHORT = 4


def _clause(original: str, at: int) -> tuple[int, int]:
    start = max(original.rfind(mark, 0, at) for mark in "，。；：\n") + 1
    ends = [e for mark in "，。；：\n" if (e := original.find(mark, at)) >= 0]
    return start, min(ends, default=len(original))


def _speaks_of(original: str, vague: re.Match[str], plain: str) -> bool:
    """Whether the words name the vague word, or something of its clause."""
    start, end = _clause(original, vague.start())
    return vague[0] in plain or any(w in plain for w in content_words(original[start:end]) if is_term(w) and w != vague[0])


def exact_changes(original: str, plain: str, _: Vocabulary) -> Iterator[Change]:
    """Find the amount that is to stand in the place of a vague word.

    Args:
        original: Text of the provision.
        plain: The resident's words, folded.

    Yields:
        One change at most: 应当经常探望 → 应当每月至少探望一次; 及时处理 → 在三日内处理.
    """
    often, soon = list(_OFTEN.finditer(original)), list(_SOON.finditer(original))
    said = list(_SAID.finditer(plain))
    if len(often) == 1 and said and _speaks_of(original, often[0], plain):
        yield from _frequency(original, often[0], said[-1])
    elif len(soon) == 1 and not said and _speaks_of(original, soon[0], plain):
        terms = [q for q in find_quantities(plain) if _WITHIN.match(plain, q.end) and statutory(q)]
        if len(terms) == 1:
            yield Change(*soon[0].span(), f"在{statutory(terms[0])}内", (terms[0].start, terms[0].end))


def _frequency(original: str, vague: re.Match[str], said: re.Match[str]) -> Iterator[Change]:
    number = figure(said["number"])
    if number is None or number < 1 or number != round(number):
        return
    period = f"每{'半' if said['half'] or said['each'] == '半' else ''}{_PERIODS[said['unit']]}"
    _, end = _clause(original, vague.start())
    act = original[vague.end() : end]
    times = f"{format_number(number)}次"
    if 0 < len(act) <= _SHORT:
        yield Change(vague.start(), end, f"{period}至少{act}{times}", said.span())
    else:
        yield Change(*vague.span(), f"{period}至少{times}", said.span())
