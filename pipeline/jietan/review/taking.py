"""Turn what people changed in a review workbook into decisions; what cannot be taken is listed with its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from jietan.errors import InputError, JietanError, SettingsError
from jietan.export.wording import STANCES, TRIAGE
from jietan.export.xlsx import fit
from jietan.review.decisions import Decision, GroupRef
from jietan.review.ledger import Entry, read_ledger, standing
from jietan.review.pages import APART, NEW_THEME, OPERATION_WORDS, PAGES, TAIL, Desktop
from jietan.review.places import read_place
from jietan.review.returned import Change, Problem, Returned
from jietan.review.workbook import plain, run_token

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.review.desk import Desk

__all__ = ["Taken", "take"]

Act = Callable[["Desk"], object]
_WORDS: dict[str, dict[str, str]] = {
    "分流": {w: v for v, w in TRIAGE.items()},
    "性质": {w: w for w in ("建议", "支持", "反对", "问题", "理由")},
    "立场": {w: v for v, w in STANCES.items()},
    "操作": {w: v for v, w in OPERATION_WORDS.items()},
    "决定": {"采用": "accept", "不采用": "reject"},
    "锁定": {"锁定": "lock"},
}
_LABELS = {"性质": "kind", "立场": "stance", "操作": "operation"}
_EDITS = {"诉求": "title", "建议修改为": "text", "理由": "reason"}
#: Order in which changes are decided; what a theme holds is settled before opinions are moved.
_ORDER = (
    "分流",
    "性质",
    "立场",
    "操作",
    "同一诉求",
    "条文",
    "名称",
    "锁定",
    "并入主题",
    "主题",
    "诉求",
    "建议修改为",
    "理由",
    "决定",
    "备注",
)
_BESIDE = ("审核理由", "审核人")


@dataclass
class Taken:
    """What became of a workbook.

    Attributes:
        decisions: Decisions made, in order.
        problems: What was not taken, or does not stand.
        changed: How many cells were changed.
    """

    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changed: int = 0


@dataclass(frozen=True)
class _Wish:
    """One decision wanted, and the cells that ask for it."""

    act: Act
    changes: tuple[Change, ...]


class _Taking:
    """Decides what changes of a workbook mean for a run."""

    def __init__(self, run: Run, desk: Desk, returned: Returned, by: str) -> None:
        from jietan.trace import view_of

        self.run, self.desk, self.returned = run, desk, returned
        self.by = by or returned.by or desk.by
        self.entries = standing(read_ledger(run.folder))
        desktop = Desktop(view_of(run), self.entries)
        self.now = {page.name: _cells(page.rows(desktop), [f.heading for f in page.fields]) for page in PAGES}
        self.leaves: dict[str, str] = {r["theme_id"]: r["title"] for r in desktop.view.themes if r["parent_id"] is not None}
        self.taken = Taken(problems=list(returned.problems), changed=len(returned.changes))
        self.merges = {c.name: c.after.split()[0] for c in returned.changes if c.heading == "并入主题" and c.after}

    def refuse(self, change: Change, what: str) -> None:
        self.taken.problems.append(change.problem(what))

    def wishes(self) -> list[_Wish]:
        """What is asked for, in the order in which it is to be decided."""
        by_heading: dict[str, list[Change]] = defaultdict(list)
        for change in self.returned.changes:
            by_heading[change.heading].append(change)
        out: list[_Wish] = []
        for heading in _ORDER:
            wanted = [c for c in by_heading[heading] if self._wanted(c)]
            out += self._grouped(wanted) if heading in ("主题", "同一诉求") else [w for c in wanted for w in self._one(c)]
        decided = {(c.page, c.name) for c in self.returned.changes if c.heading not in (*_BESIDE, "备注")}
        for change in by_heading["审核理由"]:
            if (change.page, change.name) not in decided:
                self.refuse(change, "只写了理由，这一行没有别的改动；只想记一笔的，请写在“备注”里")
        return out

    def _wanted(self, change: Change) -> bool:
        """Say whether a change is still to be made; refuse what has changed since in another way."""
        before = self.imported(change)
        if before is not None:
            if before.state == "undone":
                self.refuse(change, f"先前导入过，后来撤销了（{before.decision.id}），没有再作；要再作，请重新导出")
            elif before.state == "conflict":
                self.refuse(change, f"先前已经导入，与别人的决定 {before.rival} 冲突，还没有处理")
            return False
        now = self.now[change.page].get(change.name)
        if now is None:
            self.refuse(change, f"{change.name} 在导出以后已经没有了（并到别处，或者重新归过），没有采用")
            return False
        if change.heading in ("备注", "并入主题"):
            return True
        value = now[change.heading]
        if _same(change.heading, value, change.after):
            return False
        if not _same(change.heading, value, change.before) and not self._rival(change):
            self.refuse(change, f"导出以后已经变成“{value}”，没有采用；请重新导出后再改")
            return False
        return True

    def _rival(self, change: Change) -> bool:
        """Say whether another person settled this since; then the ledger shows both."""
        mine = change.by or self.by
        made = (e.decision for e in self.entries if e.state == "stands" and e.decision.at > self.returned.exported)
        return any(d.by != mine and change.name in _names(d) and _about(d) == change.heading for d in made)

    def imported(self, change: Change) -> Entry | None:
        """The decision that an earlier import of the same workbook made of a change."""
        mine = change.by or self.by
        for entry in self.entries:
            d = entry.decision
            if d.by == mine and d.at > self.returned.exported and change.name in _names(d) and _about(d) == change.heading:
                if _says(d, change, self):
                    return entry
        return None

    def _one(self, change: Change) -> Iterable[_Wish]:
        words = _WORDS.get(change.heading)
        if words is not None and change.after not in words:
            self.refuse(change, f"“{change.after}”不在清单里（{'、'.join(words)}），没有采用")
            return
        if change.heading in ("名称", "锁定") and change.name in self.merges:
            self.refuse(change, f"这个主题要并入 {self.merges[change.name]}，{change.heading}没有采用")
            return
        try:
            yield _Wish(self._act(change), (change,))
        except SettingsError as error:
            self.refuse(change, str(error))

    def _act(self, change: Change) -> Act:
        """What one change asks for."""
        name, after, why = change.name, change.after, change.why
        if change.heading in _LABELS:
            return lambda desk: desk.set_label(name, why=why, **{_LABELS[change.heading]: _WORDS[change.heading][after]})
        if change.heading in _EDITS:
            return lambda desk: desk.edit(name, why=why, **{_EDITS[change.heading]: after})
        if change.heading == "条文":
            place = read_place(after)
            return lambda desk: desk.set_article([name], *place, why=why)
        if change.heading == "并入主题":
            target = self.root(name)
            return lambda desk: desk.merge(target, name, why=why)
        acts: dict[str, Act] = {
            "分流": lambda desk: desk.set_triage(name, _WORDS["分流"][after], why=why),
            "名称": lambda desk: desk.rename(name, after, why=why),
            "锁定": lambda desk: desk.lock(name, why=why),
            "决定": lambda desk: desk.accept(name, why=why) if after == "采用" else desk.reject(name, why=why),
            "备注": lambda desk: desk.note(after, about=name),
        }
        return acts[change.heading]

    def theme(self, text: str) -> str:
        """The theme that a cell names by its id or its title.

        Raises:
            SettingsError: There is none, or several.
        """
        if text.split()[0] in self.leaves:
            return text.split()[0]
        found = [t for t, title in self.leaves.items() if title == text]
        if len(found) != 1:
            raise SettingsError(f"没有“{text}”这个主题", todo="请从下拉清单里选，或者写主题编号")
        return found[0]

    def root(self, name: str) -> str:
        """The theme into which one goes in the end, where that is merged into another in its turn.

        Raises:
            SettingsError: They go round in a circle.
        """
        seen = [name]
        while seen[-1] in self.merges:
            seen.append(self.theme(self.merges[seen[-1]]))
            if seen[-1] in seen[:-1]:
                raise SettingsError(f"{'、'.join(seen)} 绕成一圈", todo="请只留下一个不并入别处的主题")
        return seen[-1]

    def _grouped(self, changes: Sequence[Change]) -> Iterable[_Wish]:
        """Moves of opinions: those that go to one place for one reason are one decision."""
        groups: dict[tuple[str, str, str], list[Change]] = defaultdict(list)
        for change in changes:
            groups[_target(change), change.why, change.by].append(change)
        for (target, why, _), group in groups.items():
            names = [c.name for c in group]
            try:
                act = self._unit(names, target, why) if group[0].heading == "同一诉求" else self._move(names, target, why)
            except SettingsError as error:
                for change in group:
                    self.refuse(change, str(error))
                continue
            yield _Wish(act, tuple(group))

    def _move(self, names: list[str], target: str, why: str) -> Act:
        if target.startswith(NEW_THEME):
            title = target.removeprefix(NEW_THEME).strip()
            if not title:
                raise SettingsError("新主题没有写名称", todo=f"请写成 {NEW_THEME}名称")
            return lambda desk: desk.split(names, title=title, why=why)
        theme = None if target == TAIL else self.theme(target)
        return lambda desk: desk.move(names, theme, why=why)

    def _unit(self, names: list[str], target: str, why: str) -> Act:
        if target == APART:
            return lambda desk: [desk.split_unit([name], why=why) for name in names]
        return lambda desk: desk.move_to_unit(names, target, why=why)

    def decide(self, wish: _Wish) -> list[Decision]:
        """Make a decision without writing it; refuse its cells where the desk does not take it.

        Where it does not take several at once, each is tried by itself.
        """
        before, self.desk.by = self.desk.by, wish.changes[0].by or self.by
        try:
            return self.desk.collect(wish.act)
        except JietanError as error:
            if len(wish.changes) > 1:
                return [d for c in wish.changes for w in self._grouped([c]) for d in self.decide(w)]
            self.refuse(wish.changes[0], str(error))
            return []
        finally:
            self.desk.by = before


def _cells(rows: Iterable[Sequence[object]], headings: Sequence[str]) -> dict[str, dict[str, str]]:
    out = {}
    for row in rows:
        cells = [plain(fit(str(c))) for c in row]
        out[cells[0]] = dict(zip(headings, cells, strict=True))
    return out


def _target(change: Change) -> str:
    """Where an opinion is to go, in the one form in which places are compared."""
    bare = change.after.strip()
    for start in ("新主题：", "新主题:"):
        if bare.startswith(start):
            return NEW_THEME + bare.removeprefix(start).strip()
    return bare


def _same(heading: str, one: str, other: str) -> bool:
    """Say whether two cells mean the same; a theme is told by its id."""
    if heading == "主题":
        return (one.split() or [""])[0] == (other.split() or [""])[0]
    return one == other


def _names(decision: Decision) -> set[str]:
    found = (getattr(o, "id", None) or getattr(o, "opinion_id", None) or o.model_dump().get("comment_id") for o in decision.objects)
    return {str(n) for n in found} | {m for o in decision.objects if isinstance(o, GroupRef) and o.type == "unit" for m in o.members}


_ABOUT = {
    "set_triage": "分流",
    "set_kind": "性质",
    "set_stance": "立场",
    "set_operation": "操作",
    "set_article": "条文",
    "split_unit": "同一诉求",
    "merge_units": "同一诉求",
    "rename_theme": "名称",
    "lock_theme": "锁定",
    "merge_themes": "并入主题",
    "split_theme": "主题",
    "move_to_theme": "主题",
    "move_to_tail": "主题",
    "accept": "决定",
    "reject": "决定",
    "edit_title": "诉求",
    "edit_text": "建议修改为",
    "edit_reason": "理由",
    "note": "备注",
}


def _about(decision: Decision) -> str:
    """The column that a decision is about."""
    return _ABOUT.get(decision.kind, "")


def _says(decision: Decision, change: Change, taking: _Taking) -> bool:
    """Say whether a decision says what a change asks for."""
    after = change.after
    if decision.kind in ("accept", "reject"):
        return decision.kind == _WORDS["决定"].get(after)
    if change.heading in ("分流", *_LABELS):
        return decision.value == _WORDS[change.heading].get(after)
    if decision.kind == "merge_themes":
        return decision.objects[0].model_dump().get("id") in (after.split()[0], taking.merges.get(after.split()[0], "").split(" ")[0])
    if decision.kind == "split_unit":
        return after == APART
    if decision.kind == "merge_units":
        return after in _names(decision)
    if change.heading == "主题":
        words = {"split_theme": NEW_THEME + decision.value, "move_to_tail": TAIL}
        into = decision.into.id if decision.into is not None else ""
        return _target(change) == words.get(decision.kind, "") or (bool(into) and (after.split() or [""])[0] == into)
    if decision.kind == "set_article":
        try:
            return decision.place == read_place(after)
        except SettingsError:
            return False
    return decision.kind == "lock_theme" or decision.value == after


def take(run: Run, desk: Desk, returned: Returned, *, by: str = "", check: bool = False) -> Taken:
    """Make decisions of what was changed in a workbook.

    Args:
        run: The run.
        desk: Its desk.
        returned: The workbook.
        by: Who decides where a row names nobody; before the reviewer on the cover.
        check: Only say what would be done.

    Raises:
        InputError: The workbook was exported from another run.
        SettingsError: The decisions would break a promise of the contract; they are taken back.
    """
    if returned.token != run_token(run.manifest):
        raise InputError("这份审核表是从另一次运行导出的", todo="请核对运行文件夹；意见或者草案换过的，请重新导出")
    taking = _Taking(run, desk, returned, by)
    taken, cells = taking.taken, dict[str, Change]()
    for wish in taking.wishes():
        made = taking.decide(wish)
        taken.decisions += made
        cells |= {d.id: wish.changes[0] for d in made}
    ledger = [e.decision for e in taking.entries]
    authors = {d.id: d.by for d in [*ledger, *taken.decisions]}
    for entry in standing([*ledger, *taken.decisions])[len(ledger) :]:
        if entry.state == "conflict":
            what = f"与{authors[entry.rival]}的决定 {entry.rival} 不同，列为冲突；先作的有效"
            taking.refuse(cells[entry.decision.id], what)
    if not check:
        desk.record(taken.decisions)
        _lost(run, taken, cells)
    taken.problems.sort(key=partial(_place, [page.name for page in PAGES]))
    return taken


def _lost(run: Run, taken: Taken, cells: Mapping[str, Change]) -> None:
    """List decisions that found nothing to apply to."""
    if not taken.decisions:
        return
    for stage in run.manifest["stages"].values():
        for name, why in stage.get("unapplied", {}).items():
            if name in cells:
                taken.problems.append(cells[name].problem(f"记下了，但是{why}"))


def _place(order: Sequence[str], problem: Problem) -> tuple[int, int, str, str]:
    at = order.index(problem.sheet) if problem.sheet in order else len(order)
    digits = "".join(c for c in problem.cell if c.isdigit())
    return at, int(digits or 0), problem.cell, problem.what
