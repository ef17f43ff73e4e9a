import subprocess
import sys
import time
import zipfile

import pytest

from jietan.language.numerals import parse_number
from jietan.law.importing import add_paths
from jietan.law.parse import read_draft
from jietan.law.store import LawStore
from law_files import archive, json_lines, lines, row, text, word


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A library of the user's with one law."""
    monkeypatch.setenv("JIETAN_LIBRARY", str(tmp_path / "store" / "库.db"))
    store = LawStore()
    add_paths([text(tmp_path / "先有.txt", lines("某市先有条例"))], store)
    return store


def refused(path, own):
    """The reason for which a file is refused; the library stays as it was, byte for byte."""
    before = own.path.read_bytes()
    (outcome,) = add_paths([path], own)
    assert (outcome.result, outcome.law) == ("failed", "")
    assert own.path.read_bytes() == before
    return outcome.notes[0]


def rewritten(path, part, change):
    """A Word file with one part changed."""
    word(path, lines("某市甲条例"))
    with zipfile.ZipFile(path) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    entries[part] = change(entries[part].decode()).encode()
    path.write_bytes(archive(entries))
    return path


def declaring(entities, use):
    """Puts a DOCTYPE with entities in front of a document that uses one."""

    def change(xml):
        head = xml.index("?>") + 2
        return f"{xml[:head]}<!DOCTYPE d [{entities}]>{xml[head:]}".replace("某市甲条例", f"某市甲{use}条例", 1)

    return change


def test_external_entities_are_refused(own, tmp_path):
    (tmp_path / "秘密.txt").write_text("不该读出来的", "utf-8")
    entity = f'<!ENTITY x SYSTEM "{(tmp_path / "秘密.txt").as_uri()}">'
    path = rewritten(tmp_path / "外.docx", "word/document.xml", declaring(entity, "&x;"))
    assert "DOCTYPE" in refused(path, own)


def test_entities_that_grow_are_refused(own, tmp_path):
    grow = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path = rewritten(tmp_path / "笑.docx", "word/document.xml", declaring(f'<!ENTITY l0 "哈">{grow}', "&l11;"))
    began = time.process_time()
    assert "没有读取" in (reason := refused(path, own)) or "已损坏" in reason
    assert time.process_time() - began < 5


@pytest.mark.parametrize("deep", ["<w:sdt>", "<w:p>", "<w:tbl><w:tr><w:tc>"])
def test_elements_nested_without_end_are_refused(own, tmp_path, deep):
    closing = "".join(f"</{name}" for name in reversed(deep.split("<")[1:]))
    path = rewritten(
        tmp_path / "深.docx", "word/document.xml", lambda xml: xml.replace("<w:body>", "<w:body>" + deep * 5000 + closing * 5000)
    )
    assert "已损坏" in refused(path, own)


@pytest.mark.parametrize("name", ["../出去.txt", "..\\..\\出去.txt", "/根/出去.txt", "C:\\根\\出去.txt", "甲/../../出去.txt"])
def test_paths_that_lead_out_of_an_archive(own, tmp_path, name):
    folder = tmp_path / "里面"
    folder.mkdir()
    path = folder / "包.zip"
    path.write_bytes(archive({name: "\n".join(lines("某市出去条例")), "好.txt": "\n".join(lines("某市好条例"))}))
    outcomes = add_paths([path], own)
    assert sorted(o.result for o in outcomes) == ["added", "failed"]
    assert "指向压缩包以外" in next(o.notes[0] for o in outcomes if o.result == "failed")
    assert {v.law for v in own.versions()} == {"某市先有条例", "某市好条例"}
    assert not list(tmp_path.rglob("出去*"))


def test_two_entries_of_one_name_are_both_read(own, tmp_path):
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as package:
        package.writestr("a.txt", "\n".join(lines("某市甲条例")))
        with pytest.warns(UserWarning, match="Duplicate name"):
            package.writestr("a.txt", "\n".join(lines("某市乙条例")))
    assert sorted(o.law for o in add_paths([tmp_path / "包.zip"], own)) == ["某市乙条例", "某市甲条例"]


def test_entry_that_holds_more_than_it_says(own, tmp_path):
    data = archive({"a.txt": "字" * 1_000_000})
    (tmp_path / "谎.zip").write_bytes(data.replace((3_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert "损坏" in refused(tmp_path / "谎.zip", own)


def test_a_line_of_ten_megabytes(own, tmp_path):
    long = json_lines(tmp_path / "长.jsonl", [row(law="某市长行条例", words="字" * 3_500_000)])
    (outcome,) = add_paths([long], own)
    assert (outcome.result, outcome.n_articles) == ("added", 1)
    (tmp_path / "断.jsonl").write_text('{"law": "甲条例", "article": "第一条", "text": "' + "x" * 10_000_000, "utf-8")
    assert "第 1 行不是有效的 JSON" in refused(tmp_path / "断.jsonl", own)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[" * 1_000_000, "不是有效的 JSON"),
        ('{"law": "甲条例", "article": "第一条", "text": "甲", "x": ' + "9" * 100_000 + "}", "不是有效的 JSON"),
        ('{"law": "甲条例", "article": "第' + "9" * 10_000 + '条", "text": "甲"}', "article 太长"),
        ('{"law": "甲条例", "article": "第' + "九" * 400 + '条", "text": "甲"}', "article 太长"),
        ('{"law": "' + "甲" * 1000 + '条例", "article": "第一条", "text": "甲"}', "law 太长"),
        ('{"law": ["甲条例"], "article": {"第": 1}, "text": 3}', "缺少 law、article、text"),
    ],
)
def test_lines_made_to_break_the_reader(own, tmp_path, line, expected):
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    assert expected in refused(tmp_path / "a.jsonl", own)


@pytest.mark.parametrize("number", ["9" * 400, "九" * 400, "1" + "0" * 308 + "亿", "九" * 5000])
def test_numbers_beyond_all_bounds_are_no_numbers(number):
    with pytest.raises(ValueError, match=r"太大|不是数字|Exceeds"):
        parse_number(number)


def test_label_beyond_all_bounds_in_a_document(own, tmp_path):
    body = [*lines("某市甲条例"), f"第{'9' * 400}条　大。", f"第{'九' * 400}条　大。"]
    (outcome,) = add_paths([text(tmp_path / "a.txt", body)], own)
    assert (outcome.result, outcome.law) == ("added", "某市甲条例")


def test_page_of_tags_nested_without_end(own, tmp_path):
    path = tmp_path / "深.html"
    path.write_text(
        "<div>" * 20_000 + "<p>某市深条例</p><p>第一条　甲。</p><pre>第二条　乙。\n    丙。</pre><script>第三条　丁。</script>", "utf-8"
    )
    began = time.process_time()
    (outcome,) = add_paths([path], own)
    assert time.process_time() - began < 10
    assert (outcome.law, outcome.n_articles) == ("某市深条例", 2)


def test_many_texts_in_one_file_are_counted_not_listed(tmp_path):
    draft = read_draft(text(tmp_path / "多.txt", ["某市多条例", *["第一条　甲。"] * 3000]))
    said = [problem for problem in draft.problems if "没有读入" in problem]
    assert len(said) == 6
    assert "还有2994组" in said[-1]


_STUCK = """
import sys, time
from pathlib import Path
from jietan.law.importing import add_paths
from jietan.law.store import LawStore
put = LawStore._put
def stuck(connection, law, *more):
    result = put(connection, law, *more)
    if law.law == "某市第2号条例":
        print("inside", flush=True)
        time.sleep(600)
    return result
LawStore._put = staticmethod(stuck)
add_paths([Path(sys.argv[1])], LawStore())
"""


def test_import_killed_inside_a_write(own, tmp_path):
    folder = tmp_path / "f"
    folder.mkdir()
    for n in range(4):
        text(folder / f"{n}.txt", lines(f"某市第{n}号条例"))
    with subprocess.Popen([sys.executable, "-c", _STUCK, str(folder)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "inside\n"
        writer.kill()
        assert writer.wait(60) != 0
    own.check()
    assert [v.law for v in own.versions()] == ["某市先有条例", "某市第0号条例", "某市第1号条例"]
    assert [o.result for o in add_paths([folder], own)] == ["same", "same", "added", "added"]
    assert {v.n_articles for v in own.versions()} == {4}


def test_a_line_of_a_large_import_killed_leaves_none_of_its_file(own, tmp_path):
    rows = [row(law=f"某市第{n}号条例", words="甲。") for n in range(5)]
    path = json_lines(tmp_path / "a.jsonl", rows)
    with subprocess.Popen([sys.executable, "-c", _STUCK, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "inside\n"
        writer.kill()
        writer.wait(60)
    assert [v.law for v in own.versions()] == ["某市先有条例"]
    assert [o.result for o in add_paths([path], own)] == ["added"] * 5
