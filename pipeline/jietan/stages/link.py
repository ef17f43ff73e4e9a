"""Link: each opinion to the articles of the draft it is about, and to laws in force it touches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.grounds import nearest_asks
from jietan.language.cues import is_term
from jietan.language.normalize import normalize
from jietan.language.numerals import format_article, parse_article
from jietan.language.segment import content_words
from jietan.law.cite import Citation, find_citations, resolve_relative
from jietan.law.library import Library
from jietan.law.provisions import Matrix, ProvisionIndex
from jietan.law.search import ArticleIndex
from jietan.settings import LinkSettings
from jietan.tables import conform, empty, records

__all__ = ["link"]

_AROUND = 60
_CONTEXT = 0.8
_INSIDE = 0.7
_BEFORE = 0.35
_SHARPNESS = 6.0
_FEW = 4
_ENOUGH = 4


@dataclass(frozen=True)
class _Place:
    """What an opinion's words say about its target: citations inside it, else the last one before it, else the form's box."""

    cited: tuple[Citation, ...]
    weight: float


def _own_law(citation: Citation, title: str) -> bool:
    return citation.law is None or normalize(citation.law) in normalize(title)


def _places(spans: pd.DataFrame, texts: dict[str, str], hints: dict[str, Any], title: str) -> list[_Place]:
    cited = {c: resolve_relative(find_citations(texts[c], title)) for c in spans["comment_id"].unique()}
    out = []
    for comment, start, end in zip(spans["comment_id"], spans["start"], spans["end"], strict=True):
        inside = [c for c in cited[comment] if c.start < end and c.end > start and c.article]
        before = [c for c in cited[comment] if c.end <= start and c.article and _own_law(c, title)][-1:]
        hint = hints.get(comment)
        if inside:
            out.append(_Place(tuple(inside), _INSIDE))
        elif before:
            out.append(_Place(tuple(before), _BEFORE))
        elif isinstance(hint, str):
            out.append(_Place(tuple(c for c in find_citations(hint, title) if c.article), _INSIDE))
        else:
            out.append(_Place((), 0.0))
    return out


def _without_citations(text: str) -> str:
    """Blank out 第三条第一项 and the like, whose numerals would match every article that refers to others."""
    for c in find_citations(text):
        text = text[: c.start] + " " * (c.end - c.start) + text[c.end :]
    return text


def _pool(scores: Matrix, units: list[str]) -> Matrix:
    """Give all opinions of one unit the mean score of its members."""
    rows = defaultdict(list)
    for i, unit in enumerate(units):
        rows[unit].append(i)
    pooled = scores.copy()
    for members in rows.values():
        if len(members) > 1:
            pooled[members] = scores[members].mean(axis=0, dtype=np.float64).astype(np.float32)
    return pooled


def _target(place: _Place, article: str, title: str) -> Citation | None:
    """The citation of this article by the opinion itself, if any."""
    for c in place.cited:
        if c.article == article and _own_law(c, title):
            return c
    return None


def _draft_links(
    spans: pd.DataFrame, texts: dict[str, str], places: list[_Place], units: list[str], index: ProvisionIndex, top_k: int
) -> list[list[dict[str, Any]]]:
    """Rank the draft's articles for every opinion: by content, with what it cites on top."""
    draft = index.articles
    title = str(draft["law"].iloc[0])
    around = [
        texts[c][max(0, a - _AROUND) : a] + texts[c][b : b + _AROUND]
        for c, a, b in zip(spans["comment_id"], spans["start"], spans["end"], strict=True)
    ]
    own = [_without_citations(t) for t in spans["text"]]
    weight = np.array([min(1.0, len(content_words(t)) / _ENOUGH) for t in own], np.float32)[:, None]
    scores = _pool(weight * index.scores(own) + _CONTEXT * index.scores([_without_citations(t) for t in around]), units)
    articles = index.by_article(scores)
    number = {a: i for i, a in enumerate(draft["article"])}
    for row, place in enumerate(places):
        for c in place.cited:
            if _own_law(c, title) and c.article in number:
                articles[row, number[c.article]] += place.weight
    sharp = np.exp(_SHARPNESS * (articles - articles.max(axis=1, keepdims=True)))
    confidence = sharp / sharp.sum(axis=1, keepdims=True)
    out = []
    for row, place in enumerate(places):
        best = np.argsort(-articles[row].round(6), kind="stable")[:top_k]
        found = []
        for k in best.tolist():
            label = str(draft["article"].iloc[k])
            cited = _target(place, label, title)
            provision = index.best(scores[row], k)
            pinned = cited is not None and (cited.paragraph is not None or cited.item is not None)
            found.append(
                {
                    "source": "draft",
                    "law": title,
                    "article_id": draft["article_id"].iloc[k],
                    "article": label,
                    "paragraph": cited.paragraph if pinned and cited else provision.paragraph,
                    "item": cited.item if pinned and cited else provision.item,
                    "basis": "explicit" if cited else "retrieved",
                    "score": round(float(articles[row, k]), 6),
                    "confidence": round(float(confidence[row, k]), 6),
                }
            )
        out.append(found)
    return out


def _library_row(row: Any, basis: str, score: float, confidence: float) -> dict[str, Any]:  # noqa: ANN401
    return {
        "source": "library",
        "law": row.law,
        "article_id": row.article_id,
        "article": row.article,
        "paragraph": None,
        "item": None,
        "basis": basis,
        "score": round(score, 6),
        "confidence": round(confidence, 6),
    }


def _terms(text: str) -> frozenset[str]:
    return frozenset(w for w in content_words(text) if is_term(w))


class _LibraryLinker:
    """Finds articles of laws in force: those named, then those that share the opinion's words."""

    def __init__(self, library: Library, settings: LinkSettings) -> None:
        self._settings = settings
        self._index = ArticleIndex(library.articles)
        self._rows = {r.article_id: r for r in records(library.articles)}
        self._words: dict[str, frozenset[str]] = {}
        self._resolve = library.resolve
        self._labels: dict[tuple[str, str], str] = {}
        for r in records(library.articles):
            self._labels.setdefault((str(r.law), str(r.article)), str(r.article_id))

    def _coverage(self, words: frozenset[str], article_id: str) -> float:
        if article_id not in self._words:
            self._words[article_id] = _terms(self._rows[article_id].text)
        shared = len(words & self._words[article_id])
        return shared / len(words) if shared >= _FEW else 0.0

    def _named(self, place: _Place) -> list[str]:
        found = []
        for c in place.cited:
            law = self._resolve(c.law) if c.law and place.weight == _INSIDE else None
            if law and c.article:
                article_id = self._labels.get((law, format_article(*parse_article(c.article))))
                found += [article_id] if article_id else []
        return list(dict.fromkeys(found))

    def links(self, texts: list[str], places: list[_Place]) -> list[list[dict[str, Any]]]:
        """Return the library links of each text."""
        words = [_terms(t) for t in texts]
        hits = self._index.search(texts, self._settings.library_k * 2)
        out = []
        for own, place, found in zip(words, places, hits, strict=True):
            links = [_library_row(self._rows[a], "explicit", 100.0, 1.0) for a in self._named(place)]
            named = {x["article_id"] for x in links}
            for hit in found if len(own) >= _FEW else []:
                covered = self._coverage(own, hit.article_id)
                if covered >= self._settings.min_confidence and hit.article_id not in named:
                    links.append(_library_row(self._rows[hit.article_id], "retrieved", hit.score, covered))
            out.append(links[: max(self._settings.library_k, len(named))])
        return out


def _gaps(links: list[list[dict[str, Any]]], operations: list[str], floor: float) -> list[bool]:
    """An opinion that adds something and fits no article well asks for a new one."""
    return [
        operation == "增加" and bool(found) and found[0]["basis"] != "explicit" and found[0]["confidence"] < floor
        for found, operation in zip(links, operations, strict=True)
    ]


def _cited(links: pd.DataFrame, library: Library) -> pd.DataFrame:
    """The library's articles that the links name."""
    named = set(links.loc[links["source"] == "library", "article_id"])
    found = library.articles[library.articles["article_id"].isin(named)]
    found = found[["article_id", "law", "article", "chapter", "text", "source", "paragraphs"]].sort_values("article_id")
    return conform(found.assign(position=range(len(found))), "cited")


def link(  # noqa: PLR0913  (every table it reads is named)
    received: pd.DataFrame,
    spans: pd.DataFrame,
    labels: pd.DataFrame,
    membership: pd.DataFrame,
    draft: pd.DataFrame,
    library: Library,
    embedder: Embedder,
    settings: LinkSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Link opinions to articles.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        labels: Labels of opinions.
        membership: Unit of each opinion.
        draft: Articles of the draft; may be empty.
        library: Laws in force.
        embedder: Encoder.
        settings: ``link`` settings.

    Returns:
        The tables ``links`` and ``gaps`` and the library's articles that the links name.
    """
    if spans.empty:
        return empty("links"), empty("gaps"), empty("cited")
    texts = dict(zip(received["comment_id"], received["text"], strict=True))
    hints = dict(zip(received["comment_id"], received["article_hint"], strict=True))
    ids = spans["opinion_id"].tolist()
    by_id = labels.set_index("opinion_id").loc[ids]
    kinds, operations = by_id["kind"].tolist(), by_id["operation"].tolist()
    units = membership.set_index("opinion_id").loc[ids, "unit_id"].tolist()
    title = str(draft["law"].iloc[0]) if len(draft) else ""
    places = _places(spans, texts, hints, title)
    found: list[list[dict[str, Any]]] = [[] for _ in ids]
    if len(draft):
        found = _draft_links(spans, texts, places, units, ProvisionIndex(draft, embedder), settings.top_k)
        follow = nearest_asks(spans["comment_id"].tolist(), kinds)
        found = [found[k] for k in follow]
    gaps = _gaps(found, operations, settings.new_article_below)
    asks = [i for i, kind in enumerate(kinds) if kind != "理由"] if settings.library_k else []
    if asks:
        linker = _LibraryLinker(library, settings)
        extra = linker.links([spans["text"].iloc[i] for i in asks], [places[i] for i in asks])
        for i, more in zip(asks, extra, strict=True):
            found[i] = found[i] + more
    rows = [{"opinion_id": o, "rank": r, **x} for o, many in zip(ids, found, strict=True) for r, x in enumerate(many, 1)]
    links = conform(pd.DataFrame(rows), "links") if rows else empty("links")
    return links, conform(pd.DataFrame({"opinion_id": ids, "new_article": gaps}), "gaps"), _cited(links, library)
