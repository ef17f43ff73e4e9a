"""Names of laws: short forms, generic words such as 本条例, and what stands in front of an article number."""

from __future__ import annotations

import re

from jietan.language.normalize import fold

__all__ = ["ALIASES", "GENERIC", "KNOWN", "canonical_name", "law_before", "short_name"]

#: What people write → the name without 中华人民共和国.
ALIASES: dict[str, str] = {
    "消法": "消费者权益保护法",
    "消保法": "消费者权益保护法",
    "消费者权益法": "消费者权益保护法",
    "消费者保护法": "消费者权益保护法",
    "道交法": "道路交通安全法",
    "道路交通法": "道路交通安全法",
    "交通安全法": "道路交通安全法",
    "交法": "道路交通安全法",
    "劳合法": "劳动合同法",
    "劳动仲裁法": "劳动争议调解仲裁法",
    "环保法": "环境保护法",
    "治安法": "治安管理处罚法",
    "治安处罚法": "治安管理处罚法",
    "食安法": "食品安全法",
    "个保法": "个人信息保护法",
    "反家暴法": "反家庭暴力法",
    "未保法": "未成年人保护法",
    "未成年保护法": "未成年人保护法",
    "老年人保护法": "老年人权益保障法",
    "妇女保护法": "妇女权益保障法",
    "残保法": "残疾人保障法",
    "安全法": "安全生产法",
    "安生法": "安全生产法",
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "行诉法": "行政诉讼法",
    "城管法": "城市房地产管理法",
    "房地产法": "城市房地产管理法",
    "土管法": "土地管理法",
    "计生法": "人口与计划生育法",
    "大气法": "大气污染防治法",
    "大气防治法": "大气污染防治法",
    "噪声法": "噪声污染防治法",
    "噪音法": "噪声污染防治法",
    "固废法": "固体废物污染环境防治法",
    "电商法": "电子商务法",
    "招投标法": "招标投标法",
    "社保法": "社会保险法",
    "义教法": "义务教育法",
    "村委会组织法": "村民委员会组织法",
    "居委会组织法": "城市居民委员会组织法",
    "特种设备法": "特种设备安全法",
    "突发事件法": "突发事件应对法",
}

#: Words that mean the text under discussion, or the law just named.
GENERIC = frozenset(
    "草案 条例 本条例 新条例 该条例 这个条例 条例草案 本草案 该草案 草案稿 征求意见稿 征求意见搞 意见稿 本法 该法 同法 此法 新法 "
    "办法 本办法 该办法 规定 本规定 该规定 法规 该法规 修订草案 修正草案 修订稿 讨论稿 送审稿 草稿 稿子 本规则 本细则 本决定 "
    "条例征求意见稿 条例意见稿 草案征求意见稿 条例草案征求意见稿 本解释 该解释 本例 通过稿 条例通过稿".split()
)

#: Common laws that are cited without 《》; longer names are matched first.
KNOWN = frozenset(
    "宪法 民法典 刑法 立法法 行政处罚法 行政许可法 行政强制法 行政复议法 行政诉讼法 民事诉讼法 刑事诉讼法 国家赔偿法 公务员法 监察法 "
    "治安管理处罚法 道路交通安全法 消防法 安全生产法 突发事件应对法 特种设备安全法 食品安全法 药品管理法 产品质量法 消费者权益保护法 "
    "价格法 广告法 反垄断法 反不正当竞争法 电子商务法 网络安全法 数据安全法 个人信息保护法 劳动法 劳动合同法 劳动争议调解仲裁法 "
    "社会保险法 就业促进法 工会法 职业病防治法 公司法 合伙企业法 企业破产法 招标投标法 政府采购法 商标法 专利法 著作权法 土地管理法 "
    "城乡规划法 城市房地产管理法 建筑法 环境保护法 大气污染防治法 水污染防治法 噪声污染防治法 固体废物污染环境防治法 "
    "未成年人保护法 预防未成年人犯罪法 老年人权益保障法 妇女权益保障法 残疾人保障法 反家庭暴力法 无障碍环境建设法 义务教育法 教育法 "
    "教师法 民办教育促进法 职业教育法 家庭教育促进法 人口与计划生育法 村民委员会组织法 城市居民委员会组织法 动物防疫法 传染病防治法 "
    "电力法 标准化法 计量法 档案法 文物保护法 治安处罚法 物权法 合同法 侵权责任法 婚姻法 继承法 民法通则 民法总则 担保法 信访条例 "
    "物业管理条例 工伤保险条例 住房公积金管理条例 信访工作条例 政府信息公开条例 城市市容和环境卫生管理条例 烈士褒扬条例 "
    "职工带薪年休假条例 劳动合同法实施条例 道路交通安全法实施条例 招标投标法实施条例 城市房地产开发经营管理条例".split()
)

_NAME_END = "法典|法|条例|办法|规定|解释|通则|总则|细则|规则|决定|[稿搞]|草案"
_LINK = r"(?:的|中的?|之|里面?的?|当中的?|关于)?\s*(?:第[\d一二三四五六七八九十]+[编章节]\s*)*[“\"‘]?\s*"
_BOOK = re.compile(rf"《([^《》]{{2,80}})》\s*(?:[(][^()]{{1,40}}[)]\s*){{0,2}}{_LINK}$")
_BRACKET = re.compile(rf"[【\[(]((?:[^】\]()\[【]){{2,40}}(?:法|条例|办法|规定|解释))[】\])]\s*{_LINK}$")
_PLAIN = re.compile(
    rf"((?:[\u4e00-\u9fff、]{{0,40}})(?:{_NAME_END}))(?:\s*[(](?:[^()]{{0,12}}(?:草案|稿|修订|修正|试行)[^()]{{0,6}})[)])?\s*{_LINK}$"
)
_DELIMITER = re.compile(
    r"(?:根据|按照|依据|依照|违反|参照|适用|对照|不符合|符合|涉及|关于|请问|看到|执行|落实|援引|引用|违背|遵守|建议|认为|国务院|"
    r"[按依据与和及对把从了是在于以照的说看、将就])"
)


def short_name(law: str) -> str:
    """Return a law's name without 《》, blanks and 中华人民共和国, under which names are compared."""
    return re.sub(r"[《》〈〉\s]|中华人民共和国", "", fold(law).replace("(", "（").replace(")", "）"))


def canonical_name(law: str) -> str:
    """Return the short name of a law with short forms resolved: 消法 → 消费者权益保护法."""
    name = short_name(law)
    return ALIASES.get(name, name)


def _bare(name: str) -> str:
    """A law's name without the bracket that tells its state."""
    return re.sub(r"[(（][^()（）]*(?:草案|稿|修订|修正|征求)[^()（）]*[)）]$", "", name)


def _plain_name(run: str) -> str | None:
    """The law's name at the end of a run of characters without book marks."""
    known = [name for name in (*KNOWN, *ALIASES) if run.endswith(name)]
    cut = max((match.end() for match in _DELIMITER.finditer(run) if match.end() < len(run)), default=0)
    rest = run[cut:].removeprefix("中华人民共和国")
    if rest in GENERIC:
        return rest
    if known:
        name = max(known, key=len)
        # A longer name that ends like a known one (西地省物业管理条例) stays whole; 根据民法典 does not.
        return rest if len(rest) > len(name) and re.search(r"[省市县区州]$", rest[: -len(name)]) else name
    generic = max((name for name in GENERIC if rest.endswith(name)), key=len, default="")
    if generic and (len(rest) - len(generic) < 3 or rest.endswith(("草案", "稿", "搞")) or generic[0] in "本该此同"):
        return generic
    return rest if len(rest) >= 4 else None


def law_before(text: str, end: int) -> tuple[str, int] | None:
    """Find the law that is named directly in front of an article number.

    Args:
        text: Text that went through ``fold``.
        end: Offset of the article number.

    Returns:
        The name as written, without brackets that tell its state, or a word of :data:`GENERIC`; and the offset where
        the name begins, 《 included. None where no law is named.
    """
    begin = max(0, end - 130)
    window = text[begin:end]
    for pattern in (_BOOK, _BRACKET):
        if match := pattern.search(window):
            return _bare(match[1].strip()).strip(), begin + match.start()
    match = _PLAIN.search(window)
    name = _plain_name(match[1]) if match else None
    if match is None or name is None:
        return None
    offset = match.end(1) - len(name)
    if window[:offset].endswith("中华人民共和国"):
        offset -= len("中华人民共和国")
    return name, begin + offset
