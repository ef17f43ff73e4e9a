"""Vocabulary: how the draft itself calls things, and how legislation writes what people say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from jietan.language.lexicon import Lexicon, sizes_by_first
from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.wording_of_numbers import format_number, format_percent
from jietan.law.wording import boundaries, reworded, spoken_words

__all__ = ["Piece", "Vocabulary", "is_actor", "statutory"]

_SUFFIX = (
    "部门|机关|机构|政府|办事处|委员会|企业|公司|单位|组织|学校|医院|法院|检察院|业主|用户|派出所|经营者|服务人|管理人|使用人|出租人|"
    "承租人|消费者|监护人|所有人|责任人|平台|大队|支队|中心|协会|工会|居民|个人|旅客|乘客|老年人|家庭成员|人员|饲养人|销售者|生产者"
)
_IS_ACTOR = re.compile(rf"(?:{_SUFFIX})$")
_MAY_ACT = re.compile(rf"(?:{_SUFFIX}|[人者])$")
_NAMES_ONE = re.compile(rf"(?:{_SUFFIX}|媒体|商户|商家|骑手|家长|学生|群众|公民|团体|海关|图书馆|博物馆|幼儿园|管理处|作坊|[人者])$")
_SUBJECT = re.compile(
    r"(?:^|[，。；：、\n由向]|会同|以及|和|或者)([^，。；：、\n的由等（）《》]{2,16}?)(?=应当|不得|可以|负责|有权|依法|按照)"
)
_JOINTS = re.compile(r"、|以及|或者|和|与")
_NOT_NAMES = re.compile(r"^(?:任何|有关|其他|相关|该|本|各|对|在|经|因|需要|确需|违反|前款|自)")
_NO_NAME = re.compile(r"[我你咱们这那的没不可有说让被对把将从到在由若]|明确|写明|规定|如果|应当")
#: An amount that is none: 六周 in 周六周日, 四周 for what lies around; 十多天 has no statutory form.
_NO_AMOUNT = re.compile(r"\|[多来余左]|每\|[百千万]|周\|.周\||\|.周\|[一二三四五六日末]|\|四周\|(?![内以之后前])")
_PART_OF_DAY = re.compile(r"(?:(?:每天|每日)?(?:早上|上午|中午|下午|晚上|夜里|夜间|凌晨|清晨|傍晚|半夜|晚|早))$")
_INSIDE = re.compile(r"[小社园城校辖地街]区$")  # 区里 in 小区里
_MINUTES = 60
#: So many words that were put into legal ones are remembered.
_REMEMBERED = 1 << 15
_SHORT = 2  # words of so many characters stand where a word begins or ends
_STATE = ("政府", "各级政府", "国家")
#: Function words of speech and what a statute writes.
_PLAIN = (
    ("不可以", "不得"), ("不允许", "不得"), ("不应当", "不得"), ("不应该", "不得"), ("不许", "不得"), ("不准", "不得"), ("不能", "不得"),
    ("严禁", "禁止"), ("应该", "应当"), ("必须", "应当"), ("务必", "应当"), ("把", "将"), ("跟", "与"), ("如果", "如果"), ("要是", "如果"),
    ("起码", "至少"), ("里面", "内"), ("旁边", "周边"), ("贴出来", "公示"), ("挂出来", "公布"),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Words of a proposed text and where they come from.

    Attributes:
        source: ``draft:第十二条第二款``, ``opinion:ID[a:b]``, ``grammar:…``, or ``lexicon:said→legal`` for the entry that
            turned what the opinion before it says into its legal term.
        words: The words as they stand in the text; empty for a deletion and for a lexicon entry.
    """

    source: str
    words: str

    def __str__(self) -> str:
        """Return ``source→words``; a lexicon entry names both sides already."""
        return self.source if self.source.startswith("lexicon:") else f"{self.source}→{self.words}"


def is_actor(words: str) -> bool:
    """Say whether words name somebody who can act: an office, an enterprise, a person."""
    return bool(_NAMES_ONE.search(words))


def statutory(quantity: Quantity) -> str | None:
    """Write an amount as statutes do: 三天 → 三日, 半个月 → 十五日, 30% → 百分之三十; None where it has no such form."""
    value, unit = quantity.value, quantity.unit
    if unit in ("时", "日期"):
        return None
    if unit == "%":
        return format_percent(value / 100)
    if unit in ("年", "个月", "周") and not float(value).is_integer():
        factor, smaller = {"年": (12, "个月"), "个月": (30, "日"), "周": (7, "日")}[unit]
        value, unit = value * factor, smaller
    elif unit == "周":
        value, unit = value * 7, "日"
    elif unit == "小时" and value < 1:
        value, unit = value * 60, "分钟"
    if value != round(value, 2) or value <= 0:
        return None
    return format_number(value) + unit


def _clock(text: str, earlier: Quantity | None, quantity: Quantity) -> str:
    """Write a time of day as statutes do: 晚上十点到凌晨六点 → 二十二时至次日六时."""
    hour, minute = divmod(round(quantity.value * _MINUTES), _MINUTES)
    part = _PART_OF_DAY.search(text[: quantity.start])
    start = part.start() if part else quantity.start
    between = text[earlier.end : start] if earlier is not None and earlier.unit == "时" else ""
    overnight = earlier is not None and between in ("到", "至", "-", "~", "—") and quantity.value < earlier.value
    words = f"{format_number(hour)}时" + (f"{format_number(minute)}分" if minute else "")
    if overnight and earlier is not None:
        return f"{text[: earlier.end]}至次日{words}{text[quantity.end :]}"
    return text[:start] + words + text[quantity.end :]


_FULL = str.maketrans(",;:()", "，；：（）")


class Vocabulary:
    """The words of one draft.

    Args:
        texts: The draft's articles.
        lexicon: Everyday words and their legal terms.
    """

    def __init__(self, texts: Iterable[str], lexicon: Lexicon) -> None:
        """Remember the draft's words."""
        self.text = "\n".join(texts)
        self._legal: dict[str, list[str]] = {}
        for entry in lexicon.entries:
            if len(entry.colloquial) > 1 and "贬" not in entry.note:
                self._legal.setdefault(entry.colloquial, []).append(entry.legal)
        self._sizes = sizes_by_first(self._legal)
        self._terms: dict[str, str | None] = {}
        self._actor_of: dict[str, tuple[str, tuple[Piece, ...]] | None] = {}
        self._legal_of: dict[str, tuple[str, tuple[Piece, ...]]] = {}

    @cached_property
    def actors(self) -> frozenset[str]:
        """The nouns that the draft lets act."""
        found: set[str] = set()
        for match in _SUBJECT.finditer(self.text):
            for name in _JOINTS.split(match[1]):
                if len(name) > 1 and _MAY_ACT.search(name) and not _NOT_NAMES.match(name):
                    found.add(name)
        return frozenset(found)

    def fund(self, said: str) -> tuple[str, list[Piece]]:
        """Call a source of money as the draft calls it: 公共收益 → 共有部分的经营收益, where the draft has one of that kind.

        Args:
            said: What the resident calls it.

        Returns:
            The words, and what led to them.
        """
        words, notes = self.legal(said)
        for kind in ("收益", "维修资金", "预算"):
            named = sorted(set(re.findall(rf"(?:使用|从|列入)([^，。；、]{{2,12}}{kind})", self.text.replace("或者", "，"))))
            if words.endswith(kind) and len(named) == 1:
                same = named[0] == words
                return named[0], notes if same else [Piece(f"draft:用语“{named[0]}”", "")]
        return words, notes

    def _term(self, said: str) -> str | None:
        """The one term for a word: the only one that the draft uses, or the only one there is for an actor."""
        if said not in self._terms:
            self._terms[said] = self._choose(said)
        return self._terms[said]

    def _choose(self, said: str) -> str | None:
        terms = self._legal.get(said, [])
        used = [t for t in dict.fromkeys(terms) if t in self.text]
        if said in self.text and not any(said in t or t in self.actors for t in used):
            return None  # the draft's own word
        if len(used) == 1 or (used and used[0] in self.actors):
            return used[0]
        return terms[0] if len(set(terms)) == 1 and not used and said not in self.text and _IS_ACTOR.search(terms[0]) else None

    def actor(self, said: str) -> tuple[str, list[Piece]] | None:
        """Align an actor to the draft's own noun.

        Args:
            said: What the resident calls it.

        Returns:
            The noun and the entries of the lexicon that led to it; None where ``said`` is no actor.
        """
        said = said.strip()
        if said not in self._actor_of:
            if len(self._actor_of) >= _REMEMBERED:
                self._actor_of.clear()
            found = self._aligned(said)
            self._actor_of[said] = None if found is None else (found[0], tuple(found[1]))
        known = self._actor_of[said]
        return None if known is None else (known[0], list(known[1]))

    def _aligned(self, said: str) -> tuple[str, list[Piece]] | None:
        if said in self.actors:
            return said, []
        term = self._term(said)
        if term is not None and _IS_ACTOR.search(term):
            return term, [Piece(f"lexicon:{said}→{term}", "")]
        if not self._ends_like_one(said):
            return None
        near = sorted(a for a in self.actors if said in a)
        if len(said) > 1 and len(near) == 1 and self.text.count(said) == self.text.count(near[0]):
            return near[0], [Piece(f"draft:用语“{near[0]}”", "")] if near[0] != said else []
        if said in _STATE and "人民政府" in self.text:
            return "人民政府", [Piece("draft:用语“人民政府”", "")]
        words, notes = self.legal(said)
        return (words, notes) if _IS_ACTOR.search(words) and len(words) <= 16 and not _NO_NAME.search(words) else None

    @cached_property
    def _last(self) -> frozenset[str]:
        """The last characters of actors, and of what is put into other words whatever stands before it."""
        names = (*self.actors, *_SUFFIX.split("|"), *_STATE, *(plain for plain, _ in _PLAIN), *spoken_words())
        return frozenset(name[-1] for name in names)

    def _ends_like_one(self, said: str) -> bool:
        """Say whether words can be, or become, the name of an actor; most do not end so, and putting them into legal ones takes long."""
        if said[-1:] in self._last or any(said in actor for actor in self.actors):
            return True
        return any(said[-size:] in self._legal for size in range(2, len(said) + 1))

    def legal(self, said: str) -> tuple[str, list[Piece]]:
        """Put everyday words into legal ones, and amounts into statutory form.

        Args:
            said: What the resident says.

        Returns:
            The words, and the entries of the lexicon that were used.
        """
        if said not in self._legal_of:
            if len(self._legal_of) >= _REMEMBERED:
                self._legal_of.clear()
            words, notes = self._written(said)
            self._legal_of[said] = words, tuple(notes)
        words, known = self._legal_of[said]
        return words, list(known)

    def _written(self, said: str) -> tuple[str, list[Piece]]:
        text, notes = self._amounts(fold(said)), list[Piece]()
        short = any(text[k : k + _SHORT] in self._legal for k in range(len(text) - 1))
        out, at, bounds = "", 0, boundaries(text) if short else set()
        while at < len(text):
            term, size = self._at(text, at, bounds)
            if term is None:
                out, at = out + text[at], at + 1
            else:
                notes.append(Piece(f"lexicon:{text[at : at + size]}→{term}", ""))
                out, at = out if out.endswith(term) else out + term, at + size
        for plain, law in _PLAIN:
            out = out.replace(plain, law)
        out, used = reworded(out)
        notes += [Piece(f"lexicon:{said}→{written}", "") for said, written in used if written]
        return out.translate(_FULL), notes

    def _at(self, text: str, at: int, bounds: set[int]) -> tuple[str | None, int]:
        for size in self._sizes.get(text[at], ()):
            word = text[at : at + size]
            if (
                at + size > len(text)
                or word not in self._legal
                or (size == _SHORT and not {at, at + size} & bounds)
                or _INSIDE.search(text[max(0, at - 1) : at + 1])
            ):
                continue
            term = self._term(word)
            if term is None or any(text.startswith(term, at - k) for k in range(len(term)) if at >= k):
                return None, 0
            return term, size
        return None, 0

    @staticmethod
    def _amounts(text: str) -> str:
        found = find_quantities(text)
        for earlier, quantity in reversed(list(zip([None, *found], found, strict=False))):
            if quantity.unit == "时":
                text = _clock(text, earlier, quantity)
                continue
            written = statutory(quantity)
            if written is not None and not _NO_AMOUNT.search(f"{text[: quantity.start]}|{quantity.text}|{text[quantity.end :]}"):
                text = text[: quantity.start] + written + text[quantity.end :]
        return text

    def knows(self, words: str) -> bool:
        """Say whether the draft itself uses these words, or nearly all their pairs of characters."""
        pairs = ["".join(p) for p in pairwise(words)]
        return len(words) > 1 and (words in self.text or (len(pairs) > 2 and sum(p in self.text for p in pairs) >= 0.8 * len(pairs)))
