from html import unescape

import pytest

from export_fixture import TITLE, messages, originals, tables
from jietan.export.html.notebook import theme_cards, theme_map, theme_tree
from jietan.export.view import View
from jietan.settings import Settings
from report_page import HOSTILE, hostile_tables, vectors_of


def view_of(frames):
    return View(frames, Settings(), TITLE, vectors=lambda: vectors_of(frames))


def test_cards_show_sides_and_exemplars():
    frames = tables()
    assert "开放时间的长短" in theme_cards(view_of(frames), 12).text
    shown = theme_cards(view_of(frames), 12, ["t2"])._repr_html_()
    assert shown.count('class="jt-card"') == 1
    assert "携带宠物（周*海等）" in shown
    assert "要求修改：3 人，1 个采集点" in shown
    assert "“请删去第九条第二项”" in shown


def test_the_tree_has_both_levels():
    shown = theme_tree(view_of(tables())).text
    assert shown.index("开放和游览") < shown.index("开放时间的长短") < shown.index("携带宠物")
    assert "支持1，要求修改2" in shown


@pytest.mark.parametrize("make", [lambda v: theme_cards(v, 9, ["t1", "t1a", "t2", "t3"]), theme_tree, theme_map])
def test_nothing_personal_and_nothing_hostile(make):
    shown = make(view_of(hostile_tables())).text
    for original in originals():
        assert original not in shown
    assert HOSTILE not in shown
    assert "<img" not in shown
    assert "<img" not in unescape(shown).replace(HOSTILE, "")


def test_the_map_is_a_page_of_its_own():
    shown = theme_map(view_of(tables())).text
    assert shown.startswith("<iframe")
    page = unescape(shown[shown.index('srcdoc="') + 8 : -len('"></iframe>')])
    assert page.startswith("<!DOCTYPE html>")
    assert '"points"' in page
    assert "我家周*海遛狗十年" in page


@pytest.mark.parametrize("frames", [messages(), {"comments": tables()["comments"]}], ids=["messages", "bare"])
def test_little_to_show(frames):
    view = View(frames, Settings(), "")
    for shown in (theme_cards(view, 3), theme_tree(view), theme_map(view)):
        assert shown.text.strip()
