import docx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jietan.errors import InputError
from jietan.law.amendment import amend, articles_of_item, read_amendments
from jietan.law.document import Paragraph, read_paragraphs
from jietan.law.library import Library, articles_frame
from jietan.law.parse import parse_paragraphs

DOGS = """青禾市养犬管理条例
第一章　总则
第一条　为了规范养犬行为，制定本条例。
第二条　公安机关主管养犬工作，公安机关可以委托街道办事处。
第二章　登记
第三条　养犬应当在三十日内登记。
登记不收费。
第四条　申请登记应当提交下列材料：
（一）身份证明；
（二）免疫证明；
（三）照片。
前款材料可以在网上提交。
第五条　每户限养一只犬。
第三章　附则
第六条　违反本条例第五条规定的，处二百元罚款。
第七条　本条例自2020年1月1日起施行。
"""


def paragraphs(text):
    return [Paragraph(line, f"第{n}行") for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def library(*texts):
    drafts = [parse_paragraphs(paragraphs(text), "a.txt") for text in texts]
    return Library(pd.concat([articles_frame(draft.articles, "library") for draft in drafts], ignore_index=True))


def amended(items, law=DOGS, title="青禾市养犬管理条例"):
    (amendment,) = read_amendments(paragraphs(f"关于修改《{title}》的决定（草案）\n对《{title}》作如下修改：\n{items}"))
    return amend(amendment, library(law))


def texts(result):
    return dict(zip(result.articles["article"], result.articles["text"], strict=True))


def test_a_decision_with_many_kinds_of_items():
    result = amended(
        "一、将第二条中的“公安机关”修改为“公安部门”。\n"
        "二、增加一条，作为第三条：“犬只饲养者应当文明养犬。\n"
        "　　“居民委员会可以制定公约。”\n"
        "三、第三条改为第四条，第一款中的“三十日”修改为“十五日”；删去第二款。\n"
        "四、第四条改为第五条，第一款增加一项，作为第二项：“（二）养犬承诺书；”。\n"
        "五、删去第五条。\n"
        "六、第六条修改为：“违反本条例规定的，处五百元罚款。”\n"
        "此外，对条文序号作相应调整。\n"
        "本决定自2030年1月1日起施行。\n"
    )
    assert result.problems == []
    assert texts(result) == {
        "第一条": "为了规范养犬行为，制定本条例。",
        "第二条": "公安部门主管养犬工作，公安部门可以委托街道办事处。",
        "第三条": "犬只饲养者应当文明养犬。\n居民委员会可以制定公约。",
        "第四条": "养犬应当在十五日内登记。",
        "第五条": "申请登记应当提交下列材料：\n（一）身份证明；\n（二）养犬承诺书；\n（三）免疫证明；\n（四）照片。\n"
        "前款材料可以在网上提交。",
        "第六条": "违反本条例规定的，处五百元罚款。",
        "第七条": "本条例自2020年1月1日起施行。",
    }
    assert result.numbers["第三条"] == "第四条"
    assert result.numbers["第五条"] is None
    assert result.articles_of(2) == ["第三条"]
    assert result.articles_of(5) == []
    assert result.removed_by[5] == ["第五条"]
    assert articles_of_item(result.articles, 4) == ["青禾市养犬管理条例#第五条"]
    assert articles_of_item(result.articles, 4, "云岭市湿地条例") == articles_of_item(result.articles, 5) == []
    assert articles_of_item(library(DOGS).articles, 4) == []
    row = result.articles.set_index("article").loc["第四条"]
    assert row["amended_item"] == "三"
    assert row["amended_words"].startswith("第三条改为第四条")
    assert row["paragraphs"] == ["养犬应当在十五日内登记。"]
    assert row["article_id"] == "青禾市养犬管理条例#第四条"
    assert result.articles["amended_item"].isna().sum() == 2
    assert result.articles["chapter"].tolist()[2:4] == ["第一章　总则", "第二章　登记"]


def test_what_does_not_fit_is_said():
    result = amended(
        "一、将第二条中的“城管部门”修改为“公安部门”。\n"
        "二、删去第九条。\n"
        "三、第三条第三款修改为：“甲。”\n"
        "四、第四条第二项单列为一款。\n"
        "五、将第五条修改为：“每户限养两只犬。\n"
    )
    assert [words.split("：")[1].removesuffix("，未作改动") for words in result.problems] == [
        "第二条中没有“城管部门”",
        "《青禾市养犬管理条例》没有第九条",
        "没有第三条第三款",
        "“第四条第二项单列为一款”没有看懂",
        "引号不成对，请核对引号内的文字",
    ]
    assert result.problems[0].startswith("修改文件第一项（第3行）：")
    assert texts(result)["第五条"] == "每户限养两只犬。"


def test_without_renumbering_a_gap_stays_and_added_articles_are_sub_numbered():
    law = "山谷市电梯安全办法\n第一条　甲甲。\n第二条　乙乙。\n第二条之一　丙丙。\n第三条　丁丁。\n第四条　戊戊。\n"
    result = amended(
        "一、在第二条之一后增加一条，作为第二条之二：“己己。”\n二、删去第三条。\n三、在第四条后增加一条，作为第四条之一：“庚庚。”",
        law,
        "山谷市电梯安全办法",
    )
    assert result.problems == []
    assert texts(result) == {
        "第一条": "甲甲。",
        "第二条": "乙乙。",
        "第二条之一": "丙丙。",
        "第二条之二": "己己。",
        "第四条": "戊戊。",
        "第四条之一": "庚庚。",
    }


def test_merged_split_moved():
    law = "\n".join(["海湾市图书馆条例", *(f"第{n}条　内容{n}。" for n in "一二三四五六")])
    result = amended(
        "一、将第一条、第二条合并，作为第一条，修改为：“合并。”\n"
        "二、第三条分为两条，作为第二条、第三条，修改为：“第二条　前半。”\n“第三条　后半。”\n"
        "三、第六条改为第四条。\n"
        "四、将第四条、第五条中的“内容”修改为“规定”。\n",
        law,
        "海湾市图书馆条例",
    )
    assert result.problems == []
    assert list(texts(result).values()) == ["合并。", "前半。", "后半。", "内容六。", "规定四。", "规定五。"]
    assert result.articles_of(2) == ["第二条", "第三条"]
    assert result.articles_of(4) == ["第五条", "第六条"]


def test_a_paragraph_becomes_an_article():
    result = amended("一、第三条第二款单列为一条，作为第四条，修改为：“登记免费。”\n二、第二章增加一条：“犬证不得转让。”")
    assert list(texts(result).values())[2:4] == ["养犬应当在三十日内登记。", "登记免费。"]
    assert result.articles_of(1) == ["第三条", "第四条"]
    assert texts(result)["第七条"] == "犬证不得转让。"
    assert amended("一、第四条第一款第二项改为第五条。").problems[0].endswith("还不能把第四条第一款第二项改为第五条，未作改动")


def test_numbers_that_leave_a_hole_are_named():
    assert amended("一、增加一条，作为第十条：“犬证不得转让。”").problems == ["修改后缺第八条至第九条，请核对条文序号"]
    assert amended("一、第二条第一款改为第二款。").problems == ["第二条：改后的第二款（项）与其他修改不能衔接，请核对次序"]


def test_a_chapter_added_and_headings_renamed():
    result = amended(
        "一、将第二章章名修改为“登记和免疫”。\n"
        "二、增加一章，作为第三章：“第三章　经营\n“第六条　经营犬只应当备案。\n“第七条　不得占道经营。”\n"
        "三、法规名称修改为“青禾市文明养犬条例”。\n"
    )
    assert [p for p in result.problems if "没有改动，请核对" not in p] == []
    chapters = dict(zip(result.articles["article"], result.articles["chapter"], strict=True))
    assert chapters["第三条"] == "第二章　登记和免疫"
    assert chapters["第六条"] == "第三章　经营"
    assert chapters["第九条"] == "第四章　附则"
    assert texts(result)["第七条"] == "不得占道经营。"
    assert result.law == "青禾市文明养犬条例"
    assert result.articles["article_id"].iloc[0] == "青禾市文明养犬条例#第一条"


def test_citations_of_moved_articles_are_named():
    result = amended("一、增加一条，作为第二条：“全市统一登记。”")
    assert result.problems == ["条文序号调整后，下列引用没有改动，请核对：第七条提到的第五条现为第六条"]


def test_paragraphs_and_items():
    result = amended(
        "一、第三条增加一款，作为第一款：“饲养者是登记义务人。”\n"
        "二、第四条第一款第三项修改为：“（三）近期照片。”；删去第一项；第二款修改为：“材料应当真实。”\n"
        "三、第二条“公安机关可以委托”前增加“市”，删去“主管养犬工作，”。\n"
    )
    assert texts(result)["第三条"] == "饲养者是登记义务人。\n养犬应当在三十日内登记。\n登记不收费。"
    assert texts(result)["第四条"] == "申请登记应当提交下列材料：\n（一）免疫证明；\n（二）近期照片。\n材料应当真实。"
    assert texts(result)["第二条"] == "公安机关市公安机关可以委托街道办事处。"
    assert result.problems == []


@pytest.mark.parametrize("quote", ["“{}”", '"{}"'])
def test_quotation_marks(quote):
    result = amended("一、将第五条修改为：" + quote.format("每户限养‘小型犬’一只。") + "\n二、将第一条修改为：" + quote.format("甲。"))
    assert texts(result)["第五条"] == "每户限养‘小型犬’一只。"
    assert texts(result)["第一条"] == "甲。"


def test_several_laws_in_sections():
    parks = "青禾市公园条例\n第一条　公园免费开放。\n第二条　本条例自公布之日起施行。\n"
    found = read_amendments(
        paragraphs(
            "关于修改《青禾市养犬管理条例》等二件地方性法规的决定\n"
            "一、对《青禾市养犬管理条例》作出修改\n（一）将第五条中的“一只”修改为“两只”。\n（二）删去第七条。\n"
            "二、对《青禾市公园条例》作出修改\n（一）将第一条修改为：“公园全年开放。”\n"
        )
    )
    laws = library(DOGS, parks)
    assert [amend(amendment, laws).law for amendment in found] == ["青禾市养犬管理条例", "青禾市公园条例"]
    assert texts(amend(found[1], laws))["第一条"] == "公园全年开放。"
    assert [item.number for item in found[0].items] == [1, 2]


def test_articles_as_items_and_a_title_without_book_marks():
    (found,) = read_amendments(
        paragraphs("青禾市养犬管理条例修正案（草案）\n第一条　将第五条中的“一只”修改为“两只”。\n第二条　删去第三条第二款。\n")
    )
    result = amend(found, library(DOGS))
    assert result.articles_of(1) == ["第五条"]
    assert texts(result)["第三条"] == "养犬应当在三十日内登记。"


@pytest.mark.parametrize(
    "text",
    [
        DOGS,
        "关于做好养犬登记工作的通知\n一、将登记时限改为十日。",
        "关于修改《青禾市养犬管理条例》的决定\n一、将第五条中的“一只”修改为“两只”。\n" + DOGS,
        "",
    ],
)
def test_other_documents(text):
    assert read_amendments(paragraphs(text)) == []


def test_a_law_that_the_library_lacks():
    (found,) = read_amendments(paragraphs("关于修改《云岭市湿地条例》的决定\n一、删去第二条。"))
    with pytest.raises(InputError, match=r"湿地条例.*laws add"):
        amend(found, library(DOGS), "a.docx")


def test_a_run_reads_the_amended_text(tmp_path, monkeypatch):
    from jietan.stages import parse as stage

    monkeypatch.setattr(stage, "load_library", lambda: library(DOGS))
    document = docx.Document()
    for line in ("青禾市养犬管理条例修正案（草案）", "一、第五条修改为：“每户限养两只犬。”", "二、删去第九条。"):
        document.add_paragraph(line)
    path = tmp_path / "修正案草案.docx"
    document.save(path)
    assert len(read_paragraphs(path)) == 3
    table, title, problems = stage.parse(path)
    assert title == "青禾市养犬管理条例"
    assert set(table["source"]) == {"draft"}
    assert table["position"].tolist() == list(range(7))
    changed = table.set_index("article").loc["第五条"]
    assert (changed["text"], changed["amended_item"]) == ("每户限养两只犬。", "一")
    assert any("没有第九条" in words for words in problems)


FRAGMENTS = st.sampled_from(
    "将 第二条 第三条第一款 第四条第一款第二项 第二款 第一项 第九条 第六条之一 第二章 、 和 至 中的 ， ； 。 后 前 ： 该条 分别 "
    "修改为 改为 作为 删去 增加一条 增加二款 增加一项 增加一章 合并 分为两条 本条例 "
    "“一只” “第六条　甲。” “（二）乙；” “丙：@（一）丁。” “ ” @ （一）".replace("@", "\n").split(" ")
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(FRAGMENTS, max_size=14).map("".join), min_size=1, max_size=4))
def test_no_item_breaks_the_reading(clauses):
    items = "\n".join(f"{n}、{clause}" for n, clause in zip("一二三四", ["将第一条修改为：“甲。”", *clauses], strict=False))
    result = amended(items)
    changed = set(result.articles.loc[result.articles["amended_item"].notna(), "article"])
    before = {a: t for a, t in texts_of(library(DOGS)).items() if result.numbers.get(a) and result.numbers[a] not in changed}
    after = texts(result)
    assert all(after[result.numbers[article]] == text for article, text in before.items())
    assert result.articles["article_id"].is_unique


def texts_of(laws):
    return dict(zip(laws.articles["article"], laws.articles["text"], strict=True))
