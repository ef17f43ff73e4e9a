"""What the heading of a law tells about it: its dates, its level and its region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jietan.language.normalize import fold
from jietan.law.names import short_name

__all__ = ["LEVELS", "Imprint", "effective_date", "full_date", "level_of", "named_date", "read_imprint", "region_of"]

#: Levels of law, from the highest.
LEVELS = ("宪法", "法律", "行政法规", "监察法规", "司法解释", "部门规章", "地方性法规", "地方政府规章")

_YEAR, _PART = r"(?:\d{4}|[〇零○一二三四五六七八九]{4})", r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(rf"{_YEAR}\s?年\s?{_PART}\s?月\s?{_PART}\s?日")
_BOOK = re.compile(r"[《〈][^《》〈〉]*[》〉]")
_BEGINS = re.compile(r"^\s*起\s*(?:正式)?\s*(?:施行|实施|执行|生效)")
_FORCE = re.compile(rf"自\s?({_DATE.pattern})\s?起\s?(?:正式)?(?:施行|实施|执行|生效)")
_KINDS = (("修订", re.compile("修订")), ("修正", re.compile("修正|修改")), ("制定", re.compile("通过|公布|发布|颁布|制定|批准|印发")))
_FILE_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.年]?(0\d|1[0-2])[-_.月]?([0-2]\d|3[01])日?(?!\d)")

_PROVINCES = {
    name[: -len(suffix)]: name
    for suffix, names in (
        ("市", "北京市 天津市 上海市 重庆市"),
        (
            "省",
            "河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 海南省 四川省 "
            "贵州省 云南省 陕西省 甘肃省 青海省 台湾省",
        ),
        ("自治区", "内蒙古自治区 西藏自治区"),
        ("壮族自治区", "广西壮族自治区"),
        ("回族自治区", "宁夏回族自治区"),
        ("维吾尔自治区", "新疆维吾尔自治区"),
    )
    for name in names.split()
}
#: Below the provinces only these make law: 设区的市, 自治州, 自治县 and 自治旗.
_PLACE = re.compile(
    r"^(?!城市|全市|本市|超市|各市|省市)([\u4e00-\u9fff]{1,4}市(?![场政容民区域内级辖])|[\u4e00-\u9fff]{2,12}?自治[州县旗])"
)
_ZONE = re.compile(r"^([\u4e00-\u9fff]{2,3})经济特区")
_IN_BRACKETS = re.compile(r"^中国\(([\u4e00-\u9fff]{2,6})\)")


@dataclass(frozen=True)
class Imprint:
    """What the note under a title says.

    Attributes:
        history: Dates (2021-04-29) with 制定, 修订 or 修正, oldest first.
        effective: The day from which it is in force, empty where the note does not say.
    """

    history: tuple[tuple[str, str], ...]
    effective: str

    @property
    def version_date(self) -> str:
        """The date of the last change, empty where none is given."""
        return self.history[-1][0] if self.history else ""


def full_date(text: str) -> str:
    """Return a full date as 2021-04-29, empty where the text is none."""
    from jietan.reading.dates import parse_date  # brings the readers of all formats with it

    return (parse_date(text) or "")[:10]


def _without_books(text: str) -> str:
    """The text without names in 《》, also nested ones, so that 《关于修改〈…〉的决定》 does not count as 修改."""
    shorter = _BOOK.sub("", text)
    return shorter if shorter == text else _without_books(shorter)


def read_imprint(lines: Sequence[str]) -> Imprint:
    """Read the dates in the lines between the title of a law and its text.

    Args:
        lines: The note in brackets, whole or on several lines, and notices of publication.

    Returns:
        The dates found; a later 公布 of the first text does not count beside its 通过.
    """
    text = _without_books(fold("\n".join(lines)))
    marks = list(_DATE.finditer(text))
    history: list[tuple[str, str]] = []
    effective = ""
    ends = [*(mark.start() for mark in marks[1:]), len(text)] if marks else []
    for mark, end in zip(marks, ends, strict=True):
        said = text[mark.end() : end]
        date = full_date(mark[0])
        if not date:
            continue
        if _BEGINS.match(said):
            effective = date
            continue
        kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), "")
        if kind and not (kind == "制定" and any(k == "制定" for _, k in history)):
            history.append((date, kind))
    return Imprint(tuple(sorted(set(history))), effective)


def effective_date(articles: Sequence[str]) -> str:
    """Find 自…起施行 in the last articles of a law.

    Args:
        articles: Texts of the articles in order.

    Returns:
        The date, empty where the last three do not say.
    """
    for text in reversed(articles[-3:]):
        found = _FORCE.search(_without_books(fold(text)))
        if found:
            return full_date(found[1])
    return ""


def named_date(name: str) -> str:
    """Return the date in the name of a file (某条例_20200514.docx, 某条例(2020-05-14).md), empty where there is none."""
    found = _FILE_DATE.search(name)
    return full_date("-".join(found.groups())) if found else ""


def region_of(law: str, note: str = "", category: str = "") -> str:
    """Tell the region that a law is of.

    Args:
        law: Its name.
        note: The note under its title; one of a national organ speaks against a place in the name.
        category: What the source says, such as 地方性法规/上海.

    Returns:
        上海市, 浙江省, 杭州市, 某某自治县; empty for the whole country.
    """
    name = fold(law).strip("《》 ")
    if name.startswith("中华人民共和国"):
        return ""
    bracketed = _IN_BRACKETS.match(name)
    if bracketed and bracketed[1] in _PROVINCES:
        return _PROVINCES[bracketed[1]]
    for short, full in _PROVINCES.items():
        if name.startswith(full) or (full.endswith("市") and name.startswith(short)):
            return full
    if zone := _ZONE.match(name):
        return _PROVINCES.get(zone[1], f"{zone[1]}市")
    place = _PLACE.match(name)
    if place and not re.search(r"国务院|全国人民代表大会|部令|总局令", note):
        return str(place[1])
    said = re.split(r"[/\\、,\s]", category)
    return next((full for short, full in _PROVINCES.items() if short in said or full in said), "")


def _local_level(name: str, note: str) -> str:
    if re.search(r"人民代表大会|人大常委", note):
        return "地方性法规"
    if re.search(r"政府", note):
        return "地方政府规章"
    return "地方性法规" if re.search(r"条例$|条例[（(]|若干规定|实施.{2,30}法办法", name) else ""


_NATIONAL = (
    ("监察法规", "国家监察委员会|监察法实施条例"),
    ("司法解释", "审判委员会|检察委员会"),
    ("法律", "全国人民代表大会|全国人大"),
    ("行政法规", "国务院令|国务院第|国务院批准|国务院发布|国务院公布"),
    ("部门规章", "部令|局令|总局|委员会令|部务会|部公布|部发布|银行令"),
)


def level_of(law: str, note: str = "", hint: str = "", region: str = "") -> str:
    """Tell the level of a law.

    Args:
        law: Its name.
        note: The note under its title.
        hint: What the source says: a level, a category or the folders the file lies in.
        region: What :func:`region_of` gave.

    Returns:
        One of :data:`LEVELS`, empty where it cannot be told.
    """
    name, note = short_name(law), _without_books(fold(note))
    named = next((level for level in LEVELS if level in re.split(r"[/\\、,\s]", hint)), "")
    if named:
        return named
    if name == "宪法" or name.startswith("宪法修正案"):
        return "宪法"
    if name.startswith(("最高人民法院", "最高人民检察院")):
        return "司法解释"
    if region:
        return _local_level(name, note)
    said = next((level for level, pattern in _NATIONAL if re.search(pattern, f"{note}\n{name}")), "")
    if said:
        return said
    if re.search(r"(?<!办)法$|法典$", name):
        return "法律"
    return "行政法规" if name.endswith("条例") else ""
