"""The cell that says who sent a comment: a name, a role, a nickname, or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from jietan.language.lexicon import sizes_by_first
from jietan.language.normalize import fold
from jietan.language.personal_honorifics import find_honorifics
from jietan.language.personal_masks import mask, mask_name
from jietan.language.personal_names import find_names, looks_like_name
from jietan.language.personal_numbers import apart, find_numbers, spell_out
from jietan.language.personal_signs import TITLES
from jietan.language.personal_surnames import COMPOUND, WORDLIKE, is_word, surname_length

__all__ = ["find_named", "is_anonymous", "names_in", "submitter_masked"]

_NOBODY = re.compile(
    r"(?:无|空|没有|未知|不详|不明|保密|佚名|无名氏?|无名|略|none|null|nan|n/?a|anonymous|unknown|匿名.*|.*匿名|不愿.*|不便.*|未署名.*|不署名.*|未具名.*|不具名|未留名|不留名|未填写?|未提供|未登记|隐名|化名"
    r"|网友|网民|市民|居民|群众|业主|村民|用户|游客|路人|热心市民|热心网友|热心群众|热心居民|一名?群众|一?[名位个](?:市民|居民|业主|网友|群众)|署名|签名|提交人|[-—/\\.。*?？_·]*)",
    re.I,
)
_UNNAMED = re.compile(r"某(?!某)")
_BRACKETS = re.compile(r"^[\[【（(「『<《“\"\s]+|[\]】）)」』>》”\"\s]+$")
_TOKEN = re.compile(r"[^\s,，、;；:：/（）()\[\]【】\-—_·•|]+")
_LONG_NUMBER = re.compile(r"\d{5,}")
_ROLE_END = frozenset(
    "员工者人主民师手商客友匠兵娘区市县镇村路厂店局队部科楼号族党级会社组班司院校所站处办室户院里苑园城湾岸口港桥渡道街儿们家妹哥姐爷婆公嫂叔伯姨妈爸仔佬控迷粉副"
)


_ROLES = frozenset("司机 房东 单位 农民 家长 租客 学生 经理 房客 管家 楼长 全体 安保 水电 平台 工会 华侨 门卫 别墅 路边 路人甲".split())


def is_anonymous(name: str | None) -> bool:
    """Return whether the cell names nobody: 匿名, 无, blank, 不愿透露, 网友 alone, 某业主.

    Args:
        name: The submitter's cell, or None.
    """
    plain = "" if name is None else fold(name)
    for _ in range(3):
        plain = _BRACKETS.sub("", plain)
    if _NOBODY.fullmatch(plain):
        return True
    return bool(_UNNAMED.search(plain)) and not _spans(plain)


def _is_name(token: str) -> bool:
    size = surname_length(token, 0)
    given = len(token) - size
    if (
        not size
        or given not in (1, 2)
        or token.startswith(TITLES, size)
        or not re.fullmatch(r"[一-鿿]+", token)
        or not looks_like_name(token)
    ):
        return False
    if size == 2:
        return True
    return not (token[-1] in _ROLE_END and (token[0] in WORDLIKE or is_word(token[-2:]))) and "的" not in token


def _could_be_name(token: str) -> bool:
    """Where one word is the whole cell, anything of a name's shape is masked (李四, 高兴), but for roles and titles."""
    size = surname_length(token, 0)
    shaped = bool(size) and len(token) - size in (1, 2) and re.fullmatch(r"[一-鿿]+", token) is not None
    return shaped and token[-1] not in _ROLE_END and token not in _ROLES and not find_honorifics(token)


def _name_in(token: str, *, last: bool) -> int:
    """Length of the name that a word of the cell is or begins with (祝清和律师), or 0; a place often comes first."""
    for title in TITLES:
        if token.endswith(title) and len(token) - len(title) >= 3 and _is_name(token[: -len(title)]):
            return len(token) - len(title)
    if not _is_name(token) or (not last and (len(token) < 3 or token[-1] in _ROLE_END)):
        return 0
    return len(token)


@lru_cache(maxsize=1 << 15)
def _spans(plain: str) -> tuple[tuple[int, int, str], ...]:
    found = [*find_numbers(spell_out(plain)), *find_names(plain, weigh=False), *find_honorifics(plain)]
    tokens = list(_TOKEN.finditer(plain))
    for at, token in enumerate(tokens, start=1):
        end = len(token[0]) if len(tokens) == 1 and _could_be_name(token[0]) else _name_in(token[0], last=at == len(tokens))
        if end:
            found.append((token.start(), token.start() + end, "name"))
    if len(tokens) > 1 and (tokens[-1][0] in COMPOUND or (len(tokens[-1][0]) == 1 and surname_length(plain, tokens[-1].start()))):
        found.append((*tokens[-1].span(), "surname"))
    found += [(*number.span(), "number") for number in _LONG_NUMBER.finditer(plain)]
    return tuple(sorted(found, key=lambda hit: (hit[2] == "number", hit[2] == "honorific", hit[0] - hit[1], hit)))


def _masked(kind: str, text: str) -> str:
    if kind == "surname":
        return "*"
    if kind == "number":
        return "*" * (len(text) - 2) + text[-2:]
    return mask_name(text) if kind == "name" else mask(kind, text)


def submitter_masked(name: str | None) -> str | None:
    """Mask the cell of the submitter so that it can be printed.

    Args:
        name: The cell as received, or None.

    Returns:
        None for a blank cell; otherwise the cell with names and long numbers masked. Nicknames and roles stay:
        柳港村 陶有田 → 柳港村 陶*田, 潮音里 张女士 → 潮音里 *女士, 物业企业 应诉专员 unchanged.
    """
    if name is None or not name.strip():
        return None
    text = name.strip()
    if is_anonymous(text):
        return text
    parts, at = [], 0
    for start, end, kind in apart(_spans(fold(text))):
        parts += [text[at:start], _masked(kind, text[start:end])]
        at = end
    return "".join(parts) + text[at:]


def names_in(cell: str | None) -> set[str]:
    """Return the people's names in the cell of the submitter that cannot be mistaken for everyday words."""
    if cell is None or is_anonymous(cell):
        return set()
    plain = fold(cell.strip())
    found = {plain[start:end] for start, end, kind in _spans(plain) if kind == "name"}
    return {name for name in found if 2 <= len(name) <= 4 and not is_word(name)}


@lru_cache(maxsize=2)
def _lookup(names: frozenset[str]) -> tuple[re.Pattern[str], dict[str, list[int]]]:
    """Where one of some names may begin, and how long names with this beginning are."""
    firsts, seconds = ("".join(map(re.escape, sorted({name[at] for name in names}))) for at in (0, 1))
    return re.compile(f"[{firsts}](?=[{seconds}])"), sizes_by_first(names)


def find_named(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Find names of known people in a text, the longest first at each place.

    Args:
        text: A comment.
        names: Names of the people who submitted comments, two to four characters each.

    Returns:
        Spans in order, without overlaps.
    """
    if not names:
        return []
    plain = fold(text)
    begins, sizes = _lookup(frozenset(names))
    found: list[tuple[int, int]] = []
    end = 0
    for begin in begins.finditer(plain):
        at = begin.start()
        size = next((n for n in sizes.get(plain[at], ()) if plain[at : at + n] in names), 0) if at >= end else 0
        if size:
            end = at + size
            found.append((at, end))
    return found
