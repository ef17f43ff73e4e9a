"""Write 立法建议报告.docx."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from jietan.export.view import View

__all__ = ["write_report"]


def _properties(document: Any, view: View, title: str) -> None:  # noqa: ANN401
    from jietan.export.files import stamp
    from jietan.export.wording import NOTICE, printable

    core = document.core_properties
    core.title, core.subject, core.comments = printable(title), NOTICE, NOTICE
    core.author = core.last_modified_by = printable(view.settings.report.office)
    core.created = core.modified = stamp(view.run_info)
    core.revision, core.language, core.keywords = 1, "zh-CN", ""


def write_report(path: Path, view: View) -> None:
    """Write the report: cover, figures, suggestions with the words behind them, long tail, method.

    Args:
        path: File to write.
        view: The run.
    """
    from jietan.export.files import repack
    from jietan.export.report.appendix import appendix
    from jietan.export.report.front import Chapters, cover, heading, summary
    from jietan.export.report.paper import new_document, running_lines
    from jietan.export.report.proposals import comparisons, overview, rejected
    from jietan.export.report.themes import long_tail_list, themes
    from jietan.export.wording import NOTICE

    document = new_document()
    title = heading(view)
    running_lines(document, title, NOTICE)
    cover(document, view)
    chapters = Chapters(document)
    summary(chapters, view)
    if view.proposals:
        overview(chapters, view)
        comparisons(chapters, view)
    rejected(chapters, view)
    themes(chapters, view)
    long_tail_list(chapters, view)
    appendix(document, view)
    _properties(document, view, title)
    raw = io.BytesIO()
    document.save(raw)
    raw.seek(0)
    repack(raw, path)
