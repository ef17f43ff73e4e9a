"""Checks citations against the texts they name: does the law, the article, the 款 and the 项 exist, and what is nearest.

Nothing is corrected silently: a citation that names what does not exist keeps its own numbers and gets candidates, and where
the content points to another article than the number, both are kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from jietan.language.numerals import parse_article, parse_item
from jietan.language.wording_of_numbers import format_item, format_number
from jietan.law.citation import Citation
from jietan.law.library import Library
from jietan.law.names import DOCUMENTS, canonical_name, same_law, short_name
from jietan.law.outline import items

__all__ = ["Candidate", "Resolution", "Status", "Texts", "describe", "mark_content", "resolve_citations"]

#: ``open``: a relative mention whose article is not known.
Status = Literal["exists", "no_law", "no_article", "no_paragraph", "no_item", "open"]
_Source = Literal["draft", "library"]
_NEAREST = 3


@dataclass(frozen=True)
class Candidate:
    """A provision that exists and may be meant.

    Attributes:
        law: Full name of its law.
        article_id: Its article, or None where only the law is proposed.
        article: Canonical label of the article, or None.
        paragraph: 款 from 1, or None for the whole article.
        item: Label of the 项, or None.
    """

    law: str
    article_id: str | None = None
    article: str | None = None
    paragraph: int | None = None
    item: str | None = None


@dataclass(frozen=True)
class Resolution:
    """One citation, checked.

    Attributes:
        citation: The mention as it was found.
        status: ``exists``, or the first part that does not exist; ``open`` where no article is named.
        source: Where the law was found, or None.
        law: Its full name there, or None.
        article_id: The article, or None where there is none of that number.
        article: Its label, or None.
        paragraph: 款 from 1; None where the article has one 款, where the whole article is meant, or where the 款 does
            not exist. A 项 cited without its 款 gets the 款 that alone holds it.
        item: Label of the 项, or None; 目 are not checked.
        candidates: What may be meant instead, nearest first; empty where the citation exists.
        content_differs: Whether the words around the citation clearly fit another article.
        better: That article's id, or None.
    """

    citation: Citation
    status: Status
    source: _Source | None = None
    law: str | None = None
    article_id: str | None = None
    article: str | None = None
    paragraph: int | None = None
    item: str | None = None
    candidates: tuple[Candidate, ...] = ()
    content_differs: bool = False
    better: str | None = None


@dataclass(frozen=True)
class _Text:
    """The articles of one law: label → (article_id, 款)."""

    source: _Source
    law: str
    articles: Mapping[str, tuple[str, tuple[str, ...]]]

    def nearest(self, label: str) -> tuple[Candidate, ...]:
        """The articles next to a number that does not exist, and those a slip of the finger away (112 for 12)."""
        wanted = parse_article(label)
        numbered = {name: parse_article(name) for name in self.articles if name.startswith("第")}
        near = sorted(numbered, key=lambda name: (abs(numbered[name][0] - wanted[0]), abs(numbered[name][1] - wanted[1]), numbered[name]))
        slips = [name for name in near if not numbered[name][1] and _is_slip(wanted[0], numbered[name][0])]
        chosen = list(dict.fromkeys([*near[:_NEAREST], *slips[:_NEAREST]]))
        return tuple(Candidate(self.law, self.articles[name][0], name) for name in chosen)


def _is_slip(written: int, meant: int) -> bool:
    """Whether one digit too many, or two that changed places, make ``written`` of ``meant``."""
    digits, wanted = str(written), str(meant)
    dropped = {digits[:place] + digits[place + 1 :] for place in range(len(digits))}
    swapped = {digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] for place in range(len(digits) - 1)}
    return wanted in dropped | swapped


def _text_of(rows: pd.DataFrame, source: _Source) -> _Text:
    articles: dict[str, tuple[str, tuple[str, ...]]] = {}
    for label, article_id, paragraphs in zip(rows["article"], rows["article_id"], rows["paragraphs"], strict=True):
        articles.setdefault(str(label), (str(article_id), tuple(paragraphs)))
    return _Text(source, str(rows["law"].iloc[0]), articles)


class Texts:
    """The draft and the laws that citations name, each read once.

    Args:
        draft: Articles of the draft with the columns article_id, law, article and paragraphs; None or empty for none.
        library: Laws in force; None to check the draft alone.
    """

    def __init__(self, draft: pd.DataFrame | None = None, library: Library | None = None) -> None:
        """Read the draft."""
        self.draft = _text_of(draft, "draft") if draft is not None and len(draft) else None
        self._title = short_name(self.draft.law) if self.draft else ""
        self._library = library
        self._read: dict[str, _Text] = {}

    def find(self, law: str | None) -> _Text | None:
        """The text that a name means; no name means the draft."""
        if self.draft and (law is None or same_law(canonical_name(law), self._title)):
            return self.draft
        full = self._library.resolve(law) if self._library and law else None
        if full is None or self._library is None:
            return None
        if full not in self._read:
            rows = self._library.articles
            self._read[full] = _text_of(rows[rows["law"] == full], "library")
        return self._read[full]

    def similar(self, law: str | None) -> tuple[Candidate, ...]:
        """Laws with a name like this one; a contract is like no law."""
        if not law or self._library is None or law.endswith(DOCUMENTS):
            return ()
        return tuple(Candidate(name) for name in self._library.similar(law))


def _items(paragraphs: Sequence[str]) -> list[list[str]]:
    return [[label for label, _ in items(paragraph)] for paragraph in paragraphs]


def _check_paragraph(base: Resolution, paragraphs: Sequence[str]) -> Resolution:
    """Check 款 and 项 of an article that exists."""
    cited, count = base.citation, len(paragraphs)
    if cited.paragraph is not None and cited.paragraph > count:
        last = Candidate(base.law or "", base.article_id, base.article, count if count > 1 else None)
        return replace(base, status="no_paragraph", candidates=(last,))
    if cited.paragraph is not None and count > 1:
        base = replace(base, paragraph=cited.paragraph)
    if cited.item is None:
        return base
    held = _items(paragraphs)
    places = [number for number, labels in enumerate(held, 1) if cited.item in labels]
    if (cited.paragraph in places) if cited.paragraph else places:
        alone = places[0] if count > 1 and len(places) == 1 else base.paragraph
        return replace(base, paragraph=alone if cited.paragraph is None else base.paragraph, item=cited.item)
    return replace(base, status="no_item", candidates=_near_items(base, held))


def _near_items(base: Resolution, held: Sequence[Sequence[str]]) -> tuple[Candidate, ...]:
    """The 项 of the article nearest to the one cited: of the same 款 first, then by number."""
    wanted, paragraph = parse_item(base.citation.item or "（一）"), base.citation.paragraph
    every = [(number, parse_item(label)) for number, labels in enumerate(held, 1) for label in labels]
    every.sort(key=lambda place: (paragraph is not None and place[0] != paragraph and place[1] != wanted, abs(place[1] - wanted), place))
    many = len(held) > 1
    return tuple(
        Candidate(base.law or "", base.article_id, base.article, number if many else None, format_item(label))
        for number, label in every[:_NEAREST]
    )


def _resolve(citation: Citation, texts: Texts, before: _Text | None) -> Resolution:
    if citation.article is None:
        return Resolution(citation, "open")
    text = texts.find(citation.law)
    if text is None:
        return Resolution(citation, "no_law", candidates=texts.similar(citation.law))
    known = text.articles.get(citation.article)
    if known is None:
        candidates = text.nearest(citation.article)
        if before and before is not text and not citation.names_law and citation.article in before.articles:
            other = Candidate(before.law, before.articles[citation.article][0], citation.article)
            candidates = (other, *candidates)
        return Resolution(citation, "no_article", text.source, text.law, candidates=candidates)
    base = Resolution(citation, "exists", text.source, text.law, known[0], citation.article)
    return _check_paragraph(base, known[1])


def resolve_citations(
    citations: Sequence[Citation], draft: pd.DataFrame | None = None, library: Library | None = None, texts: Texts | None = None
) -> list[Resolution]:
    """Check the citations of one text.

    Args:
        citations: In the order of the text, relative ones resolved as far as wanted.
        draft: Articles of the draft with the columns article_id, law, article and paragraphs; None or empty for none.
        library: Laws in force; None to check the draft alone.
        texts: Both, read already, in the place of the two, where many texts are checked.

    Returns:
        One resolution per citation, in the same order. A number that the draft does not have, cited without a law,
        gets the same number of the law cited before it as its first candidate, then the nearest of the draft.
    """
    texts = texts or Texts(draft, library)
    before: _Text | None = None
    found = []
    for citation in citations:
        found.append(_resolve(citation, texts, before))
        if citation.names_law and citation.article is not None:
            before = texts.find(citation.law) or before
    return found


def mark_content(resolution: Resolution, scores: Mapping[str, float], margin: float) -> Resolution:
    """Mark a citation whose surroundings clearly fit another article; the article cited is kept.

    Args:
        resolution: A checked citation.
        scores: article_id → how well the words around the citation fit it, higher is better; an article that is not
            there scores 0. Give the scores of one text (the draft's for a citation of the draft).
        margin: By how much another article must beat the one cited, above 0, in the scores' unit.

    Returns:
        The resolution with ``content_differs`` and ``better`` set. Where the cited article does not exist, the best
        article must score at least ``margin``. Equal scores are decided by article_id.

    Raises:
        ValueError: ``margin`` is not above 0, or a score is not finite.
    """
    if not margin > 0:
        raise ValueError(f"margin 须大于 0：{margin}")
    if bad := [article for article, score in scores.items() if not math.isfinite(score)]:
        raise ValueError(f"得分不是有限的数：{bad[0]}")
    others = sorted(((-score, article) for article, score in scores.items() if article != resolution.article_id))
    own = scores.get(resolution.article_id, 0.0) if resolution.article_id else 0.0
    if not others or -others[0][0] - own < margin:
        return replace(resolution, content_differs=False, better=None)
    return replace(resolution, content_differs=True, better=others[0][1])


def _written(candidate: Candidate) -> str:
    parts = [candidate.article or f"《{candidate.law}》"]
    if candidate.paragraph:
        parts.append(f"第{format_number(candidate.paragraph)}款")
    if candidate.item:
        parts.append(f"第{candidate.item}项")
    return "".join(parts)


def describe(resolution: Resolution) -> str:
    """Say in Chinese what is wrong with a citation, for a reviewer.

    Args:
        resolution: A checked citation.

    Returns:
        One sentence; empty where the citation exists or names no article.
    """
    cited, law = resolution.citation, resolution.law or resolution.citation.law or ""
    missing = {
        "no_law": f"法规库里没有《{law}》，未能核对" if law else f"不知道“{cited.text}”指哪部法",
        "no_article": f"《{law}》没有{cited.article}",
        "no_paragraph": f"《{law}》{cited.article}没有第{format_number(cited.paragraph or 0)}款",
        "no_item": f"《{law}》{cited.article}没有第{cited.item}项",
    }.get(resolution.status, "")
    if not missing:
        return ""
    near = "、".join((f"《{c.law}》" if c.article and c.law != resolution.law else "") + _written(c) for c in resolution.candidates)
    return f"{missing}；最接近的是{near}" if near else missing
