"""What stands in an explanation, in the order in which every format shows it."""

from __future__ import annotations

from dataclasses import dataclass

from jietan.export.wording import book, limited
from jietan.language.numerals import parse_item
from jietan.language.wording_of_numbers import format_number
from jietan.law.norms import Kind, is_public
from jietan.loop.explain import Explanation
from jietan.loop.explain.audience import Audience, Point, audiences
from jietan.loop.explain.explanation import Card, Line
from jietan.loop.explain.plain import load_glossary

__all__ = [
    "NOTICE",
    "Group",
    "Part",
    "Row",
    "authorities",
    "called",
    "facts",
    "groups",
    "no_consequence",
    "overview",
    "steps",
    "subtitle",
    "title",
]

NOTICE = "供征求意见前讲解用，一切以草案原文为准"
#: What stands of somebody in the overview, by the kinds of norm.
_PARTS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("要做到", ("must",)),
    ("不能做", ("must_not",)),
    ("可以、有权", ("may", "right")),
    ("鼓励", ("encourage",)),
)
#: How many public authorities the overview names, and how many lines of how many characters fit the page of the overview.
_OFFICES, _PLACES, _NARROW = 24, 6, 46
_ROOM, _WIDE = 43, 58
_GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("要做到", ("must",)),
    ("不能做", ("must_not",)),
    ("可以做", ("may",)),
    ("有权", ("right",)),
    ("鼓励", ("encourage",)),
    ("违反了会怎样", ("liability",)),
    ("还写了", ("other",)),
)


@dataclass(frozen=True)
class Group:
    """Sentences of a card under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Part:
    """What the draft says of somebody under one heading, and how many more there are than shown."""

    heading: str
    points: tuple[Point, ...]
    left: int

    @property
    def more(self) -> str:
        """Say how many there are in all, where not all are shown."""
        return f"等{self.left + len(self.points)}项" if self.left else ""


@dataclass(frozen=True)
class Row:
    """A row of the overview: who, what the draft says of them, and the places of what follows a breach."""

    who: str
    parts: tuple[Part, ...]
    breaches: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many lines it takes."""
        parts = (sum(len(p.text) + len(p.line.citation) + 3 for p in part.points) + 6 for part in self.parts)
        return max(-(-len(self.who) // 9), sum(-(-length // _WIDE) for length in parts) + bool(self.breaches))


def title(explanation: Explanation) -> str:
    """Return the title of the draft in book marks."""
    return book(explanation.title) or "草案"


def subtitle(explanation: Explanation) -> str:
    """Return how many articles there are and from when they apply."""
    start = explanation.start
    since = f"；{start[0]}（{start[1]}）" if start else ""
    return f"共 {len(explanation.cards)} 条{since}"


def called(name: str) -> str:
    """Return a name with what people call it: 物业服务人（物业）."""
    said = load_glossary()(name)
    return f"{name}（{said}）" if said else name


def _kind(line: Line) -> Kind:
    """A line that only leads into 项 goes with them."""
    return line.items[0].norm.kind if line.norm.kind == "other" and line.items else line.norm.kind


def groups(card: Card) -> list[Group]:
    """Sort the sentences of a card by what they are."""
    out: list[Group] = []
    for heading, kinds in _GROUPS:
        lines = tuple(line for line in card.lines if _kind(line) in kinds)
        if heading == "违反了会怎样":
            lines += tuple(line for line in card.otherwise if line not in lines)
        if lines:
            out.append(Group(heading if heading != "还写了" or out else "这一条写的是", lines))
    return out


def steps(line: Line, card: Card) -> str:
    """Return where a line of a card stands: the 款 for its own article, in full for another one; empty for a whole article."""
    if line.norm.item and line.article == card.article:
        return f"第{format_number(parse_item(line.norm.item))}项"
    return line.place if line.article == card.article else line.citation


def facts(card: Card) -> list[tuple[str, str]]:
    """Return who a card is about and when, where it says so."""
    told = (("对谁有要求", card.binds), ("保护或者方便谁", card.serves), ("时间", tuple(words for words, _ in card.times)))
    return [(name, "、".join(values)) for name, values in told if values]


def no_consequence(card: Card) -> str:
    """Say that no article names a breach of this one, where it lays down a duty."""
    liable = card.otherwise or any(line.norm.kind == "liability" for line in card.lines)
    asked = card.has_duty and not all(map(is_public, card.binds))
    return "" if liable or not asked else "草案没有哪一条点名写违反这一条会怎样。"


def _row(audience: Audience, most: int) -> Row:
    parts = []
    for heading, kinds in _PARTS:
        points = audience.of(*kinds)
        shown = points if len(points) <= most + 1 else points[:most]
        if points:
            parts.append(Part(heading, tuple(shown), len(points) - len(shown)))
    breaches = tuple(dict.fromkeys(line.citation for line in audience.breaches))
    return Row("、".join(called(name) for name in audience.names), tuple(parts), breaches)


def overview(explanation: Explanation) -> list[Row]:
    """Return the overview for residents, enterprises and other organisations, cut so that it fits one page.

    Args:
        explanation: The draft explained.

    Returns:
        Rows; where not all points fit, each part says how many there are.
    """
    people = [a for a in audiences(explanation) if not a.public]
    room = _ROOM - sum(len(who) + len(places) + 3 for who, places in authorities(explanation)) // _NARROW
    for most in (12, 8, 6, 4, 3, 2, 1):
        rows = [_row(audience, most) for audience in people]
        if sum(row.size for row in rows) <= room:
            return rows
    shown: list[Row] = []
    for row in (_row(audience, 1) for audience in people):
        if sum(r.size for r in shown) + row.size > room:
            break
        shown.append(row)
    return shown


def authorities(explanation: Explanation) -> list[tuple[str, str]]:
    """Return the public authorities and the places of what the draft says of them."""
    out = []
    for audience in audiences(explanation):
        if audience.public:
            places = dict.fromkeys([*(p.line.citation for p in audience.points), *(line.citation for line in audience.breaches)])
            out.append(("、".join(called(name) for name in audience.names), limited(list(places), _PLACES, len(places), "处")))
    return out[:_OFFICES]
