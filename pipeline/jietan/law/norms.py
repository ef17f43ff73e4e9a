"""Norms: what an article says must, must not or may be done, by whom, each with the exact place of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from jietan.law.style.model import Layout
from jietan.law.style.model import Line as Row
from jietan.law.vocabulary import is_actor

__all__ = ["KINDS", "Kind", "Norm", "Span", "actors_of", "is_public", "norms_of"]

Kind = Literal["must", "must_not", "may", "right", "encourage", "liability", "other"]
Span = tuple[int, int]
#: All kinds in the order in which a card shows them.
KINDS: tuple[Kind, ...] = get_args(Kind)

_MODALS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("must_not", re.compile(r"不得|(?<![令被])禁止(?![^，。；：]{1,16}的(?:，|区域|场所|物品|路段|标志|标识|范围|时段))|严禁|不准|不应当")),
    ("right", re.compile(r"(?<!没)有权|享有")),
    ("must", re.compile(r"应当|必须|(?<![必无])须(?!知)|负责(?![人制])|(?<=由).{2,24}?承担|实施监督管理")),
    ("may", re.compile(r"可以")),
    ("encourage", re.compile(r"鼓励|支持(?=[^。]{4})|倡导|提倡")),
)
_AUXILIARY = re.compile(r"应当|必须|须|不得|禁止|严禁|不准|有权|可以|鼓励|支持|倡导|提倡")
_LIABLE = re.compile(
    r"责令|罚款|予以警告|给予警告|处分|刑事责任|没收|吊销|(?:赔偿|民事|侵权|法律|行政)责任|从其规定|治安管理处罚|予以处罚|暂扣|拘留|依法给予"
)
_CLAUSE = re.compile(r"[^，；：。]*[，；：。]?")
_SENTENCE = re.compile(r"[^。]*。?")
_LABEL = re.compile(r"[ \t\u3000]*(?:[(（][一二三四五六七八九十百零]{1,4}[)）]|[\u3220-\u3229]|\d{1,2}[.、．])?[ \t\u3000]*")
_FORWARD = re.compile(r"的，$|^(?:经|但|确|因|对|在|自|其中|当|根据|依据|按照|违反|除)")
_ADVERBS = re.compile(
    r"(?:认为[^，]*|发现[^，]*|依法|还|也|均|都|并|同时|及时|按照[^，]*|依照[^，]*|根据[^，]*|在[^，]*|对[^，]*|自(?![行然治愿来身])[^，]*|向[^，]*|(?<!行)为[^，]*|将[^，]*|由)+$"
)
_OPENING = re.compile(
    r"^(?:并|同时|但|但是|其中|而且|或者)(?!且)"
    r"|^(?:经(?![营济办纪销])|对|在|因|自(?![行然治愿来身])|从(?!事)|向|为|以|按照|依照|根据|依据|违反|确需|除|当|属于|涉及)"
)
_ENCOURAGED = re.compile(
    r"(?:鼓励|支持|倡导|提倡)(?P<who>[^，。；：]{2,24}?)"
    r"(?=将|把|开展|参与|在|通过|采取|建设|发展|利用|使用|提供|依法|投保|对|向|为|与|以|按照|加强|建立|从事|推广|设立|应用|开发|优先|投资)"
)
_NO_ACTOR = re.compile(r"^[因由被将把]|[、，](?:因|由|被)")
_LONGEST = 24
_JOINTS = re.compile(r"(、|以及|或者|和|与|及(?!其))")
_PUBLIC = re.compile(r"政府|部门|机关|办事处|派出所|消防救援机构|法院|检察院|国务院|人民代表大会|常务委员会|管理处|政府性|海关|警察")
_WHOLE = re.compile(r"^任何|^有关|^各级|^本市|^全体")


@dataclass(frozen=True)
class Norm:
    """One thing that a provision says.

    Attributes:
        kind: ``must``, ``must_not``, ``may``, ``right``, ``encourage``, ``liability`` or ``other``.
        span: Where its words stand in the article's text.
        paragraph: 款 from 1; None where the article has only one.
        item: Label such as （三）, or None.
        subject: Where the words stand that say who; they may stand before ``span``. None where the text does not say.
        action: Where what is to be done begins, behind the modal verb.
        items: The 项 that it leads into.
    """

    kind: Kind
    span: Span
    paragraph: int | None
    item: str | None
    subject: Span | None
    action: int
    items: tuple[Norm, ...] = field(default=())

    def inherits(self) -> bool:
        """Say whether the words that say who stand outside it."""
        return self.subject is not None and not self.span[0] <= self.subject[0] < self.span[1]


def _modal(clause: str) -> tuple[Kind, int, int] | None:
    """The first modal verb of a clause: its kind, start and end."""
    found = [(m.start(), -len(m[0]), kind, m.end()) for kind, pattern in _MODALS if (m := pattern.search(clause))]
    if not found:
        return None
    start, _, kind, end = min(found)
    return kind, start, end


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span of a subject without the adverbs around it; None where no actor or thing is left."""
    words = text[start:end]
    opening = re.match(r"(?:并|同时|但是|但|其中|而且|或者)+", words)
    start += opening.end() if opening else 0
    words = text[start:end]
    if _OPENING.match(words):
        own = start + words.rfind("的") + 1  # 经…认定的宠物诊疗机构
        return (own, end) if own > start and is_actor(words) and end - own > 1 else None
    if tail := _ADVERBS.search(words):
        end = start + tail.start()
    words = text[start:end]
    return (start, end) if 1 < len(words) <= 40 and not re.search(r"[的]$|^其|^可", words) else None


def _subject(text: str, clause: Span, kind: Kind, at: int) -> Span | None:
    """Who a clause is about: the words before the modal, those behind 由, or behind 鼓励."""
    words = text[clause[0] : clause[1]]
    if kind == "encourage" and (match := _ENCOURAGED.search(words)):
        span = clause[0] + match.start("who"), clause[0] + match.end("who")
        return span if is_actor(text[slice(*span)]) else None
    if banned := re.search(r"禁止(?P<who>(?:任何)?(?:单位(?:和|或者|、)个人|个人|单位|组织(?:和|或者)个人))", words):
        return clause[0] + banned.start("who"), clause[0] + banned.end("who")
    if by := re.search(r"由(?P<who>[^，。；：由]{2,24}?)(?=承担|负责|责令|处|予以|给予|依法|按照|组织|支付|共同)", words):
        return clause[0] + by.start("who"), clause[0] + by.end("who")
    return _trimmed(text, clause[0], clause[0] + at)


def _clauses(text: str, start: int, end: int) -> list[Span]:
    return [(m.start(), m.end()) for m in _CLAUSE.finditer(text, start, end) if m[0]]


def _culprit(text: str, start: int, end: int) -> Span | None:
    """Who a sentence on liability is about: the words before 违反, or before what they did."""
    head = text[start:end].split("，")[0]
    cut = re.search(r"违反|未|不|在|有(?=下列)|擅自|拒|因|侵|造成|以", head)
    span = (start, start + (cut.start() if cut else 0))
    return span if is_actor(text[slice(*span)]) and span[1] - span[0] <= 30 else None


class _Reader:
    """Reads the sentences of one article; who acted last carries over within a paragraph."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.acting: Span | None = None

    def sentence(self, span: Span, paragraph: int | None, item: str | None) -> Iterator[Norm]:
        """Cut a sentence where what it says changes its kind."""
        words = self.text[slice(*span)]
        if _LIABLE.search(words) and ("的，" in words[: _LIABLE.search(words).end()] or "责任" in words):  # type: ignore[union-attr]
            yield Norm("liability", span, paragraph, item, _culprit(self.text, *span), span[0])
            return
        groups: list[list[Span]] = [[]]
        kind: Kind | None = None
        for clause in _clauses(self.text, *span):
            found = _modal(self.text[slice(*clause)])
            ended = bool(groups[-1]) and self.text[groups[-1][-1][1] - 1] == "；"
            if groups[-1] and (ended or (found and kind and (found[0] != kind or self._another(clause, found)))):
                groups.append([] if ended else self._pulled(groups[-1]))
                kind = None
            groups[-1].append(clause)
            kind = kind or (found[0] if found else None)
        for group in groups:
            if group:
                yield self._norm(group, paragraph, item)

    def _another(self, clause: Span, found: tuple[Kind, int, int]) -> bool:
        """Say whether a clause names an actor of its own before the modal verb."""
        own = _trimmed(self.text, clause[0], clause[0] + found[1])
        return own is not None and is_actor(self.text[slice(*own)])

    def _pulled(self, before: list[Span]) -> list[Span]:
        """Clauses at the end of a group that lead into the next: conditions."""
        pulled: list[Span] = []
        while len(before) > 1 and _FORWARD.search(self.text[slice(*before[-1])]) and not _modal(self.text[slice(*before[-1])]):
            pulled.insert(0, before.pop())
        return pulled

    def _norm(self, group: list[Span], paragraph: int | None, item: str | None) -> Norm:
        span = group[0][0], group[-1][1]
        for clause in group:
            found = _modal(self.text[slice(*clause)])
            if found is None:
                continue
            kind, at, end = found
            if not _AUXILIARY.search(self.text[clause[0] + at : clause[0] + end]):
                end = at + (self.text[clause[0] + at : clause[0] + end].endswith("承担") and end - at - 2)
            own = _subject(self.text, clause, kind, at)
            before = self._before(group, clause) if own is None else None
            open_to_all = kind == "encourage" or (kind == "must_not" and "禁止" in self.text[slice(*clause)])
            said = own or before or (None if open_to_all else self.acting)
            if kind != "encourage":
                self.acting = said
            return Norm(kind, span, paragraph, item, said, clause[0] + end)
        return Norm("other", span, paragraph, item, None, span[0])

    def _before(self, group: list[Span], clause: Span) -> Span | None:
        """An actor that opens an earlier clause of the same norm: 物业服务人…的，应当…"""
        for start, end in group[: group.index(clause)]:
            words = self.text[start:end]
            cut = re.search(r"违反|未|不|在|有(?=下列)|擅自|接到|发现|收到|申请|需要|停止|变更|对|按照|依照|根据", words)
            if cut and 1 < cut.start() <= 30 and is_actor(words[: cut.start()]):
                return start, start + cut.start()
        return None


def _item_norm(reader: _Reader, lead: Norm, row: Row, start: int) -> Norm:
    """One 项 under its lead: it takes the lead's kind and subject unless it has its own."""
    end = row.end
    paragraph, item = lead.paragraph, row.item
    own = _modal(reader.text[start:end])
    if lead.kind == "other" and own is not None:
        found = next(reader.sentence((start, end), paragraph, item))
        return replace(found, span=(start, end))
    return Norm(lead.kind, (start, end), paragraph, item, lead.subject, start)


def norms_of(text: str) -> list[Norm]:
    """Read what an article says, sentence by sentence; together the norms hold every word of it but the labels of its 项.

    Args:
        text: The article's text, 款 and 项 on lines of their own.

    Returns:
        Norms in order; one that leads into 项 holds them.
    """
    layout, reader = Layout(text), _Reader(text)
    several = layout.paragraphs > 1
    out: list[Norm] = []
    current = 0
    for row in layout.lines:
        label = _LABEL.match(text, row.start, row.end)
        start = label.end() if label else row.start
        if row.paragraph != current:
            current, reader.acting = row.paragraph, None
        if (row.item is not None or row.is_subitem) and out:
            lead = out[-1]
            out[-1] = replace(lead, items=(*lead.items, _item_norm(reader, lead, row, start)))
            continue
        paragraph = row.paragraph if several else None
        for match in _SENTENCE.finditer(text, start, row.end):
            if match[0].strip():
                out += reader.sentence((match.start(), match.end()), paragraph, row.item)
    return out


def is_public(words: str) -> bool:
    """Say whether an actor is a public authority rather than a resident, an enterprise or another organisation."""
    return bool(_PUBLIC.search(words))


def actors_of(words: str) -> list[str]:
    """Name the actors that a subject joins: 街道办事处、镇人民政府 → two; 住房和城乡建设部门 is one.

    Args:
        words: Words that say who.

    Returns:
        The actors as the text calls them; empty where the words name a thing.
    """
    if _WHOLE.match(words) and is_actor(words):
        return [words]
    found: list[str] = []
    held = ""
    for part in _JOINTS.split(words):
        if _JOINTS.fullmatch(part):
            held += part if held else ""
            continue
        held += part
        if is_actor(held) and 1 < len(held) <= _LONGEST and not _NO_ACTOR.search(held):
            found.append(held)
            held = ""
    return found if not held else []
