"""Two processes write at once: nothing is lost, no line is half."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from jietan.errors import RunFolderError
from jietan.law.store import LawStore
from jietan.locking import exclusive
from jietan.loop.archive.store import open_archive
from jietan.review.ledger import LEDGER, read_ledger

_LEDGER = """
import sys
from pathlib import Path
from jietan.review.decisions import Decision
from jietan.review.ledger import append
who, folder = sys.argv[1], Path(sys.argv[2])
for n in range(60):
    said = dict(kind="note", by=who, at="2025-06-05T10:00:00+08:00")
    append(folder, [Decision(value=f"{n}-{k}" + "字" * 3000, **said) for k in range(2)])
"""
_LIBRARY = """
import json, sys
from pathlib import Path
from jietan.law.importing import add_paths
from jietan.law.store import LawStore
who, folder = sys.argv[1], Path(sys.argv[2])
for n in range(15):
    path = folder / f"{who}{n}.jsonl"
    lines = [{"law": f"{who}市第{n}条例", "article": f"第{a}条", "text": "放飞风筝应当避开线路。"} for a in range(1, 30)]
    path.write_text("\\n".join(map(json.dumps, lines)), "utf-8")
    (outcome,) = add_paths([path], LawStore(folder / "库.db"))
    assert outcome.result == "added", outcome
"""
_HOLD = """
import sys, time
from filelock import FileLock
lock = FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def _two(code, folder):
    with ThreadPoolExecutor() as pool:
        started = [pool.submit(subprocess.run, [sys.executable, "-c", code, who, folder], capture_output=True, text=True) for who in "甲乙"]
        for each in started:
            assert each.result().returncode == 0, each.result().stderr


def test_ledger(tmp_path):
    (tmp_path / LEDGER).write_bytes(b'{"half')
    _two(_LEDGER, tmp_path)
    found = [(d.by, d.value.rstrip("字")) for d in read_ledger(tmp_path)]
    assert len(found) == 240
    for who in "甲乙":
        assert [value for by, value in found if by == who] == [f"{n}-{k}" for n in range(60) for k in range(2)]
    assert all(json.loads(line) for line in (tmp_path / LEDGER).read_text("utf-8").splitlines())


def test_library(tmp_path):
    _two(_LIBRARY, tmp_path)
    store = LawStore(tmp_path / "库.db")
    store.check()
    assert {v.law for v in store.versions()} == {f"{who}市第{n}条例" for who in "甲乙" for n in range(15)}
    _, rows = store.snapshot(lambda versions: [v.id for v in versions])
    assert len(rows) == 2 * 15 * 29


def test_archive(tmp_path):
    code = """
import sys
from pathlib import Path
from jietan.loop.archive.store import open_archive
for n in range(40):
    with open_archive(Path(sys.argv[2]) / "台账.db", write=True) as db:
        held = db.execute("SELECT count(*) FROM themes").fetchone()[0]
        db.execute("INSERT OR IGNORE INTO consultations VALUES (1, 'k', 'n', 't', '', '', '', 0, '')")
        db.execute("INSERT INTO themes VALUES (1, ?, ?)", (f"{sys.argv[1]}{n}", str(held)))
"""
    _two(code, tmp_path)
    with open_archive(tmp_path / "台账.db") as db:
        assert db.execute("SELECT count(DISTINCT title), count(DISTINCT theme_id) FROM themes").fetchone() == (80, 80)


def test_a_second_writer_is_told_after_a_while(tmp_path):
    held = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path / "锁")], stdout=subprocess.PIPE)
    try:
        held.stdout.readline()
        with pytest.raises(RunFolderError, match="审核记录正被另一个 jietan 写入"), exclusive(tmp_path / "锁", "审核记录", wait_s=0.1):
            pass
    finally:
        held.kill()  # as a power cut would
        held.wait()
    with exclusive(tmp_path / "锁", "审核记录", wait_s=5), exclusive(tmp_path / "锁", "审核记录", wait_s=5):
        pass
