"""The pairs to learn from. consultation_a, the held-out sets, messages, sentence_pairs and titles are never read here."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from markup import Consultation, read_all

from jietan.law.search import article_text

FILES = {
    "statutes.jsonl.gz": "national statutes; no copyright",
    "statutes_shanghai.jsonl.gz": "Shanghai's local regulations and rules; no copyright",
    "retrieval_train.jsonl": "STARD, train part; MIT",
    "proposals_tw.jsonl.gz": "Taiwan's join.gov.tw proposals; MIT",
    "endorsements_tw.jsonl.gz": "reasons given for endorsing them; MIT",
    "polis_comments_tw.jsonl.gz": "pol.is comments and petition reasons; CC0",
}
TRAINING = Path(__file__).resolve().parents[2] / "corpora" / "training"
SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
#: Consultations of corpora/training that no model is trained on; they measure.
KEPT_APART = ("市容", "社会信用")

Row = dict[str, str]


class Statute(NamedTuple):
    """An article of a law in force."""

    key: tuple[str, str]
    law: str
    article: str
    chapter: str
    text: str


class Sources(NamedTuple):
    """What is learnt from.

    Attributes:
        statutes: National articles, in the order of the file.
        local: Shanghai's articles.
        questions: Lay question and the numbers of the national articles that answer it; real ones first.
        n_real: How many of the questions are real.
        consultations: Labelled consultations that stand in for drafts.
        topics: Title and what people wrote under it.
    """

    statutes: list[Statute]
    local: list[Statute]
    questions: list[tuple[str, list[int]]]
    n_real: int
    consultations: list[Consultation]
    topics: list[tuple[str, list[str]]]


def held_out(query_id: str) -> bool:
    """Tell whether a question of retrieval_train is kept for measuring: every fifth by the hash of its id."""
    return int(hashlib.sha256(f"jietan:{query_id}".encode()).hexdigest(), 16) % 5 == 0


def short_law(law: str) -> str:
    """Leave out the country's name."""
    return law.replace("中华人民共和国", "")


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read JSON lines, gzipped or not."""
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.decode("utf-8").split("\n") if line.strip()]


def _statutes(path: Path) -> list[Statute]:
    rows = read_jsonl(path)
    return [Statute((short_law(r["law"]), r["article"]), r["law"], r["article"], r["chapter"] or "", r["text"]) for r in rows]


def _questions(data: Path, statutes: list[Statute]) -> tuple[list[tuple[str, list[int]]], int]:
    number = {r["id"]: i for i, r in enumerate(read_jsonl(data / "statutes.jsonl.gz"))}
    place = {s.key: i for i, s in enumerate(statutes)}
    out = []
    for q in read_jsonl(data / "retrieval_train.jsonl"):
        gold = [number[g["id"]] for g in q["gold"] if g["id"] in number]
        if gold and not held_out(str(q["query_id"])):
            out.append((str(q["query"]), gold))
    n_real = len(out)
    with (TRAINING / "questions.tsv").open(encoding="utf-8", newline="") as file:
        for law, article, question in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if (law, article) in place:
                out.append((question, [place[law, article]]))
    return out, n_real


def _simplified(texts: list[str]) -> list[str]:
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    return [str(convert(t)) for t in texts]


def _topics(data: Path) -> list[tuple[str, list[str]]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for name, key in (("endorsements_tw.jsonl.gz", "proposal_title"), ("polis_comments_tw.jsonl.gz", "topic")):
        for row in read_jsonl(data / name):
            text = row["text_simplified"].strip()
            if 8 <= len(text) <= 150:
                found[row[key]][text] = None
    proposals = read_jsonl(data / "proposals_tw.jsonl.gz")
    titles = _simplified([p["title"] for p in proposals])
    bodies = _simplified([f"{p['content'] or ''}\n{p.get('expected_effect') or ''}" for p in proposals])
    for title, body in zip(titles, bodies, strict=True):
        for sentence in SENTENCE.findall(body):
            if 12 <= len(sentence.strip()) <= 120:
                found[title][sentence.strip()] = None
    return [(title, list(texts)) for title, texts in found.items() if texts]


def load(data: Path, *, apart: tuple[str, ...] = KEPT_APART) -> Sources:
    """Read everything that is learnt from.

    Args:
        data: Folder with the files of `FILES`.
        apart: Names of labelled consultations to leave out.
    """
    statutes = _statutes(data / "statutes.jsonl.gz")
    questions, n_real = _questions(data, statutes)
    consultations = [c for c in read_all(TRAINING / "consultations") if c.name not in apart]
    local = _statutes(data / "statutes_shanghai.jsonl.gz")
    return Sources(statutes, local, questions, n_real, consultations, _topics(data))


class Lessons:
    """Draws the training rows; one seed, one result.

    Args:
        sources: What is learnt from.
        similar: For each question the numbers of statutes that look like answers, best first, shape (questions, n);
            None for questions without a wrong answer.
        seed: Seed of all draws.
    """

    def __init__(self, sources: Sources, similar: np.ndarray[Any, np.dtype[np.int64]] | None, seed: int) -> None:
        """Prepare the groups to draw from."""
        self.sources, self.similar = sources, similar
        self.rng = np.random.default_rng(seed)

    def _one(self, items: list[Any]) -> Any:  # noqa: ANN401  (any list)
        return items[int(self.rng.integers(len(items)))]

    def _article(self, statute: Statute) -> str:
        """An article with law and heading, or one time in five its bare words, as the articles of a draft are."""
        bare = self.rng.random() < 0.2
        return "passage: " + (statute.text if bare else article_text(statute.law, statute.chapter, statute.text))

    def questions(self, real: int, written: int) -> list[Row]:
        """Question, an article that answers it, and one that only looks so."""
        s, out = self.sources, []
        for i, (question, gold) in enumerate(s.questions):
            for _ in range(real if i < s.n_real else written):
                row = {"anchor": "query: " + question}
                if self.similar is not None:
                    wrong = [j for j in self.similar[i].tolist() if j not in gold and s.statutes[j].text != s.statutes[gold[0]].text]
                    # The first few are often answers that nobody labelled.
                    row["negative"] = self._article(s.statutes[self._one(wrong[3:40])])
                row["positive"] = self._article(s.statutes[self._one(gold)])
                out.append({k: row[k] for k in ("anchor", "positive", "negative") if k in row})
        return out

    def articles(self, n: int) -> list[Row]:
        """Heading and a sentence of an article, the rest of it, and a sibling's."""
        by_law: dict[str, list[Statute]] = defaultdict(list)
        for statute in self.sources.statutes + self.sources.local:
            if len(SENTENCE.findall(statute.text)) >= 2:
                by_law[statute.law].append(statute)
        laws = sorted(law for law, found in by_law.items() if len(found) >= 12)
        out = []
        while len(out) < n:
            found = by_law[self._one(laws)]
            a, b = (found[i] for i in self.rng.permutation(len(found))[:2])
            parts = SENTENCE.findall(a.text)
            i = int(self.rng.integers(len(parts)))
            heading = a.chapter.split("/")[-1].strip()
            anchor = f"{heading} {parts[i]}" if self.rng.random() < 0.5 else parts[i]
            rest = "".join(parts[:i] + parts[i + 1 :])
            out.append({"anchor": "query: " + anchor[:120], "positive": "passage: " + rest, "negative": "passage: " + b.text})
        return out

    def _provisions(self, consultation: Consultation) -> dict[str, str]:
        return {s.article: s.text for s in self.sources.local if s.law == consultation.law}

    def links(self, times: int) -> list[Row]:
        """Opinion, the provision it is about, and a sibling."""
        out = []
        for consultation in self.sources.consultations:
            articles = self._provisions(consultation)
            labels = sorted(articles)
            asks = [o for c in consultation.comments for o in c.opinions if o.targets and o.kind != "理由"]
            for opinion in asks * times:
                target = self._one(opinion.targets)
                aimed = {t.article for t in opinion.targets}
                lines = articles[target.article].split("\n")
                whole = target.paragraph is None or target.paragraph > len(lines) or self.rng.random() < 0.5
                positive = articles[target.article] if whole else lines[target.paragraph - 1]
                sibling = articles[self._one([x for x in labels if x not in aimed])]
                out.append({"anchor": "query: " + opinion.text, "positive": "passage: " + positive, "negative": "passage: " + sibling})
        return out

    def themes(self, times: int) -> list[Row]:
        """Opinion, the title or an opinion of its theme (mostly of its position), and an opinion of another theme.

        One theme has one positive in each round, so that a batch without duplicates holds a theme once.
        """
        out = []
        for consultation in self.sources.consultations:
            asks = [o for c in consultation.comments for o in c.opinions if o.theme and o.kind != "理由"]
            by_theme: dict[str, list[str]] = defaultdict(list)
            by_position: dict[str, list[str]] = defaultdict(list)
            for o in asks:
                by_theme[str(o.theme)].append(o.text)
                if o.position:
                    by_position[o.position].append(o.text)
            for _ in range(times):
                groups = sorted(by_theme.items())
                shown = {t: consultation.themes[t] if self.rng.random() < 0.25 else self._one(texts) for t, texts in groups}
                for o in asks:
                    near = [t for t in by_position.get(o.position or "", []) if t != o.text]
                    positive = self._one(near) if near and self.rng.random() < 0.5 else shown[str(o.theme)]
                    other = self._one([t for t in sorted(by_theme) if t != o.theme])
                    if positive != o.text:
                        negative = self._one(by_theme[other])
                        out.append({"anchor": "query: " + o.text, "positive": "query: " + positive, "negative": "query: " + negative})
        return out

    def topics(self, n: int) -> list[Row]:
        """What someone wrote, and the title above it or another text under the same title."""
        s = self.sources.topics
        out = []
        while len(out) < n:
            title, texts = self._one(s)
            text = self._one(texts)
            other = title if self.rng.random() < 0.6 else self._one(texts)
            if other != text:
                out.append({"anchor": "query: " + text, "positive": "query: " + other})
        return out
