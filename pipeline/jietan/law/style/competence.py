"""What a local regulation or rule may not lay down (立法法, 行政处罚法, 行政许可法, 行政强制法).

Only what the text itself lays down counts: a clause that refers to law (依法, 依照《…》, 法律、行政法规规定) sets nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jietan.law.style.model import Finding, Rule, Severity, Text, clause, sentence

__all__ = ["LOCAL", "REASONS", "RULES", "check"]

#: Levels for which the limits are checked.
LOCAL = ("地方性法规", "地方政府规章")
_BEYOND = "超出地方立法权限"
_REFERS = re.compile(
    r"依法|依照|按照(?:法律|国家|《|有关|规定)|根据(?:法律|国家|《)|(?:法律|行政法规)[^，。；]{0,8}规定|国家(?:有关)?规定|上位法|移送|从其规定"
)
_STATE_OF = re.compile(r"(?:被|曾因?|已被?|受过|因[^，。；]{0,12})(?:依法)?$")
_PRIVATE = r"(?:物业服务(?:人|企业|公司)|业主委员会|居民委员会|村民委员会|业主|经营者|运营单位|平台企业|学校|保安|志愿者|网格员)"


@dataclass(frozen=True)
class _Limit:
    """A limit: what crosses it, where it comes from, and for which levels."""

    rule: Rule
    words: tuple[str, ...]
    regex: re.Pattern[str]
    reason: str
    referring: bool = False
    levels: tuple[str, ...] = LOCAL


def _limit(  # noqa: PLR0913  (one field of the table each)
    name: str,
    title: str,
    severity: Severity,
    source: str,
    words: str,
    regex: str,
    reason: str,
    *,
    referring: bool = False,
    levels: tuple[str, ...] = LOCAL,
) -> _Limit:
    return _Limit(Rule(name, title, severity, source), tuple(words.split()), re.compile(regex), reason, referring, levels)


_OUTSIDE = r"(?:外地|外省市?|外市|非本[市省](?:户籍)?)的?"
_TRADERS = r"(?:经营者|企业|商品|产品|车辆|人员|个人|机构|单位)"
_NUM = r"[一二三四五六七八九十百千\d]{1,6}"
_LIMITS = (
    _limit(
        "power-crime",
        "不设定犯罪和刑罚",
        "error",
        "立法法第十一条第四项",
        "有期徒刑 拘役 罚金 死刑 无期徒刑 罪 刑 管制",
        r"(?:处|判处|科以|并处)[^，。；\n]{0,12}(?:有期徒刑|无期徒刑|拘役|管制|死刑|罚金)|以[^，。；\n]{1,12}罪(?:论处|追究|定罪|处罚)|构成[^，。；\n]{2,12}罪(?![的嫌])",
        "犯罪和刑罚只能由法律规定",
    ),
    _limit(
        "power-political",
        "不剥夺政治权利",
        "error",
        "立法法第十一条第五项",
        "政治权利 选举权 被选举权",
        r"(?:可以|应当|予以|并处?|处以?|有权)(?:剥夺|取消)其?(?:政治权利|选举权|被选举权)",
        "剥夺公民政治权利只能由法律规定",
    ),
    _limit(
        "power-liberty",
        "不设定限制人身自由的处罚和强制措施",
        "error",
        "立法法第十一条第五项、行政处罚法第十二条、行政强制法第十条",
        "拘留 人身自由 收容 劳动教养 强制隔离 扣留 关押 约束",
        rf"(?:处|予以|给予|可以)[^，。；\n]{{0,10}}拘留|{_NUM}日以[上下][^，。；\n]{{0,8}}拘留"
        r"|(?:可以|予以|有权|处以?|采取)[^，。；\n]{0,8}限制[^，。；\n]{0,8}人身自由|(?:处以?|予以|实行|决定)劳动教养|收容(?:遣送|教育|审查)"
        r"|强制隔离(?!戒毒)|强制(?:收治|带离|约束)|关押|扣留(?:人员|当事人|行为人|违法人员)",
        "限制人身自由的处罚和强制措施只能由法律设定",
    ),
    _limit(
        "power-business-licence",
        "不设定吊销营业执照",
        "error",
        "行政处罚法第十二条、第十四条",
        "营业执照",
        r"吊销[^，。；\n]{0,12}营业执照",
        "地方性法规可以设定除限制人身自由、吊销营业执照以外的行政处罚",
    ),
    _limit(
        "power-tax",
        "不规定税种、税率和税收征收管理",
        "error",
        "立法法第十一条第六项",
        "税",
        r"(?:可以|应当|予以|给予|减半|暂)[^，。；\n]{0,8}(?:减征|免征|减免|缓征|免缴|征收)[^，。；\n]{0,8}税(?!务|法|费)"
        r"|(?:开征|加征|减征|免征)[^，。；\n]{0,8}税(?!务|法|费)|设立[^，。；\n]{0,8}税种|税率(?:为|按|提高|降低|由)|减按[^，。；\n]{0,10}税率",
        "税种的设立、税率的确定和税收征收管理等税收基本制度只能由法律规定",
    ),
    _limit(
        "power-expropriation",
        "不规定对非国有财产的征收、征用",
        "warning",
        "立法法第十一条第七项",
        "征收 征用 收归",
        r"(?:可以|应当|予以|有权)[^，。；\n的被经]{0,8}(?:征收|征用)[^，。；\n]{0,8}(?:房屋|土地|财产|车辆|住宅|场地|物资|设施|宅基地)"
        r"(?!闲置费|补偿|费)|收归[^，。；\n]{0,6}(?:国有|公有|集体)",
        "对非国有财产的征收、征用只能由法律规定",
    ),
    _limit(
        "power-civil",
        "不规定民事基本制度",
        "warning",
        "立法法第十一条第八项",
        "连带责任 倍赔偿 倍的赔偿 无效 诉讼时效 所有权 继承 无主 解除婚姻 惩罚性赔偿",
        rf"承担连带(?:赔偿)?责任|{_NUM}倍的?赔偿|(?:合同|约定|条款|协议)(?:一律|均|自始)?无效(?=[。；，])|诉讼时效(?:为|期间)"
        r"|所有权(?:归|转移给|收归)|视为(?:放弃所有权|无主)|惩罚性赔偿|善意取得",
        "民事责任、合同效力、物权等民事基本制度只能由法律规定（连带责任由法律规定或者当事人约定）",
    ),
    _limit(
        "power-economy",
        "不规定财政、海关、金融、外贸的基本制度",
        "error",
        "立法法第十一条第九项",
        "关税 外汇 货币 利率 汇率 海关",
        r"(?:调整|减免|加征|规定|确定)[^，。；\n]{0,8}(?:关税|汇率|存款利率|贷款利率)|发行[^，。；\n]{0,6}货币|外汇管制",
        "基本经济制度以及财政、海关、金融和外贸的基本制度只能由法律规定",
    ),
    _limit(
        "power-litigation",
        "不规定诉讼制度和仲裁基本制度",
        "error",
        "立法法第十一条第十项、行政复议法第二十三条",
        "诉讼 起诉 裁决 仲裁 管辖 复议 提起",
        r"不得(?:再)?(?:向人民法院)?(?:提起(?:行政|民事)?诉讼|起诉|申请(?:行政复议|仲裁))|(?:最终|终局)裁决|由[^，。；\n]{0,8}(?:人民)?法院管辖|应当先(?:行)?(?:[^，。；\n]{0,8})?申请(?:行政复议|仲裁)",
        "诉讼制度、仲裁基本制度只能由法律规定，复议前置由法律、行政法规规定",
    ),
    _limit(
        "power-organs",
        "不规定法院、检察院的职权",
        "note",
        "立法法第十一条第二项",
        "人民法院 人民检察院 监察委员会",
        r"(?:人民法院|人民检察院|监察委员会)应当",
        "人民法院、人民检察院和监察委员会的产生、组织和职权由法律规定，给它们设定新的职责要慎重",
    ),
    _limit(
        "power-execution",
        "不设定行政强制执行",
        "error",
        "行政强制法第十三条",
        "强制 划拨 加处 代履行 拍卖",
        r"(?:有权|可以|予以|应当|组织|实施)[^，。；\n]{0,12}(?:强制拆除|强制清除|强制执行|强制搬[迁离]|强制报废)|(?:可以|有权|予以)[^，。；\n]{0,6}划拨[^，。；\n]{0,6}(?:存款|汇款)|加处(?:罚款|滞纳金)",
        "行政强制执行由法律设定；法律没有规定行政机关强制执行的，应当申请人民法院强制执行",
        referring=True,
    ),
    _limit(
        "power-coercion",
        "强制措施只设定查封场所、设施、财物和扣押财物",
        "error",
        "行政强制法第十条",
        "冻结 强制 封存 滞留",
        r"(?:可以|有权|予以|应当)[^，。；\n]{0,6}冻结[^，。；\n]{0,8}(?:存款|账户|资金|汇款)|强制进入[^，。；\n]{0,8}(?:住宅|住所)|强制(?:检疫|采样|抽血)",
        "地方性法规只可以设定查封场所、设施或者财物和扣押财物两种行政强制措施",
    ),
    _limit(
        "power-utilities",
        "不以停水、停电、停气迫使居民履行",
        "warning",
        "行政强制法第四十三条",
        "停止供 停水 停电 断水 断电 停供 中断供",
        r"(?:可以|有权|采取|(?:通知|要求)供[水电气热])[^，。；\n]{0,20}(?:停止供(?:水|电|热|气)|断水|(?<!间)断电|断气|停水|停电|中断供[水电热气])(?!事件|通知|计划)",
        "行政机关不得对居民生活采取停止供水、供电、供热、供燃气等方式迫使当事人履行决定",
        referring=True,
    ),
    _limit(
        "power-private-penalty",
        "不把处罚权给单位和个人",
        "error",
        "行政处罚法第十七条、第十九条",
        "罚款 没收",
        rf"(?:(?<=[，。；：\n])|^){_PRIVATE}(?:可以|有权|应当|有权对)[^，。；\n]{{0,24}}(?:罚款|没收)",
        "行政处罚由具有处罚权的行政机关或者法律、法规授权的具有管理公共事务职能的组织实施",
    ),
    _limit(
        "power-private-coercion",
        "不把强制措施交给单位和个人",
        "warning",
        "行政强制法第十七条",
        "上锁 锁 扣留 扣押 拖移 拖离 搬移 查封 没收 清理",
        rf"(?:(?<=[，。；：\n])|^){_PRIVATE}[^，。；\n]{{0,6}}(?:可以|有权|应当)[^。；\n]{{0,24}}(?:上锁|锁定|锁车|扣留|扣押|拖移|拖离|搬移|查封)",
        "扣押、锁定他人财物属于行政强制措施，由行政机关实施，不得委托；宜改为劝阻、制止和报告",
        referring=True,
    ),
    _limit(
        "power-qualification",
        "不设定公民、法人资格资质的许可",
        "warning",
        "行政许可法第十五条第二款",
        "资格 资质 执业证 上岗证",
        r"(?:取得|持有|具备|考取)[^，。；\n]{0,14}(?:资格证书?(?!明)|资质证书?|执业证书?|上岗证|职业资格|从业资格)[^。；\n]{0,12}(?:方可|才能|后，)|未取得[^，。；\n]{0,14}(?:资格证书?(?!明)|资质证书?|执业证书?|上岗证|职业资格|从业资格)[^。；\n]{0,10}不得",
        "地方性法规不得设定应当由国家统一确定的公民、法人或者其他组织的资格、资质的行政许可",
    ),
    _limit(
        "power-outsiders",
        "不限制外地的个人、企业和商品",
        "error",
        "行政许可法第十五条第二款",
        "外地 外省 外市 非本市 本市户籍 非本省",
        rf"(?:禁止|限制|不准)[^，。；\n]{{0,6}}{_OUTSIDE}[^，。；\n]{{0,6}}{_TRADERS}|{_OUTSIDE}{_TRADERS}[^，。；\n]{{0,4}}(?:不得|禁止|不准)",
        "不得限制其他地区的个人或者企业到本地从事生产经营和提供服务，不得限制其他地区的商品进入本地",
    ),
    _limit(
        "power-licence",
        "新设行政许可须有依据",
        "note",
        "行政许可法第十五条第一款",
        "批准 许可 许可证",
        r"未经[^，。；\n]{0,14}(?:批准|许可|审批)，?[^，。；\n]{0,10}不得|(?:取得|领取|办理)[^，。；\n]{0,10}许可证?(?:后，?|，?方可)|经[^，。；\n]{2,14}(?:批准|许可)(?:后，?)?，?方可",
        "这里设定了行政许可：只有尚未制定法律、行政法规的事项，地方性法规才可以设定，并须听取意见、说明必要性",
    ),
    _limit(
        "power-credit",
        "失信惩戒须有法律、法规依据",
        "note",
        "国务院办公厅关于进一步完善失信约束制度的指导意见",
        "黑名单 失信 征信 信用",
        r"(?:列入|纳入)[^，。；\n]{0,14}(?:黑名单|失信[^，。；\n]{0,8}名单|征信系统)|(?:计入|记入)[^，。；\n]{0,8}个人征信|限制(?:乘坐|高消费|出行|出境)",
        "列入严重失信主体名单和失信惩戒措施须以法律、法规或者党中央、国务院政策文件为依据",
    ),
    _limit(
        "power-rule-penalty",
        "规章只设定警告、通报批评和一定数额罚款",
        "error",
        "行政处罚法第十四条",
        "没收 停产停业 暂扣 吊销 降低资质 限制 责令关闭",
        r"(?:没收(?:违法所得|非法财物|[^，。；\n]{0,6}工具)|责令停产停业|责令关闭|(?:暂扣|吊销)[^，。；\n]{0,12}(?:许可证件?|执照|证书|资格)|降低资质等级|限制从业)",
        "地方政府规章只可以设定警告、通报批评和省级人大常委会规定限额内的罚款",
        levels=("地方政府规章",),
    ),
    _limit(
        "power-rule-coercion",
        "规章不设定行政强制措施",
        "error",
        "行政强制法第十条第四款",
        "查封 扣押",
        r"(?:可以|有权|予以|应当)[^，。；\n]{0,8}(?:查封|扣押)",
        "法律、法规以外的规范性文件不得设定行政强制措施",
        levels=("地方政府规章",),
    ),
)
#: A text without any of the words crosses no limit.
_WORDS = re.compile("|".join(sorted({re.escape(word) for limit in _LIMITS for word in limit.words}, reverse=True)))
RULES = tuple(limit.rule for limit in _LIMITS)
#: Rule → why the matter is outside local power, with its source.
REASONS = {limit.rule.id: f"{limit.reason}（{limit.rule.source}）" for limit in _LIMITS}


def _forbids(text: Text, match: re.Match[str]) -> bool:
    """Whether the text forbids what the words say, in the clause itself or in the lead of the 项."""
    line = next(line for line in text.layout.lines if line.start <= match.start() <= line.end)
    lead = next(text.masked[other.start : other.end] for other in text.layout.lines if other.paragraph == line.paragraph)
    if line.item is not None and re.search(r"不得|禁止|严禁", lead):
        return True
    start, _ = clause(text.masked, match.start())
    return bool(re.search(r"不得|禁止|严禁|不滥用", text.masked[start : match.start()]))


def _excused(text: Text, limit: _Limit, match: re.Match[str]) -> bool:
    """Whether the words only refer to law, tell what happened to someone, or forbid the thing."""
    start, end = sentence(text.masked, match.start())
    before = text.masked[start : match.start()]
    if _STATE_OF.search(before[-14:]) and re.match(r"(?:处|判处|限制|吊销|剥夺|以)", match[0]):
        return True
    if _forbids(text, match) or "滥用" in before:
        return True
    if limit.referring:
        begin, _ = clause(text.masked, match.start())
        return "人民法院" in text.masked[start:end] or bool(re.search(r"依照|依法", text.masked[begin : match.end()]))
    return bool(_REFERS.search(text.masked[start : match.end()]))


def check(text: Text) -> Iterator[Finding]:
    """Check what a local draft lays down; nothing for any other level."""
    if text.level not in LOCAL or _WORDS.search(text.masked) is None:
        return
    for limit in _LIMITS:
        if text.level not in limit.levels or not any(word in text.masked for word in limit.words):
            continue
        for match in limit.regex.finditer(text.masked):
            if not _excused(text, limit, match):
                lead = _BEYOND if limit.rule.severity != "note" else f"可能{_BEYOND}"
                yield text.finding(limit.rule, f"{lead}：{limit.reason}（{limit.rule.source}）", match.span())
