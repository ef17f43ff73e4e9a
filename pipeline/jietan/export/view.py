"""The tables of a run, indexed for reading by the exporters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from jietan.export.delivery import chosen
from jietan.export.mask import Masker
from jietan.export.rows import Rows
from jietan.export.wording import printable
from jietan.review.remarks import Remark
from jietan.settings import Settings
from jietan.stored import Stored
from jietan.tables import CONTRACT_TABLES, empty, mapped
from jietan.vectors import Vectors

__all__ = ["View"]

_FEW = 10


@dataclass(frozen=True)
class View:
    """All tables of one run, read-only.

    Args:
        tables: The contract tables; a missing one counts as empty.
        settings: Settings of the run.
        title: Title of the draft, empty where there is none.
        run_info: Version, start, counts and models of the run.
        vectors: Reads the opinions' vectors when they are wanted; None where there are none.
        remarks: What reviewers said of each suggestion.
    """

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    title: str
    run_info: Mapping[str, Any] = field(default_factory=dict)
    vectors: Callable[[], Vectors] | None = None
    remarks: Mapping[str, Sequence[Remark]] = field(default_factory=dict)

    def frame(self, name: str) -> pd.DataFrame:
        """Return one table, an empty one where the run has none."""
        found = self.tables.get(name)
        return empty(name) if found is None else found

    def some(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """Return some columns of one table, or more where it is in memory anyway."""
        return self.tables.some(name, columns) if isinstance(self.tables, Stored) else self.frame(name)

    def rows(self, name: str) -> Rows:
        """Return one table as rows."""
        return Rows(self.frame(name))

    def pieces(self, name: str, size: int) -> Iterator[Rows]:
        """Yield so many rows of one table at a time, at least once; a table of a run folder is not read as a whole for it."""
        if isinstance(self.tables, Stored) and name in self.tables:
            yield from map(Rows, self.tables.pieces(name, size))
            return
        frame = self.frame(name)
        yield from (Rows(frame.iloc[at : at + size]) for at in range(0, max(1, len(frame)), size))

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Every contract table, an empty one where the run has none."""
        return {name: self.frame(name) for name in CONTRACT_TABLES}

    @cached_property
    def masker(self) -> Masker:
        """The one way to the text of a comment."""
        return Masker(self.some("comments", ("comment_id", "text")), self.frame("pii"), names=self.settings.export.names)

    @cached_property
    def comments(self) -> Rows:
        """Table ``comments``."""
        return self.rows("comments")

    @cached_property
    def few(self) -> bool:
        """Whether there are too few comments for any statistics."""
        return len(self.comments) < _FEW

    @cached_property
    def opinions(self) -> Rows:
        """Table ``opinions``."""
        return self.rows("opinions")

    @cached_property
    def reasoned(self) -> frozenset[str]:
        """Comments that give reasons."""
        pairs = zip(self.opinions.column("comment_id"), self.opinions.column("kind"), strict=True)
        return frozenset(comment for comment, kind in pairs if kind == "理由")

    @cached_property
    def themes(self) -> Rows:
        """Table ``themes``."""
        return self.rows("themes")

    @cached_property
    def sides(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of ``sides`` by theme and stance."""
        return {(row["theme_id"], row["stance"]): row for row in self.rows("sides")}

    @cached_property
    def articles(self) -> Rows:
        """Table ``articles``."""
        return self.rows("articles")

    @cached_property
    def links(self) -> Rows:
        """Table ``links``."""
        return self.rows("links")

    @cached_property
    def suggestions(self) -> list[dict[str, Any]]:
        """Rows of ``suggestions`` by rank."""
        return sorted(self.rows("suggestions"), key=lambda s: s["rank"])

    @cached_property
    def suggestion_of(self) -> dict[str, dict[str, Any]]:
        """Row of every suggestion by its id."""
        return {s["suggestion_id"]: s for s in self.suggestions}

    @cached_property
    def proposals(self) -> list[dict[str, Any]]:
        """Rows of ``suggestions`` by rank, without those a reviewer rejected."""
        return [s for s in self.suggestions if s["status"] != "rejected"]

    @cached_property
    def rejected(self) -> list[dict[str, Any]]:
        """Rows of ``suggestions`` by rank that a reviewer rejected."""
        return [s for s in self.suggestions if s["status"] == "rejected"]

    @cached_property
    def chosen(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Rows of ``suggestions`` to hand in, in the order asked for, and all others by rank."""
        return chosen(self)

    @cached_property
    def delivered(self) -> list[dict[str, Any]]:
        """What is handed in, without what a reviewer rejected."""
        return [s for s in self.chosen[0] if s["status"] != "rejected"]

    @cached_property
    def others(self) -> list[dict[str, Any]]:
        """What is neither handed in nor rejected."""
        return [s for s in self.chosen[1] if s["status"] != "rejected"]

    @cached_property
    def comment_at(self) -> dict[str, int]:
        """Position of every comment."""
        return self.comments.index("comment_id")

    @cached_property
    def opinion_at(self) -> dict[str, int]:
        """Position of every opinion."""
        return self.opinions.index("opinion_id")

    @cached_property
    def comment_of(self) -> dict[str, str]:
        """Comment of every opinion."""
        return mapped(self.some("opinions", ("opinion_id", "comment_id")), "opinion_id", "comment_id")

    @cached_property
    def theme_at(self) -> dict[str, int]:
        """Position of every theme."""
        return self.themes.index("theme_id")

    @cached_property
    def draft_law(self) -> str:
        """Name of the law out for consultation, or an empty text."""
        pairs = zip(self.articles.column("source"), self.articles.column("law"), strict=True)
        return next((str(law) for source, law in pairs if source == "draft"), "")

    @cached_property
    def links_of(self) -> dict[str, list[int]]:
        """Opinion to the positions of its links, best first."""
        out: dict[str, list[int]] = {}
        for i, opinion in enumerate(self.links.column("opinion_id")):
            out.setdefault(opinion, []).append(i)
        ranks = self.links.column("rank")
        for positions in out.values():
            positions.sort(key=lambda i: ranks[i])
        return out

    @cached_property
    def opinions_of_theme(self) -> dict[str, list[int]]:
        """Theme to the positions of its opinions; a parent holds those of its children too."""
        parents = dict(zip(self.themes.column("theme_id"), self.themes.column("parent_id"), strict=True))
        out: dict[str, list[int]] = {}
        for i, theme in enumerate(self.opinions.column("theme_id")):
            while theme is not None:
                out.setdefault(theme, []).append(i)
                theme = parents.get(theme)
        return out

    @cached_property
    def suggestions_of_opinion(self) -> dict[str, list[str]]:
        """Opinion to the suggestions that rest on it."""
        out: dict[str, list[str]] = {}
        for row in self.suggestions:
            for opinion in row["evidence"]:
                out.setdefault(opinion, []).append(row["suggestion_id"])
        return out

    def comment(self, comment_id: str) -> dict[str, Any]:
        """Return the row of a comment."""
        return self.comments.row(self.comment_at[comment_id])

    def opinion(self, opinion_id: str) -> dict[str, Any]:
        """Return the row of an opinion."""
        return self.opinions.row(self.opinion_at[opinion_id])

    def comments_of(self, opinion_ids: Iterable[str]) -> list[str]:
        """Return the distinct comments of opinions, in order."""
        return list(dict.fromkeys(self.comment_of[o] for o in opinion_ids))

    @cached_property
    def personal_of_theme(self) -> dict[str, list[str]]:
        """Theme to its comments that hold personal data, where there are any; a parent holds those of its children too."""
        parents = dict(zip(self.themes.column("theme_id"), self.themes.column("parent_id"), strict=True))
        opinions = Rows(self.some("opinions", ("comment_id", "theme_id")))
        personal = set(self.masker.personal(opinions.column("comment_id")))
        out: dict[str, dict[str, None]] = {}
        for comment, theme in zip(opinions.column("comment_id"), opinions.column("theme_id"), strict=True):
            while comment in personal and theme is not None:
                out.setdefault(theme, {})[comment] = None
                theme = parents.get(theme)
        return {theme: list(found) for theme, found in out.items()}

    @cached_property
    def theme_titles(self) -> dict[str, str]:
        """Masked title of every theme."""
        personal = self.personal_of_theme
        return {r["theme_id"]: printable(self.masker.scrub(r["title"], personal.get(r["theme_id"], ()))) for r in self.themes}

    @cached_property
    def _personal(self) -> dict[str, list[str]]:
        return {}

    def personal_of(self, row: dict[str, Any]) -> list[str]:
        """Return the comments behind a suggestion that hold personal data, in order."""
        name = row["suggestion_id"]
        if name not in self._personal:
            self._personal[name] = self.masker.personal(self.comments_of(row["evidence"]))
        return self._personal[name]

    def suggestion_text(self, row: dict[str, Any], field_name: str) -> str:
        """Return a composed text of a suggestion without personal data of its evidence."""
        return printable(self.masker.scrub(row[field_name], self.personal_of(row), known=row["original_text"]))

    def reviewed(self, row: dict[str, Any]) -> list[str]:
        """Return who decided what about a suggestion, when and why, without personal data of its evidence."""
        comments = self.personal_of(row)
        return [
            f"{r.day} {printable(r.by)} {r.what}" + (f"：{printable(self.masker.scrub(r.words, comments))}" if r.words.strip() else "")
            for r in self.remarks.get(row["suggestion_id"], ())
        ]
