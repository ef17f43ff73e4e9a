"""``jietan feedback`` on the sample: what people are told, word for word."""

import csv
import datetime as dt
import random
import re
import zipfile

import openpyxl
import pytest
from docx import Document

from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError, RunFolderError, SettingsError
from jietan.loop.checking import confirm, write_check_sheet
from jietan.loop.feedback import feedback, feedback_of
from jietan.loop.outcome import outcome
from run_copies import copy_of

DAY = dt.date(2025, 11, 10)
ARTICLE = re.compile(r"第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十]+)?")


@pytest.fixture(scope="module")
def closed(sample_run, sample_folder, tmp_path_factory):
    run = Run.load(copy_of(sample_run, tmp_path_factory.mktemp("closed") / "run"))
    outcome(run, sample_folder / "final.docx")
    return run


@pytest.fixture(scope="module")
def source(sample_folder):
    with (sample_folder / "comments.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {row["意见编号"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def found(closed, sample_folder):
    return feedback_of(closed, [sample_folder / "comments.csv"], DAY)


@pytest.fixture(scope="module")
def written(closed, sample_folder, tmp_path_factory):
    return feedback(closed, tmp_path_factory.mktemp("feedback") / "反馈", [sample_folder / "comments.csv"], DAY)


@pytest.fixture
def small(small_run, sample_folder, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    outcome(run, sample_folder / "final.docx")
    return run


def words_of(path):
    document = Document(str(path))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_everyone_is_answered_once(closed, found):
    comments = [c for r in found.replies for c in r.person.comments]
    assert sorted(comments) == sorted(closed.comments["comment_id"])
    assert len({found.number(r.person) for r in found.replies}) == len(found.replies)
    assert all(r.parts and all(text for _, text in r.parts) for r in found.replies)


def test_a_hundred_comments_are_found_from_their_replies_and_back(closed, found, written, source):
    with next(p for p in written.paths if p.suffix == ".csv").open(encoding="utf-8-sig", newline="") as stream:
        letters = {row["答复编号"]: row for row in csv.DictReader(stream)}
    by_comment = {comment: row for row in letters.values() for comment in row["意见编号"].split("、")}
    draw = random.Random(7)  # noqa: S311
    for comment in draw.sample(sorted(closed.comments["comment_id"]), 100):
        letter = by_comment[comment]
        quotes = [found.answers.quoted(i) for i in found.answers.items[comment] if i.spans]
        assert all(quote in letter["答复"] for quote in quotes)
        for words in (w for q in quotes for w in re.findall(r"“(.*?)”(?=“|$|……)", q)):
            assert words in source[comment]["意见内容"]
        rows = list(found.rows([comment]))
        assert {row["答复编号"] for row in rows} == {letter["答复编号"]}
        assert len(rows) == len(found.answers.items[comment])


def test_every_quote_is_an_exact_span_without_personal_data(closed, found):
    texts = dict(zip(closed.comments["comment_id"], closed.comments["text"], strict=True))
    private = {}
    for row in closed.pii.itertuples():
        private.setdefault(row.comment_id, []).append((row.start, row.end))
    quoted = 0
    for item in (i for items in found.answers.items.values() for i in items):
        for start, end in item.spans:
            quoted += 1
            assert texts[item.comment_id][start:end].strip()
            assert not any(a < end and b > start for a, b in private.get(item.comment_id, ()))
            assert f"“{texts[item.comment_id][start:end]}”" in found.answers.quoted(item)
    assert quoted > 500


def test_every_article_named_exists_and_every_provision_is_quoted_exactly(closed, found):
    final = closed.table("final")
    draft = closed.articles[closed.articles["source"] == "draft"]
    known = set(final["article"]) | set(draft["article"])
    words = "".join([*final["text"], *draft["text"]])
    for told in found.answers.told.values():
        assert set(ARTICLE.findall(told.text)) <= known
        assert set(told.articles) <= set(final["article"])
        for quote in re.findall(r"(?:规定：|为|中的)“([^“”]+)”", told.text):
            assert quote in words


def test_a_reply_never_says_that_a_change_was_made_for_someone(found):
    for reply in found.replies:
        said = "\n".join(text for _, text in reply.parts)
        assert not re.search(r"因为?您|根据您|按照您|采纳了您|您的意见(?:促成|推动)|应您", said)


@pytest.mark.parametrize(
    ("triage", "words"),
    [("governance", "转办"), ("personal", "转办"), ("off_topic", "没有涉及这部法规"), ("empty", "没有可以辨认的具体意见")],
)
def test_what_is_no_opinion_on_the_law_gets_fitting_words(closed, found, triage, words):
    held = closed.comments[closed.comments["triage"] == triage]["comment_id"]
    assert len(held)
    for comment in held:
        assert all(words in item.text for item in found.answers.items[comment])


def test_support_is_noted_with_its_article(found):
    noted = [i for items in found.answers.items.values() for i in items if i.label == "已记录" and "支持" in i.text]
    assert noted
    assert any(ARTICLE.search(i.text) for i in noted)


def test_names_and_contacts_stay_out_of_the_run_and_of_what_is_public(closed, written, source, found):
    contacts = {r.address for r in found.replies if r.address}
    names = {row["提交人"] for row in source.values() if re.fullmatch("[陶祁祝段][一-鿿]{1,2}", row["提交人"])}
    assert len(contacts) > 50
    public = "".join(words_of(p) for p in written.paths if p.name in ("采纳情况反馈表.docx", "采纳情况公告.docx", "反馈函.docx"))
    assert not any(secret in public for secret in contacts | names)
    for path in (p for p in closed.folder.rglob("*") if p.suffix in (".json", ".jsonl", ".toml")):
        assert not any(secret in path.read_text("utf-8") for secret in contacts)
    with zipfile.ZipFile(next(p for p in written.paths if p.suffix == ".xlsx")) as book:
        shown = "".join(book.read(n).decode() for n in book.namelist())
    assert not any(secret in shown for secret in contacts)


def test_the_papers_hold_what_they_should(closed, written, found):
    papers = {p.name: p for p in written.paths if p.parent == written.paths[0].parent}
    assert set(papers) == {"采纳情况反馈表.docx", "采纳情况反馈表.xlsx", "采纳情况公告.docx", "采纳情况公告.md", "答复.csv"}
    table = Document(str(papers["采纳情况反馈表.docx"])).tables[0]
    assert [c.text for c in table.rows[0].cells] == ["序号", "反馈人", "意见内容", "是否采纳", "采纳理由"]
    assert len(table.rows) == len(closed.suggestions) + 1
    heading = words_of(papers["采纳情况反馈表.docx"])
    assert "征集意见420件" in heading
    shown = [row.cells[3].text for row in table.rows[1:]]
    for label in ("采纳", "部分采纳", "未采纳"):
        assert f"{label}{shown.count(label)}条" in heading
    book = openpyxl.load_workbook(papers["采纳情况反馈表.xlsx"])
    assert book.sheetnames == ["采纳情况反馈表", "逐件反馈", "采纳率和时间", "待办"]
    listed = {row[0].value for row in book["逐件反馈"].iter_rows(min_row=2)}
    assert listed == set(closed.comments["comment_id"])
    notice = papers["采纳情况公告.md"].read_text("utf-8")
    assert "三、其他来件的处理" in notice
    assert all(f"（{r.part}/{r.whole}）" in notice for r in (found.rates[1], found.rates[4]))
    assert "{{" not in heading + notice


def test_every_point_gets_its_letter_and_its_replies(closed, written):
    folders = {p.parent for p in written.paths if p.name == "反馈函.docx"}
    assert len(folders) == closed.comments["point"].nunique()
    ids = [c for f in folders for c in re.findall(r"意见编号：(LJ-\d+)", words_of(f / "答复函.docx"))]
    assert len(ids) == len(set(ids))
    assert len(ids) > 400


def test_rates_name_their_denominators(closed, found):
    assert all(r.of and 0 <= r.part <= r.whole for r in found.rates)
    assert found.rates[0].whole == len(closed.suggestions)
    assert found.rates[4].whole == len(closed.comments)
    assert found.rates[0].part == int((closed.outcomes["outcome"] == "full").sum())
    assert (found.waiting.n, found.waiting.shortest, found.waiting.longest) == (420, 131, 158)


def test_the_same_again(closed, sample_folder, written, tmp_path):
    again = feedback(closed, tmp_path / "again", [sample_folder / "comments.csv"], DAY)
    for one, other in zip(written.paths[:12], again.paths[:12], strict=True):
        assert one.read_bytes() == other.read_bytes(), one


# files and folders ---------------------------------------------------------------------------------------------------


def test_people_without_contact_become_rows(small, tmp_path):
    written = feedback(small, tmp_path / "out", day=DAY)
    assert not written.personal
    assert [row for row in written.todo if row[0] == "没有姓名和联系方式"]
    assert "*" in (tmp_path / "out" / "答复.csv").read_text("utf-8-sig")


def test_names_are_never_put_into_the_run_folder(small, small_comments):
    with pytest.raises(SettingsError, match="不能放在运行文件夹里"):
        feedback(small, small.folder / "exports" / "反馈", [small_comments])


def test_only_files_that_the_run_has_read_count(small, sample_folder, tmp_path):
    with pytest.raises(InputError, match="不是这次运行读过的"):
        feedback(small, tmp_path / "out", [sample_folder / "comments.xlsx"])
    with pytest.raises(InputError, match="没有这个意见文件"):
        feedback(small, tmp_path / "out", [tmp_path / "没有.csv"])
    assert not (tmp_path / "out").exists()


def test_rows_without_any_contact_or_point_are_said(tmp_path, write_csv, sample_folder):
    import jietan

    rows = [
        ["编号", "意见内容", "提交人", "联系方式"],
        ["1", "建议把第十条的三年改为一年", "=王一", "+8613900000000"],
        ["2", "同意", "", ""],
    ]
    source = write_csv(tmp_path / "意见.csv", rows)
    run = jietan.run(source, draft=sample_folder / "draft.docx", out=tmp_path / "run", export=False)
    outcome(run, sample_folder / "final.docx")
    written = feedback(run, None, [source], DAY)
    assert written.paths[0].parent == tmp_path / "run-反馈"
    assert any("无法送达" in row[3] for row in written.todo)
    text = (tmp_path / "run-反馈" / "答复.csv").read_text("utf-8-sig")
    assert "'+8613900000000" in text
    assert "'=王一" in text


def test_without_outcomes_there_is_no_feedback(small_run, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    with pytest.raises(RunFolderError, match="jietan outcome"):
        feedback(run, tmp_path / "out")


def test_a_text_that_was_renumbered_completely(small_run, sample_folder, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    text = (sample_folder / "draft.md").read_text("utf-8")
    added = "".join(f"**第{n}条**　市人民政府每年向社会公布第{n}号园林绿化名录。\n\n" for n in ("九十一", "九十二"))
    shifted = text.replace("**第一条**", added + "**第一条**", 1)
    (tmp_path / "final.md").write_text(shifted, "utf-8")
    outcome(run, tmp_path / "final.md")
    answers = feedback_of(run, day=DAY).answers
    changed = run.outcomes.merge(run.suggestions, on="suggestion_id")
    assert set(changed.loc[changed["operation"] == "保留", "outcome"]) <= {"full"}
    assert all(told.text for told in answers.told.values())


def test_a_text_in_which_nothing_changed(small_run, sample_folder, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    outcome(run, sample_folder / "draft.docx")
    labels = {t.label for t in feedback_of(run, day=DAY).answers.told.values()}
    assert labels <= {"未采纳", "采纳", "已有规定"}


# what a reviewer says ------------------------------------------------------------------------------------------------


def _fill(path, rows):
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = [c.value for c in sheet[2]]
    for row in sheet.iter_rows(min_row=3):
        name = row[head.index("建议编号")].value
        if name in rows:
            row[head.index("核对结果")].value, row[head.index("理由（答复里照写）")].value = rows[name]
    book.save(path)


def test_a_checked_sheet_comes_back(small, tmp_path):
    path = write_check_sheet(small, tmp_path / "核对.xlsx")
    first, second, third = small.suggestions["suggestion_id"][:3]
    _fill(path, {first: ("已有规定", "消防法已有规定"), second: ("部分采纳", ""), third: ("转其他途径", "")})
    assert confirm(small, path, "甲") == 3
    found = small.outcomes.set_index("suggestion_id")
    assert (found.loc[first, "outcome"], found.loc[first, "disposition"]) == ("no", "已有规定")
    assert found.loc[second, "outcome"] == "partial"
    assert found.loc[third, "disposition"] == "转其他途径"
    assert found["confirmed"].sum() == 3
    assert confirm(small, path, "甲") == 0
    told = feedback_of(small, day=DAY).answers.told
    assert told[first].text.endswith("说明：消防法已有规定。")
    assert told[third].label == "转其他途径"
    (decision,) = [d for d in small.review.status().itertuples() if d.value == "partial"]
    small.review.undo(decision.id)
    assert small.outcomes["confirmed"].sum() == 2
    assert small.outcomes.set_index("suggestion_id").loc[second, "outcome"] == found.loc[second, "proposal"]
    outcome_again = Run.load(small.folder).outcomes
    assert outcome_again["confirmed"].sum() == 2


def test_a_sheet_that_does_not_fit_is_refused(small, tmp_path):
    path = write_check_sheet(small, tmp_path / "核对.xlsx")
    _fill(path, {small.suggestions["suggestion_id"][0]: ("大部采纳", "")})
    with pytest.raises(InputError, match="没有“大部采纳”这种结果"):
        confirm(small, path)
    openpyxl.Workbook().save(tmp_path / "空.xlsx")
    with pytest.raises(InputError, match="建议编号"):
        confirm(small, tmp_path / "空.xlsx")
    assert not small.outcomes["confirmed"].any()


def test_the_commands(small_run, small_comments, sample_folder, tmp_path, capsys):
    folder = copy_of(small_run, tmp_path / "run")

    def call(*words):
        with pytest.raises(SystemExit) as end:
            main([str(w) for w in words])
        return end.value.code, capsys.readouterr()

    assert call("outcome", folder)[0] == 2
    assert call("outcome", folder, "--final", sample_folder / "final.md")[0] == 0
    code, said = call("feedback", folder, "--comments", small_comments, "--date", "2025-11-10", "--out", tmp_path / "out")
    assert code == 0
    assert "请妥善保管" in said.out
    assert "采纳情况未核对" in said.out
    assert call("outcome", folder, "--confirm", folder / "exports" / "采纳情况核对表.xlsx")[0] == 0
    assert call("feedback", folder, "--date", "昨天")[0] == 2


def test_a_sheet_that_was_not_taken_in_is_not_written_over(small_run, sample_folder, tmp_path, capsys):
    """Comparing once more lost what had been filled in by hand."""
    folder = copy_of(small_run, tmp_path / "run")

    def call(*words):
        with pytest.raises(SystemExit) as end:
            main(["outcome", str(folder), *map(str, words)])
        assert end.value.code == 0
        return capsys.readouterr().out

    sheet, kept = (folder / "exports" / f"采纳情况核对表{end}.xlsx" for end in ("", "-未导入"))
    assert "未导入" not in call("--final", sample_folder / "final.md")
    first, second = Run.load(folder).suggestions["suggestion_id"][:2]
    _fill(sheet, {first: ("未采纳", "另有规定"), second: (None, "只写了理由")})
    assert f"另存为：{kept}" in call("--final", sample_folder / "final.md")
    assert kept.exists()
    assert "写进审核记录 1 条" in call("--confirm", kept)
    assert "未导入" not in call("--confirm", sheet)
    _fill(sheet, {second: (None, "只写了理由")})
    assert "采纳情况核对表-未导入2.xlsx" in call("--confirm", sheet)


def test_nobody_is_told_that_the_opposite_of_their_wish_agrees_with_it(found):
    from jietan.loop.answers import _wants

    assert _wants("装阻车系统的钱应当由物业服务人承担", ["由物业服务人承担"])
    assert not _wants("装阻车系统的钱不应当由物业服务人承担", ["由物业服务人承担"])
    for item in (i for items in found.answers.items.values() for i in items):
        told = found.answers.told.get(item.suggestion_id or "")
        if told and item.label in ("采纳", "部分采纳"):
            words = found.answers.quoted(item)
            assert not any(f"应当{piece}" in words and f"不应当{piece}" not in words for piece in told.struck if len(words) < 40)


def test_everyone_gets_a_letter_named_after_no_person(written, closed, source):
    letters = [p for p in written.paths if p.parent.name == "个人答复"]
    with next(p for p in written.paths if p.suffix == ".csv").open(encoding="utf-8-sig", newline="") as stream:
        listed = {row["文件"]: row for row in csv.DictReader(stream)}
    assert {f"个人答复/{p.name}" for p in letters} == set(listed)
    names = {row["提交人"] for row in source.values() if row["提交人"] and row["提交人"] != "匿名"}
    assert not any(name in p.name for p in letters for name in names)
    for path in letters[::60]:
        row = listed[f"个人答复/{path.name}"]
        words = words_of(path)
        assert path.name.startswith(f"{row['答复编号']}_LJ-")
        assert row["称呼"] in words
        assert all(line in words for line in row["答复"].split("\n")[1:])


def test_letters_of_their_own_are_left_out_where_there_would_be_too_many(small, tmp_path, monkeypatch):
    monkeypatch.setattr("jietan.loop.feedback._EACH", 2)
    written = feedback(small, tmp_path / "few", day=DAY)
    assert any(row[0] == "没有写一人一份的答复" and "--each" in row[3] for row in written.todo)
    assert not (tmp_path / "few" / "个人答复").exists()
    monkeypatch.setattr("jietan.loop.feedback._FILES", 4)
    asked = feedback(small, tmp_path / "all", day=DAY, each=True)
    folders = {p.parent for p in asked.paths if "个人答复" in p.parts}
    assert folders
    assert all(len(list(f.iterdir())) <= 4 for f in folders)
    assert not any(row[0] == "没有写一人一份的答复" for row in feedback(small, tmp_path / "none", day=DAY, each=False).todo)


def test_an_id_that_may_hold_personal_data_names_no_file(tmp_path, write_csv, sample_folder):
    import jietan

    rows = [["编号", "意见内容"], ["张三13900000000", "建议把第十条的三年改为一年"], ["../2", "同意"]]
    run = jietan.run(write_csv(tmp_path / "意见.csv", rows), draft=sample_folder / "draft.docx", out=tmp_path / "run", export=False)
    outcome(run, sample_folder / "final.docx")
    written = feedback(run, tmp_path / "out", day=DAY)
    assert sorted(p.name for p in written.paths if p.parent.name == "个人答复") == ["0001.docx", "0002.docx"]
