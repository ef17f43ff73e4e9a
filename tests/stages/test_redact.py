"""The redact stage: one row per piece of personal data, in the contract's shape."""

from __future__ import annotations

import pandas as pd

from jietan.stages.redact import redact
from jietan.tables import TABLES, empty


def _received(texts: dict[str, str]) -> pd.DataFrame:
    rows = pd.DataFrame({"comment_id": list(texts), "text": list(texts.values())})
    blank = empty("received").reindex(range(len(rows)))
    return blank.assign(comment_id=rows["comment_id"], text=rows["text"], named=[[] for _ in texts])


def test_finds_spans_of_every_comment() -> None:
    texts = {"b": "我叫冷疏影，电话199 0000 1130。", "a": "张先生说路灯坏了", "c": "支持第十条"}
    found = redact(_received(texts))
    assert list(found.columns) == TABLES["pii"].column_names
    assert found.to_records(index=False).tolist() == [
        ("a", 0, 3, "honorific", "*先生"),
        ("b", 2, 5, "name", "冷*影"),
        ("b", 8, 21, "phone", "199****1130"),
    ]


def test_offsets_count_code_points_of_the_source() -> None:
    text = "😀𠮷\u3000１９９００００１１３０"
    row = redact(_received({"x": text})).iloc[0]
    assert text[row["start"] : row["end"]] == "１９９００００１１３０"
    assert row["text_masked"] == "199****1130"


def test_row_order_changes_nothing() -> None:
    texts = {str(number): f"业主张三，电话1990000{number:04d}" for number in range(20)}
    frame = _received(texts)
    pd.testing.assert_frame_equal(redact(frame), redact(frame.sample(frac=1, random_state=1)))


def test_nothing_found_gives_an_empty_table() -> None:
    found = redact(_received({"a": "支持", "b": ""}))
    assert found.empty
    assert list(found.columns) == TABLES["pii"].column_names


def test_no_comments() -> None:
    assert redact(empty("received")).empty
