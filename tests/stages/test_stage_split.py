import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.classifiers import load_models
from jietan.settings import SplitSettings
from jietan.stages.split import split, split_text
from stage_tables import received

MODELS = load_models("jietan-labels-zh")


def asks(text):
    return [text[a:b] for a, b, reason in split_text(text, MODELS) if not reason]


def test_listed_asks_come_apart_without_their_markers():
    text = "三条意见：1.建议增加公厕数量；2.夜市应当在十点前收摊；3.请删除第九条第二款。"
    assert asks(text) == ["建议增加公厕数量；", "夜市应当在十点前收摊；", "请删除第九条第二款。"]


def test_grounds_are_not_asks():
    text = "建议把公示期延长到三十天，因为很多人在外地打工，回来的时候早就过了。"
    spans = split_text(text, MODELS)
    assert text[spans[0][0] : spans[0][1]].startswith("建议把公示期延长到三十天")
    assert not spans[0][2]


def test_every_comment_with_words_has_an_ask():
    assert asks("没什么好说的") == ["没什么好说的"]
    assert asks("👍👍") == []


def test_greetings_are_left_out():
    text = "尊敬的领导：您好！建议在菜场门口设置无障碍坡道。此致敬礼！"
    assert asks(text) == ["建议在菜场门口设置无障碍坡道。"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="建议我们应当删除，。；第三条不得因为1、\n太长了", max_size=80))
def test_spans_are_exact_ordered_and_apart(text):
    last = 0
    for start, end, _ in split_text(text, MODELS):
        assert last <= start < end <= len(text)
        last = end


def test_table_holds_exact_text():
    frame = received(["建议延长公示期。太短了。", "🙂", "反对收费"])
    spans = split(frame, MODELS, SplitSettings())
    texts = dict(zip(frame["comment_id"], frame["text"], strict=True))
    assert set(spans["comment_id"]) == {"c000", "c002"}
    assert all(texts[r.comment_id][r.start : r.end] == r.text for r in spans.itertuples())


@pytest.mark.parametrize("text", ["建议" * 2000, "，" * 500 + "建议修改", "第一条" + "（一）" * 300 + "删除"])
def test_long_and_odd_texts_are_split(text):
    assert split_text(text, MODELS)


@pytest.mark.parametrize(
    ("text", "items", "outside"),
    [
        ("（一）增加儿童友好条款\n（二）明确管理部门\n（三）设立举报奖励", ["儿童友好", "明确管理部门", "举报奖励"], []),
        ("A.限速三十；B.增设减速带；C.校门口禁停", ["限速", "减速带", "禁停"], []),
        ("①公示期延长到三十天②网上也要公示③听证会要有居民代表", ["三十天", "网上", "居民代表"], []),
        ("草案原文：“任何单位和个人不得占用消防通道。”我的意见是增加“并处五百元以下罚款”。", ["五百元以下罚款"], ["任何单位和个人"]),
        ("各位领导好，希望电梯加装补贴提高到三十万。谢谢大家！", ["三十万"], ["各位领导好", "谢谢大家"]),
        ("建议第六条增订罚则，第十一条应删除，谢谢！", ["第六条"], ["谢谢"]),
        ("您好！\n1、建议增加听证程序；\n2、罚款应当降到一百元；\n此致\n敬礼", ["听证程序", "降到一百元"], ["您好", "敬礼"]),
    ],
)
def test_every_item_asks_and_quotes_and_courtesies_do_not(text, items, outside):
    found = asks(text)
    holders = [next(k for k, opinion in enumerate(found) if item in opinion) for item in items]
    assert len(set(holders)) == len(items)
    assert not any(words in opinion for words in outside for opinion in found)


def test_what_the_draft_says_is_no_ask():
    found = asks("征求意见稿第九条第二款规定晚上十点以后禁止入园，我们下夜班的人没处散步。恳请删除第九条第二款。")
    assert "恳请删除第九条第二款。" in found
    assert not any(a.startswith("征求意见稿") for a in found)


def test_a_choice_and_a_purpose_stay_with_their_ask():
    assert asks("建议费用从公共收益中列支，或者使用维修资金。") == ["建议费用从公共收益中列支，或者使用维修资金。"]
    assert asks("恳请删除第二十条第四项，让夜班的人也能安心。") == ["恳请删除第二十条第四项，让夜班的人也能安心。"]


def test_speech_without_punctuation_is_cut_where_it_turns():
    story = "我说一下我们那边公园的灯去年冬天就坏了晚上黑得什么都看不见我妈摔了一跤在家躺了一个月"
    assert any(a.startswith("所以能不能规定") for a in asks(story + "所以能不能规定路灯坏了三天之内修好"))


def test_what_becomes_of_a_provision_stays_with_its_name():
    assert asks("第九条第二款限定晚上十点清园，建议改为十一点。恳请采纳。") == ["第九条第二款限定晚上十点清园，建议改为十一点。"]
    assert asks("建议增加公厕数量。联系电话199-0000-1226。") == ["建议增加公厕数量。"]


@pytest.mark.parametrize(
    "address", ["家在渔歌街道老码头路12弄5号203室。", "邮箱laoren@example.com。", "手机199-0000-1807。", "身份证329901195702050469，"]
)
def test_who_writes_and_where_to_reach_them_is_no_ask(address):
    found = asks(f"建议夜市晚上十点收摊，噪音太大。{address}")
    assert found
    assert not any(address in ask for ask in found)


@pytest.mark.parametrize(
    "ask", ["建议加一句，摊位上要挂照片和电话。", "能不能写进去，夜市要留出消防通道。", "我觉得应该专门加一条，没有物业的由街道来管。"]
)
def test_a_wish_that_something_be_written_stays_with_what_is_to_be_written(ask):
    assert ask in asks(f"我在桥头卖了二十年馄饨，天天看见油烟往楼上跑。{ask}")


def test_a_plain_ask_after_a_tale_is_kept():
    text = "俺们小区门口的夜市闹到后半夜，建议把收摊时间提前到二十二时。摊主也不容易，清运费就别收了。联系电话199-0000-2211。"
    assert asks(text)[0] == "建议把收摊时间提前到二十二时。"
    assert not any("电话" in ask for ask in asks(text))
