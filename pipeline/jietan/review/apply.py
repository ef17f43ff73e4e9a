"""Apply standing decisions to the tables that stages make; what no longer applies is said, never dropped."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from jietan.review.decisions import CommentRef, Decision, GroupRef
from jietan.review.resolve import Finder, group_of, suggestion_of

__all__ = ["HOLDING", "JOINING", "LABELLING", "LINKING", "SUGGESTING", "THEMING", "Reviewed", "unit_name"]

_GONE = "所指的内容已经不在了"
_NO_ASK = "它所依据的观点不再是对草案的诉求（改了性质或者分流），或者已经不在了"
_GROUND = "理由随它所支持的诉求，不单独归入主题；请移动那个诉求，或者先改性质"
#: Kinds of decisions by the stage that applies them.
LABELLING = ("set_triage", "set_kind", "set_stance", "set_operation")
JOINING = ("merge_units", "split_unit")
LINKING = ("set_article",)
THEMING = ("lock_theme", "merge_themes", "split_theme", "move_to_theme", "move_to_tail", "rename_theme")
SUGGESTING = ("accept", "reject", "edit_text", "edit_reason", "edit_title", "set_outcome")
#: Decisions after which an opinion need not stay in the suggestion that was decided about before.
_LEAVING = ("set_kind", "set_stance", "set_operation", "set_article", "split_unit")
HOLDING = (*SUGGESTING, *_LEAVING)
_LABELS = {"set_kind": "kind", "set_stance": "stance", "set_operation": "operation"}
_EDITS = {"edit_text": "proposed_text", "edit_reason": "reason", "edit_title": "title"}


#: Decisions after which what a theme held stays together under its id.
_PINNING = ("lock_theme", "rename_theme")
_Cells = defaultdict[str, dict[str, Any]]


def unit_name(opinions: Iterable[str]) -> str:
    """The name of a unit of its own."""
    return _name("U", opinions, 10)


def _split_name(decision: Decision) -> str:
    return _name("T", [decision.id], 8)


def _name(prefix: str, ids: Iterable[str], digits: int) -> str:
    return prefix + hashlib.sha256(min(ids).encode("utf-8")).hexdigest()[:digits]


@dataclass
class Reviewed:
    """The decisions that stand, for the stages that they concern.

    Args:
        decisions: Standing decisions in the order they were made.
        unapplied: Filled while stages run: why a decision did not apply, by its id.
    """

    decisions: Sequence[Decision] = ()
    unapplied: dict[str, str] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Decision]:
        """Decisions of some kinds."""
        return [d for d in self.decisions if d.kind in kinds]

    @property
    def settled(self) -> frozenset[str]:
        """Ids of themes that go to what the decisions put together or took out, whatever the clustering finds."""
        named = (d.objects[0].id for d in self.of(*_PINNING, "merge_themes") if isinstance(d.objects[0], GroupRef))
        return frozenset(named) | {_split_name(d) for d in self.of("split_theme")}

    def _miss(self, decision: Decision, why: str = _GONE) -> None:
        self.unapplied[decision.id] = why

    def triage(self, triage: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
        """The table ``triage`` with ``set_triage`` applied."""
        wanted = self.of("set_triage")
        if not wanted:
            return triage
        finder = Finder(dict(zip(received["comment_id"], received["text"], strict=True)))
        made: _Cells = defaultdict(dict)
        for decision in wanted:
            found = [finder.comment(r) for r in decision.objects if isinstance(r, CommentRef)]
            if not any(found):
                self._miss(decision)
            for name in found:
                made[name or ""].update(triage=decision.value, triage_probability=1.0)
        return _with(triage, "comment_id", made)

    def labels(self, labels: pd.DataFrame, spans: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
        """The table ``labels`` with kinds, stances and operations set."""
        wanted = self.of(*_LABELS)
        if not wanted:
            return labels
        finder = _finder(received, spans)
        made: _Cells = defaultdict(dict)
        for decision in wanted:
            known = finder.opinions(decision.objects)
            if not known:
                self._miss(decision)
            column = _LABELS[decision.kind]
            for name in known:
                made[name].update({column: decision.value, f"{column}_probability": 1.0})
        return _with(labels, "opinion_id", made)

    def units(self, membership: pd.DataFrame, spans: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
        """The table ``membership`` with units merged and split."""
        wanted = self.of("merge_units", "split_unit")
        if not wanted:
            return membership
        unit_of = dict(zip(membership["opinion_id"], membership["unit_id"], strict=True))
        finder = _finder(received, spans)
        for decision in wanted:
            if decision.kind == "split_unit":
                self._take_out(decision, unit_of, finder.opinions(decision.objects), unit_name)
            else:
                self._join(decision, unit_of, set(unit_of))
        return membership.assign(unit_id=membership["opinion_id"].map(unit_of))

    def _join(self, decision: Decision, group_of_opinion: dict[str, str], known: set[str]) -> str | None:
        """Put the groups that a decision names, and all that they held then, under the name of the first.

        Returns:
            The name that the first had; a theme's is then the one in the decision.
        """
        found = [group_of(group_of_opinion, r) for r in decision.objects if isinstance(r, GroupRef)]
        if None in found:
            self._miss(decision)
            return None
        names = [name for name in found if name is not None]
        refs = [ref for ref in decision.objects if isinstance(ref, GroupRef)]
        into = refs[0].id if decision.kind == "merge_themes" else names[0]
        for opinion, group in group_of_opinion.items():
            if group in names:
                group_of_opinion[opinion] = into
        group_of_opinion.update(dict.fromkeys((o for ref in refs for o in ref.members if o in known), into))
        return names[0]

    def _take_out(
        self, decision: Decision, group_of_opinion: dict[str, str], opinions: list[str], name: Callable[[list[str]], str]
    ) -> None:
        """Put opinions into a group of their own; the rest of each group is named anew where its first member left."""
        if not opinions:
            self._miss(decision)
            return
        touched = {group_of_opinion[o] for o in opinions if o in group_of_opinion}
        group_of_opinion.update(dict.fromkeys(opinions, name(opinions)))
        for group in touched:
            rest = [o for o, g in group_of_opinion.items() if g == group and o not in opinions]
            if rest:
                group_of_opinion.update(dict.fromkeys(rest, name(rest)))

    def links(
        self, tables: Mapping[str, pd.DataFrame], spans: pd.DataFrame, received: pd.DataFrame, provisions: pd.DataFrame
    ) -> dict[str, pd.DataFrame]:
        """The tables ``links`` and ``gaps`` with articles set; an empty article means that the draft has none."""
        wanted = self.of("set_article")
        out = dict(tables)
        if not wanted:
            return out
        finder = _finder(received, spans)
        articles = {a: i for a, i in zip(provisions["article"], provisions.index, strict=True)}
        for decision in wanted:
            known = finder.opinions(decision.objects)
            label, paragraph, item = decision.place or ("", None, None)
            if not known or (label and label not in articles):
                self._miss(decision, _GONE if not known else f"草案没有{label}")
                continue
            out["gaps"] = _with(out["gaps"], "opinion_id", {o: {"new_article": not label, "absence": float(not label)} for o in known})
            if label:
                row = provisions.loc[articles[label]]
                place = {"law": row["law"], "article_id": row["article_id"], "article": label, "paragraph": paragraph, "item": item}
                out["links"] = _relinked(out["links"], known, place)
        return out

    def themes(
        self, placed: dict[str, str], parents: dict[str, str], tables: Mapping[str, pd.DataFrame]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Themes of opinions, and parents of themes, with themes merged, split, locked, and opinions moved.

        Args:
            placed: Theme of each opinion that has one.
            parents: Parent of each theme.
            tables: ``spans``, ``labels`` and ``received``.
        """
        wanted = self.of(*_PINNING, "merge_themes", "split_theme", "move_to_theme", "move_to_tail")
        if not wanted:
            return placed, parents
        placed, parents = dict(placed), dict(parents)
        finder = _finder(tables["received"], tables["spans"])
        known = set(tables["spans"]["opinion_id"])
        grounds = set(tables["labels"].loc[tables["labels"]["kind"] == "理由", "opinion_id"])
        kept: set[str] = set()
        for decision in wanted:
            if decision.kind in _PINNING:
                self._lock(decision, placed, parents, known, kept)
            elif decision.kind == "merge_themes":
                first = self._join(decision, placed, known)
                parents |= {decision.objects[0].id: parents[first]} if first and isinstance(decision.objects[0], GroupRef) else {}
            else:
                found = finder.opinions(decision.objects)
                asks = [o for o in found if o not in grounds]
                if found and not asks:
                    self._miss(decision, _GROUND)
                else:
                    self._move(decision, placed, parents, asks)
                known -= set(asks)  # what was moved one by one goes with no theme that it was in before
        return placed, {theme: parents[theme] for theme in sorted(set(placed.values()))}

    def _lock(self, decision: Decision, placed: dict[str, str], parents: dict[str, str], known: set[str], kept: set[str]) -> None:
        """Keep all that a theme held when it was locked in one theme of the same id; what joined it comes along.

        Where the clustering put several such themes together, what is new stays with the one locked first.
        """
        for ref in decision.objects:
            if isinstance(ref, GroupRef) and ref.id.startswith("P"):
                continue  # a parent has another title; what it holds are themes
            members = [o for o in ref.members if o in known] if isinstance(ref, GroupRef) else []
            if not members or not isinstance(ref, GroupRef):
                self._miss(decision)
                continue
            now = group_of(placed, ref)
            if now not in kept:
                placed.update({o: ref.id for o, theme in placed.items() if theme == now})
            placed.update(dict.fromkeys(members, ref.id))
            kept.add(ref.id)
            parents.setdefault(ref.id, parents.get(now or "", "P" + ref.id[1:]))

    def _move(self, decision: Decision, placed: dict[str, str], parents: dict[str, str], opinions: list[str]) -> None:
        into = None if decision.into is None else group_of(placed, decision.into)
        if not opinions or (decision.kind == "move_to_theme" and into is None):
            self._miss(decision)
            return
        if decision.kind == "split_theme":
            into = _split_name(decision)
            first = placed.get(opinions[0], "")
            parents.setdefault(into, parents.get(first, "P" + into[1:]))
        for opinion in opinions:
            if into is None:
                placed.pop(opinion, None)
            else:
                placed[opinion] = into

    def titles(self, themes: pd.DataFrame, placements: pd.DataFrame) -> pd.DataFrame:
        """The table ``themes`` with themes renamed."""
        wanted = [d for d in self.of("rename_theme", "split_theme") if d.value]
        if not wanted:
            return themes
        placed = placements.dropna(subset="theme_id")
        members = dict(zip(placed["opinion_id"], placed["theme_id"], strict=True))
        parents = dict(zip(themes["theme_id"], themes["parent_id"], strict=True))
        own: _Cells = defaultdict(dict)
        joined: _Cells = defaultdict(dict)  # of themes that went into others, whose own titles come first
        for decision in wanted:
            named, found = _entitled(decision, members, parents)
            if found is None:
                self._miss(decision)
            else:
                (own if found == named else joined)[found]["title"] = decision.value
        return _with(themes, "theme_id", joined | own)

    def held(self, asks: Set[str], spans: pd.DataFrame, received: pd.DataFrame) -> dict[str, str]:
        """Suggestion that each ask stays in, because a person decided about it; those decided about first come first.

        What a later decision says of a single opinion lets it go elsewhere, unless it is said of all that the suggestion holds:
        then the suggestion goes with them.

        Args:
            asks: Opinions that can make suggestions.
            spans: Spans of the opinions.
            received: Comments as received.
        """
        if not self.of(*SUGGESTING):
            return {}
        finder = _finder(received, spans)
        out: dict[str, str] = {}
        left: dict[str, str] = {}
        for decision in self.of(*HOLDING):
            if decision.kind in _LEAVING:
                left |= {o: out.pop(o) for o in finder.opinions(decision.objects) if o in out}
                continue
            for ref in decision.objects:
                members = [o for o in ref.members if o in asks] if isinstance(ref, GroupRef) else []
                out.update(dict.fromkeys(members, getattr(ref, "id", "")))
                left = {o: name for o, name in left.items() if o not in members}
        emptied = set(left.values()) - set(out.values())
        return out | {o: name for o, name in left.items() if name in emptied}

    def alone(self, membership: pd.DataFrame, spans: pd.DataFrame, received: pd.DataFrame) -> dict[str, str]:
        """Unit of each opinion that a person split off and put with no other again: what it asks is no other's.

        Args:
            membership: Units, with the decisions applied.
            spans: Spans of the opinions.
            received: Comments as received.
        """
        wanted = self.of("split_unit")
        if not wanted:
            return {}
        finder = _finder(received, spans)
        off = {o for decision in wanted for o in finder.opinions(decision.objects)}
        unit_of = dict(zip(membership["opinion_id"], membership["unit_id"], strict=True))
        shared = {unit for o, unit in unit_of.items() if o not in off}
        return {o: unit_of[o] for o in sorted(off) if unit_of.get(o, "") not in shared | {""}}

    def suggestions(self, suggestions: pd.DataFrame) -> pd.DataFrame:
        """The table ``suggestions`` with texts edited and status set."""
        wanted = self.of(*SUGGESTING)
        if not wanted:
            return suggestions
        members = {o: s for s, evidence in zip(suggestions["suggestion_id"], suggestions["evidence"], strict=True) for o in evidence}
        made: _Cells = defaultdict(dict)
        for decision in wanted:
            for ref in decision.objects:
                name = suggestion_of(members, ref) if isinstance(ref, GroupRef) else None
                if name is None:
                    self._miss(decision, _NO_ASK)
                elif decision.kind != "set_outcome":
                    _edit(made[name], decision)
        return _with(suggestions, "suggestion_id", made)


def _entitled(decision: Decision, members: Mapping[str, str], parents: Mapping[str, str | None]) -> tuple[str, str | None]:
    """The theme that a decision gave a title to, and the one in which it is now, if any."""
    if decision.kind == "split_theme":
        named = _split_name(decision)
        return named, named if named in parents else None
    ref = decision.objects[0]
    if not isinstance(ref, GroupRef):
        return "", None
    found = group_of(members, ref)
    if not ref.id.startswith("P") or found is None:
        return ref.id, found
    return ref.id, ref.id if ref.id in parents else parents.get(found)


def _finder(received: pd.DataFrame, spans: pd.DataFrame) -> Finder:
    return Finder(dict(zip(received["comment_id"], received["text"], strict=True)), spans)


def _relinked(links: pd.DataFrame, opinions: list[str], place: dict[str, object]) -> pd.DataFrame:
    """Links with one place first for some opinions; their other links to the draft move down."""
    mine = links["opinion_id"].isin(opinions)
    again = mine & (links["source"] == "draft") & (links["article_id"] == place["article_id"])
    rest = links[~again].copy()
    first = pd.DataFrame(
        [{"opinion_id": o, "rank": 0, "source": "draft", **place, "basis": "decided", "score": 1.0, "confidence": 1.0} for o in opinions]
    )
    out = pd.concat([rest, first], ignore_index=True).sort_values(["opinion_id", "rank"], kind="stable")
    out["rank"] = out.groupby("opinion_id").cumcount() + 1
    return out


def _edit(cells: dict[str, Any], decision: Decision) -> None:
    """Note what a decision changes in a row of the suggestions."""
    status = cells.get("status", "draft")
    if decision.kind == "reject":
        cells["status"] = "rejected"
    elif decision.kind == "accept":
        cells["status"] = "edited" if any(column in cells for column in _EDITS.values()) else "accepted"
    else:
        cells["status"] = status if status == "rejected" else "edited"
        cells[_EDITS[decision.kind]] = decision.value
    if decision.kind == "edit_text":
        cells |= {"drafted": True, "provenance": [f"review:{decision.id}→{decision.value}"]}


def _with(table: pd.DataFrame, key: str, made: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """A table with some cells changed, by the value of its key and the column."""
    columns = {column for cells in made.values() for column in cells if column in table}
    names = table[key].tolist()
    changed = {c: [made.get(n, {}).get(c, old) for n, old in zip(names, table[c].tolist(), strict=True)] for c in sorted(columns)}
    return table.assign(**changed)
