"""What residents say and what legislation calls it: the lexicon 口语 → 法言法语."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jietan.errors import InputError, cause
from jietan.language.normalize import fold
from jietan.resources import corpus_path

__all__ = ["Entry", "Lexicon", "load_lexicon", "sizes_by_first"]

SHIPPED = "lexicon/colloquial_legal.tsv"
_COLUMNS = ["colloquial", "legal", "domain", "note"]
_NEEDED = _COLUMNS[:2]
_LONGEST, _SHOWN = 30, 5


def sizes_by_first(words: Iterable[str]) -> dict[str, list[int]]:
    """Return, for each character that words begin with, how long these are, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[:1], set()).add(len(word))
    return {first: sorted(found, reverse=True) for first, found in sizes.items()}


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
        self._lengths = sizes_by_first(self._legal)
        self._beginnings = {word[:2] for word in self._legal}

    @property
    def fingerprint(self) -> str:
        """A hash of all pairs, for the keys of results that depend on them."""
        return hashlib.sha256(json.dumps(self.entries, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.entries)

    def _starts(self, folded: str) -> list[int]:
        """Where a colloquial word may begin: at its first two characters, or at the one that it has."""
        known, firsts = self._beginnings, self._lengths
        return [at for at, first in enumerate(folded) if first in firsts and (folded[at : at + 2] in known or first in known)]

    def legal_terms(self, text: str) -> list[str]:
        """Name the legal counterparts of what a text says, in order, each once.

        Args:
            text: Any text; traditional and full-width forms are understood. Of overlapping words the longest counts,
                and a counterpart that already stands in the text is left out.
        """
        folded = fold(text)
        found: dict[str, None] = {}
        at = 0
        for start in self._starts(folded):
            if start < at:
                continue
            for length in self._lengths[folded[start]]:
                if (terms := self._legal.get(folded[start : start + length])) is not None:
                    found |= dict.fromkeys(t for t in terms if t not in folded)
                    at = start + length
                    break
        return list(found)


def _cells(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [[cell.strip() for cell in row] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    except OSError as error:
        raise InputError(f"读不了这份词表（{cause(error)}）", where=str(path), todo="请检查文件名和所在文件夹") from error
    except UnicodeDecodeError as error:
        raise InputError("词表不是 UTF-8 编码", where=str(path), todo="请用 UTF-8 编码另存") from error
    except csv.Error as error:
        raise InputError(f"词表不是制表符分隔的文本（{error}）", where=str(path), todo="请另存为制表符分隔的文本（UTF-8）") from error


def _problem(cells: list[str]) -> str:
    """What is wrong with a row, empty for nothing."""
    if len(cells) < len(_NEEDED):
        return f"只有 {len(cells)} 列，口语和法言法语之间应当是一个制表符"
    if len(cells) > len(_COLUMNS):
        return f"有 {len(cells)} 列，最多四列"
    if not cells[0] or not cells[1]:
        return "口语没有写" if not cells[0] else "法言法语没有写"
    if len(cells[0]) > _LONGEST:
        return f"口语超过 {_LONGEST} 个字"
    return "两列相同" if fold(cells[0]) == fold(cells[1]) else ""


def _read(path: Path) -> list[Entry]:
    rows = _cells(path)
    if not rows or rows[0][: len(_NEEDED)] != _NEEDED or rows[0] != _COLUMNS[: len(rows[0])]:
        raise InputError("词表的第一行不对", where=str(path), todo=f"第一行应当是用制表符隔开的 {' '.join(_COLUMNS)}")
    out, wrong = dict[Entry, None](), list[str]()
    for number, cells in enumerate(rows[1:], 2):
        if not any(cells):
            continue
        if problem := _problem(cells):
            wrong.append(f"第 {number} 行{problem}")
            continue
        domain, note = [*cells[2:], "", ""][:2]
        out[Entry(fold(cells[0]), fold(cells[1]), domain, note)] = None
    if wrong:
        more = f"；……共 {len(wrong)} 行" if len(wrong) > _SHOWN else ""
        raise InputError(f"词表有写错的行：{'；'.join(wrong[:_SHOWN])}{more}", where=str(path), todo="请改正后再运行")
    return list(out)


@lru_cache(maxsize=4)
def _load(files: tuple[tuple[Path, int, int], ...]) -> Lexicon:
    return Lexicon(dict.fromkeys(entry for path, _, _ in files for entry in _read(path)))


@lru_cache(maxsize=1)
def _shipped() -> Path:
    return corpus_path(SHIPPED)


def load_lexicon(extra: Sequence[Path | str] = ()) -> Lexicon:
    """Load the shipped lexicon and the user's own, once for each state of the files.

    Args:
        extra: Tab-separated UTF-8 files with the columns colloquial, legal and perhaps domain and note, such as
            ``settings.lexicon.files``; ``~`` is the user's folder.

    Raises:
        InputError: A file is missing or not of this form; the message names the lines.
    """
    if not extra:
        return _load(((_shipped(), 0, 0),))
    files = [(_shipped(), 0, 0)]
    for name in extra:
        path = Path(name).expanduser()
        try:
            found = path.stat()
        except (OSError, ValueError) as error:
            raise InputError("没有这份词表", where=str(path), todo="请检查 lexicon.files 里的文件名；相对路径从当前文件夹算起") from error
        files.append((path.absolute(), found.st_mtime_ns, found.st_size))
    return _load(tuple(files))
