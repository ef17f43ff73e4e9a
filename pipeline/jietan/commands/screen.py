"""What the commands print, and where: results on standard output, remarks and progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import typer

__all__ = ["clean", "error", "progress", "say", "table", "warn"]

_PIPE_WIDTH = 100


def clean(text: str) -> str:
    """Return a text without characters that could steer a terminal; line breaks and tabs stay."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t\u3000" else "□" for c in text)


def say(text: str = "") -> None:
    """Print a result."""
    typer.echo(clean(text))


def warn(text: str) -> None:
    """Print a remark on standard error."""
    typer.echo(clean(text), err=True)


def error(text: str) -> None:
    """Print an error as one paragraph on standard error."""
    typer.echo("错误：" + " ".join(clean(text).split("\n")), err=True)


def progress() -> Callable[[str], None] | None:
    """Return what prints a line of progress on a terminal, None where there is none."""
    if not sys.stderr.isatty():
        return None
    return lambda line: typer.echo(f"  {clean(line)}", err=True)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Print a table that fits the terminal.

    Args:
        headers: Names of the columns.
        rows: Cells; long ones are wrapped.
        title: What stands above it.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=_PIPE_WIDTH)
    if title:
        say(title)
    grid = Table(show_lines=True)
    for header in headers:
        grid.add_column(Text(header), overflow="fold")
    for row in rows:
        grid.add_row(*(Text(clean(str(cell))) for cell in row))
    console.print(grid)
