import pytest

from jietan.language.lexicon import Lexicon
from jietan.law.amend import apply, change_amounts, change_modality, changes
from jietan.law.amounts import amount_changes
from jietan.law.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("original", "demand", "changed"),
    [
        ("公告期为三十日；公告期满无人认领的", "公告十五天就行了", "公告期为十五日；公告期满无人认领的"),
        ("处二百元以上五百元以下罚款。", "改为一千元以上五千元以下", "处一千元以上五千元以下罚款。"),
        ("不低于总数百分之三十的比例", "30%低了，起码50%", "不低于总数百分之五十的比例"),
        ("自施行之日起三年内完成", "三年太长，一年", "自施行之日起一年内完成"),
        ("四十八小时内予以修复", "改成24小时", "二十四小时内予以修复"),
        ("自施行之日起六个月内安装", "六个月期限过短，建议延长至一年", "自施行之日起一年内安装"),
        ("四十八小时内予以修复", "48小时太短，改为三天", "三日内予以修复"),
        ("处五千元以上三万元以下罚款", "处二千元以上一万元以下", "处二千元以上一万元以下罚款"),
        ("处五千元以上五万元以下罚款", "罚五千起步太重，降到五百元以上五千元以下", "处五百元以上五千元以下罚款"),
        ("不得在每日二十二时至次日六时进行", "放到十点，孩子要上学，改成晚上九点就停", "不得在每日二十一时至次日六时进行"),
        ("每日十八时至次日八时、十二时至十四时", "晚上六点就停太早，应到晚上八点", "每日二十时至次日八时、十二时至十四时"),
    ],
)
def test_changes_exactly_the_amounts(original, demand, changed):
    assert change_amounts(original, demand) == changed


@pytest.mark.parametrize(
    ("original", "demand"),
    [
        ("公告期为三十日", "三十日正好"),
        ("公告期为三十日", "太长了"),
        ("公告期为三十日", "罚五百元"),
        ("十日内报告，三十日内办结", "改成五日"),
        ("公告期为三十日", "十五日或者六十日都行"),
        ("每日十八时至二十四时", "延长到凌晨一点，一点也行"),
        ("处二百元以上五百元以下罚款", "改成三百元以上一百元以下"),
    ],
)
def test_keeps_quiet_where_the_change_is_not_certain(original, demand):
    assert change_amounts(original, demand) is None


def test_changes_one_modal_word():
    assert change_modality("区政府可以给予补助。", "把“可以”改为“应当”") == "区政府应当给予补助。"
    assert change_modality("鼓励建设换电设施。", "不能光写“鼓励”，要写应当") == "应当建设换电设施。"
    assert change_modality("可以补助，可以减免。", "把“可以”改为“应当”") is None
    assert change_modality("应当补助。", "把“可以”改为“应当”") is None


@pytest.mark.parametrize(
    ("demand", "changed"),
    [
        ("节假日后面加“和双休日”。", "法定节假日和双休日不得施工。"),
        ("在节假日之后增加“以及高考期间”", "法定节假日以及高考期间不得施工。"),
        ("春节后面加“和双休日”", None),
    ],
)
def test_words_put_behind_others(demand, changed):
    original = "法定节假日不得施工。"
    made = changes(original, demand, Vocabulary([original], Lexicon(())))
    assert (apply(original, made[0]) if made else None) == changed


@pytest.mark.parametrize(
    ("original", "demand", "text"),
    [
        ("家庭成员应当经常探望。", "“经常看望”改为“每月不少于一次”，家庭成员才会来", "家庭成员应当每月至少探望一次。"),
        ("企业应当定期检测水质，并公布结果。", "“定期检测”请明确为每年两次；", "企业应当每年至少检测水质二次，并公布结果。"),
        ("企业应当定期对供水设施和水质进行检测。", "检测改为每半年一次", "企业应当每半年至少一次对供水设施和水质进行检测。"),
        ("经营者应当及时处理投诉。", "投诉要在三天内处理，别写及时", "经营者应当在三日内处理投诉。"),
        ("处五十元以上二百元以下罚款。", "罚两百块太轻，起码五百，", "处五十元以上五百元以下罚款。"),
        ("处二千元以上一万元以下罚款。", "小店能不能五百块起罚", "处五百元以上一万元以下罚款。"),
        ("处二千元以上一万元以下罚款。", "封顶拉到二十万！", "处二千元以上二十万元以下罚款。"),
        ("电池使用满五年的，应当更换。", "建议修改为经检测不合格的应当更换。", "电池经检测不合格的，应当更换。"),
        ("不得在室内存放蓄电池。", "建议限定为锂离子蓄电池，", "不得在室内存放锂离子蓄电池。"),
    ],
)
def test_vague_words_fines_cases_and_kinds(original, demand, text):
    found = changes(original, demand, Vocabulary([original], Lexicon(())))
    assert found
    assert apply(original, found[0]) == text


@pytest.mark.parametrize(
    ("original", "demand"),
    [
        ("处五十元以上二百元以下罚款。", "五万太少，罚到二十万。"),
        ("企业应当定期检测水质。", "我们每年聚餐一次"),
        ("经营者应当及时处理投诉。", "车位三天内划好"),
    ],
)
def test_amounts_of_other_matters_change_nothing(original, demand):
    assert changes(original, demand, Vocabulary([original], Lexicon(()))) == []


@pytest.mark.parametrize("said", ["罚款改为{}元", "押金不得超过{}%", "公示期由七日改为{}个月"])
def test_a_number_that_no_words_can_say_ends_nothing(said):
    original = "公示期为七日，押金不得超过百分之十，违反的处一百元以上三百元以下罚款。"
    vocabulary = Vocabulary([original], Lexicon(()))
    demand = said.format("9" * 17)
    assert isinstance(changes(original, demand, vocabulary), list)
    assert vocabulary.legal(demand)[0]


@pytest.mark.parametrize("number", ["五五百", "百百", "二十三十", "千五千"])
@pytest.mark.parametrize(
    ("original", "said"),
    [
        ("违反规定的，处一百元以上三百元以下罚款。", "罚款从{}起，罚款{}，太轻"),
        ("违反规定的，处一百元以上三百元以下罚款。", "罚款上限改为{}，最高{}"),
        ("公示期为七日。", "公示期由七日改为{}。"),
        ("每户可以登记一辆车。", "每户应当登记{}辆车"),
        ("每半年组织检查一次。", "每个月至少检查{}次"),
        ("应当定期检查。", "每个月检查{}次"),
    ],
)
def test_a_garbled_number_is_no_amount(original, said, number):
    demand = said.format(number, number)
    assert isinstance(changes(original, demand, Vocabulary([original], Lexicon(()))), list)
    assert not any(number in c.words for c in amount_changes(original, demand))
