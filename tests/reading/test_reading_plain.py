"""Text files, JSON Lines, several files at once, files that cannot be read, limits."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.errors import InputError
from jietan.reading import ReadResult, limits, read_files
from jietan.reading.jsonl import read_jsonl
from jietan.reading.model import Sink

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not beside the checkout")


def test_one_comment_a_line(write):
    result = read_files([write("a.txt", "1. 甲 \r\n\r\n2. 乙\r\n3. 丙\r\n")])
    assert [(row.source_row, row.text) for row in result.rows] == [(1, "1. 甲 "), (3, "2. 乙"), (4, "3. 丙")]
    assert any("每行一条意见" in note for note in result.notes)


def test_blocks_between_blank_lines(write):
    result = read_files([write("a.txt", "尊敬的领导：\n 我有意见。\n\n\n第二封信。\n\n第三封\n信\n", "gb18030")])
    assert [(row.source_row, row.text) for row in result.rows] == [
        (1, "尊敬的领导：\n 我有意见。"),
        (5, "第二封信。"),
        (7, "第三封\n信"),
    ]
    assert any("按空行分段" in note for note in result.notes)


def test_many_lines_with_a_few_gaps_are_lines(write):
    text = "\n\n".join("\n".join(f"第{g}组意见{n}，费用太高。" for n in range(12)) for g in range(3))
    assert len(read_files([write("a.txt", text)]).rows) == 36


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30), min_size=1, max_size=5))
def test_jsonl_text_is_the_value(contents):
    lines = [json.dumps({"id": n, "text": content}, ensure_ascii=False) for n, content in enumerate(contents)]
    sink = Sink("a.jsonl")
    read_jsonl("\n".join(lines), sink, {})
    assert [(row.comment_id, row.text) for row in sink.rows] == [(str(n), content) for n, content in enumerate(contents)]


def test_jsonl(write):
    lines = [
        '{"id": 1.0, "title": "题", "text": "好", "user": "A1", "date": "2020-01-06 12:09:38", "likes": null, "reply": "收到"}',
        "{坏的一行",
        "",
        '{"id": 2, "text": null, "likes": 3}',
        '{"id": 3, "text": ["嵌套"]}',
        '["数组"]',
        '{"id": 4, "text": "\\ud800"}',
        '{"id": 5, "text": "晚到的键", "title": null}',
    ]
    result = read_files([write("a.jsonl", "\n".join(lines))])
    assert [(row.source_row, row.comment_id, row.text) for row in result.rows] == [
        (1, "1", "题\n好"),
        (4, "2", ""),
        (8, "5", "晚到的键"),
    ]
    assert result.rows[0].fields["submitted_at"] == "2020-01-06T12:09:38"
    assert result.rows[0].fields["submitter"] == "A1"
    assert result.rows[1].fields["likes"] == "3"
    assert sorted((r.source_row, r.comment_id) for r in result.rejects if r.comment_id) == [(5, "3"), (7, "4")]
    assert [r.source_row for r in result.rejects if r.comment_id is None] == [2, 6]
    assert any("没有使用的列：reply" in note for note in result.notes)


def test_jsonl_variants(write):
    line = '{"编号": "a", "留言详情": "好"}'
    for path in (write("a.jsonl.gz", gzip.compress(line.encode())), write("b.txt", line), write("c.json", f"[{line}]")):
        assert [(row.comment_id, row.text) for row in read_files([path]).rows] == [("a", "好")]
    with pytest.raises(InputError, match=r"看到的列：a、b.*--map text=键名"):
        read_files([write("d.jsonl", '{"a": 1, "b": "长长的文字"}')])


def test_several_files_in_order(write):
    one, two = write("甲.csv", "意见内容\n一\n"), write("乙.txt", "二\n三\n")
    scan = write("丙.pdf", b"%PDF-1.7 ...")
    result = read_files([one, scan, two])
    assert isinstance(result, ReadResult)
    assert [(row.source_file, row.text) for row in result.rows] == [("甲.csv", "一"), ("乙.txt", "二"), ("乙.txt", "三")]
    (reject,) = result.rejects
    assert (reject.source_file, reject.source_row, reject.comment_id) == ("丙.pdf", None, None)
    assert "OCR" in reject.reason


@pytest.mark.parametrize("name", ["a.jpg", "a.PNG", "a.tiff", "a.mp3", "a.zip"])
def test_scans_and_archives_are_listed(write, name):
    (reject,) = read_files([write(name, b"\0\1\2")]).rejects
    assert reject.source_row is None
    assert "请先" in reject.reason


def test_header_without_rows_is_no_error(write):
    result = read_files([write("a.csv", "编号,意见内容\n")])
    assert (result.rows, result.rejects) == ([], [])
    assert "a.csv：只有表头，没有意见" in result.notes


def test_missing_empty_and_folder(write, tmp_path):
    with pytest.raises(InputError, match=r"没有\.csv：找不到这个文件.*请检查"):
        read_files([tmp_path / "没有.csv"])
    with pytest.raises(InputError, match="是空的"):
        read_files([write("空.csv", b"")])
    with pytest.raises(InputError, match="没有文字"):
        read_files([write("白.csv", " \n\n")])
    with pytest.raises(InputError, match="文件夹"):
        read_files([tmp_path])
    with pytest.raises(InputError, match="没有给出"):
        read_files([])


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.xls", "a.doc", "a.et"])
@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, bytes(range(200, 256)) * 9],
    ids=["zip", "ole", "junk"],
)
def test_damaged_office_files(write, monkeypatch, name, data):
    monkeypatch.setattr("jietan.reading.convert.find_soffice", lambda: None)
    monkeypatch.setattr("jietan.reading.reader.find_soffice", lambda: None)
    path = write(name, data)
    if name in ("a.doc", "a.et") and data.startswith(b"\xd0"):
        assert [reject.source_row for reject in read_files([path]).rejects] == [None]
    else:
        with pytest.raises(InputError, match=name):
            read_files([path])


def test_damaged_binary_workbook_does_not_end_the_process(write):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff\x00" * 300 + "Workbook".encode("utf-16-le")
    with pytest.raises(InputError, match="损坏"):
        read_files([write("a.xls", data)])


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_password(write, name):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(InputError, match=r"密码.*请打开后取消密码"):
        read_files([write(name, data)])


def test_truncated_gzip(write):
    with pytest.raises(InputError, match="gz"):
        read_files([write("a.csv.gz", gzip.compress("意见内容\n好\n".encode() * 100)[:-9])])


def test_gzip_bomb(write, monkeypatch):
    small = limits.Limits(ratio_floor=1 << 16)
    monkeypatch.setattr("jietan.reading.reader.LIMITS", small)
    with pytest.raises(InputError, match="大得不正常"):
        read_files([write("a.csv.gz", gzip.compress(b"0" * (4 << 20)))])


def test_file_size(write, monkeypatch):
    monkeypatch.setattr("jietan.reading.reader.LIMITS", limits.Limits(file_bytes=10))
    with pytest.raises(InputError, match="超过上限"):
        read_files([write("a.csv", "意见内容\n建议增加充电设施\n")])


def package(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "bounds", [limits.Limits(ratio_floor=1 << 16), limits.Limits(package_bytes=1 << 16), limits.Limits(package_entries=1)]
)
def test_zip_bombs(bounds):
    data = package({"word/document.xml": b"0" * (4 << 20), "b": b""})
    with pytest.raises(InputError, match="大得不正常"), limits.open_package(io.BytesIO(data), "a.docx", bounds):
        pass


def test_external_entities_are_refused(write, tmp_path):
    secret = write("secret.txt", "秘密内容不能出现")
    docx.Document().save(tmp_path / "ok.docx")
    with zipfile.ZipFile(tmp_path / "ok.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'{doctype}<w:document xmlns:w="{ns}"><w:body><w:p><w:r><w:t>张代表：&e;</w:t></w:r></w:p></w:body></w:document>'
    with pytest.raises(InputError, match="DTD"):
        read_files([write("a.docx", package(parts | {"word/document.xml": xml.encode()}))])


def sheet_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_endless_and_declared_sheets_are_refused(write, workbook):
    parts = sheet_parts(workbook({"表": [["意见内容"], ["好"]]}))
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    with pytest.raises(InputError, match="1048576 行 16384 列"):
        read_files([write("a.xlsx", package(parts | {"xl/worksheets/sheet1.xml": far}))])
    declared = b'<!DOCTYPE x [<!ENTITY e "1">]>' + sheet.partition(b"?>")[2] if b"?>" in sheet else b"<!DOCTYPE x []>" + sheet
    with pytest.raises(InputError, match="DTD"):
        read_files([write("b.xlsx", package(parts | {"xl/worksheets/sheet1.xml": declared}))])


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1048577"><c r="AAAAAB1048577"><v>1</v></c></row>',
        b'<row r="3"><c r="B400000000"><v>1</v></c></row>',
        b'<row r="3"><c r="ZZZZZ3"><v>1</v></c></row>',
        b'<row r="3"><c r="zzzzz3"><v>1</v></c></row>',
        b'<row r="4000000000"><c><v>1</v></c></row>',
    ],
)
@pytest.mark.parametrize("place", ["xl/worksheets/sheet1.xml", "xl/sheet1.xml"])
def test_cells_that_a_damaged_reference_puts_far_away_are_refused(write, workbook, row, place):
    parts = sheet_parts(workbook({"表": [["意见内容"], ["好"]]}))
    sheet = parts.pop("xl/worksheets/sheet1.xml").replace(b"</sheetData>", row + b"</sheetData>")
    relations = parts["xl/_rels/workbook.xml.rels"].replace(b"/xl/worksheets/sheet1.xml", b"/" + place.encode())
    with pytest.raises(InputError):
        read_files([write("a.xlsx", package(parts | {place: sheet, "xl/_rels/workbook.xml.rels": relations}))])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_an_input_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "a.txt"
    path.write_bytes(data)
    try:
        result = read_files([path])
    except InputError:
        return
    assert result.rows or result.rejects or result.notes


@needs_shared
def test_sample_csv_and_xlsx_agree():
    folder = SHARED / "consultation_a"
    left, right = (read_files([folder / name]) for name in ("comments.csv", "comments.xlsx"))
    assert len(left.rows) == 420
    assert not left.rejects
    shown = [[(r.comment_id, r.text, r.text_parts, r.fields, r.source_row) for r in result.rows] for result in (left, right)]
    assert shown[0] == shown[1]


@needs_shared
def test_real_messages():
    result = read_files([SHARED / "messages.jsonl.gz"])
    assert len(result.rows) == 6994
    assert not result.rejects
    row = result.rows[0]
    assert [part["column"] for part in row.text_parts] == ["title", "text"]
    assert row.text[row.text_parts[0]["end"]] == "\n"
    assert row.fields["submitter"]
    assert row.fields["submitted_at"] == "2020-01-06T12:09:38"
