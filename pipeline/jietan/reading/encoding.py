"""Which encoding a text file has: validity first, then which decoding reads like Chinese.

Byte statistics fail on short Chinese files, so each candidate decoding is scored with a small character model: the
logarithm of the probability that Chinese office text has these characters. The decodings compete for the same bytes,
so their sums are comparable directly.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from functools import lru_cache

from opencc import OpenCC

from jietan.errors import InputError
from jietan.reading.frequency import COMMON

__all__ = ["decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带 BOM）"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE"),
)
_CANDIDATES = (  # codec, what to call it, logarithm of how often offices use it
    ("utf-8", "UTF-8", -0.7),
    ("gb18030", "GB18030", -1.0),
    ("cp950", "Big5", -3.0),
    ("big5hkscs", "Big5-HKSCS", -5.0),
    ("utf-16-le", "UTF-16 LE", -4.0),
    ("utf-16-be", "UTF-16 BE", -5.0),
)
_SAMPLE = 64 << 10
_CERTAIN_UTF8 = 64  # so many multi-byte sequences are never valid UTF-8 by accident
_LOWEST_MEAN = -13.2  # below this mean score per character beyond ASCII, nothing reads like Chinese
_TIERS = ((100, -5.6), (500, -7.0), (1500, -8.6))
_PUNCTUATION = frozenset("，。、：；？！“”‘’（）《》〈〉【】〔〕—…·　％＋－／～０１２３４５６７８９〇①②③④⑤⑥⑦⑧⑨⑩￥「」『』℃×")
_ADVICE = "请用记事本、WPS 或 Excel 打开，另存为 UTF-8 编码（Excel 里是“CSV UTF-8”）后再读"


def decode(data: bytes, where: str) -> tuple[str, str]:
    """Decode a text file whose encoding nobody recorded.

    Args:
        data: The whole file, already unpacked.
        where: The file's name for messages.

    Returns:
        The text without byte order mark, line ends as they are, and the encoding's name for the user.

    Raises:
        InputError: If no decoding is valid and reads like text; the message says where the damage starts if the file
            is UTF-8 but for a few bytes.
    """
    for bom, codec, label in _BOMS:
        if data.startswith(bom):
            return _decode_marked(data, codec, label, where)
    text = _try(data, "utf-8")
    if text is not None and _certainly_utf8(data, text):
        return text, "UTF-8"
    if text is None and _mostly_utf8(data):
        raise _damaged_utf8(data, where)
    for codec, label in _ranked(data):
        text = _try(data, codec)
        if text is not None:
            return text, label
    raise InputError("认不出文字编码（unknown encoding），或者这不是文本文件", where=where, todo=_ADVICE)


def _decode_marked(data: bytes, codec: str, label: str, where: str) -> tuple[str, str]:
    text = _try(data, codec)
    if text is None:
        raise InputError(f"文件开头标明是 {label}，但内容有损坏的字节", where=where, todo=_ADVICE)
    return text.removeprefix("\ufeff"), label


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _certainly_utf8(data: bytes, text: str) -> bool:
    if b"\0" in data[:_SAMPLE]:
        return False
    beyond = sum(c >= "\u0800" for c in text[:_SAMPLE])
    return beyond >= _CERTAIN_UTF8 or text.isascii()


def _ranked(data: bytes) -> list[tuple[str, str]]:
    """Order the candidates that read like text, best first."""
    sample = data[:_SAMPLE]
    scored = []
    for codec, label, prior in _CANDIDATES:
        if codec.startswith("utf-16") and len(data) % 2:
            continue
        text = _decode_sample(sample, codec, complete=len(data) <= _SAMPLE)
        if text is None:
            continue
        total, mean = _score(text)
        if mean >= _LOWEST_MEAN or (codec == "utf-8" and "\0" not in text):
            scored.append((total + prior, codec, label))
    scored.sort(key=lambda item: -item[0])
    return [(codec, label) for _, codec, label in scored]


def _decode_sample(sample: bytes, codec: str, *, complete: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample, final=complete)
    except UnicodeDecodeError:
        return None


def _score(text: str) -> tuple[float, float]:
    """Log-probability of the text, and its mean over the characters beyond ASCII (0 where there are none)."""
    ascii_total = beyond_total = 0.0
    n_beyond = 0
    for char, n in Counter(text).items():
        weight = _weight(char) * n
        if char < "\x80":
            ascii_total += weight
        else:
            beyond_total += weight
            n_beyond += n
    return ascii_total + beyond_total, beyond_total / n_beyond if n_beyond else 0.0


@lru_cache(maxsize=1)
def _common() -> dict[str, float]:
    """Weights of the common characters; traditional forms share the rank of their simplified ones."""
    weights: dict[str, float] = {}
    traditional = OpenCC("s2t").convert(COMMON)
    for rank, pair in enumerate(zip(COMMON, traditional, strict=True)):
        weight = next(w for top, w in _TIERS if rank < top)
        for char in pair:
            weights.setdefault(char, weight)
    return weights


@lru_cache(maxsize=70_000)
def _weight(char: str) -> float:
    """Log-probability of one character in Chinese office text, roughly."""
    if char in "\t\n\r" or " " <= char <= "~":
        return -4.5
    if char in _PUNCTUATION:
        return -5.5
    known = _common().get(char)
    if known is not None:
        return known
    if "\u4e00" <= char <= "\u9fff":
        return -12.0 if _in_gb2312_or_big5(char) else -16.0
    if "\uff01" <= char <= "\uff5e":
        return -9.0
    return -11.0 if _is_emoji(char) else -20.0


def _in_gb2312_or_big5(char: str) -> bool:
    for codec in ("gb2312", "big5"):
        try:
            char.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _is_emoji(char: str) -> bool:
    return (unicodedata.category(char) == "So" and char >= "\u2190") or char in "\ufe0f\u200d"


def _mostly_utf8(data: bytes) -> bool:
    """Tell whether a file that is not valid UTF-8 is so but for a few bytes."""
    sample = data[:_SAMPLE]
    n_high = sum(byte >= 0x80 for byte in sample)
    n_three = sum(char >= "\u0800" for char in sample.decode("utf-8", errors="ignore"))
    return n_three > 0 and 3 * n_three >= 0.6 * n_high


def _damaged_utf8(data: bytes, where: str) -> InputError:
    start = 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    line = data.count(b"\n", 0, start) + 1
    return InputError(f"像是 UTF-8 编码，但第 {line} 行有损坏的字节（unknown encoding）", where=where, todo=_ADVICE)
