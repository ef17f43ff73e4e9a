"""Known themes: a table of titles and example sentences, which opinions near to them join."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from jietan.embedders import Embedder
from jietan.errors import InputError
from jietan.reading.side_table import read_side_table
from jietan.runfolder import content_key
from jietan.tables import conform

__all__ = ["Seed", "Seeds", "load_seeds", "read_seeds"]

#: An opinion at least so near to an example is taken for one of its theme; chosen on the sample.
_NEAR = 0.66
_LONGEST = 40
_TITLE, _EXAMPLE, _PARENT = "题目", "例句", "上级"
_SHOWN = 5
_TODO = f"第一行写列名 {_TITLE}、{_EXAMPLE}，需要时加 {_PARENT}；每行一个例句，同一题目可以写几行"


@dataclass(frozen=True, order=True)
class Seed:
    """A known theme.

    Args:
        title: Its title.
        parent: Title of its parent, empty where none is given.
        examples: Sentences that belong to it, sorted.
    """

    title: str
    parent: str
    examples: tuple[str, ...]

    @property
    def theme_id(self) -> str:
        """The id of the theme, which depends on nothing but the title."""
        return _name("T", self.title)

    @property
    def parent_id(self) -> str:
        """The id of its parent, which it shares with the other known themes under the same title."""
        return _name("P", self.parent) if self.parent else "P" + self.theme_id[1:]


def _name(prefix: str, title: str) -> str:
    return prefix + hashlib.sha256(f"seed:{title}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Seeds:
    """The known themes of a run, none by default.

    Args:
        seeds: The themes, sorted.
        matrix: Vectors of the examples of all of them, in order; shape (examples, d).
    """

    seeds: tuple[Seed, ...] = ()
    matrix: np.ndarray[Any, np.dtype[np.float32]] = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    @property
    def fingerprint(self) -> str:
        """What stands for the themes in the keys of results."""
        return content_key([[s.title, s.parent, list(s.examples)] for s in self.seeds])

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of the themes."""
        return frozenset(s.theme_id for s in self.seeds)

    def nearest(self, rows: np.ndarray[Any, np.dtype[np.float32]]) -> list[Seed | None]:
        """Return for each row the theme of the nearest example, None where none is near enough.

        Args:
            rows: Rows of length one, shape (n, d).
        """
        if not self.seeds:
            return [None] * len(rows)
        owners = [s for s in self.seeds for _ in s.examples]
        near = (rows @ self.matrix.T).round(6)
        return [owners[k] if value >= _NEAR else None for k, value in zip(near.argmax(axis=1), near.max(axis=1), strict=True)]

    def entitle(self, themes: pd.DataFrame, namings: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give known themes and their parents their titles, and say so in the grounds of the names.

        Args:
            themes: Table ``themes``.
            namings: Table ``namings``.
        """
        given = {s.parent_id: s.parent for s in self.seeds if s.parent} | {s.theme_id: s.title for s in self.seeds}
        given = {theme: title for theme, title in given.items() if theme in set(themes["theme_id"])}
        if not given:
            return themes, namings
        taken = set(given.values())
        titles = []
        for theme, title in zip(themes["theme_id"], themes["title"], strict=True):
            titles.append(given.get(theme) or _other(title, taken))
            taken.add(titles[-1])
        rows = [{"part": t, "role": "主体", "source": "已知主题", "detail": "", "weight": 1.0, "opinion_ids": []} for t in given.values()]
        own = pd.DataFrame(rows).assign(theme_id=list(given), position=0)
        rest = namings[~(namings["theme_id"].isin(given) & (namings["role"] != "关键词"))]
        every = pd.concat([own, rest], ignore_index=True).sort_values(["theme_id", "position"], kind="stable")
        return themes.assign(title=titles), conform(every.assign(position=every.groupby("theme_id").cumcount() + 1), "namings")


def _other(title: str, taken: Iterable[str]) -> str:
    """A title, with a number behind it where it is taken."""
    number, found = 1, title
    while found in taken:
        number += 1
        found = f"{title}（{number}）"
    return found


def _records(path: Path) -> list[tuple[int, str, str, str]]:
    """Line number, title, example and parent of every row that is not empty."""
    rows = read_side_table(path, "已知主题的表", _TODO, (_TITLE, _EXAMPLE), (_PARENT,))
    return [(number, title, example, parent) for number, (title, example, parent) in rows]


def _problems(rows: Sequence[tuple[int, str, str, str]]) -> list[str]:
    """What is wrong with the rows."""
    out = []
    first: dict[str, tuple[int, str]] = {}
    parents: dict[str, str] = {}
    for number, title, example, parent in rows:
        if not title or not example:
            out.append(f"第 {number} 行没有写{_EXAMPLE if title else _TITLE}")
        elif len(title) > _LONGEST or len(parent) > _LONGEST:
            out.append(f"第 {number} 行的{_TITLE if len(title) > _LONGEST else _PARENT}超过 {_LONGEST} 个字")
        elif example in first:
            out.append(f"第 {number} 行的例句与第 {first[example][0]} 行重复" + ("" if first[example][1] == title else "，而题目不同"))
        elif parents.get(title, parent) != parent:
            out.append(f"第 {number} 行：{title} 的上级与前面写的不一样")
        else:
            first[example] = (number, title)
            parents[title] = parent
    return out + [f"{p} 既是题目又是上级" for p in sorted(set(parents.values()) & set(parents))]


def read_seeds(path: Path) -> tuple[Seed, ...]:
    """Read a table of known themes.

    Args:
        path: A file in xlsx or csv with the columns 题目, 例句 and perhaps 上级, one example a row.

    Returns:
        The themes, sorted; the order of the rows does not matter.

    Raises:
        InputError: The file cannot be read, has other columns, or rows are wrong; the message names them.
    """
    rows = _records(path)
    wrong = _problems(rows) if rows else ["一行也没有"]
    if wrong:
        more = f"；……共 {len(wrong)} 处" if len(wrong) > _SHOWN else ""
        raise InputError(f"已知主题的表要改：{'；'.join(wrong[:_SHOWN])}{more}", where=str(path), todo=_TODO)
    examples: Mapping[tuple[str, str], list[str]] = defaultdict(list)
    for _, title, example, parent in rows:
        examples[title, parent].append(example)
    return tuple(sorted(Seed(title, parent, tuple(sorted(found))) for (title, parent), found in examples.items()))


def load_seeds(path: str, embedder: Embedder) -> Seeds:
    """Read a table of known themes and embed their examples.

    Args:
        path: ``settings.cluster.seeds``; ``~`` is the user's folder, empty for no known themes.
        embedder: The encoder of the run.

    Raises:
        InputError: The table cannot be used.
    """
    if not path:
        return Seeds()
    seeds = read_seeds(Path(path).expanduser())
    return Seeds(seeds, embedder.encode([e for s in seeds for e in s.examples]))
