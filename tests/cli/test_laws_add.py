import json
import subprocess
import sys

import docx
import pytest

_TEXT = [
    "某市放风筝条例",
    "（2020年5月1日某市第一届人民代表大会常务委员会第二次会议通过）",
    "第一条　放飞风筝应当避开架空线路。",
    "第二条　本条例自2020年6月1日起施行。",
]


def _file(path, *changes):
    lines = list(_TEXT)
    for number, line in changes:
        lines[number] = line
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """An empty library of the user's."""
    path = tmp_path / "库" / "法规.db"
    monkeypatch.setenv("JIETAN_LIBRARY", str(path))
    return path


@pytest.fixture
def files(tmp_path):
    """A folder for law texts."""
    folder = tmp_path / "法规"
    folder.mkdir()
    return folder


def test_add_list_show_search_remove(call, files):
    document = docx.Document()
    for line in _TEXT:
        document.add_paragraph(line)
    document.save(files / "某市放风筝条例_20200501.docx")
    added = call("laws", "add", files)
    assert (added.code, added.out) == (0, "新增\t《某市放风筝条例》（2020-05-01）\t2 条\t法规/某市放风筝条例_20200501.docx\n")
    assert "新增 1 部；写入 2 条" in added.err
    listed = call("laws", "list", "--filter", "风筝")
    assert listed.out == "某市放风筝条例\t2 条\t2020-05-01\t现行有效\t地方性法规（某市）\t自己加入\n"
    assert call("laws", "list", "--own").out == listed.out
    assert call("laws", "show", "某市放风筝条例", "1").out == "《某市放风筝条例》\n\n第一条　放飞风筝应当避开架空线路。\n"
    removed = call("laws", "remove", "《某市放风筝条例》")
    assert (removed.code, removed.out) == (0, "已删去\t《某市放风筝条例》（2020-05-01）\t2 条\n")
    assert "没有自己加入的法规" in call("laws", "list", "--own").paragraph()


def test_versions(call, files):
    newer = _file(files / "b.txt", (1, "（2022年3月1日修订）"), (2, "第一条　新的第一条。"))
    assert call("laws", "add", _file(files / "a.txt"), newer).code == 0
    rows = [line.split("\t")[2:4] for line in call("laws", "list", "--filter", "风筝").out.splitlines()]
    assert rows == [["2022-03-01", "现行有效"], ["2020-05-01", "已修改"]]
    assert "新的第一条" in call("laws", "show", "某市放风筝条例", "1").out
    assert call("laws", "show", "某市放风筝条例", "1", "--version", "2020").out.startswith("《某市放风筝条例》（2020-05-01，已修改）")
    both = call("laws", "show", "某市放风筝条例", "第一条", "--version", "全部").out
    assert both.index("（2020-05-01，已修改）") < both.index("架空线路") < both.index("（2022-03-01，现行有效）") < both.index("新的")
    assert "请写收录的版本：2020-05-01、2022-03-01" in call("laws", "show", "某市放风筝条例", "--version", "1999").paragraph()
    assert "没有第九条" in call("laws", "show", "某市放风筝条例", "第九条", "--version", "全部").paragraph()
    assert "没有 1999 的版本" in call("laws", "remove", "某市放风筝条例", "--version", "1999").paragraph()
    assert call("laws", "remove", "某市放风筝条例", "--version", "2022").code == 0
    assert "架空线路" in call("laws", "show", "某市放风筝条例", "1").out


def test_some_files_cannot_be_added(call, files):
    _file(files / "a.txt")
    (files / "b.txt").write_text("没有条文。", "utf-8")
    some = call("laws", "add", files)
    assert some.code == 1
    assert some.out.startswith("新增\t《某市放风筝条例》")
    assert "未加入：法规/b.txt：没有找到条文。" in some.err
    assert "新增 1 部，未加入 1 部" in some.err
    assert call("laws", "add", files / "b.txt").paragraph().startswith("错误：b.txt：没有找到条文。")
    (files / "c.jpg").write_bytes(b"x")
    assert call("laws", "add", files / "b.txt", files / "c.jpg").code == 2
    assert "没有这个文件或文件夹" in call("laws", "add", files / "无").paragraph()


def test_options_of_add(call, files):
    path = _file(files / "a.txt", (1, ""))
    assert "不是日期" in call("laws", "add", path, "--date", "去年").paragraph()
    assert "应为 现行有效" in call("laws", "add", path, "--status", "好").paragraph()
    assert "没有找到版本日期" in call("laws", "add", path).err
    assert call("laws", "add", path, "--date", "2021年2月3日", "--status", "废止").code == 0
    assert "2021-02-03\t已废止" in call("laws", "list", "--own").out
    assert "已废止" in call("laws", "show", "某市放风筝条例").out


def test_bundled_law_replaced_and_back(call, files):
    path = _file(files / "a.txt", (0, "中华人民共和国消防法"), (1, "（2099年1月1日修订）"), (3, "第二条　乙。"))
    assert call("laws", "add", path).code == 0
    assert "架空线路" in call("laws", "show", "消防法", "1").out
    back = call("laws", "remove", "消防法")
    assert "恢复使用" in back.err
    assert "架空线路" not in call("laws", "show", "消防法", "1").out
    assert "是随程序附带的，不能删除" in call("laws", "remove", "消防法").paragraph()
    assert "laws list --own" in call("laws", "remove", "无此法").paragraph()


def test_damaged_library(call, own):
    own.parent.mkdir()
    own.write_bytes(b"nothing" * 1000)
    for words in (["list"], ["show", "消防法"], ["verify", "《消防法》第一条"], ["remove", "消防法"]):
        assert "已损坏，没有改动它" in call("laws", *words).paragraph()
    assert own.read_bytes() == b"nothing" * 1000


def test_verify(call, files):
    call("laws", "add", _file(files / "a.txt"))
    good = call("laws", "verify", "《某市放风筝条例》第一条规定：“放飞风筝应当避开架空线路。”")
    assert (good.code, good.out) == (0, "✓ 《某市放风筝条例》第一条\t现行有效（2020-05-01 的版本），1 处引文一致\n")
    (files / "稿.md").write_text("见《某市放风筝条例》第一条“放飞风筝应当避开高压线路”。\n\n按消防法第二十八条。", "utf-8")
    mixed = call("laws", "verify", files / "稿.md")
    assert mixed.code == 1
    assert [line[0] for line in mixed.out.splitlines()] == ["✗", "✓"]
    assert "共 2 处引用，1 处有问题" in mixed.err
    none = call("laws", "verify", "大家好")
    assert (none.code, none.out) == (0, "")
    assert "没有找到引用" in none.err
    assert "没有这个文件" in call("laws", "verify", "无.docx").paragraph()


def test_two_processes_add_at_once(call, files):
    names = ("甲", "乙")
    for name in names:
        rows = [{"law": f"{name}市第{n}号条例", "article": m, "text": "字" * 40} for n in range(100) for m in range(1, 11)]
        (files / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    running = [subprocess.Popen([sys.executable, "-m", "jietan", "laws", "add", str(files / f"{name}.jsonl")]) for name in names]
    assert [process.wait(120) for process in running] == [0, 0]
    assert "共 200 部，200 个版本，2000 条" in call("laws", "list", "--own").err
