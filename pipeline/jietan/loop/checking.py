"""The sheet in which a reviewer checks what became of each suggestion, and its way back into the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jietan.errors import InputError
from jietan.export.files import set_aside, write
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.wording import place
from jietan.export.xlsx import write_sheets
from jietan.loop.confirming import OUTCOME_LABELS, label_of
from jietan.reading.limits import read_bytes
from jietan.reading.sheets import load_sheets
from jietan.review.desk import Desk
from jietan.trace import view_of

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["confirm", "keep_filled", "write_check_sheet"]

_NAME = "采纳情况核对表"
_ID, _SAID, _WHY = "建议编号", "核对结果", "理由（答复里照写）"
_COLUMNS = (
    Col("名次", 6, kind="number"),
    Col(_ID, 12, kind="center"),
    Col("条款", 18),
    Col("诉求", 40),
    Col("人数", 7, kind="number"),
    Col("程序的判断", 11, kind="center"),
    Col("把握", 8, kind="score"),
    Col("依据", 56),
    Col(_SAID, 13, kind="center", choices=tuple(OUTCOME_LABELS.values())),
    Col(_WHY, 40),
)
_HEAD_ROWS = 10


def _rows(run: Run) -> Iterator[list[Cell]]:
    view = view_of(run)
    found: dict[str, Any] = {row["suggestion_id"]: row for row in run.outcomes.to_dict("records")}
    for row in view.suggestions:
        said = found[row["suggestion_id"]]
        yield [
            int(row["rank"]),
            row["suggestion_id"],
            place(row, view.draft_law),
            view.suggestion_text(row, "title"),
            int(row["n_people"]),
            OUTCOME_LABELS[said["proposal"]],
            float(said["confidence"]),
            "；".join(said["evidence"]) or said["ground"],
            label_of(said["outcome"], said["disposition"]) if said["confirmed"] else None,
            said["reason"],
        ]


def write_check_sheet(run: Run, path: Path) -> Path:
    """Write 采纳情况核对表.xlsx, with what was confirmed before.

    Args:
        run: A run whose outcomes are known.
        path: The file.
    """
    heading = f"请在“{_SAID}”选一项；未采纳的请写明理由。填好以后运行 jietan outcome 运行文件夹 --confirm 本文件。没有填的不作改动。"
    spec = Sheet(_NAME, "", _COLUMNS, lambda: _rows(run), frozen=2, heading=heading)
    return write(path, lambda target: write_sheets(target, view_of(run), [spec], _NAME))


def _read(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """Row number, suggestion, outcome and reason of every row that has one of these."""
    for sheet in load_sheets(read_bytes(path), str(path)):
        rows = [[str(cell).strip() for cell in row] for row in sheet.rows]
        head = next((k for k, row in enumerate(rows[:_HEAD_ROWS]) if _ID in row and _SAID in row), None)
        if head is None:
            continue
        at = [rows[head].index(name) if name in rows[head] else -1 for name in (_ID, _SAID, _WHY)]
        for number, row in enumerate(rows[head + 1 :], head + 2):
            name, said, why = (row[k] if 0 <= k < len(row) else "" for k in at)
            if said or why:
                yield number, name, said, why
        return
    raise InputError(f"没有找到“{_ID}”和“{_SAID}”两列", where=str(path), todo=f"请用 jietan outcome 写出的{_NAME}")


def keep_filled(run: Run, path: Path) -> Path | None:
    """Put a sheet aside that holds what the ledger does not, before another is written in its place.

    Args:
        run: A run whose outcomes are known.
        path: Where the next sheet goes.

    Returns:
        Where the filled-in sheet is now; None where there is none, or all of it was taken in.
    """
    try:
        filled = {name: (said, why) for _, name, said, why in _read(path)} if path.exists() else {}
    except InputError:
        return None
    known = {row["suggestion_id"]: row for row in run.outcomes.to_dict("records") if row["confirmed"]}
    taken = {name: (label_of(row["outcome"], row["disposition"]), str(row["reason"] or "").strip()) for name, row in known.items()}
    if all(taken.get(name) == cells for name, cells in filled.items()):
        return None
    return set_aside(path)


def confirm(run: Run, path: str | Path, by: str | None = None) -> int:
    """Put a filled-in sheet into the ledger.

    Args:
        run: The run.
        path: 采纳情况核对表.xlsx, filled in.
        by: Who decides; by default the name of the user of this computer.

    Returns:
        How many decisions were new.

    Raises:
        InputError: The file is no such sheet, or a row names what there is not; then nothing was kept.
        RunFolderError: The adopted text was not compared yet.
    """
    file = Path(path)
    labels = {label: name for name, label in OUTCOME_LABELS.items()}
    known = {row["suggestion_id"]: row for row in run.outcomes.to_dict("records")}
    wanted = []
    for number, name, said, why in _read(file):
        if not said:
            continue
        where = f"{file} 第 {number} 行"
        if name not in known:
            raise InputError(f"这次运行没有建议 {name}", where=where, todo="请不要改编号；建议变过的，请用 jietan outcome 重新写出核对表")
        if said not in labels:
            raise InputError(f"没有“{said}”这种结果", where=where, todo=f"结果只能是：{'、'.join(labels)}")
        row = known[name]
        if not row["confirmed"] or (label_of(row["outcome"], row["disposition"]), row["reason"]) != (said, why):
            wanted.append((name, labels[said], why))
    if wanted:
        with Desk(run, by).batch() as desk:
            for name, outcome, why in wanted:
                desk.set_outcome(name, outcome, why=why)
    return len(wanted)
