"""``jietan outcome``: what became of the suggestions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jietan.commands.inspecting import RunArgument
from jietan.commands.screen import progress, say, table

__all__ = ["outcome"]

_SHOWN = 10


def outcome(
    run: RunArgument,
    final: Annotated[
        Path, typer.Option("--final", metavar="文件", help="通过文本：docx、md、txt、html 或者文字版 PDF", show_default=False)
    ],
) -> None:
    """Compare the suggestions with the adopted text and say what was taken up."""
    from jietan.api import Run
    from jietan.export.wording import place
    from jietan.log import configure
    from jietan.loop.outcome import OUTCOME_WORDS
    from jietan.loop.outcome import outcome as compare
    from jietan.trace import view_of

    configure()
    loaded = Run.load(run)
    report = progress()
    if report:
        report("对照通过文本")
    found = compare(loaded, final)
    counts = loaded.manifest["outcome"]["counts"]
    say(f"建议 {len(found)} 条：" + "，".join(f"{words} {counts[name]} 条" for name, words in OUTCOME_WORDS.items()) + "。")
    say("以上是程序对照草案和通过文本得出的初步判断，请逐条核对后再使用。")
    view = view_of(loaded)
    verdicts = {row["suggestion_id"]: row for row in found.to_dict("records")}
    rows = []
    for s in view.suggestions[:_SHOWN]:
        verdict = verdicts[s["suggestion_id"]]
        changed = "；".join(verdict["evidence"]) or verdict["ground"]
        rows.append((s["rank"], place(s, view.draft_law), view.suggestion_text(s, "title"), OUTCOME_WORDS[verdict["outcome"]], changed))
    table(("名次", "条款", "诉求", "结果", "改动"), rows, title=f"前 {len(rows)} 条建议：")
    say(f"全部结果：{loaded.folder / 'tables' / 'outcomes.parquet'}")
