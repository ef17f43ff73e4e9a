"""Which found opinion answers which labelled one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from jietan.evaluate.gold import Gold, GoldOpinion
from jietan.evaluate.tables import Opinion, RunTables

__all__ = ["Comparison", "Match", "match_spans"]

_FLOOR = 0.5


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _likeness(a: _Span, b: _Span) -> float:
    """Intersection over union; spans that only touch are not alike."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared / (max(a.end, b.end) - min(a.start, b.start)) if shared > 0 else 0.0


def match_spans(gold: Sequence[_Span], found: Sequence[_Span]) -> list[tuple[int, int]]:
    """Match spans one to one by intersection over union of at least one half, best first.

    Args:
        gold: Labelled spans.
        found: Spans of the run, over the same text.

    Returns:
        Pairs of positions in ``gold`` and ``found``; ties go to the earlier position.
    """
    scored = [(_likeness(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)]
    ordered = sorted((s for s in scored if s[0] >= _FLOOR), key=lambda s: (-s[0], s[1], s[2]))
    free_gold, free_found = set(range(len(gold))), set(range(len(found)))
    out = []
    for _, i, j in ordered:
        if i in free_gold and j in free_found:
            free_gold.remove(i)
            free_found.remove(j)
            out.append((i, j))
    return out


@dataclass(frozen=True)
class Match:
    """A labelled opinion and the found one that answers it; ``number`` is the label's place in its comment."""

    comment_id: str
    number: int
    gold: GoldOpinion
    found: Opinion


@dataclass(frozen=True)
class Comparison:
    """The answers, what the run says, and how the two fit together."""

    gold: Gold
    run: RunTables

    @cached_property
    def found_in(self) -> dict[str, list[Opinion]]:
        """Comment id to found opinions; empty for a comment without any."""
        out: dict[str, list[Opinion]] = defaultdict(list)
        for opinion in self.run.opinions:
            out[opinion.comment_id].append(opinion)
        return out

    @cached_property
    def matches(self) -> list[Match]:
        """Every match, reasons included, in the order of the answers."""
        return [
            Match(name, i, comment.opinions[i], self.found_in[name][j])
            for name, comment in self.gold.comments.items()
            for i, j in match_spans(comment.opinions, self.found_in[name])
        ]

    @cached_property
    def asks(self) -> list[Match]:
        """Matches whose label is not a reason."""
        return [m for m in self.matches if not m.gold.is_reason]

    def person(self, comment_id: str) -> str:
        """Return who submitted a comment."""
        return self.run.people.get(comment_id, comment_id)
