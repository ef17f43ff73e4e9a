import pytest
from docx import Document
from docx.oxml.ns import qn

from export_fixture import INFO, TITLE, messages, tables
from jietan.export.report import write_report
from jietan.export.view import View
from jietan.settings import Settings


def write(path, frames, title=TITLE, **report):
    settings = Settings.model_validate({"report": report, "export": {"top": 3}})
    write_report(path, View(frames, settings, title, INFO))
    return Document(str(path))


def headings(document, level):
    return [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]


def text_of(document):
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("docx") / "a.docx"
    return write(path, tables(), office="东湖联系点", contact="某某")


def test_structure(report):
    assert headings(report, 1) == [
        "一、基本情况",
        "二、立法建议一览",
        "三、重点建议条文对照",
        "四、主要主题",
        "五、长尾意见",
        "附录　整理方法说明",
    ]
    assert headings(report, 2)[:3] == [
        "1．第八条第一款：延长开放时间到二十二时",
        "2．第九条第二项：允许携带宠物",
        "3．增加一条（第十八条之后）：设置母婴室和无障碍厕所",
    ]
    cover = "\n".join(p.text for p in report.paragraphs[:8])
    for words in ("建议稿，供参考", f"《{TITLE}》", "报送单位：东湖联系点", "征集时间：2031年4月2日至2031年4月12日", "2031年5月20日"):
        assert words in cover


def test_words_and_figures(report):
    text = text_of(report)
    assert "“建议把关门时间延到二十二时”（QH-001，东湖街道，李*宁）" in text
    assert "相反意见：建议4“维持二十时关门”（1人）" in text
    assert "合计3件，占全部意见的20%" in text
    assert "共收到意见15件" in text
    assert "【立法要点】区分情形" in text
    assert "周明海" not in text
    assert text.count("群体大小不等于投票结果") == 2


def test_changes_are_marked(report):
    table = next(t for t in report.tables if t.rows[0].cells[0].text == "原文")
    runs = table.rows[1].cells[1].paragraphs[0].runs
    assert [r.text for r in runs if r.font.strike] == ["二十"]
    assert [r.text for r in runs if r.font.underline] == ["二十二"]


def test_header_rows_repeat_and_fonts_are_chinese(report):
    for table in report.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    for name, font in (("正文段落", "宋体"), ("Heading 1", "黑体"), ("原话", "仿宋"), ("Normal", "宋体")):
        fonts = report.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert "PAGE" in report.sections[0].footer._element.xml
    assert TITLE in report.sections[0].header.paragraphs[0].text
    assert report.core_properties.created.year == 2031


def test_without_a_draft_the_themes_carry_the_quotes(tmp_path):
    document = write(tmp_path / "a.docx", messages(), title="")
    assert headings(document, 1) == ["一、基本情况", "二、主要主题", "附录　整理方法说明"]
    assert "“公园应当开到晚上十点”（QH-002，匿名）" in text_of(document)
    assert "《园林条例》第二十条" in text_of(document)


def test_control_characters_do_not_break_the_file(tmp_path):
    frames = tables()
    frames["suggestions"]["title"] = "甲\x00乙\x0b"
    assert "甲□乙□" in text_of(write(tmp_path / "a.docx", frames, office="丙\x01"))


def test_nothing_at_all(tmp_path):
    document = write(tmp_path / "a.docx", {}, title="")
    assert headings(document, 1)[0] == "一、基本情况"


def test_what_a_reviewer_rejected_is_left_out_and_said(tmp_path):
    frames = tables()
    frames["suggestions"].loc[0, "status"] = "rejected"
    document = write(tmp_path / "a.docx", frames)
    assert headings(document, 2)[0].startswith("2．")
    assert "不采用的1条没有列入" in text_of(document)
    assert "相反意见" not in text_of(document)
