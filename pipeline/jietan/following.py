"""Following: the other articles of a draft that a change of one of them touches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from jietan.language.wording_of_numbers import format_number
from jietan.law.citation import format_citation
from jietan.law.style.draft import Article, Draft
from jietan.law.style.references import cited_within
from jietan.tables import records

__all__ = ["following"]

_FINE = re.compile(r"罚款|处罚|罚则|法律责任|没收")
_NUMBERED = re.compile(
    r"(?P<amount>(?:百分之)?[0-9零〇一二三四五六七八九十百千万]+(?:个月|个工作日|日|年|小时|分钟|米|平方米|元|周岁|次|倍|辆|户))(?!之一)"
)
_RUN = 5


class _Draft:
    """The draft's articles and what refers to each."""

    def __init__(self, provisions: pd.DataFrame) -> None:
        ordered = provisions.sort_values("position")
        self.draft = Draft(ordered, str(ordered["law"].iloc[0]), "")
        articles = self.draft.articles
        self.cited = {
            label: [(articles[row], cited) for row, cited in found if articles[row].label != label]
            for label, found in cited_within(self.draft).items()
        }


def _met(row: Any, cited: Any) -> bool:  # noqa: ANN401
    """Say whether a citation names the changed 款 and 项, or the article that holds them."""
    if cited.paragraph is not None and not pd.isna(row.paragraph) and int(row.paragraph) != cited.paragraph:
        return False
    return cited.item is None or not isinstance(row.item, str) or cited.item == row.item


def _place(article: Article, start: int) -> str:
    """The article, with its 款 where it has several."""
    if len(article.paragraphs) < 2:
        return article.label
    at = 0
    for number, paragraph in enumerate(article.paragraphs, 1):
        found = article.text.find(paragraph, at)
        if found >= 0 and found <= start < found + len(paragraph):
            return f"{article.label}第{format_number(number)}款"
        at = max(found, at)
    return article.label


def _named(row: Any, draft: _Draft) -> Iterator[str]:  # noqa: ANN401
    for article, cited in draft.cited.get(row.article, ()):
        if _met(row, cited):
            liable = _FINE.search(article.chapter) or "违反" in article.text[max(0, cited.start - 30) : cited.start]
            why = "法律责任须相应调整" if liable else "引用是否仍然成立须一并核对"
            named = format_citation(row.article, paragraph=cited.paragraph, item=cited.item)
            yield f"{_place(article, cited.start)}引用{named}，{why}"


def _before(text: str, at: int) -> str:
    """The letters right before an amount."""
    return re.split(r"[，。；：、\s]", text[max(0, at - _RUN) : at])[-1]


def _repeated(row: Any, draft: _Draft) -> Iterator[str]:  # noqa: ANN401
    """Amounts that the proposal gives up and that stand behind the same words in another article."""
    for found in _NUMBERED.finditer(row.original_text):
        lead = _before(row.original_text, found.start())
        if len(lead) < _RUN or f"{lead}{found['amount']}" in row.proposed_text:
            continue
        for article in draft.draft.articles:
            at = article.text.find(f"{lead}{found['amount']}")
            if at >= 0 and article.label != row.article:
                clause = re.split(r"[，。；：、\s]", article.text[: at + len(lead) + len(found["amount"])])[-1]
                yield f"{_place(article, at)}也写着“{clause}”，须一并研究是否改动"


def following(drafts: pd.DataFrame, provisions: pd.DataFrame) -> list[list[str]]:
    """Find what has to be looked at together with each suggestion.

    Args:
        drafts: Suggestions.
        provisions: Articles of the draft.

    Returns:
        For each suggestion sentences in Chinese: an article whose text refers to the changed 条, 款 or 项, and one where an
        amount that is changed stands behind the same words. None where the text is to stay, or is only to be explained.
    """
    if provisions.empty:
        return [[] for _ in range(len(drafts))]
    draft, out = _Draft(provisions), []
    for row in records(drafts):
        found: list[str] = []
        if isinstance(row.article, str) and row.operation not in ("保留", "释明"):
            found += _named(row, draft)
            if row.drafted and isinstance(row.original_text, str) and row.operation in ("修改", "删除"):
                found += _repeated(row, draft)
        out.append(list(dict.fromkeys(found)))
    return out
