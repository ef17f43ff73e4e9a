"""A draft as the rules on the whole of it see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from jietan.language.numerals import parse_article
from jietan.law.outline import group_paragraphs
from jietan.law.style.model import Finding, Text

__all__ = ["Article", "Draft", "DraftCheck", "Found"]

#: Row of the article (None for the whole draft) and the finding.
Found = tuple[int | None, Finding]


@dataclass(frozen=True)
class Article:
    """One article.

    Attributes:
        label: Canonical label.
        number: (12, 0); (0, 0) where the label is no number.
        chapter: 编, 章 and 节 joined by `` / ``, or empty.
        text: Its text.
        paragraphs: Its 款.
    """

    label: str
    number: tuple[int, int]
    chapter: str
    text: str
    paragraphs: tuple[str, ...]


def _number(label: str) -> tuple[int, int]:
    try:
        return parse_article(label)
    except ValueError:
        return 0, 0


class Draft:
    """The articles of one law in order, with its title and level."""

    def __init__(self, rows: pd.DataFrame, title: str, level: str, contents: bool | None = None) -> None:
        """Read the rows of the table of articles."""
        self.title, self.level, self.contents = title, level, contents
        texts = [str(text) for text in rows["text"]]
        paragraphs = rows["paragraphs"] if "paragraphs" in rows else [group_paragraphs(text.split("\n")) for text in texts]
        chapters = rows["chapter"] if "chapter" in rows else [None] * len(rows)
        labels = [str(label) for label in rows["article"]]
        self.articles = [
            Article(label, _number(label), chapter if isinstance(chapter, str) else "", text, tuple(parts))
            for label, chapter, text, parts in zip(labels, chapters, texts, paragraphs, strict=True)
        ]

    @cached_property
    def texts(self) -> list[Text]:
        """The articles' texts with their layout."""
        return [Text(article.text) for article in self.articles]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The articles as :func:`jietan.law.resolve.resolve_citations` reads them."""
        return pd.DataFrame(
            {
                "article_id": [article.label for article in self.articles],
                "law": [self.title] * len(self.articles),
                "article": [article.label for article in self.articles],
                "paragraphs": [list(article.paragraphs) for article in self.articles],
            }
        )

    @cached_property
    def by_label(self) -> dict[str, int]:
        """Label → row of the first article of that label."""
        found: dict[str, int] = {}
        for row, article in enumerate(self.articles):
            found.setdefault(article.label, row)
        return found


DraftCheck = Callable[[Draft], Iterator[Found]]
