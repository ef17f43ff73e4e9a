"""Full names, where a text says that somebody is called so; a name without any such sign is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jietan.language.personal_evidence import find_evident
from jietan.language.personal_fields import find_in_fields, sounds_foreign
from jietan.language.personal_foreign import find_foreign
from jietan.language.personal_numbers import Found
from jietan.language.personal_signs import BESIDE, CALLED, INTRO, LABELLED, PARTY, ROLE, TITLED, TITLES
from jietan.language.personal_spread import spread_names
from jietan.language.personal_surnames import COMMON, COMPOUND, CONNECTIVE, WORDLIKE, is_word, surname_length

__all__ = ["find_names", "looks_like_name", "name_end"]

_HAN = re.compile(r"[一-鿿]")
_NEVER = frozenset("叫的了吗呢吧啊我你您他她它这那哪是不没很就都也还又再才把被给让对向从与跟但而且或及等着过得地们么谁啥每各该此其个位")
_PLACES = frozenset("村乡镇县市区网街巷屯厂店校局站")
_SAYS = frozenset("说称讲")
_SOFT = frozenset("已曾于却更家说在有要想和为今现来去到系男女年岁姓叫先同")

_KINDS = frozenset("妈族者员控党迷粉奴恋民工人生费感性")
_PAST = frozenset("在于到经多被找去组试向因有是")
_PLACE_SURNAMES = frozenset("东方 南门 东门 西门 东里 百里 第五 南宫 上官 司马 左丘 相里".split())
_UNITS = frozenset("组级班类某总工姐哥叔婶嫂伯婆爷妈奶")
#: What follows a name in a sentence, longest first.
_AFTER = re.compile(
    r"身[份分]证|联系|电话|手机|先生|女士|小姐|同志|老师|今年|现年|年龄|家住|家在|现住|住在|现在|来自|作为|代表|执笔|敬上|谨上|敬启|拜上|反映|反应|表示|认为|提出|提议"
    r"|建议|介绍|告诉|希望|投诉|举报|来电|来信|咨询|要求|询问|留言|诉称|称|说|讲|是|系|住|在|的|家|男|女|和|与|等|因|于|呈|谨|问|曾|已|也|就|从|到|把|被|对|向|将|原|现|不|都|没|上|去|来|以|为|给|又|还|两|多次|经常|长期|天天|每天|同意|支持|反对|联名|签名|利用|使用|占用|私自|擅自|签字|签收|发言|带队|插话|答复|回答|回复|负责|主持|补充|诉称|辩称|答辩|上诉|性别|养|他|她|我|啊|呀|家里"
)
_ALL_AFTER_SIGN = re.compile(
    r"身[份分]证|联系|电话|手机|今年|现年|年龄|家住|住|男|女|系|出生|籍贯|汉族|[一二三四五六七八九十\d]{2,4}岁|生于|户籍|人[,，。]|啊|呀|哈|呃|嗯|我"
)

_FROM = re.compile(r"(?:我是|本人是|我系|本人系|我们是)[一-鿿A-Za-z0-9]{2,20}?的(?=[一-鿿]{2,4}(?:[,，。;；、（(\s!！我啊呃嗯]|$))")
_COURTESY = frozenset("先生 女士 小姐 太太 夫人 阿姨 师傅 同志 老师 大爷 大妈 大叔 大姐 大哥".split())
_KNOWN = re.compile(r"(?:认识|认得|见过|打听|寻找)(?:一下)?(?=[一-鿿])")
_TURN = re.compile(r"(?:^|\n)\s{0,4}(?P<who>[一-鿿]{3,4}):(?=\S)")
_SURNAME_SAID = re.compile(r"(?:我|本人|免贵)?姓(?P<name>[一-鿿]{1,2}[,，、\s]?单?名(?:叫|字叫|是|为)?[一-鿿]{1,2})(?=[^一-鿿]|$|是|住|家)")
_START = re.compile(r"(?:^|[\s,，。.;；:：!！?？、（(“\"「…])(?=[一-鿿])")
_SIGNED = re.compile(
    r"(?:^|[。！!?？;；\n\r\s）)])\s*(?P<who>[一-鿿]{2,4})[\s,，:：]*"
    r"(?=(?:[（(]?1\d{2}[ \-\d]{8,}[)）]?|[12二][\d〇零○一二三四五六七八九]{3}\s?[年./\-][\d年月日./\- 一二三四五六七八九十]*)?[\s。]*$)"
)
_REGARDS = re.compile(r"敬礼[\s!！。]{0,3}$")
_PRE_WRITTEN = re.compile(r"(?:执笔|代笔|代书|口述|敬上|谨上|敬启|拜上|亲笔)")
_MASKED = re.compile(r"(?:某某|某[甲乙丙丁]|某|[XxＸ×*＊]{1,2})(?![一-鿿]{0,2}(?:公司|单位|小区))")
_SOMEBODY = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[与和及对向被将由是叫]))[{''.join(sorted(COMMON))}]某(?:某|[甲乙丙丁])?(?![些种个月年日时地处项公单小])"
)
_NEXT = re.compile(r"(?:\s?(?:、|和|与|及|以及|,|，)\s?|[ \u3000]{1,3})(?=[一-鿿])")
_NUMBER_NEXT = re.compile(
    r"[\s,，:：、（(]{0,3}(?:身[份分]证(?:号码|号)?|电话|手机|联系电话|联系方式)?[\s:：号是]{0,3}(?:\+?86)?"
    r"(?:1[3-9]\d[ \-\d]{8,}|\d{15,18})"
)
_REACH = re.compile(
    r"(?:找|联系人?|打给|转交|交给|收件人)[:\s]{0,2}(?P<who>[一-鿿]{2,3})(?<!经理|主任|书记|医生|老师|师傅|先生|女士|小姐|阿姨)\s?[,，:：、(（\s]{1,2}(?:电话|手机|联系电话|联系方式|号码)?[:：\s]{0,2}1[3-9]\d"
)
_THING_CALLED = re.compile(r"(?:什么|所谓|这|那|它)叫做|一?[所家款部本首种项座条间处][名有]?[叫做]")
_SPACED = re.compile(r"[一-鿿][ \u3000]{1,2}[一-鿿](?:[ \u3000]{1,2}(?![性电联地年单职身住手])[一-鿿])?(?=[^一-鿿]|$)")
_FOREIGN = re.compile(r"[一-鿿]{3,6}(?=[^一-鿿]|$|[是在说住来的])")
_ETHNIC = re.compile(r"[一-鿿]{2,6}[·•][一-鿿]{2,8}(?:[·•][一-鿿]{2,8})?")


# Given names begun with what is otherwise no part of a name: 王向前, 李从军, 赵得胜.
_GIVEN_ALL_THE_SAME = re.compile(r"向[前东阳荣明红党南北军辉华国林群]|从[军文容善]|又[新生]|再[兴生]|得[胜利志水宝]|过江|与时|立地|等闲")


def _is_given(text: str, start: int, end: int) -> bool:
    given = text[start:end]
    if _GIVEN_ALL_THE_SAME.fullmatch(given):
        return True
    return len(given) == end - start and all(_HAN.match(c) and c not in _NEVER for c in given) and given[-1] not in _SAYS


def _ends(text: str, end: int) -> int:
    """How surely a name can end here: 9 at a stop, 8 before a letter or digit, else the length of the word that follows."""
    if end >= len(text) or not text[end].isalnum():
        return 9
    if not _HAN.match(text[end]):
        return 8
    after = _AFTER.match(text, end)
    return len(after[0]) if after else 0


def _words_follow(text: str, start: int, end: int) -> bool:
    """Whether a full name with a certain surname ends where an everyday word begins: 主任李春晖带队."""
    name = text[start:end]
    certain = len(name) == 3 and (surname_length(name, 0) == 2 or (name[0] in COMMON and name[0] not in WORDLIKE))
    apart = is_word(text[end : end + 2]) and not is_word(text[end - 1 : end + 1]) and not is_word(text[end - 2 : end + 1])
    return certain and apart and not is_word(name[1:]) and not is_word(name[:2])


def looks_like_name(name: str, after: str = "") -> bool:
    """Return whether a surname with its given name is no ordinary word or cut out of words.

    Args:
        name: A candidate that begins with a surname.
        after: The character behind it.
    """
    if is_word(name):
        return False
    size = surname_length(name, 0)
    given = name[size:]
    if size == 2:
        return name[:2] not in _PLACE_SURNAMES or not is_word(given)
    wordlike = name[0] in WORDLIKE
    if wordlike and name[-1] in _KINDS:
        return False
    if name[0] in CONNECTIVE or given in _UNITS or given[-1] in _PLACES or (name[0] == "曾" and given[0] in _PAST):
        return False
    if wordlike and given[0] in _SOFT:
        return False
    if len(given) == 2:
        if is_word(name[:2]) and (wordlike or name[0] not in COMMON or bool(after and _HAN.match(after))):
            return False
        return not (is_word(given) and wordlike)
    return not (after and _HAN.match(after) and (is_word(given + after) or is_word(name + after)))


def _may_be_name(name: str, after: str, *, strong: bool) -> bool:
    if not strong:
        return looks_like_name(name, after)
    if name[0] in CONNECTIVE:
        return len(name) == 3 and not is_word(name[:2]) and not is_word(name[1:])
    return name[0] in COMMON or not is_word(name)


def _runs_on(text: str, start: int, end: int) -> bool:
    """Whether the given name is an everyday word in the middle of a sentence, or reaches into one: 顾小孩不, 花差不多."""
    return (is_word(text[start:end]) and text[end : end + 1] in tuple("没都也就还又")) or is_word(text[end - 1 : end + 2])


def _is_alone(text: str, given: int) -> bool:
    """Whether one character of a given name stands before a stop."""
    return _is_given(text, given, given + 1) and _ends(text, given + 1) == 9


def _spelled_out(text: str, start: int, end: int) -> bool:
    """Whether the last character already begins how the name is written: 我叫李建李是木子李."""
    return end - start > 2 and text[end - 1 : end] == text[start] and text[end : end + 1] in ("是", "字")


def name_end(text: str, start: int, *, strong: bool) -> int:
    """Find where the name that begins at ``start`` ends.

    Args:
        text: Folded text.
        start: Offset of the surname.
        strong: Whether the words before leave no doubt that a name follows (我叫, 姓名：).

    Returns:
        The offset behind the name, or 0 where there is none.
    """
    size = surname_length(text, start)
    if not size or text.startswith(TITLES, start + size):
        return 0
    if masked := _MASKED.match(text, start + size):
        return masked.end() if text[start] not in CONNECTIVE else 0
    best, best_end = 0, 0
    for given in (2, 1):
        end = start + size + given
        surely = _ends(text, end) or int(_words_follow(text, start, end))
        if _spelled_out(text, start, end):
            return end - 1
        if not _is_given(text, start + size, end) or (given == 2 and text[end - 1] in _SOFT and surely < 9):
            continue
        if not strong and _runs_on(text, start + size, end):
            continue
        if surely > best and _may_be_name(text[start:end], text[end : end + 1], strong=strong):
            best, best_end = surely, end
    if best_end or not strong or size == 2 or text[start] not in COMMON or not _is_given(text, start + 1, start + 3):
        return best_end
    cut = text[start + 2] in _SOFT or is_word(text[start + 2 : start + 4])
    return start + 2 if cut else start + 3


def _is_plain(text: str, start: int) -> bool:
    """Whether three characters can hardly be anything but a name, whatever follows."""
    whole = text[start : start + 3]
    sure = whole[:1] in COMMON and whole[0] not in WORDLIKE and _is_given(text, start + 1, start + 3)
    return sure and not is_word(whole[1:]) and looks_like_name(whole, text[start + 3 : start + 4])


def _listed(text: str, end: int) -> Iterator[Found]:
    """Further names after a name: 李建国、王秀英和赵德柱."""
    while following := _NEXT.match(text, end):
        start = following.end()
        end = name_end(text, start, strong=False)
        if end and _MASKED.search(text[start + 1 : end]):
            yield start, end, "name"
            continue
        if not end and "、" in following[0] and _is_plain(text, start):
            yield start, start + 3, "name"
            return
        enough = 1 if following[0].strip() == "、" and end - start == 3 else 9
        if not end or (following[0].strip() in ("", ",", "，") and end - start < 3) or _ends(text, end) < enough:
            return
        yield start, end, "name"


def _at(text: str, start: int, *, strong: bool) -> Iterator[Found]:
    if spaced := _SPACED.match(text, start):
        if text[start] in COMMON and not is_word(text[start] + spaced[0][-1]):
            yield *spaced.span(), "name"
    elif end := name_end(text, start, strong=strong):
        yield start, end, "name"
        yield from _listed(text, end)
    elif strong and (ethnic := _ETHNIC.match(text, start)):
        yield *ethnic.span(), "name"
    elif strong and (foreign := _FOREIGN.match(text, start)) and sounds_foreign(foreign[0]):
        yield *foreign.span(), "name"


def _called(text: str) -> Iterator[Found]:
    for match in CALLED.finditer(text):
        start = match.end()
        if _THING_CALLED.search(text[max(0, match.start() - 4) : start]):
            continue
        if not is_word(text[start : start + 3]) or _ends(text, start + 3) == 9:
            yield from _at(text, start, strong=True)
        if "名" in match[0] and (size := surname_length(text, start)) and _is_alone(text, start + size):
            yield start, start + size + 1, "name"


def _introduced(text: str) -> Iterator[Found]:
    for match in LABELLED.finditer(text):
        yield from _hard(text, match.end())
        end = name_end(text, match.end(), strong=True)
        if end - match.end() == 3 and _ends(text, end) == 9 and text[match.end()] not in CONNECTIVE:
            yield match.end(), end, "name"
    for match in ROLE.finditer(text):
        yield from _hard(text, match.end())
        yield from _alone(text, match.end(), apart=bool(match["apart"].strip(":：") or match["apart"][:1] in ("：", ":")))
    for match in _FROM.finditer(text):
        yield from _hard(text, match.end())
    for match in _SURNAME_SAID.finditer(text):
        if surname_length(text, match.start("name")):
            yield *match.span("name"), "name"


def _named_in_passing(text: str) -> Iterator[Found]:
    """谁认识戴宏图？; a turn of talk that begins 岳小满：."""
    for match in _KNOWN.finditer(text):
        end = name_end(text, match.end(), strong=False)
        if end - match.end() >= 3 and _ends(text, end) == 9:
            yield match.end(), end, "name"
    for match in _TURN.finditer(text):
        start, end = match.span("who")
        if text[start] not in WORDLIKE and name_end(text, start, strong=False) == end and _is_plain(text, start):
            yield start, end, "name"


def _nearby(text: str) -> Iterator[Found]:
    """Neighbours, parties to a case, and people to reach."""
    for match in _REACH.finditer(text):
        if surname_length(match["who"], 0):
            yield *match.span("who"), "name"
    for match in BESIDE.finditer(text):
        end = name_end(text, match.end(), strong=False)
        if end - match.end() >= 3:
            yield match.end(), end, "name"
    for match in PARTY.finditer(text):
        end = name_end(text, match.end(), strong=True)
        if end - match.end() >= 2 and (_ends(text, end) >= (1 if match[0].endswith("叫") else 2) or _is_plain(text, match.end())):
            yield match.end(), end, "name"


def _alone(text: str, start: int, *, apart: bool) -> Iterator[Found]:
    """Two characters that may be a word (罗阳), set apart from the role before and from what follows."""
    end = start + 2
    whole = text[start : start + 3]
    if apart and surname_length(text, start) == 1 and text[start] not in CONNECTIVE and _is_given(text, start + 1, start + 3):
        if not is_word(whole) and not is_word(whole[:2]) and _ends(text, start + 3) == 9:
            yield start, start + 3, "name"
            yield from _listed(text, start + 3)
    if apart and text[start] in COMMON and text[start] not in WORDLIKE and _ends(text, end) == 9 and _is_given(text, start + 1, end):
        yield start, end, "name"


def _hard(text: str, start: int) -> Iterator[Found]:
    """A name after a weak sign: its characters must make no word with what follows."""
    yield from _at(text, start, strong=False)


def _self(text: str) -> Iterator[Found]:
    """本人史远樵，… and 这封信由我池望山执笔: the name must end at a stop or at a word that says who wrote."""
    for match in INTRO.finditer(text):
        start = match.end()
        end = name_end(text, start, strong=False)
        if not end:
            continue
        written = _PRE_WRITTEN.match(text, end)
        own = match[0].startswith(("本人", "我是", "我系", "我就是"))
        called = match[0].startswith(("我,", "我，", "叫", "儿叫")) and end - start >= 3 and _ends(text, end) == 9
        if written or called or (own and (_ends(text, end) == 9 or _ALL_AFTER_SIGN.match(text, end))):
            yield start, end, "name"


def _described(text: str) -> Iterator[Found]:
    """芮金娣，今年八十四岁 — a clause that is a name, followed by what is said of a person."""
    for match in _START.finditer(text):
        start = match.end()
        size = surname_length(text, start)
        for end in (start + size + 2, start + size + 1) if size else ():
            if not _is_given(text, start + size, end) or _ends(text, end) < 9:
                continue
            name = text[start:end]
            if _NUMBER_NEXT.match(text, end) and (looks_like_name(name) or name[0] in COMMON):
                yield start, end, "name"
            elif re.match(r"[,，:：\s（(]{1,2}", text[end : end + 2]) and looks_like_name(name):
                at = end + 1 + (text[end + 1 : end + 2] in " （(")
                if _ALL_AFTER_SIGN.match(text, at):
                    yield start, end, "name"
            break


def _signed(text: str) -> Iterator[Found]:
    """A name alone at the end of a letter, before a telephone number or a date."""
    if len(text) < 12:
        return
    tail = max(0, len(text) - 60)
    if match := _SIGNED.search(text, tail):
        start, end = match.span("who")
        size = surname_length(text, start)
        if size and end - start - size in (1, 2) and _is_given(text, start + size, end):
            name = text[start:end]
            numbered = _NUMBER_NEXT.match(text, end)
            if looks_like_name(name) and (numbered or name[0] not in WORDLIKE or size == 2):
                yield start, end, "name"
            elif (numbered and name[0] not in WORDLIKE) or (name[0] not in CONNECTIVE and _REGARDS.search(text[:start].rstrip())):
                yield start, end, "name"


_LAST_BAD = frozenset("副总正区市县镇乡村局委部处科院校厂店所队会办室组司员长党支团工政")


def _titled(text: str) -> Iterator[Found]:
    """刘志强书记: three characters before a title, the first a certain surname."""
    for match in TITLED.finditer(text):
        start = match.start() - 3
        if start < 0 or text[start] in WORDLIKE or surname_length(text, start) != 1:
            start = next((s for s in (match.start() - 4, match.start() - 3) if s >= 0 and text[s : s + 2] in COMPOUND), -1)
            if start < 0:
                continue
        end = match.start()
        name = text[start:end]
        size = surname_length(text, start)
        if not _is_given(text, start + size, end) or any(c in _LAST_BAD for c in name[size:]):
            continue
        before = text[start - 1 : start] if start else ""
        if is_word(before + name[:1]) or is_word(name[-1] + match["title"][0]) or (size == 1 and is_word(name[:2])):
            continue
        if is_word(name[1:]) and (before and _HAN.match(before)):
            continue
        if looks_like_name(name):
            yield start, end, "name"


def find_names(text: str, *, weigh: bool = True) -> list[Found]:
    """Find full names in a folded text.

    Args:
        text: Folded text.
        weigh: Also weigh what has no certain sign; off where a text is a few words, such as a cell.

    Returns:
        Candidates, which may overlap.
    """
    found: list[Found] = []
    if "某" in text:
        found += [(*match.span(), "name") for match in _SOMEBODY.finditer(text)]
    found += [
        *find_in_fields(text),
        *_called(text),
        *_introduced(text),
        *_named_in_passing(text),
        *_nearby(text),
        *_self(text),
        *_described(text),
        *_signed(text),
        *_titled(text),
        *(find_evident(text) if weigh else ()),
        *find_foreign(text),
    ]
    found = [f for f in found if text[f[1] - 2 : f[1]] not in _COURTESY]  # 蓝先生 is no full name; find_honorifics has it
    return [*found, *spread_names(text, found)]
