"""Labelled consultations as pairs of opinions to learn from."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from jietan.classifiers import LabelModels, read_models
from jietan.embedders import Embedder, load_embedder
from jietan.features import opinion_features
from jietan.grouping import Matrix
from jietan.language.asks import read_ask
from jietan.language.normalize import fold
from jietan.pairing import Labels, Opinions, near_opinions, pair_features
from jietan.sameness import AskModel, Judge
from jietan.stages.classify import choose_labels
from jietan.stages.embed import embed
from jietan.stages.parse import parse
from jietan.trees import Trees

MODELS = Path(__file__).resolve().parents[1]
SAMPLE = MODELS.parent / "corpora" / "consultation_a"
sys.path += [str(MODELS / "jietan-e5-zh"), str(MODELS / "jietan-labels-zh")]

from examples import collect, read_folder, read_training  # noqa: E402
from lessons import KEPT_APART, TRAINING, read_jsonl  # noqa: E402
from markup import Consultation, read_all  # noqa: E402

_ITEM = re.compile(r"（[一二三四五六七八九十]+）")


@dataclass(frozen=True)
class Domain:
    """The opinions of one consultation but for grounds, each text once.

    Attributes:
        name: Its name.
        opinions: What the features are computed from.
        themes: Theme of each, or "".
        positions: Position of each, or "".
        fresh: Whether each is not from a copy of another comment.
    """

    name: str
    opinions: Opinions
    themes: list[str]
    positions: list[str]
    fresh: list[bool]

    @property
    def comments(self) -> Sequence[str]:
        """The comment of each opinion."""
        return self.opinions.comments


@dataclass(frozen=True)
class Described:
    """Pairs of one consultation: features, whether same, whether of one theme and not same, whether the answer is known."""

    features: Matrix
    same: Any
    hard: Any
    known: Any


class _Comment:
    def __init__(self, name: str, text: str, opinions: list[dict[str, Any]], *, copy: bool = False) -> None:
        self.name, self.text, self.opinions, self.copy = name, text, opinions, copy


def part(domain: Domain, keep: Sequence[bool]) -> Domain:
    """Return some of a domain's opinions."""
    rows = np.flatnonzero(np.array(keep))
    o = domain.opinions

    def pick(items: Sequence[Any]) -> list[Any]:
        return [items[r] for r in rows]

    labels = {n: Labels(label.names[rows], label.probabilities[rows]) for n, label in o.labels.items()}
    opinions = replace(o, texts=pick(o.texts), asks=pick(o.asks), comments=pick(o.comments), labels=labels, matrix=o.matrix[rows])
    return Domain(domain.name, opinions, pick(domain.themes), pick(domain.positions), pick(domain.fresh))


def describe(domain: Domain) -> Described:
    """Compute the features of a domain's pairs of neighbours."""
    near = near_opinions(domain.opinions.matrix)
    i, j = near.pairs()
    positions, themes = np.array(domain.positions), np.array(domain.themes)
    same = (positions[i] != "") & (positions[i] == positions[j])
    one_theme = themes[i] == themes[j]
    known = ((positions[i] != "") & (positions[j] != "")) | ~one_theme
    return Described(pair_features(domain.opinions, near, i, j), same, one_theme & (themes[i] != "") & ~same, known)


def _label_training() -> ModuleType:
    """The recipe of the linear models, which has the same file name as this folder's."""
    spec = importlib.util.spec_from_file_location("label_training", MODELS / "jietan-labels-zh" / "train.py")
    if spec is None or spec.loader is None:
        raise ImportError("models/jietan-labels-zh/train.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _labels_without(data: Path) -> Any:  # noqa: ANN401  (a function)
    """Return a function that trains the linear models on all domains but one, since they know the answers of their own."""
    recipe = _label_training()
    documents, _ = read_training(data)
    documents += read_folder(SAMPLE)[0]
    examples = collect(documents)
    shipped = json.loads((MODELS / "jietan-labels-zh" / "weights.json").read_text("utf-8"))["models"]

    def without(domain: str) -> LabelModels:
        trained = recipe.train(documents, examples, {d.domain for d in documents} - {domain})
        for name, model in trained["models"].items():
            model["temperature"] = shipped[name]["temperature"]
        return read_models(domain, json.dumps(trained).encode())

    return without


def _domain(name: str, comments: list[_Comment], labels: LabelModels, judge: Judge, embedder: Embedder) -> Domain:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for c in comments:
        places = [(o["start"], o["end"], o["kind"] == "理由") for o in c.opinions]
        if not places:
            continue
        folded = fold(c.text)
        texts = [c.text[a:b] for a, b, _ in places]
        found = choose_labels(texts, opinion_features(c.text, places), [labels.rows(folded[a:b]) for a, b, _ in places], labels)
        for o, text, label in zip(c.opinions, texts, found, strict=True):
            if o["kind"] != "理由":
                row = label | {"comment_id": c.name, "text": text, "start": o["start"], "end": o["end"], "fresh": not c.copy}
                row |= {"theme": o["theme"] or "", "position": o["position"] or "", "opinion_id": f"{c.name}:{o['start']}"}
                rows.setdefault((text, row["position"]), row)
    table = pd.DataFrame(rows.values())
    received = pd.DataFrame({"comment_id": [c.name for c in comments], "text": [c.text for c in comments]})
    texts = table["text"].tolist()
    opinions = Opinions(
        texts=texts,
        asks=[read_ask(t) for t in texts],
        comments=table["comment_id"].tolist(),
        labels={
            n: Labels(table[n].to_numpy(dtype=object), table[f"{n}_probability"].to_numpy(np.float64))
            for n in ("kind", "stance", "operation")
        },
        matrix=embed(table, received, embedder).matrix,
        provisions=judge.provisions,
    )
    return Domain(name, opinions, table["theme"].tolist(), table["position"].tolist(), table["fresh"].tolist())


def _paragraphs(text: str) -> list[str]:
    """Lines of an article as 款; 项 belong to the 款 before them."""
    out: list[str] = []
    for line in text.split("\n"):
        if out and _ITEM.match(line):
            out[-1] += "\n" + line
        else:
            out.append(line)
    return out


def _training_comments(consultation: Consultation) -> list[_Comment]:
    out = []
    for number, c in enumerate(consultation.comments):
        opinions = [{"start": o.start, "end": o.end, "kind": o.kind, "theme": o.theme, "position": o.position} for o in c.opinions]
        out.append(_Comment(f"{consultation.name}-{number:04d}", c.text, opinions))
    return out


def sample_comments(folder: Path) -> list[_Comment]:
    """Read a folder with comments.csv and gold.jsonl; of the copies of one letter the first counts as no copy."""
    from jietan.reading import read_files

    texts = {row.comment_id: row.text for row in read_files([folder / "comments.csv"]).rows}
    out, letters = [], set()
    for g in read_jsonl(folder / "gold.jsonl"):
        letter = g.get("campaign_id")
        opinions = [o | {"theme": o.get("theme_id"), "position": o.get("position_id")} for o in g["opinions"]]
        out.append(_Comment(g["comment_id"], texts[g["comment_id"]], opinions, copy=bool(g.get("duplicate_of")) or letter in letters))
        if letter:
            letters.add(letter)
    return out


def read_domains(data: Path) -> tuple[list[Domain], list[Path]]:
    """Read everything that is learnt from.

    Args:
        data: Folder with statutes_shanghai.jsonl.gz, whose regulations stand for the drafts.

    Returns:
        The sample and the consultations of corpora/training but for those kept apart, and the files they lie in.
    """
    embedder, without = load_embedder("jietan-e5-zh"), _labels_without(data)
    none = Trees(0.0, [], [], [], [], [], [])
    blank = AskModel("", (), none, none)
    statutes = read_jsonl(data / "statutes_shanghai.jsonl.gz")
    draft = parse(SAMPLE / "draft.md")[0]
    judge = Judge.of(blank, draft, embedder)
    domains, files = [_domain(SAMPLE.name, sample_comments(SAMPLE), without(SAMPLE.name), judge, embedder)], [SAMPLE / "gold.jsonl"]
    for consultation in read_all(TRAINING / "consultations"):
        if consultation.name in KEPT_APART:
            continue
        articles = pd.DataFrame({"paragraphs": [_paragraphs(s["text"]) for s in statutes if s["law"] == consultation.law]})
        judge = Judge.of(blank, articles, embedder)
        domains.append(_domain(consultation.name, _training_comments(consultation), without(consultation.name), judge, embedder))
        files.append(TRAINING / "consultations" / f"{consultation.name}.txt")
        print(consultation.name, len(domains[-1].themes), flush=True)
    return domains, files
