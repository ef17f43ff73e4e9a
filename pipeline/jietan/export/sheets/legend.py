"""Sheet 说明: the meaning of every sheet, column and word, and how things are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jietan.export import method
from jietan.export.figures import figures, period
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import KIND_NOTES, NOTICE, STANCES, TRIAGE, TRIAGE_REASONS, book

__all__ = ["legend_sheet"]

_COLUMNS = (Col("类别", 14, kind="center"), Col("名称", 22, kind="center"), Col("说明", 96))


def _rows(view: View, others: Sequence[Sheet]) -> Iterator[Sequence[Cell]]:
    yield ["性质", NOTICE, "本表各项内容均为建议稿，供参考"]
    if view.title:
        yield ["基本情况", "草案", book(view.title)]
    if period(view):
        yield ["基本情况", "征集时间", period(view)]
    for label, value in method.figure_lines(figures(view)):
        yield ["基本情况", label, value]
    if method.stability(view):
        yield ["基本情况", "主题的稳定程度", method.stability(view)]
    yield from (["注意", str(i), text] for i, text in enumerate(method.CAUTIONS, 1))
    yield ["注意", "个人信息", method.privacy(view)]
    for sheet in others:
        yield ["工作表", sheet.name, sheet.note]
    yield from (["用语", word, meaning] for word, meaning in method.WORDS)
    yield from (["计数", str(i), text] for i, text in enumerate(method.COUNTING, 1))
    yield from (["类型", kind, note] for kind, note in KIND_NOTES.items())
    for key, label in STANCES.items():
        yield ["态度", label, _STANCE_NOTES[key]]
    for key, label in TRIAGE.items():
        yield ["分流", label, TRIAGE_REASONS.get(key, "对条文或者立法本身的意见")]
    for sheet in others:
        for column in sheet.columns:
            yield [f"列：{sheet.name}", column.heading, column.note]
    yield from (["来源", label, value] for label, value in method.provenance(view))


_STANCE_NOTES = {
    "support": "赞成草案现有规定",
    "oppose": "要求取消或者反对",
    "modify": "要求改变或者增加",
    "neutral": "疑问，或者没有表明态度",
}


def legend_sheet(view: View, others: Sequence[Sheet]) -> Sheet:
    """Return the legend for the other sheets."""
    return Sheet("说明", "各表、各列和用语的含义，计数办法和注意事项", _COLUMNS, lambda: _rows(view, others))
