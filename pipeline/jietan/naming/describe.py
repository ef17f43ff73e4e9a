"""The tables about themes: names with what they rest on, counts, exemplars, summaries, sides and conflicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.contract import OPERATIONS, STANCES
from jietan.counts import Census, Numbers
from jietan.naming.matters import Mask, Readings, about, conflicts
from jietan.naming.name import Asks, Named, name_themes
from jietan.naming.voices import Crowd, Voicing, exemplars, sides, summary
from jietan.tables import conform, empty, shared
from jietan.vectors import Vectors

__all__ = ["Described", "Grouped", "Titles", "describe"]


class Titles(NamedTuple):
    """What letters without a draft say of themselves.

    Attributes:
        of_themes: Titles of finest themes in residents' own words, where there are any.
        heads: For each opinion the head of its letter.
    """

    of_themes: Mapping[str, str]
    heads: Mapping[str, str]


#: Contrary demands whose words are at least so near speak of one thing; chosen on the sample.
_SAME_THING, _BLOCK = 0.6, 256


@dataclass(frozen=True)
class Grouped:
    """What the clustering found.

    Args:
        placed: Finest theme of each opinion that has one, grounds included.
        parents: Parent of each finest theme.
        n_units: Units of each finest theme.
        titles: What letters say of themselves.
        stop_words: The user's words that no name and no keyword is made of.
    """

    placed: Mapping[str, str]
    parents: Mapping[str, str]
    n_units: Mapping[str, int]
    titles: Titles = field(default_factory=lambda: Titles({}, {}))
    stop_words: tuple[str, ...] = ()


class Described(NamedTuple):
    """The tables ``themes``, ``sides`` and ``namings``."""

    themes: pd.DataFrame
    sides: pd.DataFrame
    namings: pd.DataFrame


def _voicing(tables: Mapping[str, pd.DataFrame], vectors: Vectors, census: Census) -> tuple[Voicing, Mask]:
    """The opinions, and which of them only give reasons."""
    spans = tables["spans"]
    order = np.asarray(spans["opinion_id"].array.argsort())
    ids, texts = shared(spans["opinion_id"]), shared(spans["text"])
    known = pd.Index(spans["opinion_id"].iloc[order])
    labels, units = (tables[name].iloc[pd.Index(tables[name]["opinion_id"]).get_indexer(known)] for name in ("labels", "membership"))
    grounds, comments = labels["kind"].to_numpy() == "理由", pd.factorize(spans["comment_id"].iloc[order])[0]
    return Voicing(
        ids=[ids[k] for k in order.tolist()],
        texts=[texts[k] for k in order.tolist()],
        stance=pd.Index(STANCES).get_indexer(pd.Index(labels["stance"])),
        operation=pd.Index(OPERATIONS).get_indexer(pd.Index(labels["operation"])),
        unit=pd.factorize(units["unit_id"])[0],
        reasoned=np.bincount(comments, grounds)[comments] > 0,
        vectors=vectors,
        census=census,
    ), grounds


def _named_articles(links: pd.DataFrame, ids: Sequence[str]) -> list[str | None]:
    """The article of the draft that each opinion is most about."""
    draft = links.loc[links["source"] == "draft", ["opinion_id", "rank", "article_id"]]
    owners, known = pd.factorize(draft["opinion_id"])
    order = np.lexsort((draft["rank"], owners))
    first = order[np.unique(owners[order], return_index=True)[1]]
    named: list[str | None] = [*shared(draft["article_id"].iloc[first]), None]  # the last for the place -1
    return [named[k] for k in pd.Index(known).get_indexer(pd.Index(ids)).tolist()]


def _levels(ids: Sequence[str], grouped: Grouped) -> dict[str, Numbers]:
    """Opinions of every theme, parents included, in order."""
    themes = pd.Series([grouped.placed.get(o) for o in ids])
    out: dict[str, Numbers] = {}
    for level in (themes, themes.map(grouped.parents)):
        codes, known = pd.factorize(level)
        edges = np.cumsum(np.bincount(codes + 1, minlength=len(known) + 1))  # first those in no theme
        out |= dict(zip(known, np.split(np.argsort(codes, kind="stable"), edges[:-1])[1:], strict=True))
    return out


def _naming_rows(theme: str, named: Named, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows = [
        {"part": p.text, "role": p.role, "source": p.source, "detail": p.detail, "weight": p.weight}
        | {"opinion_ids": [ids[o] for o in p.opinions]}
        for p in named.parts
    ]
    rows += [
        {"part": word, "role": "关键词", "source": "居民用词", "detail": "", "weight": weight, "opinion_ids": []}
        for word, weight in named.keywords
    ]
    return [{"theme_id": theme, "position": k, **row} for k, row in enumerate(rows, 1)]


def describe(tables: Mapping[str, pd.DataFrame], vectors: Vectors, census: Census, grouped: Grouped) -> Described:
    """Describe themes.

    Args:
        tables: ``spans``, ``labels``, ``membership``, ``links`` and ``provisions``.
        vectors: Vectors of the opinions, shape (opinions, d).
        census: Counts voices.
        grouped: What the clustering found.

    Returns:
        The tables; they do not depend on the order of the opinions.
    """
    if not grouped.placed:
        return Described(empty("themes"), empty("sides"), empty("namings"))
    voicing, grounds = _voicing(tables, vectors, census)
    members = _levels(voicing.ids, grouped)
    asks = {t: at[~grounds[at]] for t, at in members.items()}
    fine = {t: asks[t] for t in grouped.parents}
    readings = Readings(voicing.texts, np.concatenate([*fine.values()]))
    known = Asks(
        [grouped.titles.heads.get(o) or text for o, text in zip(voicing.ids, voicing.texts, strict=True)],
        _named_articles(tables["links"], voicing.ids),
        voicing.unit,
        grouped.titles.of_themes,
        bool(grouped.titles.heads),
        voicing.rows,
        grouped.stop_words,
    )
    # letters of one kind are about different places: what they want is contrary only where they are about one matter
    letters = bool(grouped.titles.heads)
    if not letters:
        _ = readings.usual  # all asks are read by worker processes, before two threads want to know
    units = Counter(dict(grouped.n_units))
    for theme, parent in grouped.parents.items():
        units[parent] += grouped.n_units[theme]
    sizes = np.array([len(at) for at in members.values()])
    tally = census.tally_of(sizes, voicing.comment[np.concatenate([*members.values()])])
    voices = {theme: tally.at(k) for k, theme in enumerate(members)}
    families: dict[str, list[str]] = defaultdict(list)
    for theme, parent in grouped.parents.items():
        families[parent].append(theme)
    rows, beside, under = [], [], []
    with ThreadPoolExecutor(1) as pool:  # names are found by worker processes, and this one need not wait
        naming = pool.submit(copy_context().run, name_themes, fine, grouped.parents, known, tables["provisions"], readings)
        for parent, themes in families.items():
            family = Crowd(asks[parent], voicing)
            for theme in (parent, *themes):
                crowd = family.part(np.searchsorted(family.at, asks[theme]))  # the vectors are looked for once
                one_matter = not letters or (theme in grouped.parents and voices[theme].comments > 1)
                head: dict[str, Any] = {"theme_id": theme, "parent_id": grouped.parents.get(theme), "n_units": units[theme]}
                head |= voices[theme].columns() | _told(crowd)
                rows.append(head | {"conflicts": _conflicts(crowd, readings) if one_matter else []})
                beside += sides(theme, crowd)
        found = naming.result()
    for row in rows:
        named = found[row["theme_id"]]
        row |= {"title": named.title, "keywords": [w for w, _ in named.keywords], "conflicts": about(row["conflicts"], named.matter)}
        under += _naming_rows(row["theme_id"], named, voicing.ids)
    return Described(
        *(conform(pd.DataFrame(r), n) if r else empty(n) for r, n in ((rows, "themes"), (beside, "sides"), (under, "namings")))
    )


def _told(crowd: Crowd) -> dict[str, Any]:
    stances = np.bincount(crowd.voicing.stance[crowd.at], minlength=len(STANCES)).tolist()
    return {
        **{f"n_{stance}": n for stance, n in zip(STANCES, stances, strict=True)},
        "exemplars": exemplars(crowd),
        "summary": summary(crowd),
    }


def _conflicts(crowd: Crowd, readings: Readings) -> list[str]:
    """Contrary demands of a theme."""

    def near(one: Numbers, other: Numbers) -> bool:
        blocks = (one[k : k + _BLOCK] for k in range(0, len(one), _BLOCK))
        return any((crowd.rows[block] @ crowd.rows[other].T).max().round(6) >= _SAME_THING for block in blocks)

    operation, stance = crowd.voicing.operation[crowd.at], crowd.voicing.stance[crowd.at]
    keep = (operation == OPERATIONS.index("保留")) | (stance == STANCES.index("support"))
    return conflicts(readings.numbers(crowd.at), readings.kinds, keep, operation == OPERATIONS.index("删除"), near)
