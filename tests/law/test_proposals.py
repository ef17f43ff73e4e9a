import pytest

from jietan.language.lexicon import load_lexicon
from jietan.law.amend import strike
from jietan.law.proposals import Provision, Voice, add, change, define, delete, keep, point, votes
from jietan.law.style import lint_text
from jietan.law.vocabulary import Vocabulary

LAW = "测试市街巷条例"


def voices(*texts):
    return [Voice(f"O{k}", t) for k, t in enumerate(texts)]


def words(*texts):
    return Vocabulary(texts, load_lexicon())


def changed(original, *texts, more=()):
    place, vocabulary = Provision(original, "第三条", LAW), words(original, *more)
    return change(place, votes(place, voices(*texts), vocabulary), len(texts))


def joined(proposal):
    return "".join(p.words for p in proposal.pieces)


@pytest.mark.parametrize(
    ("original", "demand", "proposed"),
    [
        ("服务费实行市场调节价。", "服务费建议由市场调节价改为政府指导价", "服务费实行政府指导价。"),
        ("服务费实行市场调节价。", "服务费应当实行政府指导价", "服务费实行政府指导价。"),
        ("所需费用由物业服务人承担。", "费用应当由业主承担", "所需费用由业主承担。"),
        ("擅自占用的，由公安机关处二百元以下罚款。", "应当先责令改正", "擅自占用的，由公安机关责令改正；拒不改正的，处二百元以下罚款。"),
        ("方案应当公示，公示不少于七日。", "“公示”之后应当增加“并书面征求意见”", "方案应当公示并书面征求意见，公示不少于七日。"),
        ("供水单位应当在十日内装表。", "十日内装表，需要增容的不受十日限制", "供水单位应当在十日内装表，但是需要增容的除外。"),
        ("经营者可以限制车辆进入园区。", "经营者不可以限制车辆进园区", "经营者不得限制车辆进入园区。"),
        ("鼓励在公共区域建设卫生间。", "光写“鼓励”不够，必须写死", "应当在公共区域建设卫生间。"),
        ("应当每半年至少组织一次演练。", "演练改为每季度至少一次", "应当每季度至少组织一次演练。"),
        ("每户不少于零点五个停车位。", "半个车位不够，至少一户一个", "每户不少于一个停车位。"),
        ("处五千元以上三万元以下罚款。", "罚款上限应当提高到五万元", "处五千元以上五万元以下罚款。"),
        ("在每日二十三时至次日五时关闭。", "起始时间推后到凌晨一点", "在每日一时至次日五时关闭。"),
        ("自2026年1月1日起施行。", "施行日期改为2026年7月1日", "自2026年7月1日起施行。"),
        ("应当在一年内完成整改。", "一年太长，改成三个月", "应当在三个月内完成整改。"),
        ("处理时限为十五个工作日。", "由15个工作日改为5个", "处理时限为五个工作日。"),
    ],
)  # fmt: skip
def test_the_smallest_change_that_states_the_demand(original, demand, proposed):
    found = changed(original, demand)
    assert found is not None
    assert found.text == proposed
    assert joined(found) == proposed
    assert not [f for f in lint_text(proposed, title=LAW) if f.severity == "error"]


@pytest.mark.parametrize(
    ("original", "demand"),
    [
        ("应当在一年内完成整改。", "十二个月正好"),
        ("公告期为十四日。", "我看两周就行"),
        ("处五千元以上三万元以下罚款。", "罚款上限应当改为三千元"),
        ("车辆不得进入。", "凭什么不让进？"),
        ("采取上锁、搬移等措施。", "“上锁、搬移”改为“在紧急情况下可以搬移”，再“上锁”"),
    ],
)
def test_no_change_where_none_is_asked_or_none_can_be_written(original, demand):
    found = changed(original, demand)
    assert found is None or found.text != original
    if original.startswith("采取"):
        return
    assert found is None


def test_the_best_supported_amount_is_drafted_whatever_its_unit():
    found = changed("应当在四十八小时内修复。", "改为二十四小时", "一天之内必须修好", "改为十二小时", "应当改为二十四小时")
    assert found.text == "应当在二十四小时内修复。"
    assert set(found.leaders) == {"O0", "O1", "O3"}


@pytest.mark.parametrize(
    ("original", "quote", "left"),
    [
        ("可以采取上锁、搬移等措施。", "上锁", "可以采取搬移等措施。"),
        ("是指符合标准并依法登记的车辆。", "依法登记", None),
        ("通过捐赠、资助和集资等渠道筹集。", "集资", "通过捐赠、资助等渠道筹集。"),
        ("可以利用空地；确需占用绿地的，应当办理手续。", "确需占用绿地的", "可以利用空地。"),
        ("可以限制车辆进入。", "可以限制", None),
        ("使用集中充电设施充电；", "集中充电设施", None),
    ],
)
def test_strikes_words_without_leaving_a_stump(original, quote, left):
    found = strike(original, quote)
    assert (
        found == left or (left is None and found == "是指符合标准的车辆。") or (quote == "集资" and found == "通过捐赠和资助等渠道筹集。")
    )


def test_a_whole_provision_goes_only_where_that_is_sure():
    place = Provision("每户限养一只。", "第三条第一款", LAW)
    assert delete(place, voices("这一款请删除"), sure=False) is None
    assert delete(place, voices("这一款请删除"), sure=True).operation == "删除"


def test_a_new_item_and_a_new_paragraph_say_where_they_go():
    listed = "禁止下列行为：\n（一）捕捞；\n（二）游泳。"
    vocabulary = words(listed, "养犬人应当携带犬证。")
    item = add([listed], 0, Provision(listed, "第五条", LAW), voices("请禁止在公园水面垂钓。"), vocabulary)
    assert item.text == "禁止下列行为：\n（一）捕捞；\n（二）游泳；\n（三）在公园水面垂钓。"
    assert item.note == "增加一项，作为第三项"
    single = "养犬人应当携带犬证。"
    paragraph = add([single], 0, Provision(single, "第六条", LAW), voices("建议养犬人应当清除犬只粪便"), vocabulary)
    assert paragraph.text == "养犬人应当携带犬证。\n养犬人应当清除犬只粪便。"
    assert joined(paragraph) == paragraph.text


def test_an_article_of_one_long_sentence_with_ten_items():
    listed = "禁止下列行为：\n" + "\n".join(f"（{n}）行为{n}；" for n in "一二三四五六七八九") + "\n（十）其他行为。"
    found = add([listed], 0, Provision(listed, "第五条", LAW), voices("请禁止在公园水面垂钓。"), words(listed))
    assert found.text.endswith("（十）其他行为；\n（十一）在公园水面垂钓。")
    assert joined(found) == found.text


def test_what_no_body_may_legislate_stays_a_point():
    original = "养犬人应当携带犬证。"
    said = voices("养犬人不得遛犬，违者应当处三年有期徒刑。", "违反的必须判处有期徒刑")
    found = add([original], 0, Provision(original, "第五条", LAW), said, words(original))
    assert found is None or "有期徒刑" not in found.text


def test_a_definition_needs_the_word_and_its_meaning():
    place = Provision("不得私拉电线充电。", "第五条", LAW)
    found = define(place, voices("什么叫“私拉电线”？", "建议定义为“从住宅内向室外接线充电的行为”，"))
    assert found.text == "不得私拉电线充电。\n前款所称私拉电线，是指从住宅内向室外接线充电的行为。"
    assert define(place, voices("什么叫“私拉电线”？")) is None


def test_quotes_inside_quotes():
    original = "平台企业应当引导从业人员换电。"
    found = changed(original, "“平台那条只写‘引导’，引导是什么意思？‘引导’改为‘组织’”", more=("平台企业",))
    assert found is None or joined(found) == found.text


def test_keeping_and_points_name_their_sources():
    place = Provision("每户限养一只。", "第三条第一款", LAW)
    assert [str(p) for p in keep(place).pieces] == ["draft:第三条第一款→每户限养一只。"]
    plain = point("修改", voices("你们好好管管这事吧，"), words(place.text), LAW)
    assert (plain.text, plain.drafted) == ("你们好好管管这事吧", False)
    assert [str(p) for p in plain.pieces] == ["opinion:O0[0:9]→你们好好管管这事吧"]
