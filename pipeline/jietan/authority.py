"""Authority: the words of higher law that bear on a suggestion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from jietan.language.normalize import fold
from jietan.tables import records

__all__ = ["higher_law"]

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_LETTERS = re.compile(r"[\u4e00-\u9fff]")
_FORMULA = re.compile(r"应当|不得|可以|禁止|按照|规定|依法|有关|或者|以及|本条例|本办法|进行|单位|个人|部门")
#: Least share of a sentence's pairs of letters that the suggestion or the provision has too, and least number of them.
_SHARE, _PAIRS = 0.4, 6
_SHOWN, _LONGEST = 2, 120


def _pairs(text: str) -> set[str]:
    found = set()
    for part in _FORMULA.split(fold(text)):
        letters = "".join(_LETTERS.findall(part))
        found |= {letters[i : i + 2] for i in range(len(letters) - 1)}
    return found


def _sentences(text: str) -> list[tuple[str, set[str]]]:
    """The sentences of an article that are short enough to be shown, with their pairs of letters."""
    return [(s.strip(), p) for s in _SENTENCE.findall(text) if len(s) <= _LONGEST and (p := _pairs(s))]


def _best(sentences: Sequence[tuple[str, set[str]]], wanted: set[str]) -> tuple[float, str]:
    """The sentence that shares most with a suggestion, and the share; of equals the first."""
    found = [(n / len(p), s) for s, p in sentences if (n := len(p & wanted)) >= _PAIRS]
    return max(found, key=lambda x: x[0], default=(0.0, ""))


def _near(row: Any, related: Sequence[Any], texts: dict[str, list[tuple[str, set[str]]]], cited: dict[str, set[str]]) -> list[str]:  # noqa: ANN401
    said = f"{row.original_text if isinstance(row.original_text, str) else ''}\n{row.proposed_text}\n{row.title}"
    wanted, mine = _pairs(said), {o.rsplit(":", 1)[0] for o in row.evidence}
    found = []
    for near in related:
        share, words = _best(texts.get(near.article_id, ()), wanted)
        named = near.basis == "explicit" and bool(mine & cited.get(near.article_id, set()))
        if words and (named or share >= _SHARE):
            found.append((not named, -share, f"《{near.law}》{near.article}：“{words}”"))
    return [text for _, _, text in sorted(found)[:_SHOWN]]


def higher_law(drafts: pd.DataFrame, related: pd.DataFrame, higher: pd.DataFrame, citations: pd.DataFrame) -> list[list[str]]:
    """Find the words of higher law that each suggestion touches.

    Args:
        drafts: Suggestions.
        related: Articles of laws in force by theme.
        higher: Their texts.
        citations: The comments' citations.

    Returns:
        For each suggestion at most two of 《law》article：“words”, the words exactly as the law has them; only where people
        who ask name the article, or a sentence of it says much of what the provision or the suggestion says.
    """
    texts = {a: _sentences(t) for a, t in zip(higher["article_id"], higher["text"], strict=True)}
    own = citations[citations["article_id"].notna()]
    cited = {str(a): set(c) for a, c in own.groupby("article_id")["comment_id"]}
    by_theme = {theme: list(records(near)) for theme, near in related.groupby("theme_id")}
    return [_near(r, by_theme[r.theme_id], texts, cited) if r.theme_id in by_theme else [] for r in records(drafts)]
