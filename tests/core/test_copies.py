"""Copies of one letter: found through misspellings, with the common text and what each member adds."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from jietan.copies import find_copies, letter_of, own_words
from jietan.settings import MergeSettings
from jietan.tables import conform, empty

LETTER = (
    "我是一名夜班护士，下班已经是凌晨。草案要求夜里不得充电，我们这些人就没有时间充电了。"
    "请在第十二条里给夜班职工留一个口子，允许在有人看守的充电棚里充电。"
)
OWN = "另外建议给充电棚装上雨篷和摄像头。"


def _received(texts: list[str]) -> pd.DataFrame:
    blank = empty("received").reindex(range(len(texts)))
    ids = [f"c{i:05d}" for i in range(len(texts))]
    parts: list[list[object]] = [[] for _ in texts]
    return conform(blank.assign(comment_id=ids, text=texts, text_parts=parts, named=parts, source_file="a", source_row=1), "received")


def _campaigns(texts: list[str]) -> list[str | None]:
    return find_copies(_received(texts), MergeSettings())["campaign_id"].tolist()


@pytest.mark.parametrize(
    "other",
    [
        LETTER.replace("，", ",").replace("。", "！"),
        LETTER.replace("已经", "以经").replace("草案", "草按").replace("口子", "口字").replace("这些", "这写"),
        LETTER.translate(str.maketrans("们这时间请给职个许", "們這時間請給職個許")),
        "  " + LETTER.replace("。", "。\n\n"),
        LETTER + OWN,
    ],
)
def test_a_copy_is_found_whatever_its_spelling(other: str) -> None:
    labels = _campaigns(
        [
            LETTER,
            LETTER + "请考虑。",
            other,
            "建议在公园里增设直饮水点，夏天老人孩子都用得上，也能少买瓶装水，少一些塑料垃圾，还请尽快安排。",
        ]
    )
    assert isinstance(labels[0], str)
    assert labels[0] == labels[1] == labels[2]
    assert not isinstance(labels[3], str)


def test_short_texts_are_no_campaign() -> None:
    assert not any(isinstance(label, str) for label in _campaigns(["支持"] * 9))


def test_the_letter_and_what_members_add() -> None:
    members = [LETTER, LETTER.replace("已经", "以经"), "您好，" + LETTER, LETTER + OWN, OWN + LETTER]
    letter = letter_of(members)
    assert letter == LETTER
    assert [[text[a:b] for a, b in own_words(text, letter)] for text in (members[0], members[1], members[3], members[4])] == [
        [],
        [],
        [OWN],
        [OWN],
    ]
    assert letter_of(list(reversed(members))) == letter


def test_texts_that_share_nothing_have_no_letter() -> None:
    assert letter_of(["支持第一条。", "反对收费。", "路灯坏了。"]) == ""
    assert letter_of([]) == ""


def test_thousands_of_copies_and_of_texts_take_linear_time() -> None:
    words = "建议 增加 减少 公示 听证 路灯 充电 停车 垃圾 收费 绿化 学校 老人 孩子 电梯 小区 物业 规定 时间 标准".split()
    texts = (
        [LETTER] * 10_000
        + ["".join(words[(i * (k + 3) + i // 7 + k * k) % 20] for k in range(30)) for i in range(10_000)]
        + ["一" * 1000] * 2000
    )
    started = time.perf_counter()
    labels = _campaigns(texts)
    assert time.perf_counter() - started < 30
    assert len(set(labels[:10_000])) == 1


@pytest.mark.parametrize(("first", "second"), [("6", "14"), ("b009", "b010"), ("件2号", "件11号")])
def test_the_first_of_one_submitters_copies_is_the_one_people_count_first(first: str, second: str) -> None:
    frame = _received([LETTER, LETTER]).assign(comment_id=[second, first], submitter_key="k")
    copies = find_copies(frame, MergeSettings()).set_index("comment_id")["duplicate_of"]
    assert copies[second] == first
    assert not isinstance(copies[first], str)
