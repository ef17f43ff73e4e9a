"""``jietan archive``: the archive of consultations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jietan.commands.grammar import Command, Group
from jietan.commands.screen import say, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["app"]

app = typer.Typer(cls=Group)
_SHOWN = 160
_ROWS = 40

File = Annotated[Path | None, typer.Option("--file", metavar="文件", help="台账文件，默认在用户的数据文件夹里", show_default=False)]
Year = Annotated[str, typer.Option("--year", metavar="年份", help="只看这一年提出的", show_default=False)]
Street = Annotated[str, typer.Option("--street", metavar="街镇", help="只看名称含有这几个字的街镇", show_default=False)]
Point = Annotated[str, typer.Option("--point", metavar="采集点", help="只看名称含有这几个字的采集点", show_default=False)]
Theme = Annotated[str, typer.Option("--theme", metavar="主题", help="只看名称含有这几个字的主题", show_default=False)]
Name = Annotated[str, typer.Option("--name", metavar="名称", help="只看名称含有这几个字的征求意见", show_default=False)]


def _place(file: Path | None) -> Path:
    from jietan.loop.archive import archive_path

    return file if file is not None else archive_path()


def add(
    runs: Annotated[list[Path], typer.Argument(metavar="运行文件夹...", help="可以给几个", show_default=False)],
    name: Annotated[str, typer.Option("--name", metavar="名称", help="叫什么；默认是草案的标题和年份", show_default=False)] = "",
    file: File = None,
) -> None:
    """Put runs into the archive."""
    from jietan.api import Run
    from jietan.errors import SettingsError
    from jietan.log import configure
    from jietan.loop.archive import add as put

    configure()
    if name and len(runs) > 1:
        raise SettingsError("一个名称只能给一次运行", where="--name", todo="请一次加入一个运行文件夹")
    for folder in runs:
        called, again = put(Run.load(folder), _place(file), name)
        say(f"{'已更新' if again else '已加入'}：{called}")
    say(f"台账：{_place(file)}")


def show(file: File = None) -> None:
    """List the consultations."""
    from jietan.loop.archive import listing

    _frame(listing(_place(file)), "台账里的征求意见：")


def search(  # noqa: PLR0913  (one option of the command line each)
    words: Annotated[list[str], typer.Argument(metavar="字词...", help="都要有的字词", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", metavar="类别", help="只找 意见、主题、建议 或者 答复", show_default=False)] = "",
    year: Year = "",
    street: Street = "",
    point: Point = "",
    theme: Theme = "",
    name: Name = "",
    limit: Annotated[int, typer.Option("-k", metavar="条数", min=1, help="最多显示几条", show_default=False)] = 20,
    file: File = None,
) -> None:
    """Find comments, themes, suggestions and answers."""
    from jietan.loop.archive import Filters
    from jietan.loop.archive import search as find

    hits, total = find(_place(file), " ".join(words), Filters(year, street, point, theme, name), kind, limit)
    say(f"找到 {total} 条" + (f"，显示前 {len(hits)} 条：" if total > len(hits) else "。"))
    rows = [(h.consultation, h.kind, h.ref, _excerpt(h.text, words), h.about) for h in hits]
    if rows:
        table(("征求意见", "类别", "编号", "内容", "说明"), rows)


def _excerpt(text: str, words: list[str]) -> str:
    """What stands around the first of the words."""
    found = [at for word in words if (at := text.find(word)) >= 0]
    start = max(0, min(found, default=0) - _SHOWN // 4)
    piece = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{piece}{'…' if start + _SHOWN < len(text) else ''}"


def compare(  # noqa: PLR0913  (one option of the command line each)
    by: Annotated[
        str,
        typer.Option("--by", metavar="分组", help="consultation 每次征求意见、year、street、point、theme", show_default=False),
    ] = "consultation",
    year: Year = "",
    street: Street = "",
    point: Point = "",
    theme: Theme = "",
    name: Name = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="文件", help="另存为 csv", show_default=False)] = None,
    file: File = None,
) -> None:
    """Compare consultations by year, street, point or theme."""
    from jietan.export.files import write
    from jietan.loop.archive import Filters
    from jietan.loop.archive import compare as lay_out

    found = lay_out(_place(file), by, Filters(year, street, point, theme, name))
    _frame(found.head(_ROWS), f"共 {len(found)} 行" + (f"，显示前 {_ROWS} 行：" if len(found) > _ROWS else "："))
    say(
        "人按加盐的指纹去重，匿名的每件算一人；比例的分母是“已对照”：提出诉求、所在的征求意见又对照过通过文本的意见。人数多少不等于投票结果。"
    )
    if out is not None:
        say(f"已另存：{write(out, lambda path: _csv(found, path))}")


def _csv(found: pd.DataFrame, path: Path) -> None:
    from jietan.export.lines import cell

    found.map(cell).to_csv(path, index=False, encoding="utf-8-sig")


def _frame(found: pd.DataFrame, title: str) -> None:
    rows = [["" if value is None else value for value in row] for row in found.itertuples(index=False)]
    table(list(map(str, found.columns)), rows, title=title)


def remove(
    name: Annotated[str, typer.Argument(metavar="名称", help="见 jietan archive list", show_default=False)],
    file: File = None,
) -> None:
    """Take a consultation out of the archive."""
    from jietan.loop.archive import remove as take_out

    take_out(_place(file), name)
    say(f"已从台账里删去：{name}")


app.command("add", cls=Command, help="加入一次或者几次运行；再次加入的取代以前的")(add)
app.command("list", cls=Command, help="列出台账里的征求意见")(show)
app.command("search", cls=Command, help="在意见、主题、建议、答复里找")(search)
app.command("compare", cls=Command, help="按征求意见、年份、街镇、采集点、主题比较")(compare)
app.command("remove", cls=Command, help="从台账里删去一次征求意见")(remove)
