"""Cluster: units about one matter become themes, two levels deep; what joins none stays as long tail."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.counts import Census
from jietan.garbage import no_garbage_search
from jietan.grounds import nearest_asks
from jietan.grouping import Matrix, Rows, average_linkage, mean_made_rows, mean_rows
from jietan.letters import Letters, letter_groups, letter_heads, letter_titles, letters_alike
from jietan.names import named_after
from jietan.naming.describe import Grouped, Titles, describe
from jietan.naming.titles import LONGEST
from jietan.seeds import Seed, Seeds
from jietan.settings import ClusterSettings
from jietan.tables import conform, empty, listed, mapped
from jietan.vectors import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Clustered", "cluster", "find_themes", "link_rows"]

#: Shares of meaning, of the articles and of their places (款、项) in how alike opinions on a draft are.
_SHARES = (0.6, 0.2, 0.2)
#: The mean that is taken off what opinions mean counts as if so many more, of no meaning, were among them.
_SPARE = 2
#: So many rows are summed at once.
_BLOCK = 2**14
_UNKNOWN = Seeds()


class Clustered(NamedTuple):
    """The tables of the stage.

    Attributes:
        themes: Themes, parents included, which have a null ``parent_id``.
        placements: The finest theme of each opinion, null for the long tail.
        sides: Sides within each theme.
        namings: What each name rests on.
    """

    themes: pd.DataFrame
    placements: pd.DataFrame
    sides: pd.DataFrame
    namings: pd.DataFrame


def link_rows(links: pd.DataFrame, ids: list[str], places: Sequence[str] = ()) -> csr_matrix:
    """Return unit vectors over the draft's articles, roots of probabilities: their product is how much two opinions agree.

    Args:
        links: Table of links.
        ids: Opinions, one for each row.
        places: Columns that tell places within an article apart, where these count instead of the articles.

    Returns:
        Sparse float32 rows, shape (opinions, articles or places).
    """
    from scipy.sparse import csr_matrix

    draft = (links["source"] == "draft").to_numpy(bool)
    columns = _numbers(links, ("article_id", *places), draft)
    opinions, named = pd.factorize(links["opinion_id"])  # each id is looked up once, not once for every link
    at = pd.Index(ids).get_indexer(pd.Index(named))[opinions[draft]]
    found = pd.DataFrame({"row": at, "column": columns, "value": links["confidence"].to_numpy()[draft] ** 0.5})
    found = found[found["row"] >= 0].drop_duplicates(["row", "column"], keep="last")
    shape = (len(ids), max(1, int(columns.max(initial=-1)) + 1))
    rows = csr_matrix((found["value"].to_numpy(np.float32), (found["row"], found["column"])), shape=shape)
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(norms == 0, 1, norms), np.diff(rows.indptr))
    return rows


def _numbers(frame: pd.DataFrame, names: Sequence[str], kept: np.ndarray[Any, np.dtype[np.bool_]]) -> Rows:
    """Number the distinct combinations of some columns, in the rows kept, in the order of their texts; what is missing is no text."""
    numbers = np.zeros(int(kept.sum()), np.int64)
    for name in names:
        codes, known = pd.factorize(frame[name])
        texts = np.array([*pd.Index(known).astype("string"), ""], object)  # the last for the code -1
        ranks = np.unique(texts, return_inverse=True)[1]
        numbers = np.unique(numbers * len(texts) + ranks[codes[kept]], return_inverse=True)[1]
    return numbers


def _unit(rows: Matrix) -> Matrix:
    norms = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)


def _unit_matrix(units: list[list[str]], vectors: Vectors, links: pd.DataFrame) -> tuple[Matrix, bool]:
    """Return one row for each unit, and whether there is a draft; the rows of all opinions are never in memory together.

    What all opinions on a draft have in common, its subject, says nothing of their themes and is taken off.
    """
    ids = [o for members in units for o in members]
    at = np.array([vectors.places[o] for o in ids])
    place = iter(range(len(ids)))
    groups = [[next(place) for _ in members] for members in units]
    if not (links["source"] == "draft").any():
        return mean_made_rows(lambda rows: vectors.block(at[rows]), groups), False
    blocks = (vectors.block(at[k : k + _BLOCK]) for k in range(0, len(at), _BLOCK))
    common = (sum(b.sum(axis=0, dtype=np.float64) for b in blocks) / (len(at) + _SPARE)).round(6).astype(np.float32)
    articles, within = link_rows(links, ids), link_rows(links, ids, ("paragraph", "item"))

    def rows_of(rows: Rows) -> Matrix:
        parts = (_unit(vectors.block(at[rows]) - common), articles[rows].toarray(), within[rows].toarray())
        return np.hstack([np.float32(math.sqrt(share)) * part for share, part in zip(_SHARES, parts, strict=True)])

    return mean_made_rows(rows_of, groups), True


def _cuts(granularity: float, has_draft: bool) -> tuple[float, float]:
    """Distances at which themes and their parents are cut; finer settings cut earlier."""
    middle, step = (0.72, 0.1) if has_draft else (0.5, 0.2)
    fine = middle + (0.5 - granularity) * 0.3
    return fine, min(0.95, fine + step)


def _group(units: list[list[str]], matrix: Matrix, cuts: tuple[float, float], smallest: int) -> tuple[dict[int, str], dict[str, str]]:
    """Return the theme of each unit in one, and the parent of each theme."""
    fine, coarse = average_linkage(matrix, cuts)
    members: dict[int, list[int]] = defaultdict(list)
    for k, label in enumerate(fine):
        members[label].append(k)
    theme_of: dict[int, str] = {}
    families: dict[int, list[str]] = defaultdict(list)
    kept = [rows for rows in members.values() if sum(len(units[k]) for k in rows) >= smallest]
    for name, rows in zip(named_after("T", [min(o for k in rows for o in units[k]) for rows in kept], 8), kept, strict=True):
        theme_of |= dict.fromkeys(rows, name)
        families[coarse[rows[0]]].append(name)
    parents = {t: "P" + min(names)[1:] for names in families.values() for t in names}
    return theme_of, parents


def _place_letters(
    units: list[list[str]], spans: pd.DataFrame, letters: Letters, settings: ClusterSettings
) -> tuple[dict[str, str], dict[str, str], Titles]:
    """Return the theme of each ask, the parent of each theme, and titles out of the letters' own.

    A theme is one concrete matter, its parent the kind of problem. A matter that one letter raises alone is a theme where
    other letters raise matters of the same kind; what shares its kind with none is long tail.
    """
    heard = {o for ids in units for o in ids}
    asks: dict[str, list[str]] = defaultdict(list)
    for opinion, comment in listed(spans, "opinion_id", "comment_id"):
        if opinion in heard:
            asks[comment].append(opinion)
    ids = sorted(asks)
    alike = letters_alike(ids, letters.received, letters.heads)
    fine, coarse = letter_groups(alike, settings.granularity)
    sizes = Counter(coarse)
    rows: dict[int, list[int]] = defaultdict(list)
    for k, label in enumerate(fine):
        if sizes[coarse[k]] >= settings.min_units:
            rows[label].append(k)
    names = named_after("T", [min(o for k in group for o in asks[ids[k]]) for group in rows.values()], 8)
    themes = dict(zip(names, rows.values(), strict=True))
    families: dict[int, list[str]] = defaultdict(list)
    for theme, group in themes.items():
        families[coarse[group[0]]].append(theme)
    parents = {t: "P" + min(names)[1:] for names in families.values() for t in names}
    placed = {o: theme for theme, group in themes.items() for k in group for o in asks[ids[k]]}
    spoken = dict(zip(ids, letter_heads(ids, letters.received), strict=True))
    heads = {o: spoken[c] for c in ids for o in asks[c]}
    return placed, parents, Titles(letter_titles(themes, ids, alike, letters, LONGEST), heads)


def _heard(spans: pd.DataFrame, labels: pd.DataFrame, links: pd.DataFrame, triage: pd.DataFrame) -> set[str]:
    """Asks of the comments that can make themes."""
    kept = ["legislative"] if (links["source"] == "draft").any() else ["legislative", "governance", "personal"]
    comments = set(triage.loc[triage["triage"].isin(kept), "comment_id"].tolist())
    grounds = set(labels.loc[labels["kind"] == "理由", "opinion_id"].tolist())
    return {o for o, c in listed(spans, "opinion_id", "comment_id") if c in comments and o not in grounds}


def _heard_units(membership: pd.DataFrame, heard: set[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for opinion, unit in listed(membership, "opinion_id", "unit_id"):
        if opinion in heard:
            groups[unit].append(opinion)
    return sorted(sorted(g) for g in groups.values())


class Found(NamedTuple):
    """What the clustering finds, before anyone looks at it.

    Attributes:
        placed: Theme of each ask that is in one.
        parents: Parent of each theme.
        titles: What letters say of themselves, where there is no draft.
        units: Asks that can make themes, by unit.
    """

    placed: dict[str, str]
    parents: dict[str, str]
    titles: Titles
    units: list[list[str]]


def _seeded(units: list[list[str]], spans: pd.DataFrame, vectors: Vectors, letters: Letters | None, seeds: Seeds) -> dict[str, Seed]:
    """The known theme of each ask that is near to an example of one; of letters their heads are compared."""
    if not seeds.seeds:
        return {}
    if letters is None:
        groups = units
        rows = mean_rows(vectors.matrix, [[vectors.places[o] for o in ids] for ids in units])
    else:
        owner = dict(listed(spans, "opinion_id", "comment_id"))
        asks: dict[str, list[str]] = defaultdict(list)
        for opinion in (o for ids in units for o in ids):
            asks[owner[opinion]].append(opinion)
        groups, rows = list(asks.values()), letters.heads.rows(list(asks))
    return {o: seed for ids, seed in zip(groups, seeds.nearest(rows), strict=True) if seed is not None for o in ids}


def find_themes(
    tables: Mapping[str, pd.DataFrame],
    vectors: Vectors,
    settings: ClusterSettings,
    letters: Letters | None = None,
    seeds: Seeds = _UNKNOWN,
) -> Found:
    """Group asks into themes: those near to examples of known themes into these, the others by what they share.

    Args:
        tables: ``spans``, ``labels``, ``membership``, ``links``, ``triage`` and ``provisions``; only the opinions of ``spans`` count.
        vectors: Vectors of shape (opinions, d).
        settings: ``cluster`` settings.
        letters: The comments, where there may be no draft.
        seeds: Known themes.
    """
    spans, links = tables["spans"], tables["links"]
    units = _heard_units(tables["membership"], _heard(spans, tables["labels"], links, tables["triage"]))
    letters = letters if tables["provisions"].empty else None
    known = _seeded(units, spans, vectors, letters, seeds)
    rest = [own for ids in units if (own := [o for o in ids if o not in known])]
    titles = Titles({}, {})
    if not rest:
        placed, parents = dict[str, str](), dict[str, str]()
    elif letters is not None:
        placed, parents, titles = _place_letters(rest, spans, letters, settings)
    else:
        matrix, has_draft = _unit_matrix(rest, vectors, links)
        theme_of, parents = _group(rest, matrix, _cuts(settings.granularity, has_draft), settings.min_units)
        placed = {o: theme_of[k] for k, ids in enumerate(rest) if k in theme_of for o in ids}
    placed |= {o: seed.theme_id for o, seed in known.items()}
    return Found(placed, parents | {s.theme_id: s.parent_id for s in known.values()}, titles, units)


@no_garbage_search()
def cluster(  # noqa: PLR0913  (every table it reads is named)
    spans: pd.DataFrame,
    labels: pd.DataFrame,
    membership: pd.DataFrame,
    links: pd.DataFrame,
    vectors: Vectors,
    triage: pd.DataFrame,
    provisions: pd.DataFrame,
    census: Census,
    settings: ClusterSettings,
    review: Callable[[dict[str, str], dict[str, str]], tuple[dict[str, str], dict[str, str]]] | None = None,
    letters: Letters | None = None,
    seeds: Seeds = _UNKNOWN,
) -> Clustered:
    """Find themes.

    Args:
        spans: Opinions' spans.
        labels: Labels of opinions.
        membership: Unit of each opinion.
        links: Links to articles.
        vectors: Vectors of shape (opinions, d).
        triage: Triage of each comment: with a draft only legislative comments make themes, without one all but
            advertisements and empty ones.
        provisions: Articles of the draft, whose words make good keywords; may be empty.
        census: Counts voices.
        settings: ``cluster`` settings.
        letters: The comments, where there is no draft: each is about one matter, and all its opinions stand in one theme.
        seeds: Known themes.
        review: Reviewers' decisions: takes themes of opinions and parents of themes, and returns them as decided.

    Returns:
        The tables. Grounds stand in the theme of the ask they belong to.
    """
    if spans.empty:
        return Clustered(*(empty(name) for name in Clustered._fields))
    kind = mapped(labels, "opinion_id", "kind")
    tables = {"spans": spans, "labels": labels, "membership": membership, "links": links, "triage": triage, "provisions": provisions}
    placed, parents, titles, units = find_themes(tables, vectors, settings, letters, seeds)
    if units and review is not None:
        placed, parents = review(placed, parents)
        placed = {o: t for o, t in placed.items() if kind[o] != "理由"}  # grounds stand where their ask stands, whatever was decided
        parents = {t: parents[t] for t in sorted(set(placed.values()))}
    n_units = Counter(theme for theme, _ in {(placed[o], k) for k, ids in enumerate(units) for o in ids if o in placed})
    _follow(spans, kind, placed)
    described = describe(tables, vectors, census, Grouped(placed, parents, n_units, titles, settings.stop_words))
    ids = spans["opinion_id"].tolist()
    placements = conform(pd.DataFrame({"opinion_id": ids, "theme_id": [placed.get(o) for o in ids]}), "placements")
    themes, namings = seeds.entitle(described.themes, described.namings)
    return Clustered(themes, placements, described.sides, namings)


def _follow(spans: pd.DataFrame, kind: dict[str, str], placed: dict[str, str]) -> None:
    """Put grounds where the nearest ask of their comment stands."""
    ids = spans["opinion_id"].tolist()
    for opinion, row in zip(ids, nearest_asks(spans["comment_id"].tolist(), [kind[o] for o in ids]), strict=True):
        if kind[opinion] == "理由" and ids[row] in placed:
            placed[opinion] = placed[ids[row]]
