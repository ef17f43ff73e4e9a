"""Gather: what the stages found about comments, opinions and units, put into the contract's tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jietan.counts import Census, Grouped, Numbers
from jietan.tables import conform, empty, places
from jietan.vectors import Vectors

__all__ = ["gather_articles", "gather_comments", "gather_opinions", "gather_units"]

#: Vectors that are looked at together, about.
_TOGETHER = 50_000


def gather_comments(received: pd.DataFrame, copies: pd.DataFrame, triage: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``comments``."""
    return conform(received.drop(columns="named").merge(copies, on="comment_id").merge(triage, on="comment_id"), "comments")


def gather_opinions(spans: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the table ``opinions`` from spans and the tables ``labels``, ``membership``, ``gaps`` and ``placements``."""
    out = spans.drop(columns="reason", errors="ignore")
    for name in ("labels", "membership", "gaps", "placements"):
        out = out.merge(tables[name], on="opinion_id")
    return conform(out, "opinions")


def gather_articles(draft: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``articles``: the draft's, then those of laws in force that any of the others names."""
    found = pd.concat([draft, *others], ignore_index=True)
    return conform(found.drop_duplicates("article_id"), "articles")


def _representatives(groups: Grouped, vectors: Vectors) -> Numbers:
    """Number of the most central opinion of each unit within it; the rows of the groups are those of the vectors."""
    out, ends = np.zeros(len(groups), np.int64), np.cumsum(groups.sizes)
    several = np.flatnonzero(groups.sizes > 1)
    parts = np.cumsum(groups.sizes[several]) // _TOGETHER
    for some in np.split(several, np.flatnonzero(np.diff(parts)) + 1) if len(several) else ():
        sizes = groups.sizes[some]
        found = vectors.block(np.concatenate([groups.rows[e - n : e] for e, n in zip(ends[some].tolist(), sizes.tolist(), strict=True)]))
        for unit, rows in zip(some.tolist(), np.split(found, np.cumsum(sizes)[:-1]), strict=True):
            out[unit] = (rows @ rows.mean(axis=0)).round(6).argmax()
    return out


def gather_units(membership: pd.DataFrame, vectors: Vectors, census: Census) -> pd.DataFrame:
    """Return the table ``units``; a unit's representative is its most central opinion."""
    if membership.empty:
        return empty("units")
    ordered = membership[["unit_id", "opinion_id"]].sort_values(["unit_id", "opinion_id"], ignore_index=True)
    starts = np.flatnonzero(~ordered["unit_id"].duplicated())
    sizes = np.diff(starts, append=len(ordered))
    tally = census.tally(Grouped(census.rows(ordered["opinion_id"]), sizes))
    best = _representatives(Grouped(places(ordered["opinion_id"], pd.Series(vectors.ids)), sizes), vectors)
    columns = {"unit_id": ordered["unit_id"].iloc[starts].array, "representative": ordered["opinion_id"].iloc[starts + best].array}
    return conform(pd.DataFrame({**columns, "in_campaign": tally.in_campaign, **tally.columns()}), "units")
