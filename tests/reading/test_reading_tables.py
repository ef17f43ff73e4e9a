"""csv, tsv, xlsx and xls: headers, columns, rows that are no comments, exact text."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.errors import InputError
from jietan.reading import FIELD_NAMES, read_files
from jietan.reading.convert import convert, find_soffice
from jietan.reading.delimited import read_delimited
from jietan.reading.headers import match_header
from jietan.reading.model import Sink

needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed")


def texts(result):
    return [row.text for row in result.rows]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("征集点", "point"),
        ("来源点位", "point"),
        ("信息采集点", "point"),
        ("联系点", "point"),
        ("来源", "point"),
        ("所属街镇", "street"),
        ("街 道", "street"),
        ("街镇", "street"),
        ("乡镇", "street"),
        ("提交日期", "submitted_at"),
        ("時間", "submitted_at"),
        ("留言时间", "submitted_at"),
        ("date", "submitted_at"),
        ("意见提交日期", "submitted_at"),
        ("渠道", "channel"),
        ("途径", "channel"),
        ("来源渠道", "channel"),
        ("收集方式", "channel"),
        ("提交人", "submitter"),
        ("姓名", "submitter"),
        ("反馈人（单位）", "submitter"),
        ("提出人", "submitter"),
        ("反映人", "submitter"),
        ("留言用户", "submitter"),
        ("User", "submitter"),
        ("联系方式", "contact"),
        ("手机", "contact"),
        ("聯繫電話", "contact"),
        ("联系电话：", "contact"),
        ("点赞数", "likes"),
        ("赞", "likes"),
        ("likes", "likes"),
        ("条款", "article_hint"),
        ("涉及条款", "article_hint"),
        ("对应条文", "article_hint"),
        ("态度", "stance_hint"),
        ("是否同意", "stance_hint"),
        ("原文", "original_text"),
    ],
)
def test_metadata_headers(header, field):
    layout = match_header([header, "意见内容"], {})
    assert dict(layout.fields) == {field: 0}
    assert layout.texts == (1,)


@pytest.mark.parametrize(
    "header",
    ["意见内容", "内容", "留言详情", "建议内容", "意见建议", "text", "*意见内容（必填）", "意 见 内 容", "Ｔｅｘｔ", "意見內容",
     "1、您的意见建议", "建议修改为", "修改意见", "意见/建议", "您对草案还有哪些意见建议？"],
)  # fmt: skip
def test_text_headers(header):
    assert match_header(["编号", header], {}).texts == (1,)


@pytest.mark.parametrize(
    "header", ["采纳情况", "答复内容", "回复内容", "处理意见", "不采纳理由", "备注", "意见汇总表", "张三", "建议增加充电桩。"]
)
def test_other_columns_are_no_text(header):
    assert match_header(["编号", header], {}) is None


def test_text_columns_are_joined_title_first():
    layout = match_header(["留言详情", "留言主题", "理由"], {})
    assert [layout.names[c] for c in layout.texts] == ["留言主题", "留言详情", "理由"]


def test_exact_header_beats_partial_and_serial_number_is_the_last_choice():
    layout = match_header(["序号", "本次征集意见建议", "内容", "编号"], {})
    assert layout.comment_id == 3
    assert layout.texts == (2,)
    assert match_header(["序号", "内容"], {}).comment_id == 0


def test_the_reason_of_the_office_is_no_text():
    headers = "序号 条款 原文 建议修改为 理由 提出人(脱敏) 来源点 同类条数 采纳情况 理由".split()
    layout = match_header(headers, {})
    assert layout.texts == (3, 4)
    assert dict(layout.fields) == {"article_hint": 1, "original_text": 2, "submitter": 5, "point": 6}
    assert layout.unused == ("同类条数", "采纳情况", "理由")
    headers = "序号 反馈人 意见内容 是否采纳 采纳理由".split()
    assert match_header(headers, {}).texts == (2,)


def test_reason_alone_needs_a_stance_or_an_article():
    assert match_header(["编号", "理由"], {}) is None
    assert match_header(["条款", "是否同意", "理由"], {}).texts == (2,)


def test_all_fields_are_always_there(write):
    (row,) = read_files([write("a.csv", "意见内容\n建议增加\n")]).rows
    assert tuple(row.fields) == FIELD_NAMES
    assert set(row.fields.values()) == {None}
    assert (row.source_file, row.source_row, row.comment_id, row.sheet) == ("a.csv", 2, None, None)
    assert row.text_parts == [{"column": "意见内容", "start": 0, "end": 4}]


def test_parts_are_slices(write):
    (row,) = read_files([write("a.csv", "标题,内容,理由\n甲👍,乙\u3000 ,丙\n")]).rows
    assert row.text == "甲👍\n乙\u3000 \n丙"
    assert [row.text[p["start"] : p["end"]] for p in row.text_parts] == ["甲👍", "乙\u3000 ", "丙"]
    assert [p["column"] for p in row.text_parts] == ["标题", "内容", "理由"]


def test_empty_parts_are_left_out_and_empty_text_is_kept(write):
    rows = read_files([write("a.csv", "编号,标题,内容\n1,,乙\n2,,\n,,\n")]).rows
    assert [(row.comment_id, row.text) for row in rows] == [("1", "乙"), ("2", "")]


def test_rows_are_numbered_as_in_a_spreadsheet(write):
    text = '关于某条例的意见,,\n\n编号,意见内容,备注\n1,"有\n换行",\n\n2,好,\n'
    result = read_files([write("a.csv", text)])
    assert [(row.source_row, row.text) for row in result.rows] == [(4, "有\n换行"), (6, "好")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.dat"])
def test_delimiters(write, delimiter, name):
    lines = ["编号", "意见内容", "提交人"], ["1", "甲，乙", "张三"], ["2", "丙", "李四"]
    result = read_files([write(name, "\n".join(delimiter.join(line) for line in lines))])
    assert texts(result) == ["甲，乙", "丙"]
    assert [row.fields["submitter"] for row in result.rows] == ["张三", "李四"]


def test_commas_of_the_prose_are_no_delimiter(write):
    """Without a column that is recognised, the commas of the text gave another table, with its lines as columns and titles."""
    text = "编号,来件处,群众说了啥\n" + "".join(f"{n},某社区,第十七条的费用，应当由业主承担，第十八条也要改，请考虑\n" for n in range(5))
    with pytest.raises(InputError, match=r"认不出哪一列是意见内容.*群众说了啥"):
        read_files([write("a.csv", text)])
    rows = read_files([write("b.csv", "编号，意见内容\n1，好\n2，不好\n")]).rows
    assert [row.text for row in rows] == ["好", "不好"]


def _odd_header(name, title=""):
    body = "".join(f"{n},某社区,第十七条的费用应当由业主承担，请考虑\n".replace("，", "；") for n in range(5))
    return f"{title}编号,哪个点报的,{name}\n{body}"


@pytest.mark.parametrize(
    ("name", "option"), [("大伙儿咋说的", "--map text=大伙儿咋说的"), ("大伙儿 咋说的（原话）", '--map "text=大伙儿 咋说的（原话）"')]
)
@pytest.mark.parametrize("title", ["", "某街道意见汇总,,\n\n"])
def test_the_column_with_the_longest_text_is_proposed(write, name, option, title):
    """An example that names no column of the file was copied as it stood, and answered with the same example."""
    with pytest.raises(InputError) as caught:
        read_files([write("a.csv", _odd_header(name, title))])
    assert f"请在命令后面加上 {option}，" in str(caught.value)
    rows = read_files([write("a.csv", _odd_header(name, title))], column_map={"text": name}).rows
    assert len(rows) == 5


@pytest.mark.parametrize("content", ["编号,来件处,街镇\n1,甲,乙\n", "编号,来件处,标题+内容\n" + "1,甲,第十七条的费用应当由业主承担\n" * 3])
def test_no_column_is_proposed_without_sentences_or_a_name_that_can_be_written(write, content):
    with pytest.raises(InputError, match="例如 --map text=群众反映"):
        read_files([write("a.csv", content)])


def test_excel_separator_line(write):
    result = read_files([write("a.csv", "sep=;\r\n编号;意见内容\r\n1;a,b\r\n")])
    assert [(row.source_row, row.text) for row in result.rows] == [(3, "a,b")]


cells = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=0, max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.lists(cells, min_size=1, max_size=6), st.sampled_from(",\t;|"))
def test_csv_text_is_the_cell(contents, delimiter):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["意见编号", "意见内容", "渠道"])
    for number, content in enumerate(contents):
        writer.writerow([f"A{number}", content, "信"])
    sink = Sink("a.csv")
    read_delimited(buffer.getvalue(), sink, {})
    assert [row.text for row in sink.rows] == contents
    assert [row.comment_id for row in sink.rows] == [f"A{n}" for n in range(len(contents))]
    assert not sink.rejects


def test_nul_bytes_are_removed_with_a_note(write):
    result = read_files([write("a.csv", "编号,意见内容\n1,建议增加\0充电设施，方便居民\n")])
    assert texts(result) == ["建议增加充电设施，方便居民"]
    assert any("NUL" in note for note in result.notes)


def test_surplus_cells_are_joined_at_the_end_and_rejected_elsewhere(write):
    result = read_files([write("a.csv", "编号,意见内容\n1,甲,乙\n2,丙\n3\n")])
    assert texts(result) == ["甲,乙", "丙"]
    assert [(reject.source_row, reject.comment_id) for reject in result.rejects] == [(4, "3")]
    result = read_files([write("b.csv", "编号,意见内容,渠道\n1,甲,乙,信\n2,丙,信,,\n")])
    assert texts(result) == ["丙"]
    (reject,) = result.rejects
    assert (reject.source_row, reject.comment_id) == (2, "1")
    assert "4 格" in reject.reason


def test_stray_quotes_stay_characters_and_do_not_swallow_the_file(write):
    text = '编号,意见内容,渠道\n1,"好"的建议,信\n2,"没有关,信\n3,丙,信\n4,"x"y,z",信\n5,丁,信\n'
    result = read_files([write("a.csv", text)])
    assert [(row.comment_id, row.text) for row in result.rows] == [("1", '"好"的建议'), ("2", '"没有关'), ("3", "丙"), ("5", "丁")]
    assert [(r.source_row, "引号" in r.reason) for r in result.rejects] == [(5, True)]


def test_repeated_headers_totals_and_footers_are_rejects(write):
    head = "征求意见汇总表,,\n编号,意见内容,提交人\n"
    text = f"{head}1,甲,张三\n{head}2,乙,\n合计,2,\n备注：以上由街道整理,,\n填表人：王五,,电话：1\n"
    result = read_files([write("a.csv", text)])
    assert texts(result) == ["甲", "乙"]
    assert [reject.source_row for reject in result.rejects] == [4, 5, 7, 8, 9]
    assert "合计" in result.rejects[2].reason


def test_a_comment_that_speaks_of_totals_stays(write):
    result = read_files([write("a.csv", "编号,意见内容\n1,合计\n2,备注：应当写明\n")])
    assert texts(result) == ["合计", "备注：应当写明"]


def test_one_box_per_article(write):
    text = "编号,姓名,第一条 立法目的,第十二条,第十八条之一,其他意见\n7,张三,好,改,,总的好\n8,李四,,,增加,\n9,王五,,,,\n"
    rows = read_files([write("a.csv", text)]).rows
    assert [(row.comment_id, row.text, row.fields["article_hint"]) for row in rows] == [
        ("7", "总的好", None),
        ("7#第一条", "好", "第一条 立法目的"),
        ("7#第十二条", "改", "第十二条"),
        ("8#第十八条之一", "增加", "第十八条之一"),
        ("9", "", None),
    ]
    assert {row.fields["submitter"] for row in rows} == {"张三", "李四", "王五"}
    assert rows[1].text_parts == [{"column": "第一条 立法目的", "start": 0, "end": 1}]


def test_column_map_wins(write):
    path = write("a.csv", "编号,意见内容,群众反映,片区\n1,甲,乙,东\n")
    (row,) = read_files([path], column_map={"text": "群众反映", "point": "片区"}).rows
    assert (row.comment_id, row.text, row.fields["point"]) == ("1", "乙", "东")
    (row,) = read_files([path], column_map={"text": "群众反映+意见内容"}).rows
    assert row.text == "乙\n甲"
    (row,) = read_files([path], column_map={"id": "片区"}).rows
    assert (row.comment_id, row.text) == ("东", "甲")


@pytest.mark.parametrize(
    ("column_map", "message"),
    [
        ({"text": "没有"}, "“没有”（看到的列：编号、群众反映）"),
        ({"nonsense": "编号"}, "没有“nonsense”这个名称"),
        ({"text": "群众反映", "point": "片区"}, "point=片区（看到的列：编号、群众反映）"),
        ({"text": " "}, "没有写列名"),
    ],
)
def test_bad_column_maps(write, column_map, message):
    with pytest.raises(InputError) as error:
        read_files([write("a.csv", "编号,群众反映\n1,甲\n")], column_map=column_map)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "编号,群众反映\n1,夜间断电太早了，建议推迟\n",
        "夜间断电太早了，建议推迟\n支持\n",
        "1,夜间断电太早了，建议推迟\n2,支持\n",
        "编号,标题\n1,夜间断电\n",
    ],
)
def test_no_text_column_is_never_guessed(write, text):
    with pytest.raises(InputError, match=r"a\.csv.*看到的列：.*--map text=(列名|群众反映)"):
        read_files([write("a.csv", text)])


def test_unread_dates_and_likes_are_null_with_a_note(write):
    result = read_files([write("a.csv", "意见内容,日期,赞\n甲,6月5日,很多\n乙,２０２５年６月５日,１２\n")])
    assert [(r.fields["submitted_at"], r.fields["likes"]) for r in result.rows] == [(None, None), ("2025-06-05", "12")]
    assert any("第 2 行“6月5日”" in note for note in result.notes)


def test_workbook_values(workbook):
    rows = [
        ["编号", "意见内容", "提交时间", "手机", "赞"],
        [1.0, " 前后空格 \n换行\t", dt.date(2025, 6, 5), 19900001715, 3],
        [2, "=不是公式", dt.datetime(2025, 6, 5, 12, 9, 38), "0199", None],
        ["003", 12, 45813, None, "1.2万"],
        [None, None, None, None, None],
        [4, True, "2025.6.5", None, 0],
    ]
    path = workbook({"意见": rows})
    result = read_files([path])
    assert [(r.source_row, r.comment_id) for r in result.rows] == [(2, "1"), (3, "2"), (4, "003"), (6, "4")]
    assert result.rows[0].text == " 前后空格 \n换行\t"
    assert [r.text for r in result.rows[2:]] == ["12", "TRUE"]
    assert [r.fields["submitted_at"] for r in result.rows] == ["2025-06-05", "2025-06-05T12:09:38", "2025-06-05", "2025-06-05"]
    assert [r.fields["contact"] for r in result.rows] == ["19900001715", "0199", None, None]
    assert [r.fields["likes"] for r in result.rows] == ["3", None, "12000", "0"]
    assert result.rows[0].sheet == "意见"


def test_carriage_returns_of_excel_are_decoded(workbook):
    (row,) = read_files([workbook({"意见": [["意见内容"], ["甲_x000D_\n乙"]]})]).rows
    assert row.text == "甲\r\n乙"


def test_titles_merges_and_two_row_headers(workbook):
    rows = [
        ["《某条例（草案）》征求意见建议汇总"],
        [],
        ["序号", "采集点", "条款", "修改意见", None, None, "提出人"],
        [None, None, None, "原文", "建议修改为", "理由", None],
        [1, "甲点", "第一条", "老", "新", "因为", "张三"],
        [2, None, "第二条", "老", "新二", None, "李四"],
        ["二、乙街道"],
        [3, None, "第三条", None, None, None, "王五"],
    ]
    merges = ["A1:G1", "D3:F3", "A3:A4", "B3:B4", "C3:C4", "G3:G4", "B5:B6", "A7:G7"]
    result = read_files([workbook({"表": rows}, {"表": merges})])
    assert texts(result) == ["新\n因为", "新二", ""]
    assert [row.fields["point"] for row in result.rows] == ["甲点", "甲点", None]
    assert [row.fields["original_text"] for row in result.rows] == ["老", "老", None]
    assert [row.fields["article_hint"] for row in result.rows] == ["第一条", "第二条", "第三条"]
    assert [(r.source_row, r.reason[:5]) for r in result.rejects] == [(7, "整行合并的")]


def test_text_is_not_filled_down(workbook):
    rows = [["编号", "意见内容", "街道"], [1, "同一条意见", "甲"], [2, None, None]]
    result = read_files([workbook({"表": rows}, {"表": ["B2:B3", "C2:C3"]})])
    assert texts(result) == ["同一条意见", ""]
    assert [row.fields["street"] for row in result.rows] == ["甲", "甲"]
    assert any("合并" in note for note in result.notes)


def test_sheets_without_header_are_listed(workbook):
    sheets = {
        "说明": [["字段", "含义"], ["条款", "写明第几条"]],
        "一月": [["编号", "意见内容"], [1, "甲"]],
        "空": [],
        "二月": [["意见内容", "编号"], ["乙", 1]],
    }
    result = read_files([workbook(sheets)])
    assert [(row.sheet, row.comment_id, row.text) for row in result.rows] == [("一月", "1", "甲"), ("二月", "1", "乙")]
    assert [(r.sheet, r.source_row) for r in result.rejects] == [("说明", None)]
    with pytest.raises(InputError, match=r"字段、含义.*--map text="):
        read_files([workbook({"说明": sheets["说明"], "空": []})])


def test_repeated_and_restarting_numbers_are_left_alone(workbook):
    rows = [["序号", "意见内容"], [1, "甲"], [2, "乙"], [1, "丙"]]
    assert [row.comment_id for row in read_files([workbook({"表": rows})]).rows] == ["1", "2", "1"]


@needs_libreoffice
def test_xls_and_et_are_read_like_xlsx(workbook, write):
    rows = [["编号", "意见内容", "日期", "街道"], [1, "甲\n乙", dt.date(2025, 6, 5), "东"], [2, "丙", dt.datetime(2025, 6, 5, 12), None]]
    path = workbook({"表": rows, "藏": [["意见内容"], ["丁"]]}, {"表": ["D2:D3"]})
    expected = read_files([path])
    xls = convert(path.read_bytes(), ".xlsx", "xls", "意见.xlsx")
    for name in ("意见.xls", "意见.et", "改错名.xlsx"):
        result = read_files([write(name, xls)])
        shown = [(r.source_row, r.comment_id, r.text, r.fields, r.sheet) for r in result.rows]
        assert shown == [(r.source_row, r.comment_id, r.text, r.fields, r.sheet) for r in expected.rows]


def test_html_under_the_name_of_xls(write):
    page = (
        "<html><head><meta charset='gb2312'></head><table><tr><td colspan=3>导出<tr><th>编号<th>意见内容<th>街道"
        "<tr><td>1<td>甲<br>乙 &amp; 丙<td rowspan=2>东<tr><td>2<td>丁</table></html>"
    )
    result = read_files([write("导出.xls", page, "gb18030")])
    assert [(row.comment_id, row.text, row.fields["street"]) for row in result.rows] == [("1", "甲\n乙 & 丙", "东"), ("2", "丁", "东")]
