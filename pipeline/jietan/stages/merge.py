"""Merge: copies of one letter are found, and opinions that make the same ask become one unit."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from jietan.copies import find_copies
from jietan.grouping import Matrix, link_greedily, mean_rows, nearest_pairs
from jietan.language.asks import Ask, overlap, read_ask
from jietan.language.normalize import normalize
from jietan.language.segment import content_words
from jietan.runfolder import Vectors
from jietan.settings import MergeSettings
from jietan.tables import conform

__all__ = ["merge"]

_WORDS = 0.3
_FEW = 3
_MOST = 0.5  # pairs whose words overlap more are near in vectors as well
_USUAL = 0.25  # overlap of two restatements of one ask, on average


def _nodes(spans: pd.DataFrame, labels: pd.DataFrame, texts: dict[str, str]) -> list[list[int]]:
    """Rows that say the same to the letter, on the same side; grounds stay alone, bare phrases need the same comment."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    kinds, stances = labels["kind"].tolist(), labels["stance"].tolist()
    for i, (opinion, comment, text) in enumerate(zip(spans["opinion_id"], spans["comment_id"], spans["text"], strict=True)):
        if kinds[i] == "理由":
            groups[("理由", opinion)].append(i)
            continue
        key = normalize(text)
        if len(content_words(text)) < _FEW:
            key += "\x1f" + normalize(texts[comment])
        groups[(stances[i], key)].append(i)
    return sorted(groups.values())


def _unite(asks: Sequence[Ask], sides: Sequence[str], matrix: Matrix, sizes: list[int], threshold: float) -> list[int]:
    floor = (threshold - _WORDS * _MOST) / (1 - _WORDS)
    level = (threshold - _WORDS * _USUAL) / (1 - _WORDS)
    scored = []
    blocked: dict[int, set[int]] = defaultdict(set)
    for cosine, i, j in nearest_pairs(matrix, floor):
        shared = overlap(asks[i], asks[j])
        similarity = (1 - _WORDS) * cosine + _WORDS * shared
        if similarity < threshold:
            continue
        if ("support" in (sides[i], sides[j]) and sides[i] != sides[j]) or asks[i].opposes(asks[j]):
            blocked[i].add(j)
            blocked[j].add(i)
        else:
            scored.append((round(similarity, 6), i, j))
    scored.sort(key=lambda p: (-p[0], p[1], p[2]))
    members = {i: {i} for i in range(len(asks))}
    amounts = {i: dict(a.amounts) for i, a in enumerate(asks)}

    def accept(a: int, b: int, similarity: float, mean: float) -> bool:
        small, large = sorted((a, b), key=lambda h: len(members[h]))
        if any(blocked[m] & members[large] for m in members[small]):
            return False
        if any(amounts[a].get(unit, value) != value for unit, value in amounts[b].items()):
            return False
        return mean >= level

    def merged(a: int, b: int) -> None:
        members[a] |= members.pop(b)
        amounts[a].update(amounts[b])

    return link_greedily(matrix, np.array(sizes), scored, accept, merged)


def merge(
    received: pd.DataFrame, spans: pd.DataFrame, labels: pd.DataFrame, vectors: Vectors, settings: MergeSettings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find copies and units.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        labels: Kind, stance and operation of each opinion.
        vectors: Vectors of shape (opinions, d).
        settings: ``merge`` settings.

    Returns:
        The tables ``copies`` (campaign and duplicate of each comment) and ``membership`` (unit of each opinion). Sides
        that differ, opposite directions and different amounts never share a unit; an opinion that only gives grounds is
        a unit of its own.
    """
    copies = find_copies(received, settings)
    if spans.empty:
        return copies, conform(pd.DataFrame({"opinion_id": [], "unit_id": []}), "membership")
    labels = labels.set_index("opinion_id").loc[spans["opinion_id"]].reset_index()
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    nodes = _nodes(spans, labels, texts)
    kinds, stances, words = labels["kind"].tolist(), labels["stance"].tolist(), spans["text"].tolist()
    asking = [k for k, rows in enumerate(nodes) if kinds[rows[0]] != "理由"]
    groups = [nodes[k] for k in asking]
    heads = _unite(
        [read_ask(words[g[0]]) for g in groups],
        [stances[g[0]] for g in groups],
        mean_rows(vectors.rows(spans["opinion_id"].tolist()), groups) if groups else np.zeros((0, 1), np.float32),
        [len(g) for g in groups],
        settings.unit_threshold,
    )
    unit_rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, k in enumerate(asking):
        unit_rows[("ask", heads[place])] += nodes[k]
    for k, rows in enumerate(nodes):
        if kinds[rows[0]] == "理由":
            unit_rows[("reason", k)] += rows
    ids = spans["opinion_id"].tolist()
    out = []
    for rows in unit_rows.values():
        name = "U" + hashlib.sha256(min(ids[r] for r in rows).encode("utf-8")).hexdigest()[:10]
        out += [{"opinion_id": ids[r], "unit_id": name} for r in rows]
    return copies, conform(pd.DataFrame(out), "membership")
