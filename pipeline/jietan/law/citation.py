"""One mention of a provision, and how statutes write it."""

from __future__ import annotations

from dataclasses import dataclass

from jietan.language.numerals import parse_article, parse_item
from jietan.language.wording_of_numbers import format_number

__all__ = ["Citation", "format_citation"]


@dataclass(frozen=True)
class Citation:
    """One mention of a provision.

    Attributes:
        start: Offset of its first code point.
        end: Offset behind its last code point; the citations of one list or range share one span.
        text: The words themselves.
        law: The law meant, without 中华人民共和国, the draft's name as given, or None where the text does not tell.
        article: Canonical label, or None where the mention is relative (前款, 本条, 第三款 alone).
        paragraph: 款, from 1.
        item: Canonical label of the 项, （三）.
        subitem: 目, from 1.
        kind: ``"article"``, or ``"relative"`` where the article is not named.
        law_start: Where the name of the law in front of it begins; ``start`` where none is named.
        names_law: Whether a law or the draft is named with it, or with the list it stands in.
        base: For a relative mention its first word: 本, 前, 前两, 该, 同; empty for 第三款 alone.
        level: For a relative mention with a base what the base speaks of: 条, 款 or 项.
    """

    start: int
    end: int
    text: str
    law: str | None
    article: str | None
    paragraph: int | None = None
    item: str | None = None
    subitem: int | None = None
    kind: str = "article"
    names_law: bool = False
    base: str = ""
    law_start: int = -1
    level: str = ""

    def __post_init__(self) -> None:
        """Let ``law_start`` default to ``start``."""
        if self.law_start < 0:
            object.__setattr__(self, "law_start", self.start)

    @property
    def number(self) -> tuple[int, int]:
        """The article's number and the number after 之 (0 where there is none); (0, 0) where no article is named."""
        return parse_article(self.article) if self.article else (0, 0)


def format_citation(
    article: str, *, law: str | None = None, paragraph: int | None = None, item: str | None = None, subitem: int | None = None
) -> str:
    """Write a citation as statutes do: 《消防法》第二十八条第二款第三项, the 项 without brackets (立法技术规范（一）9).

    Args:
        article: Canonical label.
        law: Name to put in 《》, if any.
        paragraph: 款, from 1.
        item: Label of the 项 in any form.
        subitem: 目, from 1.

    Returns:
        The citation.
    """
    parts = [f"《{law.strip('《》')}》" if law else "", article]
    if paragraph is not None:
        parts.append(f"第{format_number(paragraph)}款")
    if item is not None:
        parts.append(f"第{format_number(parse_item(item))}项")
    if subitem is not None:
        parts.append(f"第{format_number(subitem)}目")
    return "".join(parts)
