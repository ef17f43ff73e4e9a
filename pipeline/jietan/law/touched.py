"""Touched: the articles of laws in force that an opinion names or speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from jietan.language.cues import is_term
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.language.segment import content_words
from jietan.law.library import Library
from jietan.law.search import ArticleIndex
from jietan.parallel import numbered, spread
from jietan.settings import LinkSettings
from jietan.tables import listed

__all__ = ["Toucher"]

_FEW = 4
#: Opinions that a process looks up at a time.
_SOME = 4000
#: What one process made, so that every batch finds it there.
_MADE: dict[tuple[int, str, str], Toucher] = {}


def _terms(text: str) -> frozenset[str]:
    return frozenset(w for w in content_words(text) if is_term(w))


class _Article(NamedTuple):
    article_id: str
    law: str
    article: str
    text: str


def _row(article: _Article, basis: str, score: float, confidence: float) -> dict[str, Any]:
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
        self._library, self._lexicon, self._settings = library, lexicon or load_lexicon(), settings
        self._index = ArticleIndex(library.articles, lexicon=self._lexicon)
        self._rows = {row[0]: _Article(*row) for row in listed(library.articles, *_Article._fields)}
        self._words: dict[str, frozenset[str]] = {}

    def _telling(self, words: dict[str, frozenset[str]]) -> list[str]:
        """The texts of whose terms some article may hold enough; the others need not be searched for."""
        texts = [t for t, own in words.items() if len(own) >= _FEW]
        shared = self._index.most_shared([words[t] for t in texts]).tolist()
        return [t for t, n in zip(texts, shared, strict=True) if n >= _FEW and n / len(words[t]) >= self._settings.min_confidence]

    def _coverage(self, words: frozenset[str], article_id: str) -> float:
        if article_id not in self._words:
            self._words[article_id] = _terms(self._rows[article_id].text)
        shared = len(words & self._words[article_id])
        return shared / len(words) if shared >= _FEW else 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as what it is made from; there it is made once."""
        return _made, (self._library, self._settings, self._lexicon)

    def links(self, texts: Sequence[str], named: Sequence[Sequence[str]]) -> list[list[dict[str, Any]]]:
        """Return the library links of opinions.

        Args:
            texts: Their words.
            named: The ids of articles of the library that each names.

        Returns:
            Rows of the table ``links`` without ``opinion_id`` and ``rank``: every article named, then those found.
        """
        distinct, places = numbered(zip(texts, map(tuple, named), strict=True))
        found = spread(partial(_links, toucher=self), distinct, "查找现行法", _SOME)
        return [found[place] for place in places]

    def _links(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[list[dict[str, Any]]]:
        words = {t: _terms(t) for t in dict.fromkeys(text for text, _ in asked)}
        telling = self._telling(words)
        hits = dict(zip(telling, self._index.search(telling, self._settings.library_k * 2), strict=True))
        out = []
        for text, cited in asked:
            own = words[text]
            explicit = dict.fromkeys(a for a in cited if a in self._rows)
            links = [_row(self._rows[a], "explicit", 100.0, 1.0) for a in explicit]
            for hit in hits.get(text, []):
                covered = self._coverage(own, hit.article_id)
                if covered >= self._settings.min_confidence and hit.article_id not in explicit:
                    links.append(_row(self._rows[hit.article_id], "retrieved", hit.score, covered))
            out.append(links[: max(self._settings.library_k, len(explicit))])
        return out


def _links(asked: Sequence[tuple[str, Sequence[str]]], toucher: Toucher) -> list[list[dict[str, Any]]]:
    return toucher._links(asked)


def _made(library: Library, settings: LinkSettings, lexicon: Lexicon) -> Toucher:
    key = (id(library), settings.model_dump_json(), lexicon.fingerprint)
    if key not in _MADE:
        _MADE.clear()
        _MADE[key] = Toucher(library, settings, lexicon)
    return _MADE[key]
