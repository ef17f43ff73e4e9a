"""The vocabulary: words with their frequencies, and the Unigram tokenizer over them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import rjieba
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

HAN = re.compile(r"[\u4e00-\u9fff]+")
LATIN = re.compile(r"[a-z]{2,}")
LONGEST = 4
UNKNOWN = "[UNK]"
EXTRA_SHARE = 25.0  # per million, for the hand-written words that the corpora lack


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts as jieba cuts them."""
    total: Counter[str] = Counter()
    for text in texts:
        total.update(rjieba.cut(text.lower()))
    return total


def jieba_dictionary() -> Counter[str]:
    """Read the word counts that come with jieba (MIT)."""
    import jieba

    total: Counter[str] = Counter()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count, *_ = line.split(" ")
        total[word.lower()] += int(count)
    return total


def _per_million(counts: Counter[str]) -> dict[str, float]:
    total = sum(n for w, n in counts.items() if HAN.fullmatch(w))
    return {w: n / total * 1e6 for w, n in counts.items()}


def _common_characters() -> set[str]:
    codes = (bytes([a, b]) for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF))
    return {c.decode("gb2312", errors="ignore") for c in codes} - {""}


def choose(law: Counter[str], talk: Counter[str], extra: list[str], size: int) -> list[tuple[str, float]]:
    """Choose the entries of the vocabulary.

    Args:
        law: Word counts of the statutes.
        talk: Word counts of what people write.
        extra: Words that are always in.
        size: Number of entries, the unknown one included.

    Returns:
        Pairs of entry and log-probability, most frequent first after ``[UNK]``.
    """
    known = jieba_dictionary()
    shares = [(0.4, _per_million(law)), (0.4, _per_million(talk)), (0.2, _per_million(known))]
    seen = {w for _, share in shares for w in share}
    mix = {w: sum(k * share.get(w, 0.0) for k, share in shares) for w in seen}
    weight = _characters(mix)
    weight |= dict.fromkeys("abcdefghijklmnopqrstuvwxyz0123456789", 1.0)
    weight |= {w: max(mix.get(w, 0.0), EXTRA_SHARE) for w in extra if not w.isascii()}
    often = {w for w in seen if shares[0][1].get(w, 0) + shares[1][1].get(w, 0) >= 8}
    latin = [w for w in often if LATIN.fullmatch(w)]
    words = [w for w in mix if 2 <= len(w) <= LONGEST and HAN.fullmatch(w) and (w in known or w in often)]
    for word in sorted(latin) + sorted(words, key=lambda w: (-mix[w], w)):
        if len(weight) >= size - 1:
            break
        weight.setdefault(word, max(mix[word], 0.01))
    total = sum(weight.values())
    ranked = sorted(weight, key=lambda w: (-weight[w], w))
    return [(UNKNOWN, 0.0)] + [(w, round(math.log(weight[w] / total), 4)) for w in ranked]


def _characters(mix: dict[str, float]) -> dict[str, float]:
    """Weigh single characters: as words, and (a hundredth) as parts of words."""
    total: Counter[str] = Counter()
    for word, share in mix.items():
        if HAN.fullmatch(word):
            for character in word:
                total[character] += share if len(word) == 1 else share * 0.01  # type: ignore[assignment]
    return {c: max(total[c], 0.001) for c in sorted(_common_characters() & set(total))}


def make_tokenizer(entries: list[tuple[str, float]]) -> Tokenizer:
    """Make a Unigram tokenizer that drops punctuation and needs no Python."""
    tokenizer = Tokenizer(models.Unigram(entries, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("removed")])
    return tokenizer
