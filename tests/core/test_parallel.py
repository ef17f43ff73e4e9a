"""Many items are shared among processes, and nobody can tell from the results."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from jietan.classifiers import load_models
from jietan.parallel import Made, end_workers, spread
from jietan.stages.split import split_texts


def _longer(items: Sequence[str], by: str) -> list[str]:
    return [item + by for item in items]


def _processes(items: Sequence[str]) -> list[int]:
    return [os.getpid()] * len(items)


def _squares(items: Sequence[int]) -> np.ndarray:
    return np.square(np.array(items))[:, None]


def _fails(items: Sequence[str]) -> list[str]:
    raise ValueError(items[0])


class _Heavy:
    """Counts how often it was made in this process; its array is large enough to be shared."""

    made = 0

    def __init__(self, array: np.ndarray) -> None:
        type(self).made += 1
        self.array = array

    def __reduce__(self) -> tuple:
        return _Heavy, (self.array,)


def _with_heavy(items: Sequence[str], heavy: _Heavy) -> list[tuple[int, int, float]]:
    return [(os.getpid(), heavy.made, float(heavy.array.sum()))] * len(items)


ITEMS = [str(i) for i in range(60)]


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)


@pytest.mark.parametrize("least", [1, 1000])
@pytest.mark.parametrize("batch", [7, 60])
def test_results_come_in_the_order_of_the_items(least: int, batch: int) -> None:
    assert spread(partial(_longer, by="!"), ITEMS, "", batch, least) == [f"{item}!" for item in ITEMS]
    assert spread(_longer, [], "", batch, least) == []


def test_few_items_start_no_process() -> None:
    assert set(spread(_processes, ITEMS, "", 7)) == {os.getpid()}
    assert os.getpid() not in spread(_processes, ITEMS, "", 7, 1)


@pytest.mark.parametrize("size", [3, 300_000])
def test_what_a_function_holds_is_made_once_in_each_process(size: int) -> None:
    first = spread(partial(_with_heavy, heavy=_Heavy(np.ones(size))), ITEMS, "", 3, 1)
    assert len({(process, made) for process, made, _ in first}) == len({process for process, *_ in first})
    assert {total for *_, total in first} == {size}
    assert {total for *_, total in spread(partial(_with_heavy, heavy=_Heavy(np.zeros(size))), ITEMS, "", 3, 1)} == {0}


def test_arrays_come_back_row_by_row() -> None:
    assert np.array_equal(spread(_squares, range(60), "", 7, 1), np.square(np.arange(60))[:, None])


def test_an_error_in_another_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match=r"^\d+$"):
        spread(_fails, ITEMS, "", 7, 1)


def test_models_are_the_same_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    models = load_models("jietan-labels-zh")
    texts = [f"第{i}条太笼统，建议把罚款降到{i}元，否则没人遵守。" for i in range(40)]
    alone = split_texts(texts, models)
    monkeypatch.setattr("jietan.stages.split._TEXTS", 10)
    monkeypatch.setattr("jietan.stages.split.spread", partial(spread, least=1))
    assert split_texts(texts, models) == alone


def test_items_are_made_when_they_are_looked_at():
    made = []
    items = Made(5, lambda k: made.append(k) or k * k)
    assert len(items) == 5
    assert made == []
    assert items[1:3] == [1, 4]
    assert made == [1, 2]
    assert list(items) == [0, 1, 4, 9, 16]
    with pytest.raises(IndexError):
        items[5]


def test_a_last_batch_may_be_short():
    assert spread(lambda part: [sum(part)], range(7), "", 3) == [3, 12, 6]
    assert spread(list, [], "", 3) == []


def test_workers_stay_for_the_next_call_until_they_are_ended() -> None:
    first, kept = (set(spread(_processes, ITEMS, "", 1, 1)) for _ in range(2))
    assert first & kept
    end_workers()
    assert not kept & set(spread(_processes, ITEMS, "", 1, 1))
