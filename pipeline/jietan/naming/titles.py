"""Titles of themes: a subject out of the articles and residents' words, and the matter that is to be settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from jietan.counts import Numbers
from jietan.naming.choosing import Phrase
from jietan.naming.matters import Reading, counted, named_in

__all__ = ["LONGEST", "Part", "Title", "choose_matter", "distinct", "title_of_two", "titles_of"]

LONGEST = 16
#: A matter is named where so many of the asks want it settled, and so much more often than other asks do.
_ENOUGH, _LIFT = 0.5, 2.0
_OTHER = "其他意见"


@dataclass(frozen=True)
class Part:
    """One part of a title.

    Args:
        text: Its words.
        role: ``主体``, ``事项`` or ``区分``.
        source: Where it comes from: 草案条文, 居民用词, 词表, 诉求内容.
        detail: Labels of articles, entry of the lexicon or what the asks change.
        weight: Its score.
        opinions: Opinions it rests on, by their places.
    """

    text: str
    role: str
    source: str
    detail: str
    weight: float
    opinions: tuple[int, ...]


@dataclass(frozen=True)
class Title:
    """A title and what it rests on."""

    text: str
    parts: tuple[Part, ...] = field(default=())


def choose_matter(numbers: Numbers, kinds: Sequence[Reading], rest: Mapping[str, float]) -> tuple[str, float, Numbers]:
    """Choose the matter that the asks of a theme share, more than other asks do.

    Args:
        numbers: Which of the readings each ask is.
        kinds: The readings.
        rest: Share of each matter among all asks of the run.

    Returns:
        The noun, its share of the asks and the rows of the asks that want it; an empty noun where there is none.
    """
    best = ("", 0.0, 0.0)
    for name, n in sorted(counted(numbers, kinds).items()):
        share = n / len(numbers)
        value = share * min(3.0, share / max(rest.get(name, 0.0), 0.02))
        if n > 1 and share >= _ENOUGH and share >= _LIFT * rest.get(name, 0.0) and value > best[2]:
            best = (name, share, value)
    wanting = [k for k in np.unique(numbers).tolist() if best[0] in kinds[k].matters]
    return best[0], best[1], np.flatnonzero(np.isin(numbers, wanting))


def _joined(subject: str, matter: str, last: str) -> str:
    """Join subject and matter, without saying a word twice."""
    for cut in range(min(len(subject), len(matter)), 1, -1):
        if subject.endswith(matter[:cut]):
            return subject if matter[cut:] in subject else subject + matter[cut:]
    if matter in subject or (len(matter) >= 4 and matter[:2] in subject and matter[2:] in subject):
        return subject
    if named_in(matter, subject) or (matter == "期限" and subject.endswith("期")):
        return matter if matter.endswith(subject) else subject
    head = matter[:2]
    if head in subject and len(matter) > 2:
        matter = matter[2:]
    link = "的" if "的" not in subject and (last == "V" or len(subject) > 4) else ""
    whole = subject + link + matter
    return whole if len(whole) <= LONGEST else subject + matter


def _part(phrase: Phrase, legal: Mapping[str, str]) -> Part:
    found = phrase.candidate
    entries = [f"{legal[t.word]}→{t.word}" for t in found.tokens if t.word in legal]
    if found.articles:
        source, detail = "草案条文", "、".join(found.articles)
    elif entries:
        source, detail = "词表", ""
    else:
        source, detail = "居民用词", ""
    detail = "；".join(x for x in (detail, "、".join(entries)) if x)
    return Part(found.text, "主体", source, detail, phrase.score, found.opinions)


def titles_of(phrases: Sequence[Phrase], matter: Part | None, legal: Mapping[str, str]) -> list[Title]:
    """Return the titles that a theme can have, best first.

    Args:
        phrases: Candidates for the subject, best first.
        matter: The matter, where the asks share one.
        legal: Legal terms and the everyday words they stand for.
    """
    with_matter, bare = [], []
    for phrase in phrases:
        part = _part(phrase, legal)
        if matter is not None:
            whole = _joined(part.text, matter.text, phrase.candidate.tokens[-1].tag)
            if len(whole) <= LONGEST:
                with_matter.append(Title(whole, (part, matter) if whole != part.text else (part,)))
        bare.append(Title(part.text, (part,)))
    return [*with_matter, *bare]


def title_of_two(one: Phrase, other: Phrase, legal: Mapping[str, str]) -> Title:
    """Join the names of the two things a theme is about."""
    parts = _part(one, legal), _part(other, legal)
    return Title("与".join(p.text for p in parts), parts)


def distinct(candidates: Mapping[str, Iterable[Title]], order: Sequence[str]) -> dict[str, Title]:
    """Give each theme a title that no other has.

    Args:
        candidates: Titles each theme can have, best first; those behind the first free one are not looked at.
        order: Themes in the order in which they choose.
    """
    taken: set[str] = set()
    out: dict[str, Title] = {}
    for name in order:
        choices = iter(candidates[name])
        first = next(choices, Title(_OTHER))
        free = next((t for t in chain([first], choices) if t.text not in taken), None)
        number = 2
        while free is None:
            text = f"{first.text[: LONGEST - 3]}（{number}）" if number < 10 else f"{first.text[: LONGEST - 4]}（{number}）"
            number += 1
            free = None if text in taken else Title(text, first.parts)
        taken.add(free.text)
        out[name] = free
    return out
