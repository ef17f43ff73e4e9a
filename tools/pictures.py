"""Take the pictures of the documentation from the sample: the report in a browser, sheets of the workbooks, pages of the papers.

Usage::

    python tools/pictures.py [--run FOLDER] [--only NAME ...]

Writes ``docs/images/NAME.png`` (palette PNG). FOLDER is a finished run of the sample with its feedback beside it, as ``jietan
demo`` leaves it; without it one is made in a folder that is removed afterwards. Needs the extra ``pictures`` and, on the path,
chromium, LibreOffice and pdftoppm (poppler); ``make pictures`` does the rest.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
#: Dots per inch of a sheet or a page.
_DPI = 110


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: which rows and columns are in the picture.

    Args:
        book: The workbook, from the run folder.
        title: The sheet.
        columns: Letters of the columns shown.
        rows: The first row of data shown and how many; the header is always there.
    """

    book: str
    title: str
    columns: str
    rows: tuple[int, int]


@dataclass(frozen=True)
class Screen:
    """A part of the report in a browser.

    Args:
        part: The part, as in the address.
        height: Pixels from the top.
        click: What is clicked before, as a CSS selector.
        past_top: Whether the title of the report is left out.
    """

    part: str
    height: int
    click: str = ""
    past_top: bool = False


@dataclass(frozen=True)
class Page:
    """A page of a paper.

    Args:
        paper: The docx, from the run folder.
        number: The page, from 1.
    """

    paper: str
    number: int


_SUMMARY = "exports/意见汇总表.xlsx"
PICTURES: dict[str, Sheet | Screen | Page] = {
    "report": Screen("suggestions", 880, past_top=True),
    "report-front": Screen("front", 1000),
    "report-evidence": Screen("suggestions", 800, click=".suggestion .tally .n", past_top=True),
    "report-articles": Screen("articles", 800, past_top=True),
    "table": Sheet(_SUMMARY, "立法建议", "ABCDEFGHIJKLMNO", (2, 3)),
    "table-themes": Sheet(_SUMMARY, "主题", "ABCDEFGHIJKLMNOPS", (2, 7)),
    "table-opinions": Sheet(_SUMMARY, "意见明细", "ABCDEFGHIJLM", (2, 8)),
    "table-articles": Sheet(_SUMMARY, "条文视图", "ACDEFGHIJK", (13, 3)),
    "table-tail": Sheet(_SUMMARY, "长尾意见", "ABCDEFGHIJ", (2, 5)),
    "table-referrals": Sheet(_SUMMARY, "转办清单", "ABCDEFGHJKL", (5, 5)),
    "table-rejects": Sheet(_SUMMARY, "未处理", "ABCDEFGHIJ", (2, 8)),
    "table-letters": Sheet(_SUMMARY, "联名信", "ABCDEFG", (2, 4)),
    "review-themes": Sheet("exports/审核表.xlsx", "主题", "ABCDEFGHIJKL", (2, 6)),
    "paper-report": Page("exports/立法建议报告.docx", 3),
    "paper-feedback": Page("../{name}-反馈/采纳情况反馈表.docx", 1),
}


def _pdf(source: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{source.stem}.pdf"


def _small(source: Path, target: Path, *, trim: bool, width: int) -> None:
    """Cut the white edges off, scale down, and keep 128 colours."""
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    if trim:
        box = ImageChops.invert(image).getbbox()
        image = ImageOps.expand(image.crop(box), 8, "white")
    image.thumbnail((width, image.height))
    image.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(target, optimize=True)


def _image(pdf: Path, page: int, folder: Path) -> Path:
    stem = folder / "page"
    command = ["pdftoppm", "-r", str(_DPI), "-f", str(page), "-l", str(page), "-singlefile", "-png", str(pdf), str(stem)]
    subprocess.run(command, check=True)
    return stem.with_suffix(".png")


def take_sheet(sheet: Sheet, run: Path, target: Path) -> None:
    """Print the header and some rows of a sheet on one wide page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = openpyxl.load_workbook(run / sheet.book, rich_text=True)
        for other in book.sheetnames:
            if other != sheet.title:
                del book[other]
        page = book[sheet.title]
        first, count = sheet.rows
        page.auto_filter.ref = None
        page.print_title_rows = None
        page.print_area = f"A1:{page.cell(1, page.max_column).column_letter}{first + count - 1}"
        for row in range(2, first):
            page.row_dimensions[row].hidden = True
        for cell in page[1]:
            page.column_dimensions[cell.column_letter].hidden = cell.column_letter not in sheet.columns
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.page_setup.paperSize = 8  # A3
        page.page_setup.fitToHeight = 1
        for edge in (page.oddHeader, page.oddFooter):
            edge.left.text = edge.center.text = edge.right.text = ""
        page.print_options.gridLines = True
        book.save(folder / "sheet.xlsx")
        _small(_image(_pdf(folder / "sheet.xlsx", folder), 1, folder), target, trim=True, width=1400)


def take_page(page: Page, run: Path, target: Path) -> None:
    """Print one page of a paper."""
    with tempfile.TemporaryDirectory() as name:
        pdf = _pdf(run / page.paper.format(name=run.name), Path(name))
        _small(_image(pdf, page.number, Path(name)), target, trim=True, width=900)


def take_screen(screen: Screen, run: Path, target: Path) -> None:
    """Open a part of the report and photograph its top."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine, tempfile.TemporaryDirectory() as name:
        browser = engine.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_context(viewport={"width": 1100, "height": screen.height}, color_scheme="light").new_page()
        tab.goto(f"{(run / 'exports/report.html').as_uri()}#{screen.part}")
        tab.wait_for_selector("html[data-ready]")
        if screen.past_top:
            tab.evaluate("scrollTo({top: document.querySelector('#nav').getBoundingClientRect().top + scrollY, behavior: 'instant'})")
        if screen.click:
            tab.locator(screen.click).first.click()
        tab.wait_for_timeout(500)
        tab.screenshot(path=f"{name}/shot.png")
        browser.close()
        _small(Path(name) / "shot.png", target, trim=False, width=1100)


def take(names: list[str], run: Path) -> None:
    """Take the pictures of these names."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    ways = {Sheet: take_sheet, Screen: take_screen, Page: take_page}
    for name in names:
        target = IMAGES / f"{name}.png"
        picture = PICTURES[name]
        ways[type(picture)](picture, run, target)  # type: ignore[operator]
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1000:.0f} KB")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--run", type=Path)
    parser.add_argument("--only", nargs="+", choices=PICTURES, default=list(PICTURES))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = given.run or Path(folder) / "demo"
        if given.run is None:
            subprocess.run([sys.executable, "-m", "jietan", "demo", "--out", str(run)], check=True)
        subprocess.run([sys.executable, "-m", "jietan", "review", "export", str(run)], check=True, capture_output=True)
        take(given.only, run.resolve())


if __name__ == "__main__":
    main()
