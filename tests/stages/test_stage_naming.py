import math
from functools import partial

import numpy as np
import pandas as pd
import pytest

from jietan.contract import OPERATIONS, STANCES
from jietan.language.lexicon import load_lexicon
from jietan.naming import name
from jietan.naming.describe import Grouped, describe
from jietan.naming.matters import Readings, conflicts, read
from jietan.naming.titles import LONGEST, Part, Title, distinct, titles_of
from jietan.naming.tokens import Terms, clauses
from jietan.naming.voices import Crowd, Voicing, sides
from jietan.parallel import spread
from jietan.specificity import at_most, specificity
from jietan.tables import conform, empty
from stage_tables import census, labels, membership, random_vectors, received, vectors, whole_spans

LIGHT = ["罚款五十元太轻，楼道停放要提高到二百元", "楼道停放的罚款一百元太重，降低", "楼道停放罚款应当提高到三百元", "楼道停放罚三百元才行"]
NOISE = ["广场舞的公示期限改为十日", "广场舞场地公示要延长到三十日", "广场舞场地公示十日太短", "广场舞场地要公示满三十日"]
TEXTS = LIGHT + NOISE
ARTICLES = ["违反规定在楼道停放电动自行车的，处一百元罚款。", "广场舞场地应当在显著位置公示，公示期限不少于七日。"]


def made(order=None, draft=True, stop_words=()):
    texts = TEXTS if order is None else [TEXTS[k] for k in order]
    names = [f"c{TEXTS.index(t)}" for t in texts]
    frame = conform(received(texts).assign(comment_id=names), "received")
    spans = whole_spans(frame)
    group = ["A" if t in LIGHT else "B" for t in spans["text"]]
    placed = dict(zip(spans["opinion_id"], group, strict=True))
    links, provisions = empty("links"), empty("provisions")
    if draft:
        provisions = conform(
            pd.DataFrame(
                [
                    {"article_id": f"d{k}", "law": "某市条例", "article": f"第{'一二'[k]}条", "chapter": None, "text": t, "source": "draft"}
                    | {"paragraphs": [t], "position": k}
                    for k, t in enumerate(ARTICLES)
                ]
            ),
            "provisions",
        )
        rows = [
            {
                "opinion_id": o,
                "rank": 1,
                "source": "draft",
                "law": "某市条例",
                "article_id": "d0" if g == "A" else "d1",
                "article": "第一条",
            }
            | {"paragraph": None, "item": None, "basis": "retrieved", "score": 1.0, "confidence": 0.9}
            for o, g in placed.items()
        ]
        links = conform(pd.DataFrame(rows), "links")
    units = [f"U{o}" for o in spans["opinion_id"]]
    tables = {"spans": spans, "labels": labels(spans), "membership": membership(spans, units), "links": links, "provisions": provisions}
    return spans, describe(
        tables, vectors(spans), census(frame, spans), Grouped(placed, {"A": "PA", "B": "PB"}, {"A": 4, "B": 4}, stop_words=stop_words)
    )


def test_a_theme_of_very_many_wordings_is_named_after_some_whatever_their_order(monkeypatch):
    monkeypatch.setattr(name, "_WORDINGS", 3)
    _, found = made()
    _, again = made(order=[7, 3, 1, 5, 0, 2, 6, 4])
    columns = ["theme_id", "title", "n_opinions"]
    pd.testing.assert_frame_equal(found.themes[columns], again.themes[columns])
    assert found.themes.set_index("theme_id")["n_opinions"]["A"] == 4
    assert "罚" in found.themes.set_index("theme_id")["title"]["A"]


@pytest.mark.parametrize("texts", [["b", "a", "b", "甲"], ["", "", "c", ""], ["长" * 7, "", "𠀀"], ["same"] * 9, ["", ""]])
@pytest.mark.parametrize("letters", [1, 3, 2000])
def test_what_a_theme_says_is_all_of_it_cut_off(monkeypatch, texts, letters):
    monkeypatch.setattr(name, "_LETTERS", letters)
    every = np.arange(len(texts))
    namer = name.Namer(name.Asks(texts, [None] * len(texts), every), empty("provisions"), Readings(texts, every))
    assert namer.said_by(every[::-1]) == " ".join(sorted(texts) if len(set(texts)) > 1 else texts[:1])[:letters]


def test_titles_say_subject_and_matter():
    _, found = made()
    titles = found.themes.set_index("theme_id")["title"]
    assert titles["A"].startswith("楼道停放")
    assert "处罚" in titles["A"] or "罚款" in titles["A"]
    assert "公示" in titles["B"]


@pytest.mark.parametrize("draft", [True, False])
def test_titles_differ_and_are_short(draft):
    _, found = made(draft=draft)
    titles = found.themes["title"].tolist()
    assert len(set(titles)) == len(titles) == 4
    assert all(0 < len(t) <= LONGEST for t in titles)


@pytest.mark.parametrize("draft", [True, False])
def test_the_users_stop_words_are_in_no_title_and_no_keyword(draft):
    before, now = (made(draft=draft, stop_words=s)[1].themes for s in ((), ("停放", "公示")))
    said = ["".join((t, *k)) for t, k in zip(before["title"], before["keywords"], strict=True)]
    assert any("停放" in s for s in said)
    assert before["theme_id"].tolist() == now["theme_id"].tolist()
    assert not any("停放" in k for k in now["keywords"])
    assert not any("停放" in t for t in now["title"])
    assert now["title"].is_unique


def test_the_order_of_the_comments_changes_nothing():
    _, one = made()
    _, other = made([5, 2, 7, 0, 3, 6, 1, 4])
    for first, second in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_names_rest_on_known_opinions_and_articles():
    spans, found = made()
    known = set(spans["opinion_id"])
    for ids in [*found.namings["opinion_ids"], *found.themes["summary"], *found.themes["exemplars"]]:
        assert set(ids) <= known
    parts = found.namings[found.namings["theme_id"] == "A"]
    assert {"主体", "关键词"} <= set(parts["role"])
    assert set(found.namings["source"]) <= {"草案条文", "词表", "居民用词", "诉求内容"}
    assert found.themes["summary"].map(len).max() == 2


def test_sides_count_their_people():
    spans, found = made()
    side = found.sides.set_index(["theme_id", "stance"]).loc[("A", "modify")]
    assert (side["n_opinions"], side["n_people"]) == (4, 4)
    assert side["exemplar"] in set(spans["opinion_id"])


def test_contrary_demands_are_flagged():
    _, found = made()
    flags = found.themes.set_index("theme_id")["conflicts"]
    assert any(f.startswith("提高／降低") for f in flags["A"])
    assert not any(f.startswith("保留") for f in flags["B"])


def conflicting(texts, operations, near):
    readings, wanted = Readings(texts, np.arange(len(texts))), np.array(operations)
    numbers = readings.numbers(np.arange(len(texts)))
    return conflicts(numbers, readings.kinds, wanted == "保留", wanted == "删除", lambda one, other: near)


@pytest.mark.parametrize(
    ("texts", "operations", "flag"),
    [
        (["保留这一条", "这一条应当删掉"], ["保留", "删除"], "保留／删除"),
        (["禁止带犬入园", "允许带犬入园"], ["修改", "修改"], "允许／禁止"),
        (["费用由政府承担", "费用由业主承担"], ["修改", "修改"], "不同承担者"),
        (["改为十日", "改为十日", "改为二十日", "改为二十日"], ["修改"] * 4, "不同数额"),
    ],
)
def test_kinds_of_conflict(texts, operations, flag):
    assert conflicting(texts, operations, near=True) == [flag]
    assert conflicting(texts, operations, near=False) == []


def test_one_ask_with_two_amounts_is_no_conflict_with_itself():
    texts = ["十日改为二十日", "十日改为二十日"]
    assert conflicting(texts, ["修改"] * 2, near=True) == []


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("公示期改为三十日", "期限"),
        ("比例提高到百分之五十", "比例"),
        ("罚款五百元太重", "处罚额度"),
        ("费用由谁承担要写清楚", "费用承担"),
        ("距离不少于十米", "距离"),
        ("到底由谁来管", "责任主体"),
        ("应当给予补贴", "补贴"),
        ("经业主大会表决同意", "表决"),
    ],
)
def test_matters_follow_from_what_is_asked(text, matter):
    assert matter in read(text).matters


def test_legal_terms_are_kept_whole():
    term = next(e.legal for e in load_lexicon().entries if e.legal == "互联网租赁自行车")
    assert term in [t.word for clause in clauses(f"{term}乱停放", Terms()) for t in clause]


def test_taken_titles_give_way_to_the_next_or_to_a_number():
    same = [Title("押金期限"), Title("退还押金")]
    found = distinct({"A": same, "B": same, "C": same, "D": []}, ["A", "B", "C", "D"])
    assert [found[n].text for n in "ABCD"] == ["押金期限", "退还押金", "押金期限（2）", "其他意见"]


def test_titles_behind_the_first_free_one_are_not_made():
    def titles():
        yield Title("路灯")
        yield Title("停车")
        raise AssertionError("made for nothing")

    found = distinct({"A": [Title("路灯")], "B": titles()}, ["A", "B"])
    assert [found[n].text for n in "AB"] == ["路灯", "停车"]


def test_no_phrase_means_no_title():
    assert titles_of([], Part("期限", "事项", "诉求内容", "", 1.0, ()), {}) == []


def test_specific_opinions_score_higher():
    vague = specificity("这样不好", "none")
    precise = specificity("第八条的三日改为五日，因为来不及", "修改")
    assert precise.marks == ("写明条款", "写明数额", "写明改法", "讲明理由")
    assert precise.score > vague.score
    assert precise.score == at_most("第八条的三日改为五日，因为来不及", "修改")


@pytest.mark.parametrize("text", ["", "行", "第三条改为五日，因为来不及", "停车费太贵" * 30, "因为五元太少，第八条第二款要改"])
@pytest.mark.parametrize("operation", ["none", "释明", "修改"])
@pytest.mark.parametrize("reasoned", [True, False])
def test_nothing_is_more_specific_than_it_can_be(text, operation, reasoned):
    assert specificity(text, operation, cites=True, reasoned=reasoned).score <= at_most(text, operation)


def test_the_strongest_words_are_those_that_reading_all_of_them_finds():
    words = ("罚款太高", "第三条改为五日，因为来不及", "停车要收费", "因为五元太少，应当改为十元", "嗯")
    frame = received([words[k * 7 % 5] + "啊" * (k % 4) for k in range(40)])
    spans = whole_spans(frame)
    ids = spans["opinion_id"].tolist()
    every = np.arange(40)
    stances, change = np.full(40, STANCES.index("modify")), np.array([OPERATIONS.index(w) for w in ("修改", "none", "释明")])[every % 3]
    voicing = Voicing(ids, spans["text"].tolist(), stances, change, every % 9, every < 9, random_vectors(ids), census(frame, spans))
    crowd = Crowd(every, voicing)
    worth = [voicing.specific(k) + crowd.near[k] + 0.1 * math.log2(1 + crowd.people[k]) for k in range(40)]
    (side,) = sides("T1", crowd)
    assert side["exemplar"] == ids[max(range(40), key=lambda k: (round(worth[k], 6), -k))]


def test_asks_are_read_alike_alone_and_by_several_processes(monkeypatch):
    texts = ["罚款太高，降到五十元" if k % 3 else f"第{k}栋的收费标准应当公示" for k in range(40)]
    every = np.arange(40)
    alone = Readings(texts, every)
    one_by_one = [alone.kinds[n] for k in every for n in alone.numbers(every[k : k + 1])]
    monkeypatch.setattr("jietan.naming.matters.spread", partial(spread, least=1))
    monkeypatch.setattr("jietan.naming.matters._TEXTS", 5)
    many = Readings(texts, every)
    assert many.usual == alone.usual
    assert [many.kinds[n] for n in many.numbers(every)] == one_by_one == [read(text) for text in texts]
    assert len(many.kinds) == len(set(one_by_one))
