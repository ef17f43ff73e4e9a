"""Boosted decision trees as plain numbers, which a model of the project is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jietan.errors import ModelError
from jietan.parallel import in_threads

__all__ = ["Trees", "read_trees"]

_CHUNK = 20_000
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Features = np.ndarray[Any, np.dtype[np.float32]]
#: Parts of a set of trees, each with one entry for a node but for the roots.
_PARTS = ("roots", "feature", "threshold", "low", "high", "value")


@dataclass(frozen=True)
class Trees:
    """Decision trees whose values add up; a node's number is smaller than those of its two children.

    Args:
        base: What is added to the sum.
        roots: The first node of each tree.
        feature: The feature each node looks at, -1 for a leaf.
        threshold: Up to this value a row goes to the low child.
        low: Child for small values.
        high: Child for others.
        value: What a leaf adds.
    """

    base: float
    roots: list[int]
    feature: list[int]
    threshold: list[float]
    low: list[int]
    high: list[int]
    value: list[float]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Trees:
        """Take the parts out of JSON.

        Raises:
            KeyError, TypeError, ValueError: A part is missing or no number.
        """
        return cls(float(data["base"]), *(data[name] for name in _PARTS))

    def sound(self, n_features: int) -> bool:
        """Say whether every tree can be walked with so many features."""
        n = len(self.feature)
        inner = [k for k in range(n) if self.feature[k] >= 0]
        return (
            bool(np.isfinite([self.base, *self.threshold, *self.value]).all())
            and {len(x) for x in (self.threshold, self.low, self.high, self.value)} == {n}
            and all(0 <= r < n for r in self.roots)
            and all(self.feature[k] < n_features and k < self.low[k] < n and k < self.high[k] < n for k in inner)
        )

    def sum(self, features: Features) -> Numbers:
        """Return the sum of the trees' values for each row of features."""
        found = in_threads(self._of_some, [features[at : at + _CHUNK] for at in range(0, len(features), _CHUNK)])
        return np.concatenate(found) if found else np.zeros(0)

    def _of_some(self, features: Features) -> Numbers:
        columns = np.ascontiguousarray(features.T)
        total = np.full(len(features), self.base)
        for root in self.roots:
            total += self._value(root, columns)
        return total

    def _value(self, node: int, columns: Features) -> Numbers | float:
        if self.feature[node] < 0:
            return self.value[node]
        left = columns[self.feature[node]] <= np.float32(self.threshold[node])
        return np.where(left, self._value(self.low[node], columns), self._value(self.high[node], columns))


def read_trees(
    raw: bytes, where: str, model: tuple[str, str], features: Sequence[str], names: Sequence[str]
) -> tuple[dict[str, Any], list[Trees]]:
    """Read the sets of trees of a model.

    Args:
        raw: The file, JSON.
        where: Its place, for messages.
        model: What the model is for, in Chinese, and its name below ``models/``.
        features: What the program computes; the file has to be made for it.
        names: Names of the sets.

    Returns:
        All that the file says, and the sets in the order of their names.

    Raises:
        ModelError: The file is damaged, or made for other features.
    """
    what, name = model
    try:
        data: dict[str, Any] = json.loads(raw)
        sets = [Trees.read(data[n]) for n in names]
        fits = tuple(data["features"]) == tuple(features) and all(s.sound(len(features)) for s in sets)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{what}缺失或已损坏", where=where, todo="请重新安装 jietan") from error
    if not fits:
        raise ModelError(f"{what}与程序版本不配", where=where, todo=f"请用同一版本的 models/{name}")
    return data, sets
