import pytest

from jietan.export.wording import book, changes, chinese_date, interval, limited, place, printable


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"article": "第十二条", "paragraph": 1, "item": "（三）"}, "第十二条第一款第三项"),
        ({"article": "第十八条之一", "paragraph": None, "item": None}, "第十八条之一"),
        ({"article": "第九条", "paragraph": None, "item": "（十二）"}, "第九条第十二项"),
        ({"article": None, "after_article": "第十八条", "operation": "增加"}, "增加一条（第十八条之后）"),
        ({"article": None, "after_article": None, "operation": "增加"}, "增加一条"),
        ({"article": None, "after_article": None, "operation": "none"}, "未对应条文"),
        ({"article": "第三条", "law": "某条例"}, "第三条"),
        ({"article": "第三条", "law": "某法"}, "《某法》第三条"),
    ],
)
def test_places(row, text):
    assert place(row, "某条例") == text


def test_printable_shows_what_it_removes():
    assert printable("甲\x00乙\x1f\ud800\uffff") == "甲□乙□□□"
    assert printable("甲\r\n乙\r丙\t丁") == "甲\n乙\n丙\t丁"
    assert printable(None) == ""


def test_titles_and_dates():
    assert book("某条例") == book("《某条例》") == "《某条例》"
    assert book("关于《甲》的决定") == "《关于〈甲〉的决定》"
    assert book("") == book(None) == ""
    assert chinese_date("2031-04-02T08:00:00") == "2031年4月2日"
    assert chinese_date("去年春天") == "去年春天"


def test_short_forms():
    assert interval(1, 1) == "1"
    assert interval(1, 3) == "1—3"
    assert limited(["甲", "乙"], 3, 2, "件") == "甲、乙"
    assert limited(["甲", "乙", "丙"], 2, 3, "件") == "甲、乙等3件"


def row(original, proposed, drafted=True):
    return {"original_text": original, "proposed_text": proposed, "drafted": drafted}


def test_changes():
    marks = changes(row("每日至二十时。", "每日至二十二时。"))
    assert "".join(t for op, t in marks if op != "add") == "每日至二十时。"
    assert "".join(t for op, t in marks if op != "cut") == "每日至二十二时。"
    assert {op for op, _ in marks} == {"same", "add", "cut"}
    assert changes(row(None, "新的一条。")) == [("add", "新的一条。")]
    assert changes(row("旧。", "")) == [("note", "【删去】"), ("cut", "旧。")]
    assert changes(row("旧。", "旧。")) == [("note", "【维持原规定】"), ("same", "旧。")]
    assert changes(row("旧。", "写清楚。", drafted=False)) == [("note", "【立法要点】"), ("same", "写清楚。")]
    assert changes(row(None, "")) == []
