"""Asks with their outcomes, and how each change of the adopted text relates to them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from finals import Edit

from jietan.api import Run
from jietan.embedders import Embedder
from jietan.law.diff import mark
from jietan.loop.asking import Ask
from jietan.loop.changes import Change
from jietan.loop.fitting import FEATURES, Fitting, Matrix, grams
from jietan.loop.outcome import TABLES, Asks
from jietan.loop.revisions import Clause, Revisions, clauses_of, revise
from jietan.stages.parse import parse
from jietan.tables import records

OUTCOMES = ("full", "partial", "no")
_AT = {name: k for k, name in enumerate(FEATURES)}
#: An opinion that was found is the labelled one if they share half of the shorter.
_SHARED = 0.5
_MOST = 4


class Sample(NamedTuple):
    """An ask.

    Attributes:
        domain: The consultation.
        kind: suggestion, voice (one opinion of a suggestion), position (all opinions of a labelled position), opinion (one of
            them), wrong and nowhere (a position whose place is a wrong one, or none).
        outcome: full, partial or no.
        ask: The ask.
        features: One row for each change.
        answer: Row of the change that answers it, or None.
    """

    domain: str
    kind: str
    outcome: str
    ask: Ask
    features: Matrix
    answer: int | None


class Material(NamedTuple):
    """A consultation with its run, its answers and what the adopted text changed; whole where it has all edits."""

    name: str
    tables: dict[str, Any]
    draft: tuple[Clause, ...]
    revisions: Revisions
    gold: list[dict[str, Any]]
    adopted: dict[str, str]
    whole: bool = True


def read_material(name: str, run: Run, folder: Path) -> Material:
    """Read a consultation.

    Args:
        name: Its name.
        run: A finished run of its comments.
        folder: Holds final.md, gold.jsonl and themes.json.
    """
    tables = {table: run.table(table) for table in TABLES}
    articles = tables["articles"]
    draft = tuple(clauses_of(records(articles[articles["source"] == "draft"].sort_values("position"))))
    revisions = _revisions(draft, folder / "final.md")
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    themes = json.loads((folder / "themes.json").read_text("utf-8"))
    adopted = {p: v["adopted"] for t in themes.values() for p, v in t["positions"].items() if v.get("adopted") in OUTCOMES}
    return Material(name, tables, draft, revisions, gold, adopted)


def _revisions(draft: tuple[Clause, ...], final: Path) -> Revisions:
    articles, _, _ = parse(final, "final")
    return revise(draft, clauses_of(records(articles.sort_values("position"))))


def answers_of(material: Material, embedder: Embedder) -> dict[str, Change]:
    """Return the change that answers each position that was taken up."""
    fitting, out = Fitting(material.revisions, embedder), {}
    for position, said in _labelled(material).items():
        if material.adopted[position] != "no":
            ask = _ask(said, material.draft)
            new = any(o.get("new_article") for o in said)
            out[position] = fitting.changed[_answer(fitting.features(ask), fitting, ask, new)]
    return out


def with_some(material: Material, answers: Mapping[str, Change], edits: Sequence[Edit], kept: Sequence[int], final: Path) -> Material:
    """Return the same consultation with an adopted text that has only some of the edits; what they answered was not taken up.

    Args:
        material: The consultation with all edits.
        answers: As :func:`answers_of` gives them.
        edits: All edits.
        kept: Positions of those that the other text has.
        final: That text.
    """
    words = [grams("".join(t for o, t in mark(old, new) if o != "equal")) for _, _, old, new in edits]
    adopted = dict(material.adopted)
    for position, change in answers.items():
        own = grams(change.inserted + change.deleted)
        if max(range(len(edits)), key=lambda k: len(own & words[k])) not in kept:
            adopted[position] = "no"
    return material._replace(revisions=_revisions(material.draft, final), adopted=adopted, whole=False)


def _labelled(material: Material) -> dict[str, list[dict[str, Any]]]:
    """Opinions of each position whose outcome is known."""
    out: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for comment in material.gold:
        for opinion in comment["opinions"]:
            if opinion["kind"] != "理由" and opinion.get("position_id") in material.adopted:
                out[opinion["position_id"]].append(opinion)
    return out


def _found(material: Material) -> dict[str, str]:
    """Opinions of the run → position."""
    mine: dict[str, list[Any]] = defaultdict(list)
    for row in records(material.tables["opinions"]):
        mine[row.comment_id].append(row)
    out: dict[str, str] = {}
    for comment in material.gold:
        for opinion in comment["opinions"]:
            if opinion["kind"] == "理由" or not opinion.get("position_id"):
                continue
            for row in mine[comment["comment_id"]]:
                shared = min(row.end, opinion["end"]) - max(row.start, opinion["start"])
                if shared > 0 and shared >= _SHARED * min(row.end - row.start, opinion["end"] - opinion["start"]):
                    out.setdefault(row.opinion_id, opinion["position_id"])
    return out


def _ask(said: list[dict[str, Any]], draft: tuple[Clause, ...]) -> Ask:
    """All opinions of a position as one ask at its labelled place."""
    refs = {(t["article"], t.get("paragraph"), t.get("item")) for o in said for t in o["targets"]}
    aimed = tuple(c for c in draft if any(c.owner == a and p in (None, c.paragraph) and i in (None, c.item) for a, p, i in refs))
    articles = Counter(t["article"] for o in said for t in o["targets"])
    own = [c for c in draft if c.owner in articles]
    operations = Counter(o["operation"] for o in said if o["operation"] != "none")
    operation = operations.most_common(1)[0][0] if operations else "修改"
    texts = tuple(dict.fromkeys(o["text"] for o in said))
    linked = {a: n / len(said) for a, n in articles.items()}
    return Ask(operation, texts, aimed, len(aimed) < len(own) or len(own) == 1, linked=linked)


def _answer(rows: Matrix, fitting: Fitting, ask: Ask, new: bool) -> int:
    """The change that answers a position: of those of its articles (new ones count where a new rule is asked for) the nearest."""
    near = {r for article in ask.linked for r in fitting.revisions.within(article)}
    some = [k for k, c in enumerate(fitting.changed) if c.revision in near or new or not c.revision.old] or range(len(fitting.changed))
    weights = {"near the words": 1, "said": 1, "nearer": 1, "amount given": 0.5, "the very place": 0.2, "the article": 0.2}
    scores = sum(weight * rows[:, _AT[name]] for name, weight in weights.items()) + 0.3 * np.abs(rows[:, _AT["amount moved"]])
    return max(some, key=lambda k: float(scores[k]))


def _misplaced(material: Material, ask: Ask, embedder: Embedder, vectors: Matrix) -> tuple[Ask, Ask]:
    """The same ask at the nearest wrong clause, and at no place."""
    near = (embedder.encode(list(ask.texts)) @ vectors.T).mean(axis=0)
    wrong = next(material.draft[int(k)] for k in np.argsort(-near) if material.draft[int(k)].owner not in ask.linked)
    return Ask(ask.operation, ask.texts, (wrong,), True, linked={wrong.owner: 1.0}), Ask(ask.operation, ask.texts, (), False)


def samples_of(material: Material, embedder: Embedder) -> Iterator[Sample]:
    """Yield everything that is learnt from one consultation.

    Args:
        material: The consultation.
        embedder: Encoder of asks and changes.
    """
    fitting = Fitting(material.revisions, embedder)
    vectors = np.asarray(embedder.encode([c.text for c in material.draft], kind="document"), np.float32)
    answers: Mapping[str, int | None] = {}
    for position, said in _labelled(material).items():
        ask, outcome = _ask(said, material.draft), material.adopted[position]
        rows = fitting.features(ask)
        answer = None if outcome == "no" else _answer(rows, fitting, ask, any(o.get("new_article") for o in said))
        answers = {**answers, position: answer}
        yield Sample(material.name, "position", outcome, ask, rows, answer)
        for kind, other in zip(("wrong", "nowhere"), _misplaced(material, ask, embedder, vectors), strict=True):
            yield Sample(material.name, kind, outcome, other, fitting.features(other), answer)
        for opinion in said[:_MOST] if len(said) > 1 else ():
            one = _ask([opinion], material.draft)
            yield Sample(material.name, "opinion", outcome, one, fitting.features(one), answer)
    found, asks = _found(material), Asks(material.tables, material.draft)
    for row in records(material.tables["suggestions"]):
        ask = asks.of(row)
        order = dict.fromkeys([*row.exemplars, *row.evidence])
        counted = Counter(found[o] for o in row.evidence if o in found)
        leader = counted.most_common(1)[0][0] if counted else None
        if leader in material.adopted:
            yield Sample(material.name, "suggestion", material.adopted[leader], ask, fitting.features(ask), answers.get(leader))
        for opinion in order:
            position, one = found.get(opinion), asks.one(row, opinion)
            if position in material.adopted:
                yield Sample(material.name, "voice", material.adopted[position], one, fitting.features(one), answers.get(position))
