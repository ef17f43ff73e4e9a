import pandas as pd
import pytest

from jietan.settings import ClusterSettings
from jietan.stages.cluster import cluster
from jietan.tables import conform, empty
from stage_tables import census, labels, membership, received, vectors, whole_spans

LIGHT = ["巷子里路灯太暗，建议增加路灯", "路灯坏了没人修，建议加装路灯", "建议巷口装路灯", "晚上路灯太少"]
NOISE = ["广场舞音响太吵，建议限制音量", "广场舞噪音扰民，应当限定时间", "跳广场舞的音响声音太大", "广场舞音量应当有上限"]
ODD = ["建议古树名木挂牌保护"]


def themes(texts, triage=None, units=None, **settings):
    frame = received(texts)
    spans = whole_spans(frame)
    kinds = conform(
        pd.DataFrame({"comment_id": frame["comment_id"], "triage": triage or "legislative", "triage_probability": 1.0}), "triage"
    )
    return cluster(
        spans,
        labels(spans),
        membership(spans, units or [f"U{i}" for i in range(len(texts))]),
        empty("links"),
        vectors(spans),
        kinds,
        empty("provisions"),
        census(frame, spans),
        ClusterSettings(**settings),
    )[:2]


def test_two_matters_make_two_themes_and_the_rest_is_long_tail():
    found, placed = themes(LIGHT + NOISE + ODD)
    of = placed["theme_id"].tolist()
    assert len(set(of[:4])) == len(set(of[4:8])) == 1
    assert of[0] != of[4]
    assert pd.isna(of[8])
    fine = found[found["parent_id"].notna()]
    assert set(fine["theme_id"]) == {of[0], of[4]}
    assert set(fine["parent_id"]) <= set(found["theme_id"])


def test_counts_and_keywords_describe_the_theme():
    found, placed = themes(LIGHT + NOISE)
    row = found.set_index("theme_id").loc[placed["theme_id"].iloc[0]]
    assert (row["n_units"], row["n_opinions"], row["n_comments"], row["n_people"], row["n_modify"]) == (4, 4, 4, 4, 4)
    assert "路灯" in row["keywords"]
    assert "路灯" in row["title"]
    assert len(row["title"]) <= 16
    assert set(row["exemplars"]) <= set(placed["opinion_id"].iloc[:4])


def test_finer_settings_give_no_fewer_themes():
    sizes = [len(set(themes(LIGHT + NOISE, min_units=1, granularity=g)[1]["theme_id"])) for g in (0.0, 0.5, 1.0)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("texts", [[], ["建议增加路灯"], ["建议增加路灯", "建议增加路灯"]])
def test_few_opinions_are_no_problem(texts):
    if not texts:
        return
    found, placed = themes(texts)
    assert len(placed) == len(texts)
    assert set(placed["theme_id"].dropna()) <= set(found["theme_id"])


def test_advertisements_make_no_theme():
    _, placed = themes(LIGHT, triage=["off_topic"] * 4)
    assert placed["theme_id"].isna().all()


def test_two_people_with_one_ask_are_a_theme():
    _, placed = themes(["路灯太少，建议增设路灯", "路灯太少，建议增设路灯", "公交车晚点太多"], units=["U0", "U0", "U1"])
    assert placed["theme_id"].notna().tolist() == [True, True, False]
