"""The draft from its first article to its last, with what was said about each and the new articles in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jietan.export.figures import ArticleCount, article_counts
from jietan.export.view import View

__all__ = ["Stop", "by_article"]


@dataclass(frozen=True)
class Stop:
    """One place on the way through the draft.

    Args:
        article: A row of ``articles``; None where an article is asked for that the draft does not have.
        count: What was said about the article.
        made: The suggestions that aim here, by rank.
    """

    article: dict[str, Any] | None
    count: ArticleCount
    made: list[dict[str, Any]]


def by_article(view: View) -> Iterator[Stop]:
    """Yield the articles in their order, new ones at their place; without a draft, the articles in force that were meant."""
    drafts = [r for r in view.articles if r["source"] == "draft"]
    counts = article_counts(view, "draft" if drafts else "library")
    shown = drafts or [r for r in view.articles if r["source"] == "library" and r["article_id"] in counts]
    made: dict[str, list[dict[str, Any]]] = {}
    new: dict[str, list[dict[str, Any]]] = {}
    for row in view.suggestions:
        target = made if row["article"] else new
        target.setdefault(row["article"] or row["after_article"] or "", []).append(row)
    for article in sorted(shown, key=lambda r: (r["source"] != "draft", r["law"], r["position"])):
        label = article["article"]
        yield Stop(article, counts.get(article["article_id"], ArticleCount()), made.get(label, []))
        if drafts and label in new:
            yield Stop(None, ArticleCount(), new.pop(label))
    for rest in new.values():
        yield Stop(None, ArticleCount(), rest)
