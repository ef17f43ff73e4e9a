"""Figures on the articles that opinions are tied to."""

from __future__ import annotations

from dataclasses import dataclass

from jietan.evaluate.matching import Comparison, Match
from jietan.evaluate.measures import named, precision_recall
from jietan.evaluate.tables import Link

__all__ = ["link_figures"]


@dataclass
class _Tally:
    targeted: int = 0
    first: int = 0
    within_three: int = 0
    with_paragraph: int = 0
    paragraph: int = 0
    gaps_seen: int = 0
    gaps_missed: int = 0
    gaps_invented: int = 0

    def add(self, match: Match, links: tuple[Link, ...]) -> None:
        found_gap = match.found.new_article or not links
        if match.gold.targets:
            self.targeted += 1
            self.gaps_invented += found_gap
            self._add_articles(match, links)
        elif match.gold.new_article:
            self.gaps_seen += found_gap
            self.gaps_missed += not found_gap

    def _add_articles(self, match: Match, links: tuple[Link, ...]) -> None:
        articles = list(dict.fromkeys(link.article for link in links))
        wanted, paragraphs = match.gold.articles, match.gold.paragraphs
        self.within_three += bool(wanted.intersection(articles[:3]))
        if not articles:
            return
        self.first += articles[0] in wanted and not match.found.new_article
        if articles[0] in {article for article, _ in paragraphs}:
            self.with_paragraph += 1
            self.paragraph += (links[0].article, links[0].paragraph) in paragraphs


def link_figures(comparison: Comparison) -> dict[str, float]:
    """First article right, right one among the first three, right 款, and seeing that no article has it yet."""
    links = comparison.run.links
    if links is None or not comparison.asks:
        return {}
    tally = _Tally()
    for match in comparison.asks:
        tally.add(match, links.get(match.found.opinion_id, ()))
    gaps = precision_recall(tally.gaps_seen, tally.gaps_invented, tally.gaps_missed)
    return {
        "link.accuracy_at_1": tally.first / max(1, tally.targeted),
        "link.recall_at_3": tally.within_three / max(1, tally.targeted),
        "link.paragraph_accuracy": tally.paragraph / max(1, tally.with_paragraph),
    } | named("link.new_article", gaps)
