"""What is told about one suggestion or one comment: sentences that say what the adopted text provides, never why it came about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jietan.loop.whereabouts import Provision, Whereabouts

__all__ = ["Case", "answer", "doubted", "short_name", "unmatched"]

_ITEM = re.compile("第[^第条款项]+项$")
_KINDS = ("条例", "规定", "办法", "规则", "细则", "决定", "法")


def short_name(title: str) -> str:
    """Return how a law is called after its first mention: 《条例》.

    Args:
        title: Its title.
    """
    bare = title.strip("《》 ")
    kind = next((k for k in _KINDS if bare.endswith(k)), "")
    return f"《{kind}》" if kind and bare != kind else "该法规"


def _quoted(provision: Provision) -> str:
    """The words with their place; an 项 behind the words that introduce it."""
    if not provision.lead:
        return f"{provision.place}规定：“{provision.words}”"
    at = _ITEM.search(provision.place)
    outer, item = (provision.place[: at.start()], at[0]) if at else (provision.place, "其中一项")
    return f"{outer}规定：“{provision.lead}”，{item}为“{provision.words}”"


def _said(provisions: tuple[Provision, ...]) -> str:
    return "；".join(map(_quoted, provisions))


def _gone(provisions: tuple[Provision, ...], law: str) -> str:
    return "；".join(f"草案{p.place}中的“{p.words}”，{law}不再保留" for p in provisions)


@dataclass(frozen=True)
class Case:
    """What is known of a suggestion when people are told of it.

    Attributes:
        label: 采纳, 部分采纳, 未采纳, 已有规定 or 转其他途径.
        operation: What it asks for.
        law: How the adopted text is called.
        where: What the texts say.
        reason: The reviewer's reason, empty without one.
        beyond: Why local legislation may not lay it down, empty where it may.
        existing: Place and words that say it already.
        opposed: Whether others asked for something else at the same place.
    """

    label: str
    operation: str
    law: str
    where: Whereabouts
    reason: str = ""
    beyond: str = ""
    existing: tuple[str, ...] = ()
    opposed: bool = False


_STANDS = {
    "保留": "{law}对有关规定作了调整",
    "删除": "{law}保留了有关规定",
    "修改": "{law}没有作这样的修改",
    "增加": "{law}没有增加这一内容",
    "细化": "{law}没有就此作进一步的规定",
    "释明": "{law}没有就此另作说明",
}


def _agrees(case: Case) -> str:
    """Sentences where the adopted text says what was asked for, or a part of it."""
    adopted, struck = _said(case.where.adopted), _gone(case.where.struck, case.law)
    if case.operation == "保留":
        whole = f"{case.law}保留了这一规定" if case.label == "采纳" else f"{case.law}保留了有关规定，文字有调整"
        return f"{whole}。{adopted}。" if adopted else f"{whole}。"
    alike = "与这一意见一致" if case.label == "采纳" else "与这一意见部分一致"
    if struck and case.where.relied:
        return f"{struck}，{alike}。"
    return f"{case.law}的规定{alike}。{adopted}。" if adopted else f"{case.law}的规定{alike}。"


def _differs(case: Case) -> str:
    """Sentences where it does not."""
    adopted, struck = _said(case.where.adopted), _gone(case.where.struck, case.law)
    if struck:
        return f"{struck}，与这一意见不同。"
    if not adopted:
        return f"与草案相比，{case.law}没有相应的改动。"
    if case.where.relied:
        return f"{case.law}的规定与这一意见不同。{adopted}。"
    if case.where.changed:
        return f"{case.law}对有关规定另有调整。现{adopted}。"
    return f"{_STANDS[case.operation].format(law=case.law)}。现{adopted}。"


def answer(case: Case) -> str:
    """Say what became of a suggestion."""
    if case.label == "已有规定":
        where = "；".join(case.existing) or _said(case.where.adopted)
        text = "这一内容已经有规定。" + (f"{where}。" if where and not case.reason else "")
    elif case.label == "转其他途径":
        text = "这一事项不通过制定这部法规解决，已列入转办事项。"
    else:
        text = _agrees(case) if case.label in ("采纳", "部分采纳") else _differs(case)
    if case.reason:
        return f"{text}说明：{case.reason.rstrip('。')}。"
    if case.label == "未采纳" and case.beyond:
        return f"{text}{case.beyond.rstrip('。')}。"
    return f"{text}征求意见时，对这一事项还有不同的意见。" if case.label == "未采纳" and case.opposed else text


def doubted(law: str, articles: tuple[str, ...]) -> tuple[str, str]:
    """Say where the matter stands to someone who seems to want what was struck, whatever became of the suggestion.

    Args:
        law: How the adopted text is called.
        articles: Articles of the adopted text that it concerns.

    Returns:
        The label and the sentence.
    """
    where = f"有关规定见{law}{'、'.join(articles)}。" if articles else ""
    return "已记录", f"这一意见已经如实记录。{where}"


_UNMATCHED = {
    "governance": ("转其他途径", "这是需要有关部门办理的事项，不属于对法规条文的意见，已列入转办事项。"),
    "personal": ("转其他途径", "这是个人遇到的具体问题，不属于对法规条文的意见，已列入转办事项。"),
    "off_topic": ("不涉及本法规", "来件没有涉及这部法规的内容，没有列入立法意见。"),
    "empty": ("没有具体内容", "来件没有可以辨认的具体意见。"),
}


def unmatched(triage: str, kind: str, law: str, article: str | None) -> tuple[str, str]:
    """Say what became of words that no suggestion rests on.

    Args:
        triage: What the comment is for.
        kind: Kind of the opinion; empty where none was found.
        law: How the adopted text is called.
        article: Article of the adopted text that it concerns, or None.

    Returns:
        A label such as 已记录, and the sentences.
    """
    if triage in _UNMATCHED:
        return _UNMATCHED[triage]
    where = f"有关规定见{law}{article}。" if article else ""
    if kind == "支持":
        return "已记录", f"对草案的支持已经如实记录。{where}"
    if kind == "问题":
        return "已记录", f"所提的问题已经如实记录。{where}"
    if kind in ("建议", "反对"):
        return "已记录", f"这一意见已经如实记录，没有单独写成立法建议。{where}"
    return "已记录", f"所反映的情况已经如实记录。{where}"
