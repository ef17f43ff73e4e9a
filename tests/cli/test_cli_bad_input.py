import errno
import os

import pytest

from run_copies import contents, copy_of

_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
_NOISE = bytes((i * 89 + i // 7) % 256 for i in range(1, 4000))
_NO_ARTICLES = "关于征求意见的说明\n欢迎提出意见。\n"


@pytest.fixture
def desk(tmp_path, monkeypatch, small_comments):
    """A folder with the small comments, in which the command line is called."""
    (tmp_path / "ok.csv").write_bytes(small_comments.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("没有.csv", None, ["没有.csv：没有这个文件", "请检查文件名"]),
        ("空.csv", b"", ["空.csv", "文件是空的", "请检查文件是否完整导出"]),
        ("空白.txt", b"\n \n", ["空白.txt", "没有文字"]),
        ("无列.csv", "编号,甲,乙\n1,好,坏\n2,对,错\n".encode(), ["无列.csv", "看到的列：编号、甲、乙", "--map text=列名"]),
        ("坏.xlsx", b"PK\x03\x04" + _NOISE, ["坏.xlsx", "损坏", "另存"]),
        ("密.xlsx", _ENCRYPTED, ["密.xlsx", "密码", "取消密码"]),
        ("乱.csv", _NOISE, ["乱.csv", "编码", "UTF-8"]),
        ("只有表头.csv", "编号,意见内容\n".encode(), ["只有表头.csv", "没有读到任何意见"]),
    ],
)
def test_comments_that_cannot_be_used(call, desk, name, content, expected):
    if content is not None:
        (desk / name).write_bytes(content)
    message = call("run", name, "--out", "out").paragraph()
    for words in expected:
        assert words in message


def test_a_folder_is_no_comment_file(call, desk):
    (desk / "夹").mkdir()
    assert "夹：读不了这个文件（这是文件夹，不是文件）" in call("run", "夹").paragraph()


def test_one_bad_file_among_several(call, desk):
    assert "没有.csv：没有这个文件" in call("run", "ok.csv", "没有.csv", "--out", "out").paragraph()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("没有.docx", None, ["没有.docx：没有这个文件"]),
        ("说明.md", _NO_ARTICLES.encode(), ["说明.md", "没有找到条文", "第一条"]),
        ("坏.docx", b"PK\x03\x04" + _NOISE, ["坏.docx"]),
        ("空.txt", b"", ["空.txt"]),
        ("草案", b"x", ["草案", "docx"]),
    ],
)
def test_a_draft_that_cannot_be_used(call, desk, name, content, expected):
    if content is not None:
        (desk / name).write_bytes(content)
    message = call("run", "ok.csv", "--draft", name, "--out", "out").paragraph()
    for words in expected:
        assert words in message
    assert not (desk / "out").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--set", "cluster.granularty=0.3"], "--set：没有 cluster.granularty 这项设置。最接近的名称是 cluster.granularity。"),
        (["--set", "clster.granularity=0.3"], "没有 clster 这项设置。最接近的名称是 cluster。"),
        (["--set", "cluster.granularity=高"], "设置 cluster.granularity 的值 '高' 不可用（应为数字）"),
        (["--set", "cluster.granularity=3"], "（应不大于 1）"),
        (["--set", "rank.people=-1"], "（应不小于 0）"),
        (["--set", "rank.people=inf"], "（应为有限的数字）"),
        (["--set", "merge.campaign_size=2.5"], "（应为整数）"),
        (["--set", 'export.formats=["pdf"]'], "'xlsx', 'docx', 'html', 'csv', 'json', 'official' 或者 'brief'"),
        (["--set", "export.formats=pdf"], "（应为列表"),
        (["--set", "cluster=3"], "这是一节，不是一项设置"),
        (["--set", "cluster=3", "--set", "cluster.granularity=0.3"], "cluster 不是一节"),
        (["--set", "粗细"], "看不懂 '粗细'。请写成 节.名称=值"),
        (["--set", "=3"], "看不懂 '=3'"),
        (["--map", "text"], "--map：看不懂 'text'。请写成 名称=列名"),
        (["--map", "text="], "--map：看不懂 'text='"),
        (["--map", "text=甲", "--map", "text=乙"], "text 给了两次。几列合成一件意见时请写成 --map text=标题+内容"),
        (["--map", "wenben=甲"], "--map 里没有“wenben”这个名称。可用的名称：comment_id、title、text"),
        (["--map", "text=甲"], "找不到 --map text= 指定的列“甲”（看到的列：意见编号、"),
        (["--config", "没有.toml"], "没有.toml：读不到设置文件"),
        (["--set", "embed.model=没有"], "找不到模型“没有”"),
    ],
)
def test_settings_that_cannot_be_used(call, desk, words, expected):
    assert expected in call("run", "ok.csv", "--out", "out", *words).paragraph()


@pytest.mark.parametrize(("text", "expected"), [("[cluster]\ngranularty = 0.3\n", "cluster.granularity"), ("x = [", "不是有效的 TOML")])
def test_a_settings_file_that_cannot_be_used(call, desk, text, expected):
    (desk / "我的.toml").write_text(text, "utf-8")
    message = call("run", "ok.csv", "--config", "我的.toml").paragraph()
    assert message.startswith("错误：我的.toml：")
    assert expected in message


def test_a_folder_with_other_things(call, desk):
    (desk / "照片").mkdir()
    (desk / "照片" / "a.jpg").write_bytes(b"x")
    assert "照片：输出文件夹里已有别的内容。请用 --out 指定一个新的文件夹。" in call("run", "ok.csv", "--out", "照片").paragraph()
    assert "ok.csv：输出文件夹里已有别的内容" in call("run", "ok.csv", "--out", "ok.csv").paragraph()
    assert contents(desk / "照片").keys() == {"a.jpg"}


def test_a_place_that_cannot_be_written(call, desk):
    message = call("run", "ok.csv", "--out", "ok.csv/下级").paragraph()
    assert "建不了输出文件夹（上级路径不是文件夹）。请用 --out 指定别处。" in message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(call, desk):
    (desk / "锁").mkdir(mode=0o500)
    assert "没有权限" in call("run", "ok.csv", "--out", "锁/下级").paragraph()


def test_a_finished_run_survives_every_mistake(call, desk, small_run, small_comments, sample_folder):
    out = copy_of(small_run, desk / "out")
    (desk / "other.csv").write_text("意见内容\n建议增加充电桩。\n", "utf-8")
    (desk / "无列.csv").write_text("甲,乙\n好,坏\n对,错\n", "utf-8")
    (desk / "说明.md").write_text(_NO_ARTICLES, "utf-8")
    before = contents(out)
    draft = ["--draft", sample_folder / "draft.docx", "--out", out]
    for words, expected in [
        (["ok.csv", "--out", out], "另一份草案"),
        (["ok.csv", "--out", out, "--draft", sample_folder / "final.docx"], "另一份草案"),
        (["other.csv", *draft], "已有另一次运行的结果。要并入新一批意见请加 --append，否则请用 --out"),
        (["ok.csv", "other.csv", *draft], "--append"),
        (["无列.csv", *draft, "--append"], "看到的列：甲、乙"),
        (["ok.csv", *draft, "--map", "text=没有"], "--map text="),
        (["没有.csv", *draft, "--append"], "没有这个文件"),
        (["ok.csv", "--draft", "说明.md", "--out", out], "没有找到条文"),
        (["ok.csv", *draft, "--set", "cluster.granularity=9"], "cluster.granularity"),
        (["ok.csv", *draft, "--set", "embed.model=没有"], "找不到模型"),
        (["ok.csv", *draft, "--set", "classify.model=没有"], "没有"),
    ]:
        assert expected in call("run", *words).paragraph()
        assert contents(out) == before


@pytest.mark.parametrize("words", [["trace", "{}", "LJ-0001"], ["export", "{}"], ["evaluate", "{}", "--gold", "{}"]])
def test_what_is_no_run(call, desk, words):
    (desk / "夹").mkdir()
    assert "夹：不是 jietan 的运行文件夹" in call(*(w.format("夹") for w in words)).paragraph()
    assert "无：没有这个运行文件夹" in call(*(w.format("无") for w in words)).paragraph()


@pytest.mark.parametrize(
    ("to", "expected"), [("pdf", "可用的格式：xlsx、docx、html、csv、json"), ("xlsx,pdf", "没有 pdf"), (" , ", "没有写导出格式")]
)
def test_unknown_export_formats(call, desk, small_run, to, expected):
    out = copy_of(small_run, desk / "out")
    before = contents(out)
    assert expected in call("export", out, "--to", to).paragraph()
    assert contents(out) == before


def test_missing_gold(call, desk, small_run):
    (desk / "夹").mkdir()
    for gold in ("无", "夹"):
        assert f"{gold}/gold.jsonl：读不到标注文件" in call("evaluate", small_run.folder, "--gold", gold).paragraph()


def _refuse(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_no_disk_space_in_a_stage(call, desk, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("jietan.runfolder.parquet.ParquetWriter.write_table", _refuse)
        message = call("run", "ok.csv", "--out", "out").paragraph()
    assert "out/stages：磁盘空间不足。请清理磁盘后原样再运行一次，已完成的步骤不会重做。" in message
    assert [p.name for p in (desk / "out").rglob(".*") if p.is_file()] == [".lock"]
    assert call("run", "ok.csv", "--out", "out").code == 0


def test_no_disk_space_for_the_vectors(call, desk, monkeypatch):
    def save(*_, **__):
        raise OSError("133632 requested and 10208 written")

    monkeypatch.setattr("jietan.runfolder.np.save", save)
    monkeypatch.setattr("jietan.runfolder._is_full", lambda folder: True)
    assert "磁盘空间不足" in call("run", "ok.csv", "--out", "out").paragraph()


@pytest.mark.parametrize("what", ["xlsxwriter.workbook.Workbook._store_workbook", "jietan.export.report.appendix.appendix"])
def test_no_disk_space_in_an_export(call, desk, small_run, monkeypatch, what):
    out = copy_of(small_run, desk / "out")
    monkeypatch.setattr(what, _refuse)
    assert "磁盘空间不足，导出文件没有写成" in call("export", out).paragraph()


def test_no_disk_space_anywhere_else(call, desk, monkeypatch):
    monkeypatch.setattr("jietan.api.run", _refuse)
    assert "磁盘空间不足。请清理磁盘后原样再运行一次" in call("run", "ok.csv").paragraph()


def test_a_bug_keeps_its_traceback(call, desk, monkeypatch):
    def fail(*_, **__):
        raise ValueError("a bug")

    monkeypatch.setattr("jietan.api.run", fail)
    with pytest.raises(ValueError, match="a bug"):
        call("run", "ok.csv")


def test_a_broken_promise_exits_1(call, desk, monkeypatch):
    from jietan.errors import InvariantError

    def fail(*_, **__):
        raise InvariantError("运行结果自检未通过：一处", todo="请告诉开发者")

    monkeypatch.setattr("jietan.api.run", fail)
    ended = call("run", "ok.csv")
    assert ended.code == 1
    assert ended.err == "错误：运行结果自检未通过：一处。请告诉开发者。\n"


def test_interrupted(call, desk, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("jietan.api.run", stop)
    ended = call("run", "ok.csv")
    assert ended.code == 130
    assert ended.err == "错误：已中断。原样再运行一次会从中断处继续。\n"


def test_the_whole_program_prints_no_traceback(spawn, desk):
    (desk / "坏.xlsx").write_bytes(b"PK\x03\x04" + _NOISE)
    assert "坏.xlsx" in spawn("run", "坏.xlsx", cwd=desk).paragraph()
