"""Whether the adopted text took up an ask: fully, in part, or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from jietan.embedders import Embedder
from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.units import same_amount
from jietan.law.diff import mark
from jietan.loop.revisions import Clause, Revision, Revisions, amount_kind, amount_size

__all__ = ["Ask", "Judge", "Verdict"]

Outcome = Literal["full", "partial", "no"]

_UP = re.compile(r"提高|增加|延长|加长|加大|上调|推迟|推后|增至|放长|从重|加重|太[短低少轻]|过[短低少轻]")
_DOWN = re.compile(r"降低|减少|缩短|压缩|下调|减轻|提前|降至|收紧|太[长高多重]|过[长高多重]|降到|减到")
_WRONG = re.compile(r"[^,。;!?，；！？]{0,3}?(?:太|过于|过[多少长短高低轻重]|偏|嫌|不够|不合理|少了|多了|低了|高了|短了|长了)")
_STRIKE = re.compile(r"取消|删除|删去|删掉|去掉|不要再|不再|废除|撤销|不应|不宜|没必要|没有必要")
_CEILING = re.compile(r"不超过|以下|以内|至多|最多|不得超过|不多于")
#: From this much of the struck words that an ask speaks of, the deletion it wants was made; from this much, in part.
_STRUCK, _PARTLY = 0.75, 0.15
#: The same for how well a change answers an ask for other words.
_ANSWERED, _TOUCHED = 0.26, 0.15
_MOST_TEXTS = 12
_MARKS = "，。；、：,;"
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
    """

    operation: str
    texts: tuple[str, ...]
    targets: tuple[Clause, ...]
    exact: bool
    original: str = ""
    proposed: str | None = None

    @property
    def wants_struck(self) -> bool:
        """Whether most people say in so many words that something should go."""
        return 2 * sum(bool(_STRIKE.search(text)) for text in self.texts) > len(self.texts)


@dataclass(frozen=True)
class Verdict:
    """What became of an ask.

    Attributes:
        outcome: ``full``, ``partial`` or ``no``.
        confidence: 0 to 1, a measured share of right answers for verdicts of this kind.
        ground: Which rule decided, in Chinese.
        revisions: The changes it rests on.
    """

    outcome: Outcome
    confidence: float
    ground: str
    revisions: tuple[Revision, ...] = field(default=())


def _grams(text: str) -> set[str]:
    letters = "".join(c for c in fold(text) if c.isalnum())
    return {letters[k : k + 2] for k in range(len(letters) - 1)}


def _direction(texts: Iterable[str]) -> int:
    """1 where the ask wants more or longer, -1 where less or shorter, 0 where it does not say."""
    ups = downs = 0
    for text in texts:
        ups += bool(_UP.search(text))
        downs += bool(_DOWN.search(text))
    return (ups > downs) - (ups < downs)


class Judge:
    """Compares asks with what changed between draft and adopted text.

    Args:
        revisions: What changed.
        embedder: Encoder for asks in other words than the text's.
    """

    def __init__(self, revisions: Revisions, embedder: Embedder) -> None:
        """Weigh pairs of characters by rarity and encode each change once."""
        self._revisions, self._embedder = revisions, embedder
        counts = Counter(g for clause in (*revisions.draft, *revisions.final) for g in _grams(clause.text))
        total = len(revisions.draft) + len(revisions.final)
        self._rarity = {gram: float(np.log((total + 1) / (count + 0.5))) for gram, count in counts.items()}
        self._rarest = float(np.log((total + 1) / 0.5))
        texts = [text for r in revisions.changed for text in (r.before, r.after)]
        vectors = embedder.encode([t or "无" for t in texts], kind="document") if texts else np.zeros((0, 1), np.float32)
        self._before = {r: vectors[2 * k] for k, r in enumerate(revisions.changed)}
        self._after = {r: vectors[2 * k + 1] for k, r in enumerate(revisions.changed)}

    def judge(self, ask: Ask) -> Verdict:
        """Say what became of an ask."""
        if ask.operation == "保留":
            return self._kept(ask)
        near = self._near(ask)
        strikes = ask.operation == "修改" and ask.wants_struck
        for rule in (self._struck, self._amounts) if strikes else (self._amounts, self._struck):
            found = rule(ask, near)
            if found is not None:
                return found
        return self._worded(ask, near)

    def _near(self, ask: Ask) -> list[Revision]:
        """Changes of the clauses aimed at, then of their articles; for what asks for a further rule insertions elsewhere too."""
        exact = [r for clause in ask.targets for r in self._revisions.touching(clause)]
        around = [r for owner in dict.fromkeys(c.owner for c in ask.targets) for r in self._revisions.within(owner)]
        fresh = [r for r in self._revisions.changed if not r.old] if not ask.targets or ask.operation not in ("修改", "删除") else []
        return list(dict.fromkeys([*exact, *around, *fresh]))

    def _kept(self, ask: Ask) -> Verdict:
        touched = [r for clause in ask.targets for r in self._revisions.touching(clause)]
        if not touched:
            return Verdict("full", 0.9, "所指的规定没有改动")
        gone = all(not r.new for r in touched)
        return Verdict("no" if gone else "partial", 0.6, "所指的规定已经删去" if gone else "所指的规定有改动", tuple(touched))

    # amounts -----------------------------------------------------------------------------------------------------

    def _wanted(self, ask: Ask) -> list[Quantity]:
        """The amounts asked for, of which the draft's own and those found wrong are none; the most named first."""
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

    def _amounts(self, ask: Ask, near: Sequence[Revision]) -> Verdict | None:
        """Compare amounts: the same, on the way there, or the other way."""
        if ask.operation not in ("修改", "细化", "增加"):
            return None
        wanted, direction = self._wanted(ask), _direction(ask.texts)
        touched = [r for clause in ask.targets for r in self._revisions.touching(clause)]
        own = [q for clause in ask.targets for q in find_quantities(clause.text)]
        for want in wanted:
            if ask.operation == "增加" or not any(amount_kind(q) == amount_kind(want) for q in own):
                if found := self._given(want, near[: len(touched)]):
                    return Verdict("full", 0.85, "写入了所要求的数额", (found,))
                continue
            for revision in touched:
                verdict = self._moved(revision, want, direction)
                if verdict is not None:
                    return verdict
            if ask.exact:
                return Verdict("no", 0.85, "所指的数额没有改动")
        if not wanted and direction and own and ask.operation != "增加":
            return self._by_direction(touched, direction, exact=ask.exact and len(own) == 1)
        return None

    @staticmethod
    def _given(want: Quantity, revisions: Iterable[Revision]) -> Revision | None:
        return next((r for r in revisions if any(same_amount(q, want) for q in find_quantities(r.inserted))), None)

    @staticmethod
    def _moved(revision: Revision, want: Quantity, direction: int) -> Verdict | None:
        for move in revision.moves:
            if amount_kind(move.before) != amount_kind(want):
                continue
            before, goal = amount_size(move.before), amount_size(want)
            if move.after is None:
                ceiling = _CEILING.search(revision.before) is not None
                loosened = (goal > before) == ceiling
                if want.unit == "时" or loosened:
                    return Verdict("partial", 0.7, "所指的限制已经删去", (revision,))
                return Verdict("no", 0.7, "所指的限制已经删去，与所要求的方向相反", (revision,))
            after = amount_size(move.after)
            if abs(after - goal) < 1e-6:
                return Verdict("full", 0.95, "改成了所要求的数额", (revision,))
            toward = (after - before) * ((goal - before) or direction) > 0
            if toward:
                return Verdict("partial", 0.8, "朝所要求的方向改了数额", (revision,))
            return Verdict("no", 0.85, "数额朝相反的方向改动", (revision,))
        return None

    @staticmethod
    def _by_direction(touched: Sequence[Revision], direction: int, *, exact: bool) -> Verdict | None:
        for revision in touched:
            for move in revision.moves:
                if move.after is None:
                    continue
                step = amount_size(move.after) - amount_size(move.before)
                if step * direction > 0:
                    return Verdict("full", 0.7, "朝所要求的方向改了数额", (revision,))
                return Verdict("no", 0.7, "数额朝相反的方向改动", (revision,))
        return Verdict("no", 0.8, "所指的数额没有改动") if exact and not touched else None

    # deletions ---------------------------------------------------------------------------------------------------

    def _weight(self, grams: Iterable[str]) -> float:
        return sum(self._rarity.get(gram, self._rarest) for gram in sorted(grams))

    def _struck(self, ask: Ask, near: Sequence[Revision]) -> Verdict | None:
        """Compare what an ask wants gone with what is gone."""
        touched = [r for r in near if any(c in ask.targets for c in r.old)]
        if ask.operation != "删除":
            return self._gone(ask, touched)
        if not touched:
            return Verdict("no", 0.9, "所指的规定没有删去") if ask.targets else None
        shares = []
        for revision in touched:
            shares.append(self._struck_share(ask, revision))
        best = max(shares)
        kept = tuple(r for r, share in zip(touched, shares, strict=True) if share == best)
        if best >= _STRUCK:
            return Verdict("full", 0.85, "所指的规定已经删去", kept)
        if best >= _PARTLY:
            return Verdict("partial", 0.65, "所指的规定删去了一部分", kept)
        return Verdict("no", 0.7, "所指的文字没有删去", kept)

    def _struck_share(self, ask: Ask, revision: Revision) -> float:
        """Of the draft's words that the people speak of, the share that is gone; all where nothing came in their stead."""
        if not revision.new:
            return 1.0
        meant = Counter(g for text in ask.texts for g in _grams(text) & _grams(revision.before))
        spoken = {g: n * self._rarity.get(g, self._rarest) for g, n in sorted(meant.items())}
        gone = _grams(revision.before) - _grams(revision.after)
        if not revision.inserted.strip(_MARKS) and sum(meant[g] for g in gone) >= _NAMED * len(ask.texts):
            return 1.0
        return sum(n for g, n in spoken.items() if g in gone) / max(sum(spoken.values()), 1e-9)

    @staticmethod
    def _gone(ask: Ask, touched: Sequence[Revision]) -> Verdict | None:
        """Where people want a provision changed and it is gone: all they want if they want it struck, else a part."""
        whole = tuple(r for r in touched if not r.new)
        if not whole or not ask.exact or ask.operation != "修改":
            return None
        wants = ask.wants_struck
        return Verdict("full" if wants else "partial", 0.7 if wants else 0.6, "所指的规定已经删去", whole)

    # words -------------------------------------------------------------------------------------------------------

    def _worded(self, ask: Ask, near: Sequence[Revision]) -> Verdict:
        """Compare other words: what the ask says beyond the draft with what the adopted text says beyond it."""
        if not near:
            return Verdict("no", 0.85, "所指的规定没有改动")
        scores = self.fits(ask, near)
        best = int(np.argmax(scores))
        score = float(scores[best])
        if score >= _ANSWERED:
            return Verdict("full", 0.75, "通过文本写入了相应的内容", (near[best],))
        if score >= _TOUCHED:
            return Verdict("partial", 0.5, "通过文本有相关的改动", (near[best],))
        return Verdict("no", 0.8, "没有找到相应的改动")

    def fits(self, ask: Ask, near: Sequence[Revision]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """How well changes answer an ask, one number for each change."""
        texts = ask.texts[:_MOST_TEXTS]
        vectors = self._embedder.encode(texts)
        out = np.zeros(len(near))
        for k, revision in enumerate(near):
            out[k] = sum(self.parts(ask, revision, vectors).values())
        return out

    def parts(self, ask: Ask, revision: Revision, vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> dict[str, float]:
        """The parts of the fit of one change, named."""
        fresh = _grams(revision.inserted) - _grams(revision.before)
        gone = _grams(revision.deleted) - _grams(revision.after)
        asks = [_grams(text) for text in ask.texts[:_MOST_TEXTS]]
        own = set().union(*(_grams(c.text) for c in ask.targets)) if ask.targets else set()
        taken = [self._weight(a & fresh) / max(self._weight(fresh), 1e-9) for a in asks]
        said = [self._weight(a & fresh) / max(self._weight(a - own), 1e-9) for a in asks]
        struck = [self._weight(a & gone) / max(self._weight(gone), 1e-9) for a in asks]
        near, far = (vectors @ side[revision] for side in (self._after, self._before))
        base = far if revision.old else np.full_like(near, 0.3)
        return {
            "taken": float(np.mean(taken)),
            "said": float(np.mean(said)),
            "struck": 0.4 * float(np.mean(struck)) if revision.new else 0.0,
            "nearer": 2 * float(np.mean(near - base)),
            "place": self._place(ask, revision),
        }

    def _place(self, ask: Ask, revision: Revision) -> float:
        """A little more for the very clause, a little less for a change of another article."""
        if any(c in ask.targets for c in revision.old):
            return 0.1
        owners = dict.fromkeys(c.owner for c in ask.targets)
        return 0.0 if not owners or any(revision in self._revisions.within(owner) for owner in owners) else -0.15
