"""Killed at random moments, or with no room or no right to write: the end is as without it, and nothing half is left."""

import errno
import json
import os
import subprocess
import sys

import pytest
from filelock import FileLock

import jietan
from jietan.errors import JietanError, RunFolderError
from jietan.law.importing import add_paths
from jietan.law.store import LawStore
from jietan.runfolder import UNFINISHED, RunFolder, write_atomically
from jietan.settings import Settings

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
STATIC = Settings.model_validate({"embed": {"model": "jietan-static-zh"}, "export": {"formats": ["csv"]}})


@forks
def test_killed_imports_of_laws_end_like_one_that_was_left_alone(tmp_path):
    import power_cuts

    made = power_cuts.of_imports(tmp_path, 12, 8, seed=3)
    assert made.killed == 8
    assert made.ended >= 1
    assert made.differences == []


@forks
def test_killed_runs_end_like_one_that_was_left_alone(tmp_path):
    """In a process of its own: a fork of one with threads could stop for ever."""
    code = (
        "import sys; from pathlib import Path; import power_cuts; made = power_cuts.of_runs(Path(sys.argv[1]), 8, 2, 5); "
        "print(made.killed, made.ended >= 1, made.differences)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True
    )
    assert done.stdout.split("\n")[-2] == "2 True []", done.stderr


@pytest.fixture
def few(tmp_path):
    path = tmp_path / "意见.csv"
    path.write_text("编号,意见内容\n1,建议增设路灯，太黑了。\n2,反对收费，老人负担不起。\n", "utf-8")
    return path


def test_what_a_killed_run_left_half_written_is_removed(tmp_path, few):
    out = tmp_path / "运行"
    jietan.run(few, out=out, settings=STATIC)
    halves = [out / "tables" / f"{UNFINISHED}a.parquet", out / "exports" / f"{UNFINISHED}b.csv", out / f"{UNFINISHED}c.json"]
    for path in halves:
        path.write_bytes(b"half")
    jietan.run(few, out=out, settings=STATIC)
    assert not [path for path in halves if path.exists()]


def test_two_runs_into_one_folder(tmp_path, few):
    out = tmp_path / "运行"
    jietan.run(few, out=out, settings=STATIC, export=False)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    code = "import sys, time; from filelock import FileLock; x = FileLock(sys.argv[1]); x.acquire(); print(1, flush=True); time.sleep(99)"
    other = subprocess.Popen([sys.executable, "-c", code, out / ".lock"], stdout=subprocess.PIPE)
    try:
        other.stdout.readline()
        with pytest.raises(RunFolderError, match="正被另一个 jietan 写入。请等它结束后原样再试"):
            jietan.run(few, out=out, settings=STATIC, export=False)
        assert before == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    finally:
        other.kill()
        other.wait()
    assert len(jietan.run(few, out=out, settings=STATIC, export=False).comments) == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EFBIG, errno.EIO])
def test_every_reason_not_to_write_is_one_line_and_leaves_no_half_file(tmp_path, code):
    def fail(path):
        path.write_text("half")
        raise OSError(code, os.strerror(code))

    with pytest.raises(RunFolderError) as caught:
        write_atomically(tmp_path / "a.parquet", fail)
    assert "\n" not in str(caught.value)
    assert caught.value.todo
    assert list(tmp_path.iterdir()) == []


def _mounted(folder, options):
    """Mount a small disk of memory, where the rights allow it."""
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root mounts disks")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine mounts no disks")
    return folder


@pytest.fixture
def full_disk(tmp_path):
    disk = _mounted(tmp_path / "小盘", "size=64k")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def read_only_disk(tmp_path):
    disk = _mounted(tmp_path / "只读", "ro")
    yield disk
    subprocess.run(["umount", disk], check=True)


def _laws(tmp_path):
    path = tmp_path / "甲条例.jsonl"
    lines = [{"law": "望潮市甲条例", "article": f"第{n}条", "text": "放飞风筝。" * 50} for n in range(1, 400)]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def test_a_disk_that_is_full(tmp_path, few, full_disk):
    with pytest.raises(JietanError) as run:
        jietan.run(few, out=full_disk / "运行", settings=STATIC)
    assert "空间不足" in str(run.value)
    assert not [path for path in full_disk.rglob(f"{UNFINISHED}*")]
    subprocess.run(["rm", "-r", full_disk / "运行"], check=True)
    with pytest.raises(JietanError) as laws:
        add_paths([_laws(tmp_path)], LawStore(full_disk / "库.db"))
    assert "空间不足" in str(laws.value)
    assert LawStore(full_disk / "库.db").versions() == []


def test_a_disk_that_is_read_only(tmp_path, few, read_only_disk):
    for out in (read_only_disk / "运行", read_only_disk):
        with pytest.raises(RunFolderError, match="只读"):
            jietan.run(few, out=out, settings=STATIC)
    with pytest.raises(JietanError):
        add_paths([_laws(tmp_path)], LawStore(read_only_disk / "库.db"))


def test_a_folder_that_is_only_locked_is_discarded(tmp_path):
    folder = RunFolder.create(tmp_path / "运行")
    with folder.alone():
        pass
    folder.discard_if_empty()
    assert not folder.path.exists()
    assert not FileLock(tmp_path / "别的").is_locked
