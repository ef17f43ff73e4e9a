"""From a table to rows: where the header is, which rows are no comments, what each record says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from jietan.errors import InputError
from jietan.reading.dates import parse_count, parse_date
from jietan.reading.headers import Layout, match_header, normalize
from jietan.reading.model import FIELD_NAMES, Grid, Record, Row, Sink, TextPart

__all__ = ["RowBuilder", "find_header", "no_text_column", "read_grid"]

ColumnMap = Mapping[str, tuple[str, ...]]

_LONGEST_TITLE = 80
_HEAD = 40  # rows in which the header must stand
_SENTENCE = 8  # characters that the cells of a column of opinions have at least, on average
_NAME = 20  # characters of a column name at most
_FOOTER_TOTAL = re.compile(r"\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总)\s*(?:[:：].*)?\s*")
_FOOTER_REMARK = re.compile(
    r"\s*[（(]?(?:备\s*注|附\s*注|注|说\s*明|填表说明|填表人|填报人|制表人?|经办人|审核人?|负责人|单位盖章|盖章|联系人|填表日期)[)）]?\s*[:：]"
)
_LABELLED = re.compile(r"\s*[^：:]{1,8}[:：]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Header:
    """A header row that was found: its layout, its last row among the first rows of the table, its cells."""

    layout: Layout
    first: int
    last: int


def find_header(head: Sequence[Record], column_map: ColumnMap) -> Header | None:
    """Choose the row, or the two rows, that name the columns best.

    A second row counts as part of the header where it renames columns (修改意见 over 原文, 建议修改为, 理由).

    Args:
        head: The first rows of the table.
        column_map: The user's mapping, resolved.

    Returns:
        The best header, the earliest among equals, or None if no row names a column with text.
    """
    best: Header | None = None
    filled = [(i, record) for i, record in enumerate(head) if not record.banner and _any(record.cells)]
    for position, (i, record) in enumerate(filled):
        candidates = [Header(layout, i, i)] if (layout := match_header(record.cells, column_map)) else []
        if position + 1 < len(filled) and filled[position + 1][0] == i + 1:
            below = filled[position + 1][1]
            both = _combine(record.cells, below.cells)
            if both and (layout := match_header(both, column_map)) and _renames(below.cells, column_map):
                candidates.append(Header(layout, i, i + 1))
        for candidate in candidates:
            if best is None or candidate.layout.score > best.layout.score:
                best = candidate
    return best


def _any(cells: Sequence[str]) -> bool:
    return any(cells) and any(cell.strip() for cell in cells)  # most cells of a sheet with a stray one far down are empty


def _combine(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Lay a second header row over the first; None where both could not be one header."""
    n_upper, n_lower = sum(bool(c.strip()) for c in upper), sum(bool(c.strip()) for c in lower)
    if n_upper < 2 or n_lower < 2:
        return None
    width = max(len(upper), len(lower))
    padded = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    return [low if low.strip() else up for up, low in zip(padded, below, strict=True)]


def _renames(cells: Sequence[str], column_map: ColumnMap) -> bool:
    """Tell whether a row consists of headers itself: every filled cell short, a text column among them."""
    return all(len(cell) <= 20 for cell in cells) and match_header(cells, column_map) is not None


def no_text_column(where: str, seen: Sequence[str], column_map: ColumnMap, todo: str = "", likely: str = "") -> InputError:
    """Compose the error for a table in which no text column was recognised; `likely` is the column that looks like it."""
    names = [" ".join(name.split())[:20] for name in seen if name.strip()][:30]
    listed = f"看到的列：{'、'.join(names)}" if names else "没有看到任何列名"
    wanted = column_map.get("text")
    what = f"找不到 --map text= 指定的列“{wanted[0]}”" if wanted else "认不出哪一列是意见内容"
    if likely:
        option = f"text={likely}" if likely.isalnum() else f'"text={likely}"'
        todo = f"字最多的一列是“{likely}”；它就是意见内容的，请在命令后面加上 --map {option}，不是的换成别的列名"
    return InputError(f"{what}（{listed}）", where=where, todo=todo or "请用 --map text=列名 指明，例如 --map text=群众反映")


def _wordiest(names: Sequence[str], body: Sequence[Record]) -> str:
    """Return the name of the column with the longest cells, one that `--map` can take; empty where none has sentences."""
    filled = [record.cells for record in body if _any(record.cells)]
    totals = {" ".join(name.split()): sum(len(cells[c].strip()) for cells in filled if c < len(cells)) for c, name in enumerate(names)}
    best = max(totals, key=lambda name: totals[name], default="")
    fits = 0 < len(best) <= _NAME and not set(best) & set('+="')
    return best if fits and totals[best] >= _SENTENCE * len(filled) > 0 else ""


def read_grid(grid: Grid, sink: Sink, column_map: ColumnMap) -> tuple[Layout | None, list[str]]:
    """Read one table.

    Args:
        grid: The table; its records are consumed.
        sink: Where rows, rejects and notes go.
        column_map: The user's mapping, resolved.

    Returns:
        The layout, or None if the table has no header with a text column; and the cells of the first filled row that
        looks like a header, for the error message.
    """
    records = iter(grid.records)
    head = list(islice(records, _HEAD))
    header = find_header(head, column_map)
    if header is None:
        top = max(range(min(len(head), 10)), key=lambda i: sum(bool(c.strip()) for c in head[i].cells), default=0)
        widest = head[top].cells if head else []
        sink.likely = sink.likely or _wordiest(widest, head[top + 1 :])
        return None, [cell for cell in widest if cell.strip()]
    sink.columns += header.layout.names
    sink.mapped |= header.layout.mapped
    titles = _read_titles(head[: header.first], grid, sink)
    sink.note(header.layout.describe(), sheet=grid.name)
    _warn_unnamed(header, head, grid, sink)
    builder = RowBuilder(header.layout, sink, grid.name)
    known = [_plain(record.cells) for record in head[header.first : header.last + 1]] + [_plain(cells) for cells in titles]
    for record in chain(head[header.last + 1 :], records):
        _read_record(record, builder, known, grid)
    builder.finish()
    return header.layout, list(header.layout.names)


def _read_titles(above: Sequence[Record], grid: Grid, sink: Sink) -> list[list[str]]:
    """Report what stands above the header: a title as a note, a fuller row as a reject."""
    titles = [record for record in above if _any(record.cells)]
    for record in titles:
        if sum(bool(cell.strip()) for cell in record.cells) > 2:
            sink.reject(record.number, "在表头上方，不是意见", sheet=grid.name)
        else:
            sink.note(f"第 {record.number} 行在表头上方，作为标题跳过", sheet=grid.name)
    return [record.cells for record in titles]


def _warn_unnamed(header: Header, head: Sequence[Record], grid: Grid, sink: Sink) -> None:
    """Note columns with content and no header."""
    names = header.layout.names
    width = max((len(record.cells) for record in head), default=0)
    unnamed = [c for c in range(width) if c >= len(names) or not names[c]]
    if grid.delimiter:
        unnamed = [c for c in unnamed if c < len(names)]
    body = head[header.last + 1 :]
    used = [c + 1 for c in unnamed if any(c < len(r.cells) and r.cells[c].strip() for r in body)]
    if used:
        sink.note(f"第 {'、'.join(map(str, used))} 列没有列名，没有使用", sheet=grid.name)


def _read_record(record: Record, builder: RowBuilder, known: Sequence[Sequence[str]], grid: Grid) -> None:
    """Turn one record below the header into rows or a reject; blank ones pass silently."""
    if record.problem:
        builder.reject(record, record.problem)
    elif not _any(record.cells):
        return
    elif any(_same(record.cells, cells) for cells in known):
        builder.leave_out(record, "重复的表头或标题行")
    elif record.banner:
        builder.leave_out(record, "整行合并的单元格（标题、分组或说明），不是意见")
    elif reason := _footer(record, builder.layout):
        builder.leave_out(record, reason)
    else:
        cells = _without_surplus(record, builder, grid)
        if cells is not None:
            builder.add(record, cells)


def _plain(cells: Sequence[str]) -> list[str]:
    """The filled cells of a header or title as `_same` compares them."""
    return [normalize(cell)[1] for cell in cells if cell.strip()]


def _same(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Tell whether a row repeats the header, spaces aside."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) != len(header):
        return False
    return all(len(cell) <= _LONGEST_TITLE and normalize(cell)[1] == name for cell, name in zip(filled, header, strict=True))


def _footer(record: Record, layout: Layout) -> str | None:
    """Recognise 合计 and 备注 rows: a first cell that is not text of a comment, and says so."""
    filled = [column for column, cell in enumerate(record.cells) if cell.strip()]
    first = record.cells[filled[0]]
    in_text = filled[0] in layout.texts
    if _FOOTER_TOTAL.fullmatch(first) and (not in_text or len(filled) == 1):
        return "合计行，不是意见"
    n_columns = sum(bool(name) for name in layout.names)
    labels_only = all(_LABELLED.match(record.cells[column]) for column in filled)
    is_remark = _FOOTER_REMARK.match(first) and not in_text and n_columns > 1
    if is_remark and (labels_only or not _has_text(record, layout)):
        return "表尾的备注、填表人等说明，不是意见"
    return None


def _has_text(record: Record, layout: Layout) -> bool:
    columns = [*layout.texts, *(article.column for article in layout.articles)]
    return any(column < len(record.cells) and record.cells[column].strip() for column in columns)


def _without_surplus(record: Record, builder: RowBuilder, grid: Grid) -> list[str] | None:
    """Deal with more or fewer cells than headers in a text file.

    Too few to reach the text are a field cut by a line break; too many, by a delimiter, that was not quoted.

    Where the text is the last column the surplus is its continuation and the original characters are restored;
    elsewhere nobody can tell which field was cut, and the row is rejected.
    """
    layout = builder.layout
    width = len(layout.names)
    reach = [*layout.texts, *(article.column for article in layout.articles)]
    if grid.delimiter and len(record.cells) <= min(reach):
        builder.reject(record, f"只有 {len(record.cells)} 格，够不到意见内容列，可能是内容里的换行没有用引号括起；请改正后再读")
        return None
    if not grid.delimiter or len(record.cells) <= width or not _any(record.cells[width:]):
        return record.cells
    if layout.texts == (width - 1,) and not layout.articles:
        builder.n_joined += 1
        return [*record.cells[: width - 1], grid.delimiter.join(record.cells[width - 1 :])]
    shown = "制表符" if grid.delimiter == "\t" else f"“{grid.delimiter}”"
    builder.reject(record, f"有 {len(record.cells)} 格而表头只有 {width} 列，可能是内容里的{shown}没有用引号括起；请改正后再读")
    return None


class RowBuilder:
    """Builds the rows of one table and counts what could not be read in its fields."""

    def __init__(self, layout: Layout, sink: Sink, sheet: str | None) -> None:
        """Start for a table with this layout."""
        self.layout = layout
        self.n_joined = 0
        self._sink = sink
        self._sheet = sheet
        self._columns = [(name, layout.fields.get(name)) for name in FIELD_NAMES]
        self._unread: dict[str, list[tuple[int, str]]] = {}
        self._n_unread: dict[str, int] = {}
        self._merged_text: list[int] = []

    def reject(self, record: Record, reason: str) -> None:
        """Reject a record, with its id if it has one."""
        self._sink.reject(record.number, reason, comment_id=self._id(record, record.cells), sheet=self._sheet)

    def leave_out(self, record: Record, reason: str) -> None:
        """Reject a row that is no record at all and so has no id."""
        self._sink.reject(record.number, reason, sheet=self._sheet)

    def add(self, record: Record, cells: Sequence[str]) -> None:
        """Add the rows of one record: its text, and one for each filled box of an article."""
        comment_id = self._id(record, cells)
        if any(_SURROGATE.search(cell) for cell in cells):
            self.reject(record, "文字里有残缺的字符（半个 emoji 或生僻字），请在原文件中改正")
            return
        fields = self._fields(record, cells)
        boxes = [a for a in self.layout.articles if a.column < len(cells) and cells[a.column].strip()]
        text, parts = self._text(cells)
        if any(column in record.fill for column in self.layout.texts):
            self._merged_text.append(record.number)
        if text.strip() or not boxes:
            self._append(record, comment_id, (text, parts), fields)
        for article in boxes:
            own_id = None if comment_id is None else f"{comment_id}#{article.suffix}"
            content = cells[article.column]
            part = TextPart(column=article.header, start=0, end=len(content))
            self._append(record, own_id, (content, [part]), fields | {"article_hint": article.header})

    def _append(
        self,
        record: Record,
        comment_id: str | None,
        content: tuple[str, list[TextPart]],
        fields: dict[str, str | None],
    ) -> None:
        text, parts = content
        self._sink.rows.append(Row(self._sink.source_file, record.number, comment_id, text, parts, fields, self._sheet))

    def _value(self, record: Record, cells: Sequence[str], column: int | None) -> str | None:
        if column is None:
            return None
        value = cells[column].strip() if column < len(cells) else ""
        return value or record.fill.get(column, "").strip() or None

    def _id(self, record: Record, cells: Sequence[str]) -> str | None:
        return self._value(record, cells, self.layout.comment_id)

    def _text(self, cells: Sequence[str]) -> tuple[str, list[TextPart]]:
        """Join the text columns by a line break; of several, empty ones are left out."""
        texts = [(self.layout.names[c], cells[c] if c < len(cells) else "") for c in self.layout.texts]
        if len(texts) > 1:
            texts = [(name, cell) for name, cell in texts if cell.strip()]
        parts: list[TextPart] = []
        start = 0
        for name, cell in texts:
            parts.append(TextPart(column=name, start=start, end=start + len(cell)))
            start += len(cell) + 1
        return "\n".join(cell for _, cell in texts), parts

    def _fields(self, record: Record, cells: Sequence[str]) -> dict[str, str | None]:
        fields = {name: self._value(record, cells, column) for name, column in self._columns}
        for name, parse in (("submitted_at", parse_date), ("likes", parse_count)):
            raw = fields[name]
            if raw is not None:
                fields[name] = parse(raw)
                if fields[name] is None:
                    self._n_unread[name] = self._n_unread.get(name, 0) + 1
                    if self._n_unread[name] <= 3:
                        self._unread.setdefault(name, []).append((record.number, raw))
        return fields

    def finish(self) -> None:
        """Note what happened to many rows in one line each."""
        for name, examples in self._unread.items():
            kind = "日期" if name == "submitted_at" else "数字"
            shown = "，".join(f"第 {number} 行“{raw[:20]}”" for number, raw in examples)
            column = self.layout.names[self.layout.fields[name]]
            hint = "（缺年份或写法不明，不猜测，留空）" if name == "submitted_at" else "（留空）"
            self._sink.note(f"“{column}”有 {self._n_unread[name]} 个值读不成{kind}{hint}：{shown}", sheet=self._sheet)
        if self.n_joined:
            self._sink.note(f"有 {self.n_joined} 行的意见内容含没有加引号的分隔符，已按原样接回", sheet=self._sheet)
        if self._merged_text:
            rows = "、".join(map(str, self._merged_text[:5]))
            self._sink.note(f"第 {rows} 行等的意见内容与上一行合并，内容只算在合并的第一行", sheet=self._sheet)
