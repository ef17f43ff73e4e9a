import pytest

import jietan
from jietan.errors import RunFolderError


def comments(path, header="意见内容", count=3):
    path.write_text("编号," + header + "\n" + "".join(f"{path.stem}{i},建议增加路灯{i}盏\n" for i in range(count)), "utf-8")
    return path


def test_the_only_batch_is_read_anew_with_other_columns(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,意见内容,补充\n1,建议增加路灯,也要修路\n", "utf-8")
    jietan.run(path, out=tmp_path / "run", export=False)
    again = jietan.run(path, out=tmp_path / "run", settings=jietan.load_settings(column_map={"text": "补充"}), export=False)
    assert again.comments["text"].tolist() == ["也要修路"]
    assert len(again.manifest["batches"]) == 1


def test_batches_may_name_their_columns_differently(tmp_path):
    first, second = comments(tmp_path / "a.csv"), comments(tmp_path / "b.csv", header="说了什么")
    jietan.run(first, out=tmp_path / "run", export=False)
    joined = jietan.run(
        second, out=tmp_path / "run", settings=jietan.load_settings(column_map={"text": "说了什么"}), append=True, export=False
    )
    assert len(joined.comments) == 6


def test_other_columns_are_not_ignored_once_there_are_two_batches(tmp_path):
    first, second = comments(tmp_path / "a.csv"), comments(tmp_path / "b.csv")
    jietan.run(first, out=tmp_path / "run", export=False)
    jietan.run(second, out=tmp_path / "run", append=True, export=False)
    with pytest.raises(RunFolderError, match="--map"):
        jietan.run(
            [first, second], out=tmp_path / "run", settings=jietan.load_settings(column_map={"text": "编号"}), export=False
        )


def test_another_salt_is_not_mixed_in(tmp_path):
    first, second = comments(tmp_path / "a.csv"), comments(tmp_path / "b.csv")
    jietan.run(first, out=tmp_path / "run", export=False)
    (tmp_path / "salt").write_text("0" * 32)
    other = jietan.load_settings(None, [f"redact.salt_file={tmp_path / 'salt'}"])
    with pytest.raises(RunFolderError, match="盐"):
        jietan.run(second, out=tmp_path / "run", settings=other, append=True, export=False)
