"""The limits of local law: what crosses them, and what only speaks of them."""

import pytest

from jietan.law.style import RULES, infer_level, lint_text

# rule, text that crosses the line, texts that do not
_CASES = [
    ("power-crime", "情节严重的，处三年以下有期徒刑。", ["构成犯罪的，依法追究刑事责任。", "曾因故意犯罪被判处有期徒刑的，不予聘用。"]),
    ("power-crime", "以寻衅滋事罪论处。", ["构成犯罪的，依照《中华人民共和国刑法》追究刑事责任。"]),
    ("power-political", "可以剥夺政治权利一年。", ["被剥夺政治权利的人员，由公安机关监督。"]),
    ("power-liberty", "由公安机关处五日以下拘留。", ["由公安机关依照《中华人民共和国治安管理处罚法》给予拘留。"]),
    ("power-liberty", "可以限制其人身自由。", ["不得限制他人人身自由。", "禁止下列行为：\n（一）限制工作人员人身自由；\n（二）侮辱他人。"]),
    ("power-liberty", "予以强制隔离。", ["配合强制隔离戒毒场所的工作。"]),
    (
        "power-business-licence",
        "情节严重的，吊销营业执照。",
        ["由市场监督管理部门依法吊销营业执照。", "被吊销营业执照的，应当公告。", "吊销许可证。"],
    ),
    ("power-tax", "对充电设施运营单位减征企业所得税。", ["依法享受税收优惠。", "按照国家规定减征企业所得税。", "如实申报减免税费。"]),
    ("power-expropriation", "可以征收闲置房屋。", ["依法征收房屋的，给予补偿。", "被征收房屋的业主可以提出意见。"]),
    ("power-civil", "销售者和平台承担连带责任。", ["销售者和平台依法承担连带责任。"]),
    ("power-civil", "应当支付三倍的赔偿。", ["应当依法赔偿损失。"]),
    ("power-civil", "三十日内无人认领的，视为无主车辆。", ["三十日内无人认领的，依照《中华人民共和国民法典》处理。"]),
    ("power-economy", "市人民政府可以调整贷款利率。", ["按照国家规定执行贷款利率。"]),
    ("power-litigation", "当事人不得提起行政诉讼。", ["当事人可以依法提起行政诉讼。"]),
    ("power-litigation", "对决定不服的，应当先申请行政复议。", ["对决定不服的，可以依法申请行政复议。"]),
    ("power-organs", "人民法院应当优先立案。", ["行政机关应当优先办理。", "人民法院依法审理。"]),
    ("power-execution", "逾期不拆除的，予以强制拆除。", ["逾期不拆除的，依法强制拆除。", "依法申请人民法院强制执行。"]),
    ("power-coercion", "可以冻结其银行账户。", ["依法冻结其银行账户。", "可以扣押非法改装的车辆。"]),
    ("power-utilities", "可以对其停止供电。", ["不得停止供水。", "停水应当提前公告。", "不间断电源应当完好。"]),
    ("power-private-penalty", "物业服务人可以对违停车主罚款。", ["对物业服务人处五千元罚款。", "城市管理行政执法部门可以处罚款。"]),
    ("power-private-coercion", "物业服务人可以采取上锁措施。", ["公安机关可以扣押车辆。", "物业服务人应当劝阻、制止并报告。"]),
    (
        "power-qualification",
        "未取得养犬资格证书的，不得养犬。",
        ["凭学历证书报名。", "电工作业人员应当依法取得资格证书，未依法取得的不得上岗。"],
    ),
    ("power-outsiders", "外地车辆不得在本市营运。", ["不得限制外地商品进入本市。", "外地车辆在本市享有同等待遇。"]),
    (
        "power-licence",
        "未经街道办事处批准，任何单位不得设置充电设施。",
        ["依法应当经批准，未经依法批准的，不得设置。", "设置充电设施应当备案。"],
    ),
    ("power-credit", "拒不改正的，列入失信名单。", ["拒不改正的，予以公示。", "依法列入失信名单。"]),
]


@pytest.mark.parametrize(("rule", "bad", "good"), _CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(_CASES)])
def test_limit(rule, bad, good):
    found = {finding.rule: finding for finding in lint_text(bad, level="地方性法规")}
    assert rule in found, found
    assert "超出地方立法权限" in found[rule].message
    assert RULES[rule].source in found[rule].message
    for text in good:
        assert rule not in [finding.rule for finding in lint_text(text, level="地方性法规")], text


@pytest.mark.parametrize("bad", [case[1] for case in _CASES])
@pytest.mark.parametrize("level", ["法律", "行政法规", None])
def test_limits_are_for_local_law_only(bad, level):
    assert not [finding for finding in lint_text(bad, level=level) if finding.rule.startswith("power-")]


@pytest.mark.parametrize(
    ("rule", "text"),
    [("power-rule-penalty", "责令停产停业。"), ("power-rule-penalty", "没收违法所得。"), ("power-rule-coercion", "执法人员可以扣押车辆。")],
)
def test_limits_of_rules(rule, text):
    assert rule in [finding.rule for finding in lint_text(text, level="地方政府规章")]
    assert rule not in [finding.rule for finding in lint_text(text, level="地方性法规")]


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("临江市养犬管理条例", "地方性法规"),
        ("上海市住宅物业管理规定", "地方性法规"),
        ("中华人民共和国消防法", "法律"),
        ("物业管理条例", "行政法规"),
        ("某某章程", ""),
    ],
)
def test_level_from_the_title(title, level):
    assert infer_level(title) == level


def test_title_decides_where_no_level_is_given():
    text = "情节严重的，吊销营业执照。"
    assert "power-business-licence" in [finding.rule for finding in lint_text(text, title="临江市养犬管理条例")]
    assert lint_text(text, title="中华人民共和国消防法") == []
