"""What residents say and what legislation calls it: the lexicon 口语 → 法言法语."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.resources import corpus_path

__all__ = ["Entry", "Lexicon", "load_lexicon"]

SHIPPED = "lexicon/colloquial_legal.tsv"
_COLUMNS = ["colloquial", "legal", "domain", "note"]


class Entry(NamedTuple):
    """One pair.

    Attributes:
        colloquial: What people say.
        legal: A term that laws and regulations use.
        domain: Where it is said, e.g. 物业.
        note: Dialect, other meanings; may be empty.
    """

    colloquial: str
    legal: str
    domain: str
    note: str


class Lexicon:
    """Finds colloquial words in a text and names their legal counterparts.

    Args:
        entries: The pairs; a colloquial word may have several.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index the pairs by colloquial word."""
        self.entries = list(entries)
        self._legal: dict[str, list[str]] = {}
        for entry in self.entries:
            self._legal.setdefault(entry.colloquial, []).append(entry.legal)
        self._longest = max(map(len, self._legal), default=0)

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.entries)

    def legal_terms(self, text: str) -> list[str]:
        """Name the legal counterparts of what a text says, in order, each once.

        Args:
            text: Any text; traditional and full-width forms are understood. Of overlapping words the longest counts,
                and a counterpart that already stands in the text is left out.
        """
        folded = fold(text)
        found: dict[str, None] = {}
        at = 0
        while at < len(folded):
            for length in range(min(self._longest, len(folded) - at), 0, -1):
                if (terms := self._legal.get(folded[at : at + length])) is not None:
                    found |= dict.fromkeys(t for t in terms if t not in folded)
                    at += length - 1
                    break
            at += 1
        return list(found)


def _read(path: Path) -> list[Entry]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise InputError("读不了这份词表", where=str(path), todo="请检查文件名") from error
    except UnicodeDecodeError as error:
        raise InputError("词表不是 UTF-8 编码", where=str(path), todo="请用 UTF-8 编码另存") from error
    if not rows or rows[0] != _COLUMNS:
        raise InputError("词表的第一行不对", where=str(path), todo=f"第一行应当是用制表符隔开的 {' '.join(_COLUMNS)}")
    out = []
    for number, row in enumerate(rows[1:], 2):
        cells = [c.strip() for c in row]
        if not any(cells):
            continue
        if len(cells) != len(_COLUMNS) or not cells[0] or not cells[1]:
            raise InputError("应当有四列，前两列不能为空", where=f"{path} 第 {number} 行", todo="请改正这一行")
        out.append(Entry(*cells))
    return out


@lru_cache(maxsize=4)
def load_lexicon(extra: Sequence[Path] = ()) -> Lexicon:
    """Load the shipped lexicon and the user's own.

    Args:
        extra: Tab-separated UTF-8 files with the columns colloquial, legal, domain, note; a tuple.

    Raises:
        InputError: A file is missing or not of this form.
    """
    return Lexicon([entry for path in (corpus_path(SHIPPED), *extra) for entry in _read(path)])
