"""Cues: the small words by which a comment shows what it does, whatever its subject.

Each cue is a named pattern over folded text (half-width, simplified characters). The classifiers see which cues a text
holds, not its topic words, so that what they learn on one consultation carries over to the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["CUES", "cue_vector", "cue_vectors", "is_term"]

_PATTERNS: dict[str, str] = {
    # asking for a rule
    "suggest": r"建议|提议|倡议|主张|宜改|宜为|不妨|最好(?!的)",
    "hope": r"希望|盼望|恳请|恳求|请求|呼吁|要求|拜托|麻烦(?=你|您|写|明|各|请)|盼(?=能|早|尽)",
    "please_rule": r"请(?!问|教|人|假|客|来|了|过|他|她|它)(?:在|把|将|写|改|删|明|予|给|立法|增|保|规|务必|贵|研|条例|撤|按)",
    "should": (
        r"应当|应该|应(?=予|由|为|有|按|以|与|包|明|纳|设|将|在|该|把|增|改|删|适|列|从|可)|理应|理当|"
        r"该(?=由|给|有|写|管|让|罚|把|出|怎)"
    ),
    "must": r"必须|务必|一定要|得(?=有|给|让|把|写|由|先|管|要|加|能|装|定|算|改|留)|非得|不能不|总得|至少得|起码得",
    "want_do": r"要(?=有|写|把|给|让|管|加|装|能|将|求|定|改|统|明|由|先|从|增|规|能|多|落|严|抓|求|纳|算)",
    "can_we": r"能不能|能否|可不可以|可否|是否(?:可以|能|应|考虑)|行不行|好不好|好伐|好吗|行吗|可以吗|为什么不能|怎么不能|不能也|为何不",
    "dont": r"别(?!人|的|墅|家|处|克|致|名|称|说|提|是|无)|不要|千万别|切勿|勿|莫",
    "must_not": r"不得|不许|不准|禁止|严禁|不应|不宜|不该|不可(?!能)|不能(?!不)",
    "allow": r"允许|准许|准予|可以(?!吗)|许可|放开|放宽|豁免|例外|除外|通融",
    "clarify": r"明确|写明|写清|写死|讲清|说清|细化|界定|列明|注明|规定清楚|具体(?:到|规定|标准|是)|量化|定义|清单|标准",
    "change_to": (
        r"改为|改成|修改为|调整为|调整到|调为|替换为|改到|换成|变更为|改作|表述为|延长|缩短|缩到|压缩|提高|降低|降到|降为|上调|"
        r"下调|推迟|提前|推后|减少到|增加到|增至|减至|压到|放宽到"
    ),
    "delete": r"删除|删去|删掉|删了|删|取消|去掉|拿掉|撤掉|废除|废掉|砍掉|划掉|移除|撤销",
    "add": (
        r"增加|增设|新增|增补|补充|加上|加一|添加|加入|写上|写进|纳入|列入|另设|另行|增列|补上|增订|加进|还应|还要|还得|也应|也要|"
        r"也得"
    ),
    "keep": r"保留|维持|不要改|不变|照旧|坚持|别松|不要松|按草案|按原|就按|不能松|顶住|正好|足够|够了|合适|适中|合理",
    "number_ask": (
        r"至少|起码|最多|不超过|不少于|不低于|不高于|以上|以下|以内|上限|下限|封顶|最高|最低|"
        r"改[^，。]{0,4}[0-9一二三四五六七八九十百]"
    ),
    "better": r"不如|还不如|与其|宁可|倒不如|更好|才(?:行|够|对|是|能|好|合)",
    "draft_word": (
        r"草案|条例|法规|办法|规定|这一条|该条|本条|条款|条文|征求意见稿|立法|这条|这一款|该款|本款|该项|此条|那条|那一条|意见稿|"
        r"稿子|规矩"
    ),
    "citation": (
        r"第[0-9零一二三四五六七八九十百]+[条款项章]|"
        r"(?<![0-9零一二三四五六七八九十百])[0-9零一二三四五六七八九十百]{1,9}条(?:第?[0-9一二三四五六七八九十]+款)?(?![街路狗鱼腿船命裤])|§"
    ),
    # taking a side
    "support": (
        r"(?<![不没别])(?:支持|赞成|赞同|拥护|同意|认同)|点赞|举双手|叫好|太好了|很好|挺好|是好事|早就该|早该|欢迎|写得好|禁得好|管得好|说得对|"
        r"赞[!！]|没意见|英明|给力"
    ),
    "oppose": (
        r"反对|不同意|不赞成|不支持|不认可|不认|不接受|抵制|不合理|不公平|不公|不妥|不合适|太过|过分|过高|过低|过重|过轻|过严|"
        r"过短|过长|偏高|偏低|太高|太低|太长|太短|太重|太严|太轻|太少|太多|一刀切|想不通|没道理|不讲道理|不合情理|荒唐|霸道|离谱|"
        r"拍脑袋|凭什么|什么道理|过了(?=。|，|$)|不近人情|形同虚设|说不过去|吃不消|受不了|太狠"
    ),
    "not_enough": (
        r"不够|不足|不明|不清|模糊|笼统|含糊|缺乏|缺少|没有(?:写|规定|明确|说)|未(?:规定|明确|写|说明|设定|区分)|过宽|漏了|漏掉|"
        r"空白|真空|没写|没说|只写|光写|仅写|光靠|仅靠"
    ),
    "question": (
        r"[?？]|请问|请教|想问|想知道|是不是|算不算|怎么(?:办|算|认定|界定)|如何|是否|哪些|由谁|谁来|多少|什么叫|何为|是指|请释明|"
        r"请解释|请说明|到底"
    ),
    "question_end": r"[?？]\s*[”\"」』]?$",
    "rhetoric": r"难道|凭什么|岂不|何必|哪里|谁说了算|怎么可能|有什么用|管什么用|让我们怎么|怎么活|怎么办[?？]",
    # giving grounds
    "because": r"因为|由于|理由|原因|毕竟|既然|鉴于|考虑到|出于|为的是|缘由",
    "otherwise": r"否则|不然|要不然|要不|免得|以免|以便|避免|防止|这样(?!规定)|那样|从而|便于|有利于|有助于|好让",
    "so": r"所以|因此|因而|故(?=建议|应)|为此|那就|那么|于是",
    "but": r"但是|但(?!愿)|可是|不过|然而|只是|却",
    "if": r"如果|要是|假如|万一|若(?!干)|一旦|真要|真的",
    "consequence": r"等于|意味着|导致|造成|引发|影响|后果|只会|就会|势必|将会|难以|无法|没法|反而",
    "fact": (
        r"现在|目前|去年|前年|上个月|上次|今年|有一次|有一回|上周|昨天|那天|当年|以前|从来|已经|经常|常年|天天|每天|总是|一直|"
        r"多次|好几|亲眼|经历"
    ),
    "figures": r"[0-9]{2,}|[一二三四五六七八九十百千]{2,}(?!条|款|项)",
    # who speaks, and letters' furniture
    "self": r"我(?!国|市|省|区|县)|咱|本人|俺|阿拉|我司|本公司|我公司|我们",
    "introduce": (
        r"^(?:我|本人)(?:是|叫|姓|在|住|今年|家住|名叫|做|开|从事)|我叫|本人系|身份证|电话|手机|联系方式|邮箱|住址|"
        r"今年[0-9一二三四五六七八九十]+岁|岁了"
    ),
    "greeting": (
        r"尊敬的|敬启|您好|你们好|领导(?:们)?好|各位领导|此致|敬礼|谢谢|致谢|辛苦|请予采纳|仅供参考|供参考|批评指正|妥否|以上意见|"
        r"多包涵|见谅"
    ),
    "announce": (
        r"(?:以下|如下|提|说|谈|讲|有)[^，。]{0,3}(?:[0-9两二三四五六七八九十几]+)?[点条项个][^，。]{0,4}(?:意见|建议|看法|想法|问题)?[:：。]?$|"
        r"意见如下|建议如下|我说几句|唠两句|汇总|补充"
    ),
    # needs of the day, not of the law
    "call_in": r"来电|来信|反映人|市民反映|群众反映|诉求人|来访|热线|12345",
    "handle": (
        r"(?:请|望|希望|要求|麻烦|恳请)[^，。；]{0,14}(?:处理|解决|核实|回复|答复|协调|查处|整治|检查|维修|修一下|清理|查一|看看|督促|落实|尽快|安排|整改|管一管|来管|介入|调查)"
    ),
    "broken": r"坏了|没人修|没人管|不亮|堵住|漏水|停电|停水|噪音|扰民|臭味|占用|乱停|乱放|投诉无门|多次反映|至今未|一直没|迟迟|未解决",
    "my_case": (
        r"我(?:能|可以|该|要|应该|需要)(?:不能|怎么|找谁|去哪|起诉|申请|要)|找谁|去哪里|怎么办理|要什么材料|带什么|办理|过户|补办|"
        r"退款|退费|赔偿|起诉|押金|工资|欠薪|合同纠纷|算不算我|我家的|能不能(?:给|帮)我|帮我"
    ),
    "advert": (
        r"出售|转让|出租|招聘|急招|诚聘|招生|优惠|促销|特价|包邮|加微信|加群|私聊|下单|咨询请|现货|代办|低价|团购|拼团|接龙|包吃|"
        r"月薪|日结|面议|非诚勿扰|送货|热线订|有意者|报名|入群|扫码关注|兼职|贷款|福利|红包|求购|寻人|寻物|招租|搭子|招新|会员"
    ),
    "emphasis": r"[!！]|坚决|强烈|一定|千万|绝对|绝不|必须|赶紧|尽快|早点",
    "negation": r"不|没|无|未|别|勿",
    "legal_words": (
        r"上位法|行政处罚法|法律责任|罚则|主体|义务|权利|权限|授权|合法|违法|情形|责令|依法|承担|职责|条件|程序|期限|比例|幅度"
    ),
}

CUES: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}


_TERM = re.compile(r"(?!第.+[条款项章]$)(?![0-9零一二两三四五六七八九十百千万几半]+[^0-9]{0,3}$)[\u4e00-\u9fff]")
_NO_TERMS = ("suggest", "hope", "should", "must", "support", "oppose", "greeting", "question", "negation")


@lru_cache(maxsize=1 << 16)
def is_term(word: str) -> bool:
    """Say whether a word can name a matter: Chinese, two characters or more, no number, no citation, no word of asking."""
    return len(word) > 1 and _TERM.match(word) is not None and not any(CUES[name].search(word) for name in _NO_TERMS)


def _without_context(pattern: str) -> str:
    """Return a pattern without what it wants to stand around a match: it matches wherever the pattern matches, and more."""
    kept: list[str] = []
    skipping: list[bool] = []  # for each open bracket, whether it opens a look around
    for part in _TOKENS.findall(pattern):
        if part.startswith("("):
            skipping.append(part in _LOOKS)
        inside = any(skipping)
        if part == ")":
            skipping.pop()
        if not inside and part not in ("^", "$"):
            kept.append(part)
    return "".join(kept)


_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_TOKENS = re.compile(r"\(\?(?:<?[=!]|:)|\\.|\[(?:\\.|[^\]\\])+\]|.", re.S)
_ANYWHERE = [(name, re.compile(_without_context(pattern))) for name, pattern in _PATTERNS.items()]


@lru_cache(maxsize=1 << 10)
def _possible(folded: str) -> list[tuple[int, re.Pattern[str]]]:
    """Return the number and the pattern of each cue that a part of a text could hold."""
    return [(k, CUES[name]) for k, (name, anywhere) in enumerate(_ANYWHERE) if anywhere.search(folded)]


def cue_vectors(folded: str, places: Sequence[tuple[int, int]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return which cues parts of a text hold.

    What no part can hold, since nothing in the text looks like it, is looked for once and not in every part.

    Args:
        folded: A folded text.
        places: Start and end of each part.

    Returns:
        Array of shape (places, cues) of 0 or 1, the same as :func:`cue_vector` of each part by itself.
    """
    out = np.zeros((len(places), len(_ANYWHERE)), np.float32)
    pieces = [folded[start:end] for start, end in places]
    for k, pattern in _possible(folded):
        for i, piece in enumerate(pieces):
            if pattern.search(piece):
                out[i, k] = 1
    return out


def cue_vector(folded: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return which cues a folded text holds, as 0 or 1, in the order of :data:`CUES`."""
    return np.array([pattern.search(folded) is not None for pattern in CUES.values()], dtype=np.float32)
