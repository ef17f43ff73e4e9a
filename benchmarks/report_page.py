"""How large the report of a run is, how long it takes to write, and how fast it opens.

Usage::

    python benchmarks/report_page.py RUN [--out FOLDER] [--times N]

RUN is a finished run folder. The page is written to a folder of its own and opened in a headless Chromium, which must be
installed. Opening is measured from the request to the moment the first part stands; the median of N times is printed, then
how long each part takes to appear when it is first asked for.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import jietan
from jietan.export.html import write_html
from jietan.trace import view_of

LIMIT = 2.0
_PARTS = ("suggestions", "articles", "themes", "map", "places", "tail", "comments")


def opening(page: Path, times: int) -> tuple[float, dict[str, float]]:
    """Return seconds to open the page, and seconds until each part stands."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    seconds: list[float] = []
    parts: dict[str, float] = {}
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(times):
            tab = browser.new_context().new_page()
            started = time.perf_counter()
            tab.goto(page.as_uri())
            tab.wait_for_selector("html[data-ready]")
            seconds.append(time.perf_counter() - started)
            for part in _PARTS:
                started = time.perf_counter()
                tab.click(f"#nav a[href='#{part}']")
                tab.wait_for_selector(f"#part-{part}:not([hidden])")
                parts[part] = time.perf_counter() - started
            tab.context.close()
    return median(seconds), parts


def main() -> None:
    """Write, weigh and open."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    folder = given.out or Path(tempfile.mkdtemp(prefix="jietan-report-"))
    view = view_of(jietan.Run.load(given.run))
    started = time.perf_counter()
    page, *beside = write_html(view, folder)
    print(f"{len(view.comments)} comments, {len(view.opinions)} opinions: written in {time.perf_counter() - started:.1f} s")
    size, rest = page.stat().st_size, sum(p.stat().st_size for p in beside)
    print(f"page {size / 1e6:.2f} MB, {len(beside)} files beside it with {rest / 1e6:.2f} MB")
    seconds, parts = opening(page, given.times)
    print(f"opens in {seconds:.2f} s (limit {LIMIT:.0f} s)")
    for part, took in parts.items():
        print(f"  {part}: {took:.2f} s")


if __name__ == "__main__":
    main()
