import numpy as np
import pytest

from jietan import likeness as likeness_module
from jietan import linkage
from jietan.likeness import likeness
from jietan.linkage import broad_groups, cut_tree, matched_groups

HEADS = [
    "反映桃江县二中强制补课",
    "反映石门县二中强制补课",
    "石门县二中强制补课的问题",
    "咨询桃源县独生子女费发放",
    "桃源县独生子女费何时发放",
    "咨询A3县独生子女费发放",
    "咨询B3县独生子女费发放",
]


def alike(heads=HEADS):
    rows = np.random.default_rng(3).normal(size=(2, 16))
    meanings = np.array([rows[int("独生" in h)] for h in heads], np.float32)
    return likeness(heads, heads, meanings / np.linalg.norm(meanings, axis=1, keepdims=True))


def partition(groups):
    return {frozenset(np.flatnonzero(groups == g).tolist()) for g in groups}


def unit_rows(n, d, seed):
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_naming_another_county_keeps_letters_apart(monkeypatch):
    found, every = alike(), np.arange(len(HEADS))
    values = found.between(every, every)
    monkeypatch.setattr(likeness_module, "_ELSEWHERE", np.float32(0))
    taken = (found.between(every, every) - values).round(3)
    assert taken[5, 6] == taken[0, 1] == taken[1, 3] == pytest.approx(0.2)
    assert taken[1, 2] == taken[3, 4] == 0


def test_likeness_of_pairs_and_of_blocks_agree():
    found = alike()
    i, j = np.triu_indices(len(HEADS), 1)
    assert found.of_pairs(i, j) == pytest.approx(found.between(np.arange(len(HEADS)), np.arange(len(HEADS)))[i, j], abs=2e-6)


def test_equal_letters_are_wholly_alike_and_flat_rows_come_near_the_likeness():
    found = alike([*HEADS, HEADS[0]])
    assert found.of_pairs(np.array([0]), np.array([7]))[0] == pytest.approx(1, abs=1e-5)
    flat = found.flat(4096)
    assert float(flat[0] @ flat[7]) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("exact", [2, 100])
def test_grouping_within_connected_parts_is_grouping_all_at_once(exact):
    found = alike()
    every = np.arange(len(HEADS))
    whole = cut_tree(found.between(every, every), 0.5)
    assert partition(matched_groups(found, 0.5, exact)) == partition(whole)


def test_thousands_of_copies_stay_together(monkeypatch):
    monkeypatch.setattr(linkage, "_PART", 3)
    heads = [HEADS[1]] * 5 + [HEADS[4]] * 6
    assert partition(matched_groups(alike(heads), 0.5)) == {frozenset(range(5)), frozenset(range(5, 11))}


def test_out_of_many_rows_the_drawn_ones_make_the_groups_that_others_join(monkeypatch):
    centres = unit_rows(5, 64, 1)
    rows = np.repeat(centres, 40, axis=0) + 0.03 * np.random.default_rng(2).normal(size=(200, 64)).astype(np.float32)
    rows = np.vstack([rows / np.linalg.norm(rows, axis=1, keepdims=True), unit_rows(1, 64, 9)])
    exact = broad_groups(rows, 0.5)
    monkeypatch.setattr(linkage, "_DRAWN", 50)
    assert partition(broad_groups(rows, 0.5, 10)) == partition(exact)
    assert len(partition(exact)) == 6


def test_one_row_that_joins_none_of_the_drawn_ones_is_a_group_of_its_own(monkeypatch):
    monkeypatch.setattr(linkage, "_DRAWN", 2)
    rows = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]], np.float32)
    assert partition(broad_groups(rows, 0.5, 1)) == {frozenset({0, 2}), frozenset({1})}


def test_pairs_above_a_floor_are_those_of_the_whole_block():
    found, every = alike(), np.arange(len(HEADS))
    block = found.between(every, every)
    i, j, values = found.above(every[1:], every, 0.3)
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == {(a, b) for a, b in np.argwhere(block >= 0.3).tolist() if a}
    assert values == pytest.approx(block[i, j], abs=1e-6)


def test_common_runs_of_characters_do_not_count_among_many_letters(monkeypatch):
    monkeypatch.setattr(likeness_module, "_MANY", 10)
    monkeypatch.setattr(likeness_module, "_FEW", 3)
    meaningless = np.zeros((12, 4), np.float32)
    heads = [f"望领导重视此事{'松柏' if k < 2 else chr(0x4E00 + k)}" for k in range(12)]
    values = likeness(heads, heads, meaningless).between(np.arange(12), np.arange(12))
    assert values[0, 1] > 0.5
    assert values[3, 4] == 0
