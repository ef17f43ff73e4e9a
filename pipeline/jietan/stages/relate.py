"""Relate: the articles of laws in force that each theme touches."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from jietan.embedders import Embedder
from jietan.language.lexicon import Lexicon
from jietan.language.normalize import fold
from jietan.law.library import Library
from jietan.law.names import canonical_name, short_name
from jietan.law.search import ArticleIndex
from jietan.law.vectors import ready
from jietan.settings import LinkSettings
from jietan.tables import conform, empty, listed

__all__ = ["relate"]

_EXEMPLARS, _HITS, _NAMED = 5, 20, 5
#: Least score of an article beside the theme's own words and the draft's article together, and beside the words alone.
_BOTH, _WORDS = 1.1, 0.65
#: A law counts where the draft or the people name it, or where so many themes come to it.
_THEMES = 3
_TITLE = re.compile(r"《([^《》]{2,40})》")


def _targets(links: pd.DataFrame, placed: pd.Series[Any]) -> dict[str, str]:
    """The article of the draft that each theme is most about, given the theme of each opinion by its id."""
    own = links.loc[links["source"] == "draft", ["opinion_id", "article_id", "confidence"]]
    own = own.assign(theme_id=placed.reindex(own["opinion_id"]).to_numpy()).dropna(subset=["theme_id"])
    weights = own.groupby(["theme_id", "article_id"])["confidence"].sum().round(6).reset_index()
    best = weights.sort_values(["theme_id", "confidence", "article_id"], ascending=[True, False, True], kind="stable")
    return {str(t): str(a) for t, a in listed(best.drop_duplicates("theme_id"), "theme_id", "article_id")}


def _scores(hits: Sequence[Sequence[Any]], has_target: bool) -> dict[str, float]:
    """Score articles by how they answer the exemplars and, behind them, the draft's article."""
    words, target = (hits[:-1], hits[-1]) if has_target else (hits, [])
    total: dict[str, float] = defaultdict(float)
    found = Counter(h.article_id for many in words for h in many)
    for many in words:
        for h in many:
            total[h.article_id] += h.score / max(1, len(words))
    beside = {h.article_id: h.score for h in target}
    if has_target:
        return {a: s + beside[a] for a, s in total.items() if a in beside and s + beside[a] >= _BOTH}
    return {a: s for a, s in total.items() if found[a] >= min(2, len(words)) and s >= _WORDS}


def _named(draft: pd.DataFrame, library: Library) -> set[str]:
    """The laws that the draft itself names."""
    titles = {t for text in draft["text"] for t in _TITLE.findall(fold(text))}
    return {full for t in titles if (full := library.resolve(t))}


def _explicit(citations: pd.DataFrame, held: pd.DataFrame) -> dict[str, list[tuple[str, int]]]:
    """Articles of the library that themes' comments name, with how many comments name them, most first.

    Args:
        citations: The comments' citations.
        held: Theme and comment of each opinion that has a theme.
    """
    own = citations.loc[(citations["source"] == "library") & citations["article_id"].notna(), ["comment_id", "article_id"]]
    named = held[["theme_id", "comment_id"]].drop_duplicates().merge(own.drop_duplicates(), on="comment_id")
    out: dict[str, list[tuple[str, int]]] = {}
    counts = named.groupby(["theme_id", "article_id"]).size().reset_index(name="n")
    for theme, article, n in listed(counts, "theme_id", "article_id", "n"):
        out.setdefault(theme, []).append((article, n))
    return {theme: sorted(found, key=lambda x: (-x[1], x[0])) for theme, found in out.items()}


def _leaves(themes: pd.DataFrame, alone: bool) -> pd.DataFrame:
    """The finest themes; those of one comment only where they stand beside a draft."""
    finest = themes[~themes["theme_id"].isin(set(themes["parent_id"].dropna()))]
    return finest if alone else finest[finest["n_comments"] > 1]


def relate(  # noqa: PLR0913  (every table it reads is named)
    spans: pd.DataFrame,
    placements: pd.DataFrame,
    themes: pd.DataFrame,
    links: pd.DataFrame,
    citations: pd.DataFrame,
    draft: pd.DataFrame,
    library: Library,
    embedder: Embedder,
    settings: LinkSettings,
    lexicon: Lexicon | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find higher law for themes.

    Args:
        spans: Opinions' spans.
        placements: Theme of each opinion.
        themes: The themes.
        links: Articles of each opinion.
        citations: The comments' citations.
        draft: Articles of the draft; may be empty.
        library: Laws in force.
        embedder: Encoder.
        settings: ``link`` settings: ``library_k`` articles at most for each theme, 0 for none.
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.

    Returns:
        The table ``related``: the finest themes' articles, those that people name first; and these articles, as the table
        ``higher``. A theme that no article fits has none.
    """
    leaves = _leaves(themes, alone=not draft.empty)
    if leaves.empty or not settings.library_k or library.articles.empty:
        return empty("related"), empty("higher")
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    words = dict(zip(draft["article_id"], draft["text"], strict=True))
    placed = placements.dropna(subset=["theme_id"]).set_index("opinion_id")["theme_id"]
    targets = _targets(links, placed)
    queries: list[str] = []
    places: dict[str, slice] = {}
    for theme, exemplars in zip(leaves["theme_id"], leaves["exemplars"], strict=True):
        own = [str(texts[o]) for o in list(exemplars)[:_EXEMPLARS]]
        target = targets.get(theme)
        places[theme] = slice(len(queries), len(queries) + len(own) + (target is not None))
        queries += own + ([str(words[target])] if target else [])
    encoder, vectors, _ = ready(library.articles, embedder)
    hits = ArticleIndex(library.articles, embedder=encoder, vectors=vectors, lexicon=lexicon).search(queries, _HITS)
    scores = {t: _scores(hits[place], t in targets) for t, place in places.items()}
    cited = _explicit(citations, spans.assign(theme_id=placed.reindex(spans["opinion_id"]).to_numpy()).dropna(subset=["theme_id"]))
    explicit = {t: cited.get(t, []) for t in places}
    law_of = dict(zip(library.articles["article_id"], library.articles["law"], strict=True))
    allowed = _allowed(scores.values(), explicit.values(), law_of, _named(draft, library))
    title = str(draft["law"].iloc[0]) if len(draft) else ""
    own_law = {law for law in set(law_of.values()) if title and short_name(law) == short_name(canonical_name(title))}
    rows = []
    for theme in places:
        named = [{"article_id": a, "basis": "explicit", "n_comments": n, "score": 2.0} for a, n in explicit[theme] if a in law_of]
        known = {row["article_id"] for row in named}
        best = sorted(((-s, a) for a, s in scores[theme].items() if a not in known and law_of[a] in allowed - own_law))
        found = [{"article_id": a, "basis": "retrieved", "n_comments": 0, "score": round(-s, 6)} for s, a in best]
        kept = (named[:_NAMED] + found)[: max(settings.library_k, min(len(named), _NAMED))]
        rows += [{"theme_id": theme, "rank": rank, **row} for rank, row in enumerate(kept, 1)]
    return _tables(rows, library)


def _allowed(
    scores: Iterable[dict[str, float]], explicit: Iterable[list[tuple[str, int]]], law_of: dict[str, str], named: set[str]
) -> set[str]:
    """The laws that have to do with the matter: named by the draft or by people, or found for several themes."""
    themes = Counter(law for found in scores for law in {law_of[a] for a in found})
    cited = {law_of[a] for found in explicit for a, _ in found if a in law_of}
    return named | cited | {law for law, n in themes.items() if n >= _THEMES}


def _tables(rows: list[dict[str, Any]], library: Library) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not rows:
        return empty("related"), empty("higher")
    columns = ["article_id", "law", "article", "chapter", "text", "source", "paragraphs"]
    articles = library.articles[library.articles["article_id"].isin({row["article_id"] for row in rows})][columns]
    articles = articles.sort_values("article_id").assign(position=range(len(articles)))
    found = pd.DataFrame(rows).merge(articles[["article_id", "law", "article"]], on="article_id", how="left")
    return conform(found, "related"), conform(articles, "higher")
