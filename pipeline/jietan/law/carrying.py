"""Carry out the changes that amending items order, one function for each kind, on a law taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from jietan.language.normalize import fold
from jietan.language.numerals import NUMBER, parse_article, parse_number
from jietan.language.wording_of_numbers import format_article, format_number
from jietan.law.orders import Action, Place
from jietan.law.outline import items
from jietan.law.pieces import Piece, Provision, grouped, take_apart

__all__ = ["CannotDo", "Law", "carry_out", "chapter_number"]

_ARTICLE_LABEL = re.compile(rf"^\s*(第\s*{NUMBER}\s*条(?:\s*之\s*{NUMBER})?)[\s:]*")
_CHAPTER = re.compile(rf"^第({NUMBER})章\s*")
_HEADING = re.compile(rf"^第{NUMBER}(?:章|节)[\s\u3000]*")


class CannotDo(Exception):
    """A change that does not fit the law; the message says why."""


def _chunks(quotes: Sequence[str], numbers: Sequence[tuple[int, int] | None]) -> list[str]:
    """The quoted texts of several articles, their labels left out."""
    if len(numbers) != len(quotes) and len(numbers) > 1:
        wanted = [number for number in numbers if number]
        found: list[list[str]] = []
        for line in "\n".join(quotes).split("\n"):
            match = _ARTICLE_LABEL.match(fold(line))
            if match and parse_article(match[1]) in wanted:
                found.append([])
            if not found:
                raise CannotDo("引号内的条文没有分条写明序号")
            found[-1].append(line)
        quotes = ["\n".join(lines) for lines in found]
    elif len(numbers) == 1:
        quotes = ["\n".join(quotes)]
    if len(quotes) != len(numbers):
        raise CannotDo(f"写明的是 {len(numbers)} 条，引号内有 {len(quotes)} 条")
    return [text[match.end() :] if (match := _ARTICLE_LABEL.match(fold(text))) else text for text in quotes]


def _replaced(text: str, old: str, new: str) -> tuple[str, int]:
    """Replace words wherever they stand; width and the kind of inner quotation marks may differ."""
    for words, other in ((old, new), (old.replace("‘", "“").replace("’", "”"), new.replace("‘", "“").replace("’", "”"))):
        plain, wanted = fold(text), fold(words)
        places = [match.start() for match in re.finditer(re.escape(wanted), plain)]
        if places:
            for at in reversed(places):
                text = text[:at] + other + text[at + len(words) :]
            return text, len(places)
    return text, 0


def _rewords(piece: Piece, old: str, new: str) -> int:
    """Replace words in a 款 with its 项, or in a 项; count where."""
    if piece.raw is not None:
        piece.raw, count = _replaced(piece.raw, old, new)
        if count:
            (fresh,) = take_apart([piece.raw])
            piece.text = fresh.text
            if len(fresh.parts) == len(piece.parts):
                for part, changed in zip(piece.parts, fresh.parts, strict=True):
                    part.text = changed.text
        return count
    piece.text, count = _replaced(piece.text, old, new)
    return count + sum(_rewords(part, old, new) for part in piece.parts if not part.gone)


class Law:
    """A law while it is rewritten.

    Attributes:
        provisions: Its articles, removed ones included.
        name: Its name.
        chapters_added: Numbers of the chapters that were inserted.
        lifted: 款 that became articles of their own, by the numbers of article and 款 as the law stands.
        problems: What could not be done, in Chinese.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        """Take the articles of a frame apart."""
        self.provisions = [self._provision(row) for row in frame.itertuples(index=False)]
        self.by_number = {p.number: p for p in reversed(self.provisions) if p.number}
        self.name = str(frame["law"].iloc[0])
        self.chapters_added: list[int] = []
        self.lifted: dict[tuple[tuple[int, int], int], Provision] = {}
        self.problems: list[str] = []

    @staticmethod
    def _provision(row: Any) -> Provision:  # noqa: ANN401  (a named tuple of pandas)
        try:
            number = parse_article(row.article)
        except ValueError:
            number = None
        chapter = row.chapter if isinstance(row.chapter, str) else None
        return Provision(row.article, number, chapter, take_apart(row.paragraphs))

    def provision(self, place: Place) -> Provision:
        """The 条 that is meant."""
        if place.article is None:
            raise CannotDo("没有写明是哪一条")
        if place.paragraph and (place.article, place.paragraph) in self.lifted:
            return self.lifted[place.article, place.paragraph]
        found = self.by_number.get(place.article)
        if found is None or (found.gone and not found.items):
            raise CannotDo(f"《{self.name}》没有{format_article(*place.article)}")
        return found

    def paragraph(self, place: Place) -> Piece:
        """The 款 that is meant; of an article whose 项 all stand in one 款, that one."""
        found = self.provision(place).paragraphs
        if place.paragraph and place.article and (place.article, place.paragraph) in self.lifted:
            named = found[:1]
        elif place.paragraph:
            named = [piece for piece in found if piece.number == place.paragraph and not piece.gone]
        elif place.item:
            named = [piece for piece in found if piece.parts and not piece.gone]
        else:
            named = [piece for piece in found if not piece.gone]
        if len(named) != 1:
            whole = Place(place.article, place.paragraph)
            raise CannotDo(f"没有{whole}" if place.paragraph else f"{whole}有几款（或者没有项），没有写明是哪一款")
        return named[0]

    def part(self, place: Place) -> Piece:
        """The 项 that is meant; its 款 is going to change."""
        paragraph = self.paragraph(place)
        for part in paragraph.parts:
            if part.number == place.item and not part.gone:
                paragraph.raw = None
                return part
        raise CannotDo(f"没有{place}")

    def siblings(self, place: Place) -> tuple[list[Piece], Piece]:
        """The list that a 款 or 项 stands in, and the piece itself."""
        if place.item:
            piece = self.part(place)
            return self.paragraph(place).parts, piece
        return self.provision(place).paragraphs, self.paragraph(place)

    def add(self, provision: Provision, behind: Provision | None = None, *, before: bool = False) -> None:
        """Add a new 条: a 第×条之× behind those that go before it, any other behind (or before) the one given, or at the end."""
        if behind is None and provision.place and provision.place[1]:
            behind = max(
                (p for p in self.provisions if p.number and p.number < provision.place and not p.gone),
                key=lambda p: p.number or (0, 0),
                default=None,
            )
            inserted = [p for p in self.provisions if p.place and provision.place[0] == p.place[0] and p.place < provision.place]
            behind = inserted[-1] if inserted and behind and (inserted[-1].place or (0, 0)) > (behind.number or (0, 0)) else behind
        at = self.provisions.index(behind) + (not before) if behind else len(self.provisions)
        self.provisions.insert(at, provision)


def _replace(law: Law, action: Action) -> list[Provision]:
    first = action.targets[0]
    if first.paragraph is None and first.item is None:
        targets = [law.provision(place) for place in action.targets]
        for target, text in zip(targets, _chunks(action.new, [p.place or p.number for p in targets]), strict=True):
            target.paragraphs = take_apart(grouped(text))
        return targets
    pieces = [law.siblings(place) for place in action.targets]
    texts = _new_pieces(action.new, items_wanted=first.item is not None)
    siblings = pieces[0][0]
    if len(texts) < len(pieces):
        raise CannotDo(f"写明的是 {len(pieces)} 处，引号内只有 {len(texts)} 处")
    for (_, old), new in zip(pieces, texts, strict=False):
        old.text, old.parts, old.raw, old.joint = new.text, new.parts, new.raw, new.joint
    at = siblings.index(pieces[-1][1])
    siblings[at + 1 : at + 1] = texts[len(pieces) :]
    return [law.provision(place) for place in action.targets]


def _new_pieces(quotes: Sequence[str], *, items_wanted: bool) -> list[Piece]:
    """Quoted 款, or quoted 项 without their labels."""
    text = "\n".join(quotes)
    if not items_wanted:
        return take_apart(grouped(text), new=True)
    found = items(text)
    if not found:
        return [Piece(text)]
    return [Piece(words) for _, words in found]


def _insert(law: Law, action: Action) -> list[Provision]:
    if action.old == ("条",) or (not action.targets and action.places and not (action.places[0].paragraph or action.places[0].item)):
        return _insert_articles(law, action)
    if not action.places:
        raise CannotDo("没有写明增加在哪一条")
    place = action.places[0]
    wanted = action.old == ("项",) or place.item is not None
    provision = law.provision(place)
    pieces = _new_pieces(action.new, items_wanted=wanted)
    numbers = [p.item if wanted else p.paragraph for p in action.places]
    anchor = action.targets[-1] if action.targets else None
    if wanted:
        paragraph = law.paragraph(Place(place.article, place.paragraph, None if place.paragraph else 1))
        paragraph.raw = None
        siblings = paragraph.parts
        at = len(siblings)
        given = [n for n in numbers if n]
    else:
        siblings, at = provision.paragraphs, len(provision.paragraphs)
        given = [n for n in numbers if n and action.places[0] != anchor]
    if anchor and not given and (anchor.item if wanted else anchor.paragraph):
        at = siblings.index(law.siblings(anchor)[1]) + (not action.before)
    if given and len(given) != len(pieces):
        raise CannotDo(f"写明增加 {len(given)} 处，引号内有 {len(pieces)} 处")
    for number, piece in zip(given, pieces, strict=False):
        piece.place = number
    siblings[at:at] = pieces
    return [provision]


def _insert_articles(law: Law, action: Action) -> list[Provision]:
    numbers: list[tuple[int, int] | None] = [place.article for place in action.places]
    behind = law.provision(action.targets[-1]) if action.targets else None
    texts = _chunks(action.new, numbers or [None] * len(action.new))
    chapter = behind.chapter if behind else None
    if action.chapter:
        inside = [p for p in law.provisions if chapter_number(p.chapter) == action.chapter]
        if not inside:
            raise CannotDo(f"没有第{format_number(action.chapter)}章")
        chapter, behind = inside[-1].chapter, behind or (None if numbers else inside[-1])
    added = []
    for number, text in zip(numbers or [None] * len(texts), texts, strict=True):
        fresh = Provision("", None, chapter, take_apart(grouped(text)), place=number)
        law.add(fresh, behind if not number or not number[1] else None, before=action.before)
        behind = fresh if behind and not action.before else behind
        added.append(fresh)
    return added


def _delete(law: Law, action: Action) -> list[Provision]:
    touched = []
    for place in action.targets:
        provision = law.provision(place)
        if place.paragraph or place.item:
            law.siblings(place)[1].gone = True
        else:
            provision.gone = True
        touched.append(provision)
    return touched


def _lift(law: Law, target: Place, place: Place) -> Provision:
    """Make a 款 an article of its own."""
    if target.item or not (target.article and target.paragraph) or place.paragraph or place.item:
        raise CannotDo(f"还不能把{target}改为{place}")
    home, piece = law.provision(target), law.paragraph(target)
    fresh = Provision("", None, home.chapter, [piece], place=place.article)
    home.paragraphs.remove(piece)
    law.add(fresh, home)
    law.lifted[target.article, target.paragraph] = fresh
    return home


def _renumber(law: Law, action: Action) -> list[Provision]:
    homes = []
    for target, place in zip(action.targets, action.places, strict=True):
        if bool(target.item) != bool(place.item) or bool(target.paragraph and not target.item) != bool(place.paragraph and not place.item):
            homes.append(_lift(law, target, place))
        elif target.item or target.paragraph:
            law.siblings(target)[1].place = place.item or place.paragraph
        else:
            law.provision(target).place = place.article
    return homes + [law.provision(target) for target in action.targets]


def _words(law: Law, action: Action) -> list[Provision]:
    touched: list[Provision] = []
    missing: list[str] = []
    for place in action.targets:
        whole = law.provisions if place == Place() else [law.provision(place)]
        for old, new in zip(action.old, action.new, strict=True):
            found = False
            for provision in whole:
                if place.item:
                    pieces = [law.part(place)]
                else:
                    pieces = [law.paragraph(place)] if place.paragraph else provision.paragraphs
                counts = [_rewords(piece, old, new) for piece in pieces if not (provision.gone or piece.gone)]
                if any(counts):
                    found = True
                    touched += [] if provision in touched else [provision]
            if not found:
                missing.append(f"{place}中没有“{old}”")
    law.problems += missing
    return touched


def _merge(law: Law, action: Action) -> list[Provision]:
    first = action.targets[0]
    if first.paragraph or first.item:
        kept = law.siblings(first)[1]
        for place in action.targets[1:]:
            law.siblings(place)[1].gone = True
        (new, *more) = _new_pieces(action.new, items_wanted=first.item is not None)
        kept.text, kept.parts, kept.raw = "\n".join([new.text, *(m.text for m in more)]), new.parts, new.raw if not more else None
        kept.place = action.places[0].item or action.places[0].paragraph
        return [law.provision(first)]
    provisions = [law.provision(place) for place in action.targets]
    (text,) = _chunks(action.new, [action.places[0].article])
    provisions[0].paragraphs, provisions[0].place = take_apart(grouped(text)), action.places[0].article
    for provision in provisions[1:]:
        provision.gone = True
    return provisions


def _split(law: Law, action: Action) -> list[Provision]:
    if action.targets[0].paragraph or action.targets[0].item:
        raise CannotDo("还不能拆分款和项")
    first = law.provision(action.targets[0])
    texts = _chunks(action.new, [place.article for place in action.places])
    first.paragraphs, first.place = take_apart(grouped(texts[0])), action.places[0].article
    touched = [first]
    for place, text in zip(action.places[1:], texts[1:], strict=True):
        fresh = Provision("", None, first.chapter, take_apart(grouped(text)), place=place.article)
        law.add(fresh, touched[-1])
        touched.append(fresh)
    return touched


def chapter_number(chapter: str | None) -> int | None:
    """Return the number of the 章 in an article's headings."""
    for part in (chapter or "").split(" / "):
        if match := _CHAPTER.match(fold(part)):
            return int(parse_number(match[1]))
    return None


def _chapter(law: Law, action: Action) -> list[Provision]:
    lines = "\n".join(action.new).split("\n")
    first = next((at for at, line in enumerate(lines) if _ARTICLE_LABEL.match(fold(line))), None)
    if first is None:
        raise CannotDo("增加的一章中没有写明各条的序号")
    titles = [_HEADING.sub("", fold(line)).strip() for line in lines[:first]]
    title = f"第{format_number(action.chapter)}章\u3000{titles[0] if titles else ''}".strip()
    matches = [match for line in lines[first:] if (match := _ARTICLE_LABEL.match(fold(line)))]
    numbers: list[tuple[int, int] | None] = [parse_article(match[1]) for match in matches]
    added = [Provision("", None, title, [], place=number) for number in numbers]
    for provision, text in zip(added, _chunks(["\n".join(lines[first:])], numbers), strict=True):
        provision.paragraphs = take_apart(grouped(text))
        law.add(provision)
    law.chapters_added.append(action.chapter)
    return added


def _chapter_name(law: Law, action: Action) -> list[Provision]:
    inside = [p for p in law.provisions if chapter_number(p.chapter) == action.chapter]
    if not inside:
        raise CannotDo(f"没有第{format_number(action.chapter)}章")
    title = f"第{format_number(action.chapter)}章\u3000{_HEADING.sub('', fold(action.new[0])).strip()}"
    for provision in inside:
        parts = (provision.chapter or "").split(" / ")
        provision.chapter = " / ".join(title if chapter_number(part) == action.chapter else part for part in parts)
    return []


def _law_name(law: Law, action: Action) -> list[Provision]:
    law.name = action.new[0].strip("《》")
    return []


_HOW: dict[str, Callable[[Law, Action], list[Provision]]] = {
    "replace": _replace,
    "insert": _insert,
    "delete": _delete,
    "renumber": _renumber,
    "words": _words,
    "merge": _merge,
    "split": _split,
    "chapter": _chapter,
    "chapter_name": _chapter_name,
    "law_name": _law_name,
}


def carry_out(law: Law, action: Action) -> list[Provision]:
    """Change the law as one action orders.

    Returns:
        The articles that were changed, added or removed.

    Raises:
        CannotDo: It does not fit the law.
    """
    return _HOW[action.kind](law, action)
