"""``jietan points``: every comment is counted once, silent points are named, small numbers cannot be worked out."""

import csv
import shutil

import openpyxl
import pytest

from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError, RunFolderError
from jietan.export.collection import Collection, _suppressed, hierarchy_of
from jietan.loop.points import points
from jietan.trace import view_of
from run_copies import copy_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def counted(small_run, sample_folder, tmp_path_factory):
    run = Run.load(copy_of(small_run, tmp_path_factory.mktemp("points") / "run"))
    found, paths = points(run, sample_folder / "points.csv")
    return run, found, {path.name: path for path in paths}


def test_every_comment_is_counted_once(counted):
    run, found, _ = counted
    total = len(run.comments)
    assert sum(row.count.comments for row in found.points) == total == found.total.comments
    assert sum(row.count.comments for row in found.streets) == total
    by_point = run.comments.groupby("point").size().to_dict()
    assert {row.name: row.count.comments for row in found.points if row.count.comments} == by_point
    assert found.misnamed == []


def test_silent_points_are_those_that_sent_nothing(counted):
    run, found, _ = counted
    sent = set(run.comments["point"])
    assert {row.name for row in found.silent} == {row.name for row in found.points} - sent
    assert "渔歌小学信息采集点" in {row.name for row in found.silent}
    street = next(row for row in found.streets if row.name == "江湾区渔歌街道")
    assert {"江湾区渔歌街道代表之家", "渔歌小学信息采集点"} <= set(street.silent)
    assert street.points == 4


def test_quality_counts_reasons_and_articles(counted):
    run, found, _ = counted
    own = run.comments[run.comments["triage"] == "legislative"]
    reasoned = set(run.opinions.loc[run.opinions["kind"] == "理由", "comment_id"])
    named = run.links[(run.links["source"] == "draft") & (run.links["basis"] == "explicit")]["opinion_id"]
    cited = set(run.opinions.loc[run.opinions["opinion_id"].isin(set(named)), "comment_id"])
    assert found.total.legislative == len(own)
    assert found.total.reasoned == own["comment_id"].isin(reasoned).sum()
    assert found.total.cited == own["comment_id"].isin(cited).sum()
    assert 0 < found.total.cited < found.total.legislative
    assert found.total.share(found.total.cited) == found.total.cited / found.total.legislative
    assert all(row.count.share(row.count.cited) is None for row in found.points if row.count.legislative < 5)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([5, 0, 4], (5, 0, 4)),
        ([5, 2, 1], (5, None, None)),
        ([5, 2, 4], (5, None, None)),  # the total would tell the one left out
        ([2, 0, 0], (None, 0, 0)),
    ],
)
def test_small_numbers_are_left_out(numbers, expected):
    assert _suppressed(numbers, 3) == expected
    assert _suppressed(numbers, 1) == tuple(numbers)


def test_no_small_number_leaves_the_files(counted):
    _, found, paths = counted
    with paths["主题与街镇.csv"].open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header[2:] == [row.name for row in found.streets]
    assert "略" in rows[-1][0]
    cells = [value for row in rows[:-1] for value in row[2:]]
    assert "略" in cells
    assert not {"1", "2"} & set(cells)


def test_the_files_say_the_same(counted):
    run, found, paths = counted
    book = openpyxl.load_workbook(paths["采集情况.xlsx"])
    assert book.sheetnames == ["采集点", "街镇", "主题与街镇", "名称核对"]
    shown = {row[1].value: row[3].value for row in book["采集点"].iter_rows(min_row=2)}
    assert shown == {row.name: row.count.comments for row in found.points}
    page = paths["report.html"].read_text("utf-8")
    assert "渔歌小学信息采集点" in page
    assert "渔歌小学信息采集点" in run.collection().text
    assert (run.folder / "tables" / "points.parquet").exists()
    again = Collection(view_of(Run.load(run.folder)), hierarchy_of(view_of(run)))
    assert again.points == found.points


@pytest.mark.skipif(CHROMIUM is None, reason="no browser")
def test_the_page_shows_it(counted):
    playwright = pytest.importorskip("playwright.sync_api")
    _, found, paths = counted
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        problems = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{paths['report.html'].as_uri()}#places")
        shown = page.inner_text("#collection")
        silent = page.locator("#collection tr.silent").count()
        browser.close()
    assert problems == []
    assert f"采集点 {len(found.points)} 个，有来件的 {len(found.points) - len(found.silent)} 个" in shown
    assert silent == len(found.silent)
    assert "略" in shown


def test_a_name_that_is_not_in_the_table_is_reported(small_run, sample_folder, tmp_path, capsys):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    name = run.comments["point"].mode()[0]
    table = (sample_folder / "points.csv").read_text("utf-8-sig").replace(f"{name},", f"{name}站,")
    (tmp_path / "采集点.csv").write_text(table, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["points", str(run.folder), "--points", str(tmp_path / "采集点.csv")])
    printed = capsys.readouterr()
    assert ended.value.code == 0
    assert f"{name}（{(run.comments['point'] == name).sum()} 件），最接近的是{name}站" in printed.err
    assert "没有来件的采集点" in printed.out


def test_comments_without_a_point_are_counted_apart(small_run, sample_folder, tmp_path):
    from jietan.tables import conform

    run = Run.load(copy_of(small_run, tmp_path / "run"))
    table = run.comments.copy()
    table.loc[table.index[:2], ["point", "street"]] = None
    run.keep({"comments": conform(table, "comments")})
    found, _ = points(run, sample_folder / "points.csv")
    assert found.unplaced == 2
    assert found.misnamed == []
    assert sum(row.count.comments for row in found.points) == len(table) - 2
    assert found.streets[-1].name == "未注明"
    assert found.streets[-1].count.comments == 2


def test_what_cannot_be_done_is_refused(small_run, tmp_path):
    run = Run.load(copy_of(small_run, tmp_path / "run"))
    with pytest.raises(RunFolderError, match="jietan points"):
        run.collection()
    with pytest.raises(InputError, match="找不到这个文件"):
        points(run, tmp_path / "没有.csv")
    assert not (run.folder / "tables" / "points.parquet").exists()
