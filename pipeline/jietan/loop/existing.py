"""Asks for what the text, or higher law, says already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jietan.embedders import Embedder
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.language.units import same_amount
from jietan.loop.revisions import Clause

__all__ = ["Existing", "Said"]

_OTHERWISE = re.compile(
    "改[为成到]|修改|调整|提高|降低|增加到|减少|延长|缩短|放宽|删|去掉|取消|太|过[高低长短严宽重轻多少]|不够|不合理|反对|不同意|不应"
)
_HIGHER = re.compile(r"^(《[^》]+》[^：]*)：“(.*)”$", re.DOTALL)
_PLACE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+[条款项]")
#: Of the people's words, weighed by rarity, so much stands in one sentence, and their meaning is so near.
_SHARE, _NEAR = 0.35, 0.5
_MOST = 12
_ENDS = "。；;，"


@dataclass(frozen=True)
class Said:
    """Words that say already what is asked for.

    Attributes:
        line: Place and words.
        article: Article of the adopted text, or None for higher law.
    """

    line: str
    article: str | None


def _grams(text: str) -> set[str]:
    letters = "".join(c for c in fold(_PLACE.sub("", text)) if c.isalnum())
    return {letters[k : k + 2] for k in range(len(letters) - 1)}


class Existing:
    """Looks for what people ask for in the words that did not change.

    Args:
        clauses: Clauses of the adopted text that stand as in the draft.
        embedder: Encoder for asks in other words than the text's.
    """

    def __init__(self, clauses: Sequence[Clause], embedder: Embedder) -> None:
        """Weigh pairs of characters by rarity and encode every clause."""
        self._clauses, self._embedder = list(clauses), embedder
        counts = Counter(g for clause in clauses for g in _grams(clause.text))
        self._rarity = {gram: float(np.log((len(clauses) + 1) / (n + 0.5))) for gram, n in counts.items()}
        self._rarest = float(np.log((len(clauses) + 1) / 0.5))
        nothing = np.zeros((0, embedder.dimension), np.float32)
        self._vectors = embedder.encode([c.text for c in clauses], kind="document") if clauses else nothing

    def _share(self, text: str, words: str) -> float:
        mine, theirs = _grams(text), _grams(words)
        weigh = {g: self._rarity.get(g, self._rarest) for g in sorted(mine)}
        return sum(w for g, w in weigh.items() if g in theirs) / max(sum(weigh.values()), 1e-9)

    def find(self, texts: Sequence[str], higher: Sequence[str]) -> Said | None:
        """Find the words that say already what is asked for.

        Args:
            texts: What people ask for, the most typical first.
            higher: Words of higher law that bear on it, as ``suggestions.higher_law`` has them.
        """
        asks = list(texts[:_MOST])
        if not asks or 2 * sum(bool(_OTHERWISE.search(t)) for t in asks) >= len(asks):
            return None
        vectors = self._embedder.encode(asks)
        best: tuple[float, Said] | None = None
        near = (vectors @ self._vectors.T).mean(axis=0)
        for k in np.flatnonzero(near >= _NEAR):
            clause = self._clauses[int(k)]
            best = self._better(best, asks, clause.text, Said(f"{clause.label}：“{clause.text.strip().rstrip(_ENDS)}”", clause.owner))
        for line in higher:
            match = _HIGHER.match(line)
            if match and float((vectors @ self._embedder.encode([match[2]], kind="document").T).mean()) >= _NEAR:
                best = self._better(best, asks, match[2], Said(line, None))
        return best[1] if best else None

    def _better(self, best: tuple[float, Said] | None, asks: Sequence[str], words: str, said: Said) -> tuple[float, Said] | None:
        """The better of two, if the new one says enough of the asks and no other amount."""
        share = float(np.mean([self._share(text, words) for text in asks]))
        known = find_quantities(words)
        wanted = [q for text in asks for q in find_quantities(_PLACE.sub("", text))]
        if share < _SHARE or not all(any(same_amount(q, o) for o in known) for q in wanted):
            return best
        return (share, said) if best is None or share > best[0] else best
