"""Words with their word class, legal terms kept whole: what names of themes are made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from jietan.language.cues import is_term
from jietan.language.lexicon import load_lexicon
from jietan.language.normalize import fold
from jietan.language.segment import STOP_WORDS, words

__all__ = ["Terms", "Token", "clauses", "own_words", "word_classes", "word_counts"]

_BREAK = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")
_ENTRY = re.compile(r"^(\S+) (\d+) (\S+)\r?$", re.MULTILINE)
_LONGEST = 10
_SEVERAL, _READ = 3, 20_000
_ADVERBS = "再别定出最一不我元偏光但到管放只就都很太还也又没给让被把从向多少谁哪几这那该能会要可"
_NOUNS = ("n", "vn", "an", "j", "l", "i")
_ATTRIBUTES = ("b", "s", "t")
_PLACE = re.compile(
    r"[A-Z]\d*[市区县镇](?:[\u4e00-\u9fff]{2,4}?(?:镇|乡|街道))?|"
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,6}?(?:小区|花园|家园|公馆|大道|社区|中学|小学|大学|幼儿园|医院)"
)
#: Words that turn a wish into a sentence, or that fit any matter; no name is made of them.
_EMPTY = frozenset(
    """
    接到 累计 套数
    书面 限期 责令限期改正 上级 上级领导 有关领导 政府部门 工作人员 市委 人民 全体 反应 阻止 首要 章程 具体办法 有关事项
    每季度 周六周日 法定假日 平时 每天 每年 每月 超过 低于 高于 名字 一直 主要 之日起 依据 收到 首先 前款 后果
    建议 希望 要求 请求 恳请 应当 应该 必须 可以 可能 需要 不能 不得 不要 能够 允许 准许 禁止 不许 不准 严禁
    增加 增设 新增 补充 修改 调整 删除 删去 删掉 取消 去掉 保留 维持 提高 降低 延长 缩短 放宽 收紧 扩大 缩小
    减少 减轻 加重 加大 加强 明确 细化 写明 写清 写清楚 写进 规定 界定 说明 列明 改为 改成 纳入 列入 支持
    赞成 反对 同意 不同意 认为 觉得 知道 看到 发现 是否 没有 存在 属于 成为 作为 包括 不少 许多 很多 一律
    全部 所有 任何 各种 其他 其它 有些 有的 本市 本条 本款 本条例 本办法 本规定 条例 条款 条文 草案 办法 法规
    意见 问题 情况 方面 时候 地方 东西 事情 现在 目前 今天 明天 昨天 今年 去年 以后 以前 之后 之前 以上 以下
    以内 之间 之内 的话 部分 内容 情形 行为 活动 工作 事项 方式 违反 下列 有关部门 有关 相关 主管部门 部门
    合理 合法 清楚 严格 公平 不合理 不够 太少 太多 太低 太高 太长 太短 太重 太轻 统一 适当 真正 实际 一定
    至少 最多 起码 不能不 尽快 尽量 及时 立即 容易 困难 麻烦 好处 坏处 道理 关键 重点 结果 原因 理由 影响
    作用 效果 能力 水平 程度 机会 生活 大家 人家 老百姓 百姓 群众 市民 自己 别人 我家 我们 人员 人们 全市
    全国 国家 社会 领导 老人家 孩子们 大爷 阿姨 师傅 有人 没人 谁 哪个 什么 怎么 为什么 多少 几个 一个 两个
    一次 两次 一条 一句 一年 一天 半年 一点 一些 一下 第一 最后 一刀切 凭什么 最好 不如 只是 还是 就是 不是
    都是 也是 不会 不用 进行 实施 使用 开展 落实 执行 处理 解决 提供 出现 造成 导致 采取 制定 具体 依法 按照
    根据 对于 关于 通过 由于 因为 所以 如果 但是 而且 不超过 不低于 不少于 改到 提到 降到 恢复 设定 设为 定为
    加上 写上 算是 变成 考虑 参照 视为 同时 单独 分别 直接 继续 负责 承担 享有 享受 罚 罚款 处罚 处以 责令
    改正 拿 出 花 交 钱 人 事 话 家 者 方 处 时 天 年 月 日 元 万元 请问 谢谢 您好 尊敬 书记 市长 局长
    厅长 贵 政府 相关部门 网友 留言 投诉 反映 咨询 求助 请 望 盼 给予 予以 回复 答复 西地省 多次 一直 至今
    严重 十分 非常 居民 业主 期间 时间 大概 小时 工作日 季度 日内 平日 首次 头一回 光写 就算 行不行 弄个 安心
    想法 写死 坚决 到底 太紧 一回 当事人 单位 组织 机构 个人 逐步 职责 义务 权利 主体 应急 相应 必要 符合
    做好 建立 健全 完善 推动 履行 协助 配合 具备 取得 用于 列支 发生 收到 给出 全出 要不 样子 政策 贵局
    尊敬的 平台 此事 此类 现象 大量 事件 原来 后来 晚上 早上 白天 中午 情节严重 情节 逾期 公民 法人 左右 附近
    旁边 周边 里面 外面 上面 下面 鼓励 提倡 引导 实行 推行 工作日内 期满 公告期满 之日 届满 具有 交于 另有
    """.split()
)
_VERBAL = frozenset(
    """
    扰民 上楼 入户 进楼 拖欠 逾期 只售不租 入园 占道 遛狗 养犬 养狗 停车 停放 充电 吸烟 烂尾 施工 停电 停水
    堵车 漏水 掉头 乱停 飞线
    """.split()
)
_NOMINAL = frozenset(
    """
    充电桩 牵引绳 嘴套 押金 预付卡 物业费 学区 路灯 斑马线 红绿灯 地铁 公交 保证金 黑名单 白名单 冷静期 合同 伤害 积分 公开
    """.split()
)


class Token(NamedTuple):
    """One word.

    Attributes:
        word: As in the folded text.
        tag: ``N`` noun, ``V`` verb, ``B`` attribute that no phrase ends with, ``P`` place, ``D`` 的, ``C`` 和 and the like,
            ``F`` anything else.
    """

    word: str
    tag: str


def _dictionary() -> list[tuple[str, str, str]]:
    """Word, count and class of every word."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as source:
        return _ENTRY.findall(source.read().decode("utf-8"))


@lru_cache(maxsize=1)
def word_classes() -> dict[str, str]:
    """Return the class of each word, from the dictionary of the segmenter."""
    return {word: kind for word, _, kind in _dictionary()}


@lru_cache(maxsize=1)
def word_counts() -> dict[str, int]:
    """Return how often each word was counted in general texts, from the dictionary of the segmenter."""
    return {word: int(count) for word, count, _ in _dictionary()}


def _tag(word: str) -> str:
    if word == "的":
        return "D"
    if word in ("和", "与", "及"):
        return "C"
    if word in _EMPTY or word in STOP_WORDS or not _CHINESE.match(word):
        return "F"
    if word in _VERBAL:
        return "V"
    kind = "n" if word in _NOMINAL else word_classes().get(word, "x")
    if not is_term(word) and len(word) > 1 and word not in _NOMINAL:
        return "F"
    if kind.startswith(_NOUNS) and not kind.startswith("nr"):
        return "N"
    if kind.startswith(_ATTRIBUTES):
        return "B"
    return "V" if kind in ("v", "vi", "z") else "F"


def own_words(draft: Iterable[str], asks: Iterable[str]) -> frozenset[str]:
    """Return the words that name something in this consultation alone, as 配建 and 验审.

    Args:
        draft: Texts of the draft's articles: words that no dictionary has, or only as names of people.
        asks: Texts of asks: of the words that no dictionary has those which several say, but for adverbs with a verb (再罚).
    """
    classes = word_classes()
    written = {w for text in draft for w in words(fold(text)) if classes.get(w, "nr").startswith("nr")}
    said = Counter(w for text in sorted(set(asks))[:_READ] for w in {*words(fold(text))} if w not in classes and w[0] not in _ADVERBS)
    return frozenset(w for w in (written | {w for w, n in said.items() if n >= _SEVERAL}) if len(w) > 1 and _CHINESE.match(w))


class Terms:
    """Cuts texts into words and joins the pieces of legal terms again.

    Args:
        extra: Further terms, such as those of the draft.
        nouns: Words that no dictionary has, or only as names of people, and that name something here.
        stop_words: The user's words that no name and no keyword is made of.
    """

    def __init__(self, extra: Iterable[str] = (), nouns: Iterable[str] = (), stop_words: Iterable[str] = ()) -> None:
        """Take the lexicon's terms of both sides."""
        entries = load_lexicon().entries
        known = {t for e in entries for t in (e.legal, e.colloquial) if 2 < len(t) <= _LONGEST and _CHINESE.match(t)}
        self.formal = frozenset(e.legal for e in entries) | _NOMINAL | _VERBAL
        self.stopped = stopped = frozenset(fold(w) for w in stop_words)
        self._terms = (frozenset(known | set(extra) | _NOMINAL | _VERBAL) - _EMPTY) | stopped
        self._beginnings = frozenset(t[:end] for t in self._terms for end in range(1, len(t)))
        self._tokens = {w: Token(w, "N") for w in nouns if w not in _EMPTY and is_term(w)} | {w: Token(w, "F") for w in stopped}

    def _token(self, word: str, joined: bool) -> Token:
        if word not in self._tokens:
            found = _tag(word)
            if joined and found == "F" and word not in _EMPTY:
                found = "N"
            self._tokens[word] = Token(word, found)
        return self._tokens[word]

    def cut(self, text: str) -> list[Token]:
        """Return the words of a folded text without punctuation."""
        pieces = words(text)
        out, at = [], 0
        while at < len(pieces):
            end, joined = at + 1, pieces[at]
            longer = joined
            for k in range(at + 1, len(pieces)):
                if longer not in self._beginnings:
                    break
                longer += pieces[k]
                if len(longer) <= _LONGEST and longer in self._terms:
                    end, joined = k + 1, longer
            out.append(self._token(joined, end > at + 1))
            at = end
        return out


def _plain(text: str, terms: Terms) -> list[list[Token]]:
    return [terms.cut(piece) for piece in _BREAK.split(text) if piece]


def clauses(text: str, terms: Terms, *, places: bool = False) -> list[list[Token]]:
    """Cut a text into clauses of tagged words.

    Args:
        text: Any text.
        terms: Terms kept whole.
        places: Take masked and plain names of places for one word each.
    """
    folded = fold(text)
    if not places:
        return _plain(folded, terms)
    out, last = [], 0
    for match in _PLACE.finditer(folded):
        out += _plain(folded[last : match.start()], terms)
        out.append([Token(match.group(), "P")])
        last = match.end()
    return out + _plain(folded[last:], terms)
