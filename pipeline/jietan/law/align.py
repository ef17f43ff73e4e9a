"""Align two versions of a law: which article became which.

The articles that keep their order are found by dynamic programming over lexical similarity, those that left it by a
second pass, what is still without a partner by a third. An article whose words come from one that already has a
partner was split off it, or merged into it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from jietan.language.normalize import fold
from jietan.language.numerals import NUMBER

__all__ = ["Change", "ChangeKind", "Version", "align"]


class Version(Protocol):
    """An article of one version: an ``Article``, or a row of a frame of articles (``frame.itertuples()``)."""

    @property
    def article(self) -> str:
        """Its label."""

    @property
    def text(self) -> str:
        """Its words."""


ChangeKind = Literal["same", "renumbered", "modified", "split", "merged", "inserted", "deleted"]


@dataclass(frozen=True)
class Change:
    """What became of one article, or of several that were split or merged.

    Attributes:
        kind: ``same``; ``renumbered`` (the same words under another label); ``modified`` (under the same label or
            another); ``split`` (one old, several new); ``merged`` (several old, one new); ``inserted``; ``deleted``.
            Line breaks and blanks do not count as words.
        old: Positions in the old version, ascending; empty for ``inserted``.
        new: Positions in the new version, ascending; empty for ``deleted``.
        similarity: 0 to 1: the share of its pairs of neighbouring characters that each side has in common with the
            other, numbers of cited articles left out; 1 for the same words, 0 where one side is missing.
        moved: Whether it left the order that the other articles keep.
    """

    kind: ChangeKind
    old: tuple[int, ...]
    new: tuple[int, ...]
    similarity: float
    moved: bool = False


Bag = Counter[str]
Matrix = NDArray[np.float64]
Pairs = dict[int, int]

#: Least similarity of two articles that keep the order, and of two that do not.
_IN_ORDER, _MOVED = 0.4, 0.5
#: Share of the best partner's similarity that a pair needs to be taken first.
_NEAR_BEST = 0.8
#: Share of an article that another one must hold, where that was split or merged; runs of this many characters count.
_TAKEN, _RUN = 0.5, 4
#: Articles of fewer such runs are stock phrases (构成犯罪的，依法追究刑事责任); nothing is split off them or merged with them.
_STOCK = 24
_CITED = re.compile(rf"第{NUMBER}(?=[编章节条款项])")
_BLANK = re.compile(r"\s+")


def _bare(text: str) -> str:
    return _BLANK.sub("", text)


def _grams(text: str, size: int) -> Bag:
    """Runs of characters of the text, without the numbers of the articles it cites."""
    plain = _CITED.sub("第", _bare(fold(text)))
    return Counter(plain[at : at + size] for at in range(max(1, len(plain) - size + 1)))


def _matrix(bags: Sequence[Bag], codes: dict[tuple[str, int], int]) -> Any:  # noqa: ANN401  (scipy is untyped)
    """Rows of ones; a run of characters that comes again in the same text has a column of its own."""
    rows = [[codes.setdefault((gram, n), len(codes)) for gram, count in bag.items() for n in range(count)] for bag in bags]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(bags), len(codes)))


def _likeness(old: Sequence[Bag], new: Sequence[Bag]) -> Matrix:
    """Dice coefficient of every pair, shape (old, new)."""
    codes: dict[tuple[str, int], int] = {}
    left, right = _matrix(old, codes), _matrix(new, codes)
    left.resize(len(old), len(codes))
    totals = np.add.outer([float(bag.total()) for bag in old], [float(bag.total()) for bag in new])
    likeness: Matrix = 2 * (left @ right.T).toarray() / totals
    return likeness


def _chain(weights: Matrix) -> Pairs:
    """Rows and columns, both ascending, whose weights add up to the most; only weights above 0 count."""
    rows, columns = weights.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        taken = best[row, :-1] + np.maximum(weights[row], 0)
        best[row + 1, 1:] = np.maximum.accumulate(np.maximum(best[row, 1:], taken))
    pairs: Pairs = {}
    row, column = rows, columns
    while row and column:
        if best[row, column] == best[row - 1, column]:
            row -= 1
        elif best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs[row] = column
    return pairs


def _strays(likeness: Matrix, kept: Pairs) -> Pairs:
    """Partners of the articles that the chain left out, the most similar first."""
    free_old, free_new = (np.ones(size, dtype=bool) for size in likeness.shape)
    free_old[list(kept)] = False
    free_new[list(kept.values())] = False
    found: Pairs = {}
    rows, columns = np.nonzero((likeness >= _MOVED) & free_old[:, None] & free_new[None, :])
    for index in np.argsort(-likeness[rows, columns], kind="stable"):
        row, column = int(rows[index]), int(columns[index])
        if free_old[row] and free_new[column]:
            free_old[row] = free_new[column] = False
            found[row] = column
    return found


def _pair(likeness: Matrix) -> tuple[Pairs, Pairs]:
    """Partners that keep the order, and partners that left it."""
    rows, columns = likeness.shape
    place = np.abs(np.subtract.outer(np.arange(rows) / rows, np.arange(columns) / columns))
    near = np.maximum(likeness.max(axis=1)[:, None], likeness.max(axis=0)[None, :]) * _NEAR_BEST
    weights = np.where(likeness >= _IN_ORDER, likeness**2 + 1e-6 * (1 - place), 0)
    kept = _chain(np.where(likeness >= near, weights, 0))
    strays = _strays(likeness, kept)
    for row in strays:
        weights[row, :] = 0
    for column in strays.values():
        weights[:, column] = 0
    for row, column in strays.items():
        weights[row, column] = likeness[row, column]
    for row, column in kept.items():
        weights[row, column] = 10
    ordered = _chain(weights)
    return ordered, {row: column for row, column in strays.items() if row not in ordered}


def _origins(old: Sequence[str], new: Sequence[str], pairs: Pairs) -> Pairs:
    """For each new article without a partner the old one that it was split off, if any.

    What an old article still shares with its own partner does not count: it must have lost the words that the other has.
    """
    theirs = [_grams(text, _RUN) for text in new]
    holders: dict[str, list[int]] = {}
    for at, text in enumerate(old):
        lost = _grams(text, _RUN)
        if at in pairs:
            lost -= theirs[pairs[at]]
        for gram in lost:
            holders.setdefault(gram, []).append(at)
    taken = set(pairs.values())
    found: Pairs = {}
    for at, grams in enumerate(theirs):
        counts = Counter(holder for gram in grams for holder in holders.get(gram, ()))
        if at not in taken and len(grams) >= _STOCK and counts:
            best = min(counts, key=lambda holder: (-counts[holder], holder))
            if counts[best] >= _TAKEN * len(grams):
                found[at] = best
    return found


def _groups(old: Sequence[str], new: Sequence[str], pairs: Pairs) -> list[tuple[list[int], list[int]]]:
    """Positions that belong together: one to one, one to several or several to one."""
    offspring = {row: [column] for row, column in pairs.items()}
    for column, row in _origins(old, new, pairs).items():
        offspring.setdefault(row, []).append(column)
    into: dict[int, list[int]] = {columns[0]: [row] for row, columns in offspring.items() if len(columns) == 1}
    whole = {column for columns in offspring.values() for column in columns} - set(into)
    for row, column in _origins(new, old, {column: row for row, column in pairs.items()}).items():
        if row not in offspring and column not in whole:
            into.setdefault(column, []).append(row)
    split = [([row], sorted(columns)) for row, columns in offspring.items() if len(columns) > 1]
    return split + [(sorted(rows), [column]) for column, rows in into.items()]


def _kind(old: Sequence[Version], new: Sequence[Version]) -> ChangeKind:
    if len(old) > 1 or len(new) > 1:
        return "split" if len(old) == 1 else "merged"
    if _bare(old[0].text) != _bare(new[0].text):
        return "modified"
    return "same" if old[0].article == new[0].article else "renumbered"


def _compare(old: Sequence[Version], new: Sequence[Version]) -> list[Change]:
    """Changes in no particular order."""
    before, after = [version.text for version in old], [version.text for version in new]
    ordered: Pairs = {}
    strays: Pairs = {}
    if before and after:
        ordered, strays = _pair(_likeness([_grams(text, 2) for text in before], [_grams(text, 2) for text in after]))
    groups = _groups(before, after, ordered | strays)
    changes = []
    for rows, columns in groups:
        kind = _kind([old[row] for row in rows], [new[column] for column in columns])
        texts = ["".join(before[row] for row in rows)], ["".join(after[column] for column in columns)]
        same = 1.0 if kind in ("same", "renumbered") else float(_likeness(*([_grams(side[0], 2)] for side in texts))[0, 0])
        moved = not any(ordered.get(row) in columns for row in rows) and any(row in strays for row in rows)
        changes.append(Change(kind, tuple(rows), tuple(columns), round(same, 6), moved))
    gone = set(range(len(old))) - {row for rows, _ in groups for row in rows}
    fresh = set(range(len(new))) - {column for _, columns in groups for column in columns}
    changes += [Change("deleted", (row,), (), 0.0) for row in gone]
    return changes + [Change("inserted", (), (column,), 0.0) for column in fresh]


def _reversed(change: Change) -> Change:
    opposite: dict[ChangeKind, ChangeKind] = {"inserted": "deleted", "deleted": "inserted", "split": "merged", "merged": "split"}
    return Change(opposite.get(change.kind, change.kind), change.new, change.old, change.similarity, change.moved)


def align(old: Sequence[Version], new: Sequence[Version]) -> list[Change]:
    """Find what became of every article between two versions of a law, or between a draft and the adopted text.

    Args:
        old: Articles of the earlier version, in order; each has ``article`` (its label) and ``text``.
        new: Articles of the later version, in order.

    Returns:
        Changes in the order of the new version, a deleted article behind the one it followed. Every position of either
        version is in exactly one of them. The result depends on labels and texts alone, and ``align(new, old)`` gives the
        same changes with sides exchanged: ``inserted`` for ``deleted``, ``split`` for ``merged``.
    """
    sides = [[(version.article, version.text) for version in versions] for versions in (old, new)]
    changes = list(map(_reversed, _compare(new, old))) if sides[0] > sides[1] else _compare(old, new)
    followers = {row: max(change.new) for change in changes if change.new and not change.moved for row in change.old}
    places: dict[Change, tuple[int, int]] = {}
    for change in changes:
        if change.new:
            places[change] = (change.new[0], -1)
        else:
            before = max((row for row in followers if row < change.old[0]), default=-1)
            places[change] = (followers.get(before, -1), change.old[0])
    return sorted(changes, key=lambda change: places[change])
