import pytest

from jietan.language.lexicon import Entry, Lexicon
from jietan.law.demands import read_demands
from jietan.law.vocabulary import Vocabulary

DRAFT = (
    "物业服务人应当公示收费标准。",
    "市人民政府可以制定奖励办法。",
    "电动自行车应当停放整齐。",
    "禁止在公园水面捕捞。业主不得占用消防车通道。",
)
LEXICON = Lexicon([Entry("物业", "物业服务人", "物业", ""), Entry("电瓶车", "电动自行车", "交通", ""), Entry("老赖", "失信人", "", "贬称")])
WORDS = Vocabulary(DRAFT, LEXICON)


@pytest.mark.parametrize(
    ("text", "actor", "modality", "act"),
    [
        ("建议物业应当公开维修资金账目，", "物业服务人", "应当", "公开维修资金账目"),
        ("请禁止在公园水面垂钓。", None, "禁止", "在公园水面垂钓"),
        ("希望规定业主不许遮挡安全标志", "业主", "不得", "遮挡安全标志"),
        ("由市人民政府制定并公布", "市人民政府", "应当", "制定并公布"),
        ("监控录像保存三十日以上，", "监控录像", "应当", "保存三十日以上"),
        ("收费标准应由市人民政府制定，", "收费标准", "应当", "由市人民政府制定"),
        ("物业应该在三天内修复电瓶车棚", "物业服务人", "应当", "在三日内修复电动自行车棚"),
    ],
)
def test_reads_actor_modality_and_act(text, actor, modality, act):
    found = [d for d in read_demands(text, WORDS) if d.act.words == act]
    assert [(d.actor.words if d.actor else None, d.modality, d.act.words) for d in found] == [(actor, modality, act)]


def test_every_part_is_a_span_of_the_words():
    text = "对逾期不缴的，建议物业应当先书面催告，并公示催告记录。"
    (demand,) = read_demands(text, WORDS)
    assert text[demand.actor.start : demand.actor.end] == "物业"
    assert text[demand.act.start : demand.act.end].startswith("先书面催告")
    assert demand.condition.words == "逾期不缴的"


def test_a_first_offence_is_a_case():
    (demand,) = read_demands("对老年人初次违规，应以批评教育为主", WORDS)
    assert (demand.condition.words, demand.act.words) == ("老年人初次违规的", "以批评教育为主")


def test_a_term_is_not_said_twice():
    lexicon = Lexicon([Entry("八十岁以上", "高龄老年人", "", ""), Entry("老人", "老年人", "", "")])
    assert Vocabulary(("高龄老年人和老年人",), lexicon).legal("八十岁以上老人")[0] == "高龄老年人"


def test_the_drafts_own_word_stays():
    lexicon = Lexicon([Entry("监控", "公共安全视频图像信息系统", "", "")])
    draft = ("配备监控设备。", "公共安全视频图像信息系统应当联网。")
    assert Vocabulary(draft, lexicon).legal("监控应当保存三十日")[0] == "监控应当保存三十日"


@pytest.mark.parametrize("text", ["凭什么要我们出钱？", "你们应该管管吧", "物业根本就不行了", "", "？！", "必须", "应当应当应当"])
def test_speech_is_no_rule(text):
    assert read_demands(text, WORDS) == []


def test_the_lexicon_replaces_only_what_the_draft_calls_otherwise():
    words, notes = WORDS.legal("老赖的电瓶车和物业服务人")
    assert words.startswith("老赖的")
    assert "物业服务人服务人" not in words
    assert [str(n) for n in notes] == ["lexicon:电瓶车→电动自行车"]


def test_actors_are_those_of_the_draft():
    assert {"物业服务人", "市人民政府", "业主"} <= WORDS.actors
    assert WORDS.actor("物业")[0] == "物业服务人"
    assert WORDS.actor("猫") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("押金封顶一个月租金。", ("押金", "不得", "超过一个月租金")),
        ("录像起码保存三十天。", ("录像", "应当", "至少保存三十日")),
        ("每户面积不能少于八平方，", ("每户面积", "不得", "少于八平方米")),
        ("站务员都要学会急救", ("站务员", "应当", "掌握急救")),
        ("把电动三轮车也一并纳入，", ("电动三轮车", "应当", "参照本条例执行")),
        ("清运收费标准由物价部门公布；", ("清运收费标准", "应当", "由物价部门公布")),
        ("不如要求车棚都装上自动喷淋。", ("车棚", "应当", "安装自动喷淋")),
        ("建议写“出入口和通道均应有照明”", ("出入口和通道", "应当", "有照明")),
        ("晚上十点到凌晨六点商户不许放高音喇叭外的设备", None),
    ],
)
def test_reads_everyday_forms(text, sentence):
    found = [(d.actor.words if d.actor else None, d.modality, d.act.words) for d in read_demands(text, WORDS)]
    assert found == ([] if sentence is None else [sentence])


def test_a_time_of_day_is_written_as_statutes_do():
    (demand,) = read_demands("晚上十点到凌晨六点不得奏乐诵经，", WORDS)
    assert demand.actor.words == "二十二时至次日六时"


def test_what_the_clause_before_says_is_the_case():
    (demand,) = read_demands("底层不同意，电梯就不许开工！", WORDS)
    assert (demand.condition.words, demand.modality, demand.act.words) == ("底层不同意的", "不得", "开工")


@pytest.mark.parametrize(
    "text",
    [
        "须由企业派专人陪同到管理机构，实无必要，请予删去。",
        "另外免费那天建议改成网上发券，不能敞开大门涌入场馆。",
        "卡一年必须年检一次太多了",
        "地铁口每天有人拦路发传单，",
        "情节严重的就算了",
    ],
)
def test_reads_nothing_that_is_not_asked_for(text):
    assert read_demands(text, WORDS) == []


@pytest.mark.parametrize(
    ("text", "modality"),
    [("费用不由业主承担，", "不得"), ("费用不应由业主承担，", "不得"), ("费用不要由业主承担，", "不得"), ("费用由业主承担，", "应当")],
)
def test_a_denial_is_never_lost(text, modality):
    (demand,) = read_demands(text, WORDS)
    assert (demand.actor.words, demand.modality, demand.act.words) == ("费用", modality, "由业主承担")


@pytest.mark.parametrize("text", ["我们上夜班的人白天要补觉休息", "没有必要由业主承担费用"])
def test_what_people_say_of_themselves_is_no_rule(text):
    assert read_demands(text, WORDS) == []


@pytest.mark.parametrize(
    ("text", "modality", "act"),
    [("费用不该物业出", "不得", "由物业服务人承担"), ("价格要物价部门批", "应当", "由物价部门审批")],
)
def test_who_acts_behind_the_modal_word(text, modality, act):
    (demand,) = read_demands(text, WORDS)
    assert (demand.modality, demand.act.words) == (modality, act)


def test_a_word_that_a_noun_begins_with_is_no_verb():
    assert read_demands("建议写明先贴告知书、拍照、打电话，再搬移，", WORDS) == []
