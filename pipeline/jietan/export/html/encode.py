"""Python values into the JSON that a page holds: safe between tags, small, with offsets as JavaScript counts them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["deltas", "island", "js_length"]

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def island(value: Any) -> str:  # noqa: ANN401  (any JSON value)
    """Return JSON that may stand in a script element: nothing in it can end the element or a line of a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text


def deltas(numbers: Iterable[int]) -> list[int]:
    """Return distinct numbers in rising order, each as its distance from the one before; small numbers take little room."""
    before, out = 0, []
    for number in sorted(set(numbers)):
        out.append(number - before)
        before = number
    return out


def js_length(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which JavaScript counts."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)
