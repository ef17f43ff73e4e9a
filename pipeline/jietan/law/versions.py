"""Versions of laws: what is kept of each, and which of them is in force on a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jietan.law.names import short_name

__all__ = ["AMENDED", "IN_FORCE", "PENDING", "REPEALED", "STATUSES", "LawText", "LawVersion", "Standing", "standings", "status_of"]

IN_FORCE, AMENDED, REPEALED, PENDING = "现行有效", "已修改", "已废止", "尚未生效"
#: All statuses, those of the bundled library's source included.
STATUSES = (IN_FORCE, PENDING, AMENDED, "已被修改", "历史版本", REPEALED)

_WORDS = {
    IN_FORCE: "现行有效 有效 现行 施行中 current effective in_force",
    AMENDED: "已修改 已被修改 历史版本 被修改 amended superseded",
    REPEALED: "已废止 废止 失效 已失效 repealed expired",
    PENDING: "尚未生效 尚未施行 未生效 pending future",
}
_STATUS_OF = {word: status for status, words in _WORDS.items() for word in words.split()}


def status_of(word: str) -> str | None:
    """Return the status that a word of a source means, None where it is unknown."""
    return _STATUS_OF.get(word.strip().lower())


@dataclass(frozen=True)
class LawText:
    """One article: its label, its headings or None, and its 款, each with its 项 on further lines."""

    label: str
    chapter: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class LawVersion:
    """One version of one law.

    Attributes:
        law: Full name.
        version_date: 2021-04-29, empty where unknown.
        articles: Its articles in order.
        declared: Status that the source gives, empty for none.
        effective: Day from which it is in force, empty where unknown.
        level: One of ``imprint.LEVELS``, or empty.
        region: 上海市; empty for the whole country.
        history: Dates with 制定, 修订 or 修正.
        problems: What a person should check, in Chinese; not stored.
    """

    law: str
    version_date: str
    articles: tuple[LawText, ...]
    declared: str = ""
    effective: str = ""
    level: str = ""
    region: str = ""
    history: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def short(self) -> str:
        """The name under which laws are compared."""
        return short_name(self.law)

    @cached_property
    def digest(self) -> str:
        """Hash of all that is stored, 32 hex digits."""
        texts = [(a.label, a.chapter, a.paragraphs) for a in self.articles]
        parts = (self.law, self.version_date, self.declared, self.effective, self.level, self.region, self.history, texts)
        data = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Standing:
    """A version among the others of its law: what decides on its status.

    Attributes:
        key: Names it to the caller.
        short: Short name of the law.
        date: Version date, empty where unknown.
        declared: Status its source gives, or empty.
        effective: Day from which it is in force, empty where unknown.
        own: Whether the user added it.
    """

    key: object
    short: str
    date: str
    declared: str
    effective: str = ""
    own: bool = False


def _status(version: Standing, newest: Standing | None, today: str) -> str:
    if version.declared == REPEALED:
        return REPEALED
    if _waits(version, today):
        return PENDING
    if version is newest:
        return version.declared or IN_FORCE
    return version.declared if version.declared and version.declared not in (IN_FORCE, PENDING) else AMENDED


def _waits(version: Standing, today: str) -> bool:
    """Whether a version is not yet in force; a declared 尚未生效 ends with the day it names."""
    return version.effective > today if version.effective else version.declared == PENDING


def _of_one_law(versions: list[Standing], today: str) -> dict[object, str]:
    own = {version.date for version in versions if version.own}
    kept = [version for version in versions if version.own or version.date not in own]
    dated = any(own)

    def order(version: Standing) -> tuple[str, bool]:
        undated = "" if dated or not version.own else "9999"
        return version.date or undated, version.own

    in_effect = [version for version in sorted(kept, key=order) if not _waits(version, today)]
    newest = in_effect[-1] if in_effect else None
    if newest is not None and newest.declared == PENDING:
        newest = Standing(newest.key, newest.short, newest.date, "", newest.effective, newest.own)
        kept = [newest if version.key == newest.key else version for version in kept]
    return {version.key: _status(version, newest, today) for version in kept}


def standings(versions: Iterable[Standing], today: str) -> Mapping[object, str]:
    """Decide which version of each law is in force.

    Args:
        versions: All versions, those of the bundled library included.
        today: The day, 2026-01-31.

    Returns:
        The status of each key. A version that is not there is one of the bundled library's which the user added again.
        Of a law the newest version in effect is in force unless its source says otherwise, older ones are 已修改. An
        undated version of the user's counts as the newest where the user has no dated one, else as the oldest.
    """
    laws: dict[str, list[Standing]] = {}
    for version in versions:
        laws.setdefault(version.short, []).append(version)
    found: dict[object, str] = {}
    for group in laws.values():
        found.update(_of_one_law(group, today))
    return found
