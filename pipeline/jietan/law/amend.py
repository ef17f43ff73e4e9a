"""Amend: the smallest change of a provision's text that states a demand, where that can be done exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from jietan.language.lexicon import Lexicon
from jietan.language.normalize import fold
from jietan.language.numerals import find_quantities
from jietan.language.segment import words as segmented
from jietan.law.amounts import Change, amount_changes
from jietan.law.exact import exact_changes
from jietan.law.spoken import is_written
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["Change", "apply", "change_amounts", "change_modality", "changes", "pieces", "strike"]

_MODALITIES = ("可以", "应当", "鼓励", "引导", "提倡", "不得", "禁止", "必须")
_ANY = "|".join(_MODALITIES)
_FRAME = 5
_OPEN, _SHUT = '[“"「『]', '[”"」』]'
_TURN = "(?:宜|应当?|建议|要|请|可)?(?:修改为|更改为|变更为|调整为|表述为|替换为|改为|改成|换成|变为|变成|改作|写成)"
_QUOTED_PAIR = re.compile(
    rf"{_OPEN}(?P<old>[^“”\"「」『』]{{1,40}}){_SHUT}[^，。；,;“”「」]{{0,10}}?{_TURN}{_OPEN}(?P<new>[^“”\"「」『』]{{1,40}}){_SHUT}"
)
_BARE_PAIR = re.compile(
    rf"(?:由|将|把|从)?(?P<old>[^，。；,;:：“”「」\s]{{2,24}}?)[,，]?{_TURN}{_OPEN}?(?P<new>[^，。；,;！？“”「」]{{2,24}})"
)
_AFTER = re.compile(
    rf"{_OPEN}(?P<old>[^“”\"「」『』]{{1,30}}){_SHUT}(?:一词|二字|两字|一语)?(?:之|的)?后面?[^，。；“”]{{0,6}}(?:增加|加上|加入|补充|添加|加)[^，。；“”]{{0,2}}{_OPEN}(?P<new>[^“”\"「」『』]{{2,60}}){_SHUT}"
)
_AFTER_BARE = re.compile(
    rf"(?P<old>[^，。；,;:：“”「」\s]{{2,16}}?)(?:一词|二字|两字|一语)?(?:之|的)?后面?(?:再|也|应当?|要|请|建议)?(?:增加|加上|加入|补充|添加|加)[^，。；“”]{{0,2}}{_OPEN}(?P<new>[^“”\"「」『』]{{2,60}}){_SHUT}"
)
_REPLACE = re.compile(rf"{_OPEN}?(?P<old>{_ANY}){_SHUT}?[^。；]{{0,12}}?(?:改为|改成|修改为|换成|变为|变成){_OPEN}?(?P<new>{_ANY})")
_ONLY_NEW = re.compile(rf"(?:改为|改成|修改为|换成|写死|要写|写成|(?<!不是)写){_OPEN}?(?P<new>应当|不得|必须)")
_WEAK = re.compile(r"可以|鼓励|引导|提倡")
_DENIED = re.compile(r"(?:不可以|不得|不能|无权|不许|不准|没有?(?:权力?|资格)|不应当?|不该)(?P<act>[^，。；,;！？]{2,16})")
_PAYS = re.compile(
    r"(?<!不)(?<!不应当)(?<!不应)(?<!不该)(?<!不能)(?<!不宜)(?:由|让|该|应当?)(?P<who>[^，。；,;由让该应不]{2,14}?)(?:来|全额|全部|统一)?(?:承担|负担|出资|出钱|买单|支付|掏钱?|出(?=[，。；！]|$))"
)
_PAID = re.compile(r"由(?P<who>[^，。；由]{2,20}?)(?=承担|负担|支付)")
_WARN_FIRST = re.compile(
    r"(?:先|首次|初次|第一次|头一[回次]|初犯|增加[“「『]?(?=责令))[^。；！？]{0,16}?(?P<step>责令改正|责令限期改正|警告|批评教育|教育|改正|提醒)"
)
_STRAIGHT = re.compile(r"的，由(?P<who>[^，。；]{2,30}?)(?:可以)?(?=处[^，。；]{2,30}罚款)")
_FUNDED = re.compile(r"由(?P<who>[^，。；由]{2,20}?)(?:承担|负担|支付)(?=[，。；])")
_SOURCE = r"(?:收益|收入|资金|经费|预算|基金|财政)"
_FUNDS = re.compile(
    rf"(?:从|由|在|使用|动用|列入)(?P<source>[^，。；,;由从不]{{2,24}}?{_SOURCE})(?:账户)?(?:中|里面?|内|来)?(?:列支|支出|支付|开支|承担|负担|解决|出(?=[，。；！]|$)|(?=[，。；！]|$))"
    r"(?P<more>[，,]或者[^，。；]{4,30})?"
)
_QUOTED_THEN = re.compile(
    rf"{_OPEN}(?P<old>[^“”\"「」『』]{{4,40}}){_SHUT}[^“”\"「」『』。！？\n]*?(?:建议|宜|应|请|可以?|最好)?(?:修改为|调整为|表述为|改为|改成){_OPEN}?(?P<new>[^，。；,;！？“”「」]{{4,30}}){_SHUT}?(?=[，。；,;！]|$)"
)
_CASE_DUTY = re.compile(r"(?<=[^，。；：\n])?[^，。；：\n]{3,24}的，应当[^，。；：\n]{2,20}(?=[。；]|$)")
_HEAD = re.compile(r"(?!违反|未|对|因|在|经|属于|符合|具有|发现)..")
_TO_CASE = re.compile(
    r"(?:修改为|调整为|表述为|改为|改成)[“「]?(?P<case>[^，。；“”]{3,20}的)[，,]?(?:才|再|方)?应当(?P<act>[^，。；“”]{2,16})(?=[，。；”」]|$)"
)
_ONLY = re.compile(r"(?:限定为|限于|只限于?|仅限于?|只针对|仅针对|只卡|只管)(?P<what>[^，。；,;]{3,14}?)(?=[，。；,;]|$)")
_EXCEPT = re.compile(
    r"(?:但是?|不过)?[，,]?(?P<case>[^，。；,;！？但不过]{3,24}的)[，,]?(?:可以)?(?:除外|例外|不适用|不受[^，。；]{0,6}限制)"
)


def _once(text: str, words: str) -> int:
    """Where words stand, whatever the width of their marks, if they stand there exactly once, else -1."""
    text, words = fold(text), fold(words)
    return text.find(words) if len(words) and text.count(words) == 1 else -1


def _put(original: str, old: str, new: tuple[str, tuple[Piece, ...]], span: tuple[int, int]) -> Change | None:
    at = _once(original, old)
    if at < 0 or old == new[0]:
        return None
    return Change(at, at + len(old), new[0], span, new[1])


def _modality(original: str, plain: str, _: Vocabulary) -> Iterator[Change | None]:
    match = _REPLACE.search(plain)
    if match:
        yield _put(original, match["old"], (match["new"], ()), match.span("new"))
        return
    only = _ONLY_NEW.search(plain)
    weak = _WEAK.findall(original)
    scorned = re.search(rf"(?:光|只|仅|别|不要|不能)(?:是|写|靠|用|有)?{_OPEN}?(?P<weak>可以|鼓励|引导|提倡)", plain)
    strict = re.search(r"应当|应该|必须|强制|定死|写死|义务|硬性", plain)
    if only is None and scorned and strict and weak == [scorned["weak"]]:
        yield _put(original, weak[0], ("应当", ()), scorned.span())
    if only is not None and len(weak) == 1:
        quoted = re.search(rf"{_OPEN}(可以|鼓励|引导|提倡){_SHUT}", plain)
        said = re.search(rf"(?:光|只|仅|别|不要|不能)[^，。；]{{0,3}}{weak[0]}", plain)
        follow = original[original.find(weak[0]) + 2 :]
        acted = re.search(r"(?:应当|必须)(?P<act>[^，。；“”]{2,4})", plain[only.start("new") :])
        if (quoted and quoted[1] == weak[0]) or said or (acted and acted["act"] in follow):
            yield _put(original, weak[0], ("应当" if only["new"] == "必须" else only["new"], ()), only.span("new"))
    denied = _DENIED.search(plain)
    if denied and original.count("可以") == 1:
        verb = original[original.find("可以") + 2 :][:2]
        if verb in denied["act"][:8]:
            yield _put(original, "可以", ("不得", ()), denied.span())


def _quoted(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    for match in _AFTER.finditer(plain):
        words, notes = vocabulary.legal(match["new"])
        at = _once(original, match["old"])
        if at < 0:
            found = [m.end() for m in re.finditer(re.escape(match["old"]) + r"(?=[，。；])", original)]
            at = found[0] - len(match["old"]) if len(found) == 1 else -1
        if at >= 0:
            end = at + len(match["old"])
            yield Change(end, end, ("" if words[0] in "，并或和及、以" else "，") + words.rstrip("，。；"), match.span("new"), tuple(notes))
    for match in _QUOTED_PAIR.finditer(plain):
        words, notes = vocabulary.legal(match["new"])
        if match["old"] not in _MODALITIES:
            yield _put(original, match["old"], (words, tuple(notes)), match.span("new"))


def _behind(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """A 后面加“B” without quotes around A: A is the longest end of the words before 后 that stands in the provision once."""
    for match in _AFTER_BARE.finditer(plain):
        said = match["old"]
        old = next((said[k:] for k in range(len(said) - 1) if _once(original, said[k:]) >= 0), "")
        words, notes = vocabulary.legal(match["new"])
        if len(old) > 1:
            end = _once(original, old) + len(old)
            joined = words if words[0] in "，并或和及、以" else "，" + words
            yield Change(end, end, joined.rstrip("，。；"), match.span("new"), tuple(notes))


def _bare(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """将 A 改为 B without quotes: A is what the provision and the words before 改为 share at their end."""
    for match in _BARE_PAIR.finditer(plain):
        said = match["old"]
        old = next((said[k:] for k in range(len(said) - 1) if _once(original, said[k:]) >= 0), "")
        words, notes = vocabulary.legal(match["new"])
        if len(old) > 1 and not find_quantities(match["new"]) and old not in _MODALITIES and len(words) > 1 and is_written(words + "所述"):
            yield _put(original, old, (words, tuple(notes)), match.span("new"))


def _frame(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """A clause that the demand repeats to its verb and ends in another way: 实行市场调节价 → 实行政府指导价."""
    for clause in re.finditer(r"[^，。；：\n]{6,60}", original):
        for said in re.finditer(r"[^，。；,;：:！？!?\n]{6,40}", plain):
            bare = re.sub(r"应当|应该|必须|要", "", said[0], count=1)
            if bare == said[0] or re.search(r"不|禁止", said[0]):
                continue
            shared = len(_prefix(clause[0], bare))
            new, notes = vocabulary.legal(bare[shared:])
            old = clause[0][shared:]
            if shared >= _FRAME and 2 <= len(old) <= 16 and 2 <= len(new) <= 16 and not find_quantities(old + new) and is_written(bare):
                yield Change(clause.start() + shared, clause.end(), new, said.span(), tuple(notes))


def _prefix(a: str, b: str) -> str:
    size = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[:size]


def _payer(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    paid = list(_PAID.finditer(original))
    for match in _PAYS.finditer(plain):
        named = vocabulary.actor(match["who"])
        if len(paid) == 1 and named is not None and named[0] != paid[0]["who"]:
            yield Change(*paid[0].span("who"), named[0], match.span("who"), tuple(named[1]))


def _funding(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """Another source of the money that the provision makes somebody pay: 由物业服务人承担 → 从公共收益中列支."""
    paid = list(_FUNDED.finditer(original))
    for match in _FUNDS.finditer(plain) if len(paid) == 1 else ():
        if re.search(r"(?:不得|不能|不应当?|不该|不宜|别|禁止)[^，。；]{0,4}$", plain[: match.start()]):
            continue
        source, notes = vocabulary.fund(match["source"])
        more, extra = vocabulary.legal((match["more"] or "").replace(",", "，"))
        words = f"{'可以' if plain[: match.start()].endswith('可以') else ''}从{source}中列支{more}"
        if is_written(f"从{source}中列支") and (not more or is_written(more.strip("，"))):
            yield Change(*paid[0].span(), words, match.span(), (*notes, *extra))
            return


def _quoted_then(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """“A”…, 建议改为 B, with grounds between: B takes the place of A where it has a case of its own, as A has."""
    for match in _QUOTED_THEN.finditer(plain):
        words, notes = vocabulary.legal(match["new"])
        if re.search("的[，,]应当", match["old"]) and (
            case := re.match(r"(?P<case>[^，]{3,24}的)，?(?:才|再|方)?应当(?P<act>.{2,20})$", words)
        ):
            words = f"{case['case']}，应当{case['act']}"
        elif len(match["old"]) > _FRAME and re.search(r"[，；,;]|应当|不得|可以", match["old"]):
            continue
        if is_written(words) and not find_quantities(words):
            yield _put(original, match["old"], (words, tuple(notes)), match.span("new"))


def _case(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """改为 C 的应当 D, without naming the old words, where the provision has one case and one duty."""
    own = list(_CASE_DUTY.finditer(original))
    for match in _TO_CASE.finditer(plain) if len(own) == 1 else ():
        words, notes = vocabulary.legal(f"{match['case']}，应当{match['act']}")
        start, end = own[0].span()
        head = next(iter(segmented(original[start:end])), "")
        start += len(head) if len(head) > 1 and head not in words and _HEAD.match(head) else 0
        if is_written(words) and not find_quantities(words):
            yield Change(start, end, words, match.span(), tuple(notes))
            return


def _narrow(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    """限定为 X, where X is a kind of a thing that the provision names once: 蓄电池 → 锂离子蓄电池."""
    for match in _ONLY.finditer(plain):
        words, notes = vocabulary.legal(match["what"])
        old = next((words[k:] for k in range(1, len(words) - 1) if _once(original, words[k:]) >= 0), "")
        if len(old) > 1 and words not in original and is_written(words + "情形"):
            yield _put(original, old, (words, tuple(notes)), match.span("what"))
            return


def _warning(original: str, plain: str, _: Vocabulary) -> Iterator[Change | None]:
    """A fine that comes at once gets the step before it that is asked for, in the form that penalties have."""
    straight = list(_STRAIGHT.finditer(original))
    match = _WARN_FIRST.search(plain)
    if match is None or len(straight) != 1 or "责令" in straight[0]["who"]:
        return
    step = "给予警告" if match["step"] == "警告" else "责令改正"
    kept = Piece("grammar:先行处理后处罚", "")
    at = straight[0].end("who")
    yield Change(at, at, f"{step}；拒不改正的，", match.span("step"), (kept,))


def _exception(original: str, plain: str, vocabulary: Vocabulary) -> Iterator[Change | None]:
    match = _EXCEPT.search(plain)
    if match is None or original.count("。") != 1 or not original.endswith("。") or "\n" in original or "除外" in original:
        return
    words, notes = vocabulary.legal(match["case"])
    words = re.sub(r"^(?:对于?|建议|增加|规定)+", "", words)
    if is_written(words + "除外"):
        end = len(original) - 1
        yield Change(end, end, f"，但是{words}除外", match.span("case"), tuple(notes))


def _amounts(original: str, plain: str, _: Vocabulary) -> Iterator[Change | None]:
    yield from amount_changes(original, plain)


_Rule = Callable[[str, str, Vocabulary], Iterator[Change | None]]
_RULES: tuple[_Rule, ...] = (
    _quoted, _behind, _amounts, exact_changes, _modality, _funding, _payer, _quoted_then, _case, _warning, _bare, _frame,
    _narrow, _exception,
)  # fmt: skip
_EMPTY = Vocabulary((), Lexicon(()))


def changes(original: str, demand: str, vocabulary: Vocabulary) -> list[list[Change]]:
    """Find the changes of a provision that a demand states.

    Args:
        original: Text of the provision.
        demand: The resident's words.
        vocabulary: Words of the draft.

    Returns:
        Changes by rule, the most explicit rule first; those of one entry are made together.
    """
    return list(map(list, _changes(original, demand, vocabulary)))


@lru_cache(maxsize=1 << 15)
def _changes(original: str, demand: str, vocabulary: Vocabulary) -> tuple[tuple[Change, ...], ...]:
    plain = fold(demand)
    if len(plain) != len(demand):
        return ()
    out: list[tuple[Change, ...]] = []
    for rule in _RULES:
        found = [c for c in rule(original, plain, vocabulary) if c is not None]
        if found and not any(a.start < b.end and b.start < a.end for i, a in enumerate(found) for b in found[:i]):
            out.append(tuple(sorted(found, key=lambda c: (c.start, c.end, c.words))))
    return tuple(out)


def apply(original: str, made: list[Change]) -> str:
    """Make changes that do not overlap."""
    text = original
    for change in sorted(made, key=lambda c: -c.start):
        text = text[: change.start] + change.words + text[change.end :]
    return text


def pieces(original: str, made: list[Change], place: str, opinion_id: str) -> list[Piece]:
    """Say where every word of the changed text comes from; the words of the pieces joined are that text."""
    out, at = [], 0
    for change in sorted(made, key=lambda c: c.start):
        if change.start > at:
            out.append(Piece(f"draft:{place}", original[at : change.start]))
        out.append(Piece(f"opinion:{opinion_id}[{change.said[0]}:{change.said[1]}]", change.words))
        out += [note for note in change.notes if note.words == ""]
        at = change.end
    return [*out, Piece(f"draft:{place}", original[at:])] if at < len(original) else out


_BROKEN = re.compile(
    r"[，、；：][，、；。]|^[，、；。]|(?:并|且|和|或者|以及)[，。；的等]|、等|采取[、，。]|(?:由|在|对)[，。；]|应当[，。；]"
)


def strike(original: str, quote: str) -> str | None:
    """Take quoted words out of a provision, with the mark or the conjunction that only they needed.

    Args:
        original: Text of the provision.
        quote: Words that stand in it exactly once.

    Returns:
        The text without them; None where what remains would be no sentence.
    """
    at = _once(original, quote)
    if at < 0 or quote in _MODALITIES or quote.strip("，。；、") == original.strip("，。；、"):
        return None
    end = at + len(quote)
    before, after = original[:at], original[end:]
    if after.startswith("，") and quote.endswith("的") and (not before or before[-1] in "，；。"):
        stop = re.search(r"[；。]", after)
        after = after[stop.end() :] if stop else ""
        before = before.rstrip("，；") + ("。" if before and not after and before[-1] != "。" else "")
    elif before.endswith(("，", "；")) and (after[:1] in "，；。" or not after):
        before = before[:-1]
    elif (not before or before[-1] in "。\n") and after[:1] in "，；":
        after = after[1:]
    elif before.endswith("、"):
        before = before[:-1]
    elif after.startswith("、"):
        after = after[1:]
    elif joint := re.search(r"(?:并|且|和|或者|以及|与)$", before):
        before = re.sub(r"、([^、，。；]+)$", rf"{joint[0] if joint[0] not in '并且' else '、'}\1", before[: joint.start()])
    elif quote.endswith("的") and (before.endswith(("，", "是", "是指")) or not before):
        pass
    else:
        return None
    text = before + after
    return None if not text or _BROKEN.search(text) else text


def change_amounts(original: str, demand: str) -> str | None:
    """Put the demanded amounts in the place of the provision's own.

    Args:
        original: Text of the provision.
        demand: The resident's words.

    Returns:
        The new text; None unless it is certain which amounts of the provision are meant.
    """
    made = list(amount_changes(original, fold(demand)))
    return apply(original, made) if made else None


def change_modality(original: str, demand: str) -> str | None:
    """Replace one modal word where the demand names the change, as in 把“可以”改为“应当”.

    Args:
        original: Text of the provision.
        demand: The resident's words.

    Returns:
        The new text; None unless the old word stands exactly once in the provision.
    """
    made = [c for c in _modality(original, fold(demand), _EMPTY) if c is not None]
    return apply(original, made[:1]) if made else None
