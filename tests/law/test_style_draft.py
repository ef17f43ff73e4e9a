"""The rules on a whole draft: numbers, references, terms, duties and liability."""

import time

import pandas as pd
import pytest

from jietan.law.outline import group_paragraphs
from jietan.law.style import RULES, fix, lint_articles, lint_text
from jietan.resources import corpus_path
from jietan.stages.parse import parse

_TITLE = "临江市某某管理条例"


def _draft(*texts, chapters=None, labels=None, law=_TITLE):
    names = labels or [f"第{'一二三四五六七八九十'[i]}条" for i in range(len(texts))]
    rows = [
        {"law": law, "article": label, "chapter": chapter, "text": text, "paragraphs": group_paragraphs(text.split("\n")), "position": i}
        for i, (label, text, chapter) in enumerate(zip(names, texts, chapters or [None] * len(texts), strict=True))
    ]
    return pd.DataFrame(rows)


def _rules(frame, **options):
    return [finding.rule for finding in lint_articles(frame, **options)]


def _one(frame, rule, **options):
    (finding,) = [finding for finding in lint_articles(frame, **options) if finding.rule == rule]
    return finding


_PLAIN = "业主应当配合。"
_END = "本条例自2026年1月1日起施行。"
_LIABILITY = ["第一章 总则", "第二章 管理", "第三章 法律责任", "第四章 附则"]


@pytest.mark.parametrize(
    ("labels", "rule", "article"),
    [
        (["第一条", "第三条"], "article-gap", "第三条"),
        (["第二条", "第三条"], "article-gap", "第二条"),
        (["第一条", "第三条", "第二条"], "article-gap", "第三条"),
        (["第一条", "第一条之二"], "article-gap", "第一条之二"),
        (["第一条", "第一条"], "article-repeated", "第一条"),
    ],
)
def test_numbers_of_articles(labels, rule, article):
    found = lint_articles(_draft(*[_PLAIN] * len(labels), labels=labels))
    assert (rule, article) in [(finding.rule, finding.article) for finding in found]


@pytest.mark.parametrize("labels", [["第一条", "第二条", "第三条"], ["第一条", "第一条之一", "第一条之二", "第二条"]])
def test_numbers_that_follow(labels):
    assert not {"article-gap", "article-repeated"} & set(_rules(_draft(*[_PLAIN] * len(labels), labels=labels)))


def test_empty_article():
    assert _one(_draft(_PLAIN, ""), "article-empty").article == "第二条"
    assert "article-empty" not in _rules(_draft(_PLAIN, _PLAIN))


@pytest.mark.parametrize(
    "chapters",
    [
        ["第一章 总则", "第三章 附则"],
        ["第二章 总则", "第三章 附则"],
        ["第一章 总则 / 第一节 甲", "第一章 总则 / 第三节 丙"],
        ["第一编 甲 / 第一章 子", "第三编 丙 / 第二章 丑"],
    ],
)
def test_chapter_without_articles(chapters):
    assert "chapter-gap" in _rules(_draft(_PLAIN, _PLAIN, chapters=chapters))


@pytest.mark.parametrize(
    "chapters",
    [
        ["第一章 总则", "第二章 附则"],
        ["第一章 甲 / 第一节 子", "第二章 乙 / 第一节 丑"],
        ["第一编 甲 / 第一章 子", "第二编 乙 / 第一章 丑"],
        ["第一编 甲 / 第一章 子", "第二编 乙 / 第二章 丑"],
        [None, None],
    ],
)
def test_chapters_that_follow(chapters):
    assert "chapter-gap" not in _rules(_draft(_PLAIN, _PLAIN, chapters=chapters))


def test_table_of_contents():
    frame = _draft(_PLAIN, chapters=["第一章 总则"])
    assert "contents-missing" in _rules(frame, contents=False)
    assert "contents-missing" not in _rules(frame, contents=True)
    assert "contents-missing" not in _rules(frame)
    assert "contents-missing" not in _rules(_draft(_PLAIN), contents=False)


def test_purpose():
    assert "purpose-missing" in _rules(_draft(*[_PLAIN] * 4, _END))
    assert "purpose-missing" not in _rules(_draft("为了规范管理，制定本条例。", *[_PLAIN] * 3, _END))


def test_day_of_entry_into_force():
    missing = _one(_draft(*[_PLAIN] * 5), "force-missing")
    assert (missing.article, missing.severity) == ("", "error")
    assert "force-missing" not in _rules(_draft(*[_PLAIN] * 4, _END))
    assert "force-missing" not in _rules(_draft(*[_PLAIN] * 4, "本条例自公布之日起施行。"))
    assert _one(_draft(*[_PLAIN] * 3, _END, _PLAIN), "force-not-last").article == "第四条"
    assert "force-not-last" not in _rules(_draft(*[_PLAIN] * 4, _END))


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("违反本条例第九条规定的，予以批评。", "ref-article", "第九条"),
        ("依照第一条第三款规定办理。", "ref-paragraph", "第一条第三款"),
        ("有第二条第四项情形的，不予登记。", "ref-item", "第二条第四项"),
        ("违反前款规定的，予以批评。", "ref-before", "前款"),
    ],
)
def test_dangling_references(text, rule, words):
    frame = _draft("甲应当报告。\n乙应当报告。", "下列情形：\n（一）甲；\n（二）乙。", text)
    finding = _one(frame, rule)
    assert finding.article == "第三条"
    assert text[finding.start : finding.end] == words
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        "违反本条例第一条规定的，予以批评。",
        "依照第一条第二款规定办理。",
        "有第二条第二项情形的，不予登记。",
        "依照《中华人民共和国消防法》第六十条规定处罚。",
        "甲应当登记。\n违反前款规定的，予以批评。",
        "依照前条规定办理。",
        "前两条的规定不适用于丙。",
    ],
)
def test_references_that_exist(text):
    frame = _draft("甲应当报告。\n乙应当报告。", "下列情形：\n（一）甲；\n（二）乙。", text)
    assert not [rule for rule in _rules(frame) if rule.startswith("ref-")]


def test_first_article_has_none_before():
    assert _one(_draft("依照前条规定办理。", _PLAIN), "ref-before").article == "第一条"


def test_offsets_count_in_the_article_not_in_the_paragraph():
    text = "甲应当报告。\n违反第九条规定的，予以批评。"
    finding = _one(_draft(text), "ref-article")
    assert (text[finding.start : finding.end], finding.paragraph) == ("第九条", 2)


def test_first_paragraph_of_an_article_with_one():
    frame = _draft("甲应当报告。", "违反第一条第一款规定的，予以批评。")
    finding = _one(frame, "ref-only-paragraph")
    assert fix(frame["text"][1], [finding]) == "违反第一条规定的，予以批评。"
    assert "ref-only-paragraph" not in _rules(_draft("甲应当报告。\n乙应当报告。", "违反第一条第一款规定的，予以批评。"))


def test_own_article():
    assert _one(_draft("甲应当报告。\n违反第一条第一款的，予以批评。"), "ref-own-article").article == "第一条"
    assert "ref-own-article" not in _rules(_draft("甲应当报告。\n违反本条第一款的，予以批评。"))


def test_terms():
    unused = _draft("本条例所称无人机，是指无人驾驶的航空器。", _PLAIN)
    assert _one(unused, "term-unused").article == "第一条"
    used = _draft("本条例所称无人机，是指无人驾驶的航空器。", "无人机应当登记。")
    assert "term-unused" not in _rules(used)
    twice = _draft("本条例所称无人机，是指无人驾驶的航空器。", "无人机应当登记。", "本条例所称无人机，是指航空器。")
    assert _one(twice, "term-repeated").article == "第三条"
    assert "term-repeated" not in _rules(used)


def test_terms_in_a_list():
    text = "本条例下列用语的含义：\n（一）无人机，是指无人驾驶的航空器；\n（二）场站，是指起降的场所。"
    assert _one(_draft("无人机应当登记。", text), "term-unused").item == "（二）"
    assert "term-unused" not in _rules(_draft("无人机在场站应当登记。", text))


@pytest.mark.parametrize(
    ("texts", "rule", "article"),
    [
        (["城市管理部门（以下简称城管部门）负责管理。", _PLAIN], "short-name-unused", "第一条"),
        (["甲单位（以下简称单位）登记，由单位负责。", "乙单位（以下简称单位）报告。"], "short-name-repeated", "第二条"),
        (["运营人应当登记。", "运营单位（以下简称运营人）应当报告，运营人不得拒绝。"], "short-name-early", "第一条"),
        (["依照《某某规划》（以下简称总体规划）管理，落实总体规划。", "公布《某某规划》。"], "short-name-late", "第二条"),
        (["依照《规划》管理。"], "short-name-unknown", "第一条"),
    ],
)
def test_short_names(texts, rule, article):
    assert _one(_draft(*texts), rule).article == article


@pytest.mark.parametrize(
    "texts",
    [
        ["城市管理部门（以下简称城管部门）负责管理。", "城管部门应当公开信息。"],
        ["依照《某某规划》（以下简称《规划》）管理。", "公布《规划》。"],
        ["充电设施运营单位（以下简称运营单位）应当登记。", "运营单位应当报告。"],
    ],
)
def test_short_names_in_order(texts):
    rules = _rules(_draft(*texts))
    assert not [rule for rule in rules if rule.startswith("short-name")]
    assert "department-name" not in rules


def test_full_name_given_as_short_name():
    frame = _draft("根据《中华人民共和国消防法》（以下简称《消防法》），制定本条例。", "依照《消防法》处罚。")
    assert "law-full-name" not in _rules(frame)


def _with_liability(duty, liability):
    return _draft("为了规范管理，制定本条例。", duty, liability, _END, chapters=_LIABILITY)


def test_duty_without_liability():
    finding = _one(_with_liability("销售者应当登记。", "违反本条例规定的，予以批评。"), "duty-without-liability")
    assert (finding.article, finding.severity) == ("第二条", "note")
    for liability in ("销售者未登记的，处五百元罚款。", "违反本条例第二条规定的，处五百元罚款。"):
        assert "duty-without-liability" not in _rules(_with_liability("销售者应当登记。", liability))
    assert "duty-without-liability" not in _rules(_with_liability("区人民政府应当加强领导。", "违反本条例规定的，予以批评。"))
    assert "duty-without-liability" not in _rules(_draft("销售者应当登记。", _END))


def test_liability_for_an_article_without_a_duty():
    finding = _one(_with_liability("鼓励销售者登记。", "违反本条例第二条规定的，处五百元罚款。"), "liability-without-duty")
    assert finding.article == "第三条"
    assert "liability-without-duty" not in _rules(_with_liability("销售者应当登记。", "违反本条例第二条规定的，处五百元罚款。"))


def test_deed_that_the_article_does_not_name():
    wrong = _with_liability("销售者应当登记进货信息。", "违反本条例第二条规定，擅自占用绿地停放车辆的，处五百元罚款。")
    assert _one(wrong, "liability-mismatch").severity == "note"
    right = _with_liability("销售者应当登记进货信息。", "违反本条例第二条规定，未登记进货信息的，处五百元罚款。")
    assert "liability-mismatch" not in _rules(right)


def test_order_of_the_rows_does_not_matter():
    frame = parse(corpus_path("consultation_a") / "draft.docx")[0]
    assert lint_articles(frame) == lint_articles(frame.sample(frac=1, random_state=3))


def test_the_sample_draft():
    frame = parse(corpus_path("consultation_a") / "draft.docx")[0]
    found = lint_articles(frame, contents=True)
    assert not [finding for finding in found if finding.severity == "error"]
    (limit,) = [finding for finding in found if finding.severity == "warning"]
    assert (limit.rule, limit.article, limit.paragraph) == ("power-private-coercion", "第十八条", 3)


def test_a_draft_takes_less_than_a_second():
    frame = parse(corpus_path("consultation_a") / "draft.docx")[0]
    lint_articles(frame)
    started = time.perf_counter()
    lint_articles(frame)
    assert time.perf_counter() - started < 1


def test_a_text_takes_a_millisecond():
    text = "物业服务人应当每日开展防火巡查，对违反规定停放、充电的行为予以劝阻、制止；拒不改正的，处二百元以上五百元以下罚款。"
    lint_text(text, title=_TITLE)
    times = []
    for _ in range(50):
        started = time.perf_counter()
        lint_text(text, title=_TITLE)
        times.append(time.perf_counter() - started)
    assert sorted(times)[10] < 0.005  # 1 ms on an idle machine, with room for a busy one


def test_two_laws_are_checked_apart():
    frame = pd.concat([_draft(_PLAIN, _PLAIN, law="临江市甲条例"), _draft(_PLAIN, law="临江市乙条例").assign(position=2)])
    assert "article-repeated" not in _rules(frame)


def test_articles_without_paragraphs_and_chapters():
    frame = _draft("甲应当报告。\n乙应该报告。")[["law", "article", "text"]]
    assert _one(frame, "duty-should").paragraph == 2


def test_strange_labels_are_left():
    frame = _draft("依照前条规定办理。", labels=["附件"])
    assert "article-gap" not in _rules(frame)


def test_no_articles():
    assert lint_articles(_draft(_PLAIN).iloc[:0]) == []


def test_every_rule_names_its_source():
    assert all(rule.id == name and rule.title and rule.source for name, rule in RULES.items())
