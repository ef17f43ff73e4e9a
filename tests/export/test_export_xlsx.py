import warnings
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook

from export_fixture import INFO, TITLE, tables
from jietan.export import xlsx
from jietan.export.view import View
from jietan.settings import Settings
from jietan.tables import conform


def write(path, frames, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        xlsx.write_workbook(path, View(frames, Settings(), TITLE, INFO), **options)
    return load_workbook(path, rich_text=True)


def rows(sheet):
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, r, strict=True)) for r in rest]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return write(tmp_path_factory.mktemp("xlsx") / "a.xlsx", tables())


def test_sheets_and_paper(book):
    names = "立法建议 主题 意见明细 条文视图 相关上位法 引用核对 长尾意见 转办清单 未处理 来件全文 联名信 主题命名依据 诉求要素 说明"
    assert book.sheetnames == names.split()
    for sheet in book:
        assert sheet.freeze_panes[-1] == "2"
        assert sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert "&P" in sheet.oddFooter.center.text
    assert book["立法建议"].data_validations.dataValidation[0].formula1 == '"采纳,部分采纳,未采纳"'


def test_suggestions(book):
    found = rows(book["立法建议"])
    places = ["第八条第一款", "第九条第二项", "增加一条（第十八条之后）", "第八条第一款", "第十八条"]
    assert [r["条款"] for r in found] == places
    first = found[0]
    assert first["采纳情况"] is None
    assert (first["同类条数"], first["人数"], first["名次区间"], first["正反"]) == (3, 2, "1—2", "支持1\n修改2")
    assert first["提出人(脱敏)"] == "李*宁、匿名"
    assert "“建议把关门时间延到二十二时”（QH-001，东湖街道，李*宁）" in first["代表性原话"]
    assert first["意见编号"] == "QH-001、QH-002"
    assert first["相反建议"] == "s4：本建议要求修改，该建议维持原文"
    assert found[2]["原文"] == "（草案无此规定）"
    assert str(found[4]["建议修改为"]).startswith("【立法要点】")


def test_changes_are_marked(book):
    runs = rows(book["立法建议"])[0]["建议修改为"]
    added = "".join(r.text for r in runs if not isinstance(r, str) and r.font.u)
    cut = "".join(r.text for r in runs if not isinstance(r, str) and r.font.strike)
    assert (cut, added) == ("二十", "二十二")


def test_every_comment_can_be_found_again(book):
    listed = set()
    for name in ("意见明细", "长尾意见", "转办清单", "未处理"):
        listed |= {r["意见编号"] for r in rows(book[name])}
    assert set(tables()["comments"].comment_id) <= listed


def test_every_comment_stands_in_the_list_of_its_class(book):
    classes = {row.comment_id: row.triage for row in tables()["comments"].itertuples()}
    referred = [r["意见编号"] for r in rows(book["转办清单"])]
    assert sorted(referred) == [c for c, triage in classes.items() if triage in ("governance", "personal")]
    unprocessed = {r["意见编号"] for r in rows(book["未处理"])}
    assert {c for c, triage in classes.items() if triage in ("off_topic", "empty")} <= unprocessed
    assert [r["意见编号"] for r in rows(book["来件全文"])] == list(classes)


def test_a_doubtful_class_says_so(tmp_path):
    frames = tables()
    frames["comments"]["triage_probability"] = 0.51
    reasons = [r["转办理由"] for r in rows(write(tmp_path / "a.xlsx", frames)["转办清单"])]
    assert reasons
    assert all("把握不大（0.51）" in reason for reason in reasons)


def test_lists(book):
    tail = {r["意见编号"]: r for r in rows(book["长尾意见"])}
    assert set(tail) == {"QH-007", "QH-009", "QH-010", "QH-015"}
    assert tail["QH-015"]["类型"] == "未拆出"
    assert tail["QH-010"]["原文"].endswith("□")
    assert tail["QH-007"]["建议编号"] == "s3"
    assert {r["类别"] for r in rows(book["转办清单"])} == {"治理事项", "个人诉求"}
    points = [r["采集点"] for r in rows(book["转办清单"])]
    assert points == sorted(points, key=lambda p: (not p, p))
    assert all("建议转有关部门" in r["转办理由"] for r in rows(book["转办清单"]))
    rest = rows(book["未处理"])
    assert [r["环节"] for r in rest] == ["对应条文", "读取", "分类", "分类"]
    assert rest[0]["来源文件"] == "意见.xlsx"


def test_articles_hold_new_ones_at_their_place(book):
    found = rows(book["条文视图"])
    assert [r["条"] for r in found] == ["第一条", "第八条", "第九条", "第十八条", "增加一条（第十八条之后）"]
    assert (found[1]["意见数"], found[1]["支持"], found[1]["修改"]) == (3, 1, 2)


def test_details(book):
    found = {r["观点编号"]: r for r in rows(book["意见明细"])}
    assert found["o01"]["相关上位法"] == "《园林条例》第二十条"
    assert found["o08"]["联名信"] == "C1"
    assert found["o08"]["重复件"] == "同QH-004"
    assert found["o14"]["原文（该观点）"] == "=1+1 算算有多少人受影响"


def test_legend_explains_every_column(book):
    listed = {(r["类别"], r["名称"]) for r in rows(book["说明"])}
    for sheet in book.worksheets[:-1]:
        for cell in sheet[1]:
            assert (f"列：{sheet.title}", cell.value) in listed
    text = " ".join(str(r["说明"]) for r in rows(book["说明"]))
    assert "群体大小不等于投票结果" in text


def test_no_formula_and_no_link(book, tmp_path):
    write(tmp_path / "a.xlsx", tables())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not [n for n in archive.namelist() if "rels" in n and b"hyperlink" in archive.read(n)]
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)


def odd_texts(texts):
    frames = tables()
    comments = frames["comments"].iloc[:1]
    many = pd.concat([comments] * len(texts), ignore_index=True)
    many["comment_id"] = [f"x{i}" for i in range(len(texts))]
    many["text"] = texts
    one = pd.concat([frames["opinions"].iloc[:1]] * len(texts), ignore_index=True)
    one = one.assign(comment_id=many.comment_id, opinion_id=many.comment_id, text=texts, start=0)
    one["end"] = [len(t) for t in texts]
    return {"comments": conform(many, "comments"), "opinions": conform(one, "opinions")}


@pytest.mark.parametrize("lean", [False, True])
def test_odd_texts(tmp_path, monkeypatch, lean):
    if lean:
        monkeypatch.setattr(xlsx, "_LEAN_FROM", 0)
    long = "😀" * 20_000
    texts = ["=1+1", "+2", "-3", "@a", "\t=4", "<r>a</r>", "https://example.com", "_x0041_", "{=1}", long, " 5 ", "6"]
    book = write(tmp_path / "a.xlsx", odd_texts(texts))
    found = [r["原文（该观点）"] for r in rows(book["意见明细"])]
    by_text = dict(zip(sorted(range(len(texts)), key=lambda i: f"x{i}"), found, strict=True))
    for i, text in enumerate(texts):
        if text == long:
            assert len(by_text[i].encode("utf-16-le")) // 2 <= xlsx.CELL_LIMIT
            assert by_text[i].endswith("以下略）")
        elif text != "_x0041_":
            assert str(by_text[i]) == text
    column = next(c.column for c in book["意见明细"][1] if c.value == "原文（该观点）")
    assert all(c.data_type != "f" for r in book["意见明细"] for c in r)
    quoted = {str(r[column - 1].value): r[column - 1].quotePrefix for r in book["意见明细"]}
    assert quoted["=1+1"]
    assert not quoted["6"]


def test_rows_beyond_the_limit_go_on_in_further_files(tmp_path):
    (tmp_path / "a-4.xlsx").write_bytes(b"")  # of an earlier export
    (tmp_path / "a-own.xlsx").write_bytes(b"")
    view = View(odd_texts([f"第{i}句话" for i in range(25)]), Settings(), TITLE, INFO)
    whole = rows(write(tmp_path / "whole.xlsx", view.tables)["意见明细"])
    paths = xlsx.write_workbook(tmp_path / "a.xlsx", view, row_limit=11)
    assert [p.name for p in paths] == ["a-1.xlsx", "a-2.xlsx", "a-3.xlsx"]
    assert {p.name for p in tmp_path.glob("a*.xlsx")} == {"a-1.xlsx", "a-2.xlsx", "a-3.xlsx", "a-own.xlsx"}
    books = [load_workbook(p, rich_text=True) for p in paths]
    assert {"立法建议", "主题", "意见明细", "说明"} <= set(books[0].sheetnames)
    assert ["立法建议" in b.sheetnames for b in books[1:]] == [False, False]
    parts = [rows(b["意见明细"]) for b in books]
    assert [len(p) for p in parts] == [10, 10, 5]
    assert [*parts[0], *parts[1], *parts[2]] == whole
    said = [next(r["说明"] for r in rows(b["说明"]) if r["类别"] == "分成几个文件" and r["名称"] == "意见明细") for b in books]
    assert said == [
        "本文件是第 1—10 行，以后的在《a-2.xlsx》",
        "本文件是第 11—20 行，以前的在《a-1.xlsx》，以后的在《a-3.xlsx》",
        "本文件是第 21—25 行，以前的在《a-2.xlsx》，到此为止",
    ]
    assert xlsx.write_workbook(tmp_path / "a.xlsx", view) == [tmp_path / "a.xlsx"]
    assert {p.name for p in tmp_path.glob("a*.xlsx")} == {"a.xlsx", "a-own.xlsx"}


def test_the_sentence_on_the_rank_stands_in_the_sheet(tmp_path):
    frames = tables()
    frames["suggestions"]["why"] = "=2人提出。"
    book = write(tmp_path / "a.xlsx", frames)
    assert {r["一句话理由"] for r in rows(book["立法建议"])} == {"=2人提出。"}
    assert all(c.data_type != "f" for r in book["立法建议"] for c in r)


def test_the_brief_workbook_holds_the_suggestions_alone_and_no_more_than_a_thousand(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_BRIEF", 2)
    path = tmp_path / "a.xlsx"
    xlsx.write_brief(path, View(tables(), Settings(), TITLE, INFO))
    book = load_workbook(path)
    assert book.sheetnames == ["立法建议"]
    assert [r["序号"] for r in rows(book["立法建议"])] == [1, 2]
