import random

import pandas as pd
import pytest

import jietan
from jietan.tables import CONTRACT_TABLES
from run_copies import table_bytes, without_rows


@pytest.fixture(scope="module")
def shuffled_run(tmp_path_factory, sample_rows, sample_folder, write_csv):
    """A run of the sample with its rows in another order."""
    folder = tmp_path_factory.mktemp("shuffled")
    rows = sample_rows[1:]
    random.Random(7).shuffle(rows)  # noqa: S311  (an order, not a secret)
    comments = write_csv(folder / "comments.csv", [sample_rows[0], *rows])
    return jietan.run(comments, draft=sample_folder / "draft.docx", out=folder / "out", export=False)


def test_a_run_elsewhere_gives_the_same_bytes(tmp_path, sample_run, sample_folder):
    comments, draft = sample_folder / "comments.csv", sample_folder / "draft.docx"
    again = jietan.run(comments, draft=draft, out=tmp_path / "elsewhere", export=False)
    ours, theirs = table_bytes(again.folder), table_bytes(sample_run.folder)
    assert [name for name in theirs if ours[name] != theirs[name]] == []


@pytest.mark.parametrize("name", CONTRACT_TABLES)
def test_the_order_of_rows_changes_nothing(name, sample_run, shuffled_run):
    pd.testing.assert_frame_equal(without_rows(shuffled_run.folder, name), without_rows(sample_run.folder, name))
