"""Personal data in one text: what must be found, what must be left alone, and the masks."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.language.normalize import fold
from jietan.language.personal import PersonalSpan, find_named, find_personal, is_anonymous, submitter_masked

# 【】 marks the span, the word behind the bar its type.
POSITIVE = [
    ("我叫【卫青禾|name】，在菜场卖鱼。"),
    ("本人【郗文举|name】，退休教师，对草案第九条有话说。"),
    ("我是河西村的【鲍有粮|name】，种了一辈子地。"),
    ("我的名字是【简素秋|name】，住在老城。"),
    ("我叫【司徒敏|name】是一名护士。"),
    ("我叫【慕容秋水|name】，今年三十一。"),
    ("【上官云|name】，女，六十五岁，退休工人。"),
    ("居民【田桂香|name】反映，垃圾房夜里没人管。"),
    ("村民【丘大田|name】说水渠堵了三年。"),
    ("业主【张三|name】认为收费太高。"),
    ("居民【李某某|name】称噪声扰民。"),
    ("住户【程某|name】多次投诉。"),
    ("房东【段玉珠|name】、【戚守仁|name】不同意。"),
    ("我老伴【余秀琴|name】，腿脚不便。"),
    ("儿子【蒲小川|name】上小学三年级。"),
    ("联系人：【苗乐山|name】，电话【13900001234|phone】。"),
    ("姓名：【奚望|name】\n电话：【021-65550123|phone】"),
    ("投诉人：【温如玉|name】"),
    ("此致敬礼！【皮定邦|name】 2025年3月8日"),
    ("以上意见请采纳。\n【毕春芳|name】\n2024年11月2日"),
    ("请考虑我们老年人的难处。【葛存善|name】"),
    ("这封信由【宁采臣|name】执笔，大家签了名。"),
    ("执笔人：【尚可为|name】"),
    ("我姓【苏名一鸣|name】，是个快递员。"),
    ("【匡直|name】，身份证【110101199003070011|id_card】，请核实。"),
    ("【巫小满|name】（身份证号：【110101199003070011|id_card】）实名反映。"),
    ("【阎九龄|name】，今年七十九岁，独居。"),
    ("【邰宝根|name】，住石桥镇。"),
    ("【翁同和|name】 【138 0000 1234|phone】"),
    ("我叫【買買提·艾山|name】，开了家餐馆。"),
    ("他们的法定代表人：【倪万金|name】，早就不见人影。"),
    ("向【覃少游|name】同志学习。"),
    ("我叫【歐陽靜|name】，住九龍。"),
    ("有个叫【甘来福|name】的人天天来收钱。"),
    ("业主：【蓝先生|honorific】，养了一条狗。"),
    ("来电人：【芮女士|honorific】。反映狗吠。"),
    ("【张先生|honorific】说养狗要拴绳。"),
    ("隔壁【王阿姨|honorific】每天遛狗不牵绳。"),
    ("楼下【顾阿婆|honorific】被吓着了。"),
    ("请联系【项经理|honorific】。"),
    ("修车的【郎师傅|honorific】人很好。"),
    ("我和【老孟|honorific】都同意。"),
    ("社区的【小陶|honorific】来登记过。"),
    ("【欧阳老师|honorific】讲得对。"),
    ("电话【199 0000 1130|phone】，随时可打。"),
    ("手机：【138-0000-1234|phone】"),
    ("打【１３９００００１２３４|phone】找我。"),
    ("联系方式【+86 13900001234|phone】"),
    ("我的号码是【一九九零零零零一二三四|phone】"),
    ("座机【0571-88001234|phone】，白天有人。"),
    ("座机【(010)65551234|phone】转告即可。"),
    ("家里电话【65551234|phone】。"),
    ("他们的客服【400-820-0000|phone】根本打不通。"),
    ("手机【139.0000.1234|phone】"),
    ("身份证号码为【11010119900307001 1|id_card】"),
    ("身份证【５１０１０１１９８５０１０１００１１|id_card】"),
    ("老身份证号【110101500101001|id_card】"),
    ("身分證號【110101194912310024|id_card】"),
    ("证件号【440101198001010025|id_card】"),
    ("退款打到【6222020000000000000|bank_card】"),
    ("卡号：【6228 4800 0000 0000 018|bank_card】，户名是我。"),
    ("退到我账户【3301 0000 1234 5678|bank_card】就行。"),
    ("请回复【liu.mang@example.org|email】"),
    ("邮箱：【abc_123＠example.com|email】"),
    ("微信号：【lao_wang99|wechat】"),
    ("加V【xiaochen2020|wechat】详谈"),
    ("QQ【123456789|qq】"),
    ("QQ号是【87654321|qq】，可以加我"),
    ("我家住【桂花园3栋2单元501室|address】，楼上漏水。"),
    ("家住【望江区柳林街道春风里12号楼303室|address】。"),
    ("住在【东湖路88弄6号1102室|address】的老人。"),
    ("地址：【松山市河东区建设路15号院2号楼1单元402|address】"),
    ("我是【翠湖天地9幢1801室|address】的业主。"),
    ("【梧桐苑甲3栋二单元四零二室|address】长期群租。"),
    ("家庭住址：【清水镇白石村三组12号|address】"),
    ("我住【锦绣家园6-2-301|address】。"),
    ("我家住 【阳光小区 5 号楼 2 单元 301 室|address】，冬天太冷。"),
    ("住【向阳胡同7号院3排5号|address】。"),
    ("姓名：【沈 河|name】"),
    ("业主【戚守仁|name】（【13900001234|phone】）要求公开账目。"),
    ("我妻子【郁小冬|name】是护士。"),
    ("来信人：【满江红|name】"),
    ("我的车海州B40127被刮".replace("海州B40127", "【海州B40127|plate】")),
    ("我是养老院护理员【鲜于静|name】。"),
    ("【阿卜杜·买买提|name】说两句。"),
    ("我爸叫【厉国良|name】，去年走丢过。"),
    ("联名人：【汤国强|name】 【殷秀梅|name】 【孟凡林|name】"),
    ("以上。\n市民 【罗阳|name】\n2025年7月1日"),
    ("家里地址我不写了，【向先生|honorific】知道。"),
    ("他的车【京A12345|plate】天天堵门。"),
    ("新能源车【粤BD12345|plate】占位。"),
    ("车牌号【浙A·8K521|plate】"),
    ("我的电动车（【海州B40127|plate】）被偷了。"),
    ("牌照【海州K00316|plate】的三轮车"),
    ("车牌为【沪C1234学|plate】的教练车"),
    ("统一社会信用代码【91110000600037341L|credit_code】的公司"),
    ("护照号码【E12345678|document】"),
]

NEGATIVE = """
小区18号楼的灯坏了 | 2025年6月5日至7月5日公开征求意见 | 罚款5000元以上2万元以下 | 第十八条第三款应当删除
12345热线没人接 | 请打12345，不要打110 | 禁止张贴公告 | 老人家腿脚不便 | 孩子天天玩王者荣耀 | 物业应当公示账目
高层住宅怎么办 | 何时才能解决 | 任何单位和个人不得占用 | 安全管理不到位 | 陶瓷厂旁边的路 | 江湾区柳港镇的采集点
张江高科公司的停车场 | 白天没人，晚上停不下 | 卖黄花菜的摊位 | 方便群众办事 | 时间太短，建议延长 | 易燃易爆物品不能进楼
居民张贴小广告的现象很多 | 居民高度关注此事 | 居民应当配合 | 居民白天上班，晚上才能充电 | 业主方便最重要
业主委员会和物业公司 | 业主常年不在家 | 业主都怕麻烦 | 村民自治要落实 | 村民何去何从 | 老师们很辛苦
小区、老区、新区都一样 | 小时候这里是河 | 小车停在大车旁边 | 小康社会 | 老城区改造 | 老路不好走 | 老党员带头
本人和家人都支持 | 本人强烈建议提高标准 | 本人高度赞同 | 我是业主，我支持 | 我是单亲妈妈 | 我是安全员 | 我是双职工家庭
我是江湾区的，来提个意见 | 我是本地人 | 我叫他们来修，不来 | 我叫了三次物业 | 我叫物业来处理 | 我叫车叫不到
我姓夏，夏天的夏 | 签名同意的人很多 | 签字盖章后生效 | 请法人代表出面 | 联系人要写清楚 | 向老师反映过 | 和老师沟通
对医生不尊重 | 公安局长接待日 | 班主任很负责 | 交通局局长信箱 | 水利局领导来过 | 居委会主任换了三个 | 城管同志辛苦了
有关同志请重视 | 充电桩要建在3号楼前 | 3号楼2单元没有电梯 | 中山路12号的店门口很乱 | 建设路沿线商铺 | 住在高楼里的人
我住三楼，充电不方便 | 住六楼以上的老人 | 每平方米3500元 | 面积120平方米，价格1380000元
2024-2025年度预算 | 文号：国发〔2021〕23号 | 编号2025060512345 | 型号A12345的充电器
A3区A市都一样 | 在新G60高速路口 | 车牌还没上，怎么办 | 临江市人民代表大会常务委员会 | 根据民法典第二百七十八条
微信支付和微信公众号都要能用 | QQ群里吵翻了 | QQ音乐 | 不少于3000000元 | 1000-2000元 | 百分之三十
GB 17761-2018 | 20250605001 | 13:30-15:00 | 130000平方米的广场 | 祝工作顺利，谢谢！
谢谢领导 | 望采纳。谢谢 | 支持！坚决支持！ | 马上整改 | 金额太高 | 钱款退还 | 成年人也要戴头盔 | 江边的步道
石板路太滑 | 水电费太贵 | 关于第九条的意见 | 于是大家都来了 | 施工单位深夜作业 | 万一着火怎么办 | 全体业主表决
包括我在内 | 常委会的同志你们好 | 经理说不归他管 | 小陈列室 | 公卫护士太辛苦 | 学生师比太高 | 住在国道7号旁边
住在地铁3号线边上 | 老王八蛋别乱说 | 养犬人应当及时清理 | 邻居家的狗半夜叫 | 邻居都说受不了 | 司机应当礼让行人
司机师傅从不停车 | 孩子高兴就好 | 孩子何时能上学 | 家长代表发言 | 学生平时住校 | 学生都有意见 | 老人常常摔倒
患者费用太高 | 工人时常加班 | 代表建议很好 | 群众应知尽知 | 员工白干了 | 房东关门了 | 律师费谁出 | 医生说没事
护士长来了 | 保安管不了 | 经理马上到 | 党员先上 | 本人于2020年购房 | 本人系退休教师 | 本人是老党员
本人强烈反对，请考虑 | 我是农民，种地的 | 我是常住居民 | 我是方案的支持者 | 我是高新区的居民 | 我是党员。
我是车主，我反对 | 我是司机，跑夜班 | 名为创新，实为收费 | 签字：同意 | 意见：无 | 电话没人接 | 高峰，电话打不通
平时，住校 | 成都，男足
"""


def _parse(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, spans = "", []
    for piece in re.split(r"(【[^】]*】)", marked):
        if piece.startswith("【"):
            words, kind = piece[1:-1].rsplit("|", 1)
            spans.append((len(text), len(text) + len(words), kind))
            text += words
        else:
            text += piece
    return text, spans


@pytest.mark.parametrize("marked", POSITIVE)
def test_finds_exact_spans(marked: str) -> None:
    text, wanted = _parse(marked)
    assert [(span.start, span.end, span.type) for span in find_personal(text)] == wanted


def _sentences() -> tuple[list[str], list[str]]:
    """Sentences of many registers: those that are right, and those that are known to be wrong."""
    lines = Path(__file__).with_name("personal_sentences.txt").read_text("utf-8").splitlines()
    known = lines.index("# 还认不出的")
    return [line.replace("\\n", "\n") for line in lines[1:known]], [line.replace("\\n", "\n") for line in lines[known + 1 :]]


@pytest.mark.parametrize("marked", _sentences()[0])
def test_finds_exact_spans_in_many_registers(marked: str) -> None:
    text, wanted = _parse(marked)
    assert [(span.start, span.end, span.type) for span in find_personal(text)] == wanted


@pytest.mark.parametrize("marked", _sentences()[1])
def test_what_is_missed_is_known(marked: str) -> None:
    text, wanted = _parse(marked)
    found = [(span.start, span.end, span.type) for span in find_personal(text)]
    assert found != wanted, "读懂了：请把这一句移到上面"
    assert all(any(start < b and a < end for a, b, _ in wanted) for start, end, _ in found)


@pytest.mark.parametrize("text", [text.strip() for text in re.split(r"[|\n]", NEGATIVE) if text.strip()])
def test_leaves_alone(text: str) -> None:
    assert [(text[span.start : span.end], span.type) for span in find_personal(text)] == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫张祥，住城东。", "张*"),
        ("我叫张小祥，住城东。", "张*祥"),
        ("我叫闻人杏，住城东。", "闻人*"),
        ("我叫闻人秋水，住城东。", "闻人**"),
        ("姓名：沈 河", "沈*"),
        ("张先生来过", "*先生"),
        ("欧阳老师来过", "*老师"),
        ("我和老孟商量过", "老*"),
        ("电话199 0000 0001", "199****0001"),
        ("电话+86 199-0000-0001", "199****0001"),
        ("电话0571-88001234", "057*****1234"),
        ("电话65551234", "6*****34"),
        ("身份证329901194105020240", "329901********0240"),
        ("身份证44010119800101002x", "440101********002x"),
        ("卡号6200 0000 0000 0012 344", "6200***********2344"),
        ("邮箱mingyue@example.net", "m***@example.net"),
        ("家住沿河苑2幢1单元101室", "沿河苑2幢*单元*室"),
        ("家住沿河苑3号楼502室", "沿河苑3号楼*室"),
        ("住望潮街道潮音里十八号三零二室", "望潮街道潮音里*号*室"),
        ("我的车（临江C90021）", "临江C***21"),
        ("微信：laowang99", "l***"),
        ("QQ：123456789", "1***"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert [span.masked for span in find_personal(text)][-1] == masked


_SNIPPETS = st.sampled_from(
    [
        "我叫冷疏影，",
        "本人史远樵，",
        "业主张三",
        "张先生",
        "欧阳老师",
        "手机199 0000 1130",
        "１９９００００１１３０",
        "一九九零零零零一一三零",
        "身份证329901194105020240",
        "卡号6200000000000012344",
        "houyw@example.com",
        "微信号abc_12345",
        "QQ12345678",
        "车牌临江C90021",
        "住沿河新村3号楼105室",
        "第十八条第三款",
        "罚款5000元",
        "。",
        "，",
        "\n",
        "👍",
        "𠮷",
        "繁體",
    ]
)
_TEXTS = st.lists(_SNIPPETS | st.text(max_size=8), max_size=14).map("".join)
_NUMBERED = {"phone", "id_card", "bank_card", "credit_code", "document", "qq"}


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


@given(_TEXTS)
def test_spans_are_sound(text: str) -> None:
    spans = find_personal(text)
    assert spans == find_personal(text)
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
    for span in spans:
        original = text[span.start : span.end]
        assert span.masked
        assert "*" in span.masked
        assert span.masked != original
        if span.type in _NUMBERED and len(_digits(original)) > 4:
            assert _digits(original) not in _digits(span.masked)
        if span.type == "address":
            assert not _digits(re.sub(r"[0-9A-Za-z甲乙丙丁]+(?=号?[楼栋幢座])", "", fold(span.masked)))


def test_a_name_found_once_is_masked_everywhere() -> None:
    text = "我叫冷疏影，是护士。冷疏影反对第九条。"
    assert [text[span.start : span.end] for span in find_personal(text)] == ["冷疏影", "冷疏影"]


def test_empty_text() -> None:
    assert find_personal("") == []


def test_span_is_ordered_by_place() -> None:
    assert PersonalSpan(1, 2, "name", "张*") < PersonalSpan(3, 4, "name", "李*")


def test_long_text_takes_linear_time() -> None:
    find_personal("我叫冷疏影，")
    text = "小区3号楼的灯坏了，居民张三打电话19900001130反映，罚款5000元太多。" * 400
    started = time.perf_counter()
    find_personal(text)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("cell", "masked"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("匿名", "匿名"),
        ("柳港村 陶有田", "柳港村 陶*田"),
        ("物业企业 应诉专员", "物业企业 应诉专员"),
        ("网友铁西老钳工", "网友铁西老钳工"),
        ("A00074011", "A******11"),
        ("潮音里 张女士", "潮音里 *女士"),
        ("某业主", "某业主"),
        ("欧阳砚", "欧阳*"),
        ("某律所主任 欧阳砚", "某律所主任 欧阳*"),
        ("祝清和律师", "祝*和律师"),
        ("段知非 律师", "段*非 律师"),
        ("（署名：尹万成）", "（署名：尹*成）"),
        ("锦帆花园业委会委员 闵", "锦帆花园业委会委员 *"),
        ("快递站点负责人（覃）", "快递站点负责人（*）"),
        ("石埠 小可", "石埠 小可"),
        ("柳港 河边人家", "柳港 河边人家"),
        ("路人甲", "路人甲"),
        ("19900001130", "199****1130"),
        ("李婉儀", "李*儀"),
        ("市民来电（王女士）", "市民来电（*女士）"),
        ("风吹麦浪", "风吹麦浪"),
    ],
)
def test_submitter(cell: str | None, masked: str | None) -> None:
    assert submitter_masked(cell) == masked


@pytest.mark.parametrize(
    "cell", [None, "", "匿名", "（匿名）", "匿名用户", "无", "空", "（空）", "不愿透露姓名", "未署名", "网友", "某业主", "-", "热心市民"]
)
def test_anonymous(cell: str | None) -> None:
    assert is_anonymous(cell)


@pytest.mark.parametrize("cell", ["陶有田", "潮音里 张女士", "网友铁西老钳工", "A00074011", "某律所主任 欧阳砚", "夜班质检", "李某某"])
def test_not_anonymous(cell: str) -> None:
    assert not is_anonymous(cell)


@given(st.text(max_size=30))
def test_submitter_never_fails(cell: str) -> None:
    masked = submitter_masked(cell)
    assert (masked is None) == (not cell.strip())
    assert not re.search(r"\d{5}", masked or "")


@pytest.mark.parametrize("name", ["卫禾", "卫青禾", "司徒秋水"])
@given(st.text(max_size=20))
def test_known_names_end_where_the_text_ends(name: str, before: str) -> None:
    text = before + name
    spans = find_named(text, {name})
    assert spans[-1] == (len(text) - len(name), len(text))
    assert all(text[start:end] == name for start, end in spans if fold(text[start:end]) == text[start:end])


def test_names_are_found_wherever_they_begin() -> None:
    names = {"欧阳小祥", "欧阳", "阳小", "张祥", "张.祥"}
    text = "张张祥、欧阳小祥与欧阳明，阳小区张*祥张.祥张"
    assert [text[a:b] for a, b in find_named(text, names)] == ["张祥", "欧阳小祥", "欧阳", "阳小", "张.祥"]
    assert find_named(text, set()) == []
