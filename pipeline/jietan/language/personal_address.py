"""Home addresses: from the name of the place to the building and the room."""

from __future__ import annotations

import re

from jietan.language.personal_numbers import Found
from jietan.language.personal_surnames import is_word

__all__ = ["find_addresses"]

_NUMBER = r"(?:[A-Za-z]?\d{1,5}[A-Za-z]?(?:[\-—]\d{1,4})?|[A-Za-z]|[零〇一二两三四五六七八九十百]{1,5}|[甲乙丙丁东南西北])"
_LEVEL = r"(?:号楼|号院|号房|支弄|单元|栋|幢|座|弄|号|楼|门|梯|层|排|组|队|期|区|巷|村)"
_STEP = rf"{_NUMBER}\s?{_LEVEL}[,，\s\-之]?"
_ROOM = r"(?:[A-Za-z]?\d{1,5}[A-Za-z]?|[零〇一二三四五六七八九十百]{1,6})"
_TAIL = re.compile(
    rf"(?<![0-9A-Za-z.第])(?:(?:{_STEP}){{1,5}}(?:{_ROOM}\s?(?:室|房(?![价租间东屋])|号房)"
    rf"|(?<=[元栋幢楼座弄梯门])[一二三四五六七八九十]{{1,3}}[零〇][一二三四五六七八九](?![年元米户人号路点分])"
    rf"|(?<=[元栋幢楼座弄梯门])[一二三四五六七八九十][零〇一二三四五六七八九]{{2,3}}(?![一-鿿]|$)|(?<=[元梯门])[一二三四五六七八九十][零〇一二三四五六七八九]{{2,3}}(?![年元米户人])"
    rf"|(?<=[元栋幢楼座弄梯门号 \-])[A-Za-z]?\d{{3,4}}[A-Za-z]?"
    rf"(?![0-9A-Za-z年元米户人次号平万.%层余多来几个家\-—]))"
    rf"|(?P<dash>\d{{1,3}}[A-Za-z]?(?:[\-—]\d{{1,2}})?[\-—]\d{{3,4}})(?P<room>室)?(?![0-9A-Za-z\-—年元米万多个人号平户栋%.]))"
)
_HOUSE = re.compile(
    rf"(?<![0-9A-Za-z第])(?:(?:{_STEP})*{_NUMBER}(?:号(?![楼线院栋门召称令码文])(?:之\d+)?(?:\d{{1,2}}楼(?:之\d+)?)?(?:[二三四五六七八九]楼)?(?:[东西南北中左右前后](?:户|侧|间|厢房|院|屋)|阁楼|地下室|后院|门面房)?|号楼|号院|栋|幢|座|单元(?:[一二三四五六七八九\d]{{1,2}}[楼层])?(?:[东西南北中左右](?:户|边|侧))?))"
)
#: Written in full without saying that somebody lives there: 三段88巷5号4楼, 家属院2排4号.
_WRITTEN_OUT = re.compile(
    rf"[一-鿿]{{2,8}}?(?P<number>[路街](?:{_NUMBER}段)?(?:\d{{1,4}}巷)?(?:\d{{1,4}}弄)?(?<=[段巷弄])\d{{1,4}}号(?:之\d+)?\d{{1,2}}楼(?:之\d+)?"
    rf"|(?:家属院|宿舍|大院|新村|小区|公寓|苑){_NUMBER}排{_NUMBER}号(?!楼)|村{_NUMBER}[组队社]\d{{1,4}}号)"
)
#: 住东门口第二排: told casually, by rows and doors.
_ROW = re.compile(
    r"(?:家住|我住|住在|住|家在|家就?在|我家是|家是|地址[:：])(?:了|是|在|\s)*(?P<row>[一-鿿]{2,10}?(?:第|(?<=[排巷弄院进]))[一二三四五六七八九十\d]{1,3}(?:排|家|户|间|座|号门|个门|扇门)"
    r"(?:[东西南北]?(?:头|边|侧)?(?:第[一二三四五六七八九十\d]{1,2}(?:排|家|户|间|个门))?)?)"
)
_NAME = re.compile(r"[一-鿿A-Za-z0-9·（）()]+ ?$")
_HOME_NAME = re.compile(r"[一-鿿A-Za-z0-9·（）() ]*$")
_AT_HOME = re.compile(
    r".*(?:家庭住址|家庭地址|联系地址|通讯地址|通信地址|收件地址|现住址|住址|家地址|家的地址|我的地址|本人地址|户籍地址|户籍地|户籍所在地|户籍|(?<![一-鿿])(?:地址|住所|住处|寄到|寄至)(?=\s?:)|家住在|家住|现居住在|现居住于|居住在|居住于|现居|现住在|现住"
    r"|住在|住于|租住在|租住|住(?![宅户建房院宿校区])|家在|我家是|家是|房子在|房子位于|房屋在|房产位于)(?:我市|本市|咱们?|我们)?(?:了|是|为|于|在|[:：]|\s)*",
    re.S,
)
_IS_AT = re.compile(r".*(?:是|系|在|位于|地址|到|的|住|我家|我们家|他家|她家|了|去|来自|来|购买|买|写|寄|日|将|除|还有|投诉|自)", re.S)
_LEAD = re.compile(
    r"(?:我们|咱们|我|咱|本人|你们|他们|她|他|该|其|这个|那个|本|所|的|和|与|及|对|从|向|于|号|为|由|把|被|有|跟|就|户主|业主|居民)"
)
_OFFICE = re.compile(
    r"(?:局|法院|检察院|派出所|委员会|政府|办公室|办公楼|行政中心|政务中心|服务中心|服务大厅|公司|医院|学校|大学|中学|小学|图书馆|门诊|科技馆|银行|大厅)$"
)
_ESTATE = re.compile(r"(?:苑|园|小区|花园|新村|公寓|里|庭|府|城|湾|居|坊|期|弄|院|社区|村|大厦|广场|宿舍)$")
_BUILT = re.compile("(?:号[楼院]|[栋幢座元])$")
_STREET = re.compile(r"(?:路|街|弄堂|巷|弄|里|村|(?<![国省县])道|坊|胡同|组|屯|庄|湾|寨|社区|苑|园|镇|桥)$")
_PLACE = re.compile(r"[一-鿿]{2}")
_VAGUE = frozenset({"小区", "我们小区", "本小区", "该小区", "家里", "楼上", "楼下", "对面", "隔壁", "邻居", "这里", "那里", "小区里"})


def _name_start(text: str, tail: int) -> tuple[int, bool]:
    """Where the name of the place before ``tail`` begins, and whether somebody is said to live there."""
    before = text[max(0, tail - 40) : tail]
    offset = tail - len(before)
    if home := _AT_HOME.match(before):
        rest = before[home.end() :]
        if _HOME_NAME.match(rest):
            return offset + home.end(), True
    name = _NAME.search(before)
    if name is None:
        return tail, False
    start = name.start()
    if is_at := _IS_AT.match(before, start):
        start = is_at.end()
    return offset + start, False


def _trim(text: str, start: int, tail: int) -> int:
    while (lead := _LEAD.match(text, start, tail)) and (len(lead[0]) > 1 or not is_word(text[start : start + 2])):
        start = lead.end()
    while start < tail and text[start] in ")）·":
        start += 1
    opened = text[start:tail].rfind("（")
    opened = max(opened, text[start:tail].rfind("("))
    if opened >= 0 and not re.search(r"[)）]", text[start + opened : tail]):
        start += opened + 1
    return start


def _address(text: str, tail: re.Match[str]) -> Found | None:
    start, home = _name_start(text, tail.start())
    start = _trim(text, start, tail.start())
    place = text[start : tail.start()]
    if not home and _OFFICE.search(place):
        return None
    if tail["dash"] and not (tail["room"] or _ESTATE.search(place.rstrip())):
        return None
    if not _PLACE.search(place) or place in _VAGUE:
        levels = re.findall(_LEVEL, tail[0])
        if not home and (len(levels) < 2 or not re.search("[栋幢楼座元弄]", tail[0])):
            return None
        start = tail.start()
    return start, len(tail[0].rstrip(" ,，-")) + tail.start(), "address"


def _written_out(text: str, full: re.Match[str]) -> Found:
    """A full address, without the words before it."""
    start = full.start()
    if lead := _IS_AT.match(text, start, full.start("number")):
        start = lead.end() if _PLACE.match(text, lead.end(), full.start("number") + 1) else start
    return _trim(text, start, full.end()), full.end(), "address"


def find_addresses(text: str) -> list[Found]:
    """Find addresses down to the room, and house numbers that somebody is said to live at, in a folded text."""
    found = [hit for tail in _TAIL.finditer(text) if (hit := _address(text, tail))]
    if "组" in text or "巷" in text or "段" in text or "排" in text or "弄" in text:
        found += [_written_out(text, full) for full in _WRITTEN_OUT.finditer(text)]
    if "住" in text or "址" in text or "户籍" in text:
        found += [(*match.span("row"), "address") for match in _ROW.finditer(text)]
        for tail in _HOUSE.finditer(text):
            start, home = _name_start(text, tail.start())
            start = _trim(text, start, tail.start())
            place = text[start : tail.start()].rstrip()
            built = bool(_BUILT.search(tail[0]))
            levels = len(re.findall(_LEVEL, tail[0]))
            if not home or (built and levels < 2 and not (_ESTATE.search(place) and place not in _VAGUE)):
                continue
            if built and levels > 1 and (not _PLACE.search(place) or place in _VAGUE):
                found.append((tail.start(), tail.end(), "address"))
                continue
            if not _OFFICE.search(place) and (_BUILT.search(tail[0]) or _STREET.search(place) or "组" in tail[0] or "巷" in tail[0]):
                found.append((start, tail.end(), "address"))
    return found
