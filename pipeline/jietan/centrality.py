"""Centrality: how much of a draft hangs on each of its articles."""

from __future__ import annotations

from statistics import median

import pandas as pd

from jietan.law.style.draft import Draft
from jietan.law.style.references import cited_within

__all__ = ["NEUTRAL", "centrality"]

#: Where there is no draft, or the article is not known.
NEUTRAL = 0.5
_MANY = 3
_PLACES = (("附则", 0.25), ("总则", 0.5), ("责任", 0.75), ("罚则", 0.75))
_DUTIES = 1.0


def _place(chapter: str) -> float:
    """Weight of a chapter: rights and duties before liability, general provisions and supplementary ones; 0.75 without chapters."""
    if not chapter:
        return 0.75
    return next((weight for words, weight in _PLACES if words in chapter), _DUTIES)


def centrality(provisions: pd.DataFrame) -> dict[str, float]:
    """Say how central each article of a draft is, from 0 to 1.

    The mean of three: how many other articles refer to it (three or more give one), whether an article of liability
    names it or it is itself one, and its place (rights and duties 1, liability 0.75, general provisions 0.5, supplementary ones 0.25).

    Args:
        provisions: The draft's articles.

    Returns:
        By label of the article; the empty label stands for an article that the draft does not have, with the median.
    """
    if provisions.empty:
        return {"": NEUTRAL}
    ordered = provisions.sort_values("position")
    draft = Draft(ordered, str(ordered["law"].iloc[0]), "")
    naming = {label: {row for row, _ in found} for label, found in cited_within(draft).items()}
    liable = {row for row, a in enumerate(draft.articles) if any(w in a.chapter for w in ("责任", "罚则")) or a.text.startswith("违反")}
    out: dict[str, float] = {}
    for row, article in enumerate(draft.articles):
        others = naming.get(article.label, set()) - {row}
        followed = bool(others & liable) or row in liable
        out.setdefault(article.label, (min(1.0, len(others) / _MANY) + followed + _place(article.chapter)) / 3)
    out[""] = median(out.values())
    return out
