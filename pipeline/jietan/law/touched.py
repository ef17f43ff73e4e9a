"""Touched: the articles of laws in force that an opinion names or speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jietan.language.cues import is_term
from jietan.language.lexicon import Lexicon
from jietan.language.segment import content_words
from jietan.law.library import Library
from jietan.law.resolve import Resolution
from jietan.law.search import ArticleIndex
from jietan.settings import LinkSettings
from jietan.tables import records

__all__ = ["Toucher"]

_FEW = 4
#: Opinions that are looked up at a time.
_SOME = 20_000


def _terms(text: str) -> frozenset[str]:
    return frozenset(w for w in content_words(text) if is_term(w))


def _row(article: Any, basis: str, score: float, confidence: float) -> dict[str, Any]:  # noqa: ANN401
    return {
        "source": "library",
        "law": article.law,
        "article_id": article.article_id,
        "article": article.article,
        "paragraph": None,
        "item": None,
        "basis": basis,
        "score": round(score, 6),
        "confidence": round(confidence, 6),
    }


class Toucher:
    """Finds articles of laws in force: those named, then those that share the opinion's words.

    Args:
        library: Laws in force.
        settings: ``link`` settings.
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.
    """

    def __init__(self, library: Library, settings: LinkSettings, lexicon: Lexicon | None = None) -> None:
        """Index the library."""
        self._settings = settings
        self._index = ArticleIndex(library.articles, lexicon=lexicon)
        self._rows = {r.article_id: r for r in records(library.articles)}
        self._words: dict[str, frozenset[str]] = {}

    def _coverage(self, words: frozenset[str], article_id: str) -> float:
        if article_id not in self._words:
            self._words[article_id] = _terms(self._rows[article_id].text)
        shared = len(words & self._words[article_id])
        return shared / len(words) if shared >= _FEW else 0.0

    def links(self, texts: Sequence[str], named: Sequence[Sequence[Resolution]]) -> list[list[dict[str, Any]]]:
        """Return the library links of opinions.

        Args:
            texts: Their words.
            named: The citations in each.

        Returns:
            Rows of the table ``links`` without ``opinion_id`` and ``rank``: every article named, then those found.
        """
        parts = (slice(at, at + _SOME) for at in range(0, len(texts), _SOME))
        return [links for part in parts for links in self._links(texts[part], named[part])]

    def _links(self, texts: Sequence[str], named: Sequence[Sequence[Resolution]]) -> list[list[dict[str, Any]]]:
        words = {t: _terms(t) for t in dict.fromkeys(texts)}
        telling = [t for t, own in words.items() if len(own) >= _FEW]
        hits = dict(zip(telling, self._index.search(telling, self._settings.library_k * 2), strict=True))
        out = []
        for text, cited in zip(texts, named, strict=True):
            own = words[text]
            explicit = dict.fromkeys(r.article_id for r in cited if r.source == "library" and r.article_id in self._rows)
            links = [_row(self._rows[a], "explicit", 100.0, 1.0) for a in explicit]
            for hit in hits.get(text, []):
                covered = self._coverage(own, hit.article_id)
                if covered >= self._settings.min_confidence and hit.article_id not in explicit:
                    links.append(_row(self._rows[hit.article_id], "retrieved", hit.score, covered))
            out.append(links[: max(self._settings.library_k, len(explicit))])
        return out
