"""Find again what a decision refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from jietan.review.decisions import CommentRef, GroupRef, OpinionRef, text_hash

__all__ = ["MOST_MEMBERS", "Finder", "group_of", "suggestion_of"]

#: Opinions that a reference to a group names at most; enough to tell which group it was.
MOST_MEMBERS = 200
_OVERLAP = 0.5


def group_of(members: Mapping[str, str], ref: GroupRef) -> str | None:
    """Find the group that holds what a reference names.

    Args:
        members: Group of each opinion.
        ref: The reference.

    Returns:
        The group with most of the named opinions, if it has at least half of those that are still there; None otherwise.
    """
    counted = Counter(members[o] for o in ref.members if o in members)
    if not counted:
        return None
    best = min(counted, key=lambda g: (-counted[g], g != ref.id, g))
    return best if 2 * counted[best] >= counted.total() else None


def suggestion_of(members: Mapping[str, str], ref: GroupRef) -> str | None:
    """Find a suggestion that was decided about: it is held under its id while anything that it held then is an ask.

    Args:
        members: Suggestion of each opinion.
        ref: The reference.

    Returns:
        That suggestion, or the one that :func:`group_of` finds.
    """
    return ref.id if any(members.get(o) == ref.id for o in ref.members) else group_of(members, ref)


class Finder:
    """Looks up comments and opinions of a run.

    Args:
        texts: Text of each comment.
        spans: Table of spans, or of opinions.
    """

    def __init__(self, texts: Mapping[str, str], spans: pd.DataFrame | None = None) -> None:
        """Remember the texts; spans are indexed when first needed."""
        self._texts, self._spans = texts, spans

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, int, str]]]:
        out: dict[str, list[tuple[int, int, str]]] = {}
        if self._spans is not None:
            columns = (self._spans[c] for c in ("comment_id", "start", "end", "opinion_id"))
            for comment, start, end, opinion in zip(*columns, strict=True):
                out.setdefault(comment, []).append((start, end, opinion))
        return out

    def comment(self, ref: CommentRef) -> str | None:
        """The comment of this id, if its text is still the same."""
        text = self._texts.get(ref.comment_id)
        return ref.comment_id if text is not None and text_hash(text) == ref.sha else None

    def opinion(self, ref: OpinionRef) -> str | None:
        """The opinion that covers the same words: the very span, or the one that shares most of it."""
        text = self._texts.get(ref.comment_id, "")
        if text_hash(text[ref.start : ref.end]) != ref.sha:
            return None
        found = []
        for start, end, opinion in self._places.get(ref.comment_id, ()):
            shared = min(end, ref.end) - max(start, ref.start)
            whole = max(end, ref.end) - min(start, ref.start)
            if shared >= _OVERLAP * whole:
                found.append((-shared / whole, opinion))
        return min(found)[1] if found else None

    def opinions(self, refs: Iterable[object]) -> list[str]:
        """Those of several references to opinions that are still there, in order and once each."""
        found = (self.opinion(ref) for ref in refs if isinstance(ref, OpinionRef))
        return list(dict.fromkeys(o for o in found if o is not None))
