"""What is often asked counts, filters leave out, exact products, and a cache that does not grow for ever."""

import numpy as np
import pandas as pd
import pytest

from jietan.errors import ModelError
from jietan.law import fusion, vectors
from jietan.law.cache import prune
from jietan.law.fusion import Fusion, load_fusion
from jietan.law.search import ArticleIndex
from jietan.law.vectors import ArticleVectors


class Turning:
    """An encoder whose vectors hang on the length of the text alone."""

    name, dimension, fingerprint = "turning", 16, "c" * 64

    def encode(self, texts, *, kind="query"):
        rows = np.array([np.random.default_rng(len(text)).normal(size=16) for text in texts], np.float32).reshape(-1, 16)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def frame(n=40):
    ids = [f"某法#第{i}条" for i in range(n)]
    return pd.DataFrame({"article_id": ids, "law": "某法", "chapter": None, "text": ["公园" * (i + 1) for i in range(n)]})


def test_counts_add_up_and_unknown_laws_do_not_suffer():
    weights = Fusion(0.1, 0.5, 0.25, {"某法": 1, "冷门法": 0}, {"某法#第一条": 3}, 2.0)
    ids = ["某法@2020-01-01#第一条", "某法#第二条", "冷门法#第一条", "某市条例#第一条"]
    found = weights.prior(["中华人民共和国某法", "某法", "冷门法", "某市条例"], ids)
    assert found.tolist() == pytest.approx([0.5 * np.log(2) + 0.25 * np.log(4), 0.5 * np.log(2), 0.0, 1.0])


def test_shipped_weights():
    found = load_fusion()
    assert found.laws["民法典"] > 0
    assert min(found.words, found.law, found.article) > 0


def test_damaged_weights_are_an_error(monkeypatch, tmp_path):
    (tmp_path / "w.json").write_text('{"words": 1}', "utf-8")
    monkeypatch.setattr(fusion, "resource_path", lambda *_: tmp_path / "w.json")
    with pytest.raises(ModelError, match="合并权重损坏"):
        load_fusion.__wrapped__()


def test_only_the_articles_asked_for_and_the_same_bits_in_any_batch():
    articles, queries = frame(), [f"公园开放{'吗' * i}" for i in range(70)]
    index = ArticleIndex(articles, embedder=Turning())
    among = np.arange(40) % 3 == 0
    found = index.search(queries, 10, among=among)
    assert {hit.article_id for hits in found for hit in hits} <= set(articles["article_id"][among])
    assert [len(hits) for hits in found] == [10] * 70
    assert [index.search([query], 10, among=among)[0] for query in queries] == found
    assert not ArticleIndex(articles).search(["公园"], 10, among=np.zeros(40, bool))[0]


def test_pieces_are_joined(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_CHUNK", 1)
    monkeypatch.setattr(vectors, "_PIECES", 5)
    known = ArticleVectors(frame(4), Turning(), cache=tmp_path)
    known.compute()
    assert len(list(tmp_path.glob("*.npz"))) == 4
    known = ArticleVectors(frame(8), Turning(), cache=tmp_path)
    assert known.missing().sum() == 4
    known.compute()
    assert len(list(tmp_path.glob("*.npz"))) == 1
    again = ArticleVectors(frame(8), Turning(), cache=tmp_path)
    assert not again.missing().any()
    assert (again.vectors() == known.vectors()).all()


def test_prune_keeps_the_newest_and_other_files(tmp_path):
    names = [f"{i:024x}.npz" for i in range(6)]
    for name in [*names, "vectors-0000000000000000.npz"]:
        (tmp_path / name).write_bytes(b"")
    prune(tmp_path, tmp_path / names[0], 2)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 3
    assert {names[0], "vectors-0000000000000000.npz"} < left
