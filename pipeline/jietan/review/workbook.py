"""Write the review workbook: yellow cells to change, everything else protected, and what it held kept in a hidden sheet."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jietan.export.wording import FORMULA_STARTS, book
from jietan.export.xlsx import fit, height
from jietan.review.pages import PAGES, Cell, Desktop, Field, Page, lists
from jietan.runfolder import content_key

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["BASELINE", "COVER", "MARK", "REVIEWER", "checksum", "digest", "plain", "run_token", "write_review"]

#: Names of the hidden sheet, of the cover, of the cell for the reviewer's name, and what marks the format.
BASELINE, COVER, REVIEWER, MARK = "基线", "说明", "审核人", "jietan-review-1"
_LISTS = "清单"
_FONT = {"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#A6A6A6"}
_HEAD = {**_FONT, "font_name": "黑体", "align": "center", "bg_color": "#DCE6F1"}
_ALLOWED = {"select_locked_cells": True, "select_unlocked_cells": True, "autofilter": True, "format_columns": True, "format_rows": True}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]|_x000[Dd]_")
_HOW = (
    ("怎样用", "黄色的格可以改，其余的格锁住了。改完保存，交给装有 jietan 的人导入：jietan review import 运行文件夹 这个文件。"),
    ("可以", "筛选、调列宽、在 Excel、WPS、LibreOffice 里打开，几个人分着改（各拷一份，分别导入）。"),
    ("不要", "改编号，插入、删除行和列，改表的名称。这样做了也不会丢别的修改，导入时会指出是哪一格。"),
    ("合并主题", "在“主题”表里，把要并掉的那一行的“并入主题”选成并到哪一个。"),
    ("拆分主题", "在“观点”表里，把要分出来的观点的“主题”都写成 新主题：名称。"),
    ("移动观点", "在“观点”表里，把“主题”选成另一个主题，或者 长尾。理由随它所支持的诉求，不能单独移。"),
    ("两个人意见不同", "先导入的有效，后导入的列为冲突，不会悄悄盖掉。"),
    ("撤销", "清空格子不是撤销。撤销用 jietan review undo。"),
)


def plain(text: Cell) -> str:
    """Return a cell's text in the one form in which cells are compared, whatever program saved it."""
    bare = str(text).replace("_x005F_", "_").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in _CONTROLS.sub("", bare).split("\n")).strip()


def digest(text: Cell) -> str:
    """Return what stands for a cell that nobody may change."""
    return hashlib.sha256(plain(text).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def checksum(rows: Sequence[Sequence[str]]) -> str:
    """Return what shows that the hidden sheet is as it was written."""
    return content_key([[plain(c) for c in row] for row in rows])[:16]


def run_token(manifest: Mapping[str, Any]) -> str:
    """Return what a run keeps through further batches: its first comments and its draft."""
    first = [f["sha256"] for batch in manifest["batches"][:1] for f in batch["files"]]
    return content_key(first, manifest["draft"].get("sha256", ""))[:16]


class _Book:
    """The workbook being written."""

    def __init__(self, raw: io.BytesIO, desk: Desktop) -> None:
        import xlsxwriter

        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(raw, options)
        self.desk = desk
        self.baseline: list[list[str]] = []
        kinds: dict[str, dict[str, Any]] = {
            "ask": {"bg_color": "#FFF8DC", "locked": False, "num_format": "@"},
            "text": {},
            "number": {"align": "center"},
        }
        self.formats = {k: self.book.add_format({**_FONT, **v}) for k, v in kinds.items()}
        self.quoted = {k: self.book.add_format({**_FONT, **v, "quote_prefix": True}) for k, v in kinds.items()}
        self.head = self.book.add_format(_HEAD)
        self.asked = self.book.add_format({**_HEAD, "bg_color": "#FFE699"})
        self.ranges: dict[str, str] = {}

    def write(self, sheet: Any, at: tuple[int, int], value: Cell, kind: str) -> None:  # noqa: ANN401
        if isinstance(value, int):
            sheet.write_number(*at, value, self.formats["number"])
        elif not value:
            sheet.write_blank(*at, None, self.formats[kind])
        elif value.startswith("<r>") and value.endswith("</r>"):  # XlsxWriter would take it for ready-made XML
            sheet.write_rich_string(*at, self.formats["text"], value[0], self.formats["text"], value[1:], self.formats[kind])
        else:
            sheet.write_string(*at, value, (self.quoted if value.startswith(FORMULA_STARTS) else self.formats)[kind])

    def cover(self, title: str, exported: str) -> None:
        sheet = self.book.add_worksheet(COVER)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        rows = [
            ("审核表", book(title)),
            ("导出时间", dt.datetime.fromisoformat(exported).astimezone().strftime("%Y-%m-%d %H:%M")),
            (REVIEWER, ""),
        ]
        rows += _HOW
        for page in PAGES:
            rows += [(f"“{page.name}”表", page.note), *((f.heading, f.note) for f in page.fields if f.edit and not f.free)]
        rows += [("每张表都有", "下面三列，都可以不写"), *((f.heading, f.note) for f in PAGES[0].fields if f.free)]
        for at, (name, words) in enumerate(rows):
            sheet.write_string(at, 0, name, self.head)
            self.write(sheet, (at, 1), words, "ask" if name == REVIEWER else "text")
            sheet.set_row(at, height([words], [90]))
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.data_validation(2, 1, 2, 1, {"validate": "any", "input_title": REVIEWER, "input_message": "请写您的姓名"})
        sheet.protect("", _ALLOWED)

    def lists(self) -> None:
        sheet = self.book.add_worksheet(_LISTS)
        for column, (name, values) in enumerate(lists(self.desk).items()):
            sheet.write_string(0, column, name)
            for row, value in enumerate(values, 1):
                self.write(sheet, (row, column), fit(value), "text")
            letter = chr(ord("A") + column)
            self.ranges[name] = f"={_LISTS}!${letter}$2:${letter}${max(2, len(values) + 1)}"
        sheet.very_hidden()

    def page(self, page: Page) -> None:
        sheet = self.book.add_worksheet(page.name)
        for i, column in enumerate(page.fields):
            sheet.set_column(i, i, column.width)
            sheet.write_string(0, i, column.heading, self.asked if column.edit else self.head)
        sheet.set_row(0, 28)
        self.baseline.append(["页", page.name, *(f.heading for f in page.fields)])
        widths = [f.width for f in page.fields]
        last = 0
        for last, cells in enumerate(page.rows(self.desk), 1):
            shown = [fit(c) if isinstance(c, str) else c for c in cells]
            sheet.set_row(last, min(180.0, height(shown, widths)))
            for i, (value, column) in enumerate(zip(shown, page.fields, strict=True)):
                self.write(sheet, (last, i), value, "ask" if column.edit else "text")
            kept = (plain(v) if f.edit else digest(v) for v, f in zip(shown, page.fields, strict=True))
            self.baseline.append(["行", plain(shown[0]), *kept])
        self._finish(sheet, page, max(last, 1))

    def _finish(self, sheet: Any, page: Page, last: int) -> None:  # noqa: ANN401
        for i, column in enumerate(page.fields):
            if column.edit:
                sheet.data_validation(1, i, last, i, self._rule(column))
        sheet.autofilter(0, 0, last, len(page.fields) - 1)
        sheet.freeze_panes(1, 1)
        sheet.protect("", _ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer('&C&9&"宋体,Regular"第 &P 页　共 &N 页')

    def _rule(self, column: Field) -> dict[str, Any]:
        hint = {"input_title": column.heading, "input_message": column.note[:250]}
        if not column.choices:
            return {"validate": "any", **hint}
        told = {"error_title": "不能这样写", "error_message": "请从下拉清单里选一个"}
        rule = {"validate": "list", "source": self.ranges[column.choices], "show_error": column.closed}
        return {**rule, **told, **hint}

    def hide(self, token: str, exported: str) -> None:
        sheet = self.book.add_worksheet(BASELINE)
        rows = [[MARK, token, exported, checksum(self.baseline)], *self.baseline]
        for at, cells in enumerate(rows):
            for i, value in enumerate(cells):
                if value:
                    self.write(sheet, (at, i), value, "text")
        sheet.protect("", {})
        sheet.very_hidden()


def write_review(run: Run, desk: Desktop) -> bytes:
    """Return the workbook.

    Args:
        run: The run.
        desk: Its tables, masked, and its ledger.
    """
    raw = io.BytesIO()
    exported = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    target = _Book(raw, desk)
    target.cover(str(run.manifest["draft"].get("title", "")), exported)
    target.lists()
    for page in PAGES:
        target.page(page)
    target.hide(run_token(run.manifest), exported)
    target.book.close()
    return raw.getvalue()
