"""The report as a reader uses it, in a headless Chromium."""

import re
import shutil

import pytest

from export_fixture import messages, tables
from jietan.export import html
from report_page import HOSTILE, hostile_tables, write_page

playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium")
PARTS = ("front", "suggestions", "articles", "themes", "map", "places", "tail", "comments", "about")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine:
        yield engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page and make sure at the end that it complained of nothing and asked for nothing but files."""
    said, asked, pages = [], [], []

    def go(paths, part="front", **options):
        page = browser.new_context(**options).new_page()
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        page.goto(f"{paths[0].as_uri()}#{part}")
        page.wait_for_selector("html[data-ready]", timeout=10_000)
        pages.append(page)
        return page

    yield go
    for page in pages:
        assert not page.evaluate("window.hacked")
        page.context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []


def test_what_a_reviewer_rejected_has_a_place_of_its_own(visit, tmp_path):
    frames = tables()
    frames["suggestions"].loc[4, "status"] = "rejected"
    page = visit(write_page(tmp_path, frames), "suggestions")
    assert page.locator("#list .suggestion").count() == 4
    page.locator("#rejected summary").click()
    page.locator("#rejected button.n").click()
    assert page.locator("#drawer").is_visible()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("report"))


def counted(page, selector, number):
    """Wait until so many elements are there."""
    playwright.expect(page.locator(selector)).to_have_count(number)


def cards(page):
    return [c.get_attribute("id") for c in page.query_selector_all(".suggestion")]


RUNS = {"draft": tables(), "messages": messages(), "bare": {"comments": tables()["comments"]}, "none": {}}


@pytest.mark.parametrize("frames", RUNS.values(), ids=RUNS)
def test_every_part_opens(visit, tmp_path, frames):
    page = visit(write_page(tmp_path, frames))
    for part in PARTS:
        page.click(f"#nav a[href='#{part}']")
        playwright.expect(page.locator(f"#nav a[href='#{part}']")).to_have_attribute("aria-current", "page")
        assert page.is_visible(f"#part-{part} h2")
        assert len(page.query_selector_all("main > section:not([hidden])")) == 1


def test_filters_search_and_order(visit, report):
    page = visit(report, "suggestions")
    assert cards(page) == ["s-1", "s-2", "s-3", "s-4", "s-5"]
    page.check("#f-drafted")
    assert cards(page) == ["s-1", "s-2", "s-3", "s-4"]
    page.select_option("#f-op", "删除")
    assert cards(page) == ["s-2"]
    assert "找到 1 条" in page.inner_text("#found")
    page.click("#filters button[type=reset]")
    counted(page, ".suggestion", 5)
    page.select_option("#f-sort", "article")
    assert cards(page) == ["s-1", "s-4", "s-2", "s-3", "s-5"]
    page.select_option("#f-article", "a:第九条")
    assert cards(page) == ["s-2"]
    page.select_option("#f-article", "")
    page.fill("#q", "开到晚上十点")  # words of a resident only
    counted(page, ".suggestion", 1)
    assert cards(page) == ["s-1"]


def test_down_to_the_original_comment_and_back(visit, report):
    page = visit(report, "suggestions")
    count = page.query_selector("#s-2 .n")
    assert count.inner_text() == "3 人"
    count.focus()
    page.keyboard.press("Enter")
    shown = page.inner_text("#drawer-list")
    assert page.inner_text("#drawer-note").startswith("4 个观点，出自 3 件意见")
    assert "周*海从不捣乱" in shown
    assert "周明海" not in page.content()
    marked = [m.inner_text() for m in page.query_selector_all("#drawer mark")]
    assert marked.count("请删去第九条第二项") == 3
    assert "我家周*海遛狗十年" in marked
    page.keyboard.press("Escape")
    assert page.is_hidden("#drawer")
    assert page.evaluate("document.activeElement.textContent") == "3 人"


def test_places_and_letters_lead_to_their_comments(visit, report):
    page = visit(report, "suggestions")
    page.click("#s-2 .streets .n >> nth=1")
    counted(page, "#drawer article.comment", 1)
    page.keyboard.press("Escape")
    page.click("#s-2 .chip .n")
    counted(page, "#drawer article.comment", 3)
    page.keyboard.press("Escape")


def test_words_show_their_source(visit, tmp_path):
    frames = tables()
    frames["suggestions"].loc[0, "proposed_text"] = "六时至二十二时。"
    pieces = ["draft:第八条第一款→六时至", "opinion:o01[9:13]→二十二时", "grammar:句号→。"]
    frames["suggestions"]["provenance"] = [pieces if i == 0 else [] for i in range(len(frames["suggestions"]))]
    page = visit(write_page(tmp_path, frames), "s-1")
    page.focus("#s-1 .src.said")
    assert page.inner_text("#tip") == "居民原话：意见 QH-001“二十二时”（点开看全文）"
    page.keyboard.press("Enter")
    assert [m.inner_text() for m in page.query_selector_all("#drawer mark")] == ["建议把关门时间延到二十二时"]


def test_links_lead_to_suggestions_articles_and_themes(visit, report):
    page = visit(report, "articles")
    page.click("#a-2 a[href='#s-2']")
    playwright.expect(page.locator("#s-2")).to_be_focused()
    page.click("#s-2 a[href^='#t-']")
    playwright.expect(page.locator("#part-themes details[open] .side-columns").last).to_be_visible()
    page.click("details[open] .theme-body > .tally .n")
    counted(page, "#drawer article.comment", 3)


def test_hostile_text_is_shown_as_text(visit, tmp_path):
    page = visit(write_page(tmp_path, hostile_tables(), title=HOSTILE), "comments")
    page.fill("#cq", "window.hacked")
    counted(page, "#comment-list .comment", 1)
    assert HOSTILE in page.text_content("#comment-list .words")
    assert "<b>郑*</b>" in page.inner_text("#comment-list .comment-head")
    for part in PARTS:
        page.click(f"#nav a[href='#{part}']")
    assert page.query_selector("main img, main b > b") is None
    assert HOSTILE.split("\u2028")[0] in page.title()


def test_the_map_by_keyboard_and_legend(visit, report):
    page = visit(report, "map")
    dots = len(page.query_selector_all("svg .dot"))
    page.focus("svg.map")
    page.keyboard.press("ArrowRight")
    first = page.inner_text(".map-says .quote")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert re.search(r"“.+”", first)
    page.keyboard.press("Enter")
    assert page.is_visible("#drawer mark")
    page.keyboard.press("Escape")
    page.click(".map-legend button >> nth=0")
    assert 0 < len(page.query_selector_all("svg .dot.dim")) < dots


def test_evidence_in_files_beside_the_page(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(html, "INLINE", 1000)
    monkeypatch.setattr(html, "PER_FILE", 4)
    paths = write_page(tmp_path)
    page = visit(paths, "suggestions")
    page.click("#s-2 .n")
    page.wait_for_selector("#drawer mark")
    assert "请删去第九条第二项" in page.inner_text("#drawer-list")
    page.keyboard.press("Escape")
    page.click("#nav a[href='#comments']")
    page.wait_for_selector("#comment-list .comment")
    page.fill("#cq", "放风筝")
    counted(page, "#comment-list .comment", 1)


def test_tone_and_print(visit, report):
    page = visit(report, "suggestions", color_scheme="dark")
    assert page.get_attribute("html", "data-tone") == "dark"
    page.click("#tone")
    assert page.get_attribute("html", "data-tone") == "light"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_narrow_screen_needs_no_sideways_scrolling(visit, report):
    page = visit(report, viewport={"width": 400, "height": 800})
    for part in PARTS:
        page.goto(f"{report[0].as_uri()}#{part}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, part


def test_controls_have_names(visit, report):
    page = visit(report, "suggestions")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, select, svg[tabindex]')].filter(e =>
             !(e.textContent.trim() || e.getAttribute('aria-label') || (e.labels && e.labels.length))).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert {"header", "nav", "main"} <= set(page.evaluate("[...document.body.children].map(e => e.localName)"))
