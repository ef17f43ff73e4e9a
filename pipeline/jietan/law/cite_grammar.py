"""The words of a citation: numbers, lists and ranges, 条 款 项 目, and the false friends (一条街, 三条意见) that are none.

Everything here reads text that went through ``fold``: half-width, simplified, offsets unchanged. Repetitions are bounded,
so that matching at one place takes constant time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from jietan.language.numerals import parse_number

__all__ = [
    "BARE", "BRACKETED", "CONNECTOR", "COUNTED", "COUNTS", "DESCRIBED", "ENUMERATES", "FIRST_PARTS", "GOODS", "GOVERNS", "INVERTED",
    "ITEM", "LEADS_IN", "LONGEST", "LOOSE", "LOOSE_DIGIT", "LOOSE_NEXT", "MODEL", "MORE_SUBS", "NEXT_CITES", "NUMBERED", "ORDINAL",
    "ORDINAL_NOUN", "OTHER_TEXT", "OWN_POINT", "PAGE", "PARAGRAPH", "PARTITIVE", "RELATIVE", "SAYS", "STANDARD", "START", "STOPS",
    "SUBITEM", "TAKES", "TO", "UNIT", "WEAK_NOUN", "is_cited_bare", "is_relative", "numbers_in", "speaks", "spread",
]  # fmt: skip

_MAX_RANGE = 100
_C = "(?:[零〇○一二三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟]|两(?=[百千]))"
# Arabic, Chinese, and both mixed by typists: 12, 十二, 十2, 1百2十; blanks come from PDF files.
_N = rf"(?:\d{{1,4}}(?:[十百千](?:{_C}|\d){{0,6}})?|{_C}(?:\s?{_C}){{0,10}}\d{{0,2}})"
_CLOSE = rf"(?:\d{{1,4}}|{_C}{{1,9}})"
TO = r"(?:起?至|(?:一?直)?到|~+|[\u2010-\u2015\-─━]+|起(?=第))"
_AND = r"(?:、|以及|及其?|和|与|跟|还有|或者?|[/&]|[,+](?=\s?\d))"
_MORE = rf"(?:\s?(?:{_AND}|{TO}|(?=第))\s?第?\s?{_N}){{0,30}}"
_BLANK = r"[\s_]{0,3}"
_DI = r"(?:第|笫|苐|(?<![兄徒师小子表堂姐])弟)"
_SMALL = r"(?:\d{1,2}(?!\d)|[一二三四五六七八九十]{1,3})"
_SUB_END = r"(?!\s?[款项百千万元分日年天倍个]|[般切定些直致起流旦律])"
_SUB = rf"(?:\s?之\s?(?P<sub>{_SMALL}){_SUB_END})?"
#: 、之二 or 至之三 behind 第十八条之一.
MORE_SUBS = re.compile(rf"\s?(?P<word>{_AND}|{TO})\s?之\s?(?P<sub>{_SMALL}){_SUB_END}")
# 第1 2条: digits that a scan pulled apart.
_SPACED = r"\d(?:\s\d){1,2}(?=\s?条)"
#: 第十二条, 第八、九条, 第十至十五条, 第18-1条, §12.
ORDINAL = re.compile(
    rf"(?<!倒数){_DI}{_BLANK}[(\[“\"]?{_BLANK}(?P<numbers>{_SPACED}|\d{{2}}\.\d{{2}}(?=\s?条)|{_N}{_MORE}(?:\s?,\s?{_C}{{1,4}}(?=\s?条))?){_BLANK}[)\]”\"]?\s?(?:[两三四五](?=\s?条))?\s?条(?!件){_SUB}"
    r"|(?:§{1,2}|\b[Aa]rt(?:icles?\b|\.|\b))\s?(?P<section>\d{1,4})(?![\d%])(?:\s?[(](?P<clause>\d{1,2})[)])?"
)
_BEFORE_BARE = r"(?:(?<=\n\d\.)|(?<=\A\d\.)|(?<![第\d零一二两三四五六七八九十百千几多数半.\-])(?<!(?<!条)/))"
_TEEN = "[二三四五六七八九]?十[一二三四五六七八九]?"
# A list opens no sentence, where 一、 counts the writer's points; a text does not begin with its twelfth point.
_LISTED_BARE = (
    rf"(?:(?:\A|(?<=[\n。])){_TEEN}(?:、{_TEEN}){{1,10}}|\A\d{{2,3}}(?:(?:{_AND}|{TO})\d{{2,3}}){{1,10}}"
    rf"|(?:(?<=[^\n。;:!?,、\s])|(?<=条[款文号]:))(?:\d{{1,4}}(?:(?:{_AND}|{TO})\d{{1,4}}){{1,10}}|{_C}{{1,6}}(?:(?:、|和|{TO}){_C}{{1,6}}){{1,10}}))"
)
#: 12条, 草案8、9条, 十二条: numbers without 第.
BARE = re.compile(
    rf"{_BEFORE_BARE}(?P<numbers>{_LISTED_BARE}|(?<!\d)\d{{2}}\.\d{{2}}|{_CLOSE}(?:{TO}{_CLOSE})?)\s?条(?!例|件|款(?![第\d])|文|目|幅|理|约|线){_SUB}"
)
_GAP = r"(?:\s?[(][^()]{1,20}[)](?=\s?第))?\s?(?:里[面头]的?|当中的?|中的|[的之中里]|、(?=第)|-(?=第?\d{1,2}[款项]))?\s?"
_NOT_MODEL = r"(?!式|型|待|项)"
PARAGRAPH = re.compile(
    rf"{_GAP}[第笫苐]?\s?(?P<numbers>[(]\s?{_N}\s?[)](?:\s?[(]\s?{_N}\s?[)]){{1,9}}|[\u2460-\u2473]|(?:[(]\s?)?{_N}{_MORE})\s?[)]?\s?(?:[两三四](?=款))?款{_NOT_MODEL}"
)
_CIRCLED = r"[\u2460-\u2473\u2474-\u2487\u3220-\u3229]"
_IN_BRACKETS = rf"[(\[]\s?{_N}\s?[)\]]"
_ONE_ITEM = rf"(?:{_IN_BRACKETS}|{_N}[)]?|{_CIRCLED})"
_ITEMS = rf"{_ONE_ITEM}(?:\s?(?:{_AND}|{TO}|(?=第))\s?第?\s?{_ONE_ITEM}|\s?(?:{_IN_BRACKETS}|{_CIRCLED})){{0,30}}"
ITEM = re.compile(rf"{_GAP}[第笫苐]?\s?(?P<numbers>{_ITEMS})\s?(?:[两三四](?=项))?项(?!目(?![的标录])|制|工|链|服)")
#: （三） behind 条 or 款 without the word 项.
BRACKETED = re.compile(
    rf"\s?(?P<numbers>[(]\s?{_SMALL}\s?[)](?:\s?(?:{_AND}|{TO})?\s?[(]\s?{_SMALL}\s?[)]){{0,20}}|{_CIRCLED}+)(?!\s?[条款])"
)
#: 第三款 behind 第八条第二项: where 项 stand above 款 (条、项、款、目), as in Taiwan.
INVERTED = re.compile(rf"\s?[第笫苐]\s?(?P<numbers>{_N})\s?款{_NOT_MODEL}")
SUBITEM = re.compile(rf"{_GAP}(?:(?P<ordinal>第)\s?)?(?P<numbers>{_ONE_ITEM})\s?目(?![标前录光击睹])(?(ordinal)|(?!的))")

_THING = (
    r"产品|商品|车|手机|电话|软件|游戏|应用|app|APP|App|机|面霜|口红|鞋|包|衣|裤|裙|菜|套餐|药|疫苗|模型|模块|冰箱|空调|空气|电器|电视|电动|耳机|沙发|酒|茶|奶|蛋糕|"
    r"饮料|香水|表|玩具|皮肤|理财|保险产品|基金|贷款|礼物|设备|方案是|头盔|锁"
)
_TASK = (
    r"目|工作|任务|议程|比赛|赛|措施|制|工程|链|服|举|任|业务|技术|改革|指标|调查|试验|实验|研究|成果|专利|荣誉|活动|建议|意见|诉求|要求|理由|"
    r"议题|提议|提案|民生|惠民|承诺|计划|冠军|金|世界|记录|纪录|检查|检测|测试|能力|本领|运动|技能|课题|议案|便民|费用|创新|好处|优势|收费|支出|权利|义务"
)
_PAID = r"[都也]?(?:已经?|还没|没|未)?(?:[交付收还]了|到账|结清|付清)|[已未没]付"
_COUNT = r"意见|建议|理由|要求|看法|想法|诉求"
#: What follows 第三款 or 第四项 that stands alone.
LOOSE = re.compile(
    rf"(?<!倒数){_DI}\s?[(]?\s?(?P<paragraph>{_N}{_MORE})\s?[)]?\s?(?:[两三四](?=款))?款(?!式|型|待|项|{_PAID}|(?:的|是)?[\s\dA-Za-z]{{0,12}}(?:新国标|老国标|新|老|旧)?(?:{_THING}))"
    rf"|(?:(?<!倒数){_DI}\s?(?P<item>{_ITEMS})|(?P<bracketed>{_IN_BRACKETS}(?:\s?(?:{_AND}|{TO})?\s?{_IN_BRACKETS}){{0,20}}))\s?(?:[两三四](?=项))?项"
    rf"(?!(?:的|是)?\s?(?:{_TASK}))"
)
_POST = (
    r"微信|诉求|[扶电楼]梯|选项|战线|宣传片|预告|热线|腰带|人行横道|斑马线|消息|微博|评论|弹幕|留言|短信|回复|信息|新闻|热搜|帖|朋友圈|推送|视频|语音|记录|线索|证据|数据|通知|公告|广告|评价|动态|推文|私信|说说|笔记|好友|邮件|"
    r"赛道|航道|(?:高压|低压|输电|电|网|光|干|支|主)线|街|路(?![灯面边政权肩])|巷|弄|胡同|车道|跑道|河|沟|渠|通道|隧道|生产线|线|船|狗|鱼|蛇|龙|腿|裤|裙|毛巾|被子|烟|理由|狗链"
)
#: 本条, 前款, 同条, 该款, 上一条, 前两款, 这一条第二款; not 基本条件, 目前款项, 合同条款, 此款手机, 上一条微博.
RELATIVE = re.compile(
    r"(?P<base>(?<![基根原资日样成版文书剧课单这])本|(?<![目之以先提])前(?:[一两二三四](?=[条款项]))?|(?<![应活])该|(?<![合相不共如等雷协赞])同|"
    r"(?<![如因由彼])此|上一|(?<![剩留余])下一|(?<!最)后一|(?<![以])上(?=[条款]规定)|下(?=[条款]规定)|(?<!最)后(?=款规定)|那一|这一|这|那)"
    rf"(?:(?P<level>条)(?!例|件|目|约|款(?![第\d])|文|理|{_POST}|{_COUNT})|(?P<level2>款)(?!式|型|待|项|{_PAID}|[\s\dA-Za-z]{{0,12}}(?:{_THING}))"
    r"|(?P<level3>项)(?=规定|所列|所称|情形|中|删|改|的规定|、|,|。|行为))"
)
#: 前两款 right behind an article.
FIRST_PARTS = re.compile(r"前(?P<count>[一两二三四五])(?P<level>[款项])")
#: Bases that are ordinary talk unless more of a citation follows: 这条第二款, 同款规定.
_COLLOQUIAL = frozenset("这 那 这一 那一".split())
_MODEL_BASES = frozenset("同 此".split())
_LEGAL_NEXT = re.compile(r"\s?(?:的?第|之?规定|的规定|[还也又均都]规定|所[称列指]|中|但书|[(])")
_NEXT_PART = re.compile(rf"\s?(?:的|里[面头]?的?)?\s?第\s?[(]?\s?{_N}\s?[)]?\s?[款项]")
START = re.compile(
    rf"{_DI}{_BLANK}[(\[“\"]?{_BLANK}(?:\d|{_C}|{_CIRCLED})|§\s?[\d§]|\b[Aa]rt(?:icles?|\.)?\s?\d|(?<=[,、;。和跟与/\s])\d{{1,2}}款|{_CLOSE}(?:(?:{_AND}|{TO}|\.){_CLOSE}){{0,10}}\s?条"
    rf"|(?:[本前该同此一上下后这那]|前[一两二三四]|[这那上下后]一)[条款项]|{_IN_BRACKETS}(?:\s?(?:{_AND}|{TO})?\s?{_IN_BRACKETS}){{0,20}}\s?项"
)
#: Words that make 第二条 one of the writer's points, or a saying: 三条意见里第二条, 安全千万条，规矩第一条.
OWN_POINT = re.compile(
    rf"(?:{_COUNT}|措施|微博|短信|消息|评论)(?:里面?|中|当中|的)$|清单(?:里面?|中|的)?$|(?:生产线|马路|河流|线路|隧道|地铁|跑道|车道|通道|狗|船)$|千万?条|万条"
)
#: 第一条步行街, 第二条无障碍公交线路: a thing that is counted, with what describes it.
DESCRIBED = re.compile(
    r"(?!规定|涉及|关于|明确|提到|对)[\u4e00-\u9fff]{0,4}(?:步行街|公交线路?|高铁线?路?|公路|铁路|高速|地铁线?|生产线|绿道|航线|隧道|消息|通道|车道|盲道|人行道|[水气电]管|管道)(?=[,。;!?、\s被堵坏漏停断还也就没从]|$)"
)
#: Words in front of 第二款 or 第一项 that count goods and deeds: 全球第一款, 推出的第二款, 法案中的第一项.
GOODS = re.compile(
    r"(?:发布|推出|研发|开发|上市|发售|出品|全球|中国|全国|世界|国内|国产|史上|球上|首批|选|旗下|公司|品牌|今年|共有|出了|出的|[中上里]的|项中|款中|是他|是她|是我)$"
)
#: What stands behind 第二款 or 第一项 that speaks of a provision where the text has cited none.
LOOSE_NEXT = re.compile(
    r"\s?(?:规定|内容|条文|条款|文字|情形|表述|表达|措辞|前段|后段|第|但书|以及|及|[里之其所与把将被就才更也似甚]|[前后][半面]|罚|原文|加|明|过|读|语|存|用|采|授|限|兜底|[顺次]序|至|到|所|列|情况)"
)
#: 第二款手机: behind or before it 第一款 is one more model.
MODEL = re.compile(rf"第\s?{_SMALL}\s?款(?:的|是)?[\s\dA-Za-z]{{0,12}}(?:新国标|老国标|新|老|旧)?(?:{_THING})")
#: Texts whose 款 and 项 are no law's: 判决第三项, 附件二第三项.
OTHER_TEXT = re.compile(
    r"(?:判决书?|主文|判项|房本|房产证|产权证|说明书|起诉状|答辩状|申请书|裁定书?|裁决书?|附[件表录]|清单|目录|议程|日程|合同书?|协议书?|公告|通告|通知书?|方案|规划|纲要|报告|问卷|选项|登记表|文件|表格|申报表)[\d一二三四五六七八九十]{0,3}[中里的:]?$"
)
#: Technical standards, whose 条 are no law's: 新国标第4条, GB 17761第4条.
STANDARD = re.compile(r"(?:[国行地企]标|(?:GB|JGJ|CJJ|DB)[/TtZz]{0,2}\s?[\d.]{2,8}(?:[-—]\d{4})?)[的中里]?\s?$")
#: What numbers the rows of a page: 第2页第3条.
PAGE = re.compile(r"(?:第\s?\d{1,4}\s?[页行列楼号栋]|[图表]\s?\d{1,3}\s{0,2})$")
#: Every mention ends in one of these, within so many characters.
UNIT = re.compile("[条款项目§]|[Aa]rt")
LONGEST = 1000
#: What joins a mention to the one before.
CONNECTOR = re.compile(rf"\s?(?P<word>、|,|和|及|与|跟|或|还有|以及|或者|[+/]|{TO})\s?(?:其)?")
#: Nouns that 第二条 counts whatever the number: 第二条生产线, 第三条消息, 第一条意见：.
ORDINAL_NOUN = re.compile(
    rf"\s?(?:{_POST}|(?:{_COUNT}|提议|疑问|问题)(?=[:,。;是为、]|就是|$)|(?!规定|涉及|关于|明确|提到|对)[\u4e00-\u9fff]{{1,4}}(?:短信|微博|推文|弹幕)(?=[,。;!?、\s]|$)|好汉|生命|命(?!令)|地铁|公交|小路|大路|水管|电缆|绳|管线)"
)
#: Nouns that a small 第N条 counts and a large one does not.
WEAK_NOUN = re.compile(
    r"\s?(?:线路|管道|原则(?!上|太|过|不|宜|应|需|表述|条款)|措施|标准|经验|思路|出路|路径|规矩|纪律|军规|禁令|红线|底线|承诺|铁律|定律|办法是|主张|教训)"
)
#: Nouns that 三条 counts.
COUNTED = re.compile(
    rf"{ORDINAL_NOUN.pattern}|\s?(?:投诉|举报|求助|工单|来信|来电|诉求|生肖|问答|条目|案例|判例|弄堂|单子|差评|好评|微信|链接|字幕|语录|口号|谣言|传言)|\s?(?:{_COUNT}|措施|原则|标准|举措|新规|禁令|红线|底线|承诺|纪律|规矩|提议|内容|问题|经验|教训|军规|命|人命|心|好|小|大(?!家)|新|"
    r"线|管|绳|道|裤|鱼|烟|毛巾|被|围巾|领带|项链|地铁|公交|高速|黄瓜|凳|板凳|胳膊|尾巴|轨道|横幅|标语|以上|以下|左右|多|来(?![着讲说]))"
)
#: Words that announce the writer's own numbered points.
ENUMERATES = re.compile(
    r"(?:[一二两三四五六七八九十几\d]\s?[条点](?:小?意见|小?建议|要求|理由|看法|想法|诉求|[:。]|,都)|以下几[条点]|如下几[条点]|头一条|(?:[提说讲谈聊]了?|就)[一二两三四五六七八九十几\d]{1,3}[条点])"
)
#: What speaks about a provision right behind its number.
SAYS = re.compile(
    r"\s?(?:整个|讲|说|规定|写|里|中(?!心)|的|应|建议(?!如下)|来讲|来说|跑|通过|撤|除外|一样|这样|这种|却|偏|反而|反倒|印象|大家|全体|[让令]人|得|念|归|读|呀|啊|压(?!缩)|执行|实施|适用|解释|翻译|算|照|定|补|单独|移|挪|作为|成立|生效|违|引|套|给|让|把|被|连|本身|当中|那句|这句|其次|然后|再[就有]|[后前]面|后头|前头|还是|或者|来着|第几|真|居然|竟|倒|确实|哪里|看|应该|建议(?!如下)|不|要(?!求)|太|改|删|也|是|同|关于|我|对|有|那|这|全|没|可|能|最|后半|前半|"
    r"明确|增|取消|保留|支持|反对|“|\"|「|和\d|以及|只|就|还|与|啥|什么|咋|到底|简直|根本|其实|明显|为[何啥毛]|如何|凭|谁|哪|吗|呢|吧|缺|漏|重复|冲突|矛盾|模糊|笼统|含糊|合理|多余|离谱|需|宜|合并|修改|表述|跟|很|必须|:|,?\s?(?:不?同意|不?赞成|反对|支持|应|建议|可以)|过于|罚|[都均皆](?=[是要规不应没很太写罚可该])|怎么|为什么)"
)
#: Where a clause ends.
STOPS = re.compile(r"\s*(?:[,。;!?:、)\n=~…\[」”』\"]|$)")
#: What can stand in front of a number without 第 that cites.
LEADS_IN = re.compile(
    r"(?:^|[。;!?:,、/\n(\s“「『\"]|[睇咗]|不是|是|反映|指出|认为|觉得|提到|发现|看来|既然|如果|要是|假如|因为|由于|除了?|[比跟像连凭]|类似|那个啥|[嗯啊哦那])$"
    r"|(?:关于|对于?|按照?|根据|依据|依照|违反|看[到了过看]?|翻到?|读[到了过]?|查[到了]?|和|与|及|改|删除?|把|至|到|说|就|同意|反对|支持|赞成|拥护|那个|这个)$"
)
#: Words in front of a number that count, where a number without 第 cites nothing: 有二十条, 提了12条.
COUNTS = re.compile(
    r"(?:[有共计达才仅够满约近超每各另再多少只]|大概|差不多|几乎|整整|合计|累计|至少|最多|不到|不止|还剩|增至|减至|[加增扩减缩][到至为成]|压缩[到为]|减少?[到为]|增加?[到为]|分[成为]"
    r"|新?增加?|[加提写发刷回收买养修通开拉列出定减说讲谈背抄贴删改采纳存]了)$"
)
#: 十条里面有八条: a part of a whole that is counted.
PARTITIVE = re.compile(
    r"\s?(?:里面?头?|中|当中)?[,]?\s?[就只才]?有[一二两三四五六七八九十几\d]{1,3}[条个]|\s?[一二三四五六七八九十]{1,3}条"
)
#: Verbs that take a provision: behind them a number without 第 cites whatever follows, 把三十一条念一遍.
GOVERNS = re.compile(
    r"(?:[归按把念引对套依删违犯撤废翻拿骂夸怼喷]|吐槽|批评|讨论|[放移挪写][在到入]|置于|撤掉|取消|赞同|(?<!数)据|依照|按照|根据|"
    r"针对|保留|细化|完善|落实|违反|支持|反对|赞成|同意|关于|适用|引用|执行)(?:那个?|这个?|第)?$"
)
#: One more number behind a number without 第: 12条，13条.
NEXT_CITES = re.compile(r"\s?[,、/;和跟与\n]\s?第?(?:\d{1,4}|[二三四五六七八九]?十[一二三四五六七八九]?)\s?条")
#: 2款 behind 9条1款.
LOOSE_DIGIT = re.compile(r"(?P<numbers>\d{1,2})\s?款(?![式型待项])")
#: 1. or (2) or ③ that number the writer's own points.
NUMBERED = re.compile(rf"(?P<bracketed>[(]\s?(?P<digits>{_SMALL})\s?[)])|(?P<circled>{_CIRCLED})")
#: Words behind which a number without 第 cites even where nothing more is said: 赞成26条。
TAKES = re.compile(r"(?:同意|反对|支持|赞成|拥护|关于|根据|依据|依照|按照|违反|修改|条[款文号]:)$")
_WHOLE_LIST = re.compile(rf"(?P<word>{_AND}|[.,]|{TO}|(?=第)|(?=[(\[]))")
_ONE_CIRCLED = re.compile(_CIRCLED)
_TRAILING = re.compile(r"(?P<head>.*十)?(?P<first>[一二三四五六七八九])(?P<second>[一二三四五六七八九])")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def _circled(match: re.Match[str]) -> str:
    return f"({int(unicodedata.numeric(match[0]))})"


def _values(word: str) -> list[int]:
    """Numbers that one numeral means: 八九 and 十二三 mean two."""
    word = re.sub(r"[\s()\[\]第_]", "", word)
    match = _TRAILING.fullmatch(word)
    if match:
        first, second = (int(parse_number(match[name])) for name in ("first", "second"))
        if second == first + 1:
            head = match["head"] or ""
            return [int(parse_number(head + match["first"])), int(parse_number(head + match["second"]))]
    if not word.isdigit() and any(char.isdigit() and char.isascii() for char in word):
        word = word.translate(_DIGITS)
    try:
        return [int(parse_number(word))]
    except ValueError:
        if word[-1:] in ("两", "三", "四", "五") and len(word) > 1:  # 十三、十四、十五三条
            return [int(parse_number(word[:-1]))]
        raise


def spread(first: int, last: int, *, whole: bool) -> list[int]:
    """Numbers from ``first`` to ``last``.

    Args:
        first: Where a range begins.
        last: Where it ends.
        whole: Whether to list what lies between; False gives the two ends.

    Returns:
        The ends alone where the range runs backwards or is longer than any that people mean.
    """
    if not whole or not first < last <= first + _MAX_RANGE:
        return [first] if first == last else [first, last]
    return list(range(first, last + 1))


def numbers_in(words: str, *, whole: bool = True) -> list[int]:
    """Read a list of numbers.

    Args:
        words: 八、九; 十至十五; （一）（二）; 1、3和5.
        whole: Whether ranges are spread out.

    Returns:
        The numbers in order.

    Raises:
        ValueError: A part is not a number.
    """
    return list(_read_numbers(words, whole))


@lru_cache(maxsize=4096)
def _read_numbers(words: str, whole: bool) -> tuple[int, ...]:
    pieces = _WHOLE_LIST.split(_ONE_CIRCLED.sub(_circled, words))
    numbers: list[int] = []
    word = ""
    for place, piece in enumerate(pieces):
        if place % 2:
            word = piece or word
        elif re.sub(r"[\s()\[\]第_]", "", piece):
            values = _values(piece)
            if numbers and word and re.fullmatch(TO, word):
                numbers[-1:] = spread(numbers[-1], values[0], whole=whole)
                numbers += values[1:]
            else:
                numbers += values
            word = ""
    if not numbers or min(numbers) < 1:
        raise ValueError(f"不是序号：{words}")
    return tuple(numbers)


def is_relative(match: re.Match[str], text: str) -> bool:
    """Whether a match of :data:`RELATIVE` speaks of a provision: 同款 needs 规定 behind it, 这条 a 款 or 项."""
    if match["base"] in _COLLOQUIAL:
        return bool(match["level"] and _NEXT_PART.match(text, match.end()))
    if match["level2"] and match["base"] in _MODEL_BASES:
        return bool(_LEGAL_NEXT.match(text, match.end()))
    return True


def is_cited_bare(match: re.Match[str], text: str, number: int, *, near: bool) -> bool:
    """Whether what stands around N条 without 第 and without a law speaks of a provision.

    Args:
        match: A match of :data:`BARE`.
        text: The text it was found in.
        number: The first number of the match.
        near: Whether an article is cited right before.

    Returns:
        False where the words in front or behind count (有二十条, 十条里有八条); True where they speak of a provision, or
        where a number above ten that is not round opens a clause or follows a function word.
    """
    before = text[max(0, match.start() - 7) : match.start()].rstrip(" ")
    if COUNTS.search(before) or PARTITIVE.match(text, match.end()):
        return False
    stops, leads = bool(STOPS.match(text, match.end())), bool(LEADS_IN.search(before))
    if SAYS.match(text, match.end()) or (stops and TAKES.search(before)):
        return True
    if NEXT_CITES.match(text, match.end()):
        return leads
    precise = number > 10 and (number < 100 or number % 100 > 0)
    counted = DESCRIBED.match(text, match.end()) or text.startswith("都", match.end())
    return (stops and near) or (leads and precise and not counted)


def speaks(text: str, end: int) -> bool:
    """Whether what follows a 款 or 项 that stands alone speaks of a provision."""
    return any(pattern.match(text, end) for pattern in (SAYS, STOPS, LOOSE_NEXT))
