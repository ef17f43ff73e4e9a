"""Verdicts on single asks, with invented texts."""

from types import SimpleNamespace

import pytest

from jietan.embedders import load_embedder
from jietan.loop.adoption import Judge
from jietan.loop.asking import Ask
from jietan.loop.revisions import clauses_of, revise

DRAFT = [
    ("第二条", ["公园每日开放时间为六时至二十时。", "遇有重大活动的，管理单位可以调整开放时间，并提前三日公告。"]),
    ("第三条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）携带宠物犬进入；\n（三）使用扩音设备播放音乐。"]),
    ("第四条", ["公园管理单位可以在公园内设置母婴室。"]),
    ("第五条", ["每个家庭登记的自行车不超过二辆。"]),
    ("第六条", ["公园管理单位应当每年公布收支情况。"]),
]
FINAL = [
    ("第二条", ["公园每日开放时间为六时至二十时。", "遇有重大活动的，管理单位可以调整开放时间，并提前七日公告。"]),
    ("第三条", ["公园内禁止下列行为：\n（一）攀折花木；\n（二）使用扩音设备播放音乐。"]),
    ("第四条", ["公园管理单位应当在公园内设置母婴室。"]),
    ("第五条", ["每个家庭可以登记自行车。"]),
    ("第六条", ["公园管理单位应当每年公布收支情况。"]),
    ("第七条", ["公园管理单位应当为轮椅、婴儿车提供坡道和无障碍通道。"]),
]


@pytest.fixture(scope="module")
def judge():
    draft, final = (clauses_of(SimpleNamespace(article=a, paragraphs=p) for a, p in law) for law in (DRAFT, FINAL))
    revisions = revise(draft, final)

    def ask(operation, texts, article=None, paragraph=None, item=None):
        own = [c for c in draft if c.owner == article]
        targets = tuple(c for c in own if paragraph in (None, c.paragraph) and item in (None, c.item))
        return Judge(revisions, load_embedder("jietan-static-zh")).judge(
            Ask(operation, tuple(texts), targets, len(targets) < len(own) or len(own) == 1)
        )

    return ask


@pytest.mark.parametrize(
    ("operation", "texts", "place", "outcome"),
    [
        ("修改", ["三日太短，改成七天"], ("第二条", 2), "full"),
        ("修改", ["提前公告的时间延长到十五日"], ("第二条", 2), "partial"),
        ("修改", ["三天太长了，一天就够，请缩短到一日"], ("第二条", 2), "no"),
        ("修改", ["开放时间延长到二十二时"], ("第二条", 1), "no"),
        ("修改", ["公告的时间应当延长"], ("第二条", 2), "full"),
        ("删除", ["删去禁止携带宠物犬这一项"], ("第三条", 1, "（二）"), "full"),
        ("删除", ["攀折花木这一项删掉"], ("第三条", 1, "（一）"), "no"),
        ("修改", ["登记的自行车放宽到三辆"], ("第五条",), "partial"),
        ("修改", ["登记收紧，每家只能一辆"], ("第五条",), "no"),
        ("修改", ["“可以”设置母婴室改为“应当”设置母婴室"], ("第四条",), "full"),
        ("增加", ["增加无障碍通道的规定，方便坐轮椅和推婴儿车的人"], (), "full"),
        ("增加", ["增加一条，规定公园里的游船要上保险"], (), "no"),
        ("修改", ["收支情况附上审计报告，贴在公园门口"], ("第六条",), "no"),
        ("修改", ["坐轮椅、推婴儿车的进不去，要有坡道和无障碍通道"], ("第六条",), "full"),
        ("保留", ["每年公布收支很好，不要改"], ("第六条",), "full"),
        ("保留", ["禁止带狗的规定应当保留"], ("第三条", 1, "（二）"), "no"),
        ("修改", ["收支情况应当每季度公布"], ("第六条",), "no"),
    ],
)
def test_what_became_of_an_ask(judge, operation, texts, place, outcome):
    verdict = judge(operation, texts, *place)
    assert verdict.outcome == outcome
    assert 0 < verdict.confidence < 1
    assert verdict.ground


def test_a_verdict_of_adoption_names_the_change(judge):
    (change,) = judge("修改", ["三日太短，改成七天"], "第二条", 2).revisions
    assert (change.deleted, change.inserted) == ("三日", "七日")


def test_one_voice_among_many_does_not_set_the_amount(judge):
    asks = ["请写明公告贴在哪里", "公告应当登在网站上", "公告要发短信", "公告要贴在门口", "公告七日"]
    assert judge("细化", asks, "第二条", 2).ground != "改成了所要求的数额"
