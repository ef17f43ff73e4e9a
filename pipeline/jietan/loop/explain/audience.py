"""The draft on one page: what it asks of and gives to each of those it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from jietan.law.norms import Kind, actors_of, is_public
from jietan.loop.explain.explanation import Card, Explanation, Line
from jietan.loop.explain.plain import Bit, Plain, plain

__all__ = ["EVERYBODY", "Audience", "Point", "audiences"]

#: Those whom a prohibition without a subject binds.
EVERYBODY = "所有人"
_LEADING = re.compile(r"(?:自|通过|在|按照|依照|根据|经|从|对|每|因)")
_CUT = re.compile(r"[，；。：]")


@dataclass(frozen=True)
class Point:
    """One short statement about somebody.

    Attributes:
        kind: Kind of the norm.
        plain: The beginning of what is to be done, in everyday words, cut at a comma.
        count: Number of 项 that it leads into; 0 for none.
        line: The whole sentence.
        given: Whether it is somebody else who has to do it, for them.
    """

    kind: Kind
    plain: Plain
    count: int
    line: Line
    given: bool = False

    @property
    def text(self) -> str:
        """The statement without its place."""
        said = self.plain.text + (f"（{self.count}项）" if self.count else "")
        return f"（{self.line.who}）{said}" if self.given and self.line.who else said


@dataclass(frozen=True)
class Audience:
    """Somebody whom the draft names.

    Attributes:
        names: As the draft calls them; several where it says the same of them.
        public: Whether it is a public authority.
        points: What it says of them, in order.
        breaches: Sentences on what follows if they break it.
    """

    names: tuple[str, ...]
    public: bool
    points: tuple[Point, ...]
    breaches: tuple[Line, ...]

    def of(self, *kinds: Kind) -> list[Point]:
        """The points of some kinds."""
        return [point for point in self.points if point.kind in kinds]


def _gist(text: str, start: int, end: int) -> str:
    """Words from the action to the first comma, or to the second where the first part only says when, where or how."""
    words = text[start:end]
    cuts = [match.start() for match in _CUT.finditer(words)]
    if not cuts:
        return words
    first = cuts[0]
    if _LEADING.match(words) and len(cuts) > 1 and words[first] == "，" and first <= 24 and not re.search(r"开展|组织|进行", words[:first]):
        first = cuts[1]
    return words[:first]


def _point(card: Card, line: Line) -> Point | None:
    norm = line.norm
    start = norm.action
    if norm.item and line.who and card.text.startswith(line.who, norm.span[0]):
        start = norm.span[0] + len(line.who)
    if norm.subject and norm.subject[0] == norm.action:  # 鼓励销售者…, 禁止个人…
        start = norm.subject[1]
    gist = _gist(card.text, start, norm.span[1])
    if not gist:  # the verb stands at the end: the words behind the subject
        gist = _gist(card.text, norm.subject[1] if norm.subject else norm.span[0], norm.span[1])
    if re.fullmatch(r"承担|负担|支付", gist):  # what is paid stands in front
        gist = re.sub(r"^由.*|[，。；]$", "", card.text[norm.span[0] : norm.span[1]])
    said = plain(gist)
    listed = "列出的" if norm.kind == "must_not" else ""
    bits = tuple(bit if bit.source != "下列" else Bit(bit.source, listed) for bit in said.bits)
    return Point(norm.kind, Plain(bits), len(norm.items), line) if gist else None


def _points(explanation: Explanation) -> Iterator[tuple[str, Point]]:
    for card in explanation.cards:
        for line in card.lines:
            each = line.items if line.norm.kind == "other" else (line,)
            for found in each:
                point = _point(card, found) if found.norm.kind not in ("other", "liability") else None
                if point is None:
                    continue
                names = actors_of(found.who) if found.who else []
                if not names and not found.who and found.norm.kind == "must_not":
                    names = [EVERYBODY]
                for name in names:
                    yield name, point
        for name, line in card.served:
            if point := _point(card, line):
                yield name, replace(point, kind="right", given=True)


def _breaches(explanation: Explanation) -> dict[str, list[Line]]:
    """Sentences on liability by the name of whom they are about."""
    out: dict[str, list[Line]] = {}
    for card in explanation.cards:
        for line in card.lines:
            if line.norm.kind == "liability" and line.who:
                for name in actors_of(line.who):
                    out.setdefault(name, []).append(line)
        for line in card.otherwise:
            if not line.who and not any(actors_of(own.who) for own in card.lines if own.who):
                held = out.setdefault(EVERYBODY, [])
                held += [line] if line not in held else []
    return out


def _fuller(names: set[str]) -> dict[str, str]:
    """Short names that are the end of exactly one other: 销售者 is 电动自行车销售者."""
    out = {}
    for name in names:
        longer = [other for other in names if other != name and other.endswith(name)]
        if len(longer) == 1 and not is_public(name) and "的" not in longer[0] and len(name) > 2:
            out[name] = longer[0]
    return out


def audiences(explanation: Explanation) -> list[Audience]:
    """Sort what a draft says by those whom it names.

    Args:
        explanation: The draft explained.

    Returns:
        Residents, enterprises and other organisations first, then public authorities; those of whom the draft says most
        first, those of whom it says the same together.
    """
    found = list(_points(explanation))
    fuller = _fuller({name for name, _ in found})
    points: dict[str, list[Point]] = {}
    for name, point in found:
        points.setdefault(fuller.get(name, name), []).append(point)
    breaches = _breaches(explanation)
    same: dict[tuple[tuple[tuple[int, bool], ...], tuple[int, ...]], list[str]] = {}
    for name in [*points, *(n for n in breaches if n not in points)]:
        key = tuple((id(p.line), p.given) for p in points.get(name, ())), tuple(id(line) for line in breaches.get(name, ()))
        same.setdefault(key, []).append(name)
    out = [
        Audience(tuple(names), all(map(is_public, names)), tuple(points.get(names[0], ())), tuple(breaches.get(names[0], ())))
        for names in same.values()
    ]
    return sorted(out, key=lambda a: (a.public, -len(a.points)))
