"""A form to gather opinions on a draft: its articles, and the streets and points that hand in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jietan.export.wording import book
from jietan.reading.forms import COLUMNS
from jietan.reading.points import Hierarchy, read_points
from jietan.stages.parse import parse

__all__ = ["ATTITUDES", "COLUMNS", "WHOLE", "Form", "make_form"]

#: What stands for the whole draft among the articles.
WHOLE = "整部草案"
ATTITUDES = ("支持", "反对", "建议修改", "建议增加", "有疑问")
CHANNELS = ("座谈会", "走访", "采集点现场", "电话", "微信", "书面来信", "其他")


@dataclass(frozen=True)
class Form:
    """What a form offers.

    Attributes:
        title: Title of the draft.
        articles: Labels of the articles; of a file that amends several laws with the law in front.
        texts: Texts of the articles, in the same order.
        streets: Names of the 街镇; empty where there is no table of points.
        points: (street, point) of every collection point, in the order of the table.
        notes: What a person should check about the draft.
    """

    title: str
    articles: tuple[str, ...]
    texts: tuple[str, ...]
    streets: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Column → what to choose from, for the columns that are chosen."""
        names = tuple(dict.fromkeys(point for _, point in self.points))
        found = {"条文": (WHOLE, *self.articles), "态度": ATTITUDES, "街镇": self.streets, "采集点": names, "渠道": CHANNELS}
        return {column: values for column, values in found.items() if values}


def make_form(draft: str | Path, points: str | Path | None = None) -> Form:
    """Make the form for a draft.

    Args:
        draft: The draft, in any format that ``jietan run`` reads.
        points: Table of collection points; None for free fields.

    Raises:
        InputError: A file cannot be read or the table of points is wrong.
    """
    articles, title, problems = parse(Path(draft))
    if "amended_item" in articles:
        articles = articles[articles["amended_item"].notna()]
    several = articles["law"].nunique() > 1
    pairs = zip(articles["law"], articles["article"], strict=True)
    labels = [f"{book(str(law))}{label}" if several else str(label) for law, label in pairs]
    places = read_points(points) if points is not None else Hierarchy(())
    return Form(
        title=title,
        articles=tuple(labels),
        texts=tuple(str(text) for text in articles["text"]),
        streets=tuple(places.streets),
        points=tuple((places.street_of(place), place.name) for place in places.points),
        notes=tuple(problems),
    )
