"""What people said: comments, the opinions in them, the asks and themes they make."""

from jietan.contract.column import Table, columns

__all__ = ["OPINIONS_TABLES"]

_RECEIVED = """
comment_id:str 来件的编号，照原样；编号重复时是 `编号@` 加正文指纹的前 8 位；没有编号时是正文指纹的前 16 位；仍然相同的再加 `-2`、`-
  3`
text:str 原文，一字不改；由几列合成的，用换行连接
text_parts:parts 原文由哪几列合成：`column`、`start`、`end`
point:str? 信息采集点
street:str? 街镇
submitted_at:str? 提交日期或时间，ISO 8601；看不懂的日期不猜，留空
channel:str? 渠道
submitter_key:str? 提交人的指纹：由联系方式（没有时由姓名和街镇）和本机的盐算出；匿名为空
submitter_masked:str? 脱敏的姓名，如“张*祥”
article_hint:str? 表格里注明的条款
stance_hint:str? 表格里注明的态度
likes:int? 点赞数
source_file:str 来自哪个文件
source_row:int 在文件的第几行，与表格软件里显示的行号一致
"""
_BATCH = columns("batch:int 第几批读入的，从 0 数起")
_TRIAGE = """
triage:str 分流：`legislative` 立法意见，`governance` 应当转办的，`personal` 个人的事，`off_topic` 无关，`empty` 空白
triage_probability:float 分流的把握，0 到 1
"""
_COPIES = """
campaign_id:str? 集中投递的哪一封信
duplicate_of:str? 与同一提交人较早的哪一件重复
"""
_SPAN = """
opinion_id:str `意见编号:开始-结束`
comment_id:str 哪件意见
start:int 开始位置
end:int 结束位置
text:str 原话，等于 `comments.text[start:end]`
"""
_OPINION = """
kind:str 性质：建议、支持、反对、问题、理由
stance:str 态度：`support` 赞成，`oppose` 反对，`modify` 要求改变，`neutral` 疑问或者没有表态
operation:str 要怎样：增加、修改、删除、细化、保留、释明，`none` 没有
unit_id:str 同一诉求的编号
new_article:bool 要求一条草案没有的规定
theme_id:str? 最细一级主题；空为长尾意见
kind_probability:float `kind` 的把握
stance_probability:float `stance` 的把握
operation_probability:float `operation` 的把握
"""

OPINIONS_TABLES = (
    Table(
        "received",
        columns(_RECEIVED + "named:list 正文里哪里提到了提交人，写作 `开始-结束`"),
        ("comment_id",),
        about="读入的每件意见一行",
        extra=_BATCH,
    ),
    Table(
        "comments",
        columns(_RECEIVED + _COPIES + _TRIAGE),
        ("comment_id",),
        about="每件意见一行",
        extra=_BATCH,
    ),
    Table(
        "pii",
        columns("""
comment_id:str 哪件意见
start:int 开始位置
end:int 结束位置
type:str `name` 姓名、`honorific` 称呼、`phone` 电话、`id_card` 证件号码、`address` 住址、`plate` 车牌、`email` 邮箱、`bank_card` 银行卡等
text_masked:str 导出时印出的文字
"""),
        ("comment_id", "start", "end", "type"),
        about="意见正文里的每处个人信息一行",
    ),
    Table(
        "triage",
        columns("comment_id:str 哪件意见\n" + _TRIAGE),
        ("comment_id",),
        about="每件意见的分流",
    ),
    Table(
        "copies",
        columns("comment_id:str 哪件意见\n" + _COPIES),
        ("comment_id",),
        about="每件意见是不是复制件、重复件",
    ),
    Table(
        "spans",
        columns(_SPAN),
        ("comment_id", "start", "end"),
        about="拆出的每个观点一行",
        extra=columns("reason:bool 只讲理由"),
    ),
    Table(
        "opinions",
        columns(_SPAN + _OPINION),
        ("comment_id", "start", "end"),
        about="每个观点一行",
        extra=columns("absence:float 草案没有这样的规定的概率"),
    ),
    Table(
        "labels",
        columns("""
opinion_id:str 哪个观点
kind:str 性质：建议、支持、反对、问题、理由
kind_probability:float `kind` 的把握
stance:str 态度：`support` 赞成，`oppose` 反对，`modify` 要求改变，`neutral` 疑问或者没有表态
stance_probability:float `stance` 的把握
operation:str 要怎样：增加、修改、删除、细化、保留、释明，`none` 没有
operation_probability:float `operation` 的把握
"""),
        ("opinion_id",),
        about="每个观点的标注",
    ),
    Table(
        "membership",
        columns("opinion_id:str 哪个观点\nunit_id:str 同一诉求的编号"),
        ("opinion_id",),
        about="每个观点属于哪个诉求",
    ),
    Table(
        "units",
        columns("""
unit_id:str 编号
representative:str 最有代表性的观点
n_opinions:int 观点数
n_comments:int 意见数
n_people:int 不同的人；匿名意见每件算一人
n_points:int 不同的采集点
in_campaign:bool 其中有集中投递的信
"""),
        ("unit_id",),
        about="同一诉求",
        note="立场、对象或者数额不同的，不在一个诉求里；只讲理由的句子各自单独。",
    ),
    Table(
        "demands",
        columns("""
opinion_id:str 哪个观点
comment_id:str 哪件意见
demand:int 这个观点的第几个要求，从 1 数起
position:int 这个要求的第几个要素，从 1 数起
part:str `主体`、`事项`（没有写明谁，规定的是什么）、`情态`、`行为`、`对象`、`条件`、`数量`、`后果`
start:int? 出自意见的哪里；没有情态词的，`情态` 一行为空
end:int? 同上
said:str 那里的原话
words:str 法律法规的写法：主体对到草案的用语，口语按词表换，数额写成汉字
notes:list 用到的词表条目和草案用语
"""),
        ("opinion_id", "demand", "position"),
        about="从观点里读出的要求，每个要素一行",
        note="没有草案时为空。读不出的观点没有行。",
    ),
    Table(
        "stability",
        columns("""
repeat:int 第几次，从 1 数起
n_comments:int 这一次留下的意见件数
ari:float 与全部意见的归纳比较的调整兰德指数
together:float 原来在同一主题的两个观点，这一次仍在一起的比例
"""),
        ("repeat",),
        about="每次随机去掉一成意见重新归纳的结果一行",
        note="太少时没有行。",
    ),
    Table(
        "earlier",
        columns("""
opinion_id:str 哪个观点
theme_id:str? 原来的最细一级主题；空为长尾意见
parent_id:str? 原来的上级主题
suggestion_ids:list 原来支持哪些建议
"""),
        ("opinion_id",),
        about="并入新一批以前，各观点在哪个主题、哪些建议里",
        note="编号据此沿用。",
    ),
    Table(
        "placements",
        columns("""
opinion_id:str 哪个观点
theme_id:str? 最细一级主题；空为长尾意见
"""),
        ("opinion_id",),
        about="每个观点归入哪个主题",
    ),
    Table(
        "themes",
        columns("""
theme_id:str 编号
parent_id:str? 上级主题；空为上级主题自己
title:str 名称，至多 16 个字，各不相同；怎样取的见[主题](themes.md)
keywords:list 关键词，最有区别力的在前；权重在 `namings`
n_units:int 不同诉求的个数
n_opinions:int 观点数
n_comments:int 意见数
n_people:int 不同的人
n_points:int 不同的采集点
n_support:int 支持的观点数
n_oppose:int 反对的观点数
n_modify:int 要求改变的观点数
n_neutral:int 疑问或者没有表态的观点数
exemplars:list 几个代表性的观点：居中的，人数最多的诉求中的，和离居中的最远的
summary:list 概括主题的至多两个观点，都是原话
conflicts:list 其中互相对立的主张：`提高／降低`（后面可以写明是什么）、`保留／删除`、`允许／禁止`、`不同数额`、`不同承担者`
"""),
        ("theme_id",),
        about="主题，两级",
        note="上级主题的各项数字是下级的合计（人数和采集点数去重）。",
    ),
    Table(
        "sides",
        columns("""
theme_id:str 主题，上级主题也有
stance:str 态度：`support` 赞成，`oppose` 反对，`modify` 要求改变
n_opinions:int 观点数
n_people:int 不同的人
n_points:int 不同的采集点
exemplar:str 讲得最具体的一个观点
"""),
        ("theme_id", "stance"),
        about="主题里各种态度",
        note="没有人持这种态度的没有这一行。",
    ),
    Table(
        "namings",
        columns("""
theme_id:str 主题
position:int 次序，从 1 起
part:str 名称的一个部分，或者一个关键词
role:str `主体`、`事项`、`区分`、`关键词`
source:str `草案条文`、`词表`、`居民用词`、`诉求内容`、`已知主题`
detail:str 出自哪几条，词表里的哪一对词，或者几条诉求；没有为空文字
weight:float 主体是得分，事项是占诉求的比例，关键词是权重
opinion_ids:list 依据的观点；关键词不列
"""),
        ("theme_id", "position"),
        about="主题名称和关键词的依据",
    ),
    Table(
        "rejects",
        columns("""
comment_id:str? 哪件意见；没有读入的行可能没有编号
source_file:str? 来自哪个文件
source_row:int? 第几行；空为整个文件或者整张表
stage:str 在哪一步停下
reason:str 原因
"""),
        ("stage", "source_file", "source_row", "comment_id", "reason"),
        about="没有用上的行和意见",
        unique=False,
        extra=_BATCH,
    ),
)
