"""Known attacks by files: each gives rows, a reason in the list of what was not used, or one error that says what to do."""

import csv
import io
import os
import random
import re
import time
import zipfile

import docx
import fuzz_inputs as inputs
import openpyxl
import pytest

import jietan
from jietan.errors import InputError
from jietan.law.sources import find_files
from jietan.law.store import LawStore
from jietan.reading import read_files
from jietan.settings import Settings

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SECONDS = 10


def workbook(rows, prolog=b"", shared=None):
    """A workbook of one sheet from the XML of its rows."""
    sheets = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
    strings = f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/>{strings}</Relationships>',
        "xl/sharedStrings.xml": shared or f'<sst xmlns="{_SHEETS}"/>',
        "xl/worksheets/sheet1.xml": prolog + f'<worksheet xmlns="{_SHEETS}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>",
    }
    return inputs.package({name: part if isinstance(part, bytes) else part.encode() for name, part in parts.items()})


def cell(column, row, text):
    return f'<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def header(*more):
    return b'<row r="1">' + cell("A", 1, "编号") + cell("B", 1, "意见内容") + b"".join(more) + b"</row>"


def letters(column):
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def put(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.fixture(autouse=True)
def _soon():
    started = time.process_time()
    yield
    assert time.process_time() - started < _SECONDS


def test_cells_of_megabytes(tmp_path):
    words = "".join(chr(0x4E00 + k * 7919 % 20000) for k in range(20_000)) * 350  # 20 MB
    for name, data in (
        ("a.csv", f'编号,意见内容\n1,"{words}"\n2,好\n'),
        ("a.jsonl", f'{{"编号": "1", "意见内容": "{words}"}}\n{{"编号": "2", "意见内容": "好"}}\n'),
        ("a.html", f"<table><tr><td>编号<td>意见内容<tr><td>1<td>{words}<tr><td>2<td>好</table>"),
        ("a.txt", f"{words}\n好\n"),
    ):
        assert [row.text for row in read_files([put(tmp_path, name, data)]).rows] == [words, "好"]
    dense = workbook(header() + b'<row r="2">' + cell("B", 2, "字" * 30_000_000) + b"</row>")
    with pytest.raises(InputError, match="大得不正常"):
        read_files([put(tmp_path, "a.xlsx", dense)])


def test_as_many_columns_as_a_sheet_can_have(tmp_path):
    names = [f"列{k}" if k != 9000 else "意见内容" for k in range(1, 16_385)]
    values = [f"值{k}" for k in range(1, 16_385)]
    rows = b"".join(
        b'<row r="%d">' % r + b"".join(cell(letters(c), r, text) for c, text in enumerate(cells, 1)) + b"</row>"
        for r, cells in enumerate([names, values, values], 1)
    )
    html = "<table>" + "".join("<tr>" + "".join(f"<td>{text}" for text in cells) for cells in (names, values, values)) + "</table>"
    table = "\n".join(",".join(cells) for cells in (names, values, values))
    for name, data in (("a.xlsx", workbook(rows)), ("a.html", html), ("a.csv", table), ("b.tsv", table.replace(",", "\t"))):
        found = read_files([put(tmp_path, name, data)])
        assert [row.text for row in found.rows] == ["值9000", "值9000"], name


def test_a_million_empty_rows(tmp_path):
    empty = b"".join(b'<row r="%d"/>' % r for r in range(2, 300_002)) + b'<row r="300002">' + cell("B", 300_002, "好") + b"</row>"
    for name, data, number in (
        ("a.csv", "编号,意见内容\n" + "\n" * 1_000_000 + "1,好\n", 1_000_002),
        ("a.jsonl", '{"意见内容": "头"}\n' + "\n" * 1_000_000 + '{"意见内容": "好"}\n', 1_000_002),
        ("a.xlsx", workbook(header() + empty), 300_002),
    ):
        last = read_files([put(tmp_path, name, data)]).rows[-1]
        assert (last.source_row, last.text) == (number, "好")


def test_growing_entities_in_every_part(tmp_path):
    grow = "<!ENTITY l0 '哈'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    shared = f'<!DOCTYPE x [{grow}]><sst xmlns="{_SHEETS}"><si><t>编号</t></si><si><t>意见内容</t></si><si><t>&l11;</t></si></sst>'
    rows = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="B2" t="s"><v>2</v></c></row>'
    page = f"<!DOCTYPE html [{grow}]><table><tr><td>编号<td>意见内容<tr><td>1<td>甲&l11;</table>"
    for name, data in (("a.xlsx", workbook(rows, shared=shared)), ("a.html", page)):
        try:
            found = read_files([put(tmp_path, name, data)])
        except InputError:
            continue
        assert all(len(row.text) < 1000 for row in found.rows)
    with pytest.raises(InputError, match="DTD"):
        read_files([put(tmp_path, "b.xlsx", workbook(rows, prolog=f"<!DOCTYPE x [{grow}]>".encode()))])


@pytest.mark.parametrize("format", inputs.FORMATS)
def test_wrong_extensions_and_truncated_files(tmp_path, format):
    table = inputs.table(random.Random(format), format)
    kinds = (".csv", ".txt", ".json", ".html", ".docx", ".xlsx", ".doc", ".et", ".gz", ".tsv", "")
    cuts = [len(table.data) * k // 12 for k in range(1, 12)]
    for name, data in [*((f"错{kind}", table.data) for kind in kinds), *((table.name, table.data[:cut]) for cut in cuts)]:
        try:
            found = read_files([put(tmp_path, name, data)])
        except InputError:
            continue
        assert found.rows or found.rejects or found.notes


def test_several_encodings_in_one_file(tmp_path):
    lines = [f"{k},第{k}件意见，建议增设路灯" for k in range(1, 21)]
    mixed = "编号,意见内容\n".encode() + b"\n".join(line.encode("gb18030" if k % 2 else "utf-8") for k, line in enumerate(lines))
    with pytest.raises(InputError, match="编码"):
        read_files([put(tmp_path, "混.csv", mixed)])
    for encoding in ("gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "big5"):
        data = "編號,意見內容\n1,建議增設路燈\n".encode(encoding)
        marked = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"") + data
        assert [row.text for row in read_files([put(tmp_path, "一.csv", marked)]).rows] == ["建議增設路燈"]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of Unix")
def test_links_and_special_files(tmp_path):
    put(tmp_path, "真.csv", "意见内容\n好\n")
    (tmp_path / "链.csv").symlink_to("真.csv")
    assert [row.text for row in read_files([tmp_path / "链.csv"]).rows] == ["好"]
    (tmp_path / "圈.csv").symlink_to("圈.csv")
    (tmp_path / "空.csv").symlink_to("没有.csv")
    (tmp_path / "零.csv").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "管.csv")
    for name in ("圈.csv", "空.csv", "零.csv", "管.csv"):
        with pytest.raises(InputError, match=name):
            read_files([tmp_path / name])


@pytest.mark.skipif(os.name == "nt", reason="links of Unix")
def test_folders_of_laws_that_contain_themselves(tmp_path):
    (tmp_path / "法规").mkdir()
    put(tmp_path / "法规", "甲.txt", "甲")
    (tmp_path / "法规" / "再").symlink_to("..", target_is_directory=True)
    assert [path.name for path, _ in find_files([tmp_path / "法规"])] == ["甲.txt"]
    assert LawStore(tmp_path / "没有.db").versions() == []


HOSTILE = (
    *("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "\t=1", '=HYPERLINK("http://example.com","点")'),
    *("</script><script>window.hacked=1</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<!--"),
    *("{{ 7*7 }}", "{% for x in range(9) %}a{% endfor %}", "{{ ''.__class__.__mro__ }}", "{#", "${7*7}", "{_{ 7*7 }_}"),
    *("../../etc/passwd", "'; DROP TABLE comments;--", "&lt;b&gt;", "]]>", "\u202egnp.exe", "%s%n", "DDEAUTO c:\\x"),
)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """Every export of a run whose every field, and whose file's name, is an attack."""
    folder = tmp_path_factory.mktemp("攻击")
    source = folder / "意见{{7*7}}\n=1+1<script>.csv"
    if os.name == "nt":
        source = folder / "意见{{7*7}}.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, quoting=csv.QUOTE_ALL)
        out.writerow(inputs.HEADER)
        for k, word in enumerate(HOSTILE):
            out.writerow([f"{word}{k}", f"{word}建议增设路灯，第{k}处太黑。", word, word, "2031-04-01", word, f"{word}李长宁", word, "1"])
    formats = ["xlsx", "docx", "html", "csv", "json"]
    settings = Settings.model_validate({"embed": {"model": "jietan-static-zh"}, "export": {"formats": formats}})
    return jietan.run(source, out=folder / "运行", settings=settings)


def test_every_row_of_the_attack_is_found_again(attacked):
    assert len(attacked.comments) + attacked.rejects["comment_id"].isna().sum() == len(HOSTILE)
    assert set(attacked.comments["comment_id"]) <= set(attacked.opinions["comment_id"]) | set(attacked.rejects["comment_id"])
    assert attacked.comments["text"].str.contains("{{ 7*7 }}", regex=False).any()


def exported(run, suffix):
    found = sorted((run.folder / "exports").rglob(f"*{suffix}"))
    assert found
    return found


def test_no_formula_runs(attacked):
    for path in exported(attacked, ".xlsx"):
        with zipfile.ZipFile(path) as package:
            assert all(b"<f>" not in package.read(name) and b"externalLink" not in package.read(name) for name in package.namelist())
        for sheet in openpyxl.load_workbook(path):
            assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f" or c.hyperlink]
    for path in exported(attacked, ".csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            assert not [text for text in row if text[:1] in "=+-@\t\r" and text and not re.fullmatch(r"-?[\d.e-]+", text)]


def test_no_template_and_no_field_is_filled_in(attacked):
    for path in exported(attacked, ".docx"):
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name).decode("utf-8") for name in package.namelist() if name.endswith((".xml", ".rels"))}
        assert not [name for name, xml in parts.items() if "DDEAUTO" in "".join(re.findall(r"<w:instrText[^>]*>([^<]*)", xml))]
        assert not [name for name, xml in parts.items() if 'TargetMode="External"' in xml]
        text = "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        assert "aaaaaaaaa" not in text


def test_no_script_of_a_comment_is_in_the_page(attacked):
    for path in exported(attacked, ".html"):
        page = path.read_text("utf-8")
        assert page.count("<script") == page.count("</script>") == 3
        assert "<img" not in page
        assert "window.hacked=1</script>" not in page


@pytest.mark.parametrize("encoding", ["UTF-0", "UTF--1", "没有", "utf-7", "cp1252", "UTF-16", "EBCDIC-CP-US"])
def test_workbooks_that_claim_another_encoding(tmp_path, encoding):
    rows = header() + b'<row r="2">' + cell("B", 2, "好") + b"</row>"
    try:
        found = read_files([put(tmp_path, "a.xlsx", workbook(rows, prolog=f'<?xml version="1.0" encoding="{encoding}"?>'.encode()))])
    except InputError:
        return
    assert len(found.rows) == 1
