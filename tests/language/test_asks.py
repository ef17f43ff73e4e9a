import pytest

from jietan.language import asks
from jietan.language.asks import Ask, any_opposed, overlap, read_ask


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("应当允许在架空层停放", "不应当允许在架空层停放"),
        ("支持物业上锁搬移", "不支持物业上锁搬移"),
        ("公示期三十日比较合适", "公示期六十日比较合适"),
        ("罚款从200元起", "罚款从2000元起"),
        ("罚款标准应当提高", "罚款标准应当降低"),
        ("这一款应当保留", "这一款应当删除"),
        ("费用应当由政府承担，不应当由个人承担", "费用应当由个人承担，不应当由政府承担"),
        ("主管部门应当是公安机关，不应当是城管", "主管部门应当是城管，不应当是公安机关"),
        ("最高限速十五公里", "最低限速十五公里"),
        ("每户限养一只", "每户限养两只"),
    ],
)
def test_opposites_and_other_numbers_never_agree(a, b):
    assert read_ask(a).opposes(read_ask(b))
    assert read_ask(b).opposes(read_ask(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("罚款二百元太少", "罚款200元太少"),
        ("公示期改为三十日", "公示期改为30天"),
        ("夜里不让充电，删掉这一项", "请拿掉夜间禁止充电的规定"),
        ("建议延长公示期", "公示期太短，建议延长到三十日"),
    ],
)
def test_restatements_do_not_oppose(a, b):
    assert not read_ask(a).opposes(read_ask(b))


def test_overlap_is_of_the_shorter_text():
    assert overlap(read_ask("建议延长公示期"), read_ask("公示七天太短，建议延长公示期到三十日")) == 1.0
    assert overlap(read_ask(""), read_ask("公示")) == 0.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("应当允许在河边摆摊，搭了棚子就不会淋雨。", "不应当允许在河边摆摊，搭了棚子也不能保证不淋雨。"),
        ("建议夜市保险实行强制购买", "建议夜市保险应当自愿购买"),
        ("应当以同街自治为原则", "拒绝以同街自治为原则"),
    ],
)
def test_an_even_number_of_negations_still_opposes(a, b):
    assert read_ask(a).opposes(read_ask(b))
    assert read_ask(b).opposes(read_ask(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("电梯维修费应当由业主承担", "修电梯的钱该物业出"),
        ("凭什么让物业公司掏这笔钱", "这笔钱应当由物业服务人支付"),
        ("加装费用政府出资", "加装费用由居民自己负担"),
        ("公示十五天就够了", "公示期一个月比较合适"),
        ("夜间巡逻一次太少了，应当增加", "夜间巡逻降为一次即可"),
        ("押金上限提到十万", "押金能不能降到一万以内"),
    ],
)
def test_other_payers_lengths_of_time_and_wishes_oppose(a, b):
    assert read_ask(a).opposes(read_ask(b))
    assert read_ask(b).opposes(read_ask(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("公示不能只有七天，起码一个月", "公示期不少于三十日"),
        ("修好的时限压到一天", "修好的时限缩短为24小时"),
        ("草案要求由业主承担，我不同意", "这笔钱应当政府出资"),
        ("补建三年太长", "补建期限缩短为一年"),
    ],
)
def test_equal_times_and_reported_payers_do_not_oppose(a, b):
    assert not read_ask(a).opposes(read_ask(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("保洁费按月交", "保洁费按季度交"),
        ("保洁的工钱应当一周结一次", "保洁的工钱应当一天结一次"),
        ("黄色预警就应当停课", "红色预警才应当停课"),
        ("不应当永久吊销摊位证，总要给条活路", "就应当永久吊销摊位证，卖假货的不能再摆"),
        ("应当公开处罚名单", "不得公开处罚名单，家里人抬不起头"),
    ],
)
def test_other_periods_colours_and_refused_demands_oppose(a, b):
    one, other = read_ask(a), read_ask(b)
    assert one.opposes(other)
    assert other.opposes(one)


@pytest.mark.parametrize(("a", "b"), [("每年查一次", "一年查一次就行"), ("应当公开处罚名单", "名单要公开"), ("红灯要亮", "红色的灯要亮")])
def test_equal_periods_colours_and_demands_do_not_oppose(a, b):
    assert not read_ask(a).opposes(read_ask(b))


def test_words_that_keep_the_draft_are_seen():
    assert read_ask("草案这样定是对的").keeps
    assert read_ask("维持不变就好").keeps
    assert not read_ask("应当改为七日").keeps


def test_an_ask_keeps_words_and_makes_sets_of_them():
    ask = read_ask("不应当罚款，建议改为警告")
    assert ask.said == "不应当罚款建议改为警告"
    assert {"应当", "罚款", "警告"} <= ask.grams
    assert ask.letters == frozenset(ask.said)
    assert ask.turned == ("罚款建议改为警",)
    assert "罚款" in ask.negated
    assert "应当" not in ask.negated


def test_of_very_many_asks_only_some_are_compared(monkeypatch):
    many = [read_ask(f"第{k}处公示期应当是三十日") for k in range(40)]
    other = read_ask("公示期应当是七日")
    assert any_opposed(many, [other])
    looked: list[int] = []
    monkeypatch.setattr(Ask, "opposes", lambda a, b: looked.append(id(a)) is not None)
    monkeypatch.setattr(asks, "_COMPARED", 10)
    assert not any_opposed([*many, *many], [other])
    assert len(looked) == len(set(looked)) == 10
    looked.clear()
    assert not any_opposed(many[:8] * 3, [other])
    assert len(looked) == 8
