"""Make this folder's model again; jietan-e5-zh must be there.

Usage (about 25 minutes on two cores, no network)::

    pip install "jietan[train]"
    python models/jietan-static-zh/train.py DATA_DIR [--out FOLDER] [--work FOLDER]

``DATA_DIR`` holds the files named in lessons.py of jietan-e5-zh. The result is the same to the bit on one machine; on
another processor the last digits can differ.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "jietan-e5-zh")]

from lessons import FILES, Lessons, load  # noqa: E402
from sources import Texts, collect  # noqa: E402
from student import Bags, Recipe, Vectors, first_rows, teach  # noqa: E402
from vocabulary import choose, count_words, make_tokenizer  # noqa: E402

from export import describe_files, sha256  # noqa: E402
from jietan.embedders import Embedder, load_embedder  # noqa: E402

TEACHER = HERE.parent / "jietan-e5-zh"
PACKAGES = ("jieba", "rjieba", "numpy", "opencc", "onnxruntime", "safetensors", "sentence-transformers", "tokenizers", "torch")


def teacher_vectors(teacher: Embedder, texts: list[str], kind: str, work: Path | None) -> Vectors:
    """Embed texts with the teacher, or read what an earlier run stored."""
    key = hashlib.sha256("\n".join([teacher.fingerprint, kind, *texts]).encode()).hexdigest()[:16]
    stored = work / f"teacher-{key}.npy" if work else None
    if stored and stored.exists():
        return np.load(stored, allow_pickle=False)
    print(f"{kind}: {len(texts)} texts …", flush=True)
    out = teacher.encode(texts, kind="document" if kind == "document" else "query")
    if stored:
        stored.parent.mkdir(parents=True, exist_ok=True)
        np.save(stored, out)
    return out


def write_model(folder: Path, tokenizer: object, rows: Vectors) -> None:
    """Write a SentenceTransformer folder, rows in bfloat16 (in float16 an empty text would be not-a-number there)."""
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    static = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    save_file({"embedding.weight": torch.from_numpy(rows).to(torch.bfloat16)}, folder / "model.safetensors")
    static.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def write_record(folder: Path, data: Path, recipe: Recipe, teacher: Embedder) -> None:
    """Write training.json."""
    record = {
        "name": "jietan-static-zh",
        "description": "静态中文句向量：法律条文与口语意见，384 维，与 jietan-e5-zh 同一空间，不需要神经网络计算",
        "licence": "MIT",
        "recipe": recipe._asdict(),
        "teacher": {"name": "jietan-e5-zh", "licence": "MIT", "fingerprint": teacher.fingerprint},
        "files": [*describe_files(data), {"name": "words.txt", "licence": "MIT (ours)", "sha256": sha256(HERE / "words.txt")}],
        "held_out": "retrieval_train: questions whose sha256('jietan:' + query_id) is divisible by 5",
        "trained_on": [],
        "versions": {p: importlib.metadata.version(p) for p in PACKAGES} | {"python": platform.python_version()},
        "weights": {n: sha256(folder / n) for n in ("model.safetensors", "tokenizer.json")},
    }
    (folder / "training.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")


def learn(texts: Texts, lessons: Lessons, teacher: Embedder, recipe: Recipe, work: Path | None) -> tuple[object, Vectors]:
    """Choose the vocabulary and train the rows; returns the tokenizer and the rows."""
    extra = (HERE / "words.txt").read_text("utf-8").lower().split()
    entries = choose(count_words(texts.law), count_words(texts.talk), extra, recipe.size)
    bags = Bags(make_tokenizer(entries))
    words = teacher_vectors(teacher, [w for w, _ in entries], "words", work)
    read = [teacher_vectors(teacher, found, kind, work) for kind, found in (("document", texts.documents), ("query", texts.queries))]
    pairs = {
        "questions": lessons.questions(4, 2),
        "structure": lessons.articles(20_000),
        "links": lessons.links(4),
        "themes": lessons.themes(4),
        "topics": lessons.topics(40_000),
    }
    rows = first_rows(words, np.array([p for _, p in entries]), recipe)
    return bags.tokenizer, teach(rows, texts.documents + texts.queries, np.concatenate(read), pairs, bags, recipe)


def main() -> int:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="训练数据文件夹")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--work", type=Path, default=None, help="保存教师向量，重跑时不必再算")
    args = parser.parse_args()
    if missing := [n for n in FILES if not (args.data / n).exists()]:
        parser.error(f"{args.data} 中没有 {'、'.join(missing)}")
    torch.set_num_threads(2)
    recipe = Recipe()
    torch.manual_seed(recipe.seed)
    sources, teacher = load(args.data), load_embedder(TEACHER)
    tokenizer, rows = learn(collect(sources, recipe.seed), Lessons(sources, None, recipe.seed), teacher, recipe, args.work)
    args.out.mkdir(parents=True, exist_ok=True)
    write_model(args.out, tokenizer, rows)
    write_record(args.out, args.data, recipe, teacher)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
