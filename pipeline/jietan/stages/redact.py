"""Redact: find the personal data in every comment; the text itself stays as it was received."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jietan.language.personal import find_personal
from jietan.parallel import spread
from jietan.tables import conform

__all__ = ["redact"]

_BATCH = 500


def _place(text: str) -> tuple[int, int]:
    start, end = text.split("-")
    return int(start), int(end)


def _find(comments: Sequence[tuple[str, str, Sequence[str]]]) -> list[tuple[str, int, int, str, str]]:
    """Find the personal data of some comments: id, text and places of known names of each."""
    return [
        (comment_id, span.start, span.end, span.type, span.masked)
        for comment_id, text, named in comments
        for span in find_personal(text, [_place(place) for place in named])
    ]


def redact(received: pd.DataFrame) -> pd.DataFrame:
    """Find personal data.

    Args:
        received: The ``received`` table; ``comment_id``, ``text`` and ``named`` are read.

    Returns:
        The ``pii`` table: one row per span, with the words to print instead in ``text_masked``.
    """
    comments = [*zip(received["comment_id"].tolist(), received["text"].tolist(), map(list, received["named"]), strict=True)]
    rows = spread(_find, comments, "查找个人信息", _BATCH)
    return conform(pd.DataFrame(rows, columns=["comment_id", "start", "end", "type", "text_masked"]), "pii")
