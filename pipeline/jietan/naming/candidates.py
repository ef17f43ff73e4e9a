"""Phrases that can be the subject of a title, and what is known of each: features for the model that chooses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from jietan.naming.tokens import Token, word_counts
from jietan.naming.weights import Clauses, Group

__all__ = ["FEATURES", "Candidate", "Known", "candidates", "features"]

_WORDS, _CHARACTERS = 5, 12
_REACH, _PAIR = 6, 10
#: More texts than these are not searched for phrases: those that most opinions share come first.
_TEXTS = 400
_NOWHERE = 99
#: Words that begin or end like these are pieces of a sentence, and what begins like those is no part of a name before it.
_OPENERS, _CLOSERS, _VERBAL = (
    ("由", "其", "该", "所", "每", "日起", "期为"),
    ("的", "了", "为", "其", "着", "得"),
    "应须可不要是有由为把被在对将按",
)
_PARTIES = frozenset(
    """
    物业 物业服务人 物业服务企业 物业公司 经营者 消费者 承租人 出租人 房东 租客 企业 公司 单位 业主大会 业主委员会 业委会
    人民政府 区政府 施工单位 住户 用户 顾客 商家 开发商 建设单位 市场 系统 信息 材料 项目 资金 标准 服务 管理 车辆 小区
    住宅小区 学校 学生 家长 村民 车主 司机 乘客 行业 人民法院 期限 时限 比例 费用 金额 价格 数量 距离 年龄 余额 人数
    """.split()
)
_OF_WORDS = ("weight", "share", "lift", "common", "in_articles")
#: What the model looks at, in the order of its numbers: how much of the theme says the phrase and its words, how these
#: words stand against other themes, the draft and general language, what the phrase is made of, and how near its meaning is.
FEATURES = (
    *("said", "words_said", "written", "legal_term", "in_draft"),
    *(f"{name}_{how}" for name in _OF_WORDS for how in ("min", "mean", "max")),
    *("weight_sum", "first_in_article", "parties"),
    *("n_tokens", "n_words", "n_characters", "n_short", "n_verbs", "starts_verb", "ends_verb", "ends_noun", "has_de", "has_and", "apart"),
    *("near", "near_best", "near_mean"),
    *("rank_near", "rank_near_best", "rank_weight_sum", "rank_words_said"),
    "n_texts",
)
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Candidate(NamedTuple):
    """A phrase that can be the subject of a title.

    Attributes:
        tokens: Its words.
        text: The words joined.
        opinions: Opinions that use it, sorted.
        articles: Labels of the linked articles that use it, sorted.
        written: Share of the asks that these articles are linked to.
        apart: Whether its words stand apart from each other in what is said.
    """

    tokens: tuple[Token, ...]
    text: str
    opinions: tuple[int, ...]
    articles: tuple[str, ...]
    written: float
    apart: bool

    @property
    def words(self) -> list[str]:
        """Its words that mean something alone."""
        return [t.word for t in self.tokens if t.tag in "NVPB" and len(t.word) > 1]


@dataclass(frozen=True)
class Known:
    """What is known of a theme among all others.

    Args:
        group: The theme.
        weights: Class-based TF-IDF of its words.
        shares: Share of its asks that hold each word.
        others: Mean share of each word among the other themes.
        terms: Words of the draft.
        in_articles: Number of articles of the draft that hold each word.
        row: Which of the themes it is.
    """

    group: Group
    weights: Mapping[str, float]
    shares: Mapping[str, float]
    others: Mapping[str, float]
    terms: frozenset[str]
    in_articles: Mapping[str, int]
    row: int


def _runs(clauses: Clauses) -> Iterable[tuple[tuple[Token, ...], bool]]:
    """Runs of words that begin and end with a word that means something, and whether each lacks what belongs behind it."""
    for clause in clauses:
        for start, first in enumerate(clause):
            if not _strong(first) or first.tag not in "NVBP":
                continue
            length = 0
            for end in range(start, min(len(clause), start + _WORDS)):
                last = clause[end]
                length += len(last.word)
                if length > _CHARACTERS or not (last.tag in "DC" or _strong(last)):
                    break
                if last.tag in "NVP":
                    yield tuple(clause[start : end + 1]), _lacks(last, clause[end + 1 :][:1])


def _strong(token: Token) -> bool:
    return token.tag in "NVBP" and len(token.word) > 1 and not token.word.startswith(_OPENERS) and not token.word.endswith(_CLOSERS)


def _lacks(last: Token, following: Sequence[Token]) -> bool:
    """Say whether a run ends before its head or its object, as 市场 before 调节价."""
    return any(t.tag == "N" and last.tag in "NV" and t.word[0] not in _VERBAL for t in following)


def _pairs(clauses: Clauses) -> Iterable[tuple[Token, Token]]:
    """Two strong words of one clause with something between them, as 楼道 and 停放 of 楼道里不许停放."""
    for clause in clauses:
        strong = [(k, t) for k, t in enumerate(clause) if t.tag in "NV" and _strong(t)]
        for (i, a), (j, b) in combinations(strong, 2):
            if 1 < j - i <= _REACH and len(a.word) + len(b.word) <= _PAIR and not _lacks(b, clause[j + 1 :][:1]):
                yield a, b


def candidates(group: Group) -> list[Candidate]:
    """Return the phrases that can name a theme, each text once, in the order of their texts.

    Args:
        group: The theme.
    """
    said: dict[tuple[Token, ...], set[int]] = defaultdict(set)
    whole: set[tuple[Token, ...]] = set()
    complete: set[tuple[Token, ...]] = set()
    asks = sorted(group.asks, key=lambda a: (-len(a[0]), min(a[0])))[:_TEXTS]
    for ids, clauses in asks:
        runs = set(_runs(clauses))
        complete |= {piece for piece, lacking in runs if not lacking}
        found = {piece for piece, _ in runs}
        whole |= found
        for piece in found | set(_pairs(clauses)):
            said[piece].update(ids)
    written: dict[tuple[Token, ...], dict[str, float]] = defaultdict(dict)
    for label, share, clauses in group.articles:
        for piece, lacking in set(_runs(clauses)):
            written[piece][label] = share
            complete |= set() if lacking else {piece}
    out: dict[str, Candidate] = {}
    for piece in sorted({*said, *written}, key=lambda p: tuple((t.word, t.tag) for t in p)):
        text = "".join(t.word for t in piece)
        labels = written.get(piece, {})
        apart = piece not in whole and piece not in written
        names_matter = any(t.word not in _PARTIES for t in piece if t.tag in "NVPB")
        if text not in out and names_matter and (apart or piece in complete):
            out[text] = Candidate(piece, text, tuple(sorted(said.get(piece, ()))), tuple(sorted(labels)), math.fsum(labels.values()), apart)
    return [out[t] for t in sorted(out)]


@lru_cache(maxsize=1 << 16)
def _common(word: str) -> float:
    """How common a word is in general, on a logarithmic scale."""
    return math.log1p(word_counts().get(word, 0))


def _spread(values: Sequence[float]) -> tuple[float, float, float]:
    return (min(values), math.fsum(values) / len(values), max(values)) if values else (0.0, 0.0, 0.0)


def _of_words(words: Sequence[str], known: Known) -> list[float]:
    weights = [known.weights.get(w, 0.0) for w in words]
    shares = [known.shares.get(w, 0.0) for w in words]
    lifts = [math.log((s + 0.01) / (known.others.get(w, 0.0) + 0.01)) for w, s in zip(words, shares, strict=True)]
    common = [_common(w) for w in words]
    articles = [math.log1p(known.in_articles.get(w, 0)) for w in words]
    return [x for values in (weights, shares, lifts, common, articles) for x in _spread(values)] + [math.fsum(weights)]


def _made_of(c: Candidate) -> list[float]:
    tags = [t.tag for t in c.tokens]
    return [
        len(tags),
        len(c.words),
        len(c.text),
        sum(len(t.word) == 1 for t in c.tokens),
        tags.count("V"),
        tags[0] == "V",
        tags[-1] == "V",
        tags[-1] == "N",
        "D" in tags,
        "C" in tags,
        c.apart,
    ]


def _ranks(values: Matrix) -> Matrix:
    """Places from 0 (least) to 1 (most); equal values take the same place."""
    found = np.unique(values.round(5), return_inverse=True)[1].astype(np.float32)
    return found / max(1.0, float(found.max(initial=0.0)))


def features(found: Sequence[Candidate], known: Known, near: Matrix) -> Matrix:
    """Return what is known of each candidate.

    Args:
        found: Candidates of one theme.
        known: The theme among the others.
        near: How near the meaning of each candidate is to each theme, shape (candidates, themes).

    Returns:
        float32, shape (candidates, ``len(FEATURES)``).
    """
    holders: dict[str, set[int]] = defaultdict(set)
    for ids, clauses in known.group.asks:
        for word in {t.word for c in clauses for t in c}:
            holders[word].update(ids)
    for term, (said, _) in known.group.legal.items():
        holders[term] = holders[term] | said
    first = Counter[str]()
    for _, _, clauses in known.group.articles:
        for k, token in enumerate(t for c in clauses for t in c):
            first[token.word] = min(first.get(token.word, _NOWHERE), k)
    rows = []
    for c in found:
        words = c.words
        every = set.intersection(*(holders.get(w, set()) for w in words))
        row = [known.group.share(c.opinions), known.group.share(every), min(1.0, c.written)]
        row += [any(w in known.group.legal for w in words), sum(w in known.terms for w in words) / len(words)]
        row += [*_of_words(words, known), min(first.get(w, _NOWHERE) for w in words), sum(w in _PARTIES for w in words) / len(words)]
        rows.append([*row, *_made_of(c)])
    base = np.array(rows, np.float32)
    own = near[:, known.row]
    others = np.delete(near, known.row, axis=1)
    best = own - (others.max(axis=1) if others.shape[1] else 0.0)
    mean = own - (others.mean(axis=1) if others.shape[1] else 0.0)
    sums, every_word = base[:, FEATURES.index("weight_sum")], base[:, FEATURES.index("words_said")]
    ranks = [_ranks(x) for x in (own, best, sums, every_word)]
    texts = np.full(len(found), len(known.group.asks), np.float32)
    return np.column_stack([base, own, best, mean, *ranks, texts]).astype(np.float32).round(4)
