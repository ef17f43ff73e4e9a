import itertools

import pandas as pd
import pandera.errors
import pytest

from jietan.tables import CONTRACT_TABLES, TABLES, conform, empty, to_arrow


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_has_every_column_and_type(name):
    frame = conform(empty(name), name)
    assert list(frame.columns) == TABLES[name].column_names
    assert to_arrow(frame, name).num_rows == 0


def test_contract_tables_are_known():
    assert set(CONTRACT_TABLES) <= set(TABLES)


def test_rows_are_sorted_and_missing_values_stay_missing():
    rows = [
        {"comment_id": "b", "source_file": "x", "source_row": 3, "stage": "read", "reason": "空行"},
        {"comment_id": None, "source_file": "x", "source_row": None, "stage": "read", "reason": "扫描件"},
    ]
    table = to_arrow(conform(pd.DataFrame(rows), "rejects"), "rejects").to_pylist()
    assert table[0] == {"comment_id": None, "source_file": "x", "source_row": None, "stage": "read", "reason": "扫描件"}
    assert table[1]["source_row"] == 3


@pytest.mark.parametrize(
    "change", [{"triage": "other"}, {"triage_probability": "often"}, {"comment_id": None}], ids=["value", "type", "missing"]
)
def test_what_breaks_the_contract_is_refused(change):
    row = {"comment_id": "a", "triage": "legislative", "triage_probability": 0.5} | change
    with pytest.raises((pandera.errors.SchemaError, ValueError)):
        conform(pd.DataFrame([row]), "triage")


@pytest.mark.parametrize("ids", ["aa", "aab", "aba", "abb"])
def test_repeated_keys_are_refused(ids):
    rows = [{"comment_id": c, "triage": "legislative", "triage_probability": 0.5} for c in ids]
    with pytest.raises(pandera.errors.SchemaError):
        conform(pd.DataFrame(rows), "triage")


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_rows_come_in_the_order_of_all_parts_of_their_key(order):
    rows = [
        ("甲", 2),
        ("甲", 10),
        ("𠀀", 1),
        ("𠀀", 3),
    ]  # UTF-16 would order the signs the other way round
    made = [{"theme_id": rows[k][0], "position": rows[k][1]} for k in order]
    rest = {"part": "x", "role": "主体", "source": "居民用词", "detail": "", "weight": 1.0, "opinion_ids": []}
    found = conform(pd.DataFrame([row | rest for row in made], index=[*"wxyz"]), "namings")
    assert [*zip(found["theme_id"], found["position"], strict=True)] == rows
    assert found.index.tolist() == [0, 1, 2, 3]


def test_extra_columns_are_welcome():
    row = {"comment_id": "a", "triage": "legislative", "triage_probability": 0.5, "note": "x"}
    assert conform(pd.DataFrame([row]), "triage")["note"].tolist() == ["x"]
