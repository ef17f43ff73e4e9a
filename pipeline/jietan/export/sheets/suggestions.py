"""Sheet 立法建议: the table an office hands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jietan.export.delivery import described
from jietan.export.quotes import name_of, pick, where_of
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import REVIEW, changes, interval, limited, place, printable, score_label

__all__ = ["balance", "components", "opposed", "original_of", "others_sheet", "places_of", "rejected_sheet", "suggestions_sheet"]

_IDS = 20
_COLUMNS = (
    Col("序号", 5, "按得分从高到低排列的名次", "number"),
    Col("条款", 12, "建议修改的条、款、项；要求增加的条文写明增加在哪一条之后", "center"),
    Col("原文", 26, "草案现有文字，逐字取自草案"),
    Col(
        "建议修改为",
        31,
        "红色下划线为增加的文字，灰色删除线为删去的文字；以【立法要点】开头的没有拟出条文文字，只写明要点，供起草时参考",
    ),
    Col("理由", 27, "根据提出意见的人所讲的理由整理"),
    Col("提出人(脱敏)", 12, "提出同类意见的人，姓名已经脱敏；不具名的写作匿名", "center"),
    Col("来源点", 13, "意见来自哪些信息采集点", "center"),
    Col("同类条数", 7, "提出同一诉求的观点条数，集中投递和重复件也计入", "number"),
    Col("人数", 6, "提出同一诉求的不同的人；同一人多次提出计一人，匿名意见每件计一人", "number"),
    Col("采集点数", 7, "这些意见来自几个不同的采集点", "number"),
    Col("正反", 8, "同一主题内各种态度的观点条数（没有归入主题的，按本建议所依据的观点计），不含只讲理由的句子", "center"),
    Col("得分", 7, "排序用的综合得分，各项分值见 json 或者 csv 文件；只供排序，不代表意见的正确程度", "score"),
    Col("名次区间", 8, "权重合理变动、提意见的人重新抽取时，名次可能落入的范围；区间重叠的建议不宜强分先后", "center"),
    Col("采纳情况", 9, "由单位填写", "center", ("采纳", "部分采纳", "未采纳")),
    Col("采纳理由", 14, "由单位填写"),
    Col("一句话理由", 32, "为什么排在这里：多少人提出，哪几项高出一般；各数都从所依据的意见数出，人数不是投票"),
    Col("代表性原话", 48, "提出意见的人的原话（个人信息已经脱敏），括号内为意见编号、来源和姓名"),
    Col("意见编号", 24, "所依据的意见；较多时只列前二十件，其余在“意见明细”表按建议编号筛选"),
    Col("主题", 20, "所属主题，详见“主题”表"),
    Col("相反建议", 26, "与本建议主张相反或者不能同时采纳的建议编号，以及不同在哪里"),
    Col("须一并研究的条文", 26, "引用本条的条文，或者写着同样数额的条文，改了本条要一并研究"),
    Col("相关上位法", 30, "与本建议有关的上位法条文，引号内是该条原文；只列把握大的"),
    Col("立法权限", 26, "超出地方立法权限的写明缘由，宜作为代表建议提出；由程序按用语认出，请核对"),
    Col("审核", 11, "审核人的决定：待审、采用、修改后采用；不采用的在“不采用的建议”表", "center"),
    Col("审核情况", 30, "哪一天，哪位审核人，作了什么决定或者备注，理由是什么"),
    Col("建议编号", 14, "每条建议固定的编号", "center"),
    Col("得分分项", 26, "得分由哪几项相加，各项怎样算见 文档“名次和区间怎么看”，权重可以在设置里改"),
    Col("为谁说话", 14, "为哪些人数少的群体说话（按词表从原话中认出，三分之一以上的意见如此才写），请核对原话", "center"),
    Col("名次说明", 24, "按规则排在得分所得名次之前的，写明缘由"),
)


def balance(view: View, row: dict[str, Any]) -> str:
    """Return how many opinions of the theme are for, against, for a change and undecided."""
    names = (("support", "支持"), ("oppose", "反对"), ("modify", "修改"), ("neutral", "疑问"))
    at = view.theme_at.get(row["theme_id"]) if row["theme_id"] else None
    if at is not None:
        theme = view.themes.row(at)
        counts = {key: int(theme[f"n_{key}"]) for key, _ in names}
    else:
        opinions = [view.opinion(o) for o in row["evidence"]]
        counts = Counter(o["stance"] for o in opinions if o["kind"] != "理由")
    return "\n".join(f"{label}{counts.get(key, 0)}" for key, label in names if counts.get(key, 0)) or "—"


def components(row: dict[str, Any]) -> list[tuple[str, float]]:
    """Return what a suggestion's score adds up from: label and value."""
    return [(score_label(name), float(value)) for name, value in row.items() if name.startswith("score_") and value is not None]


def original_of(row: dict[str, Any]) -> str:
    """Return the original text, or why there is none."""
    if row["original_text"]:
        return printable(row["original_text"])
    return "（草案无此规定）"


def opposed(view: View, row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the suggestions that a suggestion cannot be adopted together with, and what differs, without personal data."""
    said = list(row.get("differs") or ()) or [""] * len(row["conflicts_with"])
    out = []
    for name, words in zip(row["conflicts_with"], said, strict=True):
        other = view.suggestion_of.get(name) if words else None
        comments = [*view.personal_of(row), *(view.personal_of(other) if other else ())]
        out.append((name, printable(view.masker.scrub(words, comments)) or "主张相反"))
    return out


def places_of(view: View, comment_ids: list[str]) -> tuple[list[str], list[str]]:
    """Return the distinct masked names and collection points of comments, in order."""
    at, values = [view.comment_at[c] for c in comment_ids], view.comments.values
    names = dict.fromkeys(values("submitter_masked", at))
    points = dict.fromkeys(zip(values("point", at), values("street", at), strict=True))
    return list(dict.fromkeys(map(name_of, names))), list(dict.fromkeys(where_of(*point) for point in points))


def _row(view: View, row: dict[str, Any]) -> list[Cell]:
    comments = view.comments_of(row["evidence"])
    names, points = places_of(view, comments)
    quotes = pick(view, row["evidence"], 3, row["exemplars"])
    shown = limited(names, 4, len(names), "人")
    if len(names) > 4 or row["n_people"] > len(names):
        shown = f"{'、'.join(names[:4])}等{row['n_people']}人"
    return [
        int(row["rank"]),
        place(row, view.draft_law),
        original_of(row),
        changes(row, view.suggestion_text(row, "proposed_text")),
        view.suggestion_text(row, "reason"),
        shown,
        limited(points, 3, len(points), "处"),
        int(row["n_opinions"]),
        int(row["n_people"]),
        int(row["n_points"]),
        balance(view, row),
        float(row["score"]),
        interval(row["rank_low"], row["rank_high"]),
        None,
        None,
        printable(row.get("why")),
        "\n".join(q.cited() for q in quotes),
        limited([printable(c) for c in comments], _IDS, len(comments), "件"),
        view.theme_titles.get(row["theme_id"] or "", ""),
        "；".join(f"{name}：{said}" for name, said in opposed(view, row)),
        "；".join(row.get("follow") or ()),
        "\n".join(row.get("higher_law") or ()),
        f"超出地方立法权限：{row['beyond']}" if row.get("beyond") else "",
        REVIEW.get(row["status"], row["status"]),
        "\n".join(view.reviewed(row)),
        row["suggestion_id"],
        "、".join(f"{label}{value:.3f}" for label, value in components(row)),
        "、".join(row.get("groups") or ()),
        printable(row.get("raised")),
    ]


def _sheet(view: View, name: str, note: str, shown: list[dict[str, Any]]) -> Sheet:
    def rows() -> Iterator[list[Cell]]:
        for row in shown:
            yield _row(view, row)

    return Sheet(name, note, _COLUMNS, rows, frozen=2, printed=15)


def suggestions_sheet(view: View) -> Sheet:
    """Return the sheet of the suggestions that are handed in."""
    note = described(view) or "按名次排列的立法建议。"
    return _sheet(view, "立法建议", f"{note}打印时印到“采纳理由”为止，其后各列供核对", view.delivered)


def others_sheet(view: View) -> Sheet:
    """Return the sheet of all other suggestions."""
    return _sheet(view, "其余建议", "没有选入“立法建议”表的建议，按名次排列，一条不少", view.others)


def rejected_sheet(view: View) -> Sheet:
    """Return the sheet of the suggestions that a reviewer rejected."""
    return _sheet(view, "不采用的建议", "审核后不采用的建议，何人何时、为什么见“审核情况”；名次照旧", view.rejected)
