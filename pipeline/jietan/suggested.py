"""Suggested: a suggestion in the making, and the reason that is given for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from jietan.asked import CHANGE, CLARIFY, DELETE, KEEP, Opinion, Reason
from jietan.counts import Census, Voices
from jietan.language.numerals import find_quantities
from jietan.language.units import same_amount
from jietan.law.proposed import Proposal, Provision, Vote
from jietan.linked import Link, Place

__all__ = ["Group", "Teller", "anchored", "counts_with"]

_SIDE_WORDS = {KEEP: "维持现有规定", DELETE: "删除有关规定", CLARIFY: "对有关规定作出说明", CHANGE: "修改有关规定"}
_TITLE = 40


@dataclass
class Group:
    """Opinions that make one suggestion.

    Attributes:
        theme: The theme that most of them come from.
        bucket: What is asked for at large.
        members: The opinions.
        link: Where it aims; None for a new article.
        cast: Changes that the members ask for there.
        proposal: What is drafted.
        settled: Whether those who began it ask to keep or to strike its whole text.
        held: Id that it keeps because a person decided about it.
    """

    theme: str
    bucket: str
    members: list[Opinion]
    link: Link | None = None
    cast: list[Vote] = field(default_factory=list)
    proposal: Proposal | None = None
    settled: bool = False
    held: str = ""

    @property
    def title(self) -> str:
        """The 立法要点, or the words of the most telling member of those that have a text, cut where they are long."""
        point = self.proposal is not None and not self.proposal.drafted and self.proposal.text
        text = (point or self.members[0].text).strip("，。；、！？ \n")
        return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"

    @property
    def place(self) -> Place | None:
        """Where it aims; None where it asks for a new article."""
        return None if self.link is None else self.link.place


def anchored(vote: Vote, provision: Provision) -> bool:
    """Say whether a vote fits this very provision: it changes no amount, or names one that stands there."""
    own, said = find_quantities(provision.text), find_quantities(vote.voice.text)
    return not any(find_quantities(c.words) for c in vote.made) or any(same_amount(a, b) for a in own for b in said)


def counts_with(a: Group, b: Group) -> bool:
    """Say whether a group without a text may swell one that changes an amount: it names an amount too, or wants more or less."""
    changes = a.proposal is not None and a.proposal.drafted and any(find_quantities(c.words) for v in a.cast for c in v.made)
    return not changes or any(o.ask.amounts or o.ask.wants for o in b.members)


def _grounds(part: list[Opinion], reasons: dict[str, list[Reason]], count: int = 2) -> list[Reason]:
    """Grounds given with these asks, longest first up to a readable length."""
    found: dict[str, Reason] = {}
    for o in part:
        for r in reasons.get(o.opinion_id, []):
            found.setdefault(r.text, r)
    return sorted(found.values(), key=lambda r: (-len(r.text), r.opinion_id))[:count]


class Teller:
    """Composes the reason of a suggestion from counted facts and quoted words."""

    def __init__(self, groups: list[Group], articles: dict[str, Any], census: Census, reasons: dict[str, list[Reason]]) -> None:
        """Take the suggestions, the articles by id, who counts voices, and the grounds of each ask."""
        self.articles, self.census, self.reasons = articles, census, reasons
        self._of_side: dict[tuple[str, str], list[Group]] = defaultdict(list)
        self._people: dict[tuple[str, str], int] = {}
        self._wanted: dict[tuple[Place | None, frozenset[tuple[int, int]]], dict[str, list[str]]] = {}
        self._told: dict[tuple[Place | None, frozenset[tuple[int, int]]], str] = {}
        for group in groups:
            self._of_side[group.theme, group.bucket].append(group)
            for vote in group.cast:
                wanted = self._wanted.setdefault((group.place, frozenset((c[0], c[1]) for c in vote.key)), defaultdict(list))
                wanted["、".join(c.words for c in vote.made)].append(vote.voice.opinion_id)

    def reason(self, group: Group, voices: Voices) -> str:
        """The text of 理由.

        Args:
            group: The suggestion.
            voices: Those behind it.
        """
        where = f"，来自{voices.points}个采集点" if voices.points else ""
        text = f"{voices.comments}件意见（{voices.people}人{where}）要求{_SIDE_WORDS[group.bucket]}"
        text += "，其中有集中投递的联名信。" if self.census.in_campaign(o.opinion_id for o in group.members) else "。"
        if group.proposal is not None and group.proposal.note:
            text += f"拟{group.proposal.note}。"
        text += self._spread(group) + self._others(group)
        grounds = _grounds(group.members, self.reasons)
        if grounds:
            text += "提出的理由：" + "；".join(f"“{g.text.strip('，。；、 ')}”（{g.comment_id}）" for g in grounds) + "。"
        return text

    def _others(self, group: Group) -> str:
        text = ""
        for name in (KEEP, DELETE, CHANGE):
            side = (group.theme, name)
            if name == group.bucket or side not in self._of_side:
                continue
            if side not in self._people:
                self._people[side] = self.census.count([o.opinion_id for g in self._of_side[side] for o in g.members]).people
            text += f"同一事项另有{self._people[side]}人要求{_SIDE_WORDS[name]}。"
        return text

    def _spread(self, group: Group) -> str:
        """How many want which words at the same place, the most first."""
        if group.proposal is None or group.proposal.operation != CHANGE or not group.cast:
            return ""
        key = (group.place, frozenset((c[0], c[1]) for v in group.cast for c in v.key))
        if key not in self._told:
            self._told[key] = self._distribution(self._wanted.get(key, {}))
        return self._told[key]

    def _distribution(self, wanted: dict[str, list[str]]) -> str:
        if len(wanted) < 2:
            return ""
        counted = sorted(((self.census.count(ids).people, words) for words, ids in wanted.items()), key=lambda p: (-p[0], p[1]))
        return "此处意见分布为：" + "；".join(f"“{words}”{people}人" for people, words in counted) + "。"
