"""Pointing: which articles of the draft and of laws in force a comment names, and which of its opinions each is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from jietan.language.numerals import parse_item
from jietan.law.amendment import articles_of_item
from jietan.law.choice import Asked, Point
from jietan.law.cite import find_citations, resolve_relative
from jietan.law.library import Library
from jietan.law.resolve import Resolution, Texts, resolve_citations

__all__ = ["Mentions", "Reader"]

_AROUND = 60
_NEAR = 40
_STOPS = re.compile(r"[。！？!?；;\n]")
#: What stands before a number that counts the items of an amending document, not the articles of the law.
_AMENDING = re.compile(r"(?:修正案|修改决定|决定|草案)[（(]?(?:草案)?[)）]?(?:里|中|的|里面|里的|中的)?$")


@dataclass(frozen=True)
class Mentions:
    """The citations of one comment.

    Args:
        text: The comment.
        plain: The same length, with citations blanked out: their numerals match every article that refers to others.
        resolutions: The citations, checked against the draft and the library, in reading order.
    """

    text: str
    plain: str
    resolutions: tuple[Resolution, ...]

    @classmethod
    def of(cls, text: str, resolutions: tuple[Resolution, ...]) -> Mentions:
        """Put the citations of a text with it."""
        plain = text
        for c in (r.citation for r in resolutions):
            plain = plain[: c.start] + " " * (c.end - c.start) + plain[c.end :]
        return cls(text, plain, resolutions)

    def own(self, start: int, end: int) -> list[Resolution]:
        """Return the citations that an opinion holds."""
        return [r for r in self.resolutions if r.citation.start < end and r.citation.end > start]

    def before(self, start: int) -> Resolution | None:
        """Return the last citation of the draft before an opinion."""
        found = [r for r in self.resolutions if r.citation.end <= start and r.source == "draft" and r.article_id]
        return found[-1] if found else None

    def near(self, resolution: Resolution, start: int) -> bool:
        """Say whether nothing but a few words of the same sentence lies between a citation and an opinion."""
        between = self.text[resolution.citation.end : start]
        return len(between) <= _NEAR and not _STOPS.search(between.rstrip("：:，,、 \u3000"))


class Reader:
    """Reads the citations of comments on one draft.

    Args:
        draft: Its articles; may be empty.
        library: Laws in force; None to look at the draft alone.
    """

    def __init__(self, draft: pd.DataFrame, library: Library | None = None) -> None:
        """Remember the texts that may be named."""
        self._draft, self._texts = draft, Texts(draft, library)
        self._title = str(draft["law"].iloc[0]) if len(draft) else ""
        self._rows = {a: i for i, a in enumerate(draft["article_id"])}
        self._amends = "amended_item" in draft and bool(draft["amended_item"].notna().any())

    def read(self, text: str) -> Mentions:
        """Find and check the citations of one comment."""
        citations = resolve_relative(find_citations(text, self._title), follow=True)
        return Mentions.of(text, tuple(resolve_citations(citations, texts=self._texts)))

    def _of_item(self, mentions: Mentions, resolution: Resolution) -> list[str]:
        """The articles that an item of the amending document changed, where a citation counts its items."""
        citation = resolution.citation
        if not self._amends or not _AMENDING.search(mentions.text[max(0, citation.start - 12) : citation.start].rstrip("“”《》")):
            return []
        number = citation.number[0] if citation.article else parse_item(citation.item) if citation.item else 0
        return articles_of_item(self._draft, number)

    def _points(self, mentions: Mentions, resolution: Resolution, how: str) -> list[Point]:
        if changed := self._of_item(mentions, resolution):
            return [Point(how, self._rows[a]) for a in changed]
        if resolution.source != "draft" or resolution.article_id not in self._rows:
            return []
        return [Point(how, self._rows[resolution.article_id], resolution.paragraph, resolution.item)]

    def asked(self, mentions: Mentions, start: int, end: int, adds: float, hint: Sequence[Resolution] = ()) -> Asked:
        """Describe one opinion for the model.

        Args:
            mentions: Its comment.
            start: Offset of its first character.
            end: Offset behind its last.
            adds: The probability that it asks to add something.
            hint: What the form's box for the article says.
        """
        points = [p for r in mentions.own(start, end) for p in self._points(mentions, r, "named")]
        before = mentions.before(start)
        if not points and before is not None:
            points += self._points(mentions, before, "near" if mentions.near(before, start) else "far")
        if not any(p.how == "named" for p in points):
            points += [Point("named", self._rows[r.article_id], r.paragraph, r.item) for r in hint if r.article_id in self._rows]
        plain = mentions.plain
        around = plain[max(0, start - _AROUND) : start] + plain[end : end + _AROUND]
        return Asked(plain[start:end], around, tuple(points), adds)

    def hint(self, box: object) -> tuple[Resolution, ...]:
        """Read the form's box for the article; it may be missing."""
        if not isinstance(box, str):
            return ()
        return tuple(r for r in self.read(box).resolutions if r.source == "draft" and r.article_id)
