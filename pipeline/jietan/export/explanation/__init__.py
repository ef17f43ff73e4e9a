"""Write the explanation of a draft: 草案解读 as docx, html, md and json."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jietan.export.files import write_each
from jietan.loop.explain import Explanation

__all__ = ["FORMATS", "write_explanation"]

_NAME = "草案解读"


def _docx(path: Path, explanation: Explanation) -> None:
    from jietan.export.explanation.docx import write_docx

    write_docx(path, explanation)


def _html(path: Path, explanation: Explanation) -> None:
    from jietan.export.explanation.html import page

    path.write_text(page(explanation), "utf-8", newline="\n")


def _md(path: Path, explanation: Explanation) -> None:
    from jietan.export.explanation.text import markdown

    path.write_text(markdown(explanation), "utf-8", newline="\n")


def _json(path: Path, explanation: Explanation) -> None:
    from jietan.export.explanation.text import as_json

    path.write_text(as_json(explanation), "utf-8", newline="\n")


#: Name of a format to what writes it.
FORMATS: dict[str, Callable[[Path, Explanation], None]] = {"docx": _docx, "html": _html, "md": _md, "json": _json}


def write_explanation(explanation: Explanation, folder: Path, formats: Sequence[str] = ("docx", "html", "md")) -> list[Path]:
    """Write an explanation.

    Args:
        explanation: The draft explained.
        folder: Where the files go; made if missing.
        formats: ``docx``, ``html``, ``md``, ``json``.

    Returns:
        The files written, in order.

    Raises:
        SettingsError: A format is unknown.
        RunFolderError: A file cannot be written.
    """
    return write_each(explanation, folder / _NAME, FORMATS, formats)
