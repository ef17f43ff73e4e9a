"""Concerns: what safety or livelihood words an opinion names, and which small groups it speaks for."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from jietan.grounds import nearest_asks
from jietan.language.normalize import fold
from jietan.language.numerals import parse_number
from jietan.parallel import numbered, spread
from jietan.resources import corpus_path

__all__ = ["Concerns", "Heard", "hear", "load_concerns", "speakers", "spoken_texts"]

T = TypeVar("T")

_FILES = ("lexicon/concerns.tsv", "lexicon/groups.tsv")
_LEVELS = {"安全": 1.0, "民生": 0.7}
_CLAUSES = re.compile(r"[，。；！？、,;!?\n]")
_BLAME = re.compile("罚|禁止|不得|不准|不许|不让|不允许|取缔|严惩|严查|查处|整治|整顿|扣分|拉黑|没收|拘留|乱|闯|扰民|违法|违规|违章")
_SELF = re.compile(r"(?:我是|我们是|我也是|本人是|本人|作为|身为|我们|咱们|我家|家里有?|我这个|我一个)[^，。；！？\n]{0,8}$")
_AGE = re.compile(r"([0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])[来多几]?周?岁")
#: Texts that a process reads at a time.
_TEXTS = 2000
_OLD, _YOUNG = ("老年人", range(60, 116)), ("未成年人", range(0, 18))


def _rows(name: str) -> list[list[str]]:
    with corpus_path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(fold(t)) for t in sorted(set(terms), key=lambda t: (-len(t), t))))


class Heard(NamedTuple):
    """What is heard in a text.

    Attributes:
        words: Words of safety and livelihood that it names, gravest first.
        groups: Groups that it speaks for.
    """

    words: tuple[str, ...]
    groups: frozenset[str]


class Concerns:
    """Reads safety and livelihood words and small groups in what residents say.

    Args:
        terms: Term to its kind, 安全 or 民生.
        groups: Term to the group it names.
    """

    def __init__(self, terms: Mapping[str, str], groups: Mapping[str, str]) -> None:
        """Compile the words."""
        self._kinds = {fold(t): k for t, k in terms.items()}
        self._groups = {fold(t): g for t, g in groups.items()}
        self._term, self._member = _pattern(terms), _pattern(groups)
        self.fingerprint = hashlib.sha256(repr((sorted(terms.items()), sorted(groups.items()))).encode()).hexdigest()

    def grave(self, text: str) -> tuple[float, list[str]]:
        """Say how grave what a text names is (1 safety, 0.7 livelihood, 0 neither), and the words, gravest first."""
        words = self._named(fold(text))
        return self.degree(words), words

    def degree(self, words: Sequence[str]) -> float:
        """Say how grave words of safety and livelihood are, the gravest first."""
        return _LEVELS[self._kinds[words[0]]] if words else 0.0

    def spoken_for(self, text: str) -> frozenset[str]:
        """Name the groups a text speaks for.

        A clause that blames (asks for fines, complains of offences) speaks for nobody, unless the speaker counts himself in.
        """
        return self.hear(text).groups

    def hear(self, text: str) -> Heard:
        """Read the grave words of a text and whom it speaks for."""
        folded = fold(text)
        speaker, named = self._people(folded)
        return Heard(tuple(self._named(folded)), frozenset(speaker | named))

    def speaker(self, text: str) -> frozenset[str]:
        """Name the groups that the speaker of a text or a member of the family belongs to."""
        return frozenset(self._people(fold(text))[0])

    def _people(self, folded: str) -> tuple[set[str], set[str]]:
        """The groups of the speaker, and those that a text names without blame."""
        speaker, named = set[str](), set[str]()
        named_any = self._member.search(folded)
        if not named_any and "我" not in folded and "本人" not in folded:
            return speaker, named
        clauses = _CLAUSES.split(folded)
        for clause in clauses if named_any else ():
            members = [(self._groups[m.group()], m.start()) for m in self._member.finditer(clause)]
            speaker |= {group for group, start in members if _SELF.search(clause[:start])}
            if members and not _BLAME.search(clause):
                named |= {group for group, _ in members}
        for clause in clauses:
            if clause.startswith(("我", "本人")):
                speaker |= self._aged(clause)
        return speaker, named

    def _named(self, folded: str) -> list[str]:
        found = dict.fromkeys(self._term.findall(folded))
        return sorted(found, key=lambda t: -_LEVELS[self._kinds[t]])

    @staticmethod
    def _aged(clause: str) -> set[str]:
        ages = {int(parse_number(m.group(1))) for m in _AGE.finditer(clause)}
        return {group for group, span in (_OLD, _YOUNG) if any(age in span for age in ages)}


@lru_cache(maxsize=1)
def load_concerns() -> Concerns:
    """Return the words that ship."""
    return Concerns({t: k for t, k in _rows(_FILES[0])}, {t: g for g, t in _rows(_FILES[1])})


def _read(texts: Sequence[str], read: Callable[[str], T]) -> list[T]:
    return [read(text) for text in texts]


def _read_once(texts: Sequence[str], read: Callable[[str], T]) -> list[T]:
    """Read texts; those that are equal are read once, many of them by several processes."""
    distinct, places = numbered(texts)
    found = spread(partial(_read, read=read), distinct, "读出涉及的人群", _TEXTS)
    return [found[place] for place in places]


def hear(texts: Sequence[str], words: Concerns) -> list[Heard]:
    """Read the grave words of texts and whom they speak for."""
    return _read_once(texts, words.hear)


def speakers(texts: Sequence[str], words: Concerns) -> list[frozenset[str]]:
    """Name for each text the groups that its speaker belongs to."""
    return _read_once(texts, words.speaker)


def spoken_texts(texts: Sequence[str], comments: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Return the words of every opinion with those of the grounds that go with it.

    Args:
        texts: Words of the opinions in reading order.
        comments: Their comments.
        kinds: Their kinds.
    """
    out = [*texts]
    for row, owner in enumerate(nearest_asks(comments, kinds)):
        if owner != row:
            out[owner] += "\n" + texts[row]
    return out
