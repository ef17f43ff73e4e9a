"""Hide personal data in everything that leaves the run folder."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from jietan.export.rows import Rows

__all__ = ["Masker"]

_Span = tuple[int, int, str]


def _repeats(text: str, spans: list[_Span]) -> list[_Span]:
    """Further places of the same comment where a masked text stands again, word for word."""
    out = list(spans)
    for start, end, mask in spans:
        original = text[start:end]
        if len(original) < 2 or original == mask:
            continue
        at = text.find(original)
        while at >= 0:
            out.append((at, at + len(original), mask))
            at = text.find(original, at + len(original))
    return out


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Join overlapping spans; the mask of the longest one stands for all of them.

    Two masks side by side could show between them what each alone hides, so only one is kept.
    """
    out: list[_Span] = []
    longest = 0
    for start, end, mask in sorted(set(spans), key=lambda s: (s[0], -s[1], s[2])):
        if out and start < out[-1][1]:
            last = out[-1]
            keep = last[2] if longest >= end - start else mask
            longest = max(longest, end - start)
            out[-1] = (last[0], max(last[1], end), keep)
        else:
            out.append((start, end, mask))
            longest = end - start
    return out


def _moved(spans: Iterable[_Span], at: int, *, end: bool) -> int:
    """Where a position of the original text comes to lie in the masked one; within a mask, its start or its end."""
    shift = 0
    for left, right, mask in spans:
        if left >= at:
            break
        if at < right:
            return left + shift + (len(mask) if end else 0)
        shift += len(mask) - (right - left)
    return at + shift


class Masker:
    """Masked text of comments and of spans of them.

    Args:
        comments: Table ``comments``.
        pii: Table ``pii``; ``text_masked`` stands for the span in every export.
        names: Leave the texts as they are (setting ``export.names``).
    """

    def __init__(self, comments: pd.DataFrame, pii: pd.DataFrame, *, names: bool = False) -> None:
        """Index the personal data by comment."""
        self._rows = Rows(comments)
        self._at = self._rows.index("comment_id")
        self._words: dict[str, list[tuple[str, str]]] = {}
        by_comment: dict[str, list[_Span]] = {}
        if not names:
            for row in Rows(pii):
                span = (int(row["start"]), int(row["end"]), row["text_masked"] or "*")
                by_comment.setdefault(row["comment_id"], []).append(span)
        self._spans = {
            comment: _merged(_repeats(self._original(comment), spans)) for comment, spans in by_comment.items() if comment in self._at
        }

    def _original(self, comment_id: str) -> str:
        return self._rows.value("text", self._at[comment_id]) or ""

    def _hidden(self, comment_id: str) -> list[tuple[str, str]]:
        """What is masked in a comment, and by what."""
        if comment_id not in self._spans:
            return []
        if comment_id not in self._words:
            text = self._original(comment_id)
            self._words[comment_id] = [(text[a:b], mask) for a, b, mask in self._spans[comment_id] if b - a > 1]
        return self._words[comment_id]

    def personal(self, comment_ids: Iterable[str]) -> list[str]:
        """Return those of some comments that hold personal data, each once, in order; the others need no masking."""
        return [c for c in dict.fromkeys(comment_ids) if c in self._spans]

    def text(self, comment_id: str, start: int = 0, end: int | None = None) -> str:
        """Return the masked text of a comment, or of ``[start, end)`` of it.

        A piece of personal data that only partly lies in the span is replaced as a whole.

        Raises:
            KeyError: There is no such comment.
        """
        text = self._original(comment_id)
        stop = len(text) if end is None else min(end, len(text))
        at, parts = start, []
        for left, right, mask in self._spans.get(comment_id, ()):
            if right <= start or left >= stop:
                continue
            parts += [text[at : max(at, left)], mask]
            at = min(right, stop)
        return "".join(parts) + text[at:stop]

    def clear(self, comment_id: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return the parts of ``[start, end)`` of a comment that hold no personal data, in order.

        Raises:
            KeyError: There is no such comment.
        """
        at, out = start, []
        for left, right, _ in self._spans.get(comment_id, ()):
            if right > at and left < end:
                out.append((at, left))
                at = right
        out.append((at, min(end, len(self._original(comment_id)))))
        return [(a, b) for a, b in out if a < b]

    def place(self, comment_id: str, start: int, end: int) -> tuple[int, int]:
        """Return where ``[start, end)`` of a comment stands in its masked text.

        Cut there, ``text(comment_id)`` gives ``text(comment_id, start, end)``.

        Raises:
            KeyError: There is no such comment.
        """
        length = len(self._original(comment_id))
        spans = self._spans.get(comment_id, ())
        start, end = min(start, length), min(end, length)
        return _moved(spans, start, end=False), _moved(spans, end, end=True)

    def scrub(self, text: str | None, comment_ids: Iterable[str], *, known: str | None = None) -> str:
        """Return a composed text (a title, a reason) without personal data of the comments it was made from.

        Args:
            text: The text, or None.
            comment_ids: Comments the text was composed from.
            known: Public text, such as the article; what stands there is no personal data.
        """
        if not text:
            return ""
        masks: dict[str, str] = {}
        for comment in comment_ids:
            for original, mask in self._hidden(comment):
                if original in text and original not in (known or ""):
                    masks.setdefault(original, mask)
        for original in sorted(masks, key=lambda o: (-len(o), o)):
            text = text.replace(original, masks[original])
        return text
