"""Write what people are told after a law is passed: feedback table, letters to points, replies, notice."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jietan.errors import SettingsError
from jietan.export.files import write
from jietan.export.lines import cell
from jietan.export.official.render import render
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.xlsx import write_sheets
from jietan.loop.answers import Answers
from jietan.loop.contacts import read_contacts
from jietan.loop.told import Feedback, Reply
from jietan.trace import view_of

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["Written", "feedback", "feedback_of"]

_VOLUME = 200
#: So many people get a letter of their own without being asked for; files of one folder.
_EACH, _FILES = 2000, 1000
_REPORTED = 50
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
#: An id that can stand in the name of a file; any other might hold a name or a number of somebody's.
_PLAIN = re.compile(r"[A-Za-z]{0,6}-?\d{1,8}(?:@[0-9a-f]{8})?")
_LABEL = Col("是否采纳", 11, kind="center")
_FEEDBACK = (
    Col("序号", 6, kind="number"),
    Col("反馈人", 20),
    Col("意见内容", 48),
    _LABEL,
    Col("采纳理由", 60),
    Col("人数", 7, kind="number"),
    Col("建议编号", 12, kind="center"),
    Col("核对", 9, kind="center"),
)
_COMMENTS = (
    Col("意见编号", 11, kind="center"),
    Col("反馈人", 16, kind="center"),
    Col("采集点", 18, kind="center"),
    Col("意见内容", 48),
    _LABEL,
    Col("采纳理由", 56),
    Col("建议编号", 12, kind="center"),
    Col("答复编号", 9, kind="center"),
)
_RATES = (
    Col("指标", 44),
    Col("数量", 10, kind="center"),
    Col("分母", 10, kind="center"),
    Col("分母是什么", 50),
    Col("比例", 10, kind="center"),
)
_TODO = (Col("类别", 18, kind="center"), Col("编号", 14, kind="center"), Col("说明", 60), Col("怎么办", 50))


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        paths: The files.
        todo: Rows for a person to see to: kind, id, what, what to do.
        personal: Whether names and contacts are in them.
    """

    paths: tuple[Path, ...]
    todo: tuple[tuple[str, str, str, str], ...]
    personal: bool


def feedback_of(run: Run, comments: Sequence[str | Path] = (), day: dt.date | None = None) -> Feedback:
    """Prepare the feedback of a run whose outcomes are known.

    Args:
        run: The run.
        comments: The files that it has read, for names and contacts; none leaves them out.
        day: Day of the answer; by default today.

    Raises:
        RunFolderError: The adopted text was not compared yet, or the suggestions have changed since.
        InputError: A file is not one that the run has read.
    """
    view = view_of(run)
    answers = Answers(view, run.outcomes, run.table("final"), run.manifest["outcome"]["final"]["title"] or view.title)
    files = [Path(c) for c in comments]
    contacts = read_contacts(files, run.manifest, run.comments) if files else None
    return Feedback(view, answers, contacts, day or dt.date.today())


def feedback(
    run: Run,
    out: str | Path | None = None,
    comments: Sequence[str | Path] = (),
    day: dt.date | None = None,
    *,
    each: bool | None = None,
    report: Callable[[str], None] | None = None,
) -> Written:
    """Write the feedback of a run.

    Args:
        run: A run whose outcomes are known.
        out: Folder; by default one beside the run folder. With names and contacts it cannot lie in the run folder.
        comments: The files that the run has read, for names and contacts, which are never kept in the run.
        day: Day of the answer; by default today.
        each: Whether everyone gets a letter in a file of its own; by default up to two thousand people do.
        report: Called with one line of progress now and then while those are written.

    Returns:
        The files, and what a person has to see to.

    Raises:
        RunFolderError: The adopted text was not compared yet, or a file cannot be written.
        InputError: A file is not one that the run has read.
        SettingsError: The folder lies in the run folder though names and contacts go into it, or a template is broken.
    """
    folder = Path(out) if out is not None else run.folder.with_name(f"{run.folder.resolve().name}-反馈")
    if comments and folder.resolve().is_relative_to(run.folder.resolve()):
        raise SettingsError("答复里有姓名和联系方式，不能放在运行文件夹里", where=str(folder), todo="请用 --out 另指定一个文件夹")
    found = feedback_of(run, comments, day)
    apart = len(found.replies) <= _EACH if each is None else each
    todo = tuple(_todo(found, apart or each is False))
    paths = [
        _document(folder / "采纳情况反馈表.docx", "采纳情况反馈表", found.table(), found.view),
        write(folder / "采纳情况反馈表.xlsx", lambda path: write_sheets(path, found.view, _sheets(found, todo), "采纳情况反馈表")),
        _document(folder / "采纳情况公告.docx", "采纳情况公告", found.notice(), found.view),
        write(folder / "采纳情况公告.md", lambda path: _text(path, _notice_md(found))),
        write(folder / "答复.csv", lambda path: _mail_merge(path, found, apart)),
    ]
    letters = _each(folder, found, report) if apart else ()
    return Written((*paths, *_points(folder / "采集点", found), *letters), todo, found.contacts is not None)


def _document(path: Path, name: str, content: dict[str, object], view: View) -> Path:
    made = render(name, content, view)
    return write(path, lambda target: _bytes(target, made))


def _bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _text(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")


def _points(folder: Path, found: Feedback) -> Iterator[Path]:
    """Write each point's letter and the replies that it passes on."""
    replies: dict[str, list[Reply]] = {}
    for reply in found.replies:
        replies.setdefault(reply.point, []).append(reply)
    for number, (name, comments) in enumerate(found.points().items(), 1):
        place = folder / f"{number:03d}_{_UNSAFE.sub('_', name)[:60].strip(' .')}"
        yield _document(place / "反馈函.docx", "采集点反馈函", found.point(name, comments), found.view)
        held = replies.get(name, [])
        for at in range(0, len(held), _VOLUME):
            volume = "" if at == 0 else str(at // _VOLUME + 1)
            yield _document(place / f"答复函{volume}.docx", "答复函", found.letters(held[at : at + _VOLUME]), found.view)


def _file_of(found: Feedback, reply: Reply) -> str:
    """Where the letter to one person lies: named after the number of the reply and the first comment, never after the person."""
    number = found.number(reply.person)
    part = f"/{(reply.person.number - 1) // _FILES + 1:03d}" if len(found.replies) > _FILES else ""
    comment = _UNSAFE.sub("_", reply.person.comments[0])[:40].strip(" .")
    known = comment if _PLAIN.fullmatch(comment) else ""
    return f"个人答复{part}/{number}{'_' if known else ''}{known}.docx"


def _each(folder: Path, found: Feedback, report: Callable[[str], None] | None) -> Iterator[Path]:
    """Write a letter to each person in a file of its own."""
    for number, reply in enumerate(found.replies):
        if report and number % _REPORTED == 0:
            report(f"个人答复：{number}/{len(found.replies)} 份")
        yield _document(folder / _file_of(found, reply), "答复函", found.letters([reply]), found.view)


def _mail_merge(path: Path, found: Feedback, apart: bool) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(("答复编号", "称呼", "联系方式", "意见编号", "采集点", "街镇", "送达", "核对", "文件", "答复"))
        for r in found.replies:
            way = "联系本人" if r.address else "由采集点转达" if r.point != "未注明" else "无法送达"
            ids = "、".join(r.person.comments)
            checked, file_ = "未核对" if r.unchecked else "已核对", _file_of(found, r) if apart else ""
            row = (found.number(r.person), r.name, r.address, ids, r.point, r.street, way, checked, file_, r.text)
            out.writerow([cell(value) for value in row])


def _notice_md(found: Feedback) -> str:
    content = found.notice()
    lines = [f"# 关于{content['法规']}征求意见采纳情况的公告", ""]
    for heading, name in (("一、征求意见情况", "范围"), ("二、意见采纳情况", "反馈"), ("三、其他来件的处理", "处置")):
        lines += [f"## {heading}", "", *(f"{_md(line)}\n" for line in content[name])]
    lines += [f"{content['待核对']}\n"] if content["待核对"] else []
    lines += [f"{_md(content[k])}\n" for k in ("报送单位", "日期") if content[k]]
    lines += ["## 附件", "", "| 序号 | 意见内容 | 是否采纳 | 采纳理由 |", "|---|---|---|---|"]
    lines += [f"| {r['序号']} | {_md(r['意见内容'])} | {r['是否采纳']} | {_md(r['采纳理由'])} |" for r in content["意见"]]
    return "\n".join(lines) + "\n"


def _md(text: str) -> str:
    """Text that stays text in Markdown and in a table of it."""
    return re.sub(r"([\\`*_|<>#\[\]])", r"\\\1", " ".join(text.split("\n")))


def _cells(rows: Iterable[dict[str, Cell]], columns: Sequence[Col]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [row[column.heading] for column in columns]


def _rate_rows(found: Feedback) -> Iterator[list[Cell]]:
    for rate in found.rates:
        yield [rate.name, rate.part, rate.whole, rate.of, rate.shown]
    days = found.waiting
    if days.median is not None:
        for name, value in (("最短", days.shortest), ("中位数", days.median), ("最长", days.longest)):
            yield [f"从提出意见到答复的天数，{name}", value, days.n, "注明日期的意见（件）", ""]
    yield ["没有注明日期，或者日期在答复以后的意见", days.without, len(found.answers.items), "收到的全部意见（件）", ""]


def _sheets(found: Feedback, todo: Sequence[Sequence[Cell]]) -> list[Sheet]:
    note = "“采纳”是指通过文本作了与意见一致的规定，不表示有关规定是因某一件意见而作。"
    return [
        Sheet("采纳情况反馈表", "", _FEEDBACK, lambda: _cells(found.suggestions, _FEEDBACK), printed=5, heading=found.counts + note),
        Sheet("逐件反馈", "", _COMMENTS, lambda: _cells(found.rows(found.answers.items), _COMMENTS), frozen=1),
        Sheet("采纳率和时间", "", _RATES, lambda: _rate_rows(found)),
        Sheet("待办", "", _TODO, lambda: iter(todo)),
    ]


def _todo(found: Feedback, complete: bool) -> Iterator[tuple[str, str, str, str]]:
    """What a person has to see to before anything is sent; not complete where letters of their own were left out."""
    if not complete:
        why = f"要答复的有{len(found.replies)}人，超过{_EACH}人的不自动写一人一份，答复在采集点的答复函和答复.csv里"
        yield "没有写一人一份的答复", "", why, "确实需要的，加 --each 再运行一次"
    titles = {row["suggestion_id"]: found.view.suggestion_text(row, "title") for row in found.view.suggestions}
    for name, told in found.answers.told.items():
        if not told.confirmed:
            yield "采纳情况未核对", name, f"{told.label}：{titles[name]}", "请在采纳情况核对表里核对，再运行 jietan outcome --confirm"
        if not told.reasoned:
            yield "没有写明理由", name, f"未采纳：{titles[name]}", "核对时写明不采纳的理由，答复里会照写"
    if found.contacts is None:
        yield "没有姓名和联系方式", "", "没有给出意见文件", "请加 --comments 给出当初的意见文件，姓名和联系方式只写进答复，不存进运行文件夹"
    yield from _todo_of_replies(found)


def _todo_of_replies(found: Feedback) -> Iterator[tuple[str, str, str, str]]:
    for item in (i for items in found.answers.items.values() for i in items):
        if item.suggestion_id and item.label == "已记录":
            why = f"原话像是要保留通过文本删去的文字，所在的建议 {item.suggestion_id} 却是{found.answers.told[item.suggestion_id].label}"
            yield "原话与结果可能不符", item.comment_id, why, "请看原话；归并错了的，在审核里拆分诉求后重新对照"
    for reply in found.replies:
        number, which = found.number(reply.person), f"意见 {'、'.join(reply.person.comments[:3])}"
        if found.contacts is not None and not reply.address:
            known = reply.point != "未注明"
            way = f"由{reply.point}转达" if known else "既没有联系方式也没有采集点，无法送达，可以只发公告"
            yield "没有联系方式", number, which, way
        if not any(item.spans for item in reply.person.items):
            yield "答复没有引用原话", number, which, "来件没有文字，或者全是个人信息；请看来件全文"
