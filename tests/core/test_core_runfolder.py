import errno
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest

import jietan
from jietan.errors import InputError, RunFolderError
from jietan.runfolder import RunFolder, content_key, file_hash, write_atomically
from jietan.tables import conform, to_arrow
from jietan.vectors import Vectors


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RunFolderError, match="磁盘空间不足"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_foreign_folder_is_refused(tmp_path):
    (tmp_path / "letter.docx").write_text("x")
    with pytest.raises(RunFolderError, match="已有别的内容"):
        RunFolder.create(tmp_path)
    with pytest.raises(RunFolderError, match=r"manifest\.json"):
        RunFolder.open(tmp_path)
    with pytest.raises(RunFolderError, match="没有这个运行文件夹"):
        RunFolder.open(tmp_path / "none")


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_manifest_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(RunFolderError, match="已损坏"):
        RunFolder.open(tmp_path)


def test_stages_are_reused_only_while_key_and_files_stand(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    frame = pd.DataFrame([{"comment_id": "a", "triage": "legislative", "triage_probability": 1.0}])
    folder.record("classify", {"key": "k", "tables": {"triage": folder.write("triage", frame)}})
    again = RunFolder.open(tmp_path / "run")
    assert again.reusable("classify", "k")
    assert not again.reusable("classify", "other")
    assert not again.reusable("merge", "k")
    folder.write("triage", frame.assign(triage="personal"))
    assert not again.reusable("classify", "k")
    folder.table_path("triage").unlink()
    assert not again.reusable("classify", "k")


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("note", [[None] * 6 + ["x"], [1.5] * 7, ["y"] * 7], ids=["late", "numbers", "words"])
def test_a_table_is_written_in_groups_as_if_whole(tmp_path, monkeypatch, rows, note):
    frame = pd.DataFrame(
        {
            "comment_id": list("abcdefg")[:rows],
            "campaign_id": pd.Series([None, "k", None, None, "k", None, "l"][:rows], dtype=object),
            "duplicate_of": pd.Series([None] * rows, dtype=object),
            "note": pd.Series(note[:rows], dtype=object if None in note else None),
        }
    )
    monkeypatch.setattr("jietan.runfolder._GROUP", 2)
    folder = RunFolder.create(tmp_path / "run")
    folder.write("copies", frame)
    whole = tmp_path / "whole.parquet"
    parquet.write_table(to_arrow(conform(frame, "copies"), "copies"), whole, compression="zstd", row_group_size=2)
    assert folder.table_path("copies").read_bytes() == whole.read_bytes()


def test_vectors_survive_a_round_trip(tmp_path):
    folder = RunFolder.create(tmp_path)
    vectors = Vectors(["b", "a"], np.eye(2, dtype=np.float32))
    folder.write("vectors", vectors)
    found = folder.read_vectors()
    assert found.ids == ["b", "a"]
    assert (found.rows(["a"]) == [[0, 1]]).all()


def test_the_manifest_is_readable_text(tmp_path):
    folder = RunFolder.create(tmp_path)
    folder.record("split", {"key": "k", "tables": {}})
    assert json.loads((tmp_path / "manifest.json").read_text("utf-8"))["stages"]["split"]["key"] == "k"


def test_missing_files_and_tables_say_so(tmp_path):
    with pytest.raises(InputError, match="没有这个文件"):
        file_hash(tmp_path / "none.csv")
    with pytest.raises(RunFolderError, match="没有表"):
        RunFolder(tmp_path, {}).read("themes")


def test_a_table_younger_than_the_run_is_empty_and_a_lost_one_is_missing(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    folder.manifest["counts"] = {"comments": 1}
    younger = folder.read("demands")
    assert younger.empty
    assert "opinion_id" in younger.columns
    with pytest.raises(RunFolderError, match="没有表 comments"):
        folder.read("comments")


def test_comments_that_cannot_be_read_leave_no_folder_behind(tmp_path):
    (tmp_path / "a.csv").write_text("天气,温度\n晴,20\n", "utf-8")
    with pytest.raises(InputError, match="--map"):
        jietan.run(tmp_path / "a.csv", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_keys_depend_on_values_not_on_order():
    assert content_key({"a": 1, "b": 2}) == content_key({"b": 2, "a": 1})
    assert content_key({"a": 1}) != content_key({"a": 2})
