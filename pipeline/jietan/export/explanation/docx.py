"""The explanation as a Word document: the overview on one page, then a card for each article."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from jietan.export.explanation import contents
from jietan.export.files import repack
from jietan.export.report.paper import CELL, NOTE, TITLE, new_document, put, running_lines
from jietan.export.wording import printable
from jietan.loop.explain import Explanation
from jietan.loop.explain.explanation import Card, Line

__all__ = ["write_docx"]

_RED, _GREY = RGBColor(0x9B, 0x1C, 0x1C), RGBColor(0x66, 0x6C, 0x76)
_OVERVIEW = (32, 152)
_CARD = (108, 76)
_SMALL = 8
_HEAD, _ASK = "E7ECF3", "FBF4E1"


def _shade(cell: Any, fill: str) -> None:  # noqa: ANN401
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _grid(document: Any, widths: tuple[float, ...]) -> Any:  # noqa: ANN401
    table = document.add_table(rows=1, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    return table


def _flag(row: Any, name: str) -> None:  # noqa: ANN401
    row._tr.get_or_add_trPr().append(OxmlElement(name))


class _Cell:
    """Writes paragraphs into a cell, the first one into the empty paragraph that it has."""

    def __init__(self, cell: Any, size: float = 10.5) -> None:  # noqa: ANN401
        self.cell, self.size, self.used = cell, size, False

    def add(self, text: str, *, bold: bool = False, place: str = "", indent: float = 0, colour: RGBColor | None = None) -> Any:  # noqa: ANN401
        paragraph = self.cell.add_paragraph() if self.used else self.cell.paragraphs[0]
        self.used = True
        paragraph.style = CELL
        put(paragraph, text, bold=bold)
        if place:
            put(paragraph, f"〔{place}〕")
            paragraph.runs[-1].font.color.rgb = _GREY
        for run in paragraph.runs:
            run.font.size = Pt(self.size if run is not paragraph.runs[-1] or not place else self.size - 1)
            if colour is not None:
                run.font.color.rgb = colour
        paragraph.paragraph_format.left_indent = Mm(indent)
        return paragraph


def _told(cell: Any, row: contents.Row) -> None:  # noqa: ANN401
    writer = _Cell(cell, _SMALL)
    for part in row.parts:
        paragraph = writer.add(f"{part.heading}　", bold=True, colour=_RED)
        for number, point in enumerate(part.points):
            put(paragraph, ("；" if number else "") + point.text)
            put(paragraph, f"〔{point.line.citation}〕")
            paragraph.runs[-1].font.color.rgb = _GREY
        put(paragraph, part.more)
        for run in paragraph.runs:
            run.font.size = Pt(_SMALL)
    if row.breaches:
        paragraph = writer.add("违反了看　", bold=True, colour=_RED)
        put(paragraph, "、".join(row.breaches))
        paragraph.runs[-1].font.size = Pt(_SMALL)


def _overview(document: Any, explanation: Explanation) -> None:  # noqa: ANN401
    rows = contents.overview(explanation)
    if rows:
        head = document.add_heading("", 2)
        put(head, "一页看懂：草案对谁有什么要求")
        head.paragraph_format.space_before = Pt(2)
        table = _grid(document, _OVERVIEW)
        _flag(table.rows[0], "w:tblHeader")
        for cell, head in zip(table.rows[0].cells, ("谁", "草案怎么说"), strict=True):
            _Cell(cell, 9).add(head, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
            _shade(cell, _HEAD)
        for row in rows:
            made = table.add_row()
            _flag(made, "w:cantSplit")
            for cell, width in zip(made.cells, _OVERVIEW, strict=True):
                cell.width = Mm(width)
            _Cell(made.cells[0], _SMALL).add(row.who, bold=True)
            _told(made.cells[1], row)
        if public := contents.authorities(explanation):
            made = table.add_row()
            for cell, width in zip(made.cells, _OVERVIEW, strict=True):
                cell.width = Mm(width)
            _Cell(made.cells[0], _SMALL).add("政府和部门（职责所在的条款）", bold=True)
            _Cell(made.cells[1], _SMALL).add("；".join(f"{who}〔{places}〕" for who, places in public))


def _line(writer: _Cell, line: Line, card: Card) -> None:
    writer.add(f"· {line.text}", place=contents.steps(line, card))
    for number, item in enumerate(line.items, 1):
        writer.add(f"{number}. {item.text}", place=contents.steps(item, card), indent=5)


def _said(cell: Any, card: Card) -> None:  # noqa: ANN401
    writer = _Cell(cell)
    for group in contents.groups(card):
        writer.add(group.heading, bold=True, colour=_RED).paragraph_format.keep_with_next = True
        for line in group.lines:
            _line(writer, line, card)
    if missing := contents.no_consequence(card):
        writer.add(missing, colour=_GREY)
    if card.names:
        names = "，".join(f"{name}就是“{said}”" for name, said in card.names)
        small = writer.add(f"平常的叫法：{names}。", colour=_GREY)
        for run in small.runs:
            run.font.size = Pt(9)


def _facts(document: Any, card: Card) -> None:  # noqa: ANN401
    told = contents.facts(card)
    if not told:
        return
    paragraph = document.add_paragraph(style=NOTE)
    paragraph.paragraph_format.keep_with_next = True
    for number, (name, values) in enumerate(told):
        put(paragraph, ("　　" if number else "") + f"{name}：", bold=True)
        put(paragraph, values)


def _card(document: Any, card: Card) -> None:  # noqa: ANN401
    heading = document.add_heading("", 3)
    put(heading, card.article)
    if card.chapter:
        put(heading, f"　　{card.chapter}")
        heading.runs[-1].font.size, heading.runs[-1].font.color.rgb = Pt(9), _GREY
    _facts(document, card)
    table = _grid(document, _CARD)
    left, right = table.rows[0].cells
    _said(left, card)
    original = _Cell(right, 10)
    original.add("草案原文", bold=True, colour=_GREY)
    for paragraph in card.paragraphs:
        original.add(printable(paragraph))
    if card.questions:
        row = table.add_row()
        _flag(row, "w:cantSplit")
        merged = row.cells[0].merge(row.cells[1])
        _shade(merged, _ASK)
        writer = _Cell(merged)
        writer.add("想请大家谈一谈", bold=True, colour=RGBColor(0x7A, 0x4A, 0x07))
        for number, question in enumerate(card.questions, 1):
            writer.add(f"{number}. {question.text}")


def write_docx(path: Path, explanation: Explanation) -> None:
    """Write the document.

    Args:
        path: File to write.
        explanation: The draft explained.
    """
    document = new_document()
    section = document.sections[0]
    section.left_margin = section.right_margin = Mm(13)
    section.top_margin, section.bottom_margin = Mm(17), Mm(16)
    section.header_distance = section.footer_distance = Mm(9)
    name = f"{contents.title(explanation)}逐条解读"
    running_lines(document, name, contents.NOTICE)
    heading = document.add_paragraph(style=TITLE)
    put(heading, name)
    heading.runs[0].font.size = Pt(15)
    heading.paragraph_format.line_spacing = 1.0
    heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
    sub = document.add_paragraph(style=NOTE)
    sub.alignment = WD_ALIGN_PARAGRAPH.CENTER
    put(sub, f"{contents.subtitle(explanation)}。{contents.NOTICE}。")
    for note in explanation.notes:
        put(document.add_paragraph(style=NOTE), f"请核对：{note}")
    _overview(document, explanation)
    for number, card in enumerate(explanation.cards):
        _card(document, card)
        if number == 0:
            _first_on_new_page(document)
    core = document.core_properties
    core.title, core.subject, core.author, core.comments = printable(name), contents.NOTICE, "", ""
    core.created = core.modified = datetime(2000, 1, 1)
    raw = io.BytesIO()
    document.save(raw)
    raw.seek(0)
    repack(raw, path)


def _first_on_new_page(document: Any) -> None:  # noqa: ANN401
    heading = next(p for p in document.paragraphs if p.style.name == "Heading 3")
    heading.paragraph_format.page_break_before = True
