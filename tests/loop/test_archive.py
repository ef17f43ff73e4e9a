"""The archive of consultations: filled, searched, compared, and nothing personal in it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

import jietan
from jietan.api import Run
from jietan.cli import main
from jietan.errors import InputError
from jietan.loop.archive import GROUPS, Filters, add, compare, listing, remove, search
from jietan.loop.outcome import outcome
from run_copies import copy_of


@pytest.fixture(scope="module")
def closed(small_run, sample_folder, tmp_path_factory):
    run = Run.load(copy_of(small_run, tmp_path_factory.mktemp("closed") / "run"))
    outcome(run, sample_folder / "final.docx")
    return run


@pytest.fixture(scope="module")
def other(sample_rows, write_csv, tmp_path_factory):
    """A consultation of the next year, without a draft; ten of its comments come from people of the first."""
    folder = tmp_path_factory.mktemp("other")
    day = sample_rows[0].index("提交日期")
    rows = [sample_rows[0], *([*r[:day], r[day].replace("2025", "2026"), *r[day + 1 :]] for r in [*sample_rows[1:11], *sample_rows[60:70]])]
    return jietan.run(write_csv(folder / "来年.csv", rows), out=folder / "run", export=False)


@pytest.fixture(scope="module")
def archive(closed, other, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "台账.db"
    add(closed, path)
    add(other, path, "来年")
    return path


def test_every_comment_and_suggestion_is_in_it(archive, closed, other):
    found = listing(archive).set_index("名称")
    assert list(found["意见"]) == [len(other.comments), len(closed.comments)]
    (first,) = [name for name in found.index if name != "来年"]
    assert first.endswith("（2025）")
    assert found.loc[first, "建议"] == len(closed.suggestions)
    assert found.loc[first, "对照过通过文本"] == "是"


def test_any_run_of_characters_is_found(archive, closed):
    row = closed.suggestions.iloc[0]
    words = row["title"][2:9]
    hits, total = search(archive, words, kind="建议")
    assert row["suggestion_id"] in {h.ref for h in hits}
    assert total >= len(hits)
    comment = closed.comments[closed.comments["triage"] == "legislative"].iloc[0]
    asked = next(o for o in closed.opinions.itertuples() if o.comment_id == comment["comment_id"])
    bare = "".join(c for c in asked.text if c.isalnum())[:8]
    assert comment["comment_id"] in {h.ref for h in search(archive, bare, kind="意见")[0]}
    assert search(archive, "根本没有人说过的话")[1] == 0


def test_answers_are_found_with_their_outcome(archive, closed):
    hits, _ = search(archive, "条例", kind="答复", limit=500)
    assert len(hits) == sum("条例" in t for t in _answers(closed))
    assert all("未核对" in h.about for h in hits)


def _answers(run):
    from jietan.loop.feedback import feedback_of

    return [told.text for told in feedback_of(run).answers.told.values()]


def test_filters_narrow_by_the_comments_behind(archive, closed, other):
    street = closed.comments["street"].dropna().iloc[0]
    hits, _ = search(archive, "充电", Filters(street=street), limit=500)
    streets = dict(zip(closed.comments["comment_id"], closed.comments["street"], strict=True))
    streets |= dict(zip(other.comments["comment_id"], other.comments["street"], strict=True))
    assert hits
    assert all(streets[h.ref] == street for h in hits if h.kind == "意见")
    years = compare(archive, "year", Filters(year="2026"))
    assert list(years["年份"]) == ["2026"]
    assert list(years["意见"]) == [len(other.comments)]


def test_people_are_counted_once_over_consultations(archive, closed, other):
    by_year = compare(archive, "year").set_index("年份")
    (both,) = [sum(compare(archive, "consultation")["人"])]
    everyone = set(closed.comments["submitter_key"].dropna()) | set(other.comments["submitter_key"].dropna())
    anonymous = int(closed.comments["submitter_key"].isna().sum() + other.comments["submitter_key"].isna().sum())
    channels = compare(archive, "street")
    assert set(by_year.index) == {"2025", "2026"}
    assert both > len(everyone) + anonymous
    with sqlite3.connect(archive) as db:
        held = db.execute("SELECT count(DISTINCT CASE WHEN person LIKE '匿名:%' THEN consultation || person ELSE person END) FROM comments")
        assert held.fetchone()[0] == len(everyone) + anonymous
    assert channels["意见"].sum() == len(closed.comments) + len(other.comments)


@pytest.mark.parametrize("by", GROUPS)
def test_every_grouping_adds_up(archive, by):
    found = compare(archive, by)
    assert (found["采纳或者部分采纳"] <= found["已对照"]).all()
    assert (found["已对照"] <= found["有诉求的意见"]).all()
    assert (found["有诉求的意见"] <= found["意见"]).all()
    assert (found["人"] <= found["意见"]).all()


def test_rates_agree_with_the_run(archive, closed):
    from jietan.loop.feedback import feedback_of

    rate = feedback_of(closed).rates[3]
    (row,) = [r for r in compare(archive).itertuples() if r.已对照]
    assert (row.采纳或者部分采纳, row.已对照) == (rate.part, rate.whole)


def test_the_same_again_takes_the_place(closed, tmp_path):
    path = tmp_path / "台账.db"
    assert add(closed, path)[1] is False
    before = compare(path, "point")
    assert add(closed, path)[1] is True
    assert compare(path, "point").equals(before)
    assert len(listing(path)) == 1


def test_names_are_told_apart_and_taken_out(closed, other, tmp_path):
    path = tmp_path / "台账.db"
    add(closed, path, "甲")
    with pytest.raises(InputError, match="已有另一次叫“甲”"):
        add(other, path, "甲")
    assert list(listing(path)["名称"]) == ["甲"]
    with pytest.raises(InputError, match="没有“乙”"):
        remove(path, "乙")
    remove(path, "甲")
    assert listing(path).empty
    assert search(path, "充电")[1] == 0


def test_nothing_personal_is_in_the_file(archive, closed):
    raw = archive.read_bytes()
    texts = dict(zip(closed.comments["comment_id"], closed.comments["text"], strict=True))
    secrets = {texts[r.comment_id][r.start : r.end] for r in closed.pii.itertuples() if r.type in ("phone", "id_card", "name")}
    assert secrets
    assert not any(secret.encode() in raw for secret in secrets if len(secret) > 2)


def test_two_writers_wait_for_each_other(closed, tmp_path):
    path = tmp_path / "台账.db"
    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(lambda _: add(Run.load(closed.folder), path), range(3)))) == 3
    assert len(listing(path)) == 1


def test_what_is_no_archive_is_left_alone(closed, tmp_path):
    text, foreign = tmp_path / "文字.db", tmp_path / "别的.db"
    text.write_text("不是数据库，只是一些文字" * 200, "utf-8")
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE a (b)")
    before = text.read_bytes(), foreign.read_bytes()
    for path in (text, foreign):
        with pytest.raises(InputError, match="不是台账"):
            add(closed, path)
        with pytest.raises(InputError, match="不是台账"):
            listing(path)
    assert (text.read_bytes(), foreign.read_bytes()) == before
    with pytest.raises(InputError, match="还没有台账"):
        search(tmp_path / "没有.db", "充电")
    assert not (tmp_path / "没有.db").exists()


def test_the_commands(closed, tmp_path, capsys):
    path = tmp_path / "台账.db"

    def call(*words):
        with pytest.raises(SystemExit) as end:
            main(["archive", *map(str, words), "--file", str(path)])
        return end.value.code, capsys.readouterr()

    assert call("list")[0] == 2
    assert call("add", closed.folder, "--name", "甲")[0] == 0
    code, said = call("search", "充电", "-k", "2")
    assert code == 0
    assert "显示前 2 条" in said.out
    assert call("search", "，")[0] == 2
    assert call("compare", "--by", "street", "--out", tmp_path / "街镇.csv")[0] == 0
    assert (tmp_path / "街镇.csv").read_text("utf-8-sig").startswith("街镇,次数,意见")
    assert call("compare", "--by", "月份")[0] == 2
    assert call("remove", "甲")[0] == 0
