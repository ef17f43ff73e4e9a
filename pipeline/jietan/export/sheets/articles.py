"""Sheet 条文视图: the draft from its first article to its last, with what was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jietan.export.by_article import by_article
from jietan.export.figures import ArticleCount, people
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import book, place, printable

__all__ = ["articles_sheet"]

_COLUMNS = (
    Col("条", 12, "条文序号；没有草案时是有意见对应的现行法条文", "center"),
    Col("章", 12, "所在的章", "center"),
    Col("原文", 50, "条文全文"),
    Col("意见数", 6.5, "谈到这一条的意见件数", "number"),
    Col("人数", 6.5, "不同的人", "number"),
    Col("支持", 6.5, "赞成现有规定的观点", "number"),
    Col("反对", 6.5, "要求取消或者反对的观点", "number"),
    Col("修改", 6.5, "要求改变或者增加的观点", "number"),
    Col("疑问", 6.5, "疑问或者没有表态的观点", "number"),
    Col("主题", 26, "谈到这一条的主题，括号内为观点条数"),
    Col("立法建议", 36, "针对这一条的建议：名次和要点"),
)


def _points(view: View, rows: list[dict[str, Any]]) -> str:
    lines = [f"{r['rank']}．{place(r, view.draft_law)}：{view.suggestion_text(r, 'title')}" for r in rows]
    return "\n".join(lines)


def _article_row(view: View, article: dict[str, Any], count: ArticleCount, made: list[dict[str, Any]]) -> list[Cell]:
    themes = [
        f"{view.theme_titles[t]}（{n}）" for t, n in sorted(count.themes.items(), key=lambda kv: (-kv[1], kv[0])) if t in view.theme_titles
    ]
    library = article["source"] != "draft"
    return [
        (book(article["law"]) if library else "") + article["article"],
        printable(article["chapter"]),
        printable(article["text"]),
        len(count.comments),
        people(view, count.comments),
        *(count.stances[s] for s in ("support", "oppose", "modify", "neutral")),
        "\n".join(themes),
        _points(view, made),
    ]


def _new_row(view: View, made: list[dict[str, Any]]) -> list[Cell]:
    comments = view.comments_of(dict.fromkeys(o for r in made for o in r["evidence"]))
    stances = [view.opinion(o)["stance"] for r in made for o in r["evidence"] if view.opinion(o)["kind"] != "理由"]
    themes = dict.fromkeys(view.theme_titles.get(r["theme_id"] or "", "") for r in made)
    return [
        place(made[0], view.draft_law),
        "",
        "（草案无此规定）",
        len(comments),
        people(view, comments),
        *(stances.count(s) for s in ("support", "oppose", "modify", "neutral")),
        "\n".join(t for t in themes if t),
        _points(view, made),
    ]


def _rows(view: View) -> Iterator[list[Cell]]:
    for place_of in by_article(view):
        if place_of.article is None:
            yield _new_row(view, place_of.made)
        else:
            yield _article_row(view, place_of.article, place_of.count, place_of.made)


def articles_sheet(view: View) -> Sheet:
    """Return the sheet of the articles in their order, new ones at their place."""
    note = "按条文顺序看意见；要求增加的条文排在建议的位置"
    return Sheet("条文视图", note, _COLUMNS, lambda: _rows(view), frozen=1)
