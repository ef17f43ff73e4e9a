"""One spelling for matching: width, case, traditional characters and blanks. The source text is never changed."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc

__all__ = ["fold", "normalize", "normalize_with_map", "to_simplified"]


class _Folding(dict[int, str]):
    """Code point → NFKC lower-case form, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = "" if unicodedata.category(char) == "Cf" else unicodedata.normalize("NFKC", char).lower()
        self[code] = folded
        return folded


class _SameLength(dict[int, str]):
    """Code point → NFKC form where that is one character, else the character itself; ① is no digit."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKC", char)
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDING = _Folding()
_SAME_LENGTH = _SameLength()


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def _simplify_char(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return char
    converted = str(_converter().convert(char))
    return converted if len(converted) == 1 else char


def to_simplified(text: str) -> str:
    """Convert traditional to simplified characters, one for one.

    Args:
        text: Any text.

    Returns:
        A text of the same length in code points, so that offsets stay valid.
    """
    if text.isascii():
        return text
    try:
        converted = str(_converter().convert(text))
    except UnicodeEncodeError:  # half of a surrogate pair, from a damaged file
        converted = ""
    if len(converted) == len(text):
        return converted
    return "".join(map(_simplify_char, text))


def fold(text: str) -> str:
    """Fold width and traditional characters without changing any offset.

    Args:
        text: Any text.

    Returns:
        A text of the same length: full-width letters and digits become ASCII, traditional characters simplified.
    """
    return to_simplified(text.translate(_SAME_LENGTH))


def normalize(text: str) -> str:
    """Return the form under which texts are compared.

    Every character is NFKC-folded and lower-cased, format characters are dropped, traditional characters are
    simplified, and runs of blanks become one space.

    Args:
        text: Any text.

    Returns:
        The normalized text, without blanks at its ends. Idempotent on ordinary text.
    """
    return " ".join(to_simplified(text.translate(_FOLDING)).split())


def normalize_with_map(text: str) -> tuple[str, list[int]]:
    """Normalize and remember where every character came from.

    Args:
        text: Any text.

    Returns:
        The same string as :func:`normalize`, and for each of its code points the offset in ``text``.
    """
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for folded in _FOLDING[ord(char)]:
            chars.append(folded)
            offsets.append(offset)
    simplified = to_simplified("".join(chars))
    kept: list[str] = []
    places: list[int] = []
    for folded, offset in zip(simplified, offsets, strict=True):
        if not folded.isspace():
            kept.append(folded)
            places.append(offset)
        elif kept and kept[-1] != " ":
            kept.append(" ")
            places.append(offset)
    if kept and kept[-1] == " ":
        del kept[-1], places[-1]
    return "".join(kept), places
