"""Personal data in what residents write: who, where, how to reach them; and the masks that stand in for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jietan.language.normalize import fold
from jietan.language.personal_address import find_addresses
from jietan.language.personal_honorifics import find_honorifics
from jietan.language.personal_masks import mask
from jietan.language.personal_names import find_names
from jietan.language.personal_numbers import Found, apart, find_numbers, spell_out
from jietan.language.personal_submitter import find_named, is_anonymous, names_in, submitter_masked

__all__ = ["PersonalSpan", "find_named", "find_personal", "is_anonymous", "names_in", "submitter_masked"]

# Zero-width and direction marks, which may stand inside a number and are not seen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# Where two spans of one length meet, the more specific type wins.
_ORDER = (
    "email",
    "id_card",
    "credit_code",
    "bank_card",
    "phone",
    "plate",
    "wechat",
    "qq",
    "document",
    "address",
    "name",
    "honorific",
)


@dataclass(frozen=True, order=True)
class PersonalSpan:
    """One piece of personal data.

    Attributes:
        start: Offset of its first code point.
        end: Offset behind its last code point.
        type: name, honorific, phone, id_card, bank_card, email, wechat, qq, address, plate, credit_code or document.
        masked: What to print instead.
    """

    start: int
    end: int
    type: str
    masked: str


def _without_overlaps(found: Iterable[Found]) -> list[Found]:
    """Keep the longest of what overlaps; a form of address gives way to a full name."""

    def rank(hit: Found) -> tuple[bool, int, int, int]:
        start, end, kind = hit
        return kind == "honorific", start - end, _ORDER.index(kind), start

    return apart(sorted(set(found), key=rank))


def find_personal(text: str, named: Iterable[tuple[int, int]] = ()) -> list[PersonalSpan]:
    """Find personal data in one text.

    Offices, companies, streets as the place of a problem, statutes, amounts and dates are not personal.

    Args:
        text: Any text, as received.
        named: Where names stand that are known from elsewhere.

    Returns:
        Spans in order, without overlaps, with offsets in code points of ``text``.
    """
    seen = [at for at, char in enumerate(text) if not _UNSEEN.match(char)] if _UNSEEN.search(text) else None
    plain = fold(text if seen is None else _UNSEEN.sub("", text))
    found = [*find_numbers(spell_out(plain)), *find_addresses(plain), *find_names(plain), *find_honorifics(plain)]
    if seen is not None:
        found = [(seen[start], seen[end - 1] + 1, kind) for start, end, kind in found]
    found += [(start, end, "name") for start, end in named]
    return [PersonalSpan(start, end, kind, mask(kind, _UNSEEN.sub("", text[start:end]))) for start, end, kind in _without_overlaps(found)]
