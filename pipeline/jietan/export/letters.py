"""Letters that many sent: what their copies have in common, and what each of them adds."""

from __future__ import annotations

from dataclasses import dataclass

from jietan.copies import letter_of, own_words
from jietan.export.view import View

__all__ = ["Letter", "added_words", "letters"]


@dataclass(frozen=True)
class Letter:
    """One campaign, personal data masked.

    Attributes:
        campaign_id: Its id.
        comments: Ids of the comments that are copies of it, in order.
        n_people: Distinct persons; an anonymous comment is a person of its own.
        n_points: Distinct points.
        text: The sentences that more than half of the copies hold.
    """

    campaign_id: str
    comments: tuple[str, ...]
    n_people: int
    n_points: int
    text: str


def letters(view: View, only: str | None = None) -> list[Letter]:
    """Return the letters of a run, the one with most copies first.

    Args:
        view: The tables.
        only: Id of the one campaign that is asked for.
    """
    members: dict[str, list[str]] = {}
    for name, campaign in zip(view.comments.column("comment_id"), view.comments.column("campaign_id"), strict=True):
        if campaign and only in (None, campaign):
            members.setdefault(campaign, []).append(name)
    found = []
    for campaign, names in members.items():
        rows = [view.comment(name) for name in names]
        people = {row["submitter_key"] or row["comment_id"] for row in rows}
        points = {row["point"] for row in rows if row["point"]}
        text = letter_of([view.masker.text(name) for name in names])
        found.append(Letter(campaign, tuple(names), len(people), len(points), text))
    return sorted(found, key=lambda letter: (-len(letter.comments), letter.campaign_id))


def added_words(view: View, letter: Letter, comment_id: str) -> str:
    """Return what a copy says beside the letter, personal data masked; empty where it adds nothing."""
    text = view.masker.text(comment_id)
    return "".join(text[start:end] for start, end in own_words(text, letter.text))
