"""The default templates of what people are told after a law is passed: feedback table, letters to points, replies, notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from jietan.export.official.pieces import HEAD, mark, paper, say, table, title

__all__ = ["CLOSING_LAYOUTS"]

_FEEDBACK = (
    ("序号", "{{ x.序号 }}", 12),
    ("反馈人", "{{ x.反馈人 }}", 32),
    ("意见内容", "{{ x.意见内容 }}", 82),
    ("是否采纳", "{{ x.是否采纳 }}", 25),
    ("采纳理由", "{{ x.采纳理由 }}", 92),
)


def _right(document: Any, *texts: str, size: float = 16) -> None:  # noqa: ANN401
    say(document, "", indent=False)
    for text in texts:
        say(document, text, size=size, indent=False).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _unchecked(document: Any, field: str) -> None:  # noqa: ANN401
    """A line that goes once a person has checked what is said."""
    mark(document, f"if {field}")
    say(document, "{{ " + field + " }}", name=HEAD, size=12, indent=False)
    mark(document, "endif")


def _feedback_table() -> Any:  # noqa: ANN401
    document = paper(wide=True)
    title(document, "{{ 法规 }}\n征求意见采纳情况反馈表")
    say(document, "{{ 合计 }}", size=14)
    _unchecked(document, "待核对")
    table(document, _FEEDBACK, "for x in 意见")
    _right(document, "{{ 报送单位 }}", "{{ 日期 }}")
    return document


def _point() -> Any:  # noqa: ANN401
    document = paper()
    title(document, "关于反馈{{ 法规 }}意见采纳情况的函")
    say(document, "{{ 采集点 }}：", indent=False)
    say(document, "{{ 法规 }}已经通过。感谢你们组织群众参与征求意见工作。现将经你们收集的意见的有关情况反馈如下。")
    say(document, "经你们收集的意见共{{ 件数 }}件，提意见的有{{ 人数 }}人。{{ 合计 }}")
    _unchecked(document, "待核对")
    say(document, "具体情况见附表，给各位居民的答复另附，请转达。“采纳”是指通过文本作了与意见一致的规定。")
    _right(document, "{{ 报送单位 }}", "{{ 日期 }}")
    document.add_page_break()
    say(document, "附表", name=HEAD, indent=False)
    columns = (
        ("意见编号", "{{ x.意见编号 }}", 22),
        ("反馈人", "{{ x.反馈人 }}", 24),
        ("意见内容", "{{ x.意见内容 }}", 44),
        ("是否采纳", "{{ x.是否采纳 }}", 23),
        ("采纳理由", "{{ x.采纳理由 }}", 43),
    )
    table(document, columns, "for x in 意见")
    return document


def _replies() -> Any:  # noqa: ANN401
    document = paper()
    mark(document, "for p in 答复")
    head = say(document, "关于{{ 法规 }}征求意见的答复", name="方正小标宋简体", size=20, indent=False)
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.page_break_before = True
    head.paragraph_format.space_after = Pt(12)
    say(document, "答复编号：{{ p.答复编号 }}　意见编号：{{ p.意见编号 }}", size=12, indent=False)
    _unchecked(document, "p.待核对")
    say(document, "{{ p.称呼 }}：", size=14, indent=False)
    say(document, "{{ p.开头 }}", size=14)
    mark(document, "for x in p.各条")
    mark(document, "if x.意见")
    say(document, "{{ x.意见 }}", size=14)
    mark(document, "endif")
    say(document, "{{ x.答复 }}", size=14)
    mark(document, "endfor")
    say(document, "{{ p.结尾 }}", size=14)
    _right(document, "{{ 报送单位 }}", "{{ 日期 }}", size=14)
    mark(document, "endfor")
    return document


def _notice() -> Any:  # noqa: ANN401
    document = paper()
    title(document, "关于{{ 法规 }}征求意见采纳情况的公告")
    for heading, loop in (("一、征求意见情况", "范围"), ("二、意见采纳情况", "反馈"), ("三、其他来件的处理", "处置")):
        say(document, heading, name=HEAD)
        mark(document, f"for y in {loop}")
        say(document, "{{ y }}")
        mark(document, "endfor")
    _unchecked(document, "待核对")
    _right(document, "{{ 报送单位 }}", "{{ 日期 }}")
    document.add_page_break()
    say(document, "附件", name=HEAD, indent=False)
    columns = (
        ("序号", "{{ x.序号 }}", 12),
        ("意见内容", "{{ x.意见内容 }}", 58),
        ("是否采纳", "{{ x.是否采纳 }}", 23),
        ("采纳理由", "{{ x.采纳理由 }}", 63),
    )
    table(document, columns, "for x in 意见")
    return document


#: Name of a paper to what lays out its default template.
CLOSING_LAYOUTS: dict[str, Callable[[], Any]] = {
    "采纳情况反馈表": _feedback_table,
    "采集点反馈函": _point,
    "答复函": _replies,
    "采纳情况公告": _notice,
}
