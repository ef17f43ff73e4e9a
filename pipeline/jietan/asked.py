"""Asked: opinions with all that is known of them, where most of several point, and which of them tells it best."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement, islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from jietan.language.asks import Ask, read_ask
from jietan.language.cues import CUES
from jietan.language.normalize import fold
from jietan.linked import Link, draft_links
from jietan.parallel import numbered, spread
from jietan.tables import listed

__all__ = [
    "ASKING",
    "CHANGE",
    "CLARIFY",
    "DELETE",
    "KEEP",
    "NAMES_CHANGE",
    "Opinion",
    "Reason",
    "allows",
    "keeps_text",
    "read_asks",
    "read_opinions",
    "reasons_of",
    "surely_kept",
    "surely_struck",
    "target",
    "telling",
    "with_most",
]

_AS_IT_IS = re.compile(r"(?:不必|不用|不要|无需|别)再?(?:修改|改动|改|动)(?=[，。；！,;]|了|$)")
#: How much more a place counts that is named outright, and how much what else the theme is about.
_NAMED, _AROUND = 3.0, 0.5
#: A rule is missing where the mean probability of that is above this.
_ABSENT = 0.5
_ALLOWS = (
    (re.compile(r"(?:不应当?|不应该|不该|不宜|不要|别|不能|不必|不用)[^，。；,;]{0,4}(?:禁|限制|一刀切|一棍子|一竿子|一律)"), 1),
    (re.compile(r"(?:不应当?|不应该|不该|不能|不得|不许|不准|不宜|不要|别)[^，。；,;]{0,3}(?:允许|准许|准予|同意|放开|放行|放宽)"), -1),
    (re.compile(r"允许|准许|准予|放开|放行|放宽|网开一面"), 1),
    (re.compile(r"禁止|严禁|不得|不许|不准"), -1),
)
_HEARD = 40  # so many of a large group are compared with each other
_ENOUGH = 2  # words that ask, beyond which one that asks is not more telling
_SURE = 0.5
#: Grounds of fewer or more letters are not quoted.
_QUOTABLE = (8, 120)
#: Opinions that a process reads at a time.
_TEXTS = 1000
_NAMED_PLACE = re.compile(r"第?[0-9零一二三四五六七八九十百]+[条款项]|[这该本此那][一]?[条款项个]|规定|限制|要求|条款|内容")
_NEAR = 8
_DENIES = re.compile(
    r"权力?[^，。；]{0,4}不能|(?:没有?|无|不给|别给|不能给|收回)[^，。；]{0,6}权|不可以|不能[^，。；]{0,4}[给让]|别让|轮不到"
)
ASKING = ("suggest", "hope", "please_rule", "should", "must_not", "change_to", "delete", "add", "clarify", "allow")
NAMES_CHANGE = ("suggest", "hope", "please_rule", "should", "change_to", "number_ask", "keep", "must", "better", "oppose")
KEEP, DELETE, CLARIFY, CHANGE = "保留", "删除", "释明", "修改"


class Opinion(NamedTuple):
    """One opinion with all that the stages before found out about it.

    Attributes:
        opinion_id: Its id.
        comment_id: Its comment.
        text: Its words.
        kind: Kind.
        stance: Stance.
        operation: Operation.
        unit_id: Its unit of the same ask.
        ask: Its guarded features.
        links: Its links to the draft, the likeliest first.
        absence: Probability that the draft has no such rule as it asks for.
        clean: Whether it holds no personal data.
    """

    opinion_id: str
    comment_id: str
    text: str
    kind: str
    stance: str
    operation: str
    unit_id: str
    ask: Ask
    links: Sequence[Link]
    absence: float
    clean: bool

    @property
    def plain(self) -> str:
        """Its words in simplified characters and plain marks, offsets unchanged."""
        return fold(self.text)

    @property
    def link(self) -> Link | None:
        """Its likeliest link to the draft, or None."""
        return self.links[0] if len(self.links) else None


def keeps_text(text: str) -> bool:
    """Say whether words ask to leave the text alone."""
    return _AS_IT_IS.search(text) is not None


def target(part: list[Opinion], around: Mapping[str, float] | None = None) -> Link | None:
    """Find the article that opinions point at.

    Args:
        part: The opinions; equal words count once, and an article named outright counts for more than one inferred.
        around: Article to its share among what else is said in the theme; it decides where the opinions are not sure.

    Returns:
        A link to the article, with the place in it that most name; None where most ask for a rule that the draft does not
        have and do not name the article where it should stand.
    """
    said = list({o.text: o for o in part}.values())
    named = sum(link.basis == "explicit" for o in said for link in o.links[:1])
    if sum(o.absence for o in said) > _ABSENT * len(said) and 2 * named < len(said):
        return None
    weight: defaultdict[str, float] = defaultdict(float)
    for o in said:
        for link in o.links:
            weight[link.article] += link.confidence * (_NAMED if link.basis == "explicit" else 1)
    if not weight:
        return None
    for article, share in (around or {}).items():
        if article in weight:
            weight[article] += _AROUND * share
    best = min(weight, key=lambda a: (-round(weight[a], 6), a))
    rows = [link for o in part for link in o.links if link.article == best]
    first = [link for link in rows if link.rank == 1] or rows
    places = Counter((link.paragraph, link.item) for link in first)
    (paragraph, item), _ = min(places.items(), key=lambda p: (-p[1], str(p[0])))
    return first[0]._replace(paragraph=paragraph, item=item)


def telling(part: list[Opinion], near: Mapping[str, float]) -> list[Opinion]:
    """Order the members: the most central first, those that ask in so many words helped, fragments and personal data held back.

    Args:
        part: The members.
        near: How near each is to the middle of them.
    """

    def worth(o: Opinion) -> float:
        asks = sum(1 for _ in islice((name for name in ASKING if CUES[name].search(o.text)), _ENOUGH))
        size = len(o.text.strip("，。；、！？ \n"))
        return near[o.opinion_id] + 0.1 * asks + 0.1 * (o.kind == "建议") - 0.3 * (size < 8) - 0.1 * (size > 60) - (not o.clean)

    return sorted(part, key=lambda o: (-round(worth(o), 6), o.opinion_id))


def _read_asks(texts: Sequence[str]) -> list[Ask]:
    return [read_ask(text) for text in texts]


def read_asks(texts: Sequence[str]) -> list[Ask]:
    """Read the guarded features of opinions; those that are equal are read once, many of them by several processes."""
    distinct, places = numbered(texts)
    found = spread(_read_asks, distinct, "读懂诉求", _TEXTS)
    return [found[place] for place in places]


def _interned(values: pd.Series[Any]) -> list[Any]:
    """The words of a column, equal ones as one string; None where there is none."""
    codes, words = pd.factorize(values)
    known = [*words.tolist(), None]
    return [known[code] for code in codes.tolist()]


def _clean(spans: pd.DataFrame, pii: pd.DataFrame) -> list[bool]:
    """Say of each opinion whether it holds no personal data."""
    personal: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for c, a, b in listed(pii, "comment_id", "start", "end"):
        personal[c].append((a, b))
    places = listed(spans, "comment_id", "start", "end")
    return [not any(a < end and b > start for a, b in personal.get(c, ())) for c, start, end in places]


def read_opinions(spans: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Opinion]:
    """Join the tables ``labels``, ``membership``, ``links``, ``gaps`` and ``pii`` to the spans."""
    opinions = pd.Index(spans["opinion_id"])
    wanted = (("labels", ["kind", "stance", "operation"]), ("membership", ["unit_id"]), ("gaps", ["absence"]))
    labels, units, gaps = (tables[name].set_index("opinion_id")[columns].loc[opinions] for name, columns in wanted)
    columns = zip(
        opinions.tolist(),
        _interned(spans["comment_id"]),
        texts := _interned(spans["text"]),
        *(_interned(labels[name]) for name in labels),
        _interned(units["unit_id"]),
        read_asks(texts),
        draft_links(tables["links"], opinions),
        gaps["absence"].astype(float).tolist(),
        _clean(spans, tables["pii"]),
        strict=True,
    )
    return [Opinion(*told) for told in columns]


class Reason(NamedTuple):
    """Grounds that are given for an ask, without personal data."""

    opinion_id: str
    comment_id: str
    text: str


def reasons_of(spans: pd.DataFrame, kinds: np.ndarray[Any, Any], pii: pd.DataFrame) -> dict[str, list[Reason]]:
    """Find the grounds that stand nearest to each ask in its comment.

    Args:
        spans: Opinions' spans.
        kinds: Kind of each.
        pii: The table ``pii``.

    Returns:
        The grounds of each ask that has any short enough to be quoted and without personal data, in order.
    """
    comments, starts = pd.factorize(spans["comment_id"])[0], spans["start"].to_numpy(np.int64)
    wide = int(starts.max(initial=0)) + 1
    places, grounds = comments * wide + starts, kinds == "理由"
    asks, reasons = np.flatnonzero(~grounds), np.flatnonzero(grounds & spans["text"].str.len().between(*_QUOTABLE).to_numpy())
    reasons = reasons[_clean(spans.iloc[reasons], pii)]
    if not len(asks):
        return {}
    asks, reasons = (rows[np.argsort(places[rows], kind="stable")] for rows in (asks, reasons))
    own, said = places[asks], places[reasons]
    # of the asks that start before the grounds and behind them the nearer one, of those with one start the first
    behind = np.searchsorted(own, said)
    before = np.searchsorted(own, own[np.maximum(behind - 1, 0)])
    behind = np.minimum(behind, len(own) - 1)
    far = [np.where(own[at] // wide == said // wide, np.abs(own[at] - said), wide) for at in (before, behind)]
    known = np.flatnonzero(np.minimum(*far) < wide)
    nearest = asks[np.where(far[0] <= far[1], before, behind)[known]]
    found: dict[str, list[Reason]] = defaultdict(list)
    told = listed(spans.iloc[reasons[known]], *Reason._fields)
    for ask, reason in zip(spans["opinion_id"].iloc[nearest].tolist(), told, strict=True):
        found[ask].append(Reason(*reason))
    return found


def surely_struck(part: list[Opinion], provision: str) -> bool:
    """Say whether most ask in so many words to delete the very provision, or deny the power that it gives."""
    gives = provision.count("可以") == 1
    sure = [
        o
        for o in part
        if (_strikes(o.plain, provision) or (gives and _DENIES.search(o.plain)))
        and (link := o.link)
        and (link.basis == "explicit" or link.confidence >= _SURE)
    ]
    return 2 * len(sure) >= len(part)


def _strikes(text: str, provision: str) -> bool:
    """Say whether words ask to strike the provision: what stands beside 删 or 去掉 names it or is in it; 再去掉周末 is not."""
    for match in CUES["delete"].finditer(text):
        beside = text[match.end() : match.end() + _NEAR] + "\n" + re.split(r"[，。；！？,;]", text[: match.start()])[-1]
        if _NAMED_PLACE.search(text) or any(beside[k : k + 2] in provision for k in range(len(beside) - 1)):
            return True
        if not re.match(r"\w", text[match.end() : match.end() + 1]):
            return True
    return False


def surely_kept(part: list[Opinion]) -> bool:
    """Say whether most members ask in so many words to keep the text."""
    return 2 * sum(CUES["support"].search(o.text) is not None or CUES["keep"].search(o.text) is not None for o in part) >= len(part)


def allows(text: str) -> int:
    """Say whether words ask to allow (1) or to forbid (-1) something, or neither (0); a denied ban allows.

    Args:
        text: Folded words.
    """
    for pattern, side in _ALLOWS:
        if pattern.search(text):
            return side
    return 0


def _against(opinions: list[Opinion]) -> dict[str, int]:
    """How many of some opinions each of them opposes; equal words are compared once."""
    _, kinds = numbered(o.text for o in opinions)
    often = Counter(kinds)
    ask_of = {kind: o.ask for kind, o in zip(kinds, opinions, strict=True)}
    against = dict.fromkeys(ask_of, 0)
    for a, b in combinations_with_replacement(ask_of, 2):
        if ask_of[a].opposes(ask_of[b]):  # on which of the two it is asked makes no difference
            against[a] += often[b]
            if a != b:
                against[b] += often[a]
    return {o.opinion_id: against[kind] for kind, o in zip(kinds, opinions, strict=True)}


def with_most(members: list[Opinion]) -> list[Opinion]:
    """Put last those who speak against most of the others; what they say is not what the members ask.

    Args:
        members: Opinions, the most telling first.
    """
    head = members[:_HEARD]
    against = _against(head)
    side = sum(allows(o.plain) for o in head)

    def apart(o: Opinion) -> bool:
        return 2 * against.get(o.opinion_id, 0) > len(head) or (abs(side) > 1 and allows(o.plain) * side < 0)

    return sorted(members, key=apart)
