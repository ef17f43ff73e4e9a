"""Texts that nobody would write: no traceback, no hang, and every span holds its own text."""

from __future__ import annotations

import itertools
import time

import pytest

from jietan.classifiers import load_models
from jietan.language.clauses import find_clauses
from jietan.language.normalize import fold, normalize, normalize_with_map
from jietan.language.personal import find_personal, submitter_masked
from jietan.stages.split import split_text, split_texts

MODELS = load_models("jietan-labels-zh")
_LENGTH = 20_000
_SECONDS = 10.0

UNITS = [
    *("我", "一", "零", "1", "９", "a", " ", "\n", "，", "（", "“", "·", "@", "#", "-", "—", "号", "住", "王", "姓", "人："),
    *("姓名：", "我叫王", "张先生", "业主:", "联系人 ", "出席：王小明、", "李某与", "3号楼", "3-", "1 ", "a@", "京A", "某", "微信"),
    *(
        "一、",
        "1.",
        "①",
        "第一",
        "2023年",
        "一百",
        "第十八条",
        "“好”，",
        "提 ",
        " \n",
        "\u200b",
        "\u202e",
        "\ufeff",
        "😀",
        "\x00",
        "\x1b[0m",
    ),
    *("\ud800", "<script>alert(1)</script>", "<div>意见</div>", "QUJDREVGRw==", "https://example.com/a?b=1&", "ª", "ﬁ", "㈠", "½"),
]


def _check(text: str) -> None:
    started = time.perf_counter()
    spans = find_personal(text)
    assert all(0 <= span.start < span.end <= len(text) and span.masked for span in spans)
    clauses = find_clauses(text)
    assert all(0 <= clause.start < clause.end <= len(text) for clause in clauses)
    opinions = split_text(text, MODELS)
    assert bool(opinions) == any(char.isalnum() for c in clauses for char in text[c.start : c.end])
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(opinions))
    assert len(fold(text)) == len(text)
    assert normalize_with_map(text)[0] == normalize(text)
    submitter_masked(text)
    assert time.perf_counter() - started < _SECONDS


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_one_piece_many_times(unit: str) -> None:
    _check((unit * (_LENGTH // len(unit)))[:_LENGTH])


@pytest.mark.parametrize("unit", ["，", "好", "1", "一"])
def test_a_megabyte_of_one_character(unit: str) -> None:
    text = unit * (1_000_000 // len(unit.encode()))
    started = time.perf_counter()
    find_personal(text)
    assert len(split_text(text, MODELS)) == (unit != "，")
    assert time.perf_counter() - started < _SECONDS


def test_marks_inside_words_move_no_offset() -> None:
    text = "\u202e我叫\u200b冷疏影\u200d，电话1990\u200b0000001，建议\ufeff增设路灯。"
    for span in find_personal(text):
        assert text[span.start : span.end].strip()
    (start, end, _), *_ = split_text(text, MODELS)
    assert "路灯" in text[start:end]


def test_an_endless_text_is_split_like_a_short_one() -> None:
    sentence = "建议在路口增设路灯。"
    spans = split_text(sentence * 5000, MODELS)
    assert spans
    assert spans[-1][1] > len(sentence) * 4990


def test_what_a_text_gives_does_not_depend_on_the_others() -> None:
    texts = ["", "支持", "建议增设路灯，因为太黑。另外删去第三条。", "😀", "1。" * 3000, "反对收费！"]
    assert split_texts(texts, MODELS) == [split_text(text, MODELS) for text in texts]


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\u00ad"])
def test_numbers_and_names_are_found_through_marks_that_are_not_seen(mark: str) -> None:
    text = f"\u202e我叫冷{mark}疏{mark}影，电话{mark.join('19900005301')}，建议增设路灯。"
    found = find_personal(text)
    assert [(span.type, span.masked) for span in found] == [("name", "冷*影"), ("phone", "199****5301")]
    assert [text[span.start : span.end].replace(mark, "") for span in found] == ["冷疏影", "19900005301"]
