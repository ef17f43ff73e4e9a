"""Official papers from templates: the letter that hands in suggestions, deputies' suggestions, the list of matters to pass on."""

from __future__ import annotations

from pathlib import Path

from jietan.export.files import write
from jietan.export.official.contents import deputies, letter, referrals
from jietan.export.official.layout import LAYOUTS
from jietan.export.official.render import render, save_layout
from jietan.export.view import View

__all__ = ["write_official", "write_templates"]


def write_official(view: View, folder: Path) -> list[Path]:
    """Write the papers that there is something to say in.

    An office's own templates stand in the folder of the setting ``export.templates`` under the names of the papers;
    a paper without one takes the default.

    Args:
        view: The run.
        folder: Where the papers go.

    Raises:
        SettingsError: The folder is missing, or a template is broken; the message says where.
    """
    papers = {"报送函": letter(view), "代表建议": deputies(view), "转办清单": referrals(view)}
    out = []
    for name, content in papers.items():
        if content is not None:
            made = render(name, content, view)
            out.append(write(folder / f"{name}.docx", lambda path, data=made: path.write_bytes(data) and None))  # type: ignore[misc]
    return out


def write_templates(folder: Path) -> list[Path]:
    """Write the default templates, for an office to adapt."""
    return [write(folder / f"{name}.docx", lambda path, name=name: save_layout(name, path)) for name in LAYOUTS]  # type: ignore[misc]
