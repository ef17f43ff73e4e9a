"""Linked: the draft links of many opinions, kept as columns and made into rows only when looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
import pandas as pd

__all__ = ["DraftLinks", "Link", "Place"]

#: Article id, article, 款 and 项.
Place = tuple[str, str, int | None, str | None]


class Link(NamedTuple):
    """One link of an opinion to the draft; see the table ``links``."""

    law: str
    article_id: str
    article: str
    paragraph: int | None
    item: str | None
    basis: str
    rank: int
    confidence: float

    @property
    def place(self) -> Place:
        """Where it points."""
        return self.article_id, self.article, self.paragraph, self.item


#: What many links have in common.
_COMMON = Link._fields[:6]


class DraftLinks:
    """The links to the draft, by opinion.

    Args:
        links: The table ``links``.
    """

    def __init__(self, links: pd.DataFrame) -> None:
        """Sort the links, and number what repeats in them."""
        found = links[links["source"] == "draft"].sort_values(["opinion_id", "rank"], kind="stable")
        codes = np.zeros(len(found), np.int64)
        for name in _COMMON:
            numbers, words = pd.factorize(found[name])  # -1 where nothing stands
            codes = pd.factorize(codes * (len(words) + 1) + numbers)[0]
        first = np.unique(codes, return_index=True)[1]
        columns = found[[*_COMMON]].iloc[first].astype({"paragraph": "Int64"}).astype(object)
        self._common: list[tuple[Any, ...]] = [*columns.where(columns.notna(), None).itertuples(index=False, name=None)]
        self._codes = codes.astype(np.int32)
        self._ranks, self._confidence = found["rank"].to_numpy(np.int32), found["confidence"].to_numpy(np.float64)
        owners, starts = np.unique(found["opinion_id"].to_numpy(dtype=object).astype(str), return_index=True)
        self._numbers = {owner: k for k, owner in enumerate(owners.tolist())}
        self._edges = np.append(starts, len(found))

    def of(self, opinion: str) -> Sequence[Link]:
        """Return the links of an opinion, the likeliest first."""
        number = self._numbers.get(opinion)
        return () if number is None else _Rows(self, int(self._edges[number]), int(self._edges[number + 1]))

    def told(self, start: int, end: int) -> list[Any]:
        """Return what the links from one number to another have in common with others, then their ranks, then their confidence."""
        common: list[Any] = [self._common[code] for code in self._codes[start:end].tolist()]
        return [*common, *self._ranks[start:end].tolist(), *self._confidence[start:end].tolist()]


def _made(told: list[Any]) -> list[Link]:
    """Make links of what :meth:`DraftLinks.told` says."""
    size = len(told) // 3
    return [Link._make((*told[k], told[k + size], told[k + 2 * size])) for k in range(size)]


class _Rows(Sequence[Link]):
    """Links of one opinion."""

    __slots__ = ("_end", "_links", "_start")

    def __init__(self, links: DraftLinks, start: int, end: int) -> None:
        self._links, self._start, self._end = links, start, end

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as a plain list, without the links of all the others."""
        return _made, (self._links.told(self._start, self._end),)

    def __len__(self) -> int:
        return self._end - self._start

    def __iter__(self) -> Iterator[Link]:
        return iter(_made(self._links.told(self._start, self._end)))

    @overload
    def __getitem__(self, at: int) -> Link: ...
    @overload
    def __getitem__(self, at: slice) -> list[Link]: ...
    def __getitem__(self, at: int | slice) -> Link | list[Link]:
        places = range(self._start, self._end)[at]
        if isinstance(places, int):
            return _made(self._links.told(places, places + 1))[0]
        return [self[k - self._start] for k in places]
