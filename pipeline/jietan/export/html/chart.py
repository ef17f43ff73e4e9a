"""The theme map of the page: one point for each ask, placed by its vector."""

from __future__ import annotations

import hashlib
from typing import Any

from jietan.export.html.evidence import Evidence
from jietan.export.quotes import quote
from jietan.export.view import View
from jietan.projection import project
from jietan.tables import STANCES

__all__ = ["theme_map"]

#: More asks than this are drawn in part: the most supported ones, then by lot.
MOST = 1500


def _asks(view: View) -> dict[str, list[int]]:
    """Positions of the opinions of each ask, without those that only give reasons, in order of the asks."""
    out: dict[str, list[int]] = {}
    units, kinds = view.opinions.column("unit_id"), view.opinions.column("kind")
    for i, (unit, kind) in enumerate(zip(units, kinds, strict=True)):
        if kind != "理由":
            out.setdefault(unit, []).append(i)
    return dict(sorted(out.items()))


def _drawn(asks: dict[str, list[int]]) -> list[str]:
    """The asks that are drawn."""
    order = sorted(asks, key=lambda u: (-len(asks[u]), hashlib.sha256(u.encode()).hexdigest()))
    return sorted(order[:MOST])


def theme_map(view: View, evidence: Evidence, themes: dict[str, int]) -> dict[str, Any] | None:
    """Return the points of the map: x, y, people, theme, stance, quotation and the ask's opinions; None without vectors.

    Args:
        view: The run.
        evidence: Numbers of opinions and comments.
        themes: Number of each theme in the page.
    """
    asks = _asks(view)
    if view.vectors is None or not asks:
        return None
    chosen = _drawn(asks)
    ids = view.opinions.column("opinion_id")
    stated = {r["unit_id"]: r for r in view.rows("units")}
    shown = {}
    for unit in chosen:
        representative = stated[unit]["representative"] if unit in stated else ""
        own = [ids[i] for i in asks[unit]]
        shown[unit] = representative if representative in own else own[0]
    flat = project(view.vectors().rows([shown[u] for u in chosen]), view.settings.seed)
    points = []
    for unit, (x, y) in zip(chosen, flat.tolist(), strict=True):
        row = view.opinion(shown[unit])
        people = int(stated[unit]["n_people"]) if unit in stated else 1
        theme = themes.get(row["theme_id"] or "", -1)
        words = evidence.quoted(quote(view, shown[unit]))
        points.append([x, y, people, theme, STANCES.index(row["stance"]), words, evidence.opinions(ids[i] for i in asks[unit])])
    return {"points": points, "total": len(asks)}
