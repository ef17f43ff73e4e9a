"""Rank: suggestions in order of a score whose components add up, with the range of ranks under other weights and other people."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from jietan.counts import Census
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.settings import RankSettings
from jietan.tables import conform, empty, records

__all__ = ["rank"]

_TRIALS = 200
_COMPONENTS = ("people", "points", "specific", "anchored", "balance")


def _specific(row: Any, texts: dict[str, str]) -> float:  # noqa: ANN401
    """How concrete an ask is: drafted text, an amount, a stated change, grounds given; each a quarter."""
    words = fold("\n".join(texts[o] for o in row.evidence))
    change = any(CUES[name].search(words) for name in ("change_to", "add", "delete", "clarify"))
    return sum((bool(row.drafted), bool(find_quantities(words)), change, "“" in row.reason)) / 4


def _spread(values: list[int]) -> np.ndarray[Any, Any]:
    """Logarithms of counts, the largest being one."""
    return np.log2(1 + np.array(values, np.float64)) / math.log2(1 + max(*values, 1))


def _people(weighted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The part of the score that weighted voices make."""
    logs = np.log2(1 + weighted)
    found: np.ndarray[Any, Any] = logs / (float(logs.max()) or 1.0)
    return found


def _breadth(drafts: pd.DataFrame, census: Census) -> np.ndarray[Any, Any]:
    """Spread over collection points and streets, half each; over points alone where no street is known."""
    points = _spread([census.count(e).points for e in drafts["evidence"]])
    counts = [census.streets(e) for e in drafts["evidence"]]
    return (points + _spread(counts)) / 2 if any(counts) else points


def _balance(drafts: pd.DataFrame, weighted: np.ndarray[Any, Any], conflicts: list[list[str]]) -> np.ndarray[Any, Any]:
    """Share of those for a suggestion among those for and against it, one imagined person on either side."""
    by_id = dict(zip(drafts["suggestion_id"], weighted, strict=True))
    against = np.array([sum(by_id[c] for c in others) for others in conflicts])
    found: np.ndarray[Any, Any] = (weighted + 1) / (weighted + against + 2)
    return found


def _measures(
    drafts: pd.DataFrame, texts: dict[str, str], confidence: dict[str, float], census: Census, conflicts: list[list[str]]
) -> np.ndarray[Any, Any]:
    weighted = np.array([census.count(e).weighted for e in drafts["evidence"]])
    anchored = [
        float(np.mean([confidence.get(o, 0.0) for o in row.evidence])) if isinstance(row.article, str) else 0.5 for row in records(drafts)
    ]
    specific = [_specific(row, texts) for row in records(drafts)]
    columns = (_people(weighted), _breadth(drafts, census), specific, anchored, _balance(drafts, weighted, conflicts))
    return np.array(columns, np.float64).T


def _trials(
    drafts: pd.DataFrame, measures: np.ndarray[Any, Any], weights: np.ndarray[Any, Any], census: Census, seed: int
) -> np.ndarray[Any, Any]:
    """Ranks under random weights near the chosen ones, each time with people drawn anew from all who speak."""
    shares = [census.shares(e) for e in drafts["evidence"]]
    place = {person: k for k, person in enumerate(sorted({p for s in shares for p in s}))}
    rows = [i for i, s in enumerate(shares) for _ in s]
    columns = [place[p] for s in shares for p in s]
    held = csr_matrix(([v for s in shares for v in s.values()], (rows, columns)), shape=(len(shares), len(place)))
    chance, ids = np.random.default_rng(seed), drafts["suggestion_id"].tolist()
    out = []
    for weighting in chance.dirichlet(weights * 20 + 1e-6, size=_TRIALS):
        drawn = np.bincount(chance.integers(0, len(place), len(place)), minlength=len(place))
        trial = measures.copy()
        trial[:, 0] = _people(held @ drawn)
        out.append(_ranks(trial @ weighting, ids))
    return np.array(out)


def _why(row: Any, lead: dict[str, float], census: Census, conflicts: list[str], against: int) -> str:  # noqa: ANN401
    """One sentence from counted facts: who asks, then what lifts the suggestion most above the others."""
    voices, streets = census.count(row.evidence), census.streets(row.evidence)
    where = "、".join(f"{n}个{name}" for n, name in ((voices.points, "采集点"), (streets, "街镇")) if n)
    who = f"{voices.people}人提出" + (f"，来自{where}" if where else "")
    who += "，其中有联名信，排序时已折算" if census.in_campaign(row.evidence) else ""
    facts = {
        "specific": "诉求具体" + ("，已拟出条文" if row.drafted else "") if lead["specific"] > 0 else "",
        "anchored": f"明确落到{row.article}" if isinstance(row.article, str) and lead["anchored"] > 0 else "",
        "balance": "同一处没有相反的建议" if lead["balance"] > 0 and not conflicts else "",
    }
    best = [facts[n] for n in sorted(facts, key=lambda n: (-lead[n], n)) if facts[n]][:2]
    best += [f"同一处另有{against}人主张相反"] if conflicts else []
    return "；".join([who, *best]) + "。"


def _whys(drafts: pd.DataFrame, parts: np.ndarray[Any, Any], census: Census, conflicts: list[list[str]]) -> list[str]:
    leads = (parts - np.median(parts, axis=0)).round(6)
    evidence = dict(zip(drafts["suggestion_id"], drafts["evidence"], strict=True))
    out = []
    for row, lead, others in zip(records(drafts), leads, conflicts, strict=True):
        against = census.count({o for c in others for o in evidence[c]}).people
        out.append(_why(row, dict(zip(_COMPONENTS, lead.tolist(), strict=True)), census, others, against))
    return out


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
        ``rank_high`` bound the middle 90% of ranks over 200 random weightings around the chosen one, each with
        people drawn anew; ``why`` says in a sentence what lifts the suggestion.
    """
    if drafts.empty:
        return empty("suggestions").assign(**{f"score_{n}": pd.Series(dtype="float64") for n in _COMPONENTS})
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    first = links[links["source"] == "draft"].drop_duplicates("opinion_id")
    confidence = dict(zip(first["opinion_id"], first["confidence"], strict=True))
    conflicts = _conflicts(drafts)
    measures = _measures(drafts, texts, confidence, census, conflicts)
    weights = np.array([getattr(settings, n) for n in _COMPONENTS], np.float64)
    weights = weights / (weights.sum() or 1.0)
    parts = (measures * weights).round(6)
    ranks = _ranks(parts.sum(axis=1), drafts["suggestion_id"].tolist())
    spread = _trials(drafts, measures, weights, census, seed)
    out = drafts.copy()
    out["rank"] = ranks
    out["rank_low"] = np.minimum(np.quantile(spread, 0.05, axis=0).round().astype(int), ranks)
    out["rank_high"] = np.maximum(np.quantile(spread, 0.95, axis=0).round().astype(int), ranks)
    for k, name in enumerate(_COMPONENTS):
        out[f"score_{name}"] = parts[:, k]
    out["score"] = parts.sum(axis=1).round(6)
    out["why"] = _whys(drafts, parts, census, conflicts)
    out["conflicts_with"] = conflicts
    out["status"] = "draft"
    return conform(out, "suggestions")
