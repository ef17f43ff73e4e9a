"""The page of all commands, with every argument and option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from wording import table

from jietan.cli import app

__all__ = ["commands", "page"]

_HEAD = """# 命令

`jietan 命令 --help` 在屏幕上显示同样的内容。选项写在命令后面的任何位置；名称里有空格的加引号。`jietan --version` 显示版本。

**退出码**：0 顺利完成；1 运行完成而自检没有通过，或者检查、核对查出了问题；2 有要由您处理的事，屏幕上写明是什么、怎么办
（见[错误信息](errors.md)）；130 被中断（Ctrl+C），原样再运行一次会接着做。

"""


def commands(command: Any = None, words: tuple[str, ...] = ("jietan",)) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401
    """Iterate over every command and group, each with the words that call it."""
    command = typer.main.get_command(app) if command is None else command
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


def _written(parameter: Any) -> str:  # noqa: ANN401
    value = f" {parameter.metavar}" if parameter.metavar else ""
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar}`"
    return "、".join(f"`{o}{value}`" for o in [*parameter.opts, *parameter.secondary_opts])


def _needed(parameter: Any) -> str:  # noqa: ANN401
    repeated = parameter.nargs == -1 or parameter.multiple
    return ("必填" if parameter.required else "可不写") + ("，可以写几个" if repeated else "")


def _usage(words: tuple[str, ...], command: Any) -> str:  # noqa: ANN401
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    parts = [" ".join(words), *(p.metavar if p.required else f"[{p.metavar}]" for p in arguments)]
    parts += [f"{p.opts[0]} {p.metavar}" for p in options if p.required]
    return " ".join([*parts, *(["[选项]"] if any(not p.required for p in options) else [])])


def _section(words: tuple[str, ...], command: Any) -> str:  # noqa: ANN401
    title = " ".join(words[1:])
    depth = "#" * len(words)
    out = f"{depth} {title}\n\n{command.help}。\n\n"
    if hasattr(command, "commands"):
        return out
    out += f"```text\n{_usage(words, command)}\n```\n\n"
    rows = [(_written(p), p.help, _needed(p)) for p in command.params]
    return out + (table(("参数或选项", "意思", "要不要写"), rows) + "\n" if rows else "")


def page() -> str:
    """Return the page."""
    found = list(commands())[1:]
    plain = [(words, command) for words, command in found if not hasattr(command, "commands")]
    overview = table(("命令", "做什么"), [(f"[`{' '.join(w)}`](#{'-'.join(w[1:])})", c.help) for w, c in plain])
    return (_HEAD + overview + "\n" + "".join(_section(w, c) for w, c in found)).rstrip("\n") + "\n"
