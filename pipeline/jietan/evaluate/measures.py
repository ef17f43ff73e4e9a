"""Measures of agreement that know nothing of consultations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

__all__ = ["bcubed", "grouped_pairs", "macro_f1", "mean", "named", "overlap", "precision_recall"]


def _harmonic(precision: float, recall: float) -> dict[str, float]:
    total = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / total if total else 0.0}


def precision_recall(right: float, wrong: float, missed: float) -> dict[str, float]:
    """Return precision, recall and f1; what was never asked for counts as answered well.

    Args:
        right: Answers that are right.
        wrong: Answers that are wrong.
        missed: Right answers that were not given.

    Returns:
        ``precision``, ``recall`` and ``f1``, each in 0..1.
    """
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    return _harmonic(precision, recall)


def overlap(found: set[tuple[str, str]], wanted: set[tuple[str, str]]) -> dict[str, float]:
    """Return precision, recall and f1 of one set against another."""
    return precision_recall(len(found & wanted), len(found - wanted), len(wanted - found))


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> dict[str, float]:
    """Compare two groupings item by item (B-cubed).

    Args:
        gold: Group of each item in the answers.
        found: Group of each item in the run, in the same order.

    Returns:
        ``precision`` (how pure an item's found group is, on average), ``recall`` and ``f1``; zeros without items.
    """
    n = len(gold)
    if not n:
        return {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    gold_sizes, found_sizes = Counter(gold), Counter(found)
    cells = Counter(zip(gold, found, strict=True))
    precision = sum(c * c / found_sizes[f] for (_, f), c in cells.items()) / n
    recall = sum(c * c / gold_sizes[g] for (g, _), c in cells.items()) / n
    return _harmonic(precision, recall)


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """Return the mean f1 over the labels that occur in the answers; other labels only cost precision."""
    from sklearn.metrics import f1_score

    labels = sorted(set(gold))
    return float(f1_score(gold, found, average="macro", labels=labels, zero_division=0))


def mean(values: Iterable[float]) -> float:
    """Return the arithmetic mean.

    Raises:
        ZeroDivisionError: There are no values.
    """
    listed = list(values)
    return sum(listed) / len(listed)


def named(prefix: str, figures: Mapping[str, float]) -> dict[str, float]:
    """Put a prefix and a dot before every name."""
    return {f"{prefix}.{name}": value for name, value in figures.items()}


def grouped_pairs(groups: Mapping[str, str | None]) -> set[tuple[str, str]]:
    """Return every pair of items, in sorted order, that stand in the same group; None is no group."""
    members: dict[str, list[str]] = {}
    for item, group in groups.items():
        if group is not None:
            members.setdefault(group, []).append(item)
    return set(_pairs(members.values()))


def _pairs(groups: Iterable[list[str]]) -> Iterator[tuple[str, str]]:
    for group in groups:
        yield from combinations(sorted(group), 2)
