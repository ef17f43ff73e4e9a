import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jietan.errors import InputError
from jietan.law import store as store_module
from jietan.law.library import library_fingerprint, load_library
from jietan.law.store import LawStore, library_path
from jietan.law.versions import STATUSES, LawText, LawVersion


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An empty library of the user's."""
    monkeypatch.setenv("JIETAN_LIBRARY", str(tmp_path / "我的" / "法规库.db"))
    return LawStore()


def law(name="某市放风筝条例", date="2020-05-01", words="甲。", **more):
    return LawVersion(name, date, (LawText("第一条", "第一章　总则", (words, "乙。\n（一）丙；")),), **more)


def ids(*statuses):
    return {i for i in load_library(statuses or ("现行有效",)).articles["article_id"] if "风筝" in i}


def test_place(monkeypatch, tmp_path):
    monkeypatch.delenv("JIETAN_LIBRARY", raising=False)
    monkeypatch.setenv("JIETAN_HOME", str(tmp_path))
    assert library_path() == tmp_path / "library.db"
    monkeypatch.delenv("JIETAN_HOME")
    for platform, part in (("win32", "jietan"), ("darwin", "Application Support"), ("linux", "jietan")):
        monkeypatch.setattr(store_module.sys, "platform", platform)
        path = library_path()
        assert part in path.parts
        assert path.name == "library.db"
    monkeypatch.setenv("JIETAN_LIBRARY", "x.db")
    assert library_path() == Path("x.db")


def test_reading_makes_no_file(own):
    assert own.versions() == []
    assert own.digest() == ""
    own.check()
    assert not own.path.parent.exists()


def test_articles_come_back_as_they_went_in(own):
    assert own.add([law(history=(("2020-05-01", "制定"),), region="某市")], "a.docx") == ["added"]
    (version,) = own.versions()
    assert (version.law, version.n_articles, version.history, version.source) == ("某市放风筝条例", 1, (("2020-05-01", "制定"),), "a.docx")
    row = load_library().show("某市放风筝条例", "1").iloc[0]
    assert row["article_id"] == "某市放风筝条例#第一条"
    assert row["paragraphs"] == ["甲。", "乙。\n（一）丙；"]
    assert row["text"] == "甲。\n乙。\n（一）丙；"
    assert (row["chapter"], row["status"], row["source"], row["version"]) == ("第一章　总则", "现行有效", "library", "2020-05-01")


def test_same_version_again_replaces_cleanly(own):
    own.add([law()], "a")
    assert own.add([law()], "b") == ["same"]
    assert own.add([law(words="丁。")], "c") == ["replaced"]
    assert len(own.versions()) == 1
    assert load_library().show("某市放风筝条例", "1")["text"].tolist() == ["丁。\n乙。\n（一）丙；"]
    with sqlite3.connect(own.path) as connection:
        assert connection.execute("select count(*) from articles").fetchone() == (1,)


def test_newer_version_makes_the_older_one_amended(own):
    own.add([law(date="2022-01-01", words="新。"), law(words="旧。")], "a")
    assert ids() == {"某市放风筝条例#第一条"}
    everything = load_library(STATUSES)
    rows = everything.articles[everything.articles["law"] == "某市放风筝条例"]
    assert dict(zip(rows["article_id"], rows["status"], strict=True)) == {
        "某市放风筝条例@2020-05-01#第一条": "已修改",
        "某市放风筝条例#第一条": "现行有效",
    }
    assert everything.show("某市放风筝条例", version="2020")["text"].iloc[0].startswith("旧")
    assert everything.show("某市放风筝条例")["text"].iloc[0].startswith("新")
    with pytest.raises(InputError, match="2020-05-01、2022-01-01"):
        everything.show("某市放风筝条例", version="1999")


def test_version_that_waits_leaves_the_older_one_in_force(own):
    own.add([law(), law(date="2098-01-01", effective="2099-01-01")], "a")
    assert "某市放风筝条例#第一条" in ids()
    assert "某市放风筝条例@2098-01-01#第一条" in ids("尚未生效")


def test_day_of_effect_changes_the_fingerprint(own, monkeypatch):
    own.add([law(), law(date="2098-01-01", effective="2099-01-01")], "a")
    before = library_fingerprint()
    monkeypatch.setattr("jietan.law.library._today", lambda: "2099-01-01")
    assert library_fingerprint() != before
    assert load_library().show("某市放风筝条例")["version"].iloc[0] == "2098-01-01"


@pytest.mark.parametrize(
    ("date", "declared", "wins"), [("2099-01-01", "", True), ("1999-01-01", "", False), ("", "", True), ("2099-01-01", "已废止", None)]
)
def test_own_law_beside_the_bundled_one(own, date, declared, wins):
    theirs = load_library().show("消防法")["version"].iloc[0]
    own.add([law("消防法", date, "自己的。", declared=declared)], "a")
    library = load_library(STATUSES)
    current = library.articles[(library.articles["article_id"] == "消防法#第一条")]
    assert library.articles["article_id"].is_unique
    if wins is None:
        assert current.empty
        assert load_library().resolve("消防法") is None
        assert library.show("消防法")["status"].iloc[0] == "已废止"
    else:
        assert current["text"].iloc[0].startswith("自己的") is wins
    if wins is not False:
        assert f"消防法@{theirs}#第一条" in set(library.articles["article_id"])
    assert set(library.show("消防法")["law"]) == {"中华人民共和国消防法"}


def test_own_text_of_the_bundled_version_takes_its_place(own):
    bundled = load_library().show("消防法")["version"].iloc[0]
    own.add([law("中华人民共和国消防法", bundled, "自己的。")], "a")
    rows = load_library(STATUSES).articles
    assert (rows.loc[rows["law"] == "中华人民共和国消防法", "version"] == bundled).sum() == 1


def test_fingerprint_follows_the_content(own):
    none = library_fingerprint()
    own.add([law()], "a")
    one = library_fingerprint()
    own.add([law(words="丁。")], "a")
    assert len({none, one, library_fingerprint()}) == 3
    own.add([law()], "b")
    assert library_fingerprint() == one
    own.remove([v.id for v in own.versions()])
    assert library_fingerprint() == none
    assert load_library().resolve("某市放风筝条例") is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"nothing at all" * 100, "已损坏，没有改动它.*改名"), (None, "不是 jietan 的法规库"), ("newer", "升级"), ("folder", "是一个文件夹")],
)
def test_file_that_cannot_be_used_is_left_alone(own, content, expected):
    own.path.parent.mkdir()
    if isinstance(content, bytes):
        own.path.write_bytes(content)
    elif content == "folder":
        own.path.mkdir()
    else:
        if content == "newer":
            own.add([law()], "a")
        with sqlite3.connect(own.path) as connection:
            connection.execute("pragma user_version = 99" if content else "create table t (a)")
    before = own.path.read_bytes() if own.path.is_file() else b""
    for act in (own.versions, own.digest, own.check, lambda: own.add([law()], "a"), load_library, library_fingerprint):
        with pytest.raises(InputError, match=expected) as raised:
            act()
        assert str(own.path) in str(raised.value)
    assert (own.path.read_bytes() if own.path.is_file() else b"") == before


def test_damage_inside_is_found_before_writing(own):
    own.add([law(date=f"20{n:02d}-01-01", words="字" * 3000) for n in range(30)], "a")
    data = bytearray(own.path.read_bytes())
    data[8192:40960] = b"\xaa" * 32768
    own.path.write_bytes(data)
    with pytest.raises(InputError, match="已损坏"):
        own.check()
    assert own.path.read_bytes() == data


def test_empty_file_counts_as_no_laws(own):
    own.path.parent.mkdir()
    own.path.touch()
    assert own.versions() == []
    own.check()
    own.add([law()], "a")
    assert len(own.versions()) == 1


def test_failure_inside_a_write_leaves_nothing(own):
    own.add([law()], "a")
    bad = LawVersion("另一条例", "2020-01-01", (LawText("第一条", None, ("\ud800",)),))
    with pytest.raises(UnicodeEncodeError):
        own.add([law(words="丁。"), bad], "b")
    assert [v.source for v in own.versions()] == ["a"]


_WRITER = """
import sys
from jietan.law.store import LawStore
from jietan.law.versions import LawText, LawVersion
for n in range(40):
    texts = tuple(LawText(f"第{i}条", None, ("字" * 50,)) for i in range(20))
    LawStore().add([LawVersion(f"{sys.argv[1]}第{n}号条例", "2020-01-01", texts)], sys.argv[1])
"""


def test_two_processes_write_at_once(own):
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, name]) for name in ("甲市", "乙市")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    own.check()
    versions = own.versions()
    assert len(versions) == 80
    assert {v.n_articles for v in versions} == {20}
