"""Train the model that chooses titles of themes: ``python models/jietan-titles-zh/train.py DATA_DIR``.

DATA_DIR holds statutes_shanghai.jsonl.gz: the regulations that stand for the drafts of corpora/training. Learnt from are
the themes of the consultations there, but for those kept apart, and of corpora/consultation_a, each with the title that a
person gave it. What a candidate is worth is how like that title it is. Leaves out one group of consultations after another
to print scores, then writes weights.json beside this file. About a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "corpora" / "consultation_a"
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "jietan-e5-zh")]

from flatten import flatten  # noqa: E402
from lessons import KEPT_APART, TRAINING, read_jsonl  # noqa: E402
from markup import read_all  # noqa: E402

from jietan.embedders import load_embedder  # noqa: E402
from jietan.law.library import articles_frame  # noqa: E402
from jietan.law.parse import read_draft  # noqa: E402
from jietan.naming.candidates import FEATURES  # noqa: E402
from jietan.naming.choosing import ENCODER  # noqa: E402
from jietan.naming.matters import Readings  # noqa: E402
from jietan.naming.name import Asks, Namer  # noqa: E402
from jietan.naming.weights import weigh  # noqa: E402
from jietan.reading import read_files  # noqa: E402
from jietan.trees import Trees  # noqa: E402

TREES: dict[str, Any] = {
    **{"loss": "squared_error", "max_iter": 120, "learning_rate": 0.1, "max_leaf_nodes": 8, "min_samples_leaf": 40},
    **{"l2_regularization": 1.0, "early_stopping": False, "random_state": 0},
}
FOLDS = 6
#: How like a title a candidate is: characters in common, where a needless one costs more than a missing one, and meaning.
CHARACTERS, BETA = 0.6, 0.85
#: Most candidates are bad: of those below this worth only some are learnt from.
BAD, SHARE = 0.4, 0.4
#: Each theme is learnt from once more with so few of its asks as themes of a small consultation have.
FEW = (2, 4)


class Material(NamedTuple):
    """A consultation: its draft, texts and articles of opinions, members of themes and the titles that people gave."""

    name: str
    provisions: pd.DataFrame
    texts: list[str]
    articles: list[str | None]
    members: dict[str, list[int]]
    titles: dict[str, str]


class Table(NamedTuple):
    """Candidates of all themes."""

    features: Any
    worth: Any
    characters: Any
    domain: Any
    theme: Any
    text: list[str]
    title: list[str]


def alike(text: str, title: str) -> float:
    """How much of the characters two texts share: F with the weight ``BETA``, 的 aside."""
    one, other = (Counter(x.replace("的", "")) for x in (text, title))
    common = sum((one & other).values())
    if not common:
        return 0.0
    precision, recall = common / sum(one.values()), common / sum(other.values())
    return (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _material(name: str, provisions: pd.DataFrame, opinions: list[tuple[str, str, str | None]], titles: dict[str, str]) -> Material:
    numbers = dict(zip(provisions["article"], provisions["article_id"], strict=True))
    texts, articles = [text for text, *_ in opinions], [numbers.get(article) for *_, article in opinions]
    members = defaultdict(list)
    for k, (_, theme, _) in enumerate(opinions):
        members[theme].append(k)
    return Material(name, provisions, texts, articles, {t: ids for t, ids in members.items() if len(ids) > 1}, titles)


def read_material(data: Path) -> tuple[list[Material], list[Path]]:
    """Read everything that is learnt from, and name the files."""
    laws: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for s in read_jsonl(data / "statutes_shanghai.jsonl.gz"):
        laws[s["law"]].append({"article_id": s["id"], "article": s["article"], "text": s["text"]})
    out, files = [], []
    for c in read_all(TRAINING / "consultations"):
        if c.name in KEPT_APART:
            continue
        said = [(o, o.targets[0].article if o.targets else None) for comment in c.comments for o in comment.opinions]
        asks = [(o.text, o.theme, article) for o, article in said if o.theme and o.kind != "理由"]
        out.append(_material(c.name, pd.DataFrame(laws[c.law]), asks, c.themes))
        files.append(TRAINING / "consultations" / f"{c.name}.txt")
    texts = {row.comment_id: row.text for row in read_files([SAMPLE / "comments.csv"]).rows}
    asks = [
        (texts[g["comment_id"]][o["start"] : o["end"]], o["theme_id"], o["targets"][0]["article"] if o["targets"] else None)
        for g in read_jsonl(SAMPLE / "gold.jsonl")
        for o in g["opinions"]
        if o.get("theme_id") and o["kind"] != "理由"
    ]
    titles = {k: v["title"] for k, v in json.loads((SAMPLE / "themes.json").read_text("utf-8")).items()}
    draft = articles_frame(read_draft(SAMPLE / "draft.md").articles, "draft")
    return [*out, _material(SAMPLE.name, draft, asks, titles)], [*files, SAMPLE / "gold.jsonl", SAMPLE / "themes.json"]


def few_of(materials: list[Material]) -> list[Material]:
    """Return the same consultations with a few asks of each theme, drawn without regard to their order."""
    rng = np.random.default_rng(1)
    out = []
    for m in materials:
        members = {}
        for theme, ids in sorted(m.members.items()):
            size = min(len(ids), int(rng.integers(FEW[0], FEW[1], endpoint=True)))
            members[theme] = sorted(rng.choice(ids, size, replace=False).tolist())
        out.append(m._replace(members=members))
    return out


def describe(materials: list[Material]) -> Table:
    """Compute the features and the worth of all candidates."""
    encoder = load_embedder(ENCODER)
    blocks, domain, theme, texts, titles, worth, characters = [], [], [], [], [], [], []
    for m in materials:
        every = np.arange(len(m.texts))
        namer = Namer(Asks(m.texts, m.articles, every), m.provisions, Readings(m.texts, every))
        names = sorted(m.members)
        members = [np.array(m.members[n]) for n in names]
        groups = [namer.group(own) for own in members]
        views = namer.views(groups, members, weigh(groups))
        for k, name in enumerate(names):
            found, rows = views.look(k)
            title = m.titles[name]
            near = encoder.encode([c.text for c in found]) @ encoder.encode([title])[0]
            common = np.array([alike(c.text, title) for c in found])
            blocks.append(rows)
            characters.append(common)
            worth.append(CHARACTERS * common + (1 - CHARACTERS) * near)
            domain += [m.name] * len(found)
            theme += [f"{m.name}/{name}"] * len(found)
            texts += [c.text for c in found]
            titles += [title] * len(found)
    joined = (np.concatenate(x) for x in (blocks, worth, characters))
    return Table(*joined, np.array(domain), np.array(theme), texts, titles)


def fit(table: Table, rows: Any) -> Trees:  # noqa: ANN401  (boolean array)
    """Return trees learnt from some of the candidates."""
    some = np.random.default_rng(0).random(len(table.worth)) < SHARE
    rows = rows & ((table.worth >= BAD) | some)
    model = HistGradientBoostingRegressor(**TREES).fit(table.features[rows].astype(np.float64), table.worth[rows])
    return flatten(model, np.arange(len(FEATURES)))


def both(one: Table, other: Table) -> Table:
    """Return the candidates of two tables in one."""
    arrays = (np.concatenate(pair) for pair in zip(one[:5], other[:5], strict=True))
    return Table(*arrays, one.text + other.text, one.title + other.title)


def cross_validate(full: Table, few: Table) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Score each group of consultations by trees that never saw it; also return what was chosen for which title."""
    names = sorted(set(full.domain))
    everything = both(full, few)
    folds = [fit(everything, ~np.isin(everything.domain, names[k::FOLDS])) for k in range(FOLDS)]
    scores: dict[str, Any] = {}
    listed = []
    for size, table in (("full", full), ("few", few)):
        worth = np.zeros(len(table.worth))
        for k, trees in enumerate(folds):
            held = np.isin(table.domain, names[k::FOLDS])
            worth[held] = trees.sum(table.features[held].astype(np.float32))
        themes = [np.flatnonzero(table.theme == theme) for theme in sorted(set(table.theme))]
        chosen = [rows[worth[rows].round(4).argmax()] for rows in themes]
        scores[size] = {
            "characters": round(float(table.characters[chosen].mean()), 3),
            "characters_sample": round(float(table.characters[[k for k in chosen if table.domain[k] == SAMPLE.name]].mean()), 3),
            "worth": round(float(table.worth[chosen].mean()), 3),
            "best_possible": round(float(np.mean([table.characters[rows].max() for rows in themes])), 3),
            "themes": len(chosen),
        }
        listed += [(f"{table.domain[k]} {size}", table.title[k], table.text[k]) for k in chosen]
    return scores, listed


def main() -> int:
    """Cross-validate, train and write weights.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=HERE / "weights.json")
    args = parser.parse_args()
    materials, files = read_material(args.data)
    full, few = describe(materials), describe(few_of(materials))
    scores, chosen = cross_validate(full, few)
    table = both(full, few)
    data: dict[str, Any] = {
        "features": list(FEATURES),
        "trained_on": [hashlib.sha256(f.read_bytes()).hexdigest() for f in files],
        "cross_validation": scores,
        "trees": asdict(fit(table, np.ones(len(table.worth), bool))),
    }
    args.out.write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    for domain, title, text in chosen:
        print(domain, title, text, sep="\t")
    print(json.dumps(scores, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
