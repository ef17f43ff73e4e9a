from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.law.diff import mark

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
