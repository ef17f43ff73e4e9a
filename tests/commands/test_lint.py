"""``jietan lint``: what it prints, how it ends, what it writes."""

import csv
import io
import json

import pytest

from jietan.cli import main
from jietan.law.parse import read_draft
from jietan.law.style import RULES, lint_articles
from jietan.resources import corpus_path
from jietan.stages.parse import parse

_TITLE = "临江市养犬管理条例"
_GOOD = ["为了规范养犬行为，制定本条例。", "养犬人应当登记。", "区人民政府应当加强领导。", "禁止虐待犬只。", "本条例自2026年1月1日起施行。"]


@pytest.fixture
def call(capsys):
    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


@pytest.fixture
def draft(tmp_path):
    def write(*texts, title=_TITLE, name="草案.txt"):
        numbers = "一二三四五六七八九十"
        path = tmp_path / name
        path.write_text("\n".join([title, *(f"第{numbers[i]}条　{text}" for i, text in enumerate(texts))]) + "\n", "utf-8")
        return path

    return write


def test_clean_draft(call, draft):
    code, out, _ = call("lint", draft(*_GOOD))
    assert code == 0
    assert out == f"《{_TITLE}》（地方性法规，5 条）\n\n共错误 0 处，警告 0 处，提示 0 处\n"


def test_findings_are_grouped_by_article(call, draft):
    code, out, _ = call("lint", draft(*_GOOD[:3], "养犬人应该报告,不得遗弃。\n违反第九条第（三）项的，处500元罚款。", _GOOD[4]))
    assert code == 1
    assert out.count("\n第四条\n") == 1
    assert "[错误] 第一款“应该”：设定义务用“应当”" in out
    assert "[错误] 第二款“第九条第（三）项”：《临江市养犬管理条例》没有第九条" in out
    assert "[错误] 第二款“第（三）项”：引用项时序号不加括号" in out
    assert "〔duty-should，立法技术规范（一）14〕" in out
    assert "共错误 4 处，警告 1 处，提示 0 处\n" in out


def test_findings_on_the_whole_come_first(call, draft):
    code, out, _ = call("lint", draft(*_GOOD[:4], "养犬人应该报告。"))
    assert code == 1
    assert out.index("整部草案") < out.index("第五条")
    assert "没有写施行日期" in out


def test_warnings_alone_are_no_failure(call, draft):
    code, out, _ = call("lint", draft(_GOOD[0], "养犬人或管理人登记。", *_GOOD[2:]))
    assert code == 0
    assert "（改为“或者”）" in out or "“或者”" in out


@pytest.mark.parametrize(("level", "code"), [("地方性法规", 1), ("法律", 0)])
def test_level(call, draft, level, code):
    path = draft(*_GOOD[:4], "情节严重的，吊销营业执照。本条例自2026年1月1日起施行。", title="某某条例")
    assert call("lint", path, "--level", level)[0] == code


def test_level_that_the_title_does_not_tell(call, draft):
    _, out, err = call("lint", draft(*_GOOD, title="某某章程"))
    assert "层级不明" in out
    assert "--level 地方性法规" in err


def test_json(call, draft):
    code, out, _ = call("lint", draft(*_GOOD[:3], "养犬人应该报告。", _GOOD[4]), "--format", "json")
    data = json.loads(out)
    assert code == 1
    assert data["laws"] == [{"law": _TITLE, "level": "地方性法规", "articles": 5}]
    (finding,) = data["findings"]
    assert {k: finding[k] for k in ("rule", "article", "text", "fix", "start", "end", "severity")} == {
        "rule": "duty-should",
        "article": "第四条",
        "text": "应该",
        "fix": "应当",
        "start": 3,
        "end": 5,
        "severity": "error",
    }
    assert finding["source"] == RULES["duty-should"].source


def test_csv(call, draft):
    _, out, _ = call("lint", draft(*_GOOD[:3], "养犬人应该报告。", _GOOD[4]), "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["law"], row["article"], row["rule"], row["fix"]) == (_TITLE, "第四条", "duty-should", "应当")


def test_csv_without_findings_has_a_head(call, draft):
    _, out, _ = call("lint", draft(*_GOOD), "--format", "csv")
    assert out.startswith("law,article,paragraph,item,start,end,severity,rule,")


@pytest.mark.parametrize("name", ["改正稿.md", "改正稿.txt"])
def test_fix_writes_a_draft_that_can_be_read(call, draft, tmp_path, name):
    path = draft(*_GOOD[:3], "养犬人应该遵守下列规定：\n（一）不得遗弃,\n（二）处500元罚款。", _GOOD[4])
    before = path.read_bytes()
    code, _, err = call("lint", path, "--fix", tmp_path / name)
    assert code == 1
    assert "改正了 " in err
    assert path.read_bytes() == before
    written = read_draft(tmp_path / name)
    assert written.title == _TITLE
    assert [a.article for a in written.articles] == [a.article for a in read_draft(path).articles]
    assert written.articles[3].text == "养犬人应当遵守下列规定：\n（一）不得遗弃；\n（二）处五百元罚款。"


def test_fix_keeps_chapters_and_clean_text(call, tmp_path):
    sample = corpus_path("consultation_a") / "draft.docx"
    assert call("lint", sample, "--fix", tmp_path / "新.md")[0] == 0
    old, new = read_draft(sample), read_draft(tmp_path / "新.md")
    assert [(a.article, a.chapter, a.text) for a in new.articles] == [(a.article, a.chapter, a.text) for a in old.articles]


def test_fix_leaves_articles_that_stand_twice(call, tmp_path):
    path = tmp_path / "草案.txt"
    path.write_text(f"{_TITLE}\n第一条　甲应该登记。\n第二条　乙应该登记。\n第二条　丙应该登记。\n", "utf-8")
    _, _, err = call("lint", path, "--fix", tmp_path / "新.txt")
    assert "第二条出现了不止一次，没有改" in err
    assert (tmp_path / "新.txt").read_text("utf-8").count("应该") == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--level", "省法"], "没有“省法”这个层级"),
        (["--format", "xml"], "没有“xml”这种格式"),
        (["--fix", "改.docx"], "不是 md 或者 txt 文件"),
    ],
)
def test_options_that_cannot_be_followed(call, draft, words, expected):
    code, out, err = call("lint", draft(*_GOOD), *words)
    assert (code, out) == (2, "")
    assert expected in err


def test_fix_never_overwrites_the_draft(call, draft):
    path = draft("养犬人应该登记。")
    code, _, err = call("lint", path, "--fix", path)
    assert code == 2
    assert "不能写到原文件上" in err
    assert "应该" in path.read_text("utf-8")


@pytest.mark.parametrize(("name", "content"), [("草案.docx", b"no zip"), ("草案.txt", "没有条文。".encode()), ("草案.xyz", b"x")])
def test_unreadable_files(call, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = call("lint", path)
    assert (code, out) == (2, "")
    assert err.startswith("错误：")


def test_missing_file(call, tmp_path):
    code, _, err = call("lint", tmp_path / "没有.docx")
    assert code == 2
    assert "找不到这个文件" in err


def test_amendment_counts_only_what_it_changes(call, tmp_path):
    path = tmp_path / "修改决定.txt"
    path.write_text(
        "全国人民代表大会常务委员会关于修改《中华人民共和国消防法》的决定\n"
        "第十三届全国人民代表大会常务委员会决定对《中华人民共和国消防法》作如下修改：\n"
        "一、将第二条修改为：“消防工作应该贯彻预防为主的方针。”\n"
        "本决定自公布之日起施行。\n",
        "utf-8",
    )
    _, out, _ = call("lint", path, "--format", "json")
    data = json.loads(out)
    assert {finding["article"] for finding in data["findings"]} == {"第二条"}
    assert len(lint_articles(parse(path)[0])) > len(data["findings"])
