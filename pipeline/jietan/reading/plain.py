"""Plain text: one comment a line, or blocks between blank lines, decided from the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jietan.errors import InputError
from jietan.reading.model import FIELD_NAMES, Row, Sink, TextPart

__all__ = ["TEXT_COLUMN", "read_plain"]

TEXT_COLUMN = "正文"
_LINE_END = re.compile(r"\r\n|\n|\r")
_NUMBERED = re.compile(r"\s*[（(]?(?:\d{1,5}|[一二三四五六七八九十百]{1,4})[)）]?\s*[.、．)）:：\s]")
_LARGEST_BLOCK = 8  # mean lines of a block; beyond, blank lines separate groups of one-line comments

Line = tuple[int, int, int]
"""Number, start and end (without the line end) in the text."""


def read_plain(text: str, sink: Sink) -> None:
    """Read a text file without columns.

    Blank lines separate the comments if at least one block has several lines; unless most lines are numbered or the
    blocks are very long, which shows one comment a line. `source_row` is the number of the (first) line.

    Args:
        text: The decoded file.
        sink: Where rows and notes go.

    Raises:
        InputError: If the file has no characters but blanks.
    """
    text = text.replace("\0", "")
    lines = _lines(text)
    blocks = _blocks(text, lines)
    if not blocks:
        raise InputError("文件里没有文字", where=sink.source_file, todo="请检查文件是否完整导出")
    by_block = _separated_by_blank_lines(text, blocks)
    if by_block:
        spans = [(block[0][0], block[0][1], block[-1][2]) for block in blocks]
        sink.note(f"按空行分段，每段一条意见，共 {len(spans)} 条")
    else:
        spans = [line for block in blocks for line in block]
        sink.note(f"每行一条意见，共 {len(spans)} 条")
    for number, start, end in spans:
        content = text[start:end]
        part = TextPart(column=TEXT_COLUMN, start=0, end=len(content))
        fields: dict[str, str | None] = dict.fromkeys(FIELD_NAMES)
        sink.rows.append(Row(sink.source_file, number, None, content, [part], fields))


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    start = 0
    for number, match in enumerate(_LINE_END.finditer(text), start=1):
        lines.append((number, start, match.start()))
        start = match.end()
    lines.append((len(lines) + 1, start, len(text)))
    return lines


def _blocks(text: str, lines: Sequence[Line]) -> list[list[Line]]:
    blocks: list[list[Line]] = [[]]
    for line in lines:
        if text[line[1] : line[2]].strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _separated_by_blank_lines(text: str, blocks: Sequence[Sequence[Line]]) -> bool:
    n_lines = sum(len(block) for block in blocks)
    if len(blocks) < 2 or n_lines == len(blocks):
        return False
    n_numbered = sum(bool(_NUMBERED.match(text[a:b])) for block in blocks for _, a, b in block)
    n_first = sum(bool(_NUMBERED.match(text[block[0][1] : block[0][2]])) for block in blocks)
    every_line_numbered = n_numbered >= 0.6 * n_lines and n_numbered > n_first
    return not every_line_numbered and n_lines <= _LARGEST_BLOCK * len(blocks)
