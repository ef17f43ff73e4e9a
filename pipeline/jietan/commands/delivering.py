"""Options of the command line that choose which suggestions are handed in, and in what order."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Operation", "Order", "Street", "Theme", "Top", "choices"]

Order = Annotated[str | None, typer.Option("--order", metavar="次序", help="rank 按名次，article 按条文", show_default=False)]
Theme = Annotated[str | None, typer.Option("--theme", metavar="主题", help="只交名称含有这几个字的主题的建议", show_default=False)]
Street = Annotated[str | None, typer.Option("--street", metavar="街镇", help="只交有这个街镇的人提出的建议", show_default=False)]
Operation = Annotated[
    str | None,
    typer.Option("--operation", metavar="操作", help="只交这种操作的建议，例如 修改", show_default=False),
]
Top = Annotated[int | None, typer.Option("--top", metavar="条数", help="只交名次最前的几条，其余在“其余建议”表", show_default=False)]


def choices(order: str | None, theme: str | None, street: str | None, operation: str | None, top: int | None) -> dict[str, object]:
    """Return the settings of ``[export]`` that the options name."""
    given = {"order": order, "theme": theme, "street": street, "operation": operation, "first": top}
    return {name: value for name, value in given.items() if value is not None}
