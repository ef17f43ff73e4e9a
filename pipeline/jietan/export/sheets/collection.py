"""Sheets on how the gathering went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jietan.export.collection import FEW, Collection, Count
from jietan.export.sheets.sheet import Cell, Col, Sheet

__all__ = ["collection_sheets", "percent"]

_COUNTS = (
    Col("件数", 8, "收到的来件", "number"),
    Col("人数", 8, "不同的提交人，匿名的每件计一人", "number"),
    Col("观点", 8, "来件里的观点，不含只讲理由的句子", "number"),
    Col("立法意见", 10, "属于立法意见的来件，后面两项只看这些", "number"),
    Col("讲了理由", 10, "立法意见里讲了理由的件数", "number"),
    Col("讲了理由的比例", 12, f"立法意见不到 {FEW} 件的不算比例", "center"),
    Col("写明条文", 10, "立法意见里写明第几条的件数", "number"),
    Col("写明条文的比例", 12, f"立法意见不到 {FEW} 件的不算比例", "center"),
    Col("最后一件", 12, "最后一件的日期", "center"),
)


def percent(share: float | None) -> str:
    """Return a share as a percentage, a dash where there is none."""
    return "—" if share is None else f"{share * 100:.0f}%"


def _cells(count: Count, *, draft: bool) -> list[Cell]:
    numbers = [count.comments, count.people, count.opinions, count.legislative]
    cited: list[Cell] = [count.cited, percent(count.share(count.cited))] if draft else ["—", "—"]
    return [*numbers, count.reasoned, percent(count.share(count.reasoned)), *cited, count.last or "—"]


def collection_sheets(found: Collection) -> list[Sheet]:
    """Return the sheets: points, streets, themes by street, names to check.

    Args:
        found: The statistics.
    """
    draft = found.has_draft

    def points() -> Iterator[Sequence[Cell]]:
        for row in found.points:
            yield [row.street or "—", row.name, row.kind, *_cells(row.count, draft=draft), "" if row.count.comments else "没有来件"]

    def streets() -> Iterator[Sequence[Cell]]:
        for row in found.streets:
            yield [row.name, row.points, row.points - len(row.silent), "、".join(row.silent), *_cells(row.count, draft=draft)]
        yield [
            "合计",
            sum(r.points for r in found.streets),
            sum(r.points - len(r.silent) for r in found.streets),
            "",
            *_cells(found.total, draft=draft),
        ]

    def themes() -> Iterator[Sequence[Cell]]:
        for row in found.themes():
            yield [row.title, row.people, *("略" if n is None else n for n in row.streets)]
        if left_out:
            yield [f"注：{left_out}", None, *([None] * len(names))]

    def misnamed() -> Iterator[Sequence[Cell]]:
        for row in found.misnamed:
            yield [row.street or "—", row.name, row.comments, row.nearest or "—"]

    names = tuple(Col(row.name, 13, "这个街镇的人数", "center") for row in found.streets)
    point_columns = (Col("街镇", 18), Col("采集点", 28), Col("类型", 8, "", "center"), *_COUNTS, Col("备注", 12, "", "center"))
    street_columns = (
        Col("街镇", 18),
        Col("采集点", 8, "", "number"),
        Col("有来件的", 8, "", "number"),
        Col("没有来件的采集点", 34),
        *_COUNTS,
    )
    left_out = f"人数不到 {found.least} 人的写“略”；只略去一处会被推算出来，就再略去一处" if found.least > 1 else ""
    return [
        Sheet("采集点", "每个采集点的来件和采集质量，没有来件的也列出", point_columns, points, frozen=2),
        Sheet("街镇", "每个街镇的采集点和来件", street_columns, streets, frozen=1),
        Sheet("主题与街镇", left_out, (Col("主题", 30), Col("人数", 8, "", "number"), *names), themes, frozen=1),
        Sheet(
            "名称核对",
            "来件里写的采集点不在采集点的表里",
            (Col("街镇", 20), Col("来件里写的采集点", 30), Col("件数", 8, "", "number"), Col("最接近的名称", 30)),
            misnamed,
        ),
    ]
