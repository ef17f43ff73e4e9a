"""Rank: suggestions in order of a score whose components add up, with the range of ranks under other weights and other people."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.authority import higher_law
from jietan.concerns import Concerns, Heard, hear, speakers, spoken_texts
from jietan.contrary import contrary
from jietan.counts import Census, Grouped, Tally
from jietan.following import following
from jietan.garbage import no_garbage_search
from jietan.measures import COMPONENTS, Grave, Grounding, gravity, measures, people_part
from jietan.settings import RankSettings
from jietan.standing import Floor, floor_of, ordered, small_groups
from jietan.tables import conform, empty, places, records
from jietan.traits import traits_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["rank"]

_TRIALS = 200


def _trials(
    drafts: pd.DataFrame,
    measured: np.ndarray[Any, Any],
    weights: np.ndarray[Any, Any],
    held: csr_matrix,
    floor: Floor,
    seed: int,
) -> np.ndarray[Any, Any]:
    """Ranks under random weights near the chosen ones, each time with people drawn anew from all who speak."""
    people = held.shape[1]
    chance, names = np.random.default_rng(seed), np.unique(drafts["suggestion_id"].to_numpy(dtype=object), return_inverse=True)[1]
    out = []
    for weighting in chance.dirichlet(weights * 20 + 1e-6, size=_TRIALS):
        drawn = np.bincount(chance.integers(0, people, people), minlength=people)
        trial = measured.copy()
        trial[:, 0] = people_part(held @ drawn)
        out.append(ordered(trial @ weighting, names, floor)[0])
    return np.array(out)


def _facts(row: Any, lead: dict[str, float], grave: Grave, conflicts: list[str]) -> list[str]:  # noqa: ANN401
    """What lifts a suggestion above the others, the greatest first, at most two; then what small group it speaks for."""
    here = isinstance(row.article, str)
    facts = {
        "specific": "诉求具体" + ("，已拟出条文" if row.drafted else "") if lead["specific"] > 0 else "",
        "anchored": f"明确落到{row.article}" if here and lead["anchored"] > 0 else "",
        "balance": "同一处没有相反的建议" if lead["balance"] > 0 and not conflicts else "",
        "central": f"{row.article}与其他条文联系多" if here and lead["central"] > 0 else "",
        "severity": f"{grave.named}条说到{'、'.join(grave.words[:3])}" if grave.words and lead["severity"] > 0 else "",
        "novelty": "草案和现行法没有这样的规定" if row.operation == "增加" and lead["novelty"] > 0 else "",
    }
    return [facts[name] for name in sorted(facts, key=lambda name: (-lead[name], name)) if facts[name]][:2]


def _who(tally: Tally, k: int) -> str:
    """Who makes a suggestion."""
    where = "、".join(f"{n}个{name}" for n, name in ((tally.points[k], "采集点"), (tally.streets[k], "街镇")) if n)
    who = f"{tally.people[k]}人提出" + (f"，来自{where}" if where else "")
    return who + ("，其中有联名信，排序时已折算" if tally.in_campaign[k] else "")


def _against(drafts: pd.DataFrame, conflicts: list[list[str]], held: csr_matrix) -> dict[tuple[str, ...], int]:
    """How many people stand behind each set of suggestions that another one is contrary to."""
    row = {name: k for k, name in enumerate(drafts["suggestion_id"].tolist())}
    people = [held.indices[start:end] for start, end in pairwise(held.indptr.tolist())]
    seen, out = np.zeros(held.shape[1], np.bool_), {}
    for others in {tuple(others) for others in conflicts if others}:
        standing = np.concatenate([people[row[name]] for name in others])
        seen[standing] = True
        out[others] = int(np.count_nonzero(seen))
        seen[standing] = False
    return out


def _whys(
    drafts: pd.DataFrame,
    parts: np.ndarray[Any, Any],
    ground: Grounding,
    conflicts: list[list[str]],
    held: csr_matrix,
    own: list[str],
) -> list[str]:
    """One sentence each from counted facts: who asks, what lifts the suggestion, who is against it, for whom it speaks."""
    leads = (parts - np.median(parts, axis=0)).round(6)
    against = _against(drafts, conflicts, held)
    out = []
    for k, (row, lead, others) in enumerate(zip(records(drafts), leads, conflicts, strict=True)):
        facts = [_who(ground.tally, k), *_facts(row, dict(zip(COMPONENTS, lead.tolist(), strict=True)), ground.grave[k], others)]
        if against.get(tuple(others)):
            facts.append(f"同一处另有{against[tuple(others)]}人主张相反")
        out.append("；".join([*facts, own[k]] if own[k] else facts) + "。")
    return out


def _bearings(drafts: pd.DataFrame, tables: dict[str, pd.DataFrame], outside: list[str]) -> pd.DataFrame:
    """What each suggestion has to be seen together with, and the reason that says so."""
    higher = higher_law(drafts, tables["related"], tables["higher"], tables["citations"])
    follow = following(drafts, tables["provisions"])
    reasons = []
    for reason, laws, others, limit in zip(drafts["reason"].tolist(), higher, follow, outside, strict=True):
        text = reason + (f"相关上位法：{'；'.join(laws)}。" if laws else "") + (f"{'；'.join(others)}。" if others else "")
        reasons.append(text + (f"超出地方立法权限：{limit}，宜作为代表建议提出。" if limit else ""))
    out = drafts.assign(beyond=outside, reason=reasons)
    out["higher_law"], out["follow"] = pd.Series(higher, drafts.index), pd.Series(follow, drafts.index)
    return out


class _Said(NamedTuple):
    """The words of the opinions, and what is heard in each and the grounds that go with it, by row."""

    texts: list[str]
    heard: list[Heard]


def _said(tables: dict[str, pd.DataFrame], words: Concerns) -> _Said:
    spans, labels = tables["spans"], tables["labels"]
    texts = spans["text"].tolist()
    kinds = labels["kind"].array.take(places(spans["opinion_id"], labels["opinion_id"]), allow_fill=True)
    return _Said(texts, hear(spoken_texts(texts, spans["comment_id"].tolist(), kinds.tolist()), words))


def _ground(
    drafts: pd.DataFrame, tables: dict[str, pd.DataFrame], census: Census, groups: Grouped, said: _Said, words: Concerns
) -> Grounding:
    links, gaps, evidence = tables["links"], tables["gaps"], groups.each()

    def column(frame: pd.DataFrame, name: str) -> np.ndarray[Any, Any]:
        """The first value of each opinion, 0 where there is none."""
        out, first = np.zeros(len(said.texts)), frame.drop_duplicates("opinion_id")
        at = census.rows(first["opinion_id"])
        out[at[at >= 0]] = first[name].to_numpy(np.float64)[at >= 0]
        return out

    return Grounding(
        evidence=evidence,
        tally=census.tally(groups),
        traits=traits_of(drafts, evidence, said.texts),
        grave=[gravity([said.heard[k] for k in rows.tolist()], words) for rows in evidence],
        drafted=column(links[links["source"] == "draft"], "confidence"),
        library=column(links[links["source"] == "library"], "confidence"),
        absence=column(gaps, "absence"),
        provisions=tables["provisions"],
    )


def _floor(
    drafts: pd.DataFrame, tables: dict[str, pd.DataFrame], ground: Grounding, heard: list[Heard], words: Concerns, place: int
) -> Floor:
    """Which suggestions speak for small groups, given what is heard in the opinions, and who speaks in the comments."""
    comments, received = tables["spans"]["comment_id"].tolist(), tables["received"]
    spoke = zip(received["comment_id"].tolist(), speakers(received["text"].tolist(), words), strict=True)
    speaker = {c: groups for c, groups in spoke if groups}
    spoken = [one.groups | speaker[c] if c in speaker else one.groups for c, one in zip(comments, heard, strict=True)]
    evidence = [rows.tolist() for rows in ground.evidence]
    return floor_of(small_groups(evidence, drafts["n_comments"].tolist(), spoken, comments, len(received)), place)


def _own(floor: Floor, raised: list[str]) -> list[str]:
    """For each suggestion whom it speaks for, or why it stands higher than its score; empty for most."""
    spoken = (next((f"{n}件为{group}说话" for group, n in groups.items()), "") for groups in floor.groups)
    return [why or said for why, said in zip(raised, spoken, strict=True)]


def _first_words(drafts: pd.DataFrame, census: Census, texts: list[str]) -> dict[str, str]:
    """The words of the opinion that tells each suggestion best."""
    first = [opinions[0] for opinions in drafts["exemplars"].tolist() if len(opinions)]
    return {opinion: texts[row] for opinion, row in zip(first, census.rows(first).tolist(), strict=True) if row >= 0}


def _raised(lifted: dict[int, list[str]], floor: Floor, size: int) -> list[str]:
    """For each suggestion why it stands higher than its score, empty for most."""
    out = [""] * size
    for row, groups in lifted.items():
        counted = "、".join(f"{floor.groups[row][g]}件为{g}说话" for g in groups)
        out[row] = f"{counted}，是这一群体得分最高的建议，按规则不低于第{floor.place}名"
    return out


@no_garbage_search()
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
    said, groups = _said(tables, words), census.grouped(drafts["evidence"].tolist())
    ground = _ground(drafts, tables, census, groups, said, words)
    floor = _floor(drafts, tables, ground, said.heard, words, settings.floor)
    first = _first_words(drafts, census, said.texts)
    del said
    differing = contrary(drafts, first)
    conflicts = [list(found) for found in differing]
    measured = measures(drafts, ground, conflicts)
    weights = np.array([getattr(settings, n) for n in COMPONENTS], np.float64)
    weights = weights / (weights.sum() or 1.0)
    parts = (measured * weights).round(6)
    ranks, lifted = ordered(parts.sum(axis=1), drafts["suggestion_id"].tolist(), floor)
    held = census.shares(groups)
    spread = _trials(drafts, measured, weights, held, floor, seed)
    out = _bearings(drafts, tables, [traits.beyond for traits in ground.traits])
    out["rank"] = ranks
    out["rank_low"] = np.minimum(np.quantile(spread, 0.05, axis=0).round().astype(int), ranks)
    out["rank_high"] = np.maximum(np.quantile(spread, 0.95, axis=0).round().astype(int), ranks)
    for k, name in enumerate(COMPONENTS):
        out[f"score_{name}"] = parts[:, k]
    out["score"] = parts.sum(axis=1).round(6)
    out["groups"] = [list(g) for g in floor.groups]
    out["raised"] = _raised(lifted, floor, len(drafts))
    out["why"] = _whys(drafts, parts, ground, conflicts, held, _own(floor, out["raised"].tolist()))
    out["conflicts_with"] = conflicts
    out["differs"] = [list(found.values()) for found in differing]
    out["status"] = "draft"
    return conform(out, "suggestions")
