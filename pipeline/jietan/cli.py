"""The command ``jietan``: its commands, and how it ends when something is wrong."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from jietan import __version__
from jietan.commands import archiving, closing, comparing, forgetting, inspecting, laws, linting, preparing, reviewing, running
from jietan.commands.grammar import Command, Group, explain, usage_error
from jietan.commands.screen import error as show_error
from jietan.commands.screen import say
from jietan.errors import JietanError, cause
from jietan.garbage import search_seldom

__all__ = ["app", "main"]

_INTERRUPTED = 130
#: Faults of the machine, not of the program, wherever they strike.
_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)

app = typer.Typer(
    name="jietan",
    cls=Group,
    help="街谈：把街谈巷议整理成可以追溯到原话的立法建议。\n\n第一次使用：jietan demo",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"jietan {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本后退出")] = False,
) -> None:
    """Hold the options that belong to no command."""


app.command("demo", cls=Command, help="处理随程序附带的样例（420 件意见、一部 34 条的草案），看看会得到什么")(running.demo)
app.command("run", cls=Command, help="处理意见：读取、脱敏、拆分、归并、对应条文、归纳主题、起草并排序建议、导出")(running.run)
app.command("trace", cls=Command, help="查一件意见在每一步的去向和理由")(inspecting.trace)
app.command("export", cls=Command, help="从已有的运行结果再导出文件")(inspecting.export)
app.command("templates", cls=Command, help="写出默认的公文模板（报送函、转办清单、答复函等），供本单位改成自己的")(inspecting.templates)
app.command("explain", cls=Command, help="用平常话讲解草案：逐条的卡片、按对象的一页总览、想问居民的问题")(preparing.explain)
app.command("form", cls=Command, help="写出收集意见的表：带下拉选项的表格、可以打印的、网页的")(preparing.form)
app.command("points", cls=Command, help="采集情况：哪些采集点没有来件，各街镇多少人，讲了理由、写明条文的有多少")(preparing.points)
app.command("outcome", cls=Command, help="对照通过文本，看每条建议采纳了没有")(closing.outcome)
app.command("feedback", cls=Command, help="写出采纳情况反馈表、给采集点的反馈函、给各人的答复、公告")(closing.feedback)
app.command("carry", cls=Command, help="把意见、主题、建议和审核决定对到二审稿：哪些已经解决，哪些待解决")(closing.carry)
app.command("compare", cls=Command, help="对照两轮征求意见：哪些主题增多、减少、新出现、不再出现，各方人数怎样变化")(comparing.compare)
app.command("forget", cls=Command, help="把一个人从一次运行里删去：意见、观点、各表、导出、审核记录、台账")(forgetting.forget)
app.command("evaluate", cls=Command, help="用标注好的答案给一次运行打分")(inspecting.evaluate)
app.command("models", cls=Command, help="列出随程序附带的向量模型")(inspecting.models)
app.command("lint", cls=Command, help="检查草案的立法技术：用语、数字、标点、引用、定义，以及地方立法权限")(linting.lint)
app.add_typer(reviewing.app, name="review", help="审核：列出、更新、撤销对一次运行作出的决定")
app.add_typer(archiving.app, name="archive", help="台账：历次征求意见的意见、建议、结果和答复，可以查找和比较")
app.add_typer(laws.app, name="laws", help="法规库：列出、查看、检索、核对引用，加入自己的法规")


def _use_utf8(streams: Sequence[TextIO]) -> None:
    """Print Chinese whatever the locale; what a terminal cannot show is escaped, never an error."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _call(arguments: Sequence[str] | None) -> int:
    """Run one command line and return its exit code."""
    try:
        code = typer.main.get_command(app).main(
            args=None if arguments is None else list(arguments), prog_name="jietan", standalone_mode=False
        )
    except usage_error as error:
        problem = explain(error)
        show_error(str(problem))
        return problem.exit_code
    except JietanError as error:
        show_error(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except OSError as error:
        if error.errno not in _MACHINE:
            raise
        todo = "请换一个能写的文件夹" if error.errno == errno.EROFS else "请清理磁盘"
        failed = JietanError(cause(error), where=str(error.filename or ""), todo=f"{todo}后原样再运行一次，已完成的步骤不会重做")
        show_error(str(failed))
        return failed.exit_code
    if code == _INTERRUPTED:
        show_error(str(JietanError("已中断", todo="原样再运行一次会从中断处继续")))
    return code if isinstance(code, int) else 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the only place that ends the program.

    Args:
        arguments: Words after ``jietan``; None for those of the process.
    """
    search_seldom()
    _use_utf8((sys.stdout, sys.stderr))
    sys.exit(_call(arguments))
