"""Forms of address: 张先生, 王阿姨, 项经理, 老孟, 小陶."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.personal_numbers import Found
from jietan.language.personal_signs import any_of
from jietan.language.personal_surnames import ANY, COMMON, COMPOUND, CONNECTIVE, WORDLIKE, is_word, surname_length

__all__ = ["find_honorifics"]

_PERSONAL = """
    老师傅 先生 女士 小姐 太太 夫人 阿姨 叔叔 大叔 大爷 大妈 大娘 大婶 大伯 大姐 大哥 大嫂 奶奶 爷爷 伯伯 伯母 婶婶 嫂子 阿婆 阿公 阿伯 阿叔
    婆婆 老太 老伯 老汉 老爹 老板娘 老板 师傅 师父 师兄 师姐 同学 同志 老师 医生 大夫 护士 律师 教授 博士 警官 法官 工程师 会计 教练
    姑娘 小伙
"""
_OFFICIAL = """
    支书 总经理 经理 副主任 主任 副书记 书记 副局长 局长 处长 科长 副院长 院长 副校长 校长 园长 所长 队长 站长 社长 市长 区长 县长 镇长 乡长
    村长 里长 组长 班长 部长 厅长 省长 会长 主席 主管 店长 团长 委员 常委 总监 董事长 董
"""
_SHORT = "队 总 工 姐 哥 叔 婶 嫂 伯 婆 爷 妈 奶 某 某某"
_FIRST = "".join(sorted({word[0] for word in f"{_PERSONAL} {_OFFICIAL} {_SHORT}".split()}))
_TITLE = re.compile(
    rf"(?=[{_FIRST}])(?:(?P<person>{any_of(_PERSONAL)})|(?P<office>{any_of(_OFFICIAL)})"
    rf"|(?P<short>{any_of(_SHORT)})(?=[^一-鿿]|$|[说讲的家和是在也来去他她就都又要们卖]))"
)
_NOT_AFTER = re.compile(r"们|长|事务|效|证|费|团|节|权|险|岗|职|座|资格")
_FAMILIAR = re.compile(r"[老小](?P<name>[一-鿿])")
_CLAUSE = re.compile(r"[^一-鿿\d]|[的和与跟找问叫对是由给像我被让向系位名请谢]")
_RARE_BUT_REAL = frozenset("向和应从家国能山公那经干阴古富容")
_COLLEAGUES = frozenset("员师工友手长")
_ROLE_BEFORE = re.compile(
    r"(?:保安|保洁|居委|街道|社区|物业|城管|司机|房东|中介|邻居|对门|隔壁|楼上|楼下|同事|同学|主任|书记|经理|师傅|支书|会计|门卫|家委会|业委会|群里|班主任|谁)的?$"
)
#: 居委会华书记, 楼上叶先生.
_SEAT = re.compile(r"(?:[居村业家]委会?|街道|社区|楼上|楼下|隔壁|对门)的?$")
# The dictionary has these as words, and they are people.
_OLD = frozenset(
    f"老{name}" for name in "王李张刘陈杨赵周吴徐孙朱胡郭林罗梁宋郑唐韩冯董曹袁邓许傅沈彭吕苏蒋蔡魏薛潘杜戴姜范谭廖邹陆郝崔邱秦"
)
#: 老严、小戚和贾姐: one of several.
_FELLOW = re.compile(
    r"[、和与跟及]\s?(?:[老小][一-鿿](?=[^一-鿿]|$|[和与跟及都也说家几们他])|[一-鿿](?:姐|哥|叔|婶|嫂|阿姨|师傅|老师|大爷|大妈))"
)
_SURNAMES = (COMMON | ANY) - WORDLIKE - CONNECTIVE
_KIN = frozenset("妈爷奶婆")
_TOGETHER = ("和", "跟", "与", "找", "问")
_SPEAKS = re.compile(
    r"[^一-鿿]|$|[说讲的家和他她是在也又都来去不要给]|反映|告诉|师傅|他们|她们|每天|天天|经常|一直|知道|答应|同意|登记|愿意|帮|负责|家里"
)


def _titled(text: str) -> Iterator[Found]:
    for match in _TITLE.finditer(text):
        start = match.start() - 2
        if start < 0 or text[start : start + 2] not in COMPOUND:
            start = match.start() - 1
        if start >= 0 and surname_length(text, start) and _is_address(text, start, match):
            yield start, match.end(), "honorific"


def _is_address(text: str, start: int, match: re.Match[str]) -> bool:
    if _NOT_AFTER.match(text, match.end()):
        return False
    if match.start() - start == 2:
        return True
    surname, before = text[start], text[start - 1 : start] if start else ""
    whole = text[start : match.end()]
    certain = surname in COMMON and surname not in WORDLIKE and len(match[0]) > 1
    if (is_word(whole) and not certain) or (before and is_word(before + surname)):
        return False
    if match["person"] not in ("先生", "女士") and is_word(surname + match[0][0]) and not (certain and is_word(whole)):
        return False
    end = match.end()
    if is_word(match[0][-1] + text[end : end + 1]) and match["person"] is None and not is_word(text[end : end + 2]):
        return False
    if match["short"] in _KIN and (surname not in COMMON or surname in WORDLIKE):
        return False
    apart = (
        not before
        or bool(_CLAUSE.match(before))
        or text.endswith(match[0], 0, start)
        or bool(_SEAT.search(text[max(0, start - 4) : start]))
    )
    if surname in CONNECTIVE:
        return surname in _RARE_BUT_REAL and match["person"] in ("先生", "女士") and (not before or not before.isalnum())
    return apart if match["short"] or surname in WORDLIKE else True


def _familiar(text: str) -> Iterator[Found]:
    """老孟, 小陶: between words that leave nothing else."""
    for match in _FAMILIAR.finditer(text):
        start, end = match.span()
        name = match["name"]
        after = text[end : end + 1]
        before = text[start - 1 : start] if start else ""
        apart = (
            not before or before in _COLLEAGUES or bool(_CLAUSE.match(before)) or bool(_ROLE_BEFORE.search(text[max(0, start - 4) : start]))
        )
        if _FELLOW.match(text, end) and name in COMMON | WORDLIKE and not is_word(before + match[0][0]):
            yield start, end, "honorific"
            continue
        if name not in _SURNAMES or (is_word(match[0]) and match[0] not in _OLD):
            continue
        if is_word(name + after) or is_word(match[0] + after) or (before and is_word(before + match[0][0])):
            continue
        if (before in _TOGETHER or _SPEAKS.match(text, end)) and apart:
            yield start, end, "honorific"


def find_honorifics(text: str) -> list[Found]:
    """Find forms of address with a surname in a folded text.

    Returns:
        Candidates, which may overlap.
    """
    return [*_titled(text), *_familiar(text)]
