"""Who speaks in a paragraph of minutes: `张代表：……`, `王某某（居民）：……`, `3. 居民李某某：……`."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["NUMBERING", "Speech", "find_speech"]

NUMBERING = re.compile(
    r"^\s*(?:[（(]\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）]|(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）、.．](?!\d))\s*"
)
_SAYS = re.compile(r"(?P<who>[^，。；！？,;!?：:\n]{1,26}?)\s*[：:]\s*(?=\S)")
_VERB = re.compile(r"(?:(?:发言|补充|回应)?(?:认为|表示|说道?|指出|反映|谈到|提出|提到|讲)|发言|补充)$")
_WISH = re.compile(r"(?:建议|希望|要求|提议|询问|请问)$")
_NOBODY = re.compile(r"^(?:也?有|还有|部分|一些|多数|大家|与会|多位|几位|不少|另有|许多|个别|各位|大部分)")
_NOT_A_PERSON = re.compile(
    r"意见|理由|问题|修改|第.{1,6}[条款项章节]|条款|原因|例如|比如|如下|以下|其[一二三四五]|首先|其次|[一二三四五六]是|方面|包括|内容|说明|备注|"
    r"https?|情况|原文|草案|条例|规定|办法|总之|结论|综上|关于|针对|案例|目的|时间|地点|日期|电话|依据|标准|措施|要求|责任|\d$"
)
_MODERATOR = re.compile(r"^(?:会议)?主\s*持\s*(?:人|词)?|^支持人")
_ROLE = re.compile(
    r"(?:代表|居民|委员|主任|书记|老师|先生|女士|小姐|阿姨|大爷|大妈|大叔|大姐|大哥|奶奶|爷爷|伯伯|叔叔|师傅|经理|律师|教授|专家|村民|业主|骑手|"
    r"同志|主席|会长|站长|组长|队长|科长|处长|局长|所长|院长|校长|部长|店长|楼长|干部|工作人员|商户|学生|老人|家长|市民|网格员|志愿者|法官|检察官|"
    r"民警|警官|医生|护士|工程师|负责人|人员|职工|员工|工人|店主|老板|顾问|研究员|调解员|仲裁员|监督员|信息员|联络员|党员|群众|网友|司机|保安|"
    r"保洁|快递员|外卖员|物业|居委会|村委会|公司|协会|街道|社区|某某?|某[甲乙丙丁]|[ABCDabcd甲乙丙丁]|老[张王李刘陈杨赵黄周吴徐孙胡朱高林何郭马])$"
)
_ROLE_FIRST = re.compile(
    r"^(?:居民|村民|业主|代表|委员|市民|群众|网友|骑手|学生|专家|律师|教授|党员|职工|家长|商户|市人大代表|区人大代表|人大代表)"
)
_SURNAMES = "张王李刘陈杨赵吴徐孙胡朱郭罗郑梁谢宋唐韩冯邓曹彭潘蒋蔡杜苏魏吕姚卢姜崔谭汪廖贾邹熊孟秦邱尹薛闫侯陶贺顾郝龚邵覃戴"
_RARER = (
    "黄周林何高马许沈曾程袁董余叶任田范方石金夏白江史龙万段雷钱汤严武莫孔向常温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁"
    "岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕"
    "屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋"
    "商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_NAME = re.compile(
    rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}{_RARER}][\u4e00-\u9fff]{{2}}|"
    rf"(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯)[\u4e00-\u9fff]{{1,2}}|"
    rf"[{_SURNAMES}{_RARER}](?:[*＊×xX○〇]{{1,2}}|某{{1,2}}|[*＊×○][\u4e00-\u9fff]))"
)
_BRACKETED = re.compile(r"^(?P<name>[^（()）]{1,12})[（(][^（()）]{1,20}[)）]$")


@dataclass(frozen=True, slots=True)
class Speech:
    """What one paragraph says: the speaker (None for 有居民提出), the text as an exact slice, and who moderates."""

    who: str | None
    text: str
    moderator: bool = False


def find_speech(paragraph: str) -> Speech | None:
    """Find the speaker of a paragraph.

    Args:
        paragraph: The paragraph as it is.

    Returns:
        The speaker and the words after the colon; None where no person is named before a colon. Labels such as
        `建议：` or `充电设施：` are no speakers.
    """
    numbering = NUMBERING.match(paragraph)
    start = numbering.end() if numbering else len(paragraph) - len(paragraph.lstrip())
    match = _SAYS.match(paragraph, start)
    if match is None:
        return None
    label = match["who"].strip()
    text = paragraph[match.end() :]
    if _MODERATOR.match(label):
        return Speech(label, text, moderator=True)
    if _NOBODY.match(label):
        return Speech(None, paragraph[start:])
    if wish := _WISH.search(label):
        text = paragraph[match.start("who") + match["who"].rindex(wish[0]) :]
        label = label[: wish.start()].rstrip()
    label = _VERB.sub("", label).rstrip()
    return Speech(label, text) if _is_person(label) else None


def _is_person(label: str) -> bool:
    """Tell a person or body from the name of a topic."""
    if not label or _NOT_A_PERSON.search(label):
        return False
    bracketed = _BRACKETED.match(label)
    name = bracketed["name"].strip() if bracketed else label
    pieces = [piece for piece in re.split(r"[、\s]+", name) if piece]
    known = [bool(_NAME.fullmatch(p) or _ROLE.search(p) or _ROLE_FIRST.match(p)) for p in pieces]
    if any(known):
        return True
    return bool(bracketed and _ROLE.search(label.rstrip("）)")) and len(name) <= 4)
