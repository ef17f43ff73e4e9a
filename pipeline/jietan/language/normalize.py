"""One spelling for matching: width, case, traditional characters and blanks. The source text is never changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps

import opencc

__all__ = ["fold", "normalize", "normalize_with_map", "sound_alike", "to_simplified"]


# Characters of the same sound that people and their keyboards take for one another; the first stands for all.
_ALIKE = """
的地得 做作 在再载 他她它牠祂 那哪 像象 以已 账帐 份分 需须 即既 坐座 带戴代 化划 订定 园圆 员圆 报抱 付附 制治 致至 部布 度渡 形型 决绝
记计 权全 练炼 练链 辩辨 密蜜 合和 必毕 预予 力利 事是 时实 其期 气汽 费废 题提 由油 有又 式试 师施 示视 心新 修休 性姓 因应 英应 意义议
用佣 于与 愿原 院苑 远员 这着 只之支 知支 值直 治志 种重 中忠 住注 驻住 装庄 状壮 资姿 子字 总综 组阻 嘴最 罪最 到道 倒导 点典 电店 调掉
动洞 都督 多夺 而尔 反返 方放 房防 非飞 改该 感敢 公工 供共 够构 故顾 关管 光广 规归 贵柜 过国 还环 号好 后候 护户 话画 会汇 或获 机几
急级 集及 加家 假价 间建 检减 见件 讲奖 交较 叫教 节结 解接 进近 经径 警景 净静 究就 居局 举具 距据 觉决 可课 口扣 来赖 类累 理里 立历
例列 连联 良量 留流 路录 满慢 名明 末没 某谋 年念 平评 期齐 起启 千签 前钱 强墙 亲清 请情 区取 去趣 让壤 人仁 认任 日曰 如入 沙杀 商伤
上尚 少稍 设社 身深 生声 胜省 市世 收手 受授 书输 数术 水睡 说硕 四死 送宋 诉速 虽随 所锁 谈弹 特忒 停听 通同 统筒 头投 图途 推退 完玩
晚碗 为位 未味 文闻 问稳 无吴 物误 西希 系细 下夏 先现 线限 相向 想响 小晓 些写 行形 许需 选悬 学雪 严言 业叶 一宜 医依 已益 引饮
"""


def _alike() -> dict[int, str]:
    """Map every character of the table to the first of its row; a row whose characters are known already joins theirs."""
    found: dict[str, str] = {}
    for row in _ALIKE.split():
        head = next((found[char] for char in row if char in found), row[0])
        for char in row:
            found.setdefault(char, head)
    return {ord(char): head for char, head in found.items() if char != head}


class _Folding(dict[int, str]):
    """Code point → NFKC lower-case form, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = "" if unicodedata.category(char) == "Cf" else unicodedata.normalize("NFKC", char).lower()
        self[code] = folded
        return folded


class _SameLength(dict[int, str]):
    """Code point → NFKC form where that is one character, else the character itself; ① is no digit."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKC", char)
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDING = _Folding()
_HEADS = _alike()
_SAME_LENGTH = _SameLength()
_BRIEF = 300


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def _simplify_char(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return char
    converted = str(_converter().convert(char))
    return converted if len(converted) == 1 else char


def to_simplified(text: str) -> str:
    """Convert traditional to simplified characters, one for one.

    Args:
        text: Any text.

    Returns:
        A text of the same length in code points, so that offsets stay valid.
    """
    if text.isascii():
        return text
    try:
        converted = str(_converter().convert(text))
    except UnicodeEncodeError:  # half of a surrogate pair, from a damaged file
        converted = ""
    if len(converted) == len(text):
        return converted
    return "".join(map(_simplify_char, text))


def _remembered(function: Callable[[str], str]) -> Callable[[str], str]:
    """Remember what a function makes of brief texts: the same ones are folded and normalized again and again."""
    brief = lru_cache(maxsize=1 << 12)(function)

    @wraps(function)
    def of(text: str) -> str:
        return brief(text) if len(text) <= _BRIEF else function(text)

    return of


@_remembered
def fold(text: str) -> str:
    """Fold width and traditional characters without changing any offset.

    Args:
        text: Any text.

    Returns:
        A text of the same length: full-width letters and digits become ASCII, traditional characters simplified.
    """
    return to_simplified(text.translate(_SAME_LENGTH))


@_remembered
def normalize(text: str) -> str:
    """Return the form under which texts are compared.

    Every character is NFKC-folded and lower-cased, format characters are dropped, traditional characters are
    simplified, and runs of blanks become one space.

    Args:
        text: Any text.

    Returns:
        The normalized text, without blanks at its ends. Idempotent on ordinary text.
    """
    return " ".join(to_simplified(text.translate(_FOLDING)).split())


def sound_alike(text: str) -> str:
    """Return a normalized text with one character for those of the same sound that are often confused: 做 and 作, 账 and 帐.

    Good for telling copies of one text, not for anything that asks what a text says.

    Args:
        text: A text that went through :func:`normalize`.

    Returns:
        A text of the same length.
    """
    return text.translate(_HEADS)


def normalize_with_map(text: str) -> tuple[str, list[int]]:
    """Normalize and remember where every character came from.

    Args:
        text: Any text.

    Returns:
        The same string as :func:`normalize`, and for each of its code points the offset in ``text``.
    """
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for folded in _FOLDING[ord(char)]:
            chars.append(folded)
            offsets.append(offset)
    simplified = to_simplified("".join(chars))
    kept: list[str] = []
    places: list[int] = []
    for folded, offset in zip(simplified, offsets, strict=True):
        if not folded.isspace():
            kept.append(folded)
            places.append(offset)
        elif kept and kept[-1] != " ":
            kept.append(" ")
            places.append(offset)
    if kept and kept[-1] == " ":
        del kept[-1], places[-1]
    return "".join(kept), places
