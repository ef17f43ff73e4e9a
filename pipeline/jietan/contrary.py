"""Contrary: which suggestions cannot be adopted together, and what it is that differs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement, product
from typing import Any, NamedTuple

import pandas as pd

from jietan.language.asks import Ask, overlap, read_ask
from jietan.language.numerals import find_quantities
from jietan.law.diff import mark
from jietan.naming.matters import Reading, read
from jietan.parallel import Made, spread
from jietan.tables import records

__all__ = ["contrary"]

#: Share of character pairs at which two asks speak of one thing, beside a matter that both name.
_ALIKE = 0.3
_SHOWN = 16
#: From so many suggestions on several processes compare them.
_MANY = 2000
_DIGITS = "0123456789零〇一二两三四五六七八九十百千万"
_UNIT = re.compile(r"[^，。；、：\s]{1,5}?(?=以上|以下|以内|前|后|起|[，。；、：]|$)|\w{1,2}")
_PARTIES = {"个人": "居民个人", "单位": "企业、单位", "物业": "物业服务人", "政府": "政府"}


class _Edit(NamedTuple):
    """A stretch of the original and what is to stand there."""

    start: int
    end: int
    old: str
    new: str


class _Row(NamedTuple):
    """What of a suggestion is compared."""

    suggestion_id: str
    operation: str
    drafted: bool
    paragraph: int | None
    item: str | None
    original_text: str | None
    proposed_text: str
    said: str


@dataclass(frozen=True)
class _Side:
    """A suggestion as it stands against others."""

    row: _Row
    ask: Ask
    reading: Reading
    edits: tuple[_Edit, ...]

    @property
    def struck(self) -> bool:
        """Whether the provision is to go; a point of law may mean some of its words only."""
        return self.row.operation == "删除" and not (self.row.drafted and self.row.proposed_text)


def _edits(original: str, proposed: str) -> tuple[_Edit, ...]:
    """The changes of a text, each with the words it takes away and those it puts in."""
    found: list[_Edit] = []
    at = 0
    for operation, words in mark(original, proposed):
        if operation == "insert" and found and found[-1].end == at and not found[-1].new:
            found[-1] = found[-1]._replace(new=words)
        elif operation == "insert":
            found.append(_Edit(at, at, "", words))
        elif operation == "delete":
            found.append(_Edit(at, at + len(words), words, ""))
        at += len(words) if operation != "insert" else 0
    return tuple(map(_trimmed, found))


def _trimmed(edit: _Edit) -> _Edit:
    """Leave out what an edit takes away and puts in again at its beginning, but never half a number."""
    same = next((k for k, (a, b) in enumerate(zip(edit.old, edit.new, strict=False)) if a != b), min(len(edit.old), len(edit.new)))
    while same and edit.old[same - 1] in _DIGITS:
        same -= 1
    return edit._replace(start=edit.start + same, old=edit.old[same:], new=edit.new[same:])


def _row(row: Any, texts: Mapping[str, str]) -> _Row:  # noqa: ANN401
    said = texts.get(row.exemplars[0], row.title) if row.drafted and len(row.exemplars) else row.proposed_text or row.title
    return _Row(
        suggestion_id=row.suggestion_id,
        operation=row.operation,
        drafted=bool(row.drafted),
        paragraph=None if pd.isna(row.paragraph) else int(row.paragraph),
        item=None if pd.isna(row.item) else row.item,
        original_text=row.original_text if isinstance(row.original_text, str) else None,
        proposed_text=row.proposed_text,
        said=said,
    )


def _side(row: _Row) -> _Side:
    changed = row.drafted and row.original_text is not None and row.operation not in ("保留", "增加") and row.proposed_text
    edits = _edits(str(row.original_text), row.proposed_text) if changed else ()
    return _Side(row, read_ask(row.said), read(row.said), edits)


def _cut(words: str) -> str:
    words = words.strip("，、；。 ")
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


def _after(side: _Side, start: int, end: int) -> str:
    """The words of a side's text that stand for a stretch of the original; its edits lie inside the stretch or outside."""
    out, at = "", start
    for edit in side.edits:
        if start <= edit.start and edit.end <= end:
            out += str(side.row.original_text)[at : edit.start] + edit.new
            at = edit.end
    return out + str(side.row.original_text)[at:end]


def _clash(a: _Side, b: _Side) -> str:
    """What two drafted texts say differently of the same words of the draft."""
    original = str(a.row.original_text)
    for mine in a.edits:
        for other in b.edits:
            crossed = mine.start < other.end and other.start < mine.end
            if not crossed or (mine.start, mine.end, mine.new) == (other.start, other.end, other.new):
                continue
            start, end = min(mine.start, other.start), max(mine.end, other.end)
            unit = _UNIT.match(original, end) if original[end - 1 : end] in _DIGITS else None
            end = unit.end() if unit else end
            said = [f"改为“{_cut(words)}”" if (words := _after(side, start, end)) else "删去" for side in (a, b)]
            return f"对“{_cut(original[start:end])}”，本建议{said[0]}，该建议{said[1]}"
    return ""


def _related(a: _Side, b: _Side) -> bool:
    """Say whether two asks speak of one thing: a matter that both name, or like words."""
    return bool(set(a.reading.matters) & set(b.reading.matters)) or overlap(a.ask, b.ask) >= _ALIKE


def _stay_or_go(a: _Side, b: _Side) -> str:
    """Keeping or striking the provision against what the other wants of it; empty where both can be had."""
    stays = [side.row.operation == "保留" for side in (a, b)]
    goes = [side.struck for side in (a, b)]
    clear = all(side.row.operation in ("保留", "删除", "修改") for side in (a, b))
    if (stays == [stays[1]] * 2 and goes[0] == goes[1]) or not (any(goes) or clear):
        return ""
    if not any(go and side.row.drafted for side, go in zip((a, b), goes, strict=True)) and not _related(a, b):
        return ""
    wants = [
        "维持原文" if stay else "删去这一规定" if go else f"要求{side.row.operation}"
        for side, stay, go in zip((a, b), stays, goes, strict=True)
    ]
    return f"本建议{wants[0]}，该建议{wants[1]}"


def _amounts(a: _Side, b: _Side) -> bool:
    """Say whether two asks name other amounts of one kind, and none that both name."""
    mine, theirs = ({(q.unit, q.value) for q in find_quantities(side.row.said)} for side in (a, b))
    return not mine & theirs and bool({unit for unit, _ in mine} & {unit for unit, _ in theirs})


def _opposed(a: _Side, b: _Side) -> str:
    """What two asks on one matter want differently: who pays, how much, more or less, a ban or leave."""
    one, two = a.reading, b.reading
    if not _related(a, b):
        return ""
    if a.ask.differs_in_payer(b.ask) and one.wish.payers and two.wish.payers:
        who = ["、".join(_PARTIES[p] for p in sorted(r.wish.payers)) for r in (one, two)]
        return f"费用本建议要求由{who[0]}承担，该建议要求由{who[1]}承担"
    for mine, theirs, names in (
        (one.more, two.more, {1: "提高、从严", -1: "降低、从宽"}),
        (one.ban - one.allow, two.ban - two.allow, {1: "禁止", -1: "允许"}),
    ):
        if mine * theirs < 0:
            return f"本建议要求{names[mine]}，该建议要求{names[theirs]}"
    if _amounts(a, b) and a.ask.differs_in_amount(b.ask) and overlap(a.ask, b.ask) >= _ALIKE:
        return f"数额不同：本建议“{_cut(a.row.said)}”，该建议“{_cut(b.row.said)}”"
    return ""


def _meet(a: _Row | _Kind, b: _Row | _Kind) -> bool:
    """Say whether one place holds the other: the same 款 and 项, or the whole of what the other is a part of."""
    places = ((a.paragraph, b.paragraph), (a.item, b.item))
    return all(one is None or two is None or one == two for one, two in places)


class _Kind(NamedTuple):
    """What decides whether two suggestions can differ at all, before their words are compared."""

    paragraph: int | None
    item: str | None
    original: str | None
    operation: str
    struck: bool
    edited: bool
    pays: bool
    more: int
    ban: int
    units: frozenset[str]


def _kind(side: _Side) -> _Kind:
    row, reading = side.row, side.reading
    return _Kind(
        paragraph=row.paragraph,
        item=row.item,
        original=row.original_text,
        operation=row.operation,
        struck=side.struck,
        edited=bool(side.edits),
        pays=bool(reading.wish.payers),
        more=reading.more,
        ban=reading.ban - reading.allow,
        units=frozenset(q.unit for q in find_quantities(side.row.said)),
    )


def _may_differ(a: _Kind, b: _Kind) -> bool:
    if "释明" in (a.operation, b.operation) or not _meet(a, b):
        return False
    same = a.original is not None and a.original == b.original
    stands = same and ("保留" in (a.operation, b.operation) or a.struck or b.struck)
    wants = (a.pays and b.pays) or a.more * b.more < 0 or a.ban * b.ban < 0 or bool(a.units & b.units)
    return stands or wants or (same and a.edited and b.edited)


def _candidates(members: list[int], sides: list[_Side]) -> Iterator[tuple[int, int]]:
    """Pairs that can differ: of hundreds of suggestions on one article most name nothing by which they could."""
    alike: dict[_Kind, list[int]] = defaultdict(list)
    for k in members:
        alike[_kind(sides[k])].append(k)
    for a, b in combinations_with_replacement(alike, 2):
        if _may_differ(a, b):
            yield from combinations(alike[a], 2) if a is b else product(alike[a], alike[b])


def _differs(a: _Side, b: _Side) -> str:
    if "释明" in (a.row.operation, b.row.operation) or not _meet(a.row, b.row):
        return ""
    same = a.row.original_text is not None and a.row.original_text == b.row.original_text
    return (same and (_stay_or_go(a, b) or _clash(a, b))) or _opposed(a, b)


def _of_places(places: Sequence[list[_Row]]) -> list[list[tuple[int, int, str]]]:
    """The pairs that are contrary among the suggestions of each place, by their numbers there, with what differs."""
    out = []
    for rows in places:
        sides, found = [_side(row) for row in rows], []
        for i, j in _candidates([*range(len(sides))], sides):
            if said := _differs(sides[i], sides[j]):  # from the other side it then is contrary too, in other words
                found += [(i, j, said), (j, i, _differs(sides[j], sides[i]))]
        out.append(found)
    return out


def contrary(drafts: pd.DataFrame, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Find the suggestions on one article that are contrary to each other.

    Args:
        drafts: Suggestions; those that ask for a new article are compared within their theme.
        texts: Opinion to its words.

    Returns:
        For each suggestion the ids of those it cannot be adopted together with, sorted, each with what differs, in Chinese:
        as seen from this suggestion, 本建议 against 该建议.
    """
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    rows = []
    for k, row in enumerate(records(drafts)):
        rows.append(_row(row, texts))
        if isinstance(row.article, str) or isinstance(row.theme_id, str):
            groups[(row.law, row.article) if isinstance(row.article, str) else (None, row.theme_id)].append(k)
    places = [members for members in groups.values() if len(members) > 1]
    least = 0 if len(rows) >= _MANY else len(places) + 1
    found = spread(_of_places, Made(len(places), lambda k: [rows[at] for at in places[k]]), "比对相反的建议", 1, least)
    out: list[dict[str, str]] = [{} for _ in rows]
    for members, pairs in zip(places, found, strict=True):
        for a, b, said in pairs:
            out[members[a]][rows[members[b]].suggestion_id] = said
    return [dict(sorted(differing.items())) for differing in out]
