"""Aiming: what the model of links says of opinions, unit by unit, so that no more than a batch of them is looked at together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from jietan.law.choice import Asked, LinkModel, Point, absence_features, content_features, pointing_features, probabilities
from jietan.law.provisions import Matrix, ProvisionIndex
from jietan.parallel import numbered, spread

__all__ = ["Aimed", "Aims", "aim"]

Rows = np.ndarray[Any, np.dtype[np.int64]]
#: Units that a process looks at together, and opinions whose features are made at once.
_UNITS, _CHUNK = 1000, 512


@dataclass(frozen=True)
class Aims:
    """What the model says of opinions, one row for each, in the order of the units given.

    Attributes:
        articles: The likeliest articles, best first, shape (opinions, articles taken).
        provisions: In each of them the best provision, same shape.
        scores: Its score with what the opinion names, same shape.
        chances: The article's probability, same shape.
        absence: Score of a rule that the draft lacks, before it is mixed with its neighbours', shape (opinions,).
        points: Where the opinion names that article, as it does; else None; same shape.
        named: Whether the opinion names an article outright, shape (opinions,).
        content: Probabilities of articles by content alone, shape (opinions for which they are wanted, articles).
    """

    articles: Rows
    provisions: Rows
    scores: Matrix
    chances: Matrix
    absence: Matrix
    points: np.ndarray[Any, Any]
    named: np.ndarray[Any, np.dtype[np.bool_]]
    content: Matrix


#: One opinion to look at: what the model sees of it, then whether probabilities by content alone are wanted. A plain tuple
#: goes to another process many times faster than an object of a class.
Aimed = tuple[str, str, tuple[Point, ...], float, bool]


def _features(index: ProvisionIndex, asked: Sequence[Asked], model: LinkModel) -> tuple[Matrix, Matrix]:
    """Scores of provisions by content, shape (opinions, provisions), and what speaks for absence."""
    distinct, places = numbered((a.text, a.around) for a in asked)
    scores, facts = np.empty((len(distinct), len(index.provisions)), np.float32), list[Matrix]()
    for at in range(0, len(distinct), _CHUNK):
        features, more = content_features(index, [Asked(*words) for words in distinct[at : at + _CHUNK]])
        # a sum along the last axis, not BLAS: one row's sum must not depend on how many rows come with it
        scores[at : at + _CHUNK] = (features * model.content).sum(axis=2)
        facts.append(more)
    return scores[places], np.concatenate(facts)[places]


def _best(index: ProvisionIndex, scores: Matrix, articles: Rows) -> Rows:
    """The best provision of each of some articles, shape of ``articles``."""
    best = np.zeros(articles.shape, np.int64)
    for article, places in enumerate(index.places):
        at, taken = np.nonzero(articles == article)
        best[at, taken] = places[scores[at[:, None], places].argmax(axis=1)]
    return best


def _points(asked: Sequence[Asked], articles: Rows) -> np.ndarray[Any, Any]:
    """How each of some articles is named, None where it is not, shape of ``articles``."""
    out = np.full(articles.shape, None, object)
    for row, own in enumerate(asked):
        first = {p.article: p for p in reversed(own.points)}
        for column, article in enumerate(articles[row].tolist() if first else ()):
            out[row, column] = first.get(article)
    return out


def _aim(units: Sequence[Sequence[Aimed]], index: ProvisionIndex, model: LinkModel, top_k: int) -> list[Aims]:
    """Look at the opinions of some units; all of one unit have its mean score of each provision."""
    asked = [Asked(*one[:-1]) for unit in units for one in unit]
    scores, facts = _features(index, asked, model)
    start = 0
    for unit in units:
        own = slice(start, start + len(unit))
        if len(unit) > 1:
            scores[own] = scores[own].mean(axis=0, dtype=np.float64).astype(np.float32)
        start += len(unit)
    wanted = np.flatnonzero([one[-1] for unit in units for one in unit])
    content = probabilities(index, scores[wanted])
    for row, one in enumerate(asked):
        if one.points:
            scores[row] += (pointing_features(index, one.points) * model.pointing).sum(axis=1)
    chances = probabilities(index, scores)
    absence = model.absent(absence_features(index, asked, facts, scores))
    nearest = np.argsort(-chances.round(6), axis=1, kind="stable")[:, :top_k]
    best = _best(index, scores, nearest)
    rows = np.arange(len(asked))[:, None]
    named = np.array([any(p.how == "named" for p in a.points) for a in asked], bool)
    points = _points(asked, nearest)
    return [Aims(nearest, best, scores[rows, best], np.take_along_axis(chances, nearest, axis=1), absence, points, named, content)]


def aim(units: Sequence[Sequence[Aimed]], index: ProvisionIndex, model: LinkModel, top_k: int) -> Aims:
    """Say which articles opinions are about, and how likely the draft has no such rule.

    Args:
        units: Opinions by unit.
        index: The draft.
        model: The weights.
        top_k: How many articles to take.

    Returns:
        One row for each opinion, unit after unit; what one unit's opinions get does not depend on the other units.
    """
    parts = spread(partial(_aim, index=index, model=model, top_k=top_k), units, "对应条文", _UNITS, _UNITS * 4)
    return Aims(*(np.concatenate([getattr(p, name) for p in parts]) for name in Aims.__dataclass_fields__))
