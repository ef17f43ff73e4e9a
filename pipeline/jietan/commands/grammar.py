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
_TYPES = {"integer": "整数", "integer range": "整数", "float": "数字", "float range": "数字", "boolean": "是或者否", "path": "路径"}
_PAIR = re.compile(r"\((.*)\)\s*$", re.DOTALL)
_TITLES = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "REQUIRED_LONG_STRING": "（必填）",
    "DEFAULT_STRING": "（默认 {}）",
}


def _translate() -> None:
    """Give the help page's fixed words in Chinese."""
    from typer import rich_utils

    for name, words in _TITLES.items():
        setattr(rich_utils, name, words)


def _usage(text: str) -> str:
    return text.replace("Usage: ", "用法：", 1).replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 …")


class Command(TyperCommand):
    """A command whose help page is in Chinese."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  (the parser's own type)
        """Return the usage line."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """Return the option ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Print the help page."""
        _translate()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose help page is in Chinese and which names the closest command."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401
        """Return the usage line."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """Return the option ``--help``."""
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Print the help page."""
        _translate()
        super().format_help(ctx, formatter)

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
        return ""
    if parameter.param_type_name == "option":
        return f"选项 {max(parameter.opts, key=len)}"
    return f"参数 {(parameter.metavar or parameter.name).rstrip('.…')}"


def _what(error: Any) -> tuple[str, str]:  # noqa: ANN401
    """What is wrong with the line, and what to do where that is known."""
    if isinstance(error, _exceptions.NoSuchOption):
        close = sorted(error.possibilities or ())
        return f"没有 {error.option_name} 这个选项", f"最接近的是 {close[0]}" if close else ""
    if isinstance(error, _exceptions.BadOptionUsage):
        return f"选项 {error.option_name} 的写法不对，后面要跟一个值，或者不应带值", ""
    if isinstance(error, _exceptions.MissingParameter):
        return f"缺少{_name(error)}", ""
    if isinstance(error, _exceptions.BadParameter):
        wanted = _TYPES.get(getattr(getattr(error.param, "type", None), "name", ""), "")
        return f"{_name(error) or '一个参数'} 的值不可用" + (f"，应为{wanted}" if wanted else f"（{error.message}）"), ""
    extra = _PAIR.search(error.message)
    if extra and "extra argument" in error.message:
        return f"多出来的参数：{extra[1]}", "名称里有空格的，请加引号"
    return f"这一行看不懂（{error.message}）", ""


def explain(error: Exception) -> JietanError | None:
    """Turn a usage error of the parser into one paragraph.

    Args:
        error: The parser's error.

    Returns:
        The error to show; None where the parser has already shown the help page.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        return None
    what, todo = _what(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "jietan"
    page = f"用法见 {command} --help"
    return JietanError(what, todo=f"{todo}；{page}" if todo else page)
