"""Name themes: titles, keywords and what each rests on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from jietan.counts import Numbers
from jietan.embedders import Embedder, load_embedder
from jietan.language.lexicon import load_lexicon
from jietan.naming.choosing import ENCODER, Phrase, Views, load_model
from jietan.naming.halves import Rows, halves, two_names
from jietan.naming.kinds import kind_titles
from jietan.naming.matters import Readings
from jietan.naming.titles import LONGEST, Part, Title, choose_matter, distinct, title_of_two, titles_of
from jietan.naming.tokens import Terms, clauses, own_words
from jietan.naming.weights import Clauses, Group, Weights, keywords, weigh

__all__ = ["Asks", "Named", "Namer", "name_themes"]

_ARTICLE_SHARE = 0.15
_PLACE_SHARE = 0.6
#: A theme gets its name from so many of its wordings at most, spread evenly over all of them.
_WORDINGS = 2000
#: So many letters tell what is said in a theme.
_LETTERS = 2_000
_TERM = re.compile(r"[\u4e00-\u9fff]{2,8}")


@dataclass(frozen=True)
class Asks:
    """The asks of a run, told by their places among its opinions.

    Args:
        texts: What names are made of: the text of each opinion, or the head of its letter.
        article: Article of the draft each opinion is about, where there is one.
        unit: Number of the unit of each opinion.
        titles: Titles of themes in residents' own words, which come before others.
        heads: Whether the texts are heads of letters, for there is no draft.
        rows: Returns vectors of opinions, by which mixed themes are cut in two; none are cut without it.
        stop_words: The user's words that no name and no keyword is made of.
    """

    texts: Sequence[str]
    article: Sequence[str | None]
    unit: Numbers
    titles: Mapping[str, str] = field(default_factory=dict)
    heads: bool = False
    rows: Rows | None = None
    stop_words: tuple[str, ...] = ()

    @cached_property
    def wordings(self) -> tuple[Numbers, list[str]]:
        """Which of the different texts each opinion has, and these texts, in order."""
        return _numbered(self.texts)

    @cached_property
    def articles(self) -> tuple[Numbers, list[str]]:
        """Which of the articles each opinion is about, -1 for none, and these articles, in order."""
        return _numbered(self.article)


def _numbered(values: Sequence[str | None]) -> tuple[Numbers, list[str]]:
    codes, known = pd.factorize(pd.Series([*values]), sort=True)
    return codes, known.tolist()


@dataclass(frozen=True)
class Named:
    """The name of one theme.

    Args:
        title: At most sixteen characters, unlike those of all other themes.
        parts: What the title rests on.
        keywords: Words and weights, best first.
        matter: The matter that its asks share, or an empty text.
    """

    title: str
    parts: tuple[Part, ...]
    keywords: tuple[tuple[str, float], ...]
    matter: str


class Namer:
    """Reads the asks and the draft of one run for names."""

    def __init__(self, asks: Asks, provisions: pd.DataFrame, readings: Readings) -> None:
        """Cut the draft."""
        self.asks, self.readings = asks, readings
        self.lexicon = load_lexicon()
        self.places = provisions.empty
        nouns = () if self.places else own_words(provisions["text"], asks.wordings[1])
        self.cutter = Terms(nouns=nouns, stop_words=asks.stop_words)
        self.articles = {
            a: (label, clauses(text, self.cutter))
            for a, label, text in zip(provisions["article_id"], provisions["article"], provisions["text"], strict=True)
        }
        self.in_articles = Counter(w for _, found in self.articles.values() for w in {t.word for c in found for t in c})
        self.words = (
            frozenset(t.word for _, found in self.articles.values() for c in found for t in c if t.tag in "NVB") | self.cutter.formal
        )
        self._cut: dict[str, Clauses] = {}

    def group(self, asks: Numbers) -> Group:
        """Gather what one theme is made of."""
        codes, words = self.asks.wordings
        wordings = np.unique(codes[asks])
        if len(wordings) > _WORDINGS:
            wordings = wordings[np.arange(_WORDINGS) * len(wordings) // _WORDINGS]
        _, own, sizes = np.unique(self.asks.unit[asks], return_inverse=True, return_counts=True)
        kept = np.isin(codes[asks], wordings)
        voices = dict(zip(asks[kept].tolist(), (1 / sizes[own[kept]]).tolist(), strict=True))
        by_text: dict[str, list[int]] = {words[k]: [] for k in wordings.tolist()}
        for opinion, code in zip(voices, codes[asks[kept]].tolist(), strict=True):
            by_text[words[code]].append(opinion)
        about, known = self.asks.articles
        shares = np.bincount(about[asks] + 1, minlength=len(known) + 1)[1:] / len(asks)
        articles: list[tuple[str, float, Clauses]] = [
            (self.articles[known[k]][0], float(shares[k]), self.articles[known[k]][1])
            for k in np.flatnonzero(shares >= _ARTICLE_SHARE).tolist()
            if known[k] in self.articles
        ]
        return Group([(ids, self.clauses(t)) for t, ids in by_text.items()], voices, articles, self._legal(by_text, articles))

    def clauses(self, text: str) -> Clauses:
        """Cut a text; what stands in a theme and in its parent is cut once."""
        if text not in self._cut:
            self._cut[text] = clauses(text, self.cutter, places=self.places)
        return self._cut[text]

    def _legal(self, by_text: Mapping[str, list[int]], articles: Sequence[tuple[str, float, Clauses]]) -> dict[str, tuple[set[int], str]]:
        """Legal terms of the linked articles for which residents have other words."""
        written = {t.word for _, _, found in articles for c in found for t in c} - self.cutter.stopped
        out: dict[str, tuple[set[int], str]] = {}
        for text in sorted(by_text) if written else ():
            for term in self.lexicon.legal_terms(text):
                if term in written:
                    out.setdefault(term, (set(), ""))[0].update(by_text[text])
        return {t: (ids, self._said(t, by_text, ids)) for t, (ids, _) in out.items()}

    def _said(self, term: str, by_text: Mapping[str, list[int]], ids: set[int]) -> str:
        words = Counter(
            e.colloquial for e in self.lexicon.entries if e.legal == term for t, o in by_text.items() if o[0] in ids and e.colloquial in t
        )
        return min(words, key=lambda w: (-words[w], w), default="")

    def matter(self, asks: Numbers) -> Part | None:
        """The matter the asks share; letters without a draft are named after their heads alone."""
        if self.asks.heads:
            return None
        usual = self.readings.usual
        name, share, rows = choose_matter(self.readings.numbers(asks), self.readings.kinds, usual)
        return Part(name, "事项", "诉求内容", f"{len(rows)} 条诉求", round(share, 6), tuple(asks[rows].tolist())) if name else None

    @cached_property
    def encoder(self) -> Embedder:
        """The encoder of phrases."""
        return load_embedder(ENCODER)

    def views(self, groups: Sequence[Group], members: Sequence[Numbers], weights: Weights) -> Views:
        """The themes of one level among each other."""
        return Views(groups, [self.said_by(asks) for asks in members], weights, self.words, self.in_articles, self.encoder)

    def said_by(self, asks: Numbers) -> str:
        """The first letters of what is said in a theme, in the order of the texts; said once or often, one text alone means the same."""
        codes, words = self.asks.wordings
        found = np.sort(codes[asks])[: _LETTERS + 1].tolist() if len(np.unique(codes[asks])) > 1 else codes[asks[:1]].tolist()
        return " ".join(words[k] for k in found)[:_LETTERS]


def _place(group: Group) -> tuple[str, tuple[int, ...]]:
    """The place that most asks name."""
    holders: dict[str, set[int]] = defaultdict(set)
    for ids, found in group.asks:
        for place in {t.word for c in found for t in c if t.tag == "P"}:
            holders[place].update(ids)
    total = sum(len(ids) for ids, _ in group.asks)
    best = min(holders, key=lambda p: (-len(holders[p]), -len(p), p), default="")
    if not best or len(holders[best]) < max(2, _PLACE_SHARE * total):
        return "", ()
    return best, tuple(sorted(holders[best]))


def _with_place(titles: Sequence[Title], place: str, opinions: tuple[int, ...]) -> list[Title]:
    if not place:
        return list(titles)
    part = Part(place, "区分", "居民用词", "地点", 1.0, opinions)
    return [Title(place + t.text, (part, *t.parts)) for t in titles if len(place) + len(t.text) <= LONGEST and place not in t.text] + list(
        titles
    )


def _legal_words(group: Group) -> dict[str, str]:
    return {term: said for term, (_, said) in group.legal.items() if said}


def _candidates(namer: Namer, group: Group, asks: Numbers, phrases: Sequence[Phrase]) -> tuple[list[Title], str]:
    plain = [p for p in phrases if "P" not in {t.tag for t in p.candidate.tokens}]
    matter = namer.matter(asks)
    return _with_place(titles_of(plain or phrases, matter, _legal_words(group)), *_place(group)), matter.text if matter else ""


def _of_two(namer: Namer, members: Mapping[str, Numbers], best: Mapping[str, Sequence[Phrase]]) -> dict[str, Title]:
    """Titles of themes that are about two things: each half is named among the themes and halves, none of which holds another."""
    asks, parts = namer.asks, dict[str, tuple[Numbers, Numbers]]()
    if asks.rows is not None and not asks.heads:
        parts = {n: found for n, ids in sorted(members.items()) if (found := halves(ids, asks.unit, asks.rows)) is not None}
    if not parts:
        return {}
    leaves = [(n, ids) for n in sorted(members) for ids in parts.get(n, (members[n],))]
    groups = [namer.group(ids) for _, ids in leaves]
    views = namer.views(groups, [ids for _, ids in leaves], weigh(groups))
    first = {name: k for k, (name, _) in reversed([*enumerate(leaves)])}
    out = {}
    own = iter(views.best([k for name in parts for k in (first[name], first[name] + 1)], load_model()))
    for name in parts:
        k = first[name]
        pair = two_names(best[name], next(own), next(own), LONGEST)
        if pair is not None:
            out[name] = title_of_two(*pair, _legal_words(groups[k]) | _legal_words(groups[k + 1]))
    return out


def _known_titles(namer: Namer, group: Group, name: str, asks: Numbers, weights: Mapping[str, float]) -> list[Title]:
    """Titles that need no phrases: those of letters, and of the kinds of letters."""
    if (own := namer.asks.titles.get(name)) is not None:
        return [Title(own, (Part(own, "主体", "来件标题", "", 1.0, tuple(np.sort(asks).tolist())),))]
    return kind_titles(group.asks, weights) if namer.asks.heads else []


class _Found(NamedTuple):
    """Titles that a theme can have, best first, the matter that its asks share, and its keywords."""

    titles: Iterable[Title]
    matter: str
    keywords: list[tuple[str, float]]


def _level(namer: Namer, members: Mapping[str, Numbers], *, split: bool = False) -> dict[str, _Found]:
    """Name finest themes."""
    names = sorted(members)
    groups = [namer.group(members[n]) for n in names]
    weights = weigh(groups)
    views = namer.views(groups, [members[n] for n in names], weights)
    out = {}
    known = [
        _known_titles(namer, group, name, members[name], weights.of[k]) for k, (name, group) in enumerate(zip(names, groups, strict=True))
    ]
    unnamed = [k for k, titles in enumerate(known) if not titles]
    phrases = dict(zip([names[k] for k in unnamed], views.best(unnamed, load_model()), strict=True))
    for k, (name, group) in enumerate(zip(names, groups, strict=True)):
        titles, matter = known[k], ""
        if not titles:
            titles, matter = _candidates(namer, group, members[name], phrases[name])
        out[name] = _Found(titles, matter, keywords(group, weights.of[k], namer.words))
    for name, title in _of_two(namer, members, phrases).items() if split else ():
        out[name] = out[name]._replace(titles=[title, *out[name].titles])
    return out


def _upper_level(namer: Namer, members: Mapping[str, Numbers], children: Mapping[str, Sequence[str]]) -> dict[str, _Found]:
    """Name parents, more broadly than what stands below them: where that is one theme, by its subjects alone."""
    names = sorted(members)
    groups = [namer.group(members[n]) for n in names]
    weights = weigh(groups)
    views = namer.views(groups, [members[n] for n in names], weights)

    def chosen(k: int, phrases: Sequence[Phrase]) -> tuple[list[Title], str]:
        titles, matter = _candidates(namer, groups[k], members[names[k]], phrases)
        subjects = [t for t in titles if all(p.role == "主体" for p in t.parts)] if len(children[names[k]]) == 1 else []
        return subjects or titles, matter

    kinds = [kind_titles(group.asks, weights.of[k]) if namer.asks.heads else [] for k, group in enumerate(groups)]
    below = [_after_child(children[name], namer.asks) for name in names]
    unnamed = [k for k in range(len(names)) if not (kinds[k] or below[k])]
    phrases = dict(zip(unnamed, views.best(unnamed, load_model()), strict=True))
    out = {}
    for k, (name, group) in enumerate(zip(names, groups, strict=True)):
        titles: Iterable[Title] = kinds[k]
        matter = ""
        if k in phrases:
            titles, matter = chosen(k, phrases[k])
        elif not kinds[k]:  # looked at only where those below are taken
            titles = chain(below[k], (t for later in (k,) for t in chosen(later, views.best([later], load_model())[0])[0]))
        out[name] = _Found(titles, matter, keywords(group, weights.of[k], namer.words))
    return out


def _after_child(children: Sequence[str], asks: Asks) -> list[Title]:
    """Name a parent whose letters share no words after one of its themes that a letter's own words name."""
    known = [own for t in children if (own := asks.titles.get(t))] if asks.heads else []
    return [Title(own[: LONGEST - 1] + "等", (Part(own, "主体", "来件标题", "", 1.0, ()),)) for own in known]


def name_themes(
    fine: Mapping[str, Numbers],
    parents: Mapping[str, str],
    asks: Asks,
    provisions: pd.DataFrame,
    readings: Readings,
) -> dict[str, Named]:
    """Name themes and their parents.

    Args:
        fine: Asks of each finest theme.
        parents: Parent of each finest theme.
        asks: Texts and articles.
        provisions: Articles of the draft; may be empty.
        readings: What each ask wants settled.

    Returns:
        The name of every theme; titles differ, whatever order the opinions came in.
    """
    namer = Namer(asks, provisions, readings)
    children: dict[str, list[str]] = defaultdict(list)
    for theme in sorted(fine, key=lambda t: (-len(fine[t]), t)):
        children[parents[theme]].append(theme)
    broad = {parent: np.concatenate([fine[theme] for theme in sorted(themes)]) for parent, themes in children.items()}
    found = _level(namer, fine, split=True)
    upper = _upper_level(namer, broad, children)
    order = sorted(fine, key=lambda t: (-len(fine[t]), t)) + sorted(broad, key=lambda t: (-len(broad[t]), t))
    both = found | upper
    chosen = distinct({n: both[n].titles for n in both}, order)
    return {n: Named(chosen[n].text, chosen[n].parts, tuple(both[n].keywords), both[n].matter) for n in sorted(both)}
