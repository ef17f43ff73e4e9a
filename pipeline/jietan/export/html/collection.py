"""How the gathering went, for the page and for a notebook."""

from __future__ import annotations

from typing import Any

from jietan.export.collection import FEW, Collection, hierarchy_of
from jietan.export.view import View
from jietan.export.wording import printable

__all__ = ["collection_rows"]


def collection_rows(view: View) -> dict[str, Any] | None:
    """Return the statistics of collection as the page shows them; None where the run knows no collection points.

    Args:
        view: The run.
    """
    hierarchy = hierarchy_of(view)
    if hierarchy is None:
        return None
    found = Collection(view, hierarchy)
    points = [
        [
            printable(r.street),
            printable(r.name),
            r.kind,
            r.count.comments,
            r.count.people,
            r.count.legislative,
            r.count.reasoned,
            r.count.cited,
        ]
        for r in found.points
    ]
    return {
        "points": points,
        "silent": [[printable(r.street), printable(r.name)] for r in found.silent],
        "total": [found.total.legislative, found.total.reasoned, found.total.cited],
        "streets": [printable(r.name) for r in found.streets],
        "themes": [[r.title, r.people, list(r.streets)] for r in found.themes()],
        "misnamed": [[r.street, r.name, r.comments, printable(r.nearest)] for r in found.misnamed],
        "unplaced": found.unplaced,
        "draft": found.has_draft,
        "least": found.least,
        "few": FEW,
    }
