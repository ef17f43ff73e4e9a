import json

import pytest

from jietan.law.library import load_library


def _jsonl(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_list(call):
    shown = call("laws", "list")
    assert shown.code == 0
    assert len(shown.out.splitlines()) == len(load_library().laws)
    assert "中华人民共和国消防法\t74 条" in shown.out
    some = call("laws", "list", "--filter", "消防")
    assert 0 < len(some.out.splitlines()) < 10
    assert "没有名称含“火星法”的法规" in call("laws", "list", "--filter", "火星法").paragraph()


@pytest.mark.parametrize("article", ["第二十八条", "28", "第28条", "28条"])
def test_show_one_article(call, article):
    shown = call("laws", "show", "消防法", article)
    assert shown.code == 0
    assert shown.out.startswith("《中华人民共和国消防法》\n\n第二章　火灾预防\n\n第二十八条　任何单位、个人不得")


def test_show_a_law(call):
    shown = call("laws", "show", "《消防法》")
    assert shown.out.count("\n第") > 74
    assert "第七十四条" in shown.out


def test_show_says_what_is_close(call):
    assert "是否指《中华人民共和国消防法》" in call("laws", "show", "消防").paragraph()
    assert "没有第九百条" in call("laws", "show", "消防法", "第九百条").paragraph()


def test_search_one_text(call):
    shown = call("laws", "search", "占用、堵塞、封闭疏散通道、安全出口、消防车通道", "-k", "2")
    assert shown.code == 0
    assert shown.out.startswith("1. 《中华人民共和国消防法》第二十八条")
    assert [line[:2] for line in shown.out.splitlines() if line[:1].isdigit()] == ["1.", "2."]


def test_search_without_a_hit(call):
    shown = call("laws", "search", "👍")
    assert (shown.code, shown.out) == (0, "")
    assert "换个说法" in shown.err


def test_search_many_queries(call, tmp_path):
    rows = [{"query_id": "甲", "query": "占用消防车通道"}, {"query_id": 2, "query": "👍"}, {"query_id": "丙", "query": "物业服务费"}]
    out = tmp_path / "下级" / "结果.jsonl"
    done = call("laws", "search", "--queries", _jsonl(tmp_path / "查询.jsonl", rows), "-k", 100, "--out", out)
    assert done.code == 0
    assert str(out) in done.out
    found = _read(out)
    assert [row["query_id"] for row in found] == ["甲", 2, "丙"]
    assert [len(row["hits"]) for row in found] == [100, 0, 100]
    known = load_library().articles.set_index("article_id")
    for row in found:
        assert row.keys() == {"query_id", "hits"}
        scores = [hit["score"] for hit in row["hits"]]
        assert scores == sorted(scores, reverse=True)
        for hit in row["hits"]:
            assert hit.keys() == {"article_id", "law", "article", "score"}
            assert tuple(known.loc[hit["article_id"], ["law", "article"]]) == (hit["law"], hit["article"])


def test_one_query_gives_the_same_alone_and_among_many(call, tmp_path):
    rows = [{"query_id": str(i), "query": f"第{i}个问题：物业服务费"} for i in range(300)]
    call("laws", "search", "--queries", _jsonl(tmp_path / "a.jsonl", rows), "-k", 5, "--out", tmp_path / "a.out")
    call("laws", "search", "--queries", _jsonl(tmp_path / "b.jsonl", rows[-1:]), "-k", 5, "--out", tmp_path / "b.out")
    assert _read(tmp_path / "a.out")[-1] == _read(tmp_path / "b.out")[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('\n{"query_id"', "第 2 行：不是有效的 JSON"),
        ("[" * 100_000, "第 1 行：不是有效的 JSON"),
        ('{"query_id": "1", "query": 3}\n[]\n', "第 1 行：query 应为文字，其余 1 行也不能用"),
        ('{"query_id": true, "query": "车"}\n', "query_id 应为文字或者整数"),
        ('{"query_id": "1"}\n', "第 1 行：缺少 query_id 或者 query"),
        ("[1]\n", "第 1 行：缺少"),
        ("\n\n", "文件里没有查询"),
    ],
)
def test_queries_that_cannot_be_used(call, tmp_path, content, expected):
    path, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    path.write_text(content, "utf-8")
    out.write_text("旧的结果", "utf-8")
    assert expected in call("laws", "search", "--queries", path, "--out", out).paragraph()
    assert out.read_text("utf-8") == "旧的结果"


def test_bad_lines_among_good_ones_are_named_and_the_others_are_searched(call, tmp_path):
    path, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    lines = ['{"query_id": "1", "query": "消防车通道"}', "{", '{"query_id": 2, "query": "\\ud800"}', '{"query_id": 3, "query": "物业费"}']
    path.write_text("\n".join(lines), "utf-8")
    done = call("laws", "search", "--queries", path, "-k", 2, "--out", out)
    assert done.code == 1
    assert "第 2 行：不是有效的 JSON" in done.err
    assert "第 3 行：有不成对的代理字符" in done.err
    assert "有 2 行不能用" in done.err
    assert [row["query_id"] for row in _read(out)] == ["1", 3]


def test_queries_elsewhere(call, tmp_path):
    path = _jsonl(tmp_path / "q.jsonl", [{"query_id": "1", "query": "车"}])
    before = path.read_text("utf-8")
    assert "会盖掉查询文件" in call("laws", "search", "--queries", path, "--out", path).paragraph()
    assert path.read_text("utf-8") == before
    assert "没有这个文件" in call("laws", "search", "--queries", tmp_path / "无", "--out", tmp_path / "r").paragraph()
    assert "这是文件夹" in call("laws", "search", "--queries", tmp_path, "--out", tmp_path / "r").paragraph()
    (tmp_path / "gbk.jsonl").write_bytes('{"query_id": 1, "query": "消防"}'.encode("gb18030"))
    assert "不是 UTF-8 编码" in call("laws", "search", "--queries", tmp_path / "gbk.jsonl", "--out", tmp_path / "r").paragraph()
    assert "无法写入" in call("laws", "search", "--queries", path, "--out", path / "下级").paragraph()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "要么给出检索的文字"),
        (["车", "--queries", "q", "--out", "r"], "要么"),
        (["--queries", "q"], "同时给出"),
        (["车", "--out", "r"], "同时给出"),
    ],
)
def test_search_wants_one_or_the_other(call, words, expected):
    assert expected in call("laws", "search", *words).paragraph()
