"""Measures: the components of a suggestion's score, each from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jietan.centrality import NEUTRAL, centrality
from jietan.concerns import Concerns, Heard
from jietan.counts import Tally
from jietan.traits import Traits

__all__ = ["COMPONENTS", "Grave", "Grounding", "gravity", "measures", "people_part"]

COMPONENTS = ("people", "points", "specific", "anchored", "balance", "central", "severity", "novelty")


@dataclass(frozen=True)
class Grave:
    """How grave a suggestion is.

    Args:
        degree: The opinions' degrees added up, over their number and one.
        words: Words of safety and livelihood that they name, the gravest and most often named first.
        named: How many opinions name any.
    """

    degree: float
    words: list[str]
    named: int


@dataclass(frozen=True)
class Grounding:
    """What the components are counted from.

    Args:
        evidence: Rows of the opinions of each suggestion.
        tally: The voices behind each suggestion.
        traits: What the words of each suggestion show.
        grave: How grave each is.
        drafted: Confidence of the first link of each opinion into the draft, shape (opinions,); 0 where there is none.
        library: The same into the laws in force.
        absence: Probability of each opinion that the draft has no such rule.
        provisions: The draft's articles.
    """

    evidence: Sequence[np.ndarray[Any, Any]]
    tally: Tally
    traits: Sequence[Traits]
    grave: Sequence[Grave]
    drafted: np.ndarray[Any, Any]
    library: np.ndarray[Any, Any]
    absence: np.ndarray[Any, Any]
    provisions: pd.DataFrame


def _spread(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Logarithms of counts, the largest being one."""
    found: np.ndarray[Any, Any] = np.log2(1 + values.astype(np.float64)) / math.log2(1 + max(int(values.max()), 1))
    return found


def people_part(weighted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The part of the score that weighted voices make."""
    logs = np.log2(1 + weighted)
    found: np.ndarray[Any, Any] = logs / (float(logs.max()) or 1.0)
    return found


def _breadth(tally: Tally) -> np.ndarray[Any, Any]:
    """Spread over collection points and streets, half each; over points alone where no street is known."""
    points = _spread(tally.points)
    return (points + _spread(tally.streets)) / 2 if tally.streets.any() else points


def _balance(drafts: pd.DataFrame, weighted: np.ndarray[Any, Any], conflicts: list[list[str]]) -> np.ndarray[Any, Any]:
    """Share of those for a suggestion among those for and against it, one imagined person on either side."""
    by_id = dict(zip(drafts["suggestion_id"], weighted, strict=True))
    against = np.array([sum(by_id[c] for c in others) for others in conflicts])
    found: np.ndarray[Any, Any] = (weighted + 1) / (weighted + against + 2)
    return found


def _central(drafts: pd.DataFrame, provisions: pd.DataFrame) -> list[float]:
    """Centrality of the article; the draft's median where it has no such article yet."""
    found = centrality(provisions)
    return [found.get(article if isinstance(article, str) else "", found.get("", NEUTRAL)) for article in drafts["article"].tolist()]


def gravity(heard: Sequence[Heard], words: Concerns) -> Grave:
    """Say how grave a suggestion is, given what is heard in its opinions."""
    counts: dict[str, int] = {}
    for one in heard:
        for word in one.words:
            counts[word] = counts.get(word, 0) + 1
    most = sorted(counts, key=lambda w: (-words.degree([w]), -counts[w], w))
    return Grave(sum(words.degree(one.words) for one in heard) / (len(heard) + 1), most, sum(bool(one.words) for one in heard))


def _novelty(drafts: pd.DataFrame, ground: Grounding) -> list[float]:
    """Mean of what the draft does not say and what the laws in force do not say; nothing for what is to stay as it is."""
    out = []
    for operation, drafted, rows, traits in zip(
        drafts["operation"].tolist(), drafts["drafted"].tolist(), ground.evidence, ground.traits, strict=True
    ):
        sure = drafted or operation == "保留"
        draft = traits.fresh if sure else max(float(np.mean(ground.absence[rows])), traits.fresh)
        law = 1 - float(np.mean(ground.library[rows]))
        out.append((draft + law) / 2 if draft else 0.0)
    return out


def measures(drafts: pd.DataFrame, ground: Grounding, conflicts: list[list[str]]) -> np.ndarray[Any, Any]:
    """Return the components, a row for each suggestion, in the order of :data:`COMPONENTS`.

    Args:
        drafts: Suggestions.
        ground: What they are counted from.
        conflicts: The suggestions that each contradicts.
    """
    weighted = ground.tally.weighted
    anchored = [
        float(np.mean(ground.drafted[rows])) if isinstance(article, str) else 0.5
        for article, rows in zip(drafts["article"].tolist(), ground.evidence, strict=True)
    ]
    columns = (
        people_part(weighted),
        _breadth(ground.tally),
        [traits.specific for traits in ground.traits],
        anchored,
        _balance(drafts, weighted, conflicts),
        _central(drafts, ground.provisions),
        [grave.degree for grave in ground.grave],
        _novelty(drafts, ground),
    )
    return np.array(columns, np.float64).T
