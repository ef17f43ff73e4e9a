"""How a draft speaks of itself and of other laws (立法技术规范（一）6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.law.names import KNOWN, short_name
from jietan.law.style.model import FIRST, Finding, Rule, Text, sentence

__all__ = ["RULES", "check", "own_word"]

SELF = Rule("self-word", "称呼自己用“本条例”“本办法”等，与题目一致", "warning", f"{FIRST}6", mechanical=True)
SELF_NAME = Rule("self-name", "引用自己不写全名", "warning", f"{FIRST}6", mechanical=True)
FULL_NAME = Rule("law-full-name", "引用其他法律用全称", "warning", f"{FIRST}6", mechanical=True)
MARKS = Rule("law-name-marks", "引用法律的名称加书名号", "warning", f"{FIRST}6", mechanical=True)
RULES = (SELF, SELF_NAME, FULL_NAME, MARKS)

_STATE = "中华人民共和国"
_OWN_WORD = re.compile(r"(条例|办法|规定|规则|细则|法|法典)(?:[(（].*)?$")
_SELF = re.compile(r"(?<!基)本(条例|办法|规定|规则|细则|法(?![人院庭定官律医规警学案典]))")
_BOOK = re.compile(r"《([^《》]{2,60})》(?![（(]以下)")
_BARE = re.compile(rf"(?<![《〈]){_STATE}([\u4e00-\u9fff]{{1,30}}?(?:法典|法|条例))")
_WITHOUT_STATE = frozenset({"反分裂国家法", "宪法"})


def own_word(title: str) -> str:
    """What a draft of this title calls itself: 条例, 办法, 法; empty where its title does not tell."""
    match = _OWN_WORD.search(title)
    return match[1].replace("法典", "法") if match else ""


def _others(text: Text) -> Iterator[Finding]:
    for match in _BOOK.finditer(text.raw):
        name = match[1]
        if name in text.defined or text.raw[: match.start()].endswith("称"):
            continue
        start, end = sentence(text.raw, match.start())
        if "废止" in text.raw[start:end]:
            continue
        if text.title and short_name(name) == short_name(text.title):
            yield text.finding(SELF_NAME, f"引用自己写“本{text.own}”，不写全名", match.span(), f"本{text.own}")
        elif name in KNOWN and name.endswith(("法", "法典")) and not name.endswith("办法") and name not in _WITHOUT_STATE:
            fix = f"《{_STATE}{name}》"
            yield text.finding(FULL_NAME, f"引用法律用全称，“{match[0]}”改为“{fix}”", match.span(), fix)


def check(text: Text) -> Iterator[Finding]:
    """Check how a text names itself and other laws."""
    if "《" in text.raw:
        yield from _others(text)
    if text.own and "本" in text.masked:
        for match in _SELF.finditer(text.masked):
            if match[1] != text.own and not (match[1] == "规定" and text.masked[match.end() : match.end() + 1] == "的"):
                yield text.finding(SELF, f"题目是“{text.own}”，“{match[0]}”改为“本{text.own}”", match.span(), f"本{text.own}")
    if _STATE in text.masked:
        for match in _BARE.finditer(text.masked):
            if match[1] in KNOWN and match[1] not in _WITHOUT_STATE:
                yield text.finding(MARKS, f"引用法律的名称加书名号，写“《{match[0]}》”", match.span(), f"《{match[0]}》")
