"""What reviewers decided about themes holds whatever the clustering finds later."""

import pandas as pd
import pytest

from jietan.review.apply import Reviewed
from jietan.review.decisions import Decision, GroupRef, OpinionRef, text_hash

_RECEIVED = pd.DataFrame({"comment_id": list("abcdefg"), "text": list("abcdefg")})
_SPANS = _RECEIVED.assign(opinion_id=_RECEIVED["comment_id"] + ":0-1", start=0, end=1)
_TABLES = {"received": _RECEIVED, "spans": _SPANS, "labels": _SPANS[["opinion_id"]].assign(kind="建议")}


def _ids(letters):
    return tuple(f"{c}:0-1" for c in letters)


def _decision(kind, *refs, at=0, **fields):
    return Decision(kind=kind, objects=refs, by="甲", at=f"2031-01-01T00:00:{at:02d}+00:00", **fields)


def _theme(name, letters):
    return GroupRef(type="theme", id=name, label=name, members=_ids(letters))


def _applied(decisions, found):
    """Themes as decided, out of what the clustering found: letters by theme."""
    placed = {o: name for name, letters in found.items() for o in _ids(letters)}
    themes, parents = Reviewed(decisions).themes(placed, {name: f"P{name}" for name in found}, _TABLES)
    assert set(parents) == set(themes.values())
    out = {}
    for opinion, theme in themes.items():
        out.setdefault(theme, set()).add(opinion[0])
    return out


@pytest.mark.parametrize("kind", ["lock_theme", "rename_theme"])
def test_two_kept_themes_that_cluster_together_stay_two(kind):
    value = {"value": "名称"} if kind == "rename_theme" else {}
    made = [_decision(kind, _theme("T1", "ab"), **value), _decision(kind, _theme("T2", "cd"), at=1, **value)]
    assert _applied(made, {"Tx": "abcde", "Ty": "fg"}) == {"T1": {"a", "b", "e"}, "T2": {"c", "d"}, "Ty": {"f", "g"}}


def test_a_kept_theme_that_fell_apart_is_whole_again():
    made = [_decision("lock_theme", _theme("T1", "abc"))]
    assert _applied(made, {"Tx": "abf", "Ty": "cde"}) == {"T1": {"a", "b", "c", "f"}, "Ty": {"d", "e"}}


def test_merged_themes_stand_under_the_id_of_the_first():
    made = [_decision("merge_themes", _theme("T1", "ab"), _theme("T2", "cd"))]
    assert _applied(made, {"Tx": "ab", "Ty": "cde", "Tz": "fg"}) == {"T1": {"a", "b", "c", "d", "e"}, "Tz": {"f", "g"}}


def test_what_was_taken_out_has_an_id_of_its_own():
    made = [_decision("split_theme", OpinionRef(type="opinion", opinion_id="a:0-1", comment_id="a", start=0, end=1, sha=text_hash("a")))]
    found = _applied(made, {"Tx": "abc", "Ty": "de"})
    assert found.pop("Tx") == {"b", "c"}
    assert found.pop("Ty") == {"d", "e"}
    assert list(found.values()) == [{"a"}]
    assert set(found) == set(Reviewed(made).settled)


@pytest.mark.parametrize("kind", ["lock_theme", "rename_theme", "merge_themes"])
def test_what_was_moved_before_stays_where_it_was_moved(kind):
    moved = OpinionRef(type="opinion", opinion_id="a:0-1", comment_id="a", start=0, end=1, sha=text_hash("a"))
    first = _decision("move_to_theme", moved, into=_theme("Ty", "de"))
    value = {"value": "名称"} if kind == "rename_theme" else {}
    refs = [_theme("Tx", "abc"), *([_theme("Tz", "fg")] if kind == "merge_themes" else [])]
    found = _applied([first, _decision(kind, *refs, at=1, **value)], {"Tx": "abc", "Ty": "de", "Tz": "fg"})
    assert found["Ty"] == {"a", "d", "e"}
    assert {"b", "c"} <= found["Tx"]
