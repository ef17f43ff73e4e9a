"""The encoder that ships: size, parity with sentence-transformers, no torch, sane similarities."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jietan.embedders import DEFAULT_MODEL, Embedder, Kind, list_models, load_embedder
from jietan.embedders.quantized import _groups
from jietan.embedders.transformer import TransformerEmbedder
from jietan.resources import corpus_path, model_path

TEXTS = [
    "电动自行车不得在楼道内停放、充电",
    "電瓶車別停在樓道裡，太危險了！",
    "罚款2000元太重，建议降到200元。",
    "养犬人应当携带清洁用具，及时清除犬只粪便",
    "ＡＰＰ扫码充电ABC",
    "第十二条第二款",
    "好" * 3000,
    "",
    "？！🎉",
]


@pytest.fixture(scope="module")
def shipped() -> Embedder:
    return load_embedder(DEFAULT_MODEL)


def test_listed_models_are_small_and_documented() -> None:
    entries = {entry["name"]: entry for entry in list_models()}
    assert set(entries) == {"jietan-e5-zh", "jietan-static-zh"}
    assert [name for name, entry in entries.items() if entry["default"]] == [DEFAULT_MODEL]
    for name, limit in (("jietan-e5-zh", 45), ("jietan-static-zh", 25)):
        folder = Path(entries[name]["path"])
        assert entries[name]["size_bytes"] <= limit * 1e6
        assert {entries[name]["licence"], entries[name]["description"]} - {""}
        assert {"MODEL.md", "training.json", "train.py", "scores.json"} <= {p.name for p in folder.iterdir()}
        assert not [p for p in folder.rglob("*") if p.suffix in {".bin", ".pt", ".pth", ".pkl", ".pickle"}]


@pytest.mark.parametrize("name", ["jietan-e5-zh", "jietan-static-zh"])
def test_training_record_names_every_file(name: str) -> None:
    record = json.loads((model_path(name) / "training.json").read_text("utf-8"))
    assert record["files"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", f["sha256"]) for f in record["files"])
    assert record["trained_on"] == []
    assert {"model.safetensors", "tokenizer.json"} <= set(record["weights"])
    ours = {f["name"]: f["sha256"] for f in record["files"] if f["name"].startswith("training/")}
    found = {n: hashlib.sha256((corpus_path(n)).read_bytes()).hexdigest() for n in ours}
    assert found == ours


def test_parity_with_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    folder = model_path("jietan-static-zh")
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    plain = load_embedder("jietan-static-zh", simplify=False).encode(TEXTS)
    theirs = np.asarray(model.encode(TEXTS, show_progress_bar=False), dtype=np.float32)
    assert np.isfinite(theirs).all()
    np.testing.assert_allclose(theirs, plain, atol=1e-2)


@pytest.fixture(scope="module")
def accurate() -> Embedder:
    return load_embedder("jietan-e5-zh")


@pytest.mark.parametrize("kind", ["query", "document"])
def test_integers_stay_close_to_torch(accurate: Embedder, kind: Kind) -> None:
    wrapped = TransformerEmbedder(model_path("jietan-e5-zh"), name="x")
    assert wrapped.dimension == accurate.dimension == 384
    cosine = (wrapped.encode(TEXTS, kind=kind) * accurate.encode(TEXTS, kind=kind)).sum(1)
    known = [bool(t) for t in TEXTS]
    assert cosine[known].min() > 0.99
    assert cosine[[not k for k in known]].tolist() == [0]


def test_neighbours_change_no_bit(accurate: Embedder) -> None:
    whole = accurate.encode(TEXTS)
    assert all((accurate.encode([t])[0] == v).all() for t, v in zip(TEXTS, whole, strict=True))
    assert (accurate.encode(TEXTS[::-1])[::-1] == whole).all()
    assert accurate.encode([]).shape == (0, 384)
    assert (accurate.encode(["罚款"], kind="document") != accurate.encode(["罚款"])).any()


def test_texts_of_one_length_computed_together_are_the_same_to_the_bit() -> None:
    texts = [
        f"{place}的{thing}"
        for place in "东西南北"
        for thing in ("充电桩太少，请多装几个", "车棚漏雨", "门禁天天坏，早晚都进不了自己家的门")
    ]
    together = load_embedder("jietan-e5-zh").encode(texts)
    alone = load_embedder("jietan-e5-zh")
    assert np.array_equal(together, np.concatenate([alone.encode([t]) for t in texts]))


def test_groups_are_of_one_length_and_leave_nothing_out() -> None:
    lengths = [3, 40, 3, 300, 7, *[3] * 100]
    groups = _groups(lengths)
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len({lengths[i] for i in group}) == 1 for group in groups)
    assert groups[0] == [3]
    assert max(map(len, groups)) < len(lengths) - 4  # so many do not fit together


def test_fast_query_finds_accurate_document(accurate: Embedder, shipped: Embedder) -> None:
    laws = [
        "禁止在楼梯间、疏散通道停放电动自行车",
        "养犬人应当为犬只注射狂犬病疫苗",
        "餐饮服务提供者应当安装油烟净化设施",
        "生活垃圾应当分类投放",
    ]
    said = ["楼道里停电瓶车太吓人", "狗要打防疫针", "楼下烧烤摊油烟太大", "垃圾乱扔不分类"]
    fast = load_embedder("jietan-static-zh").encode(said)
    scores = fast @ accurate.encode(laws, kind="document").T
    assert scores.argmax(1).tolist() == [0, 1, 2, 3]


def test_no_torch_is_imported() -> None:
    code = (
        "import sys; from jietan.embedders import load_embedder, list_models; list_models();"
        "assert all(load_embedder(n).encode(['停车', '充电']).any() for n in ('jietan-static-zh', 'jietan-e5-zh'));"
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_processes_agree_to_the_bit() -> None:
    code = (
        "import sys, json, hashlib; from jietan.embedders import load_embedder;"
        "t = json.loads(sys.argv[1]); print([hashlib.sha256(load_embedder(n).encode(t)).hexdigest()"
        " for n in ('jietan-static-zh', 'jietan-e5-zh')])"
    )
    prints = {
        subprocess.run([sys.executable, "-c", code, json.dumps(TEXTS)], capture_output=True, text=True, check=True).stdout for _ in range(2)
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("楼道里停电瓶车太吓人", "禁止在楼梯间、疏散通道停放电动自行车", "养犬人应当为犬只注射狂犬病疫苗"),
        ("遛狗不牵绳没人管", "携带犬只外出应当使用束犬链牵领", "餐饮服务提供者应当安装油烟净化设施"),
        ("广场舞音响吵得睡不着", "在公共场所使用音响器材应当控制音量，防止噪声扰民", "生活垃圾应当分类投放"),
        ("楼下烧烤摊油烟太大", "餐饮服务经营者应当防止油烟对附近居民造成污染", "电动自行车应当登记上牌"),
        ("垃圾房味道太臭，清运不及时", "生活垃圾收集单位应当及时清运，保持收集点整洁", "老年人享受免费乘坐公共交通工具待遇"),
    ],
)
def test_plain_words_meet_legal_words(shipped: Embedder, text: str, near: str, far: str) -> None:
    a, b, c = shipped.encode([text, near, far])
    assert a @ b > a @ c + 0.1
