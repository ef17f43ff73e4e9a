"""``jietan review``: what reviewers decided about a run, and what stands of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.grammar import Command, Group
from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import progress, say, table

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["app"]

app = typer.Typer(cls=Group)

_SHOWN = 40


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _when(moment: str) -> str:
    """A moment as the clock here shows it."""
    return f"{dt.datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def status(run: RunArgument) -> None:
    """Print every decision with its state."""
    from jietan.api import Run
    from jietan.log import configure

    configure()
    found = Run.load(run).review.status()
    if found.empty:
        say("还没有审核记录。用审核表、笔记本或者 run.review 作出的决定会记在这里。")
        return
    rows = [
        (d["id"], d["what"], _short(d["about"]), _short(d["value"]), d["by"], _when(d["at"]), d["why"], d["state"])
        for d in found.to_dict("records")
    ]
    table(("编号", "决定", "对象", "内容", "何人", "何时", "理由", "状态"), rows, title=f"审核记录 {len(rows)} 条：")
    open_ = int(found["state"].isin(["不再适用", "与别人的决定冲突，没有采用"]).sum())
    say(f"需要处理的 {open_} 条。" if open_ else "没有需要处理的。")


def apply(run: RunArgument) -> None:
    """Bring the tables up to date with the ledger."""
    from jietan.api import Run
    from jietan.log import configure

    configure()
    loaded = Run.load(run)
    loaded.refresh(progress())
    say(f"已按审核记录更新各表；导出文件请再运行 jietan export {loaded.folder}")


def undo(
    run: RunArgument,
    decision: Annotated[str, typer.Argument(metavar="编号", help="见 jietan review status", show_default=False)],
    why: Annotated[str, typer.Option("--why", metavar="理由", help="为什么撤销", show_default=False)] = "",
) -> None:
    """Take a decision back."""
    from jietan.api import Run
    from jietan.log import configure

    configure()
    loaded = Run.load(run)
    loaded.review.undo(decision, why=why)
    say(f"已撤销 {decision}，各表已更新。")


def export(
    run: RunArgument,
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="写到哪里；不写时是 exports/审核表.xlsx", show_default=False)] = None,
) -> None:
    """Write the workbook in which people decide."""
    from jietan.api import Run
    from jietan.log import configure

    configure()
    loaded = Run.load(run)
    kept = _keep_changed(loaded, file or loaded.folder / "exports" / "审核表.xlsx")
    path = loaded.review.export(file)
    say(f"审核表：{path}")
    if kept:
        say(f"原来的审核表里有没有导入的改动，没有盖掉，另存为：{kept}。要用的，请运行 jietan review import {run} {kept}")
    say(f"改黄色的格，保存，再运行：jietan review import {run} {path}")


def _keep_changed(run: Run, path: Path) -> Path | None:
    """Put a workbook aside that was changed and not taken in, before another is written in its place."""
    from jietan.errors import JietanError
    from jietan.export.files import set_aside

    try:
        taken = run.review.take_in(path, check=True) if path.exists() else None
    except JietanError:
        return None
    return set_aside(path) if taken and (taken.decisions or taken.problems) else None


def take_in(
    run: RunArgument,
    file: Annotated[Path, typer.Argument(metavar="文件", help="改过的审核表", show_default=False)],
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="审核人；不写时按表里写的", show_default=False)] = "",
    check: Annotated[bool, typer.Option("--check", help="只看会怎样，不导入")] = False,
) -> None:
    """Make decisions of what was changed in the workbook.

    Raises:
        typer.Exit: With 1, where some of it could not be taken or has to be seen to; the rest was taken.
    """
    from jietan.api import Run
    from jietan.log import configure
    from jietan.review.decisions import DECISION_WORDS

    configure()
    loaded = Run.load(run)
    taken = loaded.review.take_in(file, by=by, check=check)
    if not taken.changed and not taken.problems:
        say("这份审核表没有改动。")
        return
    counts = Counter(DECISION_WORDS[d.kind] for d in taken.decisions)
    made = "，".join(f"{what} {n}" for what, n in counts.items())
    done = "会作出" if check else "作出"
    say(f"改了 {taken.changed} 格，{done}决定 {len(taken.decisions)} 项" + (f"：{made}。" if made else "。"))
    if taken.problems:
        table(("位置", "情况"), [(p.where, p.what) for p in taken.problems], title=f"没有采用或者需要处理的 {len(taken.problems)} 处：")
    if taken.decisions and not check:
        say(f"各表已更新；导出文件请再运行 jietan export {run}")
    if taken.problems:
        raise typer.Exit(1)


app.command("status", cls=Command, help="列出审核决定和各自的状态：有效、已撤销、冲突、不再适用")(status)
app.command("apply", cls=Command, help="按审核记录更新各表")(apply)
app.command("undo", cls=Command, help="撤销一项决定")(undo)
app.command("export", cls=Command, help="写出审核表：不用 Python 的人在 Excel 或者 WPS 里改")(export)
app.command("import", cls=Command, help="导入改过的审核表：改动成为决定，不能采用的指出是哪一格")(take_in)
