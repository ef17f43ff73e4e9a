"""Minutes of a meeting: one paragraph, one speaker's opinion; everything else is listed with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jietan.reading.dates import parse_date
from jietan.reading.forms import is_form, own_words
from jietan.reading.headers import find_article
from jietan.reading.model import FIELD_NAMES, Row, Sink, TextPart
from jietan.reading.speakers import NUMBERING, Speech, find_speech

__all__ = ["Paragraph", "read_minutes"]

_META = {
    **dict.fromkeys(
        "时间 会议时间 日期 召开时间 座谈时间 会议日期 征求意见时间 开会时间 提交日期 收集日期 采集日期".split(), "submitted_at"
    ),
    **dict.fromkeys("采集点 征集点 信息采集点 意见征集点 联系点 立法联系点 基层立法联系点".split(), "point"),
    **dict.fromkeys("街镇 所属街镇 街道 所属街道 乡镇".split(), "street"),
    **dict.fromkeys(
        "地点 会议地点 召开地点 座谈地点 开会地点 主持 记录 记录人 记录员 整理 整理人 主持人及记录 参加人 参加人员 "
        "参会人员 参会人 参加对象 与会人员 出席 出席人员 出席人 列席 列席人员 缺席 缺席人员 请假 人员 "
        "参会单位 参加单位 议题 会议议题 会议主题 主题 会议名称 "
        "会议内容 会议议程 议程 主要内容 单位 组织单位 主办单位 承办单位 抄送 报送 主送 附件 附 联系人 联系电话 电话 签发 审核 校对 "
        "编号 页码 打印日期 落款 发言人 发言人员".split(),
        "",
    ),
}
_LABEL = re.compile(r"\s*(?P<label>[^：:\n]{1,12}?)\s*[：:]\s*(?P<value>.*)", re.DOTALL)
_BARE_LABEL = re.compile(r"\s*(?P<label>会议时间|会议地点|时\s*间|地\s*点)\s+(?P<value>.+)", re.DOTALL)
_PEOPLE = ("人员", "出席", "列席", "参加", "参会", "与会")
_HEADING = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．\s]|第[一二三四五六七八九十\d]+[章节部分]+|[（(]\d+[)）])?.{1,40}"
)
_ENDS_SENTENCE = re.compile(r"[。！？!?；;…，,]\s*[”\"'’）)]?\s*$")
_TITLE_WORDS = re.compile(r"(?:记录|纪要|座谈会|汇总|简报|征求意见会|论证会|听证会|一览|整理稿|意见表)\s*(?:[（(].*[)）])?\s*$")
_BOILERPLATE = re.compile(
    r"^\s*(?:会议(?:开始|结束|于|在|由|指出|要求|强调|首先|最后)|本次(?:会议|座谈)|此次(?:会议|座谈)|座谈会(?:开始|结束|于|在|由)|散会|"
    r"以上(?:是|为|就是)|感谢(?:各位|大家)|谢谢(?:各位|大家)|下面(?:请|进入|由)|现在(?:开会|开始|请)|大家好|各位代表|"
    r"[（(](?:鼓掌|笑|休会|完|以下|此页)|为(?:了)?(?:广泛|充分)?(?:征求|听取)|根据.{0,30}(?:要求|安排|部署|通知)|\d{1,2}[:：]\d{2}|"
    r"与会(?:人员|代表).{0,20}(?:如下|讨论|交流|发言)|现将.{0,30}如下)|(?:如下|意见)\s*[:：]\s*$"
)
_OPINION = re.compile(
    "建议|应当|应该|希望|认为|反对|支持|同意|赞成|要求|能否|可否|是否|最好|不合理|不应|必须|太[高低重轻严宽长短]|删除|修改|增加|提高|降低|明确"
)
_FIRST_PERSON = re.compile("我(?:个人|本人|也|还|觉得|认为|建议|补充|提)")
_COLUMN = "发言"
_ADDED = {"point": "采集点", "street": "街镇", "submitted_at": "日期"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with characters: its number among those, its text, and whether its style is a heading."""

    number: int
    text: str
    heading: bool


class _Minutes:
    """Goes through the paragraphs and remembers the meeting's date and place, the heading and the speaker."""

    def __init__(self, sink: Sink, *, has_speakers: bool, beside_tables: bool, of_form: bool) -> None:
        self.sink = sink
        self.has_speakers = has_speakers
        self.beside_tables = beside_tables
        self.of_form = of_form
        self.meeting: dict[str, str] = {}
        self.article: str | None = None
        self.speaker: str | None = None
        self.in_people = False
        self.n_continued = 0

    def take(self, paragraph: Paragraph) -> None:
        """Make a row or a reject of one paragraph."""
        speech = None if paragraph.heading else find_speech(paragraph.text)
        reason = self._meta(paragraph.text)
        if reason is None and speech is not None:
            self.in_people = False
            self._speech(paragraph, speech)
            return
        if self.of_form and own_words(paragraph.text):
            return
        reason = reason or self._not_a_comment(paragraph)
        if reason is not None:
            self.sink.reject(paragraph.number, reason)
            return
        self.n_continued += self.speaker is not None
        self._append(paragraph, paragraph.text, self.speaker)

    def _speech(self, paragraph: Paragraph, speech: Speech) -> None:
        if speech.moderator and not (_FIRST_PERSON.search(speech.text) and _OPINION.search(speech.text)):
            self.speaker = None
            self.sink.reject(paragraph.number, "主持人的串场话，不是意见")
            return
        self.speaker = speech.who
        self._append(paragraph, speech.text, speech.who)

    def _meta(self, text: str) -> str | None:
        """Recognise the lines about the meeting itself, and keep its date and place."""
        match = _LABEL.match(NUMBERING.sub("", text)) or _BARE_LABEL.match(text)
        if match is None:
            return None
        label = "".join(match["label"].split())
        field = _META.get(label)
        if field is None:
            return None
        value = match["value"].strip().strip("＿_").strip()
        if field == "submitted_at":
            value = _meeting_date(value) or ""
        if field and value:
            self.meeting.setdefault(field, value)
        self.in_people = label.startswith(_PEOPLE)
        return f"会议信息（{label}），不是意见"

    def _not_a_comment(self, paragraph: Paragraph) -> str | None:
        """Say why a paragraph without a speaker is no comment, or None if it is one."""
        text = paragraph.text
        if self.in_people and not _ENDS_SENTENCE.search(text) and not _OPINION.search(text):
            return "参会人员名单，不是意见"
        self.in_people = False
        if _is_heading(paragraph):
            self.article = find_article(text)
            self.speaker = None
            return "标题，不是意见"
        if _BOILERPLATE.search(text):
            return "会议记录的套话，不是意见"
        if self.beside_tables:
            return "表格以外的文字，不是意见"
        if self.has_speakers and self.speaker is None and not _OPINION.search(text):
            return "没有发言人的叙述，不是意见"
        return None

    def _append(self, paragraph: Paragraph, text: str, submitter: str | None) -> None:
        fields: dict[str, str | None] = dict.fromkeys(FIELD_NAMES)
        fields.update(self.meeting)
        fields.update(submitter=submitter, article_hint=self.article)
        part = TextPart(column=_COLUMN if submitter else "正文", start=0, end=len(text))
        self.sink.rows.append(Row(self.sink.source_file, paragraph.number, None, text, [part], fields))


def read_minutes(paragraphs: Sequence[Paragraph], sink: Sink, *, beside_tables: bool) -> None:
    """Read the paragraphs of a document.

    A paragraph that names its speaker is a comment of that speaker, without the name; the following ones up to the next
    speaker or heading are comments of the same person. The meeting's date and place go to every row, an article in a
    heading (（二）关于第十二条) to the rows below it. Paragraphs without a speaker are comments too unless they are
    headings, lines about the meeting or set phrases; in minutes with speakers they must contain a wish.

    Args:
        paragraphs: The paragraphs with characters, in order.
        sink: Where rows, rejects and notes go.
        beside_tables: True where tables held the comments; then only paragraphs with a speaker are comments.
    """
    has_speakers = any(_names_speaker(p) for p in paragraphs)
    of_form = beside_tables and is_form([p.text for p in paragraphs])
    minutes = _Minutes(sink, has_speakers=has_speakers, beside_tables=beside_tables, of_form=of_form)
    n_before = len(sink.rows)
    for paragraph in paragraphs:
        minutes.take(paragraph)
    if beside_tables:
        _complete(sink, n_before, minutes.meeting)
    n_rows = len(sink.rows) - n_before
    if n_rows:
        sink.note(f"按会议记录读段落，共 {n_rows} 条意见；source_row 是第几个有文字的段落")
    if minutes.n_continued:
        sink.note(f"有 {minutes.n_continued} 段没有写发言人，算作前一位发言人的意见")
    if n_rows and "submitted_at" in minutes.meeting:
        sink.note(f"以会议时间 {minutes.meeting['submitted_at']} 作为提交时间")


def _complete(sink: Sink, n_rows: int, meeting: dict[str, str]) -> None:
    """Give the rows of tables the point, street and day that stand once beside them, where the tables have none."""
    added = [name for name in ("point", "street", "submitted_at") if name in meeting]
    if added and not any(row.fields[name] for row in sink.rows[:n_rows] for name in added):
        for row in sink.rows[:n_rows]:
            row.fields.update({name: meeting[name] for name in added})
        sink.note(
            f"表格里没有的{'、'.join(_ADDED[name] for name in added)}，取自表格以外写明的：{'，'.join(meeting[name] for name in added)}"
        )


def _names_speaker(paragraph: Paragraph) -> bool:
    speech = None if paragraph.heading else find_speech(paragraph.text)
    return speech is not None and not speech.moderator


def _is_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    if paragraph.heading:
        return True
    if len(text) > 40 or _ENDS_SENTENCE.search(text) or not _HEADING.fullmatch(text):
        return False
    if _TITLE_WORDS.search(text):
        return True
    numbered = re.match(
        r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．\s]|第[一二三四五六七八九十\d]+[章节]|[（(][一二三四五六七八九十]+[)）]", text
    )
    about = re.match(
        r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]+\s*)?(?:关于|对|针对).{1,25}(?:条|章|节|问题|规定|意见|方面|部分)[:：]?$", text
    )
    return bool(about) or (bool(numbered) and not _OPINION.search(text))


def _meeting_date(value: str) -> str | None:
    """Find the day of the meeting in `2025年6月5日下午2:00-4:00`."""
    found = re.match(r"\s*(.{4,12}?[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})", value)
    return parse_date(found[1]) if found else parse_date(value)
