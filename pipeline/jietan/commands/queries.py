"""Searching the library for many queries of a JSON lines file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jietan.errors import InputError, cause

if TYPE_CHECKING:
    from jietan.law.library import Library

__all__ = ["Finder", "read_queries", "write_results"]

_BATCH = 256
_SHAPE = '每行一个 JSON 对象：{"query_id": "…", "query": "…"}'


class Finder:
    """Search over a library, with the names of what is found.

    Args:
        library: The laws to search.
        model: Encoder whose search is fused with the search by words; empty for words alone.
    """

    def __init__(self, library: Library, model: str) -> None:
        """Build the index, or read it from the cache."""
        from jietan.embedders import load_embedder
        from jietan.law.search import ArticleIndex
        from jietan.law.vectors import article_vectors

        frame = library.articles
        embedder = load_embedder(model) if model else None
        vectors = article_vectors(frame, embedder) if embedder else None
        self._index = ArticleIndex(frame, embedder=embedder, vectors=vectors)
        self._places = dict(zip(frame["article_id"], zip(frame["law"], frame["article"], strict=True), strict=True))
        self._texts = dict(zip(frame["article_id"], frame["text"], strict=True))

    def find(self, texts: list[str], k: int) -> list[list[dict[str, Any]]]:
        """Return for each text its hits, best first: article_id, law, article and score."""
        return [[self._hit(hit.article_id, hit.score) for hit in hits] for hits in self._index.search(texts, k)]

    def text(self, article_id: str) -> str:
        """Return the text of an article."""
        return str(self._texts[article_id])

    def _hit(self, article_id: str, score: float) -> dict[str, Any]:
        law, article = self._places[article_id]
        return {"article_id": article_id, "law": law, "article": article, "score": round(score, 6)}


def read_queries(path: Path) -> list[tuple[object, str]]:
    """Read ``{"query_id", "query"}`` lines.

    Args:
        path: A JSON lines file in UTF-8; blank lines are passed over.

    Returns:
        Ids as they stand in the file, with their queries.

    Raises:
        InputError: The file cannot be read, or a line is not of this form.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise InputError("没有这个文件", where=str(path), todo="请检查文件名和所在文件夹") from error
    except UnicodeDecodeError as error:
        raise InputError("不是 UTF-8 编码", where=str(path), todo="请用 UTF-8 编码另存") from error
    except OSError as error:
        raise InputError(f"读不了这个文件（{cause(error)}）", where=str(path), todo="请写明一个能读的文件") from error
    found = [_query(line, f"{path} 第 {number} 行") for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise InputError("文件里没有查询", where=str(path), todo=_SHAPE)
    return found


def _query(line: str, where: str) -> tuple[object, str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError("不是有效的 JSON", where=where, todo=_SHAPE) from error
    if not isinstance(row, dict) or not isinstance(row.get("query_id"), str | int) or not isinstance(row.get("query"), str):
        raise InputError("缺少 query_id 或者 query", where=where, todo=_SHAPE)
    return row["query_id"], row["query"]


def _results(finder: Finder, queries: list[tuple[object, str]], k: int) -> Iterator[str]:
    from jietan.log import track

    for start in track(range(0, len(queries), _BATCH), "检索"):
        batch = queries[start : start + _BATCH]
        for (name, _), hits in zip(batch, finder.find([text for _, text in batch], k), strict=True):
            yield json.dumps({"query_id": name, "hits": hits}, ensure_ascii=False)


def _save(lines: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(line + "\n" for line in lines)


def write_results(queries: Path, out: Path, k: int, model: str) -> int:
    """Search for all queries of a file and write ``{"query_id", "hits"}`` lines in their order.

    Args:
        queries: JSON lines file of queries.
        out: File to make or replace, whole or not at all.
        k: At most so many hits for each.
        model: See `Finder`.

    Returns:
        The number of queries.

    Raises:
        InputError: The queries cannot be used, or ``out`` is the file of the queries.
        RunFolderError: ``out`` cannot be written.
    """
    from jietan.law.library import load_library
    from jietan.runfolder import write_atomically

    found = read_queries(queries)
    if out.exists() and out.samefile(queries):
        raise InputError("结果会盖掉查询文件", where=str(out), todo="请用 --out 指定另一个文件")
    finder = Finder(load_library(), model)
    write_atomically(out, lambda path: _save(_results(finder, found, k), path))
    return len(found)
