"""Write the form to gather opinions: 意见收集表 as xlsx to fill in, docx to print, html to fill in without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jietan.export.files import write_each
from jietan.loop.form import Form

__all__ = ["FORMATS", "write_form"]

_NAME = "意见收集表"


def _xlsx(path: Path, form: Form) -> None:
    from jietan.export.form.xlsx import write_xlsx

    write_xlsx(path, form)


def _docx(path: Path, form: Form) -> None:
    from jietan.export.form.docx import write_docx

    write_docx(path, form)


def _html(path: Path, form: Form) -> None:
    from jietan.export.form.html import page

    path.write_text(page(form), "utf-8", newline="\n")


#: Name of a format to what writes it.
FORMATS: dict[str, Callable[[Path, Form], None]] = {"xlsx": _xlsx, "docx": _docx, "html": _html}


def write_form(form: Form, folder: Path, formats: Sequence[str] = ("xlsx", "docx", "html")) -> list[Path]:
    """Write a form.

    Args:
        form: What it offers.
        folder: Where the files go; made if missing.
        formats: ``xlsx``, ``docx``, ``html``.

    Returns:
        The files written, in order.

    Raises:
        SettingsError: A format is unknown.
        RunFolderError: A file cannot be written.
    """
    return write_each(form, folder / _NAME, FORMATS, formats)
