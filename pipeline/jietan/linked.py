"""Linked: the draft links of many opinions, kept as columns and made into rows only when looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

__all__ = ["DraftLinks"]

_NUMBERS = ("rank", "paragraph", "score", "confidence")


class DraftLinks:
    """The links to the draft, by opinion.

    Args:
        links: The table ``links``.
    """

    def __init__(self, links: pd.DataFrame) -> None:
        """Sort the links, and number the words that repeat in them."""
        found = links[links["source"] == "draft"].sort_values(["opinion_id", "rank"], kind="stable")
        self._numbers = {
            name: (values.isna().to_numpy(), values.fillna(0).to_numpy(), name in ("rank", "paragraph"))
            for name, values in ((n, found[n]) for n in _NUMBERS)
        }
        repeated = ((n, pd.factorize(found[n])) for n in found.columns if n not in (*_NUMBERS, "opinion_id"))
        self._words = {name: (codes, words.tolist()) for name, (codes, words) in repeated}
        owners, starts = np.unique(found["opinion_id"].to_numpy(dtype=object).astype(str), return_index=True)
        ends = np.append(starts[1:], len(found))
        self._places = dict(zip(owners.tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True))

    def of(self, opinion: str) -> Sequence[dict[str, Any]]:
        """Return the links of an opinion, the likeliest first."""
        start, end = self._places.get(opinion, (0, 0))
        return _Rows(self, opinion, start, end) if end > start else ()

    def row(self, opinion: str, at: int) -> dict[str, Any]:
        """Return one link with the columns of the table; what is missing is None."""
        out: dict[str, Any] = {"opinion_id": opinion}
        for name, (codes, words) in self._words.items():
            out[name] = words[codes[at]] if codes[at] >= 0 else None
        for name, (missing, values, whole) in self._numbers.items():
            out[name] = None if missing[at] else int(values[at]) if whole else float(values[at])
        return out


class _Rows(Sequence[dict[str, Any]]):
    """Links of one opinion."""

    __slots__ = ("_end", "_links", "_opinion", "_start")

    def __init__(self, links: DraftLinks, opinion: str, start: int, end: int) -> None:
        self._links, self._opinion, self._start, self._end = links, opinion, start, end

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as a plain list, without the links of all the others."""
        return list, ([*self],)

    def __len__(self) -> int:
        return self._end - self._start

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self._links.row(self._opinion, at) for at in range(self._start, self._end))

    @overload
    def __getitem__(self, at: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        places = range(self._start, self._end)[at]
        return self._links.row(self._opinion, places) if isinstance(places, int) else [self._links.row(self._opinion, k) for k in places]
