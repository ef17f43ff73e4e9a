"""What an opinion wants settled about its subject: 期限, 处罚额度, 费用承担 and other nouns of matters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from jietan.counts import Numbers
from jietan.language.asks import Wish, read_wish
from jietan.language.normalize import fold
from jietan.parallel import numbered, spread

__all__ = ["CONFLICTS", "Mask", "Reading", "Readings", "about", "conflicts", "counted", "named_in", "read"]

Mask = np.ndarray[Any, np.dtype[np.bool_]]
#: Asks that a process reads at a time.
_TEXTS = 2000
_OF_UNIT = {
    "%": "比例",
    "日": "期限",
    "工作日": "期限",
    "个月": "期限",
    "年": "期限",
    "周": "期限",
    "米": "距离",
    "平方米": "面积标准",
    "岁": "年龄",
    "次": "次数",
    "倍": "倍数",
    "人": "人数",
    "只": "数量",
    "辆": "数量",
    "公斤": "重量标准",
    "公里/小时": "限速",
}
_CLOCK = re.compile(r"\d+(?:点|时|:\d\d)|[一二三四五六七八九十]+点|凌晨|时段|早晚|上午|下午|晚上|夜里|几点|钟")
_AWAY = re.compile(r"距|相隔|间隔|远|近|周边|[米m](?:以?内|范围|开外|以外|外)")
_FINE = re.compile(r"罚|处[一二三四五六七八九十百千万\d]+元")
_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("费用承担", r"谁(?:来)?(?:出|掏|付|承担|买单)|费用(?:由|该|应|谁)|承担[^,，。]{0,6}(?:费|资金|钱)|出资|分摊|均摊|买单|掏钱|出钱"),
        ("收费标准", r"收费|价格|定价|限价|涨价|租金上限|指导价|调节价|收多少|太贵|资费|票价"),
        ("补贴", r"补贴|补助|津贴|奖励"),
        ("公示公开", r"公示|公布|公开|晒一?晒|透明|告知"),
        ("责任主体", r"由谁|谁来|谁管|谁负责|哪个部门|哪家|牵头|扯皮|推诿|踢皮球|责任主体|各管"),
        ("认定标准", r"认定|怎么算|算不算|什么叫|如何界定|界定|定义|界限|怎么才算|怎样才算|是指"),
        ("备案登记", r"备案|登记"),
        ("许可审批", r"审批|许可|批准|审核"),
        ("表决", r"表决|投票|过半|业主大会同意|三分之二"),
        ("赔偿责任", r"赔偿|赔付|理赔|保险|赔钱"),
        ("信用惩戒", r"信用|失信|征信"),
        ("投诉举报", r"举报|投诉电话|热线"),
        ("监督检查", r"巡查|检查|抽查|监督|监管"),
        ("配建设置", r"配建|增设|设置|建设|加装|安装|配备|设立|多建|新建"),
        ("培训考核", r"培训|考核|考试|持证"),
        ("例外情形", r"例外|除外|豁免|特殊情况|紧急情况|不受[^,，。]{0,6}限制|不适用"),
        ("优惠减免", r"减免|优惠|免费|半价|优先"),
    )
)
_STEPS = re.compile(r"程序|手续|流程|先[^,，。]{1,10}(?:再|才|后)|听取|征求|申辩|听证|通知到")
_BAN = re.compile(r"禁止|不得|不许|不准|严禁|不让|一律不")
_ALLOW = re.compile(r"允许|准许|放开|可以|能不能|别禁|不要禁|应当准|可不可以|不该禁|不应禁")
_MORE = re.compile(r"提高|增加|延长|扩大|加重|加大|上调|(?:太|过|偏)(?:少|短|低|轻|小|近)|不够|不足")
_LESS = re.compile(r"降低|减少|缩短|缩小|减轻|下调|压缩|(?:太|过|偏)(?:多|长|高|重|大|远|严)")

#: Names of the contrary demands a theme can hold.
CONFLICTS = ("提高／降低", "保留／删除", "允许／禁止", "不同数额", "不同承担者")


@dataclass(frozen=True)
class Reading:
    """What one ask wants settled.

    Args:
        matters: Nouns of matters, each once.
        wish: Amounts, payers and directions.
        more: 1 for more or stricter, -1 for less, 0 for neither.
        ban: Wants a ban.
        allow: Wants something allowed.
    """

    matters: tuple[str, ...]
    wish: Wish
    more: int
    ban: bool
    allow: bool


def _quantity(folded: str, wish: Wish) -> list[str]:
    units = {unit for unit, _ in wish.amounts}
    out = ["时间" if m == "期限" and _CLOCK.search(folded) else m for m in sorted({_OF_UNIT[u] for u in units if u in _OF_UNIT})]
    if _CLOCK.search(folded):
        out.append("时间")
    elif "小时" in units or "分钟" in units:
        out.append("时限")
    if "距离" in out and not _AWAY.search(folded):
        out[out.index("距离")] = "尺寸"
    if _FINE.search(folded):
        out = [m for m in out if m != "倍数"]
        out.append("处罚额度" if "元" in units or wish.wants or "倍" in units else "处罚")
    elif "元" in units:
        out.append("金额")
    return out


def read(text: str) -> Reading:
    """Read the matters of one ask."""
    folded = fold(text)
    wish = read_wish(text, folded)
    found = _quantity(folded, wish) + [name for name, pattern in _PATTERNS if pattern.search(folded)]
    if wish.payers or wish.spared:
        found.append("费用承担")
    if _STEPS.search(folded):
        found.append("程序")
    more, less = bool(_MORE.search(folded)), bool(_LESS.search(folded))
    ban, allow = bool(_BAN.search(folded)), bool(_ALLOW.search(folded))
    return Reading(tuple(dict.fromkeys(found)), wish, int(more) - int(less), ban and not allow, allow and not ban)


def _read_all(texts: Sequence[str]) -> list[Reading]:
    return [read(text) for text in texts]


class Readings:
    """What asks want settled, each read when it is first wanted; most want the same as others, which is kept once.

    Args:
        texts: Text of each opinion.
        asks: The asks of the run, by their places among the texts.
    """

    def __init__(self, texts: Sequence[str], asks: Numbers) -> None:
        """Read nothing yet."""
        self._texts, self._asks = texts, asks
        self._known: dict[Reading, int] = {}
        self._number = np.full(len(texts), -1)
        #: The different readings.
        self.kinds: list[Reading] = []

    def numbers(self, asks: Numbers) -> Numbers:
        """Return which of the readings some asks want settled."""
        self._read(asks, _read_all)
        return self._number[asks]

    def _read(self, asks: Numbers, read: Callable[[list[str]], list[Reading]]) -> None:
        if len(new := asks[self._number[asks] < 0]):
            distinct, places = numbered(self._texts[o] for o in new.tolist())
            found = np.array([self._known.setdefault(reading, len(self._known)) for reading in read(distinct)])
            self._number[new] = found[places]
            self.kinds = [*self._known]

    @cached_property
    def usual(self) -> dict[str, float]:
        """Share of each matter among all asks of the run, which are read for it."""
        self._read(self._asks, lambda texts: spread(_read_all, texts, "归纳主题", _TEXTS))
        counts = counted(self.numbers(self._asks), self.kinds)
        return {m: n / max(1, len(self._asks)) for m, n in sorted(counts.items())}


def counted(numbers: Numbers, kinds: Sequence[Reading]) -> Counter[str]:
    """Count the asks that want each matter settled.

    Args:
        numbers: Which of the readings each ask is.
        kinds: The readings.
    """
    counts = Counter[str]()
    for kind, n in zip(*(found.tolist() for found in np.unique(numbers, return_counts=True)), strict=True):
        for matter in kinds[kind].matters:
            counts[matter] += n
    return counts


def named_in(matter: str, subject: str) -> bool:
    """Say whether a subject already names a matter in other words, as 老旧小区补助 does 补贴."""
    return any(name == matter and pattern.search(subject) for name, pattern in _PATTERNS)


def _sides(numbers: Numbers, kinds: Sequence[Reading], keep: Mask, drop: Mask) -> Iterator[tuple[str, Numbers, Numbers]]:
    """Name of each kind of conflict, with the asks on either side of it."""
    known, own = np.unique(numbers, return_inverse=True)
    readings = [kinds[k] for k in known.tolist()]

    def those(told: Callable[[Reading], bool]) -> Numbers:
        return np.flatnonzero(np.fromiter(map(told, readings), np.bool_, len(readings))[own])

    yield CONFLICTS[0], those(lambda r: r.more > 0), those(lambda r: r.more < 0)
    yield CONFLICTS[1], np.flatnonzero(keep), np.flatnonzero(drop)
    yield CONFLICTS[2], those(lambda r: r.ban), those(lambda r: r.allow)
    of_reading = np.split(np.argsort(own, kind="stable"), np.cumsum(np.bincount(own))[:-1])
    by_amount: dict[tuple[str, float], list[Numbers]] = {}
    by_payer: dict[str, list[Numbers]] = {}
    for reading, rows in zip(readings, of_reading, strict=True):
        for amount in reading.wish.amounts:
            by_amount.setdefault(amount, []).append(rows)
        for payer in reading.wish.payers:
            by_payer.setdefault(payer, []).append(rows)
    amounts = {amount: np.sort(np.concatenate(rows)) for amount, rows in sorted(by_amount.items())}
    for (a, one), (b, other) in combinations(((a, rows) for a, rows in amounts.items() if len(rows) > 1), 2):
        if a[0] == b[0]:
            yield CONFLICTS[3], one, other
    for one, other in combinations([np.sort(np.concatenate(by_payer[p])) for p in sorted(by_payer)], 2):
        yield CONFLICTS[4], one, other


def conflicts(
    numbers: Numbers,
    kinds: Sequence[Reading],
    keep: Mask,
    drop: Mask,
    near: Callable[[Numbers, Numbers], bool],
) -> list[str]:
    """Name the contrary demands among the asks of a theme.

    Args:
        numbers: Which of the readings each ask is, shape (asks,).
        kinds: The readings.
        keep: Whether each wants a rule kept, shape (asks,).
        drop: Whether each wants one deleted, shape (asks,).
        near: Says whether any of some asks speaks of the same thing as any of others.

    Returns:
        Names out of :data:`CONFLICTS`.
    """
    found: dict[str, None] = {}
    for name, one, other in _sides(numbers, kinds, keep, drop):
        if name in found:
            continue
        first, second = np.setdiff1d(one, other), np.setdiff1d(other, one)  # an ask that names both is no conflict
        if len(first) and len(second) and near(first, second):
            found[name] = None
    return [*found]


def about(found: Sequence[str], matter: str) -> list[str]:
    """Say of contrary demands what quantity is fought over, where that is known: 提高／降低：罚款."""
    return [f"{name}：{matter}" if name == CONFLICTS[0] and matter else name for name in found]
