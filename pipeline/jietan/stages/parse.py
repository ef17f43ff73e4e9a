"""Parse: the draft becomes the table of its articles; of one that amends a law, those of the amended text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from jietan.law.amendment import Amendment, amend, read_amendments
from jietan.law.document import read_paragraphs
from jietan.law.library import load_library
from jietan.law.parse import parse_paragraphs
from jietan.law.rewrite import AMENDED_COLUMNS
from jietan.tables import TABLES, conform, empty

__all__ = ["parse"]


def _amended(amendments: Sequence[Amendment], where: str, source: str) -> tuple[pd.DataFrame, str, list[str]]:
    """The text of the laws as amended."""
    library = load_library()
    results = [amend(amendment, library, where) for amendment in amendments]
    table = pd.concat([result.articles for result in results], ignore_index=True)
    table = table.assign(source=source, position=range(len(table)))[[*TABLES["provisions"].column_names, *AMENDED_COLUMNS]]
    note = f"{where}是修改{'、'.join(f'《{result.law}》' for result in results)}的文件，草案条文是按法规库中的原文修改后的条文"
    return conform(table, "provisions"), results[0].law, [note, *(words for result in results for words in result.problems)]


def parse(path: Path | None, source: str = "draft") -> tuple[pd.DataFrame, str, list[str]]:
    """Read a draft.

    Args:
        path: docx, md, txt, html or text PDF; None for no draft.
        source: ``draft`` or ``final``.

    Returns:
        The table ``provisions``, the draft's title, and what a person should check. Where the file amends laws (修正案草案,
        修改决定) the table holds the laws as amended, with the columns ``amended_item`` and ``amended_words`` besides.

    Raises:
        InputError: The file cannot be read, has no articles, or amends a law that the library lacks.
    """
    if path is None:
        return empty("provisions"), "", []
    paragraphs = read_paragraphs(path)
    if amendments := read_amendments(paragraphs):
        return _amended(amendments, path.name, source)
    draft = parse_paragraphs(paragraphs, path.name)
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
