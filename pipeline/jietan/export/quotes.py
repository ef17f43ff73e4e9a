"""Residents' own words, masked, with what is needed to find them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jietan.export.view import View
from jietan.export.wording import iso_day, printable

__all__ = ["Quote", "name_of", "pick", "quote", "where_of", "whole"]

ANONYMOUS = "匿名"
_LONGEST = 300
_CONSIDERED = 500
_READABLE = range(8, 151)
_OPEN_ENDS = "，,、；;：: \n"


@dataclass(frozen=True)
class Quote:
    """One quoted opinion."""

    opinion_id: str
    comment_id: str
    text: str
    point: str
    street: str
    submitter: str
    submitted_at: str
    kind: str

    @property
    def words(self) -> tuple[str, str]:
        """The words to quote, and what follows them where they were cut.

        The words are never altered; a comma at the end of the passage is left out, and a very long passage is cut at
        its end, visibly and outside the quotation marks.
        """
        text = self.text.rstrip(_OPEN_ENDS) or self.text
        return (text[:_LONGEST], "……（下略）") if len(text) > _LONGEST else (text, "")

    def cited(self) -> str:
        """Return the words in quotation marks, followed by number, place and masked name."""
        text, rest = self.words
        source = "，".join(p for p in (self.comment_id, self.street or self.point, self.submitter) if p)
        return f"“{text}”{rest}（{source}）"


def name_of(masked: str | None) -> str:
    """Return the masked name shown for a submitter."""
    return printable(masked).strip() or ANONYMOUS


def where_of(point: str | None, street: str | None) -> str:
    """Return where a comment was collected, as well as it is known."""
    return printable(point).strip() or printable(street).strip() or "未注明"


def quote(view: View, opinion_id: str) -> Quote:
    """Return one opinion as a masked quotation.

    Raises:
        KeyError: There is no such opinion.
    """
    row = view.opinion(opinion_id)
    text = view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))
    return _quote(view.comment(row["comment_id"]), text, opinion_id, row["kind"])


def whole(view: View, comment_id: str) -> Quote:
    """Return a whole comment as a masked quotation, for one in which no opinion was found."""
    return _quote(view.comment(comment_id), view.masker.text(comment_id), "", "")


def _quote(comment: dict[str, Any], text: str, opinion_id: str, kind: str) -> Quote:
    return Quote(
        opinion_id=opinion_id,
        comment_id=printable(comment["comment_id"]),
        text=printable(text).strip(),
        point=printable(comment["point"]),
        street=printable(comment["street"]),
        submitter=name_of(comment["submitter_masked"]),
        submitted_at=iso_day(comment["submitted_at"]),
        kind=kind,
    )


def _ordered(view: View, evidence: Iterable[str], first: Iterable[str]) -> list[str]:
    """Representatives first, then asks before reasons and readable lengths before others, in the order given."""
    known = [o for o in dict.fromkeys(evidence) if o in view.opinion_at]
    front = [o for o in dict.fromkeys(first) if o in view.opinion_at]
    kinds, texts = view.opinions.column("kind"), view.opinions.column("text")

    def order(opinion: str) -> tuple[bool, bool]:
        at = view.opinion_at[opinion]
        return kinds[at] == "理由", len(texts[at]) not in _READABLE

    return front + sorted((o for o in known if o not in set(front)), key=order)


def pick(view: View, evidence: Iterable[str], limit: int, first: Iterable[str] = ()) -> list[Quote]:
    """Choose quotations that differ: one a comment and one a letter, other points before the same point again.

    Args:
        view: The run.
        evidence: Opinions to choose from.
        limit: How many at most.
        first: Opinions to prefer, such as the most telling ones.
    """
    candidates = _ordered(view, evidence, first)[:_CONSIDERED]
    chosen: list[Quote] = []
    seen: set[tuple[str, str]] = set()
    for new_point_only in (True, False):
        for opinion in candidates:
            if len(chosen) == limit:
                return chosen
            found = quote(view, opinion)
            campaign = view.comment(view.opinion(opinion)["comment_id"])["campaign_id"]
            marks = {("comment", found.comment_id), ("text", found.text), ("letter", campaign or found.comment_id)}
            if marks & seen or (new_point_only and ("point", found.point) in seen):
                continue
            seen |= marks | {("point", found.point)}
            chosen.append(found)
    return chosen
