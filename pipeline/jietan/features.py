"""What the linear models see of clauses, of the places between them, of opinions and of comments.

Features have names and are the same for training and for use. Topic words are not among them; the runs of characters
that are (:mod:`jietan.language.grams`) were seen in the consultations of several domains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice
from math import log, log1p
from typing import Any

import numpy as np

from jietan.language.clauses import Clause, find_clauses
from jietan.language.cues import CUES, cue_vectors
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.language.segment import content_words

__all__ = [
    "BOUNDARY_FEATURES",
    "CLAUSE_CLASSES",
    "CLAUSE_FEATURES",
    "COMMENT_FEATURES",
    "MESSAGE_FEATURES",
    "OPINION_FEATURES",
    "Matrix",
    "boundary_features",
    "clause_features",
    "clause_features_of",
    "comment_features",
    "message_features",
    "opinion_features",
]

Matrix = np.ndarray[Any, np.dtype[np.float32]]

CLAUSE_CLASSES = ("none", "ask", "reason")
_SHAPE = ("log_length", "has_quantity", "first", "last", "starts_marker")
_PLACE = (
    *("second", "third", "last_but_one", "position", "log_clauses", "log_sentences"),
    *("opens_sentence", "closes_sentence", "alone", "in_first_sentence", "in_last_sentence"),
    *("sentence_asks", "asked_before", "asked_after", "nothing_else_asks"),
    *("in_list", "has_list", "sentence_clauses", "ends_comma", "ends_question", "ends_colon", "log_before", "log_after"),
)
_OWN = len(CUES) + len(_SHAPE)
#: So many characters on either side of an opinion say what it stands among.
_CONTEXT = 40
CLAUSE_FEATURES = (
    *CUES,
    *_SHAPE,
    *(f"before_{name}" for name in CUES),
    *(f"after_{name}" for name in CUES),
    *_PLACE,
    *(f"sentence_{name}" for name in CUES),
)
BOUNDARY_FEATURES = (
    *(f"left_{name}" for name in CLAUSE_FEATURES[:_OWN]),
    *(f"right_{name}" for name in CLAUSE_FEATURES[:_OWN]),
    "sentence_between",
    "both_ask",
)
OPINION_FEATURES = (
    *CUES,
    *(f"context_{n}" for n in CUES),
    *("log_length", "quantities", "only", "first", "last", "split_reason", "ends_question"),
)
COMMENT_FEATURES = (*CUES, *(f"share_{n}" for n in CUES), "log_length", "no_words", "few_chars", "draft_overlap", "draft_overlap_max")
#: Without a draft, comments may be letters of any length: how many clauses hold a cue tells, not whether any does.
MESSAGE_FEATURES = (*(f"share_{n}" for n in CUES), "no_words", "few_chars")
_OF_MESSAGES = [COMMENT_FEATURES.index(name) for name in MESSAGE_FEATURES]
_ASKING = [
    list(CUES).index(name)
    for name in (
        *("suggest", "hope", "should", "must", "add", "delete", "change_to", "clarify", "can_we", "please_rule", "dont", "must_not"),
        *("support", "oppose"),
    )
]


def _sentences(clauses: Sequence[Clause]) -> list[int]:
    """Return the number of each clause's sentence."""
    return list(accumulate((int(c.ends_sentence) for c in clauses[:-1]), initial=0))


def _places(folded: str, clauses: Sequence[Clause], asks: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """Yield where each clause stands, and whether anything around it asks (0 or 1 for each clause in ``asks``)."""
    n = len(clauses)
    sentence = _sentences(clauses)
    in_sentence, per_sentence = [0.0] * (sentence[-1] + 1), [0] * (sentence[-1] + 1)
    for number, flag in zip(sentence, asks, strict=True):
        in_sentence[number] += flag
        per_sentence[number] += 1
    asked, listed = list(accumulate(asks)), list(accumulate(c.marked for c in clauses))
    logs = [log1p(c.end - c.start) for c in clauses]
    log_clauses, log_sentences = log(n), log(sentence[-1] + 1)
    for i, c in enumerate(clauses):
        s, end = sentence[i], folded[c.end - 1]
        yield (
            *(i == 1, i == 2, i == n - 2, i / n, log_clauses, log_sentences),
            *(i == 0 or sentence[i - 1] != s, c.ends_sentence, n == 1, s == 0, s == sentence[-1]),
            *(in_sentence[s] > asks[i], asked[i] > asks[i], asked[-1] > asked[i], asked[-1] == asks[i]),
            *(listed[i] > 0, listed[-1] > 0, per_sentence[s] - 1, end == ",", end == "?", end == ":"),
            logs[i - 1] if i else 0,
            logs[i + 1] if i + 1 < n else 0,
        )


def clause_features(folded: str, clauses: Sequence[Clause]) -> Matrix:
    """Return the features of a comment's clauses.

    Args:
        folded: The comment, folded.
        clauses: Its clauses in reading order, at least one.

    Returns:
        Array of shape (clauses, ``len(CLAUSE_FEATURES)``): own cues and shape, the neighbours' cues, place in the
        comment, and the cues of the sentence.
    """
    return clause_features_of([(folded, clauses)])


def clause_features_of(comments: Sequence[tuple[str, Sequence[Clause]]]) -> Matrix:
    """Return the features of several comments' clauses, comment below comment.

    Args:
        comments: At least one folded comment with its clauses in reading order, at least one each.

    Returns:
        Array of shape (clauses of all comments, ``len(CLAUSE_FEATURES)``); a comment's rows do not depend on the others.
    """
    pieces = [folded[c.start : c.end] for folded, clauses in comments for c in clauses]
    own = np.vstack([cue_vectors(folded, [(c.start, c.end) for c in clauses]) for folded, clauses in comments])
    opens = np.zeros(len(pieces), bool)
    opens[list(accumulate((len(clauses) for _, clauses in comments[:-1]), initial=0))] = True
    before, after = np.zeros_like(own), np.zeros_like(own)
    before[1:], after[:-1] = own[:-1], own[1:]
    before[opens] = 0
    after[:-1][opens[1:]] = 0
    asks = own[:, _ASKING].max(axis=1).tolist()
    shape: list[tuple[float, ...]] = []
    places: list[tuple[float, ...]] = []
    at = 0
    for folded, clauses in comments:
        n = len(clauses)
        for i, c in enumerate(clauses):
            piece = pieces[at + i]
            shape.append((log1p(len(piece)), bool(find_quantities(piece)), i == 0, i == n - 1, c.marked))
        places += _places(folded, clauses, asks[at : at + n])
        at += n
    ends = np.fromiter((c.ends_sentence for _, clauses in comments for c in clauses), bool, len(pieces))
    starts = opens.copy()
    starts[1:] |= ends[:-1]
    whole = np.maximum.reduceat(own, np.flatnonzero(starts), axis=0)[np.cumsum(starts) - 1]
    return np.hstack([own, np.array(shape, np.float32), before, after, np.array(places, np.float32), whole])


def boundary_features(features: Matrix, clauses: Sequence[Clause], labels: Sequence[int]) -> Matrix:
    """Return the features of the places between neighbouring clauses, shape (clauses - 1, features)."""
    between = [(clauses[i].ends_sentence, labels[i] == labels[i + 1] == 1) for i in range(len(clauses) - 1)]
    flags = np.array(between, np.float32).reshape(len(between), 2)
    return np.hstack([features[:-1, :_OWN], features[1:, :_OWN], flags])


def opinion_features(text: str, spans: Sequence[tuple[int, int, bool]], folded: str | None = None) -> Matrix:
    """Return the features of the opinions of one comment.

    Args:
        text: The comment.
        spans: (start, end, whether the splitter took it for grounds) in reading order.
        folded: The comment, folded; folded here where it is not given.

    Returns:
        Array of shape (spans, ``len(OPINION_FEATURES)``).
    """
    folded, n = fold(text) if folded is None else folded, len(spans)
    sides = [((max(0, start - _CONTEXT), start), (end, end + _CONTEXT)) for start, end, _ in spans]
    cues = cue_vectors(folded, [*((a, b) for a, b, _ in spans), *(left for left, _ in sides), *(right for _, right in sides)])
    shape = []
    for i, (start, end, reason) in enumerate(spans):
        piece = folded[start:end]
        question = piece.rstrip('"”」』 ')[-1:] == "?"
        shape.append((log1p(end - start), min(len(find_quantities(piece)), 3), n == 1, i == 0, i == n - 1, reason, question))
    flags = np.array(shape, np.float32).reshape(n, len(OPINION_FEATURES) - 2 * len(CUES))
    return np.hstack([cues[:n], np.maximum(cues[n : 2 * n], cues[2 * n :]), flags])


@lru_cache(maxsize=4)
def _holders(draft_words: tuple[frozenset[str], ...]) -> dict[str, list[int]]:
    """Numbers of the articles of a draft that hold each word."""
    out: dict[str, list[int]] = {}
    for number, words in enumerate(draft_words):
        for word in words:
            out.setdefault(word, []).append(number)
    return out


def comment_features(text: str, draft_words: Iterable[frozenset[str]] = (), folded: str | None = None) -> Matrix:
    """Return the features of one whole comment, shape (``len(COMMENT_FEATURES)``,).

    Args:
        text: The comment.
        draft_words: Content words of each article of the draft, none where there is no draft.
        folded: The comment, folded; folded here where it is not given.
    """
    folded = fold(text) if folded is None else folded
    cues = cue_vectors(folded, [(c.start, c.end) for c in find_clauses(text)] or [(0, 0)])
    words = set(content_words(text))
    holders = _holders(tuple(draft_words))
    held = [holders[word] for word in words if word in holders]
    share = len(held) / len(words) if words else 0.0
    best = max(Counter(chain.from_iterable(held)).values(), default=0) / len(words) if words else 0.0
    letters = sum(1 for _ in islice(filter(str.isalnum, text), 3))
    shape = np.array([log1p(len(text)), not words, letters <= 2, share, best], np.float32)
    return np.concatenate([cues.max(axis=0), cues.mean(axis=0), shape]).astype(np.float32)


def message_features(text: str, folded: str | None = None) -> Matrix:
    """Return the features of a comment for which there is no draft, shape (``len(MESSAGE_FEATURES)``,)."""
    return comment_features(text, (), folded)[_OF_MESSAGES]
