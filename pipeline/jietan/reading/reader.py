"""The door of the reading room: which reader a file gets."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from jietan.errors import InputError
from jietan.reading.convert import convert, find_soffice
from jietan.reading.delimited import has_header, read_delimited
from jietan.reading.document import read_document
from jietan.reading.encoding import decode
from jietan.reading.headers import check_column_map
from jietan.reading.jsonl import looks_like_jsonl, read_jsonl
from jietan.reading.limits import LIMITS, open_package, read_bytes
from jietan.reading.markup import looks_like_html, read_html
from jietan.reading.model import ReadResult, Sink
from jietan.reading.plain import read_plain
from jietan.reading.tabular import ColumnMap
from jietan.reading.workbook import OLE_MAGIC, ZIP_MAGIC, is_encrypted_package, read_workbook

__all__ = ["read_files"]

_SCANS = frozenset(".pdf .jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .ofd .caj".split())
_SOUND = frozenset(".mp3 .m4a .wav .amr .aac .mp4 .mov .avi .wma".split())
_ARCHIVES = frozenset(".zip .rar .7z .tar .bz2 .xz .tgz".split())
_WORKBOOKS = frozenset(".xlsx .xlsm .xlsb .xls .xltx .et .ett .ods".split())
_DOCUMENTS = frozenset(".docx .docm .dotx .doc .wps .wpt .odt .rtf".split())
_CONVERTED = {".doc": "docx", ".wps": "docx", ".wpt": "docx", ".odt": "docx", ".rtf": "docx"} | {
    ".et": "xlsx", ".ett": "xlsx", ".ods": "xlsx",
}  # fmt: skip
_WORKBOOK_STREAM, _WORD_STREAM = "Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
_DELIMITED = frozenset((".csv", ".tsv", ".tab"))
_JSON = frozenset((".jsonl", ".ndjson", ".json"))


def read_files(paths: Sequence[Path], *, column_map: Mapping[str, str] | None = None) -> ReadResult:
    """Read comment files of any format.

    csv, tsv, jsonl (also gzipped), xlsx, xls, txt, docx with tables or minutes of a meeting; .doc, .wps, .et and other
    office formats through LibreOffice where it is installed. What a file is, is taken from its first bytes as well as
    from its name.

    Args:
        paths: The files, in the order in which rows are wanted.
        column_map: Which column is what, where the headers do not say it: canonical name (comment_id or id, text, title,
            reason, proposed_text, or a name of `FIELD_NAMES`) to column. It wins over what would be recognised; where it
            names `text`, no other column is text unless mapped too. `text` may join columns: 标题+内容.

    Returns:
        Rows in the order of the files, rejects with reasons, and remarks for the user.

    Raises:
        InputError: If a file is missing, empty, damaged or under a password, its encoding or the column with the text
            is not recognised, or `column_map` names what is not there. The message says what to do.
    """
    if not paths:
        raise InputError("没有给出意见文件", todo="请写出一个或几个文件，例如 jietan run 意见.xlsx")
    mapping = check_column_map(column_map or {})
    result = ReadResult([], [], [])
    for path in paths:
        sink = Sink(Path(path).name)
        try:
            _read_file(Path(path), sink, mapping)
        except RecursionError as error:
            raise InputError(
                "文件的结构层层嵌套，读不出", where=sink.source_file, todo="请用 WPS 或 Office 打开，另存一份后再读"
            ) from error
        result.rows.extend(sink.rows)
        result.rejects.extend(sink.rejects)
        result.notes.extend(sink.notes)
        _check_mapped(sink, mapping)
        if not sink.rows and not sink.rejects:
            result.notes.append(f"{sink.source_file}：只有表头，没有意见")
    return result


def _check_mapped(sink: Sink, column_map: ColumnMap) -> None:
    """Check that every column of the mapping was found in a file with columns."""
    missing = [name for name in column_map if name not in sink.mapped]
    if not missing:
        return
    if not sink.columns:
        sink.note("这个文件没有列，--map 对它不起作用")
        return
    wanted = "、".join(f"{name}={'+'.join(column_map[name])}" for name in missing)
    seen = "、".join(dict.fromkeys(name for name in sink.columns if name))
    raise InputError(f"--map 指定的列不存在：{wanted}（看到的列：{seen}）", where=sink.source_file, todo="请照看到的列名改正")


def _read_file(path: Path, sink: Sink, column_map: ColumnMap) -> None:
    data = read_bytes(path, LIMITS)
    name = PurePath(path.name.casefold())
    suffix = PurePath(name.stem).suffix if name.suffix == ".gz" else name.suffix
    if suffix == "" and name.suffix == ".gz":
        suffix = ".txt"
    if reason := _unreadable(suffix, data):
        sink.reject(None, reason)
    elif data.startswith((ZIP_MAGIC, OLE_MAGIC)) or suffix in _WORKBOOKS | _DOCUMENTS:
        _read_office(data, suffix, sink, column_map)
    else:
        _read_text(data, suffix, sink, column_map)


def _unreadable(suffix: str, data: bytes) -> str | None:
    """Say what to do with files that hold no text to read."""
    if suffix in _SCANS or data.startswith((b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8")):
        return "扫描件、图片或 PDF 没有读：请先录入或做文字识别（OCR），存为 xlsx、docx 或 txt 后再读"
    if suffix in _SOUND:
        return "录音录像没有读：请先转成文字，存为 docx 或 txt 后再读"
    if suffix in _ARCHIVES:
        return "压缩包没有读：请先解压，再读里面的文件"
    return None


def _read_office(data: bytes, suffix: str, sink: Sink, column_map: ColumnMap) -> None:
    if is_encrypted_package(data):
        raise InputError("文件有密码", where=sink.source_file, todo="请打开后取消密码，另存，再读")
    kind = _office_kind(data, sink.source_file)
    if kind == "workbook":
        read_workbook(data, sink, column_map)
    elif kind == "document":
        read_document(data, sink, column_map)
    elif kind == "old document":
        _read_converted(data, suffix if suffix in _CONVERTED else ".doc", sink, column_map)
    elif suffix in _CONVERTED and kind:
        _read_converted(data, suffix, sink, column_map)
    elif not kind and suffix in (".xls", ".doc"):
        _read_text(data, ".html" if looks_like_html(data) else ".csv", sink, column_map)
    else:
        raise InputError("文件损坏，或者内容和扩展名不符，打不开", where=sink.source_file, todo="请用 WPS 或 Office 打开，另存一份后再读")


def _office_kind(data: bytes, where: str) -> str:
    """Tell what an office file holds: workbook, document, old document, other; "" if it is no office file."""
    if data.startswith(b"{\\rtf"):
        return "old document"
    if data.startswith(OLE_MAGIC):
        if _WORKBOOK_STREAM in data:
            return "workbook"
        return "old document" if _WORD_STREAM in data else "other"
    if not data.startswith(ZIP_MAGIC):
        return ""
    with open_package(io.BytesIO(data), where) as package:
        names = set(package.namelist())
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "workbook"
    return "document" if "word/document.xml" in names else "other"


def _read_converted(data: bytes, suffix: str, sink: Sink, column_map: ColumnMap) -> None:
    target = _CONVERTED[suffix]
    if find_soffice() is None:
        sink.reject(None, f"{suffix} 格式没有读：这台电脑上没有 LibreOffice，请用 WPS 或 Office 另存为 {target} 后再读")
        return
    converted = convert(data, suffix, target, sink.source_file)
    sink.note(f"由 LibreOffice 从 {suffix} 转换")
    (read_workbook if target == "xlsx" else read_document)(converted, sink, column_map)


def _read_text(data: bytes, suffix: str, sink: Sink, column_map: ColumnMap) -> None:
    text, encoding = decode(data, sink.source_file)
    if not text.strip("\0\ufeff \t\r\n\u3000"):
        raise InputError("文件里没有文字", where=sink.source_file, todo="请检查文件是否完整导出")
    sink.note(f"文字编码 {encoding}")
    if suffix in (".html", ".htm"):
        read_html(text, sink, column_map)
    elif suffix in _JSON or (suffix not in _DELIMITED and looks_like_jsonl(text)):
        read_jsonl(text, sink, column_map)
    elif suffix in _DELIMITED or has_header(text, column_map):
        read_delimited(text, sink, column_map)
    else:
        read_plain(text, sink)
