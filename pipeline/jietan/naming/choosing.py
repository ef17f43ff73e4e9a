"""Which phrase names a theme best: boosted trees that have learnt from titles that people gave.

The model lies in ``models/jietan-titles-zh`` as plain JSON numbers. It compares meanings with the fast encoder, whatever
encoder a run has for its opinions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

import numpy as np

from jietan.embedders import Embedder, load_embedder
from jietan.naming.candidates import FEATURES, Candidate, Known, Matrix, candidates, features
from jietan.naming.weights import Group, Weights
from jietan.parallel import Made, spread
from jietan.resources import model_weights
from jietan.trees import Trees, read_trees

__all__ = ["ENCODER", "Phrase", "TitleModel", "Views", "load_model", "read_model"]

ENCODER = "jietan-static-zh"
_WHAT, _NAME = "给主题取名的模型", "jietan-titles-zh"
_TOP = 12
#: Themes that a process names at a time; from how many themes, or wordings of them, on there is more than one process.
_THEMES, _MANY, _WORDINGS = 8, 300, 20_000
#: Two words that stand side by side say more than one; words that stand apart may not belong together;
#: a short word alone says little.
_TWO, _APART, _BARE, _FULL, _SHORT = 0.04, 0.05, 0.04, 4, 2


class Phrase(NamedTuple):
    """A candidate for the subject of a title.

    Attributes:
        candidate: The phrase.
        score: How well it names the theme.
    """

    candidate: Candidate
    score: float


@dataclass(frozen=True)
class TitleModel:
    """Boosted trees over the features of candidates.

    Args:
        fingerprint: sha256 of the file and of the encoder.
        trained_on: sha256 of the labelled files it was trained on.
        trees: The trees: how like a person's title a candidate is, 0 to 1.
    """

    fingerprint: str
    trained_on: tuple[str, ...]
    trees: Trees


def _form(c: Candidate) -> float:
    return _TWO * (len(c.words) > 1 and len(c.text) >= _FULL) - _APART * c.apart - _BARE * (len(c.text) <= _SHORT)


@dataclass(frozen=True)
class _Theme:
    """One theme of a level.

    Args:
        row: Its number.
        group: What it is made of.
        shares: Share of its asks that hold each word.
        weights: Class-based TF-IDF of its words.
    """

    row: int
    group: Group
    shares: Mapping[str, float]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class _Level:
    """What the themes of a level are seen among.

    Args:
        totals: Sum of the shares of each word over all themes.
        rows: What the themes mean, shape (themes, d).
        terms: Words of the draft.
        in_articles: Number of articles of the draft that hold each word.
        encoder: Encoder of phrases.
    """

    totals: Mapping[str, float]
    rows: Matrix
    terms: frozenset[str]
    in_articles: Mapping[str, int]
    encoder: Embedder

    def look(self, theme: _Theme) -> tuple[list[Candidate], Matrix]:
        """Return the candidates of one theme and their features."""
        found = candidates(theme.group)
        if not found:
            return [], np.zeros((0, len(FEATURES)), np.float32)
        n = max(1, len(self.rows) - 1)
        others = {w: (self.totals[w] - s) / n for w, s in theme.shares.items()}
        for word in {w for c in found for w in c.words} - set(others):
            others[word] = self.totals.get(word, 0.0) / n
        known = Known(theme.group, theme.weights, theme.shares, others, self.terms, self.in_articles, theme.row)
        near = self.encoder.encode([c.text for c in found]) @ self.rows.T
        return found, features(found, known, np.asarray(near, dtype=np.float32))

    def best(self, theme: _Theme, model: TitleModel) -> list[Phrase]:
        """Return the phrases that name one theme best, best first."""
        found, rows = self.look(theme)
        scores = (model.trees.sum(rows) + [_form(c) for c in found]).round(4)
        order = sorted(range(len(found)), key=lambda k: (-scores[k], len(found[k].text), found[k].text))
        return [Phrase(found[k], float(scores[k])) for k in order[:_TOP]]


def _best(themes: Sequence[_Theme], level: _Level, model: TitleModel) -> list[list[Phrase]]:
    return [level.best(theme, model) for theme in themes]


class Views:
    """The themes of one level, each seen among the others.

    Args:
        groups: What each theme is made of.
        said: What is said in each theme.
        weights: Class-based TF-IDF of their words.
        terms: Words of the draft.
        in_articles: Number of articles of the draft that hold each word.
        encoder: Encoder of phrases and themes.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        said: Sequence[str],
        weights: Weights,
        terms: frozenset[str],
        in_articles: Mapping[str, int],
        encoder: Embedder,
    ) -> None:
        """Compute nothing yet: not every level has a theme to name."""
        self._groups, self._said, self._weights = groups, said, weights
        self._terms, self._in_articles, self._encoder = terms, in_articles, encoder

    @cached_property
    def _shares(self) -> list[dict[str, float]]:
        return [g.shares() for g in self._groups]

    @cached_property
    def _level(self) -> _Level:
        totals: dict[str, float] = {}
        for shares in self._shares:
            for word, share in shares.items():
                totals[word] = totals.get(word, 0.0) + share
        return _Level(totals, self._encoder.encode(self._said), self._terms, self._in_articles, self._encoder)

    def _theme(self, row: int) -> _Theme:
        return _Theme(row, self._groups[row], self._shares[row], self._weights.of[row])

    def look(self, row: int) -> tuple[list[Candidate], Matrix]:
        """Return the candidates of one theme and their features."""
        return self._level.look(self._theme(row))

    def best(self, rows: Sequence[int], model: TitleModel) -> list[list[Phrase]]:
        """Return the phrases that name each of some themes best, best first.

        Args:
            rows: Which themes.
            model: Says how well each phrase does.
        """
        if not rows:
            return []
        themes = Made(len(rows), lambda k: self._theme(rows[k]))
        least = 1 if sum(len(self._groups[row].asks) for row in rows) >= _WORDINGS else _MANY
        return spread(partial(_best, level=self._level, model=model), themes, "主题取名", _THEMES, least)


def read_model(raw: bytes, where: str) -> TitleModel:
    """Read the weights.

    Args:
        raw: The file.
        where: Its place, for messages.

    Raises:
        ModelError: The file is damaged, or made for other features.
    """
    data, (trees,) = read_trees(raw, where, (_WHAT, _NAME), FEATURES, ("trees",))
    both = hashlib.sha256(raw).hexdigest() + load_embedder(ENCODER).fingerprint
    return TitleModel(hashlib.sha256(both.encode()).hexdigest(), tuple(data.get("trained_on", ())), trees)


@lru_cache(maxsize=1)
def load_model() -> TitleModel:
    """Load the shipped model.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    return read_model(*model_weights(_NAME, _WHAT))
