"""What templates are laid out with: an official page, its paragraphs, tables and marks to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from jietan.export.report.paper import page_number

__all__ = ["BODY", "HEAD", "MARKED", "font", "mark", "paper", "say", "signature", "table", "title"]

TITLE, BODY, HEAD, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
#: What stands in for a font that a computer lacks.
_INSTEAD = {TITLE: "华文中宋,小标宋,STZhongsong,宋体,SimSun", BODY: "仿宋,FangSong,STFangsong,华文仿宋"}
_LINE = Pt(28.95)


def font(run: Any, name: str, size: float) -> None:  # noqa: ANN401
    """Set the font of a run, Chinese and Latin."""
    run.font.size, run.font.name = Pt(size), LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def say(document: Any, text: str, *, name: str = BODY, size: float = 16, indent: bool = True) -> Any:  # noqa: ANN401
    """Add a paragraph."""
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing, layout.space_after, layout.space_before = _LINE, Pt(0), Pt(0)
    if indent:
        layout.first_line_indent = Pt(size * 2)
    font(paragraph.add_run(text), name, size)
    return paragraph


def mark(document: Any, tag: str) -> None:  # noqa: ANN401
    """Add a paragraph that only steers the filling in, and leaves none behind."""
    document.add_paragraph("{%p " + tag + " %}")


def title(document: Any, text: str) -> None:  # noqa: ANN401
    """Add the title of a paper."""
    paragraph = say(document, text, name=TITLE, size=22, indent=False)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(28.95)


def signature(document: Any) -> None:  # noqa: ANN401
    """Who drafted, checked and signed, to be filled in by hand."""
    say(document, "", indent=False)
    for text in ("{{ 报送单位 }}", "{{ 日期 }}"):
        say(document, text, indent=False).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    say(document, "", indent=False)
    grid = document.add_table(rows=2, cols=4)
    grid.style = "Table Grid"
    for cell, text in zip((c for row in grid.rows for c in row.cells), ("拟稿", "", "审核", "", "签发", "", "日期", ""), strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        font(cell.paragraphs[0].add_run(text), BODY, 14)


#: Stands for a cell with the changed text, word by word: what is added underlined, what is cut struck through.
MARKED = "修改标注"
_MARKS = (
    ("{%r for m in x.修改标注 %}", ""),
    ('{%r if m.改动 == "加" %}', ""),
    ("{{ m.文字 }}", "add"),
    ('{%r elif m.改动 == "删" %}', ""),
    ("{{ m.文字 }}", "cut"),
    ("{%r else %}", ""),
    ("{{ m.文字 }}", ""),
    ("{%r endif %}", ""),
    ("{%r endfor %}", ""),
)


def table(document: Any, columns: Sequence[tuple[str, str, float]], loop: str) -> None:  # noqa: ANN401
    """Add a table with a header row that repeats; columns of heading, mark and width in millimetres."""
    grid = document.add_table(rows=4, cols=len(columns))
    grid.style, grid.autofit = "Table Grid", False
    grid.rows[1].cells[0].text, grid.rows[3].cells[0].text = "{%tr " + loop + " %}", "{%tr endfor %}"
    for name in ("w:cantSplit", "w:tblHeader"):
        grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement(name))
    for i, (heading, filled, width) in enumerate(columns):
        grid.columns[i].width = Mm(width)
        for row in grid.rows:
            row.cells[i].width = Mm(width)
        for row, text, name in ((0, heading, HEAD), (2, filled, BODY)):
            paragraph = grid.rows[row].cells[i].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if row == 0 or width < 20:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for piece, op in _MARKS if text == MARKED else ((text, ""),):
                run = paragraph.add_run(piece)
                font(run, name, 11)
                run.font.underline, run.font.strike = (op == "add") or None, (op == "cut") or None


def _substitutes(document: Any) -> None:  # noqa: ANN401
    """Name in the font table what stands in for fonts that are missing."""
    entries = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in _INSTEAD.items())
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def paper(*, wide: bool = False) -> Any:  # noqa: ANN401
    """Return an empty page as GB/T 9704 sets it."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if wide else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    page_number(foot)
    for run in foot.runs:
        font(run, "宋体", 14)
    _substitutes(document)
    return document
