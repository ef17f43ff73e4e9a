"""Choice: which provision of a draft an opinion is about, or none, as probabilities.

A conditional logit over the provisions of the draft, and a logistic model of whether the draft has no such rule; both are
rows of plain numbers in ``models/jietan-links-zh``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from jietan.errors import ModelError
from jietan.language.normalize import fold
from jietan.language.segment import content_words, search_words
from jietan.law.provisions import Matrix, ProvisionIndex
from jietan.parallel import numbered
from jietan.resources import model_path

__all__ = [
    "ABSENCE_FEATURES",
    "CONTENT_FEATURES",
    "POINTING_FEATURES",
    "Asked",
    "LinkModel",
    "Point",
    "absence_features",
    "content_features",
    "load_link_model",
    "pointing_features",
    "probabilities",
    "smooth",
]

#: How a provision fits the opinion's own words, then the words around it, and what kind of provision it is.
CONTENT_FEATURES = (
    *("words", "pairs", "fall", "cosine", "whole", "terms"),
    *("around_words", "around_pairs", "around_fall", "around_cosine", "short_words", "short_fall"),
    *("penalty", "unasked_penalty", "is_item", "share", "general", "final"),
)
#: Where the article is named: in the opinion or in the form's box, just before it, further before; and whether the 款 or 项 is.
POINTING_FEATURES = ("named", "near", "far", "pinned")
ABSENCE_FEATURES = (
    *("bias", "best_cosine", "best_whole", "around_whole", "pointed", "adds", "add_words", "log_articles", "log_length", "content_words"),
    *("first", "second", "entropy", "lead", "over_mean", "covered", "unknown", "over_median"),
)
_ENOUGH, _MANY = 4, 8
#: How many neighbours a score of absence is mixed with, how fast their weight falls with distance, and their share.
_NEIGHBOURS, _NARROW, _OTHERS = 8, 10.0, 0.6
_SMOOTHED, _CHUNK = 20_000, 2048
#: To how many digits cosines are compared, and how much more than a last digit's rounding is.
_DIGITS, _STEP = 5, np.float32(1e-5)
_PENALTY = re.compile(r"罚|责任|拘留|追究|赔偿|曝光|征信")
_PENAL = re.compile(r"罚款|处罚|法律责任|处分|没收|警告|追究")
_ADD = re.compile(r"增加|加一条|加上|新增|补充|补上|写进|写入|没有规定|没规定|没写|没提|只字未提|空白|缺|应当有|最好有|也要有|另设|单列")


@dataclass(frozen=True)
class Point:
    """An article that an opinion names.

    Args:
        how: ``named`` (by the opinion or in the form's box), ``near`` (just before the opinion) or ``far``.
        article: Row of the article in the draft.
        paragraph: 款, or None.
        item: Label of the 项, or None.
    """

    how: str
    article: int
    paragraph: int | None = None
    item: str | None = None


class Asked(NamedTuple):
    """What the model sees of one opinion.

    Args:
        text: Its words, without citations.
        around: The words of its comment around it, without citations.
        points: The articles that it names.
        adds: The probability that it asks to add something, 0 where it asks for something else.
    """

    text: str
    around: str
    points: tuple[Point, ...] = ()
    adds: float = 0.0


def content_features(index: ProvisionIndex, asked: Sequence[Asked]) -> tuple[Matrix, Matrix]:
    """Return how provisions fit opinions.

    Args:
        index: The draft.
        asked: Opinions.

    Returns:
        Array of shape (opinions, provisions, ``len(CONTENT_FEATURES)``); and what speaks for absence whatever provision is
        chosen, of shape (opinions, 8): best cosine, best cosine of a whole article, the same for the surroundings, the
        words that add, content words, share of the words that the best article covers and share unknown to the draft, and
        how far the best cosine stands above the middle one.
    """
    texts, places = numbered(a.text for a in asked)
    surroundings, around_places = numbered(a.around for a in asked)
    cut = [search_words(t) for t in texts]
    own, around = index.evidence(texts, cut).of(places), index.evidence(surroundings, map(search_words, surroundings)).of(around_places)
    terms, (words, asks_penalty, add, *covered) = index.terms(texts)[places], _said(index, texts, cut)[places].T
    weight, asks_penalty = np.minimum(1, words / _ENOUGH)[:, None], asks_penalty[:, None]
    cosine, whole = _centred(own.cosine), own.whole - _mean_in_order(own.whole)
    penal = np.array([bool(_PENAL.search(p.text)) for p in index.provisions], np.float32)[None]
    counts = np.log(np.bincount(index.owners))[index.owners][None]
    chapters = index.articles["chapter"].fillna("").astype(str).tolist()
    general, final = (np.array([name in chapters[k] for k in index.owners], np.float32)[None] for name in ("总则", "附则"))
    item = np.array([p.item is not None for p in index.provisions], np.float32)[None]
    columns = (
        *(weight * own.words, weight * own.pairs, weight * own.fall, weight * cosine, weight * whole),
        *(weight * terms, around.words, around.pairs, around.fall, _centred(around.cosine)),
        *((1 - weight) * around.words, (1 - weight) * around.fall),
        *(asks_penalty * penal, (1 - asks_penalty) * penal, item, -counts, general, final),
    )
    stacked = np.stack([np.broadcast_to(c, own.words.shape) for c in columns], axis=-1).astype(np.float32)
    best = own.cosine.max(axis=1)
    facts = (best, own.whole.max(axis=1), around.whole.max(axis=1), add, np.minimum(1, words / _MANY), *covered)
    return stacked, np.column_stack([*facts, best - np.median(own.cosine, axis=1)]).astype(np.float32)


def _said(index: ProvisionIndex, texts: Sequence[str], cut: Sequence[Sequence[str]]) -> Matrix:
    """Count the content words of texts, and say whether they speak of penalties and of adding, and what of them the draft covers.

    Returns:
        Array of shape (texts, 5).
    """
    folded = [fold(t) for t in texts]
    penalty, add = ([bool(pattern.search(t)) for t in folded] for pattern in (_PENALTY, _ADD))
    return np.column_stack([[len(content_words(t)) for t in texts], penalty, add, index.coverage(cut)]).astype(np.float32)


def _centred(scores: Matrix) -> Matrix:
    return np.asarray(scores - scores.mean(axis=1, keepdims=True), dtype=np.float32)


def _mean_in_order(scores: Matrix) -> Matrix:
    """The mean of each row, added up from its first column to its last: numpy's own sum goes by how the array lies in memory."""
    return np.asarray(np.cumsum(scores, axis=1)[:, -1:] / scores.shape[1], dtype=np.float32)


def pointing_features(index: ProvisionIndex, points: Sequence[Point]) -> Matrix:
    """Return what the articles named say about each provision, shape (provisions, ``len(POINTING_FEATURES)``)."""
    out = np.zeros((len(index.provisions), len(POINTING_FEATURES)), np.float32)
    for point in points:
        for place in index.places[point.article]:
            out[place, POINTING_FEATURES.index(point.how)] = 1
            provision = index.provisions[int(place)]
            same = point.paragraph is None or provision.paragraph in (None, point.paragraph)
            if (point.paragraph or point.item) and same and (point.item is None or provision.item == point.item):
                out[place, -1] = 1
    return out


def probabilities(index: ProvisionIndex, logits: Matrix) -> Matrix:
    """Turn scores of provisions into probabilities of articles, shape (rows, articles)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    folded = np.stack([raised[:, p].sum(axis=1) for p in index.places], axis=1)
    return np.asarray(folded / folded.sum(axis=1, keepdims=True), dtype=np.float32)


def absence_features(index: ProvisionIndex, asked: Sequence[Asked], facts: Matrix, logits: Matrix) -> Matrix:
    """Return what speaks for a rule that the draft lacks, shape (opinions, ``len(ABSENCE_FEATURES)``).

    Args:
        index: The draft.
        asked: Opinions.
        facts: As :func:`content_features` gives them.
        logits: Scores of the provisions, shape (opinions, provisions).
    """
    chosen = probabilities(index, logits)
    ranked = -np.sort(-chosen, axis=1)
    second = ranked[:, 1] if ranked.shape[1] > 1 else np.zeros(len(ranked), np.float32)
    entropy = -(chosen * np.log(chosen + 1e-9)).sum(axis=1)
    best = -np.sort(-logits, axis=1)
    lead = best[:, 0] - best[:, 1:6].mean(axis=1) if best.shape[1] > 1 else np.zeros(len(best), np.float32)
    n = len(asked)
    columns = (
        *(np.ones(n), facts[:, 0], facts[:, 1], facts[:, 2]),
        [float(any(p.how == "named" for p in a.points)) for a in asked],
        *([a.adds for a in asked], facts[:, 3], np.full(n, np.log(len(index.articles)))),
        *([np.log1p(len(a.text)) for a in asked], facts[:, 4]),
        *(ranked[:, 0], second, entropy, lead, best[:, 0] - logits.mean(axis=1), facts[:, 5], facts[:, 6], facts[:, 7]),
    )
    return np.column_stack(columns).astype(np.float32)


def _largest(values: Matrix, count: int) -> tuple[np.ndarray[Any, np.dtype[np.intp]], Matrix]:
    """Return the columns of each row's largest values to five digits, largest first and of equal ones the first, and these values.

    Both have the shape (rows, count). Only what can be among the largest is rounded.
    """
    least = np.partition(values, values.shape[1] - count, axis=1)[:, -count].round(_DIGITS)
    rows, columns = np.nonzero(values > (least - _STEP)[:, None])
    found = values[rows, columns].round(_DIGITS)
    order = np.lexsort((columns, -found, rows))
    place = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(values)))[rows]
    chosen = order[place < count].reshape(len(values), count)
    return columns[chosen], found[chosen]


class _Rows(Protocol):
    """Gives rows by their numbers, as an array does."""

    def __getitem__(self, rows: Any, /) -> Matrix:  # noqa: ANN401
        """Return rows, shape (rows, d)."""


def smooth(scores: Matrix, vectors: _Rows) -> Matrix:
    """Mix each score with those of the opinions nearest in meaning: what one person misses in the draft, others miss too.

    Args:
        scores: Scores of absence, shape (n,).
        vectors: Vectors of length one, shape (n, d); only some of them are looked at where there are many.

    Returns:
        Array of shape (n,). Beyond twenty thousand rows only the highest scores are mixed, among themselves.
    """
    out = scores.copy()
    chosen = np.sort(np.lexsort((np.arange(len(scores)), -scores.round(6)))[:_SMOOTHED])
    matrix, own = vectors[chosen], scores[chosen]
    count = min(_NEIGHBOURS, len(chosen) - 1)
    share = _OTHERS * max(0, count) / _NEIGHBOURS  # a handful of opinions, near or not, say little of one another
    for start in range(0, len(chosen) if count > 0 else 0, _CHUNK):
        near = matrix[start : start + _CHUNK] @ matrix.T
        rows = np.arange(len(near))
        near[rows, start + rows] = -2
        nearest, likeness = _largest(near, count)
        weights = np.exp(_NARROW * (likeness - 1))
        others = (weights * own[nearest]).sum(axis=1) / weights.sum(axis=1)
        out[chosen[start : start + _CHUNK]] = (1 - share) * own[start : start + _CHUNK] + share * others
    return out


@dataclass(frozen=True)
class LinkModel:
    """The weights.

    Args:
        content: Shape (``len(CONTENT_FEATURES)``,).
        pointing: Shape (``len(POINTING_FEATURES)``,).
        absence: Shape (``len(ABSENCE_FEATURES)``,).
        slope: Turns scores of absence, smoothed, into log odds: this times the score plus ``shift``.
        shift: See ``slope``.
        fingerprint: sha256 of the file.
        trained_on: sha256 of the labelled files it learned from.
    """

    content: Matrix
    pointing: Matrix
    absence: Matrix
    slope: float
    shift: float
    fingerprint: str
    trained_on: tuple[str, ...]

    def absent(self, features: Matrix) -> Matrix:
        """Return scores of absence, one for each row of :func:`absence_features`."""
        # a sum along the row, not BLAS: one row's sum must not depend on how many rows come with it
        return np.asarray((features * self.absence).sum(axis=1), dtype=np.float32)

    def chance(self, smoothed: Matrix) -> Matrix:
        """Return probabilities of absence from scores that went through :func:`smooth`."""
        return np.asarray(1 / (1 + np.exp(-(self.slope * smoothed + self.shift))), dtype=np.float32)


def _row(data: Mapping[str, Any], name: str, features: tuple[str, ...]) -> Matrix:
    if tuple(data[name]) != features:
        raise ValueError(name)
    return np.array([data[name][f] for f in features], np.float32)


@lru_cache(maxsize=2)
def load_link_model(name: str = "jietan-links-zh") -> LinkModel:
    """Load the shipped weights.

    Args:
        name: Folder below ``models/``.

    Raises:
        ModelError: The folder is missing, damaged, or made for other features.
    """
    folder = model_path(name)
    try:
        raw = (folder / "weights.json").read_bytes()
        data = json.loads(raw)
        return LinkModel(
            _row(data, "content", CONTENT_FEATURES),
            _row(data, "pointing", POINTING_FEATURES),
            _row(data, "absence", ABSENCE_FEATURES),
            float(data["slope"]),
            float(data["shift"]),
            hashlib.sha256(raw).hexdigest(),
            tuple(data["trained_on"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("条文对应的模型缺失或已损坏", where=str(folder), todo="请重新安装 jietan") from error
