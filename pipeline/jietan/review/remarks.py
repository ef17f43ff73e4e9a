"""What reviewers said of suggestions, for the files that are handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from jietan.loop.confirming import OUTCOME_LABELS
from jietan.review.apply import SUGGESTING
from jietan.review.decisions import DECISION_WORDS, Decision, GroupRef, text_hash
from jietan.review.ledger import read_ledger, standing
from jietan.review.resolve import suggestion_of

__all__ = ["REWORDED", "Remark", "remarks", "reworded"]

#: Said of a suggestion that was accepted in other words than it has now.
REWORDED = "采用以后，建议的文字随观点或者条文变了，请再看"


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


def _members(suggestions: pd.DataFrame) -> dict[str, str]:
    return {o: s for s, evidence in zip(suggestions["suggestion_id"], suggestions["evidence"], strict=True) for o in evidence}


def reworded(suggestions: pd.DataFrame, made: Iterable[Decision]) -> dict[str, set[str]]:
    """Find suggestions that were drafted anew after they were accepted.

    Args:
        suggestions: Table ``suggestions``; what reviewers wrote themselves is no such change.
        made: Decisions that stand.

    Returns:
        Suggestions by the decision that accepted them last.
    """
    accepted = [d for d in made if d.kind == "accept" and d.value]
    if not accepted:
        return {}
    members = _members(suggestions)
    now = suggestions[suggestions["status"] == "accepted"].set_index("suggestion_id")["proposed_text"].map(text_hash).to_dict()
    last: dict[str, tuple[str, str]] = {}
    for d in accepted:
        for ref, seen in zip(d.objects, d.value.split(), strict=True):
            name = suggestion_of(members, ref) if isinstance(ref, GroupRef) else None
            if name is not None:
                last[name] = (d.id, seen)
    out: dict[str, set[str]] = defaultdict(set)
    for name, (decision, seen) in last.items():
        if now.get(name, seen) != seen:
            out[decision].add(name)
    return dict(out)


def remarks(suggestions: pd.DataFrame, folder: Path) -> Mapping[str, tuple[Remark, ...]]:
    """Return what stands of what reviewers said of each suggestion, the first said first.

    Args:
        suggestions: Table ``suggestions``.
        folder: The run, whose ledger is read.

    Raises:
        RunFolderError: The ledger cannot be read.
    """
    made = [e.decision for e in standing(read_ledger(folder)) if e.state == "stands" and e.decision.kind in (*SUGGESTING, "note")]
    members, stale = _members(suggestions), reworded(suggestions, made)
    out: dict[str, list[Remark]] = defaultdict(list)
    for d in made:
        day = dt.datetime.fromisoformat(d.at).astimezone().date().isoformat()
        words = d.value if d.kind == "note" else d.why
        if d.kind == "set_outcome":
            words = "，".join(w for w in (OUTCOME_LABELS[d.value], d.why) if w)
        for ref in d.objects:
            name = suggestion_of(members, ref) if isinstance(ref, GroupRef) and ref.type == "suggestion" else None
            if name is not None:
                said = "；".join(filter(None, (words, REWORDED if name in stale.get(d.id, ()) else "")))
                out[name].append(Remark(day, d.by, DECISION_WORDS[d.kind], said))
    return {name: tuple(found) for name, found in out.items()}
