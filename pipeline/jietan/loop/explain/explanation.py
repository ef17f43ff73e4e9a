"""Cards of a draft: each article in plain words, with who, when, what follows otherwise, and what to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jietan.language.numerals import parse_item
from jietan.language.wording_of_numbers import format_number
from jietan.law.citation import format_citation
from jietan.law.names import short_name
from jietan.law.norms import Norm, Span, actors_of, norms_of
from jietan.law.style.draft import Draft
from jietan.law.style.references import cited_in
from jietan.law.vocabulary import is_actor
from jietan.loop.explain.plain import Glossary, Plain, load_glossary, plain
from jietan.loop.explain.questions import Question, questions_of, times_of
from jietan.stages.parse import parse

__all__ = ["Card", "Explanation", "Line", "explain", "explain_articles"]

_BENEFIT = re.compile(
    r"(?:(?:保障|保护|维护|方便|便利)(?P<kept>[^，。；：、的]{2,12}?)(?=的?合法权益|的?权益|个人信息|的?权利|的?生命|的?财产|的?人身)"
    r"|(?:向|对|为|给)(?P<given>[^，。；：、]{2,12}?)(?=提供|给予|退还|返还|告知|提示|说明|公开|补助|补贴|奖励|赔偿|补偿|减免|优惠|开放))"
)
_ASKS = re.compile(r"(?:^|[，。；\n])(?P<who>[^，。；：\n]{2,12}?)申请[^，。；：\n]{2,20}的，")
_START = re.compile(r"自[^，。；]*?起施行")


@dataclass(frozen=True)
class Line:
    """One sentence of a card.

    Attributes:
        article: Label of the article that says it.
        norm: What it says, with the place of its words in the article's text.
        plain: The same in everyday words.
        who: Words of the draft that say who; empty where it does not say.
        items: The 项 that it leads into.
    """

    article: str
    norm: Norm
    plain: Plain
    who: str
    items: tuple[Line, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands within its article: 第一款第三项; empty for the whole article."""
        paragraph = f"第{format_number(self.norm.paragraph)}款" if self.norm.paragraph else ""
        return paragraph + (f"第{format_number(parse_item(self.norm.item))}项" if self.norm.item else "")

    @property
    def citation(self) -> str:
        """Its place in full: 第十八条第一款第三项."""
        return format_citation(self.article, paragraph=self.norm.paragraph, item=self.norm.item)

    @property
    def text(self) -> str:
        """The everyday words; where who acts is said elsewhere, that stands in front in brackets."""
        inherited = self.norm.inherits() and self.norm.kind != "liability" and not self.norm.item
        return f"（{self.who}）{self.plain.text}" if inherited else self.plain.text


@dataclass(frozen=True)
class Card:
    """One article.

    Attributes:
        law: The law it is in.
        article: Its label.
        chapter: Headings above it, the last one first named; empty for none.
        text: Its text.
        paragraphs: Its 款.
        lines: Everything it says, in order.
        binds: Who has a duty, as the draft calls them.
        served: Who it gives something to or protects, and the sentence that does.
        times: Words that say from when, how long or how often, with their places.
        otherwise: What other articles lay down for a breach of it.
        questions: What to ask residents.
        names: Names in it and how people call them.
    """

    law: str
    article: str
    chapter: str
    text: str
    paragraphs: tuple[str, ...]
    lines: tuple[Line, ...]
    binds: tuple[str, ...]
    served: tuple[tuple[str, Line], ...]
    times: tuple[tuple[str, Span], ...]
    otherwise: tuple[Line, ...]
    questions: tuple[Question, ...]
    names: tuple[tuple[str, str], ...]

    @property
    def serves(self) -> tuple[str, ...]:
        """Who it gives something to or protects, and who has a right."""
        rights = (name for line in self.lines if line.norm.kind == "right" and line.who for name in actors_of(line.who))
        return tuple(dict.fromkeys([*(name for name, _ in self.served), *rights]))

    @property
    def has_duty(self) -> bool:
        """Whether it lays a duty on somebody."""
        return any(line.norm.kind in ("must", "must_not") for line in self.lines)


@dataclass(frozen=True)
class Explanation:
    """A draft explained.

    Attributes:
        title: Title of the draft.
        cards: One for each article, in order.
        notes: What a person should check about the file.
    """

    title: str
    cards: tuple[Card, ...]
    notes: tuple[str, ...] = ()

    @property
    def start(self) -> tuple[str, str] | None:
        """The words that say from when the law applies, and their article; None where the draft does not say."""
        for card in reversed(self.cards):
            if match := _START.search(card.text):
                return plain(match[0]).text, card.article
        return None


def _line(article: str, text: str, norm: Norm) -> Line:
    who = text[slice(*norm.subject)] if norm.subject else ""
    items = tuple(_line(article, text, item) for item in norm.items)
    return Line(article, norm, plain(text[slice(*norm.span)], joined=not norm.inherits()), who, items)


def _own(draft: Draft, row: int, norm: Norm) -> set[str]:
    """Articles of the draft that a sentence on liability names."""
    text = draft.articles[row].text
    cited = [c for c in cited_in(draft, row) if norm.span[0] <= c.start < norm.span[1] and c.article in draft.by_label]
    own = {c.article for c in cited if c.article and (c.law is None or short_name(c.law) == short_name(draft.title))}
    return own if "违反" in text[slice(*norm.span)] else set()


def _consequences(draft: Draft, lines: list[list[Line]]) -> dict[str, list[Line]]:
    """Article → the sentences of other articles on its breach."""
    out: dict[str, list[Line]] = {}
    for row, own in enumerate(lines):
        for line in own:
            if line.norm.kind == "liability":
                for label in sorted(_own(draft, row, line.norm) - {draft.articles[row].label}):
                    out.setdefault(label, []).append(line)
    return out


def _binds(lines: list[Line]) -> list[str]:
    found: dict[str, None] = {}
    for line in lines:
        for each in (line, *line.items):
            if each.who and each.norm.kind in ("must", "must_not", "liability"):
                found |= dict.fromkeys(actors_of(each.who))
            elif each.norm.kind == "must_not" and not each.who:
                found.setdefault("所有人")
    return list(found)


def _served(text: str, lines: list[Line]) -> list[tuple[str, Line]]:
    """Who something is given to or kept for, each with the sentence; nobody twice for one sentence."""
    found = [(m.start(), m["kept"] or m["given"]) for m in _BENEFIT.finditer(text)]
    found += [(m.start("who"), m["who"]) for m in _ASKS.finditer(text)]
    out: dict[tuple[str, Span], Line] = {}
    every = [each for line in lines for each in (line, *line.items)]
    for at, words in sorted(found):
        for line in every:
            if line.norm.span[0] <= at < line.norm.span[1] and line.norm.kind not in ("liability", "other") and words not in line.who:
                names = [n for n in (actors_of(words) if is_actor(words) else ()) if not n.startswith("其")]
                out |= {(name, line.norm.span): line for name in names}
    return [(name, line) for (name, _), line in out.items()]


def _cards(draft: Draft, glossary: Glossary) -> list[Card]:
    lines = [[_line(a.label, a.text, norm) for norm in norms_of(a.text)] for a in draft.articles]
    after = _consequences(draft, lines)
    cards = []
    for article, own in zip(draft.articles, lines, strict=True):
        card = Card(
            law=draft.title,
            article=article.label,
            chapter=article.chapter.split(" / ")[-1].replace("\u3000", " "),
            text=article.text,
            paragraphs=article.paragraphs,
            lines=tuple(own),
            binds=tuple(_binds(own)),
            served=tuple(_served(article.text, own)),
            times=tuple((article.text[slice(*span)], span) for span in times_of(article.text)),
            otherwise=tuple(after.get(article.label, ())),
            questions=tuple(questions_of(article.text, [line.norm for line in own])),
            names=tuple(glossary.found(article.text)),
        )
        cards.append(card)
    return cards


def explain_articles(articles: pd.DataFrame, title: str, notes: tuple[str, ...] = ()) -> Explanation:
    """Explain a draft that has been read.

    Args:
        articles: Table ``provisions``; of a text that amends laws only the articles that it changes get a card.
        title: Title of the draft.
        notes: What a person should check about the file.
    """
    cards: list[Card] = []
    for law, rows in articles.groupby("law", sort=False):
        own = _cards(Draft(rows, str(law), ""), load_glossary())
        changed = set(rows["article"][rows["amended_item"].notna()]) if "amended_item" in rows else set(rows["article"])
        cards += [card for card in own if card.article in changed]
    return Explanation(title, tuple(cards), notes)


def explain(path: str | Path) -> Explanation:
    """Explain a draft article by article in plain words.

    Nothing is added that the text does not say: each sentence is the text's own with words of a fixed list exchanged, and
    carries the place of its source.

    Args:
        path: The draft, in any format that ``jietan run`` reads.

    Raises:
        InputError: The file cannot be read or has no articles.
    """
    articles, title, problems = parse(Path(path))
    return explain_articles(articles, title, tuple(problems))
