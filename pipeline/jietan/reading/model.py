"""What the reading room hands on: rows, rejects, notes; and the grid that all tables become first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

__all__ = ["FIELD_NAMES", "Grid", "ReadResult", "Record", "Reject", "Row", "Sink", "TextPart"]

FIELD_NAMES = (
    "point",
    "street",
    "submitted_at",
    "channel",
    "submitter",
    "contact",
    "likes",
    "article_hint",
    "stance_hint",
    "original_text",
)
"""Keys of `Row.fields`, all of them always present. `original_text` is the 原文 a form quotes from the draft."""

_NO_FILL: Mapping[int, str] = {}


class TextPart(TypedDict):
    """One source column inside `Row.text`, as code-point offsets (end exclusive)."""

    column: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One comment as received.

    Attributes:
        source_file: Base name of the file.
        source_row: Where a person finds it, counted from 1: the row number a spreadsheet program shows (for csv and tsv
            too: blank lines count, a record with inner line breaks counts once), the line number in jsonl and txt, the
            row of a table in docx, the paragraph in minutes (paragraphs without any character are not counted).
        comment_id: The source's id, or None. One record with a box per article gives ids that end in `#第一条`.
        text: The source cell exactly as it was; several text columns are joined by a line break.
        text_parts: The columns that `text` consists of.
        fields: Metadata by `FIELD_NAMES`, null when missing; `submitted_at` is ISO 8601, `likes` consists of digits.
        sheet: The worksheet or the table (表格2) inside the file, None where a file has only one place to look.
    """

    source_file: str
    source_row: int
    comment_id: str | None
    text: str
    text_parts: list[TextPart]
    fields: dict[str, str | None]
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Something in a file that did not become a row, with the reason in Chinese; `source_row` None means a whole part."""

    source_file: str
    source_row: int | None
    comment_id: str | None
    reason: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """All rows and rejects in the order of the files, and remarks for the user in Chinese."""

    rows: list[Row]
    rejects: list[Reject]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table before its columns are understood.

    Attributes:
        number: 1-based row number as a person sees it.
        cells: Values as text, "" when empty.
        fill: Values of cells that are covered by a vertical merge, by column.
        banner: True when the row is one merged cell across the table.
        problem: Why the row cannot be read, in Chinese, or None.
    """

    number: int
    cells: list[str]
    fill: Mapping[int, str] = field(default_factory=lambda: _NO_FILL)
    banner: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a worksheet, a csv file, a table in a document.

    Attributes:
        name: Worksheet or table name, None for a file that is one table.
        records: The rows, in order; read once.
        delimiter: The delimiter of a text file, "" for other tables. Where there is one, surplus cells are an error.
    """

    name: str | None
    records: Iterator[Record]
    delimiter: str = ""


class Sink:
    """Collects what comes out of one file."""

    def __init__(self, source_file: str) -> None:
        """Start empty for the file of this base name."""
        self.source_file = source_file
        self.rows: list[Row] = []
        self.rejects: list[Reject] = []
        self.notes: list[str] = []
        self.columns: list[str] = []
        self.mapped: set[str] = set()
        self.likely = ""  # the column that looks like the opinions, where no table has one that is recognised

    def reject(self, number: int | None, reason: str, *, comment_id: str | None = None, sheet: str | None = None) -> None:
        """Record something that did not become a row."""
        self.rejects.append(Reject(self.source_file, number, comment_id, reason, sheet))

    def note(self, remark: str, *, sheet: str | None = None) -> None:
        """Record a remark for the user."""
        place = f"{self.source_file}「{sheet}」" if sheet else self.source_file
        self.notes.append(f"{place}：{remark}")
