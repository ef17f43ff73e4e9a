"""What reviewers said of suggestions, for the files that are handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from jietan.loop.confirming import OUTCOME_LABELS
from jietan.review.apply import SUGGESTING
from jietan.review.decisions import DECISION_WORDS, GroupRef
from jietan.review.ledger import read_ledger, standing
from jietan.review.resolve import suggestion_of

__all__ = ["Remark", "remarks"]


class Remark(NamedTuple):
    """A decision or a note about a suggestion.

    Attributes:
        day: When, ISO date.
        by: The reviewer.
        what: What was decided.
        words: The reason, the note, or what became of the suggestion; may be empty.
    """

    day: str
    by: str
    what: str
    words: str


def remarks(suggestions: pd.DataFrame, folder: Path) -> Mapping[str, tuple[Remark, ...]]:
    """Return what stands of what reviewers said of each suggestion, the first said first.

    Args:
        suggestions: Table ``suggestions``.
        folder: The run, whose ledger is read.

    Raises:
        RunFolderError: The ledger cannot be read.
    """
    made = [e.decision for e in standing(read_ledger(folder)) if e.state == "stands" and e.decision.kind in (*SUGGESTING, "note")]
    members = {o: s for s, evidence in zip(suggestions["suggestion_id"], suggestions["evidence"], strict=True) for o in evidence}
    out: dict[str, list[Remark]] = defaultdict(list)
    for d in made:
        day = dt.datetime.fromisoformat(d.at).astimezone().date().isoformat()
        words = d.value if d.kind == "note" else d.why
        if d.kind == "set_outcome":
            words = "，".join(w for w in (OUTCOME_LABELS[d.value], d.why) if w)
        for ref in d.objects:
            name = suggestion_of(members, ref) if isinstance(ref, GroupRef) and ref.type == "suggestion" else None
            if name is not None:
                out[name].append(Remark(day, d.by, DECISION_WORDS[d.kind], words))
    return {name: tuple(found) for name, found in out.items()}
