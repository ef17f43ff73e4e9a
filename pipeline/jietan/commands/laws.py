"""``jietan laws``: look into the library of laws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands import library as own_laws
from jietan.commands.grammar import Command, Group
from jietan.commands.screen import say, warn
from jietan.errors import InputError, JietanError

if TYPE_CHECKING:
    import pandas as pd

    from jietan.law.library import Library

__all__ = ["app"]

app = typer.Typer(cls=Group)


@app.command("list", cls=Command, help="列出法规：名称、条数、版本、状态、层级")
def list_laws(
    wanted: Annotated[str, typer.Option("--filter", metavar="文字", help="只列名称里有这些字的", show_default=False)] = "",
    own: Annotated[bool, typer.Option("--own", help="只列自己加入的", show_default=False)] = False,
    everything: Annotated[bool, typer.Option("--all", help="历史版本和已废止的也列出", show_default=False)] = False,
) -> None:
    """Print the laws of the library: those in force and all of the user's."""
    from jietan.law.collect import UNDATED
    from jietan.law.library import load_library

    library = load_library()
    frame = library.versions
    current = frame["law"].isin(library.laws) & frame["status"].isin(["现行有效", "已被修改"])
    frame = frame[(current | frame["own"] | everything) & (frame["own"] | (not own))]
    found = frame[frame["law"].str.contains(wanted, regex=False)].sort_values(["law", "version"], ascending=[True, False])
    if found.empty and not wanted:
        raise InputError("没有自己加入的法规", todo="用 jietan laws add 加入文件或文件夹")
    if found.empty:
        near = "、".join(f"《{name}》" for name in library.similar(wanted))
        raise InputError(f"法规库中没有名称含“{wanted}”的法规", todo=f"名称相近的有{near}" if near else "不带 --filter 可列出全部")
    for row in found.itertuples():
        place = str(row.level or "层级不明") + (f"（{row.region!s}）" if row.region else "")
        cells = (row.law, f"{row.articles} 条", row.version or UNDATED, row.status, place, "自己加入" if row.own else "随附")
        say("\t".join(map(str, cells)))
    warn(f"共 {found['law'].nunique()} 部，{len(found)} 个版本，{int(found['articles'].sum())} 条")


@app.command("show", cls=Command, help="查看一部法规，或者其中一条")
def show_law(
    law: Annotated[str, typer.Argument(metavar="法规", help="名称，可以不写“中华人民共和国”和书名号", show_default=False)],
    article: Annotated[str | None, typer.Argument(metavar="条", help="例如 第二十四条、24", show_default=False)] = None,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="日期", help="哪天的版本，例如 2021-04-29、2021；写 全部 逐个显示", show_default=False),
    ] = None,
) -> None:
    """Print a law or one of its articles."""
    from jietan.law.library import load_library
    from jietan.law.versions import IN_FORCE, STATUSES

    library = load_library() if version is None else load_library(STATUSES)
    if library.resolve(law) is None:
        library = load_library(STATUSES)
    for rows in _versions(library, law, article) if version == "全部" else [library.show(law, article, version)]:
        plain = version is None and rows["status"].iloc[0] in (IN_FORCE, "已被修改")
        _print_rows(rows, "" if plain else _standing(rows))
    name = str(library.show(law)["law"].iloc[0])
    for problem in library.problems:
        if problem.startswith(f"《{name}》"):
            warn(f"注意：{problem}")


def _versions(library: Library, law: str, article: str | None) -> list[pd.DataFrame]:
    """The articles wanted of every version, oldest first."""
    rows = library.articles[library.articles["law"] == library.show(law)["law"].iloc[0]]
    if article:
        rows = rows[rows["article"] == library.label(article)]
    if rows.empty:
        return [library.show(law, article)]
    stems = rows["article_id"].str.split("#").str[0]
    return sorted((part for _, part in rows.groupby(stems)), key=lambda part: str(part["version"].iloc[0]))


def _standing(rows: pd.DataFrame) -> str:
    return f"（{rows['version'].iloc[0] or '未注明日期'}，{rows['status'].iloc[0]}）"


def _print_rows(rows: pd.DataFrame, standing: str) -> None:
    """Print articles of one version under its name and headings."""
    say(f"《{rows['law'].iloc[0]}》{standing}")
    chapter = None
    for row in rows.itertuples():
        if isinstance(row.chapter, str) and row.chapter != chapter:
            chapter = row.chapter
            say(f"\n{chapter}")
        say(f"\n{row.article}\u3000{row.text}")


@app.command("search", cls=Command, help="检索条文：一段文字，或者一个文件里的许多查询")
def search(
    text: Annotated[str | None, typer.Argument(metavar="文字", help="要找什么", show_default=False)] = None,
    k: Annotated[int, typer.Option("-k", metavar="条数", min=1, help="每个查询最多几条，默认 10", show_default=False)] = 10,
    queries: Annotated[
        Path | None, typer.Option("--queries", metavar="文件", help='每行 {"query_id": …, "query": …} 的 jsonl', show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="文件", help="与 --queries 同用：结果写到哪里", show_default=False)] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="文件", help="设置（TOML）", show_default=False)] = None,
    assign: Annotated[list[str] | None, typer.Option("--set", metavar="名称=值", help="例如 search.model=", show_default=False)] = None,
) -> None:
    """Print or write the articles found."""
    from jietan.commands.queries import Finder, write_results
    from jietan.law.library import load_library
    from jietan.settings import load_settings

    if (text is None) == (queries is None):
        raise JietanError("要么给出检索的文字，要么用 --queries 给出文件", todo="例如 jietan laws search 占用消防通道")
    if (queries is None) != (out is None):
        raise JietanError("--queries 和 --out 要同时给出", todo="例如 jietan laws search --queries 查询.jsonl -k 100 --out 结果.jsonl")
    model = load_settings(config, assign or ()).search.model
    if queries is not None and out is not None:
        say(f"检索了 {write_results(queries, out, k, model)} 个查询，结果：{out.resolve()}")
        return
    finder = Finder(load_library(), model)
    hits = finder.find([text or ""], k)[0]
    if not hits:
        warn("没有检索到与这些字词有关的条文，请换个说法。")
    for rank, hit in enumerate(hits, 1):
        say(f"{rank}. 《{hit['law']}》{hit['article']}（{hit['score']:.2f}）\n   {finder.text(hit['article_id'])}")


own_laws.register(app)
