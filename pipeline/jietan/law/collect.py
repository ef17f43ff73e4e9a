"""The bundled laws and the user's own, brought together: which version of each is in force, under which ids."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from jietan.language.numerals import parse_article
from jietan.language.wording_of_numbers import format_article
from jietan.law.imprint import level_of
from jietan.law.names import short_name
from jietan.law.outline import group_paragraphs
from jietan.law.store import LawStore, StoredVersion
from jietan.law.versions import IN_FORCE, Standing, standings

__all__ = ["ARTICLE_COLUMNS", "UNDATED", "VERSION_COLUMNS", "BundledRow", "Collected", "canonical_label", "collect"]

#: Columns of a frame of articles, in order.
ARTICLE_COLUMNS = ["article_id", "law", "article", "chapter", "text", "paragraphs", "status", "source", "version"]
#: Columns of a frame of versions of laws, in order; ``own`` says whether the user added it.
VERSION_COLUMNS = ["law", "version", "status", "level", "region", "effective", "history", "articles", "own"]
#: What the bundled source calls a text that later amendments changed.
AMENDED = "已被修改"
#: What stands for the date of a version that has none.
UNDATED = "未注明日期"

#: law, label, chapter, section, text, status and version date of one article of the bundled source.
BundledRow = tuple[str, str, str | None, str | None, str, str, str]
_Key = tuple[str, str, str]
_Text = tuple[str, str | None, str, list[str]]

_MISREAD = re.compile(r"^\s*之([一二三四五六七八九十]{1,3})(?:[\s\u3000]|(?=[\u4e00-\u9fff]{6}))\s*")
#: Labels as :func:`format_article` writes them, up to 第九千九百九十九条之九十九.
_ONES, _TENS = "[一二三四五六七八九]", "[一二三四五六七八九]十[一二三四五六七八九]?"
_HUNDREDS = rf"{_ONES}百(?:零{_ONES}|{_TENS})?"
_SMALL = rf"(?:[二三四五六七八九]?十{_ONES}?|{_ONES})"
_CANONICAL = re.compile(rf"第(?:{_ONES}千(?:零(?:{_ONES}|{_TENS})|{_HUNDREDS})?|{_HUNDREDS}|{_SMALL})条(?:之{_SMALL})?")
_HEADING = re.compile(r"^(第[零一二三四五六七八九十百千]+(?:编|分编|章|节))\s*")


@dataclass
class Collected:
    """Articles with :data:`ARTICLE_COLUMNS`, versions with :data:`VERSION_COLUMNS`, and what is doubtful."""

    articles: pd.DataFrame
    versions: pd.DataFrame
    problems: list[str]


@lru_cache(maxsize=1 << 12)
def _chapter(chapter: str | None, section: str | None) -> str | None:
    parts = [_HEADING.sub("\\1\u3000", part.strip()) for part in (chapter, section) if part and part.strip()]
    return " / ".join(parts) or None


def _paragraphs(text: str) -> list[str]:
    lines = text.split("\n")
    if "\n（" not in text and "\n(" not in text:
        return lines
    return group_paragraphs(lines)


def _label(label: str, text: str) -> tuple[str, str]:
    """Canonical label and text; 之一 that was read as the start of the text returns to the label."""
    label = label.strip()
    misread = _MISREAD.match(text) if label.startswith("第") and "之" not in label else None
    if misread:
        label, text = f"{label}之{misread[1]}", text[misread.end() :]
    return canonical_label(label), text


@lru_cache(maxsize=1 << 12)
def canonical_label(label: str) -> str:
    """Return an article's label in canonical form: 第24条 → 第二十四条; one that is no number stays as it is."""
    if label.startswith("第") and not _CANONICAL.fullmatch(label):
        try:
            return format_article(*parse_article(label))
        except ValueError:
            return label
    return label


_number = lru_cache(maxsize=1 << 12)(parse_article)


def _numbering_problems(laws: dict[str, list[str]]) -> list[str]:
    problems = []
    # a number that one law lacks another has: the words for it need not be made
    written = {_number(label): label for labels in laws.values() for label in labels if _CANONICAL.fullmatch(label)}

    def name(number: tuple[int, int]) -> str:
        return written.get(number) or format_article(*number)

    for law, labels in laws.items():
        numbers = [_number(label.split("@")[0]) for label in labels if label.startswith("第")]
        for before, after in pairwise(numbers):
            if after[0] > before[0] + 1:
                missing = name((before[0] + 1, 0))
                problems.append(f"《{law}》{name(before)}之后缺{missing}，前一条可能混有其后的文字")
            elif after < before:
                problems.append(f"《{law}》{name(after)}排在{name(before)}之后")
    return problems


@dataclass
class _Builder:
    """Collects articles of both sources under ids that are unique."""

    columns: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in ARTICLE_COLUMNS})
    problems: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def add(self, law: str, version: str, status: str, text: _Text, *, current: bool) -> None:
        label, chapter, words, paragraphs = text
        article_id = f"{short_name(law)}{'' if current else f'@{version or UNDATED}'}#{label}"
        self.seen[article_id] = again = self.seen.get(article_id, 0) + 1
        if again > 1:
            self.problems.append(f"《{law}》{label}（{status}）出现 {again} 次，序号可能有误")
            article_id = f"{article_id}@{again}"
        values = (article_id, law, label, chapter, words, paragraphs, status, "library", version)
        for column, value in zip(self.columns.values(), values, strict=True):
            column.append(value)


class _Bundled:
    """Which version of a bundled law counts, before and after the user's own are considered."""

    def __init__(self, rows: Sequence[BundledRow]) -> None:
        self.keys: Counter[_Key] = Counter((row[0], row[6], row[5]) for row in rows)
        self.short = {law: short_name(law) for law, _, _ in self.keys}
        current = {law for law, _, status in self.keys if status == IN_FORCE}
        # A law that was amended and has no newer text in the source (刑法) is still law: it counts as in force.
        self.amended = sorted({law for law, _, status in self.keys if status == AMENDED and law not in current})
        self._decided: dict[object, str] = {}
        self._touched: set[str] = set()

    def decide(self, own: Sequence[StoredVersion], today: str) -> dict[object, str]:
        """Set the user's versions against the bundled ones and return the status of each id."""
        self._touched = {version.short for version in own}
        theirs = [
            Standing(key, self.short[key[0]], key[1], "" if self._is_current(key) else key[2])
            for key in self.keys
            if self.short[key[0]] in self._touched
        ]
        mine = [Standing(v.id, v.short, v.version_date, v.declared, v.effective, own=True) for v in own]
        self._decided = dict(standings([*theirs, *mine], today))
        return self._decided

    def _is_current(self, key: _Key) -> bool:
        return key[2] == IN_FORCE or key[0] in self.amended

    def standing(self, key: _Key) -> tuple[str, bool] | None:
        """Status of a version and whether it is the one in force; None where the user's text takes its place."""
        if self.short[key[0]] not in self._touched:
            return key[2], self._is_current(key)
        status = self._decided.get(key)
        return None if status is None else (status, status == IN_FORCE)


def _own_texts(
    versions: Sequence[StoredVersion], rows: Iterable[tuple[int, str, str | None, str]]
) -> Iterator[tuple[StoredVersion, _Text]]:
    by_id = {version.id: version for version in versions}
    for number, label, chapter, stored in rows:
        paragraphs = json.loads(stored)
        yield by_id[number], (label, chapter, paragraphs[0] if len(paragraphs) == 1 else "\n".join(paragraphs), paragraphs)


def _version_rows(bundled: _Bundled, own: Sequence[StoredVersion], names: dict[str, str], decided: dict[object, str]) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for key, count in bundled.keys.items():
        standing = bundled.standing(key)
        if standing is not None:
            rows.append((key[0], key[1], standing[0], level_of(key[0]), "", "", (), count, False))
    rows += [(names[v.short], v.version_date, decided[v.id], v.level, v.region, v.effective, v.history, v.n_articles, True) for v in own]
    return pd.DataFrame(rows, columns=VERSION_COLUMNS)


def collect(rows: Sequence[BundledRow], store: LawStore, statuses: Sequence[str], today: str) -> Collected:
    """Bring the bundled laws and the user's own together.

    Args:
        rows: All articles of the bundled source, in its order.
        store: The user's laws.
        statuses: Which versions to take. A bundled law marked 已被修改 without a newer text comes with 现行有效.
        today: The day that decides what is in force, 2026-01-31.

    Returns:
        The articles asked for, all versions, and what is doubtful. A law of the user's takes the place of the bundled
        one when its version is newer or of the same date.

    Raises:
        InputError: The user's file is damaged.
    """
    bundled = _Bundled(rows)
    decided: dict[object, str] = {}

    def choose(own: list[StoredVersion]) -> list[int]:
        decided.update(bundled.decide(own, today))
        return [version.id for version in own if decided[version.id] in statuses]

    own, stored = store.snapshot(choose)
    names = {v.short: v.law for v in own} | {short: law for law, short in bundled.short.items()}
    builder, labels = _Builder(), dict[str, list[str]]()
    standing = {key: bundled.standing(key) for key in bundled.keys}
    for law, raw_label, chapter, section, raw_text, given, version in rows:
        found = standing[law, version, given]
        if found is None or not (found[0] in statuses or (found[1] and IN_FORCE in statuses)):
            continue
        status, current = found
        label, words = _label(raw_label, raw_text)
        builder.add(law, version, status, (label, _chapter(chapter, section), words, _paragraphs(words)), current=current)
        labels.setdefault(law if current else f"{law}（{version}）", []).append(label)
    for stored_version, text in _own_texts(own, stored):
        status = decided[stored_version.id]
        builder.add(names[stored_version.short], stored_version.version_date, status, text, current=status == IN_FORCE)
    remarks = [f"《{law}》在来源中标注为“{AMENDED}”，没有更新的文本，引用前请核对" for law in bundled.amended if law in labels]
    problems = [*remarks, *builder.problems, *_numbering_problems(labels)]
    return Collected(pd.DataFrame(builder.columns), _version_rows(bundled, own, names, decided), problems)
