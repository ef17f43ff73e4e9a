import io
import zipfile

import docx
import pytest
from pypdf import PdfWriter

from jietan.errors import InputError
from jietan.law import importing, sources
from jietan.law.importing import add_paths
from jietan.law.imprint import level_of, read_imprint, region_of
from jietan.law.library import load_library
from jietan.law.store import LawStore
from jietan.reading.limits import Limits
from law_files import archive, json_lines, lines, row, text, word

NOTE = (
    "（2001年3月1日某市第十届人民代表大会常务委员会第二次会议通过　根据2010年6月2日某市第十二届人民代表大会常务委员会第九次会议"
    "《关于修改〈某市放风筝条例〉等三件地方性法规的决定》第一次修正　２０２１年４月２９日某市第十五届人民代表大会常务委员会第三次会议修订）"
)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An empty library of the user's."""
    monkeypatch.setenv("JIETAN_LIBRARY", str(tmp_path / "store" / "库.db"))
    return LawStore()


@pytest.fixture
def add(own):
    """Add one path and return the outcomes."""
    return lambda *paths, **more: add_paths(paths, own, **more)


def failure(outcomes):
    (outcome,) = [o for o in outcomes if o.result == "failed"]
    return outcome.notes[0]


def test_word_file_of_the_national_database(add, own, tmp_path):
    path = word(tmp_path / "某市放风筝条例_20210429.docx", lines("某市放风筝条例", NOTE, last="本条例自2021年6月1日起施行。"))
    (outcome,) = add(path)
    assert (outcome.result, outcome.law, outcome.version_date, outcome.n_articles) == ("added", "某市放风筝条例", "2021-04-29", 5)
    (version,) = own.versions()
    assert version.history == (("2001-03-01", "制定"), ("2010-06-02", "修正"), ("2021-04-29", "修订"))
    assert (version.effective, version.level, version.region) == ("2021-06-01", "地方性法规", "某市")
    shown = load_library().show("某市放风筝条例", "3").iloc[0]
    assert shown["chapter"] == "第二章　放飞"
    assert shown["paragraphs"][1].split("\n")[1:] == ["（一）大风蓝色预警期间；", "（二）人群密集的场所。"]


def test_title_on_two_lines_and_trial_brackets(add, tmp_path):
    first, *rest = lines("关于风筝管理的规定", "（2020年1月2日通过）")
    (split,) = add(word(tmp_path / "某市人民代表大会常务委员会关于风筝管理的规定.docx", ["某市人民代表大会常务委员会", first, *rest]))
    assert split.law == "某市人民代表大会常务委员会关于风筝管理的规定"
    (trial,) = add(text(tmp_path / "a.txt", lines("某市风筝管理办法（试行）")))
    assert (trial.law, trial.version_date) == ("某市风筝管理办法（试行）", "")
    (amended,) = add(text(tmp_path / "b.txt", lines("某市风筝管理办法（2018年修正）", "（2018年5月6日修正）")))
    assert (amended.law, amended.version_date) == ("某市风筝管理办法", "2018-05-06")


def test_markdown_text_and_the_date_of_the_file(add, tmp_path):
    (marked,) = add(text(tmp_path / "甲条例(2019-08-09).md", ["# 甲市甲条例", "", "## 第一章 总则", "**第一条** 甲。", "", "第二条 乙。"]))
    assert (marked.law, marked.version_date, marked.n_articles) == ("甲市甲条例", "2019-08-09", 2)
    (tmp_path / "乙.txt").write_bytes("\n".join(lines("乙市乙条例")).encode("gb18030"))
    (plain,) = add(tmp_path / "乙.txt", date="2020-02-03", declared="已废止")
    assert (plain.law, plain.version_date) == ("乙市乙条例", "2020-02-03")
    assert load_library().resolve("乙市乙条例") is None
    assert load_library(("已废止",)).resolve("乙市乙条例")


def test_json_lines_with_laws_and_versions(add, own, tmp_path):
    rows = [
        row(article="1", version_date="2020-05-01", status="superseded", category="地方性法规/上海"),
        row(article="第二條", words="第二条　甲。\n乙。", version_date="2020年5月1日", chapter="第一章 总则", id="x"),
        row(version_date="2022-01-01", status="current"),
        row(law="《另一 条例》", article=3, version_date=None),
    ]
    outcomes = add(json_lines(tmp_path / "a.jsonl", rows))
    assert [(o.law, o.version_date, o.n_articles) for o in outcomes] == [
        ("某市放风筝条例", "2020-05-01", 2), ("某市放风筝条例", "2022-01-01", 1), ("另一条例", "", 1),
    ]  # fmt: skip
    assert {v.version_date: v.declared for v in own.versions() if v.law == "某市放风筝条例"} == {
        "2020-05-01": "已修改",
        "2022-01-01": "现行有效",
    }
    old = load_library(("已修改",)).show("某市放风筝条例", "第二条").iloc[0]
    assert (old["article_id"], old["paragraphs"]) == ("某市放风筝条例@2020-05-01#第二条", ["甲。", "乙。"])


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ({"law": "甲条例", "article": "第一条"}, "第 2 行缺少 text"),
        ({"text": "甲"}, "缺少 law、article"),
        (row(version_date="去年"), "version_date 不是日期"),
        (row(status="不知道"), "status 不认识"),
        ([1], "不是 JSON 对象"),
    ],
)
def test_json_lines_that_lack_something_are_refused_whole(add, own, tmp_path, bad, expected):
    assert expected in failure(add(json_lines(tmp_path / "a.jsonl", [row(), bad])))
    assert own.versions() == []


def test_json_lines_that_are_no_text(add, tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"law": "甲"}'.encode("gb18030"))
    assert "不是 UTF-8 编码" in failure(add(tmp_path / "a.jsonl"))
    (tmp_path / "b.jsonl").write_text('{"law": "\\ud800", "article": "1", "text": "甲"}', "utf-8")
    assert "无效的字符" in failure(add(tmp_path / "b.jsonl"))
    (tmp_path / "c.jsonl").write_text("\n\n", "utf-8")
    assert "没有条文" in failure(add(tmp_path / "c.jsonl"))


def test_folders_of_any_depth(add, own, tmp_path):
    deep = tmp_path / "法规" / "地方政府规章" / "某市"
    deep.mkdir(parents=True)
    word(deep / "甲.docx", lines("某市甲办法", "（2020年1月2日发布）"))
    text(tmp_path / "法规" / "乙.txt", lines("某市乙条例"))
    (deep / "~$甲.docx").write_bytes(b"lock")
    (deep / "照片.jpg").write_bytes(b"x")
    (deep / "旧.doc").write_bytes(b"x")
    outcomes = add(tmp_path / "法规", deep / "甲.docx")
    assert sorted(o.law for o in outcomes if o.result == "added") == ["某市乙条例", "某市甲办法"]
    failed = {o.source: o.notes[0] for o in outcomes if o.result == "failed"}
    assert set(failed) == {"法规/地方政府规章/某市/照片.jpg", "法规/地方政府规章/某市/旧.doc"}
    assert "另存为 docx" in failed["法规/地方政府规章/某市/旧.doc"]
    assert next(v for v in own.versions() if v.law == "某市甲办法").level == "地方政府规章"
    (tmp_path / "空").mkdir()
    with pytest.raises(InputError, match="没有文件"):
        add(tmp_path / "空")
    with pytest.raises(InputError, match="没有这个文件"):
        add(tmp_path / "无.docx")


def test_archives(add, own, tmp_path):
    document = word(tmp_path / "a.docx", lines("某市甲条例")).read_bytes()
    inner = archive({"乙.txt": "\n".join(lines("某市乙条例")), "__MACOSX/乙.txt": "x"})
    (tmp_path / "包.zip").write_bytes(archive({"一/甲.docx": document, "二.zip": inner, "坏.docx": b"x"}))
    outcomes = add(tmp_path / "包.zip")
    assert {o.source: o.result for o in outcomes} == {
        "包.zip/一/甲.docx": "added",
        "包.zip/二.zip/乙.txt": "added",
        "包.zip/坏.docx": "failed",
    }
    assert len(own.versions()) == 2


def test_archive_names_of_old_windows(add, tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("X" * 6 + ".txt", "\n".join(lines("某市甲条例")))
    data = stream.getvalue().replace(b"X" * 6, "风筝法".encode("gb18030"))
    (tmp_path / "包.zip").write_bytes(data)
    (outcome,) = add(tmp_path / "包.zip")
    assert outcome.source == "包.zip/风筝法.txt"


def test_archive_bombs(add, own, tmp_path, monkeypatch):
    (tmp_path / "密.zip").write_bytes(archive({"a.txt": b"0" * (80 << 20)}))
    assert "大得不正常" in failure(add(tmp_path / "密.zip"))
    nested = archive({"a.zip": archive({"b.zip": archive({"c.txt": "x"})})})
    (tmp_path / "套.zip").write_bytes(nested)
    assert "层数太多" in failure(add(tmp_path / "套.zip"))
    monkeypatch.setattr(sources, "LIMITS", Limits(package_entries=5, package_bytes=1 << 20))
    (tmp_path / "多.zip").write_bytes(archive({f"{n}.txt": "x" for n in range(6)}))
    assert "大得不正常" in failure(add(tmp_path / "多.zip"))
    several = {f"{n}.zip": archive({"a.txt": "x", "b.txt": "y"}) for n in range(3)}
    (tmp_path / "合.zip").write_bytes(archive(several))
    assert any("大得不正常" in o.notes[0] for o in add(tmp_path / "合.zip"))
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04 nothing")
    assert "损坏" in failure(add(tmp_path / "坏.zip"))
    assert own.versions() == []


def test_files_that_are_no_laws(add, own, tmp_path):
    document = word(tmp_path / "a.docx", lines("某市甲条例"))
    with zipfile.ZipFile(document, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    assert "含有宏" in failure(add(document))
    with (tmp_path / "扫描.pdf").open("wb") as stream:
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(stream)
    assert "扫描件" in failure(add(tmp_path / "扫描.pdf"))
    assert "没有找到条文" in failure(add(text(tmp_path / "通知.txt", ["关于风筝的通知", "一、请注意安全。"])))
    (tmp_path / "空.txt").touch()
    assert "0 字节" in failure(add(tmp_path / "空.txt"))
    (tmp_path / "乱.txt").write_bytes(bytes(range(128, 256)) * 8)
    assert "编码" in failure(add(tmp_path / "乱.txt"))
    empty = docx.Document()
    empty.save(tmp_path / "空.docx")
    assert "没有找到条文" in failure(add(tmp_path / "空.docx"))
    assert "是草案" in failure(add(text(tmp_path / "稿.txt", lines("某市风筝条例（草案征求意见稿）"))))
    assert own.versions() == []
    assert not own.path.exists()


def test_two_laws_of_one_name_in_one_batch(add, own, tmp_path):
    (tmp_path / "f").mkdir()
    one = text(tmp_path / "f" / "1.txt", lines("某市风筝条例", "（2020年1月2日通过）"))
    text(tmp_path / "f" / "2.txt", [*lines("某市风筝条例", "（2020年1月2日通过）"), "第五条　另一条。"])
    (tmp_path / "f" / "3.txt").write_bytes(one.read_bytes())
    outcomes = add(tmp_path / "f")
    assert [o.result for o in outcomes] == ["added", "failed", "same"]
    assert "同名同版本（2020-01-02）而内容不同" in outcomes[1].notes[0]
    assert [v.n_articles for v in own.versions()] == [4]


def test_interruption_leaves_what_was_finished(add, own, tmp_path, monkeypatch):
    (tmp_path / "f").mkdir()
    for n in range(4):
        text(tmp_path / "f" / f"{n}.txt", lines(f"某市第{n}号条例"))
    read = importing.read_source

    def stop(source, **more):
        if source.name.endswith("2.txt"):
            raise KeyboardInterrupt
        return read(source, **more)

    monkeypatch.setattr(importing, "read_source", stop)
    with pytest.raises(KeyboardInterrupt):
        add(tmp_path / "f")
    assert [v.law for v in own.versions()] == ["某市第0号条例", "某市第1号条例"]
    monkeypatch.setattr(importing, "read_source", read)
    assert [o.result for o in add(tmp_path / "f")] == ["same", "same", "added", "added"]


@pytest.mark.parametrize(
    ("lines_of_note", "history", "effective"),
    [
        (["（1990年9月7日通过）"], [("1990-09-07", "制定")], ""),
        (["2003年6月4日国务院会议通过", "2003年6月8日国务院令公布", "自2003年8月1日起施行"], [("2003-06-04", "制定")], "2003-08-01"),
        (
            ["（二〇〇四年八月二十八日通过　根据二〇一三年六月二十九日《关于修改〈甲法〉的决定》修正）"],
            [("2004-08-28", "制定"), ("2013-06-29", "修正")],
            "",
        ),
        (["某某公告", "第3号"], [], ""),
    ],
)
def test_dates_under_the_title(lines_of_note, history, effective):
    found = read_imprint(lines_of_note)
    assert (list(found.history), found.effective) == (history, effective)
    assert found.version_date == (history[-1][0] if history else "")


@pytest.mark.parametrize(
    ("law", "note", "hint", "level", "region"),
    [
        ("中华人民共和国宪法", "", "", "宪法", ""),
        ("中华人民共和国某法", "", "", "法律", ""),
        ("某某管理条例", "国务院令第1号公布", "", "行政法规", ""),
        ("某某管理办法", "交通运输部令第3号公布", "", "部门规章", ""),
        ("最高人民法院关于审理某某案件适用法律若干问题的解释", "", "", "司法解释", ""),
        ("中华人民共和国监察法实施条例", "国家监察委员会全体会议通过", "", "监察法规", ""),
        ("上海市某某条例", "", "", "地方性法规", "上海市"),
        ("上海口岸某某办法", "上海市人民政府令第2号", "", "地方政府规章", "上海市"),
        ("中国（上海）自由贸易试验区条例", "", "", "地方性法规", "上海市"),
        ("杭州市某某办法", "杭州市人民代表大会常务委员会通过", "", "地方性法规", "杭州市"),
        ("深圳经济特区某某条例", "", "", "地方性法规", "深圳市"),
        ("某某自治县自治条例", "", "", "地方性法规", "某某自治县"),
        ("城市市容和环境卫生管理条例", "", "", "行政法规", ""),
        ("人力资源市场暂行条例", "", "", "行政法规", ""),
        ("某某办法", "", "地方政府规章/浙江", "地方政府规章", "浙江省"),
        ("某某办法", "", "", "", ""),
    ],
)
def test_level_and_region(law, note, hint, level, region):
    assert region_of(law, note, hint) == region
    assert level_of(law, note, hint, region) == level
