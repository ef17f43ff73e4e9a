"""Hostile inputs made from a seed: texts in many scripts, tables of every format, and valid files that were damaged.

Everything here is invented and depends on the given ``random.Random`` alone. ``fuzz.py`` and ``tests/hostile`` use it.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xlsxwriter

HEADER = ["编号", "意见内容", "信息采集点", "街镇", "提交时间", "渠道", "提交人", "联系方式", "点赞数"]
FORMATS = ("csv", "tsv", "txt", "jsonl", "json", "html", "xls-html", "docx", "xlsx", "csv.gz")
#: Characters that XML cannot hold.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

SENTENCES = (
    "建议第十八条第二款第（三）项改为三十日内答复。",
    "应当在小区门口增设充电设施，收费不得高于每度1.2元！",
    "反对罚款二百元以上五百元以下；太高了，老人怎么办？",
    "《民法典》第一千二百五十四条、本条例第三至五条与前款不一致。",
    "我叫冷疏影，电话19900005301，住在望潮路12弄3号402室。",
    "支持。支持！不支持……不得不支持",
    "12条1款3项、十二条一款、第12条之一、第八、九条",
    "请在2025年6月31日25时99分前答复",
)
PIECES = (
    *("第", "条", "款", "项", "（一）", "(二)", "1.", "①", "之一"),
    *("第十八条之一", "本条", "前款", "前两款", "至", "、", "《", "》", "“", "”"),
    *("一", "两", "廿", "百", "千", "万", "亿", "零", "〇", "点", "百分之"),
    *("％", "‰", "1", "９", "³", "½", "٣", "𝟗", "㊿", "Ⅷ", "壹", "兆"),
    *("元", "日", "个月", "应当", "不得", "可以", "建议", "反对"),
    *("修改为", "删除", "增加", "张先生", "王阿姨", "沪A12345", "身份证", "微信号"),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u00ad"),
    *("\u2028", "\u2029", "\x85", "\x00", "\x1b[31m", "\x0b", "\x7f", "\t"),
    *("\n", "\r", "\r\n", " ", "\u3000", "👨\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈"),
    *("😀", "e\u0301\u0302\u0303", "ﷺ", "ﬁ", "İ", "ß", "ǆ"),
    *("ئۇيغۇر", "བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "ภาษาไทย", "العربية", "עברית", "हिन्दी"),
    *("한국어", "かな", "Ελληνικά", "кириллица", "𠮷", "𪚥", "︻"),
    *("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://example.com","点")'),
    *("\t=1", "{{ 7*7 }}", "{% for a in b %}", "{#", "${7*7}"),
    *("<script>alert(1)</script>", "<!--", "]]>", "&lt;", "&#x0;", "<b>", "</td>"),
    *("'; DROP TABLE 意见;--", '"', '""', "'", "\\", "`", "%s", "%00"),
    *("../../etc/passwd", "C:\\根\\a", "https://example.com/a?b=1&c=%", "a@b.example", "QUJDREVG"),
    *("0x1F", "1e309", "-0", "NaN", "1,2,3", "9" * 40),
)  # fmt: skip


def text(rng: random.Random, *, surrogates: bool = False) -> str:
    """Return a text: mostly short, now and then thousands of characters long."""
    kind = rng.random()
    if kind < 0.02:
        unit = rng.choice(PIECES)
        found = (unit * rng.randint(50, 4000))[:8000]
    elif kind < 0.03:
        found = "".join(chr(rng.randint(1, 0x2FFFF)) for _ in range(rng.randint(1, 300)))
    else:
        found = "".join(_piece(rng) for _ in range(rng.randint(0, 24)))
    return found if surrogates and rng.random() < 0.1 else _SURROGATE.sub("", found)


def _piece(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(SENTENCES)
    if kind < 0.30:
        return str(rng.randint(0, 10 ** rng.randint(1, 60)))
    if kind < 0.33:
        return "".join(rng.choice("一二三四五六七八九十百千万亿零〇廿卅两第条款项之") for _ in range(rng.randint(1, 12)))
    if kind < 0.35:
        return chr(rng.choice((rng.randint(0, 0xFF), rng.randint(0x2000, 0x206F), rng.randint(0xD800, 0xDFFF), rng.randint(0, 0x10FFFF))))
    return rng.choice(PIECES)


@dataclass(frozen=True)
class Table:
    """A generated file that holds a table, and what must be found again.

    Attributes:
        name: File name.
        data: The file.
        expected: For each row that holds anything its number in the file, and its text.
        exact: Whether the format keeps every character.
    """

    name: str
    data: bytes
    expected: dict[int, str]
    exact: bool


MARKER = 7  # length of what every text begins with


def rows(rng: random.Random, most: int = 12) -> list[list[str]]:
    """Return rows for `HEADER`; each text begins with a marker of its own unless the row is blank."""
    found = []
    for number in range(rng.randint(1, most)):
        marker = f"Q{number:05d}Z"
        if rng.random() < 0.04:
            found.append([""] * len(HEADER))
            continue
        cells = [f"LJ-{number:04d}" if rng.random() < 0.9 else text(rng)[:40], marker + text(rng)]
        cells += [text(rng)[:60] if rng.random() < 0.4 else "" for _ in HEADER[2:]]
        found.append(cells)
    return found


def table(rng: random.Random, format: str = "") -> Table:
    """Return a table in a format, or in one at random."""
    format = format or rng.choice(FORMATS)
    held = rows(rng)
    write = _WRITERS[format.removesuffix(".gz")]
    data, numbers = write(rng, held)
    expected = {number: row[1].replace("\0", "") for number, row in zip(numbers, held, strict=True) if row[1]}
    if format.endswith(".gz"):
        data = gzip.compress(data, 1)
    return Table(f"意见.{'xls' if format == 'xls-html' else format}", data, expected, format in ("csv", "tsv", "csv.gz"))


Written = tuple[bytes, list[int]]


def _encoded(rng: random.Random, content: str) -> bytes:
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"))
    data = content.encode(encoding, "replace")
    # nobody can tell a file without a mark that consists of four-byte characters from noise
    return content.encode("utf-8", "replace") if encoding == "gb18030" and len(data) > 2.5 * len(content) else data


def _delimited(rng: random.Random, held: Sequence[Sequence[str]], delimiter: str) -> Written:
    """Records are numbered as the reader does: one with inner line breaks counts once, blank lines count."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=rng.choice(("\r\n", "\n")))
    writer.writerow(HEADER)
    writer.writerows([cell.replace("\0", "") for cell in row] for row in held)
    return _encoded(rng, stream.getvalue()), list(range(2, len(held) + 2))


def _csv(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    return _delimited(rng, held, rng.choice(",,,;|"))


def _tsv(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    return _delimited(rng, held, "\t")


def _txt(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    """One comment a line, without blank lines between."""
    lines = [re.sub(r"[\r\n\0]", " ", row[1]) for row in held]
    return _encoded(rng, "\n".join(lines)), list(range(1, len(held) + 1))


def _jsonl(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    plain = rng.random() < 0.5
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=plain) for row in held]
    return "\n".join(lines).encode("utf-8", "replace"), list(range(1, len(held) + 1))


def _json(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    items = [dict(zip(HEADER, row, strict=True)) for row in held]
    return json.dumps(items, ensure_ascii=rng.random() < 0.5).encode("utf-8", "replace"), list(range(1, len(held) + 1))


def _html(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(NOT_XML.sub('', cell))}</{tag}>" for cell in cells) + "</tr>"

    body = row(HEADER, rng.choice(("td", "th"))) + "".join(row(cells, "td") for cells in held)
    page = f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>'
    return page.encode("utf-8", "replace"), list(range(2, len(held) + 2))


def _docx(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    """A document of one table; the reader needs nothing but its main part."""

    def cell(content: str) -> str:
        shown = "</w:t><w:br/><w:t>".join(html.escape(NOT_XML.sub("", line)) for line in re.split("[\r\n\x85\u2028]", content))
        return f'<w:tc><w:p><w:r><w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>'

    body = "".join(f"<w:tr>{''.join(map(cell, cells))}</w:tr>" for cells in (HEADER, *held))
    schema = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{schema}"><w:body><w:tbl>{body}</w:tbl></w:body></w:document>'
    return package({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode("utf-8", "replace")}), list(range(2, len(held) + 2))


def _xlsx(rng: random.Random, held: Sequence[Sequence[str]]) -> Written:
    stream = io.BytesIO()
    above = rng.choice((0, 0, 1, 3))
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("意见")
        for number, cells in enumerate((HEADER, *held), start=above):
            for column, value in enumerate(cells):
                if value:
                    sheet.write_string(number, column, _SURROGATE.sub("", value)[:32_000])
    return stream.getvalue(), list(range(above + 2, above + len(held) + 2))


_WRITERS: dict[str, Callable[[random.Random, Sequence[Sequence[str]]], Written]] = {
    "csv": _csv,
    "tsv": _tsv,
    "txt": _txt,
    "jsonl": _jsonl,
    "json": _json,
    "html": _html,
    "xls-html": _html,
    "docx": _docx,
    "xlsx": _xlsx,
}


def package(parts: dict[str, bytes]) -> bytes:
    """Return a zip container."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def unpacked(data: bytes) -> dict[str, bytes] | None:
    """Return the parts of a zip container, None where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError, OSError):
        return None


def damaged(rng: random.Random, data: bytes) -> bytes:
    """Return a file with parts of it flipped, cut, repeated or filled with others; half the time inside a container."""
    if data[:2] == b"PK" and rng.random() < 0.6 and (parts := unpacked(data)):
        name = rng.choice(sorted(parts))
        parts[name] = _scrambled(rng, parts[name])
        if rng.random() < 0.1:
            del parts[rng.choice(sorted(parts))]
        return package(parts)
    return _scrambled(rng, data)


_RAW = (b"\xff\xfe", b"\x00\x00", b"]]>", b"<!DOCTYPE x>", b"\x1a", b"\xed\xa0\x80")
_TOKENS = (*(p.encode("utf-8", "surrogatepass") for p in PIECES), *_RAW)
_NUMBER = re.compile(rb"\d+")


def _scrambled(rng: random.Random, data: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        size = rng.randint(1, max(1, min(200, len(data))))
        kind = rng.randrange(7)
        if kind == 0:
            data = data[:at] + bytes((rng.randrange(256),)) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[at + size :]
        elif kind == 2:
            data = data[:at] + data[at : at + size] * rng.randint(2, 20) + data[at + size :]
        elif kind == 3:
            data = data[:at] + rng.choice(_TOKENS) * rng.choice((1, 1, 50)) + data[at:]
        elif kind == 4:
            data = data[:at]
        elif kind == 5 and (numbers := list(_NUMBER.finditer(data[:200_000]))):
            found = rng.choice(numbers)
            value = rng.choice((b"0", b"-1", b"1", b"65536", b"1048577", b"4294967296", b"9" * 30, b"1e400"))
            data = data[: found.start()] + value + data[found.end() :]
        else:
            data = data[:at] + rng.randbytes(size) + data[at:]
    return data


def grid_file(rng: random.Random, cells: Sequence[Sequence[str]], suffix: str) -> bytes:
    """Return cells as csv, or as a workbook where the suffix is .xlsx."""
    if suffix != ".xlsx":
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter="\t" if suffix == ".txt" else ",").writerows([c.replace("\0", "") for c in row] for row in cells)
        return _encoded(rng, stream.getvalue())
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value[:32_000])
    return data.getvalue()


def law_data(rng: random.Random, lines: Sequence[str], suffix: str) -> bytes:
    """Return the lines of a law in a format that the library takes."""
    plain = [line.replace("\r", " ") for line in lines]
    if suffix == ".html":
        return "".join(f"<p>{html.escape(NOT_XML.sub('', line))}</p>" for line in plain).encode("utf-8", "replace")
    if suffix == ".docx":
        schema = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        body = "".join(
            f"<w:p><w:r><w:t>{html.escape(NOT_XML.sub('', part))}</w:t></w:r></w:p>" for line in plain for part in line.split("\n")
        )
        return package(
            {"word/document.xml": f'<w:document xmlns:w="{schema}"><w:body>{body}</w:body></w:document>'.encode("utf-8", "replace")}
        )
    if suffix == ".jsonl":
        items = [{"law": plain[0], "article": line[:3], "text": line[3:] or "甲", text(rng)[:5] or "note": text(rng)} for line in plain[1:]]
        return "\n".join(json.dumps(item, ensure_ascii=rng.random() < 0.5) for item in items).encode("utf-8", "replace")
    data = "\n".join(plain).encode("utf-8", "replace")
    if suffix == ".zip":
        return package(
            {rng.choice(("甲.txt", "../甲.txt", "/甲.md", "C:\\甲.txt", text(rng)[:40].replace("\0", "") + ".txt")): data, "乙.jsonl": data}
        )
    return data


_STRING = re.compile(rb"(<t[^>]*>)([^<]*)(</t>)")


def rewritten(rng: random.Random, workbook: bytes) -> bytes:
    """Return a workbook with some of its strings exchanged for hostile ones."""
    parts = unpacked(workbook) or {}
    name = "xl/sharedStrings.xml"

    def other(match: re.Match[bytes]) -> bytes:
        if rng.random() > 0.01:
            return match[0]
        return match[1] + html.escape(NOT_XML.sub("", text(rng))).encode("utf-8", "replace") + match[3]

    if name in parts:
        parts[name] = _STRING.sub(other, parts[name])
    return package(parts)
