"""The answers of a labelled consultation, read from ``gold.jsonl``, ``themes.json`` and ``pairs.jsonl``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from jietan.errors import InputError

__all__ = [
    "REASON",
    "Gold",
    "GoldComment",
    "GoldMask",
    "GoldOpinion",
    "GoldPair",
    "GoldPosition",
    "GoldTarget",
    "GoldTheme",
    "fingerprint",
    "load_gold",
]

REASON = "理由"
_TRAP_NOTE = "陷阱"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class GoldTarget(_Record):
    """An article, and its 款 where one is meant, that an opinion is about."""

    article: str
    paragraph: int | None = None


class GoldOpinion(_Record):
    """One labelled span of a comment."""

    start: int
    end: int
    kind: str
    stance: str | None = None
    operation: str | None = None
    targets: tuple[GoldTarget, ...] = ()
    new_article: bool | None = None
    theme_id: str | None = None
    position_id: str | None = None

    @property
    def is_reason(self) -> bool:
        """Whether the span only gives grounds; such spans are not labelled exhaustively."""
        return self.kind == REASON

    @property
    def articles(self) -> frozenset[str]:
        """Articles that are right answers."""
        return frozenset(t.article for t in self.targets)

    @property
    def paragraphs(self) -> frozenset[tuple[str, int]]:
        """Right answers that name a 款, as (article, paragraph)."""
        return frozenset((t.article, t.paragraph) for t in self.targets if t.paragraph)


class GoldMask(_Record):
    """Personal data in a comment's text."""

    start: int
    end: int
    type: str


class GoldComment(_Record):
    """One comment with all its labels."""

    comment_id: str
    triage: str
    opinions: tuple[GoldOpinion, ...] = ()
    pii: tuple[GoldMask, ...] = ()
    campaign_id: str | None = None
    duplicate_of: str | None = None


class GoldPair(_Record):
    """Two comments, or one opinion of each, that make the same ask or do not."""

    a: str
    b: str
    a_opinion: int | None = None
    b_opinion: int | None = None
    same_opinion: bool
    trap: bool | None = None
    note: str | None = None

    @property
    def is_trap(self) -> bool:
        """Whether the two read alike and mean opposite things."""
        return bool(self.trap) or (self.note or "").startswith(_TRAP_NOTE)


class GoldPosition(_Record):
    """One ask (主张) within a theme, and whether it was adopted."""

    type: str | None = None
    adopted: str | None = None

    @property
    def nature(self) -> str | None:
        """What the ask is; older labels say it in ``adopted``."""
        return self.type or self.adopted


class GoldTheme(_Record):
    """One matter of one provision."""

    target_articles: tuple[str, ...] = ()
    new_article: bool | None = None
    adopted: str | None = None
    positions: dict[str, GoldPosition] = {}

    @property
    def asks_for_change(self) -> bool:
        """Whether someone asks for something here, besides taking sides or asking questions."""
        natures = {p.nature for p in self.positions.values()}
        return not natures or bool(natures - {"stance", "question"})

    def answered_by(self, article: str | None, operation: str) -> bool:
        """Whether a suggestion for that article, or for a new one, falls on this theme's place."""
        addition_fits = not self.target_articles or bool(self.new_article)
        return article in self.target_articles or (addition_fits and operation == "增加")


@dataclass(frozen=True)
class Gold:
    """All answers of one consultation.

    Args:
        comments: Comment id to labels, in the order of the file.
        themes: Theme id to theme, in the order of the file.
        pairs: Pairs that make the same ask or do not.
        fingerprint: SHA-256 of ``gold.jsonl``, by which a model's training data is recognised.
    """

    comments: dict[str, GoldComment]
    themes: dict[str, GoldTheme]
    pairs: tuple[GoldPair, ...]
    fingerprint: str

    @property
    def positions(self) -> dict[str, GoldPosition]:
        """Position id to position, over all themes."""
        return {name: position for theme in self.themes.values() for name, position in theme.positions.items()}


R = TypeVar("R", bound=_Record)
_THEMES = TypeAdapter(dict[str, GoldTheme])


def _unusable(path: Path, error: Exception, line: int = 0) -> InputError:
    where = f"{path} 第 {line} 行" if line else str(path)
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        detail = f"{'.'.join(str(p) for p in first['loc']) or '内容'}：{first['msg']}"
    else:
        detail = str(error)
    return InputError(f"标注文件不合格式（{detail}）", where=where, todo="格式见 docs/labels.md")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("读不到标注文件", where=str(path), todo="标注文件夹里要有 gold.jsonl、themes.json 和 pairs.jsonl") from error


def _lines(path: Path, record: type[R]) -> Iterator[R]:
    for number, line in enumerate(_content(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield record.model_validate_json(line)
        except ValidationError as error:
            raise _unusable(path, error, number) from error


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a labels file, as model cards and manifests name it.

    Raises:
        InputError: The file cannot be read.
    """
    return hashlib.sha256(_content(path)).hexdigest()


def load_gold(folder: Path) -> Gold:
    """Read the answers of a consultation.

    Args:
        folder: Folder with ``gold.jsonl``, ``themes.json`` and ``pairs.jsonl``.

    Returns:
        The checked answers.

    Raises:
        InputError: A file is missing or malformed, there are no comments, or a pair names an unknown comment.
    """
    labels, themes, pairs = (folder / name for name in ("gold.jsonl", "themes.json", "pairs.jsonl"))
    comments = {c.comment_id: c for c in _lines(labels, GoldComment)}
    if not comments:
        raise InputError("标注文件里没有一条意见", where=str(labels), todo="请检查是否给对了文件夹")
    try:
        known_themes = _THEMES.validate_python(json.loads(_content(themes)))
    except (ValueError, ValidationError) as error:
        raise _unusable(themes, error) from error
    known_pairs = tuple(_lines(pairs, GoldPair))
    for pair in known_pairs:
        for name in (pair.a, pair.b):
            if name not in comments:
                raise InputError(f"意见对里的 {name} 不在 gold.jsonl 中", where=str(pairs), todo="请核对意见编号")
    return Gold(comments, known_themes, known_pairs, fingerprint(labels))
