"""What an adopted text changed of a draft, with invented texts."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.loop.revisions import clauses_of, revise


def law(*articles):
    return clauses_of(SimpleNamespace(article=label, paragraphs=paragraphs) for label, paragraphs in articles)


DRAFT = law(
    ("第一条", ["为了规范公园管理，制定本条例。"]),
    ("第二条", ["公园每日开放时间为六时至二十时。", "遇有重大活动的，管理单位可以调整开放时间，并提前三日公告。"]),
    ("第三条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）携带宠物犬进入；\n（三）使用扩音设备播放音乐。"]),
    ("第四条", ["违反本条例第三条规定的，由公园管理单位责令改正；拒不改正的，处二百元罚款。"]),
)


def test_nothing_changed():
    found = revise(DRAFT, DRAFT)
    assert found.changed == ()
    assert found.kept_share == 1
    assert len(found.stands) == len(DRAFT)


def test_shifted_numbers_are_no_change():
    final = law(
        ("第一条", ["为了规范公园管理，制定本条例。"]),
        ("第二条", ["本条例所称公园，是指政府投资建设的综合公园、社区公园和口袋公园等公共绿地。"]),
        ("第三条", ["公园每日开放时间为六时至二十时。", "遇有重大活动的，管理单位可以调整开放时间，并提前三日公告。"]),
        ("第四条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）携带宠物犬进入；\n（三）使用扩音设备播放音乐。"]),
        ("第五条", ["违反本条例第四条规定的，由公园管理单位责令改正；拒不改正的，处二百元罚款。"]),
    )
    found = revise(DRAFT, final)
    assert [(r.old, [c.label for c in r.new]) for r in found.changed] == [((), ["第二条"])]
    assert found.homes["第四条"] == ("第五条",)


def test_amounts_words_deletions_and_places():
    final = law(
        ("第一条", ["为了规范公园管理，制定本条例。"]),
        ("第二条", ["公园每日开放时间为六时至二十二时。", "遇有重大活动的，管理单位可以调整开放时间，并提前七日公告。"]),
        ("第三条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）使用扩音设备播放音乐。"]),
        ("第四条", ["违反本条例第三条规定的，由公园管理单位责令改正；拒不改正的，处二百元罚款。"]),
    )
    hours, notice, dogs = revise(DRAFT, final).changed
    assert [(m.before.value, m.after.value) for m in hours.moves] == [(20, 22)]
    assert hours.old[0].label == hours.new[0].label == "第二条第一款"
    assert (notice.deleted, notice.inserted) == ("三日", "七日")
    assert dogs.old[0].label == "第三条第二项"
    assert dogs.new == ()


def test_a_rewritten_paragraph_is_one_change():
    final = law(
        ("第一条", ["为了规范公园管理，制定本条例。"]),
        ("第二条", ["公园每日开放时间为六时至二十时。", "举办大型活动需要封园的，主办方应当报市园林部门批准后在入口张贴告示。"]),
        ("第三条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）携带宠物犬进入；\n（三）使用扩音设备播放音乐。"]),
        ("第四条", ["违反本条例第三条规定的，由公园管理单位责令改正；拒不改正的，处二百元罚款。"]),
    )
    (only,) = revise(DRAFT, final).changed
    assert (only.old[0].label, only.new[0].label) == ("第二条第二款", "第二条第二款")


@given(st.lists(st.sampled_from(range(len(DRAFT))), unique=True))
def test_every_clause_either_stands_or_changed(left_out):
    final = [clause for k, clause in enumerate(DRAFT) if k not in left_out]
    found = revise(DRAFT, final)
    touched = [c for r in found.changed for c in r.old]
    assert len(touched) + len(found.stands) == len(DRAFT)
    assert found.kept_share == pytest.approx(1 - sum(not r.new for r in found.changed for _ in r.old) / len(DRAFT))
