"""Copies: which comments are one letter sent many times, and which were sent twice by the same person."""

from __future__ import annotations

import hashlib
import heapq
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import pandas as pd

from jietan.language.clauses import find_clauses
from jietan.language.normalize import normalize, sound_alike
from jietan.settings import MergeSettings
from jietan.tables import conform, records

__all__ = ["find_copies", "letter_of", "own_words"]

_SHINGLE = 4
_SKETCH = 48
_SHORTEST = 40
#: Share of a sentence's shingles that a letter must hold for the sentence to come from it.
_TAKEN = 0.5


def _shingles(normal: str) -> frozenset[int]:
    """Hash every run of four letters of a normalized text, blind to punctuation and to characters of the same sound."""
    letters = re.sub(r"\W", "", sound_alike(normal))
    data = letters.encode("utf-32-le", "surrogatepass")
    return frozenset(zlib.crc32(data[4 * i : 4 * (i + _SHINGLE)]) for i in range(len(letters) - _SHINGLE + 1))


def _alike(a: frozenset[int], b: frozenset[int], threshold: float) -> bool:
    needed = threshold * max(len(a), len(b))
    return min(len(a), len(b)) >= needed and len(a & b) >= needed


def _letters(normals: list[str], threshold: float) -> list[int]:
    """Return for each normalized text the place of the head of its group of copies.

    Texts that share one of the smallest hashes of their shingles are compared: with the first text of that hash and with
    the one before, so that the work grows with the number of texts even where thousands are copies.
    """
    first: dict[str, int] = {}
    same = [first.setdefault(text, i) if len(text) >= _SHORTEST else i for i, text in enumerate(normals)]
    shingles = {i: grams for text, i in first.items() if (grams := _shingles(text))}
    buckets: dict[int, list[int]] = defaultdict(list)
    for i, grams in shingles.items():
        for h in heapq.nsmallest(_SKETCH, grams):
            buckets[h].append(i)
    head = list(range(len(normals)))

    def find(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    pairs = {
        pair
        for members in buckets.values()
        if len(members) > 1
        for k in range(1, len(members))
        for pair in ((members[0], members[k]), (members[k - 1], members[k]))
    }
    for i, j in sorted(pairs):
        a, b = sorted((find(i), find(j)))
        if a != b and _alike(shingles[i], shingles[j], threshold):
            head[b] = a
    return [find(i) for i in same]


def _duplicates(received: pd.DataFrame, normals: list[str]) -> dict[str, str]:
    """Map the later of two identical comments by one person, or under one id of the source, to the earliest."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row, text in zip(records(received), normals, strict=True):
        date = row.submitted_at if isinstance(row.submitted_at, str) else "9"
        stem = str(row.comment_id).rsplit("@", 1)[0]
        if text:
            groups["id:" + stem, text].append((date, str(row.comment_id)))
            if isinstance(row.submitter_key, str):
                groups["person:" + row.submitter_key, text].append((date, str(row.comment_id)))
    found: dict[str, str] = {}
    for _, members in sorted(groups.items(), reverse=True):  # persons before ids
        first = min(members)[1]
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
    ids, normals = received["comment_id"].tolist(), [normalize(text) for text in received["text"].tolist()]
    heads = _letters(normals, settings.copy_threshold)
    duplicates = _duplicates(received, normals)
    groups: dict[int, list[str]] = defaultdict(list)
    for name, h in zip(ids, heads, strict=True):
        groups[h].append(name)
    campaign: dict[str, str] = {}
    for members in groups.values():
        distinct = [m for m in members if m not in duplicates]
        if len(distinct) >= settings.campaign_size:
            label = "C" + hashlib.sha256(min(members).encode("utf-8")).hexdigest()[:8]
            campaign |= dict.fromkeys(members, label)
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
