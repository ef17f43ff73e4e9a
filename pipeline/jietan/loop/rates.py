"""Adoption rates, each with the name of its denominator, and the time from opinion to answer."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass

from jietan.export.figures import people
from jietan.export.view import View
from jietan.export.wording import iso_day
from jietan.loop.answers import Answers
from jietan.loop.confirming import OUTCOME_LABELS

__all__ = ["Rate", "Waiting", "counted", "rates", "waiting"]

_TAKEN = ("采纳", "部分采纳")


@dataclass(frozen=True)
class Rate:
    """A share.

    Attributes:
        name: What is counted.
        part: How many.
        whole: Of how many.
        of: What the denominator is.
    """

    name: str
    part: int
    whole: int
    of: str

    @property
    def shown(self) -> str:
        """The share in per cent, or a dash without a denominator."""
        return f"{100 * self.part / self.whole:.1f}%" if self.whole else "—"


@dataclass(frozen=True)
class Waiting:
    """Days from opinion to answer.

    Attributes:
        n: Comments with a date.
        without: Comments without one, or dated after the answer.
        shortest: Fewest days, or None without any.
        median: Half of the comments waited no longer.
        longest: Most days.
    """

    n: int
    without: int
    shortest: int | None = None
    median: float | None = None
    longest: int | None = None


def counted(answers: Answers) -> dict[str, int]:
    """Count suggestions by what became of them, every label in its order."""
    found = Counter(told.label for told in answers.told.values())
    return {label: found[label] for label in OUTCOME_LABELS.values()}


def rates(view: View, answers: Answers) -> list[Rate]:
    """Return the shares of what was taken up, by suggestions, comments and people."""
    keeps = {row["suggestion_id"] for row in view.suggestions if row["operation"] == "保留"}
    labels = {name: told.label for name, told in answers.told.items()}
    asks = {name: label for name, label in labels.items() if name not in keeps}
    touched = {c: {i.suggestion_id for i in items if i.suggestion_id} for c, items in answers.items.items()}
    with_ask = [c for c, held in touched.items() if held]
    taken = [c for c in with_ask if any(labels[s] in _TAKEN for s in touched[c] if s)]
    changed = [c for c in with_ask if any(asks.get(s or "") in _TAKEN for s in touched[c])]
    n_all = len(touched)
    return [
        Rate("采纳的建议", _n(labels, "采纳"), len(labels), "归纳成的全部立法建议（条）"),
        Rate("采纳和部分采纳的建议", _n(labels, *_TAKEN), len(labels), "归纳成的全部立法建议（条）"),
        Rate("采纳和部分采纳的建议", _n(asks, *_TAKEN), len(asks), "要求改动草案的立法建议，不含要求维持原规定的（条）"),
        Rate("至少一项诉求采纳或者部分采纳的意见", len(taken), len(with_ask), "提出了立法建议的意见（件）"),
        Rate("至少一项诉求采纳或者部分采纳的意见", len(taken), n_all, "收到的全部意见，含转办、无关和空白的（件）"),
        Rate("至少一项改动草案的诉求采纳或者部分采纳的意见", len(changed), n_all, "收到的全部意见，含转办、无关和空白的（件）"),
        Rate("至少一项诉求采纳或者部分采纳的人", people(view, taken), people(view, touched), "全部提意见的人，匿名的每件算一人（人）"),
    ]


def _n(labels: dict[str, str], *wanted: str) -> int:
    return sum(label in wanted for label in labels.values())


def waiting(view: View, day: dt.date) -> Waiting:
    """Measure the time from opinion to answer.

    Args:
        view: The run.
        day: Day of the answer.
    """
    days = []
    for value in view.comments.column("submitted_at"):
        try:
            days.append((day - dt.date.fromisoformat(iso_day(value))).days)
        except ValueError:
            continue
    past = sorted(d for d in days if d >= 0)
    without = len(view.comments) - len(past)
    return Waiting(len(past), without, past[0], statistics.median(past), past[-1]) if past else Waiting(0, without)
