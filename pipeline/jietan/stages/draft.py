"""Draft: each ask within a theme becomes a suggestion, with the text it would change and the people behind it.

What can be stated exactly is drafted: a deletion, a changed amount, word, payer or exception, a new 款, keeping the text.
Anything else is a 立法要点, marked as not drafted. Every word of a proposed text comes from the draft, from an opinion,
from the lexicon, or is a fixed word of legislation, and ``provenance`` says which.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from jietan.asked import (
    ASKING,
    DELETE,
    KEEP,
    NAMES_CHANGE,
    Opinion,
    read_opinions,
    reasons_of,
)
from jietan.counts import Census, Voices
from jietan.drafter import Drafter, begin, finish
from jietan.garbage import no_garbage_search
from jietan.holding import divide, hold
from jietan.joining import alike, joined, said_key
from jietan.language.cues import CUES
from jietan.language.lexicon import Lexicon, load_lexicon
from jietan.law.proposed import Proposal
from jietan.law.vocabulary import Vocabulary
from jietan.names import named_after
from jietan.parting import Kinship, part_asks
from jietan.sameness import Judge, load_model
from jietan.settings import DraftSettings
from jietan.suggested import Group, Teller
from jietan.tables import conform, empty
from jietan.vectors import Vectors

__all__ = ["draft"]

_SHOWN = 12
#: Marks asks of the long tail, which have no theme.
_ALONE = "~"
_TAIL_KINDS = ("建议", "反对")
_NEVER_APART = -6.0


def _around(inside: list[Opinion]) -> dict[str, float]:
    """Share of the articles among what a theme is about."""
    weight: dict[str, float] = defaultdict(float)
    for o in {o.text: o for o in inside}.values():
        for link in o.links:
            weight[link.article] += link.confidence
    whole = sum(weight.values())
    return {article: w / whole for article, w in weight.items()} if whole else {}


def _parts(themes: dict[str, list[Opinion]], kinship: Kinship, level: float) -> list[Group]:
    """Part the asks; each part belongs to the theme that most of it comes from."""
    theme_of = {o.opinion_id: theme for theme, inside in themes.items() for o in inside}
    tail = {theme for theme in themes if theme.startswith(_ALONE)}
    found = part_asks([o for theme, inside in themes.items() if theme not in tail for o in inside], kinship, level)
    for theme in sorted(tail):
        found += part_asks(themes[theme], kinship, level)
    groups: list[Group] = []
    for bucket, members in found:
        often = Counter(theme_of[o.opinion_id] for o in members)
        groups.append(Group(min(often, key=lambda t: (-often[t], t)), bucket, members))
    return groups


def _groups(
    themes: dict[str, list[Opinion]],
    drafter: Drafter,
    kinship: Kinship,
    vectors: Vectors,
    level: float,
    decided: tuple[Mapping[str, str], Mapping[str, str]],
) -> list[Group]:
    """Part the asks, draft, join what turns out to say the same, and keep together or apart what was decided about."""
    held, alone = decided
    groups = begin(_parts(themes, kinship, level), drafter, vectors)
    for group in groups:
        group.settled = group.proposal is not None and group.proposal.drafted and group.proposal.operation in (KEEP, DELETE)
    begun = {id(group): group for group in groups if not group.settled}  # what stays one of these is drafted already
    groups = alike(joined(groups, said_key), kinship, level)
    groups = _anew(groups, [group for group in groups if id(group) not in begun and len(group.members) > 1], drafter, vectors)
    groups = _anew(*divide(joined(groups, said_key), alone), drafter, vectors)
    return _anew(*hold(groups, held), drafter, vectors)


def _anew(groups: list[Group], changed: list[Group], drafter: Drafter, vectors: Vectors) -> list[Group]:
    """Draft those groups again whose members are others than before."""
    again = dict(zip(map(id, changed), finish(changed, drafter, vectors), strict=True))
    return [again.get(id(group), group) for group in groups]


def _idle(part: list[Opinion]) -> bool:
    """Say whether nothing in a single person's words asks for anything; it stays in its theme and makes no suggestion."""
    return not any(len(o.text) >= 8 and any(CUES[name].search(o.text) for name in (*ASKING, *NAMES_CHANGE)) for o in part)


def _vague(group: Group) -> bool:
    """Say whether a single person's ask of the long tail neither gives a text nor names its article; it stays in the long tail."""
    named = group.link is not None and group.link.basis == "explicit"
    return _idle(group.members) or not (named or (group.proposal is not None and group.proposal.drafted))


def _columns_of_place(group: Group, drafter: Drafter) -> dict[str, Any]:
    """Columns that say where the suggestion aims; a new article comes after the article its opinions are nearest to."""
    if group.link is not None and group.place is not None:
        _, article, paragraph, item = group.place
        original = drafter.provision(group.place).text
        return {
            "law": group.link.law,
            "article": article,
            "after_article": None,
            "paragraph": paragraph,
            "item": item,
            "original_text": original,
        }
    links = [link for o in group.members if (link := o.link) is not None]
    near = Counter(link.article for link in links)
    law = links[0].law if links else None
    after = min(near, key=lambda a: (-near[a], a)) if near else None
    return {"law": law, "article": None, "after_article": after, "paragraph": None, "item": None, "original_text": None}


def _row(group: Group, proposal: Proposal, drafter: Drafter, teller: Teller, voices: Voices) -> dict[str, Any]:
    return {
        "suggestion_id": group.held,
        "theme_id": None if group.theme.startswith(_ALONE) else group.theme,
        "unit_ids": sorted({o.unit_id for o in group.members}),
        **_columns_of_place(group, drafter),
        "operation": proposal.operation,
        "title": group.title,
        "proposed_text": proposal.text,
        "drafted": proposal.drafted,
        "reason": teller.reason(group, voices),
        "evidence": sorted(o.opinion_id for o in group.members),
        "exemplars": [o.opinion_id for o in group.members[:_SHOWN]],
        **voices.columns(),
        "provenance": [str(p) for p in proposal.pieces],
    }


def _heard(
    spans: pd.DataFrame, kind: np.ndarray[Any, Any], tables: dict[str, pd.DataFrame], held: Mapping[str, str]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each opinion whether it makes suggestions: asks in themes, and of the comments on the draft those in the long tail."""
    ids = spans["opinion_id"]
    themed = tables["placements"].set_index("opinion_id")["theme_id"].reindex(ids).notna().to_numpy()
    triage = tables["triage"].set_index("comment_id")["triage"].loc[spans["comment_id"]].to_numpy(dtype=object)
    alone = (triage == "legislative") & (pd.Series(kind).isin(_TAIL_KINDS).to_numpy() | ids.isin(held).to_numpy())
    heard: np.ndarray[Any, np.dtype[np.bool_]] = (kind != "理由") & (themed | alone)
    return heard


def _by_theme(opinions: list[Opinion], placements: pd.DataFrame) -> dict[str, list[Opinion]]:
    """Opinions by theme; each unit of the long tail stands by itself."""
    theme_of = placements.set_index("opinion_id")["theme_id"].reindex([o.opinion_id for o in opinions]).tolist()
    themes: dict[str, list[Opinion]] = defaultdict(list)
    for o, theme in zip(opinions, theme_of, strict=True):
        themes[theme if isinstance(theme, str) else _ALONE + o.unit_id].append(o)
    return themes


@no_garbage_search()
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
    kinds = tables["labels"].set_index("opinion_id")["kind"].loc[spans["opinion_id"]].to_numpy(dtype=object)
    themes = _by_theme(read_opinions(spans[_heard(spans, kinds, tables, held)], tables), tables["placements"])
    around = {theme: _around(inside) for theme, inside in themes.items() if not theme.startswith(_ALONE)}
    drafter = Drafter(articles, Vocabulary(articles["text"].tolist(), lexicon or load_lexicon()), around)
    kinship = Kinship([o for inside in themes.values() for o in inside], tables["labels"], vectors, judge or Judge(load_model()))
    share = settings.same_above
    level = math.log(share / (1 - share)) if 0 < share < 1 else (math.inf if share else _NEVER_APART)
    groups = _groups(themes, drafter, kinship, vectors, level, (held, alone))
    teller = Teller(groups, drafter.articles, census, reasons_of(spans, kinds, tables["pii"]))
    voices, out = census.tally([[o.opinion_id for o in group.members] for group in groups]), []
    for k, (group, people) in enumerate(zip(groups, voices.people.tolist(), strict=True)):
        if group.proposal is None or (people < settings.min_people and not group.held):
            continue
        if group.held or people > 1 or not (_vague(group) if group.theme.startswith(_ALONE) else _idle(group.members)):
            out.append(_row(group, group.proposal, drafter, teller, voices.at(k)))
    new = [row for row in out if not row["suggestion_id"]]
    for row, name in zip(new, named_after("S", ["\x1f".join(row["evidence"]) for row in new], 8), strict=True):
        row["suggestion_id"] = name
    return conform(pd.DataFrame(out), "drafts") if out else empty("drafts")
