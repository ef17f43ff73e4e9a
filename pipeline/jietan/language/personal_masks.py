"""Masks: what stands in an export instead of personal data, readable and of the same kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from jietan.language.normalize import fold
from jietan.language.personal_surnames import COMPOUND, surname_length

__all__ = ["digits_of", "mask", "mask_name"]

_CHINESE_DIGITS = str.maketrans("零〇○一幺二三四五六七八九", "0001123456789")
_PLACE_NUMBER = re.compile(
    r"[0-9A-Za-z甲乙丙丁]*\d[0-9A-Za-z]*|[A-Za-z](?=号?[楼栋幢座])"
    r"|[零〇一二两三四五六七八九十百]+(?=号|室|房|户|单元|栋|幢|座|弄|层|楼|门|梯|组|队|排|期|区|支弄)"
)

_BUILDING = re.compile(r"号?[楼栋幢座]")


def digits_of(text: str) -> str:
    """Return the digits and letters of a number: folded, Chinese digits read, separators dropped."""
    return re.sub(r"[^0-9A-Za-z]", "", fold(text).translate(_CHINESE_DIGITS))


def _middle(text: str, head: int, tail: int) -> str:
    """Star everything between the first ``head`` and the last ``tail`` characters; short texts lose more."""
    if len(text) < head + tail + 3:
        head, tail = min(head, 1), 0
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_name(name: str) -> str:
    """Mask a full name: 张祥 → 张*, 张小祥 → 张*祥, 闻人杏 → 闻人*, 欧阳小祥 → 欧阳**."""
    if fold(name)[:2] in COMPOUND and len(name) > 2:
        return name[:2] + "*" * (len(name) - 2)
    if len(name) <= 2 or any(char.isspace() for char in name):
        return name[:1] + "*"
    if len(name) == 3 and surname_length(fold(name), 0):
        return name[0] + "*" + name[2]
    return name[0] + re.sub(r"[^·•.]", "*", name[1:])


def _mask_honorific(text: str) -> str:
    if text[0] in "老小阿大" and len(text) == 2:
        return text[0] + "*"
    size = 2 if fold(text)[:2] in COMPOUND and len(text) > 3 else 1
    return "*" + text[size:]


def _mask_phone(text: str) -> str:
    digits = digits_of(text)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return _middle(digits, 3, 4) if len(digits) >= 10 else _middle(digits, 1, 2)


def _mask_email(text: str) -> str:
    plain = fold(text)
    at = max(plain.rfind("@"), plain.rfind("#"))
    if at < 1:
        return plain[:1] + "***"
    return text[0] + "***" + "@" + plain[at + 1 :].strip()


def _mask_plate(text: str) -> str:
    head = re.match(r"[^\x00-\x7f]*[A-Za-z]?", text)
    start = head.end() if head else 0
    body = digits_of(text[start:])
    return text[:start] + "*" * max(1, len(body) - 2) + body[-2:] if len(body) > 3 else text[:start] + "***"


def _mask_address(text: str) -> str:
    """Star every number but the building's, which many live in; a building that ends the address is starred too."""
    plain, out, at = fold(text), "", 0
    for found in _PLACE_NUMBER.finditer(plain):
        if (building := _BUILDING.match(plain, found.end())) and _PLACE_NUMBER.search(plain, building.end()):
            continue
        out += text[at : found.start()] + "*"
        at = found.end()
    return out + text[at:]


_SHAPES: dict[str, Callable[[str], str]] = {
    "id_card": lambda text: _middle(digits_of(text), 6, 4),
    "bank_card": lambda text: _middle(digits_of(text), 4, 4),
    "credit_code": lambda text: _middle(digits_of(text), 4, 4),
    "document": lambda text: _middle(digits_of(text), 1, 2),
    "phone": _mask_phone,
    "email": _mask_email,
    "plate": _mask_plate,
    "address": _mask_address,
    "wechat": lambda text: text[0] + "***",
    "qq": lambda text: text[0] + "***",
    "name": mask_name,
    "honorific": _mask_honorific,
}


def mask(kind: str, text: str) -> str:
    """Mask one span.

    Args:
        kind: Its type: name, honorific, phone, id_card, bank_card, email, wechat, qq, address, plate, credit_code, document.
        text: The words themselves, as received.

    Returns:
        A text that tells what stood there and no longer whom it names: 张*祥, 199****0001, 沿河苑2幢*单元*室.
    """
    return _SHAPES[kind](text)
