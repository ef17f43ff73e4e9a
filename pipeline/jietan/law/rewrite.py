"""Rewrite a law as amending items say; what cannot be carried out is said, never passed over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from jietan.language.numerals import NUMBER
from jietan.language.wording_of_numbers import format_number
from jietan.law.carrying import CannotDo, Law, carry_out, chapter_number
from jietan.law.names import short_name
from jietan.law.orders import Item
from jietan.law.pieces import Provision, arrange, number_articles

__all__ = ["AMENDED_COLUMNS", "Rewritten", "rewrite"]

#: Columns that an amended text has besides those of a frame of articles: the labels of the items that changed the
#: article, joined by 、, and their words on lines of their own; None where nothing was changed.
AMENDED_COLUMNS = ["amended_item", "amended_words"]

_CITES = re.compile(rf"本(?:条例|办法|规定|细则|规则|解释|法)((?:(?:、|和|及|与|或者|至|到)?第{NUMBER}[条款项](?:之{NUMBER})?)+)")
_CITED = re.compile(rf"第{NUMBER}条(?:之{NUMBER})?")


@dataclass(frozen=True)
class Rewritten:
    """A law as amended.

    Attributes:
        law: Its name, the new one where the amendment changes it.
        articles: One row per article: the columns of the frame that was amended, and :data:`AMENDED_COLUMNS`.
        problems: What could not be done and what a person should check, in Chinese.
        numbers: Label before → label after; None for what was removed.
        by_item: Number of an item → labels, after the amendment, of the articles that it changed or added.
        removed_by: Number of an item → labels, before the amendment, of the articles that it removed.
    """

    law: str
    articles: pd.DataFrame
    problems: list[str]
    numbers: dict[str, str | None]
    by_item: dict[int, list[str]] = field(default_factory=dict)
    removed_by: dict[int, list[str]] = field(default_factory=dict)

    def articles_of(self, number: int) -> list[str]:
        """Return what 修正案第三条 or 第三项 means in a comment.

        Args:
            number: Number of the amending item.

        Returns:
            Labels of the articles of the amended text that the item changed or added, in order; empty where it only
            removed articles (then see ``removed_by``), or there is no such item.
        """
        return list(self.by_item.get(number, []))


def _shown(item: Item) -> str:
    return item.label if item.label.startswith("第") else f"第{item.label}项"


def _carry_out_all(law: Law, items: Sequence[Item]) -> list[str]:
    """Carry out every item; returns what could not be done."""
    problems = []
    for item in items:
        said = list(item.unread)
        for action in item.actions:
            try:
                touched = carry_out(law, action)
            except CannotDo as error:
                said.append(f"{error}，未作改动")
                continue
            for provision in touched:
                if item not in provision.items:
                    provision.items.append(item)
        said += [f"{words}，未作改动" for words in law.problems]
        law.problems = []
        problems += [f"修改文件{_shown(item)}（{item.place}）：{words}" for words in said]
    return problems


def _moved_chapter(chapter: str | None, added: Sequence[int], *, new: bool) -> str | None:
    """The headings of an article after chapters were inserted."""
    number = chapter_number(chapter)
    if chapter is None or number is None or new:
        return chapter
    for place in sorted(added):
        number += number >= place
    return re.sub(rf"(?:(?<= / )|^)第{NUMBER}章", f"第{format_number(number)}章", chapter, count=1)


def _chapters(ordered: Sequence[tuple[str, Provision]], law: Law) -> list[str | None]:
    """Headings in the order of the amended text; an article that was inserted or moved stands in its predecessor's chapter."""
    chapters: list[str | None] = []
    inserted = {f"第{format_number(place)}章" for place in law.chapters_added}
    for _, provision in ordered:
        own = provision.chapter is not None and not provision.label and provision.chapter.split("\u3000")[0] in inserted
        chapter = _moved_chapter(provision.chapter, law.chapters_added, new=own)
        if chapter is None and not provision.label and chapters:
            chapter = chapters[-1]
        chapters.append(chapter)
    following = next((chapter for chapter in chapters if chapter), None)
    return [chapter if chapter or provision.label else following for chapter, (_, provision) in zip(chapters, ordered, strict=True)]


def _stale_citations(ordered: Sequence[tuple[str, Provision]], texts: Sequence[str], numbers: dict[str, str | None]) -> list[str]:
    """Articles left as they were that cite one whose number changed."""
    found = []
    for (label, provision), text in zip(ordered, texts, strict=True):
        if provision.items:
            continue
        for match in _CITES.finditer(text):
            for cited in _CITED.findall(match[1]):
                if cited in numbers and numbers[cited] != cited:
                    found.append(f"{label}提到的{cited}" + (f"现为{numbers[cited]}" if numbers[cited] else "已删去"))
    return [f"条文序号调整后，下列引用没有改动，请核对：{'；'.join(dict.fromkeys(found))}"] if found else []


def _row(law: str, label: str, provision: Provision, chapter: str | None, paragraphs: list[str]) -> dict[str, object]:
    return {
        "article_id": f"{short_name(law)}#{label}",
        "law": law,
        "article": label,
        "chapter": chapter,
        "text": "\n".join(paragraphs),
        "paragraphs": paragraphs,
        "amended_item": "、".join(item.label for item in provision.items) or None,
        "amended_words": "\n".join(item.text for item in provision.items) or None,
    }


def rewrite(frame: pd.DataFrame, items: Sequence[Item], *, renumbers: bool) -> Rewritten:
    """Give the text of a law as amended.

    Args:
        frame: Articles of the law as it stands, one row each, in order, with ``law``, ``article``, ``chapter`` and
            ``paragraphs``; further columns are kept with the value of the first row.
        items: The amending items.
        renumbers: Whether the amendment says that the numbers of articles are adjusted. They also are where an item gives
            an article a number of its own; else what is removed leaves a gap, as in 刑法.

    Returns:
        The amended text. Articles that no item changes keep their words exactly.
    """
    law = Law(frame)
    problems = _carry_out_all(law, items)
    added = [provision for provision in law.provisions if not provision.label]
    placed = [provision.place for provision in law.provisions if provision.place]
    anew = renumbers or any(not sub for _, sub in placed) or any(not provision.place for provision in added)
    ordered = number_articles(law.provisions, problems, anew=anew)
    rows, kept_text = [], []
    seen: dict[str, int] = {}
    for (label, provision), chapter in zip(ordered, _chapters(ordered, law), strict=True):
        said: list[str] = []
        paragraphs = [piece.written(said) for piece in arrange(provision.paragraphs, said)]
        problems += [f"{label}：{words}" for words in said]
        row = _row(law.name, label, provision, chapter, paragraphs)
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > 1:
            row["article_id"] = f"{row['article_id']}@{seen[label]}"
        rows.append(row)
        kept_text.append(str(row["text"]))
    numbers: dict[str, str | None] = dict.fromkeys(provision.label for provision in law.provisions if provision.label)
    numbers |= {provision.label: label for label, provision in ordered if provision.label}
    by_item = {item.number: [label for label, provision in ordered if item in provision.items] for item in items}
    gone = [provision for provision in law.provisions if provision.gone]
    removed_by = {item.number: [provision.label for provision in gone if item in provision.items] for item in items}
    articles = pd.DataFrame(rows, columns=[*(c for c in frame.columns), *AMENDED_COLUMNS])
    for column in frame.columns.difference(list(rows[0]) if rows else []):
        articles[column] = frame[column].iloc[0]
    problems += _stale_citations(ordered, kept_text, numbers)
    return Rewritten(law.name, articles, problems, numbers, by_item, removed_by)
