"""Neighbours among many rows are looked for in cells, and hardly one is overlooked."""

from __future__ import annotations

import numpy as np
import pytest

from jietan.neighbours import Matrix, nearest_neighbours


def _matrix(n: int, groups: int = 40) -> Matrix:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(groups, 32))[rng.integers(0, groups, n)] + 0.5 * rng.normal(size=(n, 32))
    return (rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))).astype(np.float32)


def test_cells_find_almost_every_neighbour() -> None:
    matrix = _matrix(3000)
    whole, cells = (nearest_neighbours(matrix, 8, 0.3, exact) for exact in (3000, 10))
    wanted = {(i, j) for i, row in enumerate(whole.rows.tolist()) for j in row if j >= 0}
    found = {(i, j) for i, row in enumerate(cells.rows.tolist()) for j in row if j >= 0}
    assert len(wanted) > 20000
    assert len(wanted & found) / len(wanted) > 0.95


def test_neighbours_in_cells_are_right_and_in_order() -> None:
    matrix = _matrix(500)
    near = nearest_neighbours(matrix, 5, 0.4, 10)
    for i, (row, values) in enumerate(zip(near.rows.tolist(), near.similarity.tolist(), strict=True)):
        kept = [j for j in row if j >= 0]
        assert i not in kept
        assert len(set(kept)) == len(kept)
        assert values == sorted(values, reverse=True)
        assert [float(v) for v in values[: len(kept)]] == pytest.approx([float(matrix[i] @ matrix[j]) for j in kept], abs=2e-6)
        assert min(values, default=1) >= 0.4


@pytest.mark.parametrize("n", [0, 1, 2, 3, 17])
@pytest.mark.parametrize("exact", [0, 100])
def test_a_few_rows(n: int, exact: int) -> None:
    near = nearest_neighbours(_matrix(n), 4, -1.0, exact)
    assert near.rows.shape == (n, max(0, min(4, n - 1)))
    assert (near.rows >= 0).all()


@pytest.mark.parametrize("exact", [0, 1000])
def test_equal_rows_and_rows_of_zeros_do_no_harm(exact: int) -> None:
    matrix = np.zeros((300, 8), np.float32)
    matrix[:200, 0] = 1
    near = nearest_neighbours(matrix, 3, 0.5, exact)
    assert (near.similarity[:200] == 1).all()
    assert (near.rows[200:] == -1).all()
