"""Answers to the people who sent comments: their own words, what became of them, where it stands in the adopted text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from jietan.export.view import View
from jietan.export.wording import printable
from jietan.loop.answering import Case, answer, doubted, short_name, unmatched
from jietan.loop.confirming import label_of
from jietan.loop.whereabouts import LawText
from jietan.tables import records

__all__ = ["Answers", "Item", "Person", "Told"]

_LONGEST, _SHORTEST = 200, 2
#: Shorter words are quoted with the sentence they stand in.
_TELLING, _SENTENCE = 10, 80
_MOST_QUOTES = 4
_EDGES = " \t　，,、；;：:。.！!～~…—-（("
#: What stands before personal data and says nothing without it.
_LABEL = re.compile(r"(?:我的|本人|联系)?(?:电话|手机|微信|邮箱|QQ|身份证|住址|地址|车牌)(?:号码?)?[是为]?$")
_JOINT = re.compile(r"[\s，,、；;：:。！!？?]*")
_AGAINST = re.compile("不|改|调整|取消|删|去掉|太|过|缩短|延长|提高|降低|反对|拿掉|撤|[？?]")
_BREAK = re.compile(r"[\r\n]+")
_STOP = re.compile(r"[。！？!?；;\r\n]")


@dataclass(frozen=True)
class Told:
    """What is said of one suggestion.

    Attributes:
        label: 采纳, 部分采纳, 未采纳, 已有规定 or 转其他途径.
        text: The sentences.
        articles: Articles of the adopted text that they name.
        confirmed: Whether a reviewer said so.
        reasoned: Whether a reason was given, where it was not taken up.
        struck: Pieces of the draft that the changes behind it struck.
    """

    label: str
    text: str
    articles: tuple[str, ...]
    confirmed: bool
    reasoned: bool
    struck: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """The answer to some words of a comment.

    Attributes:
        comment_id: The comment.
        spans: Exact spans of it that are quoted; none where every part holds personal data, or there is nothing to quote.
        label: 采纳, …, 已记录, 不涉及本法规 or 没有具体内容.
        text: The answer.
        suggestion_id: The suggestion that rests on these words, or None.
        checked: Whether a person has confirmed what became of it; what needs no check counts as checked.
    """

    comment_id: str
    spans: tuple[tuple[int, int], ...]
    label: str
    text: str
    suggestion_id: str | None
    checked: bool


@dataclass(frozen=True)
class Person:
    """One person and the answers to all of their comments.

    Attributes:
        number: Number of the reply, from 1.
        comments: Ids of their comments, in order.
        items: The answers.
    """

    number: int
    comments: tuple[str, ...]
    items: tuple[Item, ...]


class Answers:
    """Answers to every comment of a run.

    Args:
        view: The run.
        outcomes: Table ``outcomes``.
        final: Table ``final``.
        title: Title of the adopted text.
    """

    def __init__(self, view: View, outcomes: pd.DataFrame, final: pd.DataFrame, title: str) -> None:
        """Compare the texts and say what became of every suggestion."""
        self._view = view
        self._law = LawText(view.frames["articles"], final)
        self._outcomes = {row.suggestion_id: row for row in records(outcomes)}
        self._texts: dict[str, str] = dict(zip(view.comments.column("comment_id"), view.comments.column("text"), strict=True))
        self.title = title
        self.law = short_name(title)
        self.told = {row.suggestion_id: self._tell(row) for row in records(view.frames["suggestions"])}

    def _tell(self, row: Any) -> Told:  # noqa: ANN401  (a row of the table)
        found = self._outcomes[row.suggestion_id]
        words = [self._view.opinion(o)["text"] for o in dict.fromkeys([*row.exemplars, *row.evidence])][:12]
        where = self._law.find(row, list(found.evidence), words)
        label = label_of(found.outcome, found.disposition)
        existing = tuple(found.evidence) if found.proposal == "existing" else ()
        text = answer(Case(label, row.operation, self.law, where, found.reason, row.beyond, existing, bool(len(row.conflicts_with))))
        articles = tuple(dict.fromkeys(p.article for p in where.adopted if p.place in text))
        reasoned = label != "未采纳" or bool(found.reason or row.beyond)
        return Told(label, text, articles, bool(found.confirmed), reasoned, self._law.deleted(list(found.evidence)))

    def quoted(self, item: Item) -> str:
        """Return the quoted words of an item, each passage in quotation marks; empty without any."""
        text = self._texts[item.comment_id]
        return "".join(f"“{text[a:b]}”{'……（下略）' if b - a == _LONGEST else ''}" for a, b in item.spans)

    @cached_property
    def items(self) -> dict[str, tuple[Item, ...]]:
        """The answers to each comment; every comment has one."""
        return {comment: self._of(comment) for comment in sorted(self._view.comments.column("comment_id"))}

    @cached_property
    def _opinions(self) -> dict[str, list[dict[str, Any]]]:
        out: dict[str, list[dict[str, Any]]] = {}
        for row in self._view.opinions:
            out.setdefault(row["comment_id"], []).append(row)
        return out

    def _of(self, comment: str) -> tuple[Item, ...]:
        triage = self._view.comment(comment)["triage"]
        rows = sorted(self._opinions.get(comment, ()), key=lambda r: (r["start"], r["end"]))
        placed: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            for suggestion in self._view.suggestions_of_opinion.get(row["opinion_id"], ()):
                placed.setdefault(suggestion, []).append(row)
        items = [self._item(comment, suggestion, held) for suggestion, held in placed.items()]
        if triage != "legislative":
            return tuple(items) or (self._whole(comment, triage),)
        taken = {r["opinion_id"] for held in placed.values() for r in held}
        rest = [r for r in rows if r["opinion_id"] not in taken and r["kind"] != "理由"]
        items += [self._loose(comment, row) for row in rest]
        if not items:
            items = [self._loose(comment, rows[0])] if rows else [self._whole(comment, triage)]
        return tuple(items)

    def _item(self, comment: str, suggestion: str, rows: Sequence[dict[str, Any]]) -> Item:
        told = self.told[suggestion]
        label, text = told.label, told.text
        if told.label in ("采纳", "部分采纳") and any(_wants(r["text"], told.struck) for r in rows):
            label, text = doubted(self.law, told.articles)
        spans = self._spans(comment, [(int(r["start"]), int(r["end"])) for r in rows])
        return Item(comment, spans, label, text, suggestion, told.confirmed)

    def _loose(self, comment: str, row: dict[str, Any]) -> Item:
        links = [self._view.links.row(i) for i in self._view.links_of.get(row["opinion_id"], ())]
        article = next((r["article"] for r in links if r["source"] == "draft"), None)
        label, text = unmatched("legislative", row["kind"], self.law, self._law.home(article) if article else None)
        return Item(comment, self._spans(comment, [(int(row["start"]), int(row["end"]))]), label, text, None, True)

    def _whole(self, comment: str, triage: str) -> Item:
        label, text = unmatched(triage, "", self.law, None)
        parts = () if triage == "empty" else self._spans(comment, [(0, len(self._texts[comment]))])
        longest = max(parts, key=lambda part: part[1] - part[0], default=None)
        return Item(comment, (longest,) if longest else (), label, text, None, True)

    def _spans(self, comment: str, wanted: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """What can be quoted of some spans word for word: without personal data, line breaks and characters that print as □."""
        text = self._texts[comment]
        out = []
        for start, end in _joined(text, sorted(_whole_sentence(text, *span) for span in wanted)):
            for a, b in self._view.masker.clear(comment, start, end):
                out += [_trimmed(text, *part, cut=b < end) for part in _lines(text, a, b)]
        kept = [(a, min(b, a + _LONGEST)) for a, b in out if b - a >= _SHORTEST and printable(text[a:b]) == text[a:b]]
        return tuple(kept[:_MOST_QUOTES])

    @cached_property
    def persons(self) -> list[Person]:
        """Everyone who sent a comment, with all of their answers; an anonymous comment is a person of its own."""
        keys = dict(zip(self._view.comments.column("comment_id"), self._view.comments.column("submitter_key"), strict=True))
        groups: dict[str, list[str]] = {}
        for comment in self.items:
            groups.setdefault(keys[comment] or f"\0{comment}", []).append(comment)
        found = sorted(groups.values())
        return [Person(n, tuple(held), tuple(i for c in held for i in self.items[c])) for n, held in enumerate(found, 1)]


def _wants(text: str, struck: Iterable[str]) -> bool:
    """Whether words ask for what was struck: they hold it and say nothing against it."""
    return any(piece in text for piece in struck) and not _AGAINST.search(text)


def _whole_sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a few words to what stands before them in their sentence."""
    if end - start >= _TELLING:
        return start, end
    floor = max(0, start - _SENTENCE)
    stops = [m.end() for m in _STOP.finditer(text, floor, max(floor, start))]
    if stops:
        return stops[-1], end
    return (0, end) if floor == 0 else (start, end)


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that only marks stand between."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and (start <= out[-1][1] or _JOINT.fullmatch(text, out[-1][1], start)):
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a span at line breaks."""
    out, at = [], start
    for found in _BREAK.finditer(text, start, end):
        out.append((at, found.start()))
        at = found.end()
    return [*out, (at, end)]


def _trimmed(text: str, start: int, end: int, *, cut: bool) -> tuple[int, int]:
    """Leave out marks and blanks at both ends, and the label of personal data that was cut off."""
    if cut and (label := _LABEL.search(text[start:end].rstrip(_EDGES))):
        end = start + label.start()
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end
