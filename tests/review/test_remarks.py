"""What reviewers said of suggestions stands where these are shown: who, when, what and why, and nobody else's name."""

import json

import docx
import openpyxl
import pytest

from run_copies import open_copy


@pytest.fixture(scope="module")
def reviewed(small_run, tmp_path_factory):
    """A run with three suggestions decided about, and its exports by suffix."""
    run = open_copy(small_run, tmp_path_factory.mktemp("remarks") / "run")
    names = run.suggestions["suggestion_id"].tolist()
    run.review.by = "审核员乙"
    with run.review.batch() as review:
        review.accept(names[0], why="各方一致")
        review.note("请法制委再看", about=names[0])
        review.reject(names[1], why="上位法已有规定")
        review.set_outcome(names[2], "partial", why="只改了一半")
    return names, {p.suffix: p for p in run.export(["xlsx", "docx", "html", "json"])}


def cells(sheet):
    heads, *rows = [[c for c in row] for row in sheet.iter_rows(values_only=True) if any(row)]
    if "建议编号" not in heads:
        heads, *rows = rows
    return {row[heads.index("建议编号")]: dict(zip(heads, row, strict=True)) for row in rows}


def test_the_workbook_shows_them_and_keeps_the_rejected_apart(reviewed):
    names, files = reviewed
    book = openpyxl.load_workbook(files[".xlsx"])
    shown, gone = cells(book["立法建议"]), cells(book["不采用的建议"])
    assert "审核员乙 采用建议：各方一致" in shown[names[0]]["审核情况"]
    assert "审核员乙 备注：请法制委再看" in shown[names[0]]["审核情况"]
    assert "核对采纳情况：部分采纳，只改了一半" in shown[names[2]]["审核情况"]
    assert list(gone) == [names[1]]
    assert names[1] not in shown
    assert "审核员乙 不采用建议：上位法已有规定" in gone[names[1]]["审核情况"]
    assert shown[names[3]]["审核情况"] is None


def test_who_moved_opinions_stands_at_the_suggestion(small_run, tmp_path):
    """A suggestion grew from 42 to 43 people, and no paper said who had added the one."""
    run = open_copy(small_run, tmp_path / "run")
    run.review.by = "审核员甲"
    people = run.suggestions.set_index("suggestion_id")["evidence"]
    large, small = (people[name] for name in people.map(len).sort_values(ascending=False, kind="stable").index[:2])
    units = run.opinions.set_index("opinion_id")["unit_id"]
    moved = small[0]
    with run.review.batch() as review:
        review.move_to_unit([moved], units[large[0]], why="同一件事")
    name = next(s for s, evidence in zip(run.suggestions["suggestion_id"], run.suggestions["evidence"], strict=True) if moved in evidence)
    assert set(large) & set(run.suggestions.set_index("suggestion_id").loc[name, "evidence"])
    (path,) = run.export(["json"])
    said = next(s["reviewed"] for s in json.loads(path.read_text("utf-8"))["suggestions"] if s["suggestion_id"] == name)
    assert [words.split(" ", 1)[1] for words in said] == [f"审核员甲 拆分诉求：{moved}，同一件事", f"审核员甲 合并诉求：{moved}，同一件事"]


def test_the_report_shows_them_and_keeps_the_rejected_apart(reviewed):
    _, files = reviewed
    document = docx.Document(files[".docx"])
    text = "\n".join(p.text for p in document.paragraphs)
    assert "审核情况：" in text
    assert "审核员乙 采用建议：各方一致" in text
    table = next(t for t in document.tables if t.rows[0].cells[-1].text == "审核情况")
    assert [row.cells[-1].text.endswith("审核员乙 不采用建议：上位法已有规定") for row in table.rows[1:]] == [True]


def test_the_page_and_the_json_show_them(reviewed):
    names, files = reviewed
    page = files[".html"].read_text("utf-8")
    assert "审核员乙 采用建议：各方一致" in page
    assert "审核员乙 不采用建议：上位法已有规定" in page
    rows = {s["suggestion_id"]: s for s in json.loads(files[".json"].read_text("utf-8"))["suggestions"]}
    assert rows[names[1]]["reviewed"][0].endswith("审核员乙 不采用建议：上位法已有规定")
    assert rows[names[3]]["reviewed"] == []


def test_names_of_residents_are_masked_in_what_a_reviewer_wrote(small_run, tmp_path):
    run = open_copy(small_run, tmp_path / "run")
    people = run.pii[run.pii["type"].isin(["name", "phone"])].merge(run.comments[["comment_id", "text"]], on="comment_id")
    for row in people.itertuples():
        words = row.text[row.start : row.end]
        found = [
            s
            for s, e in zip(run.suggestions["suggestion_id"], run.suggestions["evidence"], strict=True)
            if any(o.startswith(row.comment_id) for o in e)
        ]
        if found:
            break
    run.review.accept(found[0], why=f"{words}来过电话")
    (path,) = run.export(["json"])
    (said,) = next(s["reviewed"] for s in json.loads(path.read_text("utf-8"))["suggestions"] if s["suggestion_id"] == found[0])
    assert words not in said
    assert said.endswith("来过电话")
