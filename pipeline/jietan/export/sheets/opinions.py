"""Sheet 意见明细: one row per opinion, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jietan.export.figures import primary_links
from jietan.export.quotes import name_of
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import OPERATIONS, STANCES, TRIAGE, iso_day, place, printable

__all__ = ["laws_of", "opinions_sheet", "where_cells"]

_COLUMNS = (
    Col("意见编号", 11, "来件的编号", "center"),
    Col("采集点", 15, "收到意见的信息采集点", "center"),
    Col("街镇", 12, "街镇", "center"),
    Col("日期", 11, "提交日期", "center"),
    Col("提交人(脱敏)", 12, "姓名已经脱敏", "center"),
    Col("原文（该观点）", 50, "来件中的原话，逐字摘出，个人信息已经脱敏"),
    Col("类型", 6, "建议、支持、反对、问题、理由", "center"),
    Col("态度", 8, "对草案现有规定的态度", "center"),
    Col("操作", 6, "要求对条文做什么：增加、修改、删除、细化、保留、释明", "center"),
    Col("条款", 14, "对应的草案条款：把握最大的一处和观点中明确提到的各处", "center"),
    Col("相关上位法", 20, "内容相近的现行法律法规条文，仅供核对"),
    Col("主题", 17, "所属主题；空白的见“长尾意见”等表"),
    Col("同一诉求编号", 12, "编号相同的观点要求相同", "center"),
    Col("联名信", 9, "属于集中投递的，写明是哪一封", "center"),
    Col("重复件", 12, "与较早的哪一件相同", "center"),
    Col("分流", 10, "整件意见的类别", "center"),
    Col("建议编号", 14, "这一观点支持了哪条建议", "center"),
    Col("观点编号", 16, "每个观点固定的编号", "center"),
)


def where_cells(comment: dict[str, Any]) -> list[Cell]:
    """Return number, point, street, day and masked name of a comment."""
    return [
        printable(comment["comment_id"]),
        printable(comment["point"]),
        printable(comment["street"]),
        printable(iso_day(comment["submitted_at"])),
        name_of(comment["submitter_masked"]),
    ]


def laws_of(view: View, opinion_id: str, limit: int = 3) -> str:
    """Return the articles in force that an opinion touches."""
    rows = [view.links.row(i) for i in view.links_of.get(opinion_id, ())]
    return "；".join([place(r) for r in rows if r["source"] != "draft"][:limit])


def _row(view: View, row: dict[str, Any]) -> list[Cell]:
    comment = view.comment(row["comment_id"])
    opinion = row["opinion_id"]
    places = list(dict.fromkeys(place(r, view.draft_law) for r in primary_links(view, opinion)))
    campaign, copy = comment["campaign_id"], comment["duplicate_of"]
    return [
        *where_cells(comment),
        printable(view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))),
        row["kind"],
        STANCES[row["stance"]],
        OPERATIONS.get(row["operation"], row["operation"]),
        "、".join(places) or ("增加条文" if row["new_article"] else ""),
        laws_of(view, opinion),
        view.theme_titles.get(row["theme_id"] or "", ""),
        row["unit_id"],
        printable(campaign),
        f"同{printable(copy)}" if copy else "",
        TRIAGE[comment["triage"]],
        "、".join(view.suggestions_of_opinion.get(opinion, ())),
        opinion,
    ]


def opinions_sheet(view: View) -> Sheet:
    """Return the sheet of all opinions, in the order of the table."""

    def rows() -> Iterator[list[Cell]]:
        for row in view.opinions:
            yield _row(view, row)

    note = "每个观点一行；一件意见可以有几个观点。行数超过表格上限的，接在意见明细2、意见明细3……"
    return Sheet("意见明细", note, _COLUMNS, rows, frozen=1, printed=12)
