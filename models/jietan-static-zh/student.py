"""The student: one row per word, taught by the teacher's similarities and by pairs that belong together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from sources import Pair, Sources
from tokenizers import Tokenizer
from torch import nn

Vectors = NDArray[np.float32]


class Recipe(NamedTuple):
    """Settings of the training; they go into training.json."""

    size: int = 36_000
    dimension: int = 128
    seed: int = 0
    sif: float = 3e-4
    steps: int = 1500
    rate: float = 5e-3
    teacher_batch: int = 1024
    pair_batch: int = 256
    temperature: float = 0.05
    pair_weight: float = 0.1
    shares: tuple[tuple[str, float], ...] = (("questions", 0.3), ("articles", 0.4), ("topics", 0.2), ("proposals", 0.1))


class Lessons:
    """Draws batches of pairs, and remembers the token ids of texts."""

    def __init__(self, sources: Sources, tokenizer: Tokenizer, recipe: Recipe) -> None:
        """Prepare the groups to draw from."""
        self.sources, self.tokenizer, self.recipe = sources, tokenizer, recipe
        self.rng = np.random.default_rng(recipe.seed + 1)
        self.laws = sorted(law for law, articles in sources.articles.items() if len(articles) >= 12)
        self.memory: dict[str, NDArray[np.int64]] = {}

    def ids(self, texts: list[str]) -> list[NDArray[np.int64]]:
        """Token ids of texts, at most 100 each, unknown ones left out."""
        new = [t for t in dict.fromkeys(texts) if t not in self.memory]
        for text, coded in zip(new, self.tokenizer.encode_batch_fast(new, add_special_tokens=False), strict=True):
            self.memory[text] = np.array([i for i in coded.ids[:100] if i] or [0], dtype=np.int64)
        return [self.memory[t] for t in texts]

    def _some(self, n: int, of: int) -> list[int]:
        return self.rng.permutation(of)[:n].tolist()

    def _one(self, items: list[str]) -> str:
        return items[int(self.rng.integers(len(items)))]

    def _articles(self, n: int) -> list[Pair]:
        """A sentence and the rest of its article; 32 articles of one law at a time, so that they oppose each other."""
        out: list[Pair] = []
        while len(out) < n:
            articles = self.sources.articles[self.laws[int(self.rng.integers(len(self.laws)))]]
            for k in self._some(32, len(articles)):
                parts = articles[k]
                i = int(self.rng.integers(len(parts)))
                out.append((parts[i], "".join(parts[:i] + parts[i + 1 :])))
        return out[:n]

    def _titled(self, groups: list[tuple[str, list[str]]], n: int, title_share: float) -> list[Pair]:
        """A sentence with the title above it, or with another sentence under the same title."""
        chosen = [groups[i] for i in self._some(n, len(groups))]
        return [(self._one(v), t if self.rng.random() < title_share else self._one(v)) for t, v in chosen]

    def draw(self) -> tuple[str, list[Pair]]:
        """Draw the kind of a batch, and the batch."""
        names, shares = zip(*self.recipe.shares, strict=True)
        kind, n = str(self.rng.choice(names, p=shares)), self.recipe.pair_batch
        if kind == "articles":
            return kind, self._articles(n)
        if kind == "topics":
            return kind, self._titled(self.sources.topics, n, 1.0)
        if kind == "proposals":
            return kind, self._titled(self.sources.proposals, n, 0.5)
        return kind, [self.sources.questions[i] for i in self._some(n, len(self.sources.questions))]


def _bag(ids: list[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    starts = np.cumsum([0] + [len(i) for i in ids[:-1]])
    return torch.from_numpy(np.concatenate(ids)), torch.from_numpy(starts)


def first_rows(words: Vectors, sentences: Vectors, logs: NDArray[np.float64], recipe: Recipe) -> tuple[Vectors, Vectors, Vectors]:
    """Turn the teacher's vectors into first rows and into targets.

    Args:
        words: Teacher vectors of the entries, ``(size, 384)``.
        sentences: Teacher vectors of the sentences, ``(n, 384)``.
        logs: Log-probabilities of the entries.
        recipe: Settings.

    Returns:
        First rows ``(size, d)``; centred unit sentence vectors ``(n, 384)``; the same in d principal components.
    """
    centred = sentences - sentences.mean(0)
    values, axes = np.linalg.eigh(np.cov(centred.T))
    axes = axes[:, np.argsort(-values, kind="stable")[: recipe.dimension]]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
    short = centred @ axes
    rows = (words - words[1:].mean(0)) @ axes
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows *= (recipe.sif / (recipe.sif + np.exp(logs)))[:, None] * 8
    rows[0] = 0

    def unit(x: Vectors) -> Vectors:
        return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)

    return rows.astype(np.float32), unit(centred), unit(short)


def _pair_loss(left: torch.Tensor, right: torch.Tensor, pairs: list[Pair], temperature: float) -> torch.Tensor:
    """Multiple-negatives ranking in both directions; equal right sides are no negatives of each other."""
    number: dict[str, int] = {}
    right_ids = torch.tensor([number.setdefault(t, len(number)) for _, t in pairs])
    equal = (right_ids[:, None] == right_ids[None, :]) & ~torch.eye(len(pairs), dtype=torch.bool)
    scores = (left @ right.T / temperature).masked_fill(equal, -1e4)
    gold = torch.arange(len(pairs))
    return (F.cross_entropy(scores, gold) + F.cross_entropy(scores.T, gold)) / 2


def _teacher_loss(own: torch.Tensor, full: torch.Tensor, short: torch.Tensor, temperature: float) -> torch.Tensor:
    """Follow the teacher's vectors, and its similarities within the batch."""
    away = torch.eye(len(own)) * -1e4
    mine = F.log_softmax(own @ own.T / temperature + away, 1)
    theirs = F.softmax(full @ full.T / temperature + away, 1)
    return F.kl_div(mine, theirs, reduction="batchmean") + (1 - (own * short).sum(1)).mean()


def teach(rows: Vectors, full: Vectors, short: Vectors, lessons: Lessons) -> Vectors:
    """Train the rows.

    Args:
        rows: First rows; row 0 (unknown) stays zero.
        full: Targets of ``lessons.sources.sentences`` in all dimensions of the teacher.
        short: The same in d dimensions.
        lessons: Source of the batches.

    Returns:
        The trained rows.
    """
    recipe = lessons.recipe
    table = nn.EmbeddingBag.from_pretrained(torch.from_numpy(rows.copy()), freeze=False, mode="sum")
    optimiser = torch.optim.Adam(table.parameters(), lr=recipe.rate, betas=(0.9, 0.99))
    coded = lessons.ids(lessons.sources.sentences)
    full_t, short_t = torch.from_numpy(full), torch.from_numpy(short)

    def embed(ids: list[NDArray[np.int64]]) -> torch.Tensor:
        return F.normalize(table(*_bag(ids)), dim=-1)

    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / 100) * max(0.02, 1 - step / recipe.steps)
        chosen = lessons.rng.integers(len(coded), size=recipe.teacher_batch)
        loss = _teacher_loss(embed([coded[i] for i in chosen]), full_t[chosen], short_t[chosen], recipe.temperature)
        kind, pairs = lessons.draw()
        left, right = (embed(lessons.ids([p[side] for p in pairs])) for side in (0, 1))
        told = _pair_loss(left, right, pairs, recipe.temperature)
        optimiser.zero_grad()
        (loss + recipe.pair_weight * told).backward()
        table.weight.grad[0] = 0
        optimiser.step()
        if step % 100 == 99:
            print(f"{step + 1:5d}  teacher {loss.item():.3f}  {kind} {told.item():.3f}", flush=True)
    out: Vectors = table.weight.detach().numpy().copy()
    out[0] = 0
    return out
