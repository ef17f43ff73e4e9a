"""What 前款, 本条, 同条第二款 and a 第三款 alone mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jietan.language.numerals import parse_item, parse_number
from jietan.language.wording_of_numbers import format_article, format_item
from jietan.law.citation import Citation

__all__ = ["resolve_relative"]


def _shifted(citation: Citation, place: Citation) -> list[Citation]:
    """What 本条, 前款, 前两款 or 下一条 mean where ``place`` is; nothing where it leads before the first."""
    back = citation.base.startswith(("前", "上"))
    count = int(parse_number(citation.base[1:])) if citation.base[:1] == "前" and citation.base[1:] else 1
    steps = list(range(-count, 0)) if back else [0 if citation.base == "本" else 1]
    found = []
    for step in steps:
        spot = _moved(place, citation.level, step)
        if spot is not None:
            given = {name: value for name in ("paragraph", "item", "subitem") if (value := getattr(citation, name)) is not None}
            found.append(replace(citation, law=place.law, **{**spot, **given}))
    return found


def _moved(place: Citation, level: str, step: int) -> dict[str, object] | None:
    """The provision ``step`` articles, 款 or 项 behind ``place``; None where there is none."""
    article, paragraph, item = place.article, place.paragraph, place.item
    if level == "条":
        number = place.number
        moved = number if not step else (number[0], number[1] - 1) if step == -1 and number[1] else (number[0] + step, 0)
        return {"article": format_article(*moved)} if moved[0] > 0 else None
    if level == "款":
        moved_paragraph = paragraph + step if paragraph else None
        return {"article": article, "paragraph": moved_paragraph} if moved_paragraph != 0 else None
    if item is None:
        return {"article": article, "paragraph": paragraph}
    moved_item = parse_item(item) + step
    return {"article": article, "paragraph": paragraph, "item": format_item(moved_item)} if moved_item else None


def _pointing(citation: Citation, last: Citation) -> Citation:
    """What 该条, 同款 or a 款 or 项 alone mean behind ``last``."""
    paragraph, item = citation.paragraph, citation.item
    if paragraph is None and (item or citation.level in ("款", "项")):
        paragraph = last.paragraph
    if item is None and citation.level == "项":
        item = last.item
    return replace(citation, law=last.law, article=last.article, paragraph=paragraph, item=item)


def resolve_relative(citations: Sequence[Citation], place: Citation | None = None, *, follow: bool = False) -> list[Citation]:
    """Give relative mentions the article they mean.

    Args:
        citations: As :func:`find_citations` gave them for one text.
        place: Where the text itself stands, for one that is part of a law (article and 款): 本条, 前条 and 前款, which
            speak from within, are counted from there.
        follow: Whether 本条, 前条 and 前款 in a reader's text are counted from the article cited last.

    Returns:
        The same citations; 第三款, 该条, 同条 and the like after an article take its law and article. 本条, 前条 and
        前款 stay as they are where neither ``place`` nor ``follow`` says otherwise; 前两款 becomes two citations, and
        one that leads before the first 款 stays unresolved.
    """
    resolved: list[Citation] = []
    last = place
    for citation in citations:
        found, counted = [citation], False
        if citation.kind == "relative" and last is not None and last.article is not None:
            if not citation.base or citation.base[0] in "该同此这那":
                found = [_pointing(citation, last)]
            elif origin := place or (last if follow else None):
                found, counted = _shifted(citation, origin) or found, True
        if found[-1].article is not None and not counted:
            last = found[-1]
        resolved += found
    return resolved
