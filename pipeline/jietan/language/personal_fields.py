"""Names in forms and minutes: fields such as 联系人：, lists of those present, speakers before a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.personal_numbers import Found
from jietan.language.personal_signs import IS_ROLE, any_of
from jietan.language.personal_surnames import CONNECTIVE, is_word, surname_length

__all__ = ["SOUNDS", "find_in_fields", "sounds_foreign"]

# Characters with which names of other languages are written.
SOUNDS = frozenset(
    "阿艾依杜买提木尔江古丽克孜汗吐布都拉热合曼卡哈米苏来力亚地里努白斯巴特吾肉麦穆罕默德萨比沙吉祖伊玛那帕夏奴优素甫铁赛达娜扎西格桑多杰旦增次仁央金卓罗约翰森卜"
    "力孜苏玉江迪热娜兰别叶马合依布拉欣赛提顿珠措姆才旺错丹堆索朗坚宗曲贡嘎平欧强尼洛松培占巴图其呼和乌云花高娃敖日鲁孟根托娅库班逊勒雅迈史密琳莎维奇安东诺夫彼得"
)
_MARKS = any_of(
    """
    诉求人 求诉人 来话人 发帖人 发件人 倡议人 提议者 倡导者 反馈人 留言人 网名 收款方 户名 姓名 署名 签名 签字 具名 落款 户名 曾用名
    原名 现名 写信人 来信人 反映人 投诉人 举报人 控告人 报案人 报告人 建议人 申请人 申诉人 信访人
    求助人 咨询人 问政人 联系人 代笔人 执笔人 记录人 代理人 法定代表人 法人代表 法人 代表人 提案人 提议人 提意见人 意见人 提出人 附议人
    联名人 签名人 发言人 主持人 收件人 收货人 寄件人 收款人 经办人 负责人 填表人 受访人 来访人 来电人 监护人 诉讼代理人 委托人 被申请人
    证明人 陈情人 上访人 担保人 开户名 承租人 出租人 户主 业主 提交人 作者
    """
)
_PRESENT = any_of(
    """
    出席 列席 参会 与会 到会 参加 缺席 请假 主持 记录 整理 附议 联名 联署 汇报 签到 出席人员 列席人员 参会人员 与会人员 到会人员 参加人员
    出席人 列席人 出席代表 到会代表 参会代表 列席代表 与会代表 参加人 缺席人员 联署人 记录员 整理人 领衔代表 附议代表 业主代表 居民代表
    村民代表 职工代表 群众代表 商户代表 家长代表 人大代表 政协委员 见证人 调解员 陪审员
    """
)
# Also verbs: what follows is no name where it is an everyday word.
_ACTS = tuple(f"{act}{gap}" for act in ("附议", "联名", "联署", "参加", "主持", "记录", "整理", "汇报", "出席") for gap in (":", " "))
_FIELD = re.compile(
    rf"(?:{_MARKS}|{_PRESENT})(?:\([^()\n]{{1,8}}\))?\s{{0,2}}(?:(?P<colon>:)|(?=\s))[\s:“\"「]{{0,12}}(?:我是|本人)?(?=[一-鿿])"
)
_WRITTEN_APART = re.compile(r"姓\s{1,3}名\s{0,2}:?\s{0,4}(?=[一-鿿])")
_IN_FORM = re.compile(r"姓名\s{0,3}:?\s{0,3}(?P<who>[一-鿿]{2,4})\s{0,3}性别")
_TOKEN = re.compile(
    r"[一-鿿]{2,6}(?:[·•][一-鿿]{1,8}){0,2}"
    r"|(?!性)[一-鿿][ \u3000]{1,2}[一-鿿](?:[ \u3000]{1,2}(?![性电联地年单职身住手])[一-鿿])?(?![一-鿿])"
)
_TAIL = re.compile(
    r"(?:身[份分]证|联系|电话|手机|先生|女士|同志|老师|律师|教授|敬上|谨上|敬启|拜上|性别|年龄|职务|单位|住址|地址|等人|等\d*人?|男|女)[一-鿿]{0,4}$"
)
_BETWEEN = re.compile(r"(?:\s?\([^()\n]{1,20}\))?(?:\s?[、,;/]\s?|[ \u3000]{1,4}|和|及)(?=[一-鿿])")
_NOBODY = frozenset(
    """
    同意 反对 支持 赞成 弃权 不详 不明 保密 匿名 本人 如下 同上 附后 以下 居民 业主
    全体 空白 未知 暂无 没有 姓名 签名 电话 盖章 公章 当事人 双方 甲方 乙方 待定 另行
    """.split()
)
_ORDINARY = re.compile(
    r"(?:一[个名位])?(?:普通|老|热心)?(?:居民|市民|村民|业主|群众|老百姓|读者)\s{0,2}:\s{0,6}(?P<who>[一-鿿]{2,3})(?=\s*(?:$|\n|[12二]\d{0,3}[〇零○年\d]))"
)
_BODY = re.compile(
    r".*(?:公司|单位|小区|街道|中心|委员会|代表|人员|同志|领导|同意|意见|如下|村民|居民|业主|群众|市民|电话|地址|[局所会部科处室站院村组办人者员民队户等级镇乡县市区厂店社团行议的了吗呢吧])$"
)
_SPEAKER = re.compile(r"(?:^|[\n。;；!！?？])\s{0,4}(?P<who>[一-鿿·•]{2,9})\s?\((?P<role>[^()\n]{2,16})\)\s{0,2}(?=[:,发说])")
_ROLE_END = re.compile(r".*[表员师民主任生长记理人者工户友警官家授]$")


def sounds_foreign(name: str) -> bool:
    """Return whether a word is written with the characters that spell names of other languages: 努尔兰, 扎西顿珠."""
    letters = [char for char in name if char not in "·•"]
    return 2 <= len(letters) and sum(char in SOUNDS for char in letters) >= 0.75 * len(letters) and not is_word(name)


def _is_person(token: str, *, said: bool, words: bool = True) -> bool:
    """Return whether a word in a field is somebody's name; there a word such as 高兴 or 和平 can be one."""
    if "·" in token or "•" in token:
        return True
    name = re.sub(r"\s", "", token)
    if name in _NOBODY or _BODY.match(name) or IS_ROLE.fullmatch(name):
        return False
    size = surname_length(name, 0)
    if size and len(name) - size in (1, 2):
        return size == 2 or (said and words if is_word(name) else said or name[0] not in CONNECTIVE)
    return len(name) >= 3 and sounds_foreign(name)


def _listed(text: str, start: int, *, said: bool, words: bool = True) -> Iterator[Found]:
    """The names from ``start`` on, with 、 or blanks between them."""
    while token := _TOKEN.match(text, start):
        tail = _TAIL.search(token[0])
        word = token[0][: tail.start()] if tail else token[0]
        end = start + len(word)
        if not _is_person(word, said=said, words=words) or (not tail and text[end : end + 1].isalpha() and text[end] >= "一"):
            return
        yield start, end, "name"
        following = None if tail else _BETWEEN.match(text, end)
        if following is None:
            return
        start = following.end()


def find_in_fields(text: str) -> Iterator[Found]:
    """Find names that stand in fields, lists of people and before a speaker's words, in a folded text.

    Yields:
        Candidates, which may overlap.
    """
    for match in _FIELD.finditer(text):
        yield from _listed(text, match.end(), said=match["colon"] is not None, words=not match[0].startswith(_ACTS))
    for match in _WRITTEN_APART.finditer(text):
        yield from _listed(text, match.end(), said=True)
    for match in _IN_FORM.finditer(text):
        if surname_length(match["who"], 0):
            yield *match.span("who"), "name"
    for match in _ORDINARY.finditer(text):
        if _is_person(match["who"], said=True):
            yield *match.span("who"), "name"
    if "(" in text:
        for match in _SPEAKER.finditer(text):
            who = match["who"]
            size = surname_length(who, 0)
            shaped = (size and len(who) - size in (1, 2) and not is_word(who)) or sounds_foreign(who)
            if shaped and _ROLE_END.match(match["role"]) and not _BODY.match(who):
                yield *match.span("who"), "name"
