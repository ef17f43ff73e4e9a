"""Counting voices: opinions, comments, people and collection points behind a set of opinions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

__all__ = ["Census", "Voices"]


@dataclass(frozen=True)
class Voices:
    """How many stand behind something.

    Args:
        opinions: Opinions.
        comments: Comments.
        people: Distinct submitters; an anonymous comment is a person of its own, its duplicates are not further ones.
        points: Distinct collection points.
        weighted: People outside campaigns, plus for each campaign one and the binary logarithm of its letters.
    """

    opinions: int
    comments: int
    people: int
    points: int
    weighted: float

    def columns(self) -> dict[str, int]:
        """Return the counts under their column names."""
        return {"n_opinions": self.opinions, "n_comments": self.comments, "n_people": self.people, "n_points": self.points}


class Census:
    """Counts voices from the tables of a run.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        copies: Campaign and duplicate of each comment.
    """

    def __init__(self, received: pd.DataFrame, spans: pd.DataFrame, copies: pd.DataFrame) -> None:
        """Remember who said what where."""
        self._comment: dict[str, str] = dict(zip(spans["opinion_id"].tolist(), spans["comment_id"].tolist(), strict=True))
        keys = zip(received["comment_id"].tolist(), received["submitter_key"].tolist(), strict=True)
        first = dict(zip(copies["comment_id"].tolist(), copies["duplicate_of"].tolist(), strict=True))
        originals = {c: f if isinstance(f, str) else c for c, f in first.items()}
        self._person: dict[str, str] = {c: k if isinstance(k, str) else f"comment:{originals[c]}" for c, k in keys}
        points = zip(received["comment_id"].tolist(), received["point"].tolist(), strict=True)
        self._point: dict[str, str] = {c: p for c, p in points if isinstance(p, str)}
        streets = zip(received["comment_id"].tolist(), received["street"].tolist(), strict=True)
        self._street: dict[str, str] = {c: s for c, s in streets if isinstance(s, str)}
        campaigns = zip(copies["comment_id"].tolist(), copies["campaign_id"].tolist(), strict=True)
        self._campaign: dict[str, str] = {c: k for c, k in campaigns if isinstance(k, str)}

    def in_campaign(self, opinion_ids: Iterable[str]) -> bool:
        """Say whether any of the opinions comes from a campaign."""
        return any(self._comment[o] in self._campaign for o in opinion_ids)

    def shares(self, opinion_ids: Iterable[str]) -> dict[str, float]:
        """Return how much each person adds to the weighted count: one, or a part of a campaign's discounted whole."""
        comments = sorted({self._comment[o] for o in opinion_ids})
        letters: Counter[str] = Counter(self._campaign[c] for c in comments if c in self._campaign)
        out: dict[str, float] = {}
        for comment in comments:
            campaign = self._campaign.get(comment)
            share = 1.0 if campaign is None else (1 + math.log2(letters[campaign])) / letters[campaign]
            person = self._person[comment]
            out[person] = max(out.get(person, 0.0), share)
        return out

    def streets(self, opinion_ids: Iterable[str]) -> int:
        """Count distinct streets behind some opinions."""
        return len({self._street[c] for c in {self._comment[o] for o in opinion_ids} if c in self._street})

    def count(self, opinion_ids: Iterable[str]) -> Voices:
        """Count the voices behind some opinions."""
        ids = list(opinion_ids)
        comments = {self._comment[o] for o in ids}
        singles = {self._person[c] for c in comments if c not in self._campaign}
        letters: Counter[Any] = Counter(self._campaign[c] for c in comments if c in self._campaign)
        return Voices(
            opinions=len(ids),
            comments=len(comments),
            people=len({self._person[c] for c in comments}),
            points=len({self._point[c] for c in comments if c in self._point}),
            weighted=len(singles) + sum(1 + math.log2(n) for _, n in sorted(letters.items())),
        )
