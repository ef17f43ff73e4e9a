"""``jietan laws add``, ``remove`` and ``verify``: the user's own laws, and citations checked against the library."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.grammar import Command
from jietan.commands.screen import say, warn
from jietan.errors import InputError, JietanError, cause

if TYPE_CHECKING:
    from jietan.law.importing import Outcome

__all__ = ["register"]

_RESULTS = {"added": "新增", "replaced": "替换", "same": "已有", "failed": "未加入"}
_LISTED, _NOTES = 30, 3
_FILES = (".docx", ".md", ".markdown", ".txt", ".text", ".html", ".htm", ".pdf")


def register(app: typer.Typer) -> None:
    """Put the commands into the group ``laws``."""
    app.command("add", cls=Command, help="把自己的法规加入法规库：docx、md、txt、jsonl、它们的 zip，或者整个文件夹")(add)
    app.command("remove", cls=Command, help="从法规库删去自己加入的法规")(remove)
    app.command("verify", cls=Command, help="核对一段文字或一个文件里引用的条文：有没有、对不对、是否有效")(verify)


def _status(word: str) -> str:
    from jietan.law.versions import status_of

    status = status_of(word) if word else ""
    if status is None:
        raise JietanError(f"--status 不认识（{word}）", todo="应为 现行有效、已修改、已废止、尚未生效 之一")
    return status


def _date(word: str) -> str:
    from jietan.law.imprint import full_date

    date = full_date(word) if word else ""
    if word and not date:
        raise JietanError(f"--date 不是日期（{word}）", todo="例如 --date 2024-05-01")
    return date


def _line(outcome: Outcome) -> str:
    version = f"（{outcome.version_date or '未注明日期'}）"
    return f"{_RESULTS[outcome.result]}\t《{outcome.law}》{version}\t{outcome.n_articles} 条\t{outcome.source}"


def _tell(outcomes: list[Outcome]) -> None:
    """Print what became of each file: all where they are few, else what needs attention."""
    done = [o for o in outcomes if o.result != "failed"]
    for outcome in done[:_LISTED]:
        say(_line(outcome))
    if len(done) > _LISTED:
        say(f"……另有 {len(done) - _LISTED} 部，见 jietan laws list --own")
    undated = sum(not o.version_date for o in done)
    if undated:
        warn(f"注意：{undated} 部没有找到版本日期，可以用 --date 指明")
    noted = [o for o in done if o.notes]
    for outcome in noted[:_LISTED]:
        more = f"；……共 {len(outcome.notes)} 处" if len(outcome.notes) > _NOTES else ""
        warn(f"注意：《{outcome.law}》{'；'.join(outcome.notes[:_NOTES])}{more}")
    if len(noted) > _LISTED:
        warn(f"……另有 {len(noted) - _LISTED} 部需要核对")
    for outcome in outcomes:
        if outcome.result == "failed":
            warn(f"未加入：{outcome.source}：{_reason(outcome)}")
    counts = Counter(_RESULTS[o.result] for o in outcomes)
    articles = sum(o.n_articles for o in outcomes if o.result in ("added", "replaced"))
    warn("，".join(f"{word} {counts[word]} 部" for word in _RESULTS.values() if counts[word]) + f"；写入 {articles} 条")


def _reason(outcome: Outcome) -> str:
    """The reason of a failure without the name of the file, which stands before it already."""
    law = f"《{outcome.law}》" if outcome.law else ""
    return law + "；".join(note.removeprefix(f"{outcome.source}：") for note in outcome.notes)


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="文件或文件夹...", help="可以写几个；文件夹连同下级", show_default=False)],
    status: Annotated[str, typer.Option("--status", metavar="状态", help="没有写明状态的算作什么，例如 已废止", show_default=False)] = "",
    date: Annotated[str, typer.Option("--date", metavar="日期", help="没有写明日期的算作哪天的版本", show_default=False)] = "",
) -> None:
    """Add laws to the user's library; exit code 1 where something could not be added, 2 where nothing could."""
    from jietan.law.importing import add_paths
    from jietan.law.store import LawStore

    store = LawStore()
    outcomes = add_paths(paths, store, declared=_status(status), date=_date(date))
    failed = [o for o in outcomes if o.result == "failed"]
    if len(outcomes) == len(failed) == 1:
        raise InputError(_reason(failed[0]), where=failed[0].source, todo="改好以后再加入一次")
    _tell(outcomes)
    if failed:
        raise typer.Exit(2 if len(failed) == len(outcomes) else 1)


def remove(
    law: Annotated[str, typer.Argument(metavar="法规", help="名称，可以不写“中华人民共和国”和书名号", show_default=False)],
    version: Annotated[str, typer.Option("--version", metavar="日期", help="只删这个日期的版本", show_default=False)] = "",
) -> None:
    """Remove a law that the user added."""
    from jietan.law.library import load_library
    from jietan.law.names import canonical_name, short_name
    from jietan.law.store import LawStore

    store = LawStore()
    there = [v for v in store.versions() if v.short in (short_name(law), canonical_name(law))]
    wanted = [v for v in there if v.version_date.startswith(version)]
    if not there:
        bundled = load_library().resolve(law)
        todo = f"《{bundled}》是随程序附带的，不能删除" if bundled else "自己加入的法规见 jietan laws list --own"
        raise InputError(f"没有自己加入的《{law.strip('《》')}》", todo=todo)
    if not wanted:
        dates = "、".join(v.version_date or "未注明日期" for v in there)
        raise InputError(f"《{there[0].law}》没有 {version} 的版本", todo=f"请写加入的版本：{dates}")
    store.remove([v.id for v in wanted])
    for v in wanted:
        say(f"已删去\t《{v.law}》（{v.version_date or '未注明日期'}）\t{v.n_articles} 条")
    if len(wanted) == len(there) and load_library().resolve(law):
        warn("随程序附带的同名法规恢复使用。")


def _text(words: str) -> str:
    """The words themselves, or those of the file that they name."""
    from jietan.law.document import read_paragraphs

    path = Path(words)
    try:
        is_file = len(words) < 1000 and "\n" not in words and path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        if path.suffix.lower() in _FILES:
            raise InputError("没有这个文件", where=words, todo="请检查文件名和所在文件夹")
        return words
    try:
        return "\n".join(paragraph.text for paragraph in read_paragraphs(path))
    except OSError as error:
        raise InputError(f"读不了这个文件（{cause(error)}）", where=words, todo="请写明一个能读的文件") from error


def verify(
    text: Annotated[str, typer.Argument(metavar="文字或文件", help="一段文字，或者 docx、md、txt、html、文字版 pdf", show_default=False)],
) -> None:
    """Print a line for each citation; exit code 1 where one does not hold."""
    from jietan.law.library import load_library
    from jietan.law.verify import verify as check
    from jietan.law.versions import STATUSES

    checks = check(_text(text), load_library(STATUSES))
    for found in checks:
        mark = {True: "✓", False: "✗", None: "－"}[found.ok]
        say(f"{mark} {found.citation}\t{found.reason}")
    if not checks:
        warn("没有找到引用的条文（例如《消防法》第二十八条）。")
    wrong = sum(found.ok is False for found in checks)
    if checks:
        warn(f"共 {len(checks)} 处引用，{wrong} 处有问题")
    if wrong:
        raise typer.Exit(1)
