"""The suggestions: all in one table, the first ones set out beside the draft."""

from __future__ import annotations

from typing import Any

from docx.shared import Pt

from jietan.export.delivery import described
from jietan.export.quotes import pick
from jietan.export.report.front import Chapters
from jietan.export.report.paper import BODY, NOTE, QUOTE, Table, put
from jietan.export.sheets.suggestions import balance, components, opposed, original_of, places_of
from jietan.export.view import View
from jietan.export.wording import changes, interval, place
from jietan.language.wording_of_numbers import format_number

__all__ = ["comparisons", "overview", "rejected"]

_QUOTES = 4
_TALL = 420


def _title(view: View, row: dict[str, Any]) -> str:
    return view.suggestion_text(row, "title") or view.theme_titles.get(row["theme_id"] or "", "")


def overview(chapters: Chapters, view: View) -> None:
    """Append the table of all suggestions."""
    document = chapters.open("立法建议一览")
    table = Table(document, ("序号", "条款", "建议要点", "人数"), (14, 50, 78, 16), centered=(0, 1, 3))
    for row in view.delivered:
        mark = "" if row["drafted"] else "【立法要点】"
        cells = (str(row["rank"]), place(row, view.draft_law), mark + _title(view, row), str(row["n_people"]))
        table.add(cells)
    note = described(view) + "序号为按得分排列的名次，得分相近的不宜强分先后；人数为提出同一诉求的不同的人。"
    note += "每条所依据的全部意见：按序号在《意见汇总表》“立法建议”表查到建议编号，再在“意见明细”表筛选。"
    if view.few:
        note = "意见件数少，序号只供编排，不分轻重。"
    left_out = len(view.suggestions) - len(view.proposals)
    if left_out:
        note += f"审核后不采用的{left_out}条没有列入，另列在“审核后不采用的建议”。"
    put(document.add_paragraph(style=NOTE), note)


def _told(view: View, row: dict[str, Any]) -> str:
    """Who asks, in words, where there are only a few comments."""
    _, points = places_of(view, view.comments_of(row["evidence"]))
    known = [p for p in points if p != "未注明"]
    who = "有一人提出" if row["n_people"] == 1 else f"有{format_number(row['n_people'])}人提出"
    return who + (f"，来自{'、'.join(known)}。" if known else "。")


def _figures(view: View, row: dict[str, Any]) -> str:
    if view.few:
        return _told(view, row)
    rank = f"排名第{row['rank']}"
    if row["rank_low"] != row["rank_high"]:
        rank += f"（名次区间{interval(row['rank_low'], row['rank_high'])}）"
    n_copies = sum(view.comment(c)["campaign_id"] is not None for c in view.comments_of(row["evidence"]))
    copies = f"，其中集中投递{n_copies}件" if n_copies else ""
    theme = view.theme_titles.get(row["theme_id"] or "", "")
    counts = balance(view, row).replace("\n", "、")
    text = f"同类意见{row['n_opinions']}条，{row['n_people']}人，{row['n_points']}个采集点{copies}；{rank}，得分{row['score']:.3f}"
    parts = [f"{label}{value:.3f}" for label, value in components(row) if value]
    text += f"（{'、'.join(parts)}）。" if parts else "。"
    text += f"{row['raised']}。" if row.get("raised") else ""
    if theme:
        text += f"所属主题“{theme}”，该主题观点：{counts}。"
    return text


def _conflicts(document: Any, view: View, row: dict[str, Any]) -> None:  # noqa: ANN401
    by_id = {s["suggestion_id"]: s for s in view.proposals}
    others = [by_id[i] for i in row["conflicts_with"] if i in by_id]
    if not others:
        return
    differs = dict(opposed(view, row))
    named = "；".join(f"建议{o['rank']}“{_title(view, o)}”（{o['n_people']}人）：{differs[o['suggestion_id']]}" for o in others)
    put(document.add_paragraph("", style=BODY), [("note", "相反意见："), ("same", f"{named}。请一并研究。")])


def _comparison(document: Any, view: View, row: dict[str, Any]) -> None:  # noqa: ANN401
    title = f"{row['rank']}．{place(row, view.draft_law)}：{_title(view, row)}"
    put(document.add_heading("", 2), title)
    table = Table(document, ("原文", "建议修改为", "理由"), (52, 58, 48))
    proposed = view.suggestion_text(row, "proposed_text")
    reason = view.suggestion_text(row, "reason")
    original = original_of(row)
    longest = max(len(original), len(proposed), len(reason))
    table.add((original, changes(row, proposed), reason), whole=longest <= _TALL)
    facts = document.add_paragraph(style=NOTE)
    put(facts, _figures(view, row))
    _conflicts(document, view, row)
    for label, lines in (("须一并研究的条文", row.get("follow")), ("相关上位法", row.get("higher_law"))):
        if lines:
            put(document.add_paragraph("", style=BODY), [("note", f"{label}："), ("same", "；".join(lines) + "。")])
    if row.get("beyond"):
        put(document.add_paragraph("", style=BODY), [("note", "超出地方立法权限："), ("same", f"{row['beyond']}。宜作为代表建议提出。")])
    said = view.reviewed(row)
    if said:
        put(document.add_paragraph("", style=BODY), [("note", "审核情况："), ("same", "；".join(said) + "。")])
    chosen = pick(view, row["evidence"], _QUOTES, row["exemplars"])
    if chosen:
        label = document.add_paragraph(style=NOTE)
        label.paragraph_format.space_before = Pt(4)
        label.paragraph_format.keep_with_next = True
        put(label, "群众原话", bold=True)
    for quote in chosen:
        put(document.add_paragraph(style=QUOTE), quote.cited())


def comparisons(chapters: Chapters, view: View) -> None:
    """Append the first suggestions beside the draft, each with the words behind it."""
    shown = view.delivered[: view.settings.export.top]
    document = chapters.open("重点建议条文对照")
    text = "红色下划线为增加的文字，灰色删除线为删去的文字。"
    if len(view.delivered) > len(shown):
        text = f"本部分展开前{len(shown)}条，其余见《意见汇总表》“立法建议”表。" + text
    put(document.add_paragraph(style=BODY), text)
    for row in shown:
        _comparison(document, view, row)


def rejected(chapters: Chapters, view: View) -> None:
    """Append what reviewers rejected, with who, when and why."""
    if not view.rejected:
        return
    document = chapters.open("审核后不采用的建议")
    table = Table(document, ("序号", "条款", "建议要点", "人数", "审核情况"), (12, 34, 52, 12, 48), centered=(0, 1, 3))
    for row in view.rejected:
        said = "；".join(view.reviewed(row))
        table.add((str(row["rank"]), place(row, view.draft_law), _title(view, row), str(row["n_people"]), said))
    put(document.add_paragraph(style=NOTE), "序号为按得分排列的名次；所依据的意见见《意见汇总表》“不采用的建议”表。")
