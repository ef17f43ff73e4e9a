"""Proposals: one text for what several people ask of one provision, or a 立法要点 where no sound text can be drafted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from jietan.language.cues import is_term
from jietan.language.numerals import Quantity, find_quantities, format_item
from jietan.language.segment import content_words
from jietan.language.units import in_days, same_amount
from jietan.law.amend import Change, apply, changes, pieces, strike
from jietan.law.demands import Demand, Part, is_written, read_demands
from jietan.law.outline import items
from jietan.law.style import lint_text
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["Proposal", "Provision", "Voice", "Vote", "add", "change", "define", "delete", "keep", "point", "votes"]

_QUOTE = re.compile(r"[“\"「『]([^“”\"「」『』]{1,40})[”\"」』]")
_MOST_ALIKE = 0.6
_MOST_SAID = 0.45
_AMOUNTS = re.compile(r"[0-9零一二三四五六七八九十百千万两半]+个?(?:工作日|小时|[年月日天元米次辆户%])")
_COMMON = frozenset(
    (
        "之内 以内 以后 之后 罚款 上限 下限 提到 提高到 降到 放宽到 规定 时间 期限 太长 太短 太轻 太重 "
        "提高 降低 缩短 延长 应当 应该 建议 改为 改成 起码 至少 最多 不够 可以 必须"
    ).split()
)
_LISTED = re.compile(r"(?:禁止|不得)[^。：]{0,12}(?:下列|以下)[^。：]{0,12}：")
_MEANING = re.compile(r"(?:定义|界定|明确)为[“「『](?P<sense>[^“”「」『』]{6,60}?)[。]?[”」』]")
_PERMITS = re.compile(r"允许|准许|准予|禁止|限制")
_TERM, _FIRST, _HALF_DAY = 12, 2, 12
_WEEK = 7 / 5
_TWO = 2  # so many at least name a change that three or more are said to ask for
_FAIR = 4  # a change is drafted where at least one in so many of those who ask names it


@dataclass(frozen=True)
class Voice:
    """One opinion: its id, its words, and whether they may be quoted."""

    opinion_id: str
    text: str
    clean: bool = True


@dataclass(frozen=True)
class Provision:
    """The text that a suggestion changes.

    Attributes:
        text: The 款 or 项, or the whole article.
        label: Its place as 第十二条第二款第一项.
        law: Name of the draft.
        item: Whether ``text`` is a 项.
    """

    text: str
    label: str
    law: str
    item: bool = False


@dataclass(frozen=True)
class Vote:
    """The change that one opinion names.

    Attributes:
        voice: Whose.
        made: The replacements.
        key: Equal for changes that say the same, whatever unit they measure time in.
        line: Equal for changes that go the same way at the same place: another number, but more or less alike.
    """

    voice: Voice
    made: tuple[Change, ...]
    key: tuple[tuple[int, int, str], ...]
    line: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Proposal:
    """A text and what it rests on.

    Attributes:
        text: The proposed text; empty for a deletion.
        drafted: Whether it is a text to paste; otherwise it is a 立法要点.
        operation: 修改, 删除, 增加, 保留 or whatever was asked.
        pieces: The text in order, each piece with its source.
        leaders: Opinions that state it.
        key: Equal for proposals that say the same of one provision.
        note: Where an addition goes, in words; else empty.
    """

    text: str
    drafted: bool
    operation: str
    pieces: tuple[Piece, ...]
    leaders: tuple[str, ...] = ()
    key: tuple[object, ...] = field(default=())
    note: str = ""


def _sound(text: str, original: str, law: str) -> bool:
    """Say whether a text has no error of drafting that the provision does not have itself."""
    if not text.strip() or re.search(r"[，、；：][，、；。]|。[，、；。]", text.replace(original, "")):
        return False
    known = {(f.rule, original[f.start : f.end]) for f in lint_text(original, title=law) if f.severity == "error"} if original else set()
    return all(f.severity != "error" or (f.rule, text[f.start : f.end]) in known for f in lint_text(text, title=law))


def _same(change_: Change) -> tuple[int, int, str]:
    found = find_quantities(change_.words)
    days = in_days(found[0]) if len(found) == 1 else None
    return (change_.start, change_.end, change_.words if days is None else f"{days:g}日")


def _length(quantity: Quantity) -> float | None:
    """Days of a length of time, a week of five working days as seven; only to tell longer from shorter."""
    return quantity.value * _WEEK if quantity.unit == "工作日" else in_days(quantity)


def _way(made: Change, original: str) -> str:
    """Whether a change asks for more or for less; its words where it is no amount."""
    old, new = find_quantities(original[made.start : made.end]), find_quantities(made.words)
    if len(old) != 1 or len(new) != 1:
        return made.words
    before, after = _length(old[0]), _length(new[0])
    if before is None or after is None:
        if old[0].unit != new[0].unit or old[0].unit == "日期":
            return _same(made)[2]
        before, after = old[0].value, new[0].value
    if old[0].unit == "时":
        after = before + (after - before + _HALF_DAY) % (2 * _HALF_DAY) - _HALF_DAY
    return "more" if after > before else "less"


def _elsewhere(text: str, provision: str) -> bool:
    """Say whether an opinion speaks of other things than the provision: it has words of its own, none of them there."""
    words = {w for w in content_words(_AMOUNTS.sub("", text)) if is_term(w) and w not in _COMMON}
    own = find_quantities(provision)
    if any(same_amount(said, q) for said in find_quantities(text) for q in own):
        return False
    return len(words) > 1 and not any(w in provision or w[:2] in provision or w[-2:] in provision for w in words)


def votes(provision: Provision, voices: Sequence[Voice], vocabulary: Vocabulary) -> list[Vote]:
    """Find the change that each opinion names, the most explicit where it names several.

    Args:
        provision: The text that they ask to change.
        voices: Opinions.
        vocabulary: Words of the draft.

    Returns:
        At most one vote for each opinion; a change that makes an unsound text is none.
    """
    out: list[Vote] = []
    known: dict[tuple[Change, ...], bool] = {}
    for voice in voices:
        elsewhere = _elsewhere(voice.text, provision.text)
        for made in changes(provision.text, voice.text, vocabulary):
            counted = all(find_quantities(c.words) for c in made)
            if counted if elsewhere else not (counted or voice.clean):
                continue
            words = tuple(Change(c.start, c.end, c.words, (0, 0)) for c in made)
            if words not in known:
                known[words] = _sound(apply(provision.text, made), provision.text, provision.law)
            if known[words]:
                line = tuple((c.start, c.end, _way(c, provision.text)) for c in made)
                out.append(Vote(voice, tuple(made), tuple(_same(c) for c in made), line))
                break
    return out


def change(provision: Provision, cast: Sequence[Vote], asking: int) -> Proposal | None:
    """Draft the change that most name.

    Args:
        provision: The text.
        cast: Votes for changes of it.
        asking: Number of opinions that ask for a change.

    Returns:
        The changed text in the form most use; None where too few of those who ask name any one change.
    """
    by_key: dict[tuple[tuple[int, int, str], ...], list[Vote]] = defaultdict(list)
    for vote in cast:
        by_key[vote.key].append(vote)
    if not by_key:
        return None
    key = min(by_key, key=lambda k: (-len(by_key[k]), k))
    named = sum(v.line == by_key[key][0].line for v in cast)
    if _FAIR * named < asking or (named < _TWO <= asking - 1):
        return None
    forms: dict[str, list[Vote]] = defaultdict(list)
    for vote in by_key[key]:
        forms[apply(provision.text, list(vote.made))].append(vote)
    text = min(forms, key=lambda t: (-len(forms[t]), t))
    lead = forms[text][0]
    leaders = (lead.voice.opinion_id, *(v.voice.opinion_id for v in by_key[key] if v is not lead))
    found = tuple(pieces(provision.text, list(lead.made), provision.label, lead.voice.opinion_id))
    return Proposal(text, True, "修改", found, leaders, ("change", lead.line))


def delete(provision: Provision, voices: Sequence[Voice], sure: bool) -> Proposal | None:
    """Draft a deletion: of the words that most quote, or of the whole where the place is sure.

    Args:
        provision: The text.
        voices: Opinions that ask for a deletion, the most telling first.
        sure: Whether most of them point at the whole provision and ask in so many words.

    Returns:
        The text without the words; None where it is not clear what is to go.
    """
    quoted: dict[str, list[tuple[Voice, re.Match[str]]]] = defaultdict(list)
    for voice in voices:
        for match in _QUOTE.finditer(voice.text):
            if provision.text.count(match[1]) == 1:
                quoted[match[1]].append((voice, match))
    for words in sorted(quoted, key=lambda w: (-len(quoted[w]), w)):
        text = strike(provision.text, words)
        if text is not None and _sound(text, provision.text, provision.law):
            voice, match = quoted[words][0]
            source = Piece(f"opinion:{voice.opinion_id}[{match.start()}:{match.end()}]", "")
            leaders = tuple(v.opinion_id for v, _ in quoted[words])
            return Proposal(text, True, "修改", (source, Piece(f"draft:{provision.label}", text)), leaders, ("change", text))
    naming = {v.opinion_id for told in quoted.values() for v, _ in told}
    if 2 * len(naming) >= len(voices) or not sure:
        return None
    sources = tuple(Piece(f"opinion:{v.opinion_id}[0:{len(v.text)}]", "") for v in voices[:1])
    return Proposal("", True, "删除", sources, (), ("delete",))


def keep(provision: Provision) -> Proposal:
    """Keep the provision as it stands."""
    return Proposal(provision.text, True, "保留", (Piece(f"draft:{provision.label}", provision.text),), (), ("keep",))


def _pairs(text: str) -> set[str]:
    return {"".join(p) for p in pairwise(re.sub(r"\W", "", text))}


def _shared(words: str, text: str) -> float:
    mine = _pairs(words)
    return len(mine & _pairs(text)) / len(mine) if mine else 1.0


def _said(voice: Voice, part: Part, words: str) -> list[Piece]:
    return [Piece(f"opinion:{voice.opinion_id}[{part.start}:{part.end}]", words), *part.notes]


def _sentence(voice: Voice, demand: Demand, vocabulary: Vocabulary) -> list[Piece] | None:
    """Put a demand into a normative sentence: 条件，主体 情态 行为。"""
    subject = demand.actor
    if subject is not None and not demand.is_actor and (not vocabulary.knows(subject.words) or not is_written(subject.words + "事项")):
        return None
    if subject is None and demand.modality not in ("禁止", "不得"):
        return None
    if demand.modality in ("禁止", "不得") and _PERMITS.match(demand.act.words):
        return None
    out: list[Piece] = []
    if demand.condition is not None:
        out += [*_said(voice, demand.condition, demand.condition.words), Piece("grammar:条件", "，")]
    if subject is None:
        out.append(Piece("grammar:禁止", "禁止"))
    else:
        modal = "不得" if demand.modality in ("禁止", "不得") else demand.modality
        out += [*_said(voice, subject, subject.words), Piece(f"grammar:{modal}", modal)]
    act = re.sub(r"^(?:将|把)", "将", demand.act.words)
    return [*out, *_said(voice, demand.act, act), Piece("grammar:句号", "。")]


def _spans(demand: Demand) -> list[tuple[int, int]]:
    return [(p.start, p.end) for p in (demand.condition, demand.actor, demand.act) if p is not None]


def _text(found: Sequence[Piece]) -> str:
    return "".join(p.words for p in found)


def _sentences(voices: Sequence[Voice], vocabulary: Vocabulary) -> list[tuple[Voice, Demand, list[Piece]]]:
    out = []
    for voice in voices:
        for demand in read_demands(voice.text, vocabulary) if voice.clean else ():
            found = _sentence(voice, demand, vocabulary)
            if found is not None:
                out.append((voice, demand, found))
    return out


def _backed(text: str, voice: Voice, voices: Sequence[Voice]) -> bool:
    """Say whether enough of the others speak of the same: two of the sentence's words, or half of them."""
    words = {w for w in content_words(text) + content_words(voice.text) if is_term(w)}
    needed = min(2, max(1, len(words) // 2))
    backing = sum(len(words & set(content_words(v.text))) >= needed for v in voices if v is not voice)
    return _FAIR * (backing + 1) >= len(voices) and (len(voices) < _FAIR or backing > 0)


def define(provision: Provision, voices: Sequence[Voice]) -> Proposal | None:
    """Draft a definition of a word of the provision, where the opinions give one: 定义为“…的行为”.

    Args:
        provision: The 款 or 项 whose word is unclear.
        voices: Opinions.

    Returns:
        The provision with a new 款; None where no opinion gives both the word and its meaning.
    """
    terms = Counter(m[1] for v in voices for m in _QUOTE.finditer(v.text) if m[1] in provision.text and 2 <= len(m[1]) <= _TERM)
    for voice in voices if terms and not provision.item else ():
        match = _MEANING.search(voice.text)
        if match is None:
            continue
        term = min(terms, key=lambda t: (-terms[t], t))
        told = next((v, m) for v in voices for m in _QUOTE.finditer(v.text) if m[1] == term)
        found = (
            Piece(f"draft:{provision.label}", provision.text),
            Piece("grammar:定义", "\n前款所称"),
            Piece(f"opinion:{told[0].opinion_id}[{told[1].start(1)}:{told[1].end(1)}]", term),
            Piece("grammar:定义", "，是指"),
            Piece(f"opinion:{voice.opinion_id}[{match.start('sense')}:{match.end('sense')}]", match["sense"]),
            Piece("grammar:句号", "。"),
        )
        if match["sense"].startswith(term) or not _sound(_text(found), provision.text, provision.law):
            continue
        return Proposal(_text(found), True, "增加", found, (voice.opinion_id,), ("define", term), "增加一款")
    return None


def add(paragraphs: Sequence[str], at: int, provision: Provision, voices: Sequence[Voice], vocabulary: Vocabulary) -> Proposal | None:
    """Draft a new 款 behind the one that the opinions are about, a new 项 of a list of what is forbidden, or a new 条.

    Args:
        paragraphs: 款 of the article; none for a new 条.
        at: Index of the 款 behind which the new one goes.
        provision: That 款, its label and the draft's name; ``text`` is empty for a new 条.
        voices: Opinions, the most telling first.
        vocabulary: Words of the draft.

    Returns:
        The 款 with the addition; None where no opinion gives a normative sentence that is sound, says more than the
        article does, and does not turn it round.
    """
    whole = "\n".join(paragraphs)
    for voice, demand, found in _sentences(voices[: max(_FIRST, len(voices) // _FAIR)], vocabulary):
        if sum(b - a for a, b in _spans(demand)) < _MOST_SAID * len(voice.text.strip()):
            continue  # the rest of what is said would be lost
        if (whole and _shared(_text(found), whole) >= _MOST_ALIKE) or not _backed(_text(found), voice, voices):
            continue
        own = provision.text
        listed = items(own) if _LISTED.search(own) and demand.modality in ("禁止", "不得") and demand.actor is None else []
        if listed:
            new = [
                Piece("grammar:项", f"\n{format_item(len(listed) + 1)}"),
                *_said(voice, demand.act, demand.act.words),
                Piece("grammar:句号", "。"),
            ]
            before = [Piece(f"draft:{provision.label}", own.rstrip("。；")), Piece("grammar:分号", "；")]
            note = f"增加一项，作为第{format_item(len(listed) + 1).strip('（）')}项"
        else:
            new = [Piece("grammar:款", "\n"), *found] if own else found
            before = [Piece(f"draft:{provision.label}", own)] if own else []
            note = "增加一款" if own else "增加一条"
        text = _text([*before, *new])
        if _sound(text, own, provision.law) and (listed or _sound(_text(new).strip(), "", provision.law)):
            return Proposal(text, True, "增加", (*before, *new), (voice.opinion_id,), ("add", _text(new)), note)
    return None


def point(operation: str, voices: Sequence[Voice], vocabulary: Vocabulary, law: str) -> Proposal:
    """State the demand as a 立法要点: in legislative wording where one of the first opinions gives it, else in their own words.

    Args:
        operation: What is asked.
        voices: Opinions, the most telling first.
        vocabulary: Words of the draft.
        law: Name of the draft.

    Returns:
        A proposal that is not drafted.
    """
    for voice, _, found in _sentences(voices[:3], vocabulary):
        text = _text(found)
        if _sound(text, "", law):
            return Proposal(text, False, operation, tuple(found), (voice.opinion_id,), ("point",))
    text = voices[0].text.strip("，。；、 \n")
    start = voices[0].text.find(text)
    source = f"opinion:{voices[0].opinion_id}[{start}:{start + len(text)}]"
    return Proposal(text, False, operation, (Piece(source, text),), (voices[0].opinion_id,), ("point",))
