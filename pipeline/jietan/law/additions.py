"""Additions: sentences, 款, 项 and 条 that are asked for, put into the form that a law has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from jietan.language.cues import is_term
from jietan.language.normalize import fold
from jietan.language.segment import content_words, words
from jietan.language.wording_of_numbers import format_item
from jietan.law.amend import changes
from jietan.law.demand_parts import SCOPE, Demand, Part
from jietan.law.demands import read_demands
from jietan.law.outline import items
from jietan.law.proposed import FAIR, QUOTED, Proposal, Provision, Voice, is_sound
from jietan.law.spoken import is_written, spoken
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["add", "define", "extend", "most_of", "sentences", "shared"]

_MOST_ALIKE = 0.6
_KNOWN = 0.3  # share of a subject's pairs of characters that the draft has too
_MOST_SAID = 0.45
_LISTED = re.compile(r"(?:禁止|不得)[^。：]{0,12}(?:下列|以下)[^。：]{0,12}：")
_DUTIES = re.compile(
    r"^(?P<who>[^。：；]{2,40}?)应当[^。：]{0,12}(?:下列|以下)[^。：]{0,12}?(?P<what>要求|条件|标准|规定|义务|职责|工作|措施)[^。：]{0,4}："
)
_OWED = ("义务", "职责", "工作", "措施")
_OTHERS = re.compile(r"其他[^，。；]{0,20}(?:行为|情形|义务|职责|事项|要求|条件|措施|工作|规定)[。；]?$")
_DOES = re.compile(r"由(.{2,14}?)(?:共同|统一|依法)?(决定|承担|负责|组织|制定|支付|批准|审批)")
_MEANING = re.compile(r"(?:定义|界定|明确)为[“「『](?P<sense>[^“”「」『』]{6,60}?)[。]?[”」』]")
_PERMITS = re.compile(r"允许|准许|准予|禁止|限制")
_DELEGATES = re.compile(
    r"(?:由|授权|交由|请)(?P<who>[^，。；,;由]{2,16}?)(?:另行|会同[^，。；,;]{2,12}|负责|尽快|统一)*(?:制定|出台)(?P<what>[^，。；,;、的]{0,10}?(?:办法|标准|细则|规则|规范|目录|清单|指南|范本))"
)
_ALSO = re.compile(r"(?:^|[，,；;。])(?:并|还|同时)(?:须|应当|应该|应|要|必须)(?P<act>[^。；;，,！？]{4,40})")
_NO_THING = re.compile(
    r"^(?:[是有能会为在让给把对按照到从以用像如因所]|可能|不|没|未|并|而|但|又|再|最|先|专门|进一步|继续|超过|达到)|[是有能会为在让给把对到从吗么呢了过着]$|[，。；]"
)
_TERM, _SHORT, _BARE_RULES = 12, 12, 2
#: A voice, what it demands, and the sentence for it.
_Sentence = tuple[Voice, Demand, list[Piece]]


@lru_cache(maxsize=1 << 10)
def _pairs(text: str) -> frozenset[str]:
    return frozenset("".join(p) for p in pairwise(re.sub(r"\W", "", text)))


def shared(words: str, text: str) -> float:
    """Return the share of the pairs of characters of words that a text has too."""
    mine = _pairs(words)
    return len(mine & _pairs(text)) / len(mine) if mine else 1.0


def _said(voice: Voice, part: Part, words: str) -> list[Piece]:
    return [Piece(f"opinion:{voice.opinion_id}[{part.start}:{part.end}]", words), *part.notes]


def _sentence(voice: Voice, demand: Demand, vocabulary: Vocabulary) -> list[Piece] | None:
    """Put a demand into a normative sentence: 条件，主体 情态 行为。"""
    subject = demand.actor
    if subject is not None and not demand.is_actor and not _is_thing(subject.words, vocabulary):
        return None
    if subject is None and demand.condition is None and demand.modality not in ("禁止", "不得"):
        return None
    if demand.modality in ("禁止", "不得") and _PERMITS.match(demand.act.words):
        return None
    out: list[Piece] = []
    if subject is not None and demand.act.words == SCOPE:
        return [*_said(voice, subject, subject.words), *_said(voice, demand.act, f"，{SCOPE}"), Piece("grammar:句号", "。")]
    if demand.condition is not None:
        out += [*_said(voice, demand.condition, demand.condition.words), Piece("grammar:条件", "，")]
    if subject is None and demand.modality in ("禁止", "不得") and demand.condition is None:
        out.append(Piece("grammar:禁止", "禁止"))
    else:
        modal = "不得" if demand.modality in ("禁止", "不得") else demand.modality
        out += [*(_said(voice, subject, subject.words) if subject else ()), Piece(f"grammar:{modal}", modal)]
    act = re.sub(r"^(?:将|把)", "将", demand.act.words)
    return [*out, *_said(voice, demand.act, act), Piece("grammar:句号", "。")]


def _is_thing(words: str, vocabulary: Vocabulary) -> bool:
    """Say whether words can be what a rule is about: they could stand in one, and the draft or the dictionary knows them as things."""
    return is_written(words + "情形") and len(words) > 1 and (vocabulary.knows(words) or not _NO_THING.search(words))


def _spans(demand: Demand) -> list[tuple[int, int]]:
    return [(p.start, p.end) for p in (demand.condition, demand.actor, demand.act) if p is not None]


def most_of(demand: Demand, voice: Voice) -> bool:
    """Say whether a demand holds most of what an opinion says."""
    return sum(b - a for a, b in _spans(demand)) >= _MOST_SAID * len(voice.text.strip())


def _text(found: Sequence[Piece]) -> str:
    return "".join(p.words for p in found)


def sentences(voices: Sequence[Voice], vocabulary: Vocabulary) -> list[_Sentence]:
    """Put what opinions demand into normative sentences.

    Args:
        voices: Opinions; those with personal data are passed over.
        vocabulary: Words of the draft.

    Returns:
        (The voice, its demand, the pieces of the sentence), in the order of the voices.
    """
    out = []
    for voice in voices:
        for demand in read_demands(voice.text, vocabulary) if voice.clean else ():
            found = _sentence(voice, demand, vocabulary)
            if found is not None:
                out.append((voice, demand, found))
    return out


def _backed(text: str, act: str, voice: Voice, voices: Sequence[Voice], own: str) -> bool:
    """Say whether enough of the others speak of the same: two of its words, half of them, or one of its act that is new to the article."""
    words = {w for w in content_words(text) + content_words(voice.text) if is_term(w)}
    new = {w for w in words if w not in own} or words
    act_words = {w for w in content_words(act) if w in new}
    needed = min(2, max(1, len(words) // 2))
    backing = 0
    for other in (v for v in voices if v is not voice):
        said = set(content_words(other.text))
        backing += (len(words & said) >= needed and not new.isdisjoint(said)) or not act_words.isdisjoint(said)
    return FAIR * (backing + 1) >= len(voices) and (len(voices) < FAIR or backing > 0)


def define(provision: Provision, voices: Sequence[Voice]) -> Proposal | None:
    """Draft a definition of a word of the provision, where the opinions give one: 定义为“…的行为”.

    Args:
        provision: The 款 or 项 whose word is unclear.
        voices: Opinions.

    Returns:
        The provision with a new 款; None where no opinion gives both the word and its meaning.
    """
    terms = Counter(m[1] for v in voices for m in QUOTED.finditer(v.text) if m[1] in provision.text and 2 <= len(m[1]) <= _TERM)
    for voice in voices if terms and not provision.item else ():
        match = _MEANING.search(voice.text)
        if match is None:
            continue
        term = min(terms, key=lambda t: (-terms[t], t))
        told = next((v, m) for v in voices for m in QUOTED.finditer(v.text) if m[1] == term)
        found = (
            Piece(f"draft:{provision.label}", provision.text),
            Piece("grammar:定义", "\n前款所称"),
            Piece(f"opinion:{told[0].opinion_id}[{told[1].start(1)}:{told[1].end(1)}]", term),
            Piece("grammar:定义", "，是指"),
            Piece(f"opinion:{voice.opinion_id}[{match.start('sense')}:{match.end('sense')}]", match["sense"]),
            Piece("grammar:句号", "。"),
        )
        if match["sense"].startswith(term) or not is_sound(_text(found), provision.text, provision.law):
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
    for voice, demand, found in _by_form(sentences(voices, vocabulary), vocabulary):
        if not most_of(demand, voice):
            continue  # the rest of what is said would be lost
        if provision.text and changes(provision.text, voice.text, vocabulary):
            continue  # it would contradict what stands there
        if (whole and shared(_text(found), whole) >= _MOST_ALIKE) or not _backed(_text(found), demand.act.words, voice, voices, whole):
            continue
        own = provision.text
        if demand.act.words in whole or _names_another(demand.act.words, whole):
            continue  # the article says so already, or names another who does it
        entry = _entry(own, voice, demand)
        if entry:
            return _item(provision, entry, voice)
        new = [Piece("grammar:款", "\n"), *found] if own else found
        before = [Piece(f"draft:{provision.label}", own)] if own else []
        note = "增加一款" if own else "增加一条"
        text = _text([*before, *new])
        if is_sound(text, own, provision.law) and is_sound(_text(new).strip(), "", provision.law):
            return Proposal(text, True, "增加", (*before, *new), (voice.opinion_id,), ("add", _text(new)), note)
    return None


def _names_another(act: str, own: str) -> bool:
    """Say whether an article lets somebody else do what an act gives to one: 由业主共同决定 beside 由代表会议决定."""
    match = _DOES.match(act)
    return match is not None and any(m[1] != match[1] for m in re.finditer(rf"由([^，。；由]{{2,14}}?)(?:共同|统一|依法)?{match[2]}", own))


def _entry(own: str, voice: Voice, demand: Demand) -> list[Piece]:
    """Put a demand into the words of a list's entry, where the provision is a list that it belongs to; else empty."""
    bans = demand.modality in ("禁止", "不得")
    if not items(own) or demand.condition is not None or demand.modality == "可以":
        return []
    if _LISTED.search(own):
        return _said(voice, demand.act, demand.act.words) if bans and demand.actor is None else []
    duty = _DUTIES.match(own)
    if duty is None:
        return []
    thing = demand.actor
    subject = [] if thing is None or thing.words in duty["who"] else _said(voice, thing, thing.words)
    if subject and (demand.is_actor or duty["what"] in _OWED):
        return []
    return [*subject, *([Piece("grammar:不得", "不得")] if bans else []), *_said(voice, demand.act, demand.act.words)]


def _item(provision: Provision, said: list[Piece], voice: Voice) -> Proposal | None:
    """Add a 项 to a list, before the one that covers whatever else there is."""
    found = items(provision.text)
    count, last = len(found), found[-1][1]
    rest = _OTHERS.search(last) is not None and count > 1
    number = count if rest else count + 1
    kept = provision.text
    if rest:
        kept = kept[: kept.rindex(f"\n{format_item(count)}")]
    new = [Piece("grammar:项", f"\n{format_item(number)}"), *said, Piece("grammar:标点", "；" if rest else "。")]
    before = [Piece(f"draft:{provision.label}", kept.rstrip("。；")), Piece("grammar:分号", "；")]
    behind = [Piece("grammar:项", f"\n{format_item(count + 1)}"), Piece(f"draft:{provision.label}", last)] if rest else []
    text = _text([*before, *new, *behind])
    note = f"增加一项，作为第{format_item(number).strip('（）')}项"
    if not is_sound(text, provision.text, provision.law):
        return None
    return Proposal(text, True, "增加", (*before, *new, *behind), (voice.opinion_id,), ("add", _text(said)), note)


def _by_form(found: list[_Sentence], vocabulary: Vocabulary) -> list[_Sentence]:
    """Put those first that read like a rule: a subject that the draft knows, and a verb of two characters."""

    def form(one: _Sentence) -> int:
        demand = one[1]
        named = demand.actor is not None and (demand.is_actor or vocabulary.knows(demand.actor.words))
        known = demand.actor is not None and shared(demand.actor.words, vocabulary.text) >= _KNOWN
        return (
            known + named + (len(next(iter(words(demand.act.words)), "")) > 1) + (len(_text(one[2])) > _SHORT) - (spoken(one[0].text) > 0)
        )

    return sorted(found, key=lambda one: -form(one))


def extend(provision: Provision, voices: Sequence[Voice], vocabulary: Vocabulary) -> Proposal | None:
    """Lengthen a provision of one sentence by what it should also say: who makes the rules for it, or a further duty.

    Args:
        provision: The 款.
        voices: Opinions, the most telling first.
        vocabulary: Words of the draft.

    Returns:
        The provision with the words at its end; None where no opinion gives them, or too few of the others speak of it.
    """
    own = provision.text
    if provision.item or not own.endswith("。") or "\n" in own:
        return None
    for voice in voices:
        plain = fold(voice.text)
        if not voice.clean or len(plain) != len(voice.text):
            continue
        for new in (_delegation(voice, plain, vocabulary), _duty(voice, plain, own, vocabulary)):
            if new is None or shared(_text(new), own) >= _MOST_ALIKE or not _backed(_text(new), _text(new), voice, voices, own):
                continue
            head = own if new[0].words != "，" else own[:-1]
            found = (Piece(f"draft:{provision.label}", head), *new, Piece("grammar:句号", "。"))
            if is_sound(_text(found), own, provision.law):
                return Proposal(_text(found), True, "修改", found, (voice.opinion_id,), ("extend", _text(new)))
    return None


def _delegation(voice: Voice, plain: str, vocabulary: Vocabulary) -> list[Piece] | None:
    """授权市人民政府制定奖励办法 → 奖励办法由市人民政府制定."""
    match = _DELEGATES.search(plain)
    named = vocabulary.actor(match["who"]) if match else None
    if match is None or named is None:
        return None
    what, notes = vocabulary.legal(match["what"])
    what = f"具体{what}" if len(what) == _BARE_RULES else what
    if not is_written(what + "内容"):
        return None
    return [
        Piece(f"opinion:{voice.opinion_id}[{match.start('what')}:{match.end('what')}]", what),
        *notes,
        Piece("grammar:由", "由"),
        Piece(f"opinion:{voice.opinion_id}[{match.start('who')}:{match.end('who')}]", named[0]),
        *named[1],
        Piece("grammar:制定", "制定"),
    ]


def _duty(voice: Voice, plain: str, own: str, vocabulary: Vocabulary) -> list[Piece] | None:
    """并须履行通知手续 → ，并应当履行通知手续, where the opinion speaks of what the provision regulates."""
    match = _ALSO.search(plain)
    if match is None or any(mark in own[:-1] for mark in "。；："):
        return None
    rest = voice.text[: match.start()] + voice.text[match.end() :]
    if not any(w in own for w in content_words(rest) if is_term(w)):
        return None
    act, notes = vocabulary.legal(match["act"])
    if not is_written(act):
        return None
    return [
        Piece("grammar:逗号", "，"),
        Piece("grammar:并应当", "并应当"),
        Piece(f"opinion:{voice.opinion_id}[{match.start('act')}:{match.end('act')}]", act),
        *notes,
    ]
