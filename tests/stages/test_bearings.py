import itertools

import pandas as pd

from jietan.authority import higher_law
from jietan.contrary import contrary
from jietan.following import following
from jietan.law.beyond import beyond
from jietan.parallel import using
from stage_tables import Elsewhere, provisions

DRAFT = provisions(
    [
        ["公示期不少于三十日，由物业服务人公示。"],
        ["摊位应当在二十一时前收摊。", "摊位之间的距离不少于三米。"],
        ["违反本条例第二条第二款规定的，处二百元罚款。"],
        ["另行公示的，公示期不少于三十日。"],
    ]
)
LOCAL = "地方性法规"


def suggestions(*rows):
    base = {
        "law": "测试市街巷条例",
        "article": "第二条",
        "paragraph": 2,
        "item": None,
        "theme_id": "T1",
        "operation": "修改",
        "drafted": True,
    }
    base |= {"original_text": "摊位之间的距离不少于三米。", "evidence": ["c1:0-9"], "exemplars": ["c1:0-9"], "title": "距离"}
    return pd.DataFrame([base | {"suggestion_id": f"S{k}"} | row for k, row in enumerate(rows)])


def test_other_amounts_for_the_same_words_are_contrary_and_named():
    rows = suggestions({"proposed_text": "摊位之间的距离不少于五米。"}, {"proposed_text": "摊位之间的距离不少于二米。"})
    found = contrary(rows, {})
    assert found[0] == {"S1": "对“三米”，本建议改为“五米”，该建议改为“二米”"}
    assert found[1] == {"S0": "对“三米”，本建议改为“二米”，该建议改为“五米”"}


def test_a_number_is_never_named_by_half():
    text = "摊位应当在二十一时前收摊。"
    rows = suggestions(*({"original_text": text, "proposed_text": text.replace("二十一", n)} for n in ("二十三", "二十")))
    assert contrary(rows, {})[0] == {"S1": "对“二十一时”，本建议改为“二十三时”，该建议改为“二十时”"}


def test_changes_of_different_words_can_both_be_had():
    rows = suggestions({"proposed_text": "摊位之间的距离不少于五米。"}, {"proposed_text": "固定摊位之间的距离不少于三米。"})
    assert contrary(rows, {}) == [{}, {}]


def test_keeping_is_contrary_to_striking():
    kept = {"operation": "保留", "proposed_text": "摊位之间的距离不少于三米。"}
    found = contrary(suggestions(kept, {"operation": "删除", "proposed_text": ""}), {})
    assert found[0] == {"S1": "本建议维持原文，该建议删去这一规定"}


def test_liability_follows_the_paragraph_that_it_names_and_no_other():
    rows = suggestions(
        {"proposed_text": "摊位之间的距离不少于五米。"}, {"paragraph": 1, "original_text": "", "proposed_text": "", "drafted": False}
    )
    assert following(rows, DRAFT) == [["第三条引用第二条第二款，法律责任须相应调整"], []]


def test_an_amount_that_stands_in_another_article_too():
    text = "公示期不少于三十日，由物业服务人公示。"
    rows = suggestions({"article": "第一条", "paragraph": None, "original_text": text, "proposed_text": text.replace("三十日", "六十日")})
    assert following(rows, DRAFT) == [["第四条也写着“公示期不少于三十日”，须一并研究是否改动"]]


def test_higher_law_is_quoted_exactly_or_not_at_all():
    text = "摊位之间的安全距离不得少于三米。其他事项另行规定。"
    related = pd.DataFrame(
        [{"theme_id": "T1", "rank": 1, "law": "某法", "article_id": "某法#第九条", "article": "第九条", "basis": "retrieved"}]
    )
    higher = pd.DataFrame([{"article_id": "某法#第九条", "text": text}])
    cited = pd.DataFrame({"article_id": pd.Series(dtype=str), "comment_id": pd.Series(dtype=str)})
    near = suggestions({"proposed_text": "摊位之间的安全距离不少于五米。"})
    far = suggestions({"original_text": "夜间应当关灯。", "proposed_text": "夜间应当全部关灯。", "title": "关灯"})
    assert higher_law(near, related, higher, cited) == [["《某法》第九条：“摊位之间的安全距离不得少于三米。”"]]
    assert higher_law(far, related, higher, cited) == [[]]


def test_asks_beyond_local_power_in_everyday_words():
    for text, source in (
        ("乱摆摊的应当拘留五天", "第五项"),
        ("屡教不改的要判刑坐牢", "第四项"),
        ("给守规矩的摊主免个人所得税", "第六项"),
        ("不准外地人来摆摊", "行政许可法"),
        ("让物业罚款", "行政处罚法"),
        ("处十日以下拘留。", "第五项"),
    ):
        assert source in beyond(text, LOCAL), text


def test_refusing_or_referring_is_not_asking():
    for text in ("不应当拘留", "构成犯罪的，依法追究刑事责任。", "动不动就拘留太重了", "罚款应当提高到五百元", "去税务局开票"):
        assert beyond(text, LOCAL) == "", text
    assert beyond("要判刑", "法律") == ""


def test_other_processes_find_the_same_to_be_contrary(monkeypatch):
    rows = suggestions(*({"proposed_text": f"摊位之间的距离不少于{n}米。", "article": a} for n in "五二四" for a in ("第二条", "第一条")))
    own = contrary(rows, {})
    assert sum(map(len, own)) == 12
    monkeypatch.setattr("jietan.contrary._MANY", 1)
    engine = Elsewhere()
    with using(engine):
        assert contrary(rows, {}) == own
    assert engine.batches == 2


def test_looking_only_at_pairs_that_can_differ_misses_none(monkeypatch):
    words = (
        *("摊位之间的距离不少于五米。", "摊位之间的距离不少于二米。", "摊位费用由政府承担。", "摊位费用由业主自己承担。"),
        *("应当禁止在路口摆摊。", "应当允许在路口摆摊。", "摊位之间的距离应当提高到五米。", "摊位之间的距离应当降低。", "摊位要好看。"),
    )
    operations = ("修改", "保留", "删除", "增加", "释明")
    places = ((2, None), (1, None), (None, None), (2, "（一）"))
    rows = [
        {"proposed_text": w, "title": w, "operation": o, "paragraph": p, "item": i, "drafted": k % 2 == 0}
        for k, (w, o, (p, i)) in enumerate(itertools.product(words, operations, places))
    ]
    few = contrary(suggestions(*rows), {})
    monkeypatch.setattr("jietan.contrary._candidates", lambda members, sides: itertools.combinations(members, 2))
    assert few == contrary(suggestions(*rows), {})
    assert {(k, other) for k, found in enumerate(few) for other in found} == {(int(o[1:]), f"S{k}") for k, f in enumerate(few) for o in f}
    assert all(words for found in few for words in found.values())
    assert sum(map(len, few)) > 100
