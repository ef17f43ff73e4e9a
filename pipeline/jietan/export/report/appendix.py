"""The appendix: words, counting, cautions, and what the report was made with."""

from __future__ import annotations

from typing import Any

from jietan.export import method
from jietan.export.report.paper import BODY, NOTE, Table, put
from jietan.export.view import View

__all__ = ["appendix"]

_METHOD = (
    "每件意见先遮盖个人信息，再拆成单个观点；每个观点判断类型、态度和操作，对应到草案条款，并列出内容相近的现行法条文。"
    "要求相同的观点归为同一诉求，谈同一事项的诉求归为主题；对诉求写出建议，按人数、采集点分布、是否具体、是否落到条文排序。"
    "引用的原话都是来件中的原文，除脱敏外一字不改，括号内的意见编号可以在《意见汇总表》中查到。"
)


def appendix(document: Any, view: View) -> None:  # noqa: ANN401
    """Append the appendix on method."""
    heading = document.add_heading("附录　整理方法说明", 1)
    heading.paragraph_format.page_break_before = True
    put(document.add_paragraph(style=BODY), _METHOD)
    document.add_heading("用语", 2)
    table = Table(document, ("用语", "含义"), (30, 128), centered=(0,))
    for word, meaning in method.WORDS:
        table.add((word, meaning))
    document.add_heading("计数办法", 2)
    for i, text in enumerate(method.COUNTING, 1):
        put(document.add_paragraph(style=BODY), f"{i}．{text}")
    document.add_heading("使用时请注意", 2)
    for i, text in enumerate((*method.CAUTIONS, method.privacy(view)), 1):
        put(document.add_paragraph(style=BODY), f"{i}．{text}")
    lines = method.provenance(view)
    if lines:
        put(document.add_paragraph(style=NOTE), "；".join(f"{label}：{value}" for label, value in lines) + "。")
