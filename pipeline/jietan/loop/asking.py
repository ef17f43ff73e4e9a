"""What a suggestion asks for, to compare with what became of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.units import same_amount
from jietan.law.diff import mark
from jietan.loop.revisions import Clause, amount_kind, amount_size

__all__ = ["Ask", "direction", "wanted"]

_UP = re.compile(r"提高|增加|延长|加长|加大|上调|推迟|推后|增至|放长|从重|加重|太[短低少轻]|过[短低少轻]")
_DOWN = re.compile(r"降低|减少|缩短|压缩|下调|减轻|提前|降至|收紧|太[长高多重]|过[长高多重]|降到|减到")
_WRONG = re.compile(r"[^,。;!?，；！？]{0,3}?(?:太|过于|过[多少长短高低轻重]|偏|嫌|不够|不合理|少了|多了|低了|高了|短了|长了)")
_STRIKE = re.compile(r"取消|删除|删去|删掉|去掉|不要再|不再|废除|撤销|不应|不宜|没必要|没有必要")
_KEEP = re.compile("保留|维持|不要改|不要动|别动|别改|不变|不必改|照旧|现在的|够了|蛮好|很好|支持|赞成|同意|合理")
#: Share of the people's words that name an amount before it counts as what they ask for.
_NAMED = 0.3


@dataclass(frozen=True)
class Ask:
    """What a suggestion asks for.

    Attributes:
        operation: 增加, 修改, 删除, 细化, 释明 or 保留.
        texts: Words of the people behind it, the most typical first.
        targets: Clauses of the draft it aims at; empty where it asks for a rule that the draft has not.
        exact: Whether the targets are one 款 or 项 and not a whole article.
        original: The draft's words, where a text was drafted.
        proposed: The drafted words, or None.
        demanded: Acts and objects that were read out of the words, in the law's terms.
        linked: Article of the draft → share of the people's words that were linked to it.
    """

    operation: str
    texts: tuple[str, ...]
    targets: tuple[Clause, ...]
    exact: bool
    original: str = ""
    proposed: str | None = None
    demanded: tuple[str, ...] = ()
    linked: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    @property
    def wants_kept(self) -> bool:
        """Whether what stands is to stay, and half of the people at least say so in words."""
        return self.operation == "保留" and 2 * sum(bool(_KEEP.search(text)) for text in self.texts) >= len(self.texts)

    @property
    def wants_struck(self) -> bool:
        """Whether most people say in so many words that something should go."""
        return 2 * sum(bool(_STRIKE.search(text)) for text in self.texts) > len(self.texts)

    @property
    def direction(self) -> int:
        """1 where the ask wants more or longer, -1 where less or shorter, 0 where it does not say."""
        return direction(self.texts)


def direction(texts: Iterable[str]) -> int:
    """1 where texts want more or longer, -1 where less or shorter, 0 where they do not say.

    Args:
        texts: Words of the people.
    """
    ups = downs = 0
    for text in texts:
        ups += bool(_UP.search(text))
        downs += bool(_DOWN.search(text))
    return (ups > downs) - (ups < downs)


def wanted(ask: Ask) -> list[Quantity]:
    """The amounts asked for, of which the draft's own and those found wrong are none; the most named first.

    Args:
        ask: What is asked for.
    """
    own = find_quantities("。".join(c.text for c in ask.targets))
    if ask.proposed:
        drafted = "。".join(text for operation, text in mark(ask.original, ask.proposed) if operation == "insert")
        fresh = [q for q in find_quantities(ask.proposed) if q.text.strip("个") in drafted and not any(same_amount(q, o) for o in own)]
        if fresh:
            return fresh
    counted: Counter[tuple[str, float]] = Counter()
    first: dict[tuple[str, float], Quantity] = {}
    for text in ask.texts:
        plain = fold(text)
        for q in find_quantities(plain):
            if not any(same_amount(q, o) for o in own) and not _WRONG.match(plain, q.end):
                key = (amount_kind(q), amount_size(q))
                counted[key] += 1
                first.setdefault(key, q)
    common = [(key, n) for key, n in counted.items() if n >= _NAMED * len(ask.texts)]
    return [first[key] for key, _ in sorted(common, key=lambda pair: (-pair[1], pair[0]))]
