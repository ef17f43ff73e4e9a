"""The ledger as a table: every decision in words, and what stands of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.export.wording import STANCES, TRIAGE, place
from jietan.review.decisions import DECISION_WORDS, CommentRef, Decision, OpinionRef, Ref
from jietan.review.ledger import read_ledger, standing
from jietan.review.remarks import REWORDED, reworded

__all__ = ["state_of_ledger"]

_STATES = {"stands": "有效", "undone": "已撤销", "superseded": "已被同一人后来的决定取代", "conflict": "与别人的决定冲突，没有采用"}
#: How values are written for people.
_WORDS: dict[str, dict[str, str]] = {"set_triage": TRIAGE, "set_stance": STANCES, "set_operation": {"none": "无"}}
_COLUMNS = ["id", "what", "about", "value", "by", "at", "why", "state", "remark"]


def state_of_ledger(folder: Path, manifest: Mapping[str, Any], suggestions: pd.DataFrame) -> pd.DataFrame:
    """Every decision with its state.

    Args:
        folder: The run, whose ledger is read.
        manifest: The run's, which names the decisions that found nothing.
        suggestions: Table ``suggestions``.

    Returns:
        One row each, the first made first: ``id``, ``what``, ``about``, ``value``, ``by``, ``at``, ``why``, ``state`` and ``remark``.

    Raises:
        RunFolderError: The ledger cannot be read.
    """
    missed: dict[str, str] = {}
    for entry in manifest["stages"].values():
        missed |= entry.get("unapplied", {})
    entries = standing(read_ledger(folder))
    stale = reworded(suggestions, [e.decision for e in entries if e.state == "stands"])
    rows = []
    for entry in entries:
        d = entry.decision
        remark = f"见 {entry.rival}" if entry.rival else missed.get(d.id, "") if entry.state == "stands" else ""
        state = "不再适用" if remark and entry.state == "stands" else _STATES[entry.state]
        about = "、".join(_named(o) for o in d.objects) or (d.undoes or "")
        remark = remark or (REWORDED if d.id in stale else "")
        rows.append((d.id, DECISION_WORDS[d.kind], about, _value(d), d.by, d.at, d.why, state, remark))
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


def _named(ref: Ref) -> str:
    if isinstance(ref, CommentRef):
        return ref.comment_id
    if isinstance(ref, OpinionRef):
        return ref.opinion_id
    return ref.id if ref.type == "suggestion" or not ref.label else f"{ref.id}（{ref.label}）"


def _value(decision: Decision) -> str:
    if decision.place is not None:
        article, paragraph, item = decision.place
        return place({"article": article, "paragraph": paragraph, "item": item}) if article else "草案没有"
    if decision.into is not None:
        return _named(decision.into)
    if decision.kind == "accept":
        return ""
    return _WORDS.get(decision.kind, {}).get(decision.value, decision.value)
