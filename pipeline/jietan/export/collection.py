"""How the gathering went: what each collection point and street sent, which sent nothing, and how well it was taken down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from jietan.export.figures import people
from jietan.export.view import View
from jietan.export.wording import iso_day, printable
from jietan.reading.headers import find_article
from jietan.reading.points import Hierarchy, Place

__all__ = ["Collection", "Count", "Misnamed", "PointRow", "StreetRow", "ThemeRow", "hierarchy_of"]

#: With fewer legislative comments than this no share is given.
FEW = 5
_NONE = "未注明"


def hierarchy_of(view: View) -> Hierarchy | None:
    """Return the collection points that a run knows, None where it knows none."""
    rows = list(view.rows("points"))
    return Hierarchy(Place(row["name"], row["level"], row["parent"] or "") for row in rows) if rows else None


@dataclass(frozen=True)
class Count:
    """What some comments amount to.

    Attributes:
        comments: Comments.
        people: People; an anonymous comment is a person of its own.
        opinions: Opinions, without those that only give reasons.
        legislative: Comments on the law, which alone count for the next two.
        reasoned: Of these, comments that give a reason.
        cited: Of these, comments that name an article.
        last: Day of the last one, empty where no day is given.
    """

    comments: int
    people: int
    opinions: int
    legislative: int
    reasoned: int
    cited: int
    last: str

    def share(self, part: int) -> float | None:
        """Return a part of the legislative comments, None where they are too few for a share."""
        return part / self.legislative if self.legislative >= FEW else None


@dataclass(frozen=True)
class PointRow:
    """A collection point of the table, and what it sent."""

    street: str
    name: str
    kind: str
    count: Count


@dataclass(frozen=True)
class StreetRow:
    """A street: how many points it has, which of them sent nothing, and what came from it, other points included."""

    name: str
    points: int
    silent: tuple[str, ...]
    count: Count


@dataclass(frozen=True)
class Misnamed:
    """A name in the comments that is not in the table: what it may mean, how many comments bear it."""

    street: str
    name: str
    nearest: str
    comments: int


@dataclass(frozen=True)
class ThemeRow:
    """A theme: people in all, and by street; None where the number is left out because it is small."""

    title: str
    people: int
    streets: tuple[int | None, ...]


def _suppressed(numbers: list[int], least: int) -> tuple[int | None, ...]:
    """Leave out numbers below a minimum, and where that leaves out only one, the next smallest too: the total would tell it."""
    hidden = [i for i, n in enumerate(numbers) if 0 < n < least]
    if len(hidden) == 1:
        others = [i for i, n in enumerate(numbers) if n >= least]
        hidden += sorted(others, key=lambda i: (numbers[i], i))[:1]
    return tuple(None if i in hidden else n for i, n in enumerate(numbers))


class Collection:
    """The statistics of one run.

    Args:
        view: The run.
        hierarchy: The collection points of the office.
    """

    def __init__(self, view: View, hierarchy: Hierarchy) -> None:
        """Find the place of every comment."""
        self._view, self._hierarchy = view, hierarchy
        comments = view.comments
        self._ids = comments.column("comment_id")
        self._places: dict[str, Place | None] = {}
        self._streets: dict[str, str] = {}
        self._unknown: dict[tuple[str, str], list[str]] = {}
        known: dict[tuple[str, str], Place | None] = {}
        for comment, point, street in zip(self._ids, comments.column("point"), comments.column("street"), strict=True):
            pair = (point or "", street or "")
            if pair not in known:
                known[pair] = hierarchy.find(*pair) if point else None
            place = known[pair]
            self._places[comment] = place
            self._streets[comment] = hierarchy.street_of(place) if place else street or ""
            if place is None:
                self._unknown.setdefault((street or "", point or ""), []).append(comment)

    @cached_property
    def _opinions(self) -> dict[str, int]:
        out: dict[str, int] = {}
        for comment, kind in zip(self._view.opinions.column("comment_id"), self._view.opinions.column("kind"), strict=True):
            out[comment] = out.get(comment, 0) + (kind != "理由")
        return out

    @cached_property
    def _cited(self) -> frozenset[str]:
        """Comments that name an article of the draft, in their words or in the form's box."""
        view = self._view
        links = zip(view.links.column("opinion_id"), view.links.column("source"), view.links.column("basis"), strict=True)
        named = set(view.comments_of(o for o, source, basis in links if source == "draft" and basis == "explicit"))
        boxes = zip(self._ids, view.comments.column("article_hint"), strict=True)
        return frozenset(named | {comment for comment, box in boxes if box and find_article(box)})

    def _count(self, ids: Iterable[str]) -> Count:
        ids = list(ids)
        view = self._view
        triage, days = view.comments.column("triage"), view.comments.column("submitted_at")
        own = [c for c in ids if triage[view.comment_at[c]] == "legislative"]
        return Count(
            comments=len(ids),
            people=people(view, ids),
            opinions=sum(self._opinions.get(c, 0) for c in ids),
            legislative=len(own),
            reasoned=sum(c in view.reasoned for c in own),
            cited=sum(c in self._cited for c in own),
            last=max((iso_day(days[view.comment_at[c]]) for c in ids), default=""),
        )

    @cached_property
    def points(self) -> list[PointRow]:
        """Every collection point of the table, street by street, in its order."""
        held: dict[Place, list[str]] = {}
        for comment, place in self._places.items():
            if place is not None:
                held.setdefault(place, []).append(comment)
        rows = [PointRow(self._hierarchy.street_of(p), p.name, p.kind, self._count(held.get(p, ()))) for p in self._hierarchy.points]
        order = {name: i for i, name in enumerate(self._hierarchy.streets)}
        return sorted(rows, key=lambda row: order.get(row.street, len(order)))

    @cached_property
    def silent(self) -> list[PointRow]:
        """Collection points that sent nothing."""
        return [row for row in self.points if not row.count.comments]

    @cached_property
    def streets(self) -> list[StreetRow]:
        """Every street of the table in its order, then others that comments name."""
        held: dict[str, list[str]] = {name: [] for name in self._hierarchy.streets}
        for comment, street in self._streets.items():
            held.setdefault(street, []).append(comment)
        first = len(self._hierarchy.streets)
        names = [*list(held)[:first], *sorted(list(held)[first:])]
        out = []
        for name in names:
            own = [row for row in self.points if row.street == name]
            silent = tuple(row.name for row in own if not row.count.comments)
            out.append(StreetRow(name or _NONE, len(own), silent, self._count(held[name])))
        return out

    @cached_property
    def total(self) -> Count:
        """All comments."""
        return self._count(self._ids)

    @cached_property
    def misnamed(self) -> list[Misnamed]:
        """Names in the comments that are not in the table, those of most comments first."""
        rows = [
            Misnamed(printable(street), printable(point), self._hierarchy.nearest(point), len(ids))
            for (street, point), ids in self._unknown.items()
            if point
        ]
        return sorted(rows, key=lambda r: (-r.comments, r.street, r.name))

    @property
    def unplaced(self) -> int:
        """Comments that name no collection point."""
        return sum(len(ids) for (_, point), ids in self._unknown.items() if not point)

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft whose articles comments can name."""
        return bool(self._view.draft_law)

    @property
    def least(self) -> int:
        """Numbers of people below this are left out."""
        return self._view.settings.points.min_people

    def themes(self) -> Iterator[ThemeRow]:
        """Yield the upper themes with their people by street, in the order of :attr:`streets`; most people first."""
        view = self._view
        owners = view.opinions.column("comment_id")
        names = [row.name for row in self.streets]
        upper = sorted((r for r in view.themes if r["parent_id"] is None), key=lambda r: (-int(r["n_people"]), r["theme_id"]))
        for row in upper:
            comments = list(dict.fromkeys(owners[i] for i in view.opinions_of_theme.get(row["theme_id"], ())))
            by_street: dict[str, list[str]] = {}
            for comment in comments:
                by_street.setdefault(self._streets[comment] or _NONE, []).append(comment)
            numbers = [people(view, by_street.get(name, ())) for name in names]
            yield ThemeRow(view.theme_titles[row["theme_id"]], people(view, comments), _suppressed(numbers, self.least))
