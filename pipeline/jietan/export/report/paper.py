"""Word at a low level: page, fonts, styles, fields and tables, as a Chinese office sets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from jietan.export.wording import Marks, printable

__all__ = ["BODY", "CELL", "COVER", "NOTE", "QUOTE", "TITLE", "Table", "new_document", "page_number", "put", "running_lines"]

BODY, QUOTE, NOTE, CELL, TITLE, COVER = "正文段落", "原话", "注", "表格文字", "封面标题", "封面文字"
_LATIN = "Times New Roman"
_SONG, _HEI, _FANG, _KAI = "宋体", "黑体", "仿宋", "楷体"
_AFTER_SHADE = ("w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark")
_BLACK = RGBColor(0, 0, 0)
_RED = RGBColor(0xC0, 0, 0)
_GREY = RGBColor(0x7F, 0x7F, 0x7F)
_HEADINGS = (("Heading 1", _HEI, 16, 18, 8), ("Heading 2", _HEI, 14, 14, 6), ("Heading 3", _KAI, 12, 8, 3))


def _font(style: Any, east: str, size: float, *, bold: bool = False) -> None:  # noqa: ANN401
    style.font.name = _LATIN
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = _BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), _LATIN)
    fonts.set(qn("w:eastAsia"), east)


def _indent(style: Any, chars: int) -> None:  # noqa: ANN401
    """Indent the first line by whole characters, as Word counts them."""
    ind = style.element.get_or_add_pPr().get_or_add_ind()
    ind.set(qn("w:firstLineChars"), str(chars * 100))
    ind.set(qn("w:firstLine"), str(int(style.font.size.pt * chars * 20)))


def _space(style: Any, line: float, before: float = 0, after: float = 0) -> None:  # noqa: ANN401
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), line
    layout.widow_control = True


def _add_style(document: Any, name: str, east: str, size: float) -> Any:  # noqa: ANN401
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _font(style, east, size)
    return style


def _styles(document: Any) -> None:  # noqa: ANN401
    normal = document.styles["Normal"]
    _font(normal, _SONG, 12)
    _space(normal, 1.3)
    for name, east, size, before, after in _HEADINGS:
        style = document.styles[name]
        _font(style, east, size, bold=east == _KAI)
        _space(style, 1.2, before, after)
        style.paragraph_format.keep_with_next = True
    body = _add_style(document, BODY, _SONG, 12)
    _space(body, 1.5)
    _indent(body, 2)
    words = _add_style(document, QUOTE, _FANG, 12)
    _space(words, 1.4, after=3)
    _indent(words, 2)
    note = _add_style(document, NOTE, _SONG, 10.5)
    _space(note, 1.3, before=3, after=3)
    _space(_add_style(document, CELL, _SONG, 10.5), 1.15, 1, 1)
    title = _add_style(document, TITLE, _HEI, 24)
    _space(title, 1.4, 6, 6)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cover = _add_style(document, COVER, _FANG, 16)
    _space(cover, 1.6)
    document.styles["Header"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Header", "Footer"):
        _font(document.styles[name], _SONG, 9)


def _language(document: Any) -> None:  # noqa: ANN401
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for lang in defaults.iter(qn("w:lang")):
        lang.set(qn("w:eastAsia"), "zh-CN")


def new_document() -> Any:  # noqa: ANN401
    """Return an empty A4 document with the styles of the report."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(32), Mm(30)
    section.left_margin, section.right_margin = Mm(26), Mm(26)
    section.header_distance, section.footer_distance = Mm(18), Mm(16)
    section.different_first_page_header_footer = True
    _styles(document)
    _language(document)
    return document


def _field(paragraph: Any, code: str) -> None:  # noqa: ANN401
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        elif text == code:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            run._r.append(instruction)
        else:
            run.text = text


def running_lines(document: Any, title: str, notice: str) -> None:  # noqa: ANN401
    """Put the title and the notice at the head and the page number at the foot of every page but the cover."""
    section = document.sections[0]
    head = section.header.paragraphs[0]
    head.text = f"{printable(title)}　{notice}"
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "4"), ("space", "3"), ("color", "7F7F7F")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    head._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    page_number(section.footer.paragraphs[0])


def page_number(foot: Any) -> None:  # noqa: ANN401
    """Put the page number between dashes."""
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    _field(foot, "PAGE")
    foot.add_run(" —")


def put(paragraph: Any, content: str | Marks, *, bold: bool = False) -> None:  # noqa: ANN401
    """Append text or a marked text: additions red and underlined, deletions grey and struck through."""
    marks = [("same", content)] if isinstance(content, str) else content
    for op, text in marks:
        run = paragraph.add_run(printable(text))
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        run.bold = True if bold or op == "note" else None
        if op == "add":
            run.font.underline, run.font.color.rgb = True, _RED
        elif op == "cut":
            run.font.strike, run.font.color.rgb = True, _GREY


class Table:
    """A table with a header row that repeats.

    Args:
        document: The document to append to.
        headings: Header cells.
        widths: Column widths in millimetres.
        centered: Positions of centred columns.
    """

    def __init__(
        self,
        document: Any,  # noqa: ANN401
        headings: Sequence[str],
        widths: Sequence[float],
        centered: Sequence[int] = (),
    ) -> None:
        """Add the table with its header row."""
        self._table = document.add_table(rows=1, cols=len(headings))
        self._table.style = "Table Grid"
        self._table.alignment = WD_TABLE_ALIGNMENT.CENTER
        self._table.autofit = False
        self._widths, self._centered, self._style = widths, set(centered), document.styles[CELL].style_id
        for column, width in zip(self._table.columns, widths, strict=True):
            column.width = Mm(width)
        row = self._table.rows[0]
        self._row_flag(row, "w:cantSplit")
        self._row_flag(row, "w:tblHeader")
        for i, (cell, heading) in enumerate(zip(row.cells, headings, strict=True)):
            self._fill(cell, i, heading, header=True)

    @staticmethod
    def _row_flag(row: Any, name: str) -> None:  # noqa: ANN401
        row._tr.get_or_add_trPr().append(OxmlElement(name))

    def _fill(self, cell: Any, i: int, content: str | Marks, *, header: bool = False) -> None:  # noqa: ANN401
        cell.width = Mm(self._widths[i])
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self._style  # by name, every cell would look through all styles
        if header or i in self._centered:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        put(paragraph, content, bold=header)
        if header:
            paragraph.paragraph_format.keep_with_next = True
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", "E7ECF3")):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().insert_element_before(shade, *_AFTER_SHADE)

    def add(self, cells: Sequence[str | Marks], *, whole: bool = True) -> None:
        """Append a row.

        Args:
            cells: Contents, as many as there are columns.
            whole: Keep the row on one page; rows too tall for that should not.
        """
        row = self._table.add_row()
        if whole:
            self._row_flag(row, "w:cantSplit")
        for i, (cell, content) in enumerate(zip(row.cells, cells, strict=True)):
            self._fill(cell, i, content)
            # No page ends between the header row and the first row, nor right after a table's only row.
            cell.paragraphs[0].paragraph_format.keep_with_next = len(self._table.rows) == 2 or None
