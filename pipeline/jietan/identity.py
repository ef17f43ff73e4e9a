"""Ids that last: what goes on from an earlier batch keeps its id when further comments join a run."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from jietan.runfolder import RunFolder
from jietan.tables import conform, empty

__all__ = ["continuity", "earlier_ids", "ids_now", "inherit", "keep_suggestions", "keep_themes"]

_DIGITS = 8
Members = Mapping[str, Collection[str]]


def _claims(groups: Members, earlier: Members) -> list[tuple[int, str, str]]:
    """For each earlier group that goes on: minus how much of it, its id, and the group it goes on in; largest first."""
    at: dict[str, list[str]] = defaultdict(list)
    for old, members in earlier.items():
        for member in members:
            at[member].append(old)
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    known: Counter[str] = Counter()
    for name, members in groups.items():
        for member in members:
            known[name] += member in at
            for old in at.get(member, ()):
                shared[old][name] += 1
    found = []
    for old, counts in shared.items():
        most = min(counts, key=lambda n: (-counts[n], n != old, min(groups[n])))
        if 2 * counts[most] >= min(counts.total(), known[most]):
            found.append((-counts[most], old, most))
    return sorted(found)


def inherit(groups: Members, earlier: Members, reserved: Collection[str] = ()) -> dict[str, str]:
    """Return under which id each group goes on.

    An earlier group's id goes to the group that holds most of its members, if that is at least half of them, or if they
    are at least half of what the group holds from before. Where several earlier groups came together, the one that
    brought most members gives the id.

    Args:
        groups: Members of each group as named now.
        earlier: Members of each group before.
        reserved: Ids that no group may have, in use elsewhere.

    Returns:
        Each name of ``groups`` to the id it goes on under; ids are different, and no new one is that of an earlier group.
    """
    claims = _claims(groups, {old: members for old, members in earlier.items() if old not in reserved})
    out: dict[str, str] = {}
    given: set[str] = set()
    for _, old, name in claims:
        if name not in out and old not in given:
            out[name] = old
            given.add(old)
    taken = {*given, *earlier, *reserved}
    for name in sorted(set(groups) - set(out)):
        out[name] = _unused(name, taken)
        taken.add(out[name])
    return out


def _unused(name: str, taken: Collection[str]) -> str:
    """A name, or one made from it where that is taken."""
    number = 1
    found = name
    while found in taken:
        number += 1
        found = name[0] + hashlib.sha256(f"{name}-{number}".encode()).hexdigest()[:_DIGITS]
    return found


def _grouped(ids: Mapping[str, str]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for member, group in ids.items():
        out[group].append(member)
    return out


def keep_themes(
    placed: dict[str, str], parents: dict[str, str], earlier: pd.DataFrame, settled: Collection[str], known: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Return themes of opinions and parents of themes under lasting ids.

    Args:
        placed: Theme of each opinion that has one.
        parents: Parent of each theme.
        earlier: Table ``earlier``.
        settled: Ids that go to what a reviewer's decisions say.
        known: Themes that have ids of their own, whose parents have too.
    """
    own = {o: t for o, t in placed.items() if t in known}
    above = {t: p for t, p in parents.items() if t in known}
    placed = {o: t for o, t in placed.items() if t not in known}
    before = earlier.dropna(subset="theme_id")
    fine = _lasting(placed, before, "theme_id", {*settled, *known})
    broad = _lasting({o: parents[t] for o, t in placed.items()}, before, "parent_id", set(above.values()))
    kept = {fine[t]: broad[p] for t, p in parents.items() if t in fine}
    return {o: fine[t] for o, t in placed.items()} | own, kept | above


def _lasting(now: Mapping[str, str], earlier: pd.DataFrame, column: str, reserved: Collection[str]) -> dict[str, str]:
    """Under which id each group goes on, given the group of each opinion now and the column of those before."""
    return inherit(_grouped(now), _grouped(dict(zip(earlier["opinion_id"], earlier[column], strict=True))), reserved)


def keep_suggestions(drafts: pd.DataFrame, earlier: pd.DataFrame, held: Mapping[str, str]) -> pd.DataFrame:
    """Return the table ``drafts`` with lasting ids.

    Args:
        drafts: Suggestions.
        earlier: Table ``earlier``.
        held: Suggestion of each opinion that stays in the one that a person decided about.
    """
    before: dict[str, list[str]] = defaultdict(list)
    for opinion, names in zip(earlier["opinion_id"], earlier["suggestion_ids"], strict=True):
        for name in names:
            before[name].append(opinion)
    decided = [next((held[o] for o in evidence if o in held), "") for evidence in drafts["evidence"]]
    rows = zip(drafts["suggestion_id"], drafts["evidence"], decided, strict=True)
    kept = inherit({name: evidence for name, evidence, own in rows if not own}, before, set(decided) - {""})
    ids = [own or kept[name] for name, own in zip(drafts["suggestion_id"], decided, strict=True)]
    return drafts.assign(suggestion_id=ids) if len(drafts) else drafts


def earlier_ids(folder: RunFolder, batches: int) -> pd.DataFrame:
    """Return the table ``earlier``: where opinions stood before a further batch is joined.

    Args:
        folder: The run as the last batch left it.
        batches: How many batches there are now; while there are no more than before, what was kept then stays.
    """
    known = len(folder.manifest.get("batches", []))
    stages: Mapping[str, Any] = folder.manifest.get("stages", {})
    last = "hold" if "hold" in stages else "draft"  # older runs
    whole = all(folder.reusable(name, stages.get(name, {}).get("key", "")) for name in ("cluster", last))
    if known == 0 or not folder.table_path("earlier").exists():
        return empty("earlier")
    return folder.read("earlier") if batches <= known or not whole else ids_now(folder)


def ids_now(folder: RunFolder) -> pd.DataFrame:
    """Return the table ``earlier`` for a run that goes on from where another stands now.

    Args:
        folder: The run that it goes on from, finished.
    """
    last = "held" if "hold" in folder.manifest.get("stages", {}) else "drafts"  # older runs
    themes, drafts = folder.read("themes"), folder.read(last)
    parents = dict(zip(themes["theme_id"], themes["parent_id"], strict=True))
    named: dict[str, list[str]] = defaultdict(list)
    for name, evidence in zip(drafts["suggestion_id"], drafts["evidence"], strict=True):
        for opinion in evidence:
            named[opinion].append(name)
    rows = [
        {"opinion_id": o, "theme_id": t, "parent_id": parents.get(t), "suggestion_ids": sorted(named[o])}
        for o, t in folder.read("placements").itertuples(index=False)
    ]
    return conform(pd.DataFrame(rows), "earlier")


def continuity(earlier: pd.DataFrame, placements: pd.DataFrame) -> dict[str, Any]:
    """Say which themes of the last batch go on, which are new, and where the opinions of the others went.

    Args:
        earlier: Table ``earlier``.
        placements: Table ``placements`` of the run as it is now.

    Returns:
        ``kept`` and ``new``, how many; ``ended``, each theme that is no more, to the one that holds most of it, or None.
    """
    before, now = (f.dropna(subset="theme_id") for f in (earlier, placements))
    old, new = set(before["theme_id"]), set(now["theme_id"])
    at = dict(zip(now["opinion_id"], now["theme_id"], strict=True))
    went: dict[str, Counter[str]] = {t: Counter() for t in sorted(old - new)}
    for opinion, theme in zip(before["opinion_id"], before["theme_id"], strict=True):
        if theme in went and opinion in at:
            went[theme][at[opinion]] += 1
    ended = {t: min((-n, name) for name, n in c.items())[1] if c else None for t, c in went.items()}
    return {"kept": len(old & new), "new": len(new - old), "ended": ended}
