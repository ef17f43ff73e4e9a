"""Linked: the draft links of many opinions, kept as columns and made into rows only when looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
import pandas as pd

__all__ = ["Link", "Place", "draft_links", "packed"]

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


Numbers = np.ndarray[Any, Any]
#: What many links have in common.
_COMMON = Link._fields[:6]


class _Columns:
    """Some rows of the links as columns: a number for what a link has in common with others, its rank and its confidence."""

    def __init__(self, common: list[tuple[Any, ...]], codes: Numbers, ranks: Numbers, confidence: np.ndarray[Any, Any]) -> None:
        self._common, self._codes, self._ranks, self._confidence = common, codes, ranks, confidence

    @classmethod
    def of(cls, links: pd.DataFrame, rows: Numbers) -> _Columns:
        """Take rows of the table ``links``."""
        codes = np.zeros(len(rows), np.int64)
        for name in _COMMON:
            numbers, words = pd.factorize(links[name])  # -1 where nothing stands
            codes = pd.factorize(codes * (len(words) + 1) + numbers[rows])[0]
        first = rows[np.unique(codes, return_index=True)[1]]
        columns = links[[*_COMMON]].iloc[first].astype({"paragraph": "Int64"}).astype(object)
        common = [*columns.where(columns.notna(), None).itertuples(index=False, name=None)]
        ranks, confidence = links["rank"].to_numpy(np.int32)[rows], links["confidence"].to_numpy(np.float64)[rows]
        return cls(common, codes.astype(np.int32), ranks, confidence)

    def some(self, rows: Numbers) -> _Columns:
        """Take some of these rows, with what these have in common alone."""
        codes, known = pd.factorize(self._codes[rows])
        return _Columns([self._common[code] for code in known.tolist()], codes, self._ranks[rows], self._confidence[rows])

    def told(self, start: int, end: int) -> list[Any]:
        """Return what the links from one number to another have in common with others, then their ranks, then their confidence."""
        common: list[Any] = [self._common[code] for code in self._codes[start:end].tolist()]
        return [*common, *self._ranks[start:end].tolist(), *self._confidence[start:end].tolist()]


def draft_links(links: pd.DataFrame, opinions: Sequence[str]) -> list[Sequence[Link]]:
    """Find the links of opinions to the draft.

    Args:
        links: The table ``links``.
        opinions: Ids of opinions.

    Returns:
        The links of each, the likeliest first.
    """
    rows = np.flatnonzero((links["source"] == "draft").to_numpy(bool))
    codes, owners = pd.factorize(links["opinion_id"].iloc[rows])
    order = np.lexsort((links["rank"].to_numpy()[rows], codes))  # the frame itself is not sorted, for it is large
    edges = np.searchsorted(codes[order], np.arange(len(owners) + 1)).tolist()
    columns = _Columns.of(links, rows[order])
    numbers = pd.Index(owners).get_indexer(pd.Index(opinions, dtype=pd.Index(owners).dtype)).tolist()
    return [() if k < 0 else _Rows(columns, edges[k], edges[k + 1]) for k in numbers]


def _made(told: list[Any]) -> list[Link]:
    """Make links of what :meth:`_Columns.told` says."""
    size = len(told) // 3
    return [Link._make((*told[k], told[k + size], told[k + 2 * size])) for k in range(size)]


class _Rows(Sequence[Link]):
    """Links of one opinion."""

    __slots__ = ("_end", "_links", "_start")

    def __init__(self, links: _Columns, start: int, end: int) -> None:
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


def packed(links: Sequence[Sequence[Link]]) -> Sequence[Sequence[Link]]:
    """Return the links of some of the opinions that :func:`draft_links` was asked about as they go to another process quickly."""
    of_one = {id(found._links): found._links for found in links if isinstance(found, _Rows)}
    if len(of_one) != 1 or any(len(found) and not isinstance(found, _Rows) for found in links):
        return links
    starts = np.array([found._start if isinstance(found, _Rows) else 0 for found in links], np.int64)
    sizes = np.fromiter(map(len, links), np.int64, len(links))
    ends = np.cumsum(sizes)
    rows = np.arange(int(sizes.sum())) + np.repeat(starts - (ends - sizes), sizes)
    return _Packed(next(iter(of_one.values())).some(rows), [0, *ends.tolist()])


class _Packed(Sequence[Sequence[Link]]):
    """Links of several opinions, one behind the other."""

    def __init__(self, links: _Columns, edges: list[int]) -> None:
        self._links, self._edges = links, edges

    def __len__(self) -> int:
        return len(self._edges) - 1

    @overload
    def __getitem__(self, at: int) -> Sequence[Link]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Sequence[Link]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Link] | list[Sequence[Link]]:
        places = range(len(self))[at]
        if isinstance(places, int):
            return _Rows(self._links, self._edges[places], self._edges[places + 1])
        return [self[k] for k in places]
