"""Controls of the notebooks: driven as a person would, by values and clicks."""

import pytest

from jietan.errors import SettingsError
from jietan.review.controls import base
from jietan.review.ledger import LEDGER, read_ledger
from run_copies import open_copy, theme_members


@pytest.fixture
def run(small_run, tmp_path):
    return open_copy(small_run, tmp_path / "run")


def kinds(run):
    return [d.kind for d in read_ledger(run.folder)]


def test_themes_are_renamed_merged_and_taken_back(run):
    controls = run.review.show_themes()
    before = theme_members(run)
    first, second = sorted(before)[:2]
    controls.chosen.value = first
    assert controls.title.value == controls.view.theme_titles[first]
    assert first in controls.card.value
    controls.rename.click()
    assert controls.said.value.count("名称没有改")
    controls.merge.click()
    assert "没有写并到哪个主题" in controls.said.value
    controls.by.value, controls.why.value, controls.title.value = "甲", "说得更明白", "另起的名字"
    controls.rename.click()
    assert "已经生效" in controls.said.value
    assert run.themes.set_index("theme_id").loc[first, "title"] == "另起的名字"
    assert "另起的名字" in dict((n, label) for label, n in controls.chosen.options)[first]
    controls.chosen.value = second
    controls.other.value = "起的名"
    controls.merge.click()
    assert before[first] | before[second] <= theme_members(run)[first]
    assert second not in dict((n, label) for label, n in controls.chosen.options)
    assert controls.chosen.value == first
    controls.undo.click()
    assert "已撤销：合并主题（另起的名字" in controls.said.value
    assert before[second] <= theme_members(run)[second]
    made = read_ledger(run.folder)
    assert [d.kind for d in made] == ["rename_theme", "merge_themes", "undo"]
    assert (made[0].by, made[0].why) == ("甲", "说得更明白")


def test_opinions_are_moved_and_mended_in_one_go(run):
    controls = run.review.show_themes()
    theme = next(t for t, members in sorted(theme_members(run).items()) if len(members) > 3)
    controls.chosen.value = theme
    grounds = set(run.opinions[run.opinions["kind"] == "理由"]["opinion_id"])
    asks = [o for _, o in controls.opinions.options if o not in grounds]
    controls.move.click()
    assert "没有" in controls.said.value
    controls.later.value = True
    for widget, value, button in (
        (controls.target, "新主题：单说一件", controls.move),
        (controls.article, "第三条", controls.link),
        (controls.unit, "单独", controls.join),
        (controls.triage, "governance", controls.sort),
        (controls.operation, "细化", controls.label),
    ):
        controls.opinions.value = (asks[0],) if widget is not controls.triage else (asks[1],)
        widget.value = value
        button.click()
        assert widget.value == ""
    controls.lock.click()
    controls.note.value = "会后再看"
    controls.keep_note.click()
    assert "攒下 7 项" in controls.said.value
    assert not (run.folder / LEDGER).exists()
    controls.apply.click()
    assert sorted(kinds(run)) == sorted("split_theme set_article split_unit set_triage set_operation lock_theme note".split())
    row = run.opinions.set_index("opinion_id").loc[asks[0]]
    assert row["operation"] == "细化"
    assert run.themes.set_index("theme_id").loc[row["theme_id"], "title"] == "单说一件"
    assert set(run.review.status()["state"]) == {"有效"}


def test_errors_are_said_and_write_nothing(run):
    controls = run.review.show_themes()
    controls.other.value = "<b>没有这个</b>"
    controls.merge.click()
    assert "没有“&lt;b&gt;没有这个" in controls.said.value
    controls.apply.click()
    controls.undo.click()
    controls.chosen.value = controls.chosen.options[-1][1] if len(controls.chosen.options) < 25 else None
    controls.lock.click()
    assert not (run.folder / LEDGER).exists()


def test_a_hundred_themes_are_searched_and_paged(run):
    controls = run.review.show_themes()
    row = controls.every[0]
    controls.every = [(f"主题{k:03d}（1 人）", row[1], "关键词") for k in range(100)]
    controls.page.value = 1
    controls.search.value = "主题"
    assert controls.count.value == "共 100 个，4 页"
    assert len(controls.chosen.options) == 25
    controls.page.value = 4
    assert controls.chosen.options[0][0].startswith("主题075")
    controls.search.value = "主题09 关键词"
    assert controls.count.value == "共 10 个，1 页"
    controls.search.value = "没有"
    assert "没有符合" in controls.card.value
    controls.rename.click()


def test_suggestions_are_edited_accepted_and_rejected(run):
    controls = run.review.show_suggestions()
    first, second, third = run.suggestions["suggestion_id"].iloc[:3]
    controls.chosen.value = first
    assert "原文" in controls.card.value
    controls.save.click()
    assert "没有写" in controls.said.value
    controls.words.value = "本条例自公布之日起施行。"
    controls.save.click()
    controls.chosen.value = second
    controls.accept.click()
    controls.chosen.value = third
    controls.reject.click()
    assert "写明理由" in controls.said.value
    controls.why.value = "已有规定"
    controls.reject.click()
    status = run.suggestions.set_index("suggestion_id")["status"]
    assert status[[first, second, third]].tolist() == ["edited", "accepted", "rejected"]
    controls.status.value = "不采用"
    assert [name for _, name in controls.chosen.options] == [third]


def test_another_persons_decision_is_not_overwritten(run):
    controls = run.review.show_suggestions()
    name = controls.chosen.value
    controls.by.value = "甲"
    controls.accept.click()
    controls.by.value, controls.why.value = "乙", "不同意"
    controls.chosen.value = name
    controls.reject.click()
    assert "冲突，没有采用" in controls.said.value
    assert run.suggestions.set_index("suggestion_id").loc[name, "status"] == "accepted"


def test_what_was_decided_about_stays_chosen_though_it_is_no_longer_searched_for(run):
    controls = run.review.show_suggestions()
    controls.status.value = "待审"
    name = controls.chosen.options[2][1]
    controls.chosen.value = name
    controls.words.value = "本条例自公布之日起施行。"
    controls.save.click()
    assert controls.chosen.value == name
    controls.accept.click()
    assert controls.chosen.value == name
    assert {i for d in read_ledger(run.folder) for i in (o.id for o in d.objects)} == {name}
    controls.next.click()
    after = controls.chosen.value
    assert after != name
    controls.status.value = "全部"
    controls.status.value = "待审"
    assert name not in [n for _, n in controls.chosen.options]

    themes = run.review.show_themes()
    theme = sorted(theme_members(run))[3]
    themes.search.value = theme
    assert themes.chosen.value == theme
    themes.search.value = themes.view.theme_titles[theme]
    themes.title.value = "另起的名字"
    themes.rename.click()
    assert themes.chosen.value == theme
    assert "另起的名字" in themes.card.value


def test_the_next_one_is_on_the_next_page(run, monkeypatch):
    monkeypatch.setattr(base, "PAGE", 3)
    controls = run.review.show_suggestions()
    names = [name for _, name, _ in controls.every]
    controls.chosen.value = names[2]
    controls.next.click()
    assert (controls.page.value, controls.chosen.value) == (2, names[3])
    while controls.chosen.value != names[-1]:
        controls.next.click()
    controls.next.click()
    assert controls.chosen.value == names[-1]
    assert "最后一个" in controls.said.value


def test_words_that_several_themes_have_name_none_of_them(run):
    controls = run.review.show_themes()
    controls.leaves = ["T1 停放场所", "T2 停放费用", "T3 充电"]
    assert controls._find("T2") == "T2"
    assert controls._find("充") == "T3"
    with pytest.raises(SettingsError, match="有 2 个：T1 停放场所、T2 停放费用"):
        controls._find("停放")
