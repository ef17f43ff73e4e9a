"""Where the matter of a suggestion stands in the adopted text, in the text's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jietan.language.normalize import fold
from jietan.loop.outcome import targets, told
from jietan.loop.revisions import Clause, Revision, clauses_of, revise
from jietan.tables import records

__all__ = ["Carried", "LawText", "Provision", "Whereabouts"]

_SENTENCE = re.compile(r"[^。\n]+[。]?")
_PART = re.compile(r"[^。；;\n]+[。；;]?")
_ENDS = "。；;，,、"
_LONGEST, _MOST = 150, 2
_LEAST_STRUCK, _PHRASE = 4, 6
#: A provision that nothing rests on is quoted where it shares so many pairs of characters with what people say.
_RELATED = 3


@dataclass(frozen=True)
class Provision:
    """Words of a law text.

    Attributes:
        article: Label of the article.
        place: Its 款 and 项 too, as a drafter writes them.
        words: An exact span of the text.
        lead: For an 项 the words that introduce it, an exact span too.
    """

    article: str
    place: str
    words: str
    lead: str = ""


@dataclass(frozen=True)
class Whereabouts:
    """What the texts say about the matter of a suggestion.

    Attributes:
        adopted: Words of the adopted text.
        struck: Words of the draft that the adopted text has no more.
        relied: Whether the outcome rests on them; else they are where the matter stands.
        changed: Whether the clause aimed at was changed, though the outcome does not rest on it.
    """

    adopted: tuple[Provision, ...] = ()
    struck: tuple[Provision, ...] = ()
    relied: bool = False
    changed: bool = False


@dataclass(frozen=True)
class Carried:
    """A place of the draft, found again in the later text.

    Attributes:
        label: The place as a drafter writes it; empty where it is gone.
        article: Label of the article, or None.
        paragraph: 款, or None where the article has one or the whole article is meant.
        item: 项, or None.
        fate: 未变, 序号变, 有修改 or 删去.
    """

    label: str = ""
    article: str | None = None
    paragraph: int | None = None
    item: str | None = None
    fate: str = "删去"


def _pairs(text: str) -> Counter[str]:
    letters = "".join(c for c in fold(text) if c.isalnum())
    return Counter(letters[k : k + 2] for k in range(len(letters) - 1))


def _likest(text: str, wanted: Iterable[str]) -> str:
    """The sentence, or the part of a long one, that shares most with some words; of equals the first."""
    meant = sum((_pairs(w) for w in wanted), Counter())
    if len(text) <= _LONGEST:
        return text.strip().rstrip(_ENDS)
    parts = [s if len(s) <= _LONGEST else "" for s in _SENTENCE.findall(text)]
    parts = [p for p in parts if p] or [p for p in _PART.findall(text) if len(p) <= _LONGEST] or [text[:_LONGEST]]
    best = max(parts, key=lambda part: sum((_pairs(part) & meant).values()))
    return best.strip().rstrip(_ENDS)


def _shared(provision: Provision, meant: Counter[str]) -> int:
    """How many pairs of characters a provision has in common with what people say."""
    return len(set(_pairs(provision.lead + provision.words)) & set(meant))


class LawText:
    """The draft and the adopted text side by side.

    Args:
        articles: Table ``articles`` of the run.
        final: Table ``final``.
    """

    def __init__(self, articles: pd.DataFrame, final: pd.DataFrame) -> None:
        """Cut both texts into clauses and compare them."""
        draft = articles[articles["source"] == "draft"].sort_values("position")
        self._draft = tuple(clauses_of(records(draft)))
        self._revisions = revise(self._draft, clauses_of(records(final.sort_values("position"))))
        self._told = {told(revision): revision for revision in self._revisions.changed}
        self._at = {clause: k for k, clause in enumerate(self._draft)}
        self._leads = {(c.owner, c.paragraph): c.text for c in self._revisions.final if c.item is None}
        self.homes = frozenset(h for homes in self._revisions.homes.values() for h in homes)

    def home(self, article: str) -> str | None:
        """Return the article of the adopted text that an article of the draft became, the first of several."""
        return next(iter(self._revisions.homes.get(article, ())), None)

    def stands_at(self, clause: Clause) -> tuple[Clause, ...]:
        """Return the clauses of the adopted text that a clause of the draft became."""
        stands = self._revisions.stands.get(self._at[clause])
        return (stands,) if stands else tuple(c for r in self._revisions.touching(clause) for c in r.new)

    def carried(self, article: str, paragraph: int | None, item: str | None) -> Carried:
        """Find a place of the draft again in the later text; a whole article stays a whole article.

        Args:
            article: Label of the article.
            paragraph: 款 from 1, or None.
            item: 项 such as （三）, or None.
        """
        own = [c for c in self._draft if c.owner == article and paragraph in (None, c.paragraph) and item in (None, c.item)]
        touched = any(self._revisions.touching(c) for c in own)
        home = self.home(article)
        if paragraph is None and item is None:
            fate = "有修改" if touched else "未变" if home == article else "序号变"
            return Carried(home, home, fate=fate) if home else Carried()
        now = next((n for c in own if c.item == item for n in self.stands_at(c)), None)
        if now is None:
            return Carried()
        fate = "有修改" if touched else "未变" if (now.owner, now.paragraph, now.item) == (article, own[0].paragraph, item) else "序号变"
        return Carried(now.label, now.owner, now.paragraph if now.several else None, now.item, fate)

    def aimed(self, row: Any) -> tuple[Clause, ...]:  # noqa: ANN401  (a row of the table)
        """Return the clauses of the draft that a suggestion aims at."""
        return targets(row, self._draft)[0]

    def find(self, row: Any, evidence: Sequence[str], words: Sequence[str]) -> Whereabouts:  # noqa: ANN401  (a row of the table)
        """Say where the matter of a suggestion stands.

        Args:
            row: The suggestion.
            evidence: What its outcome rests on, from ``outcomes``.
            words: What people said, to choose the sentence that matters.
        """
        relied = [self._told[line] for line in evidence if line in self._told]
        if relied:
            adopted = [p for r in relied for p in self._said(r, words)]
            struck = [p for r in relied for p in self._gone(r)]
            return Whereabouts(tuple(adopted[:_MOST]), tuple(struck[:_MOST]), relied=True)
        return self._standing(row, words)

    def deleted(self, evidence: Sequence[str]) -> tuple[str, ...]:
        """Return the longer pieces of the draft that the changes behind an outcome struck.

        Args:
            evidence: What the outcome rests on, from ``outcomes``.
        """
        relied = [self._told[line] for line in evidence if line in self._told]
        cut = [text.strip(_ENDS) for r in relied for operation, text in r.marks if operation == "delete"]
        return tuple(text for text in cut if len(text) >= _PHRASE)

    def _provision(self, clause: Clause, wanted: Iterable[str]) -> Provision:
        lead = self._leads.get((clause.owner, clause.paragraph), "") if clause.item else ""
        sentences = _SENTENCE.findall(lead)
        return Provision(clause.owner, clause.label, _likest(clause.text, wanted), sentences[-1].strip() if sentences else "")

    def _said(self, revision: Revision, words: Sequence[str]) -> list[Provision]:
        wanted = [revision.inserted] if revision.inserted.strip(_ENDS) else list(words)
        return [self._provision(c, wanted) for c in revision.new]

    @staticmethod
    def _gone(revision: Revision) -> list[Provision]:
        """Words struck with nothing in their stead."""
        if not revision.new:
            return [Provision(c.owner, c.label, c.text.strip().rstrip(_ENDS)[:_LONGEST]) for c in revision.old]
        if revision.inserted.strip(_ENDS) or len(revision.old) > 1:
            return []
        old = revision.old[0]
        cut = [text.strip(_ENDS) for operation, text in revision.marks if operation == "delete"]
        return [Provision(old.owner, old.label, text) for text in cut if len(text) >= _LEAST_STRUCK and text in old.text]

    def _standing(self, row: Any, words: Sequence[str]) -> Whereabouts:  # noqa: ANN401  (a row of the table)
        """The clause aimed at as it stands now; of a whole article the clause that people speak of."""
        aimed = self.aimed(row)
        if not aimed:
            return Whereabouts()
        meant = sum((_pairs(w) for w in words), Counter())
        clause = max(aimed, key=lambda c: sum((_pairs(c.text) & meant).values())) if len(aimed) > 1 else aimed[0]
        now = self.stands_at(clause)
        if now:
            said = tuple(p for p in (self._provision(c, words) for c in now[:_MOST]) if _shared(p, meant) >= _RELATED)
            return Whereabouts(said, changed=bool(self._revisions.touching(clause)))
        return Whereabouts(struck=(Provision(clause.owner, clause.label, clause.text.strip().rstrip(_ENDS)[:_LONGEST]),))
