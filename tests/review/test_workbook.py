"""The review workbook: what people change in it becomes decisions, and nothing of it is lost in silence."""

import json
import shutil
import subprocess

import openpyxl
import pytest

from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError
from jietan.review.ledger import LEDGER
from jietan.review.workbook import BASELINE
from run_copies import open_copy, table_bytes, theme_members


@pytest.fixture(scope="module")
def exported(small_run, tmp_path_factory):
    """A workbook of the small run, unchanged."""
    return small_run.review.export(tmp_path_factory.mktemp("book") / "审核表.xlsx")


@pytest.fixture
def run(small_run, tmp_path):
    found = open_copy(small_run, tmp_path / "run")
    found.review.by = "甲"
    return found


class Sheets:
    """A workbook as a person edits it."""

    def __init__(self, source, target):
        self.book, self.target = openpyxl.load_workbook(source), target

    def column(self, page, heading):
        return next(c.column for c in self.book[page][1] if c.value == heading)

    def row(self, page, name):
        return next(k for k in range(2, self.book[page].max_row + 1) if self.book[page].cell(k, 1).value == name)

    def put(self, page, name, heading, value):
        cell = self.book[page].cell(self.row(page, name), self.column(page, heading))
        cell.value = value
        return f"{page}!{cell.coordinate}"

    def save(self):
        self.book.save(self.target)
        return self.target


@pytest.fixture
def sheets(exported, tmp_path):
    return Sheets(exported, tmp_path / "改过.xlsx")


def leaves(run):
    return run.themes.dropna(subset="parent_id").sort_values(["n_people", "theme_id"], ascending=[False, True])["theme_id"].tolist()


def asks(run):
    return run.opinions[run.opinions["kind"] != "理由"]


def ledger(run):
    path = run.folder / LEDGER
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def said(taken):
    return {p.where: p.what for p in taken.problems}


def test_an_unchanged_workbook_changes_nothing(run, exported):
    before = table_bytes(run.folder)
    taken = run.review.take_in(exported)
    assert (taken.changed, taken.decisions, taken.problems) == (0, [], [])
    assert not ledger(run)
    assert table_bytes(run.folder) == before


def test_every_kind_of_change_becomes_a_decision(run, sheets):
    themes, before = leaves(run), theme_members(run)
    suggestions = run.suggestions["suggestion_id"].tolist()
    lone = [o for o in asks(run)["opinion_id"] if o not in before[themes[1]] | before[themes[0]]]
    units = run.opinions.set_index("opinion_id")["unit_id"]
    apart = units[units.duplicated(keep=False)].index[0]
    comment = run.comments[run.comments["triage"] == "legislative"]["comment_id"].iloc[-1]
    sheets.put("建议", suggestions[0], "决定", "采用")
    sheets.put("建议", suggestions[1], "决定", "不采用")
    sheets.put("建议", suggestions[1], "审核理由", "已有规定")
    sheets.put("建议", suggestions[2], "建议修改为", "本条例自公布之日起施行。")
    sheets.put("建议", suggestions[2], "理由", "会上定的。")
    sheets.put("建议", suggestions[3], "诉求", "早日施行")
    sheets.put("主题", themes[1], "并入主题", f"{themes[0]} 名称")
    sheets.put("主题", themes[2], "名称", "另起的名字")
    sheets.put("主题", themes[3], "锁定", "锁定")
    sheets.put("主题", themes[3], "备注", "下次再看")
    sheets.put("观点", lone[0], "操作", "细化")
    sheets.put("观点", lone[0], "立场", "反对" if run.opinions.set_index("opinion_id").loc[lone[0], "stance"] != "oppose" else "支持")
    sheets.put("观点", lone[1], "条文", "第三条")
    sheets.put("观点", lone[2], "主题", "新主题：两件事")
    sheets.put("观点", lone[3], "主题", "新主题:两件事")
    moved = next(o for o in lone[4:] if o in set().union(*before.values()))
    sheets.put("观点", moved, "主题", "长尾")
    sheets.put("观点", apart, "同一诉求", "单独")
    sheets.put("来件", comment, "分流", "治理事项")
    sheets.put("来件", comment, "审核人", "乙")
    path = sheets.save()

    taken = run.review.take_in(path)
    assert taken.problems == []
    kinds = sorted(d.kind for d in taken.decisions)
    assert kinds == sorted(
        "accept reject edit_text edit_reason edit_title merge_themes rename_theme lock_theme note set_operation set_stance "
        "set_article split_theme move_to_tail split_unit set_triage".split()
    )
    assert {d.by for d in taken.decisions if d.kind == "set_triage"} == {"乙"}
    status = dict(zip(run.suggestions["suggestion_id"], run.suggestions["status"], strict=True))
    assert "rejected" in status.values()
    assert before[themes[0]] | before[themes[1]] <= theme_members(run)[themes[0]] | {*lone[:5], moved}
    assert run.themes.set_index("theme_id").loc[themes[2], "title"] == "另起的名字"
    placed = run.opinions.set_index("opinion_id")["theme_id"]
    assert placed[lone[2]] == placed[lone[3]]
    assert run.themes.set_index("theme_id").loc[placed[lone[2]], "title"] == "两件事"
    assert set(run.review.status()["state"]) == {"有效"}

    kept, tables = ledger(run), table_bytes(run.folder)
    again = run.review.take_in(path)
    assert (again.decisions, again.problems) == ([], [])
    assert ledger(run) == kept
    assert table_bytes(run.folder) == tables
    third = run.review.take_in(run.review.export(path.with_name("新.xlsx")))
    assert (third.changed, third.problems) == (0, [])


def test_what_cannot_be_done_is_listed_with_its_cell(run, sheets):
    themes, suggestions = leaves(run), run.suggestions["suggestion_id"].tolist()
    parent = run.themes[run.themes["parent_id"].isna()]["theme_id"].iloc[0]
    ground = run.opinions[run.opinions["kind"] == "理由"]["opinion_id"].iloc[0]
    opinions = asks(run)["opinion_id"].tolist()
    wanted = {
        sheets.put("建议", suggestions[0], "决定", "缓一缓"): "不在清单里",
        sheets.put("建议", suggestions[1], "决定", "不采用"): "写明理由",
        sheets.put("建议", suggestions[2], "理由", None): "清空了",
        sheets.put("建议", suggestions[3], "审核理由", "没有别的"): "只写了理由",
        sheets.put("建议", suggestions[4], "原文", "偷偷改"): "不能改",
        sheets.put("主题", themes[0], "并入主题", "T00000000"): "没有“T00000000”这个主题",
        sheets.put("主题", parent, "锁定", "锁定"): "上级主题",
        sheets.put("主题", themes[1], "并入主题", themes[2]): "绕成一圈",
        sheets.put("主题", themes[2], "并入主题", themes[1]): "绕成一圈",
        sheets.put("主题", themes[1], "名称", "不会用"): "并入",
        sheets.put("观点", opinions[0], "条文", "第九百条"): "草案没有第九百条",
        sheets.put("观点", opinions[1], "条文", "某处"): "看不懂条文",
        sheets.put("观点", opinions[2], "同一诉求", "U不存在"): "没有诉求",
        sheets.put("观点", opinions[3], "性质", "感叹"): "不在清单里",
        sheets.put("观点", opinions[4], "主题", "新主题："): "没有写名称",
        sheets.put("观点", ground, "主题", "长尾"): "是理由",
        sheets.put("观点", opinions[5], "主题", "没有这个主题"): "没有“没有这个主题”这个主题",
    }
    good = next(o for o in opinions[6:] if o in set().union(*theme_members(run).values()))
    sheets.put("观点", good, "主题", "长尾")
    taken = run.review.take_in(sheets.save())
    found = said(taken)
    assert set(found) == set(wanted)
    for where, what in wanted.items():
        assert what in found[where], (where, found[where])
    assert [d.kind for d in taken.decisions] == ["move_to_tail"]


def test_foreign_edits_are_listed_and_the_others_taken(run, sheets):
    suggestions = run.suggestions["suggestion_id"].tolist()
    page = sheets.book["建议"]
    sheets.put("建议", suggestions[0], "诉求", "甲改的诉求")
    rows = [[c.value for c in row] for row in page.iter_rows(min_row=2)]
    rows.reverse()  # sorted in another way
    rows = [r for r in rows if r[0] != suggestions[5]]  # a row cut out
    rows[0][0] = "S00000000"  # an id changed
    rows.append([suggestions[0], *rows[-1][1:]])  # a row copied
    rows.append([None, "插入的一行"])
    for k, row in enumerate([*rows, []], 2):
        for c in range(1, page.max_column + 1):
            page.cell(k, c).value = row[c - 1] if c <= len(row) else None
    page.cell(1, page.max_column + 1).value = "自己加的列"
    page.cell(1, sheets.column("建议", "人数")).value = "改了名"
    sheets.book["来件"].title = "来件（旧）"
    sheets.book.create_sheet("草稿").cell(1, 1).value = "随手"
    taken = run.review.take_in(sheets.save())
    text = "\n".join(f"{p.where} {p.what}" for p in taken.problems)
    last = len(rows) + 1
    for words in (
        "建议!A2 编号“S00000000”不是导出时的编号",
        f"建议!A{last - 1} 编号 {suggestions[0]} 在 A",
        f"建议!A{last} 这一行没有编号",
        "“自己加的列”不是导出的列",
        "“改了名”不是导出的列",
        "少了“人数”这一列",
        f"少了 {suggestions[5]}",
        "来件 没有这张表",
        "来件（旧） 不是导出的表",
        "草稿 不是导出的表",
    ):
        assert words in text, (words, text)
    assert [(d.kind, d.value) for d in taken.decisions] == [("edit_title", "甲改的诉求")]


def test_two_reviewers_who_differ_are_both_kept(run, exported, tmp_path):
    theme, other = leaves(run)[:2]
    for by, title in (("甲", "甲的名称"), ("乙", "乙的名称")):
        mine = Sheets(exported, tmp_path / f"{by}.xlsx")
        where = mine.put("主题", theme, "名称", title)
        mine.book["说明"]["B3"] = by
        if by == "乙":
            mine.put("主题", other, "名称", "没有人争的名称")
        taken = run.review.take_in(mine.save())
    assert run.themes.set_index("theme_id")["title"][[theme, other]].tolist() == ["甲的名称", "没有人争的名称"]
    assert "列为冲突" in said(taken)[where]
    states = run.review.status().set_index("by")["state"]
    assert states["甲"] == "有效"
    assert sorted(states["乙"]) == ["与别人的决定冲突，没有采用", "有效"]
    again = run.review.take_in(tmp_path / "乙.xlsx")
    assert again.decisions == []
    assert "还没有处理" in said(again)[where]


def test_what_changed_since_the_export_is_not_overwritten(run, sheets):
    theme, gone, into = leaves(run)[:3]
    where = sheets.put("主题", theme, "名称", "表里的名称")
    lost = sheets.put("主题", gone, "名称", "并掉的名称")
    path = sheets.save()
    run.review.rename(theme, "后来的名称")
    run.review.merge(into, gone)
    taken = run.review.take_in(path)
    assert taken.decisions == []
    assert "后来的名称" in said(taken)[where]
    assert "已经没有了" in said(taken)[lost]


def test_a_decision_taken_back_is_not_made_again(run, sheets):
    where = sheets.put("主题", leaves(run)[0], "名称", "表里的名称")
    path = sheets.save()
    (made,) = run.review.take_in(path).decisions
    run.review.undo(made.id)
    taken = run.review.take_in(path)
    assert taken.decisions == []
    assert "后来撤销了" in said(taken)[where]


def test_looking_first_writes_nothing(run, sheets):
    sheets.put("主题", leaves(run)[0], "名称", "表里的名称")
    taken = run.review.take_in(sheets.save(), check=True)
    assert [d.kind for d in taken.decisions] == ["rename_theme"]
    assert not ledger(run)


def test_an_opinion_joins_the_ask_of_another(run, sheets):
    rows = asks(run).drop_duplicates("unit_id")
    first, second = rows["opinion_id"].iloc[:2]
    target = rows["unit_id"].iloc[1]
    sheets.put("观点", first, "同一诉求", target)
    path = sheets.save()
    taken = run.review.take_in(path)
    assert taken.problems == []
    units = run.opinions.set_index("opinion_id")["unit_id"]
    assert units[first] == units[second]
    again = run.review.take_in(path)
    assert (again.decisions, again.problems) == ([], [])


def test_workbooks_that_cannot_be_used(run, exported, sheets, tmp_path):
    sheets.book[BASELINE].cell(5, 3).value = "改动"
    with pytest.raises(InputError, match="被改动过"):
        run.review.take_in(sheets.save())
    plain = openpyxl.Workbook()
    plain.save(tmp_path / "别的.xlsx")
    with pytest.raises(InputError, match="不是导出的审核表"):
        run.review.take_in(tmp_path / "别的.xlsx")
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match="不是审核表"):
        run.review.take_in(tmp_path / "坏.xlsx")
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    manifest["draft"]["sha256"] = "别的草案"
    (run.folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    with pytest.raises(InputError, match="另一次运行"):
        Run.load(run.folder).review.take_in(exported)


def test_only_yellow_cells_are_open_and_have_lists(exported):
    book = openpyxl.load_workbook(exported)
    page = book["观点"]
    assert page.protection.sheet
    headings = [c.value for c in page[1]]
    open_ = {h for h, c in zip(headings, page[2], strict=True) if not c.protection.locked}
    assert open_ == {"性质", "立场", "操作", "条文", "主题", "同一诉求", "审核理由", "备注", "审核人"}
    listed = {
        page.cell(1, min(r.min_col for r in rule.sqref.ranges)).value
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
    }
    assert listed == {"性质", "立场", "操作", "条文", "主题"}
    assert all(book[name].sheet_state == "veryHidden" for name in (BASELINE, "清单"))
    assert {s.title for s in book if s.sheet_state == "visible"} == {"说明", "建议", "主题", "观点", "来件"}


def test_hostile_text_stays_text(run, tmp_path):
    theme, other = leaves(run)[:2]
    for name, title in ((theme, "=1+1"), (other, "<r>x_x0041_\n@y</r>y")):
        run.review.rename(name, title)
    path = run.review.export(tmp_path / "表.xlsx")
    page = openpyxl.load_workbook(path)["主题"]
    cell = next(row[2] for row in page.iter_rows(min_row=2) if row[0].value == theme)
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)
    taken = run.review.take_in(path)
    assert (taken.changed, taken.problems) == (0, [])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_may_save_it(run, sheets, tmp_path):
    sheets.put("主题", leaves(run)[0], "名称", "表里的名称")
    path = sheets.save()
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    taken = run.review.take_in(tmp_path / "out" / path.name)
    assert (taken.changed, [d.kind for d in taken.decisions], taken.problems) == (1, ["rename_theme"], [])


def test_the_commands(run, tmp_path, capsys):
    def call(*words, code=0):
        with pytest.raises(SystemExit) as ended:
            main([str(w) for w in words])
        assert ended.value.code == code
        return capsys.readouterr().out

    path = tmp_path / "审核表.xlsx"
    assert str(path) in call("review", "export", run.folder, path)
    assert "没有改动" in call("review", "import", run.folder, path)
    mine = Sheets(path, path)
    mine.put("主题", leaves(run)[0], "名称", "表里的名称")
    mine.put("建议", run.suggestions["suggestion_id"].iloc[0], "决定", "不采用")
    mine.save()
    assert "会作出决定 1 项" in call("review", "import", run.folder, path, "--check", code=1)
    out = call("review", "import", run.folder, path, "--by", "丙", code=1)
    assert "作出决定 1 项：主题改名 1" in out
    assert "建议!N2" in out
    assert "丙" in call("review", "status", run.folder)


def test_a_workbook_that_was_not_taken_in_is_not_written_over(run, tmp_path, capsys):
    """Exporting once more lost what had been changed by hand."""

    def call(*words):
        with pytest.raises(SystemExit) as ended:
            main(["review", *map(str, words)])
        assert ended.value.code == 0
        return capsys.readouterr().out

    path, kept = tmp_path / "审核表.xlsx", tmp_path / "审核表-未导入.xlsx"
    call("export", run.folder, path)
    assert "未导入" not in call("export", run.folder, path)
    mine = Sheets(path, path)
    mine.put("主题", leaves(run)[0], "名称", "表里的名称")
    mine.save()
    assert f"另存为：{kept}" in call("export", run.folder, path)
    assert "主题改名 1" in call("import", run.folder, kept, "--by", "丙")
    kept.rename(path)
    assert "未导入" not in call("export", run.folder, path)
    assert not kept.exists()
