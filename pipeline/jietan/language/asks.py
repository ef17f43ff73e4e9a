"""What keeps two opinions apart however alike their words: side, negation, direction and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from jietan.language.normalize import fold, normalize
from jietan.language.numerals import find_quantities, parse_number

__all__ = ["ALIKE", "OPPOSITE_ALIKE", "Ask", "Wish", "any_opposed", "overlap", "read_ask", "read_wish"]

_NEGATION = re.compile(r"不|没|无(?!障碍|线|论)|未|别(?!的|人|墅)|勿|禁止|反对|拒绝|抗议|抵制|取消|删|去掉|拿掉|撤|废")
_OPPOSED = (
    ("提高|增加|延长|扩大|加重|加大|上调|推迟|推后|加强|从严|收紧|更严", "降低|减少|缩短|缩小|减轻|下调|压缩|提前|放宽|从宽|放松|更宽"),
    ("允许|准许|可以|应当准|许可|同意|放开", "禁止|不得|不许|不准|严禁|不可以|不允许|不能"),
    ("保留|维持|不要改|不变|坚持", "删除|删去|删掉|取消|去掉|废除|拿掉"),
    ("支持|赞成|赞同|拥护", "反对|不支持|不赞成|不同意|抵制"),
    ("强制|应当|必须", "自愿|鼓励|引导|可以"),
    ("有偿|收费", "免费|无偿|不收费"),
    ("政府定价|政府指导价|政府定", "市场调节|市场定"),
)
_ANTONYMS = tuple(
    (pair[:1], pair[1:])
    for pair in (
        "高低 大小 多少 长短 早晚 前后 上下 内外 严宽 严松 增减 升降 有无 公私 快慢 远近 轻重 免收 正负 男女 新旧 白夜 日夜 买卖 "
        "出入 开关 双单"
    ).split()
)
_CONTRARY: dict[str, frozenset[str]] = {
    char: frozenset(b if char == a else a for a, b in _ANTONYMS if char in (a, b))
    for char in sorted({c for pair in _ANTONYMS for c in pair})
}
_NUMBER = re.compile(
    r"(?<!第)(?<![0-9一二两三四五六七八九十百千万零点.])[0-9一二两三四五六七八九十百千万零半]+(?:[点.][0-9零一二三四五六七八九]+)?"
)
_SIDES = tuple((re.compile(a), re.compile(b)) for a, b in _OPPOSED)
_MODAL = re.compile(r"(?:应当|应该|必须|可以|需要|应|能|得|可|是|要|需|宜|许|准|会)*由?")
_PARTIES = {
    "政府": "政府|财政|公家|国家|市里|区里|镇里",
    "个人": "业主|居民|住户|个人|百姓|群众|我们|自己",
    "物业": "物业",
    "单位": "企业|单位|开发商|商家|平台|公司|经营者|经营户|学校|医院|机构|保险",
}
_PAYS = re.compile(
    r"(?P<not>(?:不(?:应当|应该|应|该|能|要|宜|得|是)?|别|凭什么|怎么能|难道)[让叫由要]{0,2})?"
    + "(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _PARTIES.items())
    + r")(?:公司|服务人|服务企业|部门)?(?P<more>不)?[^,。;!?、，；！？不]{0,5}?"
    + r"(?:承担|出资|出钱|出(?=[,。;!?，；！？]|$)|掏|买单|埋单|支付|负担|付费|付钱)"
)
_REPORTED = re.compile(r"(?:草案|规定|要求|现在|条文|如果)[^,。;!?，；！？]{0,12}$")
_MORE = re.compile(
    r"提高|提升到|提到|增加到|增至|增加为|延长|推迟|推后|上调|扩大|加密|(?:太|过于|过|偏|有点|嫌)(?:少|短|低|轻|小|近|窄)|不够(?!格)"
    r"|(?<![多减至不])少了(?!吧)|不足以"
)
_LESS = re.compile(
    r"降低|降到|降至|降为|下调|减少|减到|减为|减至|缩短|缩小|缩到|压缩|压到|减轻|提前"
    r"|(?:太|过于|过|偏|有点|嫌)(?:多|长|高|重|大|远|宽|贵|勤|密|严)|(?<!差不)多了"
)
#: What stands behind an amount that is found wrong and therefore not asked for.
_WRONG = re.compile(r"[^,。;!?，；！？]{0,3}?(?:太|过于|过[多少长短高低]|偏[多少长短高低]|嫌|不够|不合理|少了|多了|来不及)")
#: Lengths of time in days; 工作日 are no lengths of time.
_DAYS = {"分钟": 1 / 1440, "小时": 1 / 24, "日": 1.0, "周": 7.0, "个月": 30.0, "年": 360.0}
#: How often or for which stretch of time: 按日、每周、一周结一次.
_PERIOD = re.compile(r"(?:按|每|逐|一)(?P<unit>天|日|周|星期|礼拜|旬|个?月|季度?|半年|年)(?!后|内|前|之内|以[内前后上下]|的时间)")
_PERIODS = {"天": "日", "星期": "周", "礼拜": "周", "个月": "月", "季": "季度"}
_COLOUR = re.compile(r"[红橙黄蓝绿白黑紫灰]色?(?=[色灯码牌线区线标])|[红橙黄蓝绿白黑紫灰]色")
#: Words that keep what the draft says.
_KEEPS = re.compile(
    r"(?:这样|这么|这个|这条|草案|现在)[^,。;!?，；！？]{0,4}(?:定|写|规定)得?(?:得|是)?(?:对|好|合理|妥当)|(?:定|写)得(?:很|挺|蛮|真|最)?(?:对|好|合理)"
    r"|维持(?:原|现|草案|不变)|不(?:要|用|必|宜|应)(?:再)?(?:改|动)|别(?:再)?(?:改|动)|就按(?:草案|现在|原来)|照(?:草案|原来)"
)
_WILL = r"(?:应当|应该|必须|一律|要|得|可以|就该|该)"
_WILLED = re.compile(rf"(?P<not>不)?{_WILL}(?=(?P<what>\w{{4}}))|(?P<never>不得|不准|不许|不能|严禁|禁止)(?=(?P<ban>\w{{4}}))")
_HALF = re.compile(r"一半|对半|五成|半数")
_SAME_TIME = 0.035
#: Share of pairs of characters from which any turn of sense opposes two opinions, and from which words that are opposed do.
ALIKE, OPPOSITE_ALIKE = 0.6, 0.5
_SCOPE = 8
_SAID = 0.7
#: So many different asks of a group are compared with those of another.
_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Ask:
    """The guarded features of one opinion; a million of them are held at once, so sets are made from words when looked at.

    Args:
        said: The letters of its normal form.
        negations: Number of words that turn a sentence round.
        directions: For each pair of opposed wordings, -1 where the second kind stands, else 1 where the first does, or 0.
        amounts: The last amount named, by unit.
        numbers: Every number named but ordinals, whatever it counts.
        turned: What follows each negation.
        payers: Who is to pay.
        spared: Who is not to pay.
        wants: 1 where it wants more or longer of something, -1 where less or shorter, 0 where neither or both.
        periods: The stretches of time that something happens by, such as 日 or 周.
        colours: Colours named, as of a warning.
        keeps: Whether it says outright that the draft's words should stay.
        refused: Phrases of four characters behind 不应当, 不得 and the like.
        demanded: Phrases of four characters behind 应当, 必须 and the like.
        half: Whether it speaks of a half.
    """

    said: str
    negations: int
    directions: tuple[int, ...]
    amounts: tuple[tuple[str, float], ...]
    numbers: tuple[float | str, ...]
    turned: tuple[str, ...] = ()
    payers: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()
    wants: int = 0
    periods: frozenset[str] = frozenset()
    colours: frozenset[str] = frozenset()
    keeps: bool = False
    refused: frozenset[str] = frozenset()
    demanded: frozenset[str] = frozenset()
    half: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as the values of the fields, which is much faster than by their names."""
        return Ask, _values(self)

    @property
    def grams(self) -> frozenset[str]:
        """Pairs of neighbouring characters of its normal form."""
        return _pairs(self.said)

    @property
    def letters(self) -> frozenset[str]:
        """Its characters."""
        return _letters(self.said)

    @property
    def negated(self) -> frozenset[str]:
        """Pairs of characters of what follows each negation."""
        return frozenset().union(*map(_pairs, self.turned)) if len(self.turned) != 1 else _pairs(self.turned[0])

    @property
    def measures(self) -> tuple[tuple[str, float], ...]:
        """The amounts in one unit for each kind of thing: days for lengths of time, percent for shares."""
        found = {("日", round(v * _DAYS[u], 3)) if u in _DAYS else ("%", v * 10) if u == "成" else (u, v) for u, v in self.amounts}
        return tuple(sorted(found | ({("%", 50.0)} if self.half else set())))

    @property
    def marked(self) -> bool:
        """Whether it holds anything by which an opinion in quite other words may oppose it."""
        return bool(self.demand or self.colours or self.refused or self.demanded)

    @property
    def contrary(self) -> bool:
        """Whether it holds a character that has its contrary, as 早 or 多."""
        return not _CONTRARY.keys().isdisjoint(self.said)

    @property
    def demand(self) -> tuple[object, ...] | None:
        """What no other opinion of a unit may contradict: amounts, payers, more or less; None where there is none of it."""
        if not (self.amounts or self.payers or self.spared or self.wants or self.periods):
            return None
        return (self.amounts, self.payers, self.spared, self.wants, self.periods)

    def contradicts(self, other: Ask) -> bool:
        """Say whether amounts, payers or the wish for more or less exclude that two opinions on one matter ask the same."""
        if self.periods and other.periods and self.periods.isdisjoint(other.periods):
            return True
        if self.wants * other.wants < 0 or (self.amounts and other.amounts and self.differs_in_amount(other)):
            return True
        return bool(self.payers or other.payers) and self.differs_in_payer(other)

    def differs_in_amount(self, other: Ask) -> bool:
        """Say whether both name amounts of one kind that are not equal; 三十日 and 一个月 are."""
        if not self.amounts or not other.amounts:
            return False
        mine, theirs = dict(self.amounts), dict(other.amounts)
        times, others = ([(u, v * _DAYS[u]) for u, v in a.items() if u in _DAYS] for a in (mine, theirs))
        alike = any(u != w and abs(v - x) <= _SAME_TIME * max(v, x) for u, v in times for w, x in others)
        if any(mine.get(unit, value) != value and not (alike and unit in _DAYS) for unit, value in theirs.items()):
            return True
        return len(times) == len(others) == 1 and times[0][0] != others[0][0] and not alike

    def differs_in_payer(self, other: Ask) -> bool:
        """Say whether the two want different parties to pay."""
        if self.payers and other.payers:
            return self.payers.isdisjoint(other.payers)
        return bool(self.payers and self.payers <= other.spared) or bool(other.payers and other.payers <= self.spared)

    def opposes(self, other: Ask) -> bool:
        """Say whether two opinions must never count as the same ask."""
        if self.contradicts(other) or not (self.refused.isdisjoint(other.demanded) and self.demanded.isdisjoint(other.refused)):
            return True
        if self.colours and other.colours and self.colours.isdisjoint(other.colours):
            return True
        alike = overlap(self, other)
        if alike < OPPOSITE_ALIKE:
            return False
        if any(a * b < 0 for a, b in zip(self.directions, other.directions, strict=True)):
            return True
        if alike >= ALIKE and self._turns(other):
            return True
        return _denies(self, other) or _denies(other, self)

    def _turns(self, other: Ask) -> bool:
        """Say whether there is any turn of sense between nearly the same words, for then it is the point."""
        if (self.negations - other.negations) % 2 == 1 or (self.numbers and other.numbers and self.numbers != other.numbers):
            return True
        if self.turned and other.turned:
            mine, theirs = self.negated, other.negated
            smaller = min(len(mine), len(theirs))
            if smaller and len(mine & theirs) < 0.5 * smaller:
                return True
        mine, theirs = self.letters, other.letters
        others = theirs - mine
        return any(not others.isdisjoint(_CONTRARY[char]) for char in (mine - theirs) & _CONTRARY.keys())


_values = attrgetter(*(field.name for field in fields(Ask)))


def any_opposed(some: Iterable[Ask], others: Iterable[Ask]) -> bool:
    """Say whether any of some asks opposes any of others; of very many that differ, some spread evenly over them are looked at."""
    mine, theirs = _spread(some), _spread(others)
    return any(a.opposes(b) for a in mine for b in theirs)


def _spread(asks: Iterable[Ask]) -> list[Ask]:
    distinct = list({id(a): a for a in asks}.values())
    n = len(distinct)
    return distinct if n <= _COMPARED else [distinct[k * n // _COMPARED] for k in range(_COMPARED)]


def _denies(a: Ask, b: Ask) -> bool:
    """Say whether one opinion negates what the other says outright, however many negations either holds."""
    return any(len(s & b.grams) > _SAID * len(s) and len(s & b.negated) < (1 - _SAID) * len(s) for s in map(_pairs, a.turned) if s)


def overlap(a: Ask, b: Ask) -> float:
    """Return the share of the shorter text's character pairs that the other has, in 0..1."""
    mine, theirs = _pairs(a.said), _pairs(b.said)
    smaller = min(len(mine), len(theirs))
    return len(mine & theirs) / smaller if smaller else 0.0


def _number(text: str) -> float | str:
    try:
        return parse_number(text)
    except ValueError:
        return text


def _scope(folded: str, start: int) -> str:
    """What a negation turns round: the letters behind it, past its modal words."""
    match = _MODAL.match(folded, start)
    start = match.end() if match else start
    return re.sub(r"\W", "", folded[start : start + _SCOPE])


@lru_cache(maxsize=1 << 15)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


@lru_cache(maxsize=1 << 13)
def _letters(text: str) -> frozenset[str]:
    return frozenset(text)


@lru_cache(maxsize=1 << 12)
def _same(found: tuple[int, ...]) -> tuple[int, ...]:
    """One tuple for all that are equal."""
    return found


def _payers(folded: str) -> tuple[frozenset[str], frozenset[str]]:
    """Who is to pay, and who is not; what the draft or the present state has it like is left out."""
    pay, spare = set(), set()
    for m in _PAYS.finditer(folded):
        party = next(name for name in _PARTIES if m[name])
        if m["not"] or m["more"]:
            spare.add(party)
        elif not _REPORTED.search(folded, 0, m.start()):
            pay.add(party)
    return frozenset(pay - spare), frozenset(spare - pay)


def _willed(folded: str) -> tuple[frozenset[str], frozenset[str]]:
    """What stands right behind 不应当 and behind 应当, four characters each; shorter phrases tell too little."""
    refused: set[str] = set()
    demanded: set[str] = set()
    for m in _WILLED.finditer(folded):
        if m["never"]:
            refused.add(m["ban"])
        else:
            (refused if m["not"] else demanded).add(m["what"])
    return frozenset(refused), frozenset(demanded)


class Wish(NamedTuple):
    """What an ask wants changed; see :class:`Ask`.

    Attributes:
        amounts: Last amount of each unit.
        payers: Who is to pay.
        spared: Who is not to pay.
        wants: 1 for more, -1 for less, 0 for neither.
    """

    amounts: tuple[tuple[str, float], ...]
    payers: frozenset[str]
    spared: frozenset[str]
    wants: int


def read_wish(text: str, folded: str) -> Wish:
    """Read what an opinion's text wants changed, which is a small part of an :class:`Ask`.

    Args:
        text: The opinion.
        folded: The same, folded.
    """
    last = {q.unit: round(q.value, 4) for q in find_quantities(text) if not _WRONG.match(folded, q.end)}
    wants = int(_MORE.search(folded) is not None) - int(_LESS.search(folded) is not None)
    return Wish(tuple(sorted(last.items())), *_payers(folded), wants)


def read_ask(text: str) -> Ask:
    """Read the guarded features of an opinion's text."""
    folded = fold(text)
    letters = re.sub(r"\W", "", normalize(text))
    wish = read_wish(text, folded)
    directions = []
    for up, down in _SIDES:
        has_down = bool(down.search(folded))
        has_up = bool(up.search(down.sub("", folded) if has_down else folded))
        directions.append(-1 if has_down else int(has_up))
    scopes = tuple(_scope(folded, m.end()) for m in _NEGATION.finditer(folded))
    refused, demanded = _willed(folded)
    return Ask(
        said=letters,
        negations=len(scopes),
        directions=_same(tuple(directions)),
        amounts=wish.amounts,
        numbers=tuple(sorted({_number(m.group()) for m in _NUMBER.finditer(folded)}, key=str)),
        turned=scopes,
        payers=wish.payers,
        spared=wish.spared,
        periods=frozenset(_PERIODS.get(m["unit"], m["unit"]) for m in _PERIOD.finditer(folded)),
        colours=frozenset(m.group()[0] for m in _COLOUR.finditer(folded)),
        keeps=_KEEPS.search(folded) is not None,
        refused=refused,
        demanded=demanded,
        half=_HALF.search(folded) is not None,
        wants=wish.wants,
    )
