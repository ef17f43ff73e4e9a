"""``jietan trace``, ``export``, ``evaluate`` and ``models``: look into a run that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jietan.commands.delivering import Operation, Order, Street, Theme, Top, choices
from jietan.commands.screen import say, warn
from jietan.errors import SettingsError

__all__ = ["evaluate", "export", "models", "templates", "trace"]

RunArgument = Annotated[Path, typer.Argument(metavar="运行文件夹", help="jietan run 的 --out", show_default=False)]


def trace(
    run: RunArgument,
    comment: Annotated[str, typer.Argument(metavar="意见编号", help="例如 LJ-0001", show_default=False)],
) -> None:
    """Print what happened to one comment."""
    from jietan.api import Run
    from jietan.trace import trace as follow

    for line in follow(Run.load(run), comment):
        say(f"{'    ' if line.opinion_id and line.stage != 'split' else ''}{line.label}：{line.text}")


def export(  # noqa: PLR0913  (one option of the command line each)
    run: RunArgument,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="格式", show_default=False, help="xlsx、docx、html、csv、json、official、brief，用逗号隔开；不写时按设置"
        ),
    ] = None,
    order: Order = None,
    theme: Theme = None,
    street: Street = None,
    operation: Operation = None,
    top: Top = None,
) -> None:
    """Write the exports again."""
    from jietan.api import Run
    from jietan.commands.summary import show_files
    from jietan.log import configure

    configure()
    formats = None
    if to is not None:
        formats = [name.strip().lower() for name in to.replace("，", ",").replace("、", ",").split(",") if name.strip()]
        if not formats:
            raise SettingsError("没有写导出格式", where="--to", todo="例如 --to xlsx,docx")
    finished = Run.load(run)
    show_files(finished, finished.export(formats, **choices(order, theme, street, operation, top)))


def templates(folder: Annotated[Path, typer.Argument(metavar="文件夹", help="模板放在哪里", show_default=False)]) -> None:
    """Write the default templates of the official papers."""
    from jietan.export.official import write_templates

    for path in write_templates(folder):
        say(f"模板：{path}")


def evaluate(
    run: RunArgument,
    gold: Annotated[Path, typer.Option("--gold", metavar="文件夹", help="放着 gold.jsonl、themes.json、pairs.jsonl", show_default=False)],
) -> None:
    """Print the scores of a run."""
    from jietan.api import Run
    from jietan.evaluate import evaluate as score
    from jietan.evaluate import format_scores
    from jietan.log import configure

    configure()
    scores = score(Run.load(run).folder, gold)
    say(format_scores(scores.figures))
    for note in scores.notes:
        warn(note)


def models() -> None:
    """Print the models that ship."""
    from jietan.embedders import list_models

    for model in list_models():
        say(f"{model['name']}{'（默认）' if model['default'] else ''}：{model['description']}")
        say(f"  {model['dimension']} 维，{model['size_bytes'] / 1e6:.1f} MB，许可 {model['licence']}，指纹 {model['fingerprint'][:12]}")
        for name, value in model["figures"].items():
            say(f"  {name}：{value}")
        say(f"  {model['path']}")
