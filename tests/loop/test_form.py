"""``jietan form``: what comes back filled in is read without a single option."""

import csv
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest

from jietan.errors import SettingsError
from jietan.export.form import write_form
from jietan.loop.form import COLUMNS, make_form
from jietan.reading import read_files

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ROWS = (
    (
        "第十七条",
        "建议修改",
        "费用不该物业出",
        "小区没有钱",
        "江湾区柳港镇",
        "柳港村信息采集点",
        "2025-06-05",
        "走访",
        "张三",
        "19900000000",
    ),
    ("整部草案", "支持", "都好", "", "", "", "", "", "", ""),
)


#: What a spreadsheet would take for a formula, and what looks like the mark against that.
_ODD = ("=1+1", "+5元也行", "-15日太短", "@社区 请回复", "'引号开头", "'=1+1")


@pytest.fixture(scope="module")
def form(sample_folder):
    return make_form(sample_folder / "draft.docx", sample_folder / "points.csv")


@pytest.fixture(scope="module")
def folder(form, tmp_path_factory):
    out = tmp_path_factory.mktemp("form")
    write_form(form, out)
    return out


def _check(row, *, written=_ROWS[0]):
    article, attitude, text, reason, street, point, day, channel, person, contact = written
    assert row.text == f"{text}\n{reason}"
    told = {"article_hint": article, "stance_hint": attitude, "street": street, "point": point, "submitted_at": day}
    told |= {"channel": channel, "submitter": person, "contact": contact}
    assert {name: row.fields[name] for name in told} == told


def test_a_form_offers_the_articles_and_the_points(form):
    assert form.choices["条文"][:2] == ("整部草案", "第一条")
    assert len(form.articles) == 34
    assert ("江湾区柳港镇", "柳港村信息采集点") in form.points
    assert ("江湾区渔歌街道", "渔歌小学信息采集点") in form.points


def test_the_filled_workbook_is_read(folder, tmp_path):
    book = openpyxl.load_workbook(folder / "意见收集表.xlsx")
    sheet = book["意见"]
    lists = {str(rule.sqref).split(":")[0][0]: rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert len(lists) == 5
    column, last = lists["A"].rsplit("$", 2)[1:]
    held = [cell.value for cell in book["下拉选项"][column.rstrip(":")]][1:]
    assert held[:2] == ["整部草案", "第一条"]
    assert held[int(last) - 2] == "第三十四条"
    for number, row in enumerate(_ROWS, 2):
        for i, value in enumerate(row, 1):
            sheet.cell(number, i).value = value or None
    book.save(tmp_path / "交回.xlsx")
    found = read_files([tmp_path / "交回.xlsx"])
    assert len(found.rows) == 2
    assert found.rejects == []
    _check(found.rows[0])
    assert not any("没有使用的列" in note for note in found.notes)


def test_a_table_of_ones_own_with_the_name_of_a_form_sheet_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "填写说明"
    book.active.append(["条文", "意见内容"])
    book.active.append(["第二条", "应当写清楚。"])
    book.save(tmp_path / "自己的.xlsx")
    assert [row.text for row in read_files([tmp_path / "自己的.xlsx"]).rows] == ["应当写清楚。"]


def test_the_filled_document_is_read(folder, tmp_path):
    document = docx.Document(folder / "意见收集表.docx")
    (table,) = document.tables
    for cell, value in zip(table.rows[1].cells, (*_ROWS[0][:4], *_ROWS[0][8:]), strict=True):
        cell.text = value
    for paragraph in document.paragraphs:
        for label, value in (("街镇", _ROWS[0][4]), ("采集点", _ROWS[0][5]), ("提交日期", "2025年6月5日")):
            if paragraph.text.startswith(f"{label}："):
                paragraph.text = f"{label}：{value}"
    document.save(tmp_path / "交回.docx")
    found = read_files([tmp_path / "交回.docx"])
    (row,) = found.rows
    assert found.rejects == []
    _check(row, written=(*_ROWS[0][:7], None, *_ROWS[0][8:]))


def test_an_empty_document_has_no_comment(folder):
    found = read_files([folder / "意见收集表.docx"])
    assert (found.rows, found.rejects) == ([], [])


def test_what_the_page_marked_as_text_comes_back_word_for_word(tmp_path):
    rows = [["意见编号", *COLUMNS], *([f"W-{n}", "", "", f"'{said}", *[""] * 7] for n, said in enumerate(_ODD))]
    for header, quote in (("意见内容", ""), ("内容", "'")):
        rows[0][3] = header
        with (tmp_path / "交回.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
        assert tuple(row.text for row in read_files([tmp_path / "交回.csv"]).rows) == tuple(quote + said for said in _ODD)


def test_words_added_to_a_form_by_hand_are_still_listed(folder, tmp_path):
    document = docx.Document(folder / "意见收集表.docx")
    document.tables[0].rows[1].cells[2].text = "费用不该物业出"
    document.add_paragraph("背面还有")
    document.save(tmp_path / "交回.docx")
    found = read_files([tmp_path / "交回.docx"])
    assert len(found.rows) == 1
    assert [reject.reason for reject in found.rejects] == ["表格以外的文字，不是意见"]


@pytest.mark.skipif(CHROMIUM is None, reason="no browser")
def test_what_the_page_saves_is_read(folder, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    said = 'a,"b"\n费用不该物业出'
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(accept_downloads=True).new_page()
        problems = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((folder / "意见收集表.html").as_uri())
        for field, value in (("street", 4), ("point", 5), ("channel", 7), ("article", 0), ("attitude", 1)):
            page.select_option(f"#f-{field}", _ROWS[0][value])
        for field, value in (
            ("date", _ROWS[0][6]),
            ("text", said),
            ("reason", _ROWS[0][3]),
            ("person", "张三"),
            ("contact", "19900000000"),
        ):
            page.fill(f"#f-{field}", value)
        assert "所需费用由物业服务人承担" in page.inner_text("#original")
        page.click("#add")
        for odd in _ODD:
            page.fill("#f-text", odd)
            page.click("#add")
        with page.expect_download() as download:
            page.click("#save")
        download.value.save_as(tmp_path / "交回.csv")
        browser.close()
    assert problems == []
    found = read_files([tmp_path / "交回.csv"])
    assert found.rejects == []
    assert len({row.comment_id for row in found.rows}) == 1 + len(_ODD)
    _check(found.rows[0], written=(*_ROWS[0][:2], said, *_ROWS[0][3:]))
    assert tuple(row.text for row in found.rows[1:]) == _ODD
    assert '"\'=1+1"' in (tmp_path / "交回.csv").read_text("utf-8-sig")
    with Path(tmp_path / "交回.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert tuple(next(csv.reader(stream)))[1:] == COLUMNS


def test_the_page_sends_nothing_and_escapes(tmp_path):
    (tmp_path / "草案.md").write_text("# 甲市试行条例\n\n第一条　</script><script>alert(1)</script>应当配合。\n", "utf-8")
    write_form(make_form(tmp_path / "草案.md"), tmp_path, ("html",))
    shown = (tmp_path / "意见收集表.html").read_text("utf-8")
    assert "</script><script>alert" not in shown
    assert "default-src &#39;none&#39;" in shown
    assert "http:" not in shown
    assert "https:" not in shown


def test_the_same_form_gives_the_same_bytes(form, folder, tmp_path):
    for path in write_form(form, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()
    with pytest.raises(SettingsError, match="没有 pdf 这种格式"):
        write_form(form, tmp_path, ("pdf",))
