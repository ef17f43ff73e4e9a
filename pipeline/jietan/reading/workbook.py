"""Spreadsheets: xlsx, xlsm, xlsb and xls by their values, with merged cells filled down for the metadata."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.parsers import expat

from jietan.errors import InputError
from jietan.reading.forms import is_sheet
from jietan.reading.limits import LIMITS, open_package, read_entry
from jietan.reading.merges import merged_records
from jietan.reading.model import Grid, Sink
from jietan.reading.sheets import load_sheets, load_sheets_apart
from jietan.reading.tabular import ColumnMap, no_text_column, read_grid

__all__ = ["OLE_MAGIC", "ZIP_MAGIC", "check_parts", "is_encrypted_package", "read_workbook"]

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
#: Sheets of the project's own form that hold no opinions.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: However long: the reader counts as many rows and columns as a damaged reference says.
_REFERENCE = re.compile(r"([A-Z]+)(\d+)", re.IGNORECASE | re.ASCII)
_LONGEST = 20
_REPAIR = "请用 WPS 或 Excel 打开，另存为 xlsx 后再读"


def is_encrypted_package(data: bytes) -> bool:
    """Tell whether an OLE file is an Office document (xlsx, docx) under a password."""
    return data.startswith(OLE_MAGIC) and _ENCRYPTED in data


def read_workbook(data: bytes, sink: Sink, column_map: ColumnMap) -> None:
    """Read every visible worksheet that has a recognised header.

    Args:
        data: The file.
        sink: Where rows, rejects and notes go; sheets that are not read are rejects without a row number.
        column_map: The user's mapping, resolved.

    Raises:
        InputError: If the file is damaged, under a password, too large, or no sheet has a column with text.
    """
    where = sink.source_file
    if is_encrypted_package(data):
        raise InputError("文件有密码", where=where, todo="请打开后取消密码，另存，再读")
    if data.startswith(ZIP_MAGIC):
        check_parts(data, where)
    binary = data.startswith(OLE_MAGIC) or b"xl/workbook.bin" in data
    skipped: list[tuple[str, list[str]]] = []
    n_read = 0
    for sheet in (load_sheets_apart if binary else load_sheets)(data, where):
        if not sheet.visible:
            sink.reject(None, f"工作表“{sheet.name}”是隐藏的，没有读；需要时请取消隐藏后再读", sheet=sheet.name)
            continue
        if is_sheet(sheet.name, sheet.rows[0][0] if sheet.rows and sheet.rows[0] else ""):
            continue
        layout, seen = read_grid(Grid(sheet.name, merged_records(sheet.rows, sheet.merges, where)), sink, column_map)
        if layout is not None:
            n_read += 1
        elif seen:
            skipped.append((sheet.name, seen))
    if n_read == 0:
        raise no_text_column(where, [name for _, seen in skipped for name in seen], column_map, likely=sink.likely)
    for name, seen in skipped:
        shown = "、".join(" ".join(cell.split())[:12] for cell in seen[:6])
        sink.reject(None, f"工作表“{name}”里没有认出意见内容列，没有读（第一行像是：{shown}）", sheet=name)


class _Extent:
    """Follows a worksheet's XML and measures the rectangle that its filled cells span."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.last_row = self.last_column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle an opening tag."""
        local = name.rpartition(":")[2]
        if local == "row":
            given = attributes.get("r", "")[:_LONGEST]
            self.row = int(given) if given.isdecimal() else self.row + 1
            self.column = 0
        elif local == "c":
            self.column += 1
            if match := _REFERENCE.fullmatch(attributes.get("r", "")):
                self.column = _column_number(match[1][:_LONGEST])
                self.row = int(match[2][:_LONGEST])
        elif local in ("v", "is"):
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def check_parts(data: bytes, where: str) -> None:
    """Unpack every part once, which proves its size, and measure the worksheets.

    A worksheet that claims an absurd rectangle would be held in memory cell by cell.

    Args:
        data: The file, a package.
        where: The file's name for messages.

    Raises:
        InputError: If a part is damaged or larger than the directory says, a sheet has a document type declaration, or
            a sheet is too large.
    """
    with open_package(io.BytesIO(data), where) as package:
        for entry in package.infolist():  # two of one name may be there, and readers differ in which they take
            if entry.filename.startswith("xl/media/"):
                continue
            part = read_entry(package, entry, where)
            if (entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")) or _is_sheet(part):
                _check_sheet(part, where)


def _is_sheet(part: bytes) -> bool:
    """Say whether a part is a worksheet, wherever the directory says that it lies."""
    return b"sheetData" in part and part.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _check_sheet(xml: bytes, where: str) -> None:
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.StartDoctypeDeclHandler = _refuse_doctype(where)
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two of encodings that there are not
        raise InputError("电子表格损坏，打不开", where=where, todo=_REPAIR) from error
    if extent.last_row * extent.last_column > LIMITS.table_cells:
        raise InputError(
            f"工作表大得不正常（{extent.last_row} 行 {extent.last_column} 列）",
            where=where,
            todo="多半是远处有误填的单元格；请只把意见所在的区域复制到新表，另存后再读",
        )


def _refuse_doctype(where: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise InputError("文件里有不该有的外部定义（DTD），已停止", where=where, todo=_REPAIR)

    return refuse
