"""A decision made by keyboard alone, in JupyterLab as a person uses it."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from jietan.review.ledger import LEDGER
from run_copies import open_copy

playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.notebook,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium"),
    pytest.mark.skipif(importlib.util.find_spec("jupyterlab") is None, reason="没有安装 jupyterlab"),
]
#: Label of the widget that has the focus, or the words on it.
_FOCUSED = """() => {
  const e = document.activeElement, w = e && e.closest(".jupyter-widgets"), l = w && w.querySelector("label");
  return e && e.tagName === "BUTTON" ? e.textContent : l ? l.textContent : "";
}"""


@pytest.fixture
def lab(small_run, tmp_path):
    """A folder served by JupyterLab without any network, with a run and a notebook that shows its controls."""
    run = open_copy(small_run, tmp_path / "run")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    source = 'import jietan\n\nrun = jietan.Run.load("run")\ncontrols = run.review.show_suggestions()\ncontrols'
    notebook.cells = [nbformat.v4.new_code_cell(source)]
    nbformat.write(notebook, tmp_path / "a.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--ServerApp.port={port}", "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}", "--LabApp.news_url=None"]
    homes = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    words = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log, env={**os.environ, **homes})  # noqa: S603  (our own interpreter)
    try:
        yield run, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def opened(page, address):
    """Wait for the server, and open the notebook."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()  # noqa: S310  (our own server)
            break
        except OSError:
            time.sleep(0.5)
    page.goto(f"{address}/lab/tree/a.ipynb")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    page.wait_for_function("() => document.activeElement.closest('.jp-Notebook')")
    page.keyboard.press("Escape")


def ran(page):
    """Run the one cell; a key pressed before the notebook is quite ready is lost."""
    for _ in range(20):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1500)
        if page.inner_text(".jp-InputPrompt").strip() != "[ ]:":
            return
    raise AssertionError("the cell does not run")


def tab_to(page, words, key="Tab"):
    """Press a key until the focus is on the widget of this label."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate(_FOCUSED) == words:
            return
    raise AssertionError(f"{words} is not reached by {key}")


def test_a_suggestion_is_accepted_by_keyboard_alone(lab):
    run, address = lab
    second = run.suggestions.sort_values("rank")["suggestion_id"].iloc[1]
    with playwright.sync_playwright() as engine:
        page = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]).new_page()
        page.set_default_timeout(90_000)
        opened(page, address)
        ran(page)
        page.wait_for_selector(".jietan-controls select")
        tab_to(page, "选一个")
        page.keyboard.press("ArrowDown")
        page.wait_for_function("name => document.querySelector('.jietan-controls').textContent.includes(name)", arg=second)
        tab_to(page, "审核理由")
        page.keyboard.type("各方一致")
        tab_to(page, "采用")
        page.keyboard.press("Space")
        page.wait_for_function("() => document.querySelector('[role=status]')?.textContent.includes('已经生效')")
        assert page.evaluate(_FOCUSED) == "采用"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.classList.contains('jp-Cell')")
    (made,) = map(json.loads, (run.folder / LEDGER).read_text("utf-8").splitlines())
    assert (made["kind"], made["objects"][0]["id"], made["why"]) == ("accept", second, "各方一致")
