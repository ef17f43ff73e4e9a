"""Clauses: the demand of one clause, with a modal word or in one of the forms that need none."""

from __future__ import annotations

import re
from dataclasses import replace

from jietan.language.numerals import find_quantities
from jietan.law.demand_parts import SCOPE, Demand, Part, actor, leading_actor, part, whole
from jietan.law.modality import Modal, find_modal
from jietan.law.spoken import SHORTEST, core, is_written
from jietan.law.vocabulary import Vocabulary

__all__ = ["clause_demand", "skip_lead"]

_CITE = r"(?:草案|条例|本条例|该条|第?[零一二三四五六七八九十百\d]+条)?(?:第?[零一二三四五六七八九十百\d]+[条款项])*(?:里|中|规定)?"
_LEAD = re.compile(
    rf"^(?:[\s“”\"、]|\d+[.、)]|我们?(?:单位|公司)?(?=觉得|认为|建议|希望|要求)|本人|觉得|认为|建议|希望|恳请|请求|呼吁|要求|主张|请(?!求)|所以|因此|因而|同时|另外|此外|还有|"
    rf"惟|即(?=每|[^，]{{4}})|就(?=写|规定|明确|要求)|(?:还不如|不如)(?=要求|规定|让|把|将|由)|写清楚?(?=.{{5}})|再加上?|加上|至于|请(?=把|将|给|在|由|对|让|明)|最好(?:是)?|能不能|可不可以|能否|可否|是否|专门|(?=[第草条该本零一二三四五六七八九十百\d]){_CITE}(?=应当|应该|要|宜|增加|明确|规定|写明|补充|建议)|条例(?:里|中)?|法规(?:里|中)?|立法|"
    r"(?:应当|应该|要|宜|可以|须|还应|也应|进一步)(?=要求|增加|增设|补充|明确|规定|写明|写清|讲清|细化|注明|写上|写进)|"
    r"(?:增加|补充|明确|规定|写明|写清楚?|讲清楚?|细化|注明|写上|写进去?|加上|加)(?:一[条款句项]|规定|要求)?(?:[，：:]|(?=.{5}))|但是?|倒是|只是|而且|并且|并(?=.{4}))"
)
#: What a rule states without a modal word: where money goes, what holds, how much there is at least or at most.
_STATES = re.compile(
    r"(?P<thing>[^，]{2,16}?)(?P<act>(?:至少|起码|最少)?(?:归(?!还|类|纳|档)|计入|列入|列进|纳入|划[进入]|算进|算入|归[到入]|实行|执行|保存|留存|限于)[^，]{2,24})$"
)
_OBJECT = re.compile(r"^(?:将|把|对)(?P<object>[^，]{2,16}?)(?=纳入|列入|给予|予以|进行|实行|实施|移|作为|用于|交|公示|公布|登记|处)")
_BY = re.compile(
    r"由(?P<who>[^，]{2,14}?)(?P<act>(?:负责|承担|制定|组织|牵头|统一|会同|补|出资|实施|委托|公布|确定|审批|支付|监督|指定|代管|管理|决定|提出|安排|提供)[^，]*)"
)
_GATHERING = re.compile(r"(?:会议|大会|代表|小组|平台|中心|组织|单位)$")
#: 集体宿舍参照执行的规定建议明确由…: what is asked of the text between the matter and who deals with it.
_ASKED_OF = re.compile(r"(?:参照执行)?(?:的规定|一[条款项]|这[条款项])?(?:建议|应当?|宜|请|最好)?(?:明确|规定|写明|改为|改成|交)?为?$")
_MATTER = 16
_TAKEN = re.compile(
    r"^(?:把|将)(?P<thing>[^，]{2,20}?)(?:也|都|一并|一起|统统|全部)*(?P<act>(?:纳入|列入|划[入进]|算[进入作为]|归[入到]|写[入进]|加[入进]|取消|公开|公布|公示|改[为成]|计入|记入|放[到进在]|交[给由]|登记|统一)[^，]*)$"
)
#: What the law is to cover too: 将电动三轮车一并纳入.
_SCOPE = re.compile(
    r"^(?:把|将)?(?P<thing>[^，把将的]{2,16}(?:的[^，把将的]{2,10})?)(?:也|都|一并|一起|统统|全部|一样)+(?:要|该|应当?|应该|得|须|必须)?(?:纳入|写|管|纳|列|包括|包含|算|明确)(?:进|起|入)?(?:来|去)?(?:管理|本?条例|监管|适用范围)?$"
)
_DENIED = re.compile(r"(?:一律|也|都|再)?(?:不|别|勿|不应当?|不应该|不该|不能|不宜|不得|不要|不许|不准|无须|无需|不必)$")
_SELF = re.compile(r"我|咱|俺|你|[不没非未无]$|^不$")
#: What trails a demand in speech.
_TAIL = re.compile(
    r"(?:(?<=.{6})(?:才行|才对|才好|就好了?|就行了?|就可以了?|就够了?|为好|最好|比较好|行不行|好不好|可以吗|行吗|好吗|吧|呀|啊|嘛|呗|了))+$"
)
#: Adverbs between a subject and its modal word, and those that repeat the modal word behind it.
_ADVERB = re.compile(r"(?:一律|一定|一概|绝对|坚决|统统|最好|明文|明令|千万|务必|必|总|都|也|还|就|则|均|再|更|该|请)+$")
_REPEATED = re.compile(r"^(?:一律|一定|必须|务必|都|也|还|就|再|全部都|统统|要(?=[^求素])|明确规定?(?=.{4}))+")
#: An act that speaks of the draft rather than of what is done.
_OF_TEXT = re.compile(
    r"(?:列入|纳入|加入)$|^明确(?!责任|专人|告知|标[示明]|职责|分工|说明)|^(?:予以)?(?:保留|维持|坚持|恢复|不变|支持|肯定|删除|修改|完善|明确|细化|斟酌|商榷)$|应当|不应|不得|不可|由.{1,8}(?:扩大|提高|改|缩短|延长|降低|增加|减少)[到至为]"
)
_AT_MOST = re.compile(r"最多|顶多|至多")
_WHEN, _PERMITS = re.compile(r"(?:[以之]?[后前]|(?<![零一二三四五六七八九十])时|期间)$"), re.compile(r"准予|允许|准许")
_WISHES = re.compile(r"建议|要求|规定|明确|写|增加|补充|希望")
_AMOUNT_ONLY = re.compile(
    r"^[每第]?[零一二三四五六七八九十百千万半两]+(?:个?[年月周日]|小时|分钟|工作日|元|次|个)[之以]?[内后前]?$|任何情况|此$"
)
_NO_MEASURED = re.compile(r"与|和|跟|应|再|[每一二三四五六七八九十半][年月周日天个]+$")
_LEADING = 8
_CASE = re.compile(r"^(?:要是|如果|万一|只要|凡是?|一旦|对于?|若)?(?P<case>[^，]{3,24}?)(?:的话就?|了就|就|的)$")
_LIMITS = re.compile(
    r"^(?P<thing>[^，]{2,16}?)(?:一律|就|也|都|应当?|要|得)*(?:(?P<most>封顶|最高|最多|顶多|上限(?:为|是)?|不超过|别超过|控制在|限(?:制|定)?在)|"
    r"(?:至少|起码|最少|最低|不少于|不低于|怎么也得|下限(?:为|是)?))(?:要有|要|得有|有|为|是|在)?(?P<amount>(?:[0-9零一二两三四五六七八九十百千万半]|百分之)[^，]{0,14}?)(?:以内|之内|以下|以上)?$"
)
_BARE = 2


def skip_lead(text: str, start: int, end: int) -> int:
    """Return where a clause begins behind 我觉得, 建议 or 条例里应当写明."""
    while start < end:
        match = _LEAD.match(text[start:end])
        if match is None or not match.end():
            break
        start += match.end()
    return start


def _by_actor(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """Read 由 A 负责… with or without the matter before it; it needs no modal word."""
    at = plain.find("由", start, end)
    if at < 0 or at - start > _MATTER:
        return None
    by = _BY.match(plain[at:end])
    named = None if by is None else vocabulary.actor(by["who"]) or (vocabulary.legal(by["who"]) if _GATHERING.search(by["who"]) else None)
    if by is not None and named is not None:
        who, behind = Part(at + by.start("who"), at + by.end("who"), named[0], tuple(named[1])), at + by.start("act")
    else:
        leading = leading_actor(plain, at + 1, end, vocabulary)
        if leading is None:
            return None
        who, behind = leading, leading.end
    act = part(plain, behind, end, vocabulary)
    if not is_written(act.words, SHORTEST if at == start else _BARE):
        return None
    if at == start:
        return Demand("应当", act, who, is_actor=True)
    denied = _DENIED.search(plain, start, at)
    head = plain[start : denied.start() if denied else at]
    subject, _ = actor(plain, start, start + len(_ASKED_OF.sub("", head)), vocabulary)
    if (denied and subject is None) or (subject is not None and _SELF.search(subject.words)):
        return None
    return Demand(
        "不得" if denied else "应当", replace(act, start=at, words=f"由{who.words}{act.words}", notes=(*who.notes, *act.notes)), subject
    )


def _scope(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """Read 将 A 一并纳入: what the law is to cover too."""
    match = _SCOPE.match(plain[start:end])
    if match is None:
        return None
    thing = whole(plain, start + match.start("thing"), start + match.end("thing"), vocabulary)
    return Demand("应当", Part(thing.end, end, SCOPE), thing) if is_written(thing.words + "情形") else None


def _moved(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """Read 把 A 纳入 B: A is what the rule is about."""
    match = _TAKEN.match(plain[start:end])
    if match is None:
        return None
    act = part(plain, start + match.start("act"), end, vocabulary)
    if not is_written(act.words) or _OF_TEXT.search(act.words):
        return None
    return Demand("应当", act, whole(plain, start + match.start("thing"), start + match.end("thing"), vocabulary))


def clause_demand(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """Read one clause, from its lead to its end."""
    begin, start = start, skip_lead(plain, start, end)
    end -= len(plain[start:end]) - len(_TAIL.sub("", plain[start:end]))
    if (covered := _scope(plain, start, end, vocabulary)) is not None:
        return covered
    modal = find_modal(plain[start:end], _WISHES.search(plain[begin:start]) is not None)
    if modal is None and start > begin and (named := leading_actor(plain, start, end, vocabulary)) is not None:
        act = part(plain, named.end, end, vocabulary)
        return Demand("应当", act, named, is_actor=True) if is_written(act.words) and not re.match(r"的|和|及|与|、", act.words) else None
    if modal is None:
        readings = (read(plain, start, end, vocabulary) for read in (_by_actor, _moved, _limit, _stated))
        return next((found for found in readings if found is not None), None)
    return _with_modal(plain, (start, end), modal, vocabulary)


def _with_modal(plain: str, span: tuple[int, int], modal: Modal, vocabulary: Vocabulary) -> Demand | None:
    """Read a clause around its modal word: before it who or in which case, behind it what."""
    start, end = span
    middle, at = start + modal.start, start + modal.end
    adverb = _ADVERB.search(plain, start, middle)
    middle = adverb.start() if adverb else middle
    at += len(plain[at:end]) - len(_REPEATED.sub("", plain[at:end]))
    case = _CASE.match(plain[start:middle])
    condition = None
    if case is not None:
        condition = part(plain, start + case.start("case"), start + case.end("case"), vocabulary)
        words = condition.words.replace("不得", "不能") if "不能" in plain[start:middle] else condition.words
        condition = replace(condition, words=words.removesuffix("的") + "的")
        start = start + case.end()
    subject, is_actor = actor(plain, start, middle, vocabulary)
    act = part(plain, at, end, vocabulary)
    who = leading_actor(plain, at, end, vocabulary, 1) if modal.modality != "禁止" else None
    if who is not None and who.end < act.end:
        rest = part(plain, who.end, end, vocabulary)
        if subject is None:
            subject, is_actor, act = who, True, rest
        else:
            act = replace(act, words=f"由{who.words}{rest.words}", notes=(*who.notes, *rest.notes))
    act = replace(act, words=act.words.replace("、不得", "、"))
    if _OF_TEXT.search(act.words) or _AT_MOST.search(act.words):
        return None
    if subject is not None and (_AMOUNT_ONLY.match(subject.words) or _SELF.search(subject.words)):
        return None
    if subject is None and condition is None and modal.mild and start > (core(plain)[0] + _LEADING):
        return None
    if subject is not None and _WHEN.search(subject.words) and (_PERMITS.match(act.words) or len(act.words) <= SHORTEST):
        return None
    if not is_written(act.words, SHORTEST if subject is None and condition is None else _BARE):
        return None
    if condition is not None and not is_written(condition.words + "情形"):
        return None
    found = _OBJECT.match(plain[act.start : act.end])
    thing = None if found is None else part(plain, act.start + found.start("object"), act.start + found.end("object"), vocabulary)
    said = (span[0] + modal.start, span[0] + modal.end) if modal.end > modal.start else None
    return Demand(modal.modality, act, subject, is_actor, thing, condition, modal=said)


def _limit(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """How much there is at most or at least of a thing: 押金封顶一个月租金."""
    match = _LIMITS.match(plain[start:end])
    if match is None or not find_quantities(match["amount"]) or _NO_MEASURED.match(match["thing"]):
        return None
    thing = whole(plain, start, start + match.end("thing"), vocabulary)
    amount, notes = vocabulary.legal(match["amount"])
    few = "低于" if re.search(r"元|%|百分之|度|分贝|平方", amount) else "少于"
    words = f"超过{amount}" if match["most"] else f"{few}{amount}"
    if not is_written(words) or not is_written(thing.words + "情形"):
        return None
    return Demand("不得", Part(thing.end, start + match.end("amount"), words, tuple(notes)), thing)


def _stated(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """What a clause states of a matter of the draft, as rules do without a modal word: 监控录像至少保存三十日."""
    match = _STATES.match(plain[start:end])
    if match is None:
        return None
    thing = whole(plain, start + match.start("thing"), start + match.end("thing"), vocabulary)
    act = part(plain, start + match.start("act"), end, vocabulary)
    return Demand("应当", act, thing) if is_written(act.words) and is_written(thing.words + "情形") else None
