"""Numbers and addresses that name one person: telephone, identity card, bank card, plate, e-mail, chat accounts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

__all__ = ["Found", "apart", "find_numbers", "spell_out"]

#: Start, end, type.
Found = tuple[int, int, str]

_SPELLED = re.compile(r"[0-9零〇○一幺二三四五六七八九](?:[ \-,，、]?[0-9零〇○一幺二三四五六七八九]){6,}")
_TO_DIGITS = str.maketrans("零〇○一幺二三四五六七八九", "0001123456789")

# What follows an amount, a year or a document number, never a number that can be dialled.
_AMOUNT = r"(?!\s?(?:元|块|万|亿|平|米|人|户|吨|年|月|%|号文|公里|千|度|分|个|次|天|股|kg|km))"
_EDGE, _STOP = r"(?<![0-9A-Za-z.*第])", r"(?![0-9A-Za-z*])"
_LONG = re.compile(rf"{_EDGE}\d(?:[ \-]?\d){{13,18}}(?:[ \-]?[Xx])?(?![0-9*])")
_LINK = re.compile(r"(?:https?://|www\.)[!-~]+")
_ID_SAID = re.compile(
    r"(?:身[份分]证明?|证件)(?:号码|号|编号|件号码|为|是|[:：\s(（,，])*(?P<id>\d(?:[ \-]?\d){13,17}[ \-]?[0-9Xx])(?![0-9])"
)
_CARD_SAID = re.compile(
    r"(?:的卡|卡号|账号|帐号|账户|帐户|银行卡|储蓄卡|工资卡|社保卡|借记卡|信用卡|存折|开户行?)(?:号码|号|为|是|名|尾号|[:：\s(（,，]|[一-鿿]{2,8}[行社](?![一-鿿]))*"
    r"(?P<id>\d(?:[ \-]?\d){8,24})(?![0-9])"
)
# 赔偿款打到…: a number of a bank card's length, whatever its check digit.
_PAID_TO = re.compile(
    r"(?:打到|打入|打给|汇到|汇入|转到|转入|退到|退回|存入)(?:我|本人)?(?:的)?[:\s]{0,2}(?P<id>[3-9]\d(?:[ \-]?\d){14,17})(?![0-9])"
)
_MOBILE = re.compile(
    rf"(?:{_EDGE}|(?<=[Tt][Ee][Ll])|(?<=[Pp][Hh][Oo][Nn][Ee]))(?:(?:\+|00)?86[ \-]?)?"
    rf"(?P<n>1[ ]?[3-9][ ]?\d(?:[ \-.·_]{{1,2}}\d|\d){{8}}){_STOP}{_AMOUNT}"
)
_LANDLINE = re.compile(
    rf"{_EDGE}(?<![A-Za-z]-)(?:[(（]0\d{{2,3}}[)）][ \-]?|0\d{{2,3}}[ \-—–]{{1,3}}|0(?:10|2\d|[3-9]\d{{2}}))[2-8]\d{{2,3}}[ \-]?\d{{4}}"
    rf"(?:\s?(?:转|分机号?|[ \-—–]|ext\.?)\s?\d{{1,4}}(?!\d))?{_STOP}{_AMOUNT}"
)
_FILED = re.compile(r"(?:备案|案|文|编|单|批|证|合同|登记)号?\s?[:：]?\s?$")
_SERVICE = re.compile(rf"{_EDGE}[48]00(?:[ \-]?\d{{3}}[ \-]?\d{{4}}|[ \-]?\d{{4}}[ \-]?\d{{3}}){_STOP}{_AMOUNT}")
# 199 0000后面是3202; 199，零零零零，三二零二: one number told in pieces.
_IN_GROUPS = re.compile(rf"{_EDGE}1[3-9]\d[,，、]\s?\d{{4}}[,，、]\s?\d{{4}}{_STOP}")
_IN_PIECES = re.compile(
    rf"{_EDGE}(?P<head>1[3-9]\d(?:[ \-]?\d{{4}})?)[^0-9\n。]{{0,6}}(?:后面?|后[四八]位|尾号|末|接着|接|再加|再|然后|加上?)[^0-9\n。]{{0,5}}"
    rf"(?P<tail>\d{{4}}(?:[ \-]?\d{{4}})?){_STOP}"
)
_TAIWAN = re.compile(rf"{_EDGE}09\d{{2}}[ \-]?\d{{3}}[ \-]?\d{{3}}{_STOP}{_AMOUNT}")
_PHONE_SAID = re.compile(
    r"(?:(?<![件证单案编卡])号码|电话|座机|固话|手机|联系方式|联系|致电|来电|拨打|传真|小灵通|[Tt][Ee][Ll]|微信同号)(?:号码|号|是|为|我|本人|[:：.\s(（,，])*"
    rf"(?P<id>(?:\d{{2,4}}[ \-])?[1-9]\d{{2,3}}[ \-]?(?:\d{{4}}|\d{{3}}(?!\d)|\d{{2}}[ \-]\d{{2}}))(?:转\d{{1,5}})?{_STOP}{_AMOUNT}"
)
_MISREAD = re.compile(rf"(?:电话|手机|号码|联系方式|[Tt][Ee][Ll])(?:号码|号|是|为|[:：.\s])*(?P<id>[1lI|][3-9][0-9oOlI|]{{9}}){_STOP}")
_GROUPS = frozenset(
    {(11,), (3, 4, 4), (4, 3, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5), (5, 6), (6, 5), (3, 2, 2, 2, 2), (3, 3, 3, 2), (1,) * 11}
)
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?(?:@|\(at\)|\[at\]|#(?=[a-z0-9]+\.(?:com|cn|net)))\s?[A-Za-z0-9\-]+(?:[.。][A-Za-z0-9\-]+)*[.。][A-Za-z]{2,10}",
)
_WECHAT = re.compile(
    r"(?:[微威薇]信(?!公众|小程序|支付)|[加＋+]\s?[Vv微]|(?<![A-Za-z])(?:[Vv][Xx]|[Ww][Xx]|[Vv]信|[Ww]e[Cc]hat))(?:账号|号码|号|ID|id|就?是|为|我|[:：\s,，])*"
    r"(?P<id>(?!_x000)[A-Za-z_][A-Za-z0-9_\-]{5,19}|[0-9][A-Za-z0-9_]{5,19})(?![A-Za-z0-9_@.])"
)
_QQ = re.compile(
    r"(?:(?<![A-Za-z])[Qq][Qq]|[加＋+]?(?<![A-Za-z])[Qq](?![Qq])|扣扣|企鹅)(?:账号|号码|群号|号|群|就?是|为|我|[:：\s,，])*(?P<id>[1-9]\d{4,10})(?![0-9A-Za-z@])"
    + _AMOUNT
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-Za-hj-z](?:[ ·•.\-]?(?P<n>[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}|[A-HJ-NP-Za-hj-np-z0-9]{{4}}[挂学警港澳领])"
    rf"|(?P<green>[DFdf][ ·•.\-]\d{{5}}))"
    r"(?![A-Za-z0-9])(?!\s?[年月元米])"
)
_PLATE_SAID = re.compile(
    r"(?:车牌|牌号|牌照|车号|号牌|车辆号)(?:号码|号|照|为|是|叫|[:：\s,，(（“\"])*"
    r"(?P<id>(?!牌)[一-鿿]{0,4}[ ·]?[A-Za-z][ ·•.\-]?[A-Za-z0-9]{4,6}|[A-Z]{2,3}-?\d{4}|\d{4}-?[A-Z]{2}|(?!牌)[一-鿿]{0,3}\d{5,7})"
    r"(?![A-Za-z0-9])"
)
_PLATE_BRACKET = re.compile(r"[(（](?P<id>[一-鿿]{2,3}[A-Z][ ·\-]?\d{5})(?=[)）])")
_PLATE_NEAR = re.compile(r"(?P<id>(?![车牌号照是为的叫了把])[一-鿿]{1,2}[ ·]?[A-Z][ ·\-]?(?=[A-Z0-9]{0,2}\d{3})[A-Z0-9]{5})(?![A-Za-z0-9])")
_NOT_PLATE = re.compile(r"^(?:尾号|后四位|登记|编号|上牌)")
_CREDIT = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")
_OFFICERS = re.compile(r"[一-鿿]字第\d{5,10}号")
_DOCUMENT = re.compile(
    r"(?:身[份分]证字|护照|通行证|回乡证|台胞证|居住证|军官证|士兵证|驾驶证|驾照|残疾证|残疾人证|社保号|医保卡|学号|工号|准考证)(?:号码|号|编号|为|是|[:：\s(（])*"
    r"(?P<id>[A-Za-z]{0,2}\d{6,20}[A-Za-z]?)(?![0-9A-Za-z])"
)


def apart(hits: Iterable[Found]) -> list[Found]:
    """Keep of what overlaps the one that comes first, and return the kept in the order of the text."""
    kept: list[Found] = []
    for hit in hits:
        at = bisect_left(kept, hit)
        if (not at or kept[at - 1][1] <= hit[0]) and (at == len(kept) or hit[1] <= kept[at][0]):
            kept.insert(at, hit)
    return kept


def spell_out(text: str) -> str:
    """Turn runs of at least seven spoken digits (一九九零零〇…) into Arabic digits, one for one."""
    return _SPELLED.sub(lambda match: match[0].translate(_TO_DIGITS), text)


def _compact(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def _is_birth_date(digits: str) -> bool:
    try:
        born = ric.get_birth_date("000000" + digits)
    except (ValidationError, ValueError):
        return False
    return 1900 <= born.year <= 2035


def _long_kind(number: str) -> str:
    """Type of a number of 14 to 20 characters by its checksum, or an empty string."""
    if len(number) == 18 and number[:17].isdigit() and number[0] in "12345689":
        if _is_birth_date(number[6:14]) and ric.calc_check_digit(number) == number[-1]:
            return "id_card"
    if len(number) == 15 and number.isdigit() and number[0] in "12345689" and _is_birth_date("19" + number[6:12]):
        return "id_card"
    if number.isdigit() and 16 <= len(number) <= 19 and number[0] in "3456789" and luhn.is_valid(number):
        return "bank_card"
    return ""


def _long_numbers(text: str) -> Iterator[Found]:
    links = [match.span() for match in _LINK.finditer(text)] if "://" in text or "www." in text else []
    for match in _LONG.finditer(text):
        if any(start <= match.start() < end for start, end in links):
            continue
        if kind := _long_kind(_compact(match[0])):
            yield *match.span(), kind


def _said(pattern: re.Pattern[str], kind: str) -> Callable[[str], Iterator[Found]]:
    """Finder of what an introducing word names: the group ``id``."""

    def find(text: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield *match.span("id"), kind

    return find


def _groups(number: str) -> tuple[int, ...]:
    return tuple(len(part) for part in re.split(r"[^0-9]+", number))


_DIALLED = re.compile(r"(?:电话|手机|联系|微信|致电|拨打|号码|[Tt]el)\D{0,6}$")


def _mobiles(text: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(text):
        if _groups(match["n"]) in _GROUPS or _DIALLED.search(text[max(0, match.start() - 10) : match.start()]):
            yield *match.span(), "phone"


def _plain(pattern: re.Pattern[str], kind: str) -> Callable[[str], Iterator[Found]]:
    def find(text: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield *match.span(), kind

    return find


def _in_pieces(text: str) -> Iterator[Found]:
    for match in _IN_PIECES.finditer(text):
        if len(_compact(match["head"] + match["tail"])) == 11:
            yield *match.span("head"), "phone"
            yield *match.span("tail"), "phone"


def _landlines(text: str) -> Iterator[Found]:
    for match in _LANDLINE.finditer(text):
        if not _FILED.search(text[max(0, match.start() - 8) : match.start()]):
            yield *match.span(), "phone"


_HOTLINE = re.compile(r"热线\D{0,6}$")


def _services(text: str) -> Iterator[Found]:
    for match in _SERVICE.finditer(text):
        if not _HOTLINE.search(text[max(0, match.start() - 12) : match.start()]):
            yield *match.span(), "phone"


def _foreign(text: str) -> Iterator[Found]:
    if "+" in text:
        for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE):
            yield match.start, match.end, "phone"


def _chat_accounts(text: str) -> Iterator[Found]:
    for match in _WECHAT.finditer(text):
        if not match["id"].isalpha() or re.search(r"[:：号是为]\s*$", text[: match.start("id")]):
            yield *match.span("id"), "wechat"


def _plates(text: str) -> Iterator[Found]:
    ends = set()
    for match in _PLATE.finditer(text):
        if match["green"] or sum(char.isdigit() for char in match["n"]) >= 2:
            ends.add(match.end())
            yield *match.span(), "plate"
    for match in _PLATE_SAID.finditer(text):
        if match.end() not in ends and not _NOT_PLATE.match(match["id"]) and any(char.isdigit() for char in match["id"]):
            ends.add(match.end())
            yield *match.span("id"), "plate"
    for match in _PLATE_BRACKET.finditer(text):
        yield *match.span("id"), "plate"
    for match in _PLATE_NEAR.finditer(text):
        if match.end() not in ends and re.search("车|牌", text[max(0, match.start() - 8) : match.start()]):
            yield *match.span("id"), "plate"


def _credit_codes(text: str) -> Iterator[Found]:
    for match in _CREDIT.finditer(text):
        if uscc.is_valid(match[0]) or "信用代码" in text[max(0, match.start() - 10) : match.start()]:
            yield *match.span(), "credit_code"


def _officers(text: str) -> Iterator[Found]:
    for match in _OFFICERS.finditer(text):
        if re.search(r"(?:军官证|士兵证|警官证|文职证)\D{0,4}$", text[max(0, match.start() - 10) : match.start()]):
            yield *match.span(), "document"


_DIGIT_FINDERS: tuple[Callable[[str], Iterator[Found]], ...] = (
    _long_numbers,
    _said(_ID_SAID, "id_card"),
    _said(_CARD_SAID, "bank_card"),
    _said(_PAID_TO, "bank_card"),
    _mobiles,
    _landlines,
    _services,
    _in_pieces,
    _plain(_IN_GROUPS, "phone"),
    _plain(_TAIWAN, "phone"),
    _said(_PHONE_SAID, "phone"),
    _said(_MISREAD, "phone"),
    _foreign,
    _said(_QQ, "qq"),
    _plates,
    _credit_codes,
    _said(_DOCUMENT, "document"),
    _officers,
)
_HAS_NUMBER = re.compile(r"\d(?:[ \-.·()（）—–,，、]{0,3}[0-9A-Za-z]){3}")


def find_numbers(text: str) -> list[Found]:
    """Find numbers and accounts in a folded text whose spoken digits are spelled out.

    Returns:
        Candidates, which may overlap.
    """
    found: list[Found] = []
    if _HAS_NUMBER.search(text):
        for finder in _DIGIT_FINDERS:
            found.extend(finder(text))
    if "@" in text or "#" in text or "at" in text:
        found.extend((*match.span(), "email") for match in _EMAIL.finditer(text))
    found.extend(_chat_accounts(text))
    return found
