"""What the official papers say, taken from the tables of a run."""

from __future__ import annotations

from typing import Any

from jietan.export.figures import figures, people, period
from jietan.export.offices import units_named
from jietan.export.quotes import name_of, pick, where_of, whole
from jietan.export.sheets.suggestions import original_of
from jietan.export.view import View
from jietan.export.wording import NOTICE, TRIAGE, book, changes, chinese_date, iso_day, place, printable

__all__ = ["deputies", "letter", "referrals"]

_MARKS = {"add": "加", "cut": "删"}
_MATTERS, _QUOTES, _NAME = 10, 4, 24


def _heading(view: View) -> dict[str, Any]:
    report = view.settings.report
    return {
        "草案": book(view.title),
        "报送单位": report.office,
        "征集时间": period(view),
        "联系人": report.contact,
        "日期": chinese_date(str(view.run_info.get("started") or "")),
        "标注": NOTICE,
    }


def letter(view: View) -> dict[str, Any] | None:
    """Return the letter that hands in the suggestions; None without any."""
    delivered = [row for row in view.delivered if not _outside(row)]
    if not delivered:
        return None
    found = figures(view)
    rows = [
        {
            "序号": number,
            "名次": int(row["rank"]),
            "条款": place(row, view.draft_law),
            "操作": row["operation"],
            "要点": view.suggestion_text(row, "title"),
            "原文": original_of(row),
            "建议修改为": _proposed(view, row),
            "修改标注": [
                {"改动": _MARKS.get(op, ""), "文字": text} for op, text in changes(row, view.suggestion_text(row, "proposed_text"))
            ],
            "理由": view.suggestion_text(row, "reason"),
            "人数": int(row["n_people"]),
            "采集点数": int(row["n_points"]),
            "原话": [q.cited() for q in pick(view, row["evidence"], _QUOTES, row["exemplars"])],
        }
        for number, row in enumerate(delivered, 1)
    ]
    counts = {"意见件数": found.n_comments, "人数": found.n_people, "采集点数": found.n_points, "建议条数": len(rows)}
    return _heading(view) | counts | {"建议": rows}


def _outside(row: dict[str, Any]) -> bool:
    """Say whether a suggestion goes to deputies, because local legislation may not lay it down and no reviewer decided otherwise."""
    return bool(row.get("beyond")) and row["status"] == "draft"


def _proposed(view: View, row: dict[str, Any]) -> str:
    text = view.suggestion_text(row, "proposed_text")
    if not row["drafted"]:
        return f"【立法要点】{text}"
    return text or "（删去）"


def _marked(view: View, row: dict[str, Any]) -> list[dict[str, str]]:
    """Return the proposed text in pieces: what is added, what is cut, and what stays."""
    return [{"改动": _MARKS.get(op, ""), "文字": text} for op, text in changes(row, view.suggestion_text(row, "proposed_text"))]


def _matters(view: View) -> list[tuple[str, list[str]]]:
    """Matters for other ways than local legislation: of the comments to pass on those of most people, then what is outside its power."""
    kinds = dict(zip(view.comments.column("comment_id"), view.comments.column("triage"), strict=True))
    held: dict[str, list[str]] = {}
    for row in view.opinions:
        if kinds[row["comment_id"]] == "governance":
            theme = row["theme_id"]
            held.setdefault(theme if theme in view.theme_titles else row["comment_id"], []).append(row["opinion_id"])
    sizes = {key: people(view, view.comments_of(opinions)) for key, opinions in held.items()}
    first = sorted(held, key=lambda t: (-sizes[t], t))[:_MATTERS]
    beyond = [(view.suggestion_text(row, "title"), list(row["evidence"])) for row in view.delivered if _outside(row)]
    return [(view.theme_titles.get(key) or _short(view, key), held[key]) for key in first] + beyond


def _short(view: View, comment_id: str) -> str:
    """Name a matter by the beginning of a comment."""
    text = printable(view.masker.text(comment_id)).strip()
    return f"“{text if len(text) <= _NAME else text[:_NAME] + '…'}”"


def deputies(view: View) -> dict[str, Any] | None:
    """Return the matters that deputies may carry as their own suggestions; None without any."""
    matters = []
    for number, (title, opinions) in enumerate(_matters(view), 1):
        comments = view.comments_of(opinions)
        points = dict.fromkeys(where_of(c["point"], c["street"]) for c in map(view.comment, comments))
        asks = [o for o in opinions if view.opinion(o)["kind"] == "建议"]
        matters.append(
            {
                "序号": number,
                "案由": title,
                "件数": len(comments),
                "人数": people(view, comments),
                "采集点": "、".join(points),
                "情况": [whole(view, c).cited() for c in comments[:_QUOTES]],
                "建议": [q.cited() for q in pick(view, asks, _QUOTES)],
                "提到的单位": "、".join(units_named(view, comments)),
            }
        )
    return _heading(view) | {"事项": matters, "事项数": len(matters)} if matters else None


def referrals(view: View) -> dict[str, Any] | None:
    """Return the comments to pass on by collection point; None without any."""
    groups: dict[str, list[dict[str, Any]]] = {}
    rows = [c for c in view.comments if c["triage"] in ("governance", "personal")]
    for row in sorted(rows, key=lambda c: (c["point"] is None, c["point"] or "", c["comment_id"])):
        groups.setdefault(where_of(row["point"], row["street"]), []).append(
            {
                "意见编号": row["comment_id"],
                "日期": iso_day(row["submitted_at"]),
                "提交人": name_of(row["submitter_masked"]),
                "内容": printable(view.masker.text(row["comment_id"])),
                "类别": TRIAGE[row["triage"]],
                "提到的单位": "、".join(units_named(view, [row["comment_id"]])),
            }
        )
    if not rows:
        return None
    listed = [{"采集点": point, "件数": len(held), "件": held} for point, held in groups.items()]
    return _heading(view) | {"总件数": len(rows), "组": listed}
