"""Which themes grew, shrank, appeared and vanished between two rounds of a consultation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jietan.errors import RunFolderError
from jietan.grouping import Matrix, mean_rows
from jietan.law.align import align
from jietan.letters import letters_alike
from jietan.loop.matching import match, shared_members
from jietan.stages.cluster import link_rows
from jietan.tables import records
from jietan.vectors import Vectors

if TYPE_CHECKING:
    from jietan.api import Run

__all__ = ["CHANGES", "COLUMNS", "COUNTS", "SIDES", "compare"]

#: How the kinds of change are written, in the order they are listed in.
CHANGES = {"appeared": "新出现", "grew": "增多", "shrank": "减少", "vanished": "不再出现", "unchanged": "人数不变"}
COUNTS = ("people", "comments", "points")
SIDES = ("support", "oppose", "modify")
#: Themes at least so alike are one matter; the first was chosen on halves of the sample. Letters on one matter share fewer words.
_SAME, _SAME_LETTERS = 0.6, 0.5
#: Share of the articles in how alike themes on a draft are; the rest is their meaning.
_LINKS_SHARE = 0.4
#: In so many dimensions the runs of characters of letters are written.
_DIMENSIONS = 1024


@dataclass(frozen=True)
class _Round:
    """One round: its run, and the opinions of each theme of one level."""

    run: Run
    level: str
    members: Mapping[str, list[str]]

    @classmethod
    def of(cls, run: Run, level: str) -> _Round:
        parents = dict(zip(run.themes["theme_id"], run.themes["parent_id"], strict=True))
        members: dict[str, list[str]] = {}
        placed = run.opinions.dropna(subset="theme_id")
        for opinion, theme in zip(placed["opinion_id"], placed["theme_id"], strict=True):
            members.setdefault(theme if level == "theme" else parents[theme], []).append(opinion)
        return cls(run, level, dict(sorted(members.items())))

    @property
    def has_draft(self) -> bool:
        return bool((self.run.articles["source"] == "draft").any())

    def rows(self, matrix: Matrix, ids: list[str]) -> Matrix:
        """Mean row of each theme."""
        place = {o: i for i, o in enumerate(ids)}
        return mean_rows(matrix, [[place[o] for o in group] for group in self.members.values()])


def _same_articles(before: Run, after: Run) -> dict[str, str]:
    """Articles of the later draft under the ids of those of the earlier one that they came from."""
    old, new = ([*records(r.articles[r.articles["source"] == "draft"].sort_values("position"))] for r in (before, after))
    return {new[j].article_id: old[c.old[0]].article_id for c in align(old, new) if c.old for j in c.new}


def _draft_matrices(before: _Round, after: _Round) -> tuple[Matrix, Matrix]:
    """What opinions on a draft are compared by: their meaning and their articles."""
    known = _same_articles(before.run, after.run)
    links = [before.run.links, after.run.links.assign(article_id=after.run.links["article_id"].map(lambda a: known.get(a, f"new:{a}")))]
    every = pd.concat([frame.assign(opinion_id=f"{k}:" + frame["opinion_id"]) for k, frame in enumerate(links)], ignore_index=True)
    meaning = [r.run.vectors for r in (before, after)]
    articles = link_rows(every, [f"{k}:{o}" for k, v in enumerate(meaning) for o in v.ids]).toarray()
    cut = len(meaning[0].ids)
    first, second = (
        np.hstack([math.sqrt(1 - _LINKS_SHARE) * v.matrix, math.sqrt(_LINKS_SHARE) * rows]).astype(np.float32)
        for v, rows in zip(meaning, (articles[:cut], articles[cut:]), strict=True)
    )
    return before.rows(first, meaning[0].ids), after.rows(second, meaning[1].ids)


def _letter_matrices(before: _Round, after: _Round) -> tuple[Matrix, Matrix]:
    """What letters without a draft are compared by: their words and heads, kinds of problems by what the heads mean alone."""
    rounds = (before, after)
    received = pd.concat([r.run.comments.assign(comment_id=f"{k}:" + r.run.comments["comment_id"]) for k, r in enumerate(rounds)])
    heads = [r.run.heads for r in rounds]
    joined = Vectors([f"{k}:{c}" for k, h in enumerate(heads) for c in h.ids], np.vstack([h.matrix for h in heads]))
    owners = [dict(zip(r.run.opinions["opinion_id"], r.run.opinions["comment_id"], strict=True)) for r in rounds]
    groups = [[sorted({f"{k}:{owners[k][o]}" for o in ids}) for ids in r.members.values()] for k, r in enumerate(rounds)]
    ids = sorted({c for side in groups for group in side for c in group})
    place = {c: i for i, c in enumerate(ids)}
    matrix = joined.rows(ids) if before.level == "parent" else letters_alike(ids, received, joined).flat(_DIMENSIONS)
    first, second = (mean_rows(matrix, [[place[c] for c in group] for group in side]) for side in groups)
    return first, second


def _meaning_matrices(before: _Round, after: _Round) -> tuple[Matrix, Matrix]:
    first, second = (r.rows(r.run.vectors.matrix, r.run.vectors.ids) for r in (before, after))
    return first, second


def _matrices(before: _Round, after: _Round) -> tuple[Matrix, Matrix]:
    if before.has_draft and after.has_draft:
        return _draft_matrices(before, after)
    if not before.has_draft and not after.has_draft:
        return _letter_matrices(before, after)
    return _meaning_matrices(before, after)


def _in_both(before: Run, after: Run) -> set[str]:
    """Opinions that stand in both rounds, word for word."""
    first, second = (set(zip(r.opinions["opinion_id"], r.opinions["text"], strict=True)) for r in (before, after))
    return {opinion for opinion, _ in first & second}


def _voices(run: Run) -> dict[str, dict[str, Any]]:
    """Counts of each theme, and the people on each of its sides."""
    people = {(row.theme_id, row.stance): int(row.n_people) for row in records(run.table("sides"))}
    return {
        row.theme_id: {"title": row.title}
        | {name: int(getattr(row, f"n_{name}")) for name in COUNTS}
        | {side: people.get((row.theme_id, side), 0) for side in SIDES}
        for row in records(run.themes)
    }


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None:
        return "appeared"
    if after is None:
        return "vanished"
    difference = after["people"] - before["people"]
    return "grew" if difference > 0 else "shrank" if difference < 0 else "unchanged"


def _leaning(voices: Mapping[str, Any] | None) -> str | None:
    """The side with most people; none where two have as many."""
    if voices is None:
        return None
    most = max(voices[s] for s in SIDES)
    leading = [s for s in SIDES if voices[s] == most]
    return leading[0] if len(leading) == 1 else None


def _level(before: Run, after: Run, level: str) -> list[dict[str, Any]]:
    rounds = _Round.of(before, level), _Round.of(after, level)
    names = [list(r.members) for r in rounds]
    shared = shared_members(rounds[0].members, rounds[1].members, _in_both(before, after))
    letters = level == "theme" and not (rounds[0].has_draft or rounds[1].has_draft)
    floor = _SAME_LETTERS if letters else _SAME
    pairs = match(*_matrices(*rounds), shared, floor)
    voices = [_voices(before), _voices(after)]
    rows: list[tuple[str | None, str | None, float | None]] = [(names[0][i], names[1][j], s) for i, j, s in pairs]
    rows += [(names[0][i], None, None) for i in sorted(set(range(len(names[0]))) - {i for i, _, _ in pairs})]
    rows += [(None, names[1][j], None) for j in sorted(set(range(len(names[1]))) - {j for _, j, _ in pairs})]
    out = []
    for a, b, similarity in rows:
        pair = voices[0].get(a or ""), voices[1].get(b or "")
        row: dict[str, Any] = {"level": level, "change": _change(*pair), "theme_before": a, "theme_after": b, "similarity": similarity}
        for side, found in zip(("before", "after"), pair, strict=True):
            row[f"title_{side}"] = None if found is None else found["title"]
            row |= {f"{name}_{side}": 0 if found is None else found[name] for name in (*COUNTS, *SIDES)}
            row[f"leaning_{side}"] = _leaning(found)
        out.append(row)
    return out


#: Columns of a comparison.
COLUMNS = (
    *("level", "change", "theme_before", "theme_after", "title_before", "title_after", "similarity"),
    *(f"{name}_{side}" for name in (*COUNTS, *SIDES, "leaning") for side in ("before", "after")),
)


def _opened(run: Run | str | Path) -> Run:
    from jietan.api import Run

    return Run.load(run) if isinstance(run, str | Path) else run


def _check(before: Run, after: Run) -> None:
    for run in (before, after):
        if run.themes.empty:
            raise RunFolderError("这次运行没有主题，无法对照", where=str(run.folder), todo="请另选一次归出了主题的运行")
    if before.folder.resolve() == after.folder.resolve():
        raise RunFolderError("前后两轮是同一个运行文件夹", where=str(after.folder), todo="请写明两个不同的运行文件夹，前一轮在前")
    first, second = (run.manifest["models"][0] for run in (before, after))
    if first["fingerprint"] != second["fingerprint"]:
        raise RunFolderError(
            f"两次运行用的向量模型不同（{first['name']}、{second['name']}），主题之间不能比较",
            where=str(after.folder),
            todo="请用同一版程序、同一个 embed.model 把其中一次重新运行",
        )


def compare(run_a: Run | str | Path, run_b: Run | str | Path) -> pd.DataFrame:
    """Compare the themes of two rounds of a consultation.

    Themes are matched one to one: by the opinions that both rounds hold, by the meaning of what was said, and by the
    articles concerned, those of a later draft being traced to the earlier one's.

    Args:
        run_a: The earlier round: a run or its folder.
        run_b: The later round.

    Returns:
        A row for each pair of themes and for each theme without a partner, finest themes (``level`` is ``theme``) before
        upper ones (``parent``), by kind of change and then by how many people more or less there are. Columns:
        ``change`` (``appeared``, ``grew``, ``shrank``, ``vanished`` or ``unchanged``, by the number of people);
        ``theme_…``, ``title_…`` and the counts ``people_…``, ``comments_…``, ``points_…``, the people on each side
        ``support_…``, ``oppose_…``, ``modify_…``, and ``leaning_…``, the side with most people, each ``before`` and
        ``after``; ``similarity`` of the two themes, 0 to 1. Counts are 0 and ids null where there is no theme.

    Raises:
        RunFolderError: A folder holds no finished run or no themes, both are the same, or their encoders differ.
    """
    before, after = _opened(run_a), _opened(run_b)
    _check(before, after)
    rows = [row for level in ("theme", "parent") for row in _level(before, after, level)]
    order = list(CHANGES)
    rows.sort(
        key=lambda r: (
            r["level"] == "parent",
            order.index(r["change"]),
            -abs(r["people_after"] - r["people_before"]),
            -r["people_after"],
            r["theme_after"] or "",
            r["theme_before"] or "",
        )
    )
    return pd.DataFrame(rows, columns=list(COLUMNS))
