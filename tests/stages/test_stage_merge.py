from pathlib import Path

import pytest

from jietan.language.asks import read_ask
from jietan.settings import MergeSettings
from jietan.stages.merge import merge
from stage_tables import labels, received, vectors, whole_spans

LETTER = (
    "尊敬的市人大：我是老城街道的一名{}，每天都要从这条巷子经过。草案第八条规定夜市晚上九点前收摊，"
    "我们下班以后就没有地方吃饭了。恳请把收摊时间改到十一点，让晚归的人也有口热饭。"
)


def units(texts, **stance):
    frame = received(texts)
    spans = whole_spans(frame)
    copies, membership = merge(frame, spans, labels(spans, **stance), vectors(spans), MergeSettings())
    return copies, membership["unit_id"].tolist()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("应当允许沿街商铺占道经营", "不应当允许沿街商铺占道经营"),
        ("收摊时间应当定在二十二时", "收摊时间应当定在二十三时"),
        ("摊位费每月不得超过二百元", "摊位费每月不得超过二千元"),
        ("摊位费由政府承担，不应当由摊主承担", "摊位费由摊主承担，不应当由政府承担"),
    ],
)
def test_opposites_never_share_a_unit(a, b):
    _, found = units([a, b, a, b])
    assert found[0] == found[2]
    assert found[1] == found[3]
    assert found[0] != found[1]


def test_sides_never_share_a_unit():
    _, found = units(["收摊时间定在九点", "收摊时间定在九点"], stance=["support", "oppose"])
    assert found[0] != found[1]


def test_copies_of_a_letter_are_a_campaign_and_one_unit():
    texts = [LETTER.format(who) for who in ("护士", "保安", "司机", "厨师")] + ["建议增加垃圾桶的数量"]
    copies, found = units(texts)
    campaign = copies["campaign_id"].tolist()
    assert len(set(campaign[:4])) == 1
    assert isinstance(campaign[0], str)
    assert not isinstance(campaign[4], str)
    assert len(set(found[:4])) == 1


def test_two_copies_are_no_campaign():
    copies, _ = units([LETTER.format("护士"), LETTER.format("保安")])
    assert copies["campaign_id"].isna().all()


def test_duplicates_point_to_the_earliest_by_the_same_person():
    frame = received(
        ["建议增加路灯", "建议增加路灯。", "建议增加路灯", "建议增加路灯"],
        submitter_key=["k", "k", None, "other"],
        submitted_at=["2025-02-02", "2025-01-01", "2025-01-01", "2025-01-01"],
    )
    frame.loc[1, "text"] = "建议增加路灯"
    spans = whole_spans(frame)
    copies, _ = merge(frame, spans, labels(spans), vectors(spans), MergeSettings())
    assert copies["duplicate_of"].iloc[0] == "c001"
    assert copies["duplicate_of"].iloc[1:].isna().all()


def test_grounds_share_no_unit():
    _, found = units(["晚上没有灯", "晚上没有灯"], kind="理由", operation="none")
    assert found[0] != found[1]


def test_order_of_rows_changes_nothing():
    texts = ["建议延长公示期", "公示期应当延长", "增加路灯", "路灯太少，建议增加", "反对收费", "不要收费"]
    frame = received(texts)
    spans = whole_spans(frame)
    first = merge(frame, spans, labels(spans), vectors(spans), MergeSettings())[1]
    turned = spans.iloc[::-1].reset_index(drop=True)
    second = merge(frame, turned, labels(turned), vectors(turned), MergeSettings())[1]
    assert first.equals(second)


def test_who_is_to_pay_keeps_units_apart():
    _, found = units(["电梯维修费由业主承担", "电梯维修费由物业承担", "电梯维修费由业主承担"])
    assert found[0] == found[2] != found[1]


def test_unsure_sides_do_not_keep_restatements_apart():
    frame = received(["收摊时间保持九点不变，支持", "收摊时间保持九点不变，我支持"])
    spans = whole_spans(frame)
    table = labels(spans, stance=["support", "modify"])
    table["stance_probability"] = 0.5
    membership = merge(frame, spans, table, vectors(spans), MergeSettings())[1]
    assert membership["unit_id"].nunique() == 1


def test_a_threshold_of_one_joins_equal_opinions_alone():
    frame = received(["建议增加路灯", "路灯太少，建议增加路灯", "建议增加路灯"])
    spans = whole_spans(frame)
    found = merge(frame, spans, labels(spans), vectors(spans), MergeSettings(unit_threshold=1.0))[1]["unit_id"].tolist()
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize("texts", [["建议增加公交车", "建议增加停车位"], ["小区要多装路灯", "建议修路"], ["建议增加路灯", "建议修路"]])
def test_in_a_handful_of_opinions_other_objects_share_no_unit(texts):
    _, found = units([*texts, "狗要牵绳", "老人食堂太贵"])
    assert len(set(found)) == 4


def opposite_asks():
    path = Path(__file__).parent / "opposite_asks.tsv"
    return [tuple(line.split("\t")) for line in path.read_text("utf-8").splitlines()]


def test_opposite_asks_of_many_domains_share_no_unit_however_low_the_threshold():
    traps = opposite_asks()
    assert len(traps) > 40
    assert [trap for trap in traps if not read_ask(trap[1]).opposes(read_ask(trap[2]))] == []
    texts = [text for _, *pair in traps for text in pair]
    frame = received(texts)
    spans = whole_spans(frame)
    for threshold in (MergeSettings().unit_threshold, 0.01):
        _, made = merge(frame, spans, labels(spans), vectors(spans), MergeSettings(unit_threshold=threshold))
        unit = dict(zip(made["opinion_id"], made["unit_id"], strict=True))
        found = [unit[o] for o in spans["opinion_id"]]
        joined = [traps[k] for k in range(len(traps)) if found[2 * k] == found[2 * k + 1]]
        assert joined == []
