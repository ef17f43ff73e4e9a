"""Names of other languages written in Chinese characters: 买买提江·玉素甫, 次仁旺堆, 沃克·詹姆斯先生."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.personal_fields import SOUNDS, sounds_foreign
from jietan.language.personal_numbers import Found

__all__ = ["find_foreign"]

_SOUND = f"[{''.join(sorted(SOUNDS))}]"
_TRANSLITERATED = re.compile(rf"{_SOUND}{{2,6}}(?:[·•](?:(?!和|夫[妻妇]){_SOUND}|不){{2,6}}){{1,2}}")
_SOUNDS_ON = rf"(?:(?!和|夫[妻妇]){_SOUND})"
_MINORITY = re.compile(rf"(?P<first>{_SOUND}[一-鿿]{{0,2}}{_SOUND}?)[·•](?P<last>{_SOUNDS_ON}{{2,6}})")
_DOTTED = re.compile(r"(?<![一-鿿])[一-鿿]{1,5}[·•][一-鿿]{1,6}?(?=先生|女士|老师|同志|医生|教授|夫妇)")
_SOUNDS_SAID = re.compile(
    rf"(?<=[员民工师家长友商贩胞族人])(?P<who>{_SOUND}{{3,6}})"
    rf"(?:(?=[^一-鿿]|$|[说在是的住]|反映|认为)|(?<={_SOUND}{{4}})(?!{_SOUND}))"
)
_FOREIGN_TITLED = re.compile(
    rf"(?<![一-鿿])(?P<who>{_SOUND}{{3,6}})"
    r"(?=大叔|大爷|大妈|大哥|师傅|代表|委员|老师|医生|书记|主任|律师|先生|女士|同志|说:)"
)


def find_foreign(text: str) -> Iterator[Found]:
    """Find names of other languages in a folded text.

    Yields:
        Candidates, which may overlap.
    """
    if "·" in text or "•" in text:
        yield from ((*match.span(), "name") for match in _DOTTED.finditer(text))
        yield from ((*match.span(), "name") for match in _MINORITY.finditer(text) if sounds_foreign(match["first"] + match["last"]))
        yield from ((*match.span(), "name") for match in _TRANSLITERATED.finditer(text))
    for pattern in (_SOUNDS_SAID, _FOREIGN_TITLED):
        yield from ((*match.span("who"), "name") for match in pattern.finditer(text) if sounds_foreign(match["who"]))
