"""Measures: the components of a suggestion's score, each from 0 to 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jietan.centrality import NEUTRAL, centrality
from jietan.concerns import Concerns
from jietan.counts import Census
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.tables import records

__all__ = ["COMPONENTS", "Grounding", "grave_words", "measures", "people_part"]

COMPONENTS = ("people", "points", "specific", "anchored", "balance", "central", "severity", "novelty")


@dataclass(frozen=True)
class Grounding:
    """What the components are counted from.

    Args:
        texts: Opinion to its words.
        spoken: Opinion to its words with its grounds.
        links: Links to articles.
        absence: Opinion to the probability that the draft has no such rule.
        provisions: The draft's articles.
        census: Counts voices.
        words: Words of safety and livelihood.
    """

    texts: dict[str, str]
    spoken: dict[str, str]
    links: pd.DataFrame
    absence: dict[str, float]
    provisions: pd.DataFrame
    census: Census
    words: Concerns

    def confidence(self, source: str) -> dict[str, float]:
        """Opinion to the confidence of its first link into the draft or the library."""
        first = self.links[self.links["source"] == source].drop_duplicates("opinion_id")
        return dict(zip(first["opinion_id"].tolist(), first["confidence"].tolist(), strict=True))


def _specific(row: Any, texts: dict[str, str]) -> float:  # noqa: ANN401
    """How concrete an ask is: drafted text, an amount, a stated change, grounds given; each a quarter."""
    words = fold("\n".join(texts[o] for o in row.evidence))
    change = any(CUES[name].search(words) for name in ("change_to", "add", "delete", "clarify"))
    return sum((bool(row.drafted), bool(find_quantities(words)), change, "“" in row.reason)) / 4


def _spread(values: list[int]) -> np.ndarray[Any, Any]:
    """Logarithms of counts, the largest being one."""
    return np.log2(1 + np.array(values, np.float64)) / math.log2(1 + max(*values, 1))


def people_part(weighted: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The part of the score that weighted voices make."""
    logs = np.log2(1 + weighted)
    found: np.ndarray[Any, Any] = logs / (float(logs.max()) or 1.0)
    return found


def _breadth(drafts: pd.DataFrame, census: Census) -> np.ndarray[Any, Any]:
    """Spread over collection points and streets, half each; over points alone where no street is known."""
    points = _spread([census.count(e).points for e in drafts["evidence"]])
    counts = [census.streets(e) for e in drafts["evidence"]]
    return (points + _spread(counts)) / 2 if any(counts) else points


def _balance(drafts: pd.DataFrame, weighted: np.ndarray[Any, Any], conflicts: list[list[str]]) -> np.ndarray[Any, Any]:
    """Share of those for a suggestion among those for and against it, one imagined person on either side."""
    by_id = dict(zip(drafts["suggestion_id"], weighted, strict=True))
    against = np.array([sum(by_id[c] for c in others) for others in conflicts])
    found: np.ndarray[Any, Any] = (weighted + 1) / (weighted + against + 2)
    return found


def _central(drafts: pd.DataFrame, provisions: pd.DataFrame) -> list[float]:
    """Centrality of the article; the draft's median where it has no such article yet."""
    found = centrality(provisions)
    return [found.get(row.article if isinstance(row.article, str) else "", found.get("", NEUTRAL)) for row in records(drafts)]


def grave_words(row: Any, spoken: dict[str, str], words: Concerns) -> tuple[float, list[str], int]:  # noqa: ANN401
    """Say how grave a suggestion is: the opinions' degrees added up, over their number and one; the words, and how many name them."""
    found = [words.grave(spoken[o]) for o in row.evidence]
    counts: dict[str, int] = {}
    for _, named in found:
        for word in named:
            counts[word] = counts.get(word, 0) + 1
    most = sorted(counts, key=lambda w: (-words.grave(w)[0], -counts[w], w))
    return sum(degree for degree, _ in found) / (len(found) + 1), most, sum(bool(named) for _, named in found)


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in fold(text) if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _new_to_draft(row: Any, absence: float) -> float:  # noqa: ANN401
    """How far the draft does not say it: not at all where the text is to stay, wholly where a text changes it."""
    if row.operation == "保留":
        return 0.0
    if row.drafted:
        return 1.0
    asked, said = _pairs(row.proposed_text), _pairs(row.original_text if isinstance(row.original_text, str) else "")
    return max(absence, 1 - len(asked & said) / max(1, len(asked)))


def _novelty(drafts: pd.DataFrame, ground: Grounding) -> list[float]:
    """Mean of what the draft does not say and what the laws in force do not say; nothing for what is to stay as it is."""
    library = ground.confidence("library")
    out = []
    for row in records(drafts):
        draft = _new_to_draft(row, float(np.mean([ground.absence.get(o, 0.0) for o in row.evidence])))
        law = 1 - float(np.mean([library.get(o, 0.0) for o in row.evidence]))
        out.append((draft + law) / 2 if draft else 0.0)
    return out


def measures(drafts: pd.DataFrame, ground: Grounding, conflicts: list[list[str]]) -> np.ndarray[Any, Any]:
    """Return the components, a row for each suggestion, in the order of :data:`COMPONENTS`.

    Args:
        drafts: Suggestions.
        ground: What they are counted from.
        conflicts: The suggestions that each contradicts.
    """
    census, confidence = ground.census, ground.confidence("draft")
    weighted = np.array([census.count(e).weighted for e in drafts["evidence"]])
    anchored = [
        float(np.mean([confidence.get(o, 0.0) for o in row.evidence])) if isinstance(row.article, str) else 0.5 for row in records(drafts)
    ]
    columns = (
        people_part(weighted),
        _breadth(drafts, census),
        [_specific(row, ground.texts) for row in records(drafts)],
        anchored,
        _balance(drafts, weighted, conflicts),
        _central(drafts, ground.provisions),
        [grave_words(row, ground.spoken, ground.words)[0] for row in records(drafts)],
        _novelty(drafts, ground),
    )
    return np.array(columns, np.float64).T
