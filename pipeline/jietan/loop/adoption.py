"""Whether the adopted text took up an ask: fully, in part, or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from jietan.embedders import Embedder
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.units import same_amount
from jietan.loop.asking import Ask, wanted
from jietan.loop.fitting import grams
from jietan.loop.revisions import Revision, Revisions, amount_kind, amount_size
from jietan.loop.weighing import OutcomeModel, Weighing, load_model

__all__ = ["Judge", "Verdict"]

Outcome = Literal["full", "partial", "no"]

_CEILING = re.compile(r"不超过|以下|以内|至多|最多|不得超过|不多于")
#: From this much of the struck words that an ask speaks of, the deletion it wants was made; from this much, in part.
_STRUCK, _PARTLY = 0.75, 0.15
_MARKS = "，。；、：,;"
#: Share of the people's words that name an amount before it counts as what they ask for.
_NAMED = 0.3


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


class Judge:
    """Compares asks with what changed between draft and adopted text.

    Args:
        revisions: What changed.
        embedder: Encoder for asks in other words than the text's.
        model: Weighs changes that no rule settles; the shipped one by default.
    """

    def __init__(self, revisions: Revisions, embedder: Embedder, model: OutcomeModel | None = None) -> None:
        """Weigh pairs of characters by rarity and encode each change once."""
        self._revisions = revisions
        counts = Counter(g for clause in (*revisions.draft, *revisions.final) for g in grams(clause.text))
        total = len(revisions.draft) + len(revisions.final)
        self._rarity = {gram: float(np.log((total + 1) / (count + 0.5))) for gram, count in counts.items()}
        self._rarest = float(np.log((total + 1) / 0.5))
        self.weighing = Weighing(revisions, embedder, model or load_model())

    def judge(self, ask: Ask) -> Verdict:
        """Say what became of an ask."""
        return self.by_rule(ask) or self._worded(ask)

    def by_rule(self, ask: Ask) -> Verdict | None:
        """What became of an ask that a rule settles: to keep what stands, another amount, something struck."""
        if ask.wants_kept:
            return self._kept(ask)
        near = self._near(ask)
        strikes = ask.operation == "修改" and ask.wants_struck
        for rule in (self._struck, self._amounts) if strikes else (self._amounts, self._struck):
            found = rule(ask, near)
            if found is not None:
                return found
        return None

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

    def _amounts(self, ask: Ask, near: Sequence[Revision]) -> Verdict | None:
        """Compare amounts: the same, on the way there, or the other way."""
        if ask.operation not in ("修改", "细化", "增加"):
            return None
        wants, direction = wanted(ask), ask.direction
        touched = [r for clause in ask.targets for r in self._revisions.touching(clause)]
        own = [q for clause in ask.targets for q in find_quantities(clause.text)]
        for want in wants:
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
        if not wants and direction and own and ask.operation != "增加":
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
        meant = Counter(g for text in ask.texts for g in grams(text) & grams(revision.before))
        spoken = {g: n * self._rarity.get(g, self._rarest) for g, n in sorted(meant.items())}
        gone = grams(revision.before) - grams(revision.after)
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

    def _worded(self, ask: Ask) -> Verdict:
        """Compare other words: what the ask says beyond the draft with what the adopted text says beyond it."""
        answer = self.weighing.weigh(ask)
        found = (answer.change.revision,) if answer.change is not None else ()
        if answer.outcome == "full":
            return Verdict("full", answer.chance, "通过文本写入了相应的内容", found)
        if answer.outcome == "partial":
            return Verdict("partial", answer.chance, "通过文本有相关的改动", found)
        return Verdict("no", answer.chance, "没有找到相应的改动")
