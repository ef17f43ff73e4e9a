"""Decisions change the tables, survive a re-run with more comments, and are undone without a trace."""

import random

import pandas as pd
import pytest

import jietan
from jietan.api import Run
from jietan.errors import InvariantError, SettingsError
from jietan.review.ledger import LEDGER
from run_copies import assert_survivors_keep_ids, open_copy, table_bytes, theme_members


@pytest.fixture(scope="module")
def desk(small_run, tmp_path_factory):
    return open_copy(small_run, tmp_path_factory.mktemp("desk") / "run")


def _fresh(small_run, tmp_path):
    return open_copy(small_run, tmp_path / "run")


def test_every_kind_of_decision_shows_in_the_tables(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    themes = run.themes.dropna(subset="parent_id")["theme_id"].tolist()
    before = theme_members(run)
    asks = run.opinions[run.opinions["kind"] == "建议"]
    lone = asks["opinion_id"].iloc[0]
    units = asks["unit_id"].drop_duplicates().tolist()
    suggestion = run.suggestions["suggestion_id"].iloc[0]
    evidence = set(run.suggestions["evidence"].iloc[0])
    comment = run.comments["comment_id"].iloc[-1]
    with run.review.batch() as review:
        review.merge(themes[0], themes[1], why="说的是一件事")
        review.rename(themes[2], "另起的名字")
        review.lock(themes[2])
        review.split([sorted(before[themes[3]] & set(asks["opinion_id"]))[0]], why="另一件事")
    merged = theme_members(run)
    assert before[themes[0]] | before[themes[1]] <= merged[themes[0]]
    assert themes[1] not in merged
    assert run.themes.set_index("theme_id").loc[themes[2], "title"] == "另起的名字"
    with run.review.batch() as review:
        review.set_article([lone], "第三条")
        review.set_label(lone, operation="细化")
        review.merge_units(units[3], units[4])
        review.set_triage(comment, "governance")
        review.edit(suggestion, text="本条例自公布之日起施行。", why="会上定的")
        review.note("第一轮看完")
    opinions = run.opinions.set_index("opinion_id")
    assert opinions.loc[lone, "operation"] == "细化"
    assert run.links[run.links["opinion_id"] == lone].sort_values("rank").iloc[0][["article", "basis"]].tolist() == ["第三条", "decided"]
    assert run.comments.set_index("comment_id").loc[comment, "triage"] == "governance"
    edited = run.suggestions[run.suggestions["status"] == "edited"].iloc[0]
    assert edited["proposed_text"] == "本条例自公布之日起施行。"
    assert evidence & set(edited["evidence"])
    status = run.review.status()
    assert (status["state"] == "有效").all()
    assert len(status) == 10


def test_undoing_leaves_the_tables_as_they_were(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    themes = run.themes.dropna(subset="parent_id")["theme_id"].tolist()
    made = [run.review.merge(*themes[:2]), run.review.reject(run.suggestions["suggestion_id"].iloc[-1], why="已有规定")]
    assert table_bytes(run.folder) != table_bytes(small_run.folder)
    for name in made:
        run.review.undo(name)
    assert table_bytes(run.folder) == table_bytes(small_run.folder)
    assert run.review.status()["state"].tolist() == ["已撤销", "已撤销", "有效", "有效"]


def test_unknown_names_and_wrong_values_write_nothing(desk):
    for call in (
        lambda: desk.review.merge("T-没有", "T-也没有"),
        lambda: desk.review.set_triage("没有", "legislative"),
        lambda: desk.review.set_triage(desk.comments["comment_id"].iloc[0], "不是分流"),
        lambda: desk.review.undo("D000000000000"),
        lambda: desk.review.split(["没有"]),
    ):
        with pytest.raises(SettingsError):
            call()
    assert not (desk.folder / LEDGER).exists()


def test_nothing_is_written_where_a_batch_fails(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)

    def two():
        with run.review.batch() as review:
            review.note("先记一笔")
            review.accept("S-没有")

    with pytest.raises(SettingsError, match="S-没有"):
        two()
    assert not (run.folder / LEDGER).exists()


@pytest.mark.parametrize("seed", range(1))
def test_decisions_survive_a_further_batch(small_run, fast, sample_folder, sample_rows, write_csv, tmp_path, seed):
    run, rng = _fresh(small_run, tmp_path), random.Random(seed)  # noqa: S311
    themes = rng.sample(run.themes.dropna(subset="parent_id")["theme_id"].tolist(), 4)
    suggestions = rng.sample(run.suggestions["suggestion_id"].tolist(), 3)
    kept = theme_members(run)
    evidence = dict(zip(run.suggestions["suggestion_id"], run.suggestions["evidence"], strict=True))
    with run.review.batch() as review:
        review.merge(*themes[:2])
        review.lock(themes[2])
        review.rename(themes[3], "复审后的名称")
        review.accept(suggestions[0])
        review.reject(suggestions[1], why="超出权限")
        review.edit(suggestions[2], reason="经讨论采用。")
    more = write_csv(tmp_path / "第二批.csv", [sample_rows[0], *sample_rows[41:45]])
    again = jietan.run(more, draft=sample_folder / "draft.docx", out=run.folder, append=True, settings=fast, export=False)
    now = theme_members(again)
    assert kept[themes[0]] | kept[themes[1]] <= now[themes[0]]
    assert kept[themes[2]] <= now[themes[2]]
    assert kept[themes[3]] <= now[themes[3]]
    assert again.themes.set_index("theme_id").loc[themes[3], "title"] == "复审后的名称"
    assert_survivors_keep_ids(kept | {themes[0]: kept[themes[0]] | kept.pop(themes[1])}, now)
    wanted = dict(zip(suggestions, ("accepted", "rejected", "edited"), strict=True))
    for name, status in wanted.items():
        found = again.suggestions[[bool(set(e) & set(evidence[name])) for e in again.suggestions["evidence"]]]
        assert status in set(found["status"])
    assert set(again.review.status()["state"]) == {"有效"}


def test_a_decision_whose_object_is_gone_is_reported(small_run, fast, sample_folder, sample_rows, write_csv, tmp_path):
    run = _fresh(small_run, tmp_path)
    last = run.comments["comment_id"].iloc[-1]
    run.review.set_triage(last, "governance")
    ledger = (run.folder / LEDGER).read_bytes()
    fewer = write_csv(tmp_path / "少一件.csv", [row for row in sample_rows[:41] if row[0] != last])
    other = jietan.run(fewer, draft=sample_folder / "draft.docx", out=tmp_path / "other", settings=fast, export=False)
    (other.folder / LEDGER).write_bytes(ledger)
    other.refresh()
    (row,) = other.review.status().itertuples()
    assert (row.state, row.remark) == ("不再适用", "所指的内容已经不在了")


def test_two_reviewers_who_differ_are_shown(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    theme = run.themes.dropna(subset="parent_id")["theme_id"].iloc[0]
    run.review.by = "甲"
    run.review.rename(theme, "甲的名称")
    run.review.by = "乙"
    run.review.rename(theme, "乙的名称")
    assert run.themes.set_index("theme_id").loc[theme, "title"] == "甲的名称"
    assert run.review.status()["state"].tolist() == ["有效", "与别人的决定冲突，没有采用"]
    assert isinstance(run.review.status(), pd.DataFrame)


def test_grounds_stay_with_their_ask_and_the_desk_says_so(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    grounds = run.opinions[(run.opinions["kind"] == "理由") & run.opinions["theme_id"].notna()]["opinion_id"].iloc[0]
    for move in (lambda: run.review.split([grounds]), lambda: run.review.move([grounds], None)):
        with pytest.raises(SettingsError, match="是理由"):
            move()
    assert not (run.folder / LEDGER).exists()


def test_what_the_desk_does_not_take(desk):
    theme, other = desk.themes.dropna(subset="parent_id")["theme_id"].iloc[:2]
    parent = desk.themes[desk.themes["parent_id"].isna()]["theme_id"].iloc[0]
    opinion, suggestion = desk.opinions["opinion_id"].iloc[0], desk.suggestions["suggestion_id"].iloc[0]
    for call, said in (
        (lambda: desk.review.merge(theme, theme), "两个不同"),
        (lambda: desk.review.merge(theme, parent), "上级主题"),
        (lambda: desk.review.lock(parent), "上级主题"),
        (lambda: desk.review.reject(suggestion, why=" "), "写明理由"),
        (lambda: desk.review.set_article([opinion], "第九百条"), "草案没有第九百条"),
        (lambda: desk.review.set_article([opinion], "第三条", 90), "没有第 90 款"),
        (lambda: desk.review.note("记", about="没有"), "没有编号是"),
    ):
        with pytest.raises(SettingsError, match=said):
            call()
    assert other
    assert not (desk.folder / LEDGER).exists()


def test_an_opinion_goes_from_one_unit_to_another(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    units = run.opinions.groupby("unit_id")["opinion_id"].agg(list)
    large = units[units.map(len) > 1].iloc[0]
    target = units.index[units.map(len) == 1][0]
    run.review.move_to_unit(large[:1], target)
    unit_of = dict(zip(run.opinions["opinion_id"], run.opinions["unit_id"], strict=True))
    assert unit_of[large[0]] == unit_of[units[target][0]]
    assert unit_of[large[0]] != unit_of[large[1]]
    assert set(run.review.status()["state"]) == {"有效"}


def test_a_theme_of_its_own_may_have_a_title(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    asks = run.opinions[(run.opinions["kind"] != "理由") & run.opinions["theme_id"].notna()]["opinion_id"].iloc[:2].tolist()
    with run.review.batch() as review:
        review.split(asks, title="两件要紧的事")
        review.note("会上提到", about=asks[0])
    placed = run.opinions.set_index("opinion_id").loc[asks, "theme_id"].unique()
    assert run.themes.set_index("theme_id").loc[placed, "title"].tolist() == ["两件要紧的事"]


def test_the_title_of_a_theme_that_others_joined_is_its_own(small_run, tmp_path):
    run = _fresh(small_run, tmp_path)
    first, second = run.themes.dropna(subset="parent_id")["theme_id"].iloc[:2]
    run.review.rename(first, "先改的名")
    run.review.rename(second, "并进来的")
    run.review.merge(first, second)
    assert run.themes.set_index("theme_id").loc[first, "title"] == "先改的名"


def test_decisions_that_break_a_promise_are_taken_back(small_run, tmp_path, monkeypatch):
    run = _fresh(small_run, tmp_path)
    before = table_bytes(run.folder)
    refresh, calls = Run.refresh, []

    def once(self, report=None):
        refresh(self, report)
        calls.append(1)
        if len(calls) == 1:
            raise InvariantError("计数不符", todo="请告诉开发者")

    monkeypatch.setattr(Run, "refresh", once)
    with pytest.raises(SettingsError, match="已经撤销（计数不符）"):
        run.review.merge(*run.themes.dropna(subset="parent_id")["theme_id"].iloc[:2])
    assert table_bytes(run.folder) == before
    assert run.review.status()["state"].tolist() == ["已撤销", "有效"]
