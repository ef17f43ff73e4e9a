"""The student: one row per word, taught by the accurate model's vectors and by pairs that belong together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from lessons import Row
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn

Vectors = NDArray[np.float32]


class Recipe(NamedTuple):
    """Settings of the training; they go into training.json."""

    size: int = 30_000
    seed: int = 0
    sif: float = 3e-4
    steps: int = 1500
    rate: float = 5e-3
    teacher_batch: int = 1024
    pair_batch: int = 256
    temperature: float = 0.05
    pair_weight: float = 0.1
    shares: tuple[tuple[str, float], ...] = (("questions", 0.35), ("structure", 0.25), ("links", 0.1), ("themes", 0.1), ("topics", 0.2))


class Bags:
    """Turns texts into token ids, remembering them.

    Args:
        tokenizer: The student's.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Start with nothing."""
        self.tokenizer = tokenizer
        self.memory: dict[str, NDArray[np.int64]] = {}

    def ids(self, texts: list[str]) -> list[NDArray[np.int64]]:
        """Token ids of texts, at most 100 each, unknown ones left out."""
        new = [t for t in dict.fromkeys(texts) if t not in self.memory]
        for text, coded in zip(new, self.tokenizer.encode_batch_fast(new, add_special_tokens=False), strict=True):
            self.memory[text] = np.array([i for i in coded.ids[:100] if i] or [0], dtype=np.int64)
        return [self.memory[t] for t in texts]


def _bag(ids: list[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    starts = np.concatenate(([0], np.cumsum([len(i) for i in ids])[:-1]))
    return torch.from_numpy(np.concatenate(ids)), torch.from_numpy(starts)


def first_rows(words: Vectors, logs: NDArray[np.float64], recipe: Recipe) -> Vectors:
    """Turn the teacher's vectors of the words into first rows, frequent words shorter; row 0 (unknown) is zero.

    Args:
        words: Teacher vectors of the entries, ``(size, d)``.
        logs: Log-probabilities of the entries.
        recipe: Settings.
    """
    rows = words - words[1:].mean(0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows *= (recipe.sif / (recipe.sif + np.exp(logs)))[:, None] * 8
    rows[0] = 0
    return rows.astype(np.float32)


def _pair_loss(left: torch.Tensor, right: torch.Tensor, pairs: list[Row], temperature: float) -> torch.Tensor:
    """Multiple-negatives ranking in both directions; equal right sides are no negatives of each other."""
    number: dict[str, int] = {}
    right_ids = torch.tensor([number.setdefault(p["positive"], len(number)) for p in pairs])
    equal = (right_ids[:, None] == right_ids[None, :]) & ~torch.eye(len(pairs), dtype=torch.bool)
    scores = (left @ right.T / temperature).masked_fill(equal, -1e4)
    gold = torch.arange(len(pairs))
    return (F.cross_entropy(scores, gold) + F.cross_entropy(scores.T, gold)) / 2


def _teacher_loss(own: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Follow the teacher's vectors, and its similarities within the batch."""
    away = torch.eye(len(own)) * -1e4
    mine = F.log_softmax(own @ own.T / temperature + away, 1)
    theirs = F.softmax(teacher @ teacher.T / temperature + away, 1)
    return F.kl_div(mine, theirs, reduction="batchmean") + (1 - (own * teacher).sum(1)).mean()


def teach(rows: Vectors, texts: list[str], teacher: Vectors, pairs: dict[str, list[Row]], bags: Bags, recipe: Recipe) -> Vectors:
    """Train the rows.

    Args:
        rows: First rows; row 0 (unknown) stays zero.
        texts: What the teacher has read.
        teacher: Its vectors, ``(len(texts), d)``.
        pairs: Kind of pairs → rows with anchor and positive.
        bags: Makes token ids.
        recipe: Settings.

    Returns:
        The trained rows.
    """
    rng = np.random.default_rng(recipe.seed + 1)
    table = nn.EmbeddingBag.from_pretrained(torch.from_numpy(rows.copy()), freeze=False, mode="sum")
    optimiser = torch.optim.Adam(table.parameters(), lr=recipe.rate, betas=(0.9, 0.99))
    coded, targets = bags.ids(texts), torch.from_numpy(teacher)
    kinds, shares = zip(*recipe.shares, strict=True)

    def embed(ids: list[NDArray[np.int64]]) -> torch.Tensor:
        return F.normalize(table(*_bag(ids)), dim=-1)

    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / 100) * max(0.02, 1 - step / recipe.steps)
        chosen = rng.integers(len(coded), size=recipe.teacher_batch)
        loss = _teacher_loss(embed([coded[i] for i in chosen]), targets[chosen], recipe.temperature)
        kind = str(rng.choice(kinds, p=shares))
        drawn = [pairs[kind][i] for i in rng.permutation(len(pairs[kind]))[: recipe.pair_batch]]
        left, right = (embed(bags.ids([p[side].split(": ", 1)[1] for p in drawn])) for side in ("anchor", "positive"))
        told = _pair_loss(left, right, drawn, recipe.temperature)
        optimiser.zero_grad()
        (loss + recipe.pair_weight * told).backward()
        table.weight.grad[0] = 0
        optimiser.step()
        if step % 100 == 99:
            print(f"{step + 1:5d}  teacher {loss.item():.3f}  {kind} {told.item():.3f}", flush=True)
    out: Vectors = table.weight.detach().numpy().copy()
    out[0] = 0
    return out
