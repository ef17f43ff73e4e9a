"""The hierarchy of collection: 联系点 → 街镇 → 采集点, read from a table of the office."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jietan.errors import InputError
from jietan.reading.side_table import read_side_table

__all__ = ["KINDS", "POINT_KINDS", "Hierarchy", "Place", "read_points"]

OFFICE, STREET = "联系点", "街镇"
#: Kinds of collection points: 代表之家, 代表联络站, 代表联系点 and 信息采集点.
POINT_KINDS = ("家", "站", "点")
KINDS = (OFFICE, STREET, *POINT_KINDS)
_NAME, _KIND, _PARENT = "名称", "类型", "上级"
_TODO = f"第一行写列名 {_NAME}、{_KIND}、{_PARENT}；类型是{'、'.join(KINDS)}中的一种，上级写另一行的名称，最上一级不写"
_LONGEST, _SHOWN, _MOST = 60, 5, 50_000
#: What may stand above each kind; an empty text for nothing.
_ABOVE = {
    OFFICE: ("",),
    STREET: ("", OFFICE),
    "家": (STREET, OFFICE),
    "站": (STREET, OFFICE, "家"),
    "点": (STREET, OFFICE, "家", "站"),
}


@dataclass(frozen=True)
class Place:
    """One row of the table.

    Attributes:
        name: Its name, as the comments write it.
        kind: 联系点, 街镇, 家, 站 or 点.
        parent: Name of what stands above it; empty for the top.
        row: Row of the file.
    """

    name: str
    kind: str
    parent: str
    row: int = 0


class Hierarchy:
    """The places of an office.

    Args:
        places: The rows in order; :func:`read_points` checks them.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        """Keep the places."""
        self.places = tuple(places)

    @cached_property
    def _above(self) -> dict[str, Place]:
        """What can stand above others, by name."""
        inner = {place.parent for place in self.places}
        return {place.name: place for place in self.places if place.name in inner}

    @property
    def streets(self) -> list[str]:
        """Names of the 街镇, in the order of the file."""
        return [place.name for place in self.places if place.kind == STREET]

    @property
    def points(self) -> list[Place]:
        """The collection points, in the order of the file."""
        return [place for place in self.places if place.kind in POINT_KINDS]

    def street_of(self, place: Place) -> str:
        """Return the 街镇 that a place belongs to, empty where none stands above it."""
        at: Place | None = place
        while at is not None and at.kind != STREET:
            at = self._above.get(at.parent)
        return at.name if at else ""

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        out: dict[str, list[Place]] = {}
        for place in self.points:
            out.setdefault(_plain(place.name), []).append(place)
        return out

    def find(self, point: str, street: str = "") -> Place | None:
        """Find the collection point that a comment names.

        Args:
            point: Its name; spaces do not count.
            street: The 街镇 of the comment; tells apart points of the same name.

        Returns:
            The point, or None where the file has none of that name or several in other streets.
        """
        named = self._by_name.get(_plain(point), [])
        here = [place for place in named if _plain(self.street_of(place)) == _plain(street)]
        return here[0] if here else named[0] if len(named) == 1 else None

    def nearest(self, point: str) -> str:
        """Return the name of the file that is most like a name that is not in it, or an empty text."""
        found = difflib.get_close_matches(point, [place.name for place in self.points], n=1, cutoff=0.6)
        return found[0] if found else ""


def _plain(name: str) -> str:
    return "".join(name.split())


def _row_problems(rows: Sequence[Place]) -> list[str]:
    """What is wrong with rows by themselves, and rows that stand twice."""
    out = []
    seen: dict[tuple[str, str], int] = {}
    for place in rows:
        if not place.name:
            out.append(f"第 {place.row} 行没有写{_NAME}")
        elif len(place.name) > _LONGEST:
            out.append(f"第 {place.row} 行的{_NAME}超过 {_LONGEST} 个字")
        elif place.kind not in KINDS:
            out.append(f"第 {place.row} 行{place.name}的{_KIND}“{place.kind}”不是{'、'.join(KINDS)}中的一种")
        elif (place.name, place.parent) in seen:
            out.append(f"第 {place.row} 行{place.name}与第 {seen[place.name, place.parent]} 行重复")
        seen.setdefault((place.name, place.parent), place.row)
    return out


def _parent_problems(rows: Sequence[Place]) -> list[str]:
    """Parents that are not there, that are ambiguous, or of a kind that cannot stand above."""
    out = []
    names = Counter(place.name for place in rows)
    kinds = {place.name: place.kind for place in rows}
    for place in rows:
        if place.parent and place.parent not in names:
            near = difflib.get_close_matches(place.parent, list(names), n=1, cutoff=0.6)
            hint = f"，最接近的是{near[0]}" if near else ""
            out.append(f"第 {place.row} 行{place.name}的{_PARENT}“{place.parent}”不在表里{hint}")
        elif place.parent and names[place.parent] > 1:
            out.append(f"第 {place.row} 行{place.name}的{_PARENT}“{place.parent}”在表里有 {names[place.parent]} 行，分不清是哪一个")
        elif place.kind in _ABOVE and kinds.get(place.parent, "") not in _ABOVE[place.kind]:
            above = f"是{kinds[place.parent]}" if place.parent else "没有写"
            wanted = "、".join(filter(None, _ABOVE[place.kind])) or "空着"
            out.append(f"第 {place.row} 行{place.name}是{place.kind}，{_PARENT}{above}，应当是{wanted}")
    return out


def _cycles(rows: Sequence[Place]) -> list[str]:
    """Places that stand above themselves, each circle once."""
    above = {place.name: place.parent for place in rows}
    out: dict[frozenset[str], str] = {}
    for place in rows:
        path = [place.name]
        while (up := above.get(path[-1], "")) and up not in path:
            path.append(up)
        if up and up in path:
            circle = path[path.index(up) :]
            start = circle.index(min(circle))
            shown = circle[start:] + circle[:start]
            out.setdefault(frozenset(circle), f"{'→'.join([*shown, shown[0]])}互为上级")
    return list(out.values())


def read_points(path: str | Path) -> Hierarchy:
    """Read a table of collection points.

    Args:
        path: A file in xlsx or csv with the columns 名称, 类型 and 上级.

    Raises:
        InputError: The file cannot be read, or rows are wrong: a circle, an unknown or ambiguous parent, a duplicate, a kind
            that there is not; the message names the rows.
    """
    path = Path(path).expanduser()
    cells = read_side_table(path, "采集点的表", _TODO, (_NAME, _KIND, _PARENT))
    rows = [Place(name, kind, parent, number) for number, (name, kind, parent) in cells]
    wrong = ["一行也没有"] if not rows else [f"超过 {_MOST} 行"] if len(rows) > _MOST else _row_problems(rows)
    wrong = wrong or _cycles(rows) or _parent_problems(rows)
    if not wrong and not any(place.kind in POINT_KINDS for place in rows):
        wrong = ["一个采集点（家、站、点）也没有"]
    if wrong:
        more = f"；……共 {len(wrong)} 处" if len(wrong) > _SHOWN else ""
        raise InputError(f"采集点的表要改：{'；'.join(wrong[:_SHOWN])}{more}", where=str(path), todo=_TODO)
    return Hierarchy(rows)
