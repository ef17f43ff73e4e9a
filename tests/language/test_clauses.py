import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.language.clauses import find_clauses


def cut(text):
    return [text[c.start : c.end] for c in find_clauses(text)]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("其一，费用由业主承担；其二，巡查改为每日一次。", ["费用由业主承担；", "巡查改为每日一次。"]),
        ("三条:1)一户一个车位;2)别限两辆;3)要有喷淋.", ["三条:", "一户一个车位;", "别限两辆;", "要有喷淋."]),
        ("一是不许停；二是不得充。", ["不许停；", "不得充。"]),
        ("①加灯②加棚", ["加灯", "加棚"]),
        ("第二十条第（三）项太严，建议删除。", ["第二十条第（三）项太严，", "建议删除。"]),
        ("时间23:00到5:00，太长", ["时间23:00到5:00，", "太长"]),
        ("罚款200,000元太高", ["罚款200,000元太高"]),
        ("2.5米的距离不够。", ["2.5米的距离不够。"]),
        ("我有两个想法第一没物业的也得管第二早点施行", ["我有两个想法", "没物业的也得管", "早点施行"]),
        ("孩子第二天要上学，改成九点停", ["孩子第二天要上学，", "改成九点停"]),
        ("第三方评估要公开。第一时间到场。", ["第三方评估要公开。", "第一时间到场。"]),
        ("我住第二层楼道太吵", ["我住第二层楼道太吵"]),
        ("看到通知我第一反应是怎么上班", ["看到通知我第一反应是怎么上班"]),
        ("跑了三家店，第一家说不收，第二家说满了", ["跑了三家店，", "第一家说不收，", "第二家说满了"]),
        ("是合表户价还是阶梯第一档？", ["是合表户价还是阶梯第一档？"]),
        ("他说：“不行。”我说行", ["他说：", "“不行。”", "我说行"]),
    ],
)
def test_cuts_where_a_reader_would(text, clauses):
    assert cut(text) == clauses


def test_marked_clauses_are_known():
    assert [c.marked for c in find_clauses("意见如下：一、删去；二、保留。")] == [False, True, True]


@pytest.mark.parametrize("text", ["", "  \n", "👍👍", "。。。", "——"])
def test_nothing_said_gives_no_clause(text):
    assert find_clauses(text) == []


@given(st.text(alphabet="我们建议，。；：、！？第一二三条（）1.2)①\n 删除abc“”", max_size=60))
def test_clauses_are_ordered_spans_that_lose_no_sentence(text):
    clauses = find_clauses(text)
    last = 0
    for c in clauses:
        assert last <= c.start < c.end <= len(text)
        assert any(ch.isalnum() for ch in text[c.start : c.end])
        last = c.end


def test_numbers_of_days_and_parties_are_no_list_markers():
    assert [c.start for c in find_clauses("第十九天又收到一条短信。")] == [0]
    assert len(find_clauses("建议强制投保第三者险。")) == 1
