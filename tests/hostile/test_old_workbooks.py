"""xls and xlsb: read in a process of their own, whatever they claim."""

import random
import time

import fuzz_old
import fuzz_targets as targets
import pytest
from fuzz_inputs import package, unpacked

from jietan.errors import InputError
from jietan.reading import read_files

TEXTS = ["第三条建议增设路灯", "建议把罚款降到二百元", "赞成，尽快施行"]


def put(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return [path]


def test_both_kinds_are_read_whole(tmp_path):
    assert [row.text for row in read_files(put(tmp_path, "旧.xls", fuzz_old.xls())).rows] == TEXTS
    made = fuzz_old.xlsb([["编号", "意见内容"], *([f"A{k}", text] for k, text in enumerate(TEXTS))], first_row=3)
    found = read_files(put(tmp_path, "新.xlsb", made)).rows
    assert [row.text for row in found] == TEXTS
    assert [row.source_row for row in found] == [5, 6, 7]


def test_a_stray_cell_far_away_takes_no_minutes_and_loses_no_row(tmp_path):
    started = time.process_time()
    found = read_files(put(tmp_path, "远.xls", fuzz_old.far_xls(65_535, 255)))
    assert [row.text for row in found.rows][:2] == TEXTS[:2]
    assert time.process_time() - started < 8  # it was above ten


def test_cells_that_cannot_be_are_said(tmp_path):
    with pytest.raises(InputError):
        read_files(put(tmp_path, "坏.xls", fuzz_old.far_xls(65_535, 65_535)))


def test_a_worksheet_that_ends_too_early_is_said_to_be_damaged(tmp_path):
    parts = unpacked(fuzz_old.xlsb([["编号", "意见内容"], ["A1", TEXTS[0]]]))
    name = "xl/worksheets/sheet1.bin"
    for cut in (3, 20, 60, len(parts[name]) - 4):
        with pytest.raises(InputError, match="损坏"):
            read_files(put(tmp_path, "断.xlsb", package(parts | {name: parts[name][:cut]})))


@pytest.mark.parametrize("seed", range(6))
def test_damaged_ones(tmp_path, seed):
    targets.old_file(random.Random(seed), tmp_path)
