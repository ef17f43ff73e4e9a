"""Gather: what the stages found about comments, opinions and units, put into the contract's tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jietan.counts import Census
from jietan.runfolder import Vectors
from jietan.tables import conform, empty

__all__ = ["gather_articles", "gather_comments", "gather_opinions", "gather_units"]


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


def _representative(ids: list[str], vectors: Vectors) -> str:
    rows = vectors.rows(ids)
    return ids[int((rows @ rows.mean(axis=0)).round(6).argmax())]


def gather_units(membership: pd.DataFrame, vectors: Vectors, census: Census) -> pd.DataFrame:
    """Return the table ``units``; a unit's representative is its most central opinion."""
    if membership.empty:
        return empty("units")
    rows: list[dict[str, Any]] = []
    for unit, group in membership.groupby("unit_id", sort=True):
        ids = sorted(group["opinion_id"])
        best = ids[0] if len(ids) == 1 else _representative(ids, vectors)
        row = {"unit_id": unit, "representative": best, "in_campaign": census.in_campaign(ids), **census.count(ids).columns()}
        rows.append({k: bool(v) if isinstance(v, np.bool_) else v for k, v in row.items()})
    return conform(pd.DataFrame(rows), "units")
