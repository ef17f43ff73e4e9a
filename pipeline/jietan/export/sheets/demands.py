"""Sheet 诉求要素: what each opinion asks a rule to say, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import printable

__all__ = ["demands_sheet"]

_PARTS = ("主体", "事项", "情态", "行为", "对象", "条件", "数量", "后果")
_COLUMNS = (
    Col("意见编号", 11, "来件的编号", "center"),
    Col("原文（该观点）", 44, "来件中的原话，个人信息已经脱敏"),
    Col("主体", 14, "谁；按草案的用语"),
    Col("事项", 16, "规定的是什么，没有写明谁的"),
    Col("情态", 7, "应当、不得、可以、禁止", "center"),
    Col("行为", 34, "做什么或者不做什么；口语按词表换成法言法语"),
    Col("对象", 14, "行为的对象"),
    Col("条件", 22, "什么情形下"),
    Col("数量", 16, "数额、期限、距离、比例"),
    Col("后果", 18, "不这样做怎样"),
    Col("按词表改写", 26, "哪些词按词表换过"),
    Col("观点编号", 16, "观点的编号", "center"),
)


def _row(view: View, rows: list[dict[str, Any]]) -> list[Cell]:
    first = rows[0]
    comment = first["comment_id"]
    opinion = view.opinion(first["opinion_id"])
    text = view.masker.text(comment, int(opinion["start"]), int(opinion["end"]))
    said = {name: "、".join(dict.fromkeys(r["words"] for r in rows if r["part"] == name)) for name in _PARTS}
    notes = dict.fromkeys(n.removeprefix("lexicon:") for r in rows for n in r["notes"] if n.startswith("lexicon:"))
    return [
        printable(comment),
        printable(text),
        *(printable(view.masker.scrub(said[name], [comment])) for name in _PARTS),
        printable("；".join(notes)),
        first["opinion_id"],
    ]


def demands_sheet(view: View) -> Sheet:
    """Return the sheet of demands, a row for each."""

    def rows() -> Iterator[list[Cell]]:
        for _, parts in groupby(view.rows("demands"), key=lambda r: (r["opinion_id"], r["demand"])):
            yield _row(view, list(parts))

    return Sheet(
        "诉求要素",
        "从观点里读出的要求：谁、应当怎样、做什么、什么条件、多少、否则怎样；读不出的不列，供起草时核对",
        _COLUMNS,
        rows,
        frozen=1,
    )
