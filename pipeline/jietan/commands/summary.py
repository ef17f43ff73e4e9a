"""What a finished run says at its end: counts, remarks, the first suggestions, the files and what to do next."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jietan.commands.screen import say, table

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.export.view import View

__all__ = ["next_steps", "quoted", "show_files", "show_summary"]

_NOTES = 12
_TOP = 5
_ORDER = (".xlsx", ".docx", ".html", ".json", ".csv")
_OFFICIAL = "公文"
_NAMES = {".xlsx": "汇总表", ".docx": "报告", ".html": "网页报告", ".json": "数据", ".csv": "csv 表格"}


def show_summary(run: Run) -> None:
    """Print counts, rejects, remarks and the first suggestions."""
    themes = run.themes
    broad = int(themes["parent_id"].isna().sum())
    batches = len(run.manifest["batches"])
    say(
        f"完成：意见 {len(run.comments)} 件{f'（{batches} 批）' if batches > 1 else ''}，观点 {len(run.opinions)} 个，"
        f"主题 {len(themes) - broad} 个（归为 {broad} 类），立法建议 {len(run.suggestions)} 条。"
    )
    _show_continuity(run)
    _show_rejects(run)
    _show_notes(run)
    _show_top(run)


def _show_continuity(run: Run) -> None:
    """Say which themes of the last batch go on."""
    found = run.manifest.get("continuity")
    if found:
        ended = f"，{len(found['ended'])} 个并入别的主题或者散开" if found["ended"] else ""
        say(f"与上一批相比：{found['kept']} 个主题沿用原来的编号，新编号的 {found['new']} 个{ended}。")


def _show_rejects(run: Run) -> None:
    if run.rejects.empty:
        say("未处理：无。")
        return
    reasons = Counter(run.rejects["reason"]).most_common(3)
    more = "等" if run.rejects["reason"].nunique() > len(reasons) else ""
    listed = "；".join(f"{reason} {count} 条" for reason, count in reasons)
    say(f"未处理：{len(run.rejects)} 条（{listed}{more}），逐条的出处和原因见汇总表的“未处理”表和 tables/rejects.parquet。")


def _show_notes(run: Run) -> None:
    problems = list(run.manifest["draft"].get("problems", []))
    changed = filter(None, [run.manifest.get("settings_changed")])
    notes = list(dict.fromkeys([*changed, *problems, *run.notes]))
    if not notes:
        return
    say("说明：")
    for note in notes[:_NOTES]:
        say(f"  - {note}")
    if len(notes) > _NOTES:
        say(f"  - 另有 {len(notes) - _NOTES} 条，见 {run.folder / 'manifest.json'} 的 notes")


def _show_top(run: Run) -> None:
    from jietan.export.wording import OPERATIONS, place
    from jietan.trace import view_of

    view = view_of(run)
    if not view.suggestions:
        say("没有给出草案，只对应现行法律，不形成立法建议。" if not run.manifest["draft"].get("name") else "没有形成立法建议。")
        _show_themes(view)
        return
    rows = [
        (
            s["rank"],
            place(s, view.draft_law),
            OPERATIONS.get(s["operation"], s["operation"]),
            view.suggestion_text(s, "title"),
            s["n_people"],
            f"{s['score']:.3f}",
        )
        for s in view.suggestions[:_TOP]
    ]
    table(("名次", "条款", "操作", "诉求", "人数", "得分"), rows, title=f"前 {len(rows)} 条建议：")


def _show_themes(view: View) -> None:
    """Print the largest themes, where there are no suggestions to print."""
    themes = sorted((t for t in view.themes if t["parent_id"]), key=lambda t: (-t["n_people"], t["theme_id"]))[:_TOP]
    rows = [(view.theme_titles[t["theme_id"]], t["n_comments"], t["n_people"]) for t in themes]
    if rows:
        table(("主题", "意见", "人数"), rows, title=f"人数最多的 {len(rows)} 个主题：")


def show_files(run: Run, paths: Sequence[Path]) -> None:
    """Print where the files are, those people open first; tables in one folder are one line."""
    say("文件：")
    seen: dict[Path, str] = {}
    opened = [p for p in paths if p.suffix != ".js"]  # evidence beside report.html, which reads it
    for path in sorted(opened, key=lambda p: _ORDER.index(p.suffix) if p.suffix in _ORDER else len(_ORDER)):
        name = _OFFICIAL if path.parent.name == _OFFICIAL else _NAMES.get(path.suffix, "文件")
        seen.setdefault((path.parent if path.suffix == ".csv" else path).resolve(), name)
    for path, name in seen.items():
        say(f"  {name}：{path}")
    say(f"  运行文件夹：{run.folder.resolve()}")


def quoted(word: str, system: str = os.name) -> str:
    """Write a word of a command as the system's command line reads it; Chinese names need no quotes."""
    if re.fullmatch(r"[\w./:@+=,-]+", word):
        return word
    return subprocess.list2cmdline([word]) if system == "nt" else shlex.quote(word)


def next_steps(run: Run, sample: Path | None = None) -> None:
    """Print what can be done next.

    Args:
        run: The finished run.
        sample: Folder of the sample consultation where that was run.
    """
    example = next(iter(run.comments["comment_id"]))
    folder = quoted(str(run.folder))
    say("下一步：")
    say("  - 用 WPS 或者 Office 打开上面的汇总表和报告")
    say(f"  - 查一件意见的去向：jietan trace {folder} {quoted(example)}")
    say(f"  - 改归错的、选采用或者不采用：jietan review export {folder} 审核表.xlsx")
    if sample is None:
        say("  - 再来一批意见：原样的命令换成新的文件，加上 --append 和同一个 --out")
    else:
        say(f"  - 与标准答案比一比：jietan evaluate {folder} --gold {quoted(str(sample.resolve()))}")
        say("  - 处理自己的意见：jietan run 意见.xlsx --draft 草案.docx --out runs/名称")
