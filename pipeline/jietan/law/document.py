"""A law text in any common file format → paragraphs with their places. Files are not trusted."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jietan.errors import InputError
from jietan.law.word import read_docx

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

__all__ = ["FORMATS", "MAX_BYTES", "Paragraph", "decode_text", "read_data", "read_paragraphs", "unwrap"]

#: Largest file that is read.
MAX_BYTES = 64 * 1024 * 1024
#: Most pages of a PDF and most paragraphs of any file.
MAX_PAGES, MAX_PARAGRAPHS = 3_000, 300_000

_SENTENCE_END = "。；：！？…）)”』」》:;!?"
_STARTS_ANEW = re.compile(
    r"^(?:第[\d零〇一二三四五六七八九十百千]+(?:编|分编|章|节|条(?!第|规定|所|的|至|和|、|，))|[（(][\d一二三四五六七八九十]+[)）]"
    r"|[一二三四五六七八九十]+、|\d+[.．、]|附件|附表|目\s*录|#)"
)
_PAGE_NUMBER = re.compile(r"^[-—–－\s·]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]?\s*共?\s*\d{1,4}\s*页?)?[-—–－\s·]*$")
_BLOCK_TAGS = (
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main ol p pre section table td th tr ul title"
).split()
_HIDDEN_TAGS = frozenset("script style noscript template iframe object nav".split())


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a file.

    Attributes:
        text: Its text without line breaks.
        place: Where it stands, in Chinese, for messages.
        is_title: Whether the file marks it as the title of the document.
    """

    text: str
    place: str
    is_title: bool = False


def decode_text(data: bytes, where: str) -> str:
    r"""Decode a text file as UTF-8, UTF-16 or GB18030.

    Args:
        data: The bytes of the file.
        where: Its name, for the error.

    Returns:
        The text, line breaks as ``\n``.

    Raises:
        InputError: None of the encodings fits.
    """
    encodings = ["utf-8-sig", "gb18030"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[:400].count(0) > len(data[:400]) // 20:
        odd, even = data[1:4000:2].count(0), data[:4000:2].count(0)
        encodings = ["utf-16-le" if odd >= even else "utf-16-be"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError("无法识别文件的文字编码", where=where, todo="请另存为 UTF-8 编码后重试")


def unwrap(lines: list[Paragraph]) -> list[Paragraph]:
    """Join lines that were broken at the page's width.

    Args:
        lines: Lines of a PDF page or of a hard-wrapped text file.

    Returns:
        Paragraphs; the place of each is that of its first line.
    """
    widths = sorted(len(line.text) for line in lines)
    full = int(widths[len(widths) * 9 // 10] * 0.8) if widths else 0
    joined: list[Paragraph] = []
    broken = False
    for line in lines:
        text = line.text.strip(" \t\u3000")
        starts_anew = bool(_STARTS_ANEW.match(text)) or line.text.startswith(("\u3000\u3000", "    "))
        if joined and broken and not starts_anew:
            last = joined[-1]
            gap = " " if last.text[-1:].isascii() and text[:1].isascii() and last.text[-1:].isalnum() else ""
            joined[-1] = Paragraph(last.text + gap + text, last.place, last.is_title)
        elif text:
            joined.append(Paragraph(text, line.place, line.is_title))
        broken = len(line.text) >= full and not text.endswith(tuple(_SENTENCE_END))
    return joined


def _numbered_lines(text: str) -> list[Paragraph]:
    return [Paragraph(line, f"第{number}行") for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _looks_wrapped(lines: list[Paragraph]) -> bool:
    long_lines = [line.text.rstrip() for line in lines if len(line.text) >= 20]
    if len(long_lines) < 6:
        return False
    open_ends = sum(not line.endswith(tuple(_SENTENCE_END)) for line in long_lines)
    return open_ends > len(long_lines) * 0.35 and max(map(len, long_lines)) <= 120


def _read_plain(data: bytes, where: str) -> list[Paragraph]:
    lines = _numbered_lines(decode_text(data, where))
    return unwrap(lines) if _looks_wrapped(lines) else lines


def _read_markdown(data: bytes, where: str) -> list[Paragraph]:
    paragraphs = []
    for line in _numbered_lines(decode_text(data, where)):
        text = line.text.strip()
        is_title = bool(re.match(r"^#\s", text))
        text = re.sub(r"^(?:>\s?)*(?:#{1,6}\s+|[-*+]\s+)?", "", text)
        text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
        text = re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", text).strip(" \t")
        if text and not re.fullmatch(r"(?:[-*_=]\s*){3,}|\|?[\s:|-]+\|?", text):
            paragraphs.append(Paragraph(text, line.place, is_title))
    return paragraphs


def _html_encoding(data: bytes) -> str | None:
    match = re.search(rb"<meta[^>]+charset=[\"']?([A-Za-z0-9_-]+)", data[:4096])
    name = match[1].decode("ascii").lower() if match else ""
    return "gb18030" if name in ("gb2312", "gbk", "gb18030") else None


def _visible(soup: BeautifulSoup) -> Iterator[str]:
    """The text of a page with a line break around each block; walks without recursion, however deep tags are nested."""
    from bs4.element import CData, NavigableString, Tag

    stack: list[tuple[object, bool]] = [(soup, False)]
    while stack:
        node, kept = stack.pop()
        if isinstance(node, Tag):
            if node.name in _HIDDEN_TAGS:
                continue
            around = ["\n"] if node.name in _BLOCK_TAGS or node.name == "br" else []
            yield from around
            stack += [(line_break, True) for line_break in around if node.name != "br"]
            stack += [(child, kept or node.name == "pre") for child in reversed(node.contents)]
        elif type(node) in (NavigableString, CData, str):
            yield str(node) if kept else re.sub(r"[ \t\r\n\xa0]+", " ", str(node))


def _read_html(data: bytes, where: str) -> list[Paragraph]:
    from bs4 import BeautifulSoup

    text = data.decode("gb18030", "replace") if _html_encoding(data) else decode_text(data, where)
    soup = BeautifulSoup(text, "html.parser")
    lines = (line.strip(" \t") for line in "".join(_visible(soup)).split("\n"))
    return [Paragraph(line, f"第{number}段") for number, line in enumerate(filter(str.strip, lines), 1)]


def _read_pdf(data: bytes, where: str) -> list[Paragraph]:
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("PDF 文件有密码", where=where, todo="请去除密码后重试")
        if len(reader.pages) > MAX_PAGES:
            raise InputError(f"PDF 超过 {MAX_PAGES} 页", where=where, todo="请只保留条文所在的页")
        pages = [page.extract_text() for page in reader.pages]
    except (PdfReadError, PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("PDF 文件已损坏，无法读取", where=where, todo="请重新导出，或者改用 Word 文件") from error
    if len("".join(pages).split()) == 0 or sum(map(len, pages)) < 20 * len(pages):
        raise InputError("这个 PDF 是扫描件（没有文字层），读不出条文", where=where, todo="请改用 Word 文件，或者先做文字识别（OCR）")
    lines = []
    for number, page in enumerate(pages, 1):
        for line in page.split("\n"):
            text = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", line.rstrip()) if line.count(" ") > 8 else line
            if text.strip() and not _PAGE_NUMBER.match(text.strip()):
                lines.append(Paragraph(text.rstrip(), f"第{number}页"))
    return unwrap(lines)


def _read_word(data: bytes, where: str) -> list[Paragraph]:
    return [Paragraph(block.text, block.place, block.is_title) for block in read_docx(data, where)]


_READERS: dict[str, Callable[[bytes, str], list[Paragraph]]] = {
    ".docx": _read_word,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_plain,
    ".text": _read_plain,
    ".html": _read_html,
    ".htm": _read_html,
    ".pdf": _read_pdf,
}
#: Extensions of the files that can be read.
FORMATS = frozenset(_READERS)


def read_data(data: bytes, name: str) -> list[Paragraph]:
    """Read the paragraphs of a law text that is in memory already.

    Args:
        data: The bytes of the file.
        name: Its name, which tells the format, for messages too.

    Returns:
        As :func:`read_paragraphs`.

    Raises:
        InputError: The file is of another kind, too large, damaged or a scan.
    """
    suffix = Path(name).suffix
    reader = _READERS.get(suffix.lower())
    if reader is None:
        kind = suffix or "没有扩展名"
        raise InputError(f"不能读取这种文件（{kind}）", where=name, todo="请另存为 docx、md、txt、html 或者文字版 pdf")
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    paragraphs = reader(data, name)
    if len(paragraphs) > MAX_PARAGRAPHS:
        raise InputError(f"文件超过 {MAX_PARAGRAPHS} 段", where=name, todo="请只保留条文后重试")
    return paragraphs


def _too_large(name: str) -> InputError:
    return InputError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB", where=name, todo="请只保留条文，去掉图片后重试")


def read_paragraphs(path: str | Path) -> list[Paragraph]:
    """Read the paragraphs of a law text.

    Args:
        path: A .docx, .md, .txt, .html or text .pdf file.

    Returns:
        Non-empty paragraphs in order; their inner text is exactly that of the file.

    Raises:
        InputError: The file is missing, of another kind, too large, damaged or a scan.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("找不到这个文件", where=str(path), todo="请检查路径")
    if path.suffix.lower() in _READERS and path.stat().st_size > MAX_BYTES:
        raise _too_large(path.name)
    return read_data(path.read_bytes() if path.suffix.lower() in _READERS else b"", path.name)
