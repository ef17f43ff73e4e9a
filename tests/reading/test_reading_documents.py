"""docx tables and minutes, and what LibreOffice converts."""

import zipfile

import docx
import pytest

from jietan.errors import InputError
from jietan.reading import read_files, reader
from jietan.reading.convert import convert, find_soffice
from jietan.reading.speakers import find_speech

needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")

MINUTES = [
    "时 间：2025年6月5日下午2:00—4:00",
    "地点：柳港村委会会议室",
    "参加人员：村民代表、物业公司",
    "张三、李四、王五",
    "主持人：欢迎大家，下面请各位发言。",
    "张代表：建议增加充电桩。\n还要降低费用。",
    "另外，夜间不应当断电。",
    "王某某（居民）：我不同意第十二条。",
    "3. 居民李某某： 支持。",
    "（二）关于第十八条",
    "陈律师认为：表述不清。",
    "刘大爷建议：删除第四项。",
    "有居民提出：能不能延长时间？",
    "充电设施：应当明确谁来维护。",
    "主持人：我个人建议写明期限。",
    "会议于16时结束。",
    "记录人：小王",
]


@pytest.fixture
def document(tmp_path):
    def write_document(paragraphs=(), tables=(), name="座谈会.docx"):
        result = docx.Document()
        for text in paragraphs:
            result.add_paragraph(text)
        for rows in tables:
            table = result.add_table(len(rows), len(rows[0]))
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    table.cell(i, j).text = value
        path = tmp_path / name
        result.save(path)
        return path

    return write_document


def test_minutes(document):
    result = read_files([document(["座谈会记录", *MINUTES])])
    shown = [(row.source_row, row.fields["submitter"], row.text, row.fields["article_hint"]) for row in result.rows]
    assert shown == [
        (7, "张代表", "建议增加充电桩。\n还要降低费用。", None),
        (8, "张代表", "另外，夜间不应当断电。", None),
        (9, "王某某（居民）", "我不同意第十二条。", None),
        (10, "居民李某某", "支持。", None),
        (12, "陈律师", "表述不清。", "第十八条"),
        (13, "刘大爷", "建议：删除第四项。", "第十八条"),
        (14, None, "有居民提出：能不能延长时间？", "第十八条"),
        (15, None, "充电设施：应当明确谁来维护。", "第十八条"),
        (16, "主持人", "我个人建议写明期限。", "第十八条"),
    ]
    assert {row.fields["submitted_at"] for row in result.rows} == {"2025-06-05"}
    assert [reject.source_row for reject in result.rejects] == [1, 2, 3, 4, 5, 6, 11, 17, 18]
    assert all(reject.reason.endswith("不是意见") for reject in result.rejects)


def test_nothing_of_the_minutes_is_lost(document):
    result = read_files([document(MINUTES)])
    assert sorted([r.source_row for r in result.rows] + [r.source_row for r in result.rejects]) == list(range(1, len(MINUTES) + 1))


@pytest.mark.parametrize(
    ("paragraph", "who", "text"),
    [
        ("张代表：好", "张代表", "好"),
        ("  3、张代表:好 ", "张代表", "好 "),
        ("王某某（居民）：好", "王某某（居民）", "好"),
        ("居民李某某：好", "居民李某某", "好"),
        ("陈小明：好", "陈小明", "好"),
        ("欧阳雪：好", "欧阳雪", "好"),
        ("柳港村 陶有田：好", "柳港村 陶有田", "好"),
        ("物业公司：好", "物业公司", "好"),
        ("李*：好", "李*", "好"),
        ("张代表表示：好", "张代表", "好"),
        ("张代表建议：好", "张代表", "建议：好"),
        ("一、张代表：好：很好", "张代表", "好：很好"),
    ],
)
def test_speakers(paragraph, who, text):
    speech = find_speech(paragraph)
    assert (speech.who, speech.text) == (who, text)
    assert text in paragraph


@pytest.mark.parametrize(
    "paragraph",
    [
        "建议：删除",
        "理由：太贵",
        "充电设施：增加",
        "第十二条：删除",
        "14:30 开会",
        "一是：收费",
        "见 https://example.com",
        "程序：简化",
        "张代表说得对。",
        "张代表：",
    ],
)
def test_no_speakers(paragraph):
    assert find_speech(paragraph) is None


def test_paragraphs_without_any_speaker_are_comments(document):
    result = read_files([document(["意见汇总", "1. 建议删除第四项。", "2. 费用太高。"])])
    assert [row.text for row in result.rows] == ["1. 建议删除第四项。", "2. 费用太高。"]
    assert [row.fields["submitter"] for row in result.rows] == [None, None]


def test_tables(document):
    tables = [
        [["会议", "说明会"], ["人数", "12"]],
        [["序号", "采集点", "意见内容"], ["1", "甲", "好\n第二行"], ["2", "", "坏"], ["合计", "2", ""]],
    ]
    path = document(["各采集点意见如下：", "张代表：还要补充一条。"], tables)
    result = read_files([path])
    assert [(r.sheet, r.source_row, r.comment_id, r.text) for r in result.rows] == [
        ("表格2", 2, "1", "好\n第二行"),
        ("表格2", 3, "2", "坏"),
        (None, 2, None, "还要补充一条。"),
    ]
    assert {(r.sheet, r.source_row) for r in result.rejects} == {("表格1", None), ("表格2", 4), (None, 1)}


def test_table_merges_are_filled_down(tmp_path):
    result = docx.Document()
    table = result.add_table(4, 3)
    for i, row in enumerate([["意见汇总", "", ""], ["采集点", "编号", "意见内容"], ["甲", "1", "好"], ["", "2", "坏"]]):
        for j, value in enumerate(row):
            table.cell(i, j).text = value
    table.cell(2, 0).merge(table.cell(3, 0)).text = "甲"
    table.cell(0, 0).merge(table.cell(0, 2)).text = "意见汇总"
    result.save(tmp_path / "表.docx")
    rows = read_files([tmp_path / "表.docx"]).rows
    assert [(row.text, row.fields["point"], row.comment_id) for row in rows] == [("好", "甲", "1"), ("坏", "甲", "2")]


def test_document_without_comments(document):
    with pytest.raises(InputError, match="没有读到意见"):
        read_files([document(["时间：2025年6月5日"])])
    with pytest.raises(InputError, match=r"看到的列：甲、乙"):
        read_files([document([], [[["甲", "乙"], ["1", "2"]]])])
    (row,) = read_files([document([], [[["甲", "乙"], ["1", "2"]]])], column_map={"text": "乙"}).rows
    assert row.text == "2"


def test_a_mapping_for_tables_leaves_minutes_alone(document):
    (row,) = read_files([document(["张代表：好。"])], column_map={"text": "群众反映"}).rows
    assert row.text == "好。"
    with pytest.raises(InputError, match="“群众反映”"):
        read_files([document(["建议增加充电桩。"], [[["甲", "乙"], ["1", "2"]]])], column_map={"text": "群众反映"})


def test_deep_nesting_is_an_input_error(tmp_path):
    result = docx.Document()
    result.add_paragraph("张代表：好。")
    result.save(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    depth, padding = 5_000, b"<!--" + b"x" * 10_000_000 + b"-->"
    deep = b"<w:sdt>" * depth + b"</w:sdt>" * depth
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + padding + deep)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match=r"b\.docx"):
        read_files([tmp_path / "b.docx"])


def test_revisions_are_read_as_accepted(tmp_path):
    result = docx.Document()
    paragraph = result.add_paragraph("张代表：建议")
    xml = paragraph._p
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parse = docx.oxml.parse_xml
    xml.append(parse(f"<w:del {ns}><w:r><w:delText>删除</w:delText></w:r></w:del>"))
    xml.append(parse(f"<w:ins {ns}><w:r><w:t>增加</w:t><w:tab/><w:t>充电桩</w:t></w:r></w:ins>"))
    result.save(tmp_path / "a.docx")
    (row,) = read_files([tmp_path / "a.docx"]).rows
    assert row.text == "建议增加\t充电桩"


@needs_libreoffice
@pytest.mark.parametrize("suffix", [".doc", ".wps"])
def test_old_documents_are_converted(document, write, suffix):
    path = document(MINUTES)
    expected = read_files([path])
    old = convert(path.read_bytes(), ".docx", "doc", "座谈会.docx")
    result = read_files([write(f"座谈会{suffix}", old)])
    assert [row.text for row in result.rows] == [row.text for row in expected.rows]
    assert any("LibreOffice" in note for note in result.notes)


def test_old_documents_without_libreoffice_are_listed(write, monkeypatch):
    monkeypatch.setattr(reader, "find_soffice", lambda: None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
    for name in ("a.doc", "a.wps"):
        (reject,) = read_files([write(name, data)]).rejects
        assert reject.source_row is None
        assert "另存为 docx" in reject.reason
    (reject,) = read_files([write("a.et", data.replace("WordDocument".encode("utf-16-le"), b""))]).rejects
    assert "另存为 xlsx" in reject.reason
