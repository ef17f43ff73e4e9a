"""Write report.html: one page that needs no network, with evidence in files beside it where a run is large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jietan.export.files import write
from jietan.export.html.encode import island
from jietan.export.html.evidence import Evidence
from jietan.export.view import View

__all__ = ["write_html"]

#: Most bytes of the page, and most bytes of evidence that stand in it.
LIMIT = 20_000_000
INLINE = 8_000_000
#: Comments in a file of evidence.
PER_FILE = 500
_FOLDER = "report_files"
_SCRIPTS = (
    "base.js", "evidence.js", "suggestions.js", "card.js", "articles.js", "themes.js", "map.js", "places.js", "collection.js",
    "comments.js", "app.js",
)  # fmt: skip
#: How many rows of the long lists stand in the page, and how many opinions in one list; the next row where it grows too large.
_SHARES = ((3000, 1_000_000), (3000, 2000), (1000, 500), (300, 100))


def _chunks(view: View, evidence: Evidence) -> Iterator[str]:
    """Yield the comments as JSON, some hundred at a time."""
    total = len(view.comments)
    for start in range(0, max(total, 1), PER_FILE):
        yield island([evidence.row(n) for n in range(start, min(start + PER_FILE, total))])


def _writer(text: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_text(text, "utf-8", newline="\n")

    return make


def _write_evidence(view: View, evidence: Evidence, folder: Path) -> tuple[str, list[Path]]:
    """Return the evidence for the page, or write it beside the page where it is too much."""
    held: list[str] = []
    written: list[Path] = []

    def flush() -> None:
        for chunk in held:
            text = f"jietanEvidence({len(written)},{chunk});\n"
            written.append(write(folder / f"evidence-{len(written)}.js", _writer(text)))
        held.clear()

    size = 0
    for chunk in _chunks(view, evidence):
        held.append(chunk)
        size += len(chunk.encode())
        if size > INLINE:
            flush()
    if written:
        flush()
    for stale in set(folder.glob("evidence-*.js")) - set(written):
        stale.unlink()
    if not written and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return ("" if written else "[" + ",".join(held) + "]"), written


def _data(view: View, evidence: Evidence, rows: int) -> dict[str, Any]:
    from jietan.export.html.chart import theme_map
    from jietan.export.html.collection import collection_rows
    from jietan.export.html.places import article_rows, figure_rows, reject_rows, street_rows
    from jietan.export.html.proposals import proposals
    from jietan.export.html.themes import tail, theme_rows
    from jietan.tables import KINDS, OPERATIONS

    themes = theme_rows(view, evidence)
    numbers = {t["id"]: n for n, t in enumerate(themes)}
    made = proposals(view, evidence, numbers, rows)
    rest = tail(view, evidence)
    return {
        "title": view.title,
        "perFile": PER_FILE,
        "counts": evidence.counts,
        "points": evidence.points,
        "streets": evidence.streets,
        "kinds": KINDS,
        "operations": OPERATIONS,
        "figures": figure_rows(view, evidence),
        "suggestions": made,
        "articles": article_rows(view, evidence, numbers),
        "themes": themes,
        "map": theme_map(view, evidence, numbers),
        "places": street_rows(view, evidence),
        "collection": collection_rows(view),
        "tail": {"rows": rest[:rows], "total": len(rest)},
        "rejects": reject_rows(view),
    }


def _page(view: View, evidence: Evidence, rows: int, held: str) -> str:
    from jietan.export import method
    from jietan.export.figures import figures, period
    from jietan.export.html.page import render
    from jietan.export.wording import NOTICE, book, chinese_date, printable

    report = view.settings.report
    facts = (
        ("报送单位", report.office),
        ("征集时间", period(view)),
        ("联系人", report.contact),
        ("整理日期", chinese_date(str(view.run_info.get("started") or ""))),
    )
    return render(
        "report.html.j2",
        scripts=_SCRIPTS,
        islands={"data": _data(view, evidence, rows), "evidence": held or "null"},
        title=printable(book(view.title)) or "群众意见",
        subtitle="立法建议报告" if view.title else "整理报告",
        facts=[(k, printable(v)) for k, v in facts if v],
        notice=NOTICE,
        figures=figures(view),
        stability=method.stability(view),
        words=method.WORDS,
        counting=method.COUNTING,
        cautions=(*method.CAUTIONS, method.privacy(view)),
        provenance=method.provenance(view),
    )


def write_html(view: View, folder: Path) -> list[Path]:
    """Write the page, and its evidence beside it where the page would be slow with it.

    Args:
        view: The run.
        folder: Where the files go.

    Returns:
        The page, then the files of evidence.
    """
    held, beside = _write_evidence(view, Evidence(view), folder / _FOLDER)
    text = ""
    for rows, cap in _SHARES:
        text = _page(view, Evidence(view, cap), rows, held)
        if len(text.encode()) <= LIMIT:
            break
    return [write(folder / "report.html", _writer(text)), *beside]
