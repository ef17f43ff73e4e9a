"""The texts whose words make the vocabulary, and those that the accurate model reads aloud to this one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from lessons import SENTENCE, Sources

TAKE = {"law": 55_000, "talk": 60_000}
LONGEST = 160


class Texts(NamedTuple):
    """Texts to learn from.

    Attributes:
        law: Articles, names of laws and headings, for counting words.
        talk: What people wrote, for counting words.
        documents: A sample of sentences of laws.
        queries: A sample of what people wrote, and all questions.
    """

    law: list[str]
    talk: list[str]
    documents: list[str]
    queries: list[str]


def _sample(texts: Iterable[str], n: int, rng: np.random.Generator) -> list[str]:
    distinct = list(dict.fromkeys(texts))
    return [distinct[i] for i in sorted(rng.permutation(len(distinct))[:n].tolist())]


def collect(sources: Sources, seed: int) -> Texts:
    """Collect texts from what the accurate model learnt from.

    Args:
        sources: See lessons.py of jietan-e5-zh.
        seed: Seed of the samples.
    """
    rng = np.random.default_rng(seed)
    statutes = sources.statutes + sources.local
    names = sorted({s.law for s in statutes} | {s.chapter for s in statutes})
    written = [t for title, texts in sources.topics for t in (title, *texts)]
    opinions = [o.text for c in sources.consultations for comment in c.comments for o in comment.opinions]
    questions = [q for q, _ in sources.questions]
    law_sentences = (s.strip()[:LONGEST] for a in statutes for s in (*SENTENCE.findall(a.text), a.text) if len(s.strip()) >= 8)
    talk = [t[:LONGEST] for t in written]
    return Texts(
        law=[s.text for s in statutes] + names,
        talk=written + opinions + questions,
        documents=_sample((re.sub(r"\s+", " ", s) for s in law_sentences), TAKE["law"], rng),
        queries=list(dict.fromkeys([*_sample(talk, TAKE["talk"], rng), *opinions, *questions])),
    )
