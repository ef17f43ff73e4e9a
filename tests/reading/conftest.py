"""Files of every format, written where a test wants them."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text in an encoding, or bytes, under a name."""

    def write_file(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook of named sheets, each a list of rows, with merged ranges by sheet."""

    def write_book(sheets: dict[str, list[list[object]]], merges: dict[str, list[str]] | None = None, name: str = "意见.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row, start=1):
                    sheet.cell(number, column, value)
            for cells in (merges or {}).get(title, []):
                sheet.merge_cells(cells)
        path = tmp_path / name
        book.save(path)
        return path

    return write_book
