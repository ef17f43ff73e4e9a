"""Redact: find the personal data in every comment; the text itself stays as it was received."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jietan.language.personal import find_personal
from jietan.parallel import numbered, spread
from jietan.tables import conform

__all__ = ["redact"]

_BATCH = 500


def _place(text: str) -> tuple[int, int]:
    start, end = text.split("-")
    return int(start), int(end)


def _find(comments: Sequence[tuple[str, tuple[str, ...]]]) -> list[list[tuple[int, int, str, str]]]:
    """Find the personal data of some comments: text and places of known names of each."""
    return [
        [(span.start, span.end, span.type, span.masked) for span in find_personal(text, [_place(place) for place in named])]
        for text, named in comments
    ]


def redact(received: pd.DataFrame) -> pd.DataFrame:
    """Find personal data.

    Args:
        received: The ``received`` table; ``comment_id``, ``text`` and ``named`` are read.

    Returns:
        The ``pii`` table: one row per span, with the words to print instead in ``text_masked``.
    """
    comments, places = numbered(zip(received["text"].tolist(), map(tuple, received["named"]), strict=True))
    found = spread(_find, comments, "查找个人信息", _BATCH)
    rows = [(name, *span) for name, k in zip(received["comment_id"].tolist(), places, strict=True) for span in found[k]]
    return conform(pd.DataFrame(rows, columns=["comment_id", "start", "end", "type", "text_masked"]), "pii")
