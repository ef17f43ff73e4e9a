from jietan.letters import short_title, shortened
from jietan.naming.kinds import kind_titles
from jietan.naming.tokens import Terms, clauses
from jietan.naming.weights import Group, weigh

STOPPED = ["K3县松柏小区停车收费太贵", "A4区清泉小区停车收费乱", "松涛小区停车收费没有公示"]
PAID = ["恒昌公司拖欠工资半年", "K8县农民工被拖欠工资", "楼盘建筑工人拖欠工资不给"]


def titles(*groups):
    terms = Terms()
    asks = [[([f"o{k}"], clauses(head, terms, places=True)) for k, head in enumerate(heads)] for heads in groups]
    weights = weigh([Group(a, {o: 1.0 for ids, _ in a for o in ids}) for a in asks]).of
    return [kind_titles(a, w) for a, w in zip(asks, weights, strict=True)]


def test_a_kind_is_called_by_the_words_its_heads_share_without_the_places():
    stopped, paid = titles(STOPPED, PAID)
    assert stopped[0].text == "停车收费"
    assert paid[0].text == "拖欠工资"
    assert not any("县" in t.text or "松柏" in t.text for t in (*stopped, *paid))
    assert paid[0].parts[0].opinions == ("o0", "o1", "o2")


def test_heads_that_share_nothing_give_no_title():
    assert titles(["路灯坏了很久", "咨询公积金提取"], STOPPED)[0] == []


def test_a_head_too_long_for_a_title_loses_its_county_and_then_its_beginning():
    assert short_title("A市A4区安平驾校违反规定拒绝退档退费", 16) == ""
    assert shortened("A市A4区安平驾校违反规定拒绝退档退费", 16) == "安平驾校违反规定拒绝退档退费"
    assert shortened("2013年B6县执业医师注册何时能够下来？", 16) == "2013年B6县执业医师注册"
    cut = shortened("投诉K3县茅竹镇板桥村永发养猪场常年污染环境无人管理", 16)
    assert cut.endswith("污染环境无人管理")
    assert 8 <= len(cut) <= 16
