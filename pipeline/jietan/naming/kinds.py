"""Titles of kinds of problems, where there is no draft: the words that the heads of their letters share, places aside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from jietan.naming.titles import Part, Title
from jietan.naming.tokens import Token
from jietan.naming.weights import Clauses

__all__ = ["kind_titles"]

_SHORTEST, _LONGEST = 4, 12
_BEST, _TITLES = 12, 8
#: What two words gain that mostly stand side by side, and what one word alone is worth beside two.
_ADJACENT, _SINGLE = 1.25, 0.75
#: So many of the letters hold the words of a title.
_HELD = 2
_SPREAD = 0.5
#: Words for who writes and who is written to: they name no kind of problem alone.
_GENERAL = frozenset(
    """
    小区 业主 物业 村民 居民 市民 学校 学生 家长 公司 企业 政府 部门 领导 城市 农村 乡镇 社区 单位 中心 中学 小学 县城 城区 街道 国家
    老师 开发商 楼盘 项目 老百姓 政策 事宜 管理 建设 情况 现象 工程 规划 部分 区域 地区 同志 群众 全市 全县 人民 员工 职工
    """.split()
)


class _Heads:
    """The words of the heads of one group's letters."""

    def __init__(self, heads: Sequence[tuple[Sequence[int], Clauses]]) -> None:
        self.opinions = [tuple(ids) for ids, _ in heads]
        self.tags: dict[str, str] = {}
        self.words: list[dict[str, int]] = []
        self.neighbours: list[set[tuple[str, str]]] = []
        self._holders: dict[str, set[int]] = {}
        for _, clauses in heads:
            places: dict[str, int] = {}
            near = set()
            tokens: list[Token] = [t for clause in clauses for t in (*clause, Token("", "F"))]
            for k, t in enumerate(tokens):
                if t.tag in "NVB" and len(t.word) > 1:
                    self.tags[t.word] = t.tag
                    places.setdefault(t.word, k)
                    if k and tokens[k - 1].tag in "NVB":
                        near.add((tokens[k - 1].word, t.word))
            for word in places:
                self._holders.setdefault(word, set()).add(len(self.words))
            self.words.append(places)
            self.neighbours.append(near)

    def holding(self, *words: str) -> list[int]:
        return sorted(set.intersection(*(self._holders[w] for w in words)))

    def ordered(self, a: str, b: str, rows: Sequence[int]) -> tuple[str, str]:
        """Two words in the order that most heads hold them in."""
        before = sum(1 if self.words[k][a] < self.words[k][b] else -1 for k in rows)
        return (a, b) if before > 0 or (before == 0 and self.tags[a] == "N" and self.tags[b] != "N") else (b, a)


def _pairs(heads: _Heads, best: Sequence[str], weights: Mapping[str, float]) -> dict[str, tuple[float, list[int]]]:
    out: dict[str, tuple[float, list[int]]] = {}
    n = len(heads.words)
    for a, b in combinations(best, 2):
        rows = heads.holding(a, b)
        if len(rows) < min(n, _HELD) or a in b or b in a or (a in _GENERAL and b in _GENERAL):
            continue
        first, second = heads.ordered(a, b, rows)
        if "N" not in (heads.tags[first], heads.tags[second]) or heads.tags[second] == "B":
            continue
        if not _SHORTEST <= len(first + second) <= _LONGEST:
            continue
        beside = sum((first, second) in heads.neighbours[k] for k in rows) * 2 > len(rows)
        score = (weights[a] + weights[b]) * (len(rows) / n) ** _SPREAD * (_ADJACENT if beside else 1.0)
        out[first + second] = (round(score, 6), rows)
    return out


def kind_titles(heads: Sequence[tuple[Sequence[int], Clauses]], weights: Mapping[str, float]) -> list[Title]:
    """Return the titles that a kind of problem can have, best first.

    Args:
        heads: For each letter its opinions, and the clauses of its head.
        weights: Class-based TF-IDF of the words of the heads.
    """
    known = _Heads(heads)
    n = max(1, len(known.words))
    counts = Counter(w for found in known.words for w in found)
    worth = {w: weights.get(w, 0.0) * math.sqrt(c / n) for w, c in counts.items()}
    best = sorted(worth, key=lambda w: (-round(worth[w], 6), w))[:_BEST]
    found = _pairs(known, best, weights)
    for w in best:
        if known.tags[w] == "N" and w not in _GENERAL and len(w) > 2 and counts[w] >= min(n, _HELD):
            found.setdefault(w, (round(2 * _SINGLE * worth[w], 6), known.holding(w)))
    order = sorted(found, key=lambda t: (-found[t][0], t))[:_TITLES]
    out = []
    for text in order:
        opinions = sorted(o for k in found[text][1] for o in known.opinions[k])
        part = Part(text, "主体", "来件标题", f"{len(found[text][1])} 件标题", found[text][0], tuple(opinions))
        out.append(Title(text, (part,)))
    return out
