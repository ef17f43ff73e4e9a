"""The texts and the pairs to learn from. consultation_a, messages, sentence_pairs and titles are never read here."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FILES = {
    "statutes.jsonl.gz": "national statutes; no copyright",
    "statutes_shanghai.jsonl.gz": "Shanghai's local regulations and rules; no copyright",
    "retrieval_train.jsonl": "STARD, train part; MIT",
    "proposals_tw.jsonl.gz": "Taiwan's join.gov.tw proposals; MIT",
    "endorsements_tw.jsonl.gz": "reasons given for endorsing them; MIT",
    "polis_comments_tw.jsonl.gz": "pol.is comments and petition reasons; CC0",
}
SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
TAKE = {"law": 60_000, "talk": 50_000, "proposals": 15_000}
LONGEST = 160

Pair = tuple[str, str]


class Sources(NamedTuple):
    """Everything that is learnt from.

    Attributes:
        law_texts: Articles, law names and chapter names, for counting words.
        talk_texts: What people wrote, for counting words.
        questions: Lay question and article that answers it (without the held-out sixth).
        articles: Law → articles of two sentences or more, each a list of sentences.
        topics: Proposal title and reasons for endorsing it.
        proposals: Proposal title and the sentences of the proposal.
        sentences: A sample for the teacher.
    """

    law_texts: list[str]
    talk_texts: list[str]
    questions: list[Pair]
    articles: dict[str, list[list[str]]]
    topics: list[tuple[str, list[str]]]
    proposals: list[tuple[str, list[str]]]
    sentences: list[str]


def held_out(query_id: str) -> bool:
    """Tell whether a question is kept for measuring; the same rule as in benchmarks/encoder_quality.py."""
    return int(hashlib.sha256(f"jietan:{query_id}".encode()).hexdigest(), 16) % 6 == 0


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.decode("utf-8").split("\n") if line.strip()]


def split(text: str, shortest: int, longest: int) -> list[str]:
    """Split a text into sentences of a suitable length."""
    return [s for s in (x.strip() for x in SENTENCE.findall(text)) if shortest <= len(s) <= longest]


def _distinct(texts: Any) -> list[str]:  # noqa: ANN401  (any iterable of str)
    return list(dict.fromkeys(texts))


def _groups(rows: list[dict[str, Any]], key: str) -> list[tuple[str, list[str]]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        text = row["text_simplified"].strip()
        if 8 <= len(text) <= 150:
            found[row[key]][text] = None
    return [(k, list(v)) for k, v in found.items()]


def _proposals(rows: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    out = []
    for row in rows:
        body = convert(f"{row['content'] or ''}\n{row.get('expected_effect') or ''}")
        out.append((convert(row["title"]), split(body, 10, 150)))
    return out


def _sample(texts: list[str], n: int, rng: np.random.Generator) -> list[str]:
    return [texts[i] for i in sorted(rng.permutation(len(texts))[:n].tolist())]


def load(data: Path, seed: int) -> Sources:
    """Read the training files.

    Args:
        data: Folder with the files of `FILES`.
        seed: Seed of the sample of sentences.

    Returns:
        The texts and pairs.
    """
    rows = {name: _read(data / name) for name in FILES}
    statutes = rows["statutes.jsonl.gz"] + rows["statutes_shanghai.jsonl.gz"]
    text = {a["id"]: a["text"] for a in statutes}
    questions = [
        (q["query"], text[g["id"]])
        for q in rows["retrieval_train.jsonl"]
        if not held_out(str(q["query_id"]))
        for g in q["gold"]
        if g["id"] in text
    ]
    articles: dict[str, list[list[str]]] = defaultdict(list)
    for article in statutes:
        if len(parts := split(article["text"], 8, 120)) >= 2:
            articles[article["law"]].append(parts)
    topics = _groups(rows["endorsements_tw.jsonl.gz"], "proposal_title")
    polis = _groups(rows["polis_comments_tw.jsonl.gz"], "topic")
    proposals = _proposals(rows["proposals_tw.jsonl.gz"])
    names = sorted({a["law"] for a in statutes} | {a["chapter"] or "" for a in statutes})
    talk = [t for _, group in topics + polis for t in group]
    written = [t for title, body in proposals for t in (title, *body)]
    rng = np.random.default_rng(seed)
    law = _distinct([s for group in articles.values() for parts in group for s in parts] + [a["text"][:LONGEST] for a in statutes])
    sentences = _sample(law, TAKE["law"], rng) + _sample(_distinct(talk), TAKE["talk"], rng)
    sentences += _sample(_distinct(written), TAKE["proposals"], rng) + [q for q, _ in questions]
    return Sources(
        law_texts=[a["text"] for a in statutes] + names,
        talk_texts=talk + written + [q for q, _ in questions],
        questions=questions,
        articles=dict(articles),
        topics=[(k, v) for k, v in topics if len(v) >= 4],
        proposals=[(k, v) for k, v in proposals if v],
        sentences=_distinct(sentences),
    )
