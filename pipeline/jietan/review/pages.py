"""The pages of the review workbook as data: what stands in them, and what people may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jietan.export.figures import primary_links
from jietan.export.quotes import pick
from jietan.export.sheets.themes import ordered_themes
from jietan.export.view import View
from jietan.export.wording import REVIEW, STANCES, TRIAGE, iso_day, place, printable
from jietan.review.ledger import Entry
from jietan.review.places import NOWHERE
from jietan.tables import KINDS, OPERATIONS

__all__ = ["APART", "NEW_THEME", "OPERATION_WORDS", "PAGES", "TAIL", "VERDICTS", "Desktop", "Field", "Page", "lists"]

#: What is written into the column 主题 for the long tail, and before the title of a theme of its own.
TAIL, NEW_THEME = "长尾", "新主题："
#: What is written into the column 同一诉求 for an ask of its own.
APART = "单独"
VERDICTS = {"accepted": "采用", "edited": "采用", "rejected": "不采用"}
OPERATION_WORDS = {o: "无" if o == "none" else o for o in OPERATIONS}
_QUOTES = 3

Cell = str | int


@dataclass(frozen=True)
class Field:
    """One column.

    Args:
        heading: What stands in the header row.
        width: Width in half-width characters.
        note: What it means, or what may be written there.
        edit: Whether people may change it.
        choices: The list of :func:`lists` to choose from.
        closed: Whether nothing else may be written.
        free: Whether it is empty to begin with and may be emptied.
    """

    heading: str
    width: float
    note: str
    edit: bool = False
    choices: str = ""
    closed: bool = True
    free: bool = False


@dataclass(frozen=True)
class Desktop:
    """What the pages are made from.

    Args:
        view: The run, masked.
        entries: The ledger.
    """

    view: View
    entries: Sequence[Entry]
    notes: dict[str, list[str]] = field(init=False, default_factory=dict)
    locked: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Collect remarks and locks by what they are about."""
        for entry in self.entries:
            if entry.state != "stands":
                continue
            for ref in entry.decision.objects:
                name = str(getattr(ref, "id", None) or getattr(ref, "opinion_id", None) or getattr(ref, "comment_id", ""))
                if entry.decision.kind == "note":
                    self.notes.setdefault(name, []).append(f"{entry.decision.by}：{entry.decision.value}")
                elif entry.decision.kind == "lock_theme":
                    self.locked.add(name)

    def said(self, name: str) -> tuple[Cell, ...]:
        """The cells at the end of every row: why, remark, who, and earlier remarks."""
        return "", "", "", printable("\n".join(self.notes.get(name, ())))

    def theme(self, name: str | None) -> str:
        """A theme as it stands in a list."""
        return f"{name} {self.view.theme_titles.get(name, '')}" if name else TAIL


@dataclass(frozen=True)
class Page:
    """One page.

    Args:
        name: Name of the worksheet; its first column holds the ids.
        note: What it is for.
        fields: Its columns.
        rows: Makes the rows.
    """

    name: str
    note: str
    fields: tuple[Field, ...]
    rows: Callable[[Desktop], Iterator[tuple[Cell, ...]]]

    @property
    def key(self) -> str:
        """Heading of the ids."""
        return self.fields[0].heading


_SAID = (
    Field("审核理由", 24, "为什么这样定；不采用的必须写", edit=True, free=True),
    Field("备注", 24, "想记下的话，不影响结果", edit=True, free=True),
    Field("审核人", 10, "这一行是谁定的；不写的按“说明”表里的审核人", edit=True, free=True),
    Field("已有备注", 20, "以前记下的"),
)


def lists(desk: Desktop) -> Mapping[str, list[str]]:
    """Return what can be chosen, by name of the list."""
    view = desk.view
    leaves = [desk.theme(r["theme_id"]) for r in ordered_themes(view) if r["parent_id"] is not None]
    pairs = zip(view.articles.column("article"), view.articles.column("source"), strict=True)
    return {
        "决定": ["采用", "不采用"],
        "锁定": ["锁定"],
        "分流": list(TRIAGE.values()),
        "性质": list(KINDS),
        "立场": list(STANCES.values()),
        "操作": list(OPERATION_WORDS.values()),
        "条文": [*(article for article, source in pairs if source == "draft"), NOWHERE],
        "主题": leaves,
        "归入": [*leaves, TAIL],
    }


def _suggestions(desk: Desktop) -> Iterator[tuple[Cell, ...]]:
    view = desk.view
    for row in view.suggestions:
        yield (
            row["suggestion_id"],
            int(row["rank"]),
            place(row, view.draft_law),
            row["operation"],
            view.suggestion_text(row, "title"),
            printable(row["original_text"]),
            view.suggestion_text(row, "proposed_text"),
            "拟出条文" if row["drafted"] else "立法要点",
            view.suggestion_text(row, "reason"),
            int(row["n_people"]),
            "\n".join(q.cited() for q in pick(view, row["evidence"], _QUOTES, row["exemplars"])),
            desk.theme(row["theme_id"]),
            REVIEW.get(row["status"], row["status"]),
            VERDICTS.get(row["status"], ""),
            *desk.said(row["suggestion_id"]),
        )


def _themes(desk: Desktop) -> Iterator[tuple[Cell, ...]]:
    view = desk.view
    ids = view.opinions.column("opinion_id")
    for row in ordered_themes(view):
        name = row["theme_id"]
        comments = view.comments_of(ids[i] for i in view.opinions_of_theme.get(name, ()))
        yield (
            name,
            "（上级）" if row["parent_id"] is None else view.theme_titles.get(row["parent_id"], ""),
            view.theme_titles[name],
            "",
            "锁定" if name in desk.locked else "",
            *(int(row[c]) for c in ("n_people", "n_opinions", "n_support", "n_oppose", "n_modify", "n_neutral")),
            printable("、".join(view.masker.scrub(k, comments) for k in row["keywords"])),
            "\n".join(q.cited() for q in pick(view, row["exemplars"], _QUOTES)),
            *desk.said(name),
        )


def _article(view: View, row: dict[str, Any]) -> str:
    if row["new_article"]:
        return NOWHERE
    return next((place(link, view.draft_law) for link in primary_links(view, row["opinion_id"])[:1]), "")


def _opinions(desk: Desktop) -> Iterator[tuple[Cell, ...]]:
    view = desk.view
    for row in view.opinions:
        yield (
            row["opinion_id"],
            printable(row["comment_id"]),
            printable(view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))),
            row["kind"],
            STANCES[row["stance"]],
            OPERATION_WORDS[row["operation"]],
            _article(view, row),
            desk.theme(row["theme_id"]),
            row["unit_id"],
            *desk.said(row["opinion_id"]),
        )


def _comments(desk: Desktop) -> Iterator[tuple[Cell, ...]]:
    view = desk.view
    for row in view.comments:
        yield (
            printable(row["comment_id"]),
            printable(row["point"]),
            iso_day(row["submitted_at"]),
            printable(view.masker.text(row["comment_id"])),
            TRIAGE[row["triage"]],
            *desk.said(row["comment_id"]),
        )


PAGES = (
    Page(
        "建议",
        "一行一条建议，按名次。黄色的格可以改：改文字、改理由，选采用或者不采用",
        (
            Field("建议编号", 12, "不能改"),
            Field("名次", 6, "名次"),
            Field("条款", 14, "对应的条、款、项"),
            Field("操作", 7, "增加、修改、删除……"),
            Field("诉求", 26, "一句话写明要求什么，可以改写", edit=True),
            Field("原文", 30, "草案原文"),
            Field("建议修改为", 36, "拟写的条文，或者立法要点，可以改写", edit=True),
            Field("文字", 9, "拟出条文，还是只有立法要点"),
            Field("理由", 36, "为什么这样建议，可以改写", edit=True),
            Field("人数", 6, "不同的人"),
            Field("原话", 44, "讲得最具体的几句，个人信息已经遮盖"),
            Field("主题", 22, "编号和名称"),
            Field("现状", 10, "待审、采用、修改后采用、不采用"),
            Field("决定", 9, "选采用或者不采用；不采用的写明审核理由", edit=True, choices="决定"),
            *_SAID,
        ),
        _suggestions,
    ),
    Page(
        "主题",
        "一行一个主题。改名直接改“名称”；要合并的，在“并入主题”里选并到哪一个",
        (
            Field("主题编号", 12, "不能改"),
            Field("上级主题", 20, "属于哪一类事；（上级）是一类事，只能改名"),
            Field("名称", 28, "主题的名称，可以改写", edit=True),
            Field("并入主题", 28, "选一个主题，这一行就并到那里，用那里的编号和名称", edit=True, choices="主题", closed=False, free=True),
            Field("锁定", 8, "锁定以后，这些观点一直在一起", edit=True, choices="锁定"),
            Field("人数", 6, "不同的人"),
            Field("观点数", 7, "观点条数"),
            Field("支持", 6, "赞成草案现有规定的观点"),
            Field("反对", 6, "反对的观点"),
            Field("修改", 6, "要求修改的观点"),
            Field("疑问", 6, "疑问或者没有表态的观点"),
            Field("关键词", 20, "常用词"),
            Field("代表性原话", 50, "个人信息已经遮盖"),
            *_SAID,
        ),
        _themes,
    ),
    Page(
        "观点",
        "一行一个观点，逐字摘自来件。改性质、立场、操作，改对应的条文，改归的主题",
        (
            Field("观点编号", 18, "不能改"),
            Field("意见编号", 11, "出自哪一件"),
            Field("原话", 50, "原话，个人信息已经遮盖"),
            Field("性质", 8, "、".join(KINDS), edit=True, choices="性质"),
            Field("立场", 10, "、".join(STANCES.values()), edit=True, choices="立场"),
            Field("操作", 8, "、".join(OPERATION_WORDS.values()), edit=True, choices="操作"),
            Field("条文", 18, f"可以选，也可以写到款、项，如 第十二条第二款第（三）项；没有这样规定的写 {NOWHERE}", True, "条文", False),
            Field("主题", 28, f"选一个主题，或者 {TAIL}；写 {NEW_THEME}名称 就另立一个，几行写同一个名称就在一起", True, "归入", False),
            Field("同一诉求", 13, f"改成另一行的编号，就与那一行算同一诉求；写 {APART} 就自成一个诉求", edit=True),
            *_SAID,
        ),
        _opinions,
    ),
    Page(
        "来件",
        "一行一件来件。改分流",
        (
            Field("意见编号", 12, "不能改"),
            Field("采集点", 16, "采集点"),
            Field("日期", 11, "提交日期"),
            Field("全文", 80, "全文，个人信息已经遮盖"),
            Field("分流", 12, "、".join(TRIAGE.values()), edit=True, choices="分流"),
            *_SAID,
        ),
        _comments,
    ),
)
