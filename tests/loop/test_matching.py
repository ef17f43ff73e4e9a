"""Matching groups one to one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.loop.matching import match, shared_members

_FLOOR = 0.5


def test_what_both_hold_is_shared_out_of_what_either_holds():
    first, second = {"a": ["1", "2", "3"], "b": ["4"]}, {"x": ["1", "2", "4"], "y": ["9"]}
    assert shared_members(first, second, {"1", "2", "3", "4"}) == {(0, 0): 2 / 4, (1, 0): 1 / 3}
    assert shared_members(first, second, {"1", "2"}) == {(0, 0): 1.0}


def test_two_groups_like_one_get_one_partner():
    first = np.array([[1, 0], [0.8, 0.6]], np.float32)
    second = np.array([[1, 0]], np.float32)
    assert match(first, second, {}, _FLOOR) == [(0, 0, 1.0)]
    assert match(first, second, {(1, 0): 1.0}, 0.9)[0][2] == 1.0
    assert match(first, second, {}, 1.1) == []


@st.composite
def _sides(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = [rng.normal(size=(draw(st.integers(1, 5)), 3)).astype(np.float32) for _ in range(2)]
    return [r / np.linalg.norm(r, axis=1, keepdims=True) for r in rows]


def _best(first, second):
    """The largest sum over all ways of pairing."""
    gain = np.clip((first @ second.T).round(6).astype(float) - _FLOOR, 0, None)
    if gain.shape[0] > gain.shape[1]:
        gain = gain.T
    return max(sum(gain[i, j] for i, j in enumerate(chosen)) for chosen in itertools.permutations(range(gain.shape[1]), gain.shape[0]))


@given(_sides())
def test_no_other_pairing_has_more_in_common(sides):
    pairs = match(*sides, {}, _FLOOR)
    assert len({i for i, _, _ in pairs}) == len({j for _, j, _ in pairs}) == len(pairs)
    assert all(s >= _FLOOR for _, _, s in pairs)
    assert sum(s - _FLOOR for _, _, s in pairs) == pytest.approx(_best(*sides), abs=1e-4)
