import re
from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.evaluate import evaluate, format_scores
from jietan.evaluate.matching import match_spans
from jietan.evaluate.measures import bcubed, grouped_pairs, macro_f1, overlap, precision_recall
from synthetic_runs import GOLD, damaged_run

counts = st.integers(0, 50)
groupings = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=30)


@dataclass(frozen=True)
class Span:
    start: int
    end: int


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda s: Span(s[0], s[0] + s[1])), max_size=12)


@given(counts, counts, counts)
def test_precision_and_recall_stay_in_bounds(right, wrong, missed):
    got = precision_recall(right, wrong, missed)
    assert all(0 <= v <= 1 for v in got.values())
    assert min(got["precision"], got["recall"]) - 1e-12 <= got["f1"] <= max(got["precision"], got["recall"]) + 1e-12


def test_nothing_asked_and_nothing_answered_is_perfect():
    assert precision_recall(0, 0, 0) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert precision_recall(0, 1, 1)["f1"] == 0.0
    assert overlap({("a", "b")}, {("a", "b"), ("a", "c")})["recall"] == 0.5


@given(groupings)
def test_bcubed_swaps_with_its_arguments(rows):
    gold, found = [g for g, _ in rows], [f for _, f in rows]
    forth, back = bcubed(gold, found), bcubed(found, gold)
    assert forth["precision"] == pytest.approx(back["recall"])
    assert bcubed(gold, gold)["f1"] == pytest.approx(1.0)
    assert bcubed(gold, list(range(len(gold))))["precision"] == pytest.approx(1.0)


def test_bcubed_without_items_is_zero():
    assert bcubed([], []) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_labels_outside_the_answers_have_no_f1_of_their_own():
    assert macro_f1(["a", "b"], ["a", "z"]) == pytest.approx(0.5)


def test_pairs_of_groups():
    assert grouped_pairs({"b": "g", "a": "g", "c": None, "d": None}) == {("a", "b")}


@given(spans, spans)
def test_matches_are_one_to_one_and_alike(gold, found):
    matches = match_spans(gold, found)
    assert len({i for i, _ in matches}) == len({j for _, j in matches}) == len(matches)
    for i, j in matches:
        shared = min(gold[i].end, found[j].end) - max(gold[i].start, found[j].start)
        assert 2 * shared >= max(gold[i].end, found[j].end) - min(gold[i].start, found[j].start)


@given(st.lists(st.integers(1, 9), max_size=8))
def test_the_same_cuts_match_themselves(sizes):
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    cuts = [Span(e - s, e) for s, e in zip(sizes, ends, strict=True)]
    assert sorted(match_spans(cuts, cuts)) == [(i, i) for i in range(len(cuts))]


def test_the_better_match_wins():
    assert match_spans([Span(0, 10)], [Span(0, 6), Span(0, 9)]) == [(0, 1)]
    assert match_spans([Span(0, 10)], [Span(5, 15)]) == []


def test_the_answers_themselves_score_full_marks(tmp_path):
    run = damaged_run(tmp_path, seed=0, level=0.0)
    got = evaluate(run, GOLD).figures
    full = ["triage", "kind", "stance", "operation"]
    assert all(got[f"{name}.accuracy"] == 1.0 for name in full)
    assert got["split.f1"] == got["themes.ami"] == got["merge.bcubed.f1"] == 1.0
    assert got["merge.trap_violations"] == got["lost_comments"] == got["span_violations"] == 0
    assert got["n_comments"] == 420
    assert got["n_opinions"] == 852


def test_scores_are_printed_in_columns():
    assert format_scores({"split.f1": 0.12345, "n_comments": 5.0}) == (
        "split.f1" + " " * 28 + " 0.123\n" + "n_comments" + " " * 26 + " 5.000"
    )


def test_shipped_files_are_those_that_their_source_page_names():
    rows = re.findall(r"^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$", (GOLD / "SOURCE.md").read_text("utf-8"), re.M)
    assert {name for name, _ in rows} == {p.name for p in GOLD.iterdir()} - {"SOURCE.md"}
    assert all(sha256((GOLD / name).read_bytes()).hexdigest() == digest for name, digest in rows)
