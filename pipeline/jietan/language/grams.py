"""Runs of one to three characters of a folded text, the other half of what the linear models see beside the cues.

Numbers are written 0, and ^ and $ mark the ends, so that what is learnt about 不超过三十日 holds for 不超过六十日.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["GramIndex", "Rows", "grams", "spelt"]

Rows = np.ndarray[Any, np.dtype[np.int32]]
Codes = np.ndarray[Any, np.dtype[np.int64]]

_LONGEST = 3
#: A code point fits into so many bits, three of them into one whole number.
_BITS = 21

_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]+)?|(?<=第)[零一二三四五六七八九十百]+"
    r"|(?<![零一二两三四五六七八九十百千万])[零一二两三四五六七八九十百千万]+(?=元|天|日|年|月|小时|分钟|米|公里|倍|人|户|岁|条|款|项|周|次|块|%|点|个|平)"
)


def spelt(folded: str) -> str:
    """Return a folded text as its runs of characters see it: numbers as 0, ends marked, in lower case."""
    return f"^{_NUMBER.sub('0', folded.lower())}$"


def grams(folded: str) -> set[str]:
    """Return the runs of one to three characters of a text.

    Args:
        folded: Text that went through ``fold``.
    """
    text = spelt(folded)
    return {*text, *map("".join, itertools.pairwise(text)), *map("".join, zip(text, text[1:], text[2:], strict=False))}


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)


class GramIndex:
    """Finds the runs of characters of many texts at once: each run is one number, looked up in a sorted list."""

    def __init__(self, listed: Sequence[str]) -> None:
        """Keep the runs of characters to be found; the row of each is its place in ``listed``."""
        keys = np.zeros(len(listed), np.int64)
        for row, gram in enumerate(listed):
            for place, code in enumerate(_codes(gram).tolist()):
                keys[row] |= code << (_BITS * place)
        self._order = keys.argsort(kind="stable")
        self._keys = keys[self._order]

    def rows(self, texts: Sequence[str]) -> list[Rows]:
        """Return for each folded text the rows of its runs of characters, each once, in ascending order."""
        if not len(texts) or not len(self._keys):
            return [np.zeros(0, np.int32) for _ in texts]
        seen = [spelt(text) for text in texts]
        owners = np.repeat(np.arange(len(seen)), list(map(len, seen)))
        codes = _codes("".join(seen))
        found, run = [], np.zeros(len(codes), np.int64)
        for place in range(_LONGEST):
            run = run[: len(codes) - place] | codes[place:] << (_BITS * place)
            inside = owners[place:] == owners[: len(codes) - place]
            at = np.searchsorted(self._keys, run).clip(max=len(self._keys) - 1)
            hits = inside & (self._keys[at] == run)
            found.append(owners[: len(codes) - place][hits] * len(self._keys) + self._order[at[hits]])
        once = np.unique(np.concatenate(found))
        ends = np.searchsorted(once, np.arange(1, len(texts)) * len(self._keys))
        return np.split((once % len(self._keys)).astype(np.int32), ends)
