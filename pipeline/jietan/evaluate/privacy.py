"""Figures on personal data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from jietan.evaluate.gold import GoldMask
from jietan.evaluate.matching import Comparison
from jietan.evaluate.tables import Mask

__all__ = ["pii_figures"]

_COVERED = 0.9
_UNLABELLED = "honorific"


def _characters(masks: Iterable[Mask | GoldMask]) -> set[int]:
    return {c for m in masks for c in range(m.start, m.end)}


def pii_figures(comparison: Comparison) -> dict[str, float]:
    """Recall per type and in all (a span counts when nine tenths are masked), precision by character.

    Forms of address such as 张先生 are masked but not labelled, so they cost nothing.
    """
    if comparison.run.masks is None:
        return {}
    masks: dict[str, list[Mask]] = defaultdict(list)
    for mask in comparison.run.masks:
        masks[mask.comment_id].append(mask)
    total: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    right = wrong = 0
    for name, comment in comparison.gold.comments.items():
        masked, wanted = _characters(masks[name]), _characters(comment.pii)
        tolerated = _characters(m for m in masks[name] if m.type == _UNLABELLED)
        right += len(masked & wanted)
        wrong += len(masked - wanted - tolerated)
        for label in comment.pii:
            span = _characters([label])
            total[label.type] += 1
            hits[label.type] += len(span & masked) >= _COVERED * len(span)
    out = {f"pii.recall.{kind}": hits[kind] / n for kind, n in total.items()}
    out["pii.recall"] = hits.total() / max(1, total.total())
    out["pii.char_precision"] = right / (right + wrong) if right + wrong else 1.0
    return out
