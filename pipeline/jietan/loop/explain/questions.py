"""Questions worth asking residents about an article: its amounts, terms, exceptions, powers, and who pays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jietan.language.numerals import Quantity, find_quantities
from jietan.law.norms import Norm, Span, actors_of, is_public
from jietan.law.style.model import clause

__all__ = ["Question", "questions_of", "times_of"]

_TIME = frozenset(("日", "工作日", "周", "个月", "年", "小时", "分钟", "时", "日期"))
_COST = re.compile(r"[^，。；：\n]*(?:费用|资金|经费|费)[^，。；：\n]{0,8}?，?由(?P<who>[^，。；：\n]{2,20}?)(?:承担|负担|支付|出资)")
_EXCEPT = re.compile(r"除外|[^，。；\n]*除[^，。；\n]{2,40}(?:外|以外)(?=，)|但[^，。；\n]*的除外")
_VAGUE = {
    "及时": "要不要写明多长时间以内？",
    "定期": "要不要写明多久一次？",
    "必要时": "什么情况算必要，要不要写明？",
    "适当": "怎样算适当，要不要写明？",
    "合理": "怎样算合理，要不要写明？",
    "尽快": "要不要写明多长时间以内？",
    "明显": "怎样算明显，要不要写明？",
}
_MOST = 6
_SHORT, _LONGEST = 8, 60
_NUM = r"[零〇一二三四五六七八九十百千两\d]+"
_UNIT = r"(?:个?工作日|日|个月|年|小时|分钟|周)"
_TERM = re.compile(
    rf"自?{_NUM}年{_NUM}月{_NUM}日(?:起(?:施行)?|前)?"
    rf"|自[^，。；：\n]{{1,36}}?之[日时]起(?:[^，。；：\n]{{0,4}}?{_NUM}{_UNIT}(?:以?内|后)?)?"
    rf"|每(?:半|{_NUM})?个?(?:日|天|周|月|季度|年|学期)(?:至少|不少于)?[^，。；：\n]{{0,24}}?{_NUM}次|每日[^，。；：\n]{{1,12}}?时至[^，。；：\n]{{1,8}}?时"
    rf"|(?:不少于|不得少于|不超过|不得超过|为期?|满|至少|提前|期限为){_NUM}{_UNIT}(?:以?[内前上])?"
    rf"|{_NUM}{_UNIT}(?:以内|内|前|以前|以上|届满)"
)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        text: The question, with the words of the draft that it is about in quotation marks.
        span: Where those words stand in the article's text.
        about: ``amount``, ``term``, ``cost``, ``exception``, ``power``, ``actor``, ``vague`` or ``burden``.
    """

    text: str
    span: Span
    about: str


def times_of(text: str) -> list[Span]:
    """Find the words of an article that say from when, until when, how long or how often; spans in order."""
    found = [m.span() for m in _TERM.finditer(text)]
    for q in find_quantities(text):
        if q.unit in _TIME and not any(a < q.end and q.start < b for a, b in found):
            start, end = clause(text, q.start)
            end -= text[end - 1 : end] in ("，", "。", "；", "：", "\n")
            found.append((start, end) if end - start <= _SHORT * 2 else (q.start, q.end))
    return sorted(set(found))


def _quoted(text: str, at: int) -> Span:
    """The clause around an offset, without its end mark and its 项 label."""
    start, end = clause(text, at)
    end -= text[end - 1 : end] in ("，", "。", "；", "：", "\n")
    label = re.match(r"[ \u3000]*（[一二三四五六七八九十百]+）", text[start:end])
    return start + (label.end() if label else 0), end


def _fits(q: Quantity, clause_text: str) -> tuple[str, str]:
    if q.unit == "元":
        return "amount", "罚款的数额合适吗，高了还是低了？" if "罚款" in clause_text else "这个数额合适吗，高了还是低了？"
    if q.unit == "次" or re.search(r"每.*次", clause_text):
        return "amount", "这个次数合适吗，多了还是少了？"
    if q.unit in _TIME:
        return "term", "这个时间合适吗，长了还是短了？" if q.unit not in ("时", "日期") else "这个时间合适吗，早了还是晚了？"
    return "amount", "这个数合适吗，高了还是低了？"


def _amounts(text: str) -> Iterator[Question]:
    asked: set[Span] = set()
    for q in find_quantities(text):
        span = _quoted(text, q.start)
        words = text[slice(*span)]
        if span in asked or len(words) > _LONGEST or q.end > span[1] or re.match(r"之一|条|款|项", text[q.end : q.end + 2]):
            continue
        asked.add(span)
        about, ask = _fits(q, words)
        yield Question(f"“{words}”：{ask}", span, about)


def _costs(text: str) -> Iterator[Question]:
    for match in _COST.finditer(text):
        span = match.span()
        yield Question(f"“{match[0]}”：这笔钱由{match['who']}出，您赞成吗？", span, "cost")


def _exceptions(text: str, norms: Iterable[Norm]) -> Iterator[Question]:
    seen = False
    for match in _EXCEPT.finditer(text):
        seen = True
        span = _quoted(text, match.start())
        yield Question(f"“{text[slice(*span)]}”：这个例外合适吗，还有没有别的情形？", span, "exception")
    for norm in norms if not seen else ():
        if norm.kind == "must_not":
            span = _quoted(text, norm.action - 1)
            words = text[slice(*span)]
            if len(words) <= _LONGEST:
                yield Question(f"“{words}”：有没有应当允许的特殊情形？", span, "exception")


def _powers(text: str, norms: Iterable[Norm]) -> Iterator[Question]:
    for norm in norms:
        if norm.subject is None:
            continue
        who = actors_of(text[slice(*norm.subject)])
        span = _quoted(text, norm.action - 1)
        words = text[slice(*span)]
        if norm.kind == "may" and who and not norm.inherits() and len(words) <= _LONGEST:
            yield Question(f"“{words}”：您赞成吗，要不要写明条件和办法？", span, "power")


def _unnamed(text: str, norms: Iterable[Norm]) -> Iterator[Question]:
    for norm in norms:
        words = text[slice(*norm.span)]
        if norm.kind == "must" and norm.subject is None and "由" not in words and not norm.items:
            span = _quoted(text, norm.action)
            yield Question(f"“{text[slice(*span)]}”：由谁来做，要不要写明？", span, "actor")


def _vague(text: str) -> Iterator[Question]:
    for word, ask in _VAGUE.items():
        at = text.find(word)
        span = _quoted(text, at) if at >= 0 else (0, 0)
        if at >= 0 and span[1] - span[0] <= _LONGEST:
            yield Question(f"“{text[slice(*span)]}”里的“{word}”：{ask}", span, "vague")


def _burden(text: str, norms: Iterable[Norm]) -> Iterator[Question]:
    for norm in norms:
        if norm.kind == "must" and norm.subject and actors_of(text[slice(*norm.subject)]):
            span = _quoted(text, norm.action)
            if span[1] - span[0] <= _LONGEST:
                ask = "要不要写得再具体一些？" if is_public(text[slice(*norm.subject)]) else "做得到吗，会遇到什么困难？"
                yield Question(f"“{text[slice(*span)]}”：{ask}", span, "burden")
                return


def questions_of(text: str, norms: list[Norm]) -> list[Question]:
    """Find what to ask about an article.

    Args:
        text: The article's text.
        norms: What it says.

    Returns:
        At most six questions, those on money and amounts first; one on how feasible its duties are where there is nothing
        else to ask; none for definitions and the like without an amount.
    """
    found = [*_costs(text), *_amounts(text), *_powers(text, norms), *_unnamed(text, norms), *_exceptions(text, norms), *_vague(text)]
    once = list({q.span: q for q in reversed(found)}.values())[::-1]
    return once[:_MOST] or list(_burden(text, norms))
