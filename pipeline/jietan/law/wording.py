"""Wording: everyday verbs and function words, and what rules write for them.

The lexicon turns the names of things into the draft's own; this turns what is done to them: 装上 → 安装, 讲一声 → 告知,
头一回 → 首次. The table ``lexicon/wording.tsv`` belongs to no domain.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from jietan.language.lexicon import sizes_by_first
from jietan.language.segment import words
from jietan.resources import corpus_path

__all__ = ["boundaries", "reworded", "spoken_words"]

_TABLE = "lexicon/wording.tsv"
_FREE = 3  # so many characters are a word wherever they stand
_TREATED = re.compile(r"将([^，。将]{1,14}?)(进行|实行)")
_QUOTED = re.compile(r"[“‘「『《][^”’」』》]*[”’」』》]")


class _Entry(NamedTuple):
    written: str
    follows: re.Pattern[str] | None


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, list[_Entry]], dict[str, list[int]]]:
    found: dict[str, list[_Entry]] = {}
    with corpus_path(_TABLE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            entry = _Entry(row["written"] or "", re.compile(row["next"]) if row["next"] else None)
            found.setdefault(row["spoken"], []).append(entry)
    return found, sizes_by_first(found)


def _at(text: str, at: int, bounds: set[int]) -> tuple[str, str] | None:
    table, sizes = _table()
    for size in sizes.get(text[at], ()):
        if at + size > len(text):
            continue
        if at + size not in bounds and size < _FREE:
            continue
        for entry in table.get(text[at : at + size], ()):
            if any(text.startswith(entry.written, at - k) for k in range(len(entry.written) <= size, len(entry.written)) if at >= k):
                return None  # the word is part of the written one already
            if entry.follows is None or entry.follows.match(text, at + size):
                return text[at : at + size], entry.written
    return None


def spoken_words() -> Iterable[str]:
    """Return the everyday words that rules write otherwise."""
    return _table()[0].keys()


def boundaries(text: str) -> set[int]:
    """Return the offsets at which a word begins or ends."""
    found, at = {0}, 0
    for word in words(text):
        at += len(word)
        found.add(at)
    return found


def reworded(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Write everyday words as rules do; what stands in quotes stays.

    Args:
        text: Folded words.

    Returns:
        The text, and the pairs (said, written) that were used, in order.
    """
    table, sizes = _table()
    if not any(text[at : at + size] in table for at, first in enumerate(text) for size in sizes.get(first, ())):
        return _TREATED.sub(r"对\1\2", text), []
    bounds = boundaries(text)
    kept = {k for m in _QUOTED.finditer(text) for k in range(*m.span())}
    out, used, at = "", list[tuple[str, str]](), 0
    while at < len(text):
        found = _at(text, at, bounds) if at in bounds and at not in kept else None
        if found is None:
            out, at = out + text[at], at + 1
            continue
        said, written = found
        if not (written and out.endswith(written)):
            out += written
        used.append(found)
        at += len(said)
    return _TREATED.sub(r"对\1\2", out), used
