"""Numbers, limits and dates: Chinese numerals in the text, Arabic ones in dates (立法技术规范（一）11, 24)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.numerals import parse_number
from jietan.language.wording_of_numbers import format_number
from jietan.law.style.model import FIRST, Finding, Rule, Text, sentence

__all__ = ["RULES", "check"]

ARABIC = Rule("chinese-numerals", "条序、期限、数量、金额用汉字数字", "error", f"{FIRST}11", mechanical=True)
PERCENT = Rule("percent-words", "百分数写“百分之……”", "error", f"{FIRST}11", mechanical=True)
DATE = Rule("date-arabic", "公历日期用阿拉伯数字", "warning", f"{FIRST}11", mechanical=True)
BOUNDS = Rule("bounds-reversed", "幅度的下限小于上限", "error", f"{FIRST}24")
RULES = (ARABIC, PERCENT, DATE, BOUNDS)

_UNIT = "条款项目章节元倍日天月年周岁时分秒个名人户次件处辆台层级平米公里吨千克升亩度种份类万亿只家部本幢栋座米厘毫小工次期"
_ARABIC = re.compile(
    r"(?<![A-Za-z0-9０-９.．—/：:－-])(?P<n>[0-9０-９]{1,12}(?:,[0-9]{3})*(?:[.．][0-9０-９]+)?)"
    rf"(?P<scale>[十百千万亿]*)(?P<unit>(?:[{_UNIT}]|[\u4e00-\u9fff]))"
)
_CALENDAR = re.compile(
    r"[0-9０-９]{4}\s?年(?:度|[初底末]|\s?[0-9０-９]{1,2}\s?月(?:\s?[0-9０-９]{1,2}\s?日)?)?|(?<![0-9])[0-9０-９]{1,2}\s?月\s?[0-9０-９]{1,2}\s?日|[0-9]{2,4}年代|(?<=每年)\s?[0-9]{1,2}\s?月"
)
_CODES = re.compile(r"[A-Za-z]+[/／]?[A-Z]*\s?[0-9][0-9.—-]*|\d+[—-]\d{4}|[（(〔\[]\d{4}[）)〕\]]|第\d+号|\d{5,}|\d+[A-Za-z]+")
_PERCENT = re.compile(r"(?<![0-9０-９.．])(?P<n>[0-9０-９]{1,12}(?:[.．][0-9０-９]{1,6})?)\s?(?P<sign>[%％‰])")
_CHINESE_DATE = re.compile(r"([一二][零〇○一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日")
_NUMBER = r"(?<![零一二三四五六七八九十百千万亿两])[零一二三四五六七八九十百千万亿两]{1,12}|(?<![0-9])[0-9]{1,12}(?:\.[0-9]{1,6})?[万亿]?"
_RANGE = re.compile(rf"(?P<low>{_NUMBER})(?P<u1>元|倍|日|年|个月)以上(?P<high>{_NUMBER})(?P<u2>元|倍|日|年|个月)以下")
_WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")


def _chinese(number: str) -> str | None:
    plain = number.translate(_WIDE).replace(",", "")
    if plain.startswith("0") and not plain.startswith("0."):
        return None
    value = float(plain)
    if not value.is_integer():
        whole, _, digits = plain.partition(".")
        return f"{format_number(int(whole))}点" + "".join("零一二三四五六七八九"[int(digit)] for digit in digits)
    return _grouped(int(value))


def _grouped(value: int) -> str:
    """A whole number as statutes write it: 10 is 十."""
    words = format_number(value)
    return words[1:] if words.startswith("一十") else words


def _arabic(text: Text) -> Iterator[Finding]:
    taken = [match.span() for regex in (_CALENDAR, _CODES, _PERCENT) for match in regex.finditer(text.masked)]
    for match in _ARABIC.finditer(text.masked):
        start, end = match.start(), match.end("scale")
        if any(begin < end and start < stop for begin, stop in taken):
            continue
        fix = _chinese(match["n"])
        fixed = fix + match["scale"] if fix is not None else None
        yield text.finding(ARABIC, f"数字用汉字，“{text.raw[start:end]}”" + (f"改为“{fixed}”" if fixed else "须改写"), (start, end), fixed)


def _percents(text: Text) -> Iterator[Finding]:
    for match in _PERCENT.finditer(text.masked):
        number = _chinese(match["n"])
        fix = None if number is None else ("千分之" if match["sign"] == "‰" else "百分之") + number
        yield text.finding(PERCENT, f"百分数用汉字，“{match[0]}”改为“{fix or '百分之……'}”", match.span(), fix)


def _dates(text: Text) -> Iterator[Finding]:
    for match in _CHINESE_DATE.finditer(text.masked):
        year, month, day = (int(parse_number(part.replace("○", "〇"))) for part in match.groups())
        fix = f"{year}年{month}月{day}日"
        yield text.finding(DATE, f"公历日期用阿拉伯数字，“{match[0]}”改为“{fix}”", match.span(), fix)


def _bounds(text: Text) -> Iterator[Finding]:
    for match in _RANGE.finditer(text.masked):
        try:
            low, high = parse_number(match["low"]), parse_number(match["high"])
        except ValueError:
            continue
        if match["u1"] == match["u2"] and low >= high:
            begin, _ = sentence(text.raw, match.start())
            span = (max(begin, match.start()), match.end())
            yield text.finding(BOUNDS, f"“{match[0]}”的下限不小于上限", span)


def check(text: Text) -> Iterator[Finding]:
    """Check the numbers of a text."""
    if re.search(r"[0-9０-９]", text.masked):
        yield from _arabic(text)
        yield from _percents(text)
    if "年" in text.masked:
        yield from _dates(text)
    if "以上" in text.masked:
        yield from _bounds(text)
