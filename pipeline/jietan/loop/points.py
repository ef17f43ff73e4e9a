"""``jietan points``: give a run the office's collection points, and write how the gathering went."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from jietan.export.collection import Collection, hierarchy_of
from jietan.export.files import write
from jietan.export.lines import cell
from jietan.export.sheets.collection import collection_sheets
from jietan.export.sheets.sheet import Sheet
from jietan.export.xlsx import write_sheets
from jietan.reading.points import read_points
from jietan.runfolder import file_hash
from jietan.tables import conform
from jietan.trace import view_of

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["keep_points", "points"]

_NAME = "采集情况"


def _table(path: Path) -> pd.DataFrame:
    hierarchy = read_points(path)
    rows = [
        {"name": p.name, "level": p.kind, "parent": p.parent or None, "street": hierarchy.street_of(p) or None, "position": i}
        for i, p in enumerate(hierarchy.places)
    ]
    return conform(pd.DataFrame(rows), "points")


def _save_csv(path: Path, sheet: Sheet) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([column.heading for column in sheet.columns])
        out.writerows([cell(value) for value in row] for row in sheet.rows())


def keep_points(run: Run, path: str | Path) -> None:
    """Keep the office's collection points in a run folder.

    Args:
        run: A finished run.
        path: Table of collection points, xlsx or csv.

    Raises:
        InputError: The table is wrong; the message names the rows.
    """
    path = Path(path).expanduser()
    table = _table(path)
    run.keep({"points": table}, points={"name": path.name, "sha256": file_hash(path), "count": len(table)})


def points(run: Run, path: str | Path) -> tuple[Collection, list[Path]]:
    """Keep the office's collection points in a run folder and write the statistics of collection.

    Args:
        run: A finished run.
        path: Table of collection points, xlsx or csv.

    Returns:
        The statistics, and the files written: a workbook, its sheets as csv, and report.html again.

    Raises:
        InputError: The table is wrong; the message names the rows.
        RunFolderError: A file cannot be written.
    """
    keep_points(run, path)
    view = view_of(run)
    hierarchy = hierarchy_of(view)
    assert hierarchy is not None  # noqa: S101  (just written)
    found = Collection(view, hierarchy)
    sheets = collection_sheets(found)
    folder = run.folder / "exports"
    files = [write(folder / f"{_NAME}.xlsx", lambda target: write_sheets(target, view, sheets, _NAME))]
    for sheet in sheets:
        files.append(write(folder / f"{_NAME}csv" / f"{sheet.name}.csv", lambda target, sheet=sheet: _save_csv(target, sheet)))  # type: ignore[misc]
    return found, [*files, *run.export(("html",))]
