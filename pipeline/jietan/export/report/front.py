"""Cover and summary of the report."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from jietan.export import method
from jietan.export.figures import Figures, figures, period
from jietan.export.report.paper import BODY, COVER, NOTE, TITLE, Table, put
from jietan.export.view import View
from jietan.export.wording import NOTICE, TRIAGE, TRIAGE_REASONS, book, chinese_date, printable
from jietan.language.wording_of_numbers import format_number

__all__ = ["Chapters", "cover", "heading", "summary"]


class Chapters:
    """Numbers the first-level headings of a document.

    Args:
        document: The document to append to.
    """

    def __init__(self, document: Any) -> None:  # noqa: ANN401
        """Start before the first chapter."""
        self.document = document
        self._count = 0

    def open(self, title: str) -> Any:  # noqa: ANN401
        """Append the heading of the next chapter and return the document."""
        self._count += 1
        heading = self.document.add_heading("", 1)
        put(heading, f"{format_number(self._count)}、{title}")
        if self._count == 1:
            heading.paragraph_format.page_break_before = True
        return self.document


def heading(view: View) -> str:
    """Return the title of the report in one line."""
    return f"{book(view.title)}立法建议报告" if view.title else "群众意见整理报告"


def cover(document: Any, view: View) -> None:  # noqa: ANN401
    """Append the cover."""
    notice = document.add_paragraph(style=COVER)
    notice.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    put(notice, NOTICE)
    first = document.add_paragraph(style=TITLE)
    first.paragraph_format.space_before = Pt(150)
    put(first, printable(book(view.title)) or "群众意见")
    put(document.add_paragraph(style=TITLE), "立法建议报告" if view.title else "整理报告")
    report = view.settings.report
    started = chinese_date(str(view.run_info.get("started") or ""))
    lines = (
        ("报送单位", report.office),
        ("征集时间", period(view)),
        ("联 系 人", report.contact),
        ("整理日期", started),
    )
    shown = [(label, text) for label, text in lines if text]
    for i, (label, text) in enumerate(shown):
        line = document.add_paragraph(style=COVER)
        line.paragraph_format.left_indent = Pt(56)
        line.paragraph_format.space_before = Pt(170 if i == 0 else 0)
        put(line, f"{label}：{printable(text)}")


def _opening(found: Figures, view: View) -> str:
    when = period(view)
    text = f"{when}，" if when else ""
    text += f"共收到意见{found.n_comments}件，来自{found.n_people}人"
    text += f"、{found.n_points}个信息采集点" if found.n_points else ""
    text += f"；从中摘出观点{found.n_opinions}条"
    text += f"，归纳为{found.n_themes}个主题" if found.n_themes or not view.few else ""
    text += f"，形成立法建议{found.n_suggestions}条" if found.n_suggestions else ""
    if found.n_articles:
        text += f"。草案共{found.n_articles}条，其中{found.n_articles_named}条有意见"
    return text + "。"


def _letters(found: Figures) -> str:
    if not found.campaigns:
        return "没有发现集中投递的联名信。"
    parts = [f"{c.campaign_id}共{c.n_comments}件、{c.n_people}人" for c in found.campaigns[:6]]
    more = f"等{len(found.campaigns)}封" if len(found.campaigns) > 6 else ""
    return (
        f"集中投递单独说明：有{len(found.campaigns)}封内容相同的联名信，合计{found.n_campaign_comments}件，占全部意见的"
        f"{found.n_campaign_comments / found.n_comments:.0%}（{'；'.join(parts)}{more}）。"
        "复制件照样计数，其中另有独立内容的，独立内容已经单独列出。"
    )


def _note(document: Any, found: Figures, view: View) -> None:  # noqa: ANN401
    """A handful of comments are told in words: what came, what becomes of it, and how far it goes."""
    kinds = [f"{TRIAGE[key]}{count}件" for key in TRIAGE if (count := found.triage.get(key, 0))]
    text = f"其中{'、'.join(kinds)}。" if len(kinds) > 1 else ""
    if found.campaigns:
        text += f"有{found.n_campaign_comments}件内容相同，是联名信。"
    if text:
        put(document.add_paragraph(style=BODY), text)
    put(document.add_paragraph(style=BODY), f"意见只有{found.n_comments}件，只说明有人这样想，不能据此推断多数人的态度；请逐件看原话。")
    passed = sum(found.triage.get(key, 0) for key in ("governance", "personal"))
    if passed:
        put(document.add_paragraph(style=BODY), f"不属于立法意见的{passed}件，建议转有关部门，见《意见汇总表》“转办清单”表。")


def summary(chapters: Chapters, view: View) -> None:
    """Append the summary with its figures; a note in words where there are only a few comments."""
    found = figures(view)
    document = chapters.open("基本情况")
    put(document.add_paragraph(style=BODY), _opening(found, view))
    if view.few:
        _note(document, found, view)
        return
    table = Table(document, ("项目", "数量", "项目", "数量"), (28, 51, 28, 51), centered=(0, 1, 2, 3))
    lines = method.figure_lines(found)
    half = (len(lines) + 1) // 2
    for left, right in zip(lines[:half], [*lines[half:], ("", "")], strict=False):
        table.add((*left, *right))
    if found.n_comments:
        put(document.add_paragraph(style=NOTE), "按性质分流（件）：")
        triage = Table(document, ("类别", "件数", "处理"), (30, 20, 108), centered=(0, 1))
        for key, label in TRIAGE.items():
            note = TRIAGE_REASONS.get(key, "对条文或者立法本身的意见，进入本报告")
            triage.add((label, str(found.triage.get(key, 0)), note))
    closing = document.add_paragraph(style=BODY)
    closing.paragraph_format.space_before = Pt(6)
    put(closing, _letters(found))
    put(document.add_paragraph(style=BODY), method.CAUTIONS[0])
