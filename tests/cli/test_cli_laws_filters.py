"""``laws search`` within some laws, and ``laws embed``."""

import json

import numpy as np
import pytest

from jietan.embedders.quantized import QuantizedEmbedder
from jietan.law import vectors

KITES = (
    "# 甲市放风筝条例\n\n（{date}通过）\n\n第一条 为了规范放风筝活动，制定本条例。\n\n第二条 {text}\n\n第三条 本条例自{effect}起施行。\n"
)


@pytest.fixture(autouse=True)
def own(monkeypatch, tmp_path):
    """Keep laws and vectors in a folder of the test."""
    monkeypatch.setenv("JIETAN_LIBRARY", str(tmp_path / "library.db"))
    monkeypatch.setenv("JIETAN_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def kites(call, own):
    """Two versions of a local regulation."""
    for year, text in ((2010, "公园内禁止放风筝。"), (2020, "公园内可以在划定的场地放风筝。")):
        path = own / f"{year}.md"
        path.write_text(KITES.format(date=f"{year}年3月1日甲市人民代表大会常务委员会", text=text, effect=f"{year}年6月1日"), "utf-8")
        assert call("laws", "add", path).code == 0


def found(call, *options):
    shown = call("laws", "search", "公园里放风筝", "-k", "3", "--set", "search.model=", *options)
    assert shown.code == 0, shown
    return [line.partition(" ")[2] for line in shown.out.splitlines() if line[:1].isdigit()]


@pytest.mark.usefixtures("kites")
def test_the_version_in_force_on_a_day(call):
    assert found(call)[0].startswith("《甲市放风筝条例》第二条（")
    assert found(call, "--on", "2019-01-01")[0].startswith("《甲市放风筝条例》第二条（2010-03-01，已修改）")
    # Passed in March, in force from June.
    assert "2010-03-01" in found(call, "--on", "2020-04-01")[0]
    assert "2010" not in "".join(found(call, "--on", "2020-06-01"))
    assert not any("风筝" in hit for hit in found(call, "--on", "2009-01-01"))
    assert "没有收录 1900-01-01 已经施行的版本" in call("laws", "search", "车", "--on", "1900-01-01").paragraph()


@pytest.mark.usefixtures("kites")
def test_by_name_level_region_and_status(call):
    assert all("消防" in hit for hit in found(call, "--law", "消防"))
    assert {hit[1:7] for hit in found(call, "--level", "地方性法规")} == {"甲市放风筝条"}
    assert {hit[1:7] for hit in found(call, "--region", "甲市")} == {"甲市放风筝条"}
    assert not any("风筝条例" in hit for hit in found(call, "--region", "全国"))
    assert all("2010-03-01，已修改" in hit for hit in found(call, "--status", "已修改", "--law", "风筝"))
    assert len([hit for hit in found(call, "--status", "全部") if "第二条" in hit and "风筝" in hit]) == 2


@pytest.mark.usefixtures("kites")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--law", "消防安全法"], "名称相近的有《中华人民共和国消防法》"),
        (["--law", "《》"], "没有名称含"),
        (["--level", "条例"], "应为 宪法、法律、"),
        (["--level", "司法解释"], "现有的是宪法、法律、行政法规、地方性法规"),
        (["--region", "火星"], "现有的是"),
        (["--status", "不知道"], "应为 现行有效、"),
        (["--status", "尚未生效"], "没有尚未生效的法规"),
        (["--on", "去年"], "不是日期"),
        (["--on", "2020-01-01", "--status", "全部"], "不能同时用"),
        (["--law", "消防法", "--region", "甲市"], "没有同时符合"),
    ],
)
def test_filters_that_match_nothing(call, options, expected):
    assert expected in call("laws", "search", "车", *options).paragraph()


def test_filters_leave_k_hits(call, tmp_path):
    path, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    path.write_text(json.dumps({"query_id": 1, "query": "离婚后孩子归谁抚养"}, ensure_ascii=False), "utf-8")
    assert call("laws", "search", "--queries", path, "-k", 20, "--law", "消防法", "--out", out).code == 0
    hits = json.loads(out.read_text("utf-8"))["hits"]
    assert len(hits) == 20
    assert {hit["law"] for hit in hits} == {"中华人民共和国消防法"}


@pytest.mark.usefixtures("kites")
def test_missing_vectors_are_said_and_computed_by_embed(call, monkeypatch):
    def encode(self, texts, **_):
        return np.tile(np.eye(1, self.dimension, dtype=np.float32), (len(texts), 1))

    monkeypatch.setattr(vectors, "WAIT", 1)
    monkeypatch.setattr(QuantizedEmbedder, "encode", lambda *_, **__: pytest.fail("computed"))
    shown = call("laws", "search", "公园里放风筝", "-k", "3", "--law", "风筝")
    assert "3 条里有 3 条还没有算好 jietan-e5-zh 的向量，这次检索改用字词和快的模型 jietan-static-zh" in shown.err
    assert "请先运行 jietan laws embed，约" in shown.err
    assert "第二条" in shown.out
    assert "还缺 3 条" in call("laws", "embed", "--check").out
    monkeypatch.setattr(QuantizedEmbedder, "encode", encode)
    assert "都有向量了" in call("laws", "embed").out
    assert "还缺 0 条" in call("laws", "embed").out
    assert call("laws", "search", "公园里放风筝", "-k", "3", "--law", "风筝").err == ""
    assert "laws embed --all" in call("laws", "search", "风筝", "--status", "全部").err
    monkeypatch.setattr(vectors, "save_arrays", lambda *_: False)
    assert "没有存下来" in call("laws", "embed", "--all").err


def test_embed_without_a_model(call):
    assert "请用 --model 指明模型" in call("laws", "embed", "--set", "search.model=").paragraph()


@pytest.mark.usefixtures("kites")
def test_own_lexicon(call, own):
    path = own / "词.tsv"
    path.write_text("colloquial\tlegal\n纸鸢飞飞\t放风筝\n", "utf-8")
    words = ["laws", "search", "纸鸢飞飞", "--law", "风筝", "--set", "search.model="]
    assert "第二条" not in call(*words).out
    assert "第二条" in call(*words, "--set", f"lexicon.files=['{path}']").out
    path.write_text("colloquial\tlegal\n纸鸢\n", "utf-8")
    assert "第 2 行只有 1 列" in call(*words, "--set", f"lexicon.files=['{path}']").paragraph()
    assert "没有这份词表" in call(*words, "--set", "lexicon.files=['无.tsv']").paragraph()
