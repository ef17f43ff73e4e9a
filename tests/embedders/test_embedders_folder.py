"""Embedders on small folders made here: reading, damage, names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from jietan.embedders import load_embedder
from jietan.embedders.base import unit_rows
from jietan.errors import ModelError

WORDS = ["[UNK]", "电动车", "充电", "罚款", "不", "许", "进", "电梯", "停车"]


def write_static(folder: Path, *, rows: int | None = None, dtype: type = np.float32) -> Path:
    """Write a StaticEmbedding folder with eight known words and four dimensions."""
    tokenizer = Tokenizer(models.Unigram([(w, -float(i)) for i, w in enumerate(WORDS)], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Punctuation("removed")
    table = np.random.default_rng(7).normal(size=(rows or len(WORDS), 4)).astype(dtype)
    table[0] = 0
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    kinds = ["sentence_transformer.modules.static_embedding.StaticEmbedding", "base.modules.normalize.Normalize"]
    modules = [
        {"idx": i, "name": str(i), "path": p, "type": f"sentence_transformers.{k}"}
        for i, (k, p) in enumerate(zip(kinds, ["", "1_Normalize"], strict=True))
    ]
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}")
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config_sentence_transformers.json").write_text('{"similarity_fn_name": "cosine"}')
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_static(tmp_path / "小模型")


def test_rows_are_unit_or_zero(small: Path) -> None:
    texts = ["电动车不许进电梯", "", "  \n", "，。！", "🎉🎉", "充电"]
    vectors = load_embedder(small).encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (6, 4)
    assert np.linalg.norm(vectors, axis=1).round(5).tolist() == [1, 0, 0, 0, 0, 1]


def test_no_texts(small: Path) -> None:
    assert load_embedder(small).encode([]).shape == (0, 4)


def test_traditional_equals_simplified(small: Path) -> None:
    embedder = load_embedder(small)
    assert (embedder.encode(["電動車進電梯"]) == embedder.encode(["电动车进电梯"])).all()
    raw = load_embedder(small, simplify=False)
    assert not raw.encode(["電動車"]).any()
    assert raw.fingerprint != embedder.fingerprint


def test_lone_surrogate_is_ignored(small: Path) -> None:
    embedder = load_embedder(small)
    assert (embedder.encode(["充\ud800电"]) == embedder.encode(["充电"])).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(alphabet="".join(WORDS[1:]) + "啊，", max_size=30), max_size=40), st.randoms(use_true_random=False))
def test_order_of_texts_changes_no_bit(tmp_path_factory: pytest.TempPathFactory, texts: list[str], random) -> None:
    embedder = load_embedder(write_static(tmp_path_factory.getbasetemp() / "order"))
    order = list(range(len(texts)))
    random.shuffle(order)
    vectors = embedder.encode(texts)
    assert (embedder.encode([texts[i] for i in order]) == vectors[order]).all()
    assert all((embedder.encode([t])[0] == v).all() for t, v in zip(texts, vectors, strict=True))


def test_batches_do_not_matter(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = load_embedder(small)
    texts = ["电动车充电", "罚款", "", "不许停车", "进电梯"] * 3
    whole = embedder.encode(texts)
    monkeypatch.setattr("jietan.embedders.static._BATCH", 4)
    monkeypatch.setattr("jietan.embedders.static._SUMMED", 2)
    assert (embedder.encode(texts) == whole).all()


def test_half_precision_rows_are_read(tmp_path: Path) -> None:
    vectors = load_embedder(write_static(tmp_path, dtype=np.float16)).encode(["电动车"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors) == pytest.approx(1)


def test_unit_rows_keeps_zero() -> None:
    rows = np.array([[3, 4], [0, 0], [1e-12, 0]], dtype=np.float32)
    assert unit_rows(rows).round(6).tolist() == [[np.float32(0.6), np.float32(0.8)], [0, 0], [0, 0]]


def test_fingerprint_follows_vectors_only(small: Path) -> None:
    before = load_embedder(small).fingerprint
    (small / "MODEL.md").write_text("说明")
    assert load_embedder(small).fingerprint == before
    write_static(small, rows=len(WORDS), dtype=np.float16)
    assert load_embedder(small).fingerprint != before
    assert len(before) == 64


@pytest.mark.parametrize("name", ["modules.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_damage_is_reported_in_chinese(small: Path, name: str, damage: str) -> None:
    path = small / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:20] if damage == "cut" else b"")
    with pytest.raises(ModelError, match="模型") as caught:
        load_embedder(small)
    assert caught.value.todo
    assert str(small) in str(caught.value)


def test_rows_and_words_must_agree(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="词表有 9 项"):
        load_embedder(write_static(tmp_path, rows=5))


def test_rows_must_be_numbers(small: Path) -> None:
    save_file({"embedding.weight": np.full((9, 4), np.nan, np.float32)}, small / "model.safetensors")
    with pytest.raises(ModelError, match="损坏"):
        load_embedder(small)


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "./没有这个文件夹", "a/b/c", ""])
def test_unknown_model_is_not_downloaded(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError) as caught:
        load_embedder(name)
    assert caught.value.todo


def test_own_code_is_refused(small: Path) -> None:
    (small / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "evil.Module"}]')
    with pytest.raises(ModelError, match="为安全起见"):
        load_embedder(small)


def test_pickle_is_refused(small: Path) -> None:
    modules = json.loads((small / "modules.json").read_text())
    modules[0]["type"] = "sentence_transformers.sentence_transformer.modules.pooling.Pooling"
    (small / "modules.json").write_text(json.dumps(modules))
    (small / "model.safetensors").rename(small / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickle"):
        load_embedder(small)
