"""Every rule on a text alone: words that break it and words that do not."""

import time

import pytest

from jietan.law.style import RULES, fix, lint_text

# rule, a text that breaks it, what the correction gives (None where a person decides), texts that keep it
_CASES = [
    ("duty-must", "经营者必须登记。", None, ["经营者应当登记。", "生活必需品应当保障供应。"]),
    ("duty-should", "业主应该配合检查。", "业主应当配合检查。", ["业主应当配合检查。", "监督管理应当公开。", "物业服务必须公开。"]),
    ("duty-should", "物业服务人务必及时报告。", "物业服务人应当及时报告。", ["从业人员的业务必要时可以委托。"]),
    ("duty-ying", "运营单位应公示收费标准。", "运营单位应当公示收费标准。", ["制定应急预案，回应关切，适应需要。", "增加供应。"]),
    ("duty-ying", "车辆应停放在指定地点。", "车辆应当停放在指定地点。", ["履行依法应尽的义务。", "按照应纳税所得额计算。"]),
    ("forbid-words", "严禁携带蓄电池进入电梯。", "禁止携带蓄电池进入电梯。", ["禁止携带蓄电池进入电梯。"]),
    ("forbid-words", "任何人不准占用消防车通道。", "任何人不得占用消防车通道。", ["作出不准予许可的决定。", "数据不准确的，应当更正。"]),
    ("forbid-words", "业主不许改变用途。", "业主不得改变用途。", ["不许可的，说明理由。"]),
    ("forbid-cannot", "经营者不能擅自涨价。", None, ["不能满足前款规定的，应当采取措施。", "因不可抗力不能履行的除外。"]),
    ("forbid-subject", "任何单位和个人禁止遮挡标志。", "任何单位和个人不得遮挡标志。", ["禁止遮挡标志。", "任何单位和个人不得遮挡标志。"]),
    ("forbid-no-subject", "不得在楼道停放车辆。", None, ["任何人不得在楼道停放车辆。", "禁止在楼道停放车辆。"]),
    ("or-word", "单位或个人有权举报。", "单位或者个人有权举报。", ["单位或者个人有权举报。", "或然事项、或有负债除外。"]),
    ("and-or", "由区人民政府和/或街道办事处公布。", None, ["由区人民政府或者街道办事处公布。"]),
    (
        "but-word",
        "可以延期，但不得超过三十日。",
        "可以延期，但是不得超过三十日。",
        ["可以延期，但是不得超过三十日。", "不但有效，而且经济。"],
    ),
    (
        "except-form",
        "除紧急情况以外，应当提前公告。",
        "除紧急情况外，应当提前公告。",
        ["除紧急情况外，应当提前公告。", "除罚款以外，还应当公示。"],
    ),
    (
        "according-to",
        "按照本条例第十条规定处理。",
        "依照本条例第十条规定处理。",
        ["依照本条例第十条规定处理。", "按照合同约定处理。", "按照章程办理。"],
    ),
    (
        "legal-basis",
        "依据《中华人民共和国消防法》，制定本条例。",
        "根据《中华人民共和国消防法》，制定本条例。",
        ["根据有关法律，制定本条例。"],
    ),
    (
        "list-below",
        "经营者应当符合以下条件：\n（一）有场所；\n（二）有人员。",
        "经营者应当符合下列条件：\n（一）有场所；\n（二）有人员。",
        ["三万元以下罚款。"],
    ),
    (
        "list-below",
        "有下列情况之一的，不予登记：\n（一）资料不全；\n（二）不符合标准。",
        "有下列情形之一的，不予登记：\n（一）资料不全；\n（二）不符合标准。",
        [],
    ),
    ("make-rules", "市人民政府制订实施办法。", "市人民政府制定实施办法。", ["市人民政府制定实施办法。", "具体标准由市人民政府规定。"]),
    ("jointly-with", "由住房主管部门商同公安机关制定。", None, ["由住房主管部门会同公安机关制定。", "当事人协商同意的除外。"]),
    ("pay-word", "逾期不交纳罚款的，可以申请强制执行。", "逾期不缴纳罚款的，可以申请强制执行。", ["缴纳罚款。", "按照规定缴纳税款。"]),
    ("pay-word", "业主应当缴纳物业服务费。", "业主应当交纳物业服务费。", ["业主应当交纳物业服务费。"]),
    ("set-off", "双方的债务可以抵消。", "双方的债务可以抵销。", ["双方的债务可以抵销。", "两种作用相互抵消。"]),
    ("account-word", "应当建立帐簿。", "应当建立账簿。", ["应当建立账簿。", "不得搭建帐篷。"]),
    ("do-word", "应当在七日内做出决定。", "应当在七日内作出决定。", ["应当在七日内作出决定。", "对做出突出贡献的个人给予奖励。"]),
    ("publish-word", "本市颁布的标准应当公开。", "本市公布的标准应当公开。", ["本市公布的标准应当公开。"]),
    ("publish-word", "气象主管机构应当及时公布预警信息。", "气象主管机构应当及时发布预警信息。", ["应当及时发布预警信息。"]),
    ("illegal-gain", "没收非法所得。", "没收违法所得。", ["没收违法所得。", "禁止非法占用耕地。"]),
    ("set-up", "本市不得设立行政许可。", "本市不得设定行政许可。", ["不得设定行政许可。", "设立专项资金。", "设立居住权。"]),
    ("set-up", "区人民政府设定专项资金。", "区人民政府设立专项资金。", []),
    ("practise-word", "律师从业人员应当登记。", "律师执业人员应当登记。", ["从业人员应当接受培训。"]),
    ("approve-word", "由区人民政府核批。", None, ["由区人民政府审核批准。", "由区人民政府核准。"]),
    ("revoke-word", "以欺骗手段取得许可的，吊销许可证。", None, ["以欺骗手段取得许可的，撤销许可。", "情节严重的，吊销许可证。"]),
    ("seek-gain", "不得以此牟取福利。", "不得以此谋取福利。", ["不得牟取暴利。", "不得牟取非法利益。"]),
    (
        "define-form",
        "本条例所称公共场所是指对公众开放的场所。",
        "本条例所称公共场所，是指对公众开放的场所。",
        ["本条例所称公共场所，是指对公众开放的场所。"],
    ),
    ("define-refer", "本条例所指公共场所，是指对公众开放的场所。", "本条例所称公共场所，是指对公众开放的场所。", []),
    (
        "purpose-word",
        "为规范养犬行为，制定本条例。",
        "为了规范养犬行为，制定本条例。",
        ["为了规范养犬行为，制定本条例。", "为业主提供服务的单位应当登记。"],
    ),
    (
        "item-brackets",
        "有前款第（三）项情形的，从重处罚。",
        "有前款第三项情形的，从重处罚。",
        ["有前款第三项情形的，从重处罚。", "（三）其他情形。"],
    ),
    (
        "abbreviation-form",
        "市容环境卫生主管部门（下称主管部门）负责管理。",
        "市容环境卫生主管部门（以下简称主管部门）负责管理。",
        ["公用设施（以下简称设施）应当完好。"],
    ),
    ("fine-amount", "责令改正，可以并处罚款。", None, ["责令改正，处五百元罚款。", "依法处以罚款。"]),
    ("fine-open", "处五千元以上罚款。", None, ["处五千元以上一万元以下罚款。", "处五千元以下罚款。"]),
    ("fine-form", "处以五百元罚款。", "处五百元罚款。", ["处五百元罚款。"]),
    ("crime-clause", "构成犯罪的，由司法机关追究刑事责任。", "构成犯罪的，依法追究刑事责任。", ["构成犯罪的，依法追究刑事责任。"]),
    ("crime-clause", "构成犯罪的，追究其刑事责任。", "构成犯罪的，依法追究刑事责任。", []),
    ("days-word", "应当在十五天内答复。", "应当在十五日内答复。", ["应当在十五日内答复。", "每天巡查一次。", "不得在白天以外作业。"]),
    ("days-word", "公示不少于两天。", "公示不少于二日。", ["在第三天之前报告。"]),
    ("working-days", "查封的期限为三十个工作日。", None, ["查封的期限为三十日。", "自受理之日起十个工作日内办结。"]),
    ("bounds-doubled", "不少于三人以上。", "不少于三人。", ["三人以上。", "不少于三人。"]),
    ("bounds-doubled", "不得超过十日以内。", "不得超过十日。", ["十日以内。"]),
    ("department-name", "市民政局负责殡葬管理。", None, ["市民政部门负责殡葬管理。", "不得影响布局。", "国家统计局公布的数据。"]),
    ("duty-ying", "有关部门应提供便利。", "有关部门应当提供便利。", ["可以应业主要求组织召开会议。", "做到有求必应、无事不扰。"]),
    ("department-name", "由城管队员查处。", None, ["由城市管理行政执法部门查处。"]),
    ("colloquial", "方便老百姓办事。", None, ["方便群众办事。", "参加搞活经济的活动。"]),
    ("colloquial", "不得停放电瓶车。", None, ["不得停放电动自行车。", "大家庭成员应当互助。"]),
    ("vague-word", "原则上不再审批。", None, ["不再审批。", "坚持公平的原则。"]),
    ("tone-marks", "谁来负责？", None, ["由街道办事处负责。"]),
    ("chinese-numerals", "处500元罚款。", "处五百元罚款。", ["处五百元罚款。", "本条例自2026年1月1日起施行。", "符合GB 17761—2018标准。"]),
    ("chinese-numerals", "依照第12条规定处理。", "依照第十二条规定处理。", ["依照第十二条规定处理。", "推广5G、PM2.5监测。"]),
    ("chinese-numerals", "间距不少于1.5米。", "间距不少于一点五米。", ["间距不少于一点五米。"]),
    ("percent-words", "不低于总数的30%。", "不低于总数的百分之三十。", ["不低于总数的百分之三十。"]),
    ("percent-words", "不超过２．５％。", "不超过百分之二点五。", []),
    ("date-arabic", "自二〇二六年一月一日起施行。", "自2026年1月1日起施行。", ["自2026年1月1日起施行。"]),
    ("bounds-reversed", "处五万元以上一万元以下罚款。", None, ["处一万元以上五万元以下罚款。", "处一百元以上一千元以下罚款。"]),
    (
        "item-lead",
        "禁止下列行为。\n（一）吸烟；\n（二）饮酒。",
        "禁止下列行为：\n（一）吸烟；\n（二）饮酒。",
        ["禁止下列行为：\n（一）吸烟；\n（二）饮酒。"],
    ),
    (
        "item-end",
        "禁止下列行为：\n（一）吸烟，\n（二）饮酒；",
        "禁止下列行为：\n（一）吸烟；\n（二）饮酒。",
        ["说明：\n（一）甲。乙。\n（二）丙。"],
    ),
    (
        "item-end",
        "禁止下列行为：\n（一）吸烟\n（二）饮酒。",
        "禁止下列行为：\n（一）吸烟；\n（二）饮酒。",
        ["用语：\n（一）甲，是指一。\n（二）乙，是指二。"],
    ),
    (
        "item-gap",
        "禁止：\n（一）吸烟；\n（三）饮酒。",
        None,
        ["禁止：\n（一）吸烟；\n（二）饮酒。", "甲：\n（一）乙；\n另一段。\n（二）丙。"],
    ),
    ("item-alone", "禁止：\n（一）吸烟。", None, ["禁止：\n（一）吸烟；\n（二）饮酒。"]),
    (
        "item-de",
        "有下列情形之一的，不予登记：\n（一）材料不全的；\n（二）不符合标准；\n（三）正在接受调查的。",
        None,
        [
            "有下列情形之一的，不予登记：\n（一）材料不全的；\n（二）不符合标准的；\n（三）其他不宜登记的情形。",
            "有下列情形之一的，不予登记：\n（一）材料不全；\n（二）以营利为目的；\n（三）材料是伪造的。",
            "有下列行为之一的，予以警告：\n（一）吸烟的，但是在吸烟区的除外；\n（二）乱扔垃圾（含烟蒂）的；\n（三）法律规定的其他行为。",
            "应当提交下列材料：\n（一）申请书；\n（二）受他人委托的，委托书；\n（三）用地的。",
            "有下列情形之一的，不予登记：\n（一）材料不全的。补正的除外；\n（二）不符合标准。",
        ],
    ),
    (
        "item-de",
        "有下列行为之一的，予以警告：\n（一）吸烟；\n（二）乱扔垃圾的；\n（三）攀折花木。",
        None,
        ["有下列行为之一的，予以警告：\n（一）吸烟；\n（二）乱扔垃圾；\n（三）攀折花木。"],
    ),
    ("paragraph-end", "业主应当配合", None, ["业主应当配合。", "业主应当配合：\n（一）检查；\n（二）整改。"]),
    ("half-width", "业主应当配合,不得阻挠。", "业主应当配合，不得阻挠。", ["业主应当配合，不得阻挠。", "比例为1:2.5。"]),
    ("punctuation-doubled", "业主应当配合。。", "业主应当配合。", ["业主应当配合。"]),
    ("punctuation-doubled", "业主应当配合，。", "业主应当配合。", []),
    (
        "law-full-name",
        "依照《消防法》处罚。",
        "依照《中华人民共和国消防法》处罚。",
        ["依照《中华人民共和国消防法》处罚。", "依照《反分裂国家法》办理。"],
    ),
    (
        "law-name-marks",
        "依照中华人民共和国消防法处罚。",
        "依照《中华人民共和国消防法》处罚。",
        ["在中华人民共和国境内依法登记。", "依照《中华人民共和国消防法》处罚。"],
    ),
]


def _found(text, **options):
    return [finding for finding in lint_text(text, **options)]


@pytest.mark.parametrize(("rule", "bad", "corrected", "good"), _CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(_CASES)])
def test_rule_of_words(rule, bad, corrected, good):
    hits = [finding for finding in _found(bad) if finding.rule == rule]
    assert hits, bad
    assert all(finding.severity == RULES[rule].severity for finding in hits)
    if corrected is None:
        assert [finding.fix for finding in hits] == [None] * len(hits)
    else:
        assert fix(bad, hits) == corrected
        assert not [finding for finding in _found(corrected) if finding.rule == rule]
        assert RULES[rule].mechanical


_KEPT = [(case[0], text) for case in _CASES for text in case[3]]


@pytest.mark.parametrize(("rule", "text"), _KEPT, ids=[f"{rule}-{i}" for i, (rule, _) in enumerate(_KEPT)])
def test_good_words_are_left_alone(rule, text):
    assert rule not in [finding.rule for finding in _found(text)]


@pytest.mark.parametrize(
    ("rule", "title", "bad", "corrected"),
    [
        ("self-word", "临江市养犬管理条例", "违反本办法的，予以批评。", "违反本条例的，予以批评。"),
        ("self-word", "临江市停车管理办法", "适用本条例。", "适用本办法。"),
        ("self-name", "临江市养犬管理条例", "违反《临江市养犬管理条例》的，予以批评。", "违反本条例的，予以批评。"),
    ],
)
def test_own_name(rule, title, bad, corrected):
    hits = [finding for finding in lint_text(bad, title=title) if finding.rule == rule]
    assert fix(bad, hits) == corrected
    assert rule not in [finding.rule for finding in lint_text(bad)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("临江市养犬管理条例", "违反本条例的，予以批评。"),
        ("临江市养犬管理条例", "参照本规定的程序办理。"),
        ("临江市议事规则", "由香港特别行政区基本法委员会研究。"),
        ("临江市养犬管理条例", "《临江市养犬管理条例》同时废止。"),
        ("临江市养犬管理条例", "本法人的住所。"),
    ],
)
def test_own_name_is_left_alone(title, text):
    assert not {"self-word", "self-name"} & {finding.rule for finding in lint_text(text, title=title)}


def test_words_inside_a_name_do_not_count():
    assert lint_text("依照《严禁吸烟若干规定（2019年第5号）》处理。") == []


def test_place_of_a_finding():
    text = "甲应当报告。\n乙应当遵守下列规定：\n（一）不得吸烟；\n（二）应该登记。"
    (finding,) = lint_text(text)
    assert (finding.paragraph, finding.item) == (2, "（二）")
    assert text[finding.start : finding.end] == "应该"
    assert finding.article == ""


@pytest.mark.parametrize(
    ("ends", "item", "words"),
    [(("的", "", "的"), "（二）", ""), (("", "的", ""), "（二）", "的"), (("的", ""), "（二）", "")],
)
def test_place_of_the_item_that_ends_differently(ends, item, words):
    lines = [f"（{'一二三'[i]}）损坏设施{end}{'。' if i + 1 == len(ends) else '；'}" for i, end in enumerate(ends)]
    text = "\n".join(["有下列行为之一的，予以警告：", *lines])
    (finding,) = lint_text(text)
    assert (finding.rule, finding.item, text[finding.start : finding.end]) == ("item-de", item, words)
    assert text[: finding.start].endswith("损坏设施")


@pytest.mark.parametrize("piece", ["是", "（", "，但", "标的", "是的，"])
def test_long_items_take_no_longer_than_others(piece):
    text = f"有下列情形之一的，不予登记：\n（一）{piece * 20000}；\n（二）材料不全的。"
    started = time.perf_counter()
    lint_text(text)
    assert time.perf_counter() - started < 5


def test_only_paragraph_has_no_number():
    (finding,) = lint_text("业主应该登记。")
    assert (finding.paragraph, finding.item) == (None, None)


def test_findings_stand_in_order_and_once():
    found = lint_text("业主应该登记,应该报告。")
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)
    assert len(found) == len(set(found)) == 3


@pytest.mark.parametrize("text", ["", "\n", "　", "（一）", "：", "第（三）项", "。", "\0《", "《《》"])
def test_odd_texts(text):
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in lint_text(text, level="地方性法规"))


def test_fix_takes_the_first_of_two_that_overlap():
    found = lint_text("应该应该。")
    first = found[0]
    assert fix("应该应该。", [*found, first]) == "应当应当。"


def test_fix_of_a_number_and_its_unit():
    text = "应当在15天内答复。"
    assert fix(text, lint_text(text)) == "应当在十五日内答复。"


def test_fix_refuses_findings_of_another_text():
    found = lint_text("业主及物业使用人应该登记。")
    with pytest.raises(ValueError, match="不在文字之内"):
        fix("短。", found)


@pytest.mark.parametrize("bad", [case[1] for case in _CASES])
def test_fixing_settles(bad):
    once = fix(bad, lint_text(bad))
    twice = fix(once, lint_text(once))
    assert fix(twice, lint_text(twice)) == twice


def test_unknown_level_is_refused():
    with pytest.raises(ValueError, match="没有“省法”这个层级"):
        lint_text("业主应当登记。", level="省法")


@pytest.mark.parametrize("piece", ["1", "１", "一", "应", "《", "（一）\n", "构成犯罪", "处一日拘留", "除", "，"])
def test_texts_of_one_repeated_piece_take_no_longer_than_others(piece):
    text = piece * (20000 // len(piece))
    started = time.perf_counter()
    lint_text(text, level="地方性法规", title="临江市养犬管理条例")
    assert time.perf_counter() - started < 10
