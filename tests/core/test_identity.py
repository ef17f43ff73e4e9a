"""Ids that last from batch to batch."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from jietan.identity import continuity, inherit, keep_suggestions, keep_themes
from jietan.tables import conform

_NAMES = st.dictionaries(st.sampled_from([f"o{k}" for k in range(12)]), st.sampled_from("ABCD"), max_size=12)


def _groups(ids):
    out = {}
    for member, group in ids.items():
        out.setdefault(group, []).append(member)
    return out


def _earlier(placed, suggestions=None):
    rows = [
        {"opinion_id": o, "theme_id": t, "parent_id": None if t is None else "P" + t[1:], "suggestion_ids": (suggestions or {}).get(o, [])}
        for o, t in placed.items()
    ]
    return conform(pd.DataFrame(rows), "earlier")


def test_new_members_change_no_id():
    assert inherit({"Tx": ["a", "b", "new"], "Ty": ["c"]}, {"T1": ["a", "b"], "T2": ["c"]}) == {"Tx": "T1", "Ty": "T2"}


def test_what_came_together_takes_the_id_of_the_larger():
    assert inherit({"Tx": list("abcde")}, {"T1": list("ab"), "T2": list("cde")}) == {"Tx": "T2"}


def test_what_fell_apart_leaves_the_id_to_the_largest_part():
    found = inherit({"Tx": list("ab"), "Ty": list("cde"), "Tz": ["f"]}, {"T1": list("abcdef")})
    assert found == {"Tx": "Tx", "Ty": "T1", "Tz": "Tz"}


def test_a_few_strays_carry_no_id_away():
    assert inherit({"Tx": ["a", *"uvwxyz"]}, {"T1": ["a", "gone"], "T2": list("uvwxyz"), "T3": ["b"]}) == {"Tx": "T2"}


def test_no_id_of_another_group_is_taken():
    found = inherit({"T1": ["z"], "Tx": ["a", "b"]}, {"T1": ["a", "b"], "T9": ["q"]})
    assert found["Tx"] == "T1"
    assert found["T1"] not in ("T1", "T9")
    assert inherit({"T1": ["a"]}, {"T1": ["a"]}, ["T1"])["T1"] != "T1"


@given(_NAMES, _NAMES, st.sets(st.sampled_from("ABCD")))
def test_ids_are_different_and_do_not_depend_on_the_order(now, before, reserved):
    groups, earlier = _groups(now), _groups(before)
    found = inherit(groups, earlier, reserved)
    assert set(found) == set(groups)
    assert len(set(found.values())) == len(found)
    assert not reserved & set(found.values())
    again = inherit(dict(reversed(groups.items())), {k: v[::-1] for k, v in reversed(earlier.items())}, reserved)
    assert again == found


@given(_NAMES, _NAMES)
def test_a_group_that_stays_whole_keeps_its_id(now, before):
    found = inherit(_groups(now), _groups(before))
    for old, members in _groups(before).items():
        held = {now.get(m) for m in members}
        if held and None not in held and len(held) == 1:
            (name,) = held
            rivals = [o for o, others in _groups(before).items() if o != old and sum(now.get(m) == name for m in others) >= len(members)]
            assert found[name] == old or rivals


def test_parents_and_suggestions_keep_theirs():
    earlier = _earlier({"a": "T1", "b": "T1", "c": "T2", "d": None}, {"a": ["S1"], "d": ["S1"]})
    placed, parents = keep_themes({"a": "Tx", "b": "Tx", "c": "Ty", "e": "Ty"}, {"Tx": "Px", "Ty": "Py"}, earlier, ())
    assert placed == {"a": "T1", "b": "T1", "c": "T2", "e": "T2"}
    assert parents == {"T1": "P1", "T2": "P2"}
    drafts = pd.DataFrame({"suggestion_id": ["Sx", "Sy"], "evidence": [["a", "d", "e"], ["c"]]})
    assert keep_suggestions(drafts, earlier, {})["suggestion_id"].tolist() == ["S1", "Sy"]
    assert keep_suggestions(drafts, earlier, {"c": "S1"})["suggestion_id"].tolist() == ["Sx", "S1"]


def test_the_manifest_says_where_a_theme_went():
    now = conform(pd.DataFrame({"opinion_id": list("abce"), "theme_id": ["T1", "T1", "T1", "T8"]}), "placements")
    assert continuity(_earlier({"a": "T1", "b": "T1", "c": "T2", "d": "T3"}), now) == {
        "kept": 1,
        "new": 1,
        "ended": {"T2": "T1", "T3": None},
    }
