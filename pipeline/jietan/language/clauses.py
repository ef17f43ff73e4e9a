"""Cut a text into clauses: exact spans that end at punctuation, without list markers and blanks before them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Clause", "find_clauses"]

_D = "0-9一二三四五六七八九十"
_CLOSERS = '”’」』"）)】》'
_SENTENCE_END = "。！？；!?;…\n"
#: What stands behind 第二 where it counts a thing and opens no point of a list: 第二天, 第三方, 第一时间, 第二层.
_COUNTED = (
    rf"条條款项項章节節{_D}个個次种種批期页頁产代步天年月日夜周季位名户戶层層栋幢号號遍轮輪回届屆胎集方中小线線手支册冊卷者"
    r"类類级級任排台辆輛间間套场場任站志家块塊档檔趟反桶杯张張株胎把件只隻口段栏欄课課版声聲眼感印责責"
)
_END = re.compile(
    rf"(?:[。！？；!?;…～~]+|(?<![0-9A-Za-z])\.(?![0-9A-Za-z])|(?<=[0-9A-Za-z])\.(?=\s|$|[^0-9A-Za-z.])|\n+)[{_CLOSERS}]*|[，,](?![0-9]{{3}}(?![0-9]))[{_CLOSERS}]*|(?:(?<![0-9])[：:](?!/)|[：:](?![/0-9]))"
    rf"|(?=[①-⑳])|(?<![第款条条項项])(?=[（(][{_D}]{{1,2}}[)）])|(?<![{_D}（(])(?=[1-9]{{1,2}}[)）])"
    rf"|(?<=[^，。；：！？,;:!?\s一二三四五六七八九十])(?=第[一二三四五六](?![{_COUNTED}]|时间|時間|人民))"
)
_MARKER = re.compile(
    rf"\s*(?:[（(]?[{_D}]{{1,2}}[)）]\s*[、.．]?|[{_D}]{{1,2}}\s*[、.．](?![0-9])|[①-⑳⑴-⒇❶-❿]|[•·●◆■\-—*]+\s*"
    rf"|第[{_D}]{{1,2}}(?:[，,：:、.点件个]|(?=[^{_COUNTED}])(?!时间|時間|人民)){{1,2}}\s*[，,：:]?|(?:其|之)[一二三四五六七八九]\s*[，,：:、]"
    rf"|[一二三四五六]是|[一二三四五六]来|[a-zA-Z][)）、.．](?![a-zA-Z]))"
)


#: Not more at once, so that a text of blanks takes no longer than any other.
_BLANKS = re.compile(r"\s{1,200}")
_OPENS_MARKER = frozenset("（(0123456789一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳•·●◆■-—*第其之")
_OPENS_MARKER |= frozenset(map(chr, [*range(0x2474, 0x2488), *range(0x2776, 0x2780), *range(65, 91), *range(97, 123)]))
_QUOTE = re.compile(r"“[^“”]{0,60}”|「[^「」]{0,60}」")
#: So many characters without punctuation are more than one clause, cut where the speaker turns, but not into scraps.
_BREATH, _SHORTEST = 40, 5
_TURN = re.compile(
    r"(?:(?:所以|因此|那就|我就|我|就)(?:是|说|想)?)?(?:强烈)?(?:建议|建議|希望|能不能|可不可以|恳请|懇請|觉得|覺得)|所以|不然|要不|因为|因為|另外|还有就是|"
    r"再就是|就这一个|就这么个|我要说的|我想说"
)


@dataclass(frozen=True)
class Clause:
    """A clause of a text.

    Args:
        start: Code-point offset of its first character.
        end: Offset behind its last character, punctuation included.
        ends_sentence: Whether a sentence ends with it.
        marked: Whether a list marker stands before it.
    """

    start: int
    end: int
    ends_sentence: bool
    marked: bool


def _body(text: str, start: int, end: int) -> tuple[int, bool]:
    """Skip blanks and list markers; return where the clause begins and whether a marker was there, perhaps on the next line."""
    marked = False
    while start < end:
        blanks = _BLANKS.match(text, start)
        at = blanks.end() if blanks else start
        match = None if marked or text[at : at + 1] not in _OPENS_MARKER else _MARKER.match(text, at)
        if match:
            start, marked = min(match.end(), end), True
        elif blanks:
            start = min(at, end)
        elif text[start] in "，,、：:。；;":
            start += 1
        else:
            break
    return start, marked


def _breaths(text: str, start: int, stop: int) -> list[int]:
    """Return where the clauses of a stretch without punctuation begin: speech written down goes on without any."""
    begins = [start]
    if stop - start > _BREATH:
        for m in _TURN.finditer(text, start, stop):
            if m.start() - begins[-1] >= _SHORTEST and stop - m.start() >= _SHORTEST:
                begins.append(m.start())
    return begins


def find_clauses(text: str) -> list[Clause]:
    """Cut a text into clauses.

    Args:
        text: Any text.

    Returns:
        Clauses in order, not overlapping, none of them blank. A text without punctuation is one clause.
    """
    out: list[Clause] = []
    position, pending = 0, False
    quoted = [m.span() for m in _QUOTE.finditer(text)]
    begins = [begin for begin, _ in quoted]
    ends = [
        (m.end(), any(c in _SENTENCE_END or c == "." for c in m.group()))
        for m in _END.finditer(text)
        if not (at := bisect_left(begins, m.end())) or m.end() >= quoted[at - 1][1]
    ]
    for end, sentence in [*ends, (len(text), True)]:
        start, marked = _body(text, position, end)
        stop = end
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        position = end
        if any(c.isalnum() for c in text[start:stop]):
            *early, last_start = _breaths(text, start, stop)
            for a, b in pairwise([*early, last_start]):
                out.append(Clause(a, b, False, (marked or pending) and a == start))
            out.append(Clause(last_start, stop, sentence, (marked or pending) and last_start == start))
            pending = False
        elif marked:
            pending = True
        elif out and sentence:
            last = out[-1]
            out[-1] = Clause(last.start, last.end, True, last.marked)
    return out
