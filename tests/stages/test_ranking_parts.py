import numpy as np
import pandas as pd
import pytest

from jietan.centrality import centrality
from jietan.concerns import load_concerns
from jietan.standing import floor_of, ordered

WORDS = load_concerns()
ARTICLES = (
    ("第一条", "第一章　总则", "为了管理灯塔，制定本条例。"),
    ("第二条", "第二章　使用", "灯塔管理人应当每日检查灯塔。"),
    ("第三条", "第二章　使用", "参观灯塔应当预约。"),
    ("第四条", "第三章　法律责任", "违反本条例第二条规定的，由主管部门责令改正。"),
    ("第五条", "第四章　附则", "本条例自公布之日起施行。"),
)
DRAFT = pd.DataFrame(
    {"law": "测试市灯塔条例", "article": label, "chapter": chapter, "text": text, "paragraphs": [text], "position": at}
    for at, (label, chapter, text) in enumerate(ARTICLES)
)


def test_an_article_that_liability_follows_is_more_central():
    found = centrality(DRAFT)
    assert found["第二条"] > found["第三条"] > found["第一条"] > found["第五条"]
    assert all(0 <= value <= 1 for value in found.values())
    assert found[""] == sorted(v for k, v in found.items() if k)[2]


def test_without_a_draft_every_article_is_neutral():
    assert centrality(DRAFT.head(0)) == {"": 0.5}


@pytest.mark.parametrize(
    ("text", "degree"), [("电线短路起火", 1.0), ("拖欠工资三个月", 0.7), ("牌子颜色不好看", 0.0), ("", 0.0), ("起火以后工资也没了", 1.0)]
)
def test_safety_weighs_more_than_livelihood(text, degree):
    assert WORDS.grave(text)[0] == degree


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("建议给老年人留人工窗口", {"老年人"}),
        ("骑手乱停车的要罚款", set()),
        ("我是骑手，罚款不能这么重", {"骑手和快递员"}),
        ("我今年七十二岁，走不动", {"老年人"}),
        ("驾驶人应当年满十六周岁", set()),
        ("灯塔二十岁了", set()),
        ("盲道上不要放灯箱", {"残疾人"}),
        ("", set()),
    ],
)
def test_who_is_spoken_for(text, groups):
    assert WORDS.spoken_for(text) == groups


def test_the_best_suggestion_of_a_small_group_is_not_below_the_floor():
    scores = np.linspace(1, 0, 10)
    ids = [f"s{i}" for i in range(10)]
    groups = [{} for _ in ids]
    groups[7], groups[9] = {"老年人": 2}, {"老年人": 1, "残疾人": 1}
    ranks, lifted = ordered(scores, ids, floor_of(groups, 4))
    assert ranks.tolist() == [1, 2, 5, 6, 7, 8, 9, 3, 10, 4]
    assert lifted == {7: ["老年人"], 9: ["残疾人"]}
    assert ordered(scores, ids, floor_of(groups, 0))[0].tolist() == list(range(1, 11))


def test_more_groups_than_places_keep_the_floor_for_those_that_score_best():
    scores, ids = np.linspace(1, 0, 5), list("abcde")
    groups = [{"甲": 1}, {}, {"乙": 1}, {"丙": 1}, {"丁": 1}]
    ranks, lifted = ordered(scores, ids, floor_of(groups, 2))
    assert sorted(ranks.tolist()) == [1, 2, 3, 4, 5]
    assert ranks[0] == 1
    assert lifted == {2: ["乙"]}


def test_order_does_not_depend_on_the_rows():
    scores, ids = np.array([0.5, 0.5, 0.9]), ["b", "a", "c"]
    assert ordered(scores, ids, floor_of([{}, {}, {}], 20))[0].tolist() == [3, 2, 1]
