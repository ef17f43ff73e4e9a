"""``jietan forget``: take people out of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import progress, say, table, warn

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["forget"]

_WIDTH = 40
Who = Annotated[list[str], typer.Argument(metavar="谁...", help="意见编号、提交人指纹、联系方式或者姓名，可以写几个", show_default=False)]
File = Annotated[Path | None, typer.Option("--file", metavar="文件", help="台账文件，默认在用户的数据文件夹里", show_default=False)]


def forget(
    run: RunArgument,
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="确认删除；不写只列出会删去什么")] = False,
    file: File = None,
) -> None:
    """Take people out of a run, its exports, its ledger and the archive."""
    from jietan.api import Run
    from jietan.errors import InvariantError
    from jietan.forgetting import comments_of
    from jietan.forgetting import forget as remove
    from jietan.log import configure
    from jietan.loop.archive import archive_path

    configure()
    loaded = Run.load(run)
    archive = file if file is not None else archive_path()
    _list(comments_of(loaded, who))
    if not yes:
        say("没有删除。确认请加 --yes：删去以上意见和由它们得出的一切，重新归纳、排序、导出；台账里有这次运行的，一并更新。")
        return
    done = remove(loaded, who, archive, progress())
    say(f"已删去 {len(done.comments)} 件意见；审核记录删改 {done.decisions} 条；导出文件已删去或者重新写出。")
    if done.archived:
        say("台账里的这次征求意见已经更新。")
    if done.elsewhere:
        warn(f"台账里另有同一个人的意见：{'、'.join(done.elsewhere)}。请对那几次运行也执行 jietan forget。")
    if done.outcome:
        warn("对照通过文本的结果已删去，请再运行 jietan outcome；核对过的结果仍在审核记录里。")
    warn(f"没有改动的：当初的意见文件 {'、'.join(done.sources)}，另外保存的反馈、审核表、备份。其中有这些人的，请自行删去。")
    if done.left:
        raise InvariantError(f"仍能找到他们的话：{'、'.join(done.left)}", where=str(loaded.folder), todo="请删去这些文件，并告诉开发者")
    say("已核对：运行文件夹的全部文件里，再也找不到只有他们写过的话。")


def _list(found: pd.DataFrame) -> None:
    rows = [
        (row["comment_id"], row["submitter_masked"] or "匿名", row["source_file"], row["source_row"], row["text"][:_WIDTH])
        for row in found.to_dict("records")
    ]
    table(["意见编号", "提交人", "文件", "行", "原文开头"], rows, title=f"{len(rows)} 件意见：")
