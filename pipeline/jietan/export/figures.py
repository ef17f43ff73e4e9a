"""Every number that an export shows, counted from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from jietan.export.view import View
from jietan.export.wording import chinese_date, iso_day
from jietan.specificity import Specificity, specificity

__all__ = [
    "ArticleCount",
    "Figures",
    "Letter",
    "article_counts",
    "figures",
    "how_specific",
    "long_tail",
    "people",
    "period",
    "primary_links",
]


@dataclass(frozen=True)
class Letter:
    """One campaign: copies of the same letter."""

    campaign_id: str
    n_comments: int
    n_people: int


@dataclass(frozen=True)
class Figures:
    """The figures of the summary."""

    n_comments: int
    n_opinions: int
    n_people: int
    n_points: int
    n_articles: int
    n_articles_named: int
    n_themes: int
    n_subthemes: int
    n_suggestions: int
    n_drafted: int
    n_long_tail: int
    n_duplicates: int
    n_rejects: int
    triage: dict[str, int]
    campaigns: tuple[Letter, ...]

    @property
    def n_campaign_comments(self) -> int:
        """Comments that are copies of a letter."""
        return sum(c.n_comments for c in self.campaigns)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return {**asdict(self), "n_campaign_comments": self.n_campaign_comments}


@dataclass
class ArticleCount:
    """What was said about one article."""

    comments: set[str] = field(default_factory=set)
    opinions: list[str] = field(default_factory=list)
    stances: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)


def people(view: View, comment_ids: Iterable[str]) -> int:
    """Count distinct people: one a submitter key, and every anonymous comment a person of its own."""
    keys = view.comments.column("submitter_key")
    return len({keys[view.comment_at[c]] or ("anonymous", c) for c in comment_ids})


def _letters(view: View) -> tuple[Letter, ...]:
    groups: dict[str, list[str]] = {}
    pairs = zip(view.comments.column("campaign_id"), view.comments.column("comment_id"), strict=True)
    for campaign, comment in pairs:
        if campaign:
            groups.setdefault(campaign, []).append(comment)
    return tuple(Letter(name, len(ids), people(view, ids)) for name, ids in sorted(groups.items()))


def primary_links(view: View, opinion_id: str) -> list[dict[str, Any]]:
    """Return the links to the draft that count for an opinion: its best one and those it names itself."""
    rows = [view.links.row(i) for i in view.links_of.get(opinion_id, ())]
    drafts = [r for r in rows if r["source"] == "draft"]
    return [r for i, r in enumerate(drafts) if i == 0 or r["basis"] == "explicit"]


def article_counts(view: View, source: str = "draft") -> dict[str, ArticleCount]:
    """Count comments, stances and themes by article.

    Reasons are not counted as stances. For the library the best link of an opinion counts.
    """
    out: dict[str, ArticleCount] = {}
    for opinion in view.opinions:
        if source == "draft":
            links = primary_links(view, opinion["opinion_id"])
        else:
            rows = (view.links.row(i) for i in view.links_of.get(opinion["opinion_id"], ()))
            links = [r for r in rows if r["source"] == source][:1]
        for article in dict.fromkeys(r["article_id"] for r in links):
            count = out.setdefault(article, ArticleCount())
            count.comments.add(opinion["comment_id"])
            count.opinions.append(opinion["opinion_id"])
            if opinion["kind"] != "理由":
                count.stances[opinion["stance"]] += 1
            if opinion["theme_id"]:
                count.themes[opinion["theme_id"]] += 1
    return out


def long_tail(view: View) -> tuple[list[int], list[int]]:
    """Return what is in no theme: positions of opinions, and of legislative comments without any opinion.

    A sentence that only gives reasons is listed where its comment asks for nothing else; the detail sheet has all.
    """
    comments = view.opinions.column("comment_id")
    kinds = view.opinions.column("kind")
    asking = {c for c, kind in zip(comments, kinds, strict=True) if kind != "理由"}
    triage = dict(zip(view.comments.column("comment_id"), view.comments.column("triage"), strict=True))
    opinions = [
        i
        for i, theme in enumerate(view.opinions.column("theme_id"))
        if theme is None and triage[comments[i]] == "legislative" and (kinds[i] != "理由" or comments[i] not in asking)
    ]
    spoken = set(comments)
    silent = [i for i, (c, t) in enumerate(triage.items()) if t == "legislative" and c not in spoken]
    return opinions, silent


def how_specific(view: View, position: int) -> Specificity:
    """Say how specific and actionable an opinion is."""
    row = view.opinions.row(position)
    cites = any(r["basis"] == "explicit" for r in primary_links(view, row["opinion_id"]))
    return specificity(row["text"], row["operation"], cites=cites, reasoned=row["comment_id"] in view.reasoned)


def figures(view: View) -> Figures:
    """Count everything the summary says."""
    sources = view.articles.column("source")
    parents = view.themes.column("parent_id")
    drafted = [s for s in view.suggestions if s["drafted"]]
    return Figures(
        n_comments=len(view.comments),
        n_opinions=len(view.opinions),
        n_people=people(view, view.comments.column("comment_id")),
        n_points=len({p for p in view.comments.column("point") if p}),
        n_articles=sources.count("draft"),
        n_articles_named=len(article_counts(view)),
        n_themes=sum(p is None for p in parents),
        n_subthemes=sum(p is not None for p in parents),
        n_suggestions=len(view.suggestions),
        n_drafted=len(drafted),
        n_long_tail=sum(len(part) for part in long_tail(view)),
        n_duplicates=sum(d is not None for d in view.comments.column("duplicate_of")),
        n_rejects=len(view.rows("rejects")),
        triage={k: n for k, n in sorted(Counter(view.comments.column("triage")).items())},
        campaigns=_letters(view),
    )


def period(view: View) -> str:
    """Return the time of the consultation, from the settings or from the dates of the comments."""
    if view.settings.report.period:
        return view.settings.report.period
    days = sorted(d for d in map(iso_day, view.comments.column("submitted_at")) if chinese_date(d) != d)
    if not days:
        return ""
    first, last = chinese_date(days[0]), chinese_date(days[-1])
    return first if first == last else f"{first}至{last}"
