"""How the scores of one article are added up: cosine, words, and how often people ask about its law and about itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from jietan.errors import ModelError
from jietan.law.names import short_name
from jietan.resources import resource_path

__all__ = ["Fusion", "load_fusion"]

#: The shipped weights, below ``models/``.
SHIPPED = "jietan-search-zh/weights.json"


@dataclass(frozen=True)
class Fusion:
    """Weights of what is added to a cosine.

    Attributes:
        words: Of BM25, divided by its best.
        law: Of the logarithm of one plus the questions that the law answers.
        article: The same of the article.
        laws: Questions by short name of the law; laws that were there and answer none are named with zero.
        articles: Questions by short name and label, 民法典#第一条.
        unknown: What takes the place of the logarithm for laws that were not there (the user's own).
    """

    words: float
    law: float
    article: float
    laws: dict[str, int]
    articles: dict[str, int]
    unknown: float

    def prior(self, laws: Sequence[str], article_ids: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return what each article gets whatever the query; float32, ``(articles,)``.

        Args:
            laws: Name of the law of each article.
            article_ids: Their ids, 民法典#第一条 or 民法典@2020-05-28#第一条.
        """
        short = {law: short_name(law) for law in set(laws)}
        of_law = {law: self.law * (float(np.log1p(self.laws[s])) if s in self.laws else self.unknown) for law, s in short.items()}
        out = np.array([of_law[law] for law in laws], np.float32)
        for i, (law, article_id) in enumerate(zip(laws, article_ids, strict=True)):
            label = article_id.partition("#")[2].partition("@")[0]
            if count := self.articles.get(f"{short[law]}#{label}"):
                out[i] += np.float32(self.article * np.log1p(count))
        return out


@lru_cache(maxsize=1)
def load_fusion() -> Fusion:
    """Load the shipped weights.

    Raises:
        ModelError: They are missing or damaged.
    """
    path = resource_path("models", SHIPPED)
    try:
        found = json.loads(path.read_text("utf-8"))
        numbers = [float(found[name]) for name in ("words", "law", "article")]
        laws, articles = ({str(k): int(v) for k, v in found[name].items()} for name in ("laws", "articles"))
        return Fusion(numbers[0], numbers[1], numbers[2], laws, articles, float(found["unknown"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"检索的合并权重损坏（{type(error).__name__}）", where=str(path), todo="请重新安装 jietan") from error
