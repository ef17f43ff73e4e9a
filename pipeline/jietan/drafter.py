"""Drafter: aims one suggestion after the other at the place that it is about and writes what can be written of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, overload

import pandas as pd

from jietan.asked import (
    CHANGE,
    CLARIFY,
    DELETE,
    KEEP,
    NAMES_CHANGE,
    Opinion,
    surely_kept,
    surely_struck,
    target,
    telling,
    with_most,
)
from jietan.language.cues import CUES
from jietan.language.wording_of_numbers import format_number
from jietan.law.additions import add, define, extend
from jietan.law.outline import items
from jietan.law.proposals import change, delete, keep, point, votes
from jietan.law.proposed import Proposal, Provision, Voice, Vote
from jietan.law.vocabulary import Vocabulary
from jietan.linked import Link, Place, packed
from jietan.parallel import elsewhere, spread
from jietan.suggested import Group, anchored
from jietan.tables import records
from jietan.vectors import Taken, Vectors

__all__ = ["Drafter", "begin", "finish"]

_PLACES = 4
_FAIR = 4
_CHANGES = ("增加", "修改", "细化")
_ASKS_CHANGE = (*NAMES_CHANGE, "add", "allow", "must_not", "dont")
#: A question that accuses asks for nothing that it says.
_ACCUSES = re.compile(r"凭什么|凭啥|为什么|为啥|难道|岂能|怎么(?:能|会)|哪里?能")
_REFUSES = re.compile(r"不赞成|不同意|不支持|反对|不要改|别改|不必改|不用改|不必再改")
#: Groups that a process works on at a time, and from how many on there is more than one process.
_GROUPS, _MANY = 200, 2000


class Drafter:
    """Drafts the suggestions of a run.

    Args:
        articles: Articles of the draft.
        vocabulary: Its words, and what residents call them.
        around: Theme to the share of each article among what is said in it.
    """

    def __init__(self, articles: pd.DataFrame, vocabulary: Vocabulary, around: Mapping[str, Mapping[str, float]]) -> None:
        """Look at the articles one by one."""
        self._frame, self.vocabulary, self.around = articles, vocabulary, around
        self.articles = {a.article_id: a for a in records(articles)}
        self._provisions: dict[Place, Provision] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as what it is made from."""
        return Drafter, (self._frame, self.vocabulary, self.around)

    def provision(self, place: Place) -> Provision:
        """The text of a place, with its label."""
        if place not in self._provisions:
            self._provisions[place] = self._provision(place)
        return self._provisions[place]

    def _provision(self, place: Place) -> Provision:
        article_id, label, paragraph, item = place
        article = self.articles[article_id]
        paragraphs = [str(p) for p in article.paragraphs]
        text = str(article.text)
        if paragraph is not None and 1 <= paragraph <= len(paragraphs):
            text, label = paragraphs[paragraph - 1], f"{label}第{format_number(paragraph)}款"
        for name, words in items(text) if item is not None else []:
            if name == item:
                return Provision(words, f"{label}第{str(item).strip('（）')}项", article.law, item=True)
        return Provision(text, label, article.law)

    def _cast(self, place: Place, asking: Sequence[tuple[Link | None, Voice]]) -> list[Vote]:
        """Votes of those voices that are about this article."""
        return votes(self.provision(place), [voice for link, voice in asking if _may_mean(link, place)], self.vocabulary)

    def aim(self, group: Group) -> None:
        """Settle the place of a group, and the changes that are asked for there."""
        group.link = target(group.members, self.around.get(group.theme))
        if group.link is None or group.bucket not in (CHANGE, DELETE) or group.place is None:
            return
        linked = [(o.link, o) for o in group.members]
        asking = [(link, Voice(o.opinion_id, o.text, o.clean)) for link, o in linked if _asks_change(o)]
        group.cast = self._cast(group.place, asking)
        links = {link.place: link for link, _ in linked if link is not None}
        often = Counter(link.place for link, _ in linked if link is not None)
        nearby = [links[p] for p in sorted(often, key=lambda p: (-often[p], str(p)))[:_PLACES]]
        count = len(self.articles[group.place[0]].paragraphs)
        if not group.cast and count > 1:
            nearby += [group.link._replace(paragraph=k, item=None) for k in range(1, count + 1)]
        for link in nearby:
            place = link.place
            needed = max(2 * len(group.cast) + 1, -(-len(group.members) // _FAIR))
            if place == group.place or sum(_may_mean(mine, place) for mine, _ in asking) < needed:
                continue
            found = [v for v in self._cast(place, asking) if place in often or anchored(v, self.provision(place))]
            if len(found) >= needed:
                group.link, group.cast = link, found

    def part(self, group: Group) -> list[Group]:
        """Take the units out of a group that name another change than most of it."""
        keys = {v.voice.opinion_id: v.line for v in group.cast}
        if len(set(keys.values())) < 2:
            return [group]
        units: dict[str, list[Opinion]] = defaultdict(list)
        for o in group.members:
            units[o.unit_id].append(o)
        main = min(Counter(keys.values()).items(), key=lambda p: (-p[1], p[0]))[0]
        parts: dict[Any, list[Opinion]] = defaultdict(list)
        for _, unit in sorted(units.items()):
            named = Counter(keys[o.opinion_id] for o in unit if o.opinion_id in keys)
            parts[min(named, key=lambda k: (-named[k], k)) if named else main].extend(unit)
        out = []
        for _, members in sorted(parts.items()):
            ids = {o.opinion_id for o in members}
            out.append(replace(group, members=members, cast=[v for v in group.cast if v.voice.opinion_id in ids]))
        return out

    def propose(self, group: Group, near: Mapping[str, float]) -> None:
        """Write the proposal of a group, and bring those who state it to the front.

        Args:
            group: The group.
            near: How near each member is to the middle of them all.
        """
        group.members = with_most(telling(group.members, near))
        named = Counter(o.operation for o in group.members if o.operation in _CHANGES).most_common(1)
        operation = named[0][0] if named and group.bucket == CHANGE else group.bucket
        operation = "增加" if group.link is None else operation
        voices = [Voice(o.opinion_id, o.text, o.clean) for o in group.members]
        law = next(iter(self.articles.values())).law
        own = "" if group.place is None else self.provision(group.place).text
        group.proposal = self._drafted(group, voices) or point(operation, voices, self.vocabulary, law, own)
        leaders = {o: k for k, o in enumerate(group.proposal.leaders)}
        group.members.sort(key=lambda o: (not o.clean, leaders.get(o.opinion_id, len(leaders))))

    def _drafted(self, group: Group, voices: list[Voice]) -> Proposal | None:
        place = group.place
        if place is None:
            return (
                add((), 0, Provision("", "", next(iter(self.articles.values())).law), voices, self.vocabulary)
                if group.bucket == CHANGE
                else None
            )
        provision = self.provision(place)
        if group.bucket == KEEP and (group.settled or surely_kept(group.members)):
            return keep(provision)
        if group.bucket == DELETE:
            sure = group.settled or surely_struck(group.members, provision.text)
            return delete(provision, voices, sure) or change(provision, group.cast, len(group.members))
        if group.bucket == CLARIFY:
            return self._defined(group, place, voices) or extend(provision, voices, self.vocabulary)
        if group.bucket == CHANGE:
            cut = [v for v in voices if CUES["delete"].search(v.text)]
            struck = delete(provision, cut, sure=False) if _FAIR * len(cut) >= len(voices) else None
            return (
                change(provision, group.cast, len(group.members))
                or struck
                or extend(provision, voices, self.vocabulary)
                or self._added(group, place, voices)
            )
        return None

    def _defined(self, group: Group, place: Place, voices: list[Voice]) -> Proposal | None:
        whole = (*place[:3], None)
        found = define(self.provision(whole), voices)
        if found is not None and group.link is not None:
            group.link = group.link._replace(item=None)
        return found

    def _added(self, group: Group, place: Place, voices: list[Voice]) -> Proposal | None:
        paragraphs = [str(p) for p in self.articles[place[0]].paragraphs]
        at = (place[2] or 1) - 1 if len(paragraphs) > 1 else 0
        if not 0 <= at < len(paragraphs):
            return None
        whole = (*place[:2], at + 1 if len(paragraphs) > 1 else None, None)
        found = add(paragraphs, at, self.provision(whole), voices, self.vocabulary)
        if found is not None and group.link is not None:
            group.link = group.link._replace(paragraph=whole[2], item=None)
        return found


def _asks_change(o: Opinion) -> bool:
    """Say whether an opinion asks for a change in so many words."""
    plain = o.plain
    asks = o.kind == "建议" or any(CUES[name].search(plain) for name in _ASKS_CHANGE)
    return asks and not (_REFUSES.search(plain) or _ACCUSES.search(plain))


def _may_mean(link: Link | None, place: Place) -> bool:
    """Say whether what is linked so may be about the article of a place."""
    return link is None or link.article_id == place[0]


@dataclass
class _Task:
    """A group with the vectors of its members, in their order."""

    group: Group
    taken: Taken

    def near(self, members: Sequence[Opinion]) -> dict[str, float]:
        """How near some of the members are to the middle of these."""
        rows = self.taken.rows
        if members is not self.group.members:
            at = _numbers(self.group)
            rows = rows[[at[o.opinion_id] for o in members]]
        return dict(zip((o.opinion_id for o in members), (rows @ rows.mean(axis=0)).tolist(), strict=True))


@dataclass(frozen=True)
class _Made:
    """What became of a group or a part of it: its members by their number, and what was found; it goes back without the opinions."""

    members: list[int]
    link: Link | None
    cast: list[Vote]
    proposal: Proposal | None

    @classmethod
    def of(cls, group: Group, at: Mapping[str, int]) -> _Made:
        """Say it of a group, given the numbers of the members."""
        return cls([at[o.opinion_id] for o in group.members], group.link, group.cast, group.proposal)

    def put(self, group: Group) -> Group:
        """Say it of the group as this process knows it."""
        members = [group.members[k] for k in self.members]
        return replace(group, members=members, link=self.link, cast=self.cast, proposal=self.proposal)


def _numbers(group: Group) -> dict[str, int]:
    return {o.opinion_id: k for k, o in enumerate(group.members)}


def _begin(tasks: Sequence[_Task], drafter: Drafter) -> list[list[_Made]]:
    out = []
    for task in tasks:
        at = _numbers(task.group)
        group = replace(task.group)
        drafter.aim(group)
        parts = drafter.part(group)
        for part in parts:
            drafter.propose(part, task.near(part.members))
        out.append([_Made.of(part, at) for part in parts])
    return out


def _finish(tasks: Sequence[_Task], drafter: Drafter) -> list[_Made]:
    out = []
    for task in tasks:
        at = _numbers(task.group)
        group = replace(task.group)
        if not (group.cast or group.settled):
            drafter.aim(group)
        drafter.propose(group, task.near(group.members))
        out.append(_Made.of(group, at))
    return out


class _Tasks(Sequence[_Task]):
    """Groups with their vectors, which are taken when a batch goes to another process; it goes as columns, several times faster."""

    def __init__(self, groups: Sequence[Group], vectors: Vectors, far: bool) -> None:
        """Remember the groups, where their vectors are, and whether another machine may draft."""
        self._groups, self._vectors, self._far = groups, vectors, far

    def __len__(self) -> int:
        return len(self._groups)

    @overload
    def __getitem__(self, at: int) -> _Task: ...
    @overload
    def __getitem__(self, at: slice) -> _Tasks: ...
    def __getitem__(self, at: int | slice) -> _Task | _Tasks:
        if isinstance(at, slice):
            return _Tasks(self._groups[at], self._vectors, self._far)
        return _Task(self._groups[at], self._vectors.taken([o.opinion_id for o in self._groups[at].members]))

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as columns."""
        columns = dict(zip(Opinion._fields, zip(*(o for g in self._groups for o in g.members), strict=True), strict=True))
        ids = list(columns["opinion_id"])
        taken = Taken("", 0, self._vectors.rows(ids)) if self._far else self._vectors.taken(ids)
        groups = [(len(g.members), g.theme, g.bucket, g.link, g.cast, g.settled) for g in self._groups]
        return _unpacked, (groups, columns | {"links": packed(columns["links"])}, taken)


def _unpacked(groups: list[tuple[Any, ...]], columns: Mapping[str, Sequence[Any]], taken: Taken) -> list[_Task]:
    """Make tasks of what :class:`_Tasks` goes as."""
    members = [*map(Opinion._make, zip(*columns.values(), strict=True))]
    out, at = [], 0
    for size, theme, bucket, link, cast, settled in groups:
        group = Group(theme, bucket, members[at : at + size], link, cast, settled=settled)
        out.append(_Task(group, taken._replace(found=taken.found[at : at + size])))
        at += size
    return out


def begin(groups: Sequence[Group], drafter: Drafter, vectors: Vectors) -> list[Group]:
    """Aim groups, part those whose members name different changes, and draft.

    Args:
        groups: Asks that make one suggestion each.
        drafter: Drafts.
        vectors: Vectors of the opinions.

    Returns:
        The parts of each, in order.
    """
    found = spread(partial(_begin, drafter=drafter), _Tasks(groups, vectors, elsewhere()), "起草", _GROUPS, _MANY)
    return [made.put(group) for group, parts in zip(groups, found, strict=True) for made in parts]


def finish(groups: Sequence[Group], drafter: Drafter, vectors: Vectors) -> list[Group]:
    """Draft groups that have been joined; those that state no change and do not ask to keep or strike all are aimed anew."""
    found = spread(partial(_finish, drafter=drafter), _Tasks(groups, vectors, elsewhere()), "起草合并后的建议", _GROUPS, _MANY)
    return [made.put(group) for group, made in zip(groups, found, strict=True)]
