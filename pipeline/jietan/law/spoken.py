"""Spoken: what of speech no rule holds, and what an opinion asks for within its talk."""

from __future__ import annotations

import re

from jietan.language.normalize import fold

__all__ = ["SHORTEST", "core", "is_written", "spoken"]

#: Words of speech that no rule holds.
_SPOKEN = re.compile(
    r"我|你|咱|俺|阿拉|人家|老百姓|这|那|啥|怎|什么|谁|哪|[吗呢吧啊呀嘛哦哈啦呗嘞伐噻咯]|搞|弄|挺|太(?!阳)|很|真(?!实)|(?<!能)够|(?<!区|级|类|个|特|鉴|分|性)别|"
    r"几(?!何)|(?<!有)些|差不多|最好|比较|建议|希望|觉得|认为|反对|支持|赞成|同意(?=[，。]|$)|草案|条例|法规|条文|写|[改删](?!变|造|建|正|进|装|革)|[条款项](?=$|里|中)|第.{1,3}[条款项]|"
    r"(?<!按照|国家|有关|违反|符合|下列)规定|掉|死(?!亡)|钞票|不如|与其|还是|而不是|不是|光(?!盘|明|伏)|(?<![船犬禽])只(?![有数])|了(?!解)|(?<![取获不])得(?!到|出|以)|着(?![火装])|"
    r"让|给(?!予|付)|去(?!除|世)|来(?!源|往|访|电)|(?<!机|体|会|时|等)就|都|也|还(?!款|原)|才|呀|么|哎|嗨|(?<![放车收停取集采观站网测节联餐充烟])点(?=$|儿)|动不动|凭|难道|岂|只会|一刀切|[？！?!“”\"]|"
    r"的话|多少|老是|总是|天天|年年|千万|一下|起来|出来|拿|(?<![停存摆释发投排燃播开堆安解])放(?![置映弃宽射行])|找|叫|讲|说(?!明)|看(?!护)|管(?=$|起|住)|白|随便|乱(?!收|扔|停|倒|堆|搭)|翻|(?<![需主必重])要(?!求|素|道)|好(?!转)|行(?=$)|应$|"
    r"往[上下外里]|有人|非[要得等让]|写进|打底|起[步跳]|松口|松动|放松|让步|守住|保住|(?<!其)[他她它]|塞|扛|听听|蹭|有没有|个[把将]|期期|万望|请$|^请|之例|至于|像话|"
    r"东西|事情|时候|地方(?!性|政府|标准|人民)|办法$|钱|家里|屋里|门口|一家|回事|楼上|楼下|下来|上来|公家|自家|自己|硬|靠|盯|一[围拦堵封]|顺带|趟|喊|盼|想|愿|怕|恨|吃|玩|义务人$|搭(?!建|乘|载|接)|棚子|进(?!行|入|口|一步|出|展|货|修|度)"
)
_TALK = re.compile(
    r"[我你咱俺您]|阿拉|人家|老百姓|啥|咋|怎[么样]|凭什么|[吗呢吧啊呀嘛哦哈啦呗嘞伐噻咯呐弗勿]|搞|弄|挺|真的|掉了?|钞票|不如|一下|起来|老是|天天|动不动|"
    r"难道|[！？!?]|了$|好了|算了|拉倒|反对|赞成|支持|想不通|受不了|没道理|比较"
)
_ASIDE = re.compile(r"[，,]?(?:行不行|好不好|可以吗|行吗|好吗|好伐|成不成|谢谢|写清楚|拜托了?|吧|呗)+$")
_SAYS = re.compile(
    r"(?:我们?|本人|个人)?(?:觉得|认为|希望|恳请|请求|呼吁|建议|主张)[，,]?|但是?[，,]?|另外[，,]?|还有[，,]|所以[，,]?|因此[，,]?|同时[，,]?|而且|我看[，,]?|我的想法是|"
    r"(?:应当|应该)(?=禁止|允许)|(?:条例|草案|法规)(?:里|中)?(?:应当|应该|要)?(?:要求|规定|写明|明确)(?:规定)?[，,]?"
)
_MARKS = "，。；、！？!?,;. \n"
_BALANCED = re.compile(r"[（(《“]")
_LONGEST = 60
SHORTEST = 4  #: characters of an act that stands without a subject


def is_written(words: str, shortest: int = SHORTEST) -> bool:
    """Say whether words could stand in a rule: nothing spoken in them, and marks that close.

    Args:
        words: The words.
        shortest: How many there are at least.
    """
    if (
        words.startswith(("应当", "不得", "可以"))
        or words.endswith(("的", "在", "和", "与", "或者", "对", "向", "时"))
        or not shortest <= len(words) <= _LONGEST
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
    while (lead := _SAYS.match(plain[begin:end])) is not None and end - begin - lead.end() >= SHORTEST:
        begin += lead.end()
    while end > begin and text[end - 1] in "，。；、！？!?,; \n":
        end -= 1
    tail = _ASIDE.search(text[begin:end])
    if tail is not None and tail.start() >= SHORTEST:
        end = begin + tail.start()
    return begin, end
