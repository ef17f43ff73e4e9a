"""Copies: which comments are one letter sent many times, and which were sent twice by the same person."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from jietan.distinct import distinct
from jietan.grouping import Rows, components
from jietan.language.clauses import find_clauses
from jietan.language.normalize import normalize, sound_alike
from jietan.names import named_after
from jietan.parallel import in_threads, spread
from jietan.settings import MergeSettings
from jietan.tables import conform, listed

__all__ = ["find_copies", "letter_of", "own_words"]

_SHINGLE = 4
_SKETCH = 48
_SHORTEST = 40
#: Texts and pairs worked on at a time.
_SOME = 50_000
#: Texts that a process normalizes at a time.
_TEXTS = 4000
#: Bits of the hashes by which these are parted, for several threads to sort.
_PARTS = 4
#: Hashes are told apart by their first bits where texts are compared: two of a pair's hundreds are taken for one in a million pairs.
_COLUMNS = 2**31 - 1
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_RUNS = re.compile(r"\d+|\D+")
_NO_LETTER = re.compile(r"\W")
#: Share of a sentence's shingles that a letter must hold for the sentence to come from it.
_TAKEN = 0.5


def _shingles(normal: str) -> frozenset[int]:
    """Hash every run of four letters of a normalized text, blind to punctuation and to characters of the same sound."""
    letters = re.sub(r"\W", "", sound_alike(normal))
    data = letters.encode("utf-32-le", "surrogatepass")
    return frozenset(zlib.crc32(data[4 * i : 4 * (i + _SHINGLE)]) for i in range(len(letters) - _SHINGLE + 1))


class _ShingleSets:
    """The runs of four letters of many normalized texts, as numbers, and which texts share enough of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        from scipy.sparse import csr_matrix

        parts = in_threads(self._of_some, [texts[at : at + _SOME] for at in range(0, len(texts), _SOME)])
        self._sizes = np.concatenate([sizes for sizes, _, _ in parts])
        self._sketch = np.concatenate([sketch for _, sketch, _ in parts])
        columns = np.concatenate([columns for _, _, columns in parts])
        del parts
        ends = np.cumsum(np.concatenate([[0], self._sizes]))
        self._sets = csr_matrix((np.ones(len(columns), np.int8), columns, ends), shape=(len(texts), _COLUMNS))

    @staticmethod
    def _of_some(texts: Sequence[str]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """How many distinct hashes each text has, the smallest of them, and the first bits of all in ascending order, text after text."""
        letters = [_NO_LETTER.sub("", sound_alike(text)) for text in texts]
        sizes = np.fromiter(map(len, letters), np.int64, len(letters))
        codes = np.frombuffer("".join(letters).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        owners = np.repeat(np.arange(len(letters)), sizes)
        count = max(0, len(codes) - _SHINGLE + 1)
        hashes = np.zeros(count, np.uint64)
        for place in range(_SHINGLE):
            hashes = (hashes ^ codes[place : place + count]) * _MIX[0]
            hashes ^= hashes >> np.uint64(29)
        hashes *= _MIX[1]
        inside = owners[:count] == owners[_SHINGLE - 1 :][:count]
        owners, hashes = owners[:count][inside], hashes[inside]
        order = np.lexsort((hashes, owners))
        owners, hashes = owners[order], hashes[order]
        first = np.ones(len(hashes), bool)
        first[1:] = (owners[1:] != owners[:-1]) | (hashes[1:] != hashes[:-1])
        owners, hashes = owners[first], hashes[first]
        sizes = np.bincount(owners, minlength=len(letters))
        small = np.arange(len(owners)) - (np.cumsum(sizes) - sizes)[owners] < _SKETCH
        return sizes, hashes[small], (hashes // np.uint64(2**64 // _COLUMNS)).astype(np.int32)

    def candidates(self) -> tuple[Rows, Rows]:
        """Pairs of texts that share one of their smallest hashes: with the first of that hash, and with the one before."""
        owners = np.repeat(np.arange(len(self._sizes)), np.minimum(self._sizes, _SKETCH))
        part = (self._sketch >> np.uint64(64 - _PARTS)).astype(np.uint8)
        keys = in_threads(lambda k: self._pairs(owners[part == k], self._sketch[part == k]), range(1 << _PARTS))
        pairs = distinct(np.concatenate(keys))
        return pairs // max(1, len(self._sizes)), pairs % max(1, len(self._sizes))

    def _pairs(self, owners: Rows, hashes: np.ndarray[Any, Any]) -> Rows:
        """Numbers of the pairs of texts that share one of some hashes, each once."""
        order = np.lexsort((owners, hashes))
        owners, hashes = owners[order], hashes[order]
        opens = np.ones(len(hashes), bool)
        opens[1:] = hashes[1:] != hashes[:-1]
        firsts = owners[np.flatnonzero(opens)][np.cumsum(opens) - 1]
        follows = np.flatnonzero(~opens)
        i, j = np.concatenate([firsts[follows], owners[follows - 1]]), np.concatenate([owners[follows], owners[follows]])
        return np.asarray(distinct(i * len(self._sizes) + j), np.int64)

    def alike(self, i: Rows, j: Rows, threshold: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of pairs of texts whether they share at least a part of the longer one's runs of letters."""
        needed = threshold * np.maximum(self._sizes[i], self._sizes[j])
        out: np.ndarray[Any, np.dtype[np.bool_]] = np.minimum(self._sizes[i], self._sizes[j]) >= needed
        rows = np.flatnonzero(out)
        for at in range(0, len(rows), _SOME):
            part = rows[at : at + _SOME]
            shared = np.asarray(self._sets[i[part]].multiply(self._sets[j[part]]).sum(axis=1)).ravel()
            out[part] = shared >= needed[part]
        return out


def _normalized(texts: Sequence[str]) -> list[str]:
    return [normalize(text) for text in texts]


def _letters(normals: list[str], threshold: float) -> list[int]:
    """Return for each normalized text the place of the head of its group of copies.

    Texts that share one of the smallest hashes of their shingles are compared: with the first text of that hash and with
    the one before, so that the work grows with the number of texts even where thousands are copies. Short texts are no letters.
    """
    first: dict[str, int] = {}
    same = [first.setdefault(text, i) if len(text) >= _SHORTEST else i for i, text in enumerate(normals)]
    heads = sorted(first.values())
    if not heads:
        return same
    shingles = _ShingleSets([normals[h] for h in heads])
    i, j = shingles.candidates()
    alike = shingles.alike(i, j, threshold)
    group = components(len(heads), i[alike], j[alike])
    leader = dict(zip(reversed(group.tolist()), reversed(heads), strict=True))
    letter = {head: leader[number] for head, number in zip(heads, group.tolist(), strict=True)}
    return [letter.get(head, head) for head in same]


def _counted(name: str) -> list[tuple[int, str]]:
    """Key under which ids stand in the order people count in: 6 before 14."""
    return [(len(part.lstrip("0")), part.lstrip("0")) if part.isdecimal() else (0, part) for part in _RUNS.findall(name)]


def _duplicates(received: pd.DataFrame, normals: list[str]) -> dict[str, str]:
    """Map the later of two identical comments by one person, or under one id of the source, to the earliest."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    rows = listed(received, "comment_id", "submitted_at", "submitter_key")
    for (comment, submitted, key), text in zip(rows, normals, strict=True):
        if text:
            place = submitted if isinstance(submitted, str) else "9", comment
            groups["id:" + comment.rsplit("@", 1)[0], text].append(place)
            if isinstance(key, str):
                groups["person:" + key, text].append(place)
    found: dict[str, str] = {}
    several = ((key, places) for key, places in groups.items() if len(places) > 1)
    for _, members in sorted(several, reverse=True):  # persons before ids
        first = min(members, key=lambda place: (place[0], _counted(place[1]), place[1]))[1]
        first = found.get(first, first)
        found |= {name: first for _, name in members if name != first and name not in found}
    return found


def find_copies(received: pd.DataFrame, settings: MergeSettings) -> pd.DataFrame:
    """Find campaigns and duplicates.

    Args:
        received: Comments as received, sorted by id.
        settings: ``merge`` settings: how much of the longer text two copies share, and how many copies make a campaign.

    Returns:
        The table ``copies``: ``campaign_id`` and ``duplicate_of`` of every comment, null where there is none.
    """
    ids, normals = received["comment_id"].tolist(), spread(_normalized, received["text"].tolist(), "查找联名信", _TEXTS)
    heads = _letters(normals, settings.copy_threshold)
    duplicates = _duplicates(received, normals)
    groups: dict[int, list[str]] = defaultdict(list)
    for name, h in zip(ids, heads, strict=True):
        groups[h].append(name)
    found = [g for g in groups.values() if sum(m not in duplicates for m in g) >= settings.campaign_size]
    labels = named_after("C", [*map(min, found)], 8)
    campaign = {m: label for label, members in zip(labels, found, strict=True) for m in members}
    rows = [{"comment_id": i, "campaign_id": campaign.get(i), "duplicate_of": duplicates.get(i)} for i in ids]
    return conform(pd.DataFrame(rows, columns=["comment_id", "campaign_id", "duplicate_of"]), "copies")


def _sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, list markers left out."""
    spans: list[tuple[int, int]] = []
    opens = True
    for clause in find_clauses(text):
        if opens or clause.marked:
            spans.append((clause.start, clause.end))
        else:
            spans[-1] = (spans[-1][0], clause.end)
        opens = clause.ends_sentence
    return spans


def _plain(text: str) -> str:
    return re.sub(r"\W", "", sound_alike(normalize(text)))


def letter_of(texts: Sequence[str]) -> str:
    """Return the text that the copies of one letter have in common.

    Args:
        texts: The members of a campaign, in any order.

    Returns:
        The sentences that more than half of the members hold, word for word as in the member that holds most of them; empty
        where they share none. Width, punctuation, traditional characters and confusions of sound make no difference.
    """
    split = [[(text[a:b], _plain(text[a:b])) for a, b in _sentences(text)] for text in sorted(set(texts))]
    weights = Counter(texts)
    held: Counter[str] = Counter()
    for text, sentences in zip(sorted(weights), split, strict=True):
        for plain in {plain for _, plain in sentences}:
            held[plain] += weights[text]
    common = {plain for plain, n in held.items() if plain and 2 * n > len(texts)}
    best = max(split, key=lambda sentences: len({p for _, p in sentences} & common), default=[])
    return "".join(words for words, plain in best if plain in common)


def own_words(text: str, letter: str) -> list[tuple[int, int]]:
    """Return what a member adds to the letter.

    Args:
        text: A member's comment.
        letter: The common text, from :func:`letter_of`.

    Returns:
        Spans of the sentences of ``text`` that are not the letter's, in order; one that is only reworded is the letter's.
    """
    base, known = _plain(letter), _shingles(normalize(letter))
    out = []
    for start, end in _sentences(text):
        grams = _shingles(normalize(text[start:end]))
        taken = len(grams & known) >= _TAKEN * len(grams) if grams else _plain(text[start:end]) in base
        if not taken:
            out.append((start, end))
    return out
