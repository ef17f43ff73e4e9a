"""How places, dates, labels and changes are written for an office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jietan.language.wording_of_numbers import format_number

__all__ = [
    "FORMULA_STARTS",
    "KIND_NOTES",
    "NOTICE",
    "OPERATIONS",
    "REVIEW",
    "STAGES",
    "STANCES",
    "TRIAGE",
    "TRIAGE_REASONS",
    "Marks",
    "book",
    "changes",
    "chinese_date",
    "interval",
    "iso_day",
    "limited",
    "place",
    "printable",
    "score_label",
]

#: Pieces of a marked text: (``same`` | ``add`` | ``cut`` | ``note``, text).
Marks = list[tuple[str, str]]

NOTICE = "建议稿，供参考"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TRIAGE = {
    "legislative": "立法意见",
    "governance": "治理事项",
    "personal": "个人诉求",
    "off_topic": "无关内容",
    "empty": "空白内容",
}
TRIAGE_REASONS = {
    "governance": "要求管理、执法或者服务部门办理的事项，不通过立法解决，建议转有关部门",
    "personal": "个人纠纷、咨询或者求助，建议转有关部门或者窗口答复",
    "off_topic": "广告或者与本次征求意见无关的内容",
    "empty": "没有实质内容（空白、表情或者个别字词）",
}
STANCES = {"support": "支持", "oppose": "反对", "modify": "要求修改", "neutral": "疑问"}
OPERATIONS = {"none": ""}
KIND_NOTES = {
    "建议": "提出怎样规定，包括要求保留",
    "支持": "表态赞成",
    "反对": "表态反对",
    "问题": "疑问，或者要求释明",
    "理由": "只讲理由的句子，随其所支持的观点，不单独计为诉求",
}
REVIEW = {"draft": "待审", "accepted": "采用", "edited": "修改后采用", "rejected": "不采用"}
STAGES = {
    "read": "读取",
    "redact": "脱敏",
    "split": "拆分观点",
    "embed": "向量化",
    "classify": "分类",
    "merge": "归并",
    "link": "对应条文",
    "cluster": "归纳主题",
    "draft": "拟写建议",
    "rank": "排序",
}

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
_OPS = {"equal": "same", "insert": "add", "delete": "cut"}


def printable(text: str | None) -> str:
    """Return the text with line ends as newlines and every character an office file cannot hold shown as □."""
    if not text:
        return ""
    return _FORBIDDEN.sub("□", text.replace("\r\n", "\n").replace("\r", "\n"))


def iso_day(value: str | None) -> str:
    """Return the day of a time stamp, or the value as it is where it has none."""
    return value[:10] if value and _DAY.match(value) else (value or "")


def chinese_date(value: str | None) -> str:
    """Return ``2025-06-05`` as 2025年6月5日, anything else as it is."""
    match = _DAY.match(value or "")
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else (value or "")


def book(title: str | None) -> str:
    """Return a title in exactly one pair of book marks, or an empty text."""
    bare = (title or "").strip()
    if not bare or bare.startswith("《"):
        return bare
    return f"《{bare.replace('《', '〈').replace('》', '〉')}》"


def place(row: dict[str, Any], draft_law: str = "") -> str:
    """Return where a row of ``suggestions``, ``links`` or ``articles`` points to, as an official text writes it.

    Args:
        row: With ``law``, ``article``, ``paragraph``, ``item`` and, for a new article, ``after_article``.
        draft_law: The law out for consultation, which is not named; any other law is.
    """
    law = row.get("law")
    prefix = book(law) if law and law != draft_law else ""
    article = row.get("article")
    if not article:
        after = row.get("after_article")
        if after:
            return f"{prefix}增加一条（{after}之后）"
        return prefix + ("增加一条" if row.get("operation") == "增加" else "未对应条文")
    paragraph, item = row.get("paragraph"), row.get("item")
    out = prefix + str(article)
    if paragraph:
        out += f"第{format_number(int(paragraph))}款"
    if item:
        out += f"第{str(item).strip('（）()第项 ')}项"
    return out


def score_label(column: str) -> str:
    """Return what a component of the score measures, from the setting that weights it."""
    from jietan.settings import RankSettings

    name = column.removeprefix("score_")
    field = RankSettings.model_fields.get(name)
    return str(field.description).split("（")[0] if field and field.description else name


def interval(low: object, high: object) -> str:
    """Return a range of ranks."""
    return str(low) if low == high else f"{low}—{high}"


def limited(values: Sequence[str], limit: int, total: int, unit: str, joint: str = "、") -> str:
    """Return the first values and, where there are more, how many there are in all."""
    text = joint.join(values[:limit])
    if total > len(values[:limit]):
        text += f"等{total}{unit}"
    return text


def changes(suggestion: dict[str, Any], proposed: str | None = None) -> Marks:
    """Return the proposed text with what is added and what is cut, or the point of law where there is no wording.

    Args:
        suggestion: A row of ``suggestions``.
        proposed: The proposed text where it differs from the row's, such as a masked one.
    """
    from jietan.law.diff import mark

    text = printable(suggestion["proposed_text"] if proposed is None else proposed)
    original = printable(suggestion["original_text"])
    if not suggestion["drafted"]:
        return [("note", "【立法要点】"), ("same", text)]
    if original and not text:
        return [("note", "【删去】"), ("cut", original)]
    if original and original == text:
        return [("note", "【维持原规定】"), ("same", text)]
    if not original:
        return [("add", text)] if text else []
    return [(_OPS[op], part) for op, part in mark(original, text) if part]
