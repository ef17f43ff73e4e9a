import numpy as np

from jietan import grouping
from jietan.grouping import average_linkage, join_likely, link_greedily, mean_rows
from jietan.neighbours import nearest_neighbours


def unit_rows(n, d=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_groups_join_on_their_average():
    rows = unit_rows(3, 4)
    rows[1] = rows[0]
    seen = []
    heads = link_greedily(rows, np.ones(3), [(1.0, 0, 1), (0.9, 1, 2)], lambda a, b, s, mean: mean > 0.99, lambda a, b: seen.append((a, b)))
    assert heads == [0, 0, 2]
    assert seen == [(0, 1)]


def test_cuts_nest():
    rows = unit_rows(60, seed=3)
    fine, coarse = average_linkage(rows, (0.4, 0.9))
    owner = {}
    for f, c in zip(fine, coarse, strict=True):
        assert owner.setdefault(f, c) == c
    assert len(set(fine)) >= len(set(coarse))


def test_large_inputs_take_the_greedy_path_and_agree(monkeypatch):
    centres = unit_rows(5, 32, seed=1)
    rows = np.repeat(centres, 20, axis=0) + 0.02 * np.random.default_rng(2).normal(size=(100, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    exact = average_linkage(rows, (0.3, 0.6))
    monkeypatch.setattr(grouping, "_EXACT", 10)
    greedy = average_linkage(rows, (0.3, 0.6))
    for a, b in zip(exact, greedy, strict=True):
        assert len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


def test_too_many_groups_for_a_tree_are_joined_greedily_and_agree(monkeypatch):
    centres = unit_rows(6, 32, seed=4)
    centres[3:] = centres[:3] + 0.5 * unit_rows(3, 32, seed=5)
    rows = np.repeat(centres, 20, axis=0) + 0.02 * np.random.default_rng(2).normal(size=(120, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    exact = average_linkage(rows, (0.05, 0.4))
    monkeypatch.setattr(grouping, "_EXACT", 10)
    monkeypatch.setattr(grouping, "_TREE", 2)
    greedy = average_linkage(rows, (0.05, 0.4))
    assert len(set(zip(*greedy, strict=True))) == len(set(greedy[0]))
    for a, b in zip(exact, greedy, strict=True):
        assert len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))
    assert len(set(greedy[0])) > len(set(greedy[1]))


def test_one_row_is_one_group():
    assert average_linkage(unit_rows(1), (0.4, 0.6)) == [[0], [0]]


def test_means_have_length_one_and_nothing_stays_nothing():
    rows = np.array([[1, 0], [0, 1], [1, 0], [-1, 0]], np.float32)
    assert mean_rows(rows, [[0, 1], [2, 3]]).tolist() == [[np.float32(0.5**0.5)] * 2, [0, 0]]


def test_neighbours_are_the_nearest_above_the_floor():
    matrix = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)
    near = nearest_neighbours(matrix, 2, 0.5)
    assert near.rows.tolist() == [[1, -1], [0, 2], [1, -1], [-1, -1]]
    assert near.similarity[3].tolist() == [0.5, 0.5]
    assert [p.tolist() for p in near.pairs()] == [[0, 1], [1, 2]]
    assert near.ranks(np.array([1, 1, 0]), np.array([0, 2, 2])).tolist() == [0, 1, 2]


def test_groups_join_by_the_mean_over_all_pairs():
    pairs = [(0, 1, 3.0), (1, 2, 2.0), (0, 2, -1.0), (3, 4, 1.0), (2, 3, 0.5)]
    assert join_likely(5, pairs, [], 0.0, -7.0, lambda a, b: True) == [0, 0, 0, 3, 3]


def test_groups_that_must_stay_apart_never_join():
    pairs = [(0, 1, 3.0), (1, 2, 3.0)]
    assert join_likely(3, pairs, [(0, 2)], 0.0, 0.0, lambda a, b: True) in ([0, 0, 2], [0, 1, 1])
    refused = join_likely(3, pairs, [], 0.0, 0.0, lambda a, b: {*a, *b} != {0, 1})
    assert refused[0] != refused[1]
