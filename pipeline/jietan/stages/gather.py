"""Gather: what the stages found about comments, opinions and units, put into the contract's tables."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import pandas as pd

from jietan.counts import Census
from jietan.runfolder import Vectors
from jietan.tables import conform, empty, listed

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
    ordered = sorted(listed(membership, "unit_id", "opinion_id"))
    units = {unit: [opinion for _, opinion in inside] for unit, inside in groupby(ordered, itemgetter(0))}
    tally = census.tally([*units.values()])
    best = [ids[0] if len(ids) == 1 else _representative(ids, vectors) for ids in units.values()]
    columns = {"unit_id": [*units], "representative": best, "in_campaign": tally.in_campaign, **tally.columns()}
    return conform(pd.DataFrame(columns), "units")
