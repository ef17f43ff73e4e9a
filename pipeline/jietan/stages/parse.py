"""Parse: the draft becomes the table of its articles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from jietan.law.parse import read_draft
from jietan.tables import conform, empty

__all__ = ["parse"]


def parse(path: Path | None, source: str = "draft") -> tuple[pd.DataFrame, str, list[str]]:
    """Read a draft.

    Args:
        path: docx, md, txt, html or text PDF; None for no draft.
        source: ``draft`` or ``final``.

    Returns:
        The table ``provisions``, the draft's title, and the problems of its numbering.

    Raises:
        InputError: The file cannot be read or has no articles.
    """
    if path is None:
        return empty("provisions"), "", []
    draft = read_draft(path)
    rows = [
        {
            "article_id": a.article_id,
            "law": a.law,
            "article": a.article,
            "chapter": a.chapter,
            "text": a.text,
            "source": source,
            "paragraphs": list(a.paragraphs),
            "position": i,
        }
        for i, a in enumerate(draft.articles)
    ]
    return conform(pd.DataFrame(rows), "provisions"), draft.title, list(draft.problems)
