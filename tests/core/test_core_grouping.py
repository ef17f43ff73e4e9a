import numpy as np

from jietan import grouping
from jietan.grouping import average_linkage, join_likely, link_greedily, mean_made_rows, mean_rows
from jietan.neighbours import nearest_neighbours


def unit_rows(n, d=8, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def columns(rows, width=3):
    return tuple(np.array([r[k] for r in rows], np.float64 if k == 2 else np.int64) for k in range(width))


def test_groups_join_on_their_average():
    rows = unit_rows(3, 4)
    rows[1] = rows[0]
    pairs = np.array([0, 1]), np.array([1, 2])
    assert link_greedily(rows, np.ones(3), pairs, 0.99).tolist() == [0, 0, 2]
    assert link_greedily(rows, np.ones(3), pairs, -1.0).tolist() == [0, 0, 0]


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


def test_rows_are_made_in_blocks_for_their_means():
    rows = unit_rows(50_000)
    order = np.random.default_rng(1).permutation(len(rows))
    groups = [[k] for k in order[:20_000].tolist()] + [order[k : k + 3].tolist() for k in range(20_000, 50_000, 3)]
    asked = []

    def make(numbers):
        asked.append(len(numbers))
        return rows[numbers]

    means = mean_made_rows(make, groups)
    sums = np.array([rows[g].astype(np.float64).mean(axis=0) for g in groups])
    assert np.allclose(means, sums / np.linalg.norm(sums, axis=1, keepdims=True), atol=1e-6)
    assert max(asked) <= 2**14
    assert sum(asked) == 50_000


def test_neighbours_are_the_nearest_above_the_floor():
    matrix = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0]], np.float32)
    near = nearest_neighbours(matrix, 2, 0.5)
    assert near.rows.tolist() == [[1, -1], [0, 2], [1, -1], [-1, -1]]
    assert near.similarity[3].tolist() == [0.5, 0.5]
    assert [p.tolist() for p in near.pairs()] == [[0, 1], [1, 2]]
    assert near.ranks(np.array([1, 1, 0]), np.array([0, 2, 2])).tolist() == [0, 1, 2]


def test_groups_join_by_the_mean_over_all_pairs():
    pairs = [(0, 1, 3.0), (1, 2, 2.0), (0, 2, -1.0), (3, 4, 1.0), (2, 3, 0.5)]
    assert join_likely(5, columns(pairs), columns([], 2), 0.0, -7.0, lambda a, b: True) == [0, 0, 0, 3, 3]


def test_groups_that_must_stay_apart_never_join():
    pairs = [(0, 1, 3.0), (1, 2, 3.0)]
    assert join_likely(3, columns(pairs), columns([(0, 2)], 2), 0.0, 0.0, lambda a, b: True) in ([0, 0, 2], [0, 1, 1])
    refused = join_likely(3, columns(pairs), columns([], 2), 0.0, 0.0, lambda a, b: {*a, *b} != {0, 1})
    assert refused[0] != refused[1]


def join_one_by_one(n, pairs, apart, level, missing):
    """The two groups with the highest mean first, looked for among all: slow, and without doubt."""
    groups = [[row] for row in range(n)]
    value, never = {(a, b): v for a, b, v in pairs}, set(apart)
    while True:
        best = None
        for x, mine in enumerate(groups):
            for y, other in enumerate(groups[x + 1 :], x + 1):
                between = [(min(a, b), max(a, b)) for a in mine for b in other]
                mean = sum(value.get(p, missing) for p in between) / len(between)
                if mean >= level and not never & set(between) and (best is None or mean > best[0]):
                    best = (mean, x, y)
        if best is None:
            return {frozenset(g) for g in groups}
        groups[best[1]] += groups.pop(best[2])


def test_joining_in_rounds_gives_what_joining_one_by_one_gives():
    rng = np.random.default_rng(5)
    for _ in range(10):
        every = [(a, b) for a in range(24) for b in range(a + 1, 24)]
        kept = rng.random(len(every)) < 0.4
        pairs = [(a, b, float(v)) for (a, b), v in zip(every, rng.normal(0, 3, len(every)), strict=True) if kept[every.index((a, b))]]
        apart = [p for p in every if rng.random() < 0.03]
        pairs = [p for p in pairs if p[:2] not in set(apart)]
        heads = join_likely(24, columns(pairs), columns(apart, 2), -1.0, -5.0, lambda a, b: True)
        assert {frozenset(np.flatnonzero(np.array(heads) == h).tolist()) for h in heads} == join_one_by_one(24, pairs, apart, -1.0, -5.0)


def test_means_of_groups_weigh_what_their_rows_stand_for(monkeypatch):
    rows, weights, group = unit_rows(500), np.arange(1.0, 501.0), np.arange(500) * 7 % 90
    expected = [np.average(rows[group == g].astype(np.float64), axis=0, weights=weights[group == g]) for g in range(90)]
    for together in (1, 7, 10_000):
        monkeypatch.setattr(grouping, "_TOGETHER", together)
        means = grouping._weighted_means(rows, weights, group, np.bincount(group, weights=weights))
        assert np.allclose(means, expected, atol=1e-6)
