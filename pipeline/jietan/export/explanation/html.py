"""The explanation as one page that needs no network and no script."""

from __future__ import annotations

from jietan.export.explanation import contents
from jietan.export.html.page import render
from jietan.export.wording import printable
from jietan.loop.explain import Explanation

__all__ = ["page"]


def page(explanation: Explanation) -> str:
    """Return the page.

    Args:
        explanation: The draft explained.
    """
    cards = [
        {
            "number": number,
            "card": card,
            "groups": contents.groups(card),
            "missing": contents.no_consequence(card),
            "paragraphs": [printable(p) for p in card.paragraphs],
            "facts": contents.facts(card),
        }
        for number, card in enumerate(explanation.cards, 1)
    ]
    return render(
        "explanation.html.j2",
        sheet="explanation.css",
        title=printable(contents.title(explanation)),
        subtitle=contents.subtitle(explanation),
        notice=contents.NOTICE,
        notes=[printable(note) for note in explanation.notes],
        rows=contents.overview(explanation),
        authorities=contents.authorities(explanation),
        cards=cards,
        place=contents.steps,
    )
