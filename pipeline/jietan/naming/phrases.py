"""Phrases that can stand in a title: the noun phrases of the linked articles and of what residents say."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from jietan.naming.tokens import Token

__all__ = ["Clauses", "Group", "Phrase", "Weights", "best_phrases", "keywords", "weigh"]

_WORDS, _CHARACTERS = 5, 12
_WHOLE, _ARTICLE, _EXTRA, _LONG = 0.45, 0.4, 0.16, 0.05
_PLAIN, _ALONE, _SAID = 0.4, 0.3, 0.25
_WEAK = 0.08
_SHORT, _PARTY = 0.12, 0.4
_PARTIES = frozenset(
    """
    物业 物业服务人 物业服务企业 物业公司 经营者 消费者 承租人 出租人 房东 租客 企业 公司 单位 业主大会 业主委员会 业委会
    人民政府 区政府 施工单位 住户 用户 顾客 商家 开发商 建设单位 市场 系统 信息 材料 项目 资金 标准 服务 管理 车辆 小区
    住宅小区 学校 学生 家长 村民 车主 司机 乘客 行业 人民法院 期限 时限 比例 费用 金额 价格 数量 距离 年龄 余额 人数
    """.split()
)
_PAIR = 0.34
_TOP = 12

Clauses = Sequence[Sequence[Token]]


@dataclass
class Group:
    """What one theme is made of.

    Args:
        asks: Opinion ids and the clauses of each distinct text among them.
        voices: Weight of each opinion: those of one unit weigh one together.
        articles: Label of each linked article, its share of the asks and its clauses.
        legal: Legal terms that residents' words stand for, with the opinions that say so and what they say.
    """

    asks: list[tuple[list[str], Clauses]]
    voices: Mapping[str, float]
    articles: list[tuple[str, float, Clauses]] = field(default_factory=list)
    legal: dict[str, tuple[set[str], str]] = field(default_factory=dict)

    def shares(self) -> dict[str, float]:
        """Return the share of the asks that hold each word, or everyday words for it."""
        holders: dict[str, set[str]] = defaultdict(set)
        for ids, clauses in self.asks:
            for word in {t.word for clause in clauses for t in clause if t.tag in "NVPB" and len(t.word) > 1}:
                holders[word].update(ids)
        for term, (said, _) in self.legal.items():
            holders[term] |= said
        return {word: self.share(ids) for word, ids in holders.items()}

    def share(self, ids: Iterable[str]) -> float:
        """Return the share of the theme's units that some of its opinions stand for."""
        return round(math.fsum(self.voices[o] for o in ids) / self._total, 9) if self._total else 0.0

    @cached_property
    def _total(self) -> float:
        return math.fsum(self.voices[o] for found, _ in self.asks for o in found)


@dataclass(frozen=True)
class Phrase:
    """A candidate for the subject of a title.

    Args:
        words: Its words.
        text: The words joined.
        score: How well it stands for the theme.
        opinions: Opinions that use the whole phrase.
        articles: Labels of the articles that use it.
        last: Word class of its last word.
    """

    words: tuple[str, ...]
    text: str
    score: float
    opinions: tuple[str, ...]
    articles: tuple[str, ...]
    last: str


@dataclass(frozen=True)
class Weights:
    """Class-based TF-IDF of words: ``of[i][word]`` in 0..1 says how much a word stands for group ``i`` and no other."""

    of: tuple[Mapping[str, float], ...]


def weigh(groups: Sequence[Group]) -> Weights:
    """Weigh the words of groups: frequent in one and rare in the others."""
    shares = [g.shares() for g in groups]
    spread: dict[str, float] = defaultdict(float)
    for found in shares:
        for word, share in sorted(found.items()):
            spread[word] += share
    top = math.log(1 + len(groups))
    out = []
    for found in shares:
        scored = {w: s * math.log(1 + len(groups) / max(1.0, spread[w] - s + 1)) / top for w, s in found.items()}
        out.append({w: round(v, 9) for w, v in scored.items()})
    return Weights(tuple(out))


def keywords(group: Group, weights: Mapping[str, float], terms: frozenset[str], count: int = 6) -> list[tuple[str, float]]:
    """Return the words that tell a group from the others, best first, with their weights.

    Args:
        group: The theme.
        weights: Class-based TF-IDF of its words.
        terms: Words of the draft, which weigh more.
        count: How many.
    """
    tags = {t.word: t.tag for _, clauses in group.asks for c in clauses for t in c}
    known = [w for w in weights if tags.get(w, "N") in "NP" or w in terms]
    scored = {w: round(weights[w] * (1.5 if w in terms else 1.0) * (1.0 if tags.get(w, "N") in "NP" else 0.7), 6) for w in known}
    chosen: list[str] = []
    for word in sorted(scored, key=lambda w: (-scored[w], w)):
        if len(chosen) < count and not any(word in c or c in word for c in chosen):
            chosen.append(word)
    return [(w, scored[w]) for w in chosen]


def _fits(tokens: Sequence[Token], formal: bool) -> bool:
    """Say whether a run of words can stand alone as a noun phrase."""
    tags = [t.tag for t in tokens]
    if "F" in tags or tags[0] in "DC" or tags[-1] in "DCB" or not any(t in "NP" for t in tags):
        return False
    if any(a in "DC" and b in "DC" for a, b in pairwise(tags)) or (not formal and ("C" in tags or "D" in tags)):
        return False
    if tags.count("V") > 2 or tags.count("D") > 1 or (tags[-1] == "V" and (len(tags) == 1 or tags[-2] == "V")):
        return False
    short = [len(t.word) == 1 for t in tokens]
    if short[0] or any(s and t.tag == "V" for s, t in zip(short, tokens, strict=True)):
        return False
    return not short[-1]


def _runs(clauses: Clauses, formal: bool) -> Iterable[tuple[Token, ...]]:
    for clause in clauses:
        for start, first in enumerate(clause):
            if first.tag in "DCF" or len(first.word) == 1:
                continue
            for end in range(start + 1, min(len(clause), start + _WORDS) + 1):
                piece = tuple(clause[start:end])
                if piece[-1].tag == "F" or sum(len(t.word) for t in piece) > _CHARACTERS:
                    break
                if _fits(piece, formal) and not _cut_off(clause, start, end):
                    yield piece


def _cut_off(clause: Sequence[Token], start: int, end: int) -> bool:
    """Say whether a run of words is torn out of a longer word or has lost its object."""
    after = clause[end] if end < len(clause) else None
    if after is not None and len(after.word) == 1 and after.tag != "D" and _word_like(after):
        return True
    before = clause[start - 1] if start else None
    if before is not None and len(before.word) == 1 and before.tag in "NV":
        return True
    return clause[end - 1].tag == "V" and after is not None and after.tag in "NV"


def _word_like(token: Token) -> bool:
    return token.word not in "的了是在和与及或而就都也还又要不应可能为由对将按须"


def _pairs(clauses: Clauses, weights: Mapping[str, float]) -> Iterable[tuple[Token, ...]]:
    """A strong noun and a strong verb of one clause, as 楼道停放, whatever stands between them."""
    for clause in clauses:
        strong = [t for t in clause if t.tag in "NV" and len(t.word) > 1 and weights.get(t.word, 0) >= _PAIR]
        yield from ((a, b) for k, a in enumerate(strong) for b in strong[k + 1 :] if a.tag == "N" and b.tag == "V")


def _score(piece: tuple[Token, ...], said: float, written: float, weights: Mapping[str, float], terms: frozenset[str]) -> float:
    content = sorted({t.word for t in piece if t.tag in "NVPB"})
    weak = sum(weights.get(w, 0.0) < _WEAK for w in content)
    score = math.fsum(weights.get(w, 0.0) for w in content) + _WHOLE * said + _ARTICLE * min(1.0, 3 * written)
    score -= _EXTRA * weak + _LONG * max(0, len(content) - 2)
    length = sum(len(t.word) for t in piece)
    score -= _SHORT * max(0, 4 - length)
    if all(t.word in _PARTIES for t in piece):
        score -= _PARTY
    if not written:
        plain = sum(t.word not in terms and (t.tag == "V" or len(t.word) < 2) for t in piece)
        score -= _PLAIN * plain + (_ALONE if said < _SAID else 0.0)
    return round(score, 6)


def best_phrases(group: Group, weights: Mapping[str, float], terms: frozenset[str]) -> list[Phrase]:
    """Return the phrases that stand for a group, best first.

    Args:
        group: The theme.
        weights: Class-based TF-IDF of its words.
        terms: Words of the draft and of laws, out of which names are made before others.
    """
    said: dict[tuple[Token, ...], set[str]] = defaultdict(set)
    for ids, clauses in group.asks:
        for piece in {*_runs(clauses, formal=False), *_pairs(clauses, weights)}:
            said[piece].update(ids)
    written: dict[tuple[Token, ...], dict[str, float]] = defaultdict(dict)
    for label, share, clauses in group.articles:
        for piece in set(_runs(clauses, formal=True)):
            written[piece][label] = share
    out = []
    for piece in {*said, *written}:
        if not any(weights.get(t.word, 0.0) for t in piece):
            continue
        labels = written.get(piece, {})
        score = _score(piece, group.share(said.get(piece, ())), math.fsum(labels.values()), weights, terms)
        words = tuple(t.word for t in piece)
        out.append(Phrase(words, "".join(words), score, tuple(sorted(said.get(piece, ()))), tuple(sorted(labels)), piece[-1].tag))
    out.sort(key=lambda p: (-p.score, p.text))
    return out[:_TOP]
