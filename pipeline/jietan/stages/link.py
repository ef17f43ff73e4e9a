"""Link: each opinion to the articles of the draft it is about, and to laws in force it touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.grounds import nearest_asks
from jietan.language.lexicon import Lexicon
from jietan.law.aiming import Aimed, Aims, aim
from jietan.law.choice import load_link_model, smooth
from jietan.law.library import Library
from jietan.law.pointing import Mentions, Reader
from jietan.law.provisions import Matrix, ProvisionIndex
from jietan.law.resolve import Resolution, describe, mark_content
from jietan.law.touched import Toucher
from jietan.parallel import Made, here_if, numbered, spread
from jietan.settings import LinkSettings
from jietan.tables import conform, empty, listed
from jietan.vectors import Chosen, Vectors

__all__ = ["Linked", "link"]

#: Comments that a process reads at a time.
_COMMENTS = 1000
#: By how much the probability of another article must exceed that of the one cited to say that the words mean the other.
_CLEARLY = 0.6


class Linked(NamedTuple):
    """The tables that linking writes."""

    links: pd.DataFrame
    gaps: pd.DataFrame
    cited: pd.DataFrame
    citations: pd.DataFrame


def _missing(scores: Matrix, named: np.ndarray[Any, np.dtype[np.bool_]], units: Sequence[str], vectors: Chosen) -> Matrix:
    """Smoothed scores of absence; an opinion that names its article misses nothing, and speaks for nobody else."""
    codes = pd.factorize(np.array(units, object))[0]
    counts = np.bincount(codes)
    means = (np.bincount(codes, scores.astype(np.float64)) / counts).astype(np.float32)
    pooled = np.where(counts[codes] > 1, means[codes], scores)
    rows = np.flatnonzero(~named)
    heads = rows[np.unique(codes[rows], return_index=True)[1]]
    heads.sort()
    mixed = np.full(len(counts), -np.inf, np.float32)
    mixed[codes[heads]] = smooth(pooled[heads], vectors.of(heads))
    return np.where(named, np.float32(-np.inf), mixed[codes])


def _read(texts: Sequence[str], reader: Reader) -> list[tuple[Resolution, ...]]:
    return [reader.read(text).resolutions for text in texts]


class _Mentioned:
    """The citations of comments; most have none, and nothing is kept of those."""

    def __init__(self, received: pd.DataFrame, reader: Reader) -> None:
        """Read the texts, those that are equal once, and the boxes for the article."""
        self._texts = dict(zip(received["comment_id"].tolist(), received["text"].tolist(), strict=True))
        distinct, places = numbered(self._texts.values())
        found = spread(partial(_read, reader=reader), distinct, "查找引用的条文", _COMMENTS)
        self._cited = {c: Mentions.of(self._texts[c], found[k]) for c, k in zip(self._texts, places, strict=True) if found[k]}
        hints = zip(received["comment_id"].tolist(), received["article_hint"].tolist(), strict=True)
        boxes = lru_cache(maxsize=1 << 12)(reader.hint)
        self.hints = {c: boxes(box) for c, box in hints if isinstance(box, str)}

    def __getitem__(self, comment: str) -> Mentions:
        return self._cited.get(comment) or Mentions.of(self._texts[comment], ())

    def citing(self) -> Iterator[tuple[str, Mentions]]:
        """The comments that cite something, in their order."""
        return iter(self._cited.items())

    def cites(self, comment: str) -> bool:
        """Whether a comment cites anything."""
        return comment in self._cited

    def cites_draft(self, comment: str) -> bool:
        """Whether a comment cites the draft."""
        found = self._cited.get(comment)
        return found is not None and any(r.source == "draft" for r in found.resolutions)

    def cited_in(self, comment: str, start: int, end: int) -> tuple[str, ...]:
        """Ids of the articles of the library that an opinion names."""
        found = self._cited.get(comment)
        return () if found is None else tuple(r.article_id for r in found.own(start, end) if r.source == "library" and r.article_id)


class _Units(Made[list[Aimed]]):
    """What the model sees of opinions, by unit, made when it looks; all of them at once would not fit where there are a million."""

    def __init__(self, spans: pd.DataFrame, labels: pd.DataFrame, units: Sequence[str], reader: Reader, mentioned: _Mentioned) -> None:
        sure = labels["operation_probability"] if "operation_probability" in labels else pd.Series(1.0, labels.index)
        self._adds = np.where(labels["operation"] == "增加", sure, 0.0)
        self._comments, self._starts, self._ends = spans["comment_id"].tolist(), spans["start"].to_numpy(), spans["end"].to_numpy()
        self._reader, self._mentioned = reader, mentioned
        codes = pd.factorize(np.array(units, object))[0]
        # by their first words: what is made of words alone is made once for all opinions of a batch that say the same
        said = spans["text"].to_numpy(dtype=object)[np.unique(codes, return_index=True)[1]]
        codes = np.argsort(np.argsort(said, kind="stable"))[codes]
        #: Numbers of the opinions, unit after unit.
        self.order = np.argsort(codes, kind="stable")
        edges = np.concatenate([[0], np.cumsum(np.bincount(codes))]).tolist()
        super().__init__(len(edges) - 1, lambda k: [self._aimed(row) for row in self.order[edges[k] : edges[k + 1]].tolist()])

    def _aimed(self, row: int) -> Aimed:
        comment, start, end = self._comments[row], int(self._starts[row]), int(self._ends[row])
        hint = self._mentioned.hints.get(comment, ())
        asked = self._reader.asked(self._mentioned[comment], start, end, float(self._adds[row]), hint)
        return *asked, self._mentioned.cites_draft(comment)

    def cite_draft(self, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether the comments of some opinions cite the draft."""
        return np.array([self._mentioned.cites_draft(self._comments[row]) for row in rows.tolist()], bool)


@dataclass(frozen=True)
class _Judged:
    """What the model says of every opinion.

    Args:
        aims: The same in the order of the opinions.
        content: Probabilities of articles by content alone, of the opinions of comments that cite the draft.
        absence: Probability that the draft has no such rule, shape (opinions,).
    """

    aims: Aims
    content: dict[int, Matrix]
    absence: Matrix


def _judge(index: ProvisionIndex, asks: _Units, units: Sequence[str], vectors: Chosen, top_k: int) -> _Judged:
    model = load_link_model()
    aims, rows = aim(asks, index, model, top_k), asks.order
    wanted = rows[asks.cite_draft(rows)]
    content = dict(zip(wanted.tolist(), aims.content, strict=True))
    back = np.argsort(rows)
    aims = replace(aims, content=aims.content[:0], **{n: getattr(aims, n)[back] for n in Aims.__dataclass_fields__ if n != "content"})
    return _Judged(aims, content, model.chance(_missing(aims.absence, aims.named, units, vectors)))


class _Own(NamedTuple):
    """The likeliest articles of the draft of each opinion.

    Attributes:
        places: What links have in common with others, as rows of ``links``.
        place: Which of them each has, shape (opinions, articles taken).
        scores: Its score, same shape.
        chances: Its probability, same shape.
    """

    places: list[dict[str, Any]]
    place: np.ndarray[Any, np.dtype[np.int64]]
    scores: Matrix
    chances: Matrix


_NONE = _Own([], np.zeros((0, 0), np.int64), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))


def _draft_links(index: ProvisionIndex, aims: Aims) -> _Own:
    """The likeliest articles of each opinion, and in each the 款 and 项."""
    articles: list[dict[Any, Any]] = index.articles[["law", "article_id", "article"]].to_dict("records")
    places: list[dict[str, Any]] = [
        {"source": "draft", **articles[p.article], "paragraph": p.paragraph, "item": p.item, "basis": "retrieved"} for p in index.provisions
    ]
    at, known = aims.provisions.copy(), dict[tuple[Any, ...], int]()
    for row, column in np.argwhere(aims.points != np.array(None)).tolist():
        point, best = aims.points[row, column], int(at[row, column])
        said = {} if point.paragraph is None and point.item is None else {"paragraph": point.paragraph, "item": point.item}
        at[row, column] = place = known.setdefault((best, *said.values()), len(places))
        if place == len(places):
            places.append(places[best] | said | {"basis": "explicit"})
    return _Own(places, at, aims.scores, aims.chances)


def _joined(ids: list[str], own: _Own, follow: np.ndarray[Any, Any], touched: dict[int, list[dict[str, Any]]]) -> pd.DataFrame:
    """The table ``links``: of each opinion the articles of the draft, then those of the library.

    A million comments have six million links: they are put in order while they are numbers, and their words come last.
    """
    taken = own.place.shape[1]
    more = [(i, rank, row) for i, found in touched.items() for rank, row in enumerate(found, taken + 1)]
    places = [*own.places, *(row for *_, row in more)]
    if not places:
        return empty("links")
    owners = np.concatenate([np.repeat(np.arange(len(ids)), taken), np.array([i for i, *_ in more], np.int64)])
    ranks = np.concatenate([np.tile(np.arange(1, taken + 1), len(ids)), np.array([rank for _, rank, _ in more], np.int64)])
    names = pd.Series(ids, dtype="str").array
    order = np.lexsort((ranks, np.argsort(names.argsort())[owners]))
    columns: dict[str, Any] = {"opinion_id": names.take(owners[order]), "rank": ranks[order]}
    for name, drafts in (("score", own.scores), ("confidence", own.chances)):
        likely = chain(drafts[follow].ravel().astype(float).tolist(), (row[name] for *_, row in more))
        columns[name] = np.fromiter((round(v, 6) for v in likely), np.float64, len(order))[order]
    at = np.concatenate([own.place[follow].ravel(), np.arange(len(own.places), len(places))])[order]
    words = conform(pd.DataFrame(places).assign(opinion_id="", rank=range(len(places)), score=0.0, confidence=0.0), "links")
    columns |= {name: words[name].array.take(at) for name in words.columns if name not in columns}
    return conform(pd.DataFrame(columns), "links")


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


def _citations(spans: pd.DataFrame, mentioned: _Mentioned, draft: pd.DataFrame, judged: _Judged | None) -> pd.DataFrame:
    """Every citation of the comments, checked, with what the words around it fit better."""
    articles = dict(zip(draft["article_id"], draft["article"], strict=True))
    order = list(draft["article_id"])
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rows: dict[str, list[int]] = defaultdict(list)
    for i, (comment, start, end) in enumerate(listed(spans, "comment_id", "start", "end")):
        if mentioned.cites(comment):
            places[comment].append((start, end))
            rows[comment].append(i)
    out = []
    for comment, found in mentioned.citing():
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
    with here_if(library.own):
        mentioned = _Mentioned(received, reader)
        if spans.empty:
            return Linked(empty("links"), empty("gaps"), empty("cited"), _citations(spans, mentioned, draft, None))
        ids = spans["opinion_id"].tolist()
        by_id = labels.set_index("opinion_id").loc[ids]
        kinds, units = by_id["kind"].tolist(), membership.set_index("opinion_id").loc[ids, "unit_id"].tolist()
        own, follow = _NONE, np.zeros(0, np.int64)
        absence: Matrix = np.zeros(len(ids), np.float32)
        judged = None
        if len(draft):
            index = ProvisionIndex(draft, embedder, lexicon)
            asks = _Units(spans, by_id, units, reader, mentioned)
            judged = _judge(index, asks, units, vectors.chosen(ids), settings.top_k)
            del asks
            own = _draft_links(index, judged.aims)
            follow = np.array(nearest_asks(spans["comment_id"].tolist(), kinds))
            absence = judged.absence[follow]
        touched = _touch(spans, kinds, mentioned, Toucher(library, settings, lexicon)) if settings.library_k else {}
    absent = {"opinion_id": ids, "new_article": absence > settings.new_article_above, "absence": absence.astype(float).round(6)}
    gaps, citations = conform(pd.DataFrame(absent), "gaps"), _citations(spans, mentioned, draft, judged)
    del absent, mentioned, by_id, kinds, units, judged  # the links of a million comments take the most memory, and come last
    links = _joined(ids, own, follow, touched)
    return Linked(links, gaps, _cited(links, library), citations)


def _touch(spans: pd.DataFrame, kinds: Sequence[str], mentioned: _Mentioned, toucher: Toucher) -> dict[int, list[dict[str, Any]]]:
    """What each ask touches in the library, by row."""
    asks = [i for i, kind in enumerate(kinds) if kind != "理由"]
    chosen = spans.iloc[asks]
    named = [mentioned.cited_in(*place) for place in listed(chosen, "comment_id", "start", "end")]
    found = toucher.links(chosen["text"].tolist(), named)
    return {i: more for i, more in zip(asks, found, strict=True) if more}
