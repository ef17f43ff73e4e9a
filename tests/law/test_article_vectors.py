"""Vectors of articles: shipped ones are found, missing ones are computed once and kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.law import vectors
from jietan.law.library import load_library
from jietan.law.vectors import Store, article_vectors, library_store, pack


class Counting:
    """An encoder that remembers what it was asked."""

    name, dimension, fingerprint = "counting", 3, "a" * 64

    def __init__(self):
        self.seen = []

    def encode(self, texts, *, kind="query"):
        self.seen += texts
        rows = np.array([[len(t), 1, 2] for t in texts], np.float32).reshape(-1, 3)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def frame(n, prefix="公园应当每天开放"):
    return pd.DataFrame({"law": "某条例", "chapter": [None] * n, "text": [f"{prefix}{'。' * i}" for i in range(n)]})


def test_computed_once_and_rounded_alike(tmp_path):
    encoder = Counting()
    first = article_vectors(frame(20), encoder, cache=tmp_path)
    assert len(encoder.seen) == 20
    again = article_vectors(frame(20)[::-1], encoder, cache=tmp_path)[::-1]
    assert len(encoder.seen) == 20
    assert (first == again).all()
    assert np.abs((first**2).sum(1) - 1).max() < 0.02
    assert np.abs(first - Counting().encode(encoder.seen)).max() < 0.01


def test_only_changed_articles_are_computed(tmp_path):
    encoder = Counting()
    article_vectors(frame(5), encoder, cache=tmp_path)
    changed = frame(5)
    changed.loc[2, "text"] = "公园夜间关闭。"
    article_vectors(changed, encoder, cache=tmp_path)
    assert encoder.seen[5:] == ["某条例\n公园夜间关闭。"]


def test_an_interrupted_computation_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_CHUNK", 4)

    class Failing(Counting):
        def encode(self, texts, *, kind="query"):
            if len(self.seen) >= 8:
                raise KeyboardInterrupt
            return super().encode(texts, kind=kind)

    with pytest.raises(KeyboardInterrupt):
        article_vectors(frame(20), Failing(), cache=tmp_path)
    encoder = Counting()
    found = article_vectors(frame(20), encoder, cache=tmp_path)
    assert len(encoder.seen) == 12
    assert np.isfinite(found).all()


def test_another_encoder_and_a_damaged_file_count_as_nothing(tmp_path):
    encoder = Counting()
    article_vectors(frame(3), encoder, cache=tmp_path)
    (path,) = tmp_path.glob("*.npz")
    assert len(Store("b" * 64, 3, path).keys) == 0
    assert len(Store("a" * 64, 4, path).keys) == 0
    path.write_bytes(path.read_bytes()[:100])
    article_vectors(frame(3), encoder, cache=tmp_path)
    assert len(encoder.seen) == 6


def test_packing_keeps_direction():
    rows = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    levels, steps = pack(np.vstack([rows, np.zeros((1, 384), np.float32)]))
    back = levels * steps[:, None]
    assert ((back[:-1] * rows).sum(1) / np.linalg.norm(back[:-1], axis=1)).min() > 0.9999
    assert not back[-1].any()


def test_the_bundled_library_needs_no_computation(tmp_path, monkeypatch):
    """Every article of the bundled laws has its vector in the shipped file."""
    encoder = load_embedder("jietan-e5-zh")
    store = library_store(encoder)
    assert store is not None
    articles = load_library().articles
    sample = articles.iloc[:: len(articles) // 40]
    texts = [vectors.article_text(*row) for row in sample[["law", "chapter", "text"]].itertuples(index=False)]
    expected = encoder.encode(texts, kind="document")
    monkeypatch.setattr(type(encoder), "encode", lambda *_, **__: pytest.fail("computed"))
    found = article_vectors(articles, encoder, cache=tmp_path)
    assert not list(tmp_path.iterdir())
    picked = found[:: len(articles) // 40]
    assert ((picked * expected).sum(1) / np.linalg.norm(picked, axis=1)).min() > 0.999
    assert library_store(Counting()) is None
