"""The encoder that ships: size, parity with sentence-transformers, no torch, sane similarities."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jietan.embedders import DEFAULT_MODEL, Embedder, list_models, load_embedder
from jietan.embedders.transformer import TransformerEmbedder
from jietan.resources import model_path

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


def test_listed_model_is_small_and_documented() -> None:
    (entry,) = list_models()
    folder = Path(entry["path"])
    assert entry["name"] == DEFAULT_MODEL
    assert entry["default"]
    assert entry["size_bytes"] <= 20 * 1024 * 1024
    assert {entry["licence"], entry["description"]} - {""}
    assert {"MODEL.md", "training.json", "train.py"} <= {p.name for p in folder.iterdir()}


def test_training_record_names_every_file() -> None:
    record = json.loads((model_path(DEFAULT_MODEL) / "training.json").read_text("utf-8"))
    assert record["files"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", f["sha256"]) for f in record["files"])
    assert record["trained_on"] == []
    assert not any("consultation" in f["name"] for f in record["files"])


def test_parity_with_sentence_transformers(shipped: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_path(DEFAULT_MODEL)), device="cpu", local_files_only=True)
    plain = load_embedder(DEFAULT_MODEL, simplify=False).encode(TEXTS)
    theirs = np.asarray(model.encode(TEXTS, show_progress_bar=False), dtype=np.float32)
    assert np.isfinite(theirs).all()
    np.testing.assert_allclose(theirs, plain, atol=1e-4)
    wrapped = TransformerEmbedder(model_path(DEFAULT_MODEL), name="x")
    assert wrapped.dimension == shipped.dimension
    np.testing.assert_allclose(wrapped.encode(TEXTS, kind="document"), shipped.encode(TEXTS), atol=1e-4)


def test_no_torch_is_imported() -> None:
    code = (
        "import sys; from jietan.embedders import load_embedder, list_models; list_models();"
        "v = load_embedder('jietan-static-zh').encode(['停车', '充电']); assert v.any();"
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_processes_agree_to_the_bit(shipped: Embedder) -> None:
    code = (
        "import sys, json, hashlib; from jietan.embedders import load_embedder;"
        "t = json.loads(sys.argv[1]); print(hashlib.sha256(load_embedder('jietan-static-zh').encode(t)).hexdigest())"
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
