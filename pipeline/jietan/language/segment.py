"""Chinese words: one segmenter for the whole project, the same cuts with jieba and with its faster port.

Runs of ASCII letters and digits are cut here, because that is the only place where ``jieba`` and ``rjieba`` differ.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jietan.language.normalize import normalize

__all__ = ["STOP_WORDS", "backend", "content_words", "search_words", "words"]

_ASCII_RUN = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*%?|[A-Za-z]+[0-9]*|[\x00-\x7f]")
_PIECES = re.compile(r"[\x00-\x7f]+|[\ud800-\udfff]|[^\x00-\x7f\ud800-\udfff]+")
_WORD = re.compile(r"\w")
_LOCK = threading.RLock()

# Function words of comments; the words that turn a request round (不, 没, 应当, 禁止, 可以 …) are deliberately absent.
STOP_WORDS: frozenset[str] = frozenset(
    """
    的 了 是 在 和 与 及 或 而 且 就 都 也 还 又 再 才 很 太 更 最 把 被 对 对于 关于 由 从 到 向 为 为了
    以 以及 其 之 于
    这 那 这个 那个 这些 那些 这样 那样 这种 那种 这里 那里 哪里 怎么 怎样 什么 为什么 多少 几 谁 哪 哪个
    我 你 您 他 她 它 我们 你们 他们 它们 咱 咱们 大家 自己 人家 本人 我家 吧 吗 呢 啊 呀 哦 嘛 啦 哈 嗯 唉 哎 哟
    一个 一些 一下 一点 有点 有些 一样 一直 一种 因为 所以 如果 但是 但
    可是 不过 然后 而且 并且 或者 还是 虽然 既然 于是 因此
    等 等等 个 种 位 件 条 次 着 过 得 地 上 下 里 中 内 外 前 后 时 时候 现在 已经 正在 比如 例如 其中 另外 此外 同时
    请 请问 谢谢 您好 你好 领导 尊敬 希望 建议 认为 觉得 感觉 意见
    提出 问题 情况 方面 进行 相关 有关 具体 通过 按照 根据 来 去 说 讲
    """.split()
)


@dataclass(frozen=True)
class _Backend:
    name: str
    cut: Callable[[str], list[str]]
    cut_for_search: Callable[[str], list[str]]


def _rjieba_backend() -> _Backend | None:
    try:
        import rjieba
    except ImportError:
        return None
    engine = rjieba.Jieba()
    return _Backend("rjieba", engine.cut, engine.cut_for_search)


def _jieba_backend() -> _Backend:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    engine = jieba.Tokenizer()
    # Building the prefix table costs hardly more than jieba's cache file, and writes nothing to a shared folder.
    with engine.get_dict_file() as source:
        engine.FREQ, engine.total = engine.gen_pfdict(source)
    engine.initialized = True
    return _Backend("jieba", engine.lcut, engine.lcut_for_search)


@lru_cache(maxsize=2)
def _load(name: str) -> _Backend:
    with _LOCK:
        found = None if name == "jieba" else _rjieba_backend()
        return found or _jieba_backend()


def _engine() -> _Backend:
    return _load("fastest")


def backend() -> str:
    """Return the name of the segmenter in use, ``"rjieba"`` or ``"jieba"``."""
    return _engine().name


def _cut(text: str, cut: Callable[[str], Sequence[str]]) -> list[str]:
    found: list[str] = []
    for piece in _PIECES.findall(text):
        if piece.isascii():
            found.extend(_ASCII_RUN.findall(piece))
        elif "\ud800" <= piece[0] <= "\udfff":
            found.append(piece)
        else:
            found.extend(cut(piece))
    return found


def words(text: str) -> list[str]:
    """Cut a text into words, losing nothing.

    Args:
        text: Any text.

    Returns:
        Words, numbers, punctuation and blanks in order; joined they give ``text`` again.
    """
    return _cut(text, _engine().cut)


def search_words(text: str) -> list[str]:
    """Cut a text for searching: normalized, with the shorter words inside long ones.

    Args:
        text: Any text.

    Returns:
        Words of the normalized text in order, without punctuation and blanks; repeats are kept.
    """
    return [word for word in _cut(normalize(text), _engine().cut_for_search) if word.isalnum() or _WORD.search(word)]


def content_words(text: str) -> list[str]:
    """Cut a text into the words that say what it is about.

    Args:
        text: Any text.

    Returns:
        Normalized words in order without punctuation, blanks and :data:`STOP_WORDS`; negations and modal words stay.
    """
    return [word for word in words(normalize(text)) if (word.isalnum() or _WORD.search(word)) and word not in STOP_WORDS]
