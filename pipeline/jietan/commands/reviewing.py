"""``jietan review``: what reviewers decided about a run, and what stands of it."""

from __future__ import annotations

from typing import Annotated

import typer

from jietan.commands.grammar import Command, Group
from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import progress, say, table

__all__ = ["app"]

app = typer.Typer(cls=Group)


def status(run: RunArgument) -> None:
    """Print every decision with its state."""
    from jietan.api import Run
    from jietan.log import configure

    configure()
    found = Run.load(run).review.status()
    if found.empty:
        say("还没有审核记录。在笔记本或者 Python 里用 run.review 作出的决定会记在这里。")
        return
    rows = [(d["id"], d["what"], d["about"], d["value"], d["by"], d["at"][:16], d["why"], d["state"]) for d in found.to_dict("records")]
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


app.command("status", cls=Command, help="列出审核决定和各自的状态：有效、已撤销、冲突、不再适用")(status)
app.command("apply", cls=Command, help="按审核记录更新各表")(apply)
app.command("undo", cls=Command, help="撤销一项决定")(undo)
