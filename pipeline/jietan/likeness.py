"""How alike letters are: by the meaning of their heads, by runs of characters, and by the towns and counties they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jietan.language.segment import words
from jietan.naming.tokens import word_classes

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Likeness", "likeness"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.uint64]]
#: Shares of the meaning of the head, of the characters of the head, and of those of the text.
_MEANING, _HEAD, _TEXT = 0.4, 0.25, 0.35
#: What naming another town or county takes away.
_ELSEWHERE = np.float32(0.2)
#: Runs of characters that a larger share of the letters hold say little; where letters are few, more of them count.
_COMMON, _FEW, _MANY = 0.03, 20, 50
_MASKED = re.compile(r"([A-Z])(\d*)[县市区]")
_TOWN, _COUNTY = "市州", "县区旗"
_BITS, _COLUMNS = 21, 22
#: More than rounding to six digits can add.
_SLACK = np.float32(1e-5)
_CHUNK = 8192
#: An odd number near the golden section of 64 bits spreads keys evenly over the columns.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Likeness:
    """What letters are compared by.

    Args:
        heads: Meaning of the heads, shape (letters, d), rows of length one.
        grams: Weighted runs of characters, shape (letters, runs).
        places: For towns and for counties, which of them each letter names, shape (letters, places).
    """

    heads: Matrix
    grams: csr_matrix
    places: tuple[csr_matrix, ...]

    def __len__(self) -> int:
        """Return the number of letters."""
        return len(self.heads)

    def between(self, a: Rows, b: Rows) -> Matrix:
        """Return how alike the letters of some rows are to those of others, shape (len(a), len(b)), to six digits."""
        out = self._near(a, b)
        apart = np.zeros(out.shape, bool)
        for named in self.places:
            one, other = named[a].toarray(), named[b].toarray()
            apart |= (one @ other.T == 0) & one.any(axis=1)[:, None] & other.any(axis=1)
        out[apart] -= _ELSEWHERE
        return np.asarray(out.round(6), np.float32)

    def of_pairs(self, i: Rows, j: Rows) -> Matrix:
        """Return how alike the letters of pairs are, shape (pairs,), to six digits."""
        out = np.float32(_MEANING) * np.einsum("ij,ij->i", self.heads[i], self.heads[j])
        out += np.asarray(self.grams[i].multiply(self.grams[j]).sum(axis=1), np.float32).ravel()
        out[self._apart(i, j)] -= _ELSEWHERE
        return np.asarray(out.round(6), np.float32)

    def above(self, a: Rows, b: Rows, floor: float) -> tuple[Rows, Rows, Matrix]:
        """Return the pairs of letters of some rows and of others that are alike enough, and how alike they are.

        Args:
            a: Rows.
            b: Rows.
            floor: How alike they are at least.
        """
        block = self._near(a, b)
        i, j = np.nonzero(block >= floor - _SLACK)
        values = block[i, j]
        values[self._apart(a[i], b[j])] -= _ELSEWHERE
        values = values.round(6)
        kept = values >= floor
        return a[i[kept]], b[j[kept]], values[kept]

    def _near(self, a: Rows, b: Rows) -> Matrix:
        out = self.heads[a] @ self.heads[b].T
        out *= np.float32(_MEANING)
        out += _product(self.grams[a], self.grams[b])
        return np.asarray(out, np.float32)

    def _apart(self, i: Rows, j: Rows) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say which pairs of letters name different places."""
        apart = np.zeros(len(i), bool)
        for named in self.places:
            any_named = named.getnnz(axis=1).astype(bool)
            shared = np.asarray(named[i].multiply(named[j]).sum(axis=1)).ravel() > 0
            apart |= any_named[i] & any_named[j] & ~shared
        return apart

    def flat(self, size: int) -> Matrix:
        """Return rows whose dot products come near the likeness, places aside, shape (letters, d + size)."""
        from scipy.sparse import csr_matrix

        signs = np.random.default_rng(0).choice(np.array([-1, 1], np.float32), size=(2**12, size)) / np.float32(size**0.5)
        g = self.grams
        folded = csr_matrix((g.data, g.indices % len(signs), g.indptr), shape=(len(self), len(signs)))
        return np.hstack([np.float32(_MEANING**0.5) * self.heads, folded @ signs])


def _product(a: csr_matrix, b: csr_matrix) -> Matrix:
    """Dot products of sparse rows, over the columns that the first ones hold where these are few."""
    if a.nnz * 20 < a.shape[1]:
        kept = np.unique(a.indices)
        a, b = a[:, kept], b[:, kept]
    return np.asarray((a @ b.T).toarray(), np.float32)


def _keys(text: str, length: int) -> Codes:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    runs = codes[: max(0, len(codes) - length + 1)].copy()
    for k in range(1, length):
        runs |= codes[k : k + len(runs)] << np.uint64(_BITS * k)
    return (runs * _SPREAD) >> np.uint64(64 - _COLUMNS)


def _counts(texts: Sequence[str], lengths: Sequence[int]) -> csr_matrix:
    """How often each text holds each run of characters."""
    from scipy.sparse import csr_matrix, vstack

    blocks = [csr_matrix((0, 2**_COLUMNS), dtype=np.float32)]
    for start in range(0, len(texts), _CHUNK):
        found = [np.concatenate([_keys(t, k) for k in lengths]) for t in texts[start : start + _CHUNK]]
        ends = np.cumsum([0, *map(len, found)])
        columns = np.concatenate(found).astype(np.int32)
        block = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(found), 2**_COLUMNS))
        block.sum_duplicates()
        blocks.append(block)
    return vstack(blocks, format="csr")


def _weighted(texts: Sequence[str], lengths: Sequence[int], share: float) -> csr_matrix:
    """Runs of characters, rare ones weighing more, as rows whose squared length is a share."""
    from scipy.sparse import csr_matrix

    counts = _counts(texts, lengths)
    n = len(texts)
    held = np.bincount(counts.indices, minlength=2**_COLUMNS)
    kept = (held >= 2) & (held <= max(_FEW, _COMMON * n)) if n > _MANY else held > 0
    number = np.cumsum(kept) - 1
    mask = kept[counts.indices]
    ends = np.concatenate([[0], np.cumsum(mask)])[counts.indptr]
    columns = counts.indices[mask]
    values = (1 + np.log(counts.data[mask])) * (1 + np.log((1 + n) / (1 + held[columns]))).astype(np.float32)
    rows = np.repeat(np.arange(n), np.diff(ends))
    norms = np.sqrt(np.bincount(rows, weights=values * values, minlength=n))
    values *= (share**0.5 / np.where(norms == 0, 1, norms)).astype(np.float32)[rows]
    return csr_matrix((values, number[columns].astype(np.int32), ends), shape=(n, max(1, int(kept.sum()))))


def _named(head: str, opening: str) -> tuple[set[str], set[str]]:
    """Towns and counties that a letter names, in its head or else in its opening; masked ones are X市 and X5县."""
    found = _MASKED.findall(head) or _MASKED.findall(opening)
    towns, counties = {t for t, _ in found}, {t + n for t, n in found if n}
    for word in words(head) if any(c in head for c in _TOWN + _COUNTY) else ():
        if len(word) > 2 and word_classes().get(word) == "ns":
            towns |= {word} if word[-1] in _TOWN else set()
            counties |= {word} if word[-1] in _COUNTY else set()
    return towns, counties


def _marks(sets: Sequence[set[str]]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    known = {name: k for k, name in enumerate(sorted(set().union(*sets)))}
    rows = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    columns = np.array([known[name] for s in sets for name in sorted(s)], np.int64)
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(sets), max(1, len(known))))


def likeness(heads: Sequence[str], texts: Sequence[str], meanings: Matrix) -> Likeness:
    """Make letters comparable.

    Args:
        heads: Heads of the letters, folded.
        texts: The letters from their heads on, as much of them as counts, folded.
        meanings: Vectors of the heads, shape (letters, d).
    """
    from scipy.sparse import hstack

    places = [_named(h, t) for h, t in zip(heads, texts, strict=True)]
    grams = hstack([_weighted(heads, (2, 3), _HEAD), _weighted(texts, (2,), _TEXT)], format="csr")
    return Likeness(np.asarray(meanings, np.float32), grams, tuple(_marks([p[k] for p in places]) for k in range(2)))
