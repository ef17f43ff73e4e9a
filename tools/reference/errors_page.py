"""The page of every error that a user may see, with its remedy."""

from __future__ import annotations

import re

from raising import Found, found
from wording import table

__all__ = ["SITUATIONS", "page", "restated", "situation"]

_HEAD = """# 错误信息

程序不能继续时，屏幕上是一段话：哪里、什么不对、怎么办；退出码是 2，自检没有通过的是 1（见[命令](commands.md)）。
没有这样一段话而是一大段英文（Traceback）的，是程序的毛病，请连同那段英文告诉开发者。

下面是全部信息，按在做什么时出现分开；“…”是当时的文件名、列名、数字等。查找时用其中不变的几个字。一条信息有几种说法或者几种办法的，分行写。
有些文件（例如一次给了几个，其中一个打不开）不会使程序停下，同样的话写在汇总表的“未处理”里。

"""
#: Where a message comes from, the longest beginning first, and what the user was doing.
SITUATIONS = {
    "cli": "命令行",
    "commands/grammar": "命令行",
    "commands/running": "设置和选项",
    "commands/inspecting": "导出",
    "commands/archiving": "台账",
    "commands/closing": "采纳情况、反馈、二审、两轮对照",
    "commands/forgetting": "删去一个人",
    "commands/laws": "法规库",
    "commands/library": "法规库",
    "commands/queries": "法规库",
    "commands/linting": "草案、通过文本",
    "settings": "设置和选项",
    "api": "运行文件夹",
    "runfolder": "运行文件夹",
    "locking": "运行文件夹",
    "trace": "运行文件夹",
    "invariants": "运行文件夹",
    "stages/read": "运行文件夹",
    "intake": "读取意见文件",
    "reading/": "读取意见文件",
    "reading/points": "采集点的表、已知主题的表",
    "reading/side_table": "采集点的表、已知主题的表",
    "seeds": "采集点的表、已知主题的表",
    "language/lexicon": "口语词表",
    "law/": "法规库",
    "law/document": "草案、通过文本",
    "law/word": "草案、通过文本",
    "law/parse": "草案、通过文本",
    "law/amendment": "草案、通过文本",
    "law/choice": "模型和随附的数据",
    "law/fusion": "模型和随附的数据",
    "loop/explain/": "模型和随附的数据",
    "loop/weighing": "模型和随附的数据",
    "classifiers": "模型和随附的数据",
    "embedders/": "模型和随附的数据",
    "resources": "模型和随附的数据",
    "trees": "模型和随附的数据",
    "export/": "导出",
    "review/": "审核",
    "loop/": "采纳情况、反馈、二审、两轮对照",
    "loop/archive/": "台账",
    "forgetting/": "删去一个人",
    "clusters": "集群",
    "evaluate/": "用标注打分",
}
_CHINESE = re.compile("[\u4e00-\u9fff]")


def restated(one: Found) -> bool:
    """Whether an error only passes another one on."""
    return not any(_CHINESE.search(message) for message in one.messages)


def situation(one: Found) -> str:
    """Return what the user was doing; empty where no one has said so."""
    begun = [
        start for start in SITUATIONS if one.module.removesuffix(".py") == start or (start.endswith("/") and one.module.startswith(start))
    ]
    return SITUATIONS[max(begun, key=len)] if begun else ""


def _row(one: Found) -> tuple[str, str]:
    messages = [f"{one.where}：{message}" if one.where else message for message in one.messages if _CHINESE.search(message)]
    return "\n".join(messages), "\n".join(one.remedies)


def page() -> str:
    """Return the page."""
    told = [one for one in found() if not restated(one)]
    out = _HEAD
    for title in dict.fromkeys(SITUATIONS.values()):
        rows = dict.fromkeys(_row(one) for one in told if situation(one) == title)
        out += f"## {title}\n\n{table(('信息', '怎么办'), rows)}\n"
    return out.rstrip("\n") + "\n"
