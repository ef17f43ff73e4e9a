"""Our scores are those of the reference scorer, figure by figure, on runs damaged at random."""

import json
import random

import pandas as pd
import pytest

from jietan.evaluate import evaluate, format_scores
from synthetic_runs import GOLD, ROOT, damaged_run, load_script, read_gold

REFERENCE = ROOT.parent / "shared" / "eval" / "score.py"
pytestmark = pytest.mark.skipif(not REFERENCE.exists(), reason="对照用的评分程序不在 ../shared/eval/score.py")


@pytest.fixture(scope="module")
def reference():
    return load_script(REFERENCE, "reference_score").score


def assert_same(run, gold, reference):
    ours, theirs = evaluate(run, gold).figures, reference(run, gold)
    assert list(ours) == list(theirs)
    assert ours == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_runs_score_alike(seed, tmp_path, reference):
    level = (0.0, 0.05, 0.15, 0.3, 0.6, 1.0)[seed % 6]
    assert_same(damaged_run(tmp_path, seed, level), GOLD, reference)


@pytest.mark.parametrize("without", [("links",), ("pii", "outcomes"), ("suggestions",), ("rejects", "links", "pii")])
def test_runs_without_a_table_score_alike(without, tmp_path, reference):
    assert_same(damaged_run(tmp_path, 99, 0.2, without), GOLD, reference)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("comments", ["triage", "submitter_key"]),
        ("comments", ["campaign_id", "duplicate_of"]),
        ("opinions", ["kind", "stance"]),
        ("opinions", ["unit_id", "new_article"]),
        ("opinions", ["theme_id"]),
        ("suggestions", ["score_people"]),
        ("links", ["source", "paragraph"]),
    ],
)
def test_runs_without_a_column_score_alike(table, columns, tmp_path, reference):
    run = damaged_run(tmp_path, 7, 0.2)
    path = run / "tables" / f"{table}.parquet"
    pd.read_parquet(path).drop(columns=columns).to_parquet(path)
    assert_same(run, GOLD, reference)


def test_a_run_without_opinions_scores_alike(tmp_path, reference):
    run = damaged_run(tmp_path, 3, 0.1)
    path = run / "tables" / "opinions.parquet"
    pd.read_parquet(path).head(0).to_parquet(path)
    assert_same(run, GOLD, reference)


@pytest.fixture
def other_gold(tmp_path):
    """The sample's answers without positions, with asks of single opinions in the pairs and a trap by its flag."""
    folder, rng = tmp_path / "gold", random.Random(11)  # noqa: S311
    folder.mkdir()
    gold = read_gold()
    for comment in gold:
        for opinion in comment["opinions"]:
            opinion.pop("position_id")
    themes = json.loads((GOLD / "themes.json").read_text("utf-8"))
    for name in sorted(themes):
        themes[name].pop("positions")
        themes[name]["adopted"] = rng.choice(["full", "partial", "no", None])
    del themes["T10"]
    talking = [(g["comment_id"], i) for g in gold for i in range(len(g["opinions"]))]
    pairs = []
    for same in [True, False] * 60:
        (a, i), (b, j) = rng.sample(talking, 2)
        pairs.append({"a": a, "b": b, "a_opinion": i, "b_opinion": j, "same_opinion": same, "trap": rng.random() < 0.5})
    for name, rows in (("gold", gold), ("pairs", pairs)):
        text = "\n".join(json.dumps(r, ensure_ascii=False) for r in rows)
        (folder / f"{name}.jsonl").write_text(text + "\n", "utf-8")
    (folder / "themes.json").write_text(json.dumps(themes, ensure_ascii=False), "utf-8")
    return folder


@pytest.mark.parametrize("seed", range(3))
def test_answers_without_positions_score_alike(seed, tmp_path, other_gold, reference):
    assert_same(damaged_run(tmp_path / "run", seed, 0.2), other_gold, reference)


def test_printed_scores_are_the_same(tmp_path, reference):
    run = damaged_run(tmp_path, 5, 0.3)
    expected = "\n".join(f"{k:36s} {v:.3f}" for k, v in reference(run, GOLD).items())
    assert format_scores(evaluate(run, GOLD).figures) == expected
