import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from jietan.errors import InputError
from jietan.law.document import Paragraph, unwrap
from jietan.law.parse import items, parse_paragraphs, read_draft, short_name

SHARED = Path(__file__).parents[3] / "shared" / "data" / "consultation_a"

HARD = """关于公开征求《青禾市犬只管理条例（草案）》意见的公告

现将《青禾市犬只管理条例（草案）》公布，请于三十日内提出意见。第五条、第九条是重点。
　　一、第三条规定了分类管理。
第五条规定了登记，请着重研究。

青禾市犬只管理条例
（草案二次审议稿）

目　录
第一章　总则
第二章　登记
　第一节　一般规定
第三章　附 则

第一章　总　则
第一条　为了规范养犬行为，根据《中华人民共和国动物防疫法》第三十条，制定本条例。
第二条（适用范围）本市行政区域适用本条例。
　　第一条第二款所称犬只，不含军犬。
第五条规定的情形除外。
第三条　养犬实行登记制度：
（一）重点区：
1. 住宅区；
2．商业区；
（二）一般区。
前款第一项的区域由区人民政府划定。
第二章　登记　第一节　一般规定　第四条　养犬应当登记。第五条　登记免费。
第六条　依照本条例第五条　登记的，发给犬牌。
第六条之一　犬牌遗失的，应当补办。
第六条之二
犬牌不得转让。
违反前款规定的，按照第十条处理。
第十条　处二百元以上五百元以下罚款。
第三章　附则
第十一条　本条例自2026年1月1日起施行。

附件1：登记表
第一条　此处为附件条款。
第二条　附件第二条。
"""


def write(tmp_path, text, name="草案.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def labels(draft):
    return [article.article for article in draft.articles]


@pytest.fixture
def hard(tmp_path):
    return read_draft(write(tmp_path, HARD))


def test_numbers_and_problems(hard):
    assert labels(hard) == [
        "第一条", "第二条", "第三条", "第四条", "第五条", "第六条", "第六条之一", "第六条之二", "第十条", "第十一条",
    ]  # fmt: skip
    assert len(hard.problems) == 2
    assert "缺第七条至第九条" in hard.problems[0]
    assert "行" in hard.problems[0]
    assert "另有一组" in hard.problems[1]


def test_title_and_front_matter(hard):
    assert hard.title == "青禾市犬只管理条例"
    assert hard.version == "草案二次审议稿"
    assert not any("目" in text for text in hard.preamble)


def test_chapters(hard):
    chapters = {article.article: article.chapter for article in hard.articles}
    assert chapters["第一条"] == "第一章　总则"
    assert chapters["第四条"] == "第二章　登记 / 第一节　一般规定"
    assert chapters["第十一条"] == "第三章　附则"


def test_citing_paragraphs_start_no_article(hard):
    second = hard.articles[1]
    assert second.caption == "适用范围"
    assert second.paragraphs == ["本市行政区域适用本条例。", "第一条第二款所称犬只，不含军犬。", "第五条规定的情形除外。"]


def test_paragraphs_items_and_subitems(hard):
    third = hard.articles[2]
    assert len(third.paragraphs) == 2
    assert items(third.paragraphs[0]) == [("（一）", "重点区：\n1. 住宅区；\n2．商业区；"), ("（二）", "一般区。")]
    assert items(third.paragraphs[1]) == []
    assert third.text == "\n".join(third.paragraphs)


def test_several_articles_in_one_paragraph(hard):
    texts = {article.article: article.text for article in hard.articles}
    assert texts["第四条"] == "养犬应当登记。"
    assert texts["第五条"] == "登记免费。"
    assert texts["第六条"] == "依照本条例第五条　登记的，发给犬牌。"


def test_label_on_its_own_line(hard):
    texts = {article.article: article.paragraphs for article in hard.articles}
    assert texts["第六条之二"] == ["犬牌不得转让。", "违反前款规定的，按照第十条处理。"]


def test_attachment_stays_out(hard):
    assert hard.articles[-1].text == "本条例自2026年1月1日起施行。"
    assert len({article.article_id for article in hard.articles}) == len(hard.articles)
    assert hard.articles[0].article_id == "青禾市犬只管理条例#第一条"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, hard, encoding):
    assert read_draft(write(tmp_path, HARD, encoding=encoding)).articles == hard.articles


def test_markdown_decorations(tmp_path):
    text = (
        "# 《某市办法》\n\n- 第一章　总则\n\n## 第一章 总则\n\n**第1条** 甲。\n\n> **第2条**　乙：\n> - （一）丙；\n\n---\n第3条之1 丁。\n"
    )
    draft = read_draft(write(tmp_path, text, "a.md"))
    assert draft.title == "某市办法"
    assert labels(draft) == ["第一条", "第二条", "第三条之一"]
    assert [article.text for article in draft.articles] == ["甲。", "乙：\n（一）丙；", "丁。"]
    assert any("缺" in problem for problem in draft.problems) is False


def test_html(tmp_path):
    text = """<html><head><meta charset="gb2312"><title>某市养犬条例</title><style>p{}</style><script>第一条 假。</script></head>
    <body><!-- 第一条 假。 --><nav>第一条 假</nav><p align=center><b>某市养犬条例</b></p>
    <p>&nbsp;&nbsp;第一条&nbsp;&nbsp;为了<span>规范</span>养犬，
    制定本条例。</p><div>第二条　下列：<br>（一）甲；<br/>（二）乙。</div></body></html>"""
    draft = read_draft(write(tmp_path, text, "a.html", "gb18030"))
    assert draft.title == "某市养犬条例"
    assert draft.articles[0].text == "为了规范养犬， 制定本条例。"
    assert draft.articles[1].paragraphs == ["下列：\n（一）甲；\n（二）乙。"]


def test_repeats_and_order(tmp_path):
    draft = read_draft(write(tmp_path, "某市办法\n第一条 甲。\n第二条 乙。\n第二条 丙。\n第四条 丁。\n第三条 戊。\n"))
    assert [article.article_id for article in draft.articles][1:3] == ["某市办法#第二条", "某市办法#第二条@2"]
    assert "第二条出现两次（第3行、第4行）" in draft.problems[0]
    assert "缺第三条" in draft.problems[1]
    assert "倒退" in draft.problems[2]


def test_captions_are_not_items(tmp_path):
    draft = read_draft(write(tmp_path, "某市办法\n第一条 【目的】\n为了甲。\n第二条（一）甲；\n第三条（删除）\n"))
    assert [(a.caption, a.text) for a in draft.articles] == [("目的", "为了甲。"), ("", "（一）甲；"), ("", "（删除）")]


def test_no_article(tmp_path):
    with pytest.raises(InputError, match=r"没有找到条文.*另起一段"):
        read_draft(write(tmp_path, "关于做好工作的通知\n请各单位认真落实第五条规定。"))


@pytest.mark.parametrize(("name", "message"), [("a.doc", "另存为"), ("没有.docx", "找不到")])
def test_unreadable_files(tmp_path, name, message):
    if name.endswith(".doc"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(InputError, match=message):
        read_draft(tmp_path / name)


def test_damaged_and_oversized_docx(tmp_path):
    (tmp_path / "bad.docx").write_bytes(b"PK not a zip")
    with pytest.raises(InputError, match="损坏"):
        read_draft(tmp_path / "bad.docx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    (tmp_path / "bomb.docx").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="过大"):
        read_draft(tmp_path / "bomb.docx")


def test_docx_with_revisions_breaks_and_automatic_numbers(tmp_path):
    from docx.oxml import parse_xml

    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    document.add_paragraph("某市办法", style="Title")
    first = document.add_paragraph("第一条　为了")
    first._p.append(parse_xml(f"<w:del {ns}><w:r><w:delText>旧</w:delText></w:r></w:del>"))
    first._p.append(parse_xml(f"<w:ins {ns}><w:r><w:t>新</w:t></w:r></w:ins>"))
    first.add_run("秩序。\n第二款。")
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {ns} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="2"/>'
            '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {ns} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for text in ("自动编号。", "又一条。"):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {ns}><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'))
    document.save(tmp_path / "a.docx")
    draft = read_draft(tmp_path / "a.docx")
    assert labels(draft) == ["第一条", "第二条", "第三条"]
    assert draft.articles[0].paragraphs == ["为了新秩序。", "第二款。"]
    assert draft.articles[2].text == "又一条。"


def test_comparison_table(tmp_path):
    document = docx.Document()
    document.add_paragraph("某市养犬条例修正案（草案）对照表")
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ["现行条文", "修正草案", "说明"], strict=True):
        cell.text = text
    for row in (("第一条 旧。", "第一条 新。", "甲"), ("", "第二条 增。\n第二款。", "乙")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(tmp_path / "表.docx")
    draft = read_draft(tmp_path / "表.docx")
    assert [article.text for article in draft.articles] == ["新。", "增。\n第二款。"]
    assert draft.articles[1].place == "第1个表格第3行"


def test_scanned_and_damaged_pdf(tmp_path):
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(300, 300)
    writer.write(tmp_path / "scan.pdf")
    with pytest.raises(InputError, match="扫描件"):
        read_draft(tmp_path / "scan.pdf")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(InputError, match="损坏"):
        read_draft(tmp_path / "bad.pdf")


def test_lines_broken_at_the_page_width_are_joined():
    lines = [
        "第一条 为了规范某某行为，预防和减少",
        "火灾事故，保障安全，依照",
        "第五条规定，制定本条例。",
        "本条例所称某某，是指下列各项的某某",
        "（一）甲；",
        "第二条 乙。",
    ]
    joined = unwrap([Paragraph(line, "第1页") for line in lines])
    assert joined[0].text.startswith("第一条 为了规范某某行为，预防和减少火灾")
    draft = parse_paragraphs(joined, "a.pdf")
    assert labels(draft) == ["第一条", "第二条"]


def test_inline_items():
    assert items("下列行为：（一）甲；（二）依照第（一）项处理；（三）丙。") == [
        ("（一）", "甲；"),
        ("（二）", "依照第（一）项处理；"),
        ("（三）", "丙。"),
    ]


def test_short_name():
    assert short_name("《中华人民共和国 民法典》") == "民法典"


@pytest.mark.skipif(not SHARED.exists(), reason="没有样例征求意见数据")
@pytest.mark.parametrize(("name", "count"), [("draft", 34), ("final", 36)])
def test_both_formats_of_the_sample_agree(name, count):
    drafts = [read_draft(SHARED / f"{name}{suffix}") for suffix in (".md", ".docx")]
    plain = [[replace(article, place="") for article in draft.articles] for draft in drafts]
    assert plain[0] == plain[1]
    assert len(plain[0]) == count
    assert not drafts[0].problems
    assert len({article.chapter for article in plain[0]}) == 6


def test_openings_that_look_like_citations(tmp_path):
    text = (
        "某市办法\n第一章　和解\n第一条　甲。\n第二条　一项发明只能有一个权利。\n第三条　规定特别重大事项的，应当公示。\n"
        "第二章　与电梯有关的义务\n第四条　第三人造成损害的，依法承担责任。\n二、法律责任\n第五条　乙。\n附　则\n第六条　丙。\n"
        "第二章规定的行为，按照前款处理。\n"
    )
    draft = read_draft(write(tmp_path, text))
    assert labels(draft) == ["第一条", "第二条", "第三条", "第四条", "第五条", "第六条"]
    assert [article.chapter for article in draft.articles] == [
        "第一章　和解", "第一章　和解", "第一章　和解", "第二章　与电梯有关的义务", "二、法律责任", "附则",
    ]  # fmt: skip
    assert draft.articles[-1].paragraphs == ["丙。", "第二章规定的行为，按照前款处理。"]
