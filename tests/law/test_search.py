import numpy as np
import pandas as pd
import pytest

from jietan.language.segment import content_words
from jietan.law import search
from jietan.law.cache import cache_folder, content_key, load_arrays, save_arrays
from jietan.law.search import ArticleIndex

TEXTS = {
    "某条例#第一条": "物业服务人应当在高层住宅的电梯轿厢内安装电动自行车智能阻止系统。",
    "某条例#第二条": "禁止携带电动自行车进入电梯轿厢。",
    "某条例#第三条": "充电服务费实行市场调节价，充电设施运营单位应当明码标价。",
    "某条例#第四条": "本条例自2026年1月1日起施行。",
    "某条例#第五条": "本条例自2026年1月1日起施行。",
}


def frame(order=1):
    ids = list(TEXTS)[::order]
    texts = [TEXTS[i] for i in ids]
    return pd.DataFrame({"article_id": ids, "law": "某条例", "chapter": [None] * len(ids), "text": texts})


def found(index, query, k=10):
    return [hit.article_id[-3:] for hit in index.search([query], k)[0]]


def test_finds_and_folds():
    index = ArticleIndex(frame())
    assert found(index, "充電服務費太貴，要明碼標價")[0] == "第三条"
    assert set(found(index, "电梯里不让推电动自行车")[:2]) == {"第一条", "第二条"}
    assert found(index, "龘") == []
    assert index.search([], 3) == []


def test_ties_by_id_whatever_the_order_of_rows():
    hits = [ArticleIndex(frame(order)).search(["施行日期2026年1月1日"], 100)[0] for order in (1, -1)]
    assert hits[0] == hits[1]
    first = [hit for hit in hits[0] if hit.score == hits[0][0].score]
    assert [hit.article_id for hit in first] == sorted(hit.article_id for hit in first)
    assert ArticleIndex(frame()).search(["施行日期2026年1月1日"], 1)[0] == hits[0][:1]


def test_batches_do_not_change_scores():
    index = ArticleIndex(frame())
    queries = ["电梯", "充电 标价", "", "电动自行车施行"] * 200
    assert index.search(queries, 3) == [index.search([query], 3)[0] for query in queries]


class Fixed:
    """An encoder that gives every text the vector of the article 第四条."""

    name, dimension, fingerprint = "fixed", 5, "0" * 64

    def __init__(self):
        self.calls = []

    def encode(self, texts, *, kind="query"):
        self.calls.append((kind, len(texts)))
        return np.tile(np.array([0, 0, 0, 1, 0], np.float32), (len(texts), 1))


def test_dense_vectors_are_fused():
    vectors = np.eye(5, dtype=np.float32)
    fixed = Fixed()
    index = ArticleIndex(frame(-1), embedder=fixed, vectors=vectors[::-1].copy())
    assert len(found(index, "电梯", 99)) == 5
    assert "第四条" in found(index, "电梯", 3)
    assert fixed.calls == [("query", 1), ("query", 1)]
    assert ArticleIndex(frame(), embedder=fixed).search(["电梯"], 2)
    assert ("document", 5) in fixed.calls


def test_repeated_ids_are_refused():
    with pytest.raises(ValueError, match="unique"):
        ArticleIndex(pd.concat([frame(), frame()]))


def test_empty_set():
    assert ArticleIndex(frame().iloc[:0]).search(["电梯"], 5) == [[]]
    assert ArticleIndex(frame().iloc[:0]).most_shared([{"电梯"}]).tolist() == [0]


def test_no_article_shares_more_words_than_are_counted(monkeypatch):
    monkeypatch.setattr(search, "_SETS", 2)
    texts = ["充电服务费要明码标价", "龘", "", "电梯里推电动自行车，充电也要施行", "施行"]
    words = [frozenset(content_words(t)) for t in texts]
    held = [set(content_words(t)) | {"条例"} for t in TEXTS.values()]
    expected = [max(len(own & article) for article in held) for own in words]
    assert ArticleIndex(frame()).most_shared(words).tolist() == expected
    assert max(expected) > 2


def big(count=2100):
    return pd.DataFrame(
        {
            "article_id": [f"a{i:05}" for i in range(count)],
            "law": "某法",
            "chapter": None,
            "text": [f"编号{i}的规定" for i in range(count)],
        }
    )


def test_cache_is_used_and_survives_damage(tmp_path, monkeypatch):
    expected = ArticleIndex(big(), cache=tmp_path).search(["编号77"], 5)
    (stored,) = tmp_path.glob("*.npz")
    monkeypatch.setattr(search, "_weights", None)
    assert ArticleIndex(big(), cache=tmp_path).search(["编号77"], 5) == expected
    monkeypatch.undo()
    stored.write_bytes(b"damaged")
    assert ArticleIndex(big(), cache=tmp_path).search(["编号77"], 5) == expected
    assert len(list(tmp_path.iterdir())) == 1


def test_unwritable_cache_is_no_error(tmp_path):
    (tmp_path / "file").write_text("x")
    assert ArticleIndex(big(), cache=tmp_path / "file" / "below").search(["编号77"], 1)[0]


def test_cache_helpers(tmp_path, monkeypatch):
    assert save_arrays(tmp_path / "a" / "b.npz", {"x": np.arange(3)}, ["甲"])
    arrays, words = load_arrays(tmp_path / "a" / "b.npz")
    assert arrays["x"].tolist() == [0, 1, 2]
    assert words == ["甲"]
    assert load_arrays(tmp_path / "none.npz") is None
    np.savez(tmp_path / "p.npz", words=np.array([{"a": 1}], dtype=object))
    assert load_arrays(tmp_path / "p.npz") is None
    assert content_key(["ab", "c"]) != content_key(["a", "bc"])
    monkeypatch.setenv("JIETAN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
