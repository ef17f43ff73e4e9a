"""Labelled consultations as rows to learn from."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from jietan.classifiers import FEATURES, PLACES
from jietan.features import CLAUSE_CLASSES, boundary_features, clause_features, comment_features, message_features, opinion_features
from jietan.language.clauses import Clause, find_clauses
from jietan.language.grams import grams
from jietan.language.normalize import fold
from jietan.language.segment import content_words
from jietan.law.parse import read_draft
from jietan.reading import read_files

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "jietan-e5-zh"))

from lessons import KEPT_APART, TRAINING, read_jsonl
from markup import read_consultation

#: What the names of the messages' domains begin with.
MESSAGES = "留言·"
#: A run of characters is kept where it stands in texts of this many domains, and in this many texts.
MIN_DOMAINS, MIN_TEXTS = 3, 4


class Opinion(NamedTuple):
    """A labelled span."""

    start: int
    end: int
    kind: str
    stance: str
    operation: str


class Document(NamedTuple):
    """A labelled comment; ``draft`` are the content words of each article, none for a message that answers no draft."""

    domain: str
    text: str
    triage: str
    opinions: list[Opinion]
    draft: list[frozenset[str]]


@dataclass
class Examples:
    """Feature rows, runs of characters by place, labels and domains of one model."""

    rows: list[Any] = field(default_factory=list)
    places: dict[str, list[set[str]]] = field(default_factory=lambda: defaultdict(list))
    labels: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)

    def add(self, row: Any, label: str, domain: str, **places: set[str]) -> None:  # noqa: ANN401
        """Add one row."""
        self.rows.append(row)
        self.labels.append(label)
        self.domains.append(domain)
        for place, found in places.items():
            self.places[place].append(found)


def read_folder(folder: Path) -> tuple[list[Document], str]:
    """Read a folder with comments.csv, draft.md and gold.jsonl; return its comments and the sha256 of gold.jsonl."""
    raw = (folder / "gold.jsonl").read_bytes()
    texts = {row.comment_id: row.text for row in read_files([folder / "comments.csv"]).rows}
    draft = [frozenset(content_words(a.text)) for a in read_draft(folder / "draft.md").articles]
    out = []
    for line in raw.decode("utf-8").splitlines():
        g = json.loads(line)
        opinions = [Opinion(o["start"], o["end"], o["kind"], o["stance"], o["operation"]) for o in g["opinions"]]
        out.append(Document(folder.name, texts[g["comment_id"]], g["triage"], opinions, draft))
    return out, hashlib.sha256(raw).hexdigest()


def read_training(data: Path) -> tuple[list[Document], list[str]]:
    """Read corpora/training but for what is kept apart; return its comments and the files' sha256.

    Args:
        data: Folder with statutes_shanghai.jsonl.gz, whose regulations stand for the drafts.
    """
    articles: dict[str, list[frozenset[str]]] = defaultdict(list)
    for s in read_jsonl(data / "statutes_shanghai.jsonl.gz"):
        articles[s["law"]].append(frozenset(content_words(s["text"])))
    out, hashes = [], []
    for path in sorted((TRAINING / "consultations").glob("*.txt")):
        if path.stem in KEPT_APART:
            continue
        consultation = read_consultation(path)
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
        for c in consultation.comments:
            opinions = [Opinion(o.start, o.end, o.kind, o.stance, o.operation) for o in c.opinions]
            out.append(Document(path.stem, c.text, c.triage, opinions, articles[consultation.law]))
    return out, hashes


def read_messages() -> tuple[list[Document], list[str]]:
    """Read the messages of corpora/training, each file a domain of its own; return them and the files' sha256."""
    out, hashes = [], []
    for path in sorted((TRAINING / "messages").glob("*.txt")):
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
        for c in read_consultation(path).comments:
            opinions = [Opinion(o.start, o.end, o.kind, o.stance, o.operation) for o in c.opinions]
            out.append(Document(MESSAGES + path.stem, c.text, c.triage, opinions, []))
    return out, hashes


def owner(clause: Clause, opinions: list[Opinion]) -> int:
    """Return which labelled opinion covers more than half of a clause, or -1."""
    best, which = 0.5 * (clause.end - clause.start), -1
    for i, o in enumerate(opinions):
        overlap = min(clause.end, o.end) - max(clause.start, o.start)
        if overlap > best:
            best, which = overlap, i
    return which


def clause_labels(document: Document, clauses: list[Clause]) -> tuple[list[int], list[int]]:
    """Return each clause's class and the opinion it belongs to."""
    owners = [owner(c, document.opinions) for c in clauses]
    return [0 if i < 0 else 2 if document.opinions[i].kind == "理由" else 1 for i in owners], owners


def _add_clauses(data: dict[str, Examples], document: Document) -> None:
    folded, clauses = fold(document.text), find_clauses(document.text)
    if not clauses:
        return
    features = clause_features(folded, clauses)
    found = [grams(folded[c.start : c.end]) for c in clauses]
    labels, owners = clause_labels(document, clauses)
    for i, label in enumerate(labels):
        before, after = found[i - 1] if i else set(), found[i + 1] if i + 1 < len(found) else set()
        data["clause"].add(features[i], CLAUSE_CLASSES[label], document.domain, own=found[i], before=before, after=after)
    for i, row in enumerate(boundary_features(features, clauses, labels)):
        if labels[i] and labels[i] == labels[i + 1]:
            label = "split" if owners[i] != owners[i + 1] else "join"
            data["boundary"].add(row, label, document.domain, left=found[i], right=found[i + 1])


def _add_opinions(data: dict[str, Examples], document: Document) -> None:
    folded = fold(document.text)
    rows = opinion_features(document.text, [(o.start, o.end, o.kind == "理由") for o in document.opinions])
    for o, row in zip(document.opinions, rows, strict=True):
        own = grams(folded[o.start : o.end])
        data["kind"].add(row, o.kind, document.domain, own=own)
        if o.kind != "理由":
            data["operation"].add(row, o.operation, document.domain, own=own)
            data["stance"].add(row, o.stance, document.domain, own=own)


def has_opinions(document: Document) -> bool:
    """Say whether the opinions of a comment are marked: in consultations those on the draft, in messages all that ask."""
    return document.triage == "legislative" or bool(document.opinions)


def collect(documents: Iterable[Document]) -> dict[str, Examples]:
    """Make the rows of every model; a text that stands there twice counts once."""
    data: dict[str, Examples] = {name: Examples() for name in FEATURES}
    seen: set[str] = set()
    for d in documents:
        if d.text in seen:
            continue
        seen.add(d.text)
        own = grams(fold(d.text))
        if d.draft:
            data["triage"].add(comment_features(d.text, d.draft), d.triage, d.domain, own=own)
        data["triage_no_draft"].add(message_features(d.text), d.triage, d.domain, own=own)
        if has_opinions(d):
            _add_clauses(data, d)
        if has_opinions(d) and d.draft:  # kind, stance and operation are about a draft
            _add_opinions(data, d)
    return data


def vocabulary(data: dict[str, Examples], domains: set[str]) -> list[str]:
    """Return the runs of characters that stand in several of the domains, sorted."""
    where: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for name in ("clause", "kind", "triage_no_draft"):
        for found, domain in zip(data[name].places["own"], data[name].domains, strict=True):
            if domain in domains:
                count.update(found)
                for g in found:
                    where[g].add(domain)
    return sorted(g for g, n in count.items() if n >= MIN_TEXTS and len(where[g]) >= MIN_DOMAINS)


def places_of(name: str) -> tuple[str, ...]:
    """Return the places whose runs of characters a model sees."""
    return PLACES.get(name, ("own",))


def known(found: list[set[str]], index: dict[str, int]) -> list[np.ndarray[Any, Any]]:
    """Return the vocabulary's rows for each set of runs of characters."""
    return [np.array(sorted(index[g] for g in own if g in index), np.int32) for own in found]
