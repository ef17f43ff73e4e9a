"""Chinese surnames, and the words that only look like a name."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib.resources import files

__all__ = ["ANY", "COMMON", "COMPOUND", "CONNECTIVE", "WORDLIKE", "is_word", "surname_length"]

#: Frequent surnames, which also make 老王 and 小陶.
COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛阎余潘杜戴钟汪田任姜范"
    "姚谭廖邹熊陆郝孔崔邱秦顾侯邵孟龙段雷钱汤尹黎贺赖龚陶郎樊殷施洪翟颜倪严芦季俞章鲁葛韦申尤毕聂焦柳邢骆岳齐庄耿涂祝欧"
    "裴祁覃卞桑阮庾檀霍宋高石纪阙佟邬柏冉阚史甄戚卜喻柯莫缪宗曲娄厉屈项匡谌褚池毛臧计马牛夏白江金方武常康安易温文"
)

#: Surnames that are hardly a word of their own.
_PLAIN = (
    frozenset(
        "苍凌岑闵宣瞿习毋丘尧藤冒操泮英尤窦云奚昌凤酆鲍费廉滕穆湛禹狄贝伏茅庞舒贾童郭梅盛刁虞昝管卢裘丁贲邓郁杭诸左钮嵇邢滑翁荀羊於甄麴封芮羿储靳汲邴糜段巫乌巴牧隗宓蓬郗班仰仲"
        "伊宫仇栾甘钭戎祖符景詹束叶幸韶郜蓟薄印宿怀蒲邰鄂索咸籍卓蔺屠蒙乔胥莘贡劳逄姬扶郦雍璩濮寿扈燕冀郏浦农柴充慕茹宦艾戈暨衡弘寇殳沃利蔚越夔隆师"
        "巩厍晁勾敖融訾饶沙乜鞠丰巢蒯荆竺权逯益桓仉督晋楚闫汝鄢钦帅缑亢况郈琴牟佘佴赏墨哈谯笪邝冼麦苟辜粟庹禤鹿揭植邸付侍侴俎逄苑展仝冷占厉召吉呼夙"
        "妫孛宛宰居岱峗忻恽扆折支敬斛昃晏朴柘查栗毌毓沐沧泉洛淡炅烟犹狐玉琚瑞甫甯疏眭矫祢禄嵇稽竭第篁粘綦翦肖胜腾臧舍苌苻茆荔菅萨蔻衣衷袭觉谷豆豹贤路"
        "车迟郇郐郤郸鄞釗钊铎镡镇陀隽雒靖巩颛飘香骈鬲魁麦占伦池母线苗宁党房单栾娄强左查时包连游宿舒"
    )
    | COMMON
)

#: Surnames that are also everyday words: a name built from one needs better evidence.
WORDLIKE = frozenset(
    "卫华松井弓养关爱冒解习古容富秋文冼英万严丰乐于任伏何修农冷况利印厉双司商夏大官宜宫宿封尚居展左巴布帅常平幸广庄库延开强归怀思惠成房扶折支敬方昌明易景晋智暴曲"
    "查柴柔校根桂步武毛水江池沙法泉海温游湖湛满滑火热焦燕牛牧独班甘申畅白皮益相禄种秘程空章童符第简米粘红纪终羊美胜"
    "腾舍良艾花苗英茂荣蓝蒙薄藏虎衣觉计训诸谈谢谷豆贝贡贺费贤越路车载辛通里金钱铁长门闻阳雷青须项顺颜"
    "风饶香马高鱼麦麻黄党单包鼓龙季祝章边钟管元初信督赏占母线安云危牵时伍支康陆党东左汝宁农乌束融康廉丰盛"
) - frozenset("钟施季陆盛康钱汤")

#: Surnames that are above all 虚词 and the like: only 我叫, 姓名： and their kin make a name of them.
CONNECTIVE = frozenset(
    "师权原镇问连席大年来时都有还要家向和后同才当公员应却代过但从经全解知来到别上下无及以所已之其因与此而将令等每各可性心见量面间身次回那战由能留多太好子"
    "孝学守实客容富寸寻山市干庆征怡快意慎户承招改政文斗新旁旷星普朝木本机果格正法泥洋浪清漆潜父率环球生男登皇盖盘监直省眼破社福秋移税"
    "突立端竹笔答筑精素紫繁纵织给绍练能臣致色艺芳若茶草血见观言评谋象贯质起足迎追送道邮部都里量铜锁锦闭音阴院随险零雪霜露静非革领题飞首鲜黑"
    "撒员国图城职伯种办国图印第古商古今主住说再又很最不没"
) - frozenset("第印商种解古容富秋文")

COMPOUND = frozenset(
    """
    欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 长孙 宇文 轩辕 独孤 南宫 闻人 乐正 端木 东郭 申屠
    公冶 公羊 澹台 赫连 濮阳 淳于 单于 太叔 仲孙 钟离 鲜于 闾丘 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 宰父 谷梁 拓跋
    夹谷 百里 呼延 东里 南门 微生 梁丘 左丘 东门 西门 第五 纳兰 完颜 叶赫 段干 羊舌 万俟 屈突 达奚 贺兰 尔朱 哥舒 相里
    """.split()
)

#: Every one-character surname.
ANY = _PLAIN | WORDLIKE | CONNECTIVE

_EVERYDAY = frozenset(
    """
    红马甲 宣传册 田园犬 苏花改 劳健保 劳退金 屈臣氏 戴奥辛 王老吉 李锦记 周大福 周生生 王守义 陈李济 张小泉 吴裕泰 贾宝玉 林黛玉 邮箱
    安置房 安置点 安置费 门岗 于法于理 高标准 高层住 高楼层 高空抛 高分贝 高峰期 任何人 安全员 安装费 时间段 时段内 常年住 单身汉 单行道
    单亲妈 双职工 双休日
    老师们 全职妈 全体业 水电费 水管工 车管所 房管局 房管员 路过人 路人甲 路人乙 方便面 连家门 包工头 管理员 管理者 管家婆
    石材厂 马路边 花圃里 文化站 成年人 易燃品 红灯区 黑车主 黄牛党 卫生间 卫生院 景观带 充电桩 充电口 充电费 祝好 祝安 祝顺
    祝安康 祝愿 谢您 谢了 越来越 计时器 项目部 何去何 平冤
    敬呈 蓝屏 萨克斯 施工图 宣传部 通知书 许可证 安全性 公开赛 盖章 公摊 家人 师范 师资 项目经理 段时间 施工方 施工队 施工员
    经办人 经手人 安保部 甘愿 和谐 何必 何况
    施暴 施虐 施压 载送 占缺 长照 钟点费 高一 高二 高三 高一生 高二生 高三生 双性恋 双宝妈 释宪 单宝妈 占位 安亲班 幸福感 明文规定 明示
    江边 江堤 江畔 海边 石板 石阶 金额 钱款 马桶 牛奶 羊肉 花坛 苗圃 路灯 路边 路面 路口 车主 车位 车棚 车辆 高层 高楼 白漆
    黄线 黄灯 红线 红灯 蓝线 黑烟 宋体 平房 平台 平米 广场 商户 商铺 商场 商家 毛坯 温度 冷风 万元 万户 万家 万人 成员
    """.split()
)


#: Names of two characters that the dictionary counts often enough to pass for words.
_STILL_NAMES = frozenset(
    """
    张宁 李俊 李娜 王平 王明 陈云 杨维 李珊 沈思 胡佳 李鹏 丁丁 李白 赵云 刘翔
    """.split()
)


def _enough(word: str) -> float:
    """From how many counts on a name of the dictionary is an everyday word: 谢谢, and 沙丁鱼 for its first character."""
    if len(word) == 2:
        return 60
    return 10 if len(word) == 3 and word[0] in WORDLIKE - {"巴", "布"} else math.inf


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Words of two to four characters of the segmenter's dictionary that are not personal names.

    The dictionary marks frequent words such as 康复 and 谢谢 as names too; short ones that are frequent stay words.
    """
    kept = set(_EVERYDAY)
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, count, tag = line.split(" ")
        if 2 <= len(word) <= 4 and (tag[:2] != "nr" or int(count) >= _enough(word)):
            kept.add(word)
    return frozenset(kept) - _STILL_NAMES


def is_word(text: str) -> bool:
    """Return whether ``text`` is an everyday word of two to four characters rather than somebody's name."""
    return text in _words()


def surname_length(text: str, start: int) -> int:
    """Return how many characters at ``start`` are a surname: 2 (欧阳), 1 (王) or 0."""
    if text[start : start + 2] in COMPOUND:
        return 2
    return int(text[start : start + 1] in ANY and start < len(text))
