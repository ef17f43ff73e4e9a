import subprocess
import sys
import time

import pytest
import typer

from jietan import __version__
from jietan.cli import app
from jietan.commands.screen import clean

_COMMANDS = (
    "demo",
    "run",
    "trace",
    "export",
    "templates",
    "explain",
    "form",
    "points",
    "outcome",
    "feedback",
    "carry",
    "compare",
    "forget",
    "evaluate",
    "models",
    "lint",
    "review",
    "archive",
    "laws",
)
_SUBCOMMANDS = ("review status", "review apply", "review undo", "laws list", "laws show", "laws search", "archive add", "archive search")


def _has_latin_sentence(text):
    return any(words in text for words in ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default", "OPTIONS"))


@pytest.mark.parametrize("command", ["", *_COMMANDS, *_SUBCOMMANDS])
def test_help_is_chinese(call, command):
    shown = call(*command.split(), "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"用法：jietan {command}".rstrip())
    assert "显示帮助后退出" in shown.out
    assert "…\n" not in shown.out.split("\n", 1)[1]
    assert not _has_latin_sentence(shown.out)


def test_every_command_is_listed_with_help(call):
    group = typer.main.get_command(app)
    assert tuple(group.commands) == _COMMANDS
    shown = call("--help").out
    for name, command in group.commands.items():
        assert f"\n  {name} " in shown
        assert command.help


@pytest.mark.parametrize("words", [[], ["laws"]])
def test_no_command_shows_help(call, words):
    shown = call(*words)
    assert shown.code == 0
    assert shown.out.startswith("用法：")


def test_version(call):
    assert call("--version").out == f"jietan {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["rnu"], "没有 rnu 这个命令。最接近的是 jietan run。"),
        (["火星"], "没有 火星 这个命令。可用的命令：demo、run、trace"),
        (["laws", "serch", "车"], "最接近的是 jietan laws search。"),
        (["run"], "缺少参数 意见文件。用法见 jietan run --help。"),
        (["run", "a.csv", "--drfat", "x"], "没有 --drfat 这个选项。最接近的是 --draft；用法见 jietan run --help。"),
        (["run", "a.csv", "--out"], "选项 --out 后面缺少它的值。用法见 jietan run --help。"),
        (["run", "a.csv", "--append=3"], "选项 --append 后面不能带值。"),
        (["run", "-q", "a.csv"], "没有 -q 这个选项。"),
        (["evaluate", "x"], "缺少选项 --gold。"),
        (["trace", "a", "b", "c (d)", "e"], "多出来的参数：c (d) e。名称里有空格的，请加引号；用法见 jietan trace --help。"),
        (["laws", "search", "车", "-k", "多"], "选项 -k 的值不可用（应为不小于 1 的整数）。"),
        (["laws", "search", "车", "-k", "0"], "选项 -k 的值不可用（应为不小于 1 的整数）。"),
        (["--nope"], "没有 --nope 这个选项。"),
    ],
)
def test_a_line_that_cannot_be_understood(call, words, expected):
    ended = call(*words)
    assert expected in ended.paragraph()
    assert ended.out == ""


def test_help_is_quick_and_loads_nothing_heavy():
    loaded = "import sys; sys.argv = ['jietan', '--help']\nfrom jietan.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    check = loaded + "print(sorted({'pandas', 'numpy', 'torch', 'pydantic', 'jieba'} & set(sys.modules)))"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=True)
    assert done.stdout.decode("utf-8").rstrip().endswith("[]")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_chinese_in_any_locale_and_through_a_pipe(spawn, environment):
    shown = spawn("--help", **environment)
    assert shown.code == 0
    assert "街谈巷议" in shown.out
    assert "没有这个文件" in spawn("run", "没有.csv", **environment).paragraph()


def test_a_closed_pipe_is_no_error():
    words = f"{sys.executable} -m jietan laws list | head -1"
    done = subprocess.run(["bash", "-c", words], capture_output=True, check=True)
    assert "条" in done.stdout.decode("utf-8")
    assert b"Traceback" not in done.stderr


def test_nothing_printed_can_steer_a_terminal():
    assert clean("甲\x1b[31m乙\x07\u202e丙\n丁\t戊\u3000己") == "甲□[31m乙□□丙\n丁\t戊\u3000己"
    assert clean("\udce6\udc84\udc8f") == "意"
