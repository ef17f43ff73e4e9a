"""``jietan explain``: every word of the draft reaches a card, nothing is added, and every sentence says where it stands."""

import json
import re

import docx
import pytest

from jietan.errors import InputError
from jietan.export.explanation import contents, write_explanation
from jietan.export.explanation.html import page
from jietan.export.explanation.text import as_json, markdown
from jietan.language.lexicon import load_lexicon
from jietan.language.numerals import find_quantities
from jietan.law.cite import find_citations
from jietan.law.norms import actors_of, norms_of
from jietan.loop.explain import explain
from jietan.loop.explain.audience import EVERYBODY, audiences
from jietan.loop.explain.plain import load_glossary, plain

_LABEL = re.compile(r"\s|（[一二三四五六七八九十]+）")
_MODAL = re.compile("应当|必须|不得|禁止|可以|有权|责令|罚款|处分|刑事责任")


@pytest.fixture(scope="module")
def sample(sample_folder):
    return explain(sample_folder / "draft.docx")


def _all(lines):
    for line in lines:
        yield line
        yield from line.items


def _write(path, text):
    path.write_text(text, "utf-8")
    return path


def test_every_word_of_the_draft_reaches_its_card(sample):
    assert len(sample.cards) == 34
    for card in sample.cards:
        told = "".join(line.plain.source for line in _all(card.lines))
        assert _LABEL.sub("", told) == _LABEL.sub("", card.text)
        for line in _all(card.lines):
            assert card.text[slice(*line.norm.span)] == line.plain.source
            assert not (_MODAL.search(line.plain.source) and line.norm.kind == "other"), line


def test_numbers_and_citations_stay_exact(sample):
    for card in sample.cards:
        for line in _all((*card.lines, *card.otherwise)):
            numbers = [[(q.value, q.unit) for q in find_quantities(text)] for text in (line.plain.source, line.plain.text)]
            assert numbers[0] == numbers[1], line.plain
            cited = [[(c.article, c.paragraph, c.item) for c in find_citations(text)] for text in (line.plain.source, line.plain.text)]
            assert cited[0] == cited[1], line.plain


def test_every_article_named_exists(sample, tmp_path):
    known = {card.article for card in sample.cards}
    (path,) = write_explanation(sample, tmp_path, ("md",))
    named = set(re.findall(r"第[一二三四五六七八九十]+条", path.read_text("utf-8")))
    assert named <= known
    assert len(named) == 34


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("蓄电池使用满五年的，应当更换。", "如果蓄电池使用满五年，要更换。"),
        ("逾期不改正的，处五千元以上三万元以下罚款。", "如果到期还不改正，罚款五千元以上三万元以下。"),
        ("自接到故障报修之时起四十八小时内予以修复；", "从接到故障报修那时起四十八小时内修复。"),
        ("对举报查证属实的，有关部门应当给予奖励。", "对举报查证属实的，有关部门要给予奖励。"),
        ("任何单位和个人不得擅自占用。", "任何单位和个人不能私自占用。"),
        ("依照《未成年人保护法》应当予以公布。", "按照《未成年人保护法》要公布。"),
    ],
)
def test_statutory_words_become_everyday_ones(said, expected):
    found = plain(said)
    assert found.text == expected
    assert found.source == said


def test_who_must_do_what():
    text = "电动自行车销售者不得销售不合格的充电器，并应当向购买者提示。\n规划和自然资源部门、街道办事处应当配合；业主可以申请补助。"
    found = [(n.kind, text[slice(*n.subject)], n.paragraph) for n in norms_of(text)]
    assert found == [
        ("must_not", "电动自行车销售者", 1),
        ("must", "电动自行车销售者", 1),
        ("must", "规划和自然资源部门、街道办事处", 2),
        ("may", "业主", 2),
    ]
    assert actors_of("规划和自然资源部门、街道办事处") == ["规划和自然资源部门", "街道办事处"]
    assert actors_of("集中停放场所、充电设施") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经兽医部门认定的宠物诊疗机构可以接种；应当公示价格。", [("may", "宠物诊疗机构"), ("must", "宠物诊疗机构")]),
        ("禁止个人饲养烈性犬。", [("must_not", "个人")]),
        ("禁止犬只进入的，应当设置标识。", [("must", "")]),
        ("居委会可以划定禁止停车的区域。", [("may", "居委会")]),
        ("鼓励志愿者组织和志愿者参与管理。", [("encourage", "志愿者组织和志愿者")]),
        ("所需资金由业主承担。", [("must", "业主")]),
        ("电动自行车应当登记。", [("must", "电动自行车")]),
    ],
)
def test_how_who_acts_is_read(text, expected):
    assert [(n.kind, text[slice(*n.subject)] if n.subject else "") for n in norms_of(text)] == expected


def test_what_follows_a_breach_stands_on_the_card(sample):
    cards = {card.article: card for card in sample.cards}
    assert [line.citation for line in cards["第十七条"].otherwise] == ["第三十条"]
    assert [line.citation for line in cards["第九条"].otherwise] == ["第三十一条第一款"]
    assert contents.no_consequence(cards["第十五条"])
    assert not contents.no_consequence(cards["第十六条"])
    assert not contents.no_consequence(cards["第三条"])
    assert sample.start == ("从2026年1月1日起施行", "第三十四条")


def test_questions_quote_the_draft(sample):
    about = set()
    for card in sample.cards:
        for question in card.questions:
            assert f"“{card.text[slice(*question.span)]}”" in question.text
            about.add(question.about)
    assert {"amount", "term", "cost", "exception", "power", "actor"} <= about
    (cost,) = [q for card in sample.cards if card.article == "第十七条" for q in card.questions if q.about == "cost"]
    assert cost.text == "“所需费用由物业服务人承担”：这笔钱由物业服务人出，您赞成吗？"


def test_the_overview_names_those_whom_the_draft_names(sample):
    found = {name: audience for audience in audiences(sample) for name in audience.names}
    text = "".join(card.text for card in sample.cards)
    assert all(name in text for name in found if name != EVERYBODY)
    assert {"业主", "物业服务人", "充电设施运营单位", "用户", EVERYBODY, "街道办事处"} <= set(found)
    assert [p.line.citation for p in found[EVERYBODY].of("must_not")] == ["第十六条", "第二十条"]
    assert [p.text for p in found["用户"].of("right")][1] == "（充电设施运营单位）从收到申请那天起七个工作日内退还"
    assert [line.citation for line in found["物业服务人"].breaches] == ["第三十条"]
    assert found["街道办事处"].public
    assert not found["业主"].public


def test_everyday_names_are_of_the_lexicon():
    known = {(entry.legal, entry.colloquial) for entry in load_lexicon().entries}
    glossary = load_glossary()
    assert glossary("物业服务人") == "物业"
    assert glossary.found("由物业服务企业的保安对电动自行车管理") == [("物业服务企业", "物业公司"), ("电动自行车", "电瓶车")]
    assert glossary.found("《电动自行车管理办法》") == []
    assert all(pair in known for pair in glossary.found("居民委员会、机动车驾驶人、老年人"))


def test_all_formats_say_the_same(sample, tmp_path):
    paths = {path.suffix: path for path in write_explanation(sample, tmp_path, ("docx", "html", "md", "json"))}
    document = docx.Document(paths[".docx"])
    cells = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    shown = paths[".html"].read_text("utf-8")
    told = json.loads(paths[".json"].read_text("utf-8"))
    for card, held in zip(sample.cards, told["cards"], strict=True):
        for line, row in zip(card.lines, held["lines"], strict=True):
            assert line.text in cells
            assert line.text in shown
            assert card.text[row["start"] : row["end"]] == row["source"]
    assert "<script" not in shown
    before = {path: path.read_bytes() for path in paths.values()}
    write_explanation(sample, tmp_path, ("docx", "html", "md", "json"))
    assert {path: path.read_bytes() for path in paths.values()} == before


def test_a_hostile_or_odd_draft(tmp_path):
    text = "# 甲市<b>试</b>条例\n\n第一条　<script>alert(1)</script>应当|配合。\n第二条　（一）直接从项开始；\n（二）第二项。\n第三条　一\n"
    found = explain(_write(tmp_path / "草案.md", text))
    shown = page(found)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert "\\|配合" in markdown(found)
    assert as_json(found)
    write_explanation(found, tmp_path, ("docx",))


def test_only_the_articles_that_an_amendment_changes_get_a_card(tmp_path):
    text = (
        "# 全国人民代表大会常务委员会关于修改《中华人民共和国消防法》的决定\n\n"
        "一、将第二条修改为：“消防工作应当坚持预防为主。”\n\n本决定自2026年1月1日起施行。\n"
    )
    found = explain(_write(tmp_path / "决定.md", text))
    assert [card.article for card in found.cards] == ["第二条"]


def test_the_command_writes_the_files_and_refuses_other_formats(sample_folder, tmp_path, capsys):
    from jietan.cli import main

    def call(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return ended.value.code, capsys.readouterr()

    code, printed = call("explain", sample_folder / "draft.md", "--out", tmp_path / "解读", "--to", "html、md")
    assert code == 0
    assert "34 条" in printed.out
    assert sorted(p.name for p in (tmp_path / "解读").iterdir()) == ["草案解读.html", "草案解读.md"]
    code, printed = call("explain", sample_folder / "draft.md", "--out", tmp_path / "解读", "--to", "pptx")
    assert code == 2
    assert "没有 pptx 这种格式" in printed.err
    with pytest.raises(InputError, match="没有找到条文"):
        explain(_write(tmp_path / "空.md", "没有条文"))
