import pickle

import numpy as np
import pandas as pd
import pytest

import jietan
from jietan import inputs
from jietan.contract import ALL
from jietan.inputs import Loaded
from jietan.runfolder import RunFolder
from jietan.tables import conform
from jietan.vectors import Vectors


@pytest.fixture
def folder(tmp_path):
    found = RunFolder.create(tmp_path / "run")
    found.write("membership", pd.DataFrame({"opinion_id": ["a:0-1", "b:0-1"], "unit_id": ["U1", "U2"]}))
    found.write("copies", pd.DataFrame({"comment_id": ["a", "b"], "campaign_id": [None, "K1"], "duplicate_of": [None, None]}))
    return found


def test_a_stage_gets_the_tables_it_declares_and_no_other(folder):
    tables = Loaded(folder).of(("membership",), {})
    assert tables["membership"]["unit_id"].tolist() == ["U1", "U2"]
    with pytest.raises(KeyError):
        tables["copies"]


def test_only_the_columns_that_are_looked_at_are_read_and_they_are_not_kept(folder):
    loaded = Loaded(folder)
    assert [*loaded.of(("membership",), {"membership": ("unit_id",)})["membership"]] == ["unit_id"]
    assert [*loaded.of(("membership",), {})["membership"]] == ["opinion_id", "unit_id"]
    assert [*loaded.of(("membership",), {"membership": ("unit_id",)})["membership"]] == ["opinion_id", "unit_id"]  # it is there already


def test_large_tables_are_kept_for_the_next_stage_alone_and_only_where_it_reads_them_whole(folder, monkeypatch):
    loaded = Loaded(folder)
    monkeypatch.setattr(RunFolder, "read", lambda self, name, columns=None: pytest.fail(f"{name} was read again"))
    loaded.add({name: pd.DataFrame({"x": ["1"] * 9}) for name in ("membership", "copies", "spans")})
    loaded.keep([(("membership",), {}), (("copies",), {})])
    assert len(loaded.load("membership")) == len(loaded.load("copies")) == 9
    with pytest.raises(pytest.fail.Exception):
        loaded.load("spans")
    monkeypatch.setattr(inputs, "_LARGE", 0)
    loaded.keep([(("membership", "copies"), {"copies": ("x",)})])
    assert len(loaded.load("membership")) == 9
    with pytest.raises(pytest.fail.Exception):
        loaded.load("copies")


def test_workers_are_ended_between_stages_where_tables_take_much(folder, monkeypatch):
    ended = []
    monkeypatch.setattr(inputs, "end_workers", lambda: ended.append(True))
    monkeypatch.setattr(inputs, "_LARGE", 0)
    loaded = Loaded(folder)
    for much, times in ((1 << 20, 0), (0, 1)):
        monkeypatch.setattr(inputs, "_MUCH", much)
        loaded.add({"membership": pd.DataFrame({"x": ["1"] * 9})})
        loaded.keep([])
        assert len(ended) == times


def test_what_stages_look_at_stands_in_their_tables():
    from jietan.flow import STAGES

    columns = {t.name: set(t.column_names) for t in ALL}
    for stage in STAGES:
        for name, wanted in stage.columns.items():
            assert name in stage.reads
            assert set(wanted) <= columns[name]


def test_stages_make_the_same_of_the_columns_they_look_at(sample_run, sample_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "_LARGE", 0)
    monkeypatch.setattr(Loaded, "add", lambda self, made: None)  # every stage reads what it wants from the folder
    again = jietan.run(sample_folder / "comments.csv", draft=sample_folder / "draft.docx", out=tmp_path / "run", export=False)
    for stage, made in sample_run.manifest["stages"].items():
        assert again.manifest["stages"][stage]["tables"] == made["tables"], stage


def test_comments_as_received_keep_their_lists(folder):
    row = {"comment_id": "a", "text": "建议增设路灯", "named": ["0-2"], "text_parts": [{"column": "内容", "start": 0, "end": 6}]}
    empty = {c.name: None for t in ALL if t.name == "received" for c in t.columns if c.name not in row}
    made = conform(pd.DataFrame([empty | {"source_file": "a.csv", "source_row": 1, "batch": 0} | row]), "received")
    folder.write("received", made)
    found = folder.read("received")
    assert [*found] == [*made]
    assert [list(x) for x in found["named"]] == [["0-2"]]
    assert [list(x) for x in found["text_parts"].tolist()] == [row["text_parts"]]
    before = folder.table_path("received").read_bytes()
    folder.write("received", found)
    assert folder.table_path("received").read_bytes() == before


def test_rows_of_mapped_vectors_stay_what_they_are(folder, monkeypatch):
    from jietan import runfolder, vectors

    rows = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    folder.write("vectors", Vectors([f"o{k}" for k in range(300)], rows))
    monkeypatch.setattr(runfolder, "_MAPPED", 0)
    monkeypatch.setattr(vectors, "_SOME", 10)
    found = folder.read_vectors()
    assert isinstance(found.matrix, np.memmap)
    assert np.array_equal(Vectors(found.ids, rows).taken(["o7"]).rows, rows[[7]])
    sent = pickle.dumps(found.taken(["o7", "o3"]))
    assert len(sent) < 500
    assert np.array_equal(pickle.loads(sent).rows, rows[[7, 3]])  # noqa: S301
    folder.write("vectors", Vectors(found.ids, -rows))
    again = pickle.loads(pickle.dumps(folder.read_vectors().taken(["o7"])))  # noqa: S301
    assert np.array_equal(again.rows, -rows[[7]])
    for _ in range(2):
        assert np.array_equal(found.block(np.arange(299, -1, -1)), rows[::-1])
        assert np.array_equal(found.rows(["o7", "o3"]), rows[[7, 3]])
