"""The command line's grammar in Chinese: help pages, and what is said about a line that cannot be understood."""

from __future__ import annotations

import difflib
import importlib
import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from jietan.errors import JietanError

__all__ = ["Command", "Group", "explain", "usage_error"]

#: The exceptions of the parser that this version of typer brings.
_exceptions: Any = importlib.import_module(typer.BadParameter.__module__)
usage_error: type[Exception] = _exceptions.UsageError

_HELP = "显示帮助后退出"
_SURPLUS = re.compile(r"argument(?:s|\(s\))? \((.*)\)$", re.DOTALL)
_WIDEST = 100


def _is_option(parameter: Any) -> bool:  # noqa: ANN401  (the parser's own type)
    return bool(parameter.param_type_name == "option")


def _short(parameter: Any) -> str:  # noqa: ANN401
    """How a parameter is written on the command line."""
    words = parameter.metavar or ""
    if not _is_option(parameter):
        return words if parameter.required else f"[{words}]"
    return f"{', '.join(parameter.opts)} {words}".rstrip()


def _usage(command: Any, ctx: Any) -> str:  # noqa: ANN401
    pieces = [ctx.command_path]
    parameters = command.get_params(ctx)
    pieces += [_short(p) for p in parameters if _is_option(p) and p.required]
    pieces += ["[选项]"] if any(_is_option(p) and not p.required for p in parameters) else []
    pieces += [_short(p) for p in parameters if not _is_option(p)]
    pieces += ["命令 …"] if isinstance(command, TyperGroup) else []
    return " ".join(pieces)


def _page(command: Any, ctx: Any) -> str:  # noqa: ANN401
    """Lay out the help page of a command or group."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    parameters = command.get_params(ctx)
    sections: dict[str, list[tuple[str, str]]] = {
        "参数": [(_short(p), p.help or "") for p in parameters if not _is_option(p)],
        "选项": [(_short(p), (p.help or "") + ("（必填）" if p.required else "")) for p in parameters if _is_option(p)],
    }
    if isinstance(command, TyperGroup):
        found = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        sections["命令"] = [(name, (c.help or "") if c else "") for name, c in found]
    console = Console(highlight=False, color_system=None)
    console.width = min(console.width, _WIDEST)
    with console.capture() as capture:
        console.print(Text(f"用法：{_usage(command, ctx)}\n\n{command.help or ''}", overflow="fold"))
        for title, rows in sections.items():
            if rows:
                grid = Table.grid(padding=(0, 3, 0, 0))
                grid.add_column(no_wrap=True)
                grid.add_column(overflow="fold")
                for name, words in rows:
                    grid.add_row(Text(name), Text(words))
                console.print(Text(f"\n{title}："))
                console.print(Padding(grid, (0, 0, 0, 2)))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


class Command(TyperCommand):
    """A command whose help page is in Chinese."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """Return the option ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help page."""
        formatter.write(_page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Read the words after the command; an error always knows the command it belongs to."""
        try:
            return super().parse_args(ctx, args)
        except usage_error as error:
            if getattr(error, "ctx", None) is None:
                error.ctx = ctx  # type: ignore[attr-defined]
            raise


class Group(TyperGroup):
    """A group of commands whose help page is in Chinese and which names the closest command."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """Return the option ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help page."""
        formatter.write(_page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Read the words after the group; without any, show the help page."""
        if not args:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Find the command.

        Raises:
            JietanError: There is none of this name; the closest one is named.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            close = difflib.get_close_matches(args[0], known, n=1, cutoff=0.5)
            hint = f"最接近的是 {ctx.command_path} {close[0]}" if close else f"可用的命令：{'、'.join(known)}"
            raise JietanError(f"没有 {args[0]} 这个命令", todo=hint)
        return super().resolve_command(ctx, args)


def _help_option(option: Any) -> Any:  # noqa: ANN401
    if option is not None:
        option.help = _HELP
    return option


def _name(error: Any) -> str:  # noqa: ANN401
    """What the user calls the parameter an error is about."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "一个参数"
    if _is_option(parameter):
        return f"选项 {max(parameter.opts, key=len)}"
    return f"参数 {(parameter.metavar or parameter.name).rstrip('.')}"


def _limits(error: Any) -> str:  # noqa: ANN401
    """What values a number may have."""
    parameter = error.param
    lowest = getattr(parameter, "min", None)
    if lowest is None:
        lowest = getattr(getattr(parameter, "type", None), "min", None)
    return f"{error.message}" if lowest is None else f"应为不小于 {lowest} 的整数"


def _what(error: Any) -> tuple[str, str]:  # noqa: ANN401
    """What is wrong with the line, and what to do where that is known."""
    if isinstance(error, _exceptions.NoSuchOption):
        close = sorted(error.possibilities or ())
        return f"没有 {error.option_name} 这个选项", f"最接近的是 {close[0]}" if close else ""
    if isinstance(error, _exceptions.BadOptionUsage):
        missing = "requires" in error.message
        return f"选项 {error.option_name} {'后面缺少它的值' if missing else '后面不能带值'}", ""
    if isinstance(error, _exceptions.MissingParameter):
        return f"缺少{_name(error)}", ""
    if isinstance(error, _exceptions.BadParameter):
        return f"{_name(error)} 的值不可用（{_limits(error)}）", ""
    surplus = _SURPLUS.search(error.message)
    if surplus:
        return f"多出来的参数：{surplus[1]}", "名称里有空格的，请加引号"
    return f"这一行看不懂（{error.message}）", ""


def explain(error: Exception) -> JietanError:
    """Turn a usage error of the parser into one paragraph.

    Args:
        error: The parser's error.

    Returns:
        The error to show.
    """
    what, todo = _what(error)
    context = getattr(error, "ctx", None)
    page = f"用法见 {context.command_path if context is not None else 'jietan'} --help"
    return JietanError(what, todo=f"{todo}；{page}" if todo else page)
