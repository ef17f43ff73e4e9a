"""What scans and keyboards make of the numbers of a citation: 第l2条, 第1O条, 第二十—条, 第⑥条, 第十八奈.

Only characters between 第 and 条, 款 or 项 are read anew, one for one, so that offsets stay valid.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["mend"]

_HAN = "零〇○一二三四五六七八九十百千廿卅"
_ODD = "lIOoZ|ニ+—－―\u2460-\u2468\u2160-\u2169"
_NUMBER = re.compile(
    rf"(?P<open>[第笫苐弟][\s_]{{0,3}}[(\[〔]?[\s_]{{0,3}})(?P<number>[\d{_HAN}{_ODD}\s]{{1,10}}?)"
    r"(?P<close>[\s_]{0,3}[)\]〕]?\s?)(?P<unit>[条款项]|[奈歀](?=[\s的关规,。,、第对太过中不])|(?<=[一二三四五六七八九十])调(?=[的说规中不]))"
)
_UNITS = {"奈": "条", "调": "条", "歀": "款"}
_LATIN = str.maketrans({"l": "1", "I": "1", "|": "1", "Z": "2", "ニ": "二"})
_BRACKETS = str.maketrans("〔〕", "()")


def _digit(match: re.Match[str]) -> str:
    return str(int(unicodedata.numeric(match[0])))


def _number(words: str) -> str:
    """Read the characters of one number anew; what is no number after all comes back as it was."""
    if words in ("II", "III"):
        return " " * (len(words) - 1) + str(len(words))
    words = re.sub(r"[\u2460-\u2468\u2160-\u2169]", _digit, words.translate(_LATIN))
    words = re.sub(r"[Oo](?=[\d\s]*$)|(?<=\d)[Oo]", "0" if re.search(r"\d", words) else "〇", words)
    words = re.sub(rf"(?<![\d{_HAN}])[—―－](?=\s*$)|(?<=[十百])[—―－](?=\s*$)|(?<![\d{_HAN}])[—―－](?=[十百])", "一", words)
    return re.sub(r"(?<!\d)\+(?!\d)", "十", words)


def _mended(match: re.Match[str]) -> str:
    number = _number(match["number"]) if re.search(f"[{_ODD}]", match["number"]) else match["number"]
    before, after = match["open"].translate(_BRACKETS), match["close"].translate(_BRACKETS)
    return before + number + after + _UNITS.get(match["unit"], match["unit"])


def mend(plain: str) -> str:
    """Read numbers of citations as they were meant.

    Args:
        plain: Text that went through ``fold``.

    Returns:
        A text of the same length.
    """
    return _NUMBER.sub(_mended, plain)
