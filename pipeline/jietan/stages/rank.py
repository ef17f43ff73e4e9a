"""Rank: suggestions in order of a score whose components add up, with the range of ranks under other weights and other people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from jietan.authority import higher_law
from jietan.concerns import Concerns, spoken_texts
from jietan.contrary import contrary
from jietan.counts import Census
from jietan.following import following
from jietan.law.beyond import beyond
from jietan.law.style import infer_level
from jietan.measures import COMPONENTS, Grounding, grave_words, measures, people_part
from jietan.settings import RankSettings
from jietan.standing import Floor, floor_of, ordered, small_groups
from jietan.tables import conform, empty, records

__all__ = ["rank"]

_TRIALS = 200


def _trials(
    drafts: pd.DataFrame, measured: np.ndarray[Any, Any], weights: np.ndarray[Any, Any], census: Census, floor: Floor, seed: int
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
        trial = measured.copy()
        trial[:, 0] = people_part(held @ drawn)
        out.append(ordered(trial @ weighting, ids, floor)[0])
    return np.array(out)


def _facts(row: Any, lead: dict[str, float], ground: Grounding, conflicts: list[str]) -> list[str]:  # noqa: ANN401
    """What lifts a suggestion above the others, the greatest first, at most two; then what small group it speaks for."""
    _, words, n = grave_words(row, ground.spoken, ground.words)
    here = isinstance(row.article, str)
    facts = {
        "specific": "诉求具体" + ("，已拟出条文" if row.drafted else "") if lead["specific"] > 0 else "",
        "anchored": f"明确落到{row.article}" if here and lead["anchored"] > 0 else "",
        "balance": "同一处没有相反的建议" if lead["balance"] > 0 and not conflicts else "",
        "central": f"{row.article}与其他条文联系多" if here and lead["central"] > 0 else "",
        "severity": f"{n}条说到{'、'.join(words[:3])}" if words and lead["severity"] > 0 else "",
        "novelty": "草案和现行法没有这样的规定" if row.operation == "增加" and lead["novelty"] > 0 else "",
    }
    return [facts[name] for name in sorted(facts, key=lambda name: (-lead[name], name)) if facts[name]][:2]


def _why(row: Any, facts: list[str], census: Census, against: int, groups: dict[str, int], raised: str) -> str:  # noqa: ANN401
    """One sentence from counted facts: who asks, what lifts the suggestion, who is against it, for whom it speaks."""
    voices, streets = census.count(row.evidence), census.streets(row.evidence)
    where = "、".join(f"{n}个{name}" for n, name in ((voices.points, "采集点"), (streets, "街镇")) if n)
    who = f"{voices.people}人提出" + (f"，来自{where}" if where else "")
    who += "，其中有联名信，排序时已折算" if census.in_campaign(row.evidence) else ""
    best = [*facts, f"同一处另有{against}人主张相反"] if against else list(facts)
    best += [raised] if raised else [f"{n}件为{group}说话" for group, n in list(groups.items())[:1]]
    return "；".join([who, *best]) + "。"


def _whys(
    drafts: pd.DataFrame, parts: np.ndarray[Any, Any], ground: Grounding, conflicts: list[list[str]], floor: Floor, raised: list[str]
) -> list[str]:
    leads = (parts - np.median(parts, axis=0)).round(6)
    evidence = dict(zip(drafts["suggestion_id"], drafts["evidence"], strict=True))
    out = []
    for i, (row, lead, others) in enumerate(zip(records(drafts), leads, conflicts, strict=True)):
        against = ground.census.count({o for c in others for o in evidence[c]}).people
        facts = _facts(row, dict(zip(COMPONENTS, lead.tolist(), strict=True)), ground, others)
        out.append(_why(row, facts, ground.census, against, floor.groups[i], raised[i]))
    return out


def _beyond(drafts: pd.DataFrame, texts: dict[str, str]) -> list[str]:
    """Why each suggestion is outside local power: its text is, or half of those who ask for it want what is."""
    out = []
    for row in records(drafts):
        level = infer_level(row.law) if isinstance(row.law, str) else ""
        original = row.original_text if isinstance(row.original_text, str) else ""
        wanted = "" if row.operation in ("保留", "删除", "释明") else row.proposed_text
        found = beyond(wanted, level, original)
        said = [b for o in row.evidence if (b := beyond(texts[o], level, original))] if wanted and not (found or row.drafted) else []
        out.append(found or (min(said) if 2 * len(said) >= len(row.evidence) else ""))
    return out


def _bearings(drafts: pd.DataFrame, tables: dict[str, pd.DataFrame], texts: dict[str, str]) -> pd.DataFrame:
    """What each suggestion has to be seen together with, and the reason that says so."""
    higher = higher_law(drafts, tables["related"], tables["higher"], tables["citations"])
    follow, outside = following(drafts, tables["provisions"]), _beyond(drafts, texts)
    reasons = []
    for reason, laws, others, limit in zip(drafts["reason"], higher, follow, outside, strict=True):
        text = reason + (f"相关上位法：{'；'.join(laws)}。" if laws else "") + (f"{'；'.join(others)}。" if others else "")
        reasons.append(text + (f"超出地方立法权限：{limit}，宜作为代表建议提出。" if limit else ""))
    out = drafts.assign(beyond=outside, reason=reasons)
    out["higher_law"], out["follow"] = pd.Series(higher, drafts.index), pd.Series(follow, drafts.index)
    return out


def _ground(tables: dict[str, pd.DataFrame], census: Census, words: Concerns) -> Grounding:
    spans, gaps = tables["spans"], tables["gaps"]
    texts = dict(zip(spans["opinion_id"].tolist(), spans["text"].tolist(), strict=True))
    absence = dict(zip(gaps["opinion_id"].tolist(), gaps["absence"].tolist(), strict=True))
    return Grounding(texts, spoken_texts(spans, tables["labels"]), tables["links"], absence, tables["provisions"], census, words)


def _raised(lifted: dict[int, list[str]], floor: Floor, size: int) -> list[str]:
    """For each suggestion why it stands higher than its score, empty for most."""
    out = [""] * size
    for row, groups in lifted.items():
        counted = "、".join(f"{floor.groups[row][g]}件为{g}说话" for g in groups)
        out[row] = f"{counted}，是这一群体得分最高的建议，按规则不低于第{floor.place}名"
    return out


def rank(
    drafts: pd.DataFrame, tables: dict[str, pd.DataFrame], census: Census, words: Concerns, settings: RankSettings, seed: int
) -> pd.DataFrame:
    """Rank suggestions.

    Args:
        drafts: Suggestions.
        tables: ``received``, ``spans``, ``labels``, ``links``, ``gaps``, ``provisions``, ``related``, ``higher`` and ``citations``.
        census: Counts voices.
        words: Words of safety, livelihood and small groups.
        settings: Weights of the components, and the floor.
        seed: Seed of the trial weights.

    Returns:
        The table ``suggestions``: ``score`` in 0..1 is the sum of its ``score_*`` columns; ``rank_low`` and
        ``rank_high`` bound the middle 90% of ranks over 200 random weightings around the chosen one, each with
        people drawn anew; ``why`` says in a sentence what lifts the suggestion; ``groups`` names the small groups it
        speaks for, ``raised`` why it stands higher than its score.
    """
    if drafts.empty:
        return empty("suggestions").assign(**{f"score_{n}": pd.Series(dtype="float64") for n in COMPONENTS})
    ground = _ground(tables, census, words)
    differing = contrary(drafts, ground.texts)
    conflicts = [list(found) for found in differing]
    measured = measures(drafts, ground, conflicts)
    weights = np.array([getattr(settings, n) for n in COMPONENTS], np.float64)
    weights = weights / (weights.sum() or 1.0)
    parts = (measured * weights).round(6)
    floor = floor_of(small_groups(drafts, tables["received"], tables["spans"], ground.spoken, words), settings.floor)
    ranks, lifted = ordered(parts.sum(axis=1), drafts["suggestion_id"].tolist(), floor)
    spread = _trials(drafts, measured, weights, census, floor, seed)
    out = _bearings(drafts, tables, ground.texts)
    out["rank"] = ranks
    out["rank_low"] = np.minimum(np.quantile(spread, 0.05, axis=0).round().astype(int), ranks)
    out["rank_high"] = np.maximum(np.quantile(spread, 0.95, axis=0).round().astype(int), ranks)
    for k, name in enumerate(COMPONENTS):
        out[f"score_{name}"] = parts[:, k]
    out["score"] = parts.sum(axis=1).round(6)
    out["groups"] = [list(g) for g in floor.groups]
    out["raised"] = _raised(lifted, floor, len(drafts))
    out["why"] = _whys(drafts, parts, ground, conflicts, floor, out["raised"].tolist())
    out["conflicts_with"] = conflicts
    out["differs"] = [list(found.values()) for found in differing]
    out["status"] = "draft"
    return conform(out, "suggestions")
