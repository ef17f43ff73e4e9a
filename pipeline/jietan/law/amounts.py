"""Amounts: which number of a provision a demand means, and how the new one is written there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from jietan.language.normalize import fold
from jietan.language.numerals import NUMBER, Quantity, find_quantities, parse_number
from jietan.language.units import same_amount
from jietan.language.wording_of_numbers import format_number, format_percent
from jietan.law.vocabulary import Piece, statutory

__all__ = ["Change", "amount_changes", "figure", "said_amounts"]

_KINDS = dict.fromkeys(("日", "周", "个月", "年", "小时", "分钟"), "期限")
_FROM_TO = re.compile(
    r"改为|改成|改到|修改为|调整为|调整到|调为|提高到|提高至|提至|提到|降低到|降到|降至|降为|缩短到|缩短至|缩短为|缩成|缩到|延长到|延长至|压缩为|压缩到|压到|放宽到|放宽至|罚到|拉到|抬到|加到|涨到|升到|压到|增加到|增加至|减少到|减到|推后到|推迟到|推迟至|上调至|下调至"
)
_UPPER = re.compile(r"上限|最高|封顶|顶格|最多罚|罚到|拉到")
_LOWER = re.compile(r"下限|起步|起跳|起罚|打底|最低|起码|至少|起(?=[，。；,;]|$)|起点")
#: A figure of a fine without its 元: 起码五百, 罚到二十万, 五百起罚.
_FIGURE = re.compile(
    rf"(?:(?<=罚)|(?<=款)|(?<=[到改成为从])|(?<=起码)|(?<=至少)|(?<=封顶)|(?<=顶格)|(?<=最高)|(?<=最低)|(?<=[上下]限)|^|(?<=[，。；,;、]))"
    rf"(?P<number>(?:{NUMBER}))(?=元|块|钱|起|封顶|打底|太|过|偏|不够|改|以[上下]|[，。；,;！!]|$)"
)
_LEAST_FINE = 10
_RISES = re.compile(r"以上$")
_BARE_END = re.compile(rf"(?:上限|下限|最高|最低|封顶)[^，。；,;0-9一二三四五六七八九十百千万]{{0,6}}(?P<number>{NUMBER})(?=[，。；,;]|$)")
_WRONG = re.compile(r"[^,。;!?，；！？]{0,3}?(?:太|过于|过[多少长短高低轻重]|偏|嫌|不够|不合理|少了|多了|低了|高了|短了|长了|来不及|不行)")
_PERIOD = r"每(?:[一二两三四五六七八九十]?个?(?:半年|季度|年|月|周|星期|日|天|学期)|半个?[年月])"
_EACH = re.compile(_PERIOD)
_SAID_EACH = re.compile(
    rf"(?:(?P<each>{_PERIOD})|(?P<one>一|半)个?(?P<unit>年|季度|月|周|星期|天|日))(?:至少|起码|组织|查|检|巡)*(?P<number>{NUMBER})(?=[次查检趟遍回])"
)
_BARE = re.compile(rf"(?:{_FROM_TO.pattern})(?P<number>{NUMBER})个?(?=[，。；,;！!]|$)")
_NOUN = r"(?P<noun>户|人|栋|幢|层|个?单元|楼|车|辆|班|百户|街道|小区|村|社区)"
_FOR_EACH = re.compile(rf"每{_NOUN}[^，。；：]{{0,10}}?(?P<number>{NUMBER})(?=[个辆台部处座名位套])")
_SAID_FOR_EACH = re.compile(rf"[每一]{_NOUN}[^，。；：,;第]{{0,5}}?(?P<number>{NUMBER})(?=[个辆台部处座名位套])")
_MOST = 8
_HALF_DAY, _DAY = 12, 24
_PART_OF_DAY = re.compile(r"[早晚夜午晨傍]|凌晨|白天|零点")


@dataclass(frozen=True)
class Change:
    """One replacement in a provision.

    Attributes:
        start: Offset of the first code point replaced; equal to ``end`` for an insertion.
        end: Offset behind the last one.
        words: What stands there instead.
        said: Span of the words of the demand that state it.
        notes: Entries of the lexicon that were used.
    """

    start: int
    end: int
    words: str
    said: tuple[int, int]
    notes: tuple[Piece, ...] = ()


def figure(words: str) -> float | None:
    """Read a numeral of what somebody said; None where a slip of the pen left none, such as 五五百."""
    try:
        return parse_number(words)
    except ValueError:
        return None


def _kind(quantity: Quantity) -> str:
    return _KINDS.get(quantity.unit, quantity.unit)


def _written(old: Quantity, new: Quantity) -> str | None:
    """Write an amount the way the provision writes its own, in Chinese numerals (立法技术规范（一）11)."""
    value = new.value
    if new.unit == "日期":
        year, rest = divmod(int(value), 10000)
        month, day = divmod(rest, 100)
        return f"{year}年{month}月{day}日" if year and month and day and re.match(r"\d", old.text) else None
    if old.unit != new.unit:
        return statutory(new)
    if old.unit == "%":
        return format_percent(value / 100)
    if old.unit in _KINDS and not float(value).is_integer():
        return statutory(new)
    digits = re.match(r"[0-9零〇一二两三四五六七八九十百千万亿.点]+", fold(old.text))
    if digits is None:
        return None
    tail = old.text[digits.end() :]
    if old.unit == "元" and "万" in digits.group() and value % 10000:
        tail = tail.replace("万", "")
    number = parse_number(digits.group())
    scale = old.value / number if old.value and number else 1.0
    plain = value / scale
    return format_number(plain) + tail if plain == round(plain, 4) and plain >= 0 else None


def _fresh(present: list[Quantity], wanted: list[Quantity], plain: str) -> list[Quantity]:
    """Amounts of the demand that are neither the provision's own nor found wrong."""
    return [q for q in wanted if not any(same_amount(q, p) for p in present) and not _WRONG.match(plain, q.end)]


def _change(original: str, old: Quantity, new: Quantity) -> Change | None:
    words = _written(old, new)
    return None if words is None or words == original[old.start : old.end] else Change(old.start, old.end, words, (new.start, new.end))


def _pairs(original: str, plain: str, present: list[Quantity], wanted: list[Quantity]) -> list[Change]:
    """从 A 改为 B, where A is an amount of the provision; several such pairs are made together."""
    out: dict[int, Change] = {}
    for first, second in pairwise(wanted):
        between = plain[first.end : second.start]
        if _kind(first) != _kind(second) or len(between) > _MOST or not (_FROM_TO.search(between) or between == "改"):
            continue
        olds = [p for p in present if same_amount(p, first)]
        if len(olds) == 1 and (made := _change(original, olds[0], second)):
            out[olds[0].start] = made
    for match in _BARE.finditer(plain):
        before = [q for q in wanted if q.end <= match.start()]
        olds = [p for p in present if before and same_amount(p, before[-1])]
        if len(olds) == 1 and (value := figure(match["number"])) is not None:
            new = Quantity(*match.span("number"), value, olds[0].unit, match["number"])
            if made := _change(original, olds[0], new):
                out.setdefault(olds[0].start, made)
    return list(out.values())


def _ranges(original: str, present: list[Quantity], plain: str, wanted: list[Quantity]) -> list[Change]:
    """Both ends of a range, where the demand names a whole one: 五千元以上五万元以下 → 五百元以上五千元以下."""
    own, said = _joined(original, present), _joined(plain, wanted)
    for low, high in said:
        olds = [(a, b) for a, b in own if (a.unit, b.unit) == (low.unit, high.unit)]
        if len(olds) != 1 or low.value >= high.value or _WRONG.match(plain, high.end):
            continue
        made = [c for old, new in zip(olds[0], (low, high), strict=True) if (c := _change(original, old, new)) is not None]
        if made and not all(same_amount(a, b) for a, b in zip(olds[0], (low, high), strict=True)):
            return made
    return []


def _joined(text: str, amounts: list[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Neighbours that a text makes the ends of one range."""
    return [(a, b) for a, b in pairwise(amounts) if a.unit == b.unit and text[a.end : b.start] in ("以上", "至", "到", "-", "~")]


def _blamed(original: str, plain: str, present: list[Quantity], wanted: list[Quantity], fresh: list[Quantity]) -> list[Change]:
    """The one amount of the provision that the demand finds wrong, or names before it says 改成, where it names one other.

    六点太早，应到八点; 放到十点，建议改成九点就停.
    """
    for kind in sorted({_kind(q) for q in fresh}):
        news = [q for q in fresh if _kind(q) == kind]
        if len(news) != 1:
            continue
        turned = _FROM_TO.search(plain[max(0, news[0].start - _MOST) : news[0].start])
        named = [q for q in wanted if _kind(q) == kind and (_WRONG.match(plain, q.end) or (turned and q.end < news[0].start))]
        olds = [p for p in present if any(same_amount(p, q) for q in named)]
        if len(olds) == 1 and (made := _change(original, olds[0], news[0])):
            return [made]
    return []


def _bounds(original: str, plain: str, present: list[Quantity], fresh: list[Quantity]) -> list[Change]:
    """The upper or the lower end of a range, where the demand names which; the ends keep their order."""
    upper, lower = _UPPER.search(plain), _LOWER.search(plain)
    if any(_WRONG.match(plain, q.end) and not any(same_amount(q, p) for p in present) for q in said_amounts(original, plain)):
        return []  # it speaks of another amount
    for low, high in pairwise(present):
        joined = original[low.end : high.start]
        if low.unit != high.unit or not (_RISES.match(joined) or joined in ("至", "到")):
            continue
        news = [q for q in fresh if q.unit == low.unit]
        if not news and (bare := _BARE_END.search(plain)) and (value := figure(bare["number"])) is not None:
            news = [Quantity(*bare.span("number"), value, low.unit, bare["number"])]
        if len(news) != 1 or bool(upper) == bool(lower) or len([p for p in present if p.unit == low.unit]) != 2:
            return []
        old = high if upper else low
        fits = news[0].value > low.value if upper else news[0].value < high.value
        made = _change(original, old, news[0]) if fits else None
        return [made] if made else []
    return []


def _per(original: str, plain: str) -> list[Change]:
    """How many for each: 每户零点五个 → 每户一个; the words 每 and 一 before the same noun count as one."""
    own = list(_FOR_EACH.finditer(original))
    for match in reversed(list(_SAID_FOR_EACH.finditer(plain))):
        olds = [m for m in own if m["noun"] == match["noun"]]
        if len(olds) != 1 or _WRONG.match(plain, match.end()):
            continue
        value, old = figure(match["number"]), figure(olds[0]["number"])
        if value is not None and value != old and value > 0:
            return [Change(*olds[0].span("number"), format_number(value), match.span("number"))]
    return []


def _meant(original: str, olds: list[Quantity], plain: str, unit: str) -> list[Quantity]:
    """Of several amounts of a kind the one whose clause shares most words with the demand, else the only one in its unit."""
    if len(olds) < 2:
        return olds
    scores = []
    for old in olds:
        start = max(original.rfind(mark, 0, old.start) for mark in "，。；：\n") + 1
        before = original[start : old.start]
        scores.append(sum(before[k : k + 2] in plain for k in range(len(before) - 1)))
    best = max(scores)
    if best and scores.count(best) == 1:
        return [olds[scores.index(best)]]
    alike = [q for q in olds if q.unit == unit]
    return alike if len(alike) == 1 and not best else olds


def _matching(original: str, plain: str, present: list[Quantity], fresh: list[Quantity]) -> list[Change]:
    """All amounts of one kind, where there are as many as the provision has; the provision's own order is kept."""
    choices = []
    for kind in sorted({_kind(q) for q in fresh}):
        old = [q for q in present if _kind(q) == kind] or [q for q in present if kind == "期限" and q.unit == "工作日"]
        new = [q for q in fresh if _kind(q) == kind]
        old = _meant(original, old, plain, new[0].unit) if len(new) == 1 else old
        rising = [q.value for q in new] == sorted(q.value for q in new) or kind == "时"
        if old and len(new) == len(old) and rising and len({q.value for q in new}) == len(new):
            choices.append(list(zip(old, new, strict=True)))
    if len(choices) != 1:
        return []
    made = [_change(original, old, new) for old, new in choices[0]]
    return [m for m in made if m is not None] if all(made) else []


def _often(original: str, plain: str) -> list[Change]:
    """How often: 每半年一次 → 每季度一次, 每日三次 → 每日一次."""
    said, own = list(_SAID_EACH.finditer(plain)), list(_EACH.finditer(original))
    if len(own) != 1 or not said:
        return []
    match = said[-1]
    each = match["each"] or f"每{'半' if match['one'] == '半' else ''}{match['unit']}"
    each = each.replace("天", "日").replace("每一年", "每年").replace("星期", "周").replace("每个", "每")
    times = [q for q in find_quantities(original) if q.unit == "次" and q.start >= own[0].end()]
    if not times:
        return []
    if (value := figure(match["number"])) is None:
        return []
    new = Quantity(*match.span("number"), value, "次", match["number"])
    out = [] if own[0][0] == each else [Change(*own[0].span(), each, match.span())]
    if new.value != times[0].value:
        if (
            len(times) > 1
            and any(t.value >= new.value for t in times[1:])
            and "夜" in original[times[0].end :]
            and new.value < times[1].value
        ):
            return []
        out.append(Change(times[0].start, times[0].end, format_number(new.value) + "次", match.span("number")))
    return out


def _one_time(original: str, plain: str, present: list[Quantity], fresh: list[Quantity]) -> list[Change]:
    """One end of a span of hours: from …起 or 以后, until …止 or 以前."""
    clocks, news = [q for q in present if q.unit == "时"], [q for q in fresh if q.unit == "时"]
    if len(clocks) != 2 or len(news) != 1:
        return []
    after = plain[news[0].end : news[0].end + 4]
    first = re.match(r"起|开始|以后|之后|往后", after) or re.search(r"推[后迟]|起始|从$", plain[max(0, news[0].start - 8) : news[0].start])
    last = re.match(r"止|结束|以前|之前", after)
    if bool(first) == bool(last):
        return []
    made = _change(original, clocks[0] if first else clocks[1], news[0])
    return [made] if made else []


def said_amounts(original: str, plain: str) -> list[Quantity]:
    """Read the amounts that a demand names; an hour without a part of the day is the one nearer to the provision's own.

    Args:
        original: Text of the provision.
        plain: The resident's words, folded.

    Returns:
        Amounts in order; 十二点 beside 二十三时 is 二十四时.
    """
    wanted, clocks = find_quantities(plain), [q.value for q in find_quantities(original) if q.unit == "时"]

    def read(q: Quantity) -> Quantity:
        if q.unit != "时" or not clocks or not 0 < q.value <= _HALF_DAY or _PART_OF_DAY.search(plain[max(0, q.start - 3) : q.end]):
            return q
        value = min((q.value, q.value + _HALF_DAY), key=lambda v: (min(min(abs(v - c), _DAY - abs(v - c)) for c in clocks), v))
        return Quantity(q.start, q.end, value, q.unit, q.text)

    return sorted([*map(read, wanted), *_figures(original, plain, wanted)], key=lambda q: q.start)


def _figures(original: str, plain: str, wanted: list[Quantity]) -> list[Quantity]:
    """Figures without a unit, which beside a fine are 元."""
    if "罚款" not in original or ("罚" not in plain and not _UPPER.search(plain)):
        return []
    taken = {k for q in wanted for k in range(q.start, q.end)}
    found = [(m, figure(m["number"])) for m in _FIGURE.finditer(plain) if m.start("number") not in taken]
    return [Quantity(*m.span("number"), value, "元", m["number"]) for m, value in found if value is not None and value >= _LEAST_FINE]


def amount_changes(original: str, plain: str) -> list[Change]:
    """Find the changes of amounts that a demand states.

    Args:
        original: Text of the provision.
        plain: The resident's words, folded.

    Returns:
        Changes in order; empty where it is not certain which amount is meant. Lengths of time compare whatever their
        unit (十二个月 is 一年), and an amount that the demand only repeats or finds wrong is no wish.
    """
    present = find_quantities(original)
    wanted = said_amounts(original, plain)
    if not (present and (wanted or _SAID_EACH.search(plain) or _BARE_END.search(plain))) and not _FOR_EACH.search(original):
        return []
    fresh = _fresh(present, wanted, plain)
    made = (
        _ranges(original, present, plain, wanted)
        or _pairs(original, plain, present, wanted)
        or _blamed(original, plain, present, wanted, fresh)
        or _often(original, plain)
        or _per(original, plain)
        or _bounds(original, plain, present, fresh)
        or _one_time(original, plain, present, fresh)
        or _matching(original, plain, present, fresh)
    )
    return sorted(made, key=lambda c: c.start)
