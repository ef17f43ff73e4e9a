"""The lexicon: what ships, what is found in a text, users' files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jietan.errors import InputError
from jietan.language.lexicon import Entry, Lexicon, load_lexicon


def test_shipped_lexicon_is_large_and_clean() -> None:
    lexicon = load_lexicon()
    assert len(lexicon) >= 1500
    assert len({(e.colloquial, e.legal) for e in lexicon.entries}) == len(lexicon)
    assert all(e.colloquial != e.legal and e.domain for e in lexicon.entries)
    counts = Counter(e.domain for e in lexicon.entries)
    wanted = "社区治理 物业 交通 环保 食品 劳动 养老 未成年人 教育 医疗 住房 消费 数据与算法 宠物 城管 应急"
    assert all(counts[d] >= 40 for d in wanted.split())


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("电瓶车别进楼", "电动自行车"),
        ("電瓶車別進樓", "电动自行车"),
        ("老板拖着不发钱", "用人单位"),
        ("租客把墙砸了", "承租人"),
        ("房东不退押金", "出租人"),
    ],
)
def test_everyday_words_have_their_term(text: str, term: str) -> None:
    assert term in load_lexicon().legal_terms(text)


def test_longest_word_counts_and_what_is_said_is_not_added() -> None:
    lexicon = Lexicon([Entry("车", "车辆", "交通", ""), Entry("电瓶车", "电动自行车", "交通", ""), Entry("老板", "用人单位", "劳动", "")])
    assert lexicon.legal_terms("电瓶车和车") == ["电动自行车", "车辆"]
    assert lexicon.legal_terms("老板是用人单位") == []
    assert lexicon.legal_terms("") == []


def test_users_own_words_come_on_top(tmp_path: Path) -> None:
    path = tmp_path / "词.tsv"
    path.write_text("colloquial\tlegal\tdomain\tnote\n啵啵车\t三轮电动车\t交通\t\n\n", "utf-8")
    assert load_lexicon((path,)).legal_terms("啵啵车乱停") == ["三轮电动车"]


HEAD = "colloquial\tlegal\tdomain\tnote\n"


@pytest.mark.parametrize("text", ["", "a\tb\n", f"{HEAD}只有一列\n", f"{HEAD}\t车\t交通\t\n"])
def test_a_bad_file_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "词.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError):
        load_lexicon((path,))
    with pytest.raises(InputError):
        load_lexicon((tmp_path / "没有.tsv",))


def test_wrong_lines_are_named_and_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "词.tsv"
    path.write_text("colloquial\tlegal\n啵啵車\t三轮电动车\n一列\n车\t车\n\t空\n", "utf-8")
    with pytest.raises(InputError, match=r"第 3 行只有 1 列.*第 4 行两列相同；第 5 行口语没有写"):
        load_lexicon([path])
    path.write_text("colloquial\tlegal\n啵啵車\t三轮电动车\n", "utf-8")
    first = load_lexicon([str(path)])
    assert first.legal_terms("啵啵车") == ["三轮电动车"]
    assert load_lexicon([path]) is first
    path.write_text("colloquial\tlegal\n啵啵車\t三轮车辆\n", "utf-8")
    second = load_lexicon([path])
    assert second.legal_terms("啵啵车") == ["三轮车辆"]
    assert first.fingerprint != second.fingerprint
