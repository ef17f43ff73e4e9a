"""Tables of a run folder are read when they are asked for, whole or by pieces, and let go."""

import gc
import weakref

import pandas as pd
import pytest

from jietan.runfolder import RunFolder
from jietan.stored import Stored
from jietan.tables import CONTRACT_TABLES, empty


def links(count):
    rows = {
        "opinion_id": [f"o{i:03d}" for i in range(count)],
        "rank": 1,
        "source": "draft",
        "law": "某条例",
        "article_id": "a",
        "article": "第一条",
    }
    last = {"paragraph": [None] * (count - 1) + [2], "item": None, "basis": "explicit", "score": 0.5, "confidence": 0.25}
    frame = pd.DataFrame(rows | last)
    return frame.assign(paragraph=frame["paragraph"].astype("Int64"), item=frame["item"].astype("str"))


@pytest.fixture
def folder(tmp_path):
    made = RunFolder.create(tmp_path / "run")
    made.write("links", links(25))
    made.write("themes", empty("themes"))
    return made


def test_pieces_are_the_table_with_the_same_types(folder):
    tables = Stored(folder)
    pieces = list(tables.pieces("links", 10))
    assert [len(p) for p in pieces] == [10, 10, 5]
    whole = tables["links"]
    for piece in [*pieces, *tables.pieces("links", 10)]:  # from the file, and from what is read already
        assert piece.dtypes.to_dict() == whole.dtypes.to_dict()
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)
    (none,) = tables.pieces("themes", 10)
    assert list(none) == list(empty("themes"))


def test_a_table_is_shared_while_it_is_used_and_then_let_go(folder):
    tables = Stored(folder)
    held = tables["links"]
    assert tables["links"] is held
    seen = weakref.ref(held)
    del held
    gc.collect()
    assert seen() is None
    assert len(tables["links"]) == 25


def test_it_names_the_tables_of_the_contract(folder):
    tables = Stored(folder)
    assert [*tables] == [*CONTRACT_TABLES]
    assert len(tables) == len(CONTRACT_TABLES)
    assert tables.get("points") is None
    folder.write("points", empty("points"))
    assert "points" in Stored(folder)


def test_a_table_is_not_read_to_know_whether_there_is_one_or_how_long_it_is(folder, monkeypatch):
    stored = Stored(folder)
    count = stored.count("links")
    assert count == len(stored["links"])
    monkeypatch.setattr(RunFolder, "read", lambda self, name, columns=None: pytest.fail(f"{name} was read"))
    again = Stored(folder)
    assert "links" in again
    assert "没有" not in again
    assert again.count("links") == count


def test_some_columns_are_read_by_themselves_unless_the_table_is_there(folder):
    stored = Stored(folder)
    assert [*stored.some("links", ("opinion_id",))] == ["opinion_id"]
    whole = stored["links"]
    assert stored.some("links", ("opinion_id",)) is whole
