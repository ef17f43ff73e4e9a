import pandas as pd
import pytest

from jietan.language.lexicon import load_lexicon
from jietan.stages.demand import demand
from jietan.tables import TABLES
from stage_tables import labels, provisions, received, whole_spans

DRAFT = ("物业服务人应当每日巡查。", "业主不得占用消防车通道。")
TEXTS = ("建议物业应当在三天内修好路灯。", "大家都说好", "逾期不缴的，物业应该先书面催告，不改的处二百元罚款。")


def spans(*texts):
    return whole_spans(received(list(texts)))


def read(frame, draft=DRAFT, kind="建议"):
    return demand(frame, labels(frame, kind=kind), provisions([[p] for p in draft]), load_lexicon())


@pytest.fixture
def found():
    return read(spans(*TEXTS))


def test_every_part_names_the_words_it_comes_from(found):
    text_of = dict(zip(*[spans(*TEXTS)[c] for c in ("comment_id", "text")], strict=True))
    placed = found[found["start"].notna()]
    assert len(placed) > 8
    for row in placed.itertuples():
        assert text_of[row.comment_id][row.start : row.end] == row.said


def test_takes_a_demand_apart(found):
    first = found[found["opinion_id"] == spans(*TEXTS)["opinion_id"][0]].set_index("part")
    assert first["words"].to_dict() == {"主体": "物业服务人", "情态": "应当", "行为": "在三日内修复路灯", "数量": "三日"}
    assert first.loc["主体", "notes"] == ["lexicon:物业→物业服务人"]
    assert first["position"].tolist() == [1, 2, 3, 4]


def test_reads_case_and_consequence(found):
    last = found[found["opinion_id"] == spans(*TEXTS)["opinion_id"][2]]
    assert last[last["part"] == "条件"]["words"].tolist()[0] == "逾期不缴的"


def test_what_asks_for_nothing_has_no_row_and_no_draft_no_table(found):
    assert spans(*TEXTS)["opinion_id"][1] not in set(found["opinion_id"])
    frame = spans(*TEXTS)
    bare = demand(frame, labels(frame), provisions([["无"]]).iloc[:0], load_lexicon())
    assert list(bare.columns) == TABLES["demands"].column_names
    assert bare.empty


def test_offsets_count_from_the_beginning_of_the_comment():
    whole = spans(TEXTS[0]).assign(start=100, end=100 + len(TEXTS[0]))
    near, far = read(spans(TEXTS[0])), read(whole)
    pd.testing.assert_series_equal(near["start"] + 100, far["start"])


def test_grounds_ask_for_nothing():
    assert read(spans(*TEXTS), kind="理由").empty
