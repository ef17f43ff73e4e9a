"""Searching the library for one query, or for many of a JSON lines file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jietan.errors import InputError, cause

if TYPE_CHECKING:
    import pandas as pd

    from jietan.embedders import Embedder, Vectors
    from jietan.law.filters import Selection

__all__ = ["Finder", "Queries", "duration", "read_queries", "write_results"]

#: Articles that the accurate encoder computes in a second on an ordinary computer.
_PER_SECOND = 100
_BATCH = 256
_SHAPE = '每行一个 JSON 对象：{"query_id": "…", "query": "…"}'


def duration(articles: int) -> str:
    """Say how long the accurate encoder takes for so many articles."""
    seconds = articles / _PER_SECOND
    return f"{max(1, round(seconds / 60))} 分钟" if seconds < 5400 else f"{seconds / 3600:.1f} 小时"


class Finder:
    """Search over a library, with the names of what is found.

    Args:
        selection: The laws, and which of their articles are searched.
        model: Encoder whose search is fused with the search by words; empty for words alone.
        lexicon: Users' own lexicon files.

    Attributes:
        remarks: What a person should know about this search, in Chinese.
    """

    def __init__(self, selection: Selection, model: str, lexicon: Sequence[str] = ()) -> None:
        """Build the index, or read it from the cache."""
        from jietan.language.lexicon import load_lexicon
        from jietan.law.search import ArticleIndex

        words = load_lexicon(lexicon)
        frame, self._among = selection.library.articles, selection.among
        self.remarks = list(selection.remarks)
        embedder, vectors = self._encoder(frame, model) if model else (None, None)
        self._index = ArticleIndex(frame, embedder=embedder, vectors=vectors, lexicon=words)
        self._row = dict(zip(frame["article_id"], range(len(frame)), strict=True))
        self._columns = {name: frame[name].tolist() for name in ("law", "article", "text", "version", "status")}

    def _encoder(self, frame: pd.DataFrame, model: str) -> tuple[Embedder, Vectors]:
        """The encoder and its vectors; the fast one where another has too much to compute first, which is said."""
        from jietan.embedders import load_embedder
        from jietan.law.vectors import ready

        wanted = frame if self._among is None else frame[self._among]
        embedder, vectors, missing = ready(wanted, load_embedder(model))
        if missing:
            self.remarks.append(_instead(wanted, missing, model))
        return embedder, self._spread(vectors)

    def _spread(self, vectors: Vectors) -> Vectors:
        """Put the vectors of the articles searched into the places of all; the others are not looked at."""
        import numpy as np

        if self._among is None:
            return vectors
        out = np.zeros((len(self._among), vectors.shape[1]), np.float32)
        out[self._among] = vectors
        return out

    def find(self, texts: list[str], k: int) -> list[list[dict[str, Any]]]:
        """Return for each text its hits, best first: article_id, law, article and score."""
        found = self._index.search(texts, k, among=self._among)
        return [[self._hit(hit.article_id, hit.score) for hit in hits] for hits in found]

    def text(self, article_id: str) -> str:
        """Return the text of an article."""
        return str(self._columns["text"][self._row[article_id]])

    def standing(self, article_id: str) -> str:
        """Return version date and status of an article that is not simply in force, else nothing."""
        row = self._row[article_id]
        if "@" not in article_id.partition("#")[0]:
            return ""
        return f"（{self._columns['version'][row] or '未注明日期'}，{self._columns['status'][row]}）"

    def _hit(self, article_id: str, score: float) -> dict[str, Any]:
        row = self._row[article_id]
        return {
            "article_id": article_id,
            "law": self._columns["law"][row],
            "article": self._columns["article"][row],
            "score": round(score, 6),
        }


def _instead(articles: pd.DataFrame, missing: int, model: str) -> str:
    """What to tell where the fast encoder takes the place of another."""
    from jietan.embedders import DEFAULT_MODEL
    from jietan.law.vectors import FAST

    command = "jietan laws embed"
    command += f" --model {model}" if model != DEFAULT_MODEL else ""
    command += " --all" if articles["article_id"].str.contains("@.*#").any() else ""
    return (
        f"{len(articles)} 条里有 {missing} 条还没有算好 {model} 的向量，这次检索改用字词和快的模型 {FAST}。"
        f"要用 {model}，请先运行 {command}，约 {duration(missing)}，只需一次，中断后可以接着算"
    )


@dataclass(frozen=True)
class Queries:
    """The lines of a file of queries.

    Attributes:
        found: Ids as they stand in the file, with their queries.
        bad: What is wrong with the lines that cannot be used, each with its number, in Chinese.
    """

    found: list[tuple[str | int, str]]
    bad: list[str]


def read_queries(path: Path) -> Queries:
    """Read ``{"query_id", "query"}`` lines.

    Args:
        path: A JSON lines file in UTF-8; blank lines are passed over.

    Returns:
        The queries; lines that are not of this form are listed, not dropped in silence.

    Raises:
        InputError: The file cannot be read, or no line can be used.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise InputError("没有这个文件", where=str(path), todo="请检查文件名和所在文件夹") from error
    except UnicodeDecodeError as error:
        raise InputError("不是 UTF-8 编码", where=str(path), todo="请用 UTF-8 编码另存") from error
    except OSError as error:
        raise InputError(f"读不了这个文件（{cause(error)}）", where=str(path), todo="请写明一个能读的文件") from error
    read = Queries([], [])
    for number, line in enumerate(lines, 1):
        if line.strip():
            query = _query(line)
            if isinstance(query, str):
                read.bad.append(f"第 {number} 行：{query}")
            else:
                read.found.append(query)
    if not read.found and not read.bad:
        raise InputError("文件里没有查询", where=str(path), todo=_SHAPE)
    if not read.found:
        more = f"，其余 {len(read.bad) - 1} 行也不能用" if len(read.bad) > 1 else ""
        raise InputError(f"没有一行能用，{read.bad[0]}{more}", where=str(path), todo=_SHAPE)
    return read


def _query(line: str) -> tuple[str | int, str] | str:
    """Id and query of a line, or what is wrong with it."""
    try:
        row = json.loads(line)
        line.encode("utf-8")
    except (ValueError, RecursionError):
        return "不是有效的 JSON"
    if not isinstance(row, dict) or "query_id" not in row or "query" not in row:
        return "缺少 query_id 或者 query"
    name, query = row["query_id"], row["query"]
    if isinstance(name, bool) or not isinstance(name, str | int):
        return "query_id 应为文字或者整数"
    if not isinstance(query, str):
        return "query 应为文字"
    if any("\ud800" <= c <= "\udfff" for c in f"{name}{query}"):
        return "有不成对的代理字符（\\ud800 至 \\udfff）"
    return name, query


def _results(finder: Finder, queries: list[tuple[str | int, str]], k: int) -> Iterator[str]:
    from jietan.log import track

    for start in track(range(0, len(queries), _BATCH), "检索"):
        batch = queries[start : start + _BATCH]
        for (name, _), hits in zip(batch, finder.find([text for _, text in batch], k), strict=True):
            yield json.dumps({"query_id": name, "hits": hits}, ensure_ascii=False)


def _save(lines: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(line + "\n" for line in lines)


def write_results(queries: Queries, finder: Finder, out: Path, k: int) -> None:
    """Search for all queries and write ``{"query_id", "hits"}`` lines in their order.

    Args:
        queries: The queries.
        finder: The search.
        out: File to make or replace, whole or not at all.
        k: At most so many hits for each.

    Raises:
        RunFolderError: ``out`` cannot be written.
    """
    from jietan.runfolder import write_atomically

    write_atomically(out, lambda path: _save(_results(finder, queries.found, k), path))
