import pytest

from jietan.classifiers import load_models
from jietan.language.segment import content_words
from jietan.settings import SplitSettings
from jietan.stages.classify import classify, triage_of
from jietan.stages.split import split
from jietan.tables import empty
from stage_tables import provisions, received

MODELS = load_models("jietan-labels-zh")
DRAFT = provisions([["夜市应当在二十三时前收摊，摊主应当保持摊位周边清洁。"], ["违反前条规定的，处二百元以下罚款。"]])


def labelled(texts, draft=DRAFT):
    frame = received(texts)
    spans = split(frame, MODELS, SplitSettings())
    triage, labels = classify(frame, spans, draft, MODELS)
    return triage.set_index("comment_id")["triage"].tolist(), labels, spans


@pytest.mark.parametrize(
    ("text", "triage"),
    [
        ("建议把第一条的收摊时间改为二十四时。", "legislative"),
        ("罚款二百元太少，应当提高到一千元。", "legislative"),
        ("来电人反映巷口路灯坏了三个月没人修，请有关部门尽快处理。", "governance"),
        ("诚聘服务员两名，包吃住，月薪四千，有意者电话联系。", "off_topic"),
        ("👍👍", "empty"),
    ],
)
def test_comments_go_where_they_belong(text, triage):
    assert labelled([text])[0] == [triage]


@pytest.mark.parametrize(
    ("text", "triage"),
    [
        ("建议修改物业管理条例，明确物业的法律责任。", "legislative"),
        ("应当规定遛狗必须牵绳，违者罚款二百元。", "legislative"),
        ("收摊时间太早了，建议延长到二十四时，罚款也应当降低。", "legislative"),
        ("反映槐花巷下水道堵塞\n书记您好！我们巷子污水横流一个多月了，请求市政派人疏通。", "governance"),
        ("小区电梯天天坏，物业不管，请住建局督促尽快维修。", "governance"),
        ("请问退休工人异地就医怎么备案？需要哪些材料？", "personal"),
    ],
)
def test_without_a_draft_what_asks_for_a_rule_is_legislative(text, triage):
    assert labelled([text], empty("provisions"))[0] == [triage]


def test_a_letter_to_the_mayor_keeps_its_asks():
    text = "尊敬的市长：您好！我家住在青藤路，路灯坏了两个月。恳请市政部门尽快修好路灯，并在路口加装减速带。谢谢！"
    _, labels, spans = labelled([text], empty("provisions"))
    asked = "".join(spans[~spans["reason"].astype(bool)]["text"])
    assert "修好路灯" in asked
    assert "减速带" in asked
    assert set(labels["kind"]) & {"建议"}


@pytest.mark.parametrize(
    ("text", "kind", "stance", "operation"),
    [
        ("坚决支持第一条的规定，写得好。", "支持", "support", "保留"),
        ("第二条建议删除。", "建议", "oppose", "删除"),
        ("收摊时间建议改为二十四时。", "建议", "modify", "修改"),
        ("“周边”是指多少米？请释明。", "问题", "neutral", "释明"),
    ],
)
def test_plain_cases_get_plain_labels(text, kind, stance, operation):
    _, labels, _ = labelled([text])
    row = labels.iloc[0]
    assert (row["kind"], row["stance"], row["operation"]) == (kind, stance, operation)


def test_labels_agree_with_each_other():
    texts = ["支持收摊", "反对收摊，凭什么", "为什么要收摊？", "因为太吵，所以应当收摊", "不支持这一条"]
    _, labels, _ = labelled(texts)
    for row in labels.itertuples():
        if row.kind == "支持":
            assert (row.stance, row.operation) == ("support", "保留")
        if row.kind == "问题":
            assert (row.stance, row.operation) == ("neutral", "释明")
        if row.kind == "理由":
            assert row.operation == "none"
    assert labels[["kind_probability", "stance_probability", "operation_probability"]].to_numpy().max() <= 1


def test_an_empty_run_is_labelled():
    triage, labels, spans = labelled(["。。。"])
    assert triage == ["empty"]
    assert labels.empty
    assert spans.empty


@pytest.mark.parametrize("text", ["恳请删除第一条第一款，让夜里干活的人也有饭吃。", "第二条建议删去，罚款解决不了问题。"])
def test_a_provision_to_be_struck_is_opposed_and_deleted(text):
    row = labelled([text])[1].iloc[0]
    assert (row["kind"], row["stance"], row["operation"]) == ("建议", "oppose", "删除")


@pytest.mark.parametrize("text", ["第一条“固定摊位”的限定建议删去。", "清扫费用不应由摊主承担，应当由市场开办单位承担。"])
def test_what_is_to_be_otherwise_is_a_change(text):
    row = labelled([text])[1].iloc[0]
    assert (row["kind"], row["stance"], row["operation"]) == ("建议", "modify", "修改")


def test_a_terse_opinion_on_an_article_is_not_sent_away():
    article = frozenset(content_words("中考、高考期间，考点周边五百米范围内禁止产生噪声的活动。"))
    texts = ["高考那几天考点周边500米太小了，扩大到一千米。", "高考考点周边学区房出售，加微信看房"]
    assert triage_of(texts, [article], MODELS)[0] == ["legislative", "off_topic"]


@pytest.mark.parametrize("draft", [[frozenset({"垃圾", "清运费"})], []])
def test_who_asks_and_sells_nothing_is_not_off_topic(draft):
    said = "建议夜市最晚二十二时收摊，二十三时半太晚了。"
    sold = "出租夜市摊位一个，价格面议，电话199-0000-1111。"
    (asks, sells), (p, _) = triage_of([said, sold], draft, MODELS)
    assert asks in ("legislative", "governance")
    assert p < 0.6  # and so it is marked for a second look
    assert sells == "off_topic"
