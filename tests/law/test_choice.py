import numpy as np
import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.errors import ModelError
from jietan.law import choice
from jietan.law.choice import Asked, Point, content_features, load_link_model, pointing_features, probabilities, smooth
from jietan.law.pointing import Reader
from jietan.law.provisions import ProvisionIndex
from jietan.tables import conform

PARAGRAPHS = [
    ["为了规范街巷管理，制定本条例。"],
    ["摊位应当在二十一时前收摊。", "摊主应当保持摊位周边清洁，不得乱倒污水。"],
    ["禁止下列行为：\n（一）在消防车通道摆摊；\n（二）使用高音喇叭招揽顾客；\n（三）占用盲道停放车辆。"],
]
DRAFT = conform(
    pd.DataFrame(
        [
            {"article_id": f"街巷条例#第{n}条", "law": "街巷条例", "article": f"第{n}条", "chapter": None, "text": "\n".join(p)}
            | {"source": "draft", "paragraphs": p, "position": i}
            for i, (n, p) in enumerate(zip("一二三", PARAGRAPHS, strict=True))
        ]
    ),
    "provisions",
)


@pytest.fixture(scope="module")
def index():
    return ProvisionIndex(DRAFT, load_embedder("jietan-static-zh"))


def test_features_have_the_documented_shapes(index):
    content, facts = content_features(index, [Asked("摊子九点就要收", ""), Asked("", "")])
    assert content.shape == (2, len(index.provisions), len(choice.CONTENT_FEATURES))
    assert facts.shape == (2, 8)
    assert np.isfinite(content).all()
    assert np.isfinite(facts).all()


def test_features_of_one_opinion_do_not_depend_on_the_others(index):
    one = Asked("摊子九点就要收", "我家住在菜场边上")
    alone, facts = content_features(index, [one])
    among, more = content_features(index, [Asked("污水乱倒", ""), one, Asked("大喇叭吵", "")])
    np.testing.assert_array_equal(alone[0], among[1])
    np.testing.assert_array_equal(facts[0], more[1])


def test_opinions_of_the_same_words_and_a_long_draft_change_no_bit():
    shops = "面馆 理发店 书店 药店 花店 水果摊 修车铺 茶馆 网吧 粮油店 洗衣店".split()
    texts = [f"{shop}应当在{hour}时前停止营业，{shop}门前不得堆放杂物。" for hour, shop in enumerate(shops, 12)]
    rows = [
        {"article_id": f"门店条例#{n}", "law": "门店条例", "article": f"第{n}条", "chapter": None, "text": t} for n, t in enumerate(texts)
    ]
    rows = [{**row, "source": "draft", "paragraphs": [row["text"]], "position": n} for n, row in enumerate(rows)]
    index = ProvisionIndex(conform(pd.DataFrame(rows), "provisions"), load_embedder("jietan-static-zh"))
    one, alike = Asked("书店关门太早，应当推迟", "我家楼下有一家"), Asked("书店关门太早，应当推迟", "孩子放学就没处去")
    alone, facts = content_features(index, [one])
    among, more = content_features(index, [alike, Asked("花店门口堆得走不过去", "我家楼下有一家"), one, one])
    for row in (2, 3):
        np.testing.assert_array_equal(alone[0], among[row])
        np.testing.assert_array_equal(facts[0], more[row])
    assert (among[0] != among[2]).any()


def test_pointing_marks_the_article_and_its_item(index):
    marked = pointing_features(index, [Point("named", 2, None, "（二）")])
    named = [p.item for p, row in zip(index.provisions, marked, strict=True) if row[choice.POINTING_FEATURES.index("pinned")]]
    assert named == ["（二）"]
    assert [p.article for p, row in zip(index.provisions, marked, strict=True) if row[0]] == [2, 2, 2, 2]


def test_probabilities_of_articles_are_those_of_their_provisions(index):
    logits = np.zeros((1, len(index.provisions)), np.float32)
    assert probabilities(index, logits)[0].tolist() == pytest.approx([len(p) / len(index.provisions) for p in index.places])


def test_smoothing_follows_neighbours_and_not_the_order():
    vectors = np.eye(8, dtype=np.float32)[[0, 0, 0, 5]]
    scores = np.array([3, -3, 3, -3], np.float32)
    mixed = smooth(scores, vectors)
    assert mixed[1] > scores[1]
    order = np.array([3, 1, 0, 2])
    np.testing.assert_allclose(smooth(scores[order], vectors[order]), mixed[order], atol=1e-6)
    assert smooth(scores[:1], vectors[:1]).tolist() == [3.0]


def test_only_the_nearest_are_rounded_and_equal_ones_are_taken_in_order():
    values = np.round(np.random.default_rng(5).random((40, 300)), 2).astype(np.float32) + np.linspace(0, 4e-5, 300, dtype=np.float32)
    columns, found = choice._largest(values, 7)
    rounded = values.round(5)
    expected = np.argsort(-rounded, axis=1, kind="stable")[:, :7]
    np.testing.assert_array_equal(columns, expected)
    np.testing.assert_array_equal(found, np.take_along_axis(rounded, expected, axis=1))


def test_weights_of_other_features_are_refused(tmp_path, monkeypatch):
    folder = tmp_path / "models" / "broken"
    folder.mkdir(parents=True)
    (folder / "weights.json").write_text('{"content": {}}', "utf-8")
    monkeypatch.setenv("JIETAN_DATA", str(tmp_path))
    with pytest.raises(ModelError, match="缺失或已损坏"):
        load_link_model("broken")


@pytest.mark.parametrize(
    ("text", "start", "how"),
    [
        ("第三条第二项的大喇叭要管", 0, ["named"]),
        ("关于第三条，大喇叭要管", 6, ["near"]),
        ("第三条我看过了。另外说一件事。\n大喇叭要管", 16, ["far"]),
        ("大喇叭要管", 0, []),
        ("《民法典》第三条，大喇叭要管", 9, []),
    ],
)
def test_where_an_article_is_named_decides_how_much_it_counts(text, start, how):
    reader = Reader(DRAFT)
    asked = reader.asked(reader.read(text), start, len(text), 0.0)
    assert [p.how for p in asked.points] == how
    assert "第三条" not in asked.text


def test_items_of_an_amending_document_mean_the_articles_they_change():
    amended = DRAFT.assign(amended_item=[None, "一", "二"])
    reader = Reader(amended)
    by_item = reader.asked(reader.read("修正案草案第二条写得好"), 0, 11, 0.0)
    by_article = reader.asked(reader.read("第二条写得好"), 0, 6, 0.0)
    assert [p.article for p in by_item.points] == [2]
    assert [p.article for p in by_article.points] == [1]
