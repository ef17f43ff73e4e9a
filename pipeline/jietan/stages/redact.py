"""Redact: find the personal data in every comment; the text itself stays as it was received."""

from __future__ import annotations

import pandas as pd

from jietan.language.personal import find_personal
from jietan.tables import conform

__all__ = ["redact"]


def _place(text: str) -> tuple[int, int]:
    start, end = text.split("-")
    return int(start), int(end)


def redact(received: pd.DataFrame) -> pd.DataFrame:
    """Find personal data.

    Args:
        received: The ``received`` table; ``comment_id``, ``text`` and ``named`` are read.

    Returns:
        The ``pii`` table: one row per span, with the words to print instead in ``text_masked``.
    """
    rows = [
        (comment_id, span.start, span.end, span.type, span.masked)
        for comment_id, text, named in zip(received["comment_id"], received["text"], received["named"], strict=True)
        for span in find_personal(text, [_place(place) for place in named])
    ]
    return conform(pd.DataFrame(rows, columns=["comment_id", "start", "end", "type", "text_masked"]), "pii")
