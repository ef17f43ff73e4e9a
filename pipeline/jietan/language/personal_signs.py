"""Words that announce a name, and words that follow one."""

from __future__ import annotations

import re

__all__ = ["BESIDE", "CALLED", "INTRO", "IS_ROLE", "LABELLED", "PARTY", "ROLE", "TITLED", "TITLES", "any_of"]


def any_of(words: str) -> str:
    """Return a pattern of the words, longest first, behind a look at their first characters, which makes the search fast."""
    ordered = sorted(set(words.split()), key=lambda word: (-len(word), word))
    first = "".join(sorted({word[0] for word in ordered}))
    return f"(?=[{first}])(?:{'|'.join(ordered)})"


#: Forms of address behind a name.
TITLES = tuple(
    """
    先生 女士 小姐 太太 阿姨 叔叔 大爷 大妈 大叔 大姐 大哥 奶奶 爷爷 师傅 老师 医生 律师 警官 教授 博士 经理 主任 书记 局长 处长 科长
    院长 校长 所长 队长 站长 市长 区长 县长 镇长 乡长 村长 组长 部长 厅长 省长 会长 主席 店长 园长 董事 总监 同志 同学 法官 大夫 护士
    老板 副 总经 工程师 支书 阿婆 阿公 阿伯 阿叔 婆婆 大伯 大伯伯 伯伯 大娘 大婶 大嫂 老汉 老伯 老太 里长 老爷 婶婶 嫂子 姑娘
    """.split()
)
TITLED = re.compile(
    f"(?=(?P<title>{any_of('先生 女士 同志 书记 主任 局长 市长 区长 县长 镇长 乡长 校长 院长 老师 医生 律师 师傅 教授 警官 经理 代表')}))"
)

_TO_BE_CALLED = any_of(
    """
    有个叫 有位叫 一个叫 一位叫 人叫 化名 乳名 我的名字是 我的名字叫 我名字叫 名字叫 我的姓名是 我名叫 名叫 我叫 本人叫 我是叫 叫做
    真名叫 姓名: 姓名是 姓名为 法人代表:
    """
)
#: 我叫, 姓名：, 举报人：: no doubt that a name follows.
CALLED = re.compile(rf"(?:{_TO_BE_CALLED}|人(?<=[信映诉报议请访助询系笔录名办告表]人)(?:代表)?:)[\s:“\"「]{{0,4}}(?:我是|本人)?(?=[一-鿿])")

_LABELS = any_of(
    """
    诉求人 反馈人 留言人 倡议人 提议者 姓名 户名 曾用名 原名 现名 署名 签名 签字 具名 落款 留名 写信人 来信人 反映人 投诉人 举报人
    控告人 报案人 报告人 建议人 申请人
    申诉人 信访人 求助人
    咨询人 问政人 联系人 代笔人 执笔人 记录人 法定代表人 法人代表 法人 代表人 此致敬礼
    """
)
#: 联系人, 签名, 此致敬礼: a name may follow.
LABELLED = re.compile(rf"(?:{_LABELS}|此致[\s,!]*敬礼)[\s:,。.!“\"「]{{0,4}}(?:我是|本人)?(?=[一-鿿])")
INTRO = re.compile(r"(?:本人|我是|我系|我就是|信由我?|由我?|我|是|儿?叫)[\s:,]?(?=[一-鿿])")

_ROLES = any_of(
    """
    领队 乘客 骑手 队员 干事 客服 小贩 居民 村民 业主 住户 租户 市民 户主 房主 房东 车主 机主 店主 摊主 群众 网友 员工 职工 工人 教师
    学生 司机 骑手 邻居 同事 朋友 同学
    老板 负责人 责任人 当事人 受害人 死者 伤者 患者 病人 党员 代表 委员 律师 医生 护士 保安 保洁 楼长 组长 队长 班长 村长 店长 站长
    网格员 网格长 志愿者 经办人 承办人 工作人员 经理 主任 书记 民警 警官 法官 包工头 开发商 老人 男子 女子 孩子 小孩 名为
    护理员 快递员 管理员 服务员 外卖员 调解员 协管员 营业员 驾驶员 饲养员 技术员 收费员 保育员 信息员 社工 护工 义工 电工 焊工 木工
    厨师 会计 园长 院长 校长 镇长 乡长 局长 处长 科长 所长 厂长 社长 教练 工程师 教授 记者 学者 研究生 干部 军人 老兵 战士 农民 农户
    商户 顾客 消费者 家长 监护人 家属 亲属 亲戚 收件人 收货人 养犬人 犬主 狗主人 饲主
    来访人 来电人 来信人 录入员 审核人 填报人 主持人 发言人 记录人 代理人 承租人 支书 里长 牧民 渔民 协警 辅警 镇长 所长
    父亲 母亲 爸爸 妈妈 爷爷 奶奶 外公 外婆 老伴 丈夫 妻子 爱人 老公 老婆 儿子 女儿 孙子 孙女 哥哥 弟弟 姐姐 妹妹 公公 婆婆 岳父 岳母
    儿媳 女婿 侄子 侄女 大姨 舅舅 姑姑 叔叔 婶婶
    """
)
#: 居民, 护理员, 我妈: who somebody is, perhaps with the name.
ROLE = re.compile(rf"(?:{_ROLES}|[我他她](?:爸爸?|妈妈?|爷爷?|奶奶?|哥哥?|姐姐?|弟弟?|妹妹?))(?P<apart>[\s:“\"「]{{0,2}})(?=[一-鿿])")
IS_ROLE = re.compile(_ROLES)
#: 楼上的, 我和: a neighbour's full name may follow.
BESIDE = re.compile(
    r"(?:(?:楼上|楼下|隔壁|对门|对面|对过|同楼|一楼|(?<![一-鿿0-9])[二三四五六七八九十\d]{1,2}楼)的?|(?:我|我们|咱|咱们)[和跟与同])"
    r"(?=[一-鿿])"
)
#: 原告, 被告, 女儿叫: a name, where it ends as one.
PARTY = re.compile(
    r"(?:原告|被告|第三人|上诉人|被上诉人|被申请人|申请执行人|被执行人|委托代理人|法定代理人|受害人|嫌疑人|当事人|(?:支书|主任|队长|村长|邻居|同学|同事|老板|孩子|儿子|女儿|爸爸?|妈妈?)(?:名字)?叫)人?[\s:]{0,2}(?=[一-鿿])"
)
