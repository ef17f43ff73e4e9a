"""One sheet as data: its columns and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jietan.export.wording import Marks

__all__ = ["Cell", "Col", "Sheet"]

Cell = str | int | float | Marks | None


@dataclass(frozen=True)
class Col:
    """One column.

    Args:
        heading: What stands in the header row.
        width: Width in half-width characters.
        note: What the column means, for the legend.
        kind: ``text``, ``center``, ``number`` or ``score``.
        choices: The values the office chooses from, where it fills the column in.
    """

    heading: str
    width: float
    note: str = ""
    kind: str = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Args:
        name: Name of the sheet.
        note: What the sheet is for, for the legend.
        columns: The columns in order.
        rows: Makes the rows, one list of cells each, as long as ``columns``.
        frozen: How many columns stay in sight.
        printed: How many columns are printed; 0 for all.
        heading: A line above the header row, empty for none.
    """

    name: str
    note: str
    columns: tuple[Col, ...]
    rows: Callable[[], Iterator[Sequence[Cell]]]
    frozen: int = 0
    printed: int = 0
    heading: str = ""
