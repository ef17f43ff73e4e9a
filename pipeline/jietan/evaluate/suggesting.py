"""Figures on suggestions, their order, and what became of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log2

from jietan.evaluate.gold import Gold, GoldOpinion, GoldTheme
from jietan.evaluate.matching import Comparison
from jietan.evaluate.measures import macro_f1, mean
from jietan.evaluate.tables import Suggestion

__all__ = ["outcome_figures", "suggestion_figures"]

_DEPTH = 20
_OUTCOMES = ("full", "partial", "no")


def _count(evidence: Iterable[str], group_of: Mapping[str, str]) -> Counter[str]:
    return Counter(group_of[o] for o in evidence if o in group_of)


def _leader(counts: Counter[str]) -> str | None:
    """The group with most pieces of evidence; of equals, the one cited first."""
    return counts.most_common(1)[0][0] if counts else None


@dataclass(frozen=True)
class _Backing:
    """Per theme or position: which found opinions belong to it, and who stands behind it."""

    group_of: dict[str, str]
    people: dict[str, set[str]]


def _backing(comparison: Comparison, group: Callable[[GoldOpinion], str | None]) -> _Backing:
    groups = {m.found.opinion_id: group(m.gold) for m in comparison.asks}
    people: dict[str, set[str]] = defaultdict(set)
    for match in comparison.asks:
        if name := group(match.gold):
            people[name].add(comparison.person(match.comment_id))
    return _Backing({o: name for o, name in groups.items() if name}, dict(people))


@dataclass(frozen=True)
class _Review:
    """What the suggestions of a run rest on, in the terms of the answers."""

    comparison: Comparison
    suggestions: tuple[Suggestion, ...]

    @cached_property
    def themes(self) -> _Backing:
        return _backing(self.comparison, lambda label: label.theme_id)

    @cached_property
    def positions(self) -> _Backing:
        return _backing(self.comparison, lambda label: label.position_id)

    @cached_property
    def theme_of(self) -> dict[str, str]:
        """Suggestion id to the theme most of its evidence is about; those without one are left out."""
        leaders = ((s.suggestion_id, _leader(_count(s.evidence, self.themes.group_of))) for s in self.suggestions)
        return {suggestion: theme for suggestion, theme in leaders if theme}

    @cached_property
    def position_of(self) -> dict[str, str]:
        """Suggestion id to the position most of its evidence takes; those without one are left out."""
        leaders = ((s.suggestion_id, _leader(_count(s.evidence, self.positions.group_of))) for s in self.suggestions)
        return {suggestion: position for suggestion, position in leaders if position}

    @cached_property
    def placed_rightly(self) -> list[tuple[str, str]]:
        """(Theme, suggestion id), by rank, where the suggestion is for an article its theme is about."""
        themes, anywhere = self.comparison.gold.themes, GoldTheme()
        return [
            (theme, s.suggestion_id)
            for s in self.suggestions
            if (theme := self.theme_of.get(s.suggestion_id)) and themes.get(theme, anywhere).answered_by(s.article, s.operation)
        ]


def _review(comparison: Comparison) -> _Review | None:
    suggestions = comparison.run.suggestions
    return _Review(comparison, suggestions) if suggestions and comparison.asks else None


def suggestion_figures(comparison: Comparison) -> dict[str, float]:
    """Themes and positions that get their suggestion, at the right article, with one ask each, in a sensible order."""
    review = _review(comparison)
    if review is None:
        return {}
    return _theme_answers(review) | _score_sums(comparison) | _ranking(review) | _position_answers(review)


def _theme_answers(review: _Review) -> dict[str, float]:
    people = review.themes.people
    themes = review.comparison.gold.themes
    wanted = {t for t, theme in themes.items() if len(people.get(t, ())) >= 2 and theme.asks_for_change}
    answered = {theme for theme, _ in review.placed_rightly}
    return {
        "suggestions.theme_coverage": len(wanted & answered) / max(1, len(wanted)),
        "suggestions.article_accuracy": len(review.placed_rightly) / max(1, len(review.theme_of)),
        "suggestions.n": float(len(review.suggestions)),
    }


def _score_sums(comparison: Comparison) -> dict[str, float]:
    gaps = comparison.run.score_gaps
    return {} if gaps is None else {"suggestions.score_sum_violations": float(sum(g > 1e-6 for g in gaps))}


def _voices(review: _Review) -> dict[str, float]:
    """How loud each theme is: one per person, and a campaign of n letters as 1 + log2 n."""
    comparison = review.comparison
    singles: dict[str, set[str]] = defaultdict(set)
    letters: dict[str, Counter[str]] = defaultdict(Counter)
    for match in comparison.asks:
        theme, campaign = match.gold.theme_id, comparison.gold.comments[match.comment_id].campaign_id
        if theme and campaign:
            letters[theme][campaign] += 1
        elif theme:
            singles[theme].add(comparison.person(match.comment_id))
    campaigns = {theme: sum(1 + log2(n) for n in counts.values()) for theme, counts in letters.items()}
    return {t: len(singles.get(t, ())) + campaigns.get(t, 0.0) for t in {**singles, **letters}}


def _discounted(gains: Iterable[float]) -> float:
    return sum(g / log2(place + 2) for place, g in enumerate(list(gains)[:_DEPTH]))


def _ranking(review: _Review) -> dict[str, float]:
    voices = _voices(review)
    order = dict.fromkeys(review.theme_of.values())
    got = _discounted(log2(1 + voices[theme]) for theme in order)
    best = _discounted(sorted((log2(1 + v) for v in voices.values()), reverse=True))
    return {"rank.ndcg_at_20_by_voices": got / best if best else 0.0}


def _held(review: _Review) -> dict[str, float]:
    """Position to the largest share of its people that one suggestion led by it gathers."""
    backing = review.positions
    comment_of = {m.found.opinion_id: m.comment_id for m in review.comparison.asks}
    held: dict[str, float] = {}
    for s in review.suggestions:
        position = review.position_of.get(s.suggestion_id)
        if position is None:
            continue
        mine = [comment_of[o] for o in s.evidence if backing.group_of.get(o) == position]
        share = len({review.comparison.person(c) for c in mine}) / max(1, len(backing.people[position]))
        held[position] = max(held.get(position, 0.0), share)
    return held


def _position_answers(review: _Review) -> dict[str, float]:
    leading = review.position_of
    if not leading:
        return {}
    group_of, known = review.positions.group_of, review.comparison.gold.positions
    purity = []
    for s in review.suggestions:
        counts = _count(s.evidence, group_of)
        if counts:
            purity.append(max(counts.values()) / counts.total())
    large = [
        p
        for p, people in review.positions.people.items()
        if len(people) >= 3 and (p not in known or known[p].nature not in ("stance", "question"))
    ]
    held = _held(review)
    return {
        "suggestions.position_coverage": mean(float(held.get(p, 0.0) >= 0.5) for p in large) if large else 1.0,
        "suggestions.purity": mean(purity),
        "suggestions.repeat_rate": 1 - len(set(leading.values())) / len(leading),
    }


def _expected_outcomes(review: _Review, gold: Gold) -> list[tuple[str, str | None]]:
    """(Suggestion id, what became of it in truth): by its position, or by its theme where there are no positions."""
    positions = gold.positions
    if review.position_of and positions:
        known = {p: position.adopted for p, position in positions.items()}
        return [(s, known.get(p)) for s, p in review.position_of.items()]
    first: dict[str, str] = {}
    for theme, suggestion in review.placed_rightly:
        first.setdefault(theme, suggestion)
    return [(suggestion, gold.themes[t].adopted) for t, suggestion in first.items() if t in gold.themes]


def outcome_figures(comparison: Comparison) -> dict[str, float]:
    """Whether the adoption that the run reports for its suggestions is the true one."""
    review, outcomes = _review(comparison), comparison.run.outcomes
    if review is None or not outcomes:
        return {}
    expected = _expected_outcomes(review, comparison.gold)
    truth = [(want, outcomes.get(s, "missing")) for s, want in expected if want in _OUTCOMES]
    if not truth:
        return {}
    gold, found = [str(w) for w, _ in truth], [f for _, f in truth]
    return {
        "outcome.n": float(len(truth)),
        "outcome.accuracy": mean(float(g == f) for g, f in zip(gold, found, strict=True)),
        "outcome.macro_f1": macro_f1(gold, found),
    }
