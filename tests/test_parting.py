"""Which asks make one suggestion, and where it goes."""

import pickle

import numpy as np
import pandas as pd
import pytest

from jietan.asked import Opinion, allows, target, with_most
from jietan.language.asks import read_ask
from jietan.linked import Link
from jietan.parting import Kinship, part_asks
from jietan.sameness import Judge, load_model
from jietan.vectors import Vectors


def link(article, confidence, basis="retrieved", rank=1, item=None):
    return Link("甲条例", article, article, None, item, basis, rank, confidence)


def opinion(k, text, links=(), new=False, operation="修改", stance="modify"):
    return Opinion(f"O{k}", f"C{k}", text, "建议", stance, operation, f"U{k}", read_ask(text), tuple(links), new, True)


def kinship(opinions, matrix):
    columns = {"kind": [o.kind for o in opinions], "stance": [o.stance for o in opinions], "operation": [o.operation for o in opinions]}
    labels = pd.DataFrame({"opinion_id": [o.opinion_id for o in opinions], **columns})
    for name in columns:
        labels[f"{name}_probability"] = 0.9
    rows = np.array(matrix, np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Kinship(opinions, labels, Vectors([o.opinion_id for o in opinions], rows), Judge(load_model()))


SAME = [opinion(1, "公示期应当延长到三十日"), opinion(2, "建议公示期延长为三十日"), opinion(3, "公示期应当延长到六十日")]


def test_the_same_ask_is_one_part_and_another_number_another():
    parts = part_asks(SAME, kinship(SAME, [[1, 0, 0.01], [1, 0.01, 0], [1, 0, 0.02]]), -3.0)
    assert sorted(sorted(o.opinion_id for o in part) for _, part in parts) == [["O1", "O2"], ["O3"]]


def test_parts_do_not_depend_on_the_order():
    near = kinship(SAME, [[1, 0, 0.01], [1, 0.01, 0], [1, 0, 0.02]])
    assert part_asks(SAME, near, -3.0) == part_asks(SAME[::-1], near, -3.0)


def test_keeping_and_changing_stay_apart_however_near():
    both = [SAME[0], opinion(4, "公示期不要再改了", stance="support", operation="保留")]
    assert [bucket for bucket, _ in part_asks(both, kinship(both, [[1, 0], [1, 0]]), -6.0)] == ["修改", "保留"]


def test_an_article_named_outright_outweighs_two_that_are_inferred():
    part = [
        opinion(1, "第二条太短", [link("第二条", 0.9, "explicit")]),
        opinion(2, "太短", [link("第三条", 0.8)]),
        opinion(3, "短了", [link("第三条", 0.8)]),
    ]
    assert target(part).article == "第二条"


def test_the_theme_decides_where_the_opinion_is_not_sure():
    part = [opinion(1, "请改成应当", [link("第二条", 0.48), link("第三条", 0.33, rank=2)])]
    assert target(part).article == "第二条"
    assert target(part, {"第三条": 0.9}).article == "第三条"


def test_a_new_rule_has_no_article_unless_one_is_named():
    assert target([opinion(1, "应当增加一条", [link("第二条", 0.5)], new=True)]) is None
    assert target([opinion(1, "第二条应当增加一款", [link("第二条", 0.9, "explicit")], new=True)]).article == "第二条"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("架空层不宜绝对禁止，加装防火墙之后应当准予设置", 1),
        ("不应当允许在架空层设置充电设施", -1),
        ("别一棍子打死，隔墙到位就允许", 1),
        ("严禁在楼道充电", -1),
        ("建议每季度公布一次", 0),
    ],
)
def test_a_denied_ban_allows_and_a_denied_permission_forbids(text, side):
    assert allows(text) == side


def test_means_of_groups_are_those_of_their_pairs():
    rows = [[1, 0, 0.01 * k] for k in range(6)]
    opinions = [opinion(k, f"第{k}种说法应当延长公示期") for k in range(6)]
    near = kinship(opinions, rows)
    groups, kinds = [opinions[:2], opinions[1:4], opinions[4:5], opinions[5:]], ["修改", "修改", "修改", "保留"]
    i, j, odds = (x.tolist() for x in near._pairs)
    known = dict(zip(zip(i, j, strict=True), odds, strict=True)) | dict(zip(zip(j, i, strict=True), odds, strict=True))
    nodes = [sorted({near._node[o.opinion_id] for o in g}) for g in groups]
    expected = {}
    for a, b in ((0, 1), (0, 2), (1, 2)):
        found = [known[p, q] for p in nodes[a] for q in nodes[b] if (p, q) in known]
        if found:
            pairs = len(nodes[a]) * len(nodes[b])
            expected[a, b] = (sum(found) + (pairs - len(found)) * -7.0) / pairs
    a, b, means = near.between(groups, kinds)
    assert dict(zip(zip(a.tolist(), b.tolist(), strict=True), means.tolist(), strict=True)) == pytest.approx(expected, abs=1e-5)
    assert len(near.between(groups[:1], kinds[:1])[0]) == 0


def test_those_who_speak_against_most_come_last_however_often_a_text_comes():
    texts = ["费用由政府承担", "费用由业主承担", "费用由政府承担", "费用由政府承担", "费用由业主承担", "这里应当装路灯", "费用由财政承担"]
    members = [opinion(k, text) for k, text in enumerate(texts)]
    head = [o.ask for o in members]
    against = [sum(o.ask.opposes(x) for x in head) for o in members]
    assert any(2 * n > len(members) for n in against)
    assert with_most(members) == sorted(members, key=lambda o: 2 * against[int(o.opinion_id[1:])] > len(members))
    assert [o.text for o in with_most(members)][-2:] == ["费用由业主承担"] * 2


def test_what_an_opinion_asks_goes_to_another_process_whole():
    ask = read_ask("罚款不应当低于二百元，应当由物业公司每周检查一次，橙色预警时太长")
    assert pickle.loads(pickle.dumps(ask)) == ask  # noqa: S301
