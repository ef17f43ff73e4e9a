"""What the adopted text changed of the draft, 款 by 款 and 项 by 项."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from jietan.language.numerals import NUMBER, Quantity, find_quantities
from jietan.language.units import in_days, same_amount
from jietan.language.wording_of_numbers import format_number
from jietan.law.align import align
from jietan.law.diff import Mark, mark
from jietan.law.outline import items

__all__ = ["Clause", "Move", "Revision", "Revisions", "amount_kind", "amount_size", "clauses_of", "moves", "revise", "without"]

_CITED = re.compile(rf"第{NUMBER}(?=[条款项])")
_ENDS = "。；;"


class _Article(Protocol):
    @property
    def article(self) -> str:
        """Its label."""

    @property
    def paragraphs(self) -> Iterable[str]:
        """Its 款, each with its 项 on further lines."""


@dataclass(frozen=True)
class Clause:
    """The smallest place of a law text that a suggestion can aim at: a 款 without its 项, or one 项.

    Attributes:
        owner: Label of its article.
        paragraph: 款 from 1.
        item: Label such as （三）, or None.
        text: Its words.
        several: Whether its article has more than one 款.
    """

    owner: str
    paragraph: int
    item: str | None
    text: str
    several: bool

    @property
    def article(self) -> str:
        """One label for the place, as :func:`jietan.law.align.align` wants it."""
        return f"{self.owner}|{self.paragraph}|{self.item or ''}"

    @property
    def label(self) -> str:
        """How a drafter writes the place: 第十二条第一款第五项."""
        paragraph = f"第{format_number(self.paragraph)}款" if self.several else ""
        return self.owner + paragraph + (f"第{self.item.strip('（）')}项" if self.item else "")


@dataclass(frozen=True)
class Move:
    """An amount of the draft and what stands in its stead; ``after`` is None where it is gone."""

    before: Quantity
    after: Quantity | None


@dataclass(frozen=True)
class Revision:
    """One change of words.

    Attributes:
        old: Clauses of the draft concerned; empty for an insertion.
        new: Clauses of the adopted text; empty for a deletion.
    """

    old: tuple[Clause, ...]
    new: tuple[Clause, ...]

    @cached_property
    def before(self) -> str:
        """The draft's words."""
        return "".join(clause.text for clause in self.old)

    @cached_property
    def after(self) -> str:
        """The adopted words."""
        return "".join(clause.text for clause in self.new)

    @cached_property
    def marks(self) -> list[Mark]:
        """The difference, word by word."""
        return mark(self.before, self.after)

    @cached_property
    def inserted(self) -> str:
        """Words that are new, joined."""
        return "".join(text for operation, text in self.marks if operation == "insert")

    @cached_property
    def deleted(self) -> str:
        """Words that are gone, joined."""
        return "".join(text for operation, text in self.marks if operation == "delete")

    @cached_property
    def moves(self) -> list[Move]:
        """Amounts that were changed or struck, in order."""
        return moves(self.before, self.after)


def moves(before: str, after: str) -> list[Move]:
    """Return the amounts of a text that were changed or struck, in order.

    Args:
        before: The draft's words.
        after: The adopted words.
    """
    first, second = find_quantities(before), find_quantities(after)
    gone, come = without(first, second), without(second, first)
    out = []
    for amount in gone:
        partners = [q for q in come if amount_kind(q) == amount_kind(amount)]
        partner = partners[0] if partners else None
        if partner is not None:
            come.remove(partner)
        out.append(Move(amount, partner))
    return out


def without(some: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    """Return the amounts of one text that another does not have.

    Args:
        some: Amounts of one.
        others: Amounts of the other.
    """
    left = list(others)
    out = []
    for quantity in some:
        partner = next((q for q in left if same_amount(q, quantity)), None)
        if partner is None:
            out.append(quantity)
        else:
            left.remove(partner)
    return out


def amount_kind(amount: Quantity) -> str:
    """What an amount measures: lengths of time are of one kind, 工作日 among them; anything else goes by its unit."""
    return "期限" if amount.unit == "工作日" or in_days(amount) is not None else amount.unit


def amount_size(amount: Quantity) -> float:
    """An amount as a number that compares with others of its kind; a 工作日 counts as a day."""
    days = in_days(amount)
    return amount.value if days is None else days


def clauses_of(articles: Iterable[_Article]) -> list[Clause]:
    """Cut articles into clauses, in order.

    Args:
        articles: Articles with ``article`` and ``paragraphs``, such as the rows of a table of articles.
    """
    out = []
    for article in articles:
        paragraphs = list(article.paragraphs)
        for number, paragraph in enumerate(paragraphs, 1):
            parts = items(paragraph)
            lead = paragraph.split("\n")[0] if parts else paragraph
            several = len(paragraphs) > 1
            out.append(Clause(article.article, number, None, lead, several))
            out += [Clause(article.article, number, label, text, several) for label, text in parts]
    return out


def _bare(text: str) -> str:
    """Words alone: without the numbers of cited articles, which shift, and without the mark at the end."""
    return re.sub(r"\s+", "", _CITED.sub("第", text)).rstrip(_ENDS)


@dataclass(frozen=True)
class Revisions:
    """Everything that the adopted text changed.

    Attributes:
        draft: Clauses of the draft.
        final: Clauses of the adopted text.
        changed: The changes, in the order of the adopted text.
        stands: For the position of each clause of the draft whose words did not change its clause in the adopted text.
        homes: For each article of the draft the articles of the adopted text that its clauses went into.
    """

    draft: tuple[Clause, ...]
    final: tuple[Clause, ...]
    changed: tuple[Revision, ...]
    stands: dict[int, Clause]
    homes: dict[str, tuple[str, ...]]

    def touching(self, clause: Clause) -> list[Revision]:
        """Changes of one clause of the draft."""
        return [r for r in self.changed if clause in r.old]

    def within(self, article: str) -> list[Revision]:
        """Changes of an article of the draft, and what came into the article that it became."""
        homes = self.homes.get(article, ())
        return [r for r in self.changed if any(c.owner == article for c in r.old) or any(c.owner in homes for c in r.new)]

    @property
    def kept_share(self) -> float:
        """Share of the draft's clauses that the adopted text still has, changed or not."""
        gone = sum(len(r.old) for r in self.changed if not r.new)
        return 1 - gone / len(self.draft) if self.draft else 0.0


def _rewritten(changes: list[Revision], homes: dict[str, tuple[str, ...]]) -> list[Revision]:
    """Join a struck clause with one put in its stead: the same place of the article that its own became."""
    out = list(changes)
    for gone in [r for r in changes if not r.new and len(r.old) == 1]:
        old = gone.old[0]
        partner = next(
            (
                r
                for r in out
                if not r.old
                and len(r.new) == 1
                and r.new[0].owner in homes.get(old.owner, ())
                and (r.new[0].paragraph, r.new[0].item is None) == (old.paragraph, old.item is None)
                and old.item in (None, r.new[0].item)
            ),
            None,
        )
        if partner is not None and old.item is None:
            out[out.index(partner)] = Revision(gone.old, partner.new)
            out.remove(gone)
    return out


def revise(draft: Sequence[Clause], final: Sequence[Clause]) -> Revisions:
    """Compare the draft with the adopted text.

    Args:
        draft: Clauses of the draft, in order.
        final: Clauses of the adopted text, in order.

    Returns:
        What changed; shifted numbers of articles are no change.
    """
    changed, stands = [], {}
    homes: dict[str, dict[str, None]] = {}
    for change in align(draft, final):
        revision = Revision(tuple(draft[k] for k in change.old), tuple(final[k] for k in change.new))
        for old in revision.old:
            homes.setdefault(old.owner, {}).update(dict.fromkeys(new.owner for new in revision.new))
        if _bare(revision.before) == _bare(revision.after) and revision.new:
            stands.update(dict.fromkeys(change.old, revision.new[0]))
        else:
            changed.append(revision)
    settled = {article: tuple(found) for article, found in homes.items()}
    return Revisions(tuple(draft), tuple(final), tuple(_rewritten(changed, settled)), stands, settled)
