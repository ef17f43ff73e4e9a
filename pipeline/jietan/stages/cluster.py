"""Cluster: units about one matter become themes, two levels deep; what joins none stays as long tail."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from jietan.counts import Census
from jietan.grounds import nearest_asks
from jietan.grouping import Matrix, average_linkage, mean_rows
from jietan.language.cues import is_term
from jietan.language.segment import content_words
from jietan.runfolder import Vectors
from jietan.settings import ClusterSettings
from jietan.tables import conform, empty

__all__ = ["cluster"]

_LINKS = 0.5
_SHARPNESS = 4.0
_TITLE = 16
_TERM = 2.0


def _article_rows(links: pd.DataFrame, ids: list[str]) -> Matrix:
    """Unit vectors over the draft's articles: where each opinion points, sharper for better fits."""
    draft = links[links["source"] == "draft"]
    articles = {a: k for k, a in enumerate(sorted(draft["article_id"].unique()))}
    place = {o: i for i, o in enumerate(ids)}
    rows = np.zeros((len(ids), max(1, len(articles))), np.float32)
    for opinion, article, score in zip(draft["opinion_id"], draft["article_id"], draft["score"], strict=True):
        if opinion in place:
            rows[place[opinion], articles[article]] = math.exp(_SHARPNESS * score)
    norms = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.where(norms == 0, 1, norms), dtype=np.float32)


def _unit_matrix(units: list[list[str]], vectors: Vectors, links: pd.DataFrame) -> tuple[Matrix, bool]:
    ids = [o for members in units for o in members]
    meaning = vectors.rows(ids)
    has_draft = bool((links["source"] == "draft").any())
    rows = meaning
    if has_draft:
        rows = np.hstack([math.sqrt(1 - _LINKS) * meaning, math.sqrt(_LINKS) * _article_rows(links, ids)])
    place = iter(range(len(ids)))
    return mean_rows(rows, [[next(place) for _ in members] for members in units]), has_draft


def _cuts(granularity: float, has_draft: bool) -> tuple[float, float]:
    """Distances at which themes and their parents are cut; finer settings cut earlier."""
    middle = 0.48 if has_draft else 0.5
    fine = middle + (0.5 - granularity) * 0.3
    return fine, min(0.95, fine + 0.2)


def _keywords(groups: Sequence[Sequence[str]], terms: frozenset[str], count: int = 6) -> list[list[str]]:
    """Class-based TF-IDF: words frequent in a group and rare in the others; the draft's own terms weigh more.

    A text counts once in a group however many copies of it there are.
    """
    counts = [Counter(w for t in set(texts) for w in set(content_words(t)) if is_term(w)) for texts in groups]
    total: Counter[str] = Counter()
    for c in counts:
        total.update(c)
    average = sum(total.values()) / max(1, len(counts))
    out = []
    for c in counts:
        size = max(1, sum(c.values()))
        scored = {w: (_TERM if w in terms else 1) * n / size * math.log(1 + average / total[w]) for w, n in c.items()}
        out.append([w for w, _ in sorted(scored.items(), key=lambda p: (-round(p[1], 9), p[0]))[:count]])
    return out


def _title(keywords: Sequence[str]) -> str:
    title = ""
    for word in keywords[:3]:
        longer = f"{title}、{word}" if title else word
        if len(longer) <= _TITLE:
            title = longer
    return title or "其他意见"


def _exemplars(ids: list[str], vectors: Vectors) -> list[str]:
    """The most central opinion and the one farthest from it."""
    rows = vectors.rows(ids)
    near = rows @ rows.mean(axis=0)
    best = int(near.round(6).argmax())
    far = int((rows @ rows[best]).round(6).argmin())
    second = int(np.argsort(-near.round(6), kind="stable")[min(1, len(ids) - 1)])
    return [ids[k] for k in dict.fromkeys((best, second, far))]


def _row(name: str, parent: str | None, ids: list[str], n_units: int, context: dict[str, Any]) -> dict[str, Any]:
    census: Census = context["census"]
    asks = sorted(o for o in ids if context["kind"][o] != "理由")
    stances = Counter(context["stance"][o] for o in asks)
    return {
        "theme_id": name,
        "parent_id": parent,
        "title": _title(context["keywords"][name]),
        "keywords": context["keywords"][name],
        "n_units": n_units,
        **census.count(ids).columns(),
        "n_support": stances["support"],
        "n_oppose": stances["oppose"],
        "n_modify": stances["modify"],
        "n_neutral": stances["neutral"],
        "exemplars": _exemplars(asks, context["vectors"]),
    }


def _name(prefix: str, ids: list[str]) -> str:
    return prefix + hashlib.sha256(min(ids).encode("utf-8")).hexdigest()[:8]


def _group(units: list[list[str]], matrix: Matrix, cuts: tuple[float, float], smallest: int) -> tuple[dict[int, str], dict[str, str]]:
    """Return the theme of each unit in one, and the parent of each theme."""
    fine, coarse = average_linkage(matrix, cuts)
    members: dict[int, list[int]] = defaultdict(list)
    for k, label in enumerate(fine):
        members[label].append(k)
    theme_of: dict[int, str] = {}
    families: dict[int, list[str]] = defaultdict(list)
    for rows in members.values():
        if len(rows) >= smallest or sum(len(units[k]) for k in rows) > smallest:
            name = _name("T", [o for k in rows for o in units[k]])
            theme_of |= dict.fromkeys(rows, name)
            families[coarse[rows[0]]].append(name)
    parents = {t: "P" + min(names)[1:] for names in families.values() for t in names}
    return theme_of, parents


def _heard(spans: pd.DataFrame, kind: dict[str, str], links: pd.DataFrame, triage: pd.DataFrame) -> set[str]:
    """Asks of the comments that can make themes."""
    kept = {"legislative"} if (links["source"] == "draft").any() else {"legislative", "governance", "personal"}
    of_comment = dict(zip(triage["comment_id"], triage["triage"], strict=True))
    return {o for o, c in zip(spans["opinion_id"], spans["comment_id"], strict=True) if of_comment[c] in kept and kind[o] != "理由"}


def _heard_units(membership: pd.DataFrame, heard: set[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for opinion, unit in zip(membership["opinion_id"], membership["unit_id"], strict=True):
        if opinion in heard:
            groups[unit].append(opinion)
    return sorted(sorted(g) for g in groups.values())


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
) -> tuple[pd.DataFrame, pd.DataFrame]:
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

    Returns:
        The tables ``themes`` (parents included, with null ``parent_id``) and ``placements`` (the finest theme of each
        opinion, null for the long tail). Grounds stand in the theme of the ask they belong to.
    """
    if spans.empty:
        return empty("themes"), empty("placements")
    kind = dict(zip(labels["opinion_id"], labels["kind"], strict=True))
    stance = dict(zip(labels["opinion_id"], labels["stance"], strict=True))
    units = _heard_units(membership, _heard(spans, kind, links, triage))
    placed: dict[str, str] = {}
    parents: dict[str, str] = {}
    n_units: Counter[str] = Counter()
    if units:
        matrix, has_draft = _unit_matrix(units, vectors, links)
        theme_of, parents = _group(units, matrix, _cuts(settings.granularity, has_draft), settings.min_units)
        placed = {o: theme_of[k] for k, ids in enumerate(units) if k in theme_of for o in ids}
        n_units = Counter(theme_of.values())
    _follow(spans, kind, placed)
    terms = frozenset(w for t in provisions["text"] for w in content_words(t))
    context = {"kind": kind, "stance": stance, "census": census, "vectors": vectors, "terms": terms}
    themes = _themes(spans, placed, parents, n_units, context)
    ids = spans["opinion_id"].tolist()
    return themes, conform(pd.DataFrame({"opinion_id": ids, "theme_id": [placed.get(o) for o in ids]}), "placements")


def _follow(spans: pd.DataFrame, kind: dict[str, str], placed: dict[str, str]) -> None:
    """Put grounds where the nearest ask of their comment stands."""
    ids = spans["opinion_id"].tolist()
    for opinion, row in zip(ids, nearest_asks(spans["comment_id"].tolist(), [kind[o] for o in ids]), strict=True):
        if kind[opinion] == "理由" and ids[row] in placed:
            placed[opinion] = placed[ids[row]]


def _themes(
    spans: pd.DataFrame, placed: dict[str, str], parents: dict[str, str], n_units: Counter[str], context: dict[str, Any]
) -> pd.DataFrame:
    if not placed:
        return empty("themes")
    texts = dict(zip(spans["opinion_id"], spans["text"], strict=True))
    fine: dict[str, list[str]] = defaultdict(list)
    for o in spans["opinion_id"]:
        if o in placed:
            fine[placed[o]].append(o)
    broad: dict[str, list[str]] = defaultdict(list)
    for name, ids in fine.items():
        broad[parents[name]] += ids
    context["keywords"] = {}
    for level in (fine, broad):
        names = sorted(level)
        asks = [[texts[o] for o in level[n] if context["kind"][o] != "理由"] for n in names]
        context["keywords"] |= dict(zip(names, _keywords(asks, context["terms"]), strict=True))
    rows = [_row(n, parents[n], ids, n_units[n], context) for n, ids in sorted(fine.items())]
    for name, ids in sorted(broad.items()):
        rows.append(_row(name, None, ids, sum(n_units[t] for t in fine if parents[t] == name), context))
    return conform(pd.DataFrame(rows), "themes")
