"""Sheets 引用核对 and 相关上位法: the citations a person should look at, and the laws in force that themes touch."""

from __future__ import annotations

from collections.abc import Iterator

from jietan.export.sheets.opinions import where_cells
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import book, printable

__all__ = ["citations_sheet", "higher_law_sheet"]

_AROUND = 20
_CITATIONS = (
    Col("意见编号", 11, "来件的编号", "center"),
    Col("采集点", 15, "收到意见的信息采集点", "center"),
    Col("街镇", 12, "街镇", "center"),
    Col("日期", 11, "提交日期", "center"),
    Col("提交人(脱敏)", 12, "姓名已经脱敏", "center"),
    Col("引用", 18, "来件里写的条款", "center"),
    Col("前后文", 50, "引用前后的原话，个人信息已经脱敏"),
    Col("问题", 44, "引用的条文不存在时，列出最接近的；内容与条号明显不一致时，两者都写明，以内容为准"),
)
_HIGHER = (
    Col("主题", 26, "主题的名称"),
    Col("法规", 26, "现行法律、法规的名称"),
    Col("条", 14, "条", "center"),
    Col("条文", 70, "条文全文"),
    Col("来由", 12, "来件写明，或者按内容检索；检索的请核对", "center"),
    Col("写明的件数", 10, "写明这一条的来件数", "number"),
)
_BASIS = {"explicit": "来件写明", "retrieved": "检索，供参考"}


def _citations(view: View) -> Iterator[list[Cell]]:
    for row in view.rows("citations"):
        if not row["note"]:
            continue
        start, end = int(row["start"]), int(row["end"])
        length = len(str(view.comment(row["comment_id"])["text"]))
        around = view.masker.text(row["comment_id"], max(0, start - _AROUND), min(length, end + _AROUND))
        yield [*where_cells(view.comment(row["comment_id"])), printable(row["text"]), printable(around), printable(row["note"])]


def _higher(view: View) -> Iterator[list[Cell]]:
    texts = dict(zip(view.articles.column("article_id"), view.articles.column("text"), strict=True))
    for row in view.rows("related"):
        title = view.theme_titles.get(row["theme_id"], "")
        yield [title, book(row["law"]), row["article"], texts[row["article_id"]], _BASIS[row["basis"]], int(row["n_comments"])]


def citations_sheet(view: View) -> Sheet:
    """Return the sheet of citations that name what does not exist, or that the words around them contradict."""
    return Sheet("引用核对", "来件引用的条款里需要核对的：不存在的，内容与条号明显不一致的", _CITATIONS, lambda: _citations(view), frozen=1)


def higher_law_sheet(view: View) -> Sheet:
    """Return the sheet of laws in force that themes touch."""
    return Sheet("相关上位法", "各主题涉及的现行法律、法规的条文，供起草和审查时核对", _HIGHER, lambda: _higher(view), frozen=1)
