"""What reviewers decided about suggestions holds whatever is decided and drafted later."""

import pytest

from jietan.review.remarks import remarks
from run_copies import open_copy, table_bytes


@pytest.fixture
def run(small_run, tmp_path):
    return open_copy(small_run, tmp_path / "run")


def rows(run):
    return run.suggestions.set_index("suggestion_id")


def of_size(run, most):
    """Suggestions of so many opinions at most, and of two at least where that is more than one."""
    sizes = rows(run)["evidence"].map(len)
    return sizes.index[(sizes <= most) & (sizes >= min(most, 2))].tolist()


def test_two_decided_suggestions_stay_two_when_their_asks_are_said_to_be_one(run):
    first, second = of_size(run, 9)[:2]
    before = rows(run)
    run.review.accept(first)
    run.review.reject(second, why="已有规定")
    run.review.merge_units(before.loc[first, "unit_ids"][0], before.loc[second, "unit_ids"][0])
    now = rows(run)
    assert now.loc[[first, second], "status"].tolist() == ["accepted", "rejected"]
    for name in (first, second):
        assert set(before.loc[name, "evidence"]) <= set(now.loc[name, "evidence"])
    assert set(run.review.status()["state"]) == {"有效"}


def test_an_undecided_suggestion_joins_the_decided_one_and_leaves_it_when_taken_back(run, small_run):
    first, second = of_size(run, 9)[:2]
    before = rows(run)
    made = [run.review.accept(second)]
    made += [run.review.merge_units(before.loc[first, "unit_ids"][0], before.loc[second, "unit_ids"][0])]
    now = rows(run)
    assert now.loc[second, "status"] == "accepted"
    assert set(before.loc[second, "evidence"]) <= set(now.loc[second, "evidence"])
    for name in made:
        run.review.undo(name)
    assert table_bytes(run.folder) == table_bytes(small_run.folder)


def test_what_is_said_of_all_that_a_suggestion_holds_takes_it_along(run):
    name = of_size(run, 9)[0]
    evidence = set(rows(run).loc[name, "evidence"])
    run.review.accept(name)
    run.review.set_article(sorted(evidence), "第三条")
    row = rows(run).loc[name]
    assert (row["status"], row["article"]) == ("accepted", "第三条")
    assert evidence <= set(row["evidence"])


def test_what_is_said_of_one_opinion_lets_it_go(run):
    found = rows(run)
    name = of_size(run, 9)[0]
    gone, *rest = sorted(found.loc[name, "evidence"])
    with run.review.batch() as review:
        review.edit(name, title="留下的")
        review.split_unit([gone])
        review.set_label(gone, stance="support" if "support" not in set(run.opinions["stance"]) else "oppose", operation="保留")
    row = rows(run).loc[name]
    assert row["title"] == "留下的"
    assert set(rest) <= set(row["evidence"])
    assert gone not in row["evidence"]


def test_what_was_split_off_makes_no_suggestion_with_the_others_again(run, small_run):
    """The model that parts asks into suggestions would put most of them together again."""
    for evidence in [rows(run).loc[name, "evidence"] for name in of_size(run, 9)[:4]]:
        gone = min(evidence)
        made = run.review.split_unit([gone])
        found = [set(e) for e in rows(run)["evidence"]]
        assert [e for e in found if gone in e] in ([], [{gone}])
        run.review.undo(made)
    assert table_bytes(run.folder) == table_bytes(small_run.folder)


def test_what_was_split_off_and_put_with_another_ask_is_with_it(run):
    first, second = of_size(run, 9)[0], of_size(run, 1)[0]
    gone = min(rows(run).loc[first, "evidence"])
    (other,) = rows(run).loc[second, "evidence"]
    run.review.move_to_unit([gone], rows(run).loc[second, "unit_ids"][0])
    assert [set(e) >= {gone, other} for e in rows(run)["evidence"] if gone in e] == [True]


def test_a_suggestion_that_no_longer_rests_on_anything_is_reported(run):
    name = of_size(run, 1)[0]
    (lone,) = rows(run).loc[name, "evidence"]
    with run.review.batch() as review:
        review.accept(name)
        review.set_outcome(name, "full")
        review.set_label(lone, kind="理由")
    assert name not in rows(run).index
    status = run.review.status()
    assert status["state"].tolist() == ["不再适用", "不再适用", "有效"]
    assert status["remark"].str.contains("不再是对草案的诉求").tolist() == [True, True, False]


def test_a_suggestion_of_one_voice_stays_though_it_would_be_too_few(run):
    """What a person accepted is kept even where its words alone would make no suggestion."""
    name = of_size(run, 1)[0]
    (lone,) = rows(run).loc[name, "evidence"]
    run.review.accept(name)
    run.review.set_label(lone, kind="问题")
    assert rows(run).loc[name, "status"] == "accepted"
    assert set(run.review.status()["state"]) == {"有效"}


def test_a_question_moved_to_the_long_tail_keeps_its_suggestion(run):
    name = of_size(run, 1)[0]
    (lone,) = rows(run).loc[name, "evidence"]
    run.review.accept(name)
    run.review.set_label(lone, kind="问题")
    run.review.move([lone], None)
    assert rows(run).loc[name, "status"] == "accepted"


def test_words_that_change_after_they_were_accepted_are_pointed_out(run):
    name = of_size(run, 9)[0]
    seen = rows(run).loc[name, "proposed_text"]
    run.review.accept(name, why="会上同意")
    assert run.review.status()["remark"].tolist() == [""]
    run.review.set_article(sorted(rows(run).loc[name, "evidence"]), "第三条")
    row = rows(run).loc[name]
    assert row["status"] == "accepted"
    assert row["proposed_text"] != seen
    (accepted,) = (r for r in run.review.status().itertuples() if r.what == "采用建议")
    assert (accepted.state, accepted.value) == ("有效", "")
    assert "请再看" in accepted.remark
    assert [m.words for m in remarks(run.suggestions, run.folder)[name] if m.what == "采用建议"] == [f"会上同意；{accepted.remark}"]
    run.review.accept(name)
    assert not run.review.status()["remark"].any()


def test_what_the_reviewer_writes_is_no_change_to_point_out(run):
    name = of_size(run, 9)[0]
    run.review.accept(name)
    run.review.edit(name, text="第三条　另写的条文。")
    assert not run.review.status()["remark"].any()
