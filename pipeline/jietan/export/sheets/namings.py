"""Sheet 主题命名依据: what the name of each theme rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.sheets.themes import listed_themes
from jietan.export.view import View
from jietan.export.wording import printable

__all__ = ["namings_sheet"]

_SHOWN = 10
_COLUMNS = (
    Col("主题", 26, "主题的名称"),
    Col("部分", 20, "名称的一个部分，或者一个关键词"),
    Col("作用", 8, "主体、事项、区分，或者关键词", "center"),
    Col("来源", 10, "草案条文、词表、居民用词，或者由诉求的内容得出", "center"),
    Col("出处", 30, "出自哪几条，词表中的哪一对词，或者几条诉求"),
    Col("权重", 8, "主体为得分，事项为占诉求的比例，关键词为权重", "score"),
    Col("依据的观点", 36, f"依据的观点的编号，至多列出{_SHOWN}个"),
    Col("主题编号", 14, "主题编号", "center"),
)


def _row(view: View, row: dict[str, Any], comments: list[str]) -> list[Cell]:
    opinions = row["opinion_ids"]
    more = f"等{len(opinions)}个" if len(opinions) > _SHOWN else ""
    return [
        view.theme_titles[row["theme_id"]],
        printable(view.masker.scrub(row["part"], comments)),
        row["role"],
        row["source"],
        printable(view.masker.scrub(row["detail"], comments)),
        round(float(row["weight"]), 3),
        printable("、".join(opinions[:_SHOWN]) + more),
        row["theme_id"],
    ]


def namings_sheet(view: View) -> Sheet:
    """Return the sheet of what names rest on."""

    def rows() -> Iterator[list[Cell]]:
        own: dict[str, list[dict[str, Any]]] = {}
        for row in view.rows("namings"):
            own.setdefault(row["theme_id"], []).append(row)
        ids = view.opinions.column("comment_id")
        for theme in listed_themes(view)[0]:
            name = theme["theme_id"]
            comments = list(dict.fromkeys(ids[i] for i in view.opinions_of_theme.get(name, ())))
            yield from (_row(view, row, comments) for row in own.get(name, ()))

    return Sheet("主题命名依据", "每个主题的名称和关键词从哪里来，供核对", _COLUMNS, rows, frozen=1)
