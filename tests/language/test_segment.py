import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.language import segment
from jietan.language.segment import STOP_WORDS, content_words, search_words, words

MIXED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("住宅小区电动自行车停放充电第二十条A1b.%-，。80 ")), max_size=60)
SENTENCES = [
    "第二十条第四项规定晚上十一点以后不能充电，夜班工人怎么办？",
    "公示80-90天，版本4.2.3，A1小区3栋，罚200元/次，30%的车位。",
    "物業服務人可以對違反規定停放的電動自行車採取上鎖、搬移等措施。",
    "外卖小哥𠮷先生说：“不让进小区，凭什么！”　👍👍",
    "consultation_a v1.0+ C++ e-bike, user@example.com http://a.b/c?d=1",
    "供电企业应当自受理用电申请之日起十个工作日内完成装表接电。",
]


@settings(deadline=None)
@given(MIXED)
def test_words_lose_nothing(text):
    assert "".join(words(text)) == text


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_segmenters_cut_alike(sentence):
    pytest.importorskip("rjieba", reason="rjieba 未安装")
    fast, plain = segment._load("fastest"), segment._load("jieba")
    assert fast.name == "rjieba"
    assert segment._cut(sentence, fast.cut) == segment._cut(sentence, plain.cut)
    assert segment._cut(sentence, fast.cut_for_search) == segment._cut(sentence, plain.cut_for_search)


def test_plain_jieba_writes_no_cache_and_says_nothing(tmp_path, monkeypatch, caplog, capfd):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with caplog.at_level(logging.DEBUG):
        engine = segment._jieba_backend()
        assert engine.cut("电动自行车停放") == ["电动", "自行车", "停放"]
    assert not list(tmp_path.iterdir())
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_search_words_fold_and_add_short_words():
    found = search_words("電動自行車，３０天")
    assert {"电动", "自行车", "30", "天"} <= set(found)
    assert "，" not in found


def test_content_words_keep_negation():
    found = content_words("我们不应当允许物业上锁的")
    assert {"不", "应当", "允许", "物业", "上锁"} <= set(found)
    assert not STOP_WORDS & set(found)
