"""Names without a certain sign: what their characters and the words around them say together.

A logistic regression over a few dozen features, with the weights of ``models/jietan-names-zh``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jietan.language.personal_numbers import Found, apart
from jietan.language.personal_signs import IS_ROLE, TITLES, any_of
from jietan.language.personal_surnames import ANY, COMMON, COMPOUND, CONNECTIVE, WORDLIKE, is_word
from jietan.resources import model_path

__all__ = ["FEATURES", "NameModel", "candidates", "features_of", "find_evident", "load_names"]

_HAN = "[一-鿿]"
_SURNAMES = ANY - CONNECTIVE
_NEVER = "在叫的了吗呢吧啊我你您他她它这那哪是不没很就都也还又再才把被给让与跟但且或及等着过们么谁啥每各该此其个位某"
_FIRST = re.compile(f"[{''.join(sorted(_SURNAMES | {name[0] for name in COMPOUND}))}](?={_HAN})")
_LESS = {name: 2.0 if name in WORDLIKE else 1.0 for name in _SURNAMES if name in WORDLIKE or name not in COMMON}
_NO_GIVEN = frozenset(_NEVER)
_PLACE_END = frozenset("村乡镇县市区路街巷屯厂店校局站楼桥里园苑室院所部科处组队会社党团道祠庙寺塔亭港府岗井系说称讲问者收")
_GATES = frozenset("东门 西门 南门 东方 百里 第五".split())
#: 张小泉剪刀店, 宋庆龄故居: named after somebody.
_FIRM = re.compile(
    r"(?![家的在是说和与])[一-鿿]{0,4}?(?:剪刀|店|铺|厂|坊|中学|小学|大学|医院|公园|故居|纪念馆|广场|大道|牌|汤|公司|集团|超市|酒楼|大厦|药谷|十三香)(?!里|的|门口的|长)"
)
_KIN = (
    r"(?:儿子|女儿|孙子|孙女|儿媳妇?|女婿|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|老公|老婆|老伴|爱人|丈夫|妻子|媳妇|男人|女人|对象|哥哥?|弟弟?|姐姐?|妹妹?|侄子|侄女|外甥女?|母亲|父亲|亲家"
    r"|叔叔?|舅舅?|姑姑?|婶婶?|姨妈?|表哥|表姐|堂弟|堂哥|继父|养母|同学|同事|战友|邻居|朋友|徒弟|师傅|老乡)"
)
_LABEL = any_of(
    """
    诉求人 提议者 倡议人 署名者 户名 意见人 开户人 联系人 姓名 签名 落款 记录 审核 主持 整理 执笔 反映人 投诉人 被投诉人 举报人 申请人
    经办人 负责人 发言人
    收件人 寄件人 代表 自称 户主 法人 签字 汇报人 提案人 作者 出席 列席 参会人员 到会人员 抄送 转交
    """
)
_PREP = any_of(
    """
    由 经 替 找 请 跟 和 问 与 同 代 给 让 被 把 对 向 感谢 谢谢 表扬 举报 投诉 委托 联系 认识 批评 采访 采纳 带着 陪 如 建议由 认得
    遇到 碰到 遇见 看到 听 支持 赞成
    反对 采购 转给 给了 交给 借给 告诉 通知 选 推选 推荐 任命 打了
    """
)

# Classes of what stands before and behind a name; the first that fits counts.
_BEFORE = {
    "at": r"@$",
    "kin": rf"(?:[我他她你您咱其俺](?:们?家?的?))?{_KIN}$",
    "label": rf"{_LABEL}(?:[有是为]|[\s:])?\s?$",
    "called": r"(?:叫做?|名叫|名|自称|大名|姓名[是为]?)$",
    "list": r"、\s?$",
    "stop": r"(?:^|[\n\r。!！?？;；,，:：>\]】])\s{0,4}$",
    "bracket": r"[(（]$",
    "prep": rf"{_PREP}$",
    "de": r"的$",
    "is": r"(?:是|有|还有|包括|为)$",
    "space": r"\s$",
    "digit": r"(?:[0-9A-Za-z室号]|\d[.、]\s?)$",
}
_PERSON = any_of(
    """
    先生 女士 小姐 同志 老师 师傅 大爷 大妈 大叔 大姐 大哥 阿姨 奶奶 爷爷 医生 律师 妈妈 爸爸 家长 老人 夫妇 夫妻 两口子 一家 本人
    老师傅 书记 主任 代表 同学 警官 队长 经理 教授 父亲 母亲
    """
)
_SAYS = any_of(
    """
    说 讲 反映 提议 附议 执笔 整理 代笔 诉称 告诉 表示 认为 问 签名 签字 记录 提出 建议 发言 补充 介绍 主持 负责 承包 回答 答应 写 称
    强调 指出 转发 反馈 来电 来信
    """
)
_AFTER = {
    "phone": r"[\s,，:：(（]{0,3}(?:联系)?(?:电话|手机)?(?:号码?)?[是:：\s]{0,2}1\d{2}[\d \-]{8}",
    "gender": r"[,，(（]\s?(?:男|女|现年|今年|年龄|身份证|\d{2}岁|住)",
    "person": _PERSON,
    "says": _SAYS,
    "colon": r"\s?[:：]",
    "list": r"\s?、",
    "stop": r"\s?(?:$|[\n\r。!！?？;；,，])",
    "bracket": r"[(（)）”\"」]",
    "space": r"\s|@",
    "joined": r"[和与及跟]",
    "de": r"的",
    "verb": r"[于在是有给到去来开骑住养种卖修背扛拿带占做当教跑搞弄打吃拉送买用没不也就都却又才还已曾早把被这那他她自]",
    "number": r"[一两三四五六七八九十几第每天昨今去前多0-9]",
}
# In one pattern each: of what reaches furthest back the first counts.
_IS_BEFORE = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _BEFORE.items()))
_IS_AFTER = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _AFTER.items()))
_ROLE_ENDS = frozenset("夫匠工员师贩商友胞")
_CUTS = ("is_word", "cut_before", "cut_after", "cut_longer", "head_word", "tail_word")
FEATURES = (
    *("common", "plain", "wordlike", "compound", "odds_one", "odds_two", "one", "many"),
    *("seen", "weak_one", "weak_wordlike", "one_wordlike", "weak_unknown", "weak_word"),
    *_CUTS,
    *(f"before_{name}" for name in (*_BEFORE, "role", "word")),
    *(f"after_{name}" for name in (*_AFTER, "word")),
)
_INDEX = {name: at for at, name in enumerate(FEATURES)}
#: Contexts in which hardly anything but a person stands.
_STRONG = frozenset(
    "before_at before_kin before_label before_called before_role after_phone after_gender after_person after_says after_colon".split()
)
_DOUBTED = frozenset({_INDEX["weak_one"], _INDEX["weak_wordlike"]})
_WORD = frozenset({_INDEX["is_word"], _INDEX["weak_word"]})
_LEAST, _MOST = -4.0, 7.0


@dataclass(frozen=True)
class NameModel:
    """Tables and weights.

    Attributes:
        first: Log odds of a character as the first of a given name of two, against ordinary text.
        last: The same for the last character.
        only: The same for a given name of one character.
        many: Given names many people bear, with the logarithm of how many.
        seen: Candidates that public texts hold again and again, and that are words.
        weights: One weight for each of :data:`FEATURES`.
        bias: Added to the weighted sum.
        enough: The sum from which a candidate is a name.
        doubt: Added to that for a given name of one character or a surname that is a word, where nothing says that somebody is meant.
        least_odds: Candidates whose characters alone fall short of this are not weighed.
    """

    first: Mapping[str, float]
    last: Mapping[str, float]
    only: Mapping[str, float]
    many: Mapping[str, float]
    seen: frozenset[str]
    weights: tuple[float, ...]
    bias: float
    enough: float
    doubt: float = 0.0
    least_odds: float = 0.0

    def odds(self, given: str) -> float:
        """Return the log odds of a given name's characters."""
        if len(given) == 1:
            return self.only.get(given, _LEAST)
        return self.first.get(given[0], _LEAST) + self.last.get(given[1], _LEAST)

    def score(self, found: list[tuple[int, float]]) -> float:
        """Return the log odds of being a name."""
        return self.bias + math.fsum(self.weights[at] * value for at, value in found)


@lru_cache(maxsize=1)
def load_names() -> NameModel:
    """Return the shipped model."""
    stored = json.loads((model_path("jietan-names-zh") / "weights.json").read_text("utf-8"))
    weights = tuple(stored["weights"][name] for name in FEATURES)
    tables = {name: stored[name] for name in ("first", "last", "only", "many")}
    return NameModel(
        **tables,
        seen=frozenset(stored["seen"]),
        weights=weights,
        bias=stored["bias"],
        enough=stored["enough"],
        doubt=stored["doubt"],
        least_odds=stored["least_odds"],
    )


def _surname_size(name: str) -> int:
    return 2 if name[:2] in COMPOUND and len(name) > 2 else 1


def _refused(text: str, start: int, end: int) -> bool:
    """Whether a candidate is a place, a form of address, a role or an account."""
    name = text[start:end]
    if _FIRM.match(text, end) or (len(name) == 3 and name[0] == name[2]):
        return True
    if name[0] == "周" and name[1] in "一二三四五六日末":
        return True
    if name[:2] in _GATES and (is_word(name[2:]) or is_word(name[-1] + text[end : end + 1])):
        return True
    if name[-1] in _PLACE_END or IS_ROLE.match(name) or text.startswith(TITLES, start + _surname_size(name)) or IS_ROLE.fullmatch(name[1:]):
        return True
    return text[start - 1 : start] == "@" and "一" <= text[end : end + 1] <= "鿿"


def candidates(text: str, model: NameModel) -> Iterator[tuple[int, int]]:
    """Yield pieces of a folded text whose characters could be a surname and a given name."""
    first, last, only, many = model.first, model.last, model.only, model.many
    for match in _FIRST.finditer(text):
        start, at = match.span()
        double = text[start : start + 2] in COMPOUND
        if double:
            at += 1
        elif match[0] not in _SURNAMES:
            continue
        least = model.least_odds + _LESS.get(match[0], 0.0)
        one, two = text[at : at + 1], text[at + 1 : at + 2]
        if not "一" <= one <= "鿿" or one in _NO_GIVEN:
            continue
        if (double or only.get(one, _LEAST) >= least) and not _refused(text, start, at + 1):
            yield start, at + 1
        if not "一" <= two <= "鿿" or two in _NO_GIVEN:
            continue
        likely = double or one + two in many or first.get(one, _LEAST) + last.get(two, _LEAST) >= least
        if likely and not _refused(text, start, at + 2):
            yield start, at + 2


def _role_ends(head: str) -> bool:
    """Whether a word for a kind of person ends here: 护理员, 三轮车夫."""
    return any(IS_ROLE.fullmatch(head[-n:]) for n in (2, 3)) or (head[-1:] in _ROLE_ENDS and is_word(head[-2:]))


def _around(text: str, start: int, end: int) -> Iterator[str]:
    """The classes of what stands before and behind."""
    head = text[max(0, start - 8) : start]
    found = _IS_BEFORE.search(head)
    before = str(found.lastgroup) if found else ""
    if not before:
        before = "role" if _role_ends(head) else "word" if is_word(head[-2:]) else ""
    if before:
        yield f"before_{before}"
    if after := _IS_AFTER.match(text, end):
        yield f"after_{after.lastgroup}"
    if is_word(text[end : end + 2]):
        yield "after_word"


def _cuts(text: str, start: int, end: int) -> Iterator[str]:
    """Ways in which a candidate is a word or cuts one in two."""
    name, before, after = text[start:end], text[max(0, start - 2) : start], text[end : end + 2]
    if is_word(name):
        yield "is_word"
    if before and (is_word(before[-1] + name[0]) or is_word(before[-1] + name[:2]) or (len(before) == 2 and is_word(before + name[0]))):
        yield "cut_before"
    if after and is_word(name[-1] + after[0]):
        yield "cut_after"
    if after and (is_word(name[-2:] + after[0]) or (len(after) == 2 and is_word(name[-1] + after))):
        yield "cut_longer"
    if len(name) > 2 and is_word(name[:2]):
        yield "head_word"
    if len(name) > 2 and is_word(name[1:]):
        yield "tail_word"


def features_of(text: str, start: int, end: int, model: NameModel) -> list[tuple[int, float]]:
    """Return the features of a candidate that are not zero, by their place in :data:`FEATURES`."""
    name = text[start:end]
    size = _surname_size(name)
    given = name[size:]
    kind = "compound" if size == 2 else "wordlike" if name[0] in WORDLIKE else "common" if name[0] in COMMON else "plain"
    found = {kind: 1.0, ("odds_one" if len(given) == 1 else "odds_two"): min(_MOST, max(_LEAST, model.odds(given)))}
    found["many"] = model.many.get(given, 0.0)
    found["one"] = float(len(given) == 1)
    found |= dict.fromkeys(_cuts(text, start, end), 1.0)
    around = dict.fromkeys(_around(text, start, end), 1.0)
    weak = float(not _STRONG & around.keys())
    found |= around
    found["seen"] = float(name in model.seen)
    found["weak_one"] = weak * found["one"]
    found["weak_wordlike"] = weak * (kind == "wordlike")
    found["one_wordlike"] = found["one"] * (kind == "wordlike")
    found["weak_word"] = weak * found.get("is_word", 0.0)
    found["weak_unknown"] = weak * (not found["many"]) * (not found["one"])
    return [(_INDEX[key], value) for key, value in found.items() if value]


def find_evident(text: str) -> list[Found]:
    """Find names by all evidence together, in a folded text; of what overlaps the likelier stays."""
    model = load_names()
    scored = []
    for start, end in candidates(text, model):
        features = features_of(text, start, end, model)
        if not _WORD - {at for at, _ in features}:
            continue  # an everyday word, and nothing says that somebody is meant
        score = model.score(features)
        doubted = any(at in _DOUBTED for at, _ in features)
        if score >= model.enough + doubted * model.doubt:
            scored.append((-score, start, end))
    return apart((start, end, "name") for _, start, end in sorted(scored))
