"""Counting voices: opinions, comments, people and collection points behind a set of opinions, or behind each of many."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from jietan.distinct import distinct
from jietan.tables import places, shared

__all__ = ["Census", "Grouped", "Numbers", "Tally", "Voices"]

Numbers = np.ndarray[Any, np.dtype[np.int64]]


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


@dataclass(frozen=True)
class Tally:
    """The :class:`Voices` behind each of many things, each an array of shape (things,).

    Args:
        opinions: Opinions.
        comments: Comments.
        people: Distinct submitters.
        points: Distinct collection points.
        streets: Distinct streets.
        weighted: People, with campaigns discounted.
        in_campaign: Whether any comment comes from a campaign.
    """

    opinions: Numbers
    comments: Numbers
    people: Numbers
    points: Numbers
    streets: Numbers
    weighted: np.ndarray[Any, np.dtype[np.float64]]
    in_campaign: np.ndarray[Any, np.dtype[np.bool_]]

    def columns(self) -> dict[str, Numbers]:
        """Return the counts under their column names."""
        return {"n_opinions": self.opinions, "n_comments": self.comments, "n_people": self.people, "n_points": self.points}

    def at(self, k: int) -> Voices:
        """Return the voices behind one of the things."""
        opinions, comments, people, points = (int(found[k]) for found in (self.opinions, self.comments, self.people, self.points))
        return Voices(opinions, comments, people, points, float(self.weighted[k]))


@dataclass(frozen=True)
class Grouped:
    """Many groups of opinions as numbers.

    Args:
        rows: Rows of the opinions in the table of spans, shape (opinions of all groups,), group by group.
        sizes: Number of opinions of each group, shape (groups,).
    """

    rows: Numbers
    sizes: Numbers

    def __len__(self) -> int:
        """Return how many groups there are."""
        return len(self.sizes)

    def each(self) -> list[Numbers]:
        """Return the rows of each group."""
        return np.split(self.rows, np.cumsum(self.sizes)[:-1]) if len(self.sizes) else []


Groups = Sequence[Sequence[str]] | Grouped


def _weight(letters: int) -> float:
    """How many people outside campaigns the letters of one campaign count for."""
    return 1 + math.log2(letters)


def _weights(letters: Numbers) -> np.ndarray[Any, np.dtype[np.float64]]:
    different, place = np.unique(letters, return_inverse=True)
    return np.array([_weight(n) for n in different.tolist()], np.float64)[place]


def _numbered(values: pd.Series[Any]) -> array[int]:
    """Number words in their order; -1 where there is none. One by one and all at once (``np.asarray``) they are looked up at once."""
    return array("q", pd.factorize(values, sort=True)[0].astype(np.int64).tobytes())


class Census:
    """Counts voices from the tables of a run.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        copies: Campaign and duplicate of each comment.
    """

    def __init__(self, received: pd.DataFrame, spans: pd.DataFrame, copies: pd.DataFrame) -> None:
        """Remember who said what where, by numbers of the comments in the order of their ids."""
        comments = received[["comment_id", "submitter_key", "point", "street"]].sort_values("comment_id", kind="stable", ignore_index=True)
        ids = comments["comment_id"]
        alike = copies.iloc[places(ids, copies["comment_id"])].reset_index(drop=True)
        self._opinions, self._of = spans["opinion_id"], places(spans["comment_id"], ids)
        self._person = _numbered(comments["submitter_key"].fillna("comment:" + alike["duplicate_of"].fillna(ids)))
        self._point, self._street = _numbered(comments["point"]), _numbered(comments["street"])
        self._campaign = _numbered(alike["campaign_id"])

    @cached_property
    def _comment(self) -> dict[str, int]:
        """Number of the comment of each opinion."""
        return dict(zip(shared(self._opinions), self._of.tolist(), strict=True))

    def rows(self, opinion_ids: pd.Series[Any] | Sequence[str]) -> Numbers:
        """Return the row of each of many opinions in the table of spans; -1 for what is no opinion's id."""
        return places(opinion_ids, self._opinions)

    def grouped(self, groups: Sequence[Sequence[str]]) -> Grouped:
        """Return groups of opinions as numbers, which takes as long for one group as for many.

        Args:
            groups: Ids of the opinions of each; those that are no opinion's are left out.
        """
        sizes = np.fromiter(map(len, groups), np.int64, len(groups))
        rows, of = self.rows(list(chain.from_iterable(groups))), np.repeat(np.arange(len(groups)), sizes)
        return Grouped(rows[rows >= 0], np.bincount(of[rows >= 0], minlength=len(groups)))

    def in_campaign(self, opinion_ids: Iterable[str]) -> bool:
        """Say whether any of the opinions comes from a campaign."""
        return any(self._campaign[self._comment[o]] >= 0 for o in opinion_ids)

    def count(self, opinion_ids: Iterable[str]) -> Voices:
        """Count the voices behind some opinions."""
        ids = list(opinion_ids)
        comments = {self._comment[o] for o in ids}
        people = {self._person[c] for c in comments}
        letters = Counter(k for c in comments if (k := self._campaign[c]) >= 0)
        singles = {self._person[c] for c in comments if self._campaign[c] < 0} if letters else people
        return Voices(
            opinions=len(ids),
            comments=len(comments),
            people=len(people),
            points=len({self._point[c] for c in comments} - {-1}),
            weighted=len(singles) + sum(_weight(n) for _, n in sorted(letters.items())),
        )

    def comments(self, opinion_ids: pd.Series[Any] | Sequence[str]) -> Numbers:
        """Number the comments of opinions: in the order of their ids, shape (opinions,)."""
        return self._of[self.rows(opinion_ids)]

    def people(self, comments: Numbers) -> Numbers:
        """Number the people behind comments, given by their numbers."""
        return np.asarray(self._person, np.int64)[comments]

    def _pairs(self, sizes: Numbers, comments: Numbers) -> tuple[Numbers, Numbers]:
        """Each group with each of its comments once, in order."""
        wide = max(1, len(self._person))
        pairs = distinct(np.repeat(np.arange(len(sizes)), sizes) * wide + comments)
        return pairs // wide, pairs % wide

    def _listed(self, groups: Groups) -> tuple[Numbers, Numbers]:
        """Sizes of groups of opinions, and the comments of all."""
        if isinstance(groups, Grouped):
            return groups.sizes, self._of[groups.rows]
        sizes = np.fromiter(map(len, groups), np.int64, len(groups))
        return sizes, np.fromiter((self._comment[o] for group in groups for o in group), np.int64, int(sizes.sum()))

    def tally(self, groups: Groups) -> Tally:
        """Count the voices behind each of many groups of opinions, much faster than one after the other.

        Args:
            groups: The opinions of each.
        """
        return self.tally_of(*self._listed(groups))

    def tally_of(self, sizes: Numbers, comments: Numbers) -> Tally:
        """Count the voices behind each of many groups, given the numbers of the comments of their opinions.

        Args:
            sizes: Opinions of each group.
            comments: Comment of each opinion, group after group.
        """
        at, comments = self._pairs(sizes, comments)

        def different(numbers: Numbers) -> Numbers:
            known = np.flatnonzero(numbers >= 0)
            wide = int(numbers.max(initial=0)) + 1
            return np.bincount(distinct(at[known] * wide + numbers[known]) // wide, minlength=len(sizes))

        people, campaigns = (np.asarray(numbers)[comments] for numbers in (self._person, self._campaign))
        letters = self._letters(at, campaigns)
        campaigned = np.bincount(letters[0], _weights(letters[2]), minlength=len(sizes)).astype(np.float64)
        return Tally(
            opinions=sizes,
            comments=np.bincount(at, minlength=len(sizes)),
            people=different(people),
            points=different(np.asarray(self._point)[comments]),
            streets=different(np.asarray(self._street)[comments]),
            weighted=different(np.where(campaigns < 0, people, -1)) + campaigned,
            in_campaign=np.bincount(at[campaigns >= 0], minlength=len(sizes)) > 0,
        )

    @staticmethod
    def _letters(at: Numbers, campaigns: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Group, campaign and number of letters of the campaign in the group, in order."""
        known, wide = np.flatnonzero(campaigns >= 0), int(campaigns.max(initial=0)) + 1
        keys, often = np.unique(at[known] * wide + campaigns[known], return_counts=True)
        return keys // wide, keys % wide, often

    def shares(self, groups: Groups) -> Any:  # noqa: ANN401  (a sparse matrix)
        """Return how much each person adds to the weighted count of each of many groups of opinions.

        Args:
            groups: The opinions of each.

        Returns:
            A sparse matrix of shape (groups, people who speak in any, in the order of their keys): one, or a part of a
            campaign's discounted whole.
        """
        from scipy.sparse import csr_matrix

        at, comments = self._pairs(*self._listed(groups))
        people, campaigns = (np.asarray(numbers)[comments] for numbers in (self._person, self._campaign))
        wide = int(campaigns.max(initial=0)) + 1
        group, campaign, often = self._letters(at, campaigns)
        known = np.flatnonzero(campaigns >= 0)
        share = np.ones(len(at))
        share[known] = (_weights(often) / often)[np.searchsorted(group * wide + campaign, at[known] * wide + campaigns[known])]
        speaking, columns = np.unique(people, return_inverse=True)
        keys, place = np.unique(at * max(1, len(speaking)) + columns, return_inverse=True)
        most = np.zeros(len(keys))
        np.maximum.at(most, place, share)
        return csr_matrix((most, (keys // max(1, len(speaking)), keys % max(1, len(speaking)))), shape=(len(groups), len(speaking)))
