"""The form as a page for the browser: nothing leaves the computer, what is entered is saved as a csv file."""

from __future__ import annotations

from jietan.export.html.page import render
from jietan.export.wording import FORMULA_STARTS, book, printable
from jietan.loop.form import COLUMNS, Form
from jietan.reading.forms import QUOTE

__all__ = ["page"]


def page(form: Form) -> str:
    """Return the page.

    Args:
        form: What it offers.
    """
    data = {
        "title": printable(form.title),
        "columns": ["意见编号", *COLUMNS],
        "choices": {column: [printable(v) for v in values] for column, values in form.choices.items()},
        "texts": [printable(text) for text in form.texts],
        "points": [[printable(street), printable(point)] for street, point in form.points],
        "formulas": [*FORMULA_STARTS, QUOTE],
    }
    return render(
        "form.html.j2", scripts=("form.js",), islands={"data": data}, sheet="form.css", title=printable(book(form.title)) or "草案"
    )
