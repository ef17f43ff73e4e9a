"""Boosted decision trees as plain numbers, which a model of the project is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jietan.parallel import in_threads

__all__ = ["Trees"]

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
