"""Which column is what: the headers that offices, portals and survey tools use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from jietan.errors import InputError
from jietan.reading.model import FIELD_NAMES

__all__ = ["CANONICAL", "Article", "Layout", "check_column_map", "find_article", "match_article", "match_header", "normalize", "simplify"]

TEXT_ROLES = ("title", "text", "proposed_text", "reason")
"""Roles of the columns that make up a comment's text, the title always first, the others in the order of the file."""

CANONICAL = ("comment_id", *TEXT_ROLES, *FIELD_NAMES)
"""Every name a column can be mapped to."""

_ALIASES = {"id": "comment_id", "date": "submitted_at", "user": "submitter"}

# Exact names, normalised; within one role the first name wins over the later ones.
_EXACT: dict[str, tuple[str, ...]] = {
    "comment_id": tuple(
        "意见编号 留言编号 建议编号 反馈编号 记录编号 工单编号 信件编号 来信编号 答卷编号 问卷编号 意见id 留言id "
        "commentid 编号 id uuid 意见序号 序号 no 序".split()
    ),
    "title": tuple("标题 主题 留言主题 留言标题 意见标题 意见主题 建议标题 来信标题 信件标题 题目 title subject".split()),
    "text": tuple(
        "意见内容 意见正文 留言内容 留言详情 留言正文 建议内容 反馈内容 诉求内容 来信内容 信件内容 发言内容 评论内容 内容 正文 "
        "意见建议 意见和建议 意见与建议 意见及建议 意见或建议 建议意见 建议和意见 建议及意见 修改意见 修改建议 修改意见和建议 "
        "修改意见建议 具体意见 具体建议 具体意见建议 具体内容 反馈意见 征集意见 收集意见 群众意见 居民意见 公众意见 代表意见 "
        "您的意见 您的建议 您的意见建议 您的意见和建议 意见详情 总体意见 总体评价 综合意见 其他意见 其他建议 其他意见建议 其他意见和建议 "
        "意见 建议 留言 评论 诉求 观点 text content comment comments "
        "opinion body message feedback".split()
    ),
    "proposed_text": tuple("建议修改为 修改为 拟修改为 应修改为 修改后 建议改为 建议条文 建议表述 修改后条文 proposed".split()),
    "reason": tuple(
        "理由 修改理由 建议理由 意见理由 修改说明 理由说明 理由依据 理由和依据 理由及依据 修改理由及依据 修改依据 说明 原因 reason".split()
    ),
    "original_text": tuple("原文 条文原文 草案原文 原条文 修改前 原文内容 条款原文 条文内容 草案条文 草案内容".split()),
    "point": tuple(
        "信息采集点 采集点 征集点 来源点位 立法联系点 基层立法联系点 联系点 意见征集点 采集点名称 征集点名称 联系点名称 "
        "征集点位 采集点位 点位 来源点 来源单位 报送单位 来源 point".split()
    ),
    "street": tuple(
        "所属街镇 所在街镇 街镇 所属街道 所在街道 街道 街道乡镇 街道镇 镇街 乡镇街道 街镇名称 所属乡镇 所属镇街 乡镇 "
        "所属区域 street".split()
    ),
    "submitted_at": tuple(
        "提交日期 提交时间 留言时间 留言日期 反馈日期 反馈时间 意见日期 征集日期 征集时间 收集日期 收集时间 采集日期 采集时间 "
        "来信日期 来信时间 登记日期 登记时间 填写日期 填写时间 填报时间 填报日期 提交答卷时间 发布时间 发表时间 创建时间 日期 时间 "
        "date time datetime timestamp submittedat createdat".split()
    ),
    "channel": tuple(
        "渠道 途径 来源渠道 收集渠道 征集渠道 提交渠道 反馈渠道 收集方式 征集方式 提交方式 反馈方式 收集途径 来源方式 channel".split()
    ),
    "submitter": tuple(
        "提交人 提出人 反映人 反馈人 留言人 意见人 发言人 填写人 填报人 来信人 建议人 姓名 提交人姓名 反馈人姓名 您的姓名 居民姓名 "
        "留言用户 用户名 用户 昵称 网名 反馈单位 提出单位 意见单位 反馈人或单位 单位或个人 "
        "提出单位或个人 user username author name submitter".split()
    ),
    "contact": tuple(
        "联系方式 联系电话 手机号码 手机号 手机 电话号码 电话 您的电话 您的联系方式 电子邮箱 邮箱 contact phone mobile email".split()
    ),
    "likes": tuple("点赞数 点赞量 点赞 获赞数 获赞 赞数 赞 支持数 likes like upvotes".split()),
    "article_hint": tuple(
        "条款 条文 条款号 条文号 条号 涉及条款 涉及条文 对应条款 对应条文 针对条款 针对条文 所涉条款 所涉条文 意见条款 修改条款 "
        "条款序号 条文序号 条目 章节条款 article clause".split()
    ),
    "stance_hint": tuple("态度 立场 是否同意 是否赞成 是否支持 意见倾向 表态 stance attitude".split()),
}

# Looked for at the end of a header first, then anywhere in it; in this order.
_PARTIAL: dict[str, tuple[str, ...]] = {
    "submitted_at": ("日期", "时间"),
    "contact": ("联系方式", "联系电话", "手机", "电话", "邮箱"),
    "submitter": ("姓名", "提交人", "反映人", "反馈人", "提出人", "留言人"),
    "likes": ("点赞数", "点赞"),
    "stance_hint": ("是否同意", "是否赞成", "是否支持", "态度", "立场"),
    "reason": ("理由", "原因"),
    "original_text": ("原文",),
    "proposed_text": ("修改为",),
    "text": (
        *("意见内容", "建议内容", "留言内容", "反馈内容", "意见建议", "意见和建议", "意见及建议", "意见与建议", "意见或建议"),
        *("建议和意见", "修改意见", "修改建议", "具体意见", "具体建议", "宝贵意见", "您的意见", "您的建议", "哪些意见", "哪些建议"),
        *("什么意见", "什么建议", "其他意见", "其他建议", "意见详情"),
    ),
    "point": ("采集点", "征集点", "联系点", "来源点"),
    "street": ("街镇", "街道", "乡镇", "镇街"),
    "channel": ("渠道", "途径"),
    "article_hint": ("条款", "条文"),
}

_NAMES: dict[str, tuple[str, int, int]] = {}
for _role, _all in _EXACT.items():
    for _place, _name in enumerate(_all):
        _NAMES.setdefault(_name, (_role, 3, _place))
_SOME = re.compile("|".join(ending for endings in _PARTIAL.values() for ending in endings))

_NOT_OURS = re.compile(
    "采纳|答复|回复|办理|处理|处置|审核|审查|批示|转办|备注|附件|汇总|统计|登记表|征集表|征求意见表|公告|通知|一览|用时|所用时间|ip$|征求|^关于"
)
_ANSWER = re.compile("采纳|答复|回复|办理|採納|答覆|回覆|辦理")
_ONLY_ALONE = frozenset(("反馈意见", "feedback"))
_ENUMERATOR = re.compile(r"^[（(\[【]?(?:q|问题?)?\d{1,3}[)）\]】]?\s*[.、．:：)）]?\s*")
_BRACKETS = re.compile(r"[（(\[【〔][^（()）\[\]【】〔〕]*[）)\]】〕]")
_NUMBERISH = re.compile(r"[\d.,:/%年月日\-\s]+")
_LONGEST_HEADER = 80
_NUMERAL = r"[零〇○一二三四五六七八九十百千两\d]+"
_ARTICLE = re.compile(rf"第{_NUMERAL}条(?:之{_NUMERAL})?(?:第{_NUMERAL}款)?(?:第[（(]?{_NUMERAL}[）)]?项)?")
_ASKS = re.compile("意见|建议|修改|看法|想法")


@dataclass(frozen=True, slots=True)
class Article:
    """A column that collects opinions on one article."""

    column: int
    header: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of one table are understood.

    Attributes:
        names: Headers as a person sees them.
        comment_id: Column of the id, or None.
        texts: Columns of the text, in the order in which they are joined.
        articles: Columns with one box per article.
        fields: Columns of the metadata by canonical name.
        unused: Headers of the columns that are not read.
        score: How much was recognised, for choosing among possible header rows.
        mapped: Canonical names of the user's mapping whose columns are there.
    """

    names: tuple[str, ...]
    comment_id: int | None
    texts: tuple[int, ...]
    articles: tuple[Article, ...]
    fields: Mapping[str, int]
    unused: tuple[str, ...]
    score: int
    mapped: frozenset[str] = frozenset()

    def describe(self) -> str:
        """Say in Chinese which column was recognised as what."""
        parts = []
        if self.texts:
            parts.append("意见内容＝" + "＋".join(self.names[i] for i in self.texts))
        if self.articles:
            parts.append(f"按条文分列的意见 {len(self.articles)} 列（{self.articles[0].header} 等）")
        if self.comment_id is not None:
            parts.append(f"编号＝{self.names[self.comment_id]}")
        parts += [f"{_LABELS[name]}＝{self.names[column]}" for name, column in self.fields.items()]
        remark = "识别的列：" + "，".join(parts)
        return remark + (f"；没有使用的列：{'、'.join(self.unused)}" if self.unused else "")


_LABELS = {
    "point": "征集点", "street": "街镇", "submitted_at": "提交时间", "channel": "渠道", "submitter": "提交人",
    "contact": "联系方式", "likes": "点赞数", "article_hint": "条款", "stance_hint": "态度", "original_text": "草案原文",
}  # fmt: skip


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Normalise for matching only: NFKC, lower case, simplified characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isascii() else str(_simplifier().convert(folded))


def _letters(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


@lru_cache(maxsize=65_536)
def normalize(header: str) -> tuple[str, str]:
    """Normalise a header for comparison.

    Returns:
        The header as letters and digits only, without its number and what stands in brackets; and the same with the
        brackets' content. Both are equal where there are no brackets or nothing else.
    """
    text = _ENUMERATOR.sub("", simplify(header).strip()) or simplify(header)
    whole = _letters(text)
    return _letters(_BRACKETS.sub("", text)) or whole, whole


def find_article(text: str) -> str | None:
    """Find the first article a text names."""
    found = _ARTICLE.search(simplify(text))
    return found[0] if found else None


@lru_cache(maxsize=65_536)
def match_article(header: str) -> str | None:
    """Find the article a column is about: its citation for `第十二条 …` or `对第十二条的意见`, else None."""
    text = _ENUMERATOR.sub("", simplify(header).strip())
    found = _ARTICLE.search(text)
    if found is None or _NOT_OURS.search(text) or "原文" in text:
        return None
    return found[0] if found.start() == 0 or _ASKS.search(text) else None


def check_column_map(column_map: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Resolve the user's own mapping.

    Args:
        column_map: Canonical name to column; `text` may name several columns joined by `+`.

    Returns:
        Canonical name to the column names to look for.

    Raises:
        InputError: If a key is not a canonical name or a column name is empty.
    """
    resolved: dict[str, tuple[str, ...]] = {}
    for key, column in column_map.items():
        name = _ALIASES.get(key, key)
        if name not in CANONICAL:
            raise InputError(f"--map 里没有“{key}”这个名称", todo=f"可用的名称：{'、'.join(CANONICAL)}")
        if not column.strip():
            raise InputError(f"--map {key}= 后面没有写列名", todo=f"请写成 --map {key}=列名")
        resolved[name] = (column,)
    return resolved


def _mapped_columns(cells: Sequence[str], wanted: str, *, several: bool) -> list[int]:
    """Find the columns a user means by one value of the mapping; exact spelling wins over the normalised one."""
    stripped = [cell.strip() for cell in cells]
    if wanted.strip() in stripped:
        return [stripped.index(wanted.strip())]
    found = [i for i, cell in enumerate(cells) if cell.strip() and normalize(cell)[1] == normalize(wanted)[1]]
    if not found and several and "+" in wanted:
        parts = [_mapped_columns(cells, part, several=False) for part in wanted.split("+")]
        return [column for part in parts for column in part] if all(parts) else []
    return found[:1]


@lru_cache(maxsize=65_536)
def _match_cell(cell: str) -> tuple[str, int, int] | None:
    """Match one header: its role, the strength (3 exact, 2 at the end, 1 somewhere) and its place among the names."""
    if not cell.strip() or len(cell) > _LONGEST_HEADER:
        return None
    inner, whole = normalize(cell)
    for name in dict.fromkeys((inner, whole)):
        if name in _NAMES:
            return _NAMES[name]
    if not _SOME.search(inner) or match_article(cell) or _NOT_OURS.search(whole):
        return None
    for strength, test in ((2, str.endswith), (1, str.__contains__)):
        for role, endings in _PARTIAL.items():
            for place, ending in enumerate(endings):
                if test(inner, ending):
                    return role, strength, place
    return None


class _Matcher:
    """Assigns each column of one possible header row at most one role."""

    def __init__(self, cells: Sequence[str], column_map: Mapping[str, tuple[str, ...]]) -> None:
        self.cells = cells
        self.column_map = column_map
        self.roles: dict[str, list[int]] = {}
        self.score = 0
        self.best = 0
        self._assign_mapped()
        self._assign_recognised()

    def _assign_mapped(self) -> None:
        for role, wanted in self.column_map.items():
            found = [c for name in wanted for c in _mapped_columns(self.cells, name, several=role == "text")]
            if found:
                self.roles[role] = found
                self.score += 3 * len(found)
                self.best = 3

    def _assign_recognised(self) -> None:
        taken = {column for columns in self.roles.values() for column in columns}
        matches = [(column, m) for column, cell in enumerate(self.cells) if column not in taken and (m := _match_cell(cell))]
        answers_from = next((c for c, cell in enumerate(self.cells) if _ANSWER.search(cell)), len(self.cells))
        by_role: dict[str, list[tuple[int, int, int]]] = {}
        for column, (role, strength, place) in matches:
            if role == "reason" and column > answers_from:
                continue  # 采纳情况 | 理由: the office's reason
            by_role.setdefault(role, []).append((-strength, place, column))
        for role, found in by_role.items():
            if role in self.roles or ("text" in self.column_map and role in TEXT_ROLES):
                continue
            found.sort()
            strongest = self._joined(found) if role in TEXT_ROLES else found[:1]
            self.roles[role] = sorted(column for _, _, column in strongest)
            self.score -= sum(strength for strength, _, _ in strongest)
            self.best = max(self.best, -strongest[0][0])

    def _joined(self, found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Keep the text columns of the strongest kind; 反馈意见 may be the office's reply and counts only alone."""
        strongest = [match for match in found if match[0] == found[0][0]]
        plain = [match for match in strongest if normalize(self.cells[match[2]])[0] not in _ONLY_ALONE]
        return plain or strongest

    def texts(self, n_articles: int) -> tuple[int, ...]:
        """Columns of the text; a title or a reason alone is none, unless the reason belongs to a stance or article."""
        if "text" in self.column_map:
            return tuple(dict.fromkeys(column for role in TEXT_ROLES for column in self.roles.get(role, [])))
        core = self.roles.get("text", []) + self.roles.get("proposed_text", [])
        answers = "stance_hint" in self.roles or "article_hint" in self.roles
        if not core and not (answers and "reason" in self.roles):
            return ()
        rest = sorted({*core, *self.roles.get("reason", [])}) if not n_articles or core else []
        return tuple(dict.fromkeys([*self.roles.get("title", []), *rest]))


def match_header(cells: Sequence[str], column_map: Mapping[str, tuple[str, ...]]) -> Layout | None:
    """Understand a row as a header.

    Args:
        cells: The row.
        column_map: The user's mapping as `check_column_map` resolves it.

    Returns:
        The layout, or None if the row names no column with the text of comments.
    """
    filled = [cell for cell in cells if cell.strip()]
    if not filled or any(_NUMBERISH.fullmatch(unicodedata.normalize("NFKC", cell)) for cell in filled):
        return None
    matcher = _Matcher(cells, column_map)
    used = {column for columns in matcher.roles.values() for column in columns}
    articles = () if "text" in column_map else _articles(cells, used)
    texts = matcher.texts(len(articles))
    if not _enough(matcher, texts, articles):
        return None
    fields = {name: matcher.roles[name][0] for name in FIELD_NAMES if name in matcher.roles}
    comment_id = matcher.roles.get("comment_id", [None])[0]
    read = {*texts, *fields.values(), comment_id, *(a.column for a in articles)}
    names = tuple(" ".join(cell.split()) for cell in cells)
    unused = tuple(name for column, name in enumerate(names) if name and column not in read)
    score = matcher.score + 2 * len(articles)
    return Layout(names, comment_id, texts, articles, fields, unused, score, frozenset(matcher.roles) & frozenset(column_map))


def _articles(cells: Sequence[str], used: set[int]) -> tuple[Article, ...]:
    found: list[Article] = []
    taken: set[str] = set()
    for column, cell in enumerate(cells):
        citation = match_article(cell) if column not in used and len(cell) <= _LONGEST_HEADER else None
        if citation is None:
            continue
        header = " ".join(cell.split())
        suffix = citation if citation not in taken else header
        while suffix in taken:
            suffix += "'"
        taken.add(suffix)
        found.append(Article(column, header, suffix))
    return tuple(found)


def _enough(matcher: _Matcher, texts: tuple[int, ...], articles: tuple[Article, ...]) -> bool:
    if "text" in matcher.column_map:
        return "text" in matcher.roles
    if texts:
        n_roles = len(matcher.roles)
        return n_roles > 1 or matcher.best >= 2
    return len(articles) >= 2 or (len(articles) == 1 and matcher.best == 3)
