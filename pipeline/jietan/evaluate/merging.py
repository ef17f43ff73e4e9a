"""Figures on the same ask, copies of one letter, and themes."""

from __future__ import annotations

from collections import defaultdict

from jietan.evaluate.gold import Gold, GoldPair
from jietan.evaluate.matching import Comparison
from jietan.evaluate.measures import bcubed, grouped_pairs, mean, named, overlap

__all__ = ["copy_figures", "merge_figures", "theme_figures"]


def _family(pair: GoldPair, gold: Gold) -> str:
    """Tell what a pair tests: copies, restated, trap or other."""
    if not pair.same_opinion:
        return "trap" if pair.is_trap else "other"
    a, b = gold.comments[pair.a], gold.comments[pair.b]
    same_letter = bool(a.campaign_id) and a.campaign_id == b.campaign_id
    return "copies" if same_letter or a.duplicate_of == pair.b or b.duplicate_of == pair.a else "restated"


def _pairs_by_family(comparison: Comparison) -> dict[str, list[bool]]:
    """For each family of pairs, whether each pair shares a unit."""
    in_comment: dict[str, set[str]] = defaultdict(set)
    for opinion in comparison.run.opinions:
        if opinion.unit_id is not None:
            in_comment[opinion.comment_id].add(opinion.unit_id)
    of_label = {(m.comment_id, m.number): m.found.unit_id for m in comparison.matches}
    out: dict[str, list[bool]] = {"copies": [], "restated": [], "other": [], "trap": []}
    for pair in comparison.gold.pairs:
        if pair.a_opinion is not None and pair.b_opinion is not None:
            unit = of_label.get((pair.a, pair.a_opinion))
            together = unit is not None and unit == of_label.get((pair.b, pair.b_opinion))
        else:
            together = not in_comment[pair.a].isdisjoint(in_comment[pair.b])
        out[_family(pair, comparison.gold)].append(together)
    return out


def merge_figures(comparison: Comparison) -> dict[str, float]:
    """Whether same asks share a unit and different ones do not; opposites that read alike never may."""
    if "unit_id" not in comparison.run.opinion_columns:
        return {}
    pairs = _pairs_by_family(comparison)
    names = {"copies": "merge.recall_copies", "restated": "merge.recall_restated", "other": "merge.false_rate"}
    out = {name: mean(map(float, pairs[family])) for family, name in names.items() if pairs[family]}
    placed = [m for m in comparison.asks if m.gold.position_id]
    if placed:
        out |= named("merge.bcubed", bcubed([m.gold.position_id for m in placed], [m.found.unit_id for m in placed]))
    same = pairs["copies"] + pairs["restated"]
    out["merge.recall"] = sum(same) / max(1, len(same))
    out["merge.n_trap_pairs"] = float(len(pairs["trap"]))
    out["merge.trap_violations"] = float(sum(pairs["trap"]))
    return out


def copy_figures(comparison: Comparison) -> dict[str, float]:
    """Letters of one campaign found as pairs of copies; duplicates found with what they repeat."""
    comments, copies = comparison.gold.comments, comparison.run.copies
    out: dict[str, float] = {}
    if "campaign_id" in copies:
        found = grouped_pairs({c: copies["campaign_id"].get(c) for c in comments})
        out |= named("campaign_id", overlap(found, grouped_pairs({c: g.campaign_id for c, g in comments.items()})))
    if "duplicate_of" in copies:
        repeats = {(c, first) for c, first in copies["duplicate_of"].items() if first}
        wanted = {(c, g.duplicate_of) for c, g in comments.items() if g.duplicate_of}
        out |= named("duplicate_of", overlap(repeats, wanted))
    return out


def theme_figures(comparison: Comparison) -> dict[str, float]:
    """How the run's themes agree with the labelled ones; an opinion of the long tail is a theme of its own."""
    if "theme_id" not in comparison.run.opinion_columns or not comparison.asks:
        return {}
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    placed = [m for m in comparison.asks if m.gold.theme_id]
    gold = [str(m.gold.theme_id) for m in placed]
    found = [m.found.theme_id or f"\0{i}" for i, m in enumerate(placed)]
    return (
        {
            "themes.ami": float(adjusted_mutual_info_score(gold, found)),
            "themes.ari": float(adjusted_rand_score(gold, found)),
        }
        | named("themes.bcubed", bcubed(gold, found))
        | {"themes.covered": mean(float(m.found.theme_id is not None) for m in placed) if placed else 0.0}
    )
