"""Search the archive, and compare consultations by year, street, point and theme."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import InputError
from jietan.loop.archive.store import open_archive, spaced

__all__ = ["GROUPS", "KINDS", "Filters", "Hit", "compare", "listing", "search"]

#: What can be found.
KINDS = ("意见", "主题", "建议", "答复")
#: What consultations are compared by, and how it is written.
GROUPS = {"consultation": "征求意见", "year": "年份", "street": "街镇", "point": "采集点", "theme": "主题"}
_BY = {
    "consultation": "n.name",
    "year": "coalesce(substr(c.day, 1, 4), '未注明')",
    "street": "coalesce(c.street, '未注明')",
    "point": "coalesce(c.point, '未注明')",
    "theme": "t.title",
}


@dataclass(frozen=True)
class Filters:
    """What a search or a comparison is limited to; empty for everything.

    Attributes:
        year: Year of the comments, such as 2025.
        street: Words in the name of the street.
        point: Words in the name of the point.
        theme: Words in the title of a theme.
        name: Words in the name of the consultation.
    """

    year: str = ""
    street: str = ""
    point: str = ""
    theme: str = ""
    name: str = ""

    def where(self) -> tuple[str, list[str]]:
        """Conditions on a comment ``c`` of a consultation ``n``, and their values."""
        parts, values = ["1"], []
        given = (("substr(c.day, 1, 4) = ?", self.year), ("instr(c.street, ?)", self.street), ("instr(c.point, ?)", self.point))
        for condition, value in (*given, ("instr(n.name, ?)", self.name)):
            if value:
                parts.append(condition)
                values.append(value)
        if self.theme:
            parts.append(
                "EXISTS (SELECT 1 FROM touched x JOIN themes y USING (consultation, theme_id) "
                "WHERE x.consultation = c.consultation AND x.comment_id = c.comment_id AND instr(y.title, ?))"
            )
            values.append(self.theme)
        return " AND ".join(parts), values


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Attributes:
        consultation: Name of the consultation.
        kind: 意见, 主题, 建议 or 答复.
        ref: Id of the comment, theme or suggestion.
        text: Its text, personal data masked.
        about: Point and day of a comment; place and outcome of a suggestion.
    """

    consultation: str
    kind: str
    ref: str
    text: str
    about: str


_COMMENTS_OF = {
    "意见": "SELECT e.ref AS comment_id",
    "主题": "SELECT comment_id FROM touched WHERE consultation = e.consultation AND theme_id = e.ref",
    "建议": "SELECT comment_id FROM evidence WHERE consultation = e.consultation AND suggestion_id = e.ref",
}
_COMMENTS_OF["答复"] = _COMMENTS_OF["建议"]


def search(path: Path, words: str, filters: Filters | None = None, kind: str = "", limit: int = 20) -> tuple[list[Hit], int]:
    """Find what holds all words.

    Args:
        path: The archive.
        words: Words with blanks between; each is found wherever its characters stand in a row.
        filters: What to limit it to; a theme or a suggestion counts where a comment behind it does.
        kind: One of :data:`KINDS`, empty for all.
        limit: How many hits to return.

    Returns:
        The hits, those that hold the words most densely first, and how many there are in all.

    Raises:
        InputError: There is no archive, or nothing to look for.
    """
    phrases = [f'"{spaced(word)}"' for word in words.split() if spaced(word)]
    if not phrases:
        raise InputError("没有写要找的字词", where=words, todo="例如 jietan archive search 充电 收费")
    if kind and kind not in KINDS:
        raise InputError(f"没有“{kind}”这一类", todo=f"可用的：{'、'.join(KINDS)}")
    condition, values = (filters or Filters()).where()
    kinds = [kind] if kind else list(KINDS)
    parts, given = [], []
    for each in kinds:
        parts.append(
            "SELECT n.name, e.kind, e.ref, e.consultation, bm25(entries) AS score "  # noqa: S608  (fixed names; values are bound)
            "FROM entries e JOIN consultations n ON n.id = e.consultation "
            f"WHERE entries MATCH ? AND e.kind = ? AND EXISTS (SELECT 1 FROM comments c WHERE c.consultation = e.consultation "
            f"AND c.comment_id IN ({_COMMENTS_OF[each]}) AND {condition})"
        )
        given += [" AND ".join(phrases), each, *values]
    with open_archive(path) as db:
        rows = sorted(db.execute(" UNION ALL ".join(parts), given).fetchall(), key=lambda r: (round(r[4], 6), r[0], r[1], r[2]))
        return [_hit(db, *row[:4]) for row in rows[:limit]], len(rows)


def _hit(db: sqlite3.Connection, name: str, kind: str, ref: str, number: int) -> Hit:
    at = (number, ref)
    if kind == "意见":
        row = db.execute("SELECT text, point, street, day FROM comments WHERE consultation = ? AND comment_id = ?", at).fetchone()
        return Hit(name, kind, ref, row[0], "，".join(x for x in (row[1] or row[2], row[3]) if x))
    if kind == "主题":
        row = db.execute("SELECT title FROM themes WHERE consultation = ? AND theme_id = ?", at).fetchone()
        return Hit(name, kind, ref, row[0], "")
    query = "SELECT title, answer, place, label, confirmed FROM suggestions WHERE consultation = ? AND suggestion_id = ?"
    row = db.execute(query, at).fetchone()
    label = f"{row[3]}{'' if row[4] else '（未核对）'}" if row[3] else ""
    return Hit(name, kind, ref, row[0] if kind == "建议" else row[1], "，".join(x for x in (row[2], label) if x))


def listing(path: Path) -> pd.DataFrame:
    """List the consultations.

    Args:
        path: The archive.

    Returns:
        One row each, the latest first: 名称, 草案, 起, 止, 意见, 人, 建议, 对照过通过文本.
    """
    query = """
        SELECT n.name AS 名称, n.title AS 草案, n.first_day AS 起, n.last_day AS 止,
          (SELECT count(*) FROM comments c WHERE c.consultation = n.id) AS 意见,
          (SELECT count(DISTINCT person) FROM comments c WHERE c.consultation = n.id) AS 人,
          (SELECT count(*) FROM suggestions s WHERE s.consultation = n.id) AS 建议,
          iif(n.compared, '是', '否') AS 对照过通过文本
        FROM consultations n ORDER BY n.last_day DESC, n.name"""
    with open_archive(path) as db:
        return _frame(db, query, [])


def compare(path: Path, by: str = "consultation", filters: Filters | None = None) -> pd.DataFrame:
    """Compare consultations.

    Args:
        path: The archive.
        by: One of :data:`GROUPS`.
        filters: What to limit it to.

    Returns:
        One row for each group: 次数 (how many consultations), 意见, 人 (distinct salted keys; an anonymous comment is a person of
        its own; keys of different salts are never taken for the same person), 有诉求的意见 and 已对照 (of them, those whose adopted text
        was compared), 采纳或者部分采纳 (of these, those with an ask that was taken up), and 比例.

    Raises:
        InputError: There is no archive, or no such grouping.
    """
    if by not in _BY:
        raise InputError(f"不能按“{by}”比较", todo=f"可用的：{'、'.join(GROUPS)}")
    condition, values = (filters or Filters()).where()
    joined = "JOIN touched x USING (consultation, comment_id) JOIN themes t USING (consultation, theme_id)" if by == "theme" else ""
    query = f"""
        WITH asked AS (
          SELECT consultation, comment_id, max(label IS NOT NULL) AS compared, max(coalesce(label, '') IN ('采纳', '部分采纳')) AS taken
          FROM evidence JOIN suggestions USING (consultation, suggestion_id) GROUP BY consultation, comment_id)
        SELECT {_BY[by]} AS {GROUPS[by]}, count(DISTINCT c.consultation) AS 次数,
          count(DISTINCT c.consultation || ':' || c.comment_id) AS 意见,
          count(DISTINCT n.salt || CASE WHEN c.person LIKE '匿名:%' THEN c.consultation || c.person ELSE c.person END) AS 人,
          count(DISTINCT CASE WHEN a.comment_id IS NOT NULL THEN c.consultation || ':' || c.comment_id END) AS 有诉求的意见,
          count(DISTINCT CASE WHEN a.compared THEN c.consultation || ':' || c.comment_id END) AS 已对照,
          count(DISTINCT CASE WHEN a.taken THEN c.consultation || ':' || c.comment_id END) AS 采纳或者部分采纳
        FROM comments c JOIN consultations n ON n.id = c.consultation {joined}
          LEFT JOIN asked a ON a.consultation = c.consultation AND a.comment_id = c.comment_id
        WHERE {condition} GROUP BY 1 ORDER BY 意见 DESC, 1"""  # noqa: S608  (fixed names; values are bound)
    with open_archive(path) as db:
        found = _frame(db, query, values)
    shares = [f"{100 * a / b:.1f}%" if b else "—" for a, b in zip(found["采纳或者部分采纳"], found["已对照"], strict=True)]
    return found.assign(比例=shares)


def _frame(db: sqlite3.Connection, query: str, values: list[Any]) -> pd.DataFrame:
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return pd.DataFrame(cursor.fetchall(), columns=names)
