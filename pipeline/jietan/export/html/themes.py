"""The themes of the page: the tree with both sides of each, and the long tail."""

from __future__ import annotations

from typing import Any

from jietan.export.figures import how_specific, long_tail, primary_links
from jietan.export.html.evidence import Evidence
from jietan.export.quotes import quote, whole
from jietan.export.sheets.themes import ordered_themes, places_of_theme
from jietan.export.view import View
from jietan.export.wording import book, place, printable
from jietan.tables import STANCES

__all__ = ["tail", "theme_rows"]

_NUMBERS = ("n_units", "n_opinions", "n_comments", "n_people", "n_points")


def _side(view: View, theme_id: str, stance: str, evidence: Evidence) -> list[Any] | None:
    """How many opinions, people and points stand on a side, and its strongest sentence."""
    side = view.sides.get((theme_id, stance))
    if side is None:
        return None
    words = evidence.quoted(quote(view, side["exemplar"])) if side["exemplar"] in view.opinion_at else None
    return [int(side["n_opinions"]), int(side["n_people"]), int(side["n_points"]), words]


def _by_stance(view: View, theme_id: str, evidence: Evidence) -> list[list[int]]:
    """Opinions for, against, for a change and undecided, and then the sentences that only give reasons."""
    groups: list[list[str]] = [[] for _ in range(len(STANCES) + 1)]
    opinions = view.opinions
    ids, kinds, stances = (opinions.column(n) for n in ("opinion_id", "kind", "stance"))
    for i in view.opinions_of_theme.get(theme_id, ()):
        groups[-1 if kinds[i] == "理由" else STANCES.index(stances[i])].append(ids[i])
    return [evidence.opinions(g) for g in groups]


def _related(view: View) -> dict[str, list[list[Any]]]:
    out: dict[str, list[list[Any]]] = {}
    for row in view.rows("related"):
        basis = f"{int(row['n_comments'])}件来件写明" if row["basis"] == "explicit" else "检索，供参考"
        out.setdefault(row["theme_id"], []).append([book(row["law"]) + row["article"], basis])
    return out


def theme_rows(view: View, evidence: Evidence) -> list[dict[str, Any]]:
    """Return the themes, each parent before its children; opinions stand with the finest themes only."""
    rows = ordered_themes(view)
    numbers = {r["theme_id"]: n for n, r in enumerate(rows)}
    parents = {r["parent_id"] for r in rows if r["parent_id"]}
    related = _related(view)
    made: dict[str, list[int]] = {}
    for suggestion in view.proposals:
        if suggestion["theme_id"]:
            made.setdefault(suggestion["theme_id"], []).append(int(suggestion["rank"]))
    ids = view.opinions.column("comment_id")
    out = []
    for row in rows:
        theme = row["theme_id"]
        comments = list(dict.fromkeys(ids[i] for i in view.opinions_of_theme.get(theme, ())))
        out.append(
            {
                "id": theme,
                "parent": numbers[row["parent_id"]] if row["parent_id"] else -1,
                "title": view.theme_titles[theme],
                "words": [printable(view.masker.scrub(k, comments)) for k in row["keywords"]],
                "n": [int(row[k]) for k in _NUMBERS],
                "stances": [int(row[f"n_{s}"]) for s in STANCES],
                "sides": [_side(view, theme, s, evidence) for s in STANCES[:3]],
                "conflicts": [printable(view.masker.scrub(c, comments)) for c in row.get("conflicts") or ()],
                "summary": [evidence.quoted(quote(view, o)) for o in row.get("summary") or () if o in view.opinion_at],
                "places": places_of_theme(view, theme),
                "made": made.get(theme, []),
                "related": related.get(theme, []),
                "ops": [] if theme in parents else _by_stance(view, theme, evidence),
            }
        )
    return out


def tail(view: View, evidence: Evidence) -> list[list[Any]]:
    """Return the opinions in no theme, the most specific first, and then the comments without any opinion.

    Each is a quotation, what makes it specific, its places and the ranks of suggestions made of it; a comment has no number
    of an opinion but its own one instead of the marks.
    """
    opinions, silent = long_tail(view)
    read = {i: how_specific(view, i) for i in opinions}
    ids = view.opinions.column("opinion_id")
    ranks = {s["suggestion_id"]: int(s["rank"]) for s in view.proposals}
    out: list[list[Any]] = []
    for i in sorted(opinions, key=lambda i: (-read[i].score, ids[i])):
        places = dict.fromkeys(place(r, view.draft_law) for r in primary_links(view, ids[i]))
        made = [ranks[s] for s in view.suggestions_of_opinion.get(ids[i], ()) if s in ranks]
        out.append([evidence.quoted(quote(view, ids[i])), list(read[i].marks), "、".join(places), made])
    for i in silent:
        out.append([evidence.quoted(whole(view, view.comments.row(i)["comment_id"])), [], "", [], i])
    return out
