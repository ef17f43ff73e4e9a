"""The form as a workbook with drop-down lists."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from jietan.export.wording import book, printable
from jietan.loop.form import COLUMNS, Form
from jietan.reading.forms import SHEETS

__all__ = ["write_xlsx"]

_ROWS = 300
_WIDTHS = {
    "条文": 13,
    "态度": 10,
    "意见内容": 46,
    "理由": 34,
    "街镇": 16,
    "采集点": 24,
    "提交日期": 12,
    "渠道": 10,
    "提交人": 10,
    "联系方式": 15,
}
_INTRO = (
    "一行写一条意见；一个人有几条意见的，写几行。",
    "“意见内容”照提意见的人的原话记，不要概括；讲了理由的，记在“理由”里。",
    "“条文”“态度”“街镇”“采集点”“渠道”点一下单元格，从右边的箭头里选；不针对某一条的，条文选“整部草案”。",
    "提交人、联系方式可以不填；填了只用来反馈，导出的文件里都会遮盖。",
    "不要改第一行的列名，不要合并单元格。填好以后直接交给 jietan run，不用另外设置。",
)
_TIPS = {"提交日期": "写成 2025-06-05 这样", "意见内容": "照原话记，不要概括", "条文": "不针对某一条的选“整部草案”"}


def _entry(target: Any, form: Form, ranges: dict[str, str]) -> None:  # noqa: ANN401
    sheet = target.add_worksheet("意见")
    head = target.add_format(
        {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center", "valign": "vcenter", "font_name": "黑体"}
    )
    base = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True, "font_name": "宋体", "font_size": 11}
    cell = target.add_format(base | {"num_format": "@"})
    day = target.add_format(base | {"num_format": "yyyy-mm-dd", "align": "center"})
    sheet.set_row(0, 28)
    for row in range(1, _ROWS + 1):
        sheet.set_row(row, 32)
    for i, column in enumerate(COLUMNS):
        sheet.set_column(i, i, _WIDTHS[column])
        sheet.write_string(0, i, column, head)
        for row in range(1, _ROWS + 1):
            sheet.write_blank(row, i, None, day if column == "提交日期" else cell)
        rule: dict[str, Any] = {"validate": "any"}
        if column in ranges:
            rule = {"validate": "list", "source": ranges[column], "error_title": "请从列表中选", "error_message": f"{column}请从列表中选"}
            rule |= {"error_type": "stop" if column != "渠道" else "warning"}
        if column in _TIPS:
            rule |= {"input_title": column, "input_message": _TIPS[column]}
        if rule != {"validate": "any"}:
            sheet.data_validation(1, i, _ROWS, i, rule)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C&14{(book(form.title) + '意见收集表')[:80].replace('&', '&&')}")


def _ranges(form: Form) -> dict[str, str]:
    """Where the lists stand, by column."""
    columns = zip("ABCDEFGHIJ", form.choices.items(), strict=False)
    return {column: f"='{SHEETS[1]}'!${letter}$2:${letter}${len(values) + 1}" for letter, (column, values) in columns}


def _lists(target: Any, form: Form) -> None:  # noqa: ANN401
    """Write what the lists hold, a column each."""
    sheet = target.add_worksheet(SHEETS[1])
    for i, (column, values) in enumerate(form.choices.items()):
        sheet.set_column(i, i, 26)
        sheet.write_string(0, i, f"可选的{column}")
        for row, value in enumerate(values, 1):
            sheet.write_string(row, i, printable(value))


def _guide(target: Any, form: Form) -> None:  # noqa: ANN401
    sheet = target.add_worksheet(SHEETS[0])
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110)
    title = target.add_format({"bold": True, "font_size": 14, "font_name": "黑体"})
    text = target.add_format({"text_wrap": True, "valign": "top", "font_name": "宋体", "font_size": 11})
    sheet.write_string(0, 0, printable(f"{book(form.title)}意见收集表填写说明"), title)
    for row, line in enumerate(_INTRO, 2):
        sheet.write_string(row, 0, f"{row - 1}.", text)
        sheet.write_string(row, 1, line, text)
    start = len(_INTRO) + 3
    sheet.write_string(start, 0, "草案原文", title)
    for row, (label, words) in enumerate(zip(form.articles, form.texts, strict=True), start + 1):
        sheet.write_string(row, 0, printable(label), text)
        sheet.write_string(row, 1, printable(words), text)


def write_xlsx(path: Path, form: Form) -> None:
    """Write the workbook: 意见 to fill in, then the instructions with the draft's text, then the lists.

    Args:
        path: File to write.
        form: What it offers.
    """
    import xlsxwriter

    raw = io.BytesIO()
    target = xlsxwriter.Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    target.set_properties({"title": printable(f"{book(form.title)}意见收集表"), "created": datetime(2000, 1, 1)})
    _entry(target, form, _ranges(form))
    _guide(target, form)
    _lists(target, form)
    target.close()
    path.write_bytes(raw.getbuffer())
