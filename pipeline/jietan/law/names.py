"""Names of laws: short forms, generic words such as 本条例, and what stands in front of an article number."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from jietan.language.normalize import fold
from jietan.law.short_names import ALIASES, DOCUMENTS, GENERIC, KNOWN, OUTSIDE

__all__ = [
    "ABBREVIATION",
    "ALIASES",
    "DOCUMENTS",
    "GENERIC",
    "KNOWN",
    "OUTSIDE",
    "TOPICAL",
    "Titles",
    "bare_name",
    "canonical_name",
    "law_before",
    "same_law",
    "short_name",
]

_STATE = "中华人民共和国"
_NAME_END = (
    r"法典|法|条[例列]|办法|规定|解释|通则|总则|细则|规则|准则|决定|[稿搞]|草[案按安桉岸]|[前后]者|民发典|民法点|修正案|上位法律|"
    + "|".join(DOCUMENTS)
)
_HEADING = (
    r"(?:第[\d一二三四五六七八九十]+(?:分?编|章|节)|(?<!民法)(?:总则|附则)|(?:总则|物权|合同|人格权|婚姻(?:家庭)?|继承|侵权(?:责任)?)编)"
)
# What may stand between a name and the number: 的, 里面, 关于高空抛物的, 第三章.
_LINK = (
    r"(?:的|中的?|之|上的?|里[面头边]?的?|当中的?|[这那]个?法?(?:里[面头]?)?的?|关于(?:[^,。;:、《》\s]{1,14}的)?|,?(?:其中的?|尤其是|特别是|比如))?\s*"
    rf"(?:{_HEADING}[的中里]?\s*)*[“\"‘「(]?\s*"
)
_NOTE = r"(?:[(][^()]{1,40}[)]\s*){0,2}"
_BOOK = re.compile(rf"[《〈<]{{1,2}}([^《》〈〉<>]{{2,80}})[》〉>]{{1,2}}\s*{_NOTE}{_LINK}$")
# 《甲省实施〈消防法〉办法》, and 甲省实施《消防法》办法.
_NESTED = re.compile(rf"《([^《》]{{0,40}}[〈《][^《》〈〉]{{2,60}}[〉》][^《》]{{1,30}})》\s*{_NOTE}{_LINK}$")
_IMPLEMENTING = re.compile(
    rf"((?:[\u4e00-\u9fff]{{1,8}}[省市区县州])?(?:实施|执行|贯彻)?《[^《》]{{2,60}}》(?:实施)?(?:办法|细则|条例|规定))\s*{_NOTE}{_LINK}$"
)
_BRACKET = re.compile(
    rf"[【\[(「『“\"]((?:[^】\]()\[【「」『』“”\"]){{1,40}}(?:法典?|条例|办法|规定|解释|意见|通知|方案|章程|合同))[】\])」』”\"]\s*{_LINK}$"
)
_ENDING = re.compile(
    rf"(?P<name>(?:{_NAME_END})(?:(?<=修正案)[(][一二三四五六七八九十]{{1,3}}[)])?)"
    rf"(?:\s*[(](?:[^()]{{0,16}}(?:草案|稿|修订|修正|修改|试行|令|年|版)[^()]{{0,16}})[)])?[》〉>]?\s*{_LINK}$"
)
_TITLE = re.compile(r"《([^《》]{2,80})》")
_KINDS = ("条例", "办法", "规定", "细则", "规则", "准则", "解释", "决定", "法典", "法")
_DECREE = re.compile(r"第?\d{1,5}$")
# What must stand in the text for a pattern to fit; looking for it first saves most searches.
_CLOSES = {_BOOK: frozenset("》〉>"), _NESTED: frozenset("》"), _IMPLEMENTING: frozenset("》"), _BRACKET: frozenset('】])」』”"')}
_LONGEST_RUN = 52
_RUN = re.compile(r"[\u4e00-\u9fff、]{1,45}(?:[(][一二三四五六七八九十]{1,3}[)])?$")
#: A name can end or be followed only by these characters; anything else in front of a number names no law.
_MAY_END = frozenset(
    '法典例列办定释则决稿搞案按安桉岸点律同议书约章守册须知程导要件告知令文见》〉>】])」』”的中之上里面头边那这个者书状编章节是如“"‘「(于'
)
# Where a name cannot go on to the left. Single characters are kept apart from words that laws carry (数据, 照明, 就业).
#: 《甲条例》（以下简称《条例》）: the short form that a text gives a law.
ABBREVIATION = re.compile(
    r"《([^《》]{2,80})》\s*(?:[(][^()]{1,30}[)])?\s*[(](?:以下|下文|下称|下简称|以下均)?(?:统?简?称)?[为:]?\s*[“《\"‘「]?([^”》\"’」()]{1,20})[”》\"’」]?[)]"
)
_DELIMITER = re.compile(
    r"根据|按照|依据|依照|违反|参照|适用|对照|不符合|符合|涉及|关于|请问|看到|执行|落实|援引|引用|违背|遵守|建议|认为|国务院|抵触|"
    r"修改|删除|完善|细化|增加|取消|支持|反对|同意|赞成|参考|结合|学习|翻开?|比如|例如|如同|好像|就像|见到|详见|参见|查了?|希望|"
    r"(?<!数)据(?!点)|(?<![执牌护拍])照(?!明|护|料|顾)|(?<!自)从(?!业|事)|就(?!业|医|学|地)|(?<!法)依(?!法)|(?<!普)及|于|以(?!工)|"
    r"在(?!用|建|线)|(?<![名职])称(?![号呼职])|[按与和跟对把了是的说看、将拿给]|觉得|第[\d一二三四五六七八九十百千]{1,6}[条款项]|所[列附载述]|到(?!期)|感觉|[我你他她咱]们?|\s"
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,5}[省市县区州旗盟]|经济特区|自治[区州县]")
_ENDS_IN_PLACE = re.compile(r"[省市县区州旗盟]$|(?<![我中本全和他两外各])国$|(?:日本|新加坡|香港|澳门|台湾|特区|地方)$")
_LAW_END = re.compile(r"法典?|条例|办法|规定|规则|解释")
_DRAFTED = re.compile(
    r"(?:征求意见|条例|修订|修正|修改|审议|讨论|送审|[一二三][次审]|公开|公布|发布){0,4}(?:草案)?"
    r"(?:[一二三]次?审议?|征求意见|修改|讨论){0,3}(?:草案|稿|搞)$"
)
#: Words that end like a law's name and are none: 这种做法, 没有明文规定.
_NO_NAME = re.compile(
    r"[做看想说方用书违执立司合非守普国王家手疗语魔玩打算写提讲叫吃好]法$|办法(?<![管理行施罚助护务定价费分励理法收例]办法)$"
    r"|(?<!管理|若干|暂行|特别|实施|程序|登记|工作|补充|处罚|审查|监督|保护)规定$|决定$|第[一二三四五六七八九十百\d]+[章节编]|(?<!司法|立法|法律|高法|高院|高检)解释$"
)
_BY_LENGTH = {
    size: frozenset(name for name in (*KNOWN, *ALIASES, *OUTSIDE) if len(name) == size)
    for size in sorted({len(name) for name in (*KNOWN, *ALIASES, *OUTSIDE)}, reverse=True)
}


#: 养犬条例: a law by its subject; the draft where its title has the subject.
TOPICAL = re.compile(r"[\u4e00-\u9fff]{2}(?:条例|办法|规定)")
_MODIFIERS = re.compile(
    r"(?:[新旧老原本该这那此现同各整全前后上下几某我咱你他它俺]|个|部|版|份|次|的|里|面|市|省|区|县|国|家|相关|有关|地方|草案|修订|修正|正式|公布|出台|立法|具体|明确|通过|以上|所谓|其他|暂行|实施|管理|行政|如果|根据|按照)"
)


@lru_cache(maxsize=1 << 12)
def short_name(law: str) -> str:
    """Return a law's name without 《》, blanks and 中华人民共和国, under which names are compared."""
    return re.sub(r"[《》〈〉\s]", "", fold(law)).replace(_STATE, "").replace("(", "（").replace(")", "）")


def canonical_name(law: str) -> str:
    """Return the short name of a law with short forms resolved: 消法 → 消费者权益保护法, 道交法实施条例 → 道路交通安全法实施条例."""
    name = short_name(law)
    if name in ALIASES:
        return ALIASES[name]
    match = re.fullmatch(r"(.+?)(实施条例|实施细则|实施办法)", name)
    return ALIASES.get(match[1], match[1]) + match[2] if match else name


def bare_name(name: str) -> str:
    """Return a law's name without the bracket that tells its state: 甲条例（草案） → 甲条例."""
    return re.sub(r"[(（][^()（）]*(?:草案|稿|修订|修正|修改|征求|试行|年|版)[^()（）]*[)）]$", "", name)


def same_law(name: str, draft: str) -> bool:
    """Whether a name means the draft: its own, or its own without the place (养犬条例 for 临江市养犬条例).

    Args:
        name: As :func:`canonical_name` gives it.
        draft: Short name of the draft.

    Returns:
        True where it does; the name of a national law never stands for a local draft.
    """
    name, draft = bare_name(name), bare_name(draft)
    if not name or not draft:
        return False
    if name in (draft, canonical_name(draft)):
        return True
    if len(name) < 3 or name in KNOWN:
        return False
    if draft.endswith(name):
        return bool(_ENDS_IN_PLACE.search(draft[: -len(name)])) or name in DOCUMENTS
    place = _PLACE.match(draft)
    return place is not None and name == place[0][:-1] + draft[place.end() :]


class Titles:
    """The laws that a text names in 《》, by what kind of text they are: 该条例 means the 条例 named last, never a 法."""

    def __init__(self, text: str) -> None:
        """Read the titles.

        Args:
            text: Text that went through ``fold``.
        """
        self._found: dict[str, list[tuple[int, str]]] = {}
        self._all: list[tuple[int, str]] = []
        for match in _TITLE.finditer(text):
            name = bare_name(match[1].strip())
            if kind := self.kind(name):
                self._all.append((match.end(), name))
                self._found.setdefault(kind, []).append((match.end(), name))

    @staticmethod
    def kind(name: str) -> str:
        """条例, 办法, 法 …: what a law's name, or 该条例, ends in; empty for 该草案 and other words."""
        ending = next((ending for ending in _KINDS if name.endswith(ending)), "")
        return "法" if ending == "法典" else ending

    def latest(self, offset: int) -> list[str]:
        """The two titles that stand last before ``offset``, in order."""
        place = bisect_right(self._all, (offset, "\U0010ffff"))
        return [name for _, name in self._all[max(0, place - 2) : place]]

    def before(self, kind: str, offset: int) -> tuple[str, int] | None:
        """The title of a kind that stands last before ``offset``, and where it ends."""
        found = self._found.get(kind, [])
        place = bisect_right(found, (offset, "\U0010ffff"))
        return (found[place - 1][1], found[place - 1][0]) if place else None


def _known_ending(run: str) -> str:
    """The longest common law, short form or word for another text that ``run`` ends in; empty for none."""
    return next((run[-size:] for size, names in _BY_LENGTH.items() if run[-size:] in names), "")


def _rest(run: str) -> str:
    """What of a run of characters can be one name: from the last delimiter on, or from a place where 和 belongs to the name."""
    run = run.rpartition(_STATE)[2]
    cuts = [match for match in _DELIMITER.finditer(run) if match.end() < len(run)]
    begin = cuts[-1].end() if cuts else 0
    if cuts and cuts[-1][0] in ("和", "与", "及", "、"):
        earlier = cuts[-2].end() if len(cuts) > 1 else 0
        left = run[earlier : cuts[-1].start()]
        if _PLACE.match(left) and not _LAW_END.search(left):
            begin = earlier
    return run[begin:]


def _drafted(rest: str) -> tuple[str, int] | None:
    """The word for the draft, or the law whose draft is named, in 养犬条例草案, 二审稿, 学前教育法草案."""
    match = _DRAFTED.search(rest)
    if match is None:
        return None
    known = _known_ending(rest[: match.start()])
    if known in KNOWN:
        return known, len(rest) - match.start() + len(known)
    return "草案", len(match[0])


def _generic(rest: str) -> tuple[str, int] | None:
    """The word for the text under discussion that ``rest`` is or ends in; None where it is the name of a law."""
    if rest in GENERIC or rest in OUTSIDE:
        return rest, len(rest)
    if drafted := _drafted(rest):
        return drafted
    generic = max((name for name in GENERIC if rest.endswith(name)), key=len, default="")
    if TOPICAL.fullmatch(rest) and not _MODIFIERS.search(rest[:2]) and rest.endswith("条例"):
        return None
    if generic and (len(rest) - len(generic) < 3 or generic[0] in "本该此同这"):
        return generic, len(generic)
    return None


def _document(rest: str) -> tuple[str, int] | None:
    noun = max((name for name in DOCUMENTS if rest.endswith(name)), key=len, default="")
    if not noun:
        return None
    name = rest if len(rest) <= 12 else noun
    return name, len(name)


def _plain_name(run: str) -> tuple[str, int] | None:
    """The law's name at the end of a run of characters without book marks, and how many of them it takes."""
    known, rest = _known_ending(run), _rest(run)
    if known:
        # A longer name that ends like a known one (西地省物业管理条例) stays whole; 根据民法典 does not.
        name = rest if len(rest) > len(known) and _ENDS_IN_PLACE.search(rest[: -len(known)]) else known
        return name, len(name)
    if generic := _generic(rest):
        return generic
    if _NO_NAME.search(rest):
        return None
    return _document(rest) or ((rest, len(rest)) if len(rest) >= (3 if rest.endswith("法") else 4) else None)


def law_before(text: str, end: int) -> tuple[str, int] | None:
    """Find the law that is named directly in front of an article number.

    Args:
        text: Text that went through ``fold``.
        end: Offset of the article number.

    Returns:
        The name as written, without brackets that tell its state, or a word of :data:`GENERIC` or :data:`OUTSIDE`;
        and the offset where the name begins, 《 included. None where no law is named.
    """
    begin = max(0, end - 130)
    window = text[begin:end]
    stripped = window.rstrip()
    if not stripped or stripped[-1] not in _MAY_END:
        return None
    for pattern in (_BOOK, _NESTED, _IMPLEMENTING, _BRACKET):
        if _CLOSES[pattern].isdisjoint(window):
            continue
        if match := pattern.search(window):
            front = match[1].partition("《")[0] if pattern is _IMPLEMENTING else ""
            skip = len(front) - len(_rest(front))
            return bare_name(match[1][skip:].strip()).strip(), begin + match.start() + skip
    match = _ENDING.search(window, max(0, len(window) - 60))
    run = _RUN.search(window, max(0, match.end("name") - _LONGEST_RUN), match.end("name")) if match else None
    found = _plain_name(run[0]) if run else None
    if run is None or found is None:
        return None
    name, length = found
    offset = run.end() - length
    if number := _DECREE.search(window, 0, offset) if name.startswith("号") else None:
        name, offset = number[0] + name, number.start()
    if window[:offset].endswith(_STATE):
        offset -= len(_STATE)
    return name, begin + offset
