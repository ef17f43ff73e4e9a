from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.language.asks import read_ask
from jietan.language.numerals import find_quantities, parse_article, parse_item, parse_number
from jietan.language.wording_of_numbers import format_article, format_item, format_number, format_percent


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**12))
def test_whole_numbers_round_trip(value):
    assert parse_number(format_number(value)) == value
    assert parse_number(str(value)) == value
    assert parse_number(f"{value:,}") == value


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=99_999))
def test_decimals_round_trip(value):
    assert parse_number(format_number(value / 100)) == pytest.approx(value / 100)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=2000), st.integers(min_value=0, max_value=30))
def test_article_labels_round_trip(number, sub):
    assert parse_article(format_article(number, sub)) == (number, sub)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=99))
def test_items_round_trip(number):
    assert parse_item(format_item(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一百零二", 102), ("两", 2), ("〇", 0), ("二〇二六", 2026), ("廿三", 23), ("卅", 30), ("三百五", 350),
        ("三百零五", 305), ("一万二", 12000), ("两万五千", 25000), ("１２", 12), ("1.5万", 15000), ("3千", 3000),
        ("零点五", 0.5), ("百分之三十", 0.3), ("30%", 0.3), ("３０％", 0.3), ("壹佰", 100), ("兩萬", 20000),
        ("十五亿", 1.5e9),
    ],
)  # fmt: skip
def test_spellings(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "甲", "三三百", "十二条", "1a", "点五"])
def test_not_a_number(text):
    with pytest.raises(ValueError, match="不是数字"):
        parse_number(text)


def test_labels():
    assert parse_article("第２０條") == (20, 0)
    assert parse_article("第十八条之一") == (18, 1)
    assert parse_item("第（四）项") == 4
    assert parse_item("3项") == 3
    assert format_percent(0.305) == "百分之三十点五"
    with pytest.raises(ValueError, match="条文"):
        parse_article("第二款")


def amounts(text):
    return [(q.value, q.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("处二百元以上五百元以下罚款", [(200, "元"), (500, "元")]),
        ("三十日内", [(30, "日")]),
        ("七个工作日，不是七天", [(7, "工作日"), (7, "日")]),
        ("每日二十三时至次日五时", [(23, "时"), (5, "时")]),
        ("晚上十一点到早上5点", [(23, "时"), (5, "时")]),
        ("夜里三点", [(3, "时")]),
        ("下午3点半", [(15.5, "时")]),
        ("九点结束就好了，十点太晚，小孩睡不着", [(21, "时"), (22, "时")]),
        ("早上九点才开门", [(9, "时")]),
        ("九点开门太晚，上班赶不上", [(9, "时")]),
        ("23点断电", [(23, "时")]),
        ("23:30停", [(23.5, "时")]),
        ("百分之三十", [(30, "%")]),
        ("20-30%", [(20, "%"), (30, "%")]),
        ("三分之二以上", [(66.6667, "%")]),
        ("零点五个车位", [(0.5, "个")]),
        ("2026年1月1日起", [(20260101, "日期")]),
        ("二〇二六年", [(20260000, "日期")]),
        ("2-3万元", [(20000, "元"), (30000, "元")]),
        ("1.5万元", [(15000, "元")]),
        ("三至五日", [(3, "日"), (5, "日")]),
        ("一年半", [(1.5, "年")]),
        ("半个月", [(0.5, "个月")]),
        ("两个半小时", [(2.5, "小时")]),
        ("一块八一度电", [(1.8, "元"), (1, "千瓦时")]),
        ("３０日", [(30, "日")]),
        ("兩個月", [(2, "个月")]),
        ("70㎡", [(70, "平方米")]),
        ("限速25km/h", [(25, "公里/小时")]),
    ],
)
def test_quantities(text, expected):
    assert amounts(text) == expected


@pytest.mark.parametrize("text", ["第三次", "第十八条第二款", "我提三点意见", "提两点：一是", "一时糊涂", "十二条一款", "①新建"])
def test_no_quantities(text):
    assert amounts(text) == []


def test_two_spellings_agree_and_two_amounts_differ():
    assert amounts("200元") == amounts("二百元")
    assert amounts("三十日") == amounts("30天")
    assert amounts("三十日") != amounts("六十日")
    assert amounts("罚款200元") != amounts("罚款2000元")
    assert amounts("七日") != amounts("七个工作日")


@settings(deadline=None)
@given(st.text(alphabet="一二三十百零点半两0123456789.%％元日天个月年时点：:万，。第条至到-个工作 ", max_size=40))
def test_spans_hold(text):
    found = find_quantities(text)
    assert all(text[q.start : q.end] == q.text and q.text for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("unit", ["亿", "万", "一亿", "百分之", "点", "十", "卅", "9"])
def test_a_number_that_never_ends_is_none(unit: str) -> None:
    text = unit * 5000
    with pytest.raises(ValueError, match="不是数字"):
        parse_number(text)
    assert read_ask(f"建议改为{text}元").numbers is not None
    assert all(q.value == q.value for q in find_quantities(text + "元"))


@pytest.mark.parametrize(
    ("value", "written"),
    [(10**16, "1" + "0" * 16), (float("inf"), "inf"), (0.00005, "零点零零零零五"), (1e-13, "零"), (9 * 10**15, "九千万亿")],
)
def test_numbers_without_words_are_written_all_the_same(value, written):
    assert format_number(value) == written
