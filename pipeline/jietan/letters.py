"""Letters without a draft: each is about one matter, which its title or first words say best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.grouping import mean_rows
from jietan.language.normalize import fold
from jietan.likeness import Likeness, likeness
from jietan.linkage import broad_groups, matched_groups
from jietan.runfolder import Vectors

__all__ = ["Letters", "head_of", "head_spans", "letter_groups", "letter_titles", "letters_alike", "short_title"]

_TITLE, _HEAD = 40, 60
#: So many characters of a letter are read to compare it.
_READ = 600
#: How alike letters on one matter are on average, how alike in meaning those on one kind of problem, and how granularity moves both.
_MATTER, _KIND, _SHIFT = 0.39, 0.4, 0.3
_END = re.compile(r"[。！？!?；;\n]")
_ASKING = re.compile(
    r"^(?:(?:再次|第.次|坚决|强烈|请教|恳请|恳求|请求|要求|希望|盼望|建议|咨询|投诉|举报|反映|反对|关于|对于|质疑|请问|请|就|对|向|求)(?:的|一下)?)+"
)
_PAUSE = re.compile('[，,。！？!?；;：:（）()“”"]')
_TAIL = re.compile(
    r"(?:的?(?:相关|有关|几个|一些|两个|若干)?(?:问题|事宜|情况|事项|事情)?的?(?:咨询|反映|投诉|建议|请求|意见|求助)?)[!?。,~…]*$"
)


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
    rows = zip(received["comment_id"], received["text"], received["text_parts"], strict=True)
    return {c: head_of(text, list(parts)) for c, text, parts in rows if text.strip()}


def short_title(head: str, longest: int) -> str:
    """Return the words of a head that name its matter, empty where they are too many or too few.

    Args:
        head: A title as a resident wrote it.
        longest: So many characters at most.
    """
    plain = re.sub(r"\s+", "", head).strip("，。！？!?、：:~…")
    for piece in (plain, *_PAUSE.split(plain)):
        found = _TAIL.sub("", _ASKING.sub("", piece))
        if 4 <= len(found) <= longest and not _PAUSE.search(found):
            return found
    return ""


def letters_alike(ids: Sequence[str], received: pd.DataFrame, heads: Vectors) -> Likeness:
    """Return what letters are compared by.

    Args:
        ids: Comments.
        received: Comments as received.
        heads: Vectors of the heads.
    """
    spans = head_spans(received)
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    own = [fold(texts[c][slice(*spans[c])]) for c in ids]
    bodies = [fold(texts[c][spans[c][0] : spans[c][0] + _READ]) for c in ids]
    return likeness(own, bodies, heads.rows(list(ids)))


def letter_groups(alike: Likeness, granularity: float) -> tuple[list[int], list[int]]:
    """Group letters by their concrete matter, and these groups by the kind of problem.

    Letters on one matter are alike in meaning and in rare runs of characters, and name no different places; one kind of
    problem is what their heads mean alone, wherever it is.

    Args:
        alike: The letters.
        granularity: Setting from 0, broad, to 1, fine.

    Returns:
        For each letter the number of its matter, and the number of its kind.
    """
    shift = (granularity - 0.5) * _SHIFT
    matters = matched_groups(alike, _MATTER + shift)
    _, matter = np.unique(matters, return_inverse=True)
    order = np.argsort(matter, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(matter[order])) + 1)
    kinds = broad_groups(mean_rows(alike.heads, [m.tolist() for m in members]), max(0.05, _KIND + shift))
    return matter.tolist(), kinds[matter].tolist()


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
    texts = dict(zip(letters.received["comment_id"], letters.received["text"], strict=True))
    personal = {c for c, start in zip(letters.pii["comment_id"], letters.pii["start"], strict=True) if start < spans[c][1]}
    own = [short_title(texts[c][slice(*spans[c])], longest) if c not in personal else "" for c in ids]
    out = {}
    for theme, rows in themes.items():
        good = [k for k in rows if own[k]]
        if len(good) > 1:
            near = alike.between(np.array(good), np.array(rows)).mean(axis=1).round(6)
            out[theme] = own[good[int(near.argmax())]]
        elif good:
            out[theme] = own[good[0]]
    return out
