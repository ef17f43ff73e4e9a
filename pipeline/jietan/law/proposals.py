"""Proposals: one text for what several people ask of one provision, or a 立法要点 where no sound text can be drafted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from jietan.language.cues import CUES, is_term
from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.language.segment import content_words
from jietan.language.units import in_days, same_amount
from jietan.law.additions import most_of, sentences, shared
from jietan.law.amend import Change, apply, changes, pieces, strike
from jietan.law.amounts import said_amounts
from jietan.law.proposed import FAIR, QUOTED, Proposal, Provision, Voice, Vote, is_sound
from jietan.law.spoken import core, spoken
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["change", "delete", "keep", "point", "votes"]

_AMOUNTS = re.compile(r"[0-9零一二三四五六七八九十百千万两半]+个?(?:工作日|小时|[年月日天元米次辆户%])")
_COMMON = frozenset(
    (
        "之内 以内 以后 之后 罚款 上限 下限 提到 提高到 降到 放宽到 规定 时间 期限 太长 太短 太轻 太重 "
        "比较 现实 合理 合适 妥当 可行 足够 刚好 正好 太多 太少 太高 太低 认真 实在 差不多 稳当 公道 "
        "提高 降低 缩短 延长 应当 应该 建议 改为 改成 起码 至少 最多 不够 可以 必须"
    ).split()
)
_LIFTS = re.compile(r"删|去掉|取消|拿掉|[别甭]限|不[要该应]限|不限|放开")
_RULES = re.compile(r"应当|不得|可以|禁止|由|为|实行|执行|进行|享有|有权")
_LOOKED_AT, _SHORT, _LONG, _MOST_SPOKEN, _WORSE = 5, 8, 80, 2, 3
_ASKS = ("suggest", "please_rule", "should", "must", "must_not", "change_to", "delete", "add", "clarify", "allow")
_HALF_DAY = 12
_WEEK = 7 / 5
_ALIKE = 0.5
_TWO = 2  # so many at least name a change that three or more are said to ask for


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
    if any(same_amount(said, q) for said in said_amounts(provision, fold(text)) for q in own):
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
        found = changes(provision.text, voice.text, vocabulary)
        elsewhere = bool(found) and _elsewhere(voice.text, provision.text)
        for made in found:
            counted = all(find_quantities(c.words) for c in made)
            if counted if elsewhere else not (counted or voice.clean):
                continue
            words = tuple(Change(c.start, c.end, c.words, (0, 0)) for c in made)
            if words not in known:
                known[words] = is_sound(apply(provision.text, made), provision.text, provision.law)
            if known[words]:
                line = tuple((c.start, c.end, _way(c, provision.text)) for c in made)
                out.append(Vote(voice, tuple(made), tuple(_same(c) for c in made), line))
                break
    return out


def _goes_with(vote: Vote, lead: Vote) -> bool:
    """Whether a vote asks for the same, or changes the same words into nearly the same."""
    if vote.line == lead.line:
        return True
    if len(vote.made) != 1 or len(lead.made) != 1 or find_quantities(vote.made[0].words + lead.made[0].words):
        return False
    mine, theirs = vote.made[0], lead.made[0]
    return mine.start < theirs.end and theirs.start < mine.end and shared(mine.words, theirs.words) >= _ALIKE


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
    named = sum(_goes_with(v, by_key[key][0]) for v in cast)
    if FAIR * named < asking or (named < _TWO <= asking - 1):
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
        for match in QUOTED.finditer(voice.text):
            if provision.text.count(match[1]) == 1:
                quoted[match[1]].append((voice, match))
    for words in sorted(quoted, key=lambda w: (-len(quoted[w]), w)):
        text = strike(provision.text, words)
        if text is not None and is_sound(text, provision.text, provision.law):
            voice, match = quoted[words][0]
            source = Piece(f"opinion:{voice.opinion_id}[{match.start()}:{match.end()}]", "")
            leaders = tuple(v.opinion_id for v, _ in quoted[words])
            return Proposal(text, True, "修改", (source, Piece(f"draft:{provision.label}", text)), leaders, ("change", text))
    if (clause := _named_clause(provision, voices)) is not None:
        return clause
    naming = {v.opinion_id for told in quoted.values() for v, _ in told}
    if 2 * len(naming) >= len(voices) or not sure:
        return None
    sources = tuple(Piece(f"opinion:{v.opinion_id}[0:{len(v.text)}]", "") for v in voices[:1])
    return Proposal("", True, "删除", sources, (), ("delete",))


def _named_clause(provision: Provision, voices: Sequence[Voice]) -> Proposal | None:
    """Strike the clause whose amount most name; the rest of the provision has to stand without it."""
    named: dict[str, list[Voice]] = defaultdict(list)
    for clause in re.findall(r"[^，。；：\n]+", provision.text):
        own = find_quantities(clause)
        if len(own) == 1 and provision.text.count(clause) == 1:
            named[clause] = [v for v in voices if any(same_amount(own[0], q) for q in find_quantities(v.text))]
    for clause, told in sorted(named.items(), key=lambda p: (-len(p[1]), p[0]))[:1]:
        text = strike(provision.text, clause)
        lifting = sum(_LIFTS.search(fold(v.text)) is not None for v in told)
        if 2 * len(told) <= len(voices) or 2 * lifting < len(told) or text is None or not _RULES.search(text.split("，")[-1]):
            continue
        if not is_sound(text, provision.text, provision.law):
            continue
        source = Piece(f"opinion:{told[0].opinion_id}[0:{len(told[0].text)}]", "")
        found = (source, Piece(f"draft:{provision.label}", text))
        return Proposal(text, True, "修改", found, tuple(v.opinion_id for v in told), ("change", text))
    return None


def keep(provision: Provision) -> Proposal:
    """Keep the provision as it stands."""
    return Proposal(provision.text, True, "保留", (Piece(f"draft:{provision.label}", provision.text),), (), ("keep",))


def point(operation: str, voices: Sequence[Voice], vocabulary: Vocabulary, law: str, provision: str = "") -> Proposal:
    """State the demand as a 立法要点: in legislative wording where one of the first opinions gives it, else in their own words.

    Args:
        operation: What is asked.
        voices: Opinions, the most telling first.
        vocabulary: Words of the draft.
        law: Name of the draft.
        provision: The text that they are about; what only repeats it is no point.

    Returns:
        A proposal that is not drafted.
    """
    for voice, demand, found in sentences(voices[:3], vocabulary):
        text = "".join(p.words for p in found)
        if demand.act.words not in provision and most_of(demand, voice) and is_sound(text, "", law):
            return Proposal(text, False, operation, tuple(found), (voice.opinion_id,), ("point",))
    first = [(k, v, core(v.text)) for k, v in enumerate(voices[:_LOOKED_AT])]
    _, voice, (start, end) = min(first, key=lambda one: _far(one[0], one[1].text, *one[2]))
    text = voice.text[start:end]
    source = f"opinion:{voice.opinion_id}[{start}:{end}]"
    return Proposal(text, False, operation, (Piece(source, text),), (voice.opinion_id,), ("point",))


def _far(rank: int, text: str, start: int, end: int) -> float:
    """How far words are from a demand that can be handed in: spoken, short, long, asking nothing, or told by few."""
    plain = fold(text)
    asks = any(CUES[name].search(plain) for name in _ASKS)
    return (
        rank
        + 2 * min(spoken(plain[start:end]), _MOST_SPOKEN)
        + _WORSE * (end - start < _SHORT)
        + (end - start > _LONG)
        + _WORSE * (not asks)
    )
