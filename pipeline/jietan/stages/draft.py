"""Draft: each ask within a theme becomes a suggestion, with the text it would change and the people behind it.

What can be stated exactly is drafted: a deletion, a changed amount, word, payer or exception, a new 款, keeping the text.
Anything else is a 立法要点, marked as not drafted. Every word of a proposed text comes from the draft, from an opinion,
from the lexicon, or is a fixed word of legislation, and ``provenance`` says which.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from jietan.asked import (
    ASKING,
    CHANGE,
    CLARIFY,
    DELETE,
    KEEP,
    NAMES_CHANGE,
    Opinion,
    read_opinions,
    reasons_of,
    surely_kept,
    surely_struck,
    target,
    telling,
    with_most,
)
from jietan.counts import Census
from jietan.holding import divide, hold
from jietan.joining import alike, joined, said_key
from jietan.language.cues import CUES
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.language.numerals import format_number
from jietan.law.additions import add, define, extend
from jietan.law.outline import items
from jietan.law.proposals import change, delete, keep, point, votes
from jietan.law.proposed import Proposal, Provision, Voice, Vote
from jietan.law.vocabulary import Vocabulary
from jietan.parting import Kinship, part_asks
from jietan.runfolder import Vectors
from jietan.sameness import Judge, load_model
from jietan.settings import DraftSettings
from jietan.suggested import Group, Place, Teller, anchored
from jietan.tables import conform, empty, records

__all__ = ["draft"]

_SHOWN = 12
_PLACES = 4
_FAIR = 4
#: Marks asks of the long tail, which have no theme.
_ALONE = "~"
_TAIL_KINDS = ("建议", "反对")
_CHANGES = ("增加", "修改", "细化")
_NEVER_APART = -6.0
#: A question that accuses asks for nothing that it says.
_ACCUSES = re.compile(r"凭什么|凭啥|为什么|为啥|难道|岂能|怎么(?:能|会)|哪里?能")
_REFUSES = re.compile(r"不赞成|不同意|不支持|反对|不要改|别改|不必改|不用改|不必再改")


class _Drafter:
    """Drafts the suggestions of a run."""

    def __init__(self, articles: pd.DataFrame, vectors: Vectors, settings: DraftSettings, lexicon: Lexicon) -> None:
        self.articles = {a.article_id: a for a in records(articles)}
        self.vocabulary = Vocabulary((a.text for a in self.articles.values()), lexicon)
        self.vectors = vectors
        self.settings = settings
        self.around: dict[str, dict[str, float]] = {}

    def provision(self, place: Place) -> Provision:
        """The text of a place, with its label."""
        article_id, label, paragraph, item = place
        article = self.articles[article_id]
        paragraphs = [str(p) for p in article.paragraphs]
        text = str(article.text)
        if paragraph is not None and 1 <= paragraph <= len(paragraphs):
            text, label = paragraphs[paragraph - 1], f"{label}第{format_number(paragraph)}款"
        for name, words in items(text) if item is not None else []:
            if name == item:
                return Provision(words, f"{label}第{str(item).strip('（）')}项", article.law, item=True)
        return Provision(text, label, article.law)

    def _cast(self, place: Place, members: list[Opinion]) -> list[Vote]:
        """Votes of the members that are about this article and ask for a change in so many words."""
        asking = [
            Voice(o.opinion_id, o.text, o.clean)
            for o in members
            if (o.link is None or o.link["article_id"] == place[0])
            and (o.kind == "建议" or any(CUES[name].search(o.plain) for name in (*NAMES_CHANGE, "add", "allow", "must_not", "dont")))
            and not (_REFUSES.search(o.plain) or _ACCUSES.search(o.plain))
        ]
        return votes(self.provision(place), asking, self.vocabulary)

    def aim(self, group: Group) -> None:
        """Settle the place of a group, and the changes that are asked for there."""
        group.link = target(group.members, self.around.get(group.theme))
        if group.link is None or group.bucket not in (CHANGE, DELETE) or group.place is None:
            return
        group.cast = self._cast(group.place, group.members)
        links = {str(_place_of(o.link)): o.link for o in group.members if o.link}
        often = Counter(str(_place_of(o.link)) for o in group.members if o.link)
        nearby = [links[n] for n in sorted(often, key=lambda n: (-often[n], n))[:_PLACES]]
        count = len(self.articles[group.place[0]].paragraphs)
        if not group.cast and count > 1:
            nearby += [{**group.link, "paragraph": k, "item": None} for k in range(1, count + 1)]
        for link in nearby:
            place = _place_of(link)
            found = [v for v in self._cast(place, group.members) if str(place) in often or anchored(v, self.provision(place))]
            if len(found) > 2 * len(group.cast) and _FAIR * len(found) >= len(group.members):
                group.link, group.cast = link, found

    def part(self, group: Group) -> list[Group]:
        """Take the units out of a group that name another change than most of it."""
        keys = {v.voice.opinion_id: v.line for v in group.cast}
        if len(set(keys.values())) < 2:
            return [group]
        units: dict[str, list[Opinion]] = defaultdict(list)
        for o in group.members:
            units[o.unit_id].append(o)
        main = min(Counter(keys.values()).items(), key=lambda p: (-p[1], p[0]))[0]
        parts: dict[Any, list[Opinion]] = defaultdict(list)
        for _, unit in sorted(units.items()):
            named = Counter(keys[o.opinion_id] for o in unit if o.opinion_id in keys)
            parts[min(named, key=lambda k: (-named[k], k)) if named else main].extend(unit)
        out = []
        for _, members in sorted(parts.items()):
            ids = {o.opinion_id for o in members}
            out.append(replace(group, members=members, cast=[v for v in group.cast if v.voice.opinion_id in ids]))
        return out

    def propose(self, group: Group) -> None:
        """Write the proposal of a group, and bring those who state it to the front."""
        group.members = with_most(telling(group.members, self.vectors))
        named = Counter(o.operation for o in group.members if o.operation in _CHANGES).most_common(1)
        operation = named[0][0] if named and group.bucket == CHANGE else group.bucket
        operation = "增加" if group.link is None else operation
        voices = [Voice(o.opinion_id, o.text, o.clean) for o in group.members]
        law = next(iter(self.articles.values())).law
        own = "" if group.place is None else self.provision(group.place).text
        group.proposal = self._drafted(group, voices) or point(operation, voices, self.vocabulary, law, own)
        leaders = {o: k for k, o in enumerate(group.proposal.leaders)}
        group.members.sort(key=lambda o: (not o.clean, leaders.get(o.opinion_id, len(leaders))))

    def _drafted(self, group: Group, voices: list[Voice]) -> Proposal | None:
        place = group.place
        if place is None:
            return (
                add((), 0, Provision("", "", next(iter(self.articles.values())).law), voices, self.vocabulary)
                if group.bucket == CHANGE
                else None
            )
        provision = self.provision(place)
        if group.bucket == KEEP and (group.settled or surely_kept(group.members)):
            return keep(provision)
        if group.bucket == DELETE:
            sure = group.settled or surely_struck(group.members, provision.text)
            return delete(provision, voices, sure) or change(provision, group.cast, len(group.members))
        if group.bucket == CLARIFY:
            return self._defined(group, place, voices) or extend(provision, voices, self.vocabulary)
        if group.bucket == CHANGE:
            cut = [v for v in voices if CUES["delete"].search(v.text)]
            struck = delete(provision, cut, sure=False) if _FAIR * len(cut) >= len(voices) else None
            return (
                change(provision, group.cast, len(group.members))
                or struck
                or extend(provision, voices, self.vocabulary)
                or self._added(group, place, voices)
            )
        return None

    def _defined(self, group: Group, place: Place, voices: list[Voice]) -> Proposal | None:
        whole = (*place[:3], None)
        found = define(self.provision(whole), voices)
        if found is not None and group.link is not None:
            group.link = {**group.link, "item": None}
        return found

    def _added(self, group: Group, place: Place, voices: list[Voice]) -> Proposal | None:
        paragraphs = [str(p) for p in self.articles[place[0]].paragraphs]
        at = (place[2] or 1) - 1 if len(paragraphs) > 1 else 0
        if not 0 <= at < len(paragraphs):
            return None
        whole = (*place[:2], at + 1 if len(paragraphs) > 1 else None, None)
        found = add(paragraphs, at, self.provision(whole), voices, self.vocabulary)
        if found is not None and group.link is not None:
            group.link = {**group.link, "paragraph": whole[2], "item": None}
        return found


def _place_of(link: dict[str, Any]) -> Place:
    return (link["article_id"], link["article"], None if link["paragraph"] is None else int(link["paragraph"]), link["item"])


def _around(inside: list[Opinion]) -> dict[str, float]:
    """Share of the articles among what a theme is about."""
    weight: dict[str, float] = defaultdict(float)
    for o in {o.text: o for o in inside}.values():
        for link in o.links:
            weight[link["article"]] += link["confidence"]
    whole = sum(weight.values())
    return {article: w / whole for article, w in weight.items()} if whole else {}


def _parts(themes: dict[str, list[Opinion]], drafter: _Drafter, kinship: Kinship, level: float) -> list[Group]:
    """Part the asks; each part belongs to the theme that most of it comes from."""
    theme_of = {o.opinion_id: theme for theme, inside in themes.items() for o in inside}
    tail = {theme for theme in themes if theme.startswith(_ALONE)}
    found = part_asks([o for theme, inside in themes.items() if theme not in tail for o in inside], kinship, level)
    for theme in sorted(tail):
        found += part_asks(themes[theme], kinship, level)
    groups: list[Group] = []
    for bucket, members in found:
        often = Counter(theme_of[o.opinion_id] for o in members)
        group = Group(min(often, key=lambda t: (-often[t], t)), bucket, members)
        drafter.aim(group)
        groups += drafter.part(group)
    return groups


def _groups(
    themes: dict[str, list[Opinion]], drafter: _Drafter, kinship: Kinship, held: Mapping[str, str], alone: Mapping[str, str]
) -> list[Group]:
    """Part the asks, draft, join what turns out to say the same, and keep together or apart what was decided about."""
    share = drafter.settings.same_above
    level = math.log(share / (1 - share)) if 0 < share < 1 else (math.inf if share else _NEVER_APART)
    drafter.around = {theme: _around(inside) for theme, inside in themes.items() if not theme.startswith(_ALONE)}
    groups = _parts(themes, drafter, kinship, level)
    for group in groups:
        drafter.propose(group)
    for group in groups:
        group.settled = group.proposal is not None and group.proposal.drafted and group.proposal.operation in (KEEP, DELETE)
    groups = alike(joined(groups, said_key), kinship, level)
    for group in groups:
        if not (group.cast or group.settled):
            drafter.aim(group)
        drafter.propose(group)
    groups, begun = divide(joined(groups, said_key), alone)
    for group in begun:
        drafter.aim(group)
        drafter.propose(group)
    groups, changed = hold(groups, held)
    for group in changed:
        drafter.aim(group)
        drafter.propose(group)
    return groups


def _idle(part: list[Opinion]) -> bool:
    """Say whether nothing in a single person's words asks for anything; it stays in its theme and makes no suggestion."""
    return not any(len(o.text) >= 8 and any(CUES[name].search(o.text) for name in (*ASKING, *NAMES_CHANGE)) for o in part)


def _vague(group: Group) -> bool:
    """Say whether a single person's ask of the long tail neither gives a text nor names its article; it stays in the long tail."""
    named = group.link is not None and group.link["basis"] == "explicit"
    return _idle(group.members) or not (named or (group.proposal is not None and group.proposal.drafted))


def _columns_of_place(group: Group, drafter: _Drafter) -> dict[str, Any]:
    """Columns that say where the suggestion aims; a new article comes after the article its opinions are nearest to."""
    if group.link is not None and group.place is not None:
        _, article, paragraph, item = group.place
        original = drafter.provision(group.place).text
        return {
            "law": group.link["law"],
            "article": article,
            "after_article": None,
            "paragraph": paragraph,
            "item": item,
            "original_text": original,
        }
    near = Counter(o.link["article"] for o in group.members if o.link)
    law = next((o.link["law"] for o in group.members if o.link), None)
    after = min(near, key=lambda a: (-near[a], a)) if near else None
    return {"law": law, "article": None, "after_article": after, "paragraph": None, "item": None, "original_text": None}


def _row(group: Group, proposal: Proposal, drafter: _Drafter, teller: Teller) -> dict[str, Any]:
    ids = sorted(o.opinion_id for o in group.members)
    return {
        "suggestion_id": group.held or "S" + hashlib.sha256("\x1f".join(ids).encode("utf-8")).hexdigest()[:8],
        "theme_id": None if group.theme.startswith(_ALONE) else group.theme,
        "unit_ids": sorted({o.unit_id for o in group.members}),
        **_columns_of_place(group, drafter),
        "operation": proposal.operation,
        "title": group.title,
        "proposed_text": proposal.text,
        "drafted": proposal.drafted,
        "reason": teller.reason(group),
        "evidence": ids,
        "exemplars": [o.opinion_id for o in group.members[:_SHOWN]],
        **teller.census.count(ids).columns(),
        "provenance": [str(p) for p in proposal.pieces],
    }


def _heard(spans: pd.DataFrame, tables: dict[str, pd.DataFrame], held: Mapping[str, str]) -> set[str]:
    """Opinions that make suggestions: asks in themes, and of the comments on the draft those left in the long tail."""
    ids = spans["opinion_id"]
    kind = tables["labels"].set_index("opinion_id")["kind"].loc[ids].to_numpy(dtype=object)
    themed = tables["placements"].set_index("opinion_id")["theme_id"].reindex(ids).notna().to_numpy()
    triage = tables["triage"].set_index("comment_id")["triage"].loc[spans["comment_id"]].to_numpy(dtype=object)
    alone = (triage == "legislative") & (np.isin(kind.astype(str), _TAIL_KINDS) | ids.isin(held).to_numpy())
    return set(ids[(kind != "理由") & (themed | alone)])


def _by_theme(opinions: list[Opinion], heard: set[str], placements: pd.DataFrame) -> dict[str, list[Opinion]]:
    """The opinions heard by theme; each unit of the long tail stands by itself."""
    theme_of = dict(zip(placements["opinion_id"], placements["theme_id"], strict=True))
    themes: dict[str, list[Opinion]] = defaultdict(list)
    for o in opinions:
        if o.opinion_id in heard:
            theme = theme_of.get(o.opinion_id)
            themes[theme if isinstance(theme, str) else _ALONE + o.unit_id].append(o)
    return themes


def draft(  # noqa: PLR0913  (every table it reads is named)
    spans: pd.DataFrame,
    articles: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    vectors: Vectors,
    census: Census,
    settings: DraftSettings,
    lexicon: Lexicon | None = None,
    judge: Judge | None = None,
    held: Mapping[str, str] = MappingProxyType({}),
    alone: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """Write suggestions.

    Args:
        spans: Opinions' spans.
        articles: Articles of the draft; without any there are no suggestions.
        tables: ``labels``, ``membership``, ``links``, ``gaps``, ``placements``, ``pii`` and ``triage``.
        vectors: Vectors of the opinions.
        census: Counts voices.
        settings: ``draft`` settings.
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.
        judge: Says how likely two opinions make the same ask; the shipped model without a draft where it is None.
        held: Suggestion that each ask stays in, where a person decided about one.
        alone: Unit of each opinion that a person split off; it makes a suggestion of its own.

    Returns:
        The table ``drafts``. ``proposed_text`` is empty for a deletion; where ``drafted`` is false it is a 立法要点: a
        resident's own words, or those put into legislative wording. ``provenance`` lists the source of each piece of it.
    """
    if spans.empty or articles.empty:
        return empty("drafts")
    heard = _heard(spans, tables, held)
    told = spans["comment_id"].isin(spans["comment_id"][spans["opinion_id"].isin(heard)].unique())  # reasons stand beside their asks
    opinions = read_opinions(spans[told], tables)
    themes = _by_theme(opinions, heard, tables["placements"])
    drafter = _Drafter(articles, vectors, settings, lexicon or load_lexicon())
    kinship = Kinship([o for inside in themes.values() for o in inside], tables["labels"], vectors, judge or Judge(load_model()))
    groups = _groups(themes, drafter, kinship, held, alone)
    teller = Teller(groups, drafter.articles, census, reasons_of(opinions))
    out = []
    for group in groups:
        people = census.count(o.opinion_id for o in group.members).people
        if group.proposal is None or (people < settings.min_people and not group.held):
            continue
        if group.held or people > 1 or not (_vague(group) if group.theme.startswith(_ALONE) else _idle(group.members)):
            out.append(_row(group, group.proposal, drafter, teller))
    return conform(pd.DataFrame(out), "drafts") if out else empty("drafts")
