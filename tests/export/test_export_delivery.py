import pytest

from export_fixture import INFO, TITLE, tables
from jietan.errors import SettingsError
from jietan.export.delivery import described
from jietan.export.sheets import sheets
from jietan.export.view import View
from jietan.settings import Settings, changed


def view(**export):
    return View(tables(), Settings.model_validate({"export": export}), TITLE, INFO)


def ids(rows):
    return [r["suggestion_id"] for r in rows]


def test_by_default_everything_is_handed_in_by_rank():
    made = view()
    assert ids(made.chosen[0]) == ["s1", "s2", "s3", "s4", "s5"]
    assert made.chosen[1] == []
    assert [s.name for s in sheets(made)][:2] == ["立法建议", "主题"]
    assert described(made) == ""


def test_along_the_draft_new_articles_follow_theirs():
    rows = view(order="article").chosen[0]
    assert len(rows) == 5
    places = [r["article"] or r["after_article"] or "" for r in rows]
    order = ["第一条", "第八条", "第九条", "第十八条", ""]
    assert places == sorted(places, key=order.index)


@pytest.mark.parametrize(
    "export",
    [{"first": 2}, {"operation": "修改"}, {"street": "西塘"}, {"first": 1, "order": "article", "operation": "增加"}, {"first": 99}],
)
def test_what_is_left_out_stands_in_a_sheet_of_its_own(export):
    made = view(**export)
    first, others = made.chosen
    assert sorted(ids(first) + ids(others)) == ["s1", "s2", "s3", "s4", "s5"]
    named = {s.name: s for s in sheets(made)}
    assert ("其余建议" in named) == bool(others)
    assert len(list(named["立法建议"].rows())) == len(first)
    if others:
        assert len(list(named["其余建议"].rows())) == len(others)


def test_the_first_ones_by_rank_are_chosen_before_they_are_put_in_order():
    assert set(ids(view(first=2, order="article").chosen[0])) == {"s1", "s2"}


def test_an_upper_theme_stands_for_its_themes():
    made = view()
    parent = next(r["parent_id"] for r in made.themes if r["parent_id"])
    assert set(ids(view(theme=made.theme_titles[parent]).chosen[0])) == {"s1", "s4"}


@pytest.mark.parametrize("export", [{"theme": "没有这个主题"}, {"street": "没有这个街道"}])
def test_a_choice_that_nothing_fits_says_what_there_is(export):
    with pytest.raises(SettingsError, match="没有哪条建议属于"):
        _ = view(**export).chosen


def test_an_unknown_choice_is_refused():
    for name, value in (("order", "rang"), ("operation", "改"), ("first", -1), ("tops", 3)):
        with pytest.raises(SettingsError):
            changed(Settings(), "export", {name: value})
