"""The default templates: Word documents set as official papers are, with marks to be filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from jietan.export.report.paper import page_number

__all__ = ["LAYOUTS"]

_TITLE, _BODY, _HEAD, _LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
#: What stands in for a font that a computer lacks.
_INSTEAD = {_TITLE: "华文中宋,小标宋,STZhongsong,宋体,SimSun", _BODY: "仿宋,FangSong,STFangsong,华文仿宋"}
_LINE = Pt(28.95)


def _font(run: Any, name: str, size: float) -> None:  # noqa: ANN401
    run.font.size, run.font.name = Pt(size), _LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _say(document: Any, text: str, *, name: str = _BODY, size: float = 16, indent: bool = True) -> Any:  # noqa: ANN401
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.line_spacing, layout.space_after, layout.space_before = _LINE, Pt(0), Pt(0)
    if indent:
        layout.first_line_indent = Pt(size * 2)
    _font(paragraph.add_run(text), name, size)
    return paragraph


def _mark(document: Any, tag: str) -> None:  # noqa: ANN401
    """Add a paragraph that only steers the filling in, and leaves none behind."""
    document.add_paragraph("{%p " + tag + " %}")


def _title(document: Any, text: str) -> None:  # noqa: ANN401
    paragraph = _say(document, text, name=_TITLE, size=22, indent=False)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(28.95)


def _signature(document: Any) -> None:  # noqa: ANN401
    """Who drafted, checked and signed, to be filled in by hand."""
    _say(document, "", indent=False)
    for text in ("{{ 报送单位 }}", "{{ 日期 }}"):
        _say(document, text, indent=False).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _say(document, "", indent=False)
    table = document.add_table(rows=2, cols=4)
    table.style = "Table Grid"
    for cell, text in zip((c for row in table.rows for c in row.cells), ("拟稿", "", "审核", "", "签发", "", "日期", ""), strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _font(cell.paragraphs[0].add_run(text), _BODY, 14)


def _table(document: Any, columns: Sequence[tuple[str, str, float]], loop: str) -> None:  # noqa: ANN401
    """Add a table with a header row that repeats; columns of heading, mark and width in millimetres."""
    table = document.add_table(rows=4, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    table.rows[1].cells[0].text, table.rows[3].cells[0].text = "{%tr " + loop + " %}", "{%tr endfor %}"
    for name in ("w:cantSplit", "w:tblHeader"):
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement(name))
    for i, (heading, mark, width) in enumerate(columns):
        table.columns[i].width = Mm(width)
        for row in table.rows:
            row.cells[i].width = Mm(width)
        for row, text, name in ((0, heading, _HEAD), (2, mark, _BODY)):
            paragraph = table.rows[row].cells[i].paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if row == 0 or width < 20:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _font(paragraph.add_run(text), name, 11)


def _substitutes(document: Any) -> None:  # noqa: ANN401
    """Name in the font table what stands in for fonts that are missing."""
    entries = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in _INSTEAD.items())
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _paper(*, wide: bool = False) -> Any:  # noqa: ANN401
    """Return an empty page as GB/T 9704 sets it."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if wide else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    page_number(foot)
    for run in foot.runs:
        _font(run, "宋体", 14)
    _substitutes(document)
    return document


def _letter() -> Any:  # noqa: ANN401
    document = _paper()
    _title(document, "关于报送{{ 草案 }}征求意见情况的函")
    _say(document, "（收文单位）：", indent=False)
    points = "{% if 采集点数 %}，来自{{ 采集点数 }}个信息采集点{% endif %}"
    when = "{% if 征集时间 %}{{ 征集时间 }}，{% endif %}"
    _say(document, f"{when}我单位就{{{{ 草案 }}}}征求意见，共收到意见{{{{ 意见件数 }}}}件，提意见的有{{{{ 人数 }}}}人{points}。")
    _say(document, "经整理，形成立法建议{{ 建议条数 }}条，现随函报送（见附件）。")
    _say(
        document,
        "提意见的人不是随机抽取的，人数多少不等于投票结果，请一并参阅原话。",
    )
    _mark(document, "if 联系人")
    _say(document, "联系人：{{ 联系人 }}")
    _mark(document, "endif")
    _say(document, "附件：立法建议表（{{ 标注 }}）")
    _signature(document)
    document.add_page_break()
    _say(document, "附件", name=_HEAD, indent=False)
    _title(document, "立法建议表")
    columns = (
        ("序号", "{{ x.序号 }}", 11),
        ("条款", "{{ x.条款 }}", 20),
        ("原文", "{{ x.原文 }}", 34),
        ("建议修改为", "{{ x.建议修改为 }}", 42),
        ("理由", "{{ x.理由 }}", 49),
    )
    _table(document, columns, "for x in 建议")
    return document


def _deputies() -> Any:  # noqa: ANN401
    document = _paper()
    _title(document, "代表建议（稿）")
    _say(document, "下列{{ 事项数 }}件事项不需要通过立法解决，供代表选用。{{ 标注 }}。")
    _mark(document, "for x in 事项")
    _say(document, "{{ x.序号 }}．关于{{ x.案由 }}的建议", name=_HEAD)
    _say(document, "领衔代表：　　　　　　　附议代表：　　　　　　　")
    _say(document, "情况和理由：群众来件{{ x.件数 }}件，{{ x.人数 }}人，来自{{ x.采集点 }}。", name=_BODY)
    for field, label in (("情况", ""), ("建议", "具体建议（群众原话）：")):
        _mark(document, f"if x.{field}")
        if label:
            _say(document, label)
        _mark(document, f"for y in x.{field}")
        _say(document, "{{ y }}")
        _mark(document, "endfor")
        _mark(document, "endif")
    _say(document, "建议承办单位：　　　　　　　{% if x.提到的单位 %}（来件提到{{ x.提到的单位 }}）{% endif %}")
    _mark(document, "endfor")
    _signature(document)
    return document


def _referrals() -> Any:  # noqa: ANN401
    document = _paper(wide=True)
    _title(document, "转办清单")
    _say(document, "下列{{ 总件数 }}件来件不属于立法意见，按信息采集点列出，请转有关部门办理并答复。")
    _mark(document, "for g in 组")
    _say(document, "{{ g.采集点 }}（{{ g.件数 }}件）", name=_HEAD, indent=False).paragraph_format.keep_with_next = True
    columns = (
        ("意见编号", "{{ x.意见编号 }}", 26),
        ("日期", "{{ x.日期 }}", 30),
        ("提交人", "{{ x.提交人 }}", 22),
        ("内容", "{{ x.内容 }}", 81),
        ("类别", "{{ x.类别 }}", 22),
        ("提到的单位", "{{ x.提到的单位 }}", 22),
        ("承办单位", "", 20),
        ("办理情况", "", 20),
    )
    _table(document, columns, "for x in g.件")
    _mark(document, "endfor")
    _signature(document)
    return document


#: Name of a paper to what lays out its default template.
LAYOUTS: dict[str, Callable[[], Any]] = {"报送函": _letter, "代表建议": _deputies, "转办清单": _referrals}
