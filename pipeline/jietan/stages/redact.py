"""Redact: find the personal data in every comment; the text itself stays as it was received."""

from __future__ import annotations

import pandas as pd

from jietan.language.personal import find_personal
from jietan.tables import conform

__all__ = ["redact"]


def redact(received: pd.DataFrame) -> pd.DataFrame:
    """Find personal data.

    Args:
        received: The ``received`` table; ``comment_id`` and ``text`` are read.

    Returns:
        The ``pii`` table: one row per span, with the words to print instead in ``text_masked``.
    """
    rows = [
        (comment_id, span.start, span.end, span.type, span.masked)
        for comment_id, text in zip(received["comment_id"], received["text"], strict=True)
        for span in find_personal(text)
    ]
    return conform(pd.DataFrame(rows, columns=["comment_id", "start", "end", "type", "text_masked"]), "pii")
