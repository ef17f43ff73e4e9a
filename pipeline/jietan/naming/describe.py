"""The tables about themes: names with what they rest on, counts, exemplars, summaries, sides and conflicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from jietan.counts import Census
from jietan.naming.matters import Readings, about, conflicts
from jietan.naming.name import Asks, Named, name_themes
from jietan.naming.voices import Crowd, Voicing, exemplars, sides, summary
from jietan.runfolder import Vectors
from jietan.tables import conform, empty, mapped, shared

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


def _voicing(tables: Mapping[str, pd.DataFrame], kind: Mapping[str, str], vectors: Vectors, census: Census) -> Voicing:
    spans = tables["spans"]
    comment = mapped(spans, "opinion_id", "comment_id")
    reasoned = {c for o, c in comment.items() if kind[o] == "理由"}
    return Voicing(
        texts=mapped(spans, "opinion_id", "text"),
        stance=mapped(tables["labels"], "opinion_id", "stance"),
        operation=mapped(tables["labels"], "opinion_id", "operation"),
        unit=mapped(tables["membership"], "opinion_id", "unit_id"),
        reasoned=frozenset(o for o, c in comment.items() if c in reasoned),
        vectors=vectors,
        census=census,
    )


def _named_articles(links: pd.DataFrame) -> dict[str, str]:
    """The article of the draft that each opinion is most about."""
    draft = links.loc[links["source"] == "draft", ["opinion_id", "rank", "article_id"]].sort_values(["opinion_id", "rank"], kind="stable")
    return mapped(draft[~draft["opinion_id"].duplicated()], "opinion_id", "article_id")


def _levels(spans: pd.DataFrame, grouped: Grouped) -> dict[str, list[str]]:
    """Opinions of every theme, parents included, sorted."""
    out: dict[str, list[str]] = defaultdict(list)
    for o in sorted(shared(spans["opinion_id"])):
        if o in grouped.placed:
            theme = grouped.placed[o]
            out[theme].append(o)
            out[grouped.parents[theme]].append(o)
    return out


def _naming_rows(theme: str, named: Named) -> list[dict[str, Any]]:
    rows = [
        {"part": p.text, "role": p.role, "source": p.source, "detail": p.detail, "weight": p.weight, "opinion_ids": list(p.opinions)}
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
    kind = mapped(tables["labels"], "opinion_id", "kind")
    voicing = _voicing(tables, kind, vectors, census)
    members = _levels(tables["spans"], grouped)
    asks = {t: [o for o in ids if kind[o] != "理由"] for t, ids in members.items()}
    fine = {t: asks[t] for t in grouped.parents}
    readings = Readings(voicing.texts, [o for ids in fine.values() for o in ids])
    known = Asks(voicing.texts, _named_articles(tables["links"]), voicing.unit, *grouped.titles, vectors.rows, grouped.stop_words)
    # letters of one kind are about different places: what they want is contrary only where they are about one matter
    letters = bool(grouped.titles.heads)
    if not letters:
        _ = readings.usual  # all asks are read by worker processes, before two threads want to know
    units = Counter(dict(grouped.n_units))
    for theme, parent in grouped.parents.items():
        units[parent] += grouped.n_units[theme]
    rows, beside, under = [], [], []
    with ThreadPoolExecutor(1) as pool:  # names are found by worker processes, and this one need not wait
        naming = pool.submit(copy_context().run, name_themes, fine, grouped.parents, known, tables["provisions"], readings)
        for theme in sorted(members):
            counts, crowd = census.count(members[theme]), Crowd(asks[theme], voicing)
            one_matter = not letters or (theme in grouped.parents and counts.comments > 1)
            head = {"theme_id": theme, "parent_id": grouped.parents.get(theme), "n_units": units[theme]}
            rows.append(head | counts.columns() | _told(crowd) | {"conflicts": _conflicts(crowd, readings) if one_matter else []})
            beside += sides(theme, crowd)
        names = naming.result()
    for row in rows:
        named = names[row["theme_id"]]
        row |= {"title": named.title, "keywords": [w for w, _ in named.keywords], "conflicts": about(row["conflicts"], named.matter)}
        under += _naming_rows(row["theme_id"], named)
    return Described(
        *(conform(pd.DataFrame(r), n) if r else empty(n) for r, n in ((rows, "themes"), (beside, "sides"), (under, "namings")))
    )


def _told(crowd: Crowd) -> dict[str, Any]:
    stances = Counter(crowd.voicing.stance[o] for o in crowd.ids)
    return {
        **{f"n_{s}": stances[s] for s in ("support", "oppose", "modify", "neutral")},
        "exemplars": exemplars(crowd),
        "summary": summary(crowd),
    }


def _conflicts(crowd: Crowd, readings: Readings) -> list[str]:
    """Contrary demands of a theme."""

    def near(one: list[int], other: list[int]) -> bool:
        blocks = (one[k : k + _BLOCK] for k in range(0, len(one), _BLOCK))
        return any((crowd.rows[block] @ crowd.rows[other].T).max().round(6) >= _SAME_THING for block in blocks)

    ids, voicing = crowd.ids, crowd.voicing
    sides = [voicing.operation[o] for o in ids], [voicing.stance[o] for o in ids]
    return conflicts([readings[o] for o in ids], *sides, near)
