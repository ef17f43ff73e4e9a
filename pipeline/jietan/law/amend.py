"""Amend: the smallest change of a provision's text that states a demand, where that can be done exactly."""

from __future__ import annotations

import re

from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities, format_number, format_percent

__all__ = ["change_amounts", "change_modality"]

_KINDS = dict.fromkeys(("日", "周", "个月", "年", "小时"), "期限")
_MODALITIES = ("可以", "应当", "鼓励", "引导", "不得", "禁止", "必须")
_ANY = "|".join(_MODALITIES)
_REPLACE = re.compile(
    rf"[“\"「『]?(?P<old>{_ANY})[”\"」』]?[^。；]{{0,12}}?(?:改为|改成|修改为|换成|变为|变成)[“\"「『]?(?P<new>{_ANY})"
)
_ONLY_NEW = re.compile(r"(?:改为|改成|修改为|换成|写死|要写|写成)[“\"「『]?(?P<new>应当|不得|必须)")


def _written(old: Quantity, new: Quantity) -> str | None:
    """Write an amount the way the provision writes its own, in Chinese numerals (立法技术规范（一）11)."""
    value = new.value
    if old.unit != new.unit:
        return format_number(value) + new.unit if value == round(value, 2) else None
    if old.unit == "%":
        return format_percent(value / 100)
    digits = re.match(r"[0-9零〇一二两三四五六七八九十百千万亿.点]+", fold(old.text))
    if digits is None:
        return None
    tail = old.text[digits.end() :]
    if old.unit == "元" and "万" in digits.group() and value % 10000:
        tail = tail.replace("万", "")
    own = find_quantities(old.text)
    scale = 1.0
    if own and old.value:
        number = find_quantities(f"{digits.group()}个")
        scale = old.value / number[0].value if number and number[0].value else 1.0
    plain = value / scale
    if plain != round(plain, 4):
        return None
    return format_number(plain) + tail


def change_amounts(original: str, demand: str) -> str | None:
    """Put the demanded amounts in the place of the provision's own.

    Args:
        original: Text of the provision.
        demand: The resident's words.

    Returns:
        The new text; None unless the demand names, for exactly one kind of amount (a unit, or any length of time), as many
        amounts that are not the provision's own as the provision has.
    """
    present, wanted = find_quantities(original), find_quantities(demand)
    choices = []
    for kind in sorted({_KINDS.get(q.unit, q.unit) for q in wanted}):
        old = [q for q in present if _KINDS.get(q.unit, q.unit) == kind]
        known = {(q.unit, q.value) for q in old}
        fresh = [q for q in wanted if _KINDS.get(q.unit, q.unit) == kind and (q.unit, q.value) not in known]
        distinct = len({q.value for q in fresh}) == len(fresh) and [q.value for q in fresh] == sorted(q.value for q in fresh)
        if old and len(fresh) == len(old) and (distinct or (kind == "时" and len({q.value for q in fresh}) == len(fresh))):
            choices.append((old, fresh))
    if len(choices) != 1:
        return None
    text = original
    for old_amount, new_amount in reversed(list(zip(*choices[0], strict=True))):
        written = _written(old_amount, new_amount)
        if written is None:
            return None
        text = text[: old_amount.start] + written + text[old_amount.end :]
    return text if text != original else None


def change_modality(original: str, demand: str) -> str | None:
    """Replace one modal word where the demand names the change, as in 把“可以”改为“应当”.

    Args:
        original: Text of the provision.
        demand: The resident's words.

    Returns:
        The new text; None unless the old word stands exactly once in the provision.
    """
    plain = fold(demand)
    match = _REPLACE.search(plain)
    if match:
        old, new = match["old"], match["new"]
    else:
        only = _ONLY_NEW.search(plain)
        quoted = re.search(r"[“\"「『](可以|鼓励|引导)[”\"」』]", plain)
        if only is None or quoted is None:
            return None
        old, new = quoted[1], only["new"]
    if old == new or original.count(old) != 1:
        return None
    return original.replace(old, new)
