"""Themes and the long tail in the report."""

from __future__ import annotations

from typing import Any

from jietan.export.figures import long_tail
from jietan.export.quotes import pick, quote, whole
from jietan.export.report.front import Chapters
from jietan.export.report.paper import BODY, NOTE, QUOTE, Table, put
from jietan.export.sheets.themes import listed_themes, places_of_theme
from jietan.export.view import View

__all__ = ["long_tail_list", "themes"]

_LONG_TAIL = 15
_QUOTES = 3


def _table(document: Any, view: View, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401
    table = Table(
        document,
        ("主题", "涉及条款", "人数", "支持", "反对", "修改", "疑问"),
        (58, 40, 12, 12, 12, 12, 12),
        centered=(1, 2, 3, 4, 5, 6),
    )
    for row in rows:
        numbers = (str(row[k]) for k in ("n_people", "n_support", "n_oppose", "n_modify", "n_neutral"))
        title = ("└ " if row["parent_id"] is not None else "") + view.theme_titles[row["theme_id"]]
        table.add((title, places_of_theme(view, row["theme_id"]) or "—", *numbers))


def _one(document: Any, view: View, number: int, row: dict[str, Any]) -> None:  # noqa: ANN401
    put(document.add_heading("", 2), f"{number}．{view.theme_titles[row['theme_id']]}")
    text = f"意见{row['n_comments']}件，{row['n_people']}人，{row['n_points']}个采集点；不同诉求{row['n_units']}个。"
    where = places_of_theme(view, row["theme_id"])
    put(document.add_paragraph(style=BODY), text + (f"涉及条款：{where}。" if where else ""))
    for found in pick(view, row["exemplars"], _QUOTES):
        put(document.add_paragraph(style=QUOTE), found.cited())


def themes(chapters: Chapters, view: View) -> None:
    """Append the themes; with quotations where there are no suggestions to carry them."""
    rows, _ = listed_themes(view)
    if not rows or (view.few and view.proposals):
        return
    document = chapters.open("主要主题")
    top = view.settings.export.top
    parents = [r for r in rows if r["parent_id"] is None]
    kept = {r["theme_id"] for r in parents[: 2 * top]}
    shown = [r for r in rows if r["theme_id"] in kept or r["parent_id"] in kept]
    if view.proposals:
        shown = [r for r in shown if r["parent_id"] is None]
    _table(document, view, shown)
    rest = len(parents) - len(kept)
    note = "支持、反对、修改、疑问为观点条数。"
    put(document.add_paragraph(style=NOTE), note + (f"其余{rest}个主题见《意见汇总表》“主题”表。" if rest else ""))
    if view.proposals:
        return
    for number, row in enumerate(parents[:top], 1):
        _one(document, view, number, row)


def long_tail_list(chapters: Chapters, view: View) -> None:
    """Append some of the opinions in no theme, earliest first."""
    opinions, silent = long_tail(view)
    total = len(opinions) + len(silent)
    if not total:
        return
    document = chapters.open("长尾意见")
    text = f"没有归入任何主题的意见共{total}条，人数少不等于不重要。"
    if total > _LONG_TAIL:
        text += f"以下列出{_LONG_TAIL}条，全部见《意见汇总表》“长尾意见”表。"
    put(document.add_paragraph(style=BODY), text)
    ids, comment_ids = view.opinions.column("opinion_id"), view.comments.column("comment_id")
    quotes = [quote(view, ids[i]) for i in opinions] + [whole(view, comment_ids[i]) for i in silent]
    ranks = {s["suggestion_id"]: s["rank"] for s in view.proposals}
    for found in sorted(quotes, key=lambda q: (q.submitted_at or "9", q.comment_id, q.opinion_id))[:_LONG_TAIL]:
        made = "、".join(f"建议{ranks[s]}" for s in view.suggestions_of_opinion.get(found.opinion_id, ()) if s in ranks)
        put(document.add_paragraph(style=QUOTE), found.cited() + (f"——已写入{made}" if made else ""))
