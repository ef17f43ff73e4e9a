"""Checks the citations in a text against the library: law, article, 款 and 项, quoted words, whether in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from jietan.language.normalize import fold
from jietan.law.citation import Citation, format_citation
from jietan.law.cite import find_citations, resolve_relative
from jietan.law.collect import UNDATED
from jietan.law.library import Library
from jietan.law.names import GENERIC, law_before
from jietan.law.outline import items
from jietan.law.resolve import Resolution, describe, resolve_citations
from jietan.law.versions import PENDING

__all__ = ["Check", "quotes_near", "verify"]

_QUOTE = re.compile(r"“([^“”]{2,})”|「([^「」]{2,})」")
#: What may stand between a citation and the words quoted from it, and what says that they are not a quotation.
_GAP_AFTER = re.compile(r"[^。；！？;!?\n“”「」]{0,30}")
_GAP_BETWEEN = re.compile(r"[、，,和及与或以及]{0,2}")
_GAP_BEFORE = re.compile(r"[\s,，、。（(—–-]{0,4}(?:参?见|详见|出自|引自|依据|根据|来自|《?)?[\s,，]?")
_CHANGES = re.compile(r"改为|改成|修改|增加|增设|新增|补充|表述为|替换|建议|草案|拟")
_JOINED = re.compile(r"\s?(?:、|，|,|和|及|与|或|以及|或者|至|到)\s?")
_ELLIPSIS = re.compile(r"…+|\.{3,}|⋯+")
_EDGE = "。；，、：:;,.!?！？“”「」‘’\"' "
_CONTEXT, _LEAST_ALIKE = 12, 0.5


@dataclass(frozen=True)
class Check:
    """One citation and what the library says about it.

    Attributes:
        start: Offset of the citation in the text.
        citation: 《某法》第二条第一款, or the words of the text where the law is not known.
        ok: None where the text means itself (本条例第三条), which is not checked.
        reason: In Chinese.
    """

    start: int
    citation: str
    ok: bool | None
    reason: str


class _Wrong(Exception):
    """Why a citation does not hold."""


def _plain(text: str) -> str:
    """The form in which quotations are compared: width and 繁简 folded, blanks and the kind of quotation marks left out."""
    return re.sub(r"\s", "", re.sub("[‘’“”「」『』\"']", "", fold(text)))


def quotes_near(text: str, citation: Citation, before: int, after: int) -> list[str]:
    """Find the words that a text quotes from a provision.

    Args:
        text: The text.
        citation: The mention of the provision.
        before: Where the mention before it ends.
        after: Where the mention behind it begins.

    Returns:
        The quoted words in order: those that follow the citation within the sentence, else one directly before it.
        Words that the text proposes (改为“…”) are no quotation.
    """
    found: list[str] = []
    position = citation.end
    for match in _QUOTE.finditer(text, citation.end):
        gap = text[position : match.start()]
        near = _GAP_BETWEEN if found else _GAP_AFTER
        if match.start() >= after or not near.fullmatch(gap) or _CHANGES.search(gap):
            break
        found.append(match[1] or match[2])
        position = match.end()
    if found:
        return found
    for match in _QUOTE.finditer(text, before, citation.law_start):
        if _GAP_BEFORE.fullmatch(text[match.end() : citation.law_start]):
            found = [match[1] or match[2]]
    return found


def _difference(quote: str, text: str) -> str:
    """Say where a quotation first departs from the text."""
    matcher = SequenceMatcher(None, quote, text, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < _LEAST_ALIKE * len(quote):
        return f"引文与条文不符，条文是“{text[:40]}{'…' if len(text) > 40 else ''}”"
    operations = [op for op in matcher.get_opcodes() if op[0] != "equal" and not (op[0] == "insert" and op[1] in (0, len(quote)))]
    _, i1, i2, j1, j2 = operations[0] if operations else ("", 0, 0, 0, 0)
    here = quote[max(0, i1 - _CONTEXT) : i2 + 4]
    there = text[max(0, j1 - _CONTEXT) : j2 + 4]
    return f"引文第 {i1 + 1} 字起与条文不同：引文“…{here}…”，条文“…{there}…”"


def _check_quote(quote: str, text: str, article: pd.Series[str], law: pd.DataFrame) -> None:
    """Compare one quotation, which may leave words out by ……, with the provision cited.

    Raises:
        _Wrong: It differs, or stands elsewhere.
    """
    wanted, position = _plain(text), 0
    for piece in _ELLIPSIS.split(quote):
        plain = _plain(piece).strip(_EDGE)
        if not plain:
            continue
        found = wanted.find(plain, position)
        if found >= 0:
            position = found + len(plain)
            continue
        if plain in _plain(article["text"]):
            raise _Wrong(f"引文“{piece[:20]}”不在所引的款、项里，在{article['article']}的别处")
        for label, other in zip(law["article"], law["text"], strict=True):
            if plain in _plain(other):
                raise _Wrong(f"引文“{piece[:20]}”不在{article['article']}，在{label}")
        raise _Wrong(_difference(plain, wanted[position:]))


def _part(article: pd.Series[str], paragraph: int | None, item: str | None) -> str:
    """The text of the 款 or 项 cited, which exists."""
    paragraphs = list(article["paragraphs"])
    if paragraph is not None:
        paragraphs = [paragraphs[paragraph - 1]]
    if item is None:
        return "\n".join(paragraphs)
    return "\n".join(text for part in paragraphs for label, text in items(part) if label == item)


class _Verifier:
    """Looks citations up in all versions; what is in force counts."""

    def __init__(self, library: Library) -> None:
        self._library = library
        rows = library.articles
        self._current = Library(rows[~rows["article_id"].str.contains("@.*#")])

    def resolve(self, citations: Sequence[Citation]) -> list[Resolution]:
        return resolve_citations(citations, None, self._current)

    def check(self, found: Resolution, quotes: Sequence[str]) -> str:
        """Return what holds.

        Raises:
            _Wrong: Something does not.
        """
        if found.status == "no_law":
            self._check_force(found.citation.law)
        if found.status != "exists":
            raise _Wrong(describe(found) + self._elsewhere(found))
        law = self._current.show(str(found.law))
        article = law[law["article_id"] == found.article_id].iloc[0]
        text = _part(article, found.paragraph, found.item)
        for quote in quotes:
            _check_quote(quote, text, article, law)
        version = f"{article['version']} 的版本" if article["version"] else "未注明日期的版本"
        return f"现行有效（{version}）" + (f"，{len(quotes)} 处引文一致" if quotes else "")

    def _elsewhere(self, found: Resolution) -> str:
        """Which other versions have an article that the one in force lacks."""
        rows = self._library.articles
        same = rows[(rows["law"] == found.law) & (rows["article"] == found.citation.article)]
        dates = sorted({str(version or UNDATED) for version in same["version"]})
        return f"；{'、'.join(dates)} 的版本有这一条" if found.status == "no_article" and dates else ""

    def _check_force(self, name: str | None) -> None:
        """Say of a law that is not in force why.

        Raises:
            _Wrong: The library has it, but not in force.
        """
        law = self._library.resolve(name) if name else None
        if law is None:
            return
        row = self._library.show(law).iloc[0]
        version, status = row["version"], row["status"]
        if status == PENDING:
            known = self._library.versions
            days = [day for day in known.loc[(known["law"] == law) & (known["version"] == version), "effective"] if day]
            raise _Wrong(f"《{law}》尚未生效" + (f"，自 {days[0]} 起施行" if days else ""))
        raise _Wrong(f"《{law}》不是现行有效的法规（{status}，{version or UNDATED}）")


def _means_itself(text: str, citation: Citation) -> bool:
    """Whether a mention speaks of the text it stands in: 本条例第三条, 草案第五条."""
    named = law_before(fold(text[max(0, citation.start - 200) : citation.start]), min(200, citation.start))
    return named is not None and named[0] in GENERIC and named[0][0] not in "该同此"


def verify(text: str, library: Library) -> list[Check]:
    """Check every citation of a text.

    Args:
        text: Any text.
        library: All versions of all laws: ``load_library(versions.STATUSES)``.

    Returns:
        One check for each article, 款 or 项 cited, in order. Mentions that only make sense inside a law (前款) are left
        out.
    """
    citations = resolve_relative(find_citations(text))
    verifier = _Verifier(library)
    checks: list[Check] = []
    itself = -1
    for index, found in enumerate(verifier.resolve(citations)):
        citation = found.citation
        if citation.article is None:
            continue
        if _means_itself(text, citation) or (itself >= 0 and _JOINED.fullmatch(text, itself, citation.start)):
            itself = citation.end
            checks.append(Check(citation.start, text[citation.law_start : citation.end], None, "指这份文件自身，没有核对"))
            continue
        shown = format_citation(citation.article, law=found.law or citation.law, paragraph=citation.paragraph, item=citation.item)
        quotes = _quotes(text, citations, index)
        try:
            checks.append(Check(citation.start, shown, True, verifier.check(found, quotes)))
        except _Wrong as wrong:
            checks.append(Check(citation.start, shown, False, str(wrong)))
    return checks


def _quotes(text: str, citations: Sequence[Citation], index: int) -> list[str]:
    """The quotations that belong to a citation; of several that share one span the last has them."""
    citation = citations[index]
    if any(c.start == citation.start for c in citations[index + 1 :]):
        return []
    before = max((c.end for c in citations[:index] if c.end <= citation.start), default=0)
    after = min((c.law_start for c in citations[index + 1 :] if c.law_start >= citation.end), default=len(text))
    return quotes_near(text, citation, before, after)
