"""Residents' own words, masked, with what is needed to find them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    at, value = view.opinion_at[opinion_id], view.opinions.value
    comment = value("comment_id", at)
    text = view.masker.text(comment, int(value("start", at)), int(value("end", at)))
    return _quote(view, comment, text, opinion_id, value("kind", at))


def whole(view: View, comment_id: str) -> Quote:
    """Return a whole comment as a masked quotation, for one in which no opinion was found."""
    return _quote(view, comment_id, view.masker.text(comment_id), "", "")


def _quote(view: View, comment_id: str, text: str, opinion_id: str, kind: str) -> Quote:
    at, value = view.comment_at[comment_id], view.comments.value
    return Quote(
        opinion_id=opinion_id,
        comment_id=printable(comment_id),
        text=printable(text).strip(),
        point=printable(value("point", at)),
        street=printable(value("street", at)),
        submitter=name_of(value("submitter_masked", at)),
        submitted_at=iso_day(value("submitted_at", at)),
        kind=kind,
    )


def _ordered(view: View, evidence: Iterable[str], first: Iterable[str]) -> list[str]:
    """Representatives first, then asks before reasons and readable lengths before others, in the order given."""
    known = [o for o in dict.fromkeys(evidence) if o in view.opinion_at]
    front = [o for o in dict.fromkeys(first) if o in view.opinion_at]
    others = set(known).difference(front)
    rest = [o for o in known if o in others]
    at, values = [view.opinion_at[o] for o in rest], view.opinions.values
    late = [(kind == "理由", len(text) not in _READABLE) for kind, text in zip(values("kind", at), values("text", at), strict=True)]
    return front + [rest[k] for k in sorted(range(len(rest)), key=late.__getitem__)]


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
            comment = view.opinions.value("comment_id", view.opinion_at[opinion])
            campaign = view.comments.value("campaign_id", view.comment_at[comment])
            marks = {("comment", found.comment_id), ("text", found.text), ("letter", campaign or found.comment_id)}
            if marks & seen or (new_point_only and ("point", found.point) in seen):
                continue
            seen |= marks | {("point", found.point)}
            chosen.append(found)
    return chosen
