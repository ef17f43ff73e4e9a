"""The tables of a run, as far as they are scored; nothing but the parquet files is read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from jietan.errors import RunFolderError

__all__ = ["Link", "Mask", "Opinion", "RunTables", "Suggestion", "load_tables"]


@dataclass(frozen=True)
class Opinion:
    """One opinion that the run found; ``labels`` has those of kind, stance and operation that the table has."""

    opinion_id: str
    comment_id: str
    start: int
    end: int
    text: str
    labels: dict[str, str]
    new_article: bool
    unit_id: str | None
    theme_id: str | None

    @property
    def kind(self) -> str | None:
        """Its kind, where the table has kinds."""
        return self.labels.get("kind")


@dataclass(frozen=True)
class Link:
    """One article of the draft that the run tied to an opinion."""

    article: str
    paragraph: int | None


@dataclass(frozen=True)
class Mask:
    """One stretch of personal data that the run found."""

    comment_id: str
    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Suggestion:
    """One suggestion of the run."""

    suggestion_id: str
    article: str | None
    operation: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class RunTables:
    """What a run answered; a table or column it does not have is None.

    Args:
        n_comments: Rows of the comments table.
        texts: Comment id to text.
        people: Comment id to person; an anonymous comment is a person of its own.
        triage: Comment id to triage.
        copies: Column name (``campaign_id``, ``duplicate_of``) to comment id to value.
        rejected: Ids of rejected comments.
        opinions: All opinions in the order of the table.
        opinion_columns: Columns of the opinions table.
        links: Opinion id to links with the draft, by rank.
        masks: Personal data.
        suggestions: Suggestions by rank.
        score_gaps: Per suggestion, how far its components are from its score; None where it has no components.
        outcomes: Suggestion id to outcome.
    """

    n_comments: int
    texts: dict[str, str]
    people: dict[str, str]
    triage: dict[str, str] | None
    copies: dict[str, dict[str, str | None]]
    rejected: frozenset[str]
    opinions: tuple[Opinion, ...]
    opinion_columns: frozenset[str]
    links: dict[str, tuple[Link, ...]] | None
    masks: tuple[Mask, ...] | None
    suggestions: tuple[Suggestion, ...] | None
    score_gaps: tuple[float, ...] | None
    outcomes: dict[str, str] | None


_LABELS = ("kind", "stance", "operation")


def _text_or_none(value: object) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return str(value)


def _optional(run_folder: Path, name: str) -> pd.DataFrame | None:
    path = run_folder / "tables" / f"{name}.parquet"
    if not path.exists():
        return None
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise RunFolderError("表已损坏，读不出来", where=str(path), todo="请重新运行 jietan run") from error


def _required(run_folder: Path, name: str) -> pd.DataFrame:
    frame = _optional(run_folder, name)
    if frame is None:
        raise RunFolderError(f"运行文件夹里没有 tables/{name}.parquet", where=str(run_folder), todo="请给出 jietan run 写成的文件夹")
    return frame


def _column(frame: pd.DataFrame, name: str) -> dict[str, str | None]:
    return {c: _text_or_none(v) for c, v in zip(frame["comment_id"].astype(str), frame[name], strict=True)}


def _people(comments: pd.DataFrame) -> dict[str, str]:
    keys = _column(comments, "submitter_key" if "submitter_key" in comments else "comment_id")
    return {comment: key or comment for comment, key in keys.items()}


def _opinion(row: Mapping[Hashable, Any]) -> Opinion:
    theme = row.get("theme_id")
    return Opinion(
        opinion_id=str(row["opinion_id"]),
        comment_id=str(row["comment_id"]),
        start=int(row["start"]),
        end=int(row["end"]),
        text=row["text"],
        labels={name: str(row[name]) for name in _LABELS if name in row},
        new_article=bool(row.get("new_article")),
        unit_id=_text_or_none(row.get("unit_id")),
        theme_id=theme if isinstance(theme, str) and theme else None,
    )


def _links(frame: pd.DataFrame | None) -> dict[str, tuple[Link, ...]] | None:
    if frame is None:
        return None
    out: dict[str, list[Link]] = {}
    for row in frame.sort_values(["opinion_id", "rank"]).to_dict("records"):
        if row.get("source") == "library":
            continue
        paragraph = _text_or_none(row.get("paragraph"))
        link = Link(str(row["article"]), None if paragraph is None else int(float(paragraph)))
        out.setdefault(str(row["opinion_id"]), []).append(link)
    return {opinion: tuple(links) for opinion, links in out.items()}


def _masks(frame: pd.DataFrame | None) -> tuple[Mask, ...] | None:
    if frame is None:
        return None
    rows = frame.to_dict("records")
    return tuple(Mask(str(r["comment_id"]), int(r["start"]), int(r["end"]), str(r["type"])) for r in rows)


def _suggestions(
    frame: pd.DataFrame | None,
) -> tuple[tuple[Suggestion, ...] | None, tuple[float, ...] | None]:
    if frame is None:
        return None, None
    rows = frame.sort_values("rank").to_dict("records")
    suggestions = tuple(
        Suggestion(str(r["suggestion_id"]), _text_or_none(r["article"]), str(r["operation"]), tuple(map(str, r["evidence"]))) for r in rows
    )
    parts = [c for c in frame.columns if str(c).startswith("score_")]
    if not parts:
        return suggestions, None
    gaps = (frame[parts].sum(axis=1) - frame["score"]).abs()
    return suggestions, tuple(float(g) for g in gaps)


def _outcomes(frame: pd.DataFrame | None) -> dict[str, str] | None:
    if frame is None:
        return None
    return {str(r["suggestion_id"]): str(r["outcome"]) for r in frame.to_dict("records")}


def load_tables(run_folder: Path) -> RunTables:
    """Read the tables of a run that are scored.

    Args:
        run_folder: Folder with ``tables/*.parquet``.

    Returns:
        The tables as plain records.

    Raises:
        RunFolderError: The comments or opinions table is missing, or a table cannot be read.
    """
    comments, opinions = _required(run_folder, "comments"), _required(run_folder, "opinions")
    rejects = _optional(run_folder, "rejects")
    suggestions, gaps = _suggestions(_optional(run_folder, "suggestions"))
    triage = _column(comments, "triage") if "triage" in comments else None
    return RunTables(
        n_comments=len(comments),
        texts={c: t or "" for c, t in _column(comments, "text").items()},
        people=_people(comments),
        triage=None if triage is None else {c: t or "missing" for c, t in triage.items()},
        copies={c: _column(comments, c) for c in ("campaign_id", "duplicate_of") if c in comments},
        rejected=frozenset() if rejects is None else frozenset(rejects["comment_id"].dropna().astype(str)),
        opinions=tuple(_opinion(r) for r in opinions.to_dict("records")),
        opinion_columns=frozenset(opinions.columns),
        links=_links(_optional(run_folder, "links")),
        masks=_masks(_optional(run_folder, "pii")),
        suggestions=suggestions,
        score_gaps=gaps,
        outcomes=_outcomes(_optional(run_folder, "outcomes")),
    )
