"""What the generated pages share: links of the code led to where the page stands, cells of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["cell", "linked", "table"]

_LINK = re.compile(r"\]\((?!https?:|#|\.\./)([\w/-]+\.md(?:#[^)]*)?)\)")


def linked(text: str) -> str:
    """Lead the links of a text of the code, written from ``docs/``, there from a page in ``docs/reference/``."""

    def one(found: re.Match[str]) -> str:
        target = found[1]
        return f"]({target.removeprefix('reference/')})" if target.startswith("reference/") else f"](../{target})"

    return _LINK.sub(one, text)


def cell(text: object) -> str:
    """Return a text as it stands in a cell of a table of Markdown."""
    return str(text).replace("|", "\\|").replace("\n", "<br>")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of Markdown.

    Args:
        headings: The header row.
        rows: Cells, as many as there are headings.
    """
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
