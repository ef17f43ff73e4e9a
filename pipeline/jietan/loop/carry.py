"""Carry opinions, themes, suggestions and decisions to a later reading of the draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jietan.embedders import load_embedder
from jietan.errors import RunFolderError
from jietan.export.files import write
from jietan.export.sheets.sheet import Cell, Col, Sheet
from jietan.export.view import View
from jietan.export.wording import place, printable
from jietan.export.xlsx import write_sheets
from jietan.loop.outcome import TABLES, outcomes_of
from jietan.loop.whereabouts import Carried, LawText
from jietan.review.decisions import Decision
from jietan.review.ledger import LEDGER, decided
from jietan.stages.parse import parse
from jietan.tables import records
from jietan.trace import view_of

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["STATES", "CarriedRun", "carry"]

#: What a later reading did for a suggestion.
STATES = {"full": "已解决", "partial": "部分解决", "no": "待解决"}
_CENTER = "center"
_SUGGESTIONS = (
    Col("名次", 6, kind="number"),
    Col("建议编号", 12, kind=_CENTER),
    Col("诉求", 40),
    Col("操作", 7, kind=_CENTER),
    Col("人数", 7, kind="number"),
    Col("原条款", 18),
    Col("新条款", 18),
    Col("状态", 10, kind=_CENTER),
    Col("新稿的规定", 60),
    Col("把握", 8, kind="score"),
)
_THEMES = (
    Col("主题编号", 12, kind=_CENTER),
    Col("主题", 34),
    Col("人数", 7, kind="number"),
    Col("原条款", 24),
    Col("新条款", 24),
    *(Col(state, 9, kind="number") for state in STATES.values()),
)
_OPINIONS = (
    Col("意见编号", 11, kind=_CENTER),
    Col("原话", 56),
    Col("主题", 28),
    Col("原条款", 18),
    Col("新条款", 18),
    Col("条款变化", 10, kind=_CENTER),
    Col("状态", 10, kind=_CENTER),
)
_ARTICLES = (Col("原条", 12, kind=_CENTER), Col("新条", 12, kind=_CENTER), Col("变化", 10, kind=_CENTER))
_DECISIONS = (Col("编号", 16, kind=_CENTER), Col("决定", 12, kind=_CENTER), Col("内容", 30), Col("怎样带过去", 60))


@dataclass(frozen=True)
class CarriedRun:
    """What was carried.

    Attributes:
        paths: The files.
        counts: Suggestions by state.
        changed: Articles of the draft by what became of them.
        run: The run against the later text, where one was asked for.
    """

    paths: tuple[Path, ...]
    counts: dict[str, int]
    changed: dict[str, int]
    run: Run | None = None


class _Carrier:
    """Everything that the sheets are made from."""

    def __init__(self, run: Run, later: Path) -> None:
        if not (run.articles["source"] == "draft").any():
            raise RunFolderError("这次运行没有草案，无法对照新的文本", where=str(run.folder), todo="请用 --draft 给出草案重新运行")
        second, self.title, self.problems = parse(later, "final")
        tables = {name: run.table(name) for name in TABLES}
        self.run, self.view = run, view_of(run)
        self.outcomes = {row.suggestion_id: row for row in records(outcomes_of(tables, second, load_embedder(run.settings.embed.model)))}
        self.law = LawText(run.articles, second)
        self.later = list(second.sort_values("position")["article"])

    @cached_property
    def state_of(self) -> dict[str, str]:
        return {name: STATES[row.outcome] for name, row in self.outcomes.items()}

    def to(self, row: dict[str, Any]) -> Carried:
        """Where a row with ``article``, ``paragraph`` and ``item`` goes; a new article has no place yet."""
        if not row["article"]:
            return Carried(fate="")
        return self.law.carried(row["article"], None if row["paragraph"] is None else int(row["paragraph"]), row["item"])

    def suggestions(self) -> Iterator[list[Cell]]:
        view = self.view
        order = list(STATES.values())[::-1]
        rows = {row.suggestion_id: row for row in records(view.frames["suggestions"])}
        for s in sorted(view.suggestions, key=lambda s: (order.index(self.state_of[s["suggestion_id"]]), s["rank"])):
            name = s["suggestion_id"]
            found = self.outcomes[name]
            where = self.law.find(rows[name], list(found.evidence), [view.opinion(o)["text"] for o in s["exemplars"]][:12])
            said = "；".join(f"{p.place}：“{p.words}”" for p in where.adopted)
            gone = "；".join(f"原{p.place}“{p.words}”已经删去" for p in where.struck)
            yield [
                int(s["rank"]),
                name,
                view.suggestion_text(s, "title"),
                s["operation"],
                int(s["n_people"]),
                place(s, view.draft_law),
                self.to(s).label or ("—" if not s["article"] else "（删去）"),
                self.state_of[name],
                "；".join(x for x in (said, gone) if x) or "没有相应的规定",
                float(found.confidence),
            ]

    @cached_property
    def best(self) -> dict[str, dict[str, Any]]:
        """Link to the draft of each opinion that has one."""
        out: dict[str, dict[str, Any]] = {}
        for opinion, positions in self.view.links_of.items():
            links = [self.view.links.row(i) for i in positions]
            found = next((r for r in links if r["source"] == "draft"), None)
            if found is not None:
                out[opinion] = found
        return out

    def themes(self) -> Iterator[list[Cell]]:
        view = self.view
        held: dict[str, list[str]] = {}
        for s in view.suggestions:
            if s["theme_id"]:
                held.setdefault(s["theme_id"], []).append(self.state_of[s["suggestion_id"]])
        for theme in sorted(view.themes, key=lambda t: (-t["n_people"], t["theme_id"])):
            if not theme["parent_id"]:
                continue
            opinions = [view.opinions.column("opinion_id")[i] for i in view.opinions_of_theme.get(theme["theme_id"], ())]
            links = [self.best[o] for o in opinions if o in self.best]
            old = [a for a, _ in Counter(r["article"] for r in links).most_common(3)]
            new = dict.fromkeys(self.law.home(a) or f"（{a}删去）" for a in old)
            counted = Counter(held.get(theme["theme_id"], ()))
            numbers = [counted[state] for state in STATES.values()]
            yield [
                theme["theme_id"],
                view.theme_titles[theme["theme_id"]],
                int(theme["n_people"]),
                "、".join(old),
                "、".join(new),
                *numbers,
            ]

    def opinions(self) -> Iterator[list[Cell]]:
        view = self.view
        for row in view.opinions:
            if row["kind"] == "理由":
                continue
            link = self.best.get(row["opinion_id"])
            now = self.to(link) if link else Carried(fate="")
            states = dict.fromkeys(self.state_of[s] for s in view.suggestions_of_opinion.get(row["opinion_id"], ()))
            yield [
                printable(row["comment_id"]),
                printable(view.masker.text(row["comment_id"], int(row["start"]), int(row["end"]))),
                view.theme_titles.get(row["theme_id"] or "", ""),
                place(link, view.draft_law) if link else "",
                now.label,
                now.fate,
                "、".join(states),
            ]

    def articles(self) -> Iterator[list[Cell]]:
        for row in self.view.articles:
            if row["source"] == "draft":
                now = self.law.carried(row["article"], None, None)
                yield [row["article"], now.label or "—", now.fate]
        old = self.law.homes
        yield from (["—", article, "新增"] for article in self.later if article not in old)

    def decisions(self) -> Iterator[tuple[Decision, Decision | None, str]]:
        """Each standing decision, as it is carried (None where it is not), and a remark."""
        for decision in decided(self.run.folder):
            if decision.kind == "set_outcome":
                yield decision, None, "核对的是通过文本，不带过去"
            elif decision.place is None or not decision.place[0]:
                remark = "照旧；所写的条文文字请对照新稿再看" if decision.kind == "edit_text" else "照旧，按内容认对象"
                yield decision, decision, remark
            else:
                now = self.law.carried(*decision.place)
                new = None if now.article is None else decision.model_copy(update={"place": (now.article, now.paragraph, now.item)})
                yield decision, new, f"改到{now.label}" if new else "所指的条文已经删去，没有带过去"


def _decision_rows(carrier: _Carrier) -> Iterator[list[Cell]]:
    words = {row.id: (row.what, row.value) for row in records(carrier.run.review.status())}
    for decision, _, remark in carrier.decisions():
        yield [decision.id, *words.get(decision.id, (decision.kind, decision.value)), remark]


def _sheets(carrier: _Carrier) -> list[Sheet]:
    counted = Counter(carrier.state_of.values())
    heading = "，".join(f"{state}{counted[state]}条" for state in STATES.values())
    return [
        Sheet("建议", "", _SUGGESTIONS, carrier.suggestions, frozen=2, heading=f"{heading}。这是程序对照两稿的初步判断，请逐条核对。"),
        Sheet("主题", "", _THEMES, carrier.themes, frozen=2),
        Sheet("意见", "", _OPINIONS, carrier.opinions, frozen=1),
        Sheet("条文", "", _ARTICLES, carrier.articles),
        Sheet("审核决定", "", _DECISIONS, lambda: _decision_rows(carrier)),
    ]


def carry(
    run: Run,
    draft: str | Path,
    out: str | Path | None = None,
    onward: str | Path | None = None,
    report: Callable[[str], None] | None = None,
) -> CarriedRun:
    """Carry a run to a later reading of its draft.

    Args:
        run: A finished run with a draft.
        draft: The later text, in any format that a draft may have.
        out: Folder; by default one beside the run folder.
        onward: Run folder to make against the later text, with the same comments and decisions; None makes none.
        report: Called with one line of progress, where a run is made.

    Returns:
        The files: 二审对照.xlsx and the decisions with the later text's numbers, and what was counted.

    Raises:
        InputError: The text cannot be read, or is of another law.
        RunFolderError: The run had no draft, a file cannot be written, or the folder for the new run holds something.
    """
    from jietan.loop.onward import check_empty, go_on, renumbered

    if onward is not None:
        check_empty(run, Path(onward))
    folder = Path(out) if out is not None else run.folder.with_name(f"{run.folder.resolve().name}-二审")
    carrier = _Carrier(run, Path(draft))
    view: View = carrier.view
    kept = [new for _, new, _ in carrier.decisions() if new is not None]
    lines = "".join(new.line() + "\n" for new in kept)
    paths = [
        write(folder / "二审对照.xlsx", lambda path: write_sheets(path, view, _sheets(carrier), "二审对照")),
        write(folder / LEDGER, lambda path: _lines(path, lines)),
    ]
    counted = Counter(carrier.state_of.values())
    fates = Counter(str(row[2]) for row in carrier.articles())
    changed = {fate: fates[fate] for fate in ("未变", "序号变", "有修改", "删去", "新增")}
    made = None
    if onward is not None:
        moved = list(renumbered(run, carrier.law, kept))
        made = go_on(run, Path(draft), Path(onward), [*moved, *kept], report)
    return CarriedRun(tuple(paths), {state: counted[state] for state in STATES.values()}, changed, made)


def _lines(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", "surrogatepass")
