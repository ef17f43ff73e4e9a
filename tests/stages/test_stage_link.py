import pandas as pd
import pytest

from jietan.embedders import load_embedder
from jietan.language.lexicon import load_lexicon
from jietan.law import aiming, touched
from jietan.law.library import load_library
from jietan.law.provisions import ProvisionIndex, provisions_of
from jietan.law.search import ArticleIndex
from jietan.law.touched import Toucher
from jietan.parallel import here_if, spread, using
from jietan.settings import LinkSettings
from jietan.stages import link as link_stage
from jietan.stages.link import link
from stage_tables import Elsewhere, labels, membership, provisions, received, through_pickle, vectors, whole_spans

DRAFT = provisions(
    [
        ["为了规范街巷管理，制定本条例。"],
        ["摊位应当在二十一时前收摊。", "摊主应当保持摊位周边清洁，不得乱倒污水。"],
        ["禁止下列行为：\n（一）在消防车通道摆摊；\n（二）使用高音喇叭招揽顾客；\n（三）占用盲道停放车辆。"],
        ["违反本条例第三条规定的，处一百元以上三百元以下罚款。"],
    ]
)


def links(texts, hints=None, **kinds):
    frame = received(texts, **({"article_hint": hints} if hints else {}))
    spans = whole_spans(frame)
    found, gaps, cited, citations = link(
        frame,
        spans,
        labels(spans, **kinds),
        membership(spans, [f"U{i}" for i in range(len(spans))]),
        DRAFT,
        vectors(spans),
        load_library(),
        load_embedder("jietan-static-zh"),
        LinkSettings(),
    )
    first = found[(found["source"] == "draft") & (found["rank"] == 1)].set_index("opinion_id")
    return [first.loc[o] for o in spans["opinion_id"]], gaps, cited, found, citations


def place(row):
    return row["article"], None if pd.isna(row["paragraph"]) else int(row["paragraph"]), None if pd.isna(row["item"]) else row["item"]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("摊子九点就要收，太早了", ("第二条", 1, None)),
        ("污水乱倒味道大，要管", ("第二条", 2, None)),
        ("大喇叭天天喊，吵死人", ("第三条", None, "（二）")),
        ("盲道上停车应当重罚", ("第三条", None, "（三）")),
        ("第四条罚得太轻", ("第四条", None, None)),
        ("第三条第一项写得好", ("第三条", None, "（一）")),
    ],
)
def test_opinions_find_their_provision(text, target):
    found, *_ = links([text])
    assert place(found[0]) == target


def test_a_citation_is_explicit_and_a_guess_is_not():
    found, *_ = links(["第四条罚得太轻", "污水乱倒味道大"])
    assert [r["basis"] for r in found] == ["explicit", "retrieved"]
    assert found[0]["confidence"] > found[1]["confidence"]


def test_the_box_of_a_form_counts_as_a_citation():
    found, *_ = links(["同意", "同意"], hints=["第一条", "第四条"])
    assert [r["article"] for r in found] == ["第一条", "第四条"]


def test_named_laws_are_linked_and_their_articles_kept():
    _, _, cited, found, _ = links(["应当与《民法典》第一千二百五十四条衔接"])
    library = found[found["source"] == "library"]
    assert library.iloc[0]["basis"] == "explicit"
    assert "第一千二百五十四条" in set(cited["article"])
    assert set(library["article_id"]) <= set(cited["article_id"])


def test_ranks_run_from_one_with_the_draft_first():
    *_, found, _ = links(["摊位周边清洁的规定应当与治安管理处罚法衔接"])
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    sources = found["source"].tolist()
    assert sources == sorted(sources, key=lambda s: s == "library")


def test_provisions_carry_the_lead_of_their_items():
    found = provisions_of([["禁止下列行为：\n（一）甲；\n（二）乙。"], ["一款。", "二款。"]])
    assert [(p.article, p.paragraph, p.item, p.text) for p in found] == [
        (0, None, None, "禁止下列行为：\n（一）甲；\n（二）乙。"),
        (0, None, "（一）", "禁止下列行为：甲；"),
        (0, None, "（二）", "禁止下列行为：乙。"),
        (1, 1, None, "一款。"),
        (1, 2, None, "二款。"),
    ]


def test_a_citation_that_does_not_exist_is_reported_with_the_nearest():
    *_, citations = links(["第九条罚得太轻", "第三条第七项写得好", "《民法典》第九千条也这样说"])
    assert citations["citation_status"].tolist() == ["no_article", "no_item", "no_article"]
    assert citations["candidates"].iloc[0][0] == "第四条"
    nearest = "第三条第（三）项、第三条第（二）项、第三条第（一）项"
    assert citations["note"].iloc[1] == f"《测试市街巷条例》第三条没有第（七）项；最接近的是{nearest}"
    assert citations["source"].tolist() == ["draft", "draft", "library"]


def test_where_words_clearly_mean_another_article_both_are_kept():
    text = "第一条说摊主应当保持摊位周边清洁，不得乱倒污水，我赞成乱倒污水要管，污水不得乱倒"
    *_, citations = links([text])
    row = citations.iloc[0]
    assert (row["article"], row["content_differs"]) == ("第一条", True)
    assert row["better_article_id"] == "测试市街巷条例#第二条"
    assert row["note"] == "所说的内容更像第二条"


def test_who_names_an_article_asks_for_no_new_one():
    texts = ["建议增加规定：流动摊贩持证经营的数据应当公开", "第四条建议增加规定：流动摊贩持证经营的数据应当公开"]
    _, gaps, *_ = links(texts, operation="增加")
    assert not gaps["new_article"].iloc[1]


def test_what_the_draft_has_is_no_new_article_and_what_it_lacks_is():
    _, gaps, *_ = links(["建议增加给幼儿园配备校车和跟车老师的规定", "摊位应当在二十一时前收摊，写得对"], operation=["增加", "保留"])
    assert gaps["new_article"].tolist() == [True, False]


def test_confidences_of_all_articles_add_up_to_one():
    *_, found, _ = links(["大喇叭天天喊，吵死人"])
    total = found[found["source"] == "draft"]["confidence"].sum()
    assert 0.9 < total <= 1.000001


def test_the_order_of_comments_changes_no_link():
    texts = ["摊子九点就要收，太早了", "污水乱倒味道大，要管", "第四条罚得太轻", "建议增加给幼儿园配备校车的规定"]
    one, gaps, *_ = links(texts)
    other, back, *_ = links(texts[::-1])
    assert [r["article"] for r in one] == [r["article"] for r in other[::-1]]
    assert gaps["new_article"].tolist() == back["new_article"].tolist()[::-1]


def test_the_users_own_words_are_understood(tmp_path):
    path = tmp_path / "我的词表.tsv"
    path.write_text("colloquial\tlegal\tdomain\tnote\n吼吼机\t高音喇叭\t市容\t\n", "utf-8")
    index = ProvisionIndex(DRAFT, load_embedder("jietan-static-zh"), load_lexicon([path]))
    terms = index.terms(["吼吼机吵死人"])[0]
    assert index.provisions[int(terms.argmax())].item == "（二）"
    assert not ProvisionIndex(DRAFT, load_embedder("jietan-static-zh")).terms(["吼吼机吵死人"]).any()


def test_other_processes_find_the_same_links(monkeypatch):
    texts = [
        "摊子九点就要收，太早了",
        "第四条罚得太轻",
        "《民法典》第一千二百五十四条管高空抛物",
        "第三条第一项写得好",
        "摊子九点就要收，太早了",
    ]
    own = links(texts)
    monkeypatch.setattr(aiming, "_UNITS", 2)
    monkeypatch.setattr(touched, "_SOME", 2)
    monkeypatch.setattr(link_stage, "_COMMENTS", 2)
    engine = Elsewhere()
    with using(engine):
        there = links(texts)
    assert engine.batches > 6
    for a, b in zip(own[1:], there[1:], strict=True):
        pd.testing.assert_frame_equal(a, b)


def test_laws_that_only_this_machine_has_stay_here(monkeypatch):
    monkeypatch.setattr(link_stage, "_COMMENTS", 1)
    engine, library = Elsewhere(), load_library()
    own = library.extended(library.articles.iloc[:1])
    assert own.own
    assert not library.own
    with using(engine), here_if(own.own):
        spread(list, [1, 2, 3], "", 1)
    assert engine.batches == 0
    assert through_pickle(library) is library
    assert through_pickle(own).laws == own.laws


def test_equal_words_are_searched_in_the_library_once(monkeypatch):
    asked = []
    search = ArticleIndex.search

    def watched(index, queries, *args, **kwargs):
        asked.extend(queries)
        return search(index, queries, *args, **kwargs)

    monkeypatch.setattr(ArticleIndex, "search", watched)
    text = "电动自行车不得停放在疏散通道、安全出口，阻碍消防车通行的应当依法处罚"
    toucher = Toucher(load_library(), LinkSettings(library_k=3, min_confidence=0.1))
    found = toucher.links([text, "好", text], [(), (), ()])
    assert asked == [text]
    assert found[0] == found[2] != []
    assert found[1] == []


def test_what_is_not_searched_for_would_not_have_been_found(monkeypatch):
    texts = [
        "电动自行车不得停放在疏散通道、安全出口，阻碍消防车通行的应当依法处罚",
        "用人单位拖欠劳动者工资的，劳动者可以申请支付令",
        "楼下的广场舞音响太吵，孩子写不了作业，老人睡不着觉",
        "经营者提供商品有欺诈行为的，应当按照消费者的要求增加赔偿损失",
        "好",
    ]
    toucher = Toucher(load_library(), LinkSettings(min_confidence=0.4))
    found = toucher.links(texts, [()] * len(texts))
    assert [bool(own) for own in found] == [True, True, False, True, False]
    monkeypatch.setattr(Toucher, "_telling", lambda _, words: list(words))
    assert toucher.links(texts, [()] * len(texts)) == found
