"""The form to print and fill in by hand, or in Word."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from jietan.export.files import repack
from jietan.export.report.paper import NOTE, TITLE, Table, new_document, page_number, put
from jietan.export.wording import book, printable
from jietan.loop.form import ATTITUDES, Form
from jietan.reading.forms import FIELDS, GUIDE

__all__ = ["write_docx"]

_HEADS = ("条文", "态度", "意见内容", "理由", "提交人", "联系方式")
_WIDTHS = (22, 22, 96, 66, 26, 34)
_ROWS, _HEIGHT = 8, 16
_BLANK = "＿" * 14


def _tall(table: Any) -> None:  # noqa: ANN401
    for row in table._table.rows[1:]:
        height = OxmlElement("w:trHeight")
        height.set(qn("w:val"), str(int(Mm(_HEIGHT).pt * 20)))
        height.set(qn("w:hRule"), "atLeast")
        row._tr.get_or_add_trPr().append(height)


def write_docx(path: Path, form: Form) -> None:
    """Write the document: a page to fill in, A4 across.

    Args:
        path: File to write.
        form: What it offers.
    """
    document = new_document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(13), Mm(13)
    section.footer_distance = Mm(7)
    section.different_first_page_header_footer = False
    page_number(section.footer.paragraphs[0])
    name = f"{book(form.title)}意见收集表"
    heading = document.add_paragraph(style=TITLE)
    put(heading, printable(name))
    heading.runs[0].font.size = Pt(16)
    heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
    for label in FIELDS:
        line = document.add_paragraph(style=NOTE)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1)
        put(line, f"{label}：{_BLANK}")
    table = Table(document, _HEADS, _WIDTHS, centered=(0, 1))
    for _ in range(_ROWS):
        table.add([""] * len(_HEADS))
    _tall(table)
    note = document.add_paragraph(style=NOTE)
    put(
        note,
        f"{GUIDE}条文写“第十七条”这样，不针对某一条的写“整部草案”；态度写{'、'.join(ATTITUDES)}中的一种；提交人、联系方式可以不填。",
    )
    note.paragraph_format.space_after = Pt(0)
    core = document.core_properties
    core.title, core.author, core.comments = printable(name), "", ""
    core.created = core.modified = datetime(2000, 1, 1)
    raw = io.BytesIO()
    document.save(raw)
    raw.seek(0)
    repack(raw, path)
