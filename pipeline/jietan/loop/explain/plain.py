"""法言法语 in everyday words: every change is one of a fixed list, and the source can be read off the result."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from jietan.errors import JietanError
from jietan.language.lexicon import load_lexicon
from jietan.resources import corpus_path

__all__ = ["Bit", "Glossary", "Plain", "load_glossary", "plain"]

_MOVES = "停|放|带|纳|列|分|内|移|交|送|改|公|通|报|告|作|用|转|出|装|设|存|上|接|安|提|投|记|信|相|有|开|及|该|所|入|给"
_GLOSSES = "lexicon/plain.tsv"
#: What statutes write and how people say it, the earlier rule first where two meet. The added words never bring in a
#: number, a name or a condition that the text has not.
_WORDINGS: tuple[tuple[str, str], ...] = (
    (r"不应当(?=[^，。；]*(?:，|。|；|$))", "不要"),
    (r"均应当", "都要"),
    (r"均(?=不得|可以|由)", "都"),
    (r"(?<=不得|可以)并?处(?=[^，。；]*罚款)", "罚款"),
    (r"(?<!只)应当", "要"),
    (r"必须", "一定要"),
    (r"(?<![必无])须(?!知)", "要"),
    (r"不得", "不能"),
    (r"禁止下列", "不准有下面的"),
    (r"(?:禁止|严禁)(?!令|性|使用的)", "不准"),
    (r"下列", "下面的"),
    (r"处(?=警告)", "给予"),
    (r"逾期不改正", "到期还不改正"),
    (r"逾期(?=未|没有|不|拒)", "到期"),
    (r"拒不", "坚决不"),
    (r"责令限期", "命令在限定的时间内"),
    (r"责令(?=改正|停止|停业|停产|恢复|退还|拆除|补|消除|其)", "命令"),
    (r"予以(?=奖励|表彰|表扬|补助|补偿|补贴|处分|处罚|警告|支持|扶持|优先|保障|配合|协助)", "给予"),
    (r"(?<=[内时后当即])予以(?=[\u4e00-\u9fff]{2})", ""),
    (r"予以(?=[\u4e00-\u9fff]{2})", "进行"),
    (r"尚未", "还没有"),
    (r"未经", "没有经过"),
    (r"未按照", "没有按照"),
    (r"(?<![尚从并])未(?=[履建依取办安设配提报公采落达完公改缴签建登对向在将能予及制开组明告征进])", "没有"),
    (r"无人(?=认领|看管|值守|管理)", "没有人"),
    (r"(?<=劝阻|制止|劝说|调解)无效", "不起作用"),
    (r"擅自", "私自"),
    (r"(?<=[例法定则章])所称", "说的"),
    (r"是指", "指的是"),
    (r"会同", "联合"),
    (r"从其规定", "按那些规定办"),
    (r"依照", "按照"),
    (r"之日起", "那天起"),
    (r"之时起", "那时起"),
    (r"(?<![亲独各来])自(?=[^，。；\n]{1,40}?(?:之日|之时|日|月|年)起)", "从"),
    (r"确需", "确实需要"),
    (r"且(?=[\u4e00-\u9fff])(?<![而并况尚苟]且)(?!不限)", "而且"),
    (r"以及", "和"),
    (r"(?<![即必终])将(?=[^，。；其于要来会近军至]{2,24}?(?:" + _MOVES + "))", "把"),
)  # fmt: skip
_FINE = re.compile(r"(?P<verb>并处|可以处|处以|处)(?P<amount>[^，。；：处]{2,40}?)(?P<noun>的?罚款)")
_FINE_VERBS = {"并处": "同时罚款", "可以处": "可以罚款", "处以": "罚款", "处": "罚款"}
_CONDITION = re.compile(r"的，")
_BOUNDARY = "。；\n："
_NO_IF = re.compile(r"(?:违反[^，]*的行为，|对|经|在|自|为|向|由|根据|按照|依照|鼓励|但|有权|其中|因此)")
_BOOK = re.compile(r"《[^《》]*》")


@dataclass(frozen=True)
class Bit:
    """A piece of a sentence: the words of the text and what is said instead.

    Attributes:
        source: Words of the text; empty for an added 如果.
        said: The everyday words; equal to ``source`` where nothing is changed, empty where the words are left out.
    """

    source: str
    said: str


@dataclass(frozen=True)
class Plain:
    """A sentence in everyday words.

    Attributes:
        bits: Its pieces; their sources together are the text's own words, unbroken.
    """

    bits: tuple[Bit, ...]

    @property
    def text(self) -> str:
        """The everyday words."""
        return "".join(bit.said for bit in self.bits)

    @property
    def source(self) -> str:
        """The words of the text."""
        return "".join(bit.source for bit in self.bits)


_Edit = tuple[int, int, str]


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), said) for pattern, said in _WORDINGS)


def _fines(text: str) -> Iterator[_Edit]:
    """处五千元以上三万元以下罚款 → 罚款五千元以上三万元以下."""
    for match in _FINE.finditer(text):
        yield match.start("verb"), match.end("verb"), _FINE_VERBS[match["verb"]]
        yield match.start("noun"), match.end("noun"), ""


def _conditions(text: str) -> Iterator[_Edit]:
    """…的，应当 → 如果…，要."""
    opened = -1
    for match in _CONDITION.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in _BOUNDARY) + 1
        head = text[start : match.start()]
        if _NO_IF.match(head) or len(head) < 2:
            continue
        if start != opened:
            yield start, start, "如果"
            opened = start
        yield match.start(), match.start() + 1, ""


def _free(edits: Iterable[_Edit], taken: list[tuple[int, int]]) -> Iterator[_Edit]:
    for start, end, said in edits:
        if not any(start < b and a < end for a, b in taken if a < b) or start == end:
            if start < end:
                taken.append((start, end))
            yield start, end, said


def plain(text: str, *, joined: bool = True) -> Plain:
    """Say a piece of a statute in everyday words.

    Args:
        text: Its words, unbroken.
        joined: Whether it follows the words before it; where not, a 并 at its beginning is left out.

    Returns:
        The pieces; numbers, names and what stands in 《》 stay as they are, a comma at the end becomes a full stop.
    """
    taken = [match.span() for match in _BOOK.finditer(text)]
    edits = list(_free([(len(text) - 1, len(text), "。")] if text.endswith(("，", "；")) else [], taken))
    edits += _free([] if joined or not re.match("并(?!且|处)", text) else [(0, 1, "")], taken)
    edits += _free(_fines(text), taken)
    edits += _free(_conditions(text), taken)
    for pattern, said in _rules():
        edits += _free(((m.start(), m.end(), said) for m in pattern.finditer(text)), taken)
    bits: list[Bit] = []
    at = 0
    for start, end, said in sorted(edits):
        if at < start:
            bits.append(Bit(text[at:start], text[at:start]))
        bits.append(Bit(text[start:end], said))
        at = end
    return Plain((*bits, *([Bit(text[at:], text[at:])] if at < len(text) else [])))


class Glossary:
    """What people call what the law names, for the names that hold both ways.

    Args:
        pairs: Legal name and everyday name.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep the names, longer ones first."""
        self._said = dict(pairs)
        self._names = sorted(self._said, key=lambda name: (-len(name), name))

    def __call__(self, name: str) -> str:
        """Return the everyday name, or an empty text."""
        return self._said.get(name, "")

    def found(self, text: str) -> list[tuple[str, str]]:
        """Name the legal names that stand in a text, in order, each once, with their everyday names."""
        taken: list[tuple[int, int]] = [match.span() for match in _BOOK.finditer(text)]
        out: dict[str, int] = {}
        for name in self._names:
            at = text.find(name)
            while at >= 0:
                span = (at, at + len(name))
                if not any(a < span[1] and span[0] < b for a, b in taken):
                    taken.append(span)
                    out.setdefault(name, at)
                at = text.find(name, at + 1)
        return [(name, self._said[name]) for name in sorted(out, key=lambda n: (out[n], n)) if self._said[name] not in text]


@lru_cache(maxsize=1)
def load_glossary() -> Glossary:
    """Load the pairs of the lexicon that hold backwards too.

    Raises:
        JietanError: A pair is not one of the lexicon.
    """
    known = {(entry.legal, entry.colloquial) for entry in load_lexicon().entries}
    with corpus_path(_GLOSSES).open(encoding="utf-8", newline="") as file:
        pairs = [(row["legal"], row["colloquial"]) for row in csv.DictReader(file, delimiter="\t")]
    if strange := [pair for pair in pairs if pair not in known]:
        raise JietanError(f"口语词表里没有这一对：{strange[0][0]}、{strange[0][1]}", where=_GLOSSES, todo="请重新安装 jietan")
    return Glossary(pairs)
