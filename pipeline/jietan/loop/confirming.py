"""What reviewers say became of suggestions, beside what the program proposes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from jietan.review.decisions import OUTCOMES, Decision, GroupRef
from jietan.review.resolve import suggestion_of

__all__ = ["DISPOSITIONS", "OUTCOME_LABELS", "confirmed", "label_of"]

#: What a reviewer may say, and how it is written.
OUTCOME_LABELS = dict(zip(OUTCOMES, ("采纳", "部分采纳", "未采纳", "已有规定", "转其他途径"), strict=True))
#: Outcomes that are written as ``no`` with a disposition.
DISPOSITIONS = {name: OUTCOME_LABELS[name] for name in ("existing", "elsewhere")}


def label_of(outcome: str, disposition: object) -> str:
    """Return an outcome as it is written: its disposition where it has one.

    Args:
        outcome: ``full``, ``partial`` or ``no``.
        disposition: 已有规定, 转其他途径, or what a table has where there is none.
    """
    return disposition if isinstance(disposition, str) else OUTCOME_LABELS[outcome]


def confirmed(outcomes: pd.DataFrame, suggestions: pd.DataFrame, decisions: Iterable[Decision]) -> pd.DataFrame:
    """Put what reviewers decided in the place of what the program proposed.

    Args:
        outcomes: Table ``outcomes``; its column ``proposal`` keeps what the program says.
        suggestions: Table ``suggestions``.
        decisions: Decisions that stand; kinds other than ``set_outcome`` do not count.

    Returns:
        The table with ``outcome``, ``disposition``, ``reason`` and ``confirmed`` brought up to date.
    """
    members = {o: s for s, evidence in zip(suggestions["suggestion_id"], suggestions["evidence"], strict=True) for o in evidence}
    said: dict[str, tuple[str, str]] = {}
    for decision in decisions:
        if decision.kind == "set_outcome":
            for ref in decision.objects:
                name = suggestion_of(members, ref) if isinstance(ref, GroupRef) else None
                if name is not None:
                    said[name] = decision.value, decision.why
    proposals = dict(zip(outcomes["suggestion_id"], outcomes["proposal"], strict=True))
    final = {name: said.get(name, (proposals[name], ""))[0] for name in proposals}
    ids = outcomes["suggestion_id"]
    return outcomes.assign(
        outcome=["no" if final[i] in DISPOSITIONS else final[i] for i in ids],
        disposition=pd.Series([DISPOSITIONS.get(final[i]) for i in ids], index=outcomes.index, dtype=object),
        reason=[said.get(i, ("", ""))[1] for i in ids],
        confirmed=[i in said for i in ids],
    )
