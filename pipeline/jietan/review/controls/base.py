"""What all controls have: a list to search and page through, who decides and why, and what became of a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from jietan.errors import JietanError, SettingsError
from jietan.review.decisions import DECISION_WORDS, Decision, GroupRef
from jietan.review.ledger import read_ledger, standing

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.export.view import View
    from jietan.review.desk import Desk

__all__ = ["Controls", "library"]

PAGE = 25
_CLASS = "jietan-controls"
#: JupyterLab takes arrows and letters in lists and on buttons for commands about cells; in these boxes it must not. Escape
#: leads back to the cell.
_KEYS = f"""
if (!window.jietanKeys) {{
  window.jietanKeys = true;
  window.addEventListener("keydown", (event) => {{
    const within = event.target instanceof Element && event.target.closest(".{_CLASS}");
    if (!within || event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    const cell = event.key === "Escape" && within.closest(".jp-Cell");
    if (cell) cell.focus();
  }}, true);
}}
"""
_WIDE = {"width": "98%"}
_SHOWN = 20
_SAID = "border-left: 4px solid #2f6db5; padding-left: 8px; font-weight: bold"


def library() -> Any:  # noqa: ANN401  (the module, which has no types)
    """Return ipywidgets.

    Raises:
        SettingsError: It is not installed.
    """
    try:
        import ipywidgets
    except ImportError as error:
        raise SettingsError("没有安装 ipywidgets，笔记本里不能显示控件", todo="请运行 pip install 'jietan[notebook]'") from error
    return ipywidgets


def _told(decision: Decision) -> str:
    """Say what was decided about what: 主题改名（停放场所）."""
    labels = [o.label for o in decision.objects if isinstance(o, GroupRef) and o.label]
    short = [words if len(words) <= _SHOWN else words[:_SHOWN] + "…" for words in labels]
    return DECISION_WORDS[decision.kind] + (f"（{'、'.join(short)}）" if short else "")


class Controls:
    """A list on top, the chosen one below it, then what can be decided about it.

    Every widget is an attribute, so that a program can set its ``value`` or ``click()`` it as a person would.

    Args:
        run: The run.
        desk: Its desk.
    """

    def __init__(self, run: Run, desk: Desk) -> None:
        """Lay the widgets out and show the first page."""
        w = self.w = library()
        self.run, self.desk = run, desk
        self.pending: list[Decision] = []
        self._made: list[str] = []
        self._quiet = False
        self.goto = ""
        self.search = self.text("查找", "名称、关键词、编号，按回车")
        self.page = w.BoundedIntText(value=1, min=1, max=1, description="第几页")
        self.count = w.Label()
        self.chosen = w.Select(options=[], rows=12, description="选一个", layout=_WIDE)
        self.card = w.HTML()
        self.by = self.text("审核人")
        self.by.value = desk.by
        self.why = self.text("审核理由", "为什么这样定")
        self.note = self.text("备注", "想记下的话")
        self.keep_note = self.button("记下备注", self._note)
        self.later = w.Checkbox(value=False, description="先攒着，一起生效（快）", indent=False, layout={"width": "auto"})
        self.apply = self.button("一起生效", self._apply)
        self.undo = self.button("撤销刚才的", self._undo)
        self.next = self.button("下一个", self._forward)
        self.said = w.HTML()
        self.box = w.VBox()
        for widget, name in ((self.search, "value"), (self.page, "value")):
            widget.observe(self._listed, names=name)
        self.chosen.observe(self._chosen, names="value")

    # widgets -----------------------------------------------------------------------------------------------------

    def text(self, description: str, hint: str = "") -> Any:  # noqa: ANN401  (a widget)
        """A line to write in."""
        return self.w.Text(description=description, placeholder=hint, continuous_update=False, layout=_WIDE)

    def button(self, description: str, act: Callable[[], object]) -> Any:  # noqa: ANN401  (a widget)
        """A button."""
        found = self.w.Button(description=description)
        found.on_click(lambda _: act())
        return found

    def combobox(self, description: str, hint: str) -> Any:  # noqa: ANN401  (a widget)
        """A line to write in, with suggestions."""
        return self.w.Combobox(description=description, placeholder=hint, ensure_option=False, layout=_WIDE)

    def lay_out(self, *rows: Sequence[Any], narrowed: Sequence[Any] = ()) -> Any:  # noqa: ANN401  (a widget)
        """Put the widgets into one box in the order of the work: find, look, say why, decide; what became of it is said in the middle.

        Args:
            rows: What can be decided, one bar each.
            narrowed: What narrows the list down, beside the search.
        """
        bars = [self.w.VBox(list(row)) if len(row) > 1 else row[0] for row in rows]
        top = [self.search, self.w.HBox([*narrowed, self.page, self.count]), self.chosen, self.card]
        end = [self.note, self.w.HBox([self.keep_note, self.undo, self.next]), self.w.HBox([self.later, self.apply])]
        box = self.w.VBox([*top, self.said, self.by, self.why, *bars, *end])
        box.add_class(_CLASS)
        return box

    def _ipython_display_(self) -> None:
        from IPython.display import Javascript, display

        display(self.box, Javascript(_KEYS))  # type: ignore[no-untyped-call]

    # what a kind of controls says of itself ------------------------------------------------------------------------

    def rows(self, view: View) -> list[tuple[str, str, str]]:
        """Everything to choose from: label, id, and words to find it by."""
        raise NotImplementedError

    def show(self, name: str) -> None:
        """Fill the card and the fields for what is chosen."""
        raise NotImplementedError

    # the list ----------------------------------------------------------------------------------------------------

    def fits(self, name: str) -> bool:
        """Say whether something belongs in the list, whatever is searched for."""
        return bool(name)

    def refresh(self) -> None:
        """Read the tables again and stay at what is chosen, though it may no longer be what is searched for."""
        from jietan.trace import view_of

        self.view = view_of(self.run)
        self.every = self.rows(self.view)
        wanted, self.goto = self.goto or self.chosen.value, ""
        self._list(wanted, wanted)

    def _found(self, kept: str | None = None) -> list[tuple[str, str]]:
        """Label and id of everything that is searched for, and of what is kept in the list all the same."""
        words = self.search.value.split()
        return [
            (label, name)
            for label, name, more in self.every
            if name == kept or (self.fits(name) and all(w in f"{label} {name} {more}" for w in words))
        ]

    def _list(self, wanted: str | None, kept: str | None = None) -> None:
        """Fill the list, with the page on which the wanted one is where it is to be kept in sight."""
        found = self._found(kept)
        at = next((k for k, (_, name) in enumerate(found) if name == kept), None)
        pages = max(1, -(-len(found) // PAGE))
        with self._silent():
            self.page.max = pages
            self.page.value = at // PAGE + 1 if at is not None else min(self.page.value, pages)
            self.count.value = f"共 {len(found)} 个，{pages} 页"
            start = (self.page.value - 1) * PAGE
            options = found[start : start + PAGE]
            self.chosen.options = options
            names = [name for _, name in options]
            self.chosen.value = wanted if wanted in names else (names[0] if names else None)
        self._chosen()

    def _listed(self, _: object = None) -> None:
        if not self._quiet:
            self._list(self.chosen.value)

    def _forward(self) -> None:
        """Go to the next one in the list."""
        here = self.chosen.value
        names = [name for _, name in self._found(here)]
        if here in names[:-1]:
            name = names[names.index(here) + 1]
            self._list(name, name)
        else:
            self.say("已经是最后一个。")

    def _chosen(self, _: object = None) -> None:
        if self._quiet:
            return
        if self.chosen.value is None:
            self.card.value = "<p>没有符合的。</p>"
        else:
            self.show(self.chosen.value)

    @contextmanager
    def _silent(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    # decisions ---------------------------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """Say what became of a decision, to screen readers too."""
        self.said.value = f'<p role="status" aria-live="polite" style="{_SAID}">{escape(words)}</p>'

    def decide(self, act: Callable[[Desk], object]) -> bool:
        """Make a decision, or keep it for later; an error is said.

        Args:
            act: Makes it at the desk that it is given.

        Returns:
            Whether it was made.
        """
        try:
            self.desk.by = self.by.value.strip() or self.desk.by
            made = self.desk.collect(act)
            if not made:
                self.say("没有写要改成什么。")
                return False
            if self.later.value:
                self.pending += made
                self.say(f"攒下 {len(self.pending)} 项，按“一起生效”。")
            else:
                self._record(made)
        except JietanError as error:
            self.say(str(error))
            return False
        self.why.value = ""
        return True

    def _record(self, made: list[Decision]) -> None:
        self.desk.record(made)
        self._made += [d.id for d in made]
        states = {e.decision.id: e for e in standing(read_ledger(self.run.folder))}
        against = [states[d.id].rival for d in made if states[d.id].state == "conflict"]
        what = "、".join(dict.fromkeys(map(_told, made)))
        self.say(f"{what}：与别人的决定 {'、'.join(against)} 冲突，没有采用。" if against else f"{what}：已经生效。")
        self.refresh()

    def _apply(self) -> None:
        waiting, self.pending = self.pending, []
        if not waiting:
            self.say("没有攒下的决定。")
            return
        try:
            self._record(waiting)
        except JietanError as error:
            self.say(str(error))

    def _undo(self) -> None:
        if self.pending:
            gone = self.pending.pop()
            self.say(f"去掉了攒下的“{DECISION_WORDS[gone.kind]}”。")
        elif self._made:
            name = self._made.pop()
            undone = next((e.decision for e in standing(read_ledger(self.run.folder)) if e.decision.id == name), None)
            self.desk.by = self.by.value.strip() or self.desk.by
            self.desk.undo(name)
            self.refresh()
            self.say(f"已撤销：{_told(undone) if undone else name}。")
        else:
            self.say("这里没有可以撤销的；以前的决定用 run.review.undo(编号)，编号见 run.review.status()。")

    def _note(self) -> None:
        words = self.note.value.strip()
        if self.decide(lambda desk: desk.note(words, about=self.chosen.value or "") if words else None):
            self.note.value = ""
