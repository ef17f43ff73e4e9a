from pathlib import Path

import pandas as pd
import pytest

from jietan.law.cite import find_citations, resolve_relative
from jietan.law.library import Library
from jietan.law.parse import read_draft
from jietan.law.resolve import describe, mark_content, resolve_citations

DRAFT = "临江市养犬条例"


def rows(law, articles, source):
    short = law.removeprefix("中华人民共和国")
    records = [
        {"article_id": f"{short}#{label}", "law": law, "article": label, "chapter": None, "text": "\n".join(paragraphs),
         "paragraphs": paragraphs, "status": "现行有效", "source": source}
        for label, paragraphs in articles.items()
    ]  # fmt: skip
    return pd.DataFrame(records)


@pytest.fixture
def draft():
    articles = {f"第{n}条": ["甲。"] for n in "一二三四五六七八九十"}
    articles["第二条"] = ["养犬应当登记。", "有下列情形之一的，不予登记：\n（一）烈性犬；\n（二）无证犬。"]
    articles["第十条之一"] = ["丁。"]
    articles["第十一条"] = ["下列场所禁止携犬：\n（一）医院；\n（二）学校。"]
    articles["第十二条"] = ["乙。"]
    return rows(DRAFT, articles, "draft")


@pytest.fixture
def library():
    fire = rows("中华人民共和国消防法", {f"第{n}条": ["丙。"] for n in ("一", "二", "二十八", "七十四")}, "library")
    price = rows("中华人民共和国价格法", {"第一条": ["丙。"]}, "library")
    return Library(pd.concat([fire, price], ignore_index=True))


def resolved(text, draft, library, **options):
    return resolve_citations(resolve_relative(find_citations(text, DRAFT), **options), draft, library)


def places(candidates):
    return [(c.article, c.paragraph, c.item) for c in candidates]


def test_what_exists(draft, library):
    found = resolved("第二条第二款第一项，消防法28条，《养犬条例》第十条之一", draft, library)
    assert [(r.status, r.source, r.article_id, r.paragraph, r.item) for r in found] == [
        ("exists", "draft", "临江市养犬条例#第二条", 2, "（一）"),
        ("exists", "library", "消防法#第二十八条", None, None),
        ("exists", "draft", "临江市养犬条例#第十条之一", None, None),
    ]
    assert all(r.candidates == () and describe(r) == "" for r in found)


def test_an_item_finds_the_only_paragraph_that_holds_it(draft, library):
    two, one = resolved("第二条第一项，第十一条第二项", draft, library)
    assert (two.status, two.paragraph, two.item) == ("exists", 2, "（一）")
    assert (one.status, one.paragraph, one.item) == ("exists", None, "（二）")


def test_the_first_paragraph_of_an_article_with_one_is_the_whole(draft, library):
    (found,) = resolved("第十二条第一款", draft, library)
    assert (found.status, found.paragraph) == ("exists", None)


def test_no_such_article(draft, library):
    (found,) = resolved("第112条", draft, library)
    assert (found.status, found.article_id, found.law) == ("no_article", None, DRAFT)
    assert [c.article for c in found.candidates] == ["第十二条", "第十一条", "第十条"]
    assert describe(found) == "《临江市养犬条例》没有第一百一十二条；最接近的是第十二条、第十一条、第十条"
    (between,) = resolved("消防法第二十七条", draft, library)
    assert between.candidates[0].article == "第二十八条"
    assert describe(between).startswith("《中华人民共和国消防法》没有第二十七条")


def test_an_inserted_article_is_nearest_to_its_own_number(draft, library):
    (found,) = resolved("第十条之三", draft, library)
    assert [c.article for c in found.candidates][:2] == ["第十条之一", "第十条"]


def test_digits_that_changed_places(draft, library):
    (found,) = resolved("第21条", draft, library)
    assert "第十二条" in [c.article for c in found.candidates]


def test_a_number_of_the_law_cited_before(draft, library):
    named, bare = resolved("《消防法》第二十八条。第七十四条说的是解释", draft, library)
    assert (named.status, bare.status, bare.law) == ("exists", "no_article", DRAFT)
    assert bare.candidates[0].article_id == "消防法#第七十四条"
    assert "《中华人民共和国消防法》第七十四条" in describe(bare)


def test_no_such_law(draft, library):
    (found,) = resolved("消房法第三条", draft, library)
    assert (found.status, found.law, found.article_id) == ("no_law", None, None)
    (found,) = resolved("《消防安全法》第三条", draft, library)
    assert (found.status, next(c.law for c in found.candidates)) == ("no_law", "中华人民共和国消防法")
    assert describe(found).startswith("法规库里没有《消防安全法》，未能核对；最接近的是《中华人民共和国消防法》")
    (contract,) = resolved("物业服务合同第三条", draft, library)
    assert (contract.status, contract.candidates) == ("no_law", ())


def test_no_such_paragraph_or_item(draft, library):
    paragraph, item, elsewhere = resolved("第二条第五款，第十一条第九项，第二条第一款第二项", draft, library)
    assert (paragraph.status, places(paragraph.candidates)) == ("no_paragraph", [("第二条", 2, None)])
    assert (item.status, places(item.candidates)) == ("no_item", [("第十一条", None, "（二）"), ("第十一条", None, "（一）")])
    assert (elsewhere.status, places(elsewhere.candidates)[0]) == ("no_item", ("第二条", 2, "（二）"))
    assert describe(paragraph) == "《临江市养犬条例》第二条没有第五款；最接近的是第二条第二款"
    assert describe(item).startswith("《临江市养犬条例》第十一条没有第（九）项")


def test_relative_mentions(draft, library):
    (alone,) = resolved("前款", draft, library)
    assert (alone.status, describe(alone)) == ("open", "")
    found = resolved("第二条第二款提到前款", draft, library, follow=True)
    assert [(r.article, r.paragraph) for r in found] == [("第二条", 2), ("第二条", 1)]


def test_without_a_draft_or_a_library(draft, library):
    (citation,) = find_citations("第三条")
    assert resolve_citations([citation])[0].status == "no_law"
    assert describe(resolve_citations([citation])[0]) == "不知道“第三条”指哪部法"
    assert resolve_citations([citation], draft)[0].status == "exists"
    assert resolve_citations(find_citations("消防法第一条"), draft)[0].status == "no_law"
    assert resolve_citations([], draft, library) == []


def test_content_that_clearly_means_another_article(draft, library):
    (found,) = resolved("第三条", draft, library)
    ids = {n: f"{DRAFT}#第{n}条" for n in "三四五"}
    marked = mark_content(found, {ids["三"]: 0.2, ids["四"]: 0.9, ids["五"]: 0.5}, margin=0.3)
    assert (marked.content_differs, marked.better, marked.article_id) == (True, ids["四"], ids["三"])
    near = mark_content(marked, {ids["三"]: 0.7, ids["四"]: 0.9}, margin=0.3)
    assert (near.content_differs, near.better) == (False, None)
    assert mark_content(found, {}, margin=0.3) == found
    assert mark_content(found, {ids["五"]: 0.9, ids["四"]: 0.9}, margin=0.3).better == min(ids["四"], ids["五"])


def test_content_when_the_number_does_not_exist(draft, library):
    (found,) = resolved("第九十条", draft, library)
    assert mark_content(found, {f"{DRAFT}#第四条": 0.4}, margin=0.3).better == f"{DRAFT}#第四条"
    assert not mark_content(found, {f"{DRAFT}#第四条": 0.2}, margin=0.3).content_differs


@pytest.mark.parametrize(("margin", "score"), [(0.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (0.3, float("nan")), (0.3, float("inf"))])
def test_numbers_that_make_no_sense(draft, library, margin, score):
    (found,) = resolved("第三条", draft, library)
    with pytest.raises(ValueError, match=r"margin|得分"):
        mark_content(found, {f"{DRAFT}#第四条": score}, margin)


CONSULTATION = Path(__file__).parents[2] / "corpora" / "consultation_a" / "draft.md"


@pytest.mark.parametrize(
    ("text", "status", "nearest"),
    [
        ("第三十五条", "no_article", ("第三十四条", None, None)),
        ("第五条第三款", "no_paragraph", ("第五条", 2, None)),
        ("第五条第二款第（七）项", "no_item", ("第五条", 2, "（六）")),
        ("第五条之一", "no_article", ("第五条", None, None)),
        ("本条例第100条", "no_article", ("第三十四条", None, None)),
        ("第五条第二款第（六）项", "exists", None),
    ],
)
def test_numbers_that_a_real_draft_does_not_have(text, status, nearest):
    parsed = read_draft(CONSULTATION)
    articles = {article.article: list(article.paragraphs) for article in parsed.articles}
    (found,) = resolve_citations(find_citations(text, parsed.title), rows(parsed.title, articles, "draft"))
    assert found.status == status
    assert (places(found.candidates)[0] if found.candidates else None) == nearest
    assert ("最接近的是" in describe(found)) is (status != "exists")
