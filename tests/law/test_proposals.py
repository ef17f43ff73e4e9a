import pytest

from jietan.language.lexicon import load_lexicon
from jietan.law.additions import add, define, extend
from jietan.law.amend import strike
from jietan.law.proposals import change, delete, keep, point, votes
from jietan.law.proposed import Provision, Voice
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
        ("在每日二十三时至次日五时关闭。", "从十二点开始好了，十一点太早", "在每日二十四时至次日五时关闭。"),
        ("所需费用由物业服务人承担。", "费用不应由物业承担，应当从公共收益中列支", "所需费用从公共收益中列支。"),
        ("所需费用由物业服务人承担。", "费用可以由业主共有收益列支", "所需费用可以从业主共有收益中列支。"),
        ("蓄电池使用满五年的，应当更换。", "“使用满五年的，应当更换”没道理，改为检测不合格的应当停用", "蓄电池检测不合格的，应当停用。"),
        ("所需资金由业主承担，属于人民政府投资的除外。", "应当由政府出资", "所需资金由人民政府承担，属于人民政府投资的除外。"),
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


@pytest.mark.parametrize(
    ("original", "said", "proposed"),
    [
        ("有关部门应当给予奖励。", "没有标准，建议授权市人民政府制定奖励办法", "有关部门应当给予奖励。奖励办法由市人民政府制定。"),
        ("管理单位可以采取搬移措施。", "搬移车辆的，并须履行通知、登记手续", "管理单位可以采取搬移措施，并应当履行通知、登记手续。"),
    ],
)
def test_a_sentence_grows_at_its_end(original, said, proposed):
    found = extend(Provision(original, "第三条", LAW), voices(said), words(original, "市人民政府可以委托。"))
    assert found.text == proposed
    assert joined(found) == proposed


def test_an_item_or_what_others_do_not_speak_of_does_not_grow():
    original = "管理单位可以采取搬移措施。"
    said = "搬移车辆的，并须履行通知、登记手续"
    assert extend(Provision(original, "第三条第一项", LAW, item=True), voices(said), words(original)) is None
    others = ("停车收费太贵", "夜里太吵", "保安态度差", "电梯老是坏", "绿化太少")
    assert extend(Provision(original, "第三条", LAW), voices(said, *others), words(original)) is None


def test_nothing_is_added_that_turns_round_what_stands_there():
    original = "服务费实行市场调节价。"
    assert add([original], 0, Provision(original, "第三条", LAW), voices("服务费应当实行政府指导价"), words(original)) is None


def test_the_clause_whose_amount_most_want_lifted_goes():
    place = Provision("管理单位应当登记车辆，每户不超过二辆。", "第三条", LAW)
    assert delete(place, voices("每户限登记两辆没有依据，建议删除", "别限每户两辆"), sure=False).text == "管理单位应当登记车辆。"
    assert delete(place, voices("每户两辆正好", "两辆不长不短"), sure=False) is None
    rest = Provision("被取消资格的驾驶员，自取消之日起五年内不得从业。", "第四条", LAW)
    assert delete(rest, voices("五年不限了吧，删掉", "五年这个删去"), sure=False) is None


def test_a_point_is_the_ask_and_not_what_stands_around_it():
    said = voices("我觉得真是的，这算什么呀！", "另外，建议写明搬移以前要拍照登记，行不行？")
    assert point("修改", said, words("应当搬移。"), LAW).text == "写明搬移以前要拍照登记"


def test_a_point_does_not_repeat_the_provision():
    original = "每户登记的车辆不超过二辆。"
    found = point("修改", voices("每户登记的车辆不超过二辆，建议改成不超过一辆。"), words(original), LAW, original)
    assert "一辆" in found.text


def test_an_article_of_one_long_sentence_with_ten_items():
    listed = "禁止下列行为：\n" + "\n".join(f"（{n}）行为{n}；" for n in "一二三四五六七八九") + "\n（十）其他行为。"
    found = add([listed], 0, Provision(listed, "第五条", LAW), voices("请禁止在公园水面垂钓。"), words(listed))
    assert found.text.endswith("（九）行为九；\n（十）在公园水面垂钓；\n（十一）其他行为。")
    assert found.note == "增加一项，作为第十项"
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
    assert (plain.text, plain.drafted) == ("你们好好管管这事", False)
    assert [str(p) for p in plain.pieces] == ["opinion:O0[0:8]→你们好好管管这事"]


def test_an_addition_does_not_give_to_another_what_the_article_gives_to_one():
    original = "方案应当公示，并依法由业主共同决定。"
    said = voices("表决建议由楼栋代表会议决定，", "方案的表决应由代表会议决定。")
    assert add([original], 0, Provision(original, "第五条", LAW), said, words(original, "业主委员会应当公示。")) is None


def test_what_the_law_is_to_cover_too():
    said = voices("老年代步车、电三轮也该写进来，", "将电动三轮车的停放充电一并纳入。")
    found = add((), 0, Provision("", "", LAW), said, words("电动自行车的停放充电应当符合要求。"))
    assert found.text == "电动三轮车的停放充电，参照本条例执行。"
    assert joined(found) == found.text
