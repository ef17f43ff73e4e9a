"""Letters without a draft: each is about one matter, which its title or first words say best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.language.normalize import fold
from jietan.runfolder import Vectors

__all__ = ["Letters", "head_of", "head_spans", "letter_matrix", "letter_titles", "short_title"]

Matrix = np.ndarray[Any, np.dtype[np.float32]]
_TITLE, _HEAD, _OPENING = 40, 60, 150
#: Shares of the meaning of the head, of its pairs of characters, and of those of the opening.
_WEIGHTS = (0.4, 0.3, 0.3)
_SIZE = 512
#: From so many texts on, what only one of them or a tenth of them says is left out.
_MANY = 50
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


def _characters(texts: Sequence[str], longest: int) -> Matrix:
    """Runs of two to ``longest`` characters, rare ones weighing more, projected to fewer dimensions."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(len(t) > 1 for t in texts):
        return np.zeros((len(texts), _SIZE), np.float32)
    many = len(texts) > _MANY
    counts = TfidfVectorizer(
        analyzer="char",
        ngram_range=(2, longest),
        sublinear_tf=True,
        min_df=2 if many else 1,
        max_df=0.1 if many else 1.0,
        dtype=np.float32,
        lowercase=False,
    )
    found = counts.fit_transform(texts)
    signs = np.random.default_rng(0).integers(0, 2, size=(found.shape[1], _SIZE), dtype=np.int8).astype(np.float32) * 2 - 1
    return _scaled(np.asarray(found @ signs, np.float32))


def _scaled(matrix: Matrix) -> Matrix:
    norms = np.sqrt((matrix * matrix).sum(axis=1, keepdims=True))
    return np.asarray(matrix / np.where(norms == 0, 1, norms), np.float32)


def letter_matrix(ids: Sequence[str], received: pd.DataFrame, heads: Vectors) -> Matrix:
    """Return what letters are compared by, shape (letters, d), rows of length one.

    Args:
        ids: Comments.
        received: Comments as received.
        heads: Vectors of the heads.
    """
    spans = head_spans(received)
    texts = {c: fold(t) for c, t in zip(received["comment_id"], received["text"], strict=True)}
    own = [texts[c][slice(*spans[c])] for c in ids]
    opening = [texts[c][spans[c][0] : spans[c][1] + _OPENING] for c in ids]
    blocks = (heads.rows(list(ids)), _characters(own, 3), _characters(opening, 2))
    return _scaled(np.hstack([np.float32(w**0.5) * block for w, block in zip(_WEIGHTS, blocks, strict=True)]))


def letter_titles(
    themes: Mapping[str, Sequence[int]], ids: Sequence[str], matrix: Matrix, letters: Letters, longest: int
) -> dict[str, str]:
    """Return for themes the words of the most central head that can stand as a title and names no person.

    Args:
        themes: Rows of the letters of each theme.
        ids: Comment of each row.
        matrix: What letters are compared by.
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
        if good:
            near = (matrix[good] * matrix[list(rows)].mean(axis=0)).sum(axis=1).round(6)
            out[theme] = own[good[int(near.argmax())]]
    return out
