"""Copies: which comments are one letter sent many times, and which were sent twice by the same person."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict

import pandas as pd

from jietan.language.normalize import normalize
from jietan.settings import MergeSettings
from jietan.tables import conform, records

__all__ = ["find_copies"]

_SHINGLE = 4
_SKETCH = 48
_SHORTEST = 40


def _shingles(text: str) -> frozenset[int]:
    letters = re.sub(r"\W", "", normalize(text))
    return frozenset(zlib.crc32(letters[i : i + _SHINGLE].encode("utf-8")) for i in range(max(0, len(letters) - _SHINGLE + 1)))


def _letters(ids: list[str], texts: list[str], threshold: float) -> list[int]:
    """Return for each text the head of its group of copies.

    Texts that share one of the smallest hashes of their shingles are compared: with the first text of that hash and with
    the one before, so that the work grows with the number of texts even where thousands are copies.
    """
    shingles = [_shingles(t) if len(t) >= _SHORTEST else frozenset[int]() for t in texts]
    buckets: dict[int, list[int]] = defaultdict(list)
    for i, grams in enumerate(shingles):
        for h in sorted(grams)[:_SKETCH]:
            buckets[h].append(i)
    head = list(range(len(ids)))

    def find(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    checked: set[tuple[int, int]] = set()
    for h in sorted(buckets):
        members = buckets[h]
        for k in range(1, len(members)):
            for i, j in {(members[0], members[k]), (members[k - 1], members[k])}:
                if (i, j) in checked:
                    continue
                checked.add((i, j))
                shared = len(shingles[i] & shingles[j])
                if shared >= threshold * max(len(shingles[i]), len(shingles[j])):
                    a, b = sorted((find(i), find(j)))
                    head[b] = a
    return [find(i) for i in range(len(ids))]


def _duplicates(received: pd.DataFrame) -> dict[str, str]:
    """Map the later of two identical comments by one person, or under one id of the source, to the earliest."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in records(received):
        text = normalize(str(row.text))
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
    ids, texts = received["comment_id"].tolist(), received["text"].tolist()
    heads = _letters(ids, texts, settings.copy_threshold)
    duplicates = _duplicates(received)
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
