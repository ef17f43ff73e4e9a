from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.law.align import align
from jietan.law.diff import contrast, mark

TEXT = st.text(
    alphabet=st.one_of(st.sampled_from("物业服务人应当可以在三十六百日内，。；的\n（一）20%.5元车"), st.characters()), max_size=50
)


@settings(deadline=None)
@given(TEXT, TEXT)
def test_both_texts_are_reproduced(original, proposed):
    marks = mark(original, proposed)
    assert "".join(text for op, text in marks if op != "insert") == original
    assert "".join(text for op, text in marks if op != "delete") == proposed
    assert all(text for _, text in marks)
    assert all(a[0] != b[0] for a, b in pairwise(marks))


@settings(deadline=None)
@given(TEXT)
def test_nothing_changed(text):
    assert mark(text, text) == ([("equal", text)] if text else [])


@pytest.mark.parametrize(
    ("original", "proposed", "changes"),
    [
        ("公告期为三十日；", "公告期为六十日；", [("delete", "三十"), ("insert", "六十")]),
        ("处200元罚款", "处2000元罚款", [("delete", "200"), ("insert", "2000")]),
        ("物业服务人可以上锁。", "物业服务人不得上锁。", [("delete", "可以"), ("insert", "不得")]),
        ("配置百分之三十", "配置百分之五十", [("delete", "百分之三十"), ("insert", "百分之五十")]),
        ("", "新增一款。", [("insert", "新增一款。")]),
    ],
)
def test_whole_words_and_numbers(original, proposed, changes):
    assert [change for change in mark(original, proposed) if change[0] != "equal"] == changes


def test_sides_hold_their_offsets():
    old, new = "公告期为三十日，逾期不办。", "公告期为六十日，逾期的应当办理。"
    left, right = contrast(old, new)
    assert all(old[span.start : span.end] == span.text for span in left)
    assert all(new[span.start : span.end] == span.text for span in right)
    assert "".join(span.text for span in left) == old
    assert "".join(span.text for span in right) == new
    assert [s.text for s in left if s.operation == "equal"] == [s.text for s in right if s.operation == "equal"]
    assert {s.operation for s in left} == {"equal", "delete"}
    assert {s.operation for s in right} == {"equal", "insert"}
    assert ("delete", "三十") in [(s.operation, s.text) for s in left]


class Row(NamedTuple):
    article: str
    text: str


def version(*texts):
    return [Row(f"第{n}条", text) for n, text in enumerate(texts, 1)]


PURPOSE = "为了规范电梯的使用和维护，保障乘坐电梯的人员的安全，制定本办法。"
OWNER = "电梯的使用单位应当设置安全管理机构，或者配备专职的安全管理人员，并且建立安全技术档案。"
REPAIR = "维护保养单位接到电梯困人的报告后，应当在三十分钟之内赶到现场，及时解救被困的人员。"
CHARGE = "住宅电梯的修理、改造和更新所需的费用，可以依法申请使用住宅专项维修资金。"
SWIM = "游泳场所应当按照水面面积配备足够数量的救生员，在醒目的位置公示水质检测结果。"
START = "本办法自二〇三〇年一月一日起施行。"


def kinds(old, new):
    return [(change.kind, change.old, change.new) for change in align(version(*old), version(*new))]


def test_same_modified_renumbered_inserted_deleted():
    changed = REPAIR.replace("三十分钟", "二十分钟")
    assert kinds([PURPOSE, OWNER, REPAIR, CHARGE, START], [PURPOSE, SWIM, changed, CHARGE, START]) == [
        ("same", (0,), (0,)),
        ("deleted", (1,), ()),
        ("inserted", (), (1,)),
        ("modified", (2,), (2,)),
        ("same", (3,), (3,)),
        ("same", (4,), (4,)),
    ]
    assert kinds([PURPOSE, REPAIR, START], [PURPOSE, SWIM, REPAIR, START]) == [
        ("same", (0,), (0,)),
        ("inserted", (), (1,)),
        ("renumbered", (1,), (2,)),
        ("renumbered", (2,), (3,)),
    ]


def test_an_article_that_was_moved():
    found = align(version(PURPOSE, OWNER, REPAIR, CHARGE, SWIM), version(PURPOSE, REPAIR, CHARGE, SWIM, OWNER))
    assert [(change.kind, change.moved) for change in found if change.old == (1,)] == [("renumbered", True)]
    assert sum(change.moved for change in found) == 1


def test_split_and_merged():
    assert ("split", (1,), (1, 2)) in kinds([PURPOSE, OWNER + "\n" + REPAIR, CHARGE], [PURPOSE, OWNER, REPAIR, CHARGE])
    assert ("merged", (1, 2), (1,)) in kinds([PURPOSE, OWNER, REPAIR, CHARGE], [PURPOSE, OWNER + "\n" + REPAIR, CHARGE])


def test_only_cited_numbers_changed():
    old, new = "违反本办法第十二条规定的，处五百元罚款。", "违反本办法第十三条规定的，处五百元罚款。"
    (change,) = align(version(old), version(new))
    assert (change.kind, change.similarity) == ("modified", 1.0)


def test_nothing_on_one_side():
    assert align([], []) == []
    assert [change.kind for change in align([], version(OWNER))] == ["inserted"]
    assert [change.kind for change in align(version(OWNER), [])] == ["deleted"]


ARTICLES = st.lists(
    st.one_of(
        st.sampled_from([PURPOSE, OWNER, REPAIR, CHARGE, SWIM, START, OWNER + REPAIR, REPAIR + SWIM, OWNER[:30], ""]),
        st.text(alphabet="电梯使用单位应当不得维护人员，。三", max_size=40),
    ),
    max_size=8,
)
OPPOSITE = {"inserted": "deleted", "deleted": "inserted", "split": "merged", "merged": "split"}


@settings(deadline=None, max_examples=60)
@given(ARTICLES)
def test_a_text_against_itself(texts):
    found = kinds(texts, texts)
    assert {kind for kind, _, _ in found} <= {"same"}
    assert [old for _, old, _ in found] == [(at,) for at in range(len(texts))]
    assert all(old == new for _, old, new in found)


@settings(deadline=None, max_examples=60)
@given(ARTICLES, ARTICLES)
def test_sides_exchanged(old, new):
    there, back = align(version(*old), version(*new)), align(version(*new), version(*old))
    assert {(OPPOSITE.get(c.kind, c.kind), c.new, c.old, c.similarity, c.moved) for c in there} == {
        (c.kind, c.old, c.new, c.similarity, c.moved) for c in back
    }
    assert Counter(at for c in there for at in c.old) == Counter(range(len(old)))
    assert Counter(at for c in there for at in c.new) == Counter(range(len(new)))
