"""``jietan compare``: what changed between two rounds of a consultation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jietan.commands.screen import say, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare"]

_NUMBERS = ("people", "comments", "points")


def _moved(row: dict[str, Any], name: str) -> str:
    """A number before and after, one number where it did not change."""
    before, after = row[f"{name}_before"], row[f"{name}_after"]
    if row["change"] == "vanished":
        return str(before)
    return str(after) if before == after or row["change"] == "appeared" else f"{before} → {after}"


def _named(row: dict[str, Any], titles: tuple[dict[str, str], dict[str, str]]) -> str:
    """The title, the earlier one behind it where that was another."""
    before, after = titles[0].get(row["theme_before"]), titles[1].get(row["theme_after"])
    if before and after and before != after:
        return f"{after}（前一轮：{before}）"
    return str(after or before)


def _sides(row: dict[str, Any]) -> str:
    """The people on each side that has any."""
    sides = (("support", "支持"), ("oppose", "反对"), ("modify", "修改"))
    return "\n".join(f"{word} {_moved(row, name)}" for name, word in sides if row[f"{name}_before"] or row[f"{name}_after"])


def _show(found: pd.DataFrame, titles: tuple[dict[str, str], dict[str, str]], limit: int) -> None:
    from jietan.export.rounds import LEVELS, turn
    from jietan.loop.compare import CHANGES

    level = "theme" if (found["level"] == "theme").any() else "parent"
    rows: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in found[found["level"] == level].to_dict("records")
    ]
    rows.sort(key=lambda row: -abs(row["people_after"] - row["people_before"]))
    counted = found[found["level"] == level]["change"].value_counts()
    say(f"{LEVELS[level]}：" + "，".join(f"{words} {counted.get(name, 0)} 个" for name, words in CHANGES.items()) + "。")
    shown = [
        (CHANGES[row["change"]], _named(row, titles), *(_moved(row, n) for n in _NUMBERS), f"{_sides(row)}\n{turn(row)}".strip("\n"))
        for row in rows[:limit]
    ]
    say("人数变化大的在前：")
    table(("变化", "主题", "人数", "意见件数", "采集点数", "各方人数"), shown)
    if len(rows) > limit:
        say(f"另有 {len(rows) - limit} 个没有列出，用 --top 多列几个，或者用 --out 文件.xlsx 写出全部。")


def compare(
    run_a: Annotated[Path, typer.Argument(metavar="前一轮", help="前一轮的运行文件夹", show_default=False)],
    run_b: Annotated[Path, typer.Argument(metavar="后一轮", help="后一轮的运行文件夹", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", metavar="文件", help="把全部结果写成 xlsx 或者 csv 文件", show_default=False)] = None,
    top: Annotated[int, typer.Option("--top", metavar="个数", min=1, help="列出几个主题，默认 20", show_default=False)] = 20,
) -> None:
    """Say which themes grew, shrank, appeared and vanished."""
    from jietan.api import Run
    from jietan.export.rounds import write_rounds
    from jietan.log import configure
    from jietan.loop.compare import compare as match
    from jietan.trace import view_of

    configure()
    rounds = Run.load(run_a), Run.load(run_b)
    found = match(*rounds)
    views = view_of(rounds[0]), view_of(rounds[1])
    for word, run in zip(("前一轮", "后一轮"), rounds, strict=True):
        fine = int(run.themes["parent_id"].notna().sum())
        say(f"{word}：意见 {len(run.comments)} 件，主题 {fine} 个（{run.folder}）")
    titles = views[0].theme_titles, views[1].theme_titles
    _show(found, titles, top)
    if out is not None:
        say(f"全部结果：{write_rounds(out, found, titles)}")
    say("人数多少受征集方式影响，两轮来件多少不同的，不能只看增减；主题怎样对上的，见 docs/themes.md，请对照原话核实。")
