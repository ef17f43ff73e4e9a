"""Demands: what one opinion asks a rule to say, taken apart into actor, modality, act and conditions.

Only words that stand in the opinion are read; every part keeps the span that it comes from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from jietan.language.normalize import fold
from jietan.language.numerals import Quantity, find_quantities
from jietan.law.vocabulary import Piece, Vocabulary

__all__ = ["Demand", "Part", "core", "is_written", "read_demands", "spoken"]

Modality = Literal["应当", "不得", "可以", "禁止"]


@dataclass(frozen=True)
class Part:
    """One part of a demand.

    Attributes:
        start: Offset of its first code point in the opinion.
        end: Offset behind its last one.
        words: As legislation writes it.
        notes: Entries of the lexicon, and nouns of the draft, that were used.
    """

    start: int
    end: int
    words: str
    notes: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Demand:
    """What one opinion asks for.

    Attributes:
        modality: The legal modal word.
        act: What is to be done or left, from its verb on.
        actor: Who; None where the opinion does not say.
        is_actor: Whether ``actor`` names someone who can act, rather than the matter that the sentence is about.
        object: What the act is done to, where 将 or 对 shows it.
        condition: The case in which it holds, ending in 的.
        consequence: What follows where it is not done.
        quantities: Every amount named, a range as two.
    """

    modality: Modality
    act: Part
    actor: Part | None = None
    is_actor: bool = False
    object: Part | None = None
    condition: Part | None = None
    consequence: Part | None = None
    quantities: tuple[Quantity, ...] = ()


_CLAUSE = re.compile(r"[^，,。；;！!？?：:\n]+")
_CITE = r"(?:草案|条例|本条例|该条|第?[零一二三四五六七八九十百\d]+条)?(?:第?[零一二三四五六七八九十百\d]+[条款项])*(?:里|中|规定)?"
_LEAD = re.compile(
    rf"^(?:[\s“”\"、]|\d+[.、)]|我们?(?:单位|公司)?(?=觉得|认为|建议|希望|要求)|本人|觉得|认为|建议|希望|恳请|请求|呼吁|要求|主张|请(?!求)|所以|因此|因而|同时|另外|此外|还有|"
    rf"最好(?:是)?|能不能|可不可以|能否|可否|是否|专门|(?=[第草条该本零一二三四五六七八九十百\d]){_CITE}(?=应当|应该|要|宜|增加|明确|规定|写明|补充|建议)|条例(?:里|中)?|法规(?:里|中)?|立法|"
    r"(?:应当|应该|要|宜|可以|须|还应|也应|进一步)(?=要求|增加|增设|补充|明确|规定|写明|写清|讲清|细化|注明|写上|写进)|"
    r"(?:增加|补充|明确|规定|写明|写清楚?|讲清楚?|细化|注明|写上|写进去?|加上|加)(?:一[条款句项]|规定|要求)?(?:[，：:]|(?=.{5}))|但是?|倒是|只是|而且|并且|并(?=.{4}))"
)
_MODAL = re.compile(
    r"(?P<no>不得|不许|不准|不应当|不应该|不该|不能(?!不)|不可以|不允许|(?<!法律)禁止|严禁|一律不)|(?P<must>(?<!不)(?:应当|应该|必须|务必|理应|一律)|"
    r"(?<![对反响适供相报答回效顺不])应(?=[予由为按以与设将在把列从先具])|(?<![适便相合不])宜(?=[由以按设在将先]))|"
    r"(?P<may>(?<!不)(?:可以|允许|准许))|(?P<weak>(?<![需重必主只想就不还也])(?:要|须|该)(?!是|么|求|素|点|塞|人)|[也还](?:要|得|须)(?=至少|最少))"
)
#: What a rule states without a modal word: where money goes, what holds, how much there is at least or at most.
_STATES = re.compile(
    r"(?P<thing>[^，]{2,16}?)(?P<act>(?:归(?!还|类|纳|档)|计入|列入|纳入|实行|执行|保存|留存|不少于|不超过|不低于|不高于|不得少于|限于|至少|最少|最多)[^，]{2,24})$"
)
#: Words of speech that no rule holds.
_SPOKEN = re.compile(
    r"我|你|咱|俺|阿拉|人家|老百姓|这|那|啥|怎|什么|谁|哪|[吗呢吧啊呀嘛哦哈啦呗嘞伐噻咯]|搞|弄|挺|太(?!阳)|很|真(?!实)|(?<!能)够|(?<!区|级|类|个|特|鉴|分|性)别|"
    r"几(?!何)|(?<!有)些|差不多|最好|比较|建议|希望|觉得|认为|反对|支持|赞成|同意(?=[，。]|$)|草案|条例|法规|条文|写|[改删](?!变|造|建|正|进|装|革)|[条款项](?=$|里|中)|第.{1,3}[条款项]|"
    r"(?<!按照|国家|有关|违反|符合|下列)规定|掉|死(?!亡)|钞票|不如|与其|还是|而不是|不是|光(?!盘|明|伏)|(?<![船犬禽])只(?![有数])|了(?!解)|(?<![取获不])得(?!到|出|以)|着(?![火装])|"
    r"让|给(?!予|付)|去(?!除|世)|来(?!源|往|访|电)|(?<!机|体|会|时|等)就|都|也|还(?!款|原)|才|呀|么|哎|嗨|点(?=$|儿)|动不动|凭|难道|岂|只会|一刀切|[？！?!“”\"]|"
    r"的话|多少|老是|总是|天天|年年|千万|一下|起来|出来|拿|放|找|叫|讲|说(?!明)|看(?!护)|管(?=$|起|住)|白|随便|乱(?!收|扔|停|倒|堆|搭)|翻|(?<![需主必重])要(?!求|素|道)|好(?!转)|行(?=$)|应$|"
    r"东西|事情|时候|地方(?!性|政府|标准|人民)|办法$|钱|家里|屋里|门口|一家|回事|楼上|楼下|下来|上来|公家|自家|自己|硬|靠|盯|一[围拦堵封]|顺带|趟|喊|盼|想|愿|怕|恨|吃|玩|义务人$|搭(?!建|乘|载|接)|棚子|进(?!行|入|口|一步|出|展|货|修|度)"
)
_CUT = re.compile(r"(?:即可|就行了?|为好|为宜|较好|才行|才对|吧|的规定|的要求|这一规定|的内容|的条款|的表述|规定)$")
_TALK = re.compile(
    r"[我你咱俺您]|阿拉|人家|老百姓|啥|咋|怎[么样]|凭什么|[吗呢吧啊呀嘛哦哈啦呗嘞伐噻咯呐弗勿]|搞|弄|挺|真的|掉了?|钞票|不如|一下|起来|老是|天天|动不动|"
    r"难道|[！？!?]|了$|好了|算了|拉倒|反对|赞成|支持|想不通|受不了|没道理|比较"
)
_ASIDE = re.compile(r"[，,]?(?:行不行|好不好|可以吗|行吗|好吗|好伐|成不成|谢谢|写清楚|拜托了?|吧|呗)+$")
_SAYS = re.compile(
    r"(?:我们?|本人|个人)?(?:觉得|认为|希望|恳请|请求|呼吁|建议|主张)[，,]?|但是?[，,]?|另外[，,]?|还有[，,]|所以[，,]?|因此[，,]?|同时[，,]?|而且|我看[，,]?|我的想法是"
)
_MARKS = "，。；、！？!?,;. \n"
_CONDITION = re.compile(r"^(?:对|对于|如果?|若)?(?P<case>[^，]{4,30}的|(?<=对)[^，]{2,20}违[规法])$")
_GOES_ON = re.compile(r"^(?:并|且|或者|不得|由[^，]{2,12}(?:承担|负责)|确保|保证|保障)")
_CONSEQUENCE = re.compile(r"罚款|处罚|责令|停业|吊销|没收|赔偿|承担[^，]{0,6}责任|警告")
_OBJECT = re.compile(r"^(?:将|对)(?P<object>[^，]{2,16}?)(?=纳入|列入|给予|予以|进行|实行|实施|移|作为|用于|交|公示|公布|登记|处)")
_BALANCED = re.compile(r"[（(《“]")
_LONGEST, _SHORTEST = 60, 4


def is_written(words: str) -> bool:
    """Say whether words could stand in a rule: nothing spoken in them, and marks that close."""
    if (
        words.startswith(("应当", "不得", "可以"))
        or words.endswith(("的", "在", "和", "与", "或者", "对", "向", "时"))
        or not _SHORTEST <= len(words) <= _LONGEST
        or _SPOKEN.search(words)
        or re.search(r"[@#\s]", words.strip())
    ):
        return False
    return not _BALANCED.search(words) or (words.count("（") == words.count("）") and words.count("《") == words.count("》"))


def spoken(words: str) -> int:
    """Count the words in words that only speech has, rather than a written suggestion."""
    return len(_TALK.findall(words))


def core(text: str) -> tuple[int, int]:
    """Find what an opinion asks for within it: from behind 我觉得 or 建议 to before 行不行, offsets in the opinion."""
    plain = fold(text)
    start, end = 0, len(text)
    while start < end and plain[start] in _MARKS:
        start += 1
    begin = start
    while (lead := _SAYS.match(plain[begin:end])) is not None and end - begin - lead.end() >= _SHORTEST:
        begin += lead.end()
    while end > begin and text[end - 1] in "，。；、！？!?,; \n":
        end -= 1
    tail = _ASIDE.search(text[begin:end])
    if tail is not None and tail.start() >= _SHORTEST:
        end = begin + tail.start()
    return begin, end


def _skip_lead(text: str, start: int, end: int) -> int:
    while start < end:
        match = _LEAD.match(text[start:end])
        if match is None or not match.end():
            break
        start += match.end()
    return start


def _part(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Part:
    while start < end and plain[start] in ' 、“"的':
        start += 1
    cut = _CUT.search(plain[start:end])
    if cut is not None:
        end = start + cut.start()
    words, notes = vocabulary.legal(plain[start:end])
    return Part(start, end, words.strip(), tuple(notes))


def _actor(plain: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[Part | None, bool]:
    said = plain[start:end].strip(" 、由还也都就则")
    if not said:
        return None, False
    at = plain.index(said, start)
    named = vocabulary.actor(said)
    if named is not None:
        return Part(at, at + len(said), named[0], tuple(named[1])), True
    words, notes = vocabulary.legal(said)
    return Part(at, at + len(said), words, tuple(notes)), False


def _leading_actor(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Part | None:
    """The actor that a clause without a modal word begins with, as in 建议供电企业提供…."""
    for size in range(min(12, end - start - 4), 1, -1):
        named = vocabulary.actor(plain[start : start + size])
        if named is not None and named[0] in vocabulary.actors:
            return Part(start, start + size, named[0], tuple(named[1]))
    return None


def _modality(match: re.Match[str]) -> Modality:
    if match["no"]:
        return "不得" if "禁" not in match["no"] else "禁止"
    return "可以" if match["may"] else "应当"


def _clause_demand(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """Read one clause, from its lead to its end."""
    begin, start = start, _skip_lead(plain, start, end)
    match = _MODAL.search(plain, start, end)
    if match is None and start > begin and (named := _leading_actor(plain, start, end, vocabulary)) is not None:
        act = _part(plain, named.end, end, vocabulary)
        return Demand("应当", act, named, is_actor=True) if is_written(act.words) and not re.match(r"的|和|及|与|、", act.words) else None
    if match is None:
        by = re.match(
            r"由(?P<who>[^，]{2,14}?)(?P<act>(?:负责|承担|制定|组织|牵头|统一|会同|补|出资|实施|委托|公布|确定|审批|支付|监督|指定|代管|管理)[^，]*)",
            plain[start:end],
        )
        who_named = vocabulary.actor(by["who"]) if by else None
        if by is None or who_named is None:
            return _stated(plain, start, end, vocabulary)
        who = Part(start + by.start("who"), start + by.end("who"), who_named[0], tuple(who_named[1]))
        act = _part(plain, start + by.start("act"), end, vocabulary)
        return Demand("应当", act, who, is_actor=True) if is_written(act.words) else None
    act = _part(plain, match.end(), end, vocabulary)
    if not is_written(act.words):
        return None
    actor, is_actor = _actor(plain, start, match.start(), vocabulary)
    found = _OBJECT.match(act.words)
    thing = None if found is None else Part(act.start, act.end, found["object"])
    return Demand(_modality(match), act, actor, is_actor, thing)


def _stated(plain: str, start: int, end: int, vocabulary: Vocabulary) -> Demand | None:
    """What a clause states of a matter of the draft, as rules do without a modal word: 监控录像至少保存三十日."""
    match = _STATES.match(plain[start:end])
    if match is None:
        return None
    words, notes = vocabulary.legal(match["thing"])
    act = _part(plain, start + match.start("act"), end, vocabulary)
    if not is_written(act.words) or not is_written(words + "情形"):
        return None
    return Demand("应当", act, Part(start + match.start("thing"), start + match.end("thing"), words, tuple(notes)))


def _with_context(demand: Demand, plain: str, clauses: list[tuple[int, int]], k: int, vocabulary: Vocabulary) -> Demand:
    """Add the case before the clause, what goes on after it, and the consequence."""
    condition = consequence = None
    act = demand.act
    if k:
        start = _skip_lead(plain, *clauses[k - 1])
        if (case := _CONDITION.match(plain[start : clauses[k - 1][1]])) is not None:
            condition = _part(plain, start + case.start("case"), start + case.end("case"), vocabulary)
            if not condition.words.endswith("的"):
                condition = replace(condition, words=condition.words + "的")
            condition = condition if is_written(condition.words + "情形") else None
    for start, end in clauses[k + 1 : k + 3]:
        more = _part(plain, start, end, vocabulary)
        if _GOES_ON.match(more.words) and is_written(more.words) and end - act.start < _LONGEST:
            act = Part(act.start, more.end, f"{act.words}，{more.words}", (*act.notes, *more.notes))
        elif _CONSEQUENCE.search(more.words) and is_written(more.words):
            consequence = more
            break
        else:
            break
    amounts = tuple(find_quantities(plain))
    return Demand(demand.modality, act, demand.actor, demand.is_actor, demand.object, condition, consequence, amounts)


def read_demands(text: str, vocabulary: Vocabulary) -> list[Demand]:
    """Read the demands of one opinion.

    Args:
        text: The opinion.
        vocabulary: Words of the draft.

    Returns:
        Demands in order whose act can stand in a rule; none where the opinion only complains, asks or argues.
    """
    plain = fold(text)
    if len(plain) != len(text):
        return []
    clauses = [m.span() for m in _CLAUSE.finditer(plain)]
    found = []
    for k, (start, end) in enumerate(clauses):
        if plain[end : end + 1] in ("？", "?"):
            continue
        demand = _clause_demand(plain, start, end, vocabulary)
        if demand is not None:
            found.append(_with_context(demand, plain, clauses, k, vocabulary))
    return found
