"""Chinese and Arabic numbers read, as they stand in statutes and in what residents write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from jietan.language.normalize import fold
from jietan.language.units import UNITS

__all__ = [
    "NUMBER",
    "Quantity",
    "find_quantities",
    "parse_article",
    "parse_item",
    "parse_number",
]

#: Regular expression of one unsigned number, Chinese or Arabic, for text that went through ``fold``.
NUMBER = (
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[十百千万亿]{0,2}"
    r"|[零〇○一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零〇○一二三四五六七八九]+)?[万亿]?)"
)

_CHINESE = "零〇○一二两三四五六七八九十百千廿卅"
_CHINESE_WHOLE = rf"[{_CHINESE}]+"
#: 万 too: residents write numbers of articles that no law has, and what is read of them must be a number again.
_ARTICLE = re.compile(rf"^第?\s*(\d+|[{_CHINESE}万]+)\s*条(?:\s*之\s*(\d+|{_CHINESE_WHOLE}))?$")
_ITEM = re.compile(rf"^第?\s*[（(]?\s*(\d+|{_CHINESE_WHOLE})\s*[）)]?\s*项?$")
_PERCENT = re.compile(r"^百分之(.+)$")
_DIGITS = str.maketrans("〇○两壹贰叁肆伍陆柒捌玖拾佰仟", "零零二一二三四五六七八九十百千")
_DIGIT_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_WHOLE = re.compile(r"[零一二三四五六七八九十百千万亿]+")


def _simplify(text: str) -> str:
    plain = fold(text).translate(_DIGITS)
    return re.sub(r"卅(?=[一二三四五六七八九])|卅", "三十", re.sub("廿", "二十", plain)).strip()


def _arabic(text: str) -> float:
    match = re.match(r"^([\d,]+(?:\.\d+)?)([十百千万亿]*)$", text)
    if match is None:
        raise ValueError(f"不是数字：{text}")
    value = float(match[1].replace(",", ""))
    for unit in match[2]:
        value *= _POWERS[unit]
    return value


def _section(text: str) -> int:
    """Value of a numeral below 10,000; a last digit without a unit counts tenths of the unit before (三百五)."""
    total, digit, unit, after_zero = 0, 0, 1, False
    for char in text:
        if char in _DIGIT_VALUES:
            if digit:
                raise ValueError(f"不是数字：{text}")
            digit, after_zero = _DIGIT_VALUES[char], after_zero or char == "零"
        else:
            unit = _POWERS[char]
            total, digit, after_zero = total + (digit or 1) * unit, 0, False
    if digit and unit > 10 and not after_zero:
        return total + digit * unit // 10
    return total + digit


def _chinese_whole(text: str) -> int:
    if all(char in _DIGIT_VALUES for char in text):
        return int("".join(str(_DIGIT_VALUES[char]) for char in text))
    for char in ("亿", "万"):
        if char in text:
            head, tail = text.rsplit(char, 1)
            power = _POWERS[char]
            if len(tail) == 1 and tail in _DIGIT_VALUES:
                return _chinese_whole(head) * power + _DIGIT_VALUES[tail] * power // 10
            return (_chinese_whole(head) if head else 1) * power + (_chinese_whole(tail) if tail else 0)
    return _section(text)


def _chinese(text: str) -> float:
    power = 1
    while "点" in text and text[-1] in "万亿":
        power, text = power * _POWERS[text[-1]], text[:-1]
    whole, _, digits = text.partition("点")
    if not _WHOLE.fullmatch(whole) or (digits and not all(char in _DIGIT_VALUES for char in digits)):
        raise ValueError(f"不是数字：{text}")
    if not digits:
        return float(_chinese_whole(whole) * power)
    tail = "".join(str(_DIGIT_VALUES[char]) for char in digits)
    return float(f"{_chinese_whole(whole)}.{tail}") * power


@lru_cache(maxsize=65536)
def parse_number(text: str) -> float:
    """Read one number.

    Args:
        text: Chinese (一百零二, 两百, 廿三, 三百五, 一万二, 零点五, 百分之三十), Arabic (30, 1,000, 1.5万) or
            full-width; traditional characters are understood; a percentage gives its fraction (30% → 0.3).

    Returns:
        The value.

    Raises:
        ValueError: The text is not a number.
    """
    if len(text) > 60:  # as `find_quantities`, and no deeper than Python goes
        raise ValueError("不是数字：太长")
    plain = _simplify(text)
    if match := _PERCENT.match(plain):
        return round(parse_number(match[1]) / 100, 10)
    if plain.endswith("%"):
        return round(_arabic(plain[:-1]) / 100, 10)
    try:
        value = _arabic(plain) if plain[:1].isdigit() else _chinese(plain)
    except OverflowError as error:
        raise ValueError("数字太大") from error
    if value == float("inf"):
        raise ValueError("数字太大")
    return value


def parse_article(label: str) -> tuple[int, int]:
    """Read an article number.

    Args:
        label: 第十八条之一, 第18条, 十八条, 第２０條.

    Returns:
        The number and the number after 之 (0 where there is none).

    Raises:
        ValueError: The label is not an article number.
    """
    match = _ARTICLE.match(fold(label).strip())
    if match is None:
        raise ValueError(f"不是条文序号：{label}")
    return int(parse_number(match[1])), int(parse_number(match[2])) if match[2] else 0


def parse_item(label: str) -> int:
    """Read an item number: （三）, 第三项, 第（三）项, 3项 → 3.

    Raises:
        ValueError: The label is not an item number.
    """
    match = _ITEM.match(fold(label).strip())
    if match is None:
        raise ValueError(f"不是项的序号：{label}")
    return int(parse_number(match[1]))


@dataclass(frozen=True)
class Quantity:
    """One amount in a text.

    Attributes:
        start: Offset of its first code point.
        end: Offset behind its last code point.
        value: The amount in ``unit``.
        unit: Normalized unit: 日 (also 天), 工作日, 周, 个月, 年, 小时, 分钟, 元, 米, 平方米, %, 次 …; 时 is a time of
            day in hours, 日期 a date as the number yyyymmdd.
        text: The words themselves.
    """

    start: int
    end: int
    value: float
    unit: str
    text: str


_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=lambda unit: (-len(unit), unit)))
_ABOUT = "(?:余|来|多|几)?"
_QUANTITY = re.compile(
    rf"(?P<first>{NUMBER})(?:(?P<to>[至到~—–-]+)(?P<second>{NUMBER}))?{_ABOUT}\s?(?P<unit>{_UNIT})"
    r"(?P<half>半)?(?P<tail>[一二三四五六七八九\d](?![\d十百千万点个年月日天元毛%.度]))?"
)
_HALF = re.compile(rf"(?:(?P<whole>{NUMBER})个)?半(?:个)?(?P<unit>小时|钟头|月|年|天|日|米|元)")
_PERCENTS = re.compile(rf"百分之(?P<first>{NUMBER})(?:[至到~—-]+(?:百分之)?(?P<second>{NUMBER}))?")
_FRACTION = re.compile(rf"(?P<of>{NUMBER})分之(?P<part>{NUMBER})")
_PERIOD = "凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜间|夜晚|半夜|深夜|午夜|晚|夜|早|次日|当日|每日|当天|第二天"
_CLOCK = re.compile(
    rf"(?P<period>{_PERIOD})?\s?(?P<hour>\d{{1,2}}|[零〇一二两三四五六七八九十]{{1,3}})"
    r"(?:(?P<sign>[时点](?!间|候|段|限|效|期|长|代|刻|而|常))(?:钟|整)?"
    r"(?:(?P<half>半)|(?P<minute>\d{1,2}|[零一二三四五六七八九十]{1,3})分(?!之)|(?P<tens>[一二三四五]十[一二三四五六七八九]?))?|:(?P<digits>[0-5]\d)(?!\d))"
)
_LATE, _EARLY = re.compile(r"[晚夜睡]"), re.compile(r"[早晨]|上午|起床|上班")
_DATE = re.compile(
    r"(?P<year>\d{4}|[一二][零〇○一二三四五六七八九]{3})年(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月"
    r"(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)?"
    r"|(?P<month2>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|底|初|(?P<day2>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])"
)
_AFTERNOON = ("下午", "傍晚", "晚上", "晚", "夜里", "夜间", "夜晚", "半夜", "深夜", "午夜", "夜", "中午")
_POINTS = re.compile(r"\s?(?:意见|建议|要求|看法|理由|想法|希望|内容|疑问|问题|说明|不|[零〇一二三四五六七八九])")
_LISTED = re.compile(r"[:;,。]|$")

_ROUGH = re.compile(r"^(?P<high>.*[十百千万])?(?P<first>[一二三四五六七八九])(?P<second>[一二三四五六七八九])(?P<power>[十百千万]*)$")


def _value(text: str) -> float:
    """Parse a number as people say it: 二十五六 lies between 25 and 26; NaN where it is no number after all."""
    try:
        return parse_number(text)
    except ValueError:
        match = _ROUGH.match(_simplify(text))
        if match is None:
            return float("nan")
        ends = [(match["high"] or "") + match[name] + match["power"] for name in ("first", "second")]
        try:
            return sum(parse_number(end) for end in ends) / 2
        except ValueError:
            return float("nan")


def _dates(text: str) -> list[Quantity]:
    found = []
    for match in _DATE.finditer(text):
        parts = [match["year"] or "0", match["month"] or match["month2"] or "0", match["day"] or match["day2"] or "0"]
        year, month, day = (int(_value(part)) for part in parts)
        if month <= 12 and day <= 31:
            found.append(Quantity(*match.span(), float(year * 10000 + month * 100 + day), "日期", match[0]))
    return found


def _is_clock(text: str, match: re.Match[str], hour: float) -> bool:
    if hour > 24 or (match.start() and text[match.start() - 1] in "第.点:零一二三四五六七八九十百千万0123456789"):
        return False
    if match["sign"] != "点" or match["period"] or match["half"] or match["minute"] or match[0].endswith(("钟", "整")):
        return match[0] not in ("一时",)
    enumerates = match.start() and text[match.start() - 1] in "提讲说这那以有下几补出"
    few = hour < 5 and _LISTED.match(text, match.end())
    return not (enumerates or few or _POINTS.match(text, match.end()))


def _clocks(text: str) -> list[Quantity]:
    found = []
    for match in _CLOCK.finditer(text):
        hour = _value(match["hour"])
        if not _is_clock(text, match, hour):
            continue
        minutes = 30.0 if match["half"] else _value(match["minute"] or match["tens"] or match["digits"] or "0")
        period = match["period"] or ""
        at_night = period in ("夜里", "夜间", "半夜", "深夜", "夜", "夜晚", "午夜") and hour < 6
        late = not period and 5 <= hour < 12 and _LATE.search(text) and not _EARLY.search(text)  # 九点太晚 is 二十一时
        midnight = hour == 12 and period in _AFTERNOON and period not in ("下午", "中午")
        if late or midnight or (period in _AFTERNOON and hour < (11 if period == "中午" else 12) and not at_night):
            hour += 12
        value = round((hour if hour == 24 else hour % 24) + minutes / 60, 4)
        found.append(Quantity(match.start("hour"), match.end(), value, "时", text[match.start("hour") : match.end()]))
    return found


def _fractions(text: str) -> list[Quantity]:
    found = []
    for match in _PERCENTS.finditer(text):
        for name in ("first", "second"):
            if match[name]:
                start = match.start() if name == "first" else match.start(name)
                end = match.end(name)
                found.append(Quantity(start, end, _value(match[name]), "%", text[start:end]))
    for match in _FRACTION.finditer(text):
        if not match["of"].endswith("百"):
            value = round(100 * _value(match["part"]) / (_value(match["of"]) or 1), 4)
            found.append(Quantity(*match.span(), value, "%", match[0]))
    return found


def _halves(text: str) -> list[Quantity]:
    found = []
    for match in _HALF.finditer(text):
        unit, factor = UNITS["个月" if match["unit"] == "月" else match["unit"]]
        whole = _value(match["whole"]) if match["whole"] else 0.0
        found.append(Quantity(*match.span(), (whole + 0.5) * factor, unit, match[0]))
    return found


# Whatever folding makes a digit or a numeral of; a text without any has no quantities.
_COUNTS = re.compile(r"[\d〇○零一二两兩三四五六七八九十百千万萬亿億廿卅半壹贰貳叁參肆伍陆陸柒捌玖拾佰仟\u2e80-\u2fdf\uf900-\ufaff]")
# No amount has so many digits; a pattern would try them all from every one of them.
_ENDLESS = re.compile(r"[\d,.]{60,}|[零〇○一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟]{60,}")


def _is_amount(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1] if match.start() else ""
    if before and (before in "第每.几数多" and before != "每"):
        return False
    after = text[match.end("unit") : match.end("unit") + 4]
    unit, number = match["unit"], match["first"]
    if (
        not match["tail"]
        and number == "一"
        and unit in ("个", "家", "位", "处", "部", "级", "只", "楼", "块", "人", "成", "回", "间", "套", "周")
    ):
        return False
    if unit in ("m", "V", "v", "W", "w") and after[:1].isalpha() and after[:1].isascii():
        return False
    if unit == "月" or (unit == "日" and after.startswith("常")) or (unit == "成" and not re.match(r"[以左的,。;、]|$", after)):
        return False
    return not (unit == "分" or (unit == "部" and after.startswith(("分", "门", "队"))))


def _tail(match: re.Match[str], unit: str) -> float:
    """The part after the unit: 一年半, 一块八, 三米五."""
    if match["half"]:
        return 0.5
    if match["tail"] and (match["unit"] in ("块", "元", "毛") or unit == "米"):
        return _value(match["tail"]) / 10
    return 0.0


def _amounts(text: str) -> list[Quantity]:
    found = []
    for match in _QUANTITY.finditer(text):
        if not _is_amount(text, match):
            continue
        unit, factor = UNITS[match["unit"]]
        last = match["second"] or match["first"]
        tail = _tail(match, unit)
        end = match.end() if tail else match.end("unit")
        if match["second"]:
            value = _value(match["first"])
            if last[-1] in "万亿千" and match["first"][-1] not in "十百千万亿" and value < 10:
                value *= _POWERS[last[-1]]
            found.append(Quantity(*match.span("first"), round(value * factor, 6), unit, match["first"]))
        start = match.start("second") if match["second"] else match.start()
        value = round((_value(last) + tail) * factor, 6)
        found.append(Quantity(start, end, value, unit, text[start:end]))
    return found


def find_quantities(text: str) -> list[Quantity]:
    """Find the amounts, dates and times of day in a text.

    Two opinions whose quantities differ never make the same ask; 二百元 and 200元 are the same quantity. Ordinals
    (第三次, 第十八条) are no quantities.

    Args:
        text: Any text; offsets count its code points.

    Returns:
        Quantities in order, without overlaps. A range (三至五日) gives both of its ends.
    """
    return list(_quantities(text)) if _COUNTS.search(text) else []


@lru_cache(maxsize=1 << 14)
def _quantities(text: str) -> tuple[Quantity, ...]:
    plain = _ENDLESS.sub(lambda run: "#" * len(run[0]), fold(text))
    taken: list[Quantity] = []
    used = bytearray(len(plain) + 1)
    for finder in (_dates, _fractions, _halves, _clocks, _amounts):
        for quantity in finder(plain):
            if quantity.value == quantity.value and not any(used[quantity.start : quantity.end]):
                used[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
                taken.append(quantity)
    taken.sort(key=lambda quantity: quantity.start)
    return tuple(Quantity(q.start, q.end, q.value, q.unit, text[q.start : q.end]) for q in taken)
