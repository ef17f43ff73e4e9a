"""Make this folder's model again.

Usage (about an hour and a half on two cores with bfloat16 instructions, no network)::

    pip install "jietan[train]"
    python models/jietan-e5-zh/train.py DATA_DIR --work FOLDER [--out FOLDER]

``DATA_DIR`` holds the files named in lessons.py; ``FOLDER`` keeps what can be used again. The seed is fixed, and one
machine gives one result; another processor rounds differently.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.sampler import BatchSamplers, MultiDatasetBatchSamplers
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Dense, Normalize

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from lessons import FILES, Lessons, Row, Sources, load  # noqa: E402
from start import PROMPTS, save_start, weights_file  # noqa: E402

from export import write_model  # noqa: E402
from jietan.law.search import ArticleIndex, article_text  # noqa: E402

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Recipe(NamedTuple):
    """Settings of the training; they go into training.json.

    Attributes:
        real: How often each real question is drawn.
        written: How often each question written for this purpose is drawn.
        structure: Rows from the structure of statutes.
        links: How often each labelled opinion is drawn with its provision.
        themes: How often each labelled opinion is drawn with its theme.
        topics: Rows from proposals and the reasons given for them.
    """

    dimension: int = 384
    seed: int = 0
    batch: int = 48
    rate: float = 6e-5
    scale: float = 25.0
    max_tokens: int = 96
    real: int = 3
    written: int = 2
    structure: int = 1440
    links: int = 2
    themes: int = 2
    topics: int = 3840


def _encode(model: SentenceTransformer, texts: list[str], prompt: str) -> Vectors:
    with torch.autocast("cpu", torch.bfloat16):
        return model.encode(texts, prompt_name=prompt, batch_size=64, show_progress_bar=False).astype(np.float32)


def find_similar(model: SentenceTransformer, sources: Sources, work: Path, n: int = 60) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Find statutes that look like answers: by BM25 and by the untrained model, in turn.

    Returns:
        Numbers of statutes, shape (questions, n).
    """
    import pandas as pd

    texts = [article_text(s.law, s.chapter, s.text) for s in sources.statutes]
    # Seven minutes, and the same for every run: the start and the statutes do not change.
    stored = work / "pool.npy"
    if not stored.exists():
        np.save(stored, _encode(model, texts, "document").astype(np.float16))
    pool = np.load(stored, allow_pickle=False).astype(np.float32)
    rows = [(f"{i:06d}", s.law, s.chapter or None, s.text) for i, s in enumerate(sources.statutes)]
    index = ArticleIndex(pd.DataFrame(rows, columns=["article_id", "law", "chapter", "text"]), cache=work)
    questions = [q for q, _ in sources.questions]
    lexical = index.search(questions, n)
    queries = _encode(model, questions, "query")
    out = np.zeros((len(questions), n), np.int64)
    for i, hits in enumerate(lexical):
        dense = np.argsort(-(pool @ queries[i]), kind="stable")[:n].tolist()
        words = [int(h.article_id) for h in hits]
        mixed = [x for pair in zip(words, dense, strict=False) for x in pair] + dense
        out[i] = list(dict.fromkeys(mixed))[:n]
    return out


def add_projection(model: SentenceTransformer, texts: list[str], dimension: int) -> SentenceTransformer:
    """Put a layer behind the pooling that centres the vectors and keeps their principal components."""
    bare = SentenceTransformer(modules=[model[0], model[1]], prompts=PROMPTS, default_prompt_name="query", device="cpu")
    pooled = _encode(bare, texts, "query").astype(np.float64)
    centre = pooled.mean(0)
    values, axes = np.linalg.eigh(np.cov((pooled - centre).T))
    axes = axes[:, np.argsort(-values, kind="stable")[:dimension]]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(dimension)])
    layer = Dense(pooled.shape[1], dimension, bias=True, activation_function=torch.nn.Identity())
    with torch.no_grad():
        layer.linear.weight.copy_(torch.from_numpy(axes.T.copy()))
        layer.linear.bias.copy_(torch.from_numpy(-centre @ axes))
    modules = [model[0], model[1], layer, Normalize()]
    return SentenceTransformer(modules=modules, prompts=PROMPTS, default_prompt_name="query", device="cpu")


def _sample(sources: Sources, seed: int, n: int = 2000) -> list[str]:
    rng = np.random.default_rng(seed)
    texts = [s.text[:200] for s in sources.statutes] + [t for _, group in sources.topics for t in group][: len(sources.statutes)]
    return [texts[i] for i in rng.permutation(len(texts))[:n]] + [q for q, _ in sources.questions[:n]]


def rows_of(lessons: Lessons, recipe: Recipe) -> dict[str, list[Row]]:
    """Draw all rows."""
    return {
        "questions": lessons.questions(recipe.real, recipe.written),
        "structure": lessons.articles(recipe.structure),
        "links": lessons.links(recipe.links),
        "themes": lessons.themes(recipe.themes),
        "topics": lessons.topics(recipe.topics),
    }


def train(model: SentenceTransformer, rows: dict[str, list[Row]], recipe: Recipe, work: Path) -> SentenceTransformer:
    """Train on all kinds of rows together."""
    model.max_seq_length = recipe.max_tokens
    # Prompts stand in the rows already.
    model.default_prompt_name = None
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(work / "trainer"),
        num_train_epochs=1,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        warmup_steps=0.08,
        lr_scheduler_type="linear",
        weight_decay=0.01,
        bf16=True,
        use_cpu=not torch.cuda.is_available(),
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        save_strategy="no",
        logging_steps=20,
        report_to="none",
        seed=recipe.seed,
        dataloader_drop_last=True,
    )
    loss = MultipleNegativesRankingLoss(model, scale=recipe.scale)
    data = {name: Dataset.from_list(found) for name, found in rows.items()}
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=loss).train()
    model.default_prompt_name = "query"
    model.max_seq_length = 256
    return model.eval()


def main() -> int:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="训练数据文件夹")
    parser.add_argument("--work", type=Path, required=True, help="存放中间结果的文件夹")
    parser.add_argument("--out", type=Path, default=HERE)
    args = parser.parse_args()
    if missing := [n for n in FILES if not (args.data / n).exists()]:
        parser.error(f"{args.data} 中没有 {'、'.join(missing)}")
    recipe = Recipe()
    torch.set_num_threads(2)
    torch.manual_seed(recipe.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    model = save_start(weights_file(), args.work / "start", max_tokens=256)
    sources = load(args.data)
    similar = find_similar(model, sources, args.work)
    rows = rows_of(Lessons(sources, similar, recipe.seed), recipe)
    print({name: len(found) for name, found in rows.items()}, flush=True)
    model = train(add_projection(model, _sample(sources, recipe.seed), recipe.dimension), rows, recipe, args.work)
    model.save_pretrained(str(args.work / "trained"), create_model_card=False)
    write_model(model, args.out, recipe._asdict(), args.data, _sample(sources, recipe.seed)[::10])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
