import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import jietan
from jietan import flow
from jietan.commands.summary import quoted
from jietan.errors import RunFolderError
from jietan.runfolder import RunFolder
from jietan.settings import load_settings
from jietan.tables import CONTRACT_TABLES
from run_copies import assert_survivors_keep_ids, copy_of, table_bytes, theme_members

_REUSED = "沿用已有结果"


def _report(lines):
    """Say for every stage whether it was computed anew."""
    labels = {stage.label: stage.name for stage in flow.STAGES}
    pairs = [line.split("：", 1) for line in lines]
    return {labels[label]: text != _REUSED for label, text in pairs if label in labels}


def _again(run, comments, draft, **options):
    lines = []
    done = jietan.run(comments, draft=draft, out=run, export=False, report=lines.append, **options)
    return done, _report(lines)


def test_run_says_what_it_found_and_where_it_is(call, tmp_path, small_run, small_comments, sample_folder):
    out = copy_of(small_run, tmp_path / "out")
    done = call("run", small_comments, "--draft", sample_folder / "draft.docx", "--out", out)
    assert done.code == 0
    assert done.err == ""
    counts = small_run.manifest["counts"]
    assert f"意见 {counts['comments']} 件，观点 {counts['opinions']} 个，" in done.out
    assert f"立法建议 {counts['suggestions']} 条" in done.out
    assert f"未处理：{counts['rejects']} 条" in done.out
    assert "识别的列：意见内容＝意见内容" in done.out
    assert "前 5 条建议" in done.out
    places = [line.split("：", 1)[1] for line in done.out.split("文件：\n")[1].split("下一步")[0].strip().split("\n")]
    assert places == [
        str(out / "exports" / "意见汇总表.xlsx"),
        str(out / "exports" / "立法建议报告.docx"),
        str(out / "exports" / "report.html"),
        str(out / "exports" / "建议.json"),
        str(out / "exports" / "表格csv"),
        str(out),
    ]
    assert all(Path(place).exists() for place in places)
    assert f"jietan trace {out} LJ-0001" in done.out


def test_run_without_a_draft(call, tmp_path, write_csv, sample_rows):
    done = call("run", write_csv(tmp_path / "几件.csv", sample_rows[:31]), "--out", tmp_path / "out")
    assert done.code == 0
    assert "没有给出草案" in done.out
    assert "人数最多的" in done.out
    assert "立法建议 0 条" in done.out


def test_numbering_problems_of_the_draft_come_first(call, tmp_path, write_csv, sample_rows):
    draft = tmp_path / "草案.md"
    draft.write_text("电动自行车管理办法（草案）\n\n第一条　为了安全，制定本办法。\n\n第三条　车棚应当有充电设施。\n", "utf-8")
    done = call("run", write_csv(tmp_path / "几件.csv", sample_rows[:6]), "--draft", draft, "--out", tmp_path / "out")
    assert done.code == 0
    first = done.out.split("说明：\n")[1].split("\n")[0]
    assert "第二条" in first


def test_the_column_can_be_named(call, tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("甲,乙\n建议车棚增加充电桩。,x\n建议延长充电时间。,y\n", "utf-8")
    done = call("run", path, "--map", "text=甲", "--out", tmp_path / "out", "--set", "export.formats=['json']")
    assert done.code == 0
    assert jietan.Run.load(tmp_path / "out").comments["text"].tolist() != []
    assert [p.name for p in (tmp_path / "out" / "exports").iterdir()] == ["建议.json"]


def test_nothing_but_symbols_is_a_run_too(call, tmp_path):
    path = tmp_path / "表情.csv"
    path.write_text("意见内容\n👍👍\n……\n", "utf-8")
    done = call("run", path, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert "意见 2 件，观点 0 个" in done.out
    assert len(jietan.Run.load(tmp_path / "out").rejects) == 2


def test_demo_and_demo_again(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = call("demo")
    assert first.code == 0, first.err
    assert "意见 420 件" in first.out
    workbook, report = (str(tmp_path / "runs/demo/exports" / name) for name in ("意见汇总表.xlsx", "立法建议报告.docx"))
    assert first.out.index(workbook) < first.out.index(report)
    assert "下一步" in first.out
    assert str(tmp_path / "runs/demo-反馈/采纳情况反馈表.docx") in first.out
    assert len(list((tmp_path / "runs/demo-反馈/采集点").glob("*/答复函.docx"))) == 31
    before = table_bytes(tmp_path / "runs/demo")
    again = call("demo")
    assert again.code == 0
    assert again.out == first.out
    assert table_bytes(tmp_path / "runs/demo") == before


def test_a_second_run_reuses_every_stage(tmp_path, small_run, small_comments, sample_folder):
    out = copy_of(small_run, tmp_path / "out")
    _, computed = _again(out, small_comments, sample_folder / "draft.docx")
    assert computed == dict.fromkeys((stage.name for stage in flow.STAGES), False)
    assert table_bytes(out) == table_bytes(small_run.folder)


def test_a_changed_setting_reruns_only_what_depends_on_it(tmp_path, small_run, small_comments, sample_folder):
    out = copy_of(small_run, tmp_path / "out")
    settings = load_settings(overrides=["cluster.granularity=0.9"])
    _, computed = _again(out, small_comments, sample_folder / "draft.docx", settings=settings)
    assert {name for name, anew in computed.items() if anew} == {"cluster", "resample", "relate", "draft", "hold", "rank", "gather"}


def test_a_killed_run_is_no_run_and_continues(tmp_path, small_run, small_comments, sample_folder, monkeypatch):
    def stop(_):
        raise RuntimeError("killed")

    stages = tuple(replace(stage, run=stop) if stage.name == "link" else stage for stage in flow.STAGES)
    out, draft = tmp_path / "out", sample_folder / "draft.docx"
    with monkeypatch.context() as patch:
        patch.setattr(flow, "STAGES", stages)
        with pytest.raises(RuntimeError, match="killed"):
            _again(out, small_comments, draft)
    with pytest.raises(RunFolderError, match=r"还没有完成.*原样再执行一次"):
        jietan.Run.load(out)
    _, computed = _again(out, small_comments, draft)
    names = [stage.name for stage in flow.STAGES]
    assert [name for name in names if computed[name]] == names[names.index("link") :]
    assert table_bytes(out) == table_bytes(small_run.folder)


def test_a_run_killed_at_its_very_start_continues(tmp_path, small_run, small_comments, sample_folder, monkeypatch):
    def stop(*_):
        raise RuntimeError("killed")

    out, draft = tmp_path / "out", sample_folder / "draft.docx"
    with monkeypatch.context() as patch:
        patch.setattr("jietan.api.run_stages", stop)
        patch.setattr("jietan.api.write_atomically", stop)
        with pytest.raises(RuntimeError, match="killed"):
            _again(out, small_comments, draft)
    _again(out, small_comments, draft)
    assert table_bytes(out) == table_bytes(small_run.folder)


def test_a_killed_change_of_columns_is_not_taken_for_the_old_reading(tmp_path, monkeypatch):
    path, out = tmp_path / "表.csv", tmp_path / "out"
    path.write_text("甲,乙\n建议车棚增加充电桩。,支持。\n建议延长充电时间。,反对。\n", "utf-8")
    first, second = (load_settings(column_map={"text": name}) for name in "甲乙")
    _again(out, path, None, settings=first)
    before = table_bytes(out)
    save, calls = RunFolder.save_manifest, []

    def stop(self):
        calls.append(self)
        if len(calls) == 2:
            raise RuntimeError("killed")
        save(self)

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "save_manifest", stop)
        with pytest.raises(RuntimeError, match="killed"):
            _again(out, path, None, settings=second)
    _again(out, path, None, settings=first)
    assert table_bytes(out) == before


@pytest.fixture
def second_batch(tmp_path, sample_rows, write_csv):
    """Twenty further comments, two of them with ids of the first batch."""
    rows = [list(row) for row in sample_rows[41:61]]
    rows[0][0], rows[1][0] = "LJ-0001", "LJ-0003"
    return write_csv(tmp_path / "第二批.csv", [sample_rows[0], *rows])


def _append(out, batch, sample_folder):
    return _again(out, batch, sample_folder / "draft.docx", append=True)


def test_append_joins_a_batch_and_changes_no_id(call, tmp_path, small_run, second_batch, sample_folder):
    out = copy_of(small_run, tmp_path / "out")
    done = call("run", second_batch, "--draft", sample_folder / "draft.docx", "--out", out, "--append")
    assert done.code == 0
    assert "意见 60 件（2 批）" in done.out
    joined, before = jietan.Run.load(out).comments.set_index("comment_id"), small_run.comments.set_index("comment_id")
    assert joined.index.is_unique
    kept = ["text", "source_file", "source_row", "submitter_key", "batch"]
    assert joined.loc[before.index, kept].equals(before[kept])
    new = joined.drop(before.index)
    assert set(new["source_file"]) == {second_batch.name}
    assert {name.split("@")[0] for name in new.index if "@" in name} == {"LJ-0001", "LJ-0003"}
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [len(batch["files"]) for batch in manifest["batches"]] == [1, 1]
    themes, now = theme_members(small_run), theme_members(jietan.Run.load(out))
    assert_survivors_keep_ids(themes, now)
    assert manifest["continuity"]["kept"] == len(set(themes) & set(now))
    assert f"{manifest['continuity']['kept']} 个主题沿用原来的编号" in done.out


def test_appending_the_same_again_adds_nothing_and_says_so(tmp_path, small_run, second_batch, sample_folder):
    out = copy_of(small_run, tmp_path / "out")
    _append(out, second_batch, sample_folder)
    before = table_bytes(out)
    again, computed = _append(out, second_batch, sample_folder)
    assert not any(computed.values())
    assert table_bytes(out) == before
    assert any("没有重复读" in note for note in again.notes)


def test_an_append_killed_between_tables_and_manifest(tmp_path, small_run, second_batch, sample_folder, monkeypatch):
    straight, out = copy_of(small_run, tmp_path / "straight"), copy_of(small_run, tmp_path / "out")
    _append(straight, second_batch, sample_folder)
    save, calls = RunFolder.save_manifest, []

    def stop(self):
        calls.append(self)
        if len(calls) == 2:
            raise RuntimeError("killed")
        save(self)

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "save_manifest", stop)
        with pytest.raises(RuntimeError, match="killed"):
            _append(out, second_batch, sample_folder)
    assert len(pd.read_parquet(out / "stages" / "received.parquet")) == 60
    _append(out, second_batch, sample_folder)
    assert table_bytes(out) == table_bytes(straight)


def test_several_files_are_one_run(call, tmp_path, small_comments, second_batch):
    done = call("run", small_comments, second_batch, "--out", tmp_path / "out", "--set", "export.formats=['csv']")
    assert done.code == 0
    comments = jietan.Run.load(tmp_path / "out").comments
    assert len(comments) == 60
    assert comments["comment_id"].is_unique
    assert sorted(p.stem for p in (tmp_path / "out/exports/表格csv").iterdir()) == sorted(CONTRACT_TABLES)


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [
        ("runs/意见", "runs/意见", "runs/意见"),
        ("我的 意见", "'我的 意见'", '"我的 意见"'),
        ("D:\\意见", "'D:\\意见'", "D:\\意见"),
        ("a;b", "'a;b'", "a;b"),
    ],
)
def test_commands_that_are_shown_can_be_copied_on_each_system(word, posix, windows):
    """The Windows prompt takes single quotes for letters of the name."""
    assert (quoted(word, "posix"), quoted(word, "nt")) == (posix, windows)
