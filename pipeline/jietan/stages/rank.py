"""Rank: suggestions in order of a score whose components add up, with the range of ranks under other weights."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from jietan.counts import Census
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.settings import RankSettings
from jietan.tables import conform, empty, records

__all__ = ["rank"]

_TRIALS = 200
_COMPONENTS = ("people", "points", "specific", "anchored")


def _specific(row: Any, texts: dict[str, str]) -> float:  # noqa: ANN401
    """How concrete an ask is: drafted text, an amount, a stated change, grounds given; each a quarter."""
    words = fold("\n".join(texts[o] for o in row.evidence))
    change = any(CUES[name].search(words) for name in ("change_to", "add", "delete", "clarify"))
    return sum((bool(row.drafted), bool(find_quantities(words)), change, "“" in row.reason)) / 4


def _measures(drafts: pd.DataFrame, texts: dict[str, str], confidence: dict[str, float], census: Census) -> np.ndarray[Any, Any]:
    voices = [census.count(row.evidence) for row in records(drafts)]
    most = max(v.weighted for v in voices)
    widest = max(max(v.points for v in voices), 1)
    rows = []
    for row, v in zip(records(drafts), voices, strict=True):
        anchored = float(np.mean([confidence.get(o, 0.0) for o in row.evidence])) if isinstance(row.article, str) else 0.5
        rows.append(
            (
                math.log2(1 + v.weighted) / math.log2(1 + most),
                math.log2(1 + v.points) / math.log2(1 + widest),
                _specific(row, texts),
                anchored,
            )
        )
    return np.array(rows, np.float64)


def _ranks(scores: np.ndarray[Any, Any], ids: list[str]) -> np.ndarray[Any, Any]:
    """Ranks from 1, best first, ties by id."""
    order = sorted(range(len(ids)), key=lambda i: (-round(float(scores[i]), 9), ids[i]))
    ranks = np.empty(len(ids), np.int64)
    ranks[order] = np.arange(1, len(ids) + 1)
    return ranks


def _conflicts(drafts: pd.DataFrame) -> list[list[str]]:
    """Suggestions of one theme and provision that ask for different things."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for i, row in enumerate(records(drafts)):
        if isinstance(row.article, str):
            groups[(row.theme_id, row.article, str(row.paragraph), str(row.item))].append(i)
    ids = drafts["suggestion_id"].tolist()
    operations = drafts["operation"].tolist()
    proposed = drafts["proposed_text"].tolist()
    out: list[list[str]] = [[] for _ in ids]
    for members in groups.values():
        for i in members:
            for j in members:
                keeps = "保留" in (operations[i], operations[j]) and operations[i] != operations[j]
                deletes = "删除" in (operations[i], operations[j]) and operations[i] != operations[j]
                both = drafts["drafted"].iloc[i] and drafts["drafted"].iloc[j] and proposed[i] != proposed[j]
                if i != j and (keeps or deletes or both) and "释明" not in (operations[i], operations[j]):
                    out[i].append(ids[j])
    return [sorted(o) for o in out]


def rank(drafts: pd.DataFrame, spans: pd.DataFrame, links: pd.DataFrame, census: Census, settings: RankSettings, seed: int) -> pd.DataFrame:
    """Rank suggestions.

    Args:
        drafts: Suggestions.
        spans: Opinions' spans.
        links: Links to articles.
        census: Counts voices.
        settings: Weights of the components.
        seed: Seed of the trial weights.

    Returns:
        The table ``suggestions``: ``score`` in 0..1 is the sum of its ``score_*`` columns; ``rank_low`` and
        ``rank_high`` bound the middle 90% of ranks over 200 random weightings around the chosen one.
    """
    if drafts.empty:
        return empty("suggestions").assign(**{f"score_{n}": pd.Series(dtype="float64") for n in _COMPONENTS})
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    first = links[links["source"] == "draft"].drop_duplicates("opinion_id")
    confidence = dict(zip(first["opinion_id"], first["confidence"], strict=True))
    measures = _measures(drafts, texts, confidence, census)
    weights = np.array([getattr(settings, n) for n in _COMPONENTS], np.float64)
    weights = weights / (weights.sum() or 1.0)
    parts = (measures * weights).round(6)
    ids = drafts["suggestion_id"].tolist()
    ranks = _ranks(parts.sum(axis=1), ids)
    chance = np.random.default_rng(seed)
    trials = chance.dirichlet(weights * 20 + 1e-6, size=_TRIALS)
    spread = np.array([_ranks(measures @ w, ids) for w in trials])
    out = drafts.copy()
    out["rank"] = ranks
    out["rank_low"] = np.minimum(np.quantile(spread, 0.05, axis=0).round().astype(int), ranks)
    out["rank_high"] = np.maximum(np.quantile(spread, 0.95, axis=0).round().astype(int), ranks)
    for k, name in enumerate(_COMPONENTS):
        out[f"score_{name}"] = parts[:, k]
    out["score"] = parts.sum(axis=1).round(6)
    out["conflicts_with"] = _conflicts(drafts)
    out["status"] = "draft"
    return conform(out, "suggestions")
