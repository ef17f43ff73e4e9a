"""The manual as a site: it builds without a warning, asks nothing of a network, and its search finds Chinese words."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("material") is None, reason="the extra `docs` (mkdocs-material) is not installed; `make test` installs it"
)


@pytest.fixture(scope="module")
def hooks():
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "tools" / "site" / "hooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` builds it: any warning fails."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    env = dict(os.environ) | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _index(site):
    return json.loads((site / "search" / "search_index.json").read_text("utf-8"))


def test_every_page_is_built(site):
    pages = {p.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for p in (ROOT / "docs").rglob("*.md")}
    assert len(pages) > 15
    for page in pages:
        assert (site / page).exists(), page


def test_nothing_is_loaded_from_a_network(site):
    outside = r"""\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    loads = re.compile(r"<(?:script|img|iframe|source)\b[^>]*?\bsrc" + outside + "|<link\\b(?![^>]*canonical)[^>]*?\\bhref" + outside)
    styles = re.compile(r"""(?:@import\s+|url\()["']?((?:https?:)?//[^"')]+)""")
    seen = 0
    for path in site.rglob("*"):
        if path.suffix == ".html":
            seen += 1
            text = path.read_text("utf-8")
            assert not loads.findall(text), path
            assert not styles.findall(text), path
        elif path.suffix == ".css":
            assert not styles.findall(path.read_text("utf-8")), path
    assert seen > 15


def test_pages_link_to_files_not_to_folders(site):
    """Without a server, a link to a folder shows its list of files."""
    for path in site.rglob("*.html"):
        for target in re.findall(r'<a\b[^>]*?href="([^"#]+)', path.read_text("utf-8")):
            if path.name != "404.html" and not target.startswith(("http", "mailto:")):
                assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_search_holds_chinese_words(site):
    index = _index(site)
    assert index["config"]["lang"] == ["zh"]
    words = {w for d in index["docs"] for w in re.split(index["config"]["separator"] + r"|[\s<>/]", d["title"] + " " + d["text"])}
    assert {"意见", "条文", "主题", "设置"} <= words
    assert (site / "search" / "search_index.js").read_text("utf-8").startswith("var __index = ")


def test_search_runs_from_the_file_system(site):
    page = (site / "reference" / "tables.html").read_text("utf-8")
    assert re.search(r'<script src="(\.\./)*assets/iframe-worker\.js">', page)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_search_finds_chinese_words_in_a_browser(site):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "reference" / "errors.html").as_uri())
        page.locator("input.md-search__input").click()
        page.keyboard.insert_text("联名信")
        page.keyboard.press("Shift")
        playwright.expect(page.locator(".md-search-result__item").first).to_be_visible(timeout=20_000)
        assert all(url.startswith("file:") for url in asked)
        browser.close()


def test_chinese_lines_are_joined(hooks):
    assert hooks.join_chinese("<p>第一行，\n第二行</p>") == "<p>第一行，第二行</p>"
    assert hooks.join_chinese("<p><strong>第一行</strong>\n<em>第二行</em></p>") == "<p><strong>第一行</strong><em>第二行</em></p>"
    assert hooks.join_chinese("<li>第一行；\n  第二行</li>") == "<li>第一行；第二行</li>"
    kept = ("<pre><code>第一行\n第二行</code></pre>", "<p>one\ntwo</p>", "<p>一\nword</p>")
    for html in kept:
        assert hooks.join_chinese(html) == html


def test_links_of_the_tree_become_paths(hooks):
    pages = {"themes.md", "CHANGELOG.md", "howto/a.md"}
    assert hooks.plain_links("见[主题](themes.md#a)", "scores.md", pages) == "见[主题](themes.md#a)"
    assert hooks.plain_links("见[配方](../models/jietan-e5-zh/MODEL.md)", "scores.md", pages) == "见配方（`models/jietan-e5-zh/MODEL.md`）"
    assert hooks.plain_links("[更新](../../CHANGELOG.md)", "howto/a.md", pages) == "[更新](../CHANGELOG.md)"
    assert hooks.plain_links("[主题](docs/themes.md#a)", "CHANGELOG.md", pages) == "[主题](themes.md#a)"
    assert hooks.plain_links("[没有](nowhere.md)", "scores.md", pages) == "[没有](nowhere.md)"
    assert hooks.plain_links("```\n[代码](../README.md)\n```", "scores.md", pages) == "```\n[代码](../README.md)\n```"
    assert hooks.plain_links("![图](../README.md)", "scores.md", pages) == "![图](../README.md)"
    assert hooks.plain_links("![图](docs/howto/a.md)", "CHANGELOG.md", pages) == "![图](howto/a.md)"


def test_a_broken_link_fails(tmp_path):
    (tmp_path / "docs" / "assets").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("# 首页\n\n[没有](nowhere.md)\n", "utf-8")
    config = (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:")[0].replace("tools/site/hooks.py", str(ROOT / "tools/site/hooks.py"))
    (tmp_path / "mkdocs.yml").write_text(config, "utf-8")
    env = dict(os.environ) | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "nowhere.md" in done.stdout + done.stderr
