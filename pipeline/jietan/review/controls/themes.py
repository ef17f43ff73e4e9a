"""Controls for themes and the opinions in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jietan.errors import SettingsError
from jietan.export.html.notebook import theme_cards
from jietan.export.sheets.themes import ordered_themes
from jietan.export.view import View
from jietan.export.wording import STANCES, TRIAGE, printable
from jietan.review.controls.base import Controls
from jietan.review.pages import APART, NEW_THEME, OPERATION_WORDS, TAIL
from jietan.review.places import NOWHERE, read_place
from jietan.tables import KINDS

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.review.desk import Desk

__all__ = ["ThemeControls"]

_NAMED = 5
_UNCHANGED = "（不改）"
#: Stands in the list for opinions in no theme.
_LONG_TAIL = "长尾意见"


def _choice(widgets: Any, description: str, words: dict[str, str]) -> Any:  # noqa: ANN401  (widgets)
    return widgets.Dropdown(options=[(_UNCHANGED, ""), *((w, v) for v, w in words.items())], description=description)


def _first(text: str) -> str:
    return (text.split() or [""])[0]


class ThemeControls(Controls):
    """Rename, merge, lock and split themes, move opinions, and mend their labels, articles and units.

    Args:
        run: The run.
        desk: Its desk.
    """

    def __init__(self, run: Run, desk: Desk) -> None:
        """Lay the widgets out."""
        super().__init__(run, desk)
        self.title = self.text("名称")
        self.rename = self.button("改名", self._rename)
        self.other = self.combobox("并入主题", "写编号，或者写名称的几个字再选")
        self.merge = self.button("并入", self._merge)
        self.lock = self.button("锁定", lambda: self._theme(lambda desk: desk.lock(self.theme)))
        self.opinions = self.w.SelectMultiple(options=[], rows=8, description="观点", layout={"width": "98%"})
        self.target = self.combobox("移到", f"主题，{TAIL}，或者 {NEW_THEME}名称")
        self.move = self.button("移动选中的观点", self._move)
        self.kind = _choice(self.w, "性质", {k: k for k in KINDS})
        self.stance = _choice(self.w, "立场", STANCES)
        self.operation = _choice(self.w, "操作", OPERATION_WORDS)
        self.label = self.button("改标注", self._label)
        self.article = self.combobox("条文", f"第十二条第二款，或者 {NOWHERE}")
        self.link = self.button("改对应条文", self._link)
        self.unit = self.combobox("同一诉求", f"诉求编号，或者 {APART}")
        self.join = self.button("改归诉求", self._join)
        self.triage = _choice(self.w, "分流", TRIAGE)
        self.sort = self.button("改来件分流", self._sort)
        self.box = self.lay_out(
            (self.title, self.w.HBox([self.rename, self.lock])),
            (self.other, self.merge),
            (self.opinions,),
            (self.target, self.move),
            (self.w.HBox([self.kind, self.stance, self.operation]), self.label),
            (self.article, self.link),
            (self.unit, self.join),
            (self.triage, self.sort),
        )
        self.refresh()

    @property
    def theme(self) -> str:
        """The theme chosen."""
        return str(self.chosen.value or "")

    def rows(self, view: View) -> list[tuple[str, str, str]]:
        """Themes under their parents, and the long tail."""
        titles = view.theme_titles
        out = []
        for row in ordered_themes(view):
            child = row["parent_id"] is not None
            label = f"{'　└ ' if child else ''}{titles[row['theme_id']]}（{row['n_people']} 人）{row['theme_id']}"
            out.append((label, row["theme_id"], " ".join([*row["keywords"], titles.get(row["parent_id"] or "", "")])))
        self.leaves = [f"{r['theme_id']} {titles[r['theme_id']]}" for r in view.themes if r["parent_id"] is not None]
        tail = sum(1 for r in view.opinions if r["theme_id"] is None and r["kind"] != "理由")
        return [*out, (f"{_LONG_TAIL}（{tail} 个观点）", _LONG_TAIL, "")]

    def show(self, name: str) -> None:
        """Fill the card and the fields."""
        view = self.view
        self.card.value = "" if name == _LONG_TAIL else theme_cards(view, 1, [name])._repr_html_()
        self.title.value = view.theme_titles.get(name, "")
        self.other.options = [leaf for leaf in self.leaves if _first(leaf) != name]
        self.target.options = [*self.other.options, TAIL]
        if name == _LONG_TAIL:
            rows = [r for r in view.opinions if r["theme_id"] is None]
        else:
            rows = [view.opinions.row(i) for i in view.opinions_of_theme.get(name, ())]
        self.opinions.options = [(self._line(r), r["opinion_id"]) for r in rows]
        self.unit.options = [*sorted({r["unit_id"] for r in rows}), APART]
        draft = zip(view.articles.column("article"), view.articles.column("source"), strict=True)
        self.article.options = [*(a for a, source in draft if source == "draft"), NOWHERE]

    def _line(self, row: dict[str, Any]) -> str:
        words = printable(self.view.masker.text(row["comment_id"], int(row["start"]), int(row["end"])))
        return f"[{row['kind']}·{STANCES[row['stance']]}] {' '.join(words.split())}（{row['comment_id']}，{row['unit_id']}）"

    def _find(self, text: str) -> str:
        """Another theme than the chosen one by its id, its title, the line of the list, or by words that only its title has.

        Raises:
            SettingsError: There is none, or several.
        """
        words = text.strip()
        if not words:
            raise SettingsError("没有写并到哪个主题", todo="请从清单里选，或者写主题编号")
        others = [leaf for leaf in self.leaves if _first(leaf) != self.theme]
        found = [leaf for leaf in others if words in (leaf, _first(leaf), leaf.partition(" ")[2])]
        found = found or [leaf for leaf in others if words in leaf.partition(" ")[2]]
        if not found:
            raise SettingsError(f"没有“{words}”这个主题", todo="请从清单里选，或者写主题编号")
        if len(found) > 1:
            listed = "、".join(found[:_NAMED]) + ("等" if len(found) > _NAMED else "")
            raise SettingsError(f"名称里有“{words}”的主题有 {len(found)} 个：{listed}", todo="请写编号")
        return _first(found[0])

    def _theme(self, act: Any) -> bool:  # noqa: ANN401  (what to do at a desk)
        if self.theme == _LONG_TAIL:
            self.say("长尾意见不是一个主题；可以选其中的观点移动。")
            return False
        return self.decide(act)

    def _rename(self) -> None:
        new = self.title.value.strip()
        if new == self.view.theme_titles.get(self.theme, ""):
            self.say("名称没有改。")
            return
        self._theme(lambda desk: desk.rename(self.theme, new, why=self.why.value))

    def _merge(self) -> None:
        def act(desk: Desk) -> str:
            into = self._find(self.other.value)
            made = desk.merge(into, self.theme, why=self.why.value)
            self.goto = into
            return made

        if self._theme(act):
            self.other.value = ""

    def _selected(self) -> list[str]:
        """The opinions chosen.

        Raises:
            SettingsError: There are none.
        """
        if not self.opinions.value:
            raise SettingsError("没有选观点", todo="在“观点”里用方向键选，按住 Ctrl 或 Shift 可以选几个")
        return list(self.opinions.value)

    def _move(self) -> None:
        where = self.target.value.strip()

        def act(desk: Desk) -> str:
            if where.startswith((NEW_THEME, "新主题:")):
                return desk.split(self._selected(), title=where[len(NEW_THEME) :].strip(), why=self.why.value)
            return desk.move(self._selected(), None if where == TAIL else self._find(where), why=self.why.value)

        if self.decide(act):
            self.target.value = ""

    def _label(self) -> None:
        given = {"kind": self.kind.value, "stance": self.stance.value, "operation": self.operation.value}
        if self.decide(lambda desk: [desk.set_label(o, why=self.why.value, **given) for o in self._selected()]):
            self.kind.value = self.stance.value = self.operation.value = ""

    def _link(self) -> None:
        def act(desk: Desk) -> str | None:
            if not self.article.value.strip():
                return None
            return desk.set_article(self._selected(), *read_place(self.article.value), why=self.why.value)

        if self.decide(act):
            self.article.value = ""

    def _join(self) -> None:
        unit = self.unit.value.strip()

        def act(desk: Desk) -> object:
            if unit == APART:
                return desk.split_unit(self._selected(), why=self.why.value)
            return desk.move_to_unit(self._selected(), unit, why=self.why.value)

        if self.decide(act):
            self.unit.value = ""

    def _sort(self) -> None:
        def act(desk: Desk) -> list[str] | None:
            comments = self.view.comments_of(self._selected())
            return [desk.set_triage(c, self.triage.value, why=self.why.value) for c in comments] if self.triage.value else None

        if self.decide(act):
            self.triage.value = ""
