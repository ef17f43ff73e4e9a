import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jietan.export.mask import Masker


def masker(text, spans, **options):
    comments = pd.DataFrame({"comment_id": ["a"], "text": [text]})
    pii = pd.DataFrame([("a", s, e, "name", m) for s, e, m in spans], columns=["comment_id", "start", "end", "type", "text_masked"])
    return Masker(comments, pii, **options)


def test_whole_text_and_span():
    found = masker("我是张三丰，电话123", [(2, 5, "张*丰"), (8, 11, "***")])
    assert found.text("a") == "我是张*丰，电话***"
    assert found.text("a", 0, 6) == "我是张*丰，"
    assert found.text("a", 6, 8) == "电话"


def test_a_span_that_cuts_personal_data_shows_the_whole_mask():
    found = masker("我是张三丰，好", [(2, 5, "张*丰")])
    assert found.text("a", 3, 7) == "张*丰，好"
    assert found.text("a", 0, 4) == "我是张*丰"
    assert found.text("a", 3, 4) == "张*丰"


def test_overlaps_leave_only_the_longest_mask():
    found = masker("住甲乙路3号李四家里", [(1, 8, "某地"), (6, 8, "李*"), (7, 9, "四*")])
    assert found.text("a") == "住某地里"


def test_the_same_words_again_in_the_comment_are_masked_too():
    assert masker("张三丰和张三丰", [(0, 3, "张*丰")]).text("a") == "张*丰和张*丰"


def test_names_setting_leaves_the_text():
    assert masker("张三丰", [(0, 3, "张*丰")], names=True).text("a") == "张三丰"


def test_scrub_spares_public_words():
    found = masker("张三丰在东门", [(0, 3, "张*丰"), (4, 6, "东*")])
    assert found.scrub("张三丰说东门要修", ["a"]) == "张*丰说东*要修"
    assert found.scrub("张三丰说东门要修", ["a"], known="公园东门") == "张*丰说东门要修"
    assert found.scrub(None, ["a"]) == ""


def test_unknown_comment():
    with pytest.raises(KeyError):
        masker("甲", []).text("b")


@given(
    st.text("甲乙丙丁", min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), max_size=5),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_no_masked_character_is_ever_left(text, raw, a, b):
    spans = [(s, min(len(text), s + n), "*") for s, n in raw if s < len(text)]
    hidden = {i for s, e, _ in spans for i in range(s, e)}
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    shown = masker(text, spans).text("a", start, end)
    assert len(shown.replace("*", "")) <= sum(i not in hidden for i in range(start, end))
    if not spans:
        assert shown == text[start:end]
