"""Holding: suggestions that a person decided about stay what they are, whatever is parted and joined later."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from jietan.asked import Opinion
from jietan.suggested import Group
from jietan.tables import listed

__all__ = ["asks_of", "divide", "hold", "is_divided", "is_held"]


def hold(groups: list[Group], held: Mapping[str, str]) -> tuple[list[Group], list[Group]]:
    """Keep together the asks of each suggestion that was decided about, and those of two such suggestions apart.

    What has joined a held suggestion stays with it; where several are in one group, with the one decided about first.

    Args:
        groups: Suggestions in the making.
        held: Suggestion that each ask stays in, those decided about first coming first.

    Returns:
        The suggestions, and those of them whose members are others than before.
    """
    kept: dict[str, list[Opinion]] = {name: [] for name in held.values()}
    came: dict[str, Counter[int]] = defaultdict(Counter)
    rest: list[list[Opinion]] = []
    for k, group in enumerate(groups):
        rest.append([o for o in group.members if o.opinion_id not in held])
        for o in group.members:
            if o.opinion_id in held:
                kept[held[o.opinion_id]].append(o)
                came[held[o.opinion_id]][k] += 1
    out: list[Group] = []
    changed: list[Group] = []
    for name, members in kept.items():
        if members:
            home = min(came[name], key=lambda k: (-came[name][k], k))
            _add(groups[home], members + rest[home], name, out, changed)
            rest[home] = []
    for group, members in zip(groups, rest, strict=True):
        if members:
            _add(group, members, "", out, changed)
    return out, changed


def divide(groups: list[Group], alone: Mapping[str, str]) -> tuple[list[Group], list[Group]]:
    """Take what a person split off out of the suggestions that it was put into all the same.

    Args:
        groups: Suggestions in the making.
        alone: Unit of each opinion that was split off.

    Returns:
        The suggestions, and those of them whose members are others than before.
    """
    out: list[Group] = []
    changed: list[Group] = []
    for group in groups:
        parts: dict[str, list[Opinion]] = defaultdict(list)
        for o in group.members:
            parts[alone.get(o.opinion_id, "")].append(o)
        for _, members in sorted(parts.items()):
            _add(group, members, "", out, changed)
    return out, changed


def is_divided(drafts: pd.DataFrame, alone: Mapping[str, str]) -> bool:
    """Say whether what a person split off is in no suggestion with anything else.

    Args:
        drafts: Table ``drafts``.
        alone: Unit of each opinion that was split off.
    """
    return all(len({alone.get(o, "") for o in evidence}) == 1 for evidence in drafts["evidence"]) if alone else True


def _add(group: Group, members: list[Opinion], name: str, out: list[Group], changed: list[Group]) -> None:
    """Put a group with these members out; it is begun anew where they are not those that it had."""
    same = {o.opinion_id for o in members} == {o.opinion_id for o in group.members}
    made = replace(group, held=name) if same else replace(group, members=members, held=name, cast=[], settled=False)
    out.append(made)
    if not same:
        changed.append(made)


def asks_of(spans: pd.DataFrame, labels: pd.DataFrame, triage: pd.DataFrame) -> set[str]:
    """Return the opinions that can make suggestions: what is asked in the comments on the draft."""
    about = set(triage.loc[triage["triage"] == "legislative", "comment_id"])
    asked = set(labels.loc[labels["kind"] != "理由", "opinion_id"])
    return {o for o, c in listed(spans, "opinion_id", "comment_id") if c in about and o in asked}


def is_held(drafts: pd.DataFrame, held: Mapping[str, str]) -> bool:
    """Say whether suggestions are already as they have to stay.

    Args:
        drafts: Table ``drafts``.
        held: Suggestion that each ask stays in.
    """
    at = {o: k for k, evidence in enumerate(drafts["evidence"]) for o in evidence}
    rows: dict[str, set[int]] = defaultdict(set)
    for opinion, name in held.items():
        rows[name].add(at.get(opinion, -1))
    homes = [k for found in rows.values() for k in found]
    return -1 not in homes and len(set(homes)) == len(homes) == len(rows)
