"""Figures on counts, triage, splitting and the labels of single opinions."""

from __future__ import annotations

from collections.abc import Sequence

from jietan.evaluate.gold import REASON
from jietan.evaluate.matching import Comparison, Match
from jietan.evaluate.measures import macro_f1, mean, named, precision_recall
from jietan.evaluate.tables import Opinion

__all__ = ["count_figures", "opinion_label_figures", "split_figures", "triage_figures"]


def count_figures(comparison: Comparison) -> dict[str, float]:
    """How much there is, what is lost, and spans that are not what their offsets say."""
    run = comparison.run
    lost = set(comparison.gold.comments) - set(run.texts) - run.rejected
    broken = sum(run.texts.get(o.comment_id, "")[o.start : o.end] != o.text for o in run.opinions)
    return {
        "n_comments": float(run.n_comments),
        "n_opinions": float(len(run.opinions)),
        "lost_comments": float(len(lost)),
        "span_violations": float(broken),
    }


def _agreement(name: str, gold: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    accuracy = mean(float(g == f) for g, f in zip(gold, found, strict=True))
    return {f"{name}.macro_f1": macro_f1(gold, found), f"{name}.accuracy": accuracy}


def triage_figures(comparison: Comparison) -> dict[str, float]:
    """How well comments are sorted into legislative and other ones; a missing comment is wrong."""
    triage = comparison.run.triage
    if triage is None:
        return {}
    comments = comparison.gold.comments
    return _agreement("triage", [c.triage for c in comments.values()], [triage.get(c, "missing") for c in comments])


def _countable(found: Sequence[Opinion], matches: Sequence[Match]) -> int:
    """Count the found opinions of a comment that have to be matched.

    What matches a labelled reason does not. Found reasons that match nothing do only beyond one per other opinion (and
    beyond the first): reasons are not labelled exhaustively, but calling everything a reason is no way out.
    """
    matched = {m.found.opinion_id for m in matches}
    reasons = {m.found.opinion_id for m in matches if m.gold.is_reason}
    asks = [o for o in found if o.kind != REASON and o.opinion_id not in reasons]
    mistaken = [o for o in found if o.kind == REASON and o.opinion_id in matched - reasons]
    stray = [o for o in found if o.kind == REASON and o.opinion_id not in matched]
    return len(asks) + len(mistaken) + max(0, len(stray) - max(1, len(asks)))


def split_figures(comparison: Comparison) -> dict[str, float]:
    """How well comments are cut into single asks; only legislative comments count against precision."""
    by_comment: dict[str, list[Match]] = {}
    for match in comparison.matches:
        by_comment.setdefault(match.comment_id, []).append(match)
    comments = comparison.gold.comments
    wanted = sum(not o.is_reason for c in comments.values() for o in c.opinions)
    found = sum(
        _countable(comparison.found_in[name], by_comment.get(name, []))
        for name, comment in comments.items()
        if comment.triage == "legislative"
    )
    hits = len(comparison.asks)
    return named("split", precision_recall(hits, found - hits, wanted - hits))


def opinion_label_figures(comparison: Comparison) -> dict[str, float]:
    """Kind over all matches; stance and operation over asks."""
    rows = {"kind": comparison.matches, "stance": comparison.asks, "operation": comparison.asks}
    out: dict[str, float] = {}
    for name, matches in rows.items():
        if name in comparison.run.opinion_columns and matches:
            gold = [str(getattr(m.gold, name)) for m in matches]
            out |= _agreement(name, gold, [m.found.labels[name] for m in matches])
    return out
