"""What amending items order: which provision, what change, in which words. Plain data, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jietan.language.wording_of_numbers import format_article, format_item, format_number

__all__ = ["Action", "ActionKind", "Item", "Place"]


@dataclass(frozen=True)
class Place:
    """A 条, 款 or 项 of a law; what is None is not narrowed down.

    Attributes:
        article: (number, number after 之).
        paragraph: 款, from 1.
        item: 项, from 1.
    """

    article: tuple[int, int] | None = None
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        """Write it as statutes do: 第三条第二款第一项."""
        article = format_article(*self.article) if self.article else ""
        paragraph = f"第{format_number(self.paragraph)}款" if self.paragraph else ""
        return article + paragraph + (f"第{format_item(self.item)[1:-1]}项" if self.item else "") or "全文"


ActionKind = Literal["replace", "insert", "delete", "renumber", "words", "merge", "split", "chapter", "chapter_name", "law_name"]


@dataclass(frozen=True)
class Action:
    """One change that an amending item orders.

    Attributes:
        kind: ``replace`` a whole provision; ``insert`` one; ``delete``; ``renumber``; ``words`` inside one; ``merge``
            several; ``split`` one; insert a ``chapter``; a new ``chapter_name``; a new ``law_name``.
        targets: What is changed, in the numbering of the law as it stands; for ``insert`` what it stands in or behind.
        places: The numbers that new, moved, merged or split provisions get.
        old: Words that are replaced, one for each of ``new``.
        new: New words; of whole provisions each entry is one quotation, its paragraphs on lines of their own.
        chapter: Number of the chapter concerned, 0 for none.
        before: Whether an insertion stands before its target, not behind it.
    """

    kind: ActionKind
    targets: tuple[Place, ...] = ()
    places: tuple[Place, ...] = ()
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    chapter: int = 0
    before: bool = False


@dataclass(frozen=True)
class Item:
    """One numbered item of an amending document.

    Attributes:
        number: Its number, from 1.
        label: As it is written: 三, （二）, 第三条.
        text: Its words without the label, paragraphs on lines of their own.
        place: Where it stands in the file.
        actions: The changes it orders, in order.
        unread: What of it was not understood, in Chinese.
    """

    number: int
    label: str
    text: str
    place: str
    actions: tuple[Action, ...]
    unread: tuple[str, ...]
