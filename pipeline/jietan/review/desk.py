"""The reviewer's desk: decisions made by name, written to the ledger, and applied to the tables."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

from jietan.errors import InvariantError, SettingsError
from jietan.review.apply import unit_name
from jietan.review.decisions import DECISION_WORDS, CommentRef, Decision, GroupRef, OpinionRef, Ref, text_hash
from jietan.review.ledger import append, read_ledger, standing
from jietan.review.listing import state_of_ledger
from jietan.review.places import check_place
from jietan.review.resolve import MOST_MEMBERS

if TYPE_CHECKING:
    from jietan.api import Run
    from jietan.review.controls import SuggestionControls, ThemeControls
    from jietan.review.taking import Taken

__all__ = ["Desk"]

_GROUPS = {"unit": "诉求", "theme": "主题", "suggestion": "建议"}
_LOCKED = 5000


def _user() -> str:
    with suppress(Exception):
        return getpass.getuser()
    return "审核人"


class Desk:
    """Decisions about one run.

    Every method writes one decision and brings the tables up to date, unless inside :meth:`batch`. Themes, units and
    suggestions are named by their ids, opinions and comments too. All raise ``SettingsError`` where an id is unknown.

    Args:
        run: The run.
        by: Who decides; by default the name of the user of this computer.
    """

    def __init__(self, run: Run, by: str | None = None) -> None:
        """Sit down at the run."""
        self._run, self.by = run, by or _user()
        self._waiting: list[Decision] | None = None

    # comments and opinions ---------------------------------------------------------------------------------------

    def set_triage(self, comment: str, triage: str, *, why: str = "") -> str:
        """Say what a comment is for: legislative, governance, personal, off_topic or empty."""
        return self._decide("set_triage", [self._comment(comment)], why, value=triage)

    def set_label(self, opinion: str, *, kind: str = "", stance: str = "", operation: str = "", why: str = "") -> list[str]:
        """Set the kind, the stance or the operation of an opinion; one decision for each that is given."""
        given = {"set_kind": kind, "set_stance": stance, "set_operation": operation}
        return [self._decide(name, [self._opinion(opinion)], why, value=value) for name, value in given.items() if value]

    def set_article(
        self, opinions: Iterable[str], article: str, paragraph: int | None = None, item: str | None = None, *, why: str = ""
    ) -> str:
        """Tie opinions to an article of the draft; an empty article says that the draft has none for them."""
        if article:
            check_place(self._run.articles, article, paragraph, item)
        return self._decide("set_article", [self._opinion(o) for o in opinions], why, place=(article, paragraph, item))

    # units -------------------------------------------------------------------------------------------------------

    def merge_units(self, *units: str, why: str = "") -> str:
        """Take units for the same ask."""
        return self._decide("merge_units", [self._group("unit", u, _LOCKED) for u in _several(units)], why)

    def move_to_unit(self, opinions: Iterable[str], unit: str, *, why: str = "") -> list[str]:
        """Take opinions for the same ask as a unit, and no longer as that of the opinions beside them."""
        given = sorted(set(opinions))
        target = self._group("unit", unit, _LOCKED)
        refs = [self._opinion(o) for o in given]
        alone = GroupRef(type="unit", id=unit_name(given), members=tuple(given))
        with self._together():
            return [self._decide("split_unit", refs, why), self._decide("merge_units", [target, alone], why)]

    def split_unit(self, opinions: Iterable[str], *, why: str = "") -> str:
        """Make opinions a unit of their own."""
        return self._decide("split_unit", [self._opinion(o) for o in opinions], why)

    # themes ------------------------------------------------------------------------------------------------------

    def merge(self, *themes: str, why: str = "") -> str:
        """Make one theme of several; the first keeps its id."""
        return self._decide("merge_themes", [self._theme(t) for t in _several(themes)], why)

    def split(self, opinions: Iterable[str], *, title: str = "", why: str = "") -> str:
        """Make opinions a theme of their own, under a title where one is given."""
        return self._decide("split_theme", self._asks(opinions), why, value=title)

    def move(self, opinions: Iterable[str], theme: str | None, *, why: str = "") -> str:
        """Move opinions to a theme, or to the long tail where it is None."""
        into = None if theme is None else self._theme(theme, MOST_MEMBERS)
        kind = "move_to_tail" if into is None else "move_to_theme"
        return self._decide(kind, self._asks(opinions), why, into=into)

    def rename(self, theme: str, title: str, *, why: str = "") -> str:
        """Give a theme another title; what it holds stays together from then on."""
        if not title.strip():
            raise SettingsError("没有写主题的名称", todo="请写新的名称")
        return self._decide("rename_theme", [self._group("theme", theme, _LOCKED)], why, value=title)

    def lock(self, theme: str, *, why: str = "") -> str:
        """Keep what a theme holds together, whatever comes later; new opinions may join it."""
        return self._decide("lock_theme", [self._theme(theme)], why)

    # suggestions -------------------------------------------------------------------------------------------------

    def accept(self, *suggestions: str, why: str = "") -> str:
        """Accept suggestions as they are worded now."""
        objects = [self._group("suggestion", s, _LOCKED) for s in suggestions]
        texts = self._run.suggestions.set_index("suggestion_id")["proposed_text"]
        return self._decide("accept", objects, why, value=" ".join(text_hash(str(texts[s])) for s in suggestions))

    def reject(self, *suggestions: str, why: str) -> str:
        """Reject suggestions, with the reason."""
        if not why.strip():
            raise SettingsError("不采用要写明理由", todo="请写在“审核理由”里")
        return self._decide("reject", [self._group("suggestion", s, _LOCKED) for s in suggestions], why)

    def edit(self, suggestion: str, *, text: str = "", reason: str = "", title: str = "", why: str = "") -> list[str]:
        """Write another text, reason or title of a suggestion; one decision for each that is given."""
        given = {"edit_text": text, "edit_reason": reason, "edit_title": title}
        return [
            self._decide(name, [self._group("suggestion", suggestion, _LOCKED)], why, value=value) for name, value in given.items() if value
        ]

    def set_outcome(self, suggestion: str, outcome: str, *, why: str = "") -> str:
        """Say what became of a suggestion: full, partial, no, existing or elsewhere; the reason is what people are told."""
        return self._decide("set_outcome", [self._group("suggestion", suggestion, _LOCKED)], why, value=outcome)

    # the ledger --------------------------------------------------------------------------------------------------

    def note(self, text: str, about: str = "") -> str:
        """Keep a remark, about a comment, an opinion, a unit, a theme or a suggestion where one is named."""
        return self._decide("note", [self._anything(about)] if about else [], "", value=text)

    def undo(self, decision: str, *, why: str = "") -> str:
        """Take a decision back."""
        if decision not in {d.id for d in read_ledger(self._run.folder)}:
            raise SettingsError(f"审核记录里没有 {decision}", todo="编号见 jietan review status")
        return self._decide("undo", [], why, undoes=decision)

    def status(self) -> pd.DataFrame:
        """Every decision with its state.

        Returns:
            One row each, the first made first: ``id``, ``what``, ``about``, ``value``, ``by``, ``at``, ``why``, ``state`` and ``remark``.
        """
        return state_of_ledger(self._run.folder, self._run.manifest, self._run.suggestions)

    # controls ----------------------------------------------------------------------------------------------------

    def show_themes(self) -> ThemeControls:
        """Show themes in a notebook, with controls for every decision about them and the opinions in them.

        Raises:
            SettingsError: ipywidgets is not installed.
        """
        from jietan.review.controls import ThemeControls

        return ThemeControls(self._run, self)

    def show_suggestions(self) -> SuggestionControls:
        """Show suggestions in a notebook, with controls for every decision about them.

        Raises:
            SettingsError: ipywidgets is not installed.
        """
        from jietan.review.controls import SuggestionControls

        return SuggestionControls(self._run, self)

    # the workbook ------------------------------------------------------------------------------------------------

    def export(self, path: str | Path | None = None) -> Path:
        """Write a workbook in which people without Python decide.

        Args:
            path: The file; by default ``exports/审核表.xlsx`` of the run.

        Raises:
            RunFolderError: The file cannot be written.
        """
        from jietan.export.files import write
        from jietan.review.pages import Desktop
        from jietan.review.workbook import write_review
        from jietan.trace import view_of

        target = Path(path) if path is not None else self._run.folder / "exports" / "审核表.xlsx"
        data = write_review(self._run, Desktop(view_of(self._run), standing(read_ledger(self._run.folder))))

        def make(part: Path) -> None:
            part.write_bytes(data)

        return write(target, make)

    def take_in(self, path: str | Path, *, by: str = "", check: bool = False) -> Taken:
        """Make decisions of the cells that people changed in a workbook from :meth:`export`.

        Args:
            path: The workbook.
            by: Who decided, where a row names nobody; by default who is named on its cover, or this desk's reviewer.
            check: Only say what would be done.

        Returns:
            The decisions, and what was not taken, with sheet and cell.

        Raises:
            InputError: It is no such workbook, or one of another run.
        """
        from jietan.review.returned import read_review
        from jietan.review.taking import take

        return take(self._run, self, read_review(Path(path)), by=by, check=check)

    @contextmanager
    def batch(self) -> Iterator[Desk]:
        """Make several decisions and bring the tables up to date once, at the end; nothing is written where an error comes up."""
        with self._together():
            yield self

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Record what is decided inside at once; what is inside another such block waits for its end."""
        if self._waiting is not None:
            yield
            return
        self._waiting = []
        try:
            yield
            waiting, self._waiting = self._waiting, None
            self.record(waiting)
        finally:
            self._waiting = None

    def collect(self, decide: Callable[[Desk], object]) -> list[Decision]:
        """Return what would be decided, without writing anything.

        Args:
            decide: Makes decisions at the desk that it is given.
        """
        before, self._waiting = self._waiting, []
        try:
            decide(self)
            return self._waiting
        finally:
            self._waiting = before

    def record(self, decisions: Sequence[Decision]) -> None:
        """Write decisions into the ledger and bring the tables up to date.

        Raises:
            SettingsError: The tables would break a promise of the contract; the decisions are taken back in the ledger.
        """
        if not decisions:
            return
        append(self._run.folder, decisions)
        try:
            self._run.refresh()
        except InvariantError as error:
            why = "自检未通过，程序自动撤销"
            append(self._run.folder, [Decision(kind="undo", undoes=d.id, by=self.by, at=_now(), why=why) for d in decisions])
            self._run.refresh()
            raise SettingsError(f"这些决定会使结果自相矛盾，已经撤销（{error.what}）", todo="请把此信息告诉开发者") from error

    def _decide(self, kind: str, objects: Sequence[Ref], why: str, **fields: Any) -> str:  # noqa: ANN401  (fields of a decision)
        try:
            given = {"kind": kind, "objects": tuple(objects), "by": self.by, "at": _now(), "why": why, **fields}
            decision = Decision.model_validate(given)
        except ValidationError as error:
            raise SettingsError(f"“{DECISION_WORDS[kind]}”写得不对：{error.errors()[0]['msg']}", todo="请核对写法") from error
        if self._waiting is not None:
            self._waiting.append(decision)
        else:
            self.record([decision])
        return decision.id

    def _anything(self, name: str) -> Ref:
        """Whatever has this id."""
        groups: list[Callable[[str], Ref]] = [partial(self._group, kind) for kind in _GROUPS]
        finders: list[Callable[[str], Ref]] = [self._comment, self._opinion, *groups]
        for find in finders:
            with suppress(SettingsError):
                return find(name)
        raise SettingsError(f"没有编号是 {name} 的意见、观点、诉求、主题或者建议", todo="编号见汇总表的“意见明细”“主题”“立法建议”各表")

    def _asks(self, names: Iterable[str]) -> list[OpinionRef]:
        """Opinions that can be put into themes."""
        refs = [self._opinion(o) for o in names]
        kinds = dict(zip(self._run.opinions["opinion_id"], self._run.opinions["kind"], strict=True))
        grounds = [r.opinion_id for r in refs if kinds[r.opinion_id] == "理由"]
        if grounds:
            todo = "请移动那个诉求；其实是诉求的，请先改性质"
            raise SettingsError(f"{'、'.join(grounds[:3])} 是理由，随它所支持的诉求归入主题", todo=todo)
        return refs

    def _theme(self, name: str, most: int = _LOCKED) -> GroupRef:
        """One of the finest themes."""
        found = self._group("theme", name, most)
        themes = self._run.themes
        if themes.loc[themes["theme_id"] == name, "parent_id"].isna().any():
            raise SettingsError(f"{name} 是上级主题，只能改名", todo="合并、移动、锁定请写它下面的主题")
        return found

    def _comment(self, name: str) -> CommentRef:
        found = self._run.comments.loc[self._run.comments["comment_id"] == name, "text"]
        if found.empty:
            raise SettingsError(f"没有意见 {name}", todo="编号见“来件全文”表")
        return CommentRef(comment_id=name, sha=text_hash(found.iloc[0]))

    def _opinion(self, name: str) -> OpinionRef:
        found = self._run.opinions.loc[self._run.opinions["opinion_id"] == name]
        if found.empty:
            raise SettingsError(f"没有观点 {name}", todo="编号见“意见明细”表")
        return OpinionRef.of(found.iloc[0])

    def _group(self, kind: str, name: str, most: int = MOST_MEMBERS) -> GroupRef:
        members, label = self._members(kind, name)
        if not members:
            raise SettingsError(f"没有{_GROUPS[kind]} {name}", todo="编号见汇总表")
        return GroupRef.model_validate({"type": kind, "id": name, "label": label, "members": tuple(members[:most])})

    def _members(self, kind: str, name: str) -> tuple[list[str], str]:
        opinions = self._run.opinions
        if kind == "suggestion":
            found = self._run.suggestions.loc[self._run.suggestions["suggestion_id"] == name]
            return ([], "") if found.empty else (sorted(found["evidence"].iloc[0]), found["title"].iloc[0])
        if kind == "unit":
            return sorted(opinions.loc[opinions["unit_id"] == name, "opinion_id"]), ""
        themes = self._run.themes.set_index("theme_id")
        inside = {name, *themes.index[themes["parent_id"] == name]}
        title = themes["title"].get(name, "")
        return sorted(opinions.loc[opinions["theme_id"].isin(inside), "opinion_id"]), str(title)


def _several(names: Sequence[str]) -> list[str]:
    """Names, each once.

    Raises:
        SettingsError: There are not two.
    """
    found = list(dict.fromkeys(names))
    if len(found) < 2:
        raise SettingsError("合并要写明至少两个不同的编号", todo="请再写一个编号，编号见汇总表")
    return found


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
