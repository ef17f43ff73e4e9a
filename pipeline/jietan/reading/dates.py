"""Dates and small numbers as offices write them, to ISO 8601 and to digits; what cannot be read stays null."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

__all__ = ["parse_count", "parse_date"]

_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_TIME = (
    r"(?:[T\s,]*(?:(?:星期|周)[一二三四五六日天])?\s*(?P<half>上午|下午|晚上|中午|凌晨|早上|AM|PM)?\s*"
    r"(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})(?:[:分](?:(?P<second>\d{1,2})(?:\.\d+)?秒?)?)?)?"
    r"\s*(?P<after>AM|PM)?)?"
)
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_FULL = re.compile(
    r"(?:公元|西元)?(?P<roc>民国)?\s*(?P<year>\d{2,4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?" + _TIME + _ZONE,
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _TIME + _ZONE, re.IGNORECASE)
_SERIAL = re.compile(r"(?P<days>\d{5})(?P<fraction>\.\d+)?")
_SERIAL_FROM, _SERIAL_TO = 20_000, 80_000  # 1954 to 2119
_CHINESE_DATE = re.compile(r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]")


@lru_cache(maxsize=4096)
def parse_date(value: str) -> str | None:
    """Read a date or a date with time.

    Full-width digits, 年月日, slashes and dots, 上午/下午, 民国 years, Chinese numerals (二〇二五年六月五日), ISO 8601 and
    spreadsheet serial numbers are understood. A date without a year, a month without a day, and month-first dates are
    not: they could only be guessed.

    Args:
        value: The cell as text.

    Returns:
        `2025-06-05` or `2025-06-05T12:09:38` (with an offset if the source has one), or None.
    """
    text = unicodedata.normalize("NFKC", value).strip().replace("國", "国").replace("號", "号").replace("時", "时")
    if _CHINESE_DATE.match(text):
        text = _numerals_to_digits(text)
    if serial := _SERIAL.fullmatch(text):
        return _from_serial(int(serial["days"]), float(serial["fraction"] or 0))
    match = _FULL.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    try:
        return _compose(match)
    except ValueError:
        return None


def _from_serial(days: int, fraction: float) -> str | None:
    if not _SERIAL_FROM <= days <= _SERIAL_TO:
        return None
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=days, seconds=round(fraction * 86_400))
    return moment.isoformat() if fraction else moment.date().isoformat()


def _compose(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("roc"):
        year += 1911
    elif len(parts["year"]) == 3:  # 114年6月5日, 114/6/5: only 民国 years have three digits
        year += 1911
    elif len(parts["year"]) != 4:
        return None
    date = dt.date(year, int(parts["month"]), int(parts["day"]))
    if parts["hour"] is None:
        return None if parts["zone"] else date.isoformat()
    hour = _hour(int(parts["hour"]), (parts["half"] or parts["after"] or "").upper())
    time = dt.time(hour, int(parts["minute"] or 0), int(parts["second"] or 0))
    zone = (parts["zone"] or "").upper()
    if zone not in ("", "Z") and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{date.isoformat()}T{time.isoformat()}{zone}"


def _hour(hour: int, half: str) -> int:
    if half in ("下午", "晚上", "PM") and hour < 12:
        return hour + 12
    if half == "中午" and hour < 11:
        return hour + 12
    if half in ("AM", "上午", "凌晨") and hour == 12:
        return 0
    return hour


def _numerals_to_digits(text: str) -> str:
    year, rest = text.split("年", 1)
    month, rest = rest.split("月", 1)
    end = min(i for i in (rest.find("日"), rest.find("号")) if i >= 0)
    digits = "".join(str(_NUMERALS[c]) for c in year)
    return f"{digits}年{_below_hundred(month)}月{_below_hundred(rest[:end])}日{rest[end + 1 :]}"


def _below_hundred(numeral: str) -> int:
    if "十" not in numeral:
        return _NUMERALS[numeral] if len(numeral) == 1 else 0
    tens, _, ones = numeral.partition("十")
    return _NUMERALS.get(tens, 1) * 10 + (_NUMERALS[ones] if len(ones) == 1 and ones in _NUMERALS else 0)


_COUNT = re.compile(r"(\d+)(?:\.0+)?(?:个赞|赞|人|次)?")
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d{1,4})?)\s*[万w]\+?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def parse_count(value: str) -> str | None:
    """Read a count (likes): `1,234`, `１２`, `12.0`, `1.2万` become digits, anything else None."""
    text = unicodedata.normalize("NFKC", value).strip().replace(",", "")
    if match := _COUNT.fullmatch(text):
        return str(int(match[1]))
    if match := _TEN_THOUSANDS.fullmatch(text):
        whole, _, decimals = match[1].partition(".")
        return str(int(whole + decimals.ljust(4, "0")))
    return None
