"""Every generated page of the manual: where it stands and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import api_page
import commands_page
import errors_page
import rules_page
import settings_page
import sheets_page
import tables_page

__all__ = ["FOLDER", "PAGES", "made"]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
_MARK = "<!-- 由程序写出，不要直接改：改了代码以后运行 make reference -->\n\n"

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page.page,
    "settings.md": settings_page.page,
    "tables.md": tables_page.page,
    "sheets.md": sheets_page.page,
    "errors.md": errors_page.page,
    "rules.md": rules_page.page,
    "python.md": api_page.page,
}


def made(name: str) -> str:
    """Return what a page must say."""
    return _MARK + PAGES[name]()
