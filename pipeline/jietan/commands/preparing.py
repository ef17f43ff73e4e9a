"""``jietan explain``, ``form`` and ``points``: before opinions are gathered, and how the gathering went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import say, table, warn

__all__ = ["explain", "form", "points"]

_SHOWN = 10
DraftArgument = Annotated[Path, typer.Argument(metavar="草案", help="docx、md、txt、html 或者文字版 PDF", show_default=False)]


def _formats(to: str) -> list[str]:
    return [name.strip().lower() for name in to.replace("，", ",").replace("、", ",").split(",") if name.strip()]


def explain(
    draft: DraftArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="写到哪里，默认是草案文件名加“_解读”的文件夹", show_default=False)
    ] = None,
    to: Annotated[
        str, typer.Option("--to", metavar="格式", help="docx、html、md、json，用逗号隔开；默认前三种", show_default=False)
    ] = "docx,html,md",
) -> None:
    """Explain a draft in plain words and say where the files are."""
    from jietan.export.explanation import write_explanation
    from jietan.loop.explain import explain as read

    found = read(draft)
    for note in found.notes:
        warn(f"注意：{note}")
    paths = write_explanation(found, out or Path(f"{draft.stem}_解读"), _formats(to))
    questions = sum(len(card.questions) for card in found.cards)
    say(f"《{found.title.strip('《》')}》{len(found.cards)} 条，各有一张解读卡，附想问居民的问题 {questions} 个。讲解以草案原文为准。")
    for path in paths:
        say(f"  {path}")


def form(
    draft: DraftArgument,
    points: Annotated[
        Path | None,
        typer.Option(
            "--points", metavar="文件", help="采集点的表（xlsx、csv：名称、类型、上级），给出街镇和采集点的下拉选项", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="写到哪里，默认是草案文件名加“_收集表”的文件夹", show_default=False)
    ] = None,
    to: Annotated[
        str, typer.Option("--to", metavar="格式", help="xlsx、docx、html，用逗号隔开；默认都写", show_default=False)
    ] = "xlsx,docx,html",
) -> None:
    """Write the forms to gather opinions and say where they are."""
    from jietan.export.form import write_form
    from jietan.loop.form import make_form

    made = make_form(draft, points)
    for note in made.notes:
        warn(f"注意：{note}")
    paths = write_form(made, out or Path(f"{draft.stem}_收集表"), _formats(to))
    places = f"，{len(made.streets)} 个街镇、{len(made.points)} 个采集点" if made.points else ""
    say(f"《{made.title.strip('《》')}》收集表：{len(made.articles)} 条条文{places}。填好的文件直接交给 jietan run。")
    for path in paths:
        say(f"  {path}")


def points(
    run: RunArgument,
    file: Annotated[Path, typer.Option("--points", metavar="文件", help="采集点的表（xlsx、csv）：名称、类型、上级", show_default=False)],
) -> None:
    """Say which collection points sent what, and how well it was taken down."""
    from jietan.api import Run
    from jietan.export.sheets.collection import percent
    from jietan.log import configure
    from jietan.loop.points import points as count

    configure()
    found, paths = count(Run.load(run), file)
    silent = found.silent
    say(f"采集点 {len(found.points)} 个：有来件的 {len(found.points) - len(silent)} 个，没有来件的 {len(silent)} 个。")
    rows = [
        (r.name, f"{r.points - len(r.silent)}/{r.points}", r.count.comments, r.count.people,
         percent(r.count.share(r.count.reasoned)), percent(r.count.share(r.count.cited) if found.has_draft else None))
        for r in found.streets
    ]  # fmt: skip
    table(("街镇", "有来件的采集点", "件数", "人数", "讲了理由", "写明条文"), rows)
    if silent:
        say("没有来件的采集点：" + "、".join(row.name for row in silent))
    if found.unplaced:
        warn(f"没有写明采集点的：{found.unplaced} 件")
    for row in found.misnamed[:_SHOWN]:
        near = f"，最接近的是{row.nearest}" if row.nearest else ""
        warn(f"不在采集点的表里：{row.street}{row.name}（{row.comments} 件）{near}")
    for path in paths:
        say(f"  {path}")
