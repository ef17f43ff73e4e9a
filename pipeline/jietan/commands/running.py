"""``jietan demo`` and ``jietan run``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.beside import Beside
from jietan.commands.delivering import Operation, Order, Street, Theme, Top, choices
from jietan.commands.screen import progress, say
from jietan.errors import SettingsError

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.settings import Settings

__all__ = ["demo", "run"]

_SAMPLE = "consultation_a"
_DEMO = Path("runs/demo")
#: The day on which the sample's replies are dated; its law is passed on 2025-10-30.
_ANSWERED = "2025-11-10"


def column_map(items: Iterable[str]) -> dict[str, str]:
    """Read ``名称=列名`` items.

    Raises:
        SettingsError: An item is not of this form, or a name is given twice.
    """
    found: dict[str, str] = {}
    for item in items:
        name, sep, column = (part.strip() for part in item.partition("="))
        if not (sep and name and column):
            raise SettingsError(f"看不懂 {item!r}", where="--map", todo="请写成 名称=列名，例如 --map text=群众反映")
        if name in found:
            todo = "几列合成一件意见时请写成 --map text=标题+内容" if name == "text" else "请只留一个"
            raise SettingsError(f"{name} 给了两次", where="--map", todo=todo)
        found[name] = column
    return found


def _process(comments: list[Path], draft: Path | None, out: Path | None, settings: Settings, *, append: bool) -> tuple[Run, list[Path]]:
    """Run and export; the export is separate so that its files can be named at the end."""
    with Beside("html" in settings.export.formats) as beside:
        from jietan import api

        report = progress()
        finished = api.run(comments, draft=draft, out=out, settings=settings, append=append, export=False, report=report)
        if report:
            report("导出文件")
        return finished, beside.export(finished)


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="文件夹", help="结果放在哪里，默认 runs/demo", show_default=False)] = _DEMO,
) -> None:
    """Process the sample consultation and say where the files are."""
    from jietan.commands.summary import next_steps, show_files, show_summary
    from jietan.log import configure
    from jietan.resources import corpus_path
    from jietan.settings import Settings

    configure()
    sample = corpus_path(_SAMPLE)
    say("样例：临江市电动自行车条例草案征求意见（意见和草案都是编写的，不涉及真实的人）")
    finished, paths = _process([sample / "comments.xlsx"], sample / "draft.docx", out, Settings(), append=False)
    show_summary(finished)
    show_files(finished, paths)
    _close(finished, sample)
    next_steps(finished, sample=sample)


def _close(finished: Run, sample: Path) -> None:
    """Tell people of the sample what became of their words."""
    import datetime as dt

    from jietan.commands.closing import show_feedback, show_outcomes, write_check
    from jietan.loop.feedback import feedback
    from jietan.loop.outcome import outcome

    say("法规通过以后：对照样例附带的通过文本，写出采纳情况反馈表和答复。")
    outcome(finished, sample / "final.docx")
    show_outcomes(finished, most=0)
    write_check(finished)
    show_feedback(feedback(finished, comments=[sample / "comments.xlsx"], day=dt.date.fromisoformat(_ANSWERED), each=False))


def run(  # noqa: PLR0913  (one option of the command line each)
    comments: Annotated[
        list[Path], typer.Argument(metavar="意见文件...", help="csv、tsv、xlsx、xls、jsonl、txt、docx，可以给几个", show_default=False)
    ],
    draft: Annotated[
        Path | None,
        typer.Option("--draft", metavar="文件", help="草案：docx、md、txt、html 或者文字版 PDF；不给时只对应现行法律", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="结果放在哪里，默认 runs/第一个文件的名称", show_default=False)
    ] = None,
    append: Annotated[bool, typer.Option("--append", help="并入 --out 里已有的运行，作为新的一批", show_default=False)] = False,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="名称=列名", help="指明哪一列是什么，例如 text=群众反映；可以写几次", show_default=False),
    ] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="文件", help="设置文件（TOML）", show_default=False)] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="节.名称=值", help="改一项设置，例如 cluster.granularity=0.7；可以写几次", show_default=False),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine", metavar="local|ray", help="在哪里算：local 这台电脑，ray 或 ray://主机:端口 是 Ray 集群", show_default=False
        ),
    ] = None,
    order: Order = None,
    theme: Theme = None,
    street: Street = None,
    operation: Operation = None,
    top: Top = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="显示每一步的记录", show_default=False)] = False,
) -> None:
    """Process comments and say what was found and where the files are."""
    from jietan.commands.summary import next_steps, show_files, show_summary
    from jietan.log import configure
    from jietan.settings import changed, load_settings

    configure(verbose=verbose)
    settings = load_settings(config, sets or [], column_map(mapping or []))
    settings = changed(settings, "export", choices(order, theme, street, operation, top))
    if engine:
        cluster = {"name": "ray", "address": engine} if engine.startswith("ray://") else {"name": engine}
        settings = changed(settings, "engine", cluster)
    finished, paths = _process(comments, draft, out, settings, append=append)
    show_summary(finished)
    show_files(finished, paths)
    next_steps(finished)
