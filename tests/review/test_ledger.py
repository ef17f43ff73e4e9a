"""The ledger file and what stands in it."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.errors import RunFolderError
from jietan.review.decisions import Decision, GroupRef
from jietan.review.ledger import LEDGER, append, decided, read_ledger, standing

THEME = GroupRef(type="theme", id="T1", label="路灯", members=("a:0-3", "b:0-4"))


def rename(title, by="甲", at="2031-01-01T00:00:00+00:00"):
    return Decision(kind="rename_theme", objects=(THEME,), value=title, by=by, at=at)


def undo(decision, by="甲"):
    return Decision(kind="undo", undoes=decision.id, by=by, at="2031-01-02T00:00:00+00:00")


def states(*decisions):
    return [entry.state for entry in standing(decisions)]


def test_what_is_written_is_read_again(tmp_path):
    made = [rename("路灯照明"), undo(rename("路灯照明"))]
    append(tmp_path, made[:1])
    append(tmp_path, made[1:])
    assert read_ledger(tmp_path) == made
    assert decided(tmp_path) == []


def test_a_line_cut_off_by_a_power_failure_does_no_harm(tmp_path):
    append(tmp_path, [rename("一")])
    with (tmp_path / LEDGER).open("ab") as stream:
        stream.write(rename("二").line().encode()[:40])
    assert read_ledger(tmp_path) == [rename("一")]
    append(tmp_path, [rename("三")])
    assert read_ledger(tmp_path) == [rename("一"), rename("三")]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n", "\r\n"])
def test_words_may_hold_any_end_of_a_line(tmp_path, end):
    made = [rename(f"路灯{end}照明"), rename("二", by=f"乙{end}丙")]
    append(tmp_path, made)
    assert read_ledger(tmp_path) == made


def test_a_full_disk_leaves_no_half_line(tmp_path, monkeypatch):
    append(tmp_path, [rename("一")])
    before = (tmp_path / LEDGER).read_bytes()

    def half(stream):
        os.ftruncate(stream, len(before) + 30)  # what was written when no room was left
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("jietan.review.ledger.os.fsync", half)
        with pytest.raises(RunFolderError, match="磁盘空间不足"):
            append(tmp_path, [rename("二")])
    assert (tmp_path / LEDGER).read_bytes() == before


def test_a_line_that_nobody_can_read_is_named(tmp_path):
    (tmp_path / LEDGER).write_text(rename("一").line() + "\n不是记录\n", "utf-8")
    with pytest.raises(RunFolderError, match="第 2 行"):
        read_ledger(tmp_path)


def test_the_same_person_may_change_their_mind():
    assert states(rename("一"), rename("二", at="2031-01-03T00:00:00+00:00")) == ["superseded", "stands"]


def test_another_person_does_not_overwrite():
    first, second = rename("一"), rename("二", by="乙")
    entries = standing([first, second])
    assert [e.state for e in entries] == ["stands", "conflict"]
    assert entries[1].rival == first.id
    assert states(first, second, undo(first)) == ["undone", "stands", "stands"]
    assert states(first, rename("一", by="乙")) == ["stands", "stands"]


def test_an_undo_can_be_undone():
    first = rename("一")
    back = undo(first)
    assert states(first, back, undo(back)) == ["stands", "undone", "stands"]


def about(kind, names, by="甲", second=0, **fields):
    refs = tuple(GroupRef(type="suggestion", id=n, label=n, members=("a:0-3",)) for n in names)
    return Decision(kind=kind, objects=refs, by=by, at=f"2031-01-01T00:00:{second:02d}+00:00", **fields)


def test_a_decision_about_one_of_several_is_seen():
    both, against = about("accept", ["S1", "S2"]), about("reject", ["S1"], by="乙", second=1)
    assert states(both, against) == ["stands", "conflict"]
    again = about("reject", ["S1"], second=1)
    assert states(both, again) == ["stands", "stands"]
    assert states(both, again, about("reject", ["S1"], by="乙", second=2)) == ["stands", "stands", "stands"]
    assert states(both, about("reject", ["S1", "S2"], second=1)) == ["superseded", "stands"]
    assert states(both, about("accept", ["S1"], by="乙", second=1), about("reject", ["S1"], second=2)) == ["stands", "stands", "conflict"]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "rename_theme", "objects": (THEME,)},
        {"kind": "merge_themes", "objects": (THEME,)},
        {"kind": "set_triage", "objects": (THEME,), "value": "legislative"},
        {"kind": "undo"},
        {"kind": "move_to_theme", "objects": ()},
        {"kind": "accept", "objects": (THEME,)},
    ],
)
def test_what_makes_no_decision(fields):
    with pytest.raises(ValueError, match=fields["kind"]):
        Decision(by="甲", at="2031-01-01T00:00:00+00:00", **fields)


@given(st.lists(st.tuples(st.sampled_from("一二三"), st.sampled_from("甲乙")), max_size=8))
def test_at_most_one_title_stands(choices):
    made = [rename(title, by, f"2031-01-01T00:00:{k:02d}+00:00") for k, (title, by) in enumerate(choices)]
    stands = {e.decision.value for e in standing(made) if e.state == "stands"}
    assert len(stands) <= 1
    assert bool(stands) == bool(choices)
