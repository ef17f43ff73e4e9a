"""The lint of legislative drafting: one text, a whole draft, and the mechanical corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from jietan.law.imprint import LEVELS, level_of, region_of
from jietan.law.style import competence, items, liability, numbers, own, references, structure, terms
from jietan.law.style.draft import Draft
from jietan.law.style.model import Check, Finding, Rule, Text, apply
from jietan.law.style.phrases import PHRASES
from jietan.law.style.words import WORDS

__all__ = ["RULES", "fix", "infer_level", "lint_articles", "lint_errors", "lint_limits", "lint_text"]

_PATTERNS = (*WORDS, *PHRASES)
_TEXT_CHECKS: tuple[tuple[Check, tuple[Rule, ...]], ...] = tuple(
    (module.check, module.RULES) for module in (numbers, items, own, competence)
)
_DRAFT_CHECKS = (structure.check, references.check, terms.check, liability.check)

#: Every rule by its id, in the order of the documentation.
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        *(pattern.rule for pattern in _PATTERNS),
        *numbers.RULES,
        *items.RULES,
        *own.RULES,
        *structure.RULES,
        *references.RULES,
        *terms.RULES,
        *liability.RULES,
        *competence.RULES,
    )
}


@lru_cache(maxsize=256)
def infer_level(title: str) -> str:
    """Tell the level of law from a title.

    Args:
        title: Name of the draft.

    Returns:
        One of :data:`jietan.law.imprint.LEVELS`. A local 办法 or 规定 whose maker the title does not tell counts as
        地方性法规, whose limits are the wider ones; empty where nothing can be told.
    """
    region = region_of(title)
    level = level_of(title, region=region)
    return level or ("地方性法规" if region else "")


def _level(level: str | None, title: str) -> str:
    if level and level not in LEVELS:
        raise ValueError(f"没有“{level}”这个层级，可用的是{'、'.join(LEVELS)}")
    return level or infer_level(title)


_ERROR_PATTERNS = tuple(pattern for pattern in _PATTERNS if pattern.rule.severity == "error")
_ERROR_CHECKS = tuple(check for check, rules in _TEXT_CHECKS if any(rule.severity == "error" for rule in rules))


def _scan(text: Text) -> list[Finding]:
    found = [finding for pattern in _PATTERNS for finding in apply(pattern, text)]
    return [*found, *(finding for check, _ in _TEXT_CHECKS for finding in check(text))]


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(set(findings), key=lambda f: (f.start, f.end, f.rule, f.message))


def lint_text(text: str, *, level: str | None = None, title: str = "") -> list[Finding]:
    """Check one clause or article alone.

    Args:
        text: The words; 款 and 项 on lines of their own.
        level: 法律, 地方性法规 and so on; None to tell it from the title. The limits of local law are checked for
            地方性法规 and 地方政府规章 only.
        title: Name of the draft that the text belongs to, if known.

    Returns:
        Findings in the order of the text, each once.

    Raises:
        ValueError: There is no such level.
    """
    return _ordered(_scan(Text(text, _level(level, title), own.own_word(title), title)))


def lint_errors(text: str, *, title: str = "") -> list[Finding]:
    """Check one clause or article for errors alone, much faster than all of :func:`lint_text`.

    Args:
        text: The words.
        title: Name of the draft that the text belongs to, if known.

    Returns:
        The findings of :func:`lint_text` that are errors.
    """
    scanned = Text(text, infer_level(title), own.own_word(title), title)
    found = [finding for pattern in _ERROR_PATTERNS for finding in apply(pattern, scanned)]
    found += (finding for check in _ERROR_CHECKS for finding in check(scanned))
    return _ordered(finding for finding in found if finding.severity == "error")


def lint_limits(text: str, level: str) -> list[Finding]:
    """Check one clause or article only for what a local regulation or rule may not lay down.

    Args:
        text: The words.
        level: As for :func:`lint_text`.

    Returns:
        The findings of :func:`lint_text` whose rule is in :data:`jietan.law.style.competence.REASONS`.
    """
    return _ordered(competence.check(Text(text, level)))


def lint_articles(
    articles: pd.DataFrame, *, level: str | None = None, title: str | None = None, contents: bool | None = None
) -> list[Finding]:
    """Check a draft: every article, and how the articles fit together.

    Args:
        articles: The draft's rows of the table ``provisions`` (law, article, chapter, text, paragraphs), in the order
            of the column ``position`` where it is there, else of the rows. Rows of several laws are checked law by law.
        level: As for :func:`lint_text`.
        title: Name of the draft; None to take the column ``law``.
        contents: Whether the draft has a table of contents; None where that is not known.

    Returns:
        Findings in the order of the articles; those on the whole draft come first, with an empty ``article``.

    Raises:
        ValueError: There is no such level.
    """
    if "position" in articles:
        articles = articles.sort_values("position", kind="stable")
    found: list[Finding] = []
    for law, rows in articles.groupby("law", sort=False):
        name = title if title is not None else str(law)
        found += _lint_draft(Draft(rows, name, _level(level, name), contents))
    return found


def _lint_draft(draft: Draft) -> list[Finding]:
    word, defined = own.own_word(draft.title), terms.short_names(draft)
    by_article: dict[int, list[Finding]] = {}
    for row, article in enumerate(draft.articles):
        text = Text(article.text, draft.level, word, draft.title, defined)
        by_article[row] = [replace(finding, article=article.label) for finding in _scan(text)]
    whole: list[Finding] = []
    for check in _DRAFT_CHECKS:
        for at, finding in check(draft):
            if at is None:
                whole.append(finding)
            else:
                by_article[at].append(replace(finding, article=draft.articles[at].label))
    return [*_ordered(whole), *(finding for row in by_article for finding in _ordered(by_article[row]))]


def fix(text: str, findings: Sequence[Finding]) -> str:
    """Apply the mechanical corrections to a text.

    Args:
        text: The text that was checked.
        findings: Its findings; those without a correction are left, and of two that overlap the first counts.

    Returns:
        The corrected text.

    Raises:
        ValueError: A finding lies outside the text.
    """
    pieces, done = [], 0
    for finding in sorted((f for f in findings if f.fix is not None), key=lambda f: (f.start, f.end)):
        if not 0 <= finding.start <= finding.end <= len(text):
            raise ValueError(f"位置 {finding.start}–{finding.end} 不在文字之内（共 {len(text)} 字）")
        if finding.start < done:
            continue
        pieces += [text[done : finding.start], finding.fix or ""]
        done = finding.end
    return "".join([*pieces, text[done:]])
