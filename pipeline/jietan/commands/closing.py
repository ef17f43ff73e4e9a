"""``jietan outcome`` and ``jietan feedback``: what became of the suggestions, and what people are told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import progress, say, table
from jietan.errors import SettingsError

if TYPE_CHECKING:
    import datetime as dt

    from jietan.api import Run
    from jietan.loop.feedback import Written

__all__ = ["carry", "feedback", "outcome", "show_feedback", "show_outcomes", "write_check"]

_SHOWN = 10
_CHECK_SHEET = "采纳情况核对表.xlsx"


def outcome(
    run: RunArgument,
    final: Annotated[
        Path | None, typer.Option("--final", metavar="文件", help="通过文本：docx、md、txt、html 或者文字版 PDF", show_default=False)
    ] = None,
    confirm: Annotated[
        Path | None, typer.Option("--confirm", metavar="文件", help="填好的采纳情况核对表，写进审核记录", show_default=False)
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="姓名", help="核对人；默认是这台电脑的用户名", show_default=False)] = None,
) -> None:
    """Compare the suggestions with the adopted text, or take in what a reviewer says of them."""
    from jietan.api import Run
    from jietan.log import configure
    from jietan.loop.checking import confirm as take_in
    from jietan.loop.outcome import outcome as compare

    if final is None and confirm is None:
        todo = "请用 --final 给出通过文本；已经对照过的，用 --confirm 给出填好的核对表"
        raise SettingsError("没有写通过文本", where="--final", todo=todo)
    configure()
    loaded = Run.load(run)
    report = progress()
    if final is not None:
        if report:
            report("对照通过文本")
        compare(loaded, final)
    if confirm is not None:
        say(f"写进审核记录 {take_in(loaded, confirm, by)} 条。")
    show_outcomes(loaded)
    write_check(loaded)
    say(f"全部结果：{loaded.folder / 'tables' / 'outcomes.parquet'}")


def write_check(run: Run) -> None:
    """Write the sheet to check outcomes in, and say where it is.

    Args:
        run: A run whose outcomes are known.
    """
    from jietan.loop.checking import keep_filled, write_check_sheet

    path = run.folder / "exports" / _CHECK_SHEET
    kept = keep_filled(run, path)
    say(f"核对表：{write_check_sheet(run, path)}")
    if kept:
        say(f"原来的核对表里有没有导入的内容，没有盖掉，另存为：{kept}。要用的，请运行 jietan outcome {run.folder} --confirm {kept}")


def show_outcomes(run: Run, most: int = _SHOWN) -> None:
    """Print how many suggestions were taken up, and the first of them.

    Args:
        run: A run whose outcomes are known.
        most: How many to print.
    """
    from jietan.export.wording import place
    from jietan.loop.confirming import OUTCOME_LABELS, label_of
    from jietan.trace import view_of

    found = run.outcomes.to_dict("records")
    labels = {row["suggestion_id"]: label_of(row["outcome"], row["disposition"]) for row in found}
    counted = Counter(labels.values())
    say(f"建议 {len(found)} 条：" + "，".join(f"{label} {counted[label]} 条" for label in OUTCOME_LABELS.values()) + "。")
    open_ = sum(not row["confirmed"] for row in found)
    if open_:
        say(f"其中 {open_} 条是程序对照草案和通过文本得出的初步判断，请在核对表里逐条核对后再使用。")
    view = view_of(run)
    verdicts = {row["suggestion_id"]: row for row in found}
    rows = []
    for s in view.suggestions[:most]:
        verdict = verdicts[s["suggestion_id"]]
        changed = "；".join(verdict["evidence"]) or verdict["ground"]
        rows.append((s["rank"], place(s, view.draft_law), view.suggestion_text(s, "title"), labels[s["suggestion_id"]], changed))
    if rows:
        table(("名次", "条款", "诉求", "结果", "改动"), rows, title=f"前 {len(rows)} 条建议：")


def feedback(
    run: RunArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="放在哪里，默认在运行文件夹旁边，名称加“-反馈”", show_default=False)
    ] = None,
    comments: Annotated[
        list[Path] | None,
        typer.Option("--comments", metavar="意见文件", help="当初的意见文件，从中读姓名和联系方式；可以写几次", show_default=False),
    ] = None,
    date: Annotated[str | None, typer.Option("--date", metavar="日期", help="落款日期，如 2025-11-10", show_default=False)] = None,
    each: Annotated[
        bool | None,
        typer.Option("--each/--no-each", help="给每个人写一份单独的答复函；默认不超过二千人时写", show_default=False),
    ] = None,
) -> None:
    """Write the feedback table, the letters to points, the replies and the notice."""
    from jietan.api import Run
    from jietan.log import configure
    from jietan.loop.feedback import feedback as tell

    configure()
    show_feedback(tell(Run.load(run), out, comments or (), _day(date), each=each, report=progress()))


def _day(date: str | None) -> dt.date | None:
    import datetime as dt

    try:
        return dt.date.fromisoformat(date) if date else None
    except ValueError as error:
        raise SettingsError(f"看不懂日期 {date!r}", where="--date", todo="请写成 2025-11-10") from error


def show_feedback(written: Written) -> None:
    """Print where the papers are and what a person has to see to.

    Args:
        written: What was written.
    """
    folder = written.paths[0].parent.resolve()
    say("反馈：")
    for path in written.paths:
        if path.resolve().parent == folder:
            say(f"  {path.stem}：{path.resolve()}")
    n_points = len({p.parent for p in written.paths if p.name == "反馈函.docx"})
    n_letters = sum("个人答复" in p.resolve().relative_to(folder).parts for p in written.paths)
    if n_letters:
        say(f"  个人答复：{folder / '个人答复'}（{n_letters} 份，一人一份）")
    say(f"  采集点：{folder / '采集点'}（{n_points} 个，每个一封反馈函和给各人的答复）")
    if written.todo:
        counted = Counter(kind for kind, *_ in written.todo)
        listed = "，".join(f"{kind} {n} 条" for kind, n in counted.items())
        say(f"发出以前请先看《采纳情况反馈表》的“待办”表：{listed}。")
    if written.personal:
        say("答复里有姓名和联系方式，请妥善保管，用完删除。")


def carry(
    run: RunArgument,
    draft: Annotated[Path, typer.Option("--draft", metavar="文件", help="二审稿或者以后的修改稿", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件夹", help="放在哪里，默认在运行文件夹旁边，名称加“-二审”", show_default=False)
    ] = None,
    onward: Annotated[
        Path | None, typer.Option("--run", metavar="文件夹", help="另建一个对照新稿的运行文件夹，接着审核、导出、反馈", show_default=False)
    ] = None,
) -> None:
    """Carry opinions, themes and decisions to a later reading of the draft."""
    from jietan.api import Run
    from jietan.log import configure
    from jietan.loop.carry import carry as take_over

    configure()
    found = take_over(Run.load(run), draft, out, onward, progress())
    say("条文：" + "，".join(f"{fate} {n} 条" for fate, n in found.changed.items()) + "。")
    say("建议：" + "，".join(f"{state} {n} 条" for state, n in found.counts.items()) + "。这是程序的初步判断，请逐条核对。")
    for path in found.paths:
        say(f"  {path.name}：{path.resolve()}")
    if found.run is not None:
        say(f"  对照新稿的运行文件夹：{found.run.folder.resolve()}（审核、导出、采纳情况和反馈用这个文件夹）")
