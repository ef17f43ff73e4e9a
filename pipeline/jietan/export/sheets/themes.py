"""Sheet 主题: what the comments are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jietan.export.figures import primary_links
from jietan.export.quotes import pick, quote
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import book, limited, place, printable

__all__ = ["listed_themes", "ordered_themes", "places_of_theme", "themes_sheet"]

_COLUMNS = (
    Col("主题", 26, "同一事项的意见，相反的主张也在其内；“└”开头的是上一主题的分主题"),
    Col("关键词", 20, "这一主题的常用词"),
    Col("涉及条款", 14, "意见最多的几处条文", "center"),
    Col("诉求数", 7, "不同的诉求；说法不同、要求相同的计一个", "number"),
    Col("观点数", 7, "观点条数", "number"),
    Col("意见件数", 7, "意见件数", "number"),
    Col("人数", 7, "不同的人", "number"),
    Col("采集点数", 7, "不同的采集点", "number"),
    Col("支持", 7, "赞成草案现有规定的观点", "number"),
    Col("反对", 7, "要求取消或者反对的观点", "number"),
    Col("修改", 7, "要求改变或者增加的观点", "number"),
    Col("疑问", 7, "疑问或者没有表态的观点", "number"),
    Col("集中投递件数", 7, "其中属于同一封信的复制件的意见", "number"),
    Col("立法建议", 11, "由这一主题形成的建议（名次）", "center"),
    Col("对立主张", 20, "这一主题中互相对立的主张；空白为没有发现"),
    Col("概括", 40, "概括这一主题的一两句原话，个人信息已经脱敏"),
    Col("支持一方", 30, "支持草案的人数、采集点数和讲得最具体的原话"),
    Col("反对一方", 30, "反对的人数、采集点数和讲得最具体的原话"),
    Col("修改一方", 30, "要求改变的人数、采集点数和讲得最具体的原话"),
    Col("代表性原话", 50, "提出意见的人的原话，个人信息已经脱敏"),
    Col("主题编号", 14, "主题编号", "center"),
)

#: So many matters of one comment each still have rows of their own.
_MANY = 200


def ordered_themes(view: View) -> list[dict[str, Any]]:
    """Return parents by number of people, each followed by its children."""
    children: dict[str | None, list[dict[str, Any]]] = {}
    for row in view.themes:
        children.setdefault(row["parent_id"], []).append(row)
    for group in children.values():
        group.sort(key=lambda r: (-r["n_people"], r["theme_id"]))
    out: list[dict[str, Any]] = []
    for parent in children.get(None, []):
        out += [parent, *children.get(parent["theme_id"], [])]
    return out


def listed_themes(view: View) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the themes worth a row of their own, and for parents how many matters of one comment each are left out.

    Where hundreds of matters are raised by one comment alone, as in letters without a draft, their rows would bury the others.
    """
    rows = ordered_themes(view)
    alone = {r["theme_id"] for r in rows if r["parent_id"] is not None and r["n_comments"] == 1}
    if len(alone) <= _MANY:
        return rows, {}
    folded = Counter(r["parent_id"] for r in rows if r["theme_id"] in alone)
    return [r for r in rows if r["theme_id"] not in alone], dict(folded)


def places_of_theme(view: View, theme_id: str, limit: int = 3) -> str:
    """Return the articles most opinions of a theme are about; those of other laws where no draft is named."""
    found: Counter[str] = Counter()
    other: Counter[str] = Counter()
    opinions = view.opinions.column("opinion_id")
    for i in view.opinions_of_theme.get(theme_id, ()):
        for link in primary_links(view, opinions[i]):
            found[link["article"]] += 1
        for at in view.links_of.get(opinions[i], ())[:1]:
            link = view.links.row(at)
            if link["source"] != "draft":
                other[book(link["law"]) + place({"article": link["article"]})] += 1
    counts = found or other
    return "、".join(a for a, _ in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:limit])


def _side(view: View, side: dict[str, Any] | None) -> str:
    """How many stand on a side, and its strongest words."""
    if side is None or side["exemplar"] not in view.opinion_at:
        return ""
    points = f"，{side['n_points']}个采集点" if side["n_points"] else ""
    return f"{side['n_people']}人{points}：{quote(view, side['exemplar']).cited()}"


def _row(view: View, row: dict[str, Any], ranks: dict[str, list[int]], child: bool) -> list[Cell]:
    theme = row["theme_id"]
    positions = view.opinions_of_theme.get(theme, [])
    ids = view.opinions.column("opinion_id")
    comments = view.comments_of(ids[i] for i in positions)
    copies = sum(view.comment(c)["campaign_id"] is not None for c in comments)
    keywords = [view.masker.scrub(k, comments) for k in row["keywords"]]
    numbers = [str(n) for n in ranks.get(theme, [])]
    return [
        ("└ " if child else "") + view.theme_titles[theme],
        printable("、".join(keywords)),
        places_of_theme(view, theme),
        *(int(row[k]) for k in ("n_units", "n_opinions", "n_comments", "n_people", "n_points")),
        *(int(row[k]) for k in ("n_support", "n_oppose", "n_modify", "n_neutral")),
        copies,
        limited(numbers, 12, len(numbers), "条"),
        "；".join(row.get("conflicts") or []),
        "\n".join(quote(view, o).cited() for o in row.get("summary") or [] if o in view.opinion_at),
        *(_side(view, view.sides.get((theme, stance))) for stance in ("support", "oppose", "modify")),
        "\n".join(q.cited() for q in pick(view, row["exemplars"], 3)),
        theme,
    ]


def themes_sheet(view: View) -> Sheet:
    """Return the sheet of the themes."""

    def rows() -> Iterator[list[Cell]]:
        ranks: dict[str, list[int]] = {}
        for suggestion in view.suggestions:
            if suggestion["theme_id"]:
                ranks.setdefault(suggestion["theme_id"], []).append(int(suggestion["rank"]))
        listed, folded = listed_themes(view)
        for k, row in enumerate(listed):
            yield _row(view, row, ranks, row["parent_id"] is not None)
            parent = row["parent_id"] or row["theme_id"]
            if parent in folded and (k + 1 == len(listed) or listed[k + 1]["parent_id"] != parent):
                yield [f"└ 另有{folded[parent]}件事，各只有一件意见", *[""] * (len(_COLUMNS) - 1)]

    return Sheet("主题", "意见谈的是哪些事项，各有多少人、什么态度", _COLUMNS, rows, frozen=1, printed=18)
