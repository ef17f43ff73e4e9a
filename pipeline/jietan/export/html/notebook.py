"""Themes for a notebook: cards, the tree and the map, with personal data masked, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from jietan.export.html.encode import island
from jietan.export.html.evidence import Evidence
from jietan.export.html.page import asset, fragment, render
from jietan.export.quotes import pick
from jietan.export.view import View
from jietan.export.wording import STANCES

__all__ = ["Html", "collection", "theme_cards", "theme_map", "theme_tree"]

_SIDES = tuple(STANCES.values())
_EXAMPLES = 3
#: Comments that the map carries with it, to be shown whole when a point is clicked.
_CARRIED = 5000


class Html:
    """Something a notebook shows.

    Args:
        text: HTML, safe to show.
    """

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self.text = text

    def _repr_html_(self) -> str:
        return self.text


def _rows(view: View, evidence: Evidence) -> list[dict[str, Any]]:
    from jietan.export.html.themes import theme_rows

    rows = theme_rows(view, evidence)
    for row in rows:
        row["above"] = rows[row["parent"]]["title"] if row["parent"] >= 0 else ""
        row["bar"] = [(key, n) for key, n in enumerate(row["stances"]) if n]
        row["tally"] = "，".join(f"{name}{n}" for name, n in zip(_SIDES, row["stances"], strict=True) if n)
        row["voices"] = list(zip(_SIDES, row["sides"], strict=False))
        row["children"] = [r for r in rows if r["parent"] >= 0 and rows[r["parent"]] is row]
    return rows


def theme_cards(view: View, limit: int, theme_ids: Sequence[str] | None = None) -> Html:
    """Show themes as cards: figures, both sides, exemplars.

    Args:
        view: The run.
        limit: How many at most, those of most people first.
        theme_ids: Only these, upper ones too; None for the finest themes.
    """
    evidence = Evidence(view)
    rows = _rows(view, evidence)
    wanted = [r for r in rows if (r["parent"] >= 0 if theme_ids is None else r["id"] in theme_ids)]
    shown = sorted(wanted, key=lambda r: (-r["n"][3], r["id"]))[:limit]
    for row in shown:
        exemplars = view.themes.row(view.theme_at[row["id"]])["exemplars"]
        row["examples"] = [evidence.quoted(q) for q in pick(view, exemplars, _EXAMPLES)]
    return Html(fragment("cards.html.j2", asset("cards.css"), themes=shown))


def theme_tree(view: View) -> Html:
    """Show the two levels of themes.

    Args:
        view: The run.
    """
    rows = _rows(view, Evidence(view))
    return Html(fragment("tree.html.j2", asset("cards.css"), themes=[r for r in rows if r["parent"] < 0]))


def collection(view: View) -> Html:
    """Show what each collection point sent and how well it was taken down, those that sent nothing marked.

    Args:
        view: The run, with its collection points.
    """
    from jietan.export.html.collection import collection_rows

    found = collection_rows(view) or {"points": [], "few": 0, "draft": False}
    most = max((row[3] for row in found["points"]), default=1) or 1
    shown = {name: found[name] for name in ("points", "few", "draft")}
    return Html(fragment("collection.html.j2", asset("cards.css"), most=most, **shown))


def theme_map(view: View, height: int = 760) -> Html:
    """Show the map of themes, the same as in the report, in a frame of its own.

    Args:
        view: The run, with vectors.
        height: Height in pixels.
    """
    from jietan.export.html.chart import theme_map as points
    from jietan.export.html.themes import theme_rows
    from jietan.tables import KINDS

    evidence = Evidence(view)
    themes = theme_rows(view, evidence)
    carried = len(view.comments) if len(view.comments) <= _CARRIED else 0
    data = {
        "perFile": max(carried, 1),
        "counts": evidence.counts,
        "points": evidence.points,
        "streets": evidence.streets,
        "kinds": KINDS,
        "themes": [{"title": t["title"], "parent": t["parent"]} for t in themes],
        "map": points(view, evidence, {t["id"]: n for n, t in enumerate(themes)}),
    }
    page = render(
        "map.html.j2",
        scripts=("base.js", "evidence.js", "map.js", "alone.js"),
        islands={"data": data, "evidence": island([[evidence.row(n) for n in range(carried)]]) if carried else "null"},
    )
    style = f"width:100%;height:{int(height)}px;border:0"
    return Html(f'<iframe title="主题地图" style="{style}" sandbox="allow-scripts" srcdoc="{escape(page)}"></iframe>')
