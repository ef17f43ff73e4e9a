"""What happened to one comment at every stage of a run, and why."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jietan.errors import InputError
from jietan.export.letters import added_words, letters
from jietan.export.view import View
from jietan.export.wording import OPERATIONS, STAGES, STANCES, TRIAGE, TRIAGE_REASONS, interval, place, printable
from jietan.review.remarks import remarks

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["TraceLine", "trace", "view_of"]

_PII = {
    "name": "姓名",
    "honorific": "称呼",
    "phone": "电话",
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "email": "邮箱",
    "wechat": "微信号",
    "qq": "QQ 号",
    "address": "住址",
    "plate": "车牌",
    "credit_code": "信用代码",
    "document": "证件号",
}
_METADATA = (
    ("point", "采集点"),
    ("street", "街镇"),
    ("submitted_at", "提交时间"),
    ("channel", "渠道"),
    ("submitter_masked", "提交人"),
    ("likes", "赞"),
    ("article_hint", "表单所填条款"),
    ("stance_hint", "表单所填态度"),
)
_BASIS = {"explicit": "意见或者表单点名", "retrieved": "按内容检索", "decided": "审核人指定"}
_MANY = 50_000


@dataclass(frozen=True)
class TraceLine:
    """One thing that happened to a comment.

    Args:
        stage: The stage it happened in.
        label: What it is about, in Chinese.
        text: What happened and why, in Chinese, personal data masked.
        opinion_id: The opinion it concerns; None for the whole comment.
    """

    stage: str
    label: str
    text: str
    opinion_id: str | None = None


def view_of(run: Run) -> View:
    """Return the tables of a run for reading, with personal data masked whatever the settings say."""
    settings = run.settings
    masked = settings.model_copy(update={"export": settings.export.model_copy(update={"names": False})})
    title, said = str(run.manifest["draft"].get("title", "")), remarks(run.suggestions, run.folder)
    return View(run.shown_tables(), masked, title, vectors=lambda: run.vectors, remarks=said)


def trace(run: Run, comment_id: str) -> list[TraceLine]:
    """Follow one comment through a run.

    Args:
        run: A finished run.
        comment_id: Id of the comment, as it stands in the table ``comments`` or ``rejects``.

    Returns:
        What happened, in the order of the stages; each opinion's lines stand together.

    Raises:
        InputError: The run has no such comment; the message names the closest ids.
    """
    tracer = _Tracer(run)
    return list(tracer.lines(comment_id))


def _closest(wanted: str, ids: list[str]) -> list[str]:
    """Ids that a mistyped one may mean: those it is part of, then those that look alike."""
    plain = wanted.strip().casefold()
    inside = [name for name in ids if plain and plain in name.casefold()]
    near = [name for name in ids if abs(len(name) - len(wanted)) <= 2][:_MANY]
    names = {name.casefold(): name for name in reversed(near)}
    alike = [names[found] for found in difflib.get_close_matches(plain, list(names), n=3, cutoff=0.5)]
    return list(dict.fromkeys([*sorted(inside, key=lambda n: (len(n), n)), *alike]))[:3]


def _probability(value: float | None) -> str:
    return "" if value is None else f"（概率 {value:.2f}）"


class _Tracer:
    """Composes the lines of one run."""

    def __init__(self, run: Run) -> None:
        self._view = view_of(run)
        self._settings = run.settings
        self._models = [str(m.get("name")) for m in run.manifest.get("models", [])]
        self._rejects = list(self._view.rows("rejects"))
        self._units = {row["unit_id"]: row for row in self._view.rows("units")}
        self._themes = {row["theme_id"]: row for row in self._view.themes}
        self._suggestions = {row["suggestion_id"]: row for row in self._view.suggestions}

    def lines(self, comment_id: str) -> Iterator[TraceLine]:
        """Yield everything about one comment."""
        rejects = [r for r in self._rejects if r["comment_id"] == comment_id]
        if comment_id not in self._view.comment_at and not rejects:
            ids = list(self._view.comment_at) + [r["comment_id"] for r in self._rejects if r["comment_id"]]
            close = _closest(comment_id, list(dict.fromkeys(ids)))
            hint = f"最接近的编号：{'、'.join(close)}" if close else "编号见汇总表的“意见明细”表"
            raise InputError(f"这次运行里没有编号为 {comment_id} 的意见", todo=hint)
        if comment_id in self._view.comment_at:
            comment = self._view.comment(comment_id)
            yield from self._received(comment)
            yield from self._judged(comment)
            yield from self._opinions(comment)
            for row in self._view.rows("citations"):
                if row["comment_id"] == comment_id and row["note"]:
                    yield TraceLine("link", "引用核对", f"“{printable(row['text'])}”：{printable(row['note'])}")
        for row in rejects:
            yield self._rejected(row)

    def _received(self, comment: dict[str, Any]) -> Iterator[TraceLine]:
        columns = "、".join(dict.fromkeys(part["column"] for part in comment["text_parts"] or () if part["column"]))
        origin = f"{comment['source_file']} 第 {comment['source_row']} 行"
        yield TraceLine("read", "读取", f"{origin}，编号 {comment['comment_id']}" + (f"，列：{columns}" if columns else ""))
        known = [f"{label} {printable(str(comment[name]))}" for name, label in _METADATA if comment.get(name) is not None]
        if known:
            yield TraceLine("read", "来源", "，".join(known))
        text = self._view.masker.text(comment["comment_id"])
        yield TraceLine("read", "原文（已脱敏）", printable(text).strip() or "（空白）")
        found = Counter(r["type"] for r in self._view.rows("pii") if r["comment_id"] == comment["comment_id"])
        listed = "、".join(f"{_PII.get(kind, kind)} {count} 处" for kind, count in sorted(found.items()))
        yield TraceLine("redact", "脱敏", f"导出时隐去{listed}" if listed else "没有发现个人信息")

    def _judged(self, comment: dict[str, Any]) -> Iterator[TraceLine]:
        triage = comment["triage"]
        text = TRIAGE.get(triage, triage) + _probability(comment.get("triage_probability"))
        reason = TRIAGE_REASONS.get(triage)
        yield TraceLine("classify", "分流", f"{text}：{reason}" if reason else text)
        yield TraceLine("merge", "重复件", self._duplicates(comment))
        yield TraceLine("merge", "集中投递", self._campaign(comment))
        yield from self._letter(comment)

    def _duplicates(self, comment: dict[str, Any]) -> str:
        if comment["duplicate_of"]:
            return f"与 {comment['duplicate_of']} 是同一人提交的相同内容，观点照样保留，人数不重复计"
        pairs = zip(self._view.comments.column("comment_id"), self._view.comments.column("duplicate_of"), strict=True)
        copies = [name for name, first in pairs if first == comment["comment_id"]]
        return f"同一人另外提交的相同内容：{'、'.join(copies)}" if copies else "不是重复件"

    def _campaign(self, comment: dict[str, Any]) -> str:
        campaign = comment["campaign_id"]
        if not campaign:
            return "不属于集中投递"
        size = self._view.comments.column("campaign_id").count(campaign)
        shared = f"{self._settings.merge.copy_threshold:.0%}"
        return f"与另外 {size - 1} 件是同一封信的复制件（{campaign}，文字相同超过 {shared}），观点照样保留，排序时人数按折算计"

    def _letter(self, comment: dict[str, Any]) -> Iterator[TraceLine]:
        for letter in letters(self._view, comment["campaign_id"]) if comment["campaign_id"] else ():
            added = printable(added_words(self._view, letter, comment["comment_id"])).strip()
            yield TraceLine("merge", "信的共同文字", printable(letter.text).strip() or "没有半数以上的件都有的整句")
            yield TraceLine("merge", "这一件另外写了", added or "没有另外写什么")

    def _opinions(self, comment: dict[str, Any]) -> Iterator[TraceLine]:
        name, text = comment["comment_id"], str(comment["text"])
        owners = self._view.opinions.column("comment_id")
        rows = [self._view.opinions.row(i) for i, owner in enumerate(owners) if owner == name]
        taken = sum(row["end"] - row["start"] for row in rows)
        if rows:
            rest = f"，其余 {len(text) - taken} 字看作背景或者铺垫，没有摘为观点（全文见汇总表“来件全文”）" if taken < len(text) else ""
            yield TraceLine("split", "拆分", f"{len(rows)} 个观点，共 {taken} 字{rest}")
            yield TraceLine("embed", "所用模型", "、".join(self._models) or "没有登记")
        for number, row in enumerate(rows, 1):
            yield from self._opinion(row, f"观点 {number}/{len(rows)}")

    def _opinion(self, row: dict[str, Any], label: str) -> Iterator[TraceLine]:
        name = row["opinion_id"]
        words = printable(self._view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))).strip()
        yield TraceLine("split", label, f"“{words}”（位置 {row['start']}—{row['end']}）", name)
        operation = OPERATIONS.get(row["operation"], row["operation"]) or "无"
        labels = (
            f"性质 {row['kind']}{_probability(row.get('kind_probability'))}，"
            f"立场 {STANCES.get(row['stance'], row['stance'])}{_probability(row.get('stance_probability'))}，"
            f"操作 {operation}{_probability(row.get('operation_probability'))}"
        )
        yield TraceLine("classify", "标签", labels, name)
        yield TraceLine("merge", "同一诉求", self._unit(row), name)
        for text in self._links(row):
            yield TraceLine("link", "对应条文", text, name)
        yield TraceLine("cluster", "主题", self._theme(row), name)
        for text in self._supported(row):
            yield TraceLine("rank", "立法建议", text, name)

    def _unit(self, row: dict[str, Any]) -> str:
        unit = self._units[row["unit_id"]]
        if row["kind"] == "理由":
            return "只讲理由，不与别的观点归并"
        if unit["n_opinions"] == 1:
            return f"没有别的观点与它诉求相同（{row['unit_id']}）"
        chosen = "它是代表" if unit["representative"] == row["opinion_id"] else f"代表是 {unit['representative']}"
        return f"另有 {unit['n_opinions'] - 1} 个观点诉求相同，共 {unit['n_people']} 人（{row['unit_id']}，{chosen}）"

    def _links(self, row: dict[str, Any]) -> Iterator[str]:
        positions = self._view.links_of.get(row["opinion_id"], [])
        for i in positions:
            link = self._view.links.row(i)
            where = place(link, self._view.draft_law)
            kind = "草案" if link["source"] == "draft" else "现行法"
            follows = "，随最近的诉求" if row["kind"] == "理由" else ""
            yield f"{kind}{where}（{_BASIS.get(link['basis'], link['basis'])}，把握 {link['confidence']:.2f}{follows}）"
        if not positions:
            yield "没有对应到条文"
        if row["new_article"]:
            yield "像是要求增加草案没有的规定：要求增加，而草案各条都没有讲到这件事"

    def _theme(self, row: dict[str, Any]) -> str:
        theme = self._themes.get(row["theme_id"])
        if theme is None:
            return f"长尾意见：没有足够多的相近观点（至少 {self._settings.cluster.min_units} 个）"
        parent = self._themes.get(theme["parent_id"])
        titles = self._view.theme_titles
        inside = f"，属于“{titles[parent['theme_id']]}”" if parent else ""
        return f"“{titles[theme['theme_id']]}”{inside}（{theme['theme_id']}，{theme['n_comments']} 件意见，{theme['n_people']} 人）"

    def _supported(self, row: dict[str, Any]) -> Iterator[str]:
        found = self._view.suggestions_of_opinion.get(row["opinion_id"], [])
        for name in found:
            s = self._suggestions[name]
            action = OPERATIONS.get(s["operation"], s["operation"])
            where = place(s, self._view.draft_law)
            yield (
                f"第 {s['rank']} 名（换权重时第 {interval(s['rank_low'], s['rank_high'])} 名）：{where}，{action}，"
                f"“{self._view.suggestion_text(s, 'title')}”（{name}，{s['n_people']} 人）"
            )
        if not found:
            yield f"没有：{self._why_none(row)}"

    def _why_none(self, row: dict[str, Any]) -> str:
        if not self._view.draft_law:
            return "没有给出草案，不起草建议"
        if row["kind"] == "理由":
            return "理由不单独形成建议，随它所支持的诉求"
        if row["theme_id"] is None:
            return "长尾意见不起草建议，列在汇总表的“长尾意见”表"
        if self._settings.draft.min_people > 1:
            return f"支持的人不足 {self._settings.draft.min_people} 人（draft.min_people），或者只有一人提出而话里没有要求"
        return "只有一人提出，而且程序没有从话里看出要求什么；列在主题和“意见明细”里"

    @staticmethod
    def _rejected(row: dict[str, Any]) -> TraceLine:
        where = ""
        if row["source_file"]:
            where = row["source_file"] + (f" 第 {row['source_row']} 行，" if row["source_row"] is not None else "，")
        stage = STAGES.get(row["stage"], row["stage"])
        return TraceLine("rejects", "未处理", f"{where}在“{stage}”一步：{row['reason']}")
