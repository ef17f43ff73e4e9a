"""JSON Lines (and a JSON array of objects): keys are matched with the same table as headers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from jietan.errors import InputError
from jietan.reading.headers import match_header
from jietan.reading.model import Record, Sink
from jietan.reading.tabular import ColumnMap, RowBuilder, no_text_column

__all__ = ["looks_like_jsonl", "read_jsonl"]

Item = tuple[int, dict[str, object]]


def read_jsonl(text: str, sink: Sink, column_map: ColumnMap) -> None:
    """Read one object per line, or one array of objects (then rows are counted by object).

    Args:
        text: The decoded file.
        sink: Where rows, rejects and notes go; a line that is no object is a reject with its number.
        column_map: The user's mapping, resolved.

    Raises:
        InputError: If there is no object at all, or no key with text.
    """
    items = list(_items(text, sink))
    if not items:
        raise InputError("没有读到任何 JSON 对象", where=sink.source_file, todo="每行应是一个 {…}，请检查文件是否完整")
    keys = list(dict.fromkeys(key for _, item in items for key in item))
    layout = match_header(keys, column_map)
    if layout is None:
        raise no_text_column(sink.source_file, keys, column_map, "请用 --map text=键名 指明，例如 --map text=body")
    sink.columns += layout.names
    sink.mapped |= layout.mapped
    sink.note(layout.describe())
    builder = RowBuilder(layout, sink, None)
    text_keys = {keys[c] for c in layout.texts} | {keys[a.column] for a in layout.articles}
    for number, item in items:
        _read_item(number, item, keys, builder, text_keys)
    builder.finish()


def looks_like_jsonl(text: str) -> bool:
    """Tell whether the first filled line of a text is a JSON object."""
    for line in text[:1_000_000].split("\n"):
        if line.strip():
            return isinstance(_parse(line), dict)
    return False


def _items(text: str, sink: Sink) -> Iterator[Item]:
    if text.lstrip()[:1] == "[":
        yield from _array(text, sink)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        value = _parse(line)
        if isinstance(value, dict):
            yield number, value
        else:
            sink.reject(number, "这一行不是完整的 JSON 对象")


def _parse(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _array(text: str, sink: Sink) -> Iterator[Item]:
    values = _parse(text)
    if not isinstance(values, list):
        raise InputError("JSON 不完整，读不出", where=sink.source_file, todo="请检查文件是否完整导出")
    for number, value in enumerate(values, start=1):
        if isinstance(value, dict):
            yield number, value
        else:
            sink.reject(number, "这一项不是 JSON 对象")


def _read_item(number: int, item: dict[str, object], keys: Sequence[str], builder: RowBuilder, text_keys: Iterable[str]) -> None:
    cells = [_cell(item.get(key)) for key in keys]
    record = Record(number, cells)
    nested = [key for key in text_keys if isinstance(item.get(key), dict | list)]
    if nested:
        builder.reject(record, f"“{nested[0]}”里不是文字")
    elif any(cell.strip() for cell in cells):
        builder.add(record, cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
