"""A name found once is found again: elsewhere in the text, and in the list it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jietan.language.personal_numbers import Found
from jietan.language.personal_signs import IS_ROLE
from jietan.language.personal_surnames import CONNECTIVE, is_word, surname_length

__all__ = ["spread_names"]

_NO_GIVEN = frozenset(
    "叫的了吗呢吧啊我你您他她它这那哪是不没很就都也还又再才把被给让与跟且或及等着过得们么谁啥每各该此其个位村乡镇县市区网街巷屯厂店校局站组级班类某总工"
)
_NOT_ITEMS = frozenset("居委会 业委会 物业 社区 街道 城管 公安 消防 住建 单位 司机 保安 老人 小孩 学生 家长".split())
_ITEM_AFTER = re.compile(r"、\s?(?P<who>[一-鿿]{2,4})(?=[、,，。;；:：!！（(\s)）]|$|[和等都两四签不也是联共均]|[二三四五六七八九十]人)")
_ITEM_BEFORE = re.compile(r"(?:^|[、,，。;；:：（(\s]|[有是民主员表由和])(?P<who>[一-鿿]{2,4})、\s?$")


def _is_item(word: str) -> bool:
    """Whether a word beside a name in a list has the shape of one."""
    size = surname_length(word, 0)
    given = word[size:]
    if not size or len(given) not in (1, 2) or word in _NOT_ITEMS or set(given) & _NO_GIVEN:
        return False
    return not IS_ROLE.fullmatch(given) and not (word[0] in CONNECTIVE and is_word(word))


def _in_one_list(text: str, found: Iterable[Found]) -> list[Found]:
    """What stands in one list with names: 邢素芬、景行、戴安."""
    added: list[Found] = []
    todo = [(start, end) for start, end, _ in found]
    known = set(todo)
    while todo:
        start, end = todo.pop()
        near = [_ITEM_AFTER.match(text, end), _ITEM_BEFORE.search(text[max(0, start - 8) : start])]
        offset = max(0, start - 8)
        for match, shift in zip(near, (0, offset), strict=True):
            if match is None or not _is_item(match["who"]):
                continue
            span = (match.start("who") + shift, match.end("who") + shift)
            if not any(a < span[1] and span[0] < b for a, b in known):
                known.add(span)
                todo.append(span)
                added.append((*span, "name"))
    return added


def _again(text: str, found: Iterable[Found]) -> Iterator[Found]:
    """The same name elsewhere in the same text."""
    for name in sorted({text[start:end] for start, end, _ in found if end - start >= 3}):
        at = text.find(name)
        while at >= 0:
            yield at, at + len(name), "name"
            at = text.find(name, at + len(name))


def spread_names(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Find further places of names in a folded text.

    Args:
        text: Folded text.
        found: The names found by their own evidence.

    Yields:
        Candidates, which may overlap.
    """
    listed = _in_one_list(text, found) if "、" in text else []
    yield from listed
    yield from _again(text, [*found, *listed])
