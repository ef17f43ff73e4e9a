"""Controls for suggestions."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from jietan.export.quotes import pick
from jietan.export.view import View
from jietan.export.wording import REVIEW, changes, interval, place, printable
from jietan.review.controls.base import Controls

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.review.desk import Desk

__all__ = ["SuggestionControls"]

_ALL = "全部"
_QUOTES = 5
_MARKS = {"same": "{}", "add": "<ins>{}</ins>", "cut": "<del>{}</del>", "note": "<b>{}</b>"}


class SuggestionControls(Controls):
    """Accept, edit and reject suggestions.

    Args:
        run: The run.
        desk: Its desk.
    """

    def __init__(self, run: Run, desk: Desk) -> None:
        """Lay the widgets out."""
        super().__init__(run, desk)
        self.status = self.w.Dropdown(options=[_ALL, *REVIEW.values()], value=_ALL, description="现状")
        self.status.observe(self._listed, names="value")
        wide = {"width": "98%"}
        self.title = self.text("诉求")
        self.words = self.w.Textarea(description="建议修改为", rows=4, layout=wide)
        self.reason = self.w.Textarea(description="理由", rows=4, layout=wide)
        self.save = self.button("保存改动", self._save)
        self.accept = self.button("采用", lambda: self._decided(lambda desk: desk.accept(self.name, why=self.why.value)))
        self.reject = self.button("不采用", lambda: self._decided(lambda desk: desk.reject(self.name, why=self.why.value)))
        self.box = self.lay_out(
            (self.title, self.words, self.reason),
            (self.w.HBox([self.save, self.accept, self.reject]),),
            narrowed=(self.status,),
        )
        self.refresh()

    @property
    def name(self) -> str:
        """The suggestion chosen."""
        return str(self.chosen.value or "")

    def rows(self, view: View) -> list[tuple[str, str, str]]:
        """Suggestions by rank."""
        self.by_id = {r["suggestion_id"]: r for r in view.suggestions}
        out = []
        for row in view.suggestions:
            status = REVIEW.get(row["status"], row["status"])
            title = view.suggestion_text(row, "title")
            label = f"{row['rank']}. {place(row, view.draft_law)} {row['operation']}：{title}（{row['n_people']} 人，{status}）"
            out.append((label, row["suggestion_id"], view.theme_titles.get(row["theme_id"] or "", "")))
        return out

    def fits(self, name: str) -> bool:
        """Say whether a suggestion has the status asked for."""
        status = self.by_id[name]["status"]
        return self.status.value in (_ALL, REVIEW.get(status, status))

    def show(self, name: str) -> None:
        """Fill the card and the fields."""
        row, view = self.by_id[name], self.view
        self.title.value = view.suggestion_text(row, "title")
        self.words.value = view.suggestion_text(row, "proposed_text")
        self.reason.value = view.suggestion_text(row, "reason")
        self.shown = (self.title.value, self.words.value, self.reason.value)
        self.card.value = self._card(row)

    def _card(self, row: dict[str, Any]) -> str:
        view = self.view
        marked = "".join(_MARKS[op].format(escape(text)) for op, text in changes(row, self.words.value))
        lines = [
            f"<h4>{escape(place(row, view.draft_law))} {escape(row['operation'])}：{escape(self.title.value)}</h4>",
            f"<p>第 {row['rank']} 名（{interval(row['rank_low'], row['rank_high'])}），{row['n_people']} 人，"
            f"{row['n_points']} 个采集点，{row['n_opinions']} 条观点；"
            f"主题：{escape(view.theme_titles.get(row['theme_id'] or '', '长尾'))}；"
            f"编号 <code>{escape(row['suggestion_id'])}</code>；现状：{escape(REVIEW.get(row['status'], row['status']))}</p>",
            f"<p><b>原文</b>　{escape(printable(row['original_text'])) or '（没有）'}</p>",
            f"<p><b>建议修改为</b>　{marked}</p>",
            f"<p><b>理由</b>　{escape(self.reason.value)}</p>",
        ]
        lines += [f"<p><b>审核情况</b>　{escape('；'.join(said))}</p>"] if (said := view.reviewed(row)) else []
        quotes = (f"<blockquote>{escape(q.cited())}</blockquote>" for q in pick(view, row["evidence"], _QUOTES, row["exemplars"]))
        return "".join([*lines, *quotes])

    def _decided(self, act: Any) -> None:  # noqa: ANN401  (what to do at a desk)
        if self.name:
            self.decide(act)

    def _save(self) -> None:
        now = (self.title.value, self.words.value, self.reason.value)
        title, text, reason = (new.strip() if new != old else "" for new, old in zip(now, self.shown, strict=True))
        self._decided(lambda desk: desk.edit(self.name, title=title, text=text, reason=reason, why=self.why.value))
