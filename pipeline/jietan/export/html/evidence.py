"""Every comment, masked, with the place of each of its opinions; and the numbers by which the page names them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

from jietan.export.figures import primary_links
from jietan.export.html.encode import deltas, js_length
from jietan.export.quotes import Quote, name_of
from jietan.export.view import View
from jietan.export.wording import iso_day, place, printable
from jietan.tables import KINDS, OPERATIONS, STANCES, TRIAGE

__all__ = ["Evidence"]

#: A quotation in the page: words, number of the opinion (-1 for none), masked name, place, comment, mark of an omission.
PageQuote = list[Any]


class Evidence:
    """Numbers for comments, opinions, points and themes, and the masked comments themselves.

    Opinions are numbered comment by comment in the order of the tables, so that a number says which comment it is in.

    Args:
        view: The run.
        cap: How many opinions or comments one reference names at most.
    """

    def __init__(self, view: View, cap: int = 1_000_000) -> None:
        """Number everything."""
        self._view, self._cap = view, cap
        self.comment_numbers = view.comment_at
        groups: list[list[int]] = [[] for _ in range(len(view.comments))]
        for position, comment in enumerate(view.opinions.column("comment_id")):
            groups[view.comment_at[comment]].append(position)
        self._groups = groups
        ids = view.opinions.column("opinion_id")
        self.opinion_numbers = {ids[p]: n for n, p in enumerate(p for group in groups for p in group)}

    @property
    def counts(self) -> list[int]:
        """How many opinions each comment has."""
        return [len(group) for group in self._groups]

    @cached_property
    def points(self) -> list[tuple[str, str]]:
        """Distinct pairs of point and street, sorted."""
        columns = zip(self._view.comments.column("point"), self._view.comments.column("street"), strict=True)
        return sorted({(printable(p).strip(), printable(s).strip()) for p, s in columns})

    @cached_property
    def streets(self) -> list[str]:
        """Distinct streets, sorted; the empty one last where some comments name none."""
        return sorted({s for _, s in self.points}, key=lambda s: (not s, s))

    @cached_property
    def point_of(self) -> list[int]:
        """Number of the point of each comment."""
        numbers = {pair: n for n, pair in enumerate(self.points)}
        columns = zip(self._view.comments.column("point"), self._view.comments.column("street"), strict=True)
        return [numbers[printable(p).strip(), printable(s).strip()] for p, s in columns]

    def street_of(self, comment_id: str) -> int:
        """Return the number of the street of a comment."""
        return self._street_numbers[self.points[self.point_of[self.comment_numbers[comment_id]]][1]]

    @cached_property
    def _street_numbers(self) -> dict[str, int]:
        return {s: n for n, s in enumerate(self.streets)}

    def opinions(self, ids: Iterable[str]) -> list[int]:
        """Return a reference to opinions."""
        return deltas(self.opinion_numbers[o] for o in ids if o in self.opinion_numbers)[: self._cap]

    def comments(self, ids: Iterable[str]) -> list[int]:
        """Return a reference to comments."""
        return deltas(self.comment_numbers[c] for c in ids if c in self.comment_numbers)[: self._cap]

    def quoted(self, found: Quote) -> PageQuote:
        """Return a quotation for the page."""
        where = found.street or found.point
        words, rest = found.words
        return [words, self.opinion_numbers.get(found.opinion_id, -1), found.submitter, where, found.comment_id, rest]

    def row(self, number: int) -> list[Any]:
        """Return one comment: id, name, point, day, triage, letter, copy of, channel, text, opinions.

        Each opinion is start, length (in UTF-16 units of the text), kind, stance, operation, places, theme and ranks of
        suggestions.
        """
        view = self._view
        comment = view.comments.row(number)
        text, spots = self._spots(comment["comment_id"], self._groups[number])
        opinions = [[*spot, *self._labels(p)] for spot, p in zip(spots, self._groups[number], strict=True)]
        return [
            printable(comment["comment_id"]),
            name_of(comment["submitter_masked"]),
            self.point_of[number],
            printable(iso_day(comment["submitted_at"])),
            TRIAGE.index(comment["triage"]),
            printable(comment["campaign_id"]),
            printable(comment["duplicate_of"]),
            printable(comment["channel"]),
            text,
            opinions,
        ]

    def _spots(self, comment_id: str, positions: list[int]) -> tuple[str, list[tuple[int, int]]]:
        """The masked text as it is shown, and where each opinion stands in it."""
        view = self._view
        masked = view.masker.text(comment_id)
        rows = [view.opinions.row(p) for p in positions]
        places = [view.masker.place(comment_id, int(r["start"]), int(r["end"])) for r in rows]
        cuts = sorted({0, len(masked), *(at for pair in places for at in pair)})
        parts, at = [], {0: 0}
        for left, right in pairwise(cuts):
            parts.append(printable(masked[left:right]))
            at[right] = at[left] + js_length(parts[-1])
        return "".join(parts), [(at[a], at[b] - at[a]) for a, b in places]

    def _labels(self, position: int) -> list[Any]:
        view = self._view
        row = view.opinions.row(position)
        places = list(dict.fromkeys(place(r, view.draft_law) for r in primary_links(view, row["opinion_id"])))
        made = [self._ranks[s] for s in view.suggestions_of_opinion.get(row["opinion_id"], ()) if s in self._ranks]
        title = view.theme_titles.get(row["theme_id"] or "", "")
        return [KINDS.index(row["kind"]), STANCES.index(row["stance"]), OPERATIONS.index(row["operation"]), places, title, made]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {s["suggestion_id"]: int(s["rank"]) for s in self._view.proposals}
