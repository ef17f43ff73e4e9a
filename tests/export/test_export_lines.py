import csv
import io

import numpy as np
import pandas as pd
import pytest

from jietan.export.lines import cell, lines

TEXTS = [
    "甲",
    "",
    None,
    '他说"好"',
    "一,二",
    "=1+1",
    "＋86",
    "-3",
    "@x",
    "上\r\n下",
    "\r",
    "\n",
    "\t表",
    "坏\x00\x07字",
    "\x85\x9f\ufffe",
    "'=1",
    "🚲",
    " 空 ",
]


def written(*columns):
    """What the csv module writes of cells."""
    stream = io.StringIO()
    csv.writer(stream).writerows(zip(*([cell(v) for v in values] for values in columns), strict=True))
    return stream.getvalue().encode()


def test_texts_of_every_kind_stand_as_the_csv_module_writes_them():
    again = TEXTS[::-1]
    assert bytes(lines([TEXTS, pd.Series(again, dtype="str")])) == written(TEXTS, again)


def test_numbers_truths_and_missing_values_stand_as_the_csv_module_writes_them():
    numbers = [0.1, 0.0, 1e-7, 1e22, -0.0, -2 / 3, None]
    wholes = [0, -3, 10**15, 7, 8, 9, None]
    columns = (
        pd.Series(numbers, dtype="float64"),
        pd.Series(wholes, dtype="Int64"),
        pd.Series(range(7)),
        pd.Series([True, False] * 3 + [True]),
        wholes,
        numbers,
    )
    assert bytes(lines(columns)) == written(numbers, wholes, range(7), [True, False] * 3 + [True], wholes, numbers)


def test_lists_are_joined_and_what_no_file_can_hold_is_replaced():
    lists, halves = [["甲", "乙"], [], [{"column": "a", "start": 0, "end": 2}]], ["好", "\ud83d", None]
    assert bytes(lines([lists, halves])) == "甲；乙,好\r\n,□\r\na[0-2],\r\n".encode()


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(rows):
    columns = [["甲"] * rows, pd.Series(np.zeros(rows)), pd.Series(["乙"] * rows, dtype="str")]
    assert bytes(lines(columns)) == "甲,0.0,乙\r\n".encode() * rows
