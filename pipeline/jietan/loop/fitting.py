"""How a change of the text relates to an ask, as numbers that a model weighs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from jietan.embedders import Embedder
from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.units import same_amount
from jietan.loop.asking import Ask, wanted
from jietan.loop.changes import MARKS, Change, changes_of
from jietan.loop.revisions import Revisions, amount_kind, amount_size

__all__ = ["FEATURES", "Fitting", "Matrix", "grams"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]

_PIECE = re.compile(r"[^。；：:;\n]+")
_FORBID = re.compile(r"不得|禁止|不准|不许|不能|严禁|一律不|不允许|不要")
_ALLOW = re.compile(r"可以|允许|准许|放开|放宽|能不能|有权|除外")
_MUST = re.compile(r"应当|必须|强制|一律|要|务必|得有|都")
_MAY = re.compile(r"鼓励|提倡|可以|自愿|积极|创造条件|有条件")
_STRIKE = re.compile(r"取消|删除|删去|删掉|去掉|废除|撤销|没必要|不应|不宜|不再")
_MOST_TEXTS = 12
_OPERATIONS = ("增加", "修改", "删除", "细化")

FEATURES = (
    *(f"asks {name}" for name in _OPERATIONS),
    "forbids",
    "allows",
    "obliges",
    "strikes",
    "said",
    "said at most",
    "said in law's words",
    "taken",
    "taken by all",
    "struck",
    "nearer",
    "near what stood",
    "near the clause",
    "near the words",
    "nearest the words",
    "far from what went",
    "near its own place",
    "ahead of others",
    "only struck",
    "only added",
    "new clause",
    "clause gone",
    "length added",
    "length struck",
    "the very place",
    "the article",
    "linked there",
    "has no place",
    "exact place",
    "names amounts",
    "amount given",
    "other amount of its kind",
    "amount moved",
    "moved as said",
    "its amount stays",
    "forbids as asked",
    "allows as asked",
    "obliges as asked",
    "eases as asked",
    "turned against",
    "texts",
)


def grams(text: str) -> set[str]:
    """Pairs of neighbouring letters of a text."""
    letters = "".join(c for c in fold(text) if c.isalnum())
    return {letters[k : k + 2] for k in range(len(letters) - 1)}


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(bool(pattern.search(t)) for t in texts) / max(1, len(texts))


class Fitting:
    """Relates asks to the changes of one text.

    Args:
        revisions: What changed.
        embedder: Encoder for asks in other words than the text's.
    """

    def __init__(self, revisions: Revisions, embedder: Embedder) -> None:
        """Weigh pairs of letters by rarity and encode every change once."""
        self.revisions, self._embedder = revisions, embedder
        self.changed = [change for r in revisions.changed for change in changes_of(r)]
        counts = Counter(g for clause in (*revisions.draft, *revisions.final) for g in grams(clause.text))
        total = len(revisions.draft) + len(revisions.final)
        self._rarity = {gram: float(np.log((total + 1) / (count + 0.5))) for gram, count in counts.items()}
        self._rarest = float(np.log((total + 1) / 0.5))
        self._after = self._encode([r.after or "无" for r in self.changed])
        self._before = self._encode([r.before or "无" for r in self.changed])
        self._inserted = self._encode([r.inserted or "无" for r in self.changed])
        self._deleted = self._encode([r.deleted or "无" for r in self.changed])
        self._fresh = [grams(r.inserted) - grams(r.before) for r in self.changed]
        self._gone = [grams(r.deleted) - grams(r.after) for r in self.changed]

    def _encode(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self._embedder.dimension), np.float32)
        return np.asarray(self._embedder.encode(texts, kind="document"), np.float32)

    def _weight(self, some: Iterable[str]) -> float:
        return sum(self._rarity.get(gram, self._rarest) for gram in sorted(some))

    def features(self, ask: Ask) -> Matrix:
        """Return one row for each change.

        Args:
            ask: What is asked for.

        Returns:
            Shape (changes, features), in the order of :data:`FEATURES`.
        """
        texts = list(ask.texts[:_MOST_TEXTS])
        n = len(self.changed)
        rows: dict[str, Any] = {name: np.zeros(n) for name in FEATURES}
        if not n or not texts:
            return np.zeros((n, len(FEATURES)), np.float32)
        for name in _OPERATIONS:
            rows[f"asks {name}"] += ask.operation == name
        tone = {"forbids": _FORBID, "allows": _ALLOW, "obliges": _MUST, "strikes": _STRIKE}
        shares = {name: _share(pattern, texts) for name, pattern in tone.items()}
        for name, share in shares.items():
            rows[name] += share
        rows["texts"] += np.log1p(len(texts))
        self._words(rows, ask, texts)
        self._meanings(rows, ask, texts)
        self._places(rows, ask)
        self._amounts(rows, ask)
        self._tones(rows, shares, texts)
        return np.column_stack([np.asarray(rows[name], np.float64) for name in FEATURES]).astype(np.float32).round(4)

    def _words(self, rows: dict[str, Any], ask: Ask, texts: Sequence[str]) -> None:
        own = set().union(*(grams(c.text) for c in ask.targets)) if ask.targets else set()
        said = [grams(t) for t in texts]
        weights = [max(self._weight(a - own), 1e-9) for a in said]
        law = grams("。".join(ask.demanded))
        every = set().union(*said)
        for k, change in enumerate(self.changed):
            fresh, gone = self._fresh[k], self._gone[k]
            whole = max(self._weight(fresh), 1e-9)
            shares = [self._weight((a - own) & fresh) / w for a, w in zip(said, weights, strict=True)]
            rows["said"][k], rows["said at most"][k] = float(np.mean(shares)), max(shares)
            rows["said in law's words"][k] = self._weight((law - own) & fresh) / max(self._weight(law - own), 1e-9) if law else 0.0
            rows["taken"][k] = float(np.mean([self._weight(a & fresh) for a in said])) / whole
            rows["taken by all"][k] = self._weight((every | law) & fresh) / whole
            rows["struck"][k] = float(np.mean([self._weight(a & gone) for a in said])) / max(self._weight(gone), 1e-9)
            rows["only struck"][k] = not change.inserted.strip(MARKS)
            rows["only added"][k] = not change.deleted.strip(MARKS)
            rows["new clause"][k], rows["clause gone"][k] = not change.revision.old, not change.revision.new
            rows["length added"][k], rows["length struck"][k] = np.log1p(len(change.inserted)), np.log1p(len(change.deleted))

    def _meanings(self, rows: dict[str, Any], ask: Ask, texts: Sequence[str]) -> None:
        vectors = np.asarray(self._embedder.encode(list(texts)), np.float32)
        after, before = (vectors @ m.T for m in (self._after, self._before))
        changes = np.array([not c.before.strip(MARKS) for c in self.changed])
        rows["nearer"] += (after - np.where(changes, 0.3, before)).mean(axis=0)
        rows["near what stood"] += np.where(changes, 0.3, before).mean(axis=0)
        rows["near the clause"] += after.mean(axis=0)
        inserted = vectors @ self._inserted.T
        rows["near the words"] += np.maximum(after, inserted).mean(axis=0)
        rows["nearest the words"] += np.maximum(after, inserted).max(axis=0)
        rows["far from what went"] += (vectors @ self._deleted.T).mean(axis=0)
        own = [p for c in ask.targets for p in _PIECE.findall(c.text)]
        rows["near its own place"] += float((vectors @ self._encode(own).T).max(axis=1).mean()) if own else 0.3
        near = rows["near the words"]
        for k in range(len(near)):
            others = np.delete(near, k)
            rows["ahead of others"][k] = near[k] - (others.max() if len(others) else 0.3)

    def _places(self, rows: dict[str, Any], ask: Ask) -> None:
        owners = dict.fromkeys(c.owner for c in ask.targets)
        within = {r for owner in owners for r in self.revisions.within(owner)}
        linked = {owner: share for owner, share in ask.linked.items() if share}
        about = {owner: set(self.revisions.within(owner)) for owner in linked}
        for k, revision in enumerate(c.revision for c in self.changed):
            rows["the very place"][k] = any(c in ask.targets for c in revision.old)
            rows["the article"][k] = revision in within
            rows["linked there"][k] = sum(share for owner, share in linked.items() if revision in about[owner])
        rows["has no place"] += not ask.targets
        rows["exact place"] += ask.exact

    def _amounts(self, rows: dict[str, Any], ask: Ask) -> None:
        wants, direction = wanted(ask), ask.direction
        rows["names amounts"] += len(wants) > 0
        own = [q for c in ask.targets for q in find_quantities(c.text)]
        for k, change in enumerate(self.changed):
            given = any(same_amount(q, w) for q in change.come for w in wants)
            alike = any(amount_kind(q) == amount_kind(w) for q in change.come for w in wants)
            rows["amount given"][k] = given
            rows["other amount of its kind"][k] = alike and not given
            rows["amount moved"][k] = max((_moved(change, w, direction) for w in wants), key=lambda x: (abs(x), x), default=0.0)
            steps = [amount_size(m.after) - amount_size(m.before) for m in change.moves if m.after is not None]
            rows["moved as said"][k] = float(np.sign(steps[0]) * direction) if steps and direction else 0.0
            rows["its amount stays"][k] = bool(wants) and any(_stays(q, change, wants) for q in own)

    def _tones(self, rows: dict[str, Any], shares: dict[str, float], texts: Sequence[str]) -> None:
        eases = _share(_MAY, texts)
        for k, change in enumerate(self.changed):
            come, gone = change.inserted, change.deleted
            forbids, allows = bool(_FORBID.search(come)), bool(_ALLOW.search(come)) or bool(_FORBID.search(gone))
            obliges = bool(re.search("应当|必须", come)) and bool(_MAY.search(gone) or not gone)
            rows["forbids as asked"][k] = shares["forbids"] * forbids
            rows["allows as asked"][k] = shares["allows"] * allows
            rows["obliges as asked"][k] = shares["obliges"] * obliges
            rows["eases as asked"][k] = eases * bool(_MAY.search(come))
            rows["turned against"][k] = shares["forbids"] * (allows and not forbids) + shares["allows"] * (forbids and not allows)


def _stays(amount: Quantity, change: Change, wants: Sequence[Quantity]) -> bool:
    """Whether an amount of the kind that is wanted is in the sentence still."""
    return any(amount_kind(amount) == amount_kind(w) for w in wants) and any(same_amount(amount, q) for q in find_quantities(change.after))


def _moved(change: Change, want: Quantity, direction: int) -> float:
    """1 where an amount became what is wanted, 0.5 where it went that way, -1 where the other way, 0 where none of its kind moved."""
    best = 0.0
    for move in change.moves:
        if amount_kind(move.before) != amount_kind(want):
            continue
        before, goal = amount_size(move.before), amount_size(want)
        if move.after is None:
            best = best or 0.3
            continue
        after = amount_size(move.after)
        if abs(after - goal) < 1e-6:
            return 1.0
        toward = 0.5 if (after - before) * ((goal - before) or direction) > 0 else -1.0
        best = toward if best in (0.0, 0.3) else best
    return best
