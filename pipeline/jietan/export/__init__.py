"""Tables to the files people hand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from jietan.errors import SettingsError
from jietan.export.files import write
from jietan.export.view import View
from jietan.review.remarks import Remark
from jietan.settings import Settings
from jietan.vectors import Vectors

__all__ = ["FORMATS", "export"]


def _xlsx(view: View, folder: Path) -> list[Path]:
    from jietan.export.xlsx import write_workbook

    return write_workbook(folder / "意见汇总表.xlsx", view)


def _brief(view: View, folder: Path) -> list[Path]:
    from jietan.export.xlsx import write_brief

    return [write(folder / "主要建议.xlsx", lambda path: write_brief(path, view))]


def _docx(view: View, folder: Path) -> list[Path]:
    from jietan.export.report import write_report

    return [write(folder / "立法建议报告.docx", lambda path: write_report(path, view))]


def _html(view: View, folder: Path) -> list[Path]:
    from jietan.export.html import write_html

    return write_html(view, folder)


def _csv(view: View, folder: Path) -> list[Path]:
    from jietan.export.flat import write_tables

    return write_tables(view, folder / "表格csv")


def _json(view: View, folder: Path) -> list[Path]:
    from jietan.export.flat import write_json

    return [write(folder / "建议.json", lambda path: write_json(path, view))]


def _official(view: View, folder: Path) -> list[Path]:
    from jietan.export.official import write_official

    return write_official(view, folder / "公文")


#: Name of a format to what writes it; each returns the files it wrote.
FORMATS: dict[str, Callable[[View, Path], list[Path]]] = {
    "xlsx": _xlsx,
    "docx": _docx,
    "html": _html,
    "csv": _csv,
    "json": _json,
    "official": _official,
    "brief": _brief,
}


def export(  # noqa: PLR0913  (all that the files show)
    tables: Mapping[str, pd.DataFrame],
    settings: Settings,
    folder: Path,
    *,
    draft_title: str,
    run_info: Mapping[str, Any],
    vectors: Callable[[], Vectors] | None = None,
    remarks: Mapping[str, Sequence[Remark]] = MappingProxyType({}),
) -> list[Path]:
    """Write the formats of ``settings.export.formats``.

    Personal data is masked in all of them unless ``settings.export.names`` is set. Each file is written under a
    temporary name and renamed; the same inputs give the same bytes.

    Args:
        tables: Contract tables by name, conforming to :mod:`jietan.tables`; a missing one counts as empty.
        settings: Settings of the run.
        folder: Where the files go; made if missing.
        draft_title: Title of the draft, empty where there is none; ``settings.report.title`` goes before it.
        run_info: ``version``, ``started`` (ISO date), ``counts`` and the names of the models.
        vectors: Reads the opinions' vectors, for the map of themes; None leaves it out.
        remarks: What reviewers said of each suggestion.

    Returns:
        The files written, in order.

    Raises:
        SettingsError: A format is unknown.
        RunFolderError: A file cannot be written.
    """
    unknown = [name for name in settings.export.formats if name not in FORMATS]
    if unknown:
        raise SettingsError(f"没有 {'、'.join(unknown)} 这种导出格式", where="export.formats", todo=f"可用的格式：{'、'.join(FORMATS)}")
    view = View(tables, settings, settings.report.title or draft_title, run_info, vectors, remarks)
    paths: list[Path] = []
    for name in dict.fromkeys(settings.export.formats):
        paths += FORMATS[name](view, folder)
    return paths
