"""The articles that opinions are about, and the suggestions that come of them."""

from jietan.contract.column import Table, columns

__all__ = ["SUGGESTIONS_TABLES"]

_ARTICLE = """
article_id:str 条文编号
law:str 法规名称
article:str 条
chapter:str? 章
text:str 全文，照原样
source:str `draft` 或者 `library`
paragraphs:list 各款的文字
position:int 在法规中的次序
"""
_AMENDED = columns("""
amended_item:str? 草案是修正案或者修改决定时才有：修改这一条的各项的序号，如“三、五”；没有修改的条文为空
amended_words:str? 同上：那几项的文字
""")
_ID = "suggestion_id:str 编号"
_SUGGESTION = """
theme_id:str? 主题；出自长尾意见的为空
unit_ids:list 包含哪些诉求
law:str? 法规名称
article:str? 条；要求增加条文的为空
after_article:str? 要求增加的条文放在哪一条之后
paragraph:int? 款
item:str? 项
operation:str 要怎样：增加、修改、删除、细化、保留、释明
title:str 诉求，取自一句原话
original_text:str? 草案原文，照原样
proposed_text:str 建议修改为；删除时为空；`drafted` 为否时是立法要点，即一句原话，或者按词表改写的原话
drafted:bool 拟出了条文文字
reason:str 理由：人数、来源，以及居民讲的理由（引号内是原话，括号内是意见编号）
evidence:list 所依据的观点，全部列出
exemplars:list 其中最有代表性的至多 12 个，最先的一个就是标题的出处
n_opinions:int 观点数
n_comments:int 意见数
n_people:int 不同的人
n_points:int 不同的采集点
"""
_RANKS = """
rank:int 名次
rank_low:int 权重变动、提意见的人重新抽取时较好的名次
rank_high:int 权重变动、提意见的人重新抽取时较差的名次
"""
_RESULT = """
score:float 得分，0 到 1，等于各分项之和
conflicts_with:list 与哪些建议相反或者不能同时采纳：同一处要求保留和删改、改成不同的文字、不同的数额或者承担者、提高和降低、允许和禁
  止
differs:list 与 `conflicts_with` 逐项对应，写明不同在哪里（“本建议”对“该建议”）
follow:list 须一并研究的条文：引用所改条、款、项的条文，或者写着所改数额和同样前文的条文
higher_law:list 相关上位法的条文，引号内是该条原文；只列提出意见的人写明的，或者用语与本建议、草案原文相近的，没有把握的不列
beyond:str 超出地方立法权限的缘由和依据；没有超出的为空
status:str 审核：`draft` 待审、`accepted` 采用、`edited` 修改后采用、`rejected` 不采用
"""
_PROVENANCE = """
provenance:list 逐段写明 `proposed_text` 的来源，写作“来源→文字”，各段连起来就是全文：`draft:第十二条第二款` 是草案原文，
  `opinion:观点[起:止]` 是观点里的话，`grammar:…` 是立法用语和标点；`lexicon:电瓶车→电动自行车` 注明按词表换了哪个词，不算一段
"""
_SCORES = """
score_people:float 支持人数的得分
score_points:float 分布的得分
score_specific:float 是否具体的得分
score_anchored:float 是否落到条文的得分
score_balance:float 正反的得分
score_central:float 条文的分量的得分
score_severity:float 轻重的得分
score_novelty:float 新意的得分；各分项加起来就是 `score`
groups:list 它为哪些人数少的群体说话
raised:str 为什么排在得分所得的名次之前；没有的为空文字
why:str 一句话写明谁提出、哪几项高出一般，各数都从依据数出
"""

SUGGESTIONS_TABLES = (
    Table(
        "provisions",
        columns(_ARTICLE),
        ("source", "position", "article_id"),
        about="草案的每条一行",
        extra=_AMENDED,
    ),
    Table(
        "cited",
        columns(_ARTICLE),
        ("source", "position", "article_id"),
        about="观点提到的现行法条文",
    ),
    Table(
        "articles",
        columns(_ARTICLE),
        ("source", "position", "article_id"),
        about="草案的全部条文，以及 `links`、`related` 提到的现行法条文",
        note="草案是修正案或者修改决定的，条文是修改以后的全文。",
        extra=_AMENDED,
    ),
    Table(
        "higher",
        columns(_ARTICLE),
        ("source", "position", "article_id"),
        about="各主题涉及的现行法条文",
    ),
    Table(
        "links",
        columns("""
opinion_id:str 哪个观点
rank:int 从 1 起；草案在前，现行法在后
source:str `draft` 草案，`library` 现行法
law:str 法规名称
article_id:str 条文编号，见 `articles`
article:str 条，如“第十二条”“第十八条之一”
paragraph:int? 款，从 1 起；该条只有一款或者指全条时为空
item:str? 项，写作“（三）”
basis:str `explicit` 观点自己写明，`retrieved` 按内容找到，`decided` 由人指定
score:float 检索得分，同一个观点之内可以比较
confidence:float 把握，0 到 1
"""),
        ("opinion_id", "rank"),
        about="观点对应的条文",
    ),
    Table(
        "gaps",
        columns("opinion_id:str 哪个观点\nnew_article:bool 要求一条草案没有的规定\nabsence:float 草案没有这样的规定的概率"),
        ("opinion_id",),
        about="每个观点要的规定草案里有没有",
    ),
    Table(
        "citations",
        columns("""
comment_id:str 哪件意见
start:int 引用在原文中的位置
end:int 同上，不含这一位
text:str 引用的原文
source:str? `draft` 草案，`library` 现行法；找不到这部法规的为空
law:str? 法规名称
article_id:str? 所引的条文；没有这一条的为空
article:str? 所写的条
paragraph:int? 所写的款
item:str? 所写的项
citation_status:str `exists` 存在，`no_law` 没有这部法规，`no_article` 没有这一条，`no_paragraph` 没有这一款，`no_item` 没有这一项
candidates:list 不存在时最接近的条、项或者法规
content_differs:bool 前后的话明显是在讲另一条；此时以内容为准
better_article_id:str? 内容所指的那一条
note:str 需要核对的话写明问题，否则为空
"""),
        ("comment_id", "start", "end", "law", "article", "paragraph", "item"),
        about="意见里的每一处引用，与草案和法规库核对的结果",
        unique=False,
        note="一处写几条的（“第八、九条”），各占一行。只有“本条”“前款”而不知道指哪一条的不列。",
    ),
    Table(
        "related",
        columns("""
theme_id:str 哪个主题
rank:int 从 1 起；来件写明的在前
law:str 法规名称
article_id:str 条文编号，全文见 `articles`
article:str 条
basis:str `explicit` 来件写明，`retrieved` 按内容检索
n_comments:int 写明这一条的意见件数
score:float 检索得分，同一主题之内可以比较
"""),
        ("theme_id", "rank"),
        about="各主题（最细一级）涉及的现行法条文",
        note="检索得来的只供参考：只取草案写明的、来件写明的，或者几个主题都涉及的法律。",
    ),
    Table(
        "drafts",
        columns(_ID + _SUGGESTION),
        ("suggestion_id",),
        about="还没有排序的建议",
        extra=columns(_PROVENANCE),
    ),
    Table(
        "held",
        columns(_ID + _SUGGESTION),
        ("suggestion_id",),
        about="还没有排序的建议，审核过的保持原样，编号与以前的一致",
        extra=columns(_PROVENANCE),
    ),
    Table(
        "suggestions",
        columns(_ID + _RANKS + _SUGGESTION + _RESULT),
        ("rank",),
        about="立法建议",
        extra=columns(_PROVENANCE + _SCORES),
    ),
    Table(
        "final",
        columns(_ARTICLE),
        ("source", "position", "article_id"),
        about="通过文本的条文，由 `jietan outcome` 写出",
        note="`source` 都是 `final`。",
    ),
    Table(
        "outcomes",
        columns("""
suggestion_id:str 哪条建议
outcome:str `full` 采纳、`partial` 部分采纳、`no` 未采纳
disposition:str? 未采纳时的去向：“已有规定”或者“转其他途径”
final_articles:list 体现在通过文本的哪几条
evidence:list 据以判断的改动，逐条写明位置和增删的文字
confidence:float 把握，0 到 1：同样的依据在样例上判断正确的大致比例
ground:str 依据
proposal:str 程序的判断：`full`、`partial`、`no`、`existing` 已有规定、`elsewhere` 转其他途径；核对以后也不变
confirmed:bool 有没有人核对过；核对过的，`outcome`、`disposition` 是核对的结果
reason:str 核对人写的理由，答复里照写；没有的为空
"""),
        ("suggestion_id",),
        about="每条建议的采纳情况，由 `jietan outcome` 对照草案和通过文本得出，供人核对",
        note="见[采纳情况](outcome.md)。建议有变化的，须重新对照。",
    ),
    Table(
        "points",
        columns("""
name:str 名称
level:str 联系点、街镇、家、站、点
parent:str? 上级
street:str? 所在的街镇
position:int 次序
"""),
        ("position",),
        about="采集点的层级，由 `jietan points` 从采集点的表读入",
        note="见[征求意见以前](before.md#采集情况)。",
    ),
)
