"""Demand: what each opinion asks a rule to say, part by part, each with the words that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from jietan.language.lexicon import Lexicon
from jietan.law.demand_parts import Demand, Part
from jietan.law.demands import read_demands
from jietan.law.vocabulary import Vocabulary, statutory
from jietan.parallel import spread
from jietan.tables import conform, empty, listed

__all__ = ["demand"]

_BATCH = 2000
_Row = dict[str, Any]


def _of(name: str, found: Part | None, text: str) -> Iterator[_Row]:
    if found is not None:
        yield {
            "part": name,
            "start": found.start,
            "end": found.end,
            "said": text[found.start : found.end],
            "words": found.words,
            "notes": [n.source for n in found.notes],
        }


def _modality(found: Demand, text: str) -> _Row:
    start, end = found.modal or (None, None)
    return {
        "part": "情态",
        "start": start,
        "end": end,
        "said": text[start:end] if found.modal else "",
        "words": found.modality,
        "notes": [],
    }


def _parts(found: Demand, text: str) -> Iterator[_Row]:
    yield from _of("主体" if found.is_actor else "事项", found.actor, text)
    yield _modality(found, text)
    yield from _of("行为", found.act, text)
    yield from _of("对象", found.object, text)
    yield from _of("条件", found.condition, text)
    for q in found.quantities:
        words = statutory(q) or text[q.start : q.end]
        yield {"part": "数量", "start": q.start, "end": q.end, "said": text[q.start : q.end], "words": words, "notes": []}
    yield from _of("后果", found.consequence, text)


def _read(texts: Sequence[str], vocabulary: Vocabulary) -> list[list[_Row]]:
    return [
        [
            {"demand": k, "position": position, **row}
            for k, found in enumerate(read_demands(text, vocabulary), 1)
            for position, row in enumerate(_parts(found, text), 1)
        ]
        for text in texts
    ]


def demand(spans: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Take the demands of all opinions apart; grounds ask for nothing.

    Args:
        spans: Opinions' spans.
        labels: Their labels.
        articles: Articles of the draft, whose nouns actors are aligned to; without any no demand is read.
        lexicon: Everyday words and what legislation calls them.

    Returns:
        The table ``demands``: one row per part; offsets count from the beginning of the comment.
    """
    if spans.empty or articles.empty:
        return empty("demands")
    asks = set(labels.loc[labels["kind"] != "理由", "opinion_id"].tolist())
    spans = spans[[opinion in asks for opinion in spans["opinion_id"].tolist()]]
    vocabulary = Vocabulary(articles["text"].tolist(), lexicon)
    texts = list(dict.fromkeys(spans["text"].tolist()))
    found = dict(zip(texts, spread(partial(_read, vocabulary=vocabulary), texts, "读出要求", _BATCH), strict=True))
    out = []
    for opinion, comment, start, text in listed(spans, "opinion_id", "comment_id", "start", "text"):
        for row in found[text]:
            place = {} if row["start"] is None else {"start": start + row["start"], "end": start + row["end"]}
            out.append({"opinion_id": opinion, "comment_id": comment, **row, **place})
    return conform(pd.DataFrame(out), "demands") if out else empty("demands")
