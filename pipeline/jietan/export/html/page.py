"""Put a page together: skeleton, style, script and data in one file that loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jietan.export.html.encode import island

__all__ = ["asset", "fragment", "render"]

_PACKAGE = "jietan.export.html"


@cache
def asset(name: str) -> str:
    """Return the text of a style or script of the package."""
    return (files(_PACKAGE) / "assets" / name).read_text("utf-8")


@cache
def _environment() -> Any:  # noqa: ANN401
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def render(
    template: str,
    *,
    scripts: Iterable[str] = (),
    islands: Mapping[str, Any] | None = None,
    sheet: str = "report.css",
    **values: Any,  # noqa: ANN401
) -> str:
    """Return a page.

    The policy in it allows the package's own script and style and files beside it, and nothing else: an injected script
    would not run, and nothing can be sent anywhere.

    Args:
        template: Name of the template.
        scripts: Scripts of the package, in order; they become one.
        islands: JSON values by the id of the element that holds them; a text is taken as finished JSON.
        sheet: Style of the package.
        values: What the template shows; escaped.
    """
    from markupsafe import Markup

    style = asset(sheet)
    script = '"use strict";(function(){\n' + "\n".join(asset(name) for name in scripts) + "\n})();"
    policy = (
        f"default-src 'none'; script-src {_digest(script)} 'self' file:; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    held = {k: Markup(v if isinstance(v, str) else island(v)) for k, v in (islands or {}).items()}  # noqa: S704
    return str(
        _environment().get_template(template).render(style=Markup(style), script=Markup(script), policy=policy, islands=held, **values)  # noqa: S704
    )


def fragment(template: str, style: str, **values: Any) -> str:  # noqa: ANN401
    """Return a piece of HTML with its style, for a notebook.

    Args:
        template: Name of the template.
        style: Style of the package.
        values: What the template shows; escaped.
    """
    from markupsafe import Markup

    return str(_environment().get_template(template).render(style=Markup(style), **values))  # noqa: S704
