"""Known themes: their table, and the opinions that join them."""

import openpyxl
import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.errors import InputError
from jietan.seeds import Seeds, load_seeds, read_seeds
from jietan.settings import ClusterSettings
from jietan.stages.cluster import cluster
from jietan.tables import conform, empty
from stage_tables import census, labels, membership, received, vectors, whole_spans

_TEXTS = [
    "路灯太暗，建议加装路灯",
    "巷口路灯坏了，建议加装路灯",
    "广场舞音响太吵，建议限制音量",
    "广场舞太吵，建议限制音量",
    "古树名木应当挂牌",
]


def _table(path, rows):
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(row) for row in rows), "utf-8-sig")
    return path


def _themes(seeds, order=slice(None)):
    frame = received(_TEXTS)
    spans = whole_spans(frame)
    triage = conform(pd.DataFrame({"comment_id": frame["comment_id"], "triage": "legislative", "triage_probability": 1.0}), "triage")
    units = membership(spans, [f"U{k}" for k in range(len(_TEXTS))])
    tables = spans.iloc[order], labels(spans), units, empty("links"), vectors(spans), triage, empty("provisions")
    return cluster(*tables, census(frame, spans), ClusterSettings(), seeds=seeds)


@pytest.fixture
def seeds(tmp_path):
    rows = [["例句", "上级", "题目"], ["建议加装路灯", "照明", "路灯照明"], ["古树名木要挂牌", "", "古树"], ["公交车太少", "", "公交班次"]]
    return load_seeds(str(_table(tmp_path / "主题.xlsx", rows)), load_embedder("jietan-static-zh"))


def test_near_opinions_join_and_the_rest_clusters_as_usual(seeds):
    found = _themes(seeds)
    title = dict(zip(found.themes["theme_id"], found.themes["title"], strict=True))
    parent = dict(zip(found.themes["theme_id"], found.themes["parent_id"], strict=True))
    of = found.placements["theme_id"].tolist()
    assert [title[t] for t in (*of[:2], of[4])] == ["路灯照明", "路灯照明", "古树"]
    assert title[parent[of[0]]] == "照明"
    assert of[2] == of[3]
    assert of[2] not in seeds.ids
    assert "公交班次" not in title.values()
    assert found.themes["title"].is_unique
    plain = _themes(Seeds()).placements["theme_id"].tolist()
    assert plain[2] == of[2]


def test_names_of_known_themes_say_where_they_come_from(seeds):
    found = _themes(seeds)
    first = found.namings[found.namings["position"] == 1].set_index("theme_id")
    for theme, title in zip(found.themes["theme_id"], found.themes["title"], strict=True):
        assert (first.loc[theme, "source"] == "已知主题") == (title in ("路灯照明", "照明", "古树"))


def test_the_order_of_rows_and_opinions_does_not_matter(seeds, tmp_path):
    rows = [["题目", "例句", "上级"], ["公交班次", "公交车太少", ""], ["古树", "古树名木要挂牌", ""], ["路灯照明", "建议加装路灯", "照明"]]
    again = load_seeds(str(_table(tmp_path / "另.csv", rows)), load_embedder("jietan-static-zh"))
    assert again.fingerprint == seeds.fingerprint
    for mine, other in zip(_themes(seeds), _themes(again, slice(None, None, -1)), strict=True):
        assert mine.equals(other)


def test_no_table_means_no_known_themes():
    assert load_seeds("", load_embedder("jietan-static-zh")).seeds == ()


_HEAD = ["题目", "例句", "上级"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["主题", "例子"], ["路灯", "建议加装路灯"]], "缺少 题目 或者 例句 列（看到的列：主题、例子）"),
        ([_HEAD], "一行也没有"),
        ([_HEAD, ["路灯", "", ""]], "第 2 行没有写例句"),
        ([_HEAD, ["", "建议加装路灯", ""]], "第 2 行没有写题目"),
        ([_HEAD, ["路灯", "建议加装路灯", ""], ["照明", "建议加装路灯", ""]], "第 3 行的例句与第 2 行重复，而题目不同"),
        ([_HEAD, ["路灯", "建议加装路灯", ""], ["路灯", "建议加装路灯", ""]], "第 3 行的例句与第 2 行重复。"),
        ([_HEAD, ["路灯", "建议加装路灯", "照明"], ["路灯", "路灯太暗", "市政"]], "第 3 行：路灯 的上级与前面写的不一样"),
        ([_HEAD, ["路灯", "建议加装路灯", "照明"], ["照明", "太暗了", ""]], "照明 既是题目又是上级"),
        ([_HEAD, ["路" * 41, "建议加装路灯", ""]], "超过 40 个字"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_wrong_tables_are_named_with_the_remedy(tmp_path, rows, message, suffix):
    with pytest.raises(InputError) as error:
        read_seeds(_table(tmp_path / f"主题{suffix}", rows))
    assert message in str(error.value)
    assert "每行一个例句" in str(error.value)


def test_a_file_that_is_no_table(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match="xlsx 或者 csv"):
        read_seeds(tmp_path / "a.docx")
    with pytest.raises(InputError, match="没有"):
        read_seeds(tmp_path / "没有.csv")
