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

    from jietan.commands.queries import Finder
    from jietan.law.library import Library

__all__ = ["app"]

app = typer.Typer(cls=Group)
_LISTED = 30


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


_MANY = "可以写几次"


@app.command("search", cls=Command, help="检索条文：一段文字，或者一个文件里的许多查询")
def search(  # noqa: PLR0913  (each filter is an option of its own)
    text: Annotated[str | None, typer.Argument(metavar="文字", help="要找什么", show_default=False)] = None,
    k: Annotated[int, typer.Option("-k", metavar="条数", min=1, help="每个查询最多几条，默认 10", show_default=False)] = 10,
    law: Annotated[
        list[str] | None, typer.Option("--law", metavar="文字", help=f"只在名称里有这些字的法规中找，{_MANY}", show_default=False)
    ] = None,
    level: Annotated[
        list[str] | None, typer.Option("--level", metavar="层级", help=f"例如 法律、行政法规、地方性法规，{_MANY}", show_default=False)
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", metavar="地域", help=f"例如 上海；全国性的写 全国，{_MANY}", show_default=False)
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="状态", help=f"默认 现行有效；也可以写 已修改、全部 等，{_MANY}", show_default=False),
    ] = None,
    on: Annotated[str, typer.Option("--on", metavar="日期", help="只找这一天施行的版本，例如 2020-01-01", show_default=False)] = "",
    queries: Annotated[
        Path | None, typer.Option("--queries", metavar="文件", help='每行 {"query_id": …, "query": …} 的 jsonl', show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="文件", help="与 --queries 同用：结果写到哪里", show_default=False)] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="文件", help="设置（TOML）", show_default=False)] = None,
    assign: Annotated[list[str] | None, typer.Option("--set", metavar="名称=值", help="例如 search.model=", show_default=False)] = None,
) -> None:
    """Print or write the articles found; exit code 1 where lines of the file of queries could not be used."""
    from jietan.commands.queries import Finder, read_queries, write_results
    from jietan.law.filters import Filters, select
    from jietan.settings import load_settings

    _check_search(text, queries, out)
    settings = load_settings(config, assign or ())
    read = read_queries(queries) if queries else None
    filters = Filters(tuple(law or ()), tuple(level or ()), tuple(region or ()), tuple(status or ()), on)
    finder = Finder(select(filters), settings.search.model, settings.lexicon.files)
    for remark in finder.remarks:
        warn(f"注意：{remark}。")
    if read is None or out is None:
        _print_hits(finder, text or "", k)
        return
    write_results(read, finder, out, k)
    say(f"检索了 {len(read.found)} 个查询，结果：{out.resolve()}")
    if read.bad:
        for problem in read.bad[:_LISTED]:
            warn(f"没有检索：{queries} {problem}")
        warn(f"有 {len(read.bad)} 行不能用，没有检索；其余的都在结果里。")
        raise typer.Exit(1)


def _check_search(text: str | None, queries: Path | None, out: Path | None) -> None:
    if (text is None) == (queries is None):
        raise JietanError("要么给出检索的文字，要么用 --queries 给出文件", todo="例如 jietan laws search 占用消防通道")
    if (queries is None) != (out is None):
        raise JietanError("--queries 和 --out 要同时给出", todo="例如 jietan laws search --queries 查询.jsonl -k 100 --out 结果.jsonl")
    if queries and out and out.exists() and queries.exists() and out.samefile(queries):
        raise InputError("结果会盖掉查询文件", where=str(out), todo="请用 --out 指定另一个文件")


def _print_hits(finder: Finder, text: str, k: int) -> None:
    hits = finder.find([text], k)[0]
    if not hits:
        warn("没有检索到与这些字词有关的条文，请换个说法。")
    for rank, hit in enumerate(hits, 1):
        name = f"《{hit['law']}》{hit['article']}{finder.standing(hit['article_id'])}"
        say(f"{rank}. {name}（{hit['score']:.2f}）\n   {finder.text(hit['article_id'])}")


@app.command("embed", cls=Command, help="预先计算条文向量，供准确的检索使用；只算缺的，中断后原样再运行就接着算")
def embed(
    model: Annotated[str, typer.Option("--model", metavar="模型", help="默认用设置里的 search.model", show_default=False)] = "",
    everything: Annotated[bool, typer.Option("--all", help="历史版本、已废止和尚未生效的也算", show_default=False)] = False,
    check: Annotated[bool, typer.Option("--check", help="只看还缺多少，不计算", show_default=False)] = False,
    config: Annotated[Path | None, typer.Option("--config", metavar="文件", help="设置（TOML）", show_default=False)] = None,
    assign: Annotated[list[str] | None, typer.Option("--set", metavar="名称=值", help="例如 search.model=", show_default=False)] = None,
) -> None:
    """Compute the vectors that are missing, with progress; what is finished stays when this is interrupted."""
    from jietan.commands.queries import duration
    from jietan.embedders import load_embedder
    from jietan.law.library import load_library
    from jietan.law.vectors import ArticleVectors
    from jietan.law.versions import IN_FORCE, STATUSES
    from jietan.settings import load_settings

    name = model or load_settings(config, assign or ()).search.model
    if not name:
        raise InputError("设置 search.model 是空的，检索不用向量", todo="请用 --model 指明模型，例如 --model jietan-e5-zh")
    articles = load_library(STATUSES if everything else (IN_FORCE,)).articles
    embedder = load_embedder(name)
    vectors = ArticleVectors(articles, embedder)
    missing = int(vectors.missing().sum())
    done = f"共 {len(articles)} 条，已有向量 {len(articles) - missing} 条"
    if check or not missing:
        say(f"{done}，还缺 {missing} 条（{name}）")
        return
    warn(f"{done}；现在计算其余 {missing} 条，用 jietan-e5-zh 约 {duration(missing)}。可以随时中断，再运行时接着算。")
    vectors.compute()
    left = int(ArticleVectors(articles, embedder).missing().sum())
    if left:
        raise InputError(f"有 {left} 条的向量没有存下来", todo="请检查磁盘空间和权限；环境变量 JIETAN_CACHE 可以另指一个缓存文件夹")
    say(f"共 {len(articles)} 条，都有向量了（{name}）")


own_laws.register(app)
