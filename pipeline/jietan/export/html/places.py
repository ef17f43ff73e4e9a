"""Articles, streets and points of the page, and the figures that lead to lists."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from jietan.export.by_article import Stop, by_article
from jietan.export.figures import figures, people
from jietan.export.html.evidence import Evidence
from jietan.export.quotes import pick
from jietan.export.view import View
from jietan.export.wording import STAGES, TRIAGE, book, place, printable
from jietan.tables import STANCES
from jietan.tables import TRIAGE as CLASSES

__all__ = ["article_rows", "figure_rows", "reject_rows", "street_rows"]

_VOICES = 3
_REJECTS = 500


def _article(view: View, stop: Stop, evidence: Evidence, themes: dict[str, int]) -> dict[str, Any]:
    article, count = stop.article, stop.count
    if article is None:
        ids = list(dict.fromkeys(o for r in stop.made for o in r["evidence"]))
        comments = view.comments_of(ids)
        asks = [view.opinion(o) for o in ids]
        stances = [sum(o["stance"] == s and o["kind"] != "理由" for o in asks) for s in STANCES]
        head: dict[str, Any] = {"label": place(stop.made[0], view.draft_law), "chapter": "", "text": [], "isNew": True, "draft": True}
        own: list[list[int]] = []
    else:
        ids, comments = count.opinions, sorted(count.comments)
        stances = [count.stances[s] for s in STANCES]
        law = book(article["law"]) if article["source"] != "draft" else ""
        paragraphs = [printable(p) for p in article["paragraphs"]] or [printable(article["text"])]
        head = {
            "label": law + article["article"],
            "chapter": printable(article["chapter"]),
            "text": paragraphs,
            "isNew": False,
            "draft": article["source"] == "draft",
        }
        own = [[themes[t], n] for t, n in sorted(count.themes.items(), key=lambda kv: (-kv[1], kv[0])) if t in themes]
    return head | {
        "n": [len(comments), people(view, comments)],
        "stances": stances,
        "themes": own,
        "made": [int(r["rank"]) for r in stop.made if r["status"] != "rejected"],
        "voices": [evidence.quoted(q) for q in pick(view, ids, _VOICES)],
        "ops": evidence.opinions(ids),
    }


def article_rows(view: View, evidence: Evidence, themes: dict[str, int]) -> list[dict[str, Any]]:
    """Return the articles in their order, new ones at their place, with what was said about each."""
    return [_article(view, stop, evidence, themes) for stop in by_article(view)]


def street_rows(view: View, evidence: Evidence) -> list[dict[str, Any]]:
    """Return the streets by number of comments, each with its points."""
    ids = view.comments.column("comment_id")
    members: dict[int, list[str]] = {}
    for comment, point in zip(ids, evidence.point_of, strict=True):
        members.setdefault(point, []).append(comment)

    def entry(name: str, comments: list[str]) -> dict[str, Any]:
        return {"name": name or "未注明", "n": [len(comments), people(view, comments)], "comments": evidence.comments(comments)}

    streets: dict[str, list[int]] = {}
    for number, (_, street) in enumerate(evidence.points):
        streets.setdefault(street, []).append(number)
    rows = []
    for street, numbers in streets.items():
        points = [entry(evidence.points[n][0], members[n]) for n in numbers]
        whole = entry(street, [c for n in numbers for c in members[n]])
        rows.append(whole | {"points": sorted(points, key=lambda e: (-e["n"][0], e["name"]))})
    return sorted(rows, key=lambda e: (-e["n"][0], e["name"]))


def reject_rows(view: View) -> list[list[Any]]:
    """Return what was not used, with the reason: comment, its number (-1 for none), stage, reason, file and row."""
    out: list[list[Any]] = []
    for row in list(view.rows("rejects"))[:_REJECTS]:
        comment = row["comment_id"]
        known = comment in view.comment_at if comment else False
        reason = printable(view.masker.scrub(row["reason"], [comment] if known else []))
        where = printable(PurePath(row["source_file"] or "").name)
        number = view.comment_at[comment] if known else -1
        place_of = "" if row["source_row"] is None else int(row["source_row"])
        out.append([printable(comment), number, STAGES.get(row["stage"], row["stage"]), reason, where, place_of])
    return out


def _chosen(view: View, evidence: Evidence, column: str, value: str | None = None) -> list[int]:
    """Reference to the comments with a value in a column, or with any."""
    pairs = zip(view.comments.column("comment_id"), view.comments.column(column), strict=True)
    return evidence.comments(c for c, v in pairs if (v == value if value else v))


def figure_rows(view: View, evidence: Evidence) -> dict[str, Any]:
    """Return the figures of the front page and the comments behind those that count comments."""
    found = figures(view)
    return {
        "n": found.to_dict(),
        "triage": [[TRIAGE[c], found.triage.get(c, 0), _chosen(view, evidence, "triage", c)] for c in CLASSES],
        "letters": [
            [printable(c.campaign_id), c.n_comments, c.n_people, _chosen(view, evidence, "campaign_id", c.campaign_id)]
            for c in found.campaigns
        ],
        "copies": _chosen(view, evidence, "duplicate_of"),
    }
