"""Letters without a draft: each is about one matter, which its title or first words say best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.grouping import mean_rows
from jietan.language.normalize import fold
from jietan.language.segment import words
from jietan.likeness import Likeness, likeness
from jietan.linkage import broad_groups, matched_groups
from jietan.neighbours import EXACT
from jietan.tables import listed
from jietan.vectors import Vectors

__all__ = [
    "Letters",
    "head_of",
    "head_spans",
    "head_words",
    "kind_floor",
    "letter_groups",
    "letter_heads",
    "letter_titles",
    "letters_alike",
    "short_title",
    "shortened",
]

Matrix = np.ndarray[Any, np.dtype[np.float32]]

_TITLE, _HEAD = 40, 60
#: So many characters of a letter are read to compare it.
_READ = 600
#: How alike letters on one matter are on average, how alike in meaning those on one kind of problem, and how granularity moves both.
_MATTER, _KIND, _SHIFT = 0.39, 0.42, 0.3
#: Encoders differ in how alike they find any two letters: of one kind are letters more alike than this share of all pairs.
#: Fewer than so many letters tell too little about that; of more than so many some are drawn evenly.
_UNLIKE, _ENOUGH, _DRAWN = 0.935, 50, 1500
_FLOORS = (0.2, _KIND)
#: So many letters of a place count half of what their heads have in common as the place's.
_LOCAL = 5
#: What is shorter seldom says what a letter is about.
_TELLING = 7
_END = re.compile(r"[。！？!?；;\n]")
_ASKING = re.compile(
    r"^(?:(?:再次|第.次|坚决|强烈|急切|急|实名|请教|恳请|恳求|请求|要求|希望|盼望|盼|呼吁|建议|解决|严惩|严管|救救|帮忙|帮助|关注|尽快|领导|书记|咨询|投诉|举报|反映|反对|有关于|有关|关于|对于|您|质疑|请问|请|就|对|向|求|在(?=[A-Z]))(?:的|一下)?)+"
)
_PAUSE = re.compile('[，,。！？!?；;：:（）()“”"]')
_TAIL = re.compile(
    r"(?:的?(?:相关|有关|几个|一些|两个|若干)?(?:问题|事宜|情况|事项|事情)?的?(?:咨询|反映|投诉|建议|请求|意见|求助)?)[!?。,~…]*$"
)

_LOCAL_NAMES = re.compile(r"^(?:[A-Z]\d*[县市区]+|[\u4e00-\u9fff]{2,3}[县市](?=[\u4e00-\u9fff]{2}))+")
_WHEN = re.compile(r"(?:何时|什么时候|啥时候?)(?:能够?|可以|才能?|会)?[\u4e00-\u9fff]{0,4}$")
#: Words that a shortened head does not begin with: what only binds, and what is left of the name of a place cut in two.
_LOOSE = re.compile(r"[的在对把被将和与及或于由从到向给等以内外上下中里了、”）》镇乡村县市区]|街道|以来|期间|(?![乡城市村集古小重])\w镇")


#: So many letters are compared at once for their titles.
_TOGETHER = 64


class Letters(NamedTuple):
    """Letters of a run.

    Attributes:
        received: Comments as received.
        heads: Vectors of their heads.
        pii: Personal data found in them.
    """

    received: pd.DataFrame
    heads: Vectors
    pii: pd.DataFrame


def head_of(text: str, parts: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Return where the head of a comment stands: its title, a short first line, or its first sentence.

    Args:
        text: The comment.
        parts: Its ``text_parts``.
    """
    start = len(text) - len(text.lstrip())
    if len(parts) > 1 and text[parts[0]["start"] : parts[0]["end"]].strip():
        return int(parts[0]["start"]), int(parts[0]["end"])
    line = text.find("\n", start)
    if 0 < line - start <= _TITLE and text[line:].strip():
        return start, line
    end = _END.search(text, min(len(text), start + 1))
    return start, min(end.start() if end else len(text), start + _HEAD)


def head_spans(received: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return the head of every comment that holds words."""
    rows = listed(received, "comment_id", "text", "text_parts")
    return {c: head_of(text, list(parts)) for c, text, parts in rows if text.strip()}


def short_title(head: str, longest: int) -> str:
    """Return the words of a head that name its matter, empty where they are too many or too few.

    Args:
        head: A title as a resident wrote it.
        longest: So many characters at most.
    """
    plain = re.sub(r"\s+", "", head).strip("，。！？!?、：:~…")
    pieces = [head_words(piece) for piece in (plain, *_PAUSE.split(plain))]
    whole = [p for p in pieces if len(p) >= 4 and not _PAUSE.search(p)]
    telling = [p for p in whole if len(p) >= _TELLING] or whole
    return next((p for p in telling if len(p) <= longest), "")


def shortened(head: str, longest: int) -> str:
    """Return the first words of a head that name its matter, shortened, empty where there are none."""
    pieces = [head_words(piece) for piece in _PAUSE.split(re.sub(r"\s+", "", head))]
    return _clipped(next((p for p in pieces if len(p) >= _TELLING), ""), longest)


def head_words(head: str) -> str:
    """Return a head without the words of asking round it."""
    return _TAIL.sub("", _ASKING.sub("", head)).removeprefix("的")


def _clipped(piece: str, longest: int) -> str:
    """Shorten a head that is too long for a title: without its town and county, then from a later word on, as the matter comes last."""
    piece = _WHEN.sub("", _LOCAL_NAMES.sub("", piece))
    whole = words(piece)
    first = len(whole)
    while first and len("".join(whole[first - 1 :])) <= longest:
        first -= 1
    while 0 < first < len(whole) and _LOOSE.fullmatch(whole[first]):
        first += 1
    found = "".join(whole[first:])
    return found if len(found) >= 4 else ""


def letter_heads(ids: Sequence[str], received: pd.DataFrame) -> list[str]:
    """Return the heads of comments without the words of asking round them."""
    spans = head_spans(received)
    texts = dict(listed(received, "comment_id", "text"))
    return [head_words(fold(texts[c][slice(*spans[c])]).strip()) for c in ids]


def letters_alike(ids: Sequence[str], received: pd.DataFrame, heads: Vectors) -> Likeness:
    """Return what letters are compared by.

    Args:
        ids: Comments.
        received: Comments as received.
        heads: Vectors of the heads.
    """
    spans = head_spans(received)
    texts = dict(listed(received, "comment_id", "text"))
    own = [fold(texts[c][slice(*spans[c])]) for c in ids]
    bodies = [fold(texts[c][spans[c][0] : spans[c][0] + _READ]) for c in ids]
    return likeness(own, bodies, heads.rows(list(ids)))


def letter_groups(alike: Likeness, granularity: float, exact: int = EXACT) -> tuple[list[int], list[int]]:
    """Group letters by their concrete matter, and these groups by the kind of problem.

    Letters on one matter are alike in meaning and in rare runs of characters, and name no different places; one kind of
    problem is what their heads mean alone, wherever it is.

    Args:
        alike: The letters.
        granularity: Setting from 0, broad, to 1, fine.
        exact: Up to so many letters every one is compared with every other.

    Returns:
        For each letter the number of its matter, and the number of its kind.
    """
    shift = (granularity - 0.5) * _SHIFT
    matters = matched_groups(alike, _MATTER + shift, exact)
    _, matter = np.unique(matters, return_inverse=True)
    order = np.argsort(matter, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(matter[order])) + 1)
    meaning = _wherever(alike)
    kinds = broad_groups(mean_rows(meaning, [m.tolist() for m in members]), max(0.05, kind_floor(meaning) + shift), exact)
    return matter.tolist(), kinds[matter].tolist()


def kind_floor(meaning: Matrix) -> float:
    """Return how alike letters on one kind of problem are on average, as the encoder measures it.

    Args:
        meaning: Meaning of the letters, rows of length one, shape (letters, d).
    """
    n = len(meaning)
    if n < _ENOUGH:
        return _KIND
    drawn = meaning[np.unique(np.linspace(0, n - 1, min(n, _DRAWN)).astype(np.int64))]
    pairs = (drawn @ drawn.T)[np.triu_indices(len(drawn), 1)]
    return float(np.clip(np.quantile(pairs, _UNLIKE).round(4), *_FLOORS))


def _wherever(alike: Likeness) -> Matrix:
    """Return the meaning of heads without what those that name one place have in common, rows of length one."""
    heads = alike.heads - alike.heads.mean(axis=0, keepdims=True)
    middle = alike.heads.mean(axis=0, keepdims=True)
    for named in reversed(alike.places):
        common = np.asarray(named.T @ heads) / (np.asarray(named.sum(axis=0)).T + _LOCAL)
        heads = heads - np.asarray(named @ common) / np.maximum(1, np.asarray(named.sum(axis=1)))
    heads = heads + middle
    norms = np.sqrt((heads * heads).sum(axis=1, keepdims=True))
    return np.asarray(heads / np.where(norms == 0, 1, norms), np.float32)


def letter_titles(
    themes: Mapping[str, Sequence[int]], ids: Sequence[str], alike: Likeness, letters: Letters, longest: int
) -> dict[str, str]:
    """Return for themes the words of the most central head that can stand as a title and names no person.

    Args:
        themes: Rows of the letters of each theme.
        ids: Comment of each row.
        alike: What letters are compared by.
        letters: Letters of the run.
        longest: So many characters at most.
    """
    spans = head_spans(letters.received)
    texts = dict(listed(letters.received, "comment_id", "text"))
    personal = {c for c, start in listed(letters.pii, "comment_id", "start") if start < spans[c][1]}
    heads = [texts[c][slice(*spans[c])] if c not in personal else "" for c in ids]
    own = [short_title(head, longest) for head in heads]
    out: dict[str, str] = {}
    several: dict[str, dict[int, str]] = {}
    for theme, rows in themes.items():
        titles = {k: own[k] for k in rows if own[k]} or {k: cut for k in rows if (cut := shortened(heads[k], longest))}
        if len(titles) > 1:
            several[theme] = titles
        elif titles:
            out[theme] = next(iter(titles.values()))
    for batch in _batches([*several], [len(themes[t]) for t in several]):
        near = alike.between(*(np.array([k for t in batch for k in rows[t]]) for rows in (several, themes)))
        one = other = 0
        for theme in batch:
            part = near[one : one + len(several[theme]), other : other + len(themes[theme])]
            one, other = one + part.shape[0], other + part.shape[1]
            out[theme] = [*several[theme].values()][int(part.mean(axis=1).round(6).argmax())]
    return out


def _batches(themes: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """Put small themes together: comparing the letters of a few at once takes hardly longer than those of one."""
    batches: list[list[str]] = []
    room = 0
    for theme, size in zip(themes, sizes, strict=True):
        if size > room:
            batches.append([])
            room = _TOGETHER
        batches[-1].append(theme)
        room -= size
    return batches
