"""What reviewers said of suggestions, for the files that are handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from jietan.loop.confirming import OUTCOME_LABELS
from jietan.review.apply import SUGGESTING
from jietan.review.decisions import DECISION_WORDS, CommentRef, Decision, GroupRef, OpinionRef, text_hash
from jietan.review.ledger import read_ledger, standing
from jietan.review.resolve import suggestion_of

__all__ = ["REWORDED", "Remark", "remarks", "reworded"]

#: Said of a suggestion that was accepted in other words than it has now.
REWORDED = "采用以后，建议的文字随观点或者条文变了，请再看"
#: Kinds of decisions about opinions that bear on what a suggestion says and how many ask for it.
OPINING = ("set_kind", "set_stance", "set_operation", "set_article", "merge_units", "split_unit")
_NAMED = 3


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


def _day(decision: Decision) -> str:
    return dt.datetime.fromisoformat(decision.at).astimezone().date().isoformat()


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
    entries = [e.decision for e in standing(read_ledger(folder)) if e.state == "stands"]
    made = [d for d in entries if d.kind in (*SUGGESTING, "note")]
    members, stale = _members(suggestions), reworded(suggestions, made)
    out: dict[str, list[Remark]] = defaultdict(list)
    for d in made:
        words = d.value if d.kind == "note" else d.why
        if d.kind == "set_outcome":
            words = "，".join(w for w in (OUTCOME_LABELS[d.value], d.why) if w)
        for ref in d.objects:
            name = suggestion_of(members, ref) if isinstance(ref, GroupRef) and ref.type == "suggestion" else None
            if name is not None:
                said = "；".join(filter(None, (words, REWORDED if name in stale.get(d.id, ()) else "")))
                out[name].append(Remark(_day(d), d.by, DECISION_WORDS[d.kind], said))
    for name, found in _of_opinions(entries, members):
        out[name].append(found)
    return {name: tuple(sorted(found, key=lambda r: r.day)) for name, found in out.items()}


def _of_opinions(made: Iterable[Decision], members: Mapping[str, str]) -> Iterator[tuple[str, Remark]]:
    """What was decided about opinions of a suggestion, one remark for each day, reviewer and kind of decision.

    Of asks that were merged the largest is what the others were merged into: it is not named.
    """
    said: dict[tuple[str, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for d in made:
        if d.kind in OPINING:
            parts = sorted(
                ([r.opinion_id] if isinstance(r, OpinionRef) else r.members for r in d.objects if not isinstance(r, CommentRef)), key=len
            )
            for opinion in chain.from_iterable(parts[:-1] if d.kind == "merge_units" else parts):
                if opinion in members:
                    said[members[opinion], _day(d), d.by, d.kind].append((opinion, d.why))
    for (name, day, by, kind), found in said.items():
        opinions = list(dict.fromkeys(o for o, _ in found))
        named = "、".join(opinions[:_NAMED]) + (f"等 {len(opinions)} 个观点" if len(opinions) > _NAMED else "")
        yield name, Remark(day, by, DECISION_WORDS[kind], "，".join(dict.fromkeys((named, *(why for _, why in found if why)))))
