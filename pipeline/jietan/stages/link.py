"""Link: each opinion to the articles of the draft it is about, and to laws in force it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.grounds import nearest_asks
from jietan.language.lexicon import Lexicon
from jietan.law.choice import (
    Asked,
    LinkModel,
    Point,
    absence_features,
    content_features,
    load_link_model,
    pointing_features,
    probabilities,
    smooth,
)
from jietan.law.library import Library
from jietan.law.pointing import Mentions, Reader
from jietan.law.provisions import Matrix, ProvisionIndex
from jietan.law.resolve import Resolution, describe, mark_content
from jietan.law.touched import Toucher
from jietan.runfolder import Vectors
from jietan.settings import LinkSettings
from jietan.tables import conform, empty

__all__ = ["Linked", "link"]

_CHUNK = 512
#: By how much the probability of another article must exceed that of the one cited to say that the words mean the other.
_CLEARLY = 0.6


class Linked(NamedTuple):
    """The tables that linking writes."""

    links: pd.DataFrame
    gaps: pd.DataFrame
    cited: pd.DataFrame
    citations: pd.DataFrame


@dataclass(frozen=True)
class _Judged:
    """What the model says of every opinion.

    Args:
        scores: Scores of provisions with what the opinions name, shape (opinions, provisions).
        chances: Probabilities of articles, shape (opinions, articles).
        content: The same by content alone.
        absence: Probability that the draft has no such rule, shape (opinions,).
        points: What each opinion names.
    """

    scores: Matrix
    chances: Matrix
    content: Matrix
    absence: Matrix
    points: list[tuple[Point, ...]]


def _mean_of_units(values: Matrix, units: Sequence[str]) -> Matrix:
    """Give all opinions of one unit the mean of its members, in place."""
    members = defaultdict(list)
    for i, unit in enumerate(units):
        members[unit].append(i)
    for rows in members.values():
        if len(rows) > 1:
            values[rows] = values[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
    return values


def _missing(scores: Matrix, points: Sequence[Sequence[Point]], units: Sequence[str], vectors: _Chosen) -> Matrix:
    """Smoothed scores of absence; an opinion that names its article misses nothing, and speaks for nobody else."""
    named = [any(p.how == "named" for p in own) for own in points]
    pooled, out = _mean_of_units(scores.copy(), units), np.full(len(points), -np.inf, np.float32)
    heads: dict[str, int] = {}
    for i, unit in enumerate(units):
        if not named[i]:
            heads.setdefault(unit, i)
    rows = list(heads.values())
    mixed = dict(zip(heads, smooth(pooled[rows], vectors.of(rows)).tolist(), strict=True))
    for i, unit in enumerate(units):
        if not named[i]:
            out[i] = mixed[unit]
    return out


class _Chosen:
    """Vectors of opinions by the number of the opinion, taken when they are looked at."""

    def __init__(self, vectors: Vectors, ids: Sequence[str]) -> None:
        self._vectors, self._ids = vectors, ids

    def of(self, rows: Sequence[int]) -> _Chosen:
        """Some of them, numbered anew."""
        return _Chosen(self._vectors, [self._ids[k] for k in rows])

    def __getitem__(self, rows: np.ndarray[Any, Any]) -> Matrix:
        return self._vectors.rows([self._ids[k] for k in rows.tolist()])


class _Asks:
    """What the model sees of opinions, made when it looks; all of them at once would not fit where there are a million."""

    def __init__(
        self, received: pd.DataFrame, spans: pd.DataFrame, labels: pd.DataFrame, reader: Reader, mentions: dict[str, Mentions]
    ) -> None:
        hints = zip(received["comment_id"], received["article_hint"], strict=True)
        self._boxes = {c: reader.hint(box) for c, box in hints if isinstance(box, str)}
        sure = labels["operation_probability"] if "operation_probability" in labels else pd.Series(1.0, labels.index)
        self._adds = np.where(labels["operation"] == "增加", sure, 0.0)
        self._comments, self._starts, self._ends = spans["comment_id"].tolist(), spans["start"].to_numpy(), spans["end"].to_numpy()
        self._reader, self._mentions = reader, mentions

    def __len__(self) -> int:
        return len(self._comments)

    def __getitem__(self, some: slice) -> list[Asked]:
        comments = self._comments[some]
        return [
            self._reader.asked(self._mentions[c], int(a), int(b), float(p), self._boxes.get(c, ()))
            for c, a, b, p in zip(comments, self._starts[some], self._ends[some], self._adds[some], strict=True)
        ]

    @property
    def parts(self) -> list[slice]:
        """Slices that cover all opinions."""
        return [slice(at, at + _CHUNK) for at in range(0, len(self), _CHUNK)]


def _judge(index: ProvisionIndex, asks: _Asks, units: Sequence[str], vectors: _Chosen, model: LinkModel) -> _Judged:
    scores = np.empty((len(asks), len(index.provisions)), np.float32)
    content, chances = (np.empty((len(asks), len(index.places)), np.float32) for _ in range(2))
    facts, points = list[Matrix](), list[tuple[Point, ...]]()
    for part in asks.parts:
        asked = asks[part]
        features, more = content_features(index, asked)
        # a sum along the last axis, not BLAS: one row's sum must not depend on how many rows come with it
        scores[part] = (features * model.content).sum(axis=2)
        facts.append(more)
        points += [a.points for a in asked]
    _mean_of_units(scores, units)
    for part in asks.parts:
        content[part] = probabilities(index, scores[part])
    for row, own in enumerate(points):
        if own:
            scores[row] += (pointing_features(index, own) * model.pointing).sum(axis=1)
    absence = np.empty(len(asks), np.float32)
    for part, more in zip(asks.parts, facts, strict=True):
        chances[part] = probabilities(index, scores[part])
        absence[part] = model.absent(absence_features(index, asks[part], more, scores[part]))
    return _Judged(scores, chances, content, model.chance(_missing(absence, points, units, vectors)), points)


def _draft_links(index: ProvisionIndex, judged: _Judged, top_k: int) -> dict[str, np.ndarray[Any, Any]]:
    """The likeliest articles of each opinion, and in each the 款 and 项: columns of ``links``, shape (opinions, articles taken)."""
    nearest = np.argsort(-judged.chances.round(6), axis=1, kind="stable")[:, :top_k]
    best = np.zeros(nearest.shape, np.int64)
    for article, places in enumerate(index.places):
        at, taken = np.nonzero(nearest == article)
        best[at, taken] = places[judged.scores[at[:, None], places].argmax(axis=1)]
    numbers = np.array([p.paragraph for p in index.provisions], object)[best]
    items = np.array([p.item for p in index.provisions], object)[best]
    basis = np.full(nearest.shape, "retrieved", object)
    for row, points in enumerate(judged.points):
        named = {p.article: p for p in reversed(points)}
        for column, article in enumerate(nearest[row].tolist() if named else ()):
            if (point := named.get(article)) is not None:
                basis[row, column] = "explicit"
                if point.paragraph is not None or point.item is not None:
                    numbers[row, column], items[row, column] = point.paragraph, point.item
    names = {n: index.articles[n].to_numpy(dtype=object)[nearest] for n in ("law", "article_id", "article")}
    rows = np.arange(len(nearest))[:, None]
    scores, chances = judged.scores[rows, best], np.take_along_axis(judged.chances, nearest, axis=1)
    return names | {"paragraph": numbers, "item": items, "basis": basis, "score": scores, "confidence": chances}


def _joined(
    ids: list[str], own: dict[str, np.ndarray[Any, Any]], follow: Sequence[int], touched: dict[int, list[dict[str, Any]]]
) -> pd.DataFrame:
    """The table ``links``: of each opinion the articles of the draft, then those of the library."""
    taken = own["basis"].shape[1] if own else 0
    columns: dict[str, Any] = {
        "opinion_id": np.repeat(np.array(ids, object), taken),
        "rank": np.tile(np.arange(1, taken + 1), len(ids)),
        "source": np.full(len(ids) * taken, "draft", object),
    }
    for name, values in own.items():
        column = values[follow].ravel()
        columns[name] = [round(float(v), 6) for v in column.tolist()] if name in ("score", "confidence") else column
    more = [{"opinion_id": ids[i], "rank": r, **x} for i, found in touched.items() for r, x in enumerate(found, taken + 1)]
    drawn = [pd.DataFrame(columns)] if taken else []
    frames = [*drawn, *([pd.DataFrame(more)] if more else [])]
    return conform(pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0], "links") if frames else empty("links")


def _nearest(spans: Sequence[tuple[int, int]], resolution: Resolution) -> int | None:
    """The opinion that a citation belongs to: the one that holds it, else the next one behind it."""
    start, end = resolution.citation.start, resolution.citation.end
    for k, (a, b) in enumerate(spans):
        if b > start and a < end:
            return k
    return next((k for k, (a, _) in enumerate(spans) if a >= end), None)


def _citation_row(comment: str, resolution: Resolution, articles: dict[str, str]) -> dict[str, Any]:
    c = resolution.citation
    note = describe(resolution)
    if resolution.content_differs and resolution.better in articles:
        note = "；".join(filter(None, [note, f"所说的内容更像{articles[resolution.better]}"]))
    return {
        **{"comment_id": comment, "start": c.start, "end": c.end, "text": c.text, "citation_status": resolution.status},
        **{"source": resolution.source, "law": resolution.law or c.law, "article_id": resolution.article_id},
        **{"article": resolution.article or c.article, "paragraph": c.paragraph, "item": c.item},
        "candidates": ["".join(filter(None, [x.article or x.law, x.item])) for x in resolution.candidates],
        **{"content_differs": resolution.content_differs, "better_article_id": resolution.better, "note": note},
    }


def _citations(spans: pd.DataFrame, mentions: dict[str, Mentions], draft: pd.DataFrame, judged: _Judged | None) -> pd.DataFrame:
    """Every citation of the comments, checked, with what the words around it fit better."""
    articles = dict(zip(draft["article_id"], draft["article"], strict=True))
    order = list(draft["article_id"])
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rows: dict[str, list[int]] = defaultdict(list)
    for i, (comment, start, end) in enumerate(zip(spans["comment_id"], spans["start"], spans["end"], strict=True)):
        places[comment].append((int(start), int(end)))
        rows[comment].append(i)
    out = []
    for comment, found in mentions.items():
        for resolution in found.resolutions:
            if resolution.status == "open":
                continue
            marked, near = resolution, _nearest(places[comment], resolution)
            if judged is not None and near is not None and resolution.source == "draft":
                chances = dict(zip(order, judged.content[rows[comment][near]].astype(float).round(6).tolist(), strict=True))
                marked = mark_content(resolution, chances, _CLEARLY)
            out.append(_citation_row(comment, marked, articles))
    return conform(pd.DataFrame(out), "citations") if out else empty("citations")


def _cited(links: pd.DataFrame, library: Library) -> pd.DataFrame:
    """The library's articles that the links name."""
    named = set(links.loc[links["source"] == "library", "article_id"])
    found = library.articles[library.articles["article_id"].isin(named)]
    found = found[["article_id", "law", "article", "chapter", "text", "source", "paragraphs"]].sort_values("article_id")
    return conform(found.assign(position=range(len(found))), "cited")


def link(  # noqa: PLR0913  (every table it reads is named)
    received: pd.DataFrame,
    spans: pd.DataFrame,
    labels: pd.DataFrame,
    membership: pd.DataFrame,
    draft: pd.DataFrame,
    vectors: Vectors,
    library: Library,
    embedder: Embedder,
    settings: LinkSettings,
    lexicon: Lexicon | None = None,
) -> Linked:
    """Link opinions to articles.

    Args:
        received: Comments as received.
        spans: Opinions' spans.
        labels: Labels of opinions.
        membership: Unit of each opinion.
        draft: Articles of the draft; may be empty.
        vectors: Vectors of the opinions.
        library: Laws in force.
        embedder: Encoder.
        settings: ``link`` settings.
        lexicon: Everyday words and what legislation calls them; None for the shipped ones.

    Returns:
        The tables ``links``, ``gaps`` and ``citations``, and the library's articles that the links name.
    """
    reader = Reader(draft, library)
    mentions = {c: reader.read(t) for c, t in zip(received["comment_id"], received["text"], strict=True)}
    if spans.empty:
        return Linked(empty("links"), empty("gaps"), empty("cited"), _citations(spans, mentions, draft, None))
    ids = spans["opinion_id"].tolist()
    by_id = labels.set_index("opinion_id").loc[ids]
    kinds, units = by_id["kind"].tolist(), membership.set_index("opinion_id").loc[ids, "unit_id"].tolist()
    own: dict[str, np.ndarray[Any, Any]] = {}
    follow: list[int] = []
    absence: Matrix = np.zeros(len(ids), np.float32)
    judged = None
    if len(draft):
        index = ProvisionIndex(draft, embedder, lexicon)
        judged = _judge(index, _Asks(received, spans, by_id, reader, mentions), units, _Chosen(vectors, ids), load_link_model())
        own = _draft_links(index, judged, settings.top_k)
        follow = nearest_asks(spans["comment_id"].tolist(), kinds)
        absence = judged.absence[follow]
    touched = _touch(spans, kinds, mentions, Toucher(library, settings, lexicon)) if settings.library_k else {}
    links = _joined(ids, own, follow, touched)
    absent = {"opinion_id": ids, "new_article": absence > settings.new_article_above, "absence": absence.astype(float).round(6)}
    return Linked(links, conform(pd.DataFrame(absent), "gaps"), _cited(links, library), _citations(spans, mentions, draft, judged))


def _touch(spans: pd.DataFrame, kinds: Sequence[str], mentions: dict[str, Mentions], toucher: Toucher) -> dict[int, list[dict[str, Any]]]:
    """What each ask touches in the library, by row."""
    asks = [i for i, kind in enumerate(kinds) if kind != "理由"]
    places = zip(spans["comment_id"], spans["start"], spans["end"], strict=True)
    named = [mentions[c].own(int(a), int(b)) for kind, (c, a, b) in zip(kinds, places, strict=True) if kind != "理由"]
    found = toucher.links(spans["text"].iloc[asks].tolist(), named)
    return {i: more for i, more in zip(asks, found, strict=True) if more}
