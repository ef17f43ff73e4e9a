"""Paragraphs of a Word file, with automatic numbers, accepted revisions and comparison tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jietan.errors import InputError
from jietan.language.wording_of_numbers import format_number

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

__all__ = ["Block", "check_zip", "read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {_W + "del", _W + "moveFrom", _W + "rPr", _W + "pPr", _W + "txbxContent"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NEW_TEXT = re.compile(r"修改后|修订后|修改稿|修订草案|修正草案|修正案|草案|新条文|建议稿|拟修改")
_OLD_TEXT = re.compile(r"现行|修改前|修订前|原条文|原文|原条例")
_MAX_ENTRIES, _MAX_UNPACKED, _MAX_RATIO = 5_000, 512 * 1024 * 1024, 200


@dataclass(frozen=True)
class Block:
    """One paragraph of a Word file: its text, its place in Chinese, and whether its style is that of a title."""

    text: str
    place: str
    is_title: bool


def check_zip(data: bytes, where: str) -> None:
    """Refuse an Office file that is damaged or unpacks to an absurd size.

    Raises:
        InputError: The file is no zip archive, or has too many, too large or too strongly compressed entries.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InputError("文件已损坏，或者不是真正的 docx 文件", where=where, todo="请用 Word 打开后另存为 docx") from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or unpacked > _MAX_RATIO * max(len(data), 65_536):
        raise InputError("文件解压后过大，可能有问题，没有读取", where=where, todo="请新建一个 docx，只粘贴条文后重试")


def _text(element: _Element) -> str:
    """Visible text below an element, revisions accepted; breaks become line breaks."""
    parts: list[str] = []
    for child in element:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == _W + "t":
            parts.append(child.text or "")
        elif child.tag == _W + "tab":
            parts.append("\t")
        elif child.tag in (_W + "br", _W + "cr"):
            parts.append("\n")
        elif child.tag == _W + "noBreakHyphen":
            parts.append("-")
        elif isinstance(child.tag, str):
            parts.append(_text(child))
    return "".join(parts)


class _Numbering:
    """Labels that Word computes itself (第一条, （一）), which are not in the text of the paragraph."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counters: dict[tuple[str, int], int] = {}
        part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
        root = getattr(part, "element", None)
        self._style_numbers = {style.style_id: style.element for style in document.styles if style.type == 1}
        if root is None:
            return
        abstract = {node.get(_W + "abstractNumId"): node for node in root.findall(_W + "abstractNum")}
        for number in root.findall(_W + "num"):
            reference = number.find(_W + "abstractNumId")
            node = abstract.get(reference.get(_W + "val")) if reference is not None else None
            if node is not None:
                self._levels[number.get(_W + "numId")] = dict(map(self._level, node.findall(_W + "lvl")))

    @staticmethod
    def _level(node: _Element) -> tuple[int, tuple[str, str, int]]:
        def value(name: str, default: str) -> str:
            found = node.find(_W + name)
            return default if found is None else str(found.get(_W + "val", default))

        start = value("start", "1")
        return int(node.get(_W + "ilvl", "0")), (
            value("lvlText", ""),
            value("numFmt", "decimal"),
            int(start) if start.isdigit() else 1,
        )

    def _reference(self, paragraph: _Element) -> tuple[str, int] | None:
        node = paragraph.find(f"{_W}pPr/{_W}numPr")
        if node is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            element = self._style_numbers.get(style.get(_W + "val")) if style is not None else None
            node = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
        if node is None or node.find(_W + "numId") is None:
            return None
        level = node.find(_W + "ilvl")
        return str(node.find(_W + "numId").get(_W + "val")), int(level.get(_W + "val", "0")) if level is not None else 0

    def label(self, paragraph: _Element) -> str:
        """Return the computed label of a paragraph, empty for none and for bullets."""
        reference = self._reference(paragraph)
        if reference is None or reference[1] not in self._levels.get(reference[0], {}):
            return ""
        number, level = reference
        levels = self._levels[number]
        start = levels[level][2]
        self._counters[reference] = self._counters.get(reference, start - 1) + 1
        for deeper in [key for key in self._counters if key[0] == number and key[1] > level]:
            del self._counters[deeper]
        template, shape, _ = levels[level]
        if shape in ("bullet", "none"):
            return ""

        def fill(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            value = self._counters.get((number, at), levels.get(at, ("", "", 1))[2])
            chinese = "hinese" in levels.get(at, ("", shape, 1))[1] or "japanese" in shape
            return format_number(value) if chinese else str(value)

        label = re.sub(r"%(\d)", fill, template)
        return label + ("\u3000" if label.endswith(("条", "章", "节", "编")) else "")


def _comparison_column(rows: list[list[_Element]]) -> int | None:
    """The column that holds the new text, if the table compares an old text with a new one."""
    if not rows or len(rows[0]) < 2:
        return None
    heads = [re.sub(r"\s", "", "".join(_text(cell))) for cell in rows[0]]
    old = [index for index, head in enumerate(heads) if _OLD_TEXT.search(head)]
    new = [index for index, head in enumerate(heads) if _NEW_TEXT.search(head) and index not in old]
    return new[-1] if old and new else None


def _table(node: _Element, number: int) -> Iterator[tuple[_Element | None, str, str]]:
    rows = [row.findall(_W + "tc") for row in node.findall(_W + "tr")]
    column = _comparison_column(rows)
    if column is None:
        for index, row in enumerate(rows, 1):
            cells = [" ".join(_text(cell).split()) for cell in row]
            yield None, "｜".join(filter(None, cells)), f"第{number}个表格第{index}行"
        return
    for index, row in enumerate(rows[1:], 2):
        if column < len(row):
            for paragraph in row[column].findall(_W + "p"):
                yield paragraph, _text(paragraph), f"第{number}个表格第{index}行"


def _body(document: Document) -> Iterator[tuple[_Element | None, str, str]]:
    paragraphs = tables = 0
    stack = list(reversed(list(document.element.body)))
    while stack:
        node = stack.pop()
        if node.tag == _W + "p":
            paragraphs += 1
            yield node, _text(node), f"第{paragraphs}段"
        elif node.tag == _W + "tbl":
            tables += 1
            yield from _table(node, tables)
        elif node.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "moveTo", _W + "customXml"):
            stack.extend(reversed(list(node)))


def read_docx(data: bytes, where: str) -> list[Block]:
    """Read a Word file.

    Args:
        data: The bytes of the file.
        where: Its name, for errors.

    Returns:
        Non-empty paragraphs in order, with Word's automatic numbers written out, tracked insertions accepted and
        deletions left out. Of a table that compares an old text with a new one only the new one is taken; the rows
        of any other table become one paragraph each.

    Raises:
        InputError: The file is damaged or dangerous.
    """
    check_zip(data, where)
    from docx import Document as open_document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        document = open_document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, XMLSyntaxError) as error:
        raise InputError("文件已损坏，或者不是 Word 文档", where=where, todo="请用 Word 打开后另存为 docx") from error
    if document.element.getroottree().docinfo.doctype:
        raise InputError("文件里有实体声明（DOCTYPE），可能有问题，没有读取", where=where, todo="请新建一个 docx，只粘贴条文后重试")
    numbering = _Numbering(document)
    blocks: list[Block] = []
    for node, text, place in _body(document):
        label = numbering.label(node) if node is not None else ""
        style = node.find(f"{_W}pPr/{_W}pStyle") if node is not None else None
        is_title = style is not None and str(style.get(_W + "val")).lower() in ("title", "a3", "标题")
        for line in (label + text).split("\n"):
            if line.strip():
                blocks.append(Block(line.strip(" \t"), place, is_title))
    return blocks
