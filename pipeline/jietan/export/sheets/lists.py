"""Sheets 长尾意见, 转办清单, 未处理 and 来件全文: what is in no theme, with the reason, and every comment whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from jietan.export.figures import how_specific, long_tail, primary_links
from jietan.export.offices import units_named
from jietan.export.sheets.opinions import where_cells
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import STAGES, STANCES, TRIAGE, TRIAGE_REASONS, place, printable

__all__ = ["letters_sheet", "long_tail_sheet", "referrals_sheet", "unprocessed_sheet"]

_WHERE = (
    Col("意见编号", 11, "来件的编号", "center"),
    Col("采集点", 15, "收到意见的信息采集点", "center"),
    Col("街镇", 12, "街镇", "center"),
    Col("日期", 11, "提交日期", "center"),
    Col("提交人(脱敏)", 12, "姓名已经脱敏", "center"),
)
_LONG_TAIL = (
    *_WHERE,
    Col("原文", 60, "来件中的原话，个人信息已经脱敏"),
    Col("类型", 7, "观点的类型；没有拆出观点的意见列出全文", "center"),
    Col("态度", 9, "对草案现有规定的态度", "center"),
    Col("条款", 16, "对应的草案条款", "center"),
    Col("具体程度", 20, "写明条款、写明数额、写明改法、讲明理由中的哪几样；多的排在前面"),
    Col("建议编号", 14, "虽未形成主题但已经写成建议的，写明建议编号", "center"),
)
_LETTERS = (
    *_WHERE,
    Col("原文", 70, "来件全文，个人信息已经脱敏"),
    Col("分流", 10, "属于哪一类来件", "center"),
    Col("主题", 24, "其中的观点所属的主题"),
    Col("来源文件", 20, "来件所在的文件", "center"),
    Col("行号", 8, "来件所在的行", "number"),
)
_REFERRALS = (
    *_WHERE,
    Col("原文", 60, "来件全文，个人信息已经脱敏"),
    Col("类别", 10, "治理事项或者个人诉求", "center"),
    Col("转办理由", 30, "为什么转办；分得没有把握的写明概率"),
    Col("主题", 20, "所属主题"),
    Col("承办单位", 14, "由单位填写"),
    Col("办理情况", 14, "由单位填写"),
    Col("提到的单位", 16, "来件自己提到的部门和单位，供确定承办单位时参考", "center"),
)
_UNPROCESSED = (
    *_WHERE,
    Col("原文", 50, "来件全文，个人信息已经脱敏；没有读入的行不显示内容"),
    Col("环节", 10, "在哪一环节停下", "center"),
    Col("原因", 36, "为什么没有处理"),
    Col("来源文件", 20, "来件所在的文件", "center"),
    Col("行号", 8, "来件所在的行", "number"),
)


#: Below this probability the reader is asked to look at the class again.
_SURE = 0.6


def _long_tail(view: View) -> Iterator[list[Cell]]:
    opinions, silent = long_tail(view)
    read = {i: how_specific(view, i) for i in opinions}
    ids = view.opinions.column("opinion_id")
    for i in sorted(opinions, key=lambda i: (-read[i].score, ids[i])):
        row = view.opinions.row(i)
        opinion = row["opinion_id"]
        places = dict.fromkeys(place(r, view.draft_law) for r in primary_links(view, opinion))
        yield [
            *where_cells(view.comment(row["comment_id"])),
            printable(view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))),
            row["kind"],
            STANCES[row["stance"]],
            "、".join(places) or ("增加条文" if row["new_article"] else ""),
            "、".join(read[i].marks),
            "、".join(view.suggestions_of_opinion.get(opinion, ())),
        ]
    for i in silent:
        comment = view.comments.row(i)
        text = printable(view.masker.text(comment["comment_id"]))
        yield [*where_cells(comment), text, "未拆出", "", "", "", ""]


def _themes_of_comments(view: View) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for comment, theme in zip(view.opinions.column("comment_id"), view.opinions.column("theme_id"), strict=True):
        if theme in view.theme_titles:
            out.setdefault(comment, []).append(view.theme_titles[theme])
    return out


def _doubt(probability: float | None) -> str:
    """Return a note on a class that is hardly likelier than another."""
    if probability is None or probability >= _SURE:
        return ""
    return f"；把握不大（{probability:.2f}），请先看是不是对规定的意见"


def _referrals(view: View) -> Iterator[list[Cell]]:
    themes = _themes_of_comments(view)
    rows = [c for c in view.comments if c["triage"] in ("governance", "personal")]
    for comment in sorted(rows, key=lambda c: (c["point"] is None, c["point"] or "")):
        yield [
            *where_cells(comment),
            printable(view.masker.text(comment["comment_id"])),
            TRIAGE[comment["triage"]],
            TRIAGE_REASONS[comment["triage"]] + _doubt(comment["triage_probability"]),
            "、".join(dict.fromkeys(themes.get(comment["comment_id"], ()))),
            None,
            None,
            "、".join(units_named(view, [comment["comment_id"]])),
        ]


def _reject_row(view: View, row: dict[str, Any]) -> list[Cell]:
    known = row["comment_id"] in view.comment_at if row["comment_id"] else False
    cells: list[Cell] = [printable(row["comment_id"]), "", "", "", ""]
    text = ""
    if known:
        comment = view.comment(row["comment_id"])
        cells, text = where_cells(comment), printable(view.masker.text(row["comment_id"]))
    reason = view.masker.scrub(row["reason"], [row["comment_id"]] if known else [])
    return [
        *cells,
        text,
        STAGES.get(row["stage"], row["stage"]),
        printable(reason),
        printable(PurePath(row["source_file"] or "").name),
        None if row["source_row"] is None else int(row["source_row"]),
    ]


def _unprocessed(view: View) -> Iterator[list[Cell]]:
    for row in view.rows("rejects"):
        yield _reject_row(view, row)
    for comment in view.comments:
        if comment["triage"] not in ("off_topic", "empty"):
            continue
        yield [
            *where_cells(comment),
            printable(view.masker.text(comment["comment_id"])),
            STAGES["classify"],
            TRIAGE_REASONS[comment["triage"]],
            printable(PurePath(comment["source_file"]).name),
            int(comment["source_row"]),
        ]


def _letters(view: View) -> Iterator[list[Cell]]:
    themes = _themes_of_comments(view)
    for comment in view.comments:
        yield [
            *where_cells(comment),
            printable(view.masker.text(comment["comment_id"])),
            TRIAGE[comment["triage"]],
            "、".join(dict.fromkeys(themes.get(comment["comment_id"], ()))),
            printable(PurePath(comment["source_file"]).name),
            int(comment["source_row"]),
        ]


def letters_sheet(view: View) -> Sheet:
    """Return the sheet of all comments, whole."""
    note = "收到的每一件意见的全文，没有摘为观点的话也在这里"
    return Sheet("来件全文", note, _LETTERS, lambda: _letters(view), frozen=1)


def long_tail_sheet(view: View) -> Sheet:
    """Return the sheet of the opinions in no theme."""
    note = "没有归入任何主题的立法意见，写得越具体的越靠前；人数少不等于不重要，请逐条过目"
    return Sheet("长尾意见", note, _LONG_TAIL, lambda: _long_tail(view), frozen=1)


def referrals_sheet(view: View) -> Sheet:
    """Return the sheet of the comments for other offices."""
    note = "不属于立法意见、建议转有关部门办理的来件，按信息采集点排列"
    return Sheet("转办清单", note, _REFERRALS, lambda: _referrals(view), frozen=1)


def unprocessed_sheet(view: View) -> Sheet:
    """Return the sheet of what was not processed."""
    note = "没有读入的行，以及无关内容和空白内容，逐件写明原因"
    return Sheet("未处理", note, _UNPROCESSED, lambda: _unprocessed(view), frozen=1)
