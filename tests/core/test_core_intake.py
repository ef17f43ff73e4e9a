import pytest

import jietan
from jietan.errors import InputError, RunFolderError


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
        jietan.run([first, second], out=tmp_path / "run", settings=jietan.load_settings(column_map={"text": "编号"}), export=False)


def test_another_salt_is_not_mixed_in(tmp_path):
    first, second = comments(tmp_path / "a.csv"), comments(tmp_path / "b.csv")
    jietan.run(first, out=tmp_path / "run", export=False)
    (tmp_path / "salt").write_text("0" * 32)
    other = jietan.load_settings(None, [f"redact.salt_file={tmp_path / 'salt'}"])
    with pytest.raises(RunFolderError, match="盐"):
        jietan.run(second, out=tmp_path / "run", settings=other, append=True, export=False)


def test_the_same_append_can_be_run_again(tmp_path):
    first, second = comments(tmp_path / "a.csv"), comments(tmp_path / "b.csv", header="说了什么")
    mapped = jietan.load_settings(column_map={"text": "说了什么"})
    jietan.run(first, out=tmp_path / "run", export=False)
    for _ in range(2):
        joined = jietan.run(second, out=tmp_path / "run", settings=mapped, append=True, export=False)
    assert len(joined.comments) == 6


def test_a_cumulative_export_counts_nobody_twice(tmp_path):
    first = comments(tmp_path / "a.csv")
    second = tmp_path / "b.csv"
    second.write_text(first.read_text("utf-8") + "a9,建议修路\n", "utf-8")
    jietan.run(first, out=tmp_path / "run", export=False)
    joined = jietan.run(second, out=tmp_path / "run", append=True, export=False)
    assert len(joined.comments) == 7
    assert joined.comments["duplicate_of"].notna().sum() == 3
    assert any("3 件的编号和内容与以前读入的相同" in note for note in joined.notes)
    lamps = joined.opinions[joined.opinions["text"].str.contains("路灯0盏")]["unit_id"].iloc[0]
    assert joined.units.set_index("unit_id").loc[lamps, ["n_comments", "n_people"]].tolist() == [2, 1]


def test_the_draft_is_not_taken_for_comments(tmp_path):
    draft = tmp_path / "a.md"
    draft.write_text("# 测试条例\n\n第一条　为了测试，制定本条例。\n\n第二条　摊位应当收摊。\n", "utf-8")
    with pytest.raises(InputError, match="同时作为意见和草案"):
        jietan.run(draft, draft=draft, out=tmp_path / "run")


def test_repeated_ids_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,意见内容\n5,建议修路\n5,建议装灯\n6,建议种树\n", "utf-8")
    assert any("1 个编号重复（5）" in note for note in jietan.run(path, out=tmp_path / "run", export=False).notes)
