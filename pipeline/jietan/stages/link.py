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
_DRAFT = {"source": "draft", "basis": "retrieved"}


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
    """

    scores: Matrix
    chances: Matrix
    content: Matrix
    absence: Matrix


def _mean_of_units(values: Matrix, units: Sequence[str]) -> Matrix:
    """Give all opinions of one unit the mean of its members."""
    members = defaultdict(list)
    for i, unit in enumerate(units):
        members[unit].append(i)
    out = values.copy()
    for rows in members.values():
        if len(rows) > 1:
            out[rows] = values[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
    return out


def _missing(scores: Matrix, asked: Sequence[Asked], units: Sequence[str], vectors: Matrix) -> Matrix:
    """Smoothed scores of absence; an opinion that names its article misses nothing, and speaks for nobody else."""
    pooled, out = _mean_of_units(scores, units), np.full(len(asked), -np.inf, np.float32)
    heads: dict[str, int] = {}
    for i, a in enumerate(asked):
        if not any(p.how == "named" for p in a.points):
            heads.setdefault(units[i], i)
    rows = list(heads.values())
    mixed = dict(zip(heads, smooth(pooled[rows], vectors[rows]).tolist(), strict=True))
    for i, a in enumerate(asked):
        if not any(p.how == "named" for p in a.points):
            out[i] = mixed[units[i]]
    return out


def _judge(index: ProvisionIndex, asked: Sequence[Asked], units: Sequence[str], vectors: Matrix, model: LinkModel) -> _Judged:
    content, facts = [], []
    for start in range(0, len(asked), _CHUNK):
        features, more = content_features(index, asked[start : start + _CHUNK])
        # a sum along the last axis, not BLAS: one row's sum must not depend on how many rows come with it
        content.append((features * model.content).sum(axis=2))
        facts.append(more)
    pooled = _mean_of_units(np.concatenate(content), units)
    scores = pooled.copy()
    for row, a in enumerate(asked):
        if a.points:
            scores[row] += (pointing_features(index, a.points) * model.pointing).sum(axis=1)
    absence = model.absent(absence_features(index, asked, np.concatenate(facts), scores))
    chance = model.chance(_missing(absence, asked, units, vectors))
    return _Judged(scores, probabilities(index, scores), probabilities(index, pooled), chance)


def _draft_links(index: ProvisionIndex, asked: Sequence[Asked], judged: _Judged, top_k: int) -> list[list[dict[str, Any]]]:
    """The likeliest articles of each opinion, and in each the 款 and 项."""
    names = index.articles[["law", "article_id", "article"]].to_dict("records")
    nearest = np.argsort(-judged.chances.round(6), axis=1, kind="stable")[:, :top_k]
    confidence = np.take_along_axis(judged.chances, nearest, axis=1).tolist()
    out = []
    for row, (a, articles, chances) in enumerate(zip(asked, nearest.tolist(), confidence, strict=True)):
        found = []
        named = {p.article: p for p in reversed(a.points)}
        for k, chance in zip(articles, chances, strict=True):
            point, (provision, score) = named.get(k), index.best(judged.scores[row], k)
            pinned = point if point and (point.paragraph is not None or point.item is not None) else provision
            found.append(
                {
                    **_DRAFT,
                    **names[k],
                    **{"paragraph": pinned.paragraph, "item": pinned.item},
                    **({"basis": "explicit"} if point else {}),
                    "score": round(score, 6),
                    "confidence": round(chance, 6),
                }
            )
        out.append(found)
    return out


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
    found: list[list[dict[str, Any]]] = [[] for _ in ids]
    absence: Matrix = np.zeros(len(ids), np.float32)
    judged = None
    if len(draft):
        index, model = ProvisionIndex(draft, embedder, lexicon), load_link_model()
        asked = _asked(received, spans, by_id, reader, mentions)
        judged = _judge(index, asked, units, vectors.rows(ids), model)
        own = _draft_links(index, asked, judged, settings.top_k)
        follow = nearest_asks(spans["comment_id"].tolist(), kinds)
        found = [own[k] for k in follow]
        absence = judged.absence[follow]
    if settings.library_k:
        _touch(spans, kinds, mentions, found, Toucher(library, settings, lexicon))
    rows = [{"opinion_id": o, "rank": r, **x} for o, many in zip(ids, found, strict=True) for r, x in enumerate(many, 1)]
    links = conform(pd.DataFrame(rows), "links") if rows else empty("links")
    absent = {"opinion_id": ids, "new_article": absence > settings.new_article_above, "absence": absence.astype(float).round(6)}
    return Linked(links, conform(pd.DataFrame(absent), "gaps"), _cited(links, library), _citations(spans, mentions, draft, judged))


def _asked(received: pd.DataFrame, spans: pd.DataFrame, labels: pd.DataFrame, reader: Reader, mentions: dict[str, Mentions]) -> list[Asked]:
    boxes = {c: reader.hint(box) for c, box in zip(received["comment_id"], received["article_hint"], strict=True)}
    sure = labels["operation_probability"] if "operation_probability" in labels else pd.Series(1.0, labels.index)
    adds = np.where(labels["operation"] == "增加", sure, 0.0)
    return [
        reader.asked(mentions[c], int(a), int(b), float(p), boxes[c])
        for c, a, b, p in zip(spans["comment_id"], spans["start"], spans["end"], adds, strict=True)
    ]


def _touch(
    spans: pd.DataFrame, kinds: Sequence[str], mentions: dict[str, Mentions], found: list[list[dict[str, Any]]], toucher: Toucher
) -> None:
    """Add what each ask touches in the library behind its articles of the draft."""
    asks = [i for i, kind in enumerate(kinds) if kind != "理由"]
    places = list(zip(spans["comment_id"], spans["start"], spans["end"], strict=True))
    named = [mentions[places[i][0]].own(int(places[i][1]), int(places[i][2])) for i in asks]
    texts = [str(spans["text"].iloc[i]) for i in asks]
    for i, more in zip(asks, toucher.links(texts, named), strict=True):
        found[i] = found[i] + more
