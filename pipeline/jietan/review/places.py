"""Places of a draft, as people write them."""

from __future__ import annotations

import re

import pandas as pd

from jietan.errors import SettingsError
from jietan.language.numerals import parse_number
from jietan.law.library import Library

__all__ = ["NOWHERE", "check_place", "read_place"]

#: What says that the draft has no such rule.
NOWHERE = "草案没有"
_PLACE = re.compile(
    r"(第?[^第条款项]+条(?:之[一二三四五六七八九十]+)?)(?:第?([^第条款项（(]+)款)?(?:第?[（(]?([^第条款项（）()]+)[）)]?项?)?"
)
Place = tuple[str, int | None, str | None]


def read_place(text: str) -> Place:
    """Read 第十二条第二款第（三）项; an empty article stands for none.

    Raises:
        SettingsError: It is no place.
    """
    bare = "".join(text.split())
    if bare in ("", NOWHERE):
        return "", None, None
    found = _PLACE.fullmatch(bare)
    if found is None:
        raise SettingsError(f"看不懂条文“{text}”", todo=f"请写成 第十二条、第十二条第二款第（三）项，或者“{NOWHERE}”")
    try:
        paragraph = int(parse_number(found[2])) if found[2] else None
    except ValueError as error:
        raise SettingsError(f"看不懂条文“{text}”里的款", todo="请写成 第二款") from error
    return Library.label(found[1]), paragraph, f"（{found[3]}）" if found[3] else None


def check_place(articles: pd.DataFrame, article: str, paragraph: int | None, item: str | None) -> None:
    """Make sure that the draft has a place.

    Args:
        articles: Table ``articles``.
        article: Label of the article.
        paragraph: 款, counted from 1.
        item: 项, such as （三）.

    Raises:
        SettingsError: It has not.
    """
    found = articles[(articles["source"] == "draft") & (articles["article"] == article)]
    if found.empty:
        raise SettingsError(f"草案没有{article}", todo="请核对条号，草案各条见“条文视图”表")
    paragraphs = list(found["paragraphs"].iloc[0])
    if paragraph is not None and not 1 <= paragraph <= max(1, len(paragraphs)):
        raise SettingsError(f"草案{article}没有第 {paragraph} 款，共 {max(1, len(paragraphs))} 款", todo="请写有的那一款，或者只写到条")
    within = paragraphs[paragraph - 1] if paragraph is not None and paragraphs else found["text"].iloc[0]
    if item is not None and item not in within:
        raise SettingsError(f"草案{article}里没有{item}", todo="请写有的那一项，或者只写到条、款")
