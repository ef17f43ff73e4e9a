"""Traits: what the words of a suggestion and of those who make it show by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.law.beyond import beyond
from jietan.law.style import infer_level
from jietan.parallel import Made, spread
from jietan.tables import records

__all__ = ["Traits", "traits_of"]

#: Suggestions that a process looks at at a time, and from how many on there is more than one process.
_BATCH, _MANY = 200, 2000
_STATED = ("change_to", "add", "delete", "clarify")


class Traits(NamedTuple):
    """What the words of a suggestion show.

    Attributes:
        specific: How concrete it is: drafted text, an amount, a stated change, grounds given; each a quarter.
        fresh: How far the provision does not say it: not at all where the text is to stay, wholly where a text changes it,
            else the share of the pairs of characters of the proposed text that the provision does not have.
        beyond: Why it is outside local power: its text is, or half of those who ask for it want what is; empty for most.
    """

    specific: float
    fresh: float
    beyond: str


class _Words(NamedTuple):
    """The words of a suggestion, its texts those of its opinions."""

    law: str
    operation: str
    drafted: bool
    original: str
    proposed: str
    grounded: bool
    texts: list[str]


def _specific(words: _Words) -> float:
    said = fold("\n".join(words.texts))
    change = any(CUES[name].search(said) for name in _STATED)
    return sum((words.drafted, bool(find_quantities(said)), change, words.grounded)) / 4


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in fold(text) if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _fresh(words: _Words) -> float:
    if words.operation == "保留" or words.drafted:
        return float(words.operation != "保留")
    asked, said = _pairs(words.proposed), _pairs(words.original)
    return 1 - len(asked & said) / max(1, len(asked))


def _beyond(words: _Words) -> str:
    level = infer_level(words.law) if words.law else ""
    wanted = "" if words.operation in ("保留", "删除", "释明") else words.proposed
    found = beyond(wanted, level, words.original)
    if found or words.drafted or not wanted:
        return found
    said = [b for text in words.texts if (b := beyond(text, level, words.original))]
    return min(said) if 2 * len(said) >= len(words.texts) else ""


def _traits(batch: Iterable[_Words]) -> list[Traits]:
    return [Traits(_specific(words), _fresh(words), _beyond(words)) for words in batch]


def traits_of(drafts: pd.DataFrame, evidence: Sequence[np.ndarray[Any, Any]], texts: Sequence[str]) -> list[Traits]:
    """Look at the words of suggestions, many of them in several processes.

    Args:
        drafts: Suggestions.
        evidence: Rows of the opinions of each.
        texts: The words of all opinions, by row.
    """
    rows: list[Any] = [*records(drafts)]

    def made(k: int) -> _Words:
        row = rows[k]
        law, original = (text if isinstance(text, str) else "" for text in (row.law, row.original_text))
        said = [texts[at] for at in evidence[k].tolist()]
        return _Words(law, row.operation, bool(row.drafted), original, row.proposed_text, "“" in row.reason, said)

    return spread(_traits, Made(len(rows), made), "衡量建议", _BATCH, _MANY)
