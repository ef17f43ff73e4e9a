"""The page of the sheets of 意见汇总表.xlsx and 采集情况.xlsx, and of the other files that are written."""

from __future__ import annotations

from wording import table

from jietan import Settings
from jietan.export.sheets import Sheet, sheets
from jietan.export.sheets.suggestions import others_sheet, rejected_sheet
from jietan.export.view import View

__all__ = ["page"]

_HEAD = """# 汇总表各列

`exports/意见汇总表.xlsx` 的每张工作表和每一列；表里的“说明”一张写着同样的内容，另有这一次的件数、模型和计数办法。
原文里的个人信息都已遮盖（见[个人信息](../privacy.md)）。

"""
_SOMETIMES = {"其余建议": "只交一部分建议时才有这一张。", "不采用的建议": "审核时有不采用的建议才有这一张。"}


def _section(sheet: Sheet) -> str:
    rows = [(c.heading, c.note + (f"（{'、'.join(c.choices)}）" if c.choices else "")) for c in sheet.columns]
    note = sheet.note.rstrip("。") + "。" + _SOMETIMES.get(sheet.name, "")
    return f"## {sheet.name}\n\n{note}\n\n{table(('列', '含义'), rows)}\n"


def page() -> str:
    """Return the page."""
    view = View({}, Settings(), "")
    first, *rest = sheets(view)
    found = [first, others_sheet(view), rejected_sheet(view), *rest]
    return (_HEAD + "".join(_section(s) for s in found)).rstrip("\n") + "\n"
